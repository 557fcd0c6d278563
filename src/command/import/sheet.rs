//! Imports a sheet of deals that people edited: each changed cell becomes an edit of the deal's file.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::apply::{ImportManner, carry_out};
use super::check_edits;
use super::files::NamedTable;
use super::plan::{ImportPlan, PlannedChange};
use super::refusal::ImportRefusal;
use crate::assess::{Selection, Workspace};
use crate::command::change;
use crate::command::console::Console;
use crate::command::exit::Exit;
use crate::command::global::Global;
use crate::command::session::Session;
use crate::edit::{self, Change};
use crate::error::Error;
use crate::import::columns::ColumnContext;
use crate::import::failure::{Failures, TablePlace};
use crate::import::incoming::Incoming;
use crate::import::merge::MergedDeal;
use crate::import::roundtrip::{self, RowEdit, RowState, SheetColumns, SheetDeal};
use crate::import::table::ImportTable;
use crate::proposal;
use crate::snapshot::git::Repository;
use crate::syntax::{Node, yaml};

/// Takes the changed cells of some tables.
pub(super) fn run(
    opened: &Session,
    workspace: &Workspace<'_>,
    tables: Vec<NamedTable>,
    manner: ImportManner,
    global: &Global,
    console: Console,
) -> Result<Exit, Error> {
    let mut failures = Failures::default();
    let skipped = skipped(&tables, &mut failures);
    let (names, tables): (Vec<String>, Vec<ImportTable>) = tables.into_iter().unzip();
    let map = roundtrip::map();
    let config = &workspace.config;
    let context = ColumnContext { map: &map, people: &config.people, zone: &config.timezone };
    let deals = deals(workspace);
    let edits = roundtrip::read(&tables, &deals, context, &mut failures);
    let columns = SheetColumns::by_workflow(deals.values().map(|deal| &deal.workflow));
    let mut planner = SheetPlanner {
        opened,
        workspace,
        holder: RowState::new(&columns, context, manner.settle),
        remembers: Repository::open(opened.root()).is_ok(),
        failures,
        places: BTreeMap::new(),
        plan: ImportPlan::default(),
    };
    for row in &edits.rows {
        if let Some(deal) = deals.get(&row.deal) {
            planner.row(row, deal)?;
        }
    }
    if planner.failures.is_empty() {
        let SheetPlanner { plan, places, failures, .. } = &mut planner;
        check_edits::hold(opened, global, (&plan.changed, places), failures)?;
    }
    if !planner.failures.is_empty() {
        let failures = planner.failures.into_list();
        return ImportRefusal { files: names, failures, preset: None }.show(console);
    }
    let incoming = Incoming {
        read: edits.read,
        dropped: edits.dropped,
        unmapped: edits.unmapped,
        skipped,
        ..Incoming::default()
    };
    carry_out(&planner.plan, &incoming, opened, manner, global, console)
}

/// The tabs that hold no deals. A file without any sheet of deals is not left out in silence.
fn skipped(tables: &[NamedTable], failures: &mut Failures) -> Vec<String> {
    let file = |name: &'_ str| name.rsplit_once(" [").map_or(name, |(file, _)| file).to_owned();
    let is_ours = |table: &ImportTable| roundtrip::is_sheet(table) || roundtrip::torn_at(table).is_some();
    let ours: Vec<String> =
        tables.iter().filter(|(_, table)| is_ours(table)).map(|(name, _)| file(name)).collect();
    let mut skipped = Vec::new();
    for (number, (name, _)) in tables.iter().enumerate().filter(|(_, (_, table))| !is_ours(table)) {
        if ours.contains(&file(name)) {
            skipped.push(name.clone());
            continue;
        }
        let place = TablePlace { file: number, line: 0 };
        let help = "import it by itself".to_owned();
        failures.push(place, "is no sheet of `dealgate export sheet`, as the others are", Some(help));
    }
    skipped
}

/// The deals by their ids as cells give them back; of two files of one, the first.
fn deals(workspace: &Workspace<'_>) -> BTreeMap<String, SheetDeal> {
    let mut found = BTreeMap::new();
    for path in workspace.deal_files(&Selection::Everything).files {
        let Ok(file) = workspace.snapshot.read(&path, workspace.config.limits.file_size) else { continue };
        let parsed = yaml::parse(file.text());
        let Some(root) = parsed.root.filter(|_| parsed.faults.is_empty()) else { continue };
        if let Some(workflow) = workspace.followed(&path, root.get("workflow")) {
            let id = workspace.deal_id(&path);
            found
                .entry(roundtrip::cell_name(&id))
                .or_insert_with(|| SheetDeal { path, workflow: Arc::clone(workflow) });
        }
    }
    found
}

struct SheetPlanner<'a> {
    opened: &'a Session,
    workspace: &'a Workspace<'a>,
    holder: RowState<'a>,
    /// Whether a repository remembers when a deal came to a stage.
    remembers: bool,
    failures: Failures,
    /// The rows of changed deals, by their files.
    places: BTreeMap<String, TablePlace>,
    plan: ImportPlan,
}

impl SheetPlanner<'_> {
    fn row(&mut self, row: &RowEdit, SheetDeal { path, workflow }: &SheetDeal) -> Result<(), Error> {
        if row.changed.is_empty() {
            self.plan.same += 1;
            return Ok(());
        }
        let old = change::read(self.opened, path, self.workspace.config.limits.file_size)?;
        let parsed = yaml::parse(old.strip_prefix('\u{feff}').unwrap_or(&old));
        let Some(root) = parsed.root else { return Ok(()) };
        let merged = self.holder.held(row, &root, workflow);
        if !merged.conflicts.is_empty() {
            self.plan.conflicts.push((path.clone(), merged.conflicts.clone()));
        }
        if !merged.kept.is_empty() {
            self.plan.kept.push((path.clone(), merged.kept.clone()));
        }
        if merged.taken.is_empty() {
            self.plan.same += usize::from(merged.conflicts.is_empty());
            return Ok(());
        }
        let mut changes = merged.changes(&root, &workflow.schema);
        changes.extend(self.remembered(&merged, &root));
        match edit::edit(&old, &changes, &proposal::key_order(workflow)) {
            Ok(new) => {
                self.places.insert(path.clone(), row.place);
                self.plan.paths.push(path.clone());
                let taken = merged.taken;
                self.plan.changed.push(PlannedChange { path: path.clone(), old, new, taken });
            }
            Err(declined) => {
                let message = format!("`{path}` cannot be changed: {}", declined.message);
                self.failures.push(row.place, message, Some(declined.help));
            }
        }
        Ok(())
    }

    /// What a deal tells of a new stage, as `dealgate move` does: where it keeps a history of its own, or where nothing
    /// else remembers.
    fn remembered(&self, merged: &MergedDeal, root: &Node<'_>) -> Option<Change> {
        let past_change = merged.taken.iter().find(|past_change| past_change.key == "stage")?;
        let stage = past_change.there.as_ref()?.to_string();
        let is_told = proposal::keeps_history(root) || !self.remembers;
        is_told.then(|| proposal::history_entry(self.workspace.today, [("stage", stage)], None))
    }
}
