//! `dealgate check`: judges the workspace and shows what it found.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use jiff::civil::Date;

use super::console::Console;
use super::deals::Directory;
use super::exit::Exit;
use super::fix::{self, FixArgs, Fixed};
use super::global::Global;
use super::output_target::{self, NamedFormats, OutputTarget};
use super::pages;
use super::revision_spec::RevisionSpec;
use super::session::{Session, WorkspaceHint as Where};
use super::since;
use super::usage::usage_error;
use super::{output, stdin, step_summary, watch};
use crate::assess::{self, JudgedDeal, Selection, Workspace};
use crate::editor::committed;
use crate::emit::{self, CheckOutcome, FORMATS, Format, Gated, Surface};
use crate::error::Error;
use crate::finding::wording::{Help as _, suggest};
use crate::finding::{FailOn, Ledger};
use crate::gate::{Due, RequirementState};
use crate::snapshot::Snapshot;
use crate::snapshot::observed::ObservedSnapshot;
use crate::snapshot::overlay::Overlay;
use crate::source::{paths, shell};
use crate::workspace::CONFIG_FILE;

/// Check deals, workflows and configuration
#[derive(Clone, Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct CheckArgs {
    /// Files and folders to check; `-` for a text on standard input [default: the whole workspace]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// The file that the text on standard input is to be, as in `deals/acme/rollout.yaml`; it need not exist
    #[arg(long, value_name = "PATH")]
    stdin_filename: Option<PathBuf>,

    #[arg(long, value_name = "FORMAT[=FILE]", env = "DEALGATE_FORMAT", hide_env = true)]
    #[arg(value_parser = OutputTarget::<Format>::parse, help = output_target::format_help(), long_help = output_target::format_long_help())]
    format: Vec<OutputTarget<Format>>,

    /// The level from which on findings make the exit status 1: error, warning, info or never
    #[arg(long, value_name = "LEVEL", env = "DEALGATE_FAIL_ON", hide_env = true)]
    #[arg(value_parser = parse_fail_on, default_value = "error")]
    fail_on: FailOn,

    /// Judge only the deals that changed since the line parted from a revision, or since the end of a day; what was there
    /// before does not fail
    #[arg(long, value_name = "REV|@DATE", env = "DEALGATE_SINCE", hide_env = true)]
    #[arg(conflicts_with_all = ["paths", "stdin_filename"])]
    #[arg(value_parser = RevisionSpec::parse)]
    since: Option<RevisionSpec>,

    /// How many findings `full` and `concise` show; 0 shows all [default: 50 on a terminal, all elsewhere]
    #[arg(long, value_name = "N")]
    limit: Option<usize>,

    /// Count the findings by code instead of showing them
    #[arg(long, conflicts_with_all = ["limit", "fix", "unsafe_fixes", "diff"])]
    statistics: bool,

    #[command(flatten)]
    fixing: FixArgs,

    /// Check again whenever a file changes, until it is interrupted
    #[arg(long, conflicts_with_all = ["since", "stdin_filename", "fix"])]
    watch: bool,
}

const EXAMPLES: &str = "\
Examples:
  dealgate check
  dealgate check deals/acme/rollout.yaml --format full
  dealgate check --format github --format json=findings.json
  dealgate check --fail-on warning --today 2026-12-31
  dealgate check --statistics           how many findings there are of each code
  dealgate check --since main           only what this branch brings fails
  dealgate check --since main --rules main    a stranger's branch under the rules that hold
  dealgate check --watch                again whenever a file is saved
  dealgate check --fix --diff           what could be mended without asking; without --diff, mend it
  dealgate check - --stdin-filename deals/acme/rollout.yaml < unsaved.yaml

What CI sets once has a twin in the environment: DEALGATE_FORMAT, DEALGATE_FAIL_ON,
DEALGATE_TODAY, DEALGATE_COLOR, DEALGATE_DIR (`-C`), … Options go before it. What writes
files has none.";

