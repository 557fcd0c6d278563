//! `dealgate demo`: writes the sample workspace, checks it, shows what that looks like and says what to try next.

mod showcase;

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use jiff::civil::Date;

use super::console::Console;
use super::exit::Exit;
use super::global::Global;
use super::pages::{self, PageFormat};
use super::{output, report_moments, starter};
use crate::assess::{Assessment, Selection, Workspace, check};
use crate::deal::Period;
use crate::emit::{self, CheckOutcome, Format, Surface, bold};
use crate::error::Error;
use crate::finding::wording::Count;
use crate::finding::{Finding, Ledger, Levels};
use crate::report::{self, Filter, ReportInput, ReportOptions};
use crate::snapshot::texts::Texts;
use crate::source::escape;
use crate::workspace::Config;

pub use showcase::FILES;

/// Write a demo workspace, check it, and say what to try next
#[derive(Clone, Debug, Args)]
pub(super) struct DemoArgs {
    /// The folder, new or without files of these names
    #[arg(value_name = "DIR", default_value = "dealgate-demo")]
    folder: PathBuf,
}

/// The file of the rendered report.
const PAGE: &str = "report.html";

/// Findings that show what dealgate is for: a slip of the pen, a gate, and an approval that has become void.
const TELLING: [(&str, &str); 3] = [
    ("brightsteel/lindau-sluice", "wrong-type"),
    ("northwind/tessera-lab", "requirement-unmet"),
    ("northwind/osprey-fleet", "approval-void"),
];

impl DemoArgs {
    pub(super) fn run(&self, global: &Global, console: Console) -> Result<Exit, Error> {
        let sample = || FILES.iter().map(|(path, text)| (*path, (*text).to_owned()));
        // The sample tells of a day; on any other, more of its deals would be late.
        let settings = Config::load(&Texts::new(sample().map(|(path, text)| (path.to_owned(), text))));
        let today = super::today(global.today, &settings)?;
        let mut texts = starter::with_schemas(sample(), today)?;
        texts.add(PAGE.to_owned(), page(&texts, today)?);
        output::write_folder(&self.folder, &texts.all())?;
        let workspace = Workspace::load(&texts, Config::load(&texts), today);
        let assessment = check::<()>(&workspace, &Selection::Everything, |_| None);
        let files = texts.all().len();
        let told = (today, settings.today == Some(today));
        console.show(|out| show(&self.folder, files, &assessment, told, console.surface(), out))?;
        Ok(Exit::Clean)
    }
}

/// What `dealgate report -o report.html --no-history` writes there.
fn page(texts: &Texts, today: Date) -> Result<String, Error> {
    let workspace = Workspace { all_dates: true, ..Workspace::load(texts, Config::load(texts), today) };
    let filter = Filter::default();
    let options = ReportOptions { with_tasks: true, weeks: true, ..ReportOptions::default() };
    let mut reading = ReportInput::of(&workspace, &filter, options, true);
    let eve = Period::quarter(today, report::fiscal_year(&workspace, &filter)).from.yesterday().ok();
    let quarter =
        reading.take_side().zip(eve).map(|(side, day)| report_moments::from_history_alone(side, day));
    let options = ReportOptions { quarter: quarter.as_ref(), ..options };
    let model = report::build_read(&workspace, &filter, reading, options);
    let templates = pages::templates(texts, &workspace.config);
    pages::page(&templates, "pipeline", PageFormat::Html, model)
}

fn show(
    folder: &Path,
    files: usize,
    assessment: &Assessment<()>,
    (today, is_pinned): (Date, bool),
    surface: Surface,
    out: &mut dyn Write,
) -> io::Result<()> {
    let chosen: Vec<Finding> =
        TELLING.iter().filter_map(|choice| pick(&assessment.ledger, *choice)).collect();
    let shown = folder.to_string_lossy();
    let intro = format!(
        "Wrote {} to `{}`: two companies and their {}, as they stand on {today}. Some are at fault: {} of \
         what `dealgate check` finds.",
        Count(files, "file"),
        escape::line(&shown),
        Count(assessment.deals, "deal"),
        Count(chosen.len(), "example"),
    );
    writeln!(out, "{}\n", emit::wrap(&intro, 0, "", surface.width))?;
    let all = CheckOutcome {
        ledger: &assessment.ledger,
        today,
        revision: None,
        deals: assessment.deals,
        settings: false,
        workflows: assessment.workflows,
        templates: 0,
        not_judged: assessment.not_judged,
        prefix: "",
        gates: &[],
    };
    let few = Ledger::settle(chosen, &Levels::default(), 0);
    let silent = Surface { summary: false, ..surface };
    emit::emit(Format::Full, &CheckOutcome { ledger: &few, ..all }, silent, out)?;
    emit::summary(&all, surface, out)?;
    next(&shown, (today, is_pinned), surface, out)
}

fn pick(ledger: &Ledger, (deal, code): (&str, &str)) -> Option<Finding> {
    let fits = |finding: &&Finding| {
        finding.code.name() == code && finding.subject.deal.as_deref().is_some_and(|of| of == deal)
    };
    ledger.findings().iter().find(fits).cloned()
}

/// Commands, whether the day matters to them, and what they show.
const NEXT: [(&str, bool, &str); 10] = [
    ("check", true, "every finding"),
    ("status", true, "every deal, worst first"),
    ("status osprey-fleet", true, "what is left to do for one"),
    ("approve osprey-fleet price-approved --by dana.whitlock@northwind.example", true, "approved anew"),
    ("new northwind/first", true, "a deal of your own"),
    ("explain approval-void", false, "what a finding means"),
    ("explain northwind", false, "a workflow as a checklist"),
    ("report -o report.html", true, "the page anew"),
    ("report changes", true, "what happened in the last week"),
    ("report trend", true, "the figures, month by month"),
];

fn next(
    folder: &str,
    (today, is_pinned): (Date, bool),
    surface: Surface,
    out: &mut dyn Write,
) -> io::Result<()> {
    let bold = bold(surface);
    writeln!(out, "\n{bold}Try next{bold:#}\n")?;
    writeln!(out, "  cd {}", output::shell_word(folder))?;
    for (command, dated, about) in NEXT {
        let day = if dated && !is_pinned { format!(" --today {today}") } else { String::new() };
        writeln!(out, "  {:<49}  {about}", format!("dealgate {command}{day}"))?;
    }
    let page = Path::new(folder).join(PAGE);
    let page = format!(
        "Open {} in a browser for the pipeline on one page: figures, stages, what needs attention.",
        output::shell_word(&page.to_string_lossy())
    );
    writeln!(out, "\n{}", emit::wrap(&page, 0, "", surface.width))?;
    if is_pinned {
        let why = format!(
            "The deals tell of {today}, which `today` in dealgate.toml pins: without it they are judged by your clock, \
             and more is late."
        );
        writeln!(out, "{}", emit::wrap(&why, 0, "", surface.width))?;
    }
    let mend = "To mend a first finding, open deals/northwind/tessera-lab.yaml, write `kind: follow-up` where it \
                says `kind: followup`, and check again. README.md there lists what is wrong with the others.";
    writeln!(out, "{}", emit::wrap(mend, 0, "", surface.width))
}
