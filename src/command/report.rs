//! `dealgate report`: shows the pipeline at one moment. Must not know how a figure is made.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::deals::{self, Directory, Meant};
use super::difference::difference;
use super::opened::Opened;
use super::{Console, Exit, Global, output, usage_error};
use crate::assess::Workspace;
use crate::deal::Period;
use crate::error::Error;
use crate::finding::wording::{quote, suggest};
use crate::report::{self, Filter, Model, Wish, context, list};
use crate::source::escape;

/// Show the pipeline: figures, stages, what needs attention
#[derive(Clone, Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Report {
    /// Which report; `--list` names them
    #[arg(value_name = "NAME", default_value = "pipeline", hide_default_value = true)]
    name: String,

    /// Only these deals, by id, path or the end of an id
    #[arg(value_name = "DEAL", conflicts_with = "from_context")]
    deals: Vec<String>,

    /// Only deals of this company: those that follow its workflow
    #[arg(long, value_name = "COMPANY", conflicts_with = "from_context")]
    company: Vec<String>,

    /// Only deals of this owner: an address, or what stands before its `@`
    #[arg(long, value_name = "OWNER", conflicts_with = "from_context")]
    owner: Vec<String>,

    /// Only deals in this stage
    #[arg(long, value_name = "STAGE", conflicts_with = "from_context")]
    stage: Vec<String>,

    /// Only deals that close or closed in this period: FY27-Q2, FY27, 2026-06, 2026, 2026-04-01..2026-06-30
    #[arg(long, value_name = "PERIOD", conflicts_with = "from_context")]
    closing: Option<String>,

    /// As what to show it
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    format: Format,

    /// Write it to a file, whole or not at all
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Write nothing; exit with 1 and show what differs when the file of `-o` is not what would be written
    #[arg(long, requires = "output")]
    check: bool,

    /// Show what `--format context` wrote to this file, instead of the workspace
    #[arg(long, value_name = "FILE")]
    from_context: Option<PathBuf>,

    /// Name the reports and stop
    #[arg(long, exclusive = true)]
    list: bool,
}

const EXAMPLES: &str = "\
Examples:
  dealgate report --format context                    everything that a template may see, as JSON
  dealgate report --owner jane --closing FY27-Q2
  dealgate report deal acme/rollout
  dealgate report --check -o report.json              is the committed report still true?";

/// As what a report is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// The JSON of what a template sees; `dealgate schema report` describes it.
    #[default]
    Context,
}

impl Report {
    pub(super) fn run(&self, global: &Global, console: Console) -> Result<Exit, Error> {
        if self.list {
            return name_reports(console);
        }
        let model = match &self.from_context {
            Some(path) => read(path)?,
            None => self.build(global)?,
        };
        let text = self.render(&model)?;
        match &self.output {
            None => console.show(|out| out.write_all(text.as_bytes()))?,
            Some(file) if self.check => return compare(file, &text, console),
            Some(file) => output::write(file, |out| out.write_all(text.as_bytes()))?,
        }
        Ok(Exit::Clean)
    }

    fn build(&self, global: &Global) -> Result<Model, Error> {
        let opened = Opened::here()?;
        let workspace = opened.workspace(global)?;
        let report = self.entry(&workspace)?;
        deals::known(&workspace, &self.stage, &self.company)?;
        let filter = self.filter(&workspace, &opened)?;
        // What a report of the workspace's own shows is not known, so it sees everything.
        let with_sheets = report.is_none_or(|report| report.with_sheets);
        let wish = Wish { revision: workspace.snapshot.revision(), with_sheets };
        Ok(report::build(&workspace, &filter, wish))
    }

    /// The built-in report that is meant; `None` for one of the workspace's own.
    fn entry(&self, workspace: &Workspace<'_>) -> Result<Option<&'static list::Entry>, Error> {
        let own = ["html", "md"].map(|kind| format!("{}/{}.{kind}", workspace.config.templates, self.name));
        let found = list::find(&self.name);
        if found.is_some() || own.iter().any(|path| workspace.snapshot.has_file(path)) {
            return Ok(found);
        }
        Err(Error::Unknown {
            message: format!("there is no report {}", quote(&self.name)),
            hint: suggest(&self.name, list::REPORTS.iter().map(|report| report.name)),
        })
    }

    fn filter(&self, workspace: &Workspace<'_>, opened: &Opened) -> Result<Filter, Error> {
        let mut filter = Filter {
            companies: self.company.clone(),
            owners: self.owner.clone(),
            stages: self.stage.clone(),
            deals: self.deal_ids(workspace, opened)?,
            closing: None,
        };
        if let Some(text) = &self.closing {
            let fiscal = report::fiscal_year(workspace, &filter);
            let period = Period::parse(text, fiscal)
                .unwrap_or_else(|why| usage_error("report", format!("`--closing {text}`: {why}")));
            filter.closing = Some(period);
        }
        Ok(filter)
    }

    fn deal_ids(&self, workspace: &Workspace<'_>, opened: &Opened) -> Result<Vec<String>, Error> {
        let directory = Directory::of(workspace);
        let mut ids = Vec::new();
        for word in &self.deals {
            match directory.find(word, opened)? {
                Some(Meant::Deal(path)) => ids.push(workspace.deal_id(&path).to_string()),
                Some(Meant::Folder(path)) => {
                    let before = ids.len();
                    ids.extend(directory.below(&path).map(str::to_owned));
                    if ids.len() == before {
                        return Err(directory.unknown(word));
                    }
                }
                None => return Err(directory.unknown(word)),
            }
        }
        Ok(ids)
    }

    /// Here templates are rendered: `Format::Html` and `Format::Markdown` belong beside this one, and hand the model
    /// as JSON, with `context::schema()`, to `report::template`.
    fn render(&self, model: &Model) -> Result<String, Error> {
        match self.format {
            Format::Context => context::to_json(model).map_err(|cause| Error::Json { cause }),
        }
    }
}

fn name_reports(console: Console) -> Result<Exit, Error> {
    let widest = list::REPORTS.iter().map(|report| report.name.len()).max().unwrap_or_default();
    console.show(|out| {
        list::REPORTS
            .iter()
            .try_for_each(|report| writeln!(out, "{:<widest$}  {}", report.name, report.about))
    })?;
    Ok(Exit::Clean)
}

/// Reads a model that was written before.
fn read(path: &Path) -> Result<Model, Error> {
    let unusable = |why: String| Error::Context { path: path.to_owned(), why };
    let cannot = |cause: std::io::Error| unusable(cause.to_string());
    let mut text = String::new();
    let read = File::open(path).and_then(|file| file.take(context::MAX_BYTES + 1).read_to_string(&mut text));
    if read.map_err(cannot)? as u64 > context::MAX_BYTES {
        return Err(unusable(format!("it is larger than {} MiB", context::MAX_BYTES >> 20)));
    }
    context::from_json(&text).map_err(unusable)
}

/// Whether a file is what would be written now.
fn compare(file: &Path, text: &str, console: Console) -> Result<Exit, Error> {
    let there = match std::fs::read(file) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(cause) => {
            return Err(Error::Path { path: file.to_owned(), why: format!("cannot be read: {cause}") });
        }
    };
    let Some(differs) = difference(&there, text) else { return Ok(Exit::Clean) };
    let name = escape::line(&file.to_string_lossy()).into_owned();
    console.show(|out| {
        writeln!(out, "--- {name}\n+++ what the workspace says now")?;
        out.write_all(escape::terminal(&differs).as_bytes())
    })?;
    Ok(Exit::Findings)
}