/// How many findings somebody at a terminal is shown who did not say how many.
const ON_A_TERMINAL: usize = 50;

/// What a run of the pipeline hands to the formats.
struct CheckRun {
    ledger: Ledger,
    today: Date,
    revision: Option<String>,
    deals: usize,
    settings: bool,
    workflows: usize,
    templates: usize,
    not_judged: usize,
    prefix: String,
    gates: Vec<Gated>,
    /// What was read, a line each, for `-v`.
    notes: Vec<String>,
}

/// Judges the files as they are, or with the texts of some that are not written yet.
fn judge(
    check: &CheckArgs,
    global: &Global,
    console: Console,
    unwritten: BTreeMap<String, Arc<[u8]>>,
) -> Result<CheckRun, Error> {
    let opened = Session::open(global, &check.place())?;
    if let Some(base) = &check.since {
        return judge_change(&opened, global, base);
    }
    let unsaved = check.unsaved(&opened, global)?;
    let unwritten = (!unwritten.is_empty()).then(|| Overlay::of(opened.files(), unwritten));
    let selection = match &unsaved {
        Some(unsaved) => Selection::Paths(unsaved.paths()),
        None => check.selection(&opened, global)?,
    };
    let files = unsaved.as_ref().or(unwritten.as_ref()).map_or(opened.files(), |laid| laid as &dyn Snapshot);
    let files = ObservedSnapshot::new(files);
    let workspace = opened.workspace_on(&files, global)?.for_only(&selection);
    let show_passed = check.format.iter().any(|sink| sink.format.shows_passed());
    let keep = |judged: &JudgedDeal<'_>| show_passed.then(|| gated(judged));
    let assessment =
        console.while_working(&|| files.counts(), || assess::check(&workspace, &selection, keep));
    let (mut found, templates) = pages::check(workspace.snapshot, &workspace.config, &selection);
    if assessment.deals == 0 && assessment.workflows == 0 && assessment.ledger.findings().is_empty() {
        match &selection {
            Selection::Everything => {
                let (root, deals) = (opened.root().to_owned(), workspace.config.deals);
                return Err(Error::NothingToCheck { root, deals });
            }
            Selection::Paths(_) if templates > 0 => {}
            // The settings have been looked at, whatever else there is.
            Selection::Paths(_) if names_settings(&selection) => {}
            Selection::Paths(_) => return Err(Error::NothingNamed { paths: check.paths.clone() }),
        }
    }
    if selection == Selection::Everything {
        found.extend(committed::stale(&workspace));
    }
    found.extend(opened.moved().cloned());
    let ledger = assessment.ledger.and(found, &workspace.config.levels);
    let notes = notes(&opened, &workspace, assessment.deals);
    Ok(CheckRun {
        ledger,
        today: workspace.today,
        revision: workspace.snapshot.revision().map(str::to_owned),
        deals: assessment.deals,
        settings: names_settings(&selection),
        workflows: assessment.workflows,
        templates,
        not_judged: assessment.not_judged,
        prefix: opened.prefix(),
        gates: assessment.kept,
        notes,
    })
}

/// What was read, a line each.
fn notes(opened: &Session, workspace: &Workspace<'_>, deals: usize) -> Vec<String> {
    let settings = workspace.config.file.as_ref().map_or("defaults", |file| file.path());
    vec![
        format!("root: {}", opened.root().display()),
        format!("settings: {settings}"),
        format!("today: {}", workspace.today),
        format!("workflows: {}", workspace.library.own_names().collect::<Vec<_>>().join(", ")),
        format!("deals: {deals} in `{}`", workspace.config.deals),
    ]
}

/// Whether the settings are among what is named.
fn names_settings(selection: &Selection) -> bool {
    matches!(selection, Selection::Paths(paths) if paths.iter().any(|path| path == CONFIG_FILE))
}

