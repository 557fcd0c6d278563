//! `dealgate import`: deals from another system's export, again and again.

mod apply;
mod check_edits;
mod document;
mod files;
mod grandfather;
mod past;
mod plan;
mod propose;
mod refusal;
mod sheet;
mod summary;

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::change;
use super::console::Console;
use super::exit::Exit;
use super::global::Global;
use super::today::today;
use crate::assess::Workspace;
use crate::error::Error;
use crate::finding::wording::WordList;
use crate::import::columns::ColumnContext;
use crate::import::failure::{Failure, Failures};
use crate::import::history::HistoryContext;
use crate::import::imported_change::ImportedHistories;
use crate::import::incoming::{self, Incoming};
use crate::import::map::ImportMap;
use crate::import::merge::Settle;
use crate::import::presets::preset;
use crate::import::targets::TargetContext;
use apply::{ImportManner, carry_out};
use plan::ImportPlan;
use propose::ProposalRequest;
use refusal::{ImportRefusal, unknown_map};

/// Bring deals in from the export of a CRM, and again later
#[derive(Clone, Debug, Args)]
#[command(after_help = EXAMPLES)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
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
    /// What the system knows of the past, to be told in the `history` of deals: HubSpot's days in stages, Salesforce's
    /// reports of the history of opportunities or of their fields, or a folder of exports with their days in their names
    #[arg(long, value_name = "FILE|FOLDER")]
    history: Vec<PathBuf>,
    /// Show a workflow to start from, as the deals of the export and their `--history` tell it, and write nothing
    #[arg(long, conflicts_with_all = ["dry_run", "take", "into", "workflow", "grandfather"])]
    propose_workflow: bool,
    /// The pipeline that a workflow is proposed for [default: the only one there is]
    #[arg(long, value_name = "NAME", requires = "propose_workflow")]
    pipeline: Option<String>,
    /// Ask what these deals miss only of deals that come to a stage from today on: `since` is written into the workflows
    #[arg(long, conflicts_with = "dry_run")]
    grandfather: bool,
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
  dealgate import deals.csv --history stages.csv --propose-workflow > acme.toml
  dealgate import deals.xlsx                    a sheet of `dealgate export sheet`: its changed cells become edits

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

impl ImportArgs {
    pub(super) fn run(&self, global: &Global, console: Console) -> Result<Exit, Error> {
        if self.print_map {
            return self.show_map(console);
        }
        if self.propose_workflow {
            let request = ProposalRequest {
                files: &self.files,
                map: self.map.as_deref(),
                history: &self.history,
                pipeline: self.pipeline.as_deref(),
            };
            // On the first day there is no workspace yet, and so nobody is listed in one.
            let here = change::writable(global).and_then(|opened| Ok(opened.workspace(global)?.config));
            let config = here.unwrap_or_default();
            let today = today(global.today, &config)?;
            return request.run(config, today, console);
        }
        let opened = change::writable(global)?;
        let workspace = opened.workspace(global)?;
        let tables = files::read(&self.files)?;
        if self.map.is_none() && files::are_sheets(&tables) {
            self.refuse_for_a_sheet()?;
            return sheet::run(&opened, &workspace, tables, self.manner(), global, console);
        }
        let map = match files::map(self.map.as_deref(), &tables)? {
            Ok(map) => map,
            Err(refusal) => return refusal.show(console),
        };
        let mut names: Vec<String> = tables.iter().map(|(name, _)| name.clone()).collect();
        let mut failures = Failures::default();
        let mut incoming = self.incoming(&map, &tables, &workspace, &mut failures)?;
        let mut histories = ImportedHistories::new();
        if failures.is_empty() {
            let config = &workspace.config;
            let columns = ColumnContext { map: &map, people: &config.people, zone: &config.timezone };
            let context =
                HistoryContext { columns, targets: self.targets(&map, &workspace), incoming: &incoming };
            histories = past::read(&self.history, workspace.today, context, &mut names, &mut failures)?;
        }
        incoming.stand_where_they_last_stood(&histories);
        if !failures.is_empty() {
            return self.refusal(&map, names, failures.into_list()).show(console);
        }
        match ImportPlan::make(&opened, &workspace, &map, (&incoming, &histories), self.manner().settle)? {
            Ok(plan) => carry_out(&plan, &incoming, &opened, self.manner(), global, console),
            Err(failures) => self.refusal(&map, names, failures).show(console),
        }
    }

    /// What says where new deals go, or tells of the past of a system, says nothing of a sheet.
    fn refuse_for_a_sheet(&self) -> Result<(), Error> {
        let given = [
            ("--into", self.into.is_some()),
            ("--workflow", self.workflow.is_some()),
            ("--history", !self.history.is_empty()),
            ("--grandfather", self.grandfather),
        ];
        let given: Vec<String> =
            given.into_iter().filter(|(_, is)| *is).map(|(name, _)| format!("`{name}`")).collect();
        if given.is_empty() {
            return Ok(());
        }
        Err(Error::Unknown {
            message: format!(
                "a sheet of `dealgate export sheet` changes deals that are there; {} is for the export of a system",
                WordList(&given, "and")
            ),
            hint: Some(format!("leave out {}", WordList(&given, "and"))),
        })
    }

    fn manner(&self) -> ImportManner {
        let settle = match self.take {
            None => Settle::Tell,
            Some(Take::Theirs) => Settle::Theirs,
            Some(Take::Ours) => Settle::Ours,
        };
        ImportManner { settle, dry_run: self.dry_run, grandfather: self.grandfather }
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
            places_won: true,
        }
    }
}
