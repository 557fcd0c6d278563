//! `dealgate report`: shows the pipeline at one moment.

use std::path::{Path, PathBuf};

use clap::Args;
use jiff::ToSpan as _;

use super::console::Console;
use super::context_file::{compare, read};
use super::deals::{self, Directory, Meant};
use super::exit::Exit;
use super::global::Global;
use super::pages::{self, PageFormat};
use super::report_moments::{Now, start_of_window};
use super::revision_spec::RevisionSpec;
use super::session::Session;
use super::site;
use super::usage::usage_error;
use super::{output, viewer, watch};
use crate::assess::Workspace;
use crate::deal::Period;
use crate::emit::terminal_markdown;
use crate::error::Error;
use crate::finding::wording::{Help as _, quote, suggest};
use crate::report::list::More;
use crate::report::model::Pace;
use crate::report::template::Templates;
use crate::report::{self, Filter, ReportInput, ReportModel, ReportOptions, TrendOptions, list, model_json};
use crate::source::escape;

/// Show the pipeline: figures, stages, what needs attention
#[derive(Clone, Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
#[command(after_help = EXAMPLES)]
pub(super) struct ReportArgs {
    /// Which report; `--list` names them
    #[arg(value_name = "NAME", default_value = "pipeline", hide_default_value = true)]
    name: String,

    /// Only these deals, by id, path or the end of an id
    #[arg(value_name = "DEAL", conflicts_with = "from_context")]
    deals: Vec<String>,

    /// Only deals of this company: those that follow its workflow
    #[arg(long, value_name = "COMPANY", conflicts_with = "from_context")]
    company: Vec<String>,

    /// Only deals of this owner: an address, or what stands before its `@`; `changes` also names those that went to another
    #[arg(long, value_name = "OWNER", conflicts_with = "from_context")]
    owner: Vec<String>,

    /// Only deals in this stage; `changes` also names those that went to another
    #[arg(long, value_name = "STAGE", conflicts_with = "from_context")]
    stage: Vec<String>,

    /// Only deals that close or closed in this period: FY27-Q2, FY27, 2026-06, 2026, 2026-04-01..2026-06-30
    #[arg(long, value_name = "PERIOD", conflicts_with = "from_context")]
    closing: Option<String>,

    /// What happened since a revision, or the end of a day (`@2026-11-16`) [default of `changes`: a week ago]
    #[arg(long, value_name = "REV|@DATE", value_parser = RevisionSpec::parse, conflicts_with = "from_context")]
    since: Option<RevisionSpec>,

    /// How long a point of `trend` is
    #[arg(long, value_name = "PACE", value_parser = pace, conflicts_with = "from_context")]
    by: Option<Pace>,

    /// How many points `trend` has [default: 13 weeks, 12 months, 8 fiscal quarters]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=MOST), conflicts_with = "from_context")]
    last: Option<u16>,

    /// As what to show it [default: by the extension of the file of `-o`; in a pipe Markdown, which a terminal has drawn]
    #[arg(long, value_name = "FORMAT", value_enum)]
    format: Option<PageFormat>,

    /// Write it to a file, whole or not at all; `deal` into a folder (`pages/`), one file a deal
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Write nothing; exit with 1 and show what differs when the file of `-o` is not what would be written
    #[arg(long, requires = "output")]
    check: bool,

    /// Write it again whenever a deal, a workflow, a template or a setting changes, until Ctrl-C
    #[arg(long, requires = "output", conflicts_with_all = ["check", "from_context"])]
    watch: bool,

    /// Open what was written with the system's own program for it
    #[arg(long, requires = "output", conflicts_with = "check")]
    open: bool,

    /// Show what `--format context` wrote to this file, instead of the workspace
    #[arg(long, value_name = "FILE")]
    from_context: Option<PathBuf>,

    /// Name the reports and stop
    #[arg(long, conflicts_with_all = ["check", "output", "from_context", "eject", "watch", "open"])]
    list: bool,

    /// Write a built-in template (`pipeline.html`, `report.css`) into the templates folder, to be changed
    #[arg(long, value_name = "TEMPLATE", conflicts_with_all = ["check", "from_context", "format", "watch", "open"])]
    eject: Option<String>,
}

