//! The plain content of a sheet: without the marks that keep cells texts, and with currencies that somebody removed.

use std::collections::BTreeSet;

use super::fingerprints::prints_of;
use super::header::{PRINTS, currency_column};
use crate::import::rows::HeadedTable;
use crate::import::table::ImportTable;
use crate::source::escape;

/// The table, and the names of the columns that it lacked. Their cells are as they were exported, so that an amount
/// beside them keeps its currency.
pub(super) fn plain(table: &ImportTable, headed: HeadedTable<'_>) -> (ImportTable, BTreeSet<String>) {
    let prints = headed.column(&[PRINTS.to_owned()]);
    let of_row = |index: usize| prints.map_or("", |column| table.row(index).cell(column));
    let has = |name: &str| headed.column(&[name.to_owned()]).is_some();
    let mut restored: BTreeSet<&str> = BTreeSet::new();
    for index in headed.header_index() + 1..table.len() {
        let amounts = prints_of(of_row(index)).into_iter().filter(|(_, it)| it.is_amount);
        restored.extend(amounts.map(|(key, _)| key));
    }
    restored.retain(|key| has(key) && !has(&currency_column(key)));
    let width = headed.header().cells().count();
    let mut plain = ImportTable::default();
    for index in 0..table.len() {
        let row = table.row(index);
        let mut cells: Vec<String> = row.cells().map(escape::without_guards).collect();
        if !restored.is_empty() && index >= headed.header_index() {
            cells.resize(width.max(cells.len()), String::new());
            cells.truncate(width);
            let prints = prints_of(of_row(index));
            cells.extend(restored.iter().map(|key| {
                let is_header = index == headed.header_index();
                let code = prints.get(key).and_then(|it| it.currency).unwrap_or_default();
                if is_header { currency_column(key) } else { code.to_owned() }
            }));
        }
        // There are hardly more cells than before.
        let _ = plain.push(row.line, cells.iter().map(String::as_str));
    }
    (plain, restored.into_iter().map(currency_column).collect())
}
