//! A sheet of deals that people edited: each changed cell becomes an edit of the deal's file, and nothing else does.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::carried::{ImportManner, carry_out};
use super::files::NamedTable;
use super::plan::{ImportPlan, PlannedChange};
use super::refusal::ImportRefusal;
use crate::assess::{Selection, Workspace};
use crate::command::change;
use crate::command::console::Console;
use crate::command::exit::Exit;
use crate::command::global::Global;
use crate::command::opened::Session;
use crate::edit::{self, Change, NewValue};
use crate::error::Error;
use crate::import::columns::ColumnContext;
use crate::import::failure::Failures;
use crate::import::incoming::Incoming;
use crate::import::merge::{MergedDeal, Settle};
use crate::import::roundtrip::{self, RowEdit, SheetDeal};
use crate::import::table::ImportTable;
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
    let (names, tables): (Vec<String>, Vec<ImportTable>) = tables.into_iter().unzip();
    let map = roundtrip::map();
    let config = &workspace.config;
    let context = ColumnContext { map: &map, people: &config.people, zone: &config.timezone };
    let deals = deals(workspace);
    let mut failures = Failures::default();
    let edits = roundtrip::read(&tables, &deals, context, &mut failures);
    let mut planner = SheetPlanner {
        opened,
        workspace,
        context,
        settle: manner.settle,
        failures,
        plan: ImportPlan::default(),
    };
    for row in &edits.rows {
        if let Some(deal) = deals.get(&row.deal) {
            planner.row(row, deal)?;
        }
    }
    if !planner.failures.is_empty() {
        let failures = planner.failures.into_list();
        return ImportRefusal { files: names, failures, preset: None }.show(console);
    }
    let incoming = Incoming {
        read: edits.read,
        dropped: edits.dropped,
        unmapped: edits.unmapped,
        ..Incoming::default()
    };
    carry_out(&planner.plan, &incoming, opened, manner, global, console)
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
    context: ColumnContext<'a>,
    settle: Settle,
    failures: Failures,
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
        let merged = roundtrip::held(row, &root, workflow, self.context, self.settle);
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
        let order = super::document::order(workflow);
        match edit::edit(&old, &changes, &order) {
            Ok(new) => {
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

    /// What a deal that keeps a history of its own tells of a new stage or outcome.
    fn remembered(&self, merged: &MergedDeal, root: &Node<'_>) -> Option<Change> {
        root.get("history")?.as_list()?.first()?;
        let said = |key: &str, nothing: Option<&str>| {
            let turn = merged.taken.iter().find(|turn| turn.key == key)?;
            let there = turn.there.as_ref().map(|said| said.to_value(None));
            there.or_else(|| Some(NewValue::Text(nothing?.to_owned())))
        };
        let (stage, outcome) = (said("stage", None), said("outcome.result", Some("open")));
        if stage.is_none() && outcome.is_none() {
            return None;
        }
        let day = Some(NewValue::Plain(self.workspace.today.to_string()));
        let entry = NewValue::record([("date", day), ("stage", stage), ("outcome", outcome)]);
        Some(Change::Append(edit::Path::keys(["history"]), entry))
    }
}
