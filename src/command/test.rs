//! `dealgate test`: runs the workflows' own tests, and reports like a test runner.

use std::io::{self, Write};

use clap::Args;
use clap::builder::FalseyValueParser;
use serde::Serialize;

use super::console::Console;
use super::exit::Exit;
use super::global::Global;
use super::output_target::{self, NamedFormats, OutputTarget};
use super::session::Session;
use super::usage::usage_error;
use super::watch;
use crate::checklist::Presentation;
use crate::emit::{Surface, junit, safe_json};
use crate::error::Error;
use crate::finding::wording::Count;
use crate::source::escape;
use crate::trial::{self, Trials, Uncovered};

/// Run the workflows' own tests: deals in which comments say what is to be found
#[derive(Clone, Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct TestArgs {
    /// Run only tests whose path holds one of these words
    #[arg(value_name = "WORD")]
    words: Vec<String>,

    /// List requirements that no test meets, or none breaks
    #[arg(long)]
    coverage: bool,

    /// Fail when there are no tests
    #[arg(long, env = "DEALGATE_REQUIRE_TESTS", hide_env = true, value_parser = FalseyValueParser::new())]
    require_tests: bool,

    /// Run them again whenever a file changes, until it is interrupted
    #[arg(long)]
    watch: bool,

    /// How to show what came of it: text, json or junit; with a file also several times
    #[arg(long = "format", value_name = "FORMAT[=FILE]", value_parser = OutputTarget::<TestFormat>::parse)]
    sinks: Vec<OutputTarget<TestFormat>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TestFormat {
    Text,
    Json,
    Junit,
}

impl NamedFormats for TestFormat {
    fn names() -> Vec<&'static str> {
        vec!["text", "json", "junit"]
    }

    fn of_name(name: &str) -> Option<Self> {
        match name {
            "text" => Some(Self::Text),
            "json" => Some(Self::Json),
            "junit" => Some(Self::Junit),
            _ => None,
        }
    }
}

const EXAMPLES: &str = "\
A test is a deal below workflows/tests/WORKFLOW/ with comments:
  # today: 2026-11-23
  stage: discovery  # expect: requirement-unmet qualified/agendas-drawn-up, stalled
A comment on a line of its own is about the next line. Everything that is found must be expected.

Examples:
  dealgate test
  dealgate test acme --coverage
  dealgate test --watch
  dealgate test --require-tests --format junit=tests.xml";

/// What is shown; as JSON it has these keys.
#[derive(Debug, Serialize)]
struct TestReport {
    schema_version: u32,
    summary: TestSummary,
    #[serde(flatten)]
    trials: Trials,
    #[serde(skip)]
    coverage: bool,
    #[serde(skip)]
    folder: String,
}

#[derive(Debug, Serialize)]
struct TestSummary {
    passed: usize,
    failed: usize,
}

impl TestArgs {
    pub(super) fn run(&self, global: &Global, console: Console) -> Result<Exit, Error> {
        output_target::refuse_shared(&self.sinks, "test");
        if !self.watch {
            return self.once(global, console);
        }
        if global.at.is_some() {
            usage_error("test", "`--watch` looks at the files on disk, and `--at` leaves them out");
        }
        watch::repeat(global, console, || self.once(global, console))
    }

    fn once(&self, global: &Global, console: Console) -> Result<Exit, Error> {
        let opened = Session::here(global)?;
        let workspace = opened.workspace(global)?;
        let trials = trial::run(workspace.snapshot, &workspace.config, &self.words);
        let folder = trial::folder(&workspace.config);
        if trials.tests.is_empty() && self.require_tests {
            return Err(Error::Unknown {
                message: format!("there are no tests in `{folder}`"),
                hint: Some(format!("put a deal into `{folder}/WORKFLOW/`; `dealgate test --help` shows one")),
            });
        }
        let passed = trials.tests.iter().filter(|trial| trial.passed).count();
        let summary = TestSummary { passed, failed: trials.tests.len() - passed };
        let failed = summary.failed > 0;
        let report = TestReport { schema_version: 1, summary, trials, coverage: self.coverage, folder };
        OutputTarget::fill(&self.sinks, TestFormat::Text, console, |format, surface, out| match format {
            TestFormat::Text => report.text(surface, out),
            TestFormat::Json => safe_json::document(&report, out),
            TestFormat::Junit => junit::trials(&report.as_cases(), out),
        })?;
        Ok(if failed { Exit::Findings } else { Exit::Clean })
    }
}

impl TestReport {
    fn as_cases(&self) -> Vec<junit::TrialSuite<'_>> {
        let tests = self.trials.tests.iter();
        let cases = tests.map(|trial| junit::TrialSuite {
            suite: &trial.workflow,
            path: &trial.path,
            differences: trial.differences.iter().map(|it| (it.line, it.message.as_str())).collect(),
        });
        cases.collect()
    }
}

impl Presentation for TestReport {
    fn text(&self, _: Surface, out: &mut dyn Write) -> io::Result<()> {
        let tests = &self.trials.tests;
        if tests.is_empty() {
            return writeln!(out, "No tests were found in `{}`.", escape::line(&self.folder));
        }
        writeln!(out, "running {}", Count(tests.len(), "test"))?;
        for trial in tests {
            let verdict = if trial.passed { "ok" } else { "FAILED" };
            writeln!(out, "test {} ... {verdict}", escape::line(&trial.path))?;
        }
        for trial in tests.iter().filter(|trial| !trial.passed) {
            writeln!(out)?;
            for difference in &trial.differences {
                let path = format!("{}:{}", trial.path, difference.line);
                writeln!(out, "{}: {}", escape::line(&path), escape::line(&difference.message))?;
            }
        }
        if self.coverage {
            coverage(&self.trials.uncovered, out)?;
        }
        let TestSummary { passed, failed } = &self.summary;
        let verdict = if *failed == 0 { "ok" } else { "FAILED" };
        writeln!(out, "\ntest result: {verdict}. {passed} passed; {failed} failed")
    }
}

fn coverage(uncovered: &[Uncovered], out: &mut dyn Write) -> io::Result<()> {
    if uncovered.is_empty() {
        return writeln!(out, "\nEvery requirement is met by a test and broken by another.");
    }
    writeln!(out, "\nuncovered:")?;
    for Uncovered { workflow, stage, requirement, met, broken } in uncovered {
        let said = match (met, broken) {
            (false, false) => "no test meets it, and none breaks it",
            (false, true) => "no test meets it",
            _ => "no test breaks it",
        };
        let stage = stage.as_deref().map(|stage| format!("{stage}/")).unwrap_or_default();
        writeln!(out, "  {}: {said}", escape::line(&format!("{workflow} {stage}{requirement}")))?;
    }
    Ok(())
}
