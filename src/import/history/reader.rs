//! Reads an export of the past: a column per stage, or a row per change.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::shape::{HistoryShape, entered, position, shape};
use crate::finding::wording::quote;
use crate::import::cell::{self, DayOrder};
use crate::import::columns::{ColumnContext, same_word};
use crate::import::decide::ColumnCells;
use crate::import::failure::{Failures, TablePlace};
use crate::import::imported_change::{ImportedChange, ImportedHistories};
use crate::import::imported_value::{ImportedValue, ImportedValues};
use crate::import::incoming::{Incoming, IncomingDeal, stage_called};
use crate::import::map::{stage_way_out, toml_text};
use crate::import::rows::salesforce_id;
use crate::import::table::{ImportTable, TableRow};
use crate::import::targets::TargetContext;

/// What to do about a cell of the past that cannot be read: no map is for its columns.
pub(super) const MEND: &str = "mend the cell in the export of the past, or take its row out";

/// What the past is read by.
#[derive(Clone, Copy)]
pub(crate) struct HistoryContext<'a> {
    /// The map.
    pub columns: ColumnContext<'a>,
    /// Where deals go.
    pub targets: TargetContext<'a>,
    /// The deals of the export.
    pub incoming: &'a Incoming,
}

/// Reads an export of the past; `None` where its header has none of the shapes.
pub(crate) fn read(
    file: usize,
    table: &ImportTable,
    context: HistoryContext<'_>,
    failures: &mut Failures,
) -> Option<ImportedHistories> {
    let (header, shape) = shape(table)?;
    let deals = context.incoming.deals.iter().map(|deal| (deal.id.as_str(), deal)).collect();
    let mut reader =
        HistoryReader { file, table, header, context, deals, failures, found: ImportedHistories::new() };
    match shape {
        HistoryShape::Stages => reader.stages()?,
        HistoryShape::Changes => reader.changes()?,
        HistoryShape::Fields => reader.fields()?,
    }
    for past_changes in reader.found.values_mut() {
        // A deal that ended on the day on which it came to a stage ended there.
        past_changes.sort_by_key(|past_change| (past_change.day, closes(&past_change.values)));
    }
    Some(reader.found)
}

/// Whether values say that a deal ended.
pub(super) fn closes(values: &ImportedValues) -> bool {
    values.get("outcome").is_some_and(|said| *said != ImportedValue::One("open".to_owned()))
}

/// Passes over the cells of a column that are not empty.
fn cells_of<'t>(
    table: &'t ImportTable,
    (file, header): (usize, usize),
    column: usize,
) -> impl Fn() -> std::vec::IntoIter<(TablePlace, &'t str)> {
    move || {
        let rows = (header + 1..table.len()).map(|index| table.row(index));
        let cells = rows.map(|row| (TablePlace { file, line: row.line }, row.cell(column)));
        cells.filter(|(_, text)| !text.is_empty()).collect::<Vec<_>>().into_iter()
    }
}

pub(super) struct HistoryReader<'a, 'f> {
    pub(super) file: usize,
    pub(super) table: &'a ImportTable,
    pub(super) header: usize,
    pub(super) context: HistoryContext<'a>,
    pub(super) deals: BTreeMap<&'a str, &'a IncomingDeal>,
    pub(super) failures: &'f mut Failures,
    pub(super) found: ImportedHistories,
}

