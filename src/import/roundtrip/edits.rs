//! What people changed in a sheet: the cells whose prints are no longer those that were written beside them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::cells::NOT_EDITABLE;
use super::columns::{SheetColumn, SheetColumns, SheetReader, SheetWriter, prints_of};
use super::header::{DEAL, PRINTS, WORKFLOW, cell_name, columns_of};
use crate::finding::wording::{Help as _, quote, suggest};
use crate::import::columns::ColumnContext;
use crate::import::failure::{Failures, TablePlace};
use crate::import::incoming::stage_called;
use crate::import::merge::{MergedDeal, Settle, ValueTurn, at};
use crate::import::rows::HeadedTable;
use crate::import::said::SaidDeal;
use crate::import::table::{ImportTable, TableRow};
use crate::source::escape;
use crate::syntax::Node;
use crate::workflow::Workflow;

/// A deal that a row may speak of.
#[derive(Clone, Debug)]
pub struct SheetDeal {
    /// Its file.
    pub path: String,
    /// The workflow it follows.
    pub workflow: Arc<Workflow>,
}

/// What a row changes.
#[derive(Debug)]
pub struct RowEdit {
    /// Its row.
    pub place: TablePlace,
    /// The deal's id.
    pub deal: String,
    /// The value of each changed cell, and the print of what the file said when the sheet was written.
    pub changed: BTreeMap<String, (Option<SaidDeal>, String)>,
}

/// What some sheets change.
#[derive(Debug, Default)]
pub struct SheetEdits {
    /// Rows below the headers.
    pub read: usize,
    /// Rows that are no deals, and what they are.
    pub dropped: Vec<(TablePlace, String)>,
    /// Columns that no deal has.
    pub unmapped: Vec<String>,
    /// Rows of deals, in order, those that change nothing too.
    pub rows: Vec<RowEdit>,
}

/// Reads sheets of deals.
pub fn read(
    tables: &[ImportTable],
    deals: &BTreeMap<String, SheetDeal>,
    context: ColumnContext<'_>,
    failures: &mut Failures,
) -> SheetEdits {
    let mut found = SheetEdits::default();
    let mut first: BTreeMap<String, TablePlace> = BTreeMap::new();
    for (file, table) in tables.iter().enumerate() {
        // Tabs beside the sheets, such as those with the choices, hold no deals.
        let Some(headed) = HeadedTable::find(file, table, context.map) else { continue };
        let plain = without_guards(table);
        let headed = HeadedTable::at(0, &plain, headed.header_index());
        let mut reader = SheetTableReader { file, headed, context, failures, found: &mut found };
        let rows = reader.rows(deals, &mut first);
        reader.edits(&rows, deals);
    }
    found.rows.sort_by_key(|row| row.place);
    found
}

/// A table of what its cells say, whatever keeps them texts.
fn without_guards(table: &ImportTable) -> ImportTable {
    let mut plain = ImportTable::default();
    for index in 0..table.len() {
        let row = table.row(index);
        let cells: Vec<String> = row.cells().map(escape::without_guards).collect();
        // There are no more cells than before.
        let _ = plain.push(row.line, cells.iter().map(String::as_str));
    }
    plain
}

struct SheetTableReader<'t, 'a, 'f> {
    file: usize,
    headed: HeadedTable<'t>,
    context: ColumnContext<'a>,
    failures: &'f mut Failures,
    found: &'f mut SheetEdits,
}

/// The rows of the deals of each workflow.
type RowsByWorkflow<'t> = BTreeMap<Arc<str>, Vec<(String, TableRow<'t>)>>;

impl<'t> SheetTableReader<'t, '_, '_> {
    fn place(&self, row: TableRow<'_>) -> TablePlace {
        TablePlace { file: self.file, line: row.line }
    }

