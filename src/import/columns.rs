//! The values of a map bound to the columns of tables, each decided and read by the type of its key.

use jiff::tz::TimeZone;
use rust_decimal::Decimal;

use super::cell;
use super::decide::{ColumnCells, ColumnForm};
use super::failure::{Failures, TablePlace};
use super::imported_value::ImportedValue;
use super::map::{CurrencyRule, ImportMap, ShareUnit, ValueRule, toml_text};
use super::rows::HeadedTable;
use super::table::TableRow;
use crate::deal::field::{Shape, Type};
use crate::deal::{People, currency};
use crate::finding::wording::quote;

/// What columns are read by, beside the map.
#[derive(Clone, Copy)]
pub(crate) struct ColumnContext<'a> {
    /// The map.
    pub map: &'a ImportMap,
    /// Who is who.
    pub people: &'a People,
    /// The zone of moments with an offset.
    pub zone: &'a TimeZone,
}

/// One value of deals, with the columns it comes from in each table.
#[derive(Debug)]
pub(crate) struct BoundColumn<'a> {
    /// The dotted path in the deal.
    pub key: &'a str,
    rule: &'a ValueRule,
    kind: CellKind,
    columns: Vec<Option<usize>>,
    currencies: Vec<Option<usize>>,
    form: ColumnForm,
    /// It has been told that nobody can say how its cells are read.
    pub is_undecided: bool,
}

/// What a cell holds.
#[derive(Clone, Debug, PartialEq, Eq)]
enum CellKind {
    Line,
    Text,
    Email,
    Day,
    Money,
    Share,
    Number,
    Boolean,
    List,
    Choice(Vec<String>),
    Other,
}

impl CellKind {
    fn of(key: &str, shape: &Shape) -> Self {
        if !shape.choices.is_empty() {
            return Self::Choice(shape.choices.iter().map(ToString::to_string).collect());
        }
        match &shape.kind {
            Type::Text if matches!(key, "notes" | "outcome.note") => Self::Text,
            Type::Text | Type::Url => Self::Line,
            Type::Email => Self::Email,
            Type::Date => Self::Day,
            Type::Money => Self::Money,
            Type::Percent => Self::Share,
            Type::Integer | Type::Number => Self::Number,
            Type::Boolean => Self::Boolean,
            Type::List(item) if matches!(item.kind, Type::Text) => Self::List,
            _ => Self::Other,
        }
    }
}

