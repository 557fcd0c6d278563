//! The columns of one workflow's sheet, and the fingerprints of their cells.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::cells::{NOT_EDITABLE, SheetCell, cells, is_plain};
use super::fingerprints::ValueFingerprint;
use super::header::{SEPARATOR, columns_of, currency_column, keys};
use crate::deal::Schema;
use crate::deal::field::{Shape, Type};
use crate::import::cell::DayOrder;
use crate::import::columns::{BoundColumn, ColumnContext};
use crate::import::failure::Failures;
use crate::import::imported_value::ImportedValue;
use crate::import::map::{CurrencyRule, ShareUnit, ValueRule};
use crate::import::rows::HeadedTable;
use crate::import::table::{ImportTable, TableRow};
use crate::source::digest;
use crate::syntax::Node;
use crate::workflow::Workflow;

/// How a spreadsheet may have written days and numbers.
type SheetForm = (DayOrder, char);

/// The ways to write a value of a type, as the sheet was written first.
fn forms(shape: &Shape) -> Vec<SheetForm> {
    match shape.kind {
        Type::Date => DayOrder::ALL.into_iter().map(|order| (order, '.')).collect(),
        Type::Money | Type::Percent | Type::Number | Type::Integer => {
            vec![(DayOrder::Ymd, '.'), (DayOrder::Ymd, ',')]
        }
        _ => vec![(DayOrder::Ymd, '.')],
    }
}

/// What a workflow's values are read by, in every form.
pub(crate) struct SheetColumns<'s> {
    rules: Vec<(String, &'s Shape, Vec<ValueRule>)>,
}

impl<'s> SheetColumns<'s> {
    /// Those of a workflow's declarations.
    pub(crate) fn of(schema: &'s Schema) -> Self {
        let rules = keys(schema).into_iter().map(|(key, shape)| {
            let rules = forms(shape).into_iter().map(|form| rule(&key, form)).collect();
            (key, shape, rules)
        });
        Self { rules: rules.collect() }
    }

    /// Those of some workflows, by their ids.
    pub(crate) fn by_workflow(
        workflows: impl Iterator<Item = &'s Arc<Workflow>>,
    ) -> BTreeMap<Arc<str>, Self> {
        let mut columns = BTreeMap::new();
        for workflow in workflows {
            let own = columns.entry(Arc::clone(&workflow.id));
            own.or_insert_with(|| Self::of(&workflow.schema));
        }
        columns
    }

    /// The names of all columns, in order.
    pub(crate) fn names(&self) -> Vec<String> {
        self.rules.iter().flat_map(|(key, shape, _)| columns_of(key, shape)).collect()
    }

    /// Which cells of a row are texts: all but numbers, days and the like that can be read.
    pub(crate) fn texts(&self, cells: &[String]) -> Vec<bool> {
        let kinds = self.rules.iter().flat_map(|(key, shape, _)| {
            let count = columns_of(key, shape).len();
            // Beside an amount stands its currency.
            std::iter::once(Some(&shape.kind)).chain(std::iter::repeat_n(None, count - 1))
        });
        kinds.zip(cells).map(|(kind, cell)| !kind.is_some_and(|kind| is_plain(cell, kind))).collect()
    }

    /// The values by their dotted paths, with their declarations.
    pub(crate) fn keys(&self) -> impl Iterator<Item = (&str, &'s Shape)> {
        self.rules.iter().map(|(key, shape, _)| (key.as_str(), *shape))
    }

    /// The columns of a table, each read in the form in which most cells are still as they were written, and then most
    /// can be read.
    pub(crate) fn reader<'a>(
        &'a self,
        table: HeadedTable<'_>,
        context: ColumnContext<'a>,
        fits: impl Fn(&SheetColumn<'a>) -> (usize, usize),
    ) -> SheetReader<'a> {
        let mut columns = Vec::new();
        for (key, shape, rules) in &self.rules {
            let mut best: Option<((usize, usize), Vec<SheetColumn<'a>>)> = None;
            for rule in rules {
                // How the cells are read is given, so nothing of them is asked.
                let bound =
                    BoundColumn::bind((key, rule), shape, &[table], context, &mut Failures::default());
                let Some(bound) = bound else { break };
                let column = SheetColumn { bound, context };
                let score = if rules.len() == 1 { (0, 0) } else { fits(&column) };
                match &mut best {
                    Some((most, equal)) if score == *most => equal.push(column),
                    Some((most, _)) if score < *most => {}
                    _ => best = Some((score, vec![column])),
                }
            }
            columns.extend(best.map(|(_, equal)| equal));
        }
        SheetReader { columns }
    }
}