/// The most points that a trend is asked for: ten years of weeks, and some.
const MOST: i64 = 540;

const EXAMPLES: &str = "\
Examples:
  dealgate report -o pipeline.html                    the review page, for a browser
  dealgate report summary                             a screenful of Markdown
  dealgate report trend --by quarter                  the pipeline over time
  dealgate report deal acme/rollout -o rollout.html   one deal on one page
  dealgate report deal -o pages/                      a page for each deal
  dealgate report site -o public                      all of it as pages, for a web server or an artifact
  dealgate report --format context                    everything that a template may see, as JSON
  dealgate report --eject pipeline.html               a template of your own to start from
  dealgate report --owner jane --closing FY27-Q2
  dealgate report changes --since @2026-11-16         what happened since that day's end
  dealgate report --check -o pipeline.html            is the committed report still true?
  dealgate report --watch --open -o pipeline.html     at the desk: always the latest, for a browser";

impl ReportArgs {
    pub(super) fn run(&self, global: &Global, console: Console) -> Result<Exit, Error> {
        let opened = Session::of_words(global, &self.deals)?;
        let settings = opened.settings(global);
        if let Some(name) = &self.eject {
            opened.refuse_nowhere()?;
            let path = pages::eject(name, opened.root(), &settings.templates, self.output.as_deref())?;
            let shown = path.strip_prefix(opened.root()).unwrap_or(&path);
            console.show(|out| writeln!(out, "wrote {}", pages::shown(shown)))?;
            return Ok(Exit::Clean);
        }
        if self.list {
            return name_reports(&pages::templates(opened.files(), &settings), console);
        }
        if self.watch {
            return self.watch(global, console);
        }
        let (exit, _) = self.render(&opened, global, console)?;
        self.show()?;
        Ok(exit)
    }

    /// Renders whenever something changes. What no change of a file mends is an error the first time.
    fn watch(&self, global: &Global, console: Console) -> Result<Exit, Error> {
        if global.at.is_some() {
            usage_error("report", "`--watch` looks at the files on disk, and `--at` leaves them out");
        }
        let output = self.output.as_deref().unwrap_or(Path::new(""));
        let mut shown = false;
        let mut is_first = true;
        let never = watch::watch(global, output, || {
            let rendered = Session::of_words(global, &self.deals)
                .and_then(|opened| self.render(&opened, global, console));
            let is_first = std::mem::take(&mut is_first);
            match rendered {
                Ok((_, deals)) => {
                    let deals = if deals == 1 { "1 deal".to_owned() } else { format!("{deals} deals") };
                    console.tell(&format!("wrote {}, {deals}", pages::shown(output)));
                    if !std::mem::replace(&mut shown, true)
                        && let Err(error) = self.show()
                    {
                        console.fail(&error);
                    }
                }
                Err(error) if is_first && !matches!(error, Error::Template { .. }) => return Err(error),
                Err(error) => console.fail(&error),
            }
            Ok(())
        });
        match never? {}
    }

    /// Opens what was written, where that is wanted.
    fn show(&self) -> Result<(), Error> {
        self.output.as_deref().filter(|_| self.open).map_or(Ok(()), viewer::open)
    }

    /// Makes the report once and delivers it; how many deals it shows.
    fn render(&self, opened: &Session, global: &Global, console: Console) -> Result<(Exit, usize), Error> {
        let is_site = self.name == list::SITE.name && self.format != Some(PageFormat::Context);
        let format = if is_site { PageFormat::Html } else { self.format() };
        let model = match &self.from_context {
            Some(path) => read(path)?,
            None => self.build(opened, global, format)?,
        };
        let deals = model.deals.len();
        if format == PageFormat::Context {
            let text = model_json::to_json(&model).map_err(|cause| Error::Json { cause })?;
            return Ok((self.deliver(&[(self.output.clone(), text)], console)?, deals));
        }
        let templates = pages::templates(opened.files(), &opened.settings(global));
        if self.name == list::SITE.name {
            let files = site::render(&templates, model)?;
            return Ok((site::deliver(self.output.as_deref(), &files, self.check, console)?, deals));
        }
        let texts: Vec<_> = match self.folder() {
            Some(folder) => pages::pages(&templates, &self.name, format, model)?
                .into_iter()
                .map(|(file, text)| (Some(folder.join(file)), text))
                .collect(),
            None => vec![(self.output.clone(), pages::page(&templates, &self.name, format, model)?)],
        };
        Ok((self.deliver(&texts, console)?, deals))
    }

