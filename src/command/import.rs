//! `dealgate import`: deals from another system's export, again and again.

mod document;
mod files;
mod plan;
mod refusal;
mod sheet;
mod told;

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::change;
use super::console::Console;
use super::exit::Exit;
use super::global::Global;
use super::opened::Session;
use crate::assess::Workspace;
use crate::error::Error;
use crate::import::columns::ColumnContext;
use crate::import::failure::{Failure, Failures};
use crate::import::history::{self, HistoryContext};
use crate::import::incoming::{self, Incoming};
use crate::import::map::ImportMap;
use crate::import::merge::Settle;
use crate::import::presets::preset;
use crate::import::roundtrip;
use crate::import::targets::TargetContext;
use crate::import::turns::ImportedHistories;
use plan::ImportPlan;
use refusal::{ImportRefusal, unknown_map};

/// Bring deals in from the export of a CRM, and again later
#[derive(Clone, Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ImportArgs {
    /// The export: CSV in any form, or XLSX; several are read as one
    #[arg(value_name = "FILE", required_unless_present = "print_map")]
    files: Vec<PathBuf>,
    /// How to read it: hubspot, salesforce, pipedrive, zoho, dynamics, csv, or a TOML file [default: found by the header]
    #[arg(long, value_name = "NAME|MAP.toml")]
    map: Option<String>,
    /// Show the map, to be changed and named with `--map`
    #[arg(long, requires = "map")]
    print_map: bool,
    /// The folder of new deals, below that of the deals [default: the workflow's name]
    #[arg(long, value_name = "FOLDER")]
    into: Option<String>,
    /// The workflow that new deals follow [default: the only one there is]
    #[arg(long, value_name = "NAME")]
    workflow: Option<String>,
    /// What the system knows of the past, to be told in the `history` of deals: HubSpot's days in stages, or Salesforce's
    /// report of the history of opportunities
    #[arg(long, value_name = "FILE")]
    history: Vec<PathBuf>,
    /// Show what would be new, changed, kept and in conflict, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Whose value counts where a person and the export have changed the same one
    #[arg(long, value_name = "WHOSE")]
    take: Option<Take>,
}

const EXAMPLES: &str = "\
Examples:
  dealgate import hubspot-crm-exports-all-deals.csv --dry-run
  dealgate import deals.xlsx --map pipedrive --workflow acme
  dealgate import --map salesforce --print-map > crm.toml
  dealgate import report.csv --map crm.toml --into acme/old
  dealgate import deals.csv --take theirs

Deals are known again by the record's own id (`origin`), wherever their files were moved. What people changed since
the last import stays; what was said then is kept in `imports/`, which is to be committed.";

/// Whose value counts.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Take {
    /// The export's.
    Theirs,
    /// The file's.
    Ours,
}

/// Writes what is planned, unless it is a dry run, and says it.
fn carry_out(
    plan: &ImportPlan,
    incoming: &Incoming,
    (opened, dry_run): (&Session, bool),
    global: &Global,
    console: Console,
) -> Result<Exit, Error> {
    if !dry_run {
        plan.write(opened)?;
    }
    told::plan(plan, incoming, dry_run, console)?;
    if !dry_run {
        told::gates(plan, global, console)?;
    }
    Ok(if plan.conflicts.is_empty() { Exit::Clean } else { Exit::Findings })
}

