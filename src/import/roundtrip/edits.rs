//! The edits made in a sheet: cells whose fingerprint differs from the one that was written.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::cells::NOT_EDITABLE;
use super::columns::{SheetColumn, SheetColumns, SheetReader};
use super::fingerprints::{ReadFingerprint, are_of, prints_of};
use super::header::{DEAL, PRINTS, WORKFLOW, cell_name, currency_column, torn_at};
use super::plain::plain;
use super::values::{allowed, way_out};
use crate::finding::wording::{Help as _, quote, suggest};
use crate::import::columns::ColumnContext;
use crate::import::failure::{Failures, TablePlace};
use crate::import::imported_value::ImportedValue;
use crate::import::rows::{HeadedTable, misfit};
use crate::import::table::{ImportTable, TableRow};
use crate::workflow::Workflow;

/// A deal that a row may speak of.
#[derive(Clone, Debug)]
pub(crate) struct SheetDeal {
    /// Its file.
    pub path: String,
    /// The workflow it follows.
    pub workflow: Arc<Workflow>,
}

/// What a row changes.
#[derive(Debug)]
pub(crate) struct RowEdit {
    /// Its row.
    pub place: TablePlace,
    /// The deal's id.
    pub deal: String,
    /// The value of each changed cell, and the print of what the file said when the sheet was written.
    pub changed: BTreeMap<String, (Option<ImportedValue>, String)>,
}