/// The rule of a value in a form.
fn rule(key: &str, (order, mark): SheetForm) -> ValueRule {
    ValueRule {
        columns: vec![key.to_owned()],
        order: Some(order),
        mark: Some(mark),
        unit: Some(ShareUnit::Share),
        separator: Some(SEPARATOR.to_owned()),
        currency: Some(CurrencyRule::Column(vec![currency_column(key)])),
        ..ValueRule::default()
    }
}

/// The columns of one workflow in one table; several of one value where nothing tells which form is right.
pub(crate) struct SheetReader<'a> {
    columns: Vec<Vec<SheetColumn<'a>>>,
}

/// A column in a form.
pub(crate) struct SheetColumn<'a> {
    bound: BoundColumn<'a>,
    context: ColumnContext<'a>,
}

/// What a cell says, or why it cannot be read and what would be.
pub(super) type SheetSaid = Result<Option<ImportedValue>, (String, Option<String>)>;

impl<'a> SheetReader<'a> {
    /// The columns, those of one value together.
    pub(crate) fn columns(&self) -> impl Iterator<Item = &[SheetColumn<'a>]> {
        self.columns.iter().map(Vec::as_slice)
    }
}

impl<'a> SheetColumn<'a> {
    /// The value's dotted path.
    pub(crate) fn key(&self) -> &'a str {
        self.bound.key
    }

    /// What a row says, and the print of it.
    pub(crate) fn read(&self, table: HeadedTable<'_>, row: TableRow<'_>) -> (SheetSaid, String) {
        let key = self.bound.key;
        let said = self.bound.read(table, row, self.context);
        let print = match &said {
            Ok(None) => print(key, ""),
            Ok(Some(ImportedValue::One(text))) => print(key, &format!("1{text}")),
            Ok(Some(ImportedValue::Many(items))) => print(key, &format!("2{}", items.join("\u{1f}"))),
            Err(_) => self.unread(table, row),
        };
        (said, print)
    }

    /// Whether the cells hold, letter by letter, what could not be read when the sheet was written.
    pub(crate) fn is_left_unread(&self, table: HeadedTable<'_>, row: TableRow<'_>, before: &str) -> bool {
        self.unread(table, row) == before
    }

    /// The print of cells that cannot be read.
    fn unread(&self, table: HeadedTable<'_>, row: TableRow<'_>) -> String {
        print(self.bound.key, &format!("3{}", self.bound.written(row, table.file)))
    }

    /// Whether anything stands in the cells.
    pub(crate) fn is_filled(&self, table: HeadedTable<'_>, row: TableRow<'_>) -> bool {
        !self.bound.written(row, table.file).trim().is_empty()
    }
}

/// A short print of what a cell says.
fn print(key: &str, said: &str) -> String {
    digest::short(format!("{key}\0{said}").as_bytes(), 4)
}

/// The cells of deals of one workflow as their files have them.
pub(crate) struct SheetWriter<'a> {
    columns: &'a SheetColumns<'a>,
    reader: SheetReader<'a>,
}

impl<'a> SheetWriter<'a> {
    /// Takes the columns.
    pub(crate) fn new(columns: &'a SheetColumns<'a>, context: ColumnContext<'a>) -> Self {
        let names = columns.names();
        let mut header = ImportTable::default();
        // A header of so many cells is within every limit.
        let _ = header.push(1, names.iter().map(String::as_str));
        let reader = columns.reader(HeadedTable::at(0, &header, 0), context, |_| (0, 0));
        Self { columns, reader }
    }

    /// The cells of a deal, and the print of each of its values.
    pub(crate) fn row(&self, root: &Node<'_>) -> (Vec<String>, Vec<ValueFingerprint>) {
        let mut written = Vec::new();
        let mut closed: Vec<&str> = Vec::new();
        let mut currencies: BTreeMap<&str, String> = BTreeMap::new();
        for (key, shape) in self.columns.keys() {
            match cells(root, key, shape) {
                SheetCell::One(text) => written.push(text),
                SheetCell::Amount(number, currency) => {
                    currencies.insert(key, currency.clone());
                    written.extend([number, currency]);
                }
                SheetCell::Closed => {
                    closed.push(key);
                    written.extend(columns_of(key, shape).iter().map(|_| String::new()));
                }
            }
        }
        let mut table = ImportTable::default();
        let _ = table.push(1, written.iter().map(String::as_str));
        let headed = HeadedTable::at(0, &table, 0);
        let prints = self.reader.columns().filter_map(|column| {
            let column = column.first()?;
            let (key, is_closed) = (column.key(), closed.contains(&column.key()));
            let print = if is_closed { NOT_EDITABLE.to_owned() } else { column.read(headed, table.row(0)).1 };
            Some(ValueFingerprint { key: key.to_owned(), print, currency: currencies.remove(key) })
        });
        let prints = prints.collect();
        (written, prints)
    }
}