impl<'a> BoundColumn<'a> {
    /// Binds a value to its columns and decides how they are read; `None` where no table has any.
    pub(crate) fn bind(
        (key, rule): (&'a str, &'a ValueRule),
        shape: &Shape,
        tables: &[HeadedTable<'_>],
        context: ColumnContext<'_>,
        failures: &mut Failures,
    ) -> Option<Self> {
        let columns: Vec<_> = tables.iter().map(|table| table.column(&rule.columns)).collect();
        if columns.iter().all(Option::is_none) && rule.constant.is_none() {
            return None;
        }
        let currencies = tables.iter().map(|table| match &rule.currency {
            Some(CurrencyRule::Column(names)) => table.column(names),
            _ => None,
        });
        let mut bound = Self {
            key,
            rule,
            kind: CellKind::of(key, shape),
            currencies: currencies.collect(),
            columns,
            form: ColumnForm::default(),
            is_undecided: false,
        };
        if bound.kind == CellKind::Other {
            let message = format!("`{key}` cannot be filled from one column");
            failures.push(TablePlace::default(), message, Some(format!("take `{key}` out of the map")));
            return None;
        }
        let before = failures.count();
        bound.decide(tables, context, failures);
        bound.is_undecided = failures.count() > before;
        Some(bound)
    }

    fn decide(&mut self, tables: &[HeadedTable<'_>], context: ColumnContext<'_>, failures: &mut Failures) {
        let position = |table: &HeadedTable<'_>| self.columns[table.file];
        let name = tables.iter().find_map(|table| Some(table.header().cell(position(table)?)));
        let nulls = &context.map.nulls;
        let is_there = |text: &&str| !text.is_empty() && !nulls.iter().any(|null| null == text);
        let cells = || {
            tables.iter().filter_map(|table| Some((table, position(table)?))).flat_map(|(table, column)| {
                let ids = table.id_columns(context.map).unwrap_or_default();
                let has_id = move |row: &TableRow<'_>| ids.iter().any(|id| !row.cell(*id).is_empty());
                table
                    .rows()
                    .filter(has_id)
                    .map(move |row| (TablePlace { file: table.file, line: row.line }, row.cell(column)))
            })
        };
        let cells = || cells().filter(|(_, text)| is_there(text));
        let cells = ColumnCells { key: self.key, rule: self.rule, column: name.unwrap_or_default(), cells };
        let form = match self.kind {
            CellKind::Day => {
                let zone = self.rule.zone.as_ref().unwrap_or(context.zone);
                ColumnForm { order: cells.order(zone, failures), ..ColumnForm::default() }
            }
            CellKind::Money | CellKind::Number => {
                ColumnForm { mark: cells.mark(failures), ..ColumnForm::default() }
            }
            CellKind::Share => {
                let mark = cells.mark(failures);
                let unit = mark.and_then(|mark| cells.unit(mark, failures));
                ColumnForm { mark, unit, ..ColumnForm::default() }
            }
            _ => ColumnForm::default(),
        };
        self.form = form;
    }

    /// What a row says; a fault where it says something that cannot be read.
    pub(crate) fn read(
        &self,
        table: HeadedTable<'_>,
        row: TableRow<'_>,
        context: ColumnContext<'_>,
    ) -> Result<Option<ImportedValue>, (String, Option<String>)> {
        let cell = self.columns[table.file].map_or("", |column| row.cell(column));
        let cell = self.rule.values.get(cell).map_or(cell, String::as_str);
        let cell = if cell.is_empty() { self.rule.constant.as_deref().unwrap_or_default() } else { cell };
        if cell.is_empty() || context.map.nulls.iter().any(|null| null == cell) {
            return Ok(None);
        }
        let name = self.columns[table.file].map_or(self.key, |column| table.header().cell(column));
        let fault = |what: &str| (format!("`{name}`: {} {what}", quote(cell)), self.line(name, cell));
        if cell::is_failure(cell) {
            return Err(failed_cell(name, cell, context.map));
        }
        let zone = self.rule.zone.as_ref().unwrap_or(context.zone);
        let one = |text: String| Ok((!text.is_empty()).then_some(ImportedValue::One(text)));
        match &self.kind {
            CellKind::Line => one(harmless(cell).split_whitespace().collect::<Vec<_>>().join(" ")),
            CellKind::Text => one(harmless(cell)),
            CellKind::Email => address(cell, context.people)
                .map(Some)
                .ok_or_else(|| fault("is no address of anybody whom `[people]` lists")),
            CellKind::Day => match self.form.order {
                None => Err(fault("is no day")),
                Some(order) => match cell::day(cell, order, zone) {
                    Some(day) => one(day.to_string()),
                    None => Err(fault("is no day")),
                },
            },
            CellKind::Money => self.money(cell, table, row).map_err(|what| fault(&what)),
            CellKind::Share => self.share(cell).map_err(fault),
            CellKind::Number => match self.number(cell) {
                Some(number) => one(number.normalize().to_string()),
                None => Err(fault("is no number")),
            },
            CellKind::Boolean => match cell.to_lowercase().as_str() {
                "true" | "1" | "yes" | "ja" | "wahr" => one("true".to_owned()),
                "false" | "0" | "no" | "nein" | "falsch" => one("false".to_owned()),
                _ => Err(fault("is neither true nor false")),
            },
            CellKind::List => {
                let separator = self.rule.separator.as_deref().unwrap_or(";");
                let items = cell.split(separator).map(|item| harmless(item.trim()));
                let items: Vec<_> = items.filter(|item| !item.is_empty()).collect();
                Ok((!items.is_empty()).then_some(ImportedValue::Many(items)))
            }
            CellKind::Choice(choices) => {
                let found = choices.iter().find(|choice| same_word(choice, cell));
                found
                    .map(|choice| Some(ImportedValue::One(choice.clone())))
                    .ok_or_else(|| fault("is none of the values that the workflow allows"))
            }
            CellKind::Other => Ok(None),
        }
    }

    /// Whether a table says anything of it.
    pub(crate) fn is_in(&self, file: usize) -> bool {
        self.columns[file].is_some() || self.rule.constant.is_some()
    }

    /// Whether it is an amount for whose currency a table has no column.
    pub(crate) fn lacks_currency(&self, file: usize) -> bool {
        let is_given = matches!(self.rule.currency, Some(CurrencyRule::Code(_)));
        self.kind == CellKind::Money && self.currencies[file].is_none() && !is_given
    }

    /// The cells that a row is read from, as they stand.
    pub(crate) fn written(&self, row: TableRow<'_>, file: usize) -> String {
        let cells = [self.columns[file], self.currencies[file]];
        cells.into_iter().flatten().map(|column| row.cell(column)).collect::<Vec<_>>().join(" ")
    }

    /// The line for the map where a cell needs another word.
    fn line(&self, name: &str, cell: &str) -> Option<String> {
        let word = match &self.kind {
            CellKind::Email => "name@company.example",
            CellKind::Choice(choices) => choices.first()?,
            CellKind::Day | CellKind::Money | CellKind::Share | CellKind::Number | CellKind::Boolean => "",
            _ => return None,
        };
        let cell: String = cell.chars().take(60).collect();
        let more = if word.is_empty() { ", with what it means; empty leaves it out" } else { "" };
        let way = format!("values = {{ {} = \"{word}\" }}", toml_text(&cell));
        Some(self.rule.way_out(self.key, name, &[way]) + more)
    }

    fn number(&self, cell: &str) -> Option<Decimal> {
        cell::number(cell, self.form.mark?)
    }

    fn money(
        &self,
        cell: &str,
        table: HeadedTable<'_>,
        row: TableRow<'_>,
    ) -> Result<Option<ImportedValue>, String> {
        let (bare, beside) = cell::without_currency(cell);
        let number = self.number(bare).ok_or("is no amount")?;
        let column =
            self.currencies[table.file].map(|column| row.cell(column)).filter(|code| !code.is_empty());
        let constant = match &self.rule.currency {
            Some(CurrencyRule::Code(code)) => Some(code.as_str()),
            _ => None,
        };
        let Some(code) = column.or(beside).or(constant) else {
            return Ok(Some(ImportedValue::One(number.normalize().to_string())));
        };
        let unit = currency::currency(code)
            .map_err(|misfit| format!("is in {}, which {}", quote(code), misfit.problem))?;
        // Systems keep more digits than money has.
        let rounded = currency::round(number, unit).normalize();
        Ok(Some(ImportedValue::One(format!("{rounded} {}", unit.code()))))
    }

    fn share(&self, cell: &str) -> Result<Option<ImportedValue>, &'static str> {
        let percent = cell.strip_suffix('%').map(str::trim_end);
        let number = self.number(percent.unwrap_or(cell)).ok_or("is no share")?;
        let share = match (percent, self.form.unit) {
            (None, Some(ShareUnit::Share)) => number,
            _ => number / Decimal::ONE_HUNDRED,
        };
        if !(Decimal::ZERO..=Decimal::ONE).contains(&share) {
            return Err("is no share: it is not between nothing and all");
        }
        Ok(Some(ImportedValue::One(crate::deal::value::percent(share))))
    }
}

/// That a spreadsheet left no value in a cell, and what to do about it.
pub(crate) fn failed_cell(column: &str, cell: &str, map: &ImportMap) -> (String, Option<String>) {
    let nulls: Vec<_> = map.nulls.iter().map(String::as_str).chain([cell]).map(toml_text).collect();
    let help = format!(
        "mend the cell in the spreadsheet, or, where it stands for nothing, write `nulls = [{}]` at the top of the map",
        nulls.join(", ")
    );
    (format!("`{column}`: {} is an error of a spreadsheet, and no value", quote(cell)), Some(help))
}

/// A text without characters that nobody can see, its lines ending as everywhere.
pub(crate) fn harmless(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect::<String>().trim().to_owned()
}

/// Whether two words are one but for case, and for what parts their parts.
pub(crate) fn same_word(one: &str, other: &str) -> bool {
    let parts = |text: &str| {
        let parts = text.split(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '_' | '-'));
        parts.filter(|part| !part.is_empty()).map(str::to_lowercase).collect::<Vec<_>>()
    };
    parts(one) == parts(other)
}

/// The address of a person: as it is, in brackets behind a name, or by a name that is listed once.
pub(crate) fn address(cell: &str, people: &People) -> Option<ImportedValue> {
    let inner = cell.rsplit_once(['(', '<']).map_or(cell, |(_, rest)| rest.trim_end_matches([')', '>', ' ']));
    if crate::syntax::scalar::email(inner.trim()).is_ok() {
        return Some(ImportedValue::One(inner.trim().to_lowercase()));
    }
    let named = people.names().filter(|(_, name)| same_word(name, cell));
    let mut found: Vec<_> = named.map(|(address, _)| people.identity(address)).collect();
    found.sort();
    found.dedup();
    (found.len() == 1).then(|| found.pop().map(ImportedValue::One)).flatten()
}