/// The same of a change only.
fn judge_change(opened: &Session, global: &Global, base: &RevisionSpec) -> Result<CheckRun, Error> {
    let since::JudgedChange { ledger, extent, today, revision } = since::judge(opened, global, base)?;
    Ok(CheckRun {
        ledger,
        today,
        revision,
        deals: extent.deals,
        settings: false,
        workflows: extent.workflows,
        templates: 0,
        not_judged: extent.not_judged,
        prefix: opened.prefix(),
        gates: Vec::new(),
        notes: vec![format!("root: {}", opened.root().display())],
    })
}

/// The gates that a deal was held against.
fn gated(judged: &JudgedDeal<'_>) -> Gated {
    let asked = |number: usize| {
        let mut items = judged.judgement.items.iter();
        items.any(|item| {
            item.stage == Some(number)
                && item.due == Due::Now
                && !matches!(item.state, RequirementState::NotAsked(_))
        })
    };
    let stages = judged.workflow.stages.iter().zip(0_u32..).enumerate();
    Gated {
        deal: Arc::clone(&judged.deal.id),
        workflow: Arc::clone(&judged.workflow.id),
        path: Arc::clone(judged.file.path()),
        stages: stages
            .filter(|(index, _)| asked(*index))
            .map(|(_, (stage, number))| (number, Arc::clone(&stage.id)))
            .collect(),
    }
}

impl CheckArgs {
    pub(super) fn run(&self, global: &Global, console: Console) -> Result<Exit, Error> {
        output_target::refuse_shared(&self.format, "check");
        if !self.watch {
            return self.once(global, console);
        }
        if global.at.is_some() {
            usage_error("check", "`--watch` looks at the files on disk, and `--at` leaves them out");
        }
        watch::repeat(global, console, || self.once(global, console))
    }

    fn once(&self, global: &Global, console: Console) -> Result<Exit, Error> {
        self.fixing.refuse(global, &self.paths)?;
        let verdict = judge(self, global, console, BTreeMap::new())?;
        if self.fixing.is_asked() {
            return self.fix(verdict, global, console);
        }
        for note in &verdict.notes {
            console.note(note);
        }
        self.present(&verdict.outcome(), console)?;
        Ok(if verdict.ledger.fails(self.fail_on) { Exit::Findings } else { Exit::Clean })
    }

    /// Makes fixes until there are no more, and then writes or shows what became of the files.
    fn fix(&self, mut verdict: CheckRun, global: &Global, console: Console) -> Result<Exit, Error> {
        let opened = Session::open(global, &self.place())?;
        let most = opened.settings(global).limits.file_size;
        let mut fixed = Fixed::default();
        for _ in 0..fix::ROUNDS {
            if fixed.round(&opened, &verdict.ledger, &self.fixing, most)? == 0 {
                break;
            }
            verdict = judge(self, global, console, fixed.texts())?;
        }
        let fails = if self.fixing.diff {
            fixed.show(console)? || verdict.ledger.fails(self.fail_on)
        } else {
            if fixed.write(&opened, most)? {
                verdict = judge(self, global, console, BTreeMap::new())?;
            }
            self.present(&verdict.outcome(), console)?;
            verdict.ledger.fails(self.fail_on)
        };
        console.tell(&fixed.summary(&verdict.ledger, !self.fixing.diff));
        Ok(if fails { Exit::Findings } else { Exit::Clean })
    }