    /// By the option, else by the name of the file, else what can be read where it is printed.
    fn format(&self) -> PageFormat {
        let Some(output) = &self.output else { return self.format.unwrap_or(PageFormat::Markdown) };
        let by_name = if self.folder().is_some() { Some(PageFormat::Html) } else { PageFormat::of(output) };
        self.format.or(by_name).unwrap_or_else(|| {
            let message =
                "the file's name does not tell the format; add `--format html` or `--format markdown`";
            usage_error("report", message)
        })
    }

    /// The folder that gets one file a deal.
    fn folder(&self) -> Option<&Path> {
        let path = self.output.as_deref().filter(|_| self.name == "deal")?;
        let folder = path.is_dir() || path.to_string_lossy().ends_with(['/', std::path::MAIN_SEPARATOR]);
        folder.then_some(path)
    }

    /// Prints, writes or compares. Every text is there before the first is written.
    fn deliver(&self, texts: &[(Option<PathBuf>, String)], console: Console) -> Result<Exit, Error> {
        let mut exit = Exit::Clean;
        for (file, text) in texts {
            match file {
                None if console.is_terminal() && self.format.is_none() => {
                    console.show(|out| terminal_markdown::draw(text, console.surface(), out))?;
                }
                None => console.show(|out| out.write_all(text.as_bytes()))?,
                Some(file) if self.check => {
                    if compare(file, text, console)? == Exit::Findings {
                        exit = Exit::Findings;
                    }
                }
                Some(file) => {
                    if self.folder().is_some() {
                        output::make_folder(file)?;
                    }
                    output::write(file, |out| out.write_all(text.as_bytes()))?;
                }
            }
        }
        Ok(exit)
    }

    fn build(&self, opened: &Session, global: &Global, format: PageFormat) -> Result<ReportModel, Error> {
        // Days in stage, conversion and cycle need the dates of every deal.
        let workspace = Workspace { all_dates: true, ..opened.workspace(global)? };
        let report = self.entry(&workspace)?;
        deals::known(&workspace, &self.stage, &self.company)?;
        let filter = self.filter(&workspace, opened)?;
        // What a report of the workspace's own shows is not known, so it sees everything.
        let shows = |more| report.is_none_or(|report| report.shows(more));
        let with_sheets = shows(More::Sheets);
        // Whoever reads all that there is, or has templates of their own, may ask for anything.
        let own = || !workspace.snapshot.walk(&workspace.config.templates).files.is_empty();
        let shows_all = format == PageFormat::Context || own();
        let revision = workspace.snapshot.revision();
        let options = ReportOptions {
            revision,
            with_sheets,
            with_derived: shows_all,
            only_rules: !shows_all && !shows(More::Deals),
            with_tasks: shows(More::Tasks) || self.has_own(&workspace),
            weeks: shows(More::Weeks),
            trend: self.trend(report, global),
            ..ReportOptions::default()
        };
        let base = self.base(report, &workspace);
        let shows_quarter = shows(More::Quarter);
        let start = start_of_window(&workspace, &filter).filter(|_| shows_quarter);
        let mut reading = ReportInput::of(&workspace, &filter, options, base.is_some() || start.is_some());
        deals::known_owners(&workspace, &self.owner, reading.owners())?;
        let now = Now { workspace: &workspace, side: reading.take_side() };
        let since = base.map(|base| now.since(opened, global, &base)).transpose()?;
        // Commits that cannot be read are told of where they are needed; here there is nothing to show then.
        let quarter = start.and_then(|start| now.since(opened, global, &start).ok());
        let options = ReportOptions { since: since.as_ref(), quarter: quarter.as_ref(), ..options };
        Ok(report::build_read(&workspace, &filter, reading, options))
    }

