//! What a system knows of the past of its deals, as entries of their `history`: a column a stage, or a row a change.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::cell::{self, DayOrder};
use super::columns::{ColumnContext, same_word};
use super::decide::ColumnCells;
use super::failure::{Failures, TablePlace};
use super::incoming::{Incoming, IncomingDeal, stage_called};
use super::map::{stage_way_out, toml_text};
use super::rows::salesforce_id;
use super::said::{SaidDeal, SaidValues};
use super::table::{ImportTable, TableRow};
use super::targets::TargetContext;
use super::turns::{HistoryTurn, ImportedHistories};
use crate::finding::wording::quote;

/// How HubSpot names the day on which a deal came into a stage.
const ENTERED: [&str; 2] = ["Date entered \"", "Date entered '"];

/// What the past is read by.
#[derive(Clone, Copy)]
pub struct HistoryContext<'a> {
    /// The map.
    pub columns: ColumnContext<'a>,
    /// Where deals go.
    pub targets: TargetContext<'a>,
    /// The deals of the export.
    pub incoming: &'a Incoming,
}

/// Reads an export of the past; `None` where its header has none of the shapes.
pub fn read(
    file: usize,
    table: &ImportTable,
    context: HistoryContext<'_>,
    failures: &mut Failures,
) -> Option<ImportedHistories> {
    let start = table.len().min(30);
    let by_stage =
        |row: &TableRow<'_>| row.cells().any(|cell| ENTERED.iter().any(|word| cell.starts_with(word)));
    let by_change =
        |row: &TableRow<'_>| ["From Stage", "To Stage"].iter().all(|name| position(*row, &[name]).is_some());
    let header = (0..start).find(|index| by_stage(&table.row(*index)) || by_change(&table.row(*index)))?;
    let deals = context.incoming.deals.iter().map(|deal| (deal.id.as_str(), deal)).collect();
    let mut reader =
        HistoryReader { file, table, header, context, deals, failures, found: ImportedHistories::new() };
    if by_stage(&table.row(header)) {
        reader.stages()?;
    } else {
        reader.changes()?;
    }
    for turns in reader.found.values_mut() {
        turns.sort_by_key(|turn| turn.day);
    }
    Some(reader.found)
}

/// The first column with one of some names.
fn position(row: TableRow<'_>, names: &[&str]) -> Option<usize> {
    names.iter().find_map(|name| row.cells().position(|cell| cell.eq_ignore_ascii_case(name)))
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

struct HistoryReader<'a, 'f> {
    file: usize,
    table: &'a ImportTable,
    header: usize,
    context: HistoryContext<'a>,
    deals: BTreeMap<&'a str, &'a IncomingDeal>,
    failures: &'f mut Failures,
    found: ImportedHistories,
}

impl<'a> HistoryReader<'a, '_> {
    fn rows(&self) -> impl Iterator<Item = TableRow<'a>> + use<'a> {
        let table = self.table;
        (self.header + 1..table.len()).map(|index| table.row(index))
    }

    fn names(&self) -> TableRow<'a> {
        self.table.row(self.header)
    }

    fn place(&self, row: TableRow<'_>) -> TablePlace {
        TablePlace { file: self.file, line: row.line }
    }

    fn deal(&self, id: &str) -> Option<&'a IncomingDeal> {
        let whole =
            if self.context.columns.map.id.is_salesforce { salesforce_id(id)? } else { id.to_owned() };
        self.deals.get(whole.as_str()).copied()
    }

    /// The order of the days of a column.
    fn order(&mut self, column: usize) -> Option<DayOrder> {
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
            self.failures.push(self.place(row), message, None);
        }
        day
    }

    /// HubSpot: a column a stage, `Date entered "Discovery (Sales Pipeline)"`.
    fn stages(&mut self) -> Option<()> {
        let id = position(self.names(), &["Record ID"])?;
        let mut columns = Vec::new();
        for (column, name) in self.names().cells().enumerate() {
            let Some(rest) = ENTERED.iter().find_map(|word| name.strip_prefix(word)) else { continue };
            let rest = rest.trim_end_matches(['"', '\'']);
            let (stage, pipeline) = match rest.strip_suffix(')').and_then(|rest| rest.rsplit_once(" (")) {
                Some((stage, pipeline)) => (stage, Some(pipeline)),
                None => (rest, None),
            };
            columns.push((column, stage, pipeline, self.order(column)));
        }
        for row in self.rows() {
            let Some(deal) = self.deal(row.cell(id)) else { continue };
            for (column, stage, pipeline, order) in &columns {
                if let Some(day) = self.day(row, *column, *order)
                    && let Some(values) = self.standing(row, deal, stage, *pipeline)
                {
                    self.turn(deal, day, values);
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
        let mark = amount.and_then(|column| {
            let cells = cells_of(self.table, (self.file, self.header), column);
            let rule = self.context.columns.map.rule("amount");
            ColumnCells { key: "amount", rule, column: names.cell(column), cells }.mark(self.failures)
        });
        for row in self.rows() {
            let Some(deal) = self.deal(row.cell(id)) else { continue };
            let Some(day) = self.day(row, when, order) else { continue };
            let Some(mut values) = self.standing(row, deal, row.cell(to), None) else { continue };
            if let Some(close) = closes.and_then(|column| self.day(row, column, closes_order)) {
                values.insert("close_date".to_owned(), SaidDeal::One(close.to_string()));
            }
            let number =
                amount.and_then(|column| cell::number(cell::without_currency(row.cell(column)).0, mark?));
            if let Some(number) = number {
                // The past is told in the currency that the deal has now.
                let now = deal.values.get("amount").map(ToString::to_string).unwrap_or_default();
                let code = now.split_once(' ').map_or("", |(_, code)| code);
                values
                    .insert("amount".to_owned(), SaidDeal::One(format!("{number} {code}").trim().to_owned()));
            }
            self.turn(deal, day, values);
        }
        Some(())
    }

    /// The stage of a label, or the outcome that it stands for.
    fn standing(
        &mut self,
        row: TableRow<'_>,
        deal: &IncomingDeal,
        label: &str,
        pipeline: Option<&str>,
    ) -> Option<SaidValues> {
        let map = self.context.columns.map;
        let one = |key: &str, value: &str| {
            Some(SaidValues::from([(key.to_owned(), SaidDeal::One(value.to_owned()))]))
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

    /// What became true on a day; what comes later on it wins.
    fn turn(&mut self, deal: &IncomingDeal, day: Date, values: SaidValues) {
        let turns = self.found.entry(deal.id.clone()).or_default();
        let closes = values.contains_key("outcome");
        match turns.iter_mut().find(|turn| turn.day == day && turn.values.contains_key("outcome") == closes) {
            Some(turn) => turn.values.extend(values),
            None => turns.push(HistoryTurn { day, values }),
        }
    }
}

/// Leaves out what says nothing new: a stage, an amount or a date that was so already.
pub fn without_repetitions(turns: &[HistoryTurn]) -> Vec<HistoryTurn> {
    let mut now = SaidValues::new();
    let fresh = turns.iter().map(|turn| {
        let new = turn.values.iter().filter(|(key, said)| now.get(*key) != Some(*said));
        let new: SaidValues = new.map(|(key, said)| (key.clone(), said.clone())).collect();
        now.extend(new.clone());
        HistoryTurn { day: turn.day, values: new }
    });
    fresh.filter(|turn| !turn.values.is_empty()).collect()
}