    /// The cell of one of our own columns.
    fn own(&self, name: &str, row: TableRow<'t>) -> &'t str {
        self.headed.column(&[name.to_owned()]).map_or("", |column| row.cell(column))
    }

    /// The rows that speak of deals.
    fn rows(
        &mut self,
        deals: &BTreeMap<String, SheetDeal>,
        first: &mut BTreeMap<String, TablePlace>,
    ) -> RowsByWorkflow<'t> {
        let mut rows = RowsByWorkflow::new();
        for row in self.headed.rows() {
            self.found.read += 1;
            let place = self.place(row);
            let id = self.own(DEAL, row);
            if id.is_empty() {
                if let Some(why) = self.headed.why_none(row, false) {
                    self.found.dropped.push((place, why));
                } else {
                    let help = "`dealgate new` makes a deal; then export the sheet again".to_owned();
                    self.failures.push(place, format!("`{DEAL}`: the row names no deal"), Some(help));
                }
                continue;
            }
            let Some(deal) = deals.get(id) else {
                let help = suggest(id, deals.keys().map(String::as_str)).told();
                let help = help.or_else(|| Some("export the sheet again: deals may have moved".to_owned()));
                self.failures.push(place, format!("`{DEAL}`: there is no deal {}", quote(id)), help);
                continue;
            };
            if let Some(other) = first.insert(id.to_owned(), place) {
                let message = format!("`{DEAL}`: {} is there already, in row {}", quote(id), other.line);
                self.failures.push(place, message, Some("keep one of the two rows".to_owned()));
                continue;
            }
            if self.own(PRINTS, row).is_empty() {
                let message = format!("`{PRINTS}`: is empty, so nobody can tell what was changed here");
                self.failures.push(place, message, Some("export the sheet again".to_owned()));
                continue;
            }
            rows.entry(Arc::clone(&deal.workflow.id)).or_default().push((id.to_owned(), row));
        }
        rows
    }

    /// What the rows change.
    fn edits(&mut self, rows: &RowsByWorkflow<'t>, deals: &BTreeMap<String, SheetDeal>) {
        let mut known = vec![DEAL.to_owned(), WORKFLOW.to_owned(), PRINTS.to_owned()];
        for rows in rows.values() {
            let Some(workflow) = rows.first().and_then(|(id, _)| deals.get(id)).map(|deal| &deal.workflow)
            else {
                continue;
            };
            let columns = SheetColumns::of(&workflow.schema);
            let headed = self.headed;
            let prints: Vec<_> =
                rows.iter().map(|(_, row)| (*row, prints_of(self.own(PRINTS, *row)))).collect();
            let fits = |column: &SheetColumn<'_>| {
                let before = prints.iter().map(|(row, prints)| (*row, prints.get(column.key()).copied()));
                // What nobody could read when the sheet was written says nothing of how a spreadsheet writes.
                let telling = before.filter(|(row, before)| {
                    !before.is_some_and(|it| column.is_left_unread(headed, *row, it))
                });
                let read = telling.map(|(row, before)| {
                    let (said, print) = column.read(headed, row);
                    (before == Some(print.as_str()), said.is_ok())
                });
                read.fold((0, 0), |(still, readable), (is_still, is_readable)| {
                    (still + usize::from(is_still), readable + usize::from(is_readable))
                })
            };
            let reader = columns.reader(headed, self.context, fits);
            for ((id, row), (_, prints)) in rows.iter().zip(&prints) {
                self.row(&reader, (id, *row), prints, workflow);
            }
            known.extend(columns.keys().flat_map(|(key, shape)| columns_of(key, shape)));
        }
        let names = self.headed.header().cells().filter(|name| !name.is_empty());
        let others: Vec<_> =
            names.filter(|name| !known.iter().any(|known| known.eq_ignore_ascii_case(name))).collect();
        for name in others {
            if !self.found.unmapped.iter().any(|known| known == name) {
                self.found.unmapped.push(name.to_owned());
            }
        }
    }

    fn row(
        &mut self,
        reader: &SheetReader<'_>,
        (id, row): (&str, TableRow<'t>),
        prints: &BTreeMap<&str, &str>,
        workflow: &Workflow,
    ) {
        let place = self.place(row);
        let mut changed = BTreeMap::new();
        let follows = self.own(WORKFLOW, row);
        if !follows.is_empty() && follows != cell_name(&workflow.id) {
            let message = format!("`{WORKFLOW}`: {} follows {}", quote(id), quote(&workflow.id));
            let help = format!("a sheet does not change it: write {} here", quote(&workflow.id));
            self.failures.push(place, message, Some(help));
        }
        for column in reader.columns() {
            match self.cell(column, row, prints, workflow) {
                Ok(None) => {}
                Ok(Some((key, change))) => {
                    changed.insert(key, change);
                }
                Err((message, help)) => self.failures.push(place, message, help),
            }
        }
        self.found.rows.push(RowEdit { place, deal: id.to_owned(), changed });
    }
}

