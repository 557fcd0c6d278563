//! The header of a sheet: which values have a column, and what the columns are called.

use crate::deal::Schema;
use crate::deal::field::{Shape, Type};
use crate::import::map::{IdRule, ImportMap};
use crate::import::rows::HeadedTable;
use crate::import::table::ImportTable;
use crate::source::escape;

/// The column with the deal's id.
pub(crate) const DEAL: &str = "deal";

/// The column with the workflow that it follows, for whoever reads.
pub(crate) const WORKFLOW: &str = "workflow";

/// The tab of a workbook with what may be chosen.
pub(crate) const CHOICES: &str = "choices";

/// The column with the prints of the others.
pub(crate) const PRINTS: &str = "as exported (keep this column)";

/// What joins the items of a list.
pub(super) const SEPARATOR: &str = ";";

/// Keys that no sheet shows: what is ticked, approved and told of the past is changed where it stands.
const LEFT_OUT: [&str; 5] = ["workflow", "done", "waivers", "origin", "history"];

/// A name as a cell gives it back.
pub(crate) fn cell_name(name: &str) -> String {
    escape::without_guards(&escape::sheet_cell(name)).trim().to_owned()
}

/// The column with the currency of an amount.
pub(super) fn currency_column(key: &str) -> String {
    format!("{key} currency")
}

/// The values of deals that have a column, by their dotted paths, in the order of the declarations.
pub(crate) fn keys(schema: &Schema) -> Vec<(String, &Shape)> {
    let mut found = Vec::new();
    for field in schema.fields.iter().filter(|field| !LEFT_OUT.contains(&field.name.as_ref())) {
        add(field.name.to_string(), &field.shape, &mut found);
    }
    found
}

fn add<'s>(key: String, shape: &'s Shape, found: &mut Vec<(String, &'s Shape)>) {
    match &shape.kind {
        Type::Record(fields) => {
            // A key that is more than a word has no path.
            for field in fields.iter().filter(|field| is_word(&field.name)) {
                add(format!("{key}.{}", field.name), &field.shape, found);
            }
        }
        Type::List(item) if matches!(item.kind, Type::Text) => found.push((key, shape)),
        Type::List(_) | Type::Entries(_) | Type::Covered => {}
        _ => found.push((key, shape)),
    }
}

fn is_word(name: &str) -> bool {
    name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
}

/// The names of the columns of a value.
pub(super) fn columns_of(key: &str, shape: &Shape) -> Vec<String> {
    match shape.kind {
        Type::Money => vec![key.to_owned(), currency_column(key)],
        _ => vec![key.to_owned()],
    }
}

/// What finds the header of a sheet.
pub(crate) fn map() -> ImportMap {
    named([DEAL, PRINTS])
}

fn named(columns: [&str; 2]) -> ImportMap {
    ImportMap {
        system: "sheet".to_owned(),
        id: IdRule { columns: vec![columns.map(str::to_owned).to_vec()], is_salesforce: false },
        ..ImportMap::default()
    }
}

/// Whether a table is a sheet of deals.
pub(crate) fn is_sheet(table: &ImportTable) -> bool {
    HeadedTable::find(0, table, &map()).is_some()
}

/// The line of the header of what was a sheet of deals before somebody took its column of prints away.
pub(crate) fn torn_at(table: &ImportTable) -> Option<u64> {
    let headed = HeadedTable::find(0, table, &named([DEAL, WORKFLOW])).filter(|_| !is_sheet(table))?;
    Some(headed.header().line)
}