impl<'a> HistoryReader<'a, '_> {
    fn rows(&self) -> impl Iterator<Item = TableRow<'a>> + use<'a> {
        let table = self.table;
        (self.header + 1..table.len()).map(|index| table.row(index))
    }

    pub(super) fn names(&self) -> TableRow<'a> {
        self.table.row(self.header)
    }

    pub(super) fn place(&self, row: TableRow<'_>) -> TablePlace {
        TablePlace { file: self.file, line: row.line }
    }

    pub(super) fn deal(&self, id: &str) -> Option<&'a IncomingDeal> {
        let whole =
            if self.context.columns.map.id.is_salesforce { salesforce_id(id)? } else { id.to_owned() };
        self.deals.get(whole.as_str()).copied()
    }

    /// The order of the days of a column.
    pub(super) fn order(&mut self, column: usize) -> Option<DayOrder> {
        let cells = cells_of(self.table, (self.file, self.header), column);
        // The days of one system are written in one way.
        let rule = self.context.columns.map.rule("close_date");
        let cells = ColumnCells { key: "close_date", rule, column: self.names().cell(column), cells };
        cells.order(self.context.columns.zone, self.failures)
    }

    fn day(&mut self, row: TableRow<'_>, column: usize, order: Option<DayOrder>) -> Option<Date> {
        let text = row.cell(column);
        let day = cell::day(text, order?, self.context.columns.zone);
        if day.is_none() && !text.is_empty() {
            let message = format!("`{}`: {} is no day", self.names().cell(column), quote(text));
            self.failures.push(self.place(row), message, Some(MEND.to_owned()));
        }
        day
    }

    /// HubSpot: a column a stage, `Date entered "Discovery (Sales Pipeline)"`.
    fn stages(&mut self) -> Option<()> {
        let id = position(self.names(), &["Record ID"])?;
        let mut columns = Vec::new();
        for (column, name) in self.names().cells().enumerate() {
            if let Some((stage, pipeline)) = entered(name) {
                columns.push((column, stage, pipeline, self.order(column)));
            }
        }
        for row in self.rows() {
            let Some(deal) = self.deal(row.cell(id)) else { continue };
            for (column, stage, pipeline, order) in &columns {
                if let Some(day) = self.day(row, *column, *order)
                    && let Some(values) = self.standing(row, deal, stage, *pipeline)
                {
                    self.past_change(deal, day, values);
                }
            }
        }
        Some(())
    }

    /// Salesforce: a row a change, from a stage to a stage, with amount and close date as they were then.
    fn changes(&mut self) -> Option<()> {
        let names = self.names();
        let id = position(names, &["Opportunity ID", "Id"])?;
        let to = position(names, &["To Stage"])?;
        let when = position(names, &["Last Modified", "Last Modified Date", "Edit Date"])?;
        let order = self.order(when);
        let closes = position(names, &["Close Date"]);
        let closes_order = closes.and_then(|column| self.order(column));
        let amount = position(names, &["Amount"]);
        let told = self.failures.count();
        let mark = amount.and_then(|column| {
            let cells = cells_of(self.table, (self.file, self.header), column);
            let rule = self.context.columns.map.rule("amount");
            ColumnCells { key: "amount", rule, column: names.cell(column), cells }.mark(self.failures)
        });
        // What nobody can decide is told once, and not of each cell.
        let amount = amount.filter(|_| self.failures.count() == told);
        for (day, row) in self.in_order(id, when, order) {
            let Some(deal) = self.deal(row.cell(id)) else { continue };
            let Some(mut values) = self.standing(row, deal, row.cell(to), None) else { continue };
            if let Some(close) = closes.and_then(|column| self.day(row, column, closes_order)) {
                values.insert("close_date".to_owned(), ImportedValue::One(close.to_string()));
            }
            if let Some(column) = amount.filter(|column| !row.cell(*column).is_empty()) {
                if let Some(said) = mark.and_then(|mark| amount_of(deal, row.cell(column), mark)) {
                    values.insert("amount".to_owned(), said);
                } else {
                    let message =
                        format!("`{}`: {} is no amount", names.cell(column), quote(row.cell(column)));
                    self.failures.push(self.place(row), message, Some(MEND.to_owned()));
                }
            }
            self.step(deal, day, values);
        }
        Some(())
    }

    /// The rows of deals of the export with their days, the oldest first, whichever way the report was sorted.
    pub(super) fn in_order(
        &mut self,
        id: usize,
        when: usize,
        order: Option<DayOrder>,
    ) -> Vec<(Date, TableRow<'a>)> {
        let mut rows = Vec::new();
        for row in self.rows() {
            if self.deal(row.cell(id)).is_some()
                && let Some(day) = self.day(row, when, order)
            {
                rows.push((day, cell::minute(row.cell(when)), row));
            }
        }
        // What is told of one deal, line below line, shows which way the report goes; only that tells the order of what
        // happened in one minute.
        let of_one = |pair: &&[(Date, Option<u32>, TableRow<'_>)]| pair[0].2.cell(id) == pair[1].2.cell(id);
        let count = |way: std::cmp::Ordering| {
            let pairs = rows.windows(2).filter(of_one);
            pairs.filter(|pair| (pair[0].0, pair[0].1).cmp(&(pair[1].0, pair[1].1)) == way).count()
        };
        if count(std::cmp::Ordering::Greater) > count(std::cmp::Ordering::Less) {
            rows.reverse();
        }
        rows.sort_by_key(|(day, minute, _)| (*day, *minute));
        rows.into_iter().map(|(day, _, row)| (day, row)).collect()
    }

    /// The stage of a label, or the outcome that it stands for.
    pub(super) fn standing(
        &mut self,
        row: TableRow<'_>,
        deal: &IncomingDeal,
        label: &str,
        pipeline: Option<&str>,
    ) -> Option<ImportedValues> {
        let map = self.context.columns.map;
        let one = |key: &str, value: &str| {
            Some(ImportedValues::from([(key.to_owned(), ImportedValue::One(value.to_owned()))]))
        };
        if let Some(rule) = &map.outcome {
            for (ending, words) in
                [("won", &rule.won), ("lost", &rule.lost), ("disqualified", &rule.disqualified)]
            {
                if words.iter().any(|word| same_word(word, label)) {
                    return one("outcome", ending);
                }
            }
        }
        let workflow = &self.context.incoming.targets[deal.target].workflow;
        let own = self.context.targets.pipeline(pipeline).and_then(|target| target.stages.get(label));
        let wanted = own.or_else(|| map.keys.get("stage")?.values.get(label)).map_or(label, String::as_str);
        if let Some(stage) = stage_called(workflow, wanted) {
            return one("stage", &stage.id);
        }
        let message = format!("{} is no stage of {}", quote(label), quote(&workflow.id));
        let example = &workflow.stages[0].id;
        let way_out = if let Some(pipeline) = pipeline {
            stage_way_out(pipeline, label, example)
        } else {
            let way = format!("values = {{ {} = \"{example}\" }}", toml_text(label));
            map.rule("stage").way_out("stage", "Stage", &[way]) + ", or whichever stage it is"
        };
        self.failures.push(self.place(row), message, Some(way_out));
        None
    }

    /// What became true on a day; what comes later on it wins, so what ended and went on that day has not ended.
    fn past_change(&mut self, deal: &IncomingDeal, day: Date, values: ImportedValues) {
        let past_changes = self.found.entry(deal.id.clone()).or_default();
        let is_end = closes(&values);
        if values.contains_key("outcome") && !is_end {
            past_changes.retain(|past_change| past_change.day != day || !closes(&past_change.values));
        }
        match past_changes
            .iter_mut()
            .find(|past_change| past_change.day == day && closes(&past_change.values) == is_end)
        {
            Some(past_change) => past_change.values.extend(values),
            None => past_changes.push(ImportedChange { day, values }),
        }
    }

    /// The same of a stage or an outcome that rows tell one after the other: a deal that had ended and comes to a stage
    /// is open again.
    pub(super) fn step(&mut self, deal: &IncomingDeal, day: Date, mut values: ImportedValues) {
        let past_changes = self.found.get(&deal.id).into_iter().flatten();
        let has_ended = past_changes.filter_map(|past_change| past_change.values.get("outcome")).next_back();
        let has_ended = has_ended.is_some_and(|said| *said != ImportedValue::One("open".to_owned()));
        if has_ended && values.contains_key("stage") {
            values.insert("outcome".to_owned(), ImportedValue::One("open".to_owned()));
        }
        self.past_change(deal, day, values);
    }
}

/// An amount of the past, in the currency that the deal has now.
pub(super) fn amount_of(deal: &IncomingDeal, cell: &str, mark: char) -> Option<ImportedValue> {
    let (number, beside) = cell::without_currency(cell);
    let number = cell::number(number, mark)?;
    let now = deal.values.get("amount").map(ToString::to_string).unwrap_or_default();
    let code = beside.or(now.split_once(' ').map(|(_, code)| code)).unwrap_or_default();
    Some(ImportedValue::One(format!("{number} {code}").trim().to_owned()))
}

/// Leaves out what says nothing new: a stage, an amount or a date that was so already.
pub(crate) fn without_repetitions(past_changes: &[ImportedChange]) -> Vec<ImportedChange> {
    let mut now = ImportedValues::new();
    let fresh = past_changes.iter().map(|past_change| {
        let new = past_change.values.iter().filter(|(key, said)| now.get(*key) != Some(*said));
        let new: ImportedValues = new.map(|(key, said)| (key.clone(), said.clone())).collect();
        now.extend(new.clone());
        ImportedChange { day: past_change.day, values: new }
    });
    fresh.filter(|past_change| !past_change.values.is_empty()).collect()
}