    /// The moment since which it tells what happened, where it does.
    fn base(&self, report: Option<&list::ReportEntry>, workspace: &Workspace<'_>) -> Option<RevisionSpec> {
        let a_week_ago = || workspace.today.checked_sub(7.days()).ok().map(RevisionSpec::Day);
        let always = report.is_some_and(|report| report.shows(More::Changes));
        self.since.clone().or_else(|| if always { a_week_ago() } else { None })
    }

    /// The figures over time that are wanted: by `trend`, and by a report of the workspace's own that asks for them.
    fn trend(&self, report: Option<&list::ReportEntry>, global: &Global) -> Option<TrendOptions> {
        let asked = self.by.is_some() || self.last.is_some();
        let shows = report.map_or(asked, |report| report.shows(More::Trend));
        if asked && !shows {
            let message = "`--by` and `--last` are for figures over time: `dealgate report trend`";
            usage_error("report", message);
        }
        let is_trend = report.is_some_and(|report| report.name == "trend");
        if is_trend && self.since.is_some() {
            usage_error("report", "`--last` says how far a trend goes back; leave `--since` out");
        }
        if is_trend && self.closing.is_some() {
            usage_error("report", "every point of a trend is a period of its own; leave `--closing` out");
        }
        let by = self.by.unwrap_or(Pace::Month);
        shows.then(|| TrendOptions {
            by,
            last: self.last.map_or(by.usual(), usize::from),
            rules_of_the_time: global.rules.is_none(),
            no_config: global.no_config,
        })
    }

    /// The built-in report that is meant; `None` for one of the workspace's own.
    fn entry(&self, workspace: &Workspace<'_>) -> Result<Option<&'static list::ReportEntry>, Error> {
        let found = list::find(&self.name);
        if found.is_some() || self.has_own(workspace) {
            return Ok(found);
        }
        Err(Error::Unknown {
            message: format!("there is no report {}", quote(&self.name)),
            hint: suggest(&self.name, list::REPORTS.iter().map(|report| report.name)).sentence(),
        })
    }

    /// Whether the workspace has a template of its own for this report.
    fn has_own(&self, workspace: &Workspace<'_>) -> bool {
        let own = ["html", "md"].map(|kind| format!("{}/{}.{kind}", workspace.config.templates, self.name));
        own.iter().any(|path| workspace.snapshot.has_file(path))
    }

    fn filter(&self, workspace: &Workspace<'_>, opened: &Session) -> Result<Filter, Error> {
        let mut filter = Filter {
            companies: self.company.clone(),
            owners: self.owner.clone(),
            aliases: workspace.config.people.addresses_of(&self.owner),
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

    fn deal_ids(&self, workspace: &Workspace<'_>, opened: &Session) -> Result<Vec<String>, Error> {
        let directory = Directory::of(workspace);
        let mut ids = Vec::new();
        for word in &self.deals {
            match directory.find(word, opened)? {
                Some(Meant::Deal(path)) => ids.push(workspace.deal_id(&path).to_string()),
                Some(Meant::Folder(path)) => {
                    let before = ids.len();
                    ids.extend(directory.below(&path).map(str::to_owned));
                    if ids.len() == before {
                        return Err(directory.unknown(word, workspace));
                    }
                }
                None => return Err(directory.unknown(word, workspace)),
            }
        }
        Ok(ids)
    }
}

fn pace(text: &str) -> Result<Pace, String> {
    match text {
        "week" => Ok(Pace::Week),
        "month" => Ok(Pace::Month),
        "quarter" => Ok(Pace::Quarter),
        _ => Err("write `week`, `month` or `quarter`".to_owned()),
    }
}

fn name_reports(templates: &Templates, console: Console) -> Result<Exit, Error> {
    let names = pages::names(templates);
    let widest = names.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    console.show(|out| {
        names.iter().try_for_each(|(name, about)| writeln!(out, "{:<widest$}  {about}", escape::line(name)))
    })?;
    Ok(Exit::Clean)
}
