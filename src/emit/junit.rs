//! JUnit XML: a suite a company, a case a deal and gate, so that CI shows what passed too. Must not judge.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::outcome::CheckOutcome;
use super::surface::Surface;
use crate::finding::{Finding, Level};
use crate::source::escape;

/// One report. Errors fail their case; warnings and infos are its output.
pub(super) fn emit(outcome: &CheckOutcome<'_>, _: Surface, out: &mut dyn Write) -> io::Result<()> {
    let mut cases: BTreeMap<TestKey<'_>, FileCase<'_>> = BTreeMap::new();
    for gated in outcome.gates {
        let stages = gated.stages.iter().map(|(number, stage)| (number + 1, stage.as_ref()));
        for (order, name) in [FILE].into_iter().chain(stages) {
            let key = TestKey { suite: &gated.workflow, class: &gated.deal, order, name };
            cases.insert(key, FileCase { path: Some(&gated.path), findings: Vec::new() });
        }
    }
    let suites: BTreeMap<&str, &str> =
        outcome.gates.iter().map(|gated| (gated.deal.as_ref(), gated.workflow.as_ref())).collect();
    for finding in outcome.ledger.findings() {
        let case = cases.entry(TestKey::of(finding, &suites)).or_default();
        case.path = case.path.or(finding.place.as_ref().map(|place| place.file.path().as_ref()));
        case.findings.push(finding);
    }
    let mut report = Report::new("dealgate");
    let mut suites: BTreeMap<&str, TestSuite> = BTreeMap::new();
    for (key, case) in &cases {
        let suite = suites.entry(key.suite).or_insert_with(|| TestSuite::new(shown(key.suite)));
        suite.add_test_case(test_case(key, case, outcome.prefix));
    }
    report.add_test_suites(suites.into_values());
    write(&report, out)
}

/// What a finding belongs to; the order is that of the report.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct TestKey<'a> {
    suite: &'a str,
    class: &'a str,
    order: u32,
    name: &'a str,
}

/// What is said of a deal's file outside its gates.
const FILE: (u32, &str) = (0, "file");

/// What a lost or disqualified deal owes.
const OUTCOME: (u32, &str) = (u32::MAX, "outcome");

impl<'a> TestKey<'a> {
    /// Of a judged deal the workflow is known, even where a finding came before it was.
    fn of(finding: &'a Finding, suites: &BTreeMap<&str, &'a str>) -> Self {
        let subject = &finding.subject;
        let path = finding.place.as_ref().map(|place| place.file.path().as_ref());
        let class = subject.deal.as_deref().or(path).unwrap_or("dealgate");
        let gate = match (&subject.deal, &subject.stage, &subject.requirement) {
            (Some(_), Some(stage), Some(_)) => (subject.order.0 + 1, stage.as_ref()),
            (Some(_), None, Some(_)) => OUTCOME,
            _ => FILE,
        };
        let judged = subject.deal.as_deref().and_then(|deal| suites.get(deal).copied());
        let suite = judged.or(subject.workflow.as_deref()).unwrap_or("workspace");
        Self { suite, class, order: gate.0, name: gate.1 }
    }
}

#[derive(Default)]
struct FileCase<'a> {
    path: Option<&'a str>,
    findings: Vec<&'a Finding>,
}

fn test_case(key: &TestKey<'_>, case: &FileCase<'_>, prefix: &str) -> TestCase {
    let is_error = |finding: &&&Finding| finding.level.unwrap_or(Level::Error) == Level::Error;
    let errors: Vec<_> = case.findings.iter().filter(is_error).collect();
    let faults: Vec<TestFailure<'_>> = errors
        .iter()
        .map(|finding| TestFailure {
            kind: finding.code.name(),
            message: &finding.message,
            text: text(finding),
        })
        .collect();
    let mut test = tested(key.name, &faults);
    test.set_classname(shown(key.class));
    if let Some(path) = case.path {
        test.extra.insert("file".into(), shown(&format!("{prefix}{path}")).into());
    }
    let others: String =
        case.findings.iter().filter(|it| !is_error(it)).map(|finding| text(finding)).collect();
    if !others.is_empty() {
        test.set_system_out(shown(&others));
    }
    test
}

/// What fails a test.
struct TestFailure<'a> {
    kind: &'a str,
    message: &'a str,
    /// All that is to be said of it, with a line's end.
    text: String,
}

/// A test, which fails when anything is at fault.
fn tested(name: &str, faults: &[TestFailure<'_>]) -> TestCase {
    let mut status = TestCaseStatus::success();
    if let [first, more @ ..] = faults {
        status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        let message = match more.len() {
            0 => first.message.to_owned(),
            more => format!("{} (and {more} more)", first.message),
        };
        status.set_message(shown(&message)).set_type(first.kind);
        status.set_description(shown(&faults.iter().map(|fault| fault.text.as_str()).collect::<String>()));
    }
    TestCase::new(shown(name), status)
}

/// What came of a test of rules.
#[derive(Clone, Debug)]
pub struct TrialSuite<'a> {
    /// The workflow it is of.
    pub suite: &'a str,
    /// The deal's file.
    pub path: &'a str,
    /// What was not as expected, by line; nothing when it passed.
    pub differences: Vec<(usize, &'a str)>,
}

/// A report of tests of rules: a suite a workflow, a case a test.
pub fn trials(trials: &[TrialSuite<'_>], out: &mut dyn Write) -> io::Result<()> {
    let mut suites: BTreeMap<&str, TestSuite> = BTreeMap::new();
    for trial in trials {
        let faults: Vec<TestFailure<'_>> = trial
            .differences
            .iter()
            .map(|(line, message)| TestFailure {
                kind: "difference",
                message,
                text: format!("{}:{line}: {message}\n", trial.path),
            })
            .collect();
        let mut test = tested(trial.path, &faults);
        test.set_classname(shown(trial.suite));
        test.extra.insert("file".into(), shown(trial.path).into());
        let suite = suites.entry(trial.suite).or_insert_with(|| TestSuite::new(shown(trial.suite)));
        suite.add_test_case(test);
    }
    let mut report = Report::new("dealgate test");
    report.add_test_suites(suites.into_values());
    write(&report, out)
}

/// Writes a report without an attribute that the schema of Jenkins' xUnit does not know; nothing of ours is skipped.
fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let text = report.to_string().map_err(io::Error::other)?;
    out.write_all(text.replacen(" skipped=\"0\"", "", 1).as_bytes())
}

/// A finding as people read it in a report of failures.
fn text(finding: &Finding) -> String {
    let mut text = String::new();
    if let Some(place) = &finding.place {
        let start = place.start();
        let _ = write!(text, "{}:{}:{}: ", place.file.path(), start.line, start.column);
    }
    let level = finding.level.unwrap_or(Level::Error);
    let _ = writeln!(text, "{level}[{}] {}", finding.code, finding.message);
    for related in &finding.related {
        let place = &related.place;
        let _ = writeln!(text, "  {}: {}:{}", related.message, place.file.path(), place.start().line);
    }
    if let Some(help) = &finding.help {
        let _ = writeln!(text, "  help: {help}");
    }
    text
}

/// A runner prints such reports, so what acts on a terminal, and orders to a runner, are neutralised here too.
fn shown(text: &str) -> String {
    escape::lines(text.trim_end_matches('\n'))
}