/// What some sheets change.
#[derive(Debug, Default)]
pub(crate) struct SheetEdits {
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
pub(crate) fn read(
    tables: &[ImportTable],
    deals: &BTreeMap<String, SheetDeal>,
    context: ColumnContext<'_>,
    failures: &mut Failures,
) -> SheetEdits {
    let mut found = SheetEdits::default();
    let mut first: BTreeMap<String, TablePlace> = BTreeMap::new();
    for (file, table) in tables.iter().enumerate() {
        let Some(headed) = HeadedTable::find(file, table, context.map) else {
            if let Some(line) = torn_at(table) {
                let message =
                    format!("`{PRINTS}`: the column is not there, so nobody can tell what was changed");
                let help =
                    "take the deleted column back, or export the sheet again with `dealgate export sheet`";
                failures.push(TablePlace { file, line }, message, Some(help.to_owned()));
            }
            continue;
        };
        let widths = headed.widths();
        let misfits = headed.rows().filter_map(|row| Some((row.line, misfit(row, widths)?))).collect();
        let (plain, restored) = plain(table, headed);
        let headed = HeadedTable::at(0, &plain, headed.header_index());
        let mut reader =
            SheetTableReader { file, headed, context, restored, misfits, failures, found: &mut found };
        let rows = reader.rows(deals, &mut first);
        reader.edits(&rows, deals);
    }
    found.rows.sort_by_key(|row| row.place);
    found
}

struct SheetTableReader<'t, 'a, 'f> {
    file: usize,
    headed: HeadedTable<'t>,
    context: ColumnContext<'a>,
    /// Columns of currencies that the sheet lacks, and that its prints tell.
    restored: BTreeSet<String>,
    /// What is wrong with the number of cells in lines.
    misfits: BTreeMap<u64, &'static str>,
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
            if self.headed.is_header(row) {
                self.found.dropped.push((place, "the header again".to_owned()));
                continue;
            }
            if id.is_empty() {
                if let Some(why) = row.why_none(false) {
                    self.found.dropped.push((place, why));
                } else {
                    let help = "`dealgate new` makes a deal; then export the sheet again".to_owned();
                    self.failures.push(place, format!("`{DEAL}`: the row names no deal"), Some(help));
                }
                continue;
            }
            let Some(deal) = deals.get(id) else {
                let help = suggest(id, deals.keys().map(String::as_str)).sentence();
                let help = help.or_else(|| Some("export the sheet again: deals may have moved".to_owned()));
                self.failures.push(place, format!("`{DEAL}`: there is no deal {}", quote(id)), help);
                continue;
            };
            if let Some(what) = self.misfits.get(&row.line) {
                let help = "mend the row, or export the sheet again".to_owned();
                self.failures.push(place, format!("the row has {what}"), Some(help));
                continue;
            }
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
            if !are_of(&prints_of(self.own(PRINTS, row)), id) {
                let message = format!(
                    "`{PRINTS}`: is that of another deal, as if this column had not been sorted with the others"
                );
                let help = "sort whole rows, or export the sheet again".to_owned();
                self.failures.push(place, message, Some(help));
                continue;
            }
            rows.entry(Arc::clone(&deal.workflow.id)).or_default().push((id.to_owned(), row));
        }
        rows
    }

    /// What the rows change.
    fn edits(&mut self, rows: &RowsByWorkflow<'t>, deals: &BTreeMap<String, SheetDeal>) {
        let mut known: BTreeSet<String> = [DEAL, WORKFLOW, PRINTS].map(str::to_owned).into();
        let all = SheetColumns::by_workflow(deals.values().map(|deal| &deal.workflow));
        let all: BTreeSet<String> = all.values().flat_map(SheetColumns::names).collect();
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
                let before = prints.iter().map(|(row, prints)| (*row, prints.get(column.key())));
                // What nobody could read when the sheet was written says nothing of how a spreadsheet writes.
                let telling = before.filter(|(row, before)| {
                    !before.is_some_and(|it| column.is_left_unread(headed, *row, it.print))
                });
                let read = telling.map(|(row, before)| {
                    let (said, print) = column.read(headed, row);
                    (before.is_some_and(|it| it.print == print), said.is_ok())
                });
                read.fold((0, 0), |(still, readable), (is_still, is_readable)| {
                    (still + usize::from(is_still), readable + usize::from(is_readable))
                })
            };
            let reader = columns.reader(headed, self.context, fits);
            let own: BTreeSet<String> = columns.names().into_iter().collect();
            let others: Vec<(usize, &str)> =
                self.named().filter(|(_, name)| all.contains(*name) && !own.contains(*name)).collect();
            for ((id, row), (_, prints)) in rows.iter().zip(&prints) {
                for (_, name) in others.iter().filter(|(column, _)| !row.cell(*column).is_empty()) {
                    let message = format!("`{name}`: deals of {} have none", quote(&workflow.id));
                    self.failures.push(self.place(*row), message, Some("empty the cell".to_owned()));
                }
                self.row(&reader, (id, *row), prints, workflow);
            }
            known.extend(own);
        }
        self.header(&known);
    }

    /// The names in the header, each with its column.
    fn named(&self) -> impl Iterator<Item = (usize, &'t str)> + use<'t> {
        let cells = self.headed.header().cells().enumerate();
        cells.filter(|(_, name)| !name.is_empty())
    }

    /// Tells of columns that no deal has, and of those that are there twice.
    fn header(&mut self, known: &BTreeSet<String>) {
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        for (_, name) in self.named() {
            if !known.iter().any(|known| known.eq_ignore_ascii_case(name)) {
                if !self.found.unmapped.iter().any(|known| known == name) {
                    self.found.unmapped.push(name.to_owned());
                }
            } else if !seen.insert(name) {
                let place = self.place(self.headed.header());
                let help = "leave the one that counts, and take the other away".to_owned();
                self.failures.push(place, format!("`{name}`: the column is there twice"), Some(help));
            }
        }
    }

    fn row(
        &mut self,
        reader: &SheetReader<'_>,
        (id, row): (&str, TableRow<'t>),
        prints: &BTreeMap<&str, ReadFingerprint<'_>>,
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
        for (key, print) in prints {
            if let Err((message, help)) = self.lone_currency(key, row, *print) {
                self.failures.push(place, message, help);
            }
        }
        self.found.rows.push(RowEdit { place, deal: id.to_owned(), changed });
    }
}

/// A changed value by its dotted path, and the print of what the file said.
type ChangedValue = (String, (Option<ImportedValue>, String));

impl SheetTableReader<'_, '_, '_> {
    /// What a cell changes, if anything.
    fn cell(
        &self,
        column: &[SheetColumn<'_>],
        row: TableRow<'_>,
        prints: &BTreeMap<&str, ReadFingerprint<'_>>,
        workflow: &Workflow,
    ) -> Result<Option<ChangedValue>, (String, Option<String>)> {
        let Some((first, others)) = column.split_first() else { return Ok(None) };
        let key = first.key();
        let before = prints.get(key).copied().unwrap_or_default();
        if before.print == NOT_EDITABLE || before.print.is_empty() {
            if !first.is_filled(self.headed, row) {
                return Ok(None);
            }
            let message = format!("`{key}`: cannot be filled in a sheet for this deal");
            return Err((message, Some(format!("empty the cell, and write `{key}` in the deal's file"))));
        }
        let (said, print) = first.read(self.headed, row);
        if print == before.print || first.is_left_unread(self.headed, row, before.print) {
            return Ok(None);
        }
        let way_out = || workflow.schema.at_path(key).map(way_out);
        let said = said.map_err(|(message, _)| (message, way_out()))?;
        if others.iter().any(|other| other.read(self.headed, row).0.ok().is_some_and(|it| it != said)) {
            let message = format!("`{key}`: the cell can be read in more than one way");
            return Err((message, way_out()));
        }
        let currency = currency_column(key);
        if self.restored.contains(&currency) && before.currency.is_none() {
            let message = format!("`{currency}`: the column is not there, so the amount has no currency");
            return Err((
                message,
                Some("take the deleted column back, or export the sheet again".to_owned()),
            ));
        }
        let said = allowed(key, said, workflow)?;
        Ok(Some((key.to_owned(), (said, before.print.to_owned()))))
    }

    /// Refuses a currency that was changed where nobody left the column of its amount.
    fn lone_currency(
        &self,
        key: &str,
        row: TableRow<'_>,
        before: ReadFingerprint<'_>,
    ) -> Result<(), (String, Option<String>)> {
        let column = currency_column(key);
        let here = self.headed.column(std::slice::from_ref(&column)).map(|column| row.cell(column));
        let is_lone = before.is_amount && self.headed.column(&[key.to_owned()]).is_none();
        if !is_lone || before.currency.is_none() || here.is_none_or(|here| Some(here) == before.currency) {
            return Ok(());
        }
        let help = format!("take the deleted column `{key}` back, or export the sheet again");
        Err((format!("`{column}`: cannot be changed without the column `{key}`"), Some(help)))
    }
}
