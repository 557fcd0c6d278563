//! Salesforce's field history report: a row per change, with the old and the new value.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::reader::{HistoryReader, MEND, amount_of, closes};
use super::shape::{COLUMNS, columns, is_key, position};
use crate::finding::wording::quote;
use crate::import::cell::{self, DayOrder};
use crate::import::columns::address;
use crate::import::decide::ColumnCells;
use crate::import::failure::TablePlace;
use crate::import::imported_change::ImportedChange;
use crate::import::imported_value::{ImportedValue, ImportedValues};
use crate::import::incoming::IncomingDeal;
use crate::import::map::toml_text;
use crate::import::table::TableRow;

/// Values that are followed.
const FOLLOWED: [&str; 4] = ["stage", "amount", "close_date", "owner"];

/// How the values of the report are written.
struct FieldForms {
    day: Option<DayOrder>,
    mark: Option<char>,
    /// It has been told that nobody can say how they are written.
    is_undecided: bool,
}

/// What is known of a deal before the first change of each value.
#[derive(Default)]
struct FieldStart {
    created: Option<Date>,
    /// Nothing, where a value was empty.
    before: BTreeMap<&'static str, Option<ImportedValue>>,
}

impl<'a> HistoryReader<'a, '_> {
    /// Reads the report.
    pub(super) fn fields(&mut self) -> Option<()> {
        let names = self.names();
        let id = position(names, &["Opportunity ID", "Id"])?;
        let [field, old, new] = columns(names)?;
        let when = position(names, &["Edit Date", "Last Modified", "Last Modified Date"])?;
        let order = self.order(when);
        let forms = self.forms([field, old, new]);
        let map = self.context.columns.map;
        let mut starts: BTreeMap<&str, FieldStart> = BTreeMap::new();
        for (day, row) in self.in_order(id, when, order) {
            let Some(deal) = self.deal(row.cell(id)) else { continue };
            let start = starts.entry(deal.id.as_str()).or_default();
            if row.cell(field).trim_end_matches('.').eq_ignore_ascii_case("created") {
                start.created = start.created.or(Some(day));
                continue;
            }
            let Some(key) = FOLLOWED.into_iter().find(|key| is_key(key, row.cell(field), map)) else {
                continue;
            };
            if !start.before.contains_key(key) {
                let before = self.value(key, (row, old), deal, &forms);
                let before = before.filter(|it| it.contains_key(key)).and_then(|it| it.into_values().next());
                start.before.insert(key, before);
            }
            if let Some(values) = self.value(key, (row, new), deal, &forms) {
                self.step(deal, day, values);
            }
        }
        for (id, FieldStart { created, before }) in starts {
            if let Some((deal, day)) = self.deals.get(id).copied().zip(created) {
                self.begin(deal, day, first(deal, &before));
            }
        }
        Some(())
    }

    /// Puts what was so at first before all that came later on its day.
    fn begin(&mut self, deal: &IncomingDeal, day: Date, values: ImportedValues) {
        let past_changes = self.found.entry(deal.id.clone()).or_default();
        match past_changes
            .iter_mut()
            .find(|past_change| past_change.day == day && !closes(&past_change.values))
        {
            Some(past_change) => {
                for (key, said) in values {
                    past_change.values.entry(key).or_insert(said);
                }
            }
            None => past_changes.insert(0, ImportedChange { day, values }),
        }
    }

    /// How days and amounts are written, over the rows about them: one column holds values of every kind.
    fn forms(&mut self, [field, old, new]: [usize; 3]) -> FieldForms {
        let (table, header, file) = (self.table, self.header, self.file);
        let map = self.context.columns.map;
        let about = |key: &'static str| {
            move || {
                let rows = (header + 1..table.len()).map(move |index| table.row(index));
                let rows = rows.filter(move |row| is_key(key, row.cell(field), map));
                let cells = rows.flat_map(move |row| {
                    [old, new].map(|column| (TablePlace { file, line: row.line }, row.cell(column)))
                });
                cells.filter(|(_, text)| !text.is_empty())
            }
        };
        let cells = |key: &'static str| ColumnCells {
            key,
            rule: map.rule(key),
            column: COLUMNS[2],
            cells: about(key),
        };
        let told = self.failures.count();
        let day = cells("close_date").order(self.context.columns.zone, self.failures);
        let mark = cells("amount").mark(self.failures);
        FieldForms { day, mark, is_undecided: self.failures.count() > told }
    }

    /// What a cell says of a value; nothing where it is empty, or cannot be read, which is told.
    fn value(
        &mut self,
        key: &str,
        (row, column): (TableRow<'a>, usize),
        deal: &IncomingDeal,
        forms: &FieldForms,
    ) -> Option<ImportedValues> {
        let text = row.cell(column);
        if text.is_empty() {
            return None;
        }
        let context = self.context.columns;
        let mut help = MEND.to_owned();
        let (said, is) = match key {
            "stage" => return self.standing(row, deal, text, None),
            "amount" | "close_date" if forms.is_undecided => return None,
            "amount" => (forms.mark.and_then(|mark| amount_of(deal, text, mark)), "is no amount"),
            "owner" => {
                let rule = context.map.rule("owner");
                let text = rule.values.get(text).map_or(text, String::as_str);
                let way = format!("values = {{ {} = \"name@company.example\" }}", toml_text(text));
                let column = rule.columns.first().map_or("Owner", String::as_str);
                help = rule.way_out("owner", column, &[way]);
                (address(text, context.people), "is no address of anybody whom `[people]` lists")
            }
            _ => {
                let day = forms.day.and_then(|order| cell::day(text, order, context.zone));
                (day.map(|day| ImportedValue::One(day.to_string())), "is no day")
            }
        };
        if said.is_none() {
            let message = format!("`{}`: {} {is}", self.names().cell(column), quote(text));
            self.failures.push(self.place(row), message, Some(help));
        }
        Some(ImportedValues::from([(key.to_owned(), said?)]))
    }
}

/// What was so when a deal was created: what the first change of a value tells, and what was never changed.
fn first(deal: &IncomingDeal, before: &BTreeMap<&'static str, Option<ImportedValue>>) -> ImportedValues {
    let has_ended = deal.values.contains_key("outcome.result");
    let value = |key: &'static str| {
        let said = match before.get(key) {
            Some(before) => before.clone(),
            // Where a deal stood that has ended without a change of stage, nobody says.
            None if key == "stage" && has_ended => None,
            None => deal.values.get(key).cloned(),
        };
        Some((key.to_owned(), said?))
    };
    FOLLOWED.into_iter().filter_map(value).collect()
}
