//! JUnit XML: a suite a company, a case a deal and gate, so that CI shows what passed too. Must not judge.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesStart, BytesText, Event};

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
    let mut suites: BTreeMap<&str, Vec<TestCase<'_>>> = BTreeMap::new();
    for (key, case) in &cases {
        suites.entry(key.suite).or_default().push(test_case(key, case, outcome.prefix));
    }
    write("dealgate", &suites, out)
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

fn test_case<'a>(key: &TestKey<'a>, case: &FileCase<'a>, prefix: &str) -> TestCase<'a> {
    let is_error = |finding: &&&Finding| finding.level.unwrap_or(Level::Error) == Level::Error;
    let faults = case.findings.iter().filter(is_error).map(|finding| TestFailure {
        kind: finding.code.name(),
        message: &finding.message,
        text: text(finding),
    });
    let others = case.findings.iter().filter(|it| !is_error(it));
    TestCase {
        name: key.name,
        class: key.class,
        file: case.path.map(|path| format!("{prefix}{path}")),
        faults: faults.collect(),
        output: others.map(|finding| text(finding)).collect(),
    }
}

/// A test, which fails when anything is at fault.
struct TestCase<'a> {
    name: &'a str,
    class: &'a str,
    file: Option<String>,
    faults: Vec<TestFailure<'a>>,
    /// What else there is to say of it.
    output: String,
}

/// What fails a test.
struct TestFailure<'a> {
    kind: &'a str,
    message: &'a str,
    /// All that is to be said of it, with a line's end.
    text: String,
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
    let mut suites: BTreeMap<&str, Vec<TestCase<'_>>> = BTreeMap::new();
    for trial in trials {
        let faults = trial.differences.iter().map(|(line, message)| TestFailure {
            kind: "difference",
            message,
            text: format!("{}:{line}: {message}\n", trial.path),
        });
        suites.entry(trial.suite).or_default().push(TestCase {
            name: trial.path,
            class: trial.suite,
            file: Some(trial.path.to_owned()),
            faults: faults.collect(),
            output: String::new(),
        });
    }
    write("dealgate test", &suites, out)
}

/// Writes a report, without an attribute that the schema of Jenkins' xUnit does not know.
fn write(name: &str, suites: &BTreeMap<&str, Vec<TestCase<'_>>>, out: &mut dyn Write) -> io::Result<()> {
    let mut xml = Writer::new_with_indent(out, b' ', 4);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let counts = |cases: &mut dyn Iterator<Item = &TestCase<'_>>| {
        cases.fold((0_usize, 0_usize), |(all, failed), case| {
            (all + 1, failed + usize::from(!case.faults.is_empty()))
        })
    };
    let (tests, failures) = counts(&mut suites.values().flatten());
    let mut report = element("testsuites", &[("name", name.to_owned()), ("tests", tests.to_string())]);
    report.extend_attributes([("failures", failures.to_string().as_str()), ("errors", "0")]);
    xml.write_event(Event::Start(report.borrow()))?;
    for (name, cases) in suites {
        let (tests, failures) = counts(&mut cases.iter());
        let mut suite = element("testsuite", &[("name", shown(name)), ("tests", tests.to_string())]);
        suite.extend_attributes([
            ("skipped", "0"),
            ("errors", "0"),
            ("failures", failures.to_string().as_str()),
        ]);
        xml.write_event(Event::Start(suite.borrow()))?;
        for case in cases {
            write_case(case, &mut xml)?;
        }
        xml.write_event(Event::End(suite.to_end()))?;
    }
    xml.write_event(Event::End(report.to_end()))?;
    xml.write_indent()
}

fn write_case(case: &TestCase<'_>, xml: &mut Writer<&mut dyn Write>) -> io::Result<()> {
    let mut test = element("testcase", &[("name", shown(case.name)), ("classname", shown(case.class))]);
    if let Some(file) = &case.file {
        test.push_attribute(("file", shown(file).as_str()));
    }
    if case.faults.is_empty() && case.output.is_empty() {
        return xml.write_event(Event::Empty(test));
    }
    xml.write_event(Event::Start(test.borrow()))?;
    if let [first, more @ ..] = case.faults.as_slice() {
        let message = match more.len() {
            0 => first.message.to_owned(),
            more => format!("{} (and {more} more)", first.message),
        };
        let failure = element("failure", &[("message", shown(&message)), ("type", first.kind.to_owned())]);
        write_text(&failure, &case.faults.iter().map(|fault| fault.text.as_str()).collect::<String>(), xml)?;
    }
    if !case.output.is_empty() {
        write_text(&BytesStart::new("system-out"), &case.output, xml)?;
    }
    xml.write_event(Event::End(test.to_end()))
}

fn write_text(around: &BytesStart<'_>, text: &str, xml: &mut Writer<&mut dyn Write>) -> io::Result<()> {
    xml.write_event(Event::Start(around.borrow()))?;
    xml.write_event(Event::Text(BytesText::new(&shown(text))))?;
    xml.write_event(Event::End(around.to_end()))
}

fn element(name: &'static str, attributes: &[(&str, String); 2]) -> BytesStart<'static> {
    let attributes = attributes.each_ref().map(|(name, value)| (*name, value.as_str()));
    BytesStart::new(name).with_attributes(attributes)
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