/// A changed value by its dotted path, and the print of what the file said.
type ChangedValue = (String, (Option<SaidDeal>, String));

impl SheetTableReader<'_, '_, '_> {
    /// What a cell changes, if anything.
    fn cell(
        &self,
        column: &[SheetColumn<'_>],
        row: TableRow<'_>,
        prints: &BTreeMap<&str, &str>,
        workflow: &Workflow,
    ) -> Result<Option<ChangedValue>, (String, Option<String>)> {
        let Some((first, others)) = column.split_first() else { return Ok(None) };
        let key = first.key();
        let before = prints.get(key).copied().unwrap_or_default();
        if before == NOT_EDITABLE || before.is_empty() {
            if !first.is_filled(self.headed, row) {
                return Ok(None);
            }
            let message = format!("`{key}`: cannot be filled in a sheet for this deal");
            return Err((message, Some(format!("empty the cell, and write `{key}` in the deal's file"))));
        }
        let (said, print) = first.read(self.headed, row);
        if print == before || first.is_left_unread(self.headed, row, before) {
            return Ok(None);
        }
        let said = said.map_err(|(message, _)| (message, way_out(key)))?;
        if others.iter().any(|other| other.read(self.headed, row).0.ok().is_some_and(|it| it != said)) {
            let message = format!("`{key}`: the cell can be read in more than one way");
            return Err((
                message,
                way_out(key).or_else(|| Some("write it without marks between thousands".to_owned())),
            ));
        }
        let said = allowed(key, said, workflow)?;
        Ok(Some((key.to_owned(), (said, before.to_owned()))))
    }
}

/// How a cell is written that cannot be read.
fn way_out(key: &str) -> Option<String> {
    let example = match key.rsplit('.').next().unwrap_or(key) {
        "owner" | "by" => "an address, such as `jane@acme.example`",
        "probability" => "a share, such as `25%`",
        key if key.ends_with("date") || matches!(key, "opened" | "completed" | "from" | "until") => {
            "a day as year-month-day, such as `2026-11-23`"
        }
        _ => return None,
    };
    Some(format!("write {example}"))
}

/// A value as the workflow knows it.
fn allowed(
    key: &str,
    said: Option<SaidDeal>,
    workflow: &Workflow,
) -> Result<Option<SaidDeal>, (String, Option<String>)> {
    if said.is_none() && matches!(key, "name" | "stage") {
        let help = format!("write one: `{key}` is what a deal cannot be without");
        return Err((format!("`{key}`: is empty"), Some(help)));
    }
    let Some(SaidDeal::One(word)) = said.as_ref().filter(|_| key == "stage") else { return Ok(said) };
    if let Some(stage) = stage_called(workflow, word) {
        return Ok(Some(SaidDeal::One(stage.id.to_string())));
    }
    let stages: Vec<_> = workflow.stages.iter().map(|stage| stage.id.as_ref()).collect();
    let message = format!("`{key}`: {} is no stage of {}", quote(word), quote(&workflow.id));
    Err((message, Some(format!("it has {}", stages.join(", ")))))
}

/// Holds a row against the deal's file as it is now.
pub fn held(
    row: &RowEdit,
    root: &Node<'_>,
    workflow: &Workflow,
    context: ColumnContext<'_>,
    settle: Settle,
) -> MergedDeal {
    let columns = SheetColumns::of(&workflow.schema);
    let (_, now) = SheetWriter::new(&columns, context).row(root);
    let now: BTreeMap<&str, String> = now.into_iter().collect();
    let mut merged = MergedDeal::default();
    for (key, (there, before)) in &row.changed {
        let here = at(root, key).and_then(SaidDeal::of);
        let shape = workflow.schema.at_path(key);
        let is_same = match (&here, there) {
            (None, None) => true,
            (Some(here), Some(there)) => here.same(there, shape, &workflow.schema),
            _ => false,
        };
        if is_same {
            continue;
        }
        let is_untouched = now.get(key.as_str()).is_some_and(|print| print == before);
        let turn = ValueTurn { key: key.clone(), here, there: there.clone() };
        match (is_untouched, settle) {
            (true, _) | (_, Settle::Theirs) => merged.taken.push(turn),
            (false, Settle::Ours) => merged.kept.push(turn),
            (false, Settle::Tell) => merged.conflicts.push(turn),
        }
    }
    merged
}