impl ImportArgs {
    pub(super) fn run(&self, global: &Global, console: Console) -> Result<Exit, Error> {
        if self.print_map {
            return self.show_map(console);
        }
        let opened = change::writable(global)?;
        let workspace = opened.workspace(global)?;
        let tables = files::read(&self.files)?;
        if self.map.is_none() && tables.iter().any(|(_, table)| roundtrip::is_sheet(table)) {
            return sheet::run(&opened, &workspace, tables, (self.settle(), self.dry_run), global, console);
        }
        let map = match files::map(self.map.as_deref(), &tables)? {
            Ok(map) => map,
            Err(refusal) => return refusal.show(console),
        };
        let names: Vec<String> = tables.iter().map(|(name, _)| name.clone()).collect();
        let mut failures = Failures::default();
        let past = files::read(&self.history)?;
        let names: Vec<String> = names.into_iter().chain(past.iter().map(|(name, _)| name.clone())).collect();
        let mut incoming = self.incoming(&map, &tables, &workspace, &mut failures)?;
        let histories = if failures.is_empty() {
            self.histories((&map, &past), tables.len(), &workspace, &incoming, &mut failures)?
        } else {
            ImportedHistories::new()
        };
        incoming.stand_where_they_last_stood(&histories);
        if !failures.is_empty() {
            return self.refusal(&map, names, failures.into_list()).show(console);
        }
        match ImportPlan::make(&opened, &workspace, &map, (&incoming, &histories), self.settle())? {
            Ok(plan) => carry_out(&plan, &incoming, (&opened, self.dry_run), global, console),
            Err(failures) => self.refusal(&map, names, failures).show(console),
        }
    }

    fn settle(&self) -> Settle {
        match self.take {
            None => Settle::Tell,
            Some(Take::Theirs) => Settle::Theirs,
            Some(Take::Ours) => Settle::Ours,
        }
    }

    fn refusal(&self, map: &ImportMap, files: Vec<String>, failures: Vec<Failure>) -> ImportRefusal {
        let named = self.map.as_deref().unwrap_or(&map.system);
        ImportRefusal { files, failures, preset: preset(named).map(|_| named.to_owned()) }
    }

    fn show_map(&self, console: Console) -> Result<Exit, Error> {
        let name = self.map.as_deref().unwrap_or_default();
        let text = preset(name).ok_or_else(|| unknown_map(name))?;
        console.show(|out| write!(out, "{text}"))?;
        Ok(Exit::Clean)
    }

    fn incoming(
        &self,
        map: &ImportMap,
        tables: &[files::NamedTable],
        workspace: &Workspace<'_>,
        failures: &mut Failures,
    ) -> Result<Incoming, Error> {
        let headed = files::headed(map, tables)?;
        let config = &workspace.config;
        let context = ColumnContext { map, people: &config.people, zone: &config.timezone };
        Ok(incoming::read(&headed, context, self.targets(map, workspace), failures))
    }

    fn targets<'a>(&'a self, map: &'a ImportMap, workspace: &'a Workspace<'_>) -> TargetContext<'a> {
        TargetContext {
            map,
            config: &workspace.config,
            library: &workspace.library,
            workflow: self.workflow.as_deref(),
            into: self.into.as_deref(),
        }
    }

    /// What the exports of the past say; their tables are numbered after the `others`.
    fn histories(
        &self,
        (map, past): (&ImportMap, &[files::NamedTable]),
        others: usize,
        workspace: &Workspace<'_>,
        incoming: &Incoming,
        failures: &mut Failures,
    ) -> Result<ImportedHistories, Error> {
        let config = &workspace.config;
        let columns = ColumnContext { map, people: &config.people, zone: &config.timezone };
        let context = HistoryContext { columns, targets: self.targets(map, workspace), incoming };
        let mut all = ImportedHistories::new();
        for (number, (name, table)) in past.iter().enumerate() {
            let read = history::read(others + number, table, context, failures).ok_or_else(|| Error::Path {
                path: name.into(),
                why: "tells of no past that can be read".to_owned(),
                hint: Some(
                    "HubSpot's export has columns `Date entered \"…\"`; Salesforce's report has `From Stage`, `To Stage` and \
                     `Opportunity ID`"
                        .to_owned(),
                ),
            })?;
            for (id, turns) in read {
                all.entry(id).or_default().extend(turns);
            }
        }
        for turns in all.values_mut() {
            turns.sort_by_key(|turn| turn.day);
            *turns = history::without_repetitions(turns);
        }
        Ok(all)
    }
}