    /// What says where the workspace is.
    fn place(&self) -> Where<'_> {
        let paths = self.paths.iter().filter(|path| path.as_os_str() != "-").chain(&self.stdin_filename);
        Where { paths: paths.map(PathBuf::as_path).collect(), since: self.since.as_ref() }
    }

    /// The part of the workspace that is checked.
    fn selection(&self, opened: &Session, global: &Global) -> Result<Selection, Error> {
        if self.paths.is_empty() {
            opened.refuse_nowhere()?;
        }
        let settings = opened.settings(global);
        opened.selection(&self.paths, &settings.templates).map_err(|error| match error {
            Error::Path { path, why, hint: None } => {
                let workspace = opened.anywhere(global).ok();
                let meant = workspace.and_then(|it| Directory::of(&it).nearest_path(&path, &it));
                let hint = meant
                    .map(|meant| format!("did you mean `{}`?", shell::word(&opened.written_here(&meant))));
                Error::Path { path, why, hint }
            }
            error => error,
        })
    }

    /// The text on standard input, laid over the workspace, where that is what is to be checked.
    fn unsaved<'s>(&self, opened: &'s Session, global: &Global) -> Result<Option<Overlay<'s>>, Error> {
        let dash = self.paths.iter().any(|path| path.as_os_str() == "-");
        match (&self.stdin_filename, dash) {
            (None, false) => return Ok(None),
            (Some(_), false) => usage_error(
                "check",
                "`--stdin-filename` says what standard input is; to read it, write `-` as the path",
            ),
            (_, true) if self.paths.len() > 1 => {
                usage_error("check", "`-` is checked alone; leave the other paths out")
            }
            (_, true) => {}
        }
        let path = match &self.stdin_filename {
            Some(path) => opened.path_of_unsaved(path, &opened.settings(global).templates)?,
            None => paths::join(&opened.settings(global).deals, "stdin.yaml"),
        };
        Ok(Some(Overlay::new(opened.files(), path, stdin::read()?)))
    }

    /// Files first: they are written even when nobody reads standard output to its end.
    fn present(&self, outcome: &CheckOutcome<'_>, console: Console) -> Result<(), Error> {
        let usual = if console.is_terminal() { ON_A_TERMINAL } else { 0 };
        let most = Some(self.limit.unwrap_or(usual)).filter(|most| *most > 0);
        let surface = Surface { most, ..console.surface() };
        let plain = Surface { summary: surface.summary, ..Surface::PLAIN };
        for sink in &self.format {
            if let Some(file) = &sink.file {
                output::write(file, |out| emit::emit(sink.format, outcome, plain, out))?;
            }
        }
        if let Some(file) = step_summary::file()
            && self.format.iter().any(|sink| sink.format == Format::Github)
        {
            step_summary::append(&file, outcome)?;
        }
        let default = if console.is_terminal() { Format::Full } else { Format::Concise };
        let shown = match self.format.as_slice() {
            [] => Some(default),
            sinks => sinks.iter().find(|sink| sink.file.is_none()).map(|sink| sink.format),
        };
        if self.statistics {
            if shown.is_some_and(|format| !matches!(format, Format::Full | Format::Concise)) {
                usage_error(
                    "check",
                    "`--statistics` counts on standard output; give its format a file: `--format json=FILE`",
                );
            }
            return console.show(|out| emit::statistics(outcome, surface, out));
        }
        console.show(|out| match shown {
            Some(format) => emit::emit(format, outcome, surface, out),
            // Everything is in files; a word still says how it went.
            None => emit::summary(outcome, surface, out),
        })
    }
}

impl CheckRun {
    fn outcome(&self) -> CheckOutcome<'_> {
        CheckOutcome {
            ledger: &self.ledger,
            today: self.today,
            revision: self.revision.as_deref(),
            deals: self.deals,
            settings: self.settings,
            workflows: self.workflows,
            templates: self.templates,
            not_judged: self.not_judged,
            prefix: &self.prefix,
            gates: &self.gates,
        }
    }
}

impl NamedFormats for Format {
    fn names() -> Vec<&'static str> {
        FORMATS.iter().map(|entry| entry.name).collect()
    }

    fn of_name(name: &str) -> Option<Self> {
        Self::parse(name)
    }
}

fn parse_fail_on(text: &str) -> Result<FailOn, String> {
    match text {
        "error" => Ok(FailOn::Error),
        "warning" => Ok(FailOn::Warning),
        "info" => Ok(FailOn::Info),
        "never" => Ok(FailOn::Never),
        _ => Err(suggest(text, ["error", "warning", "info", "never"]).sentence().unwrap_or_default()),
    }
}
