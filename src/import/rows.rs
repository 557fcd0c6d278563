//! Which rows of a table are deals: below the header, and neither totals nor footers.

use std::collections::BTreeMap;

use super::map::ImportMap;
use super::table::{ImportTable, TableRow};

/// Rows in which the header is looked for.
const BEGINNING: usize = 30;

/// A table whose header is known.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HeadedTable<'t> {
    /// Its number among those that are read.
    pub file: usize,
    table: &'t ImportTable,
    header: usize,
}

/// Where the cells of a table stand that say what a row is; looked up once, as a header is long and rows are many.
#[derive(Clone, Debug, Default)]
pub(crate) struct RowColumns {
    /// Those that identify a deal.
    pub ids: Vec<usize>,
    /// Its name.
    pub name: Option<usize>,
    /// Its pipeline.
    pub pipeline: Option<usize>,
    /// Its stage.
    pub stage: Option<usize>,
    /// How it ended.
    pub outcome: Option<usize>,
    /// What rows are left out by.
    pub drop: Option<usize>,
    /// Records that were merged into it.
    pub merged: Option<usize>,
}

impl RowColumns {
    /// Finds them.
    pub(crate) fn of(table: HeadedTable<'_>, map: &ImportMap) -> Self {
        let of_key = |key: &str| map.keys.get(key).and_then(|rule| table.column(&rule.columns));
        Self {
            ids: table.id_columns(map).unwrap_or_default(),
            name: of_key("name"),
            stage: of_key("stage"),
            pipeline: map.pipelines.as_ref().and_then(|rule| table.column(&rule.columns)),
            outcome: map.outcome.as_ref().and_then(|rule| table.column(&rule.columns)),
            drop: map.drop.as_ref().and_then(|rule| table.column(&rule.columns)),
            merged: map.merged.as_ref().and_then(|rule| table.column(&rule.columns)),
        }
    }

    /// Whether a row has something where its id should be, and it is no row of sums.
    pub(crate) fn has_id(&self, row: TableRow<'_>) -> bool {
        let is_there = self.ids.iter().any(|column| !row.cell(*column).is_empty());
        // Sums may stand below the id; they have no name.
        let is_named = self.name.is_none_or(|column| !row.cell(column).is_empty());
        is_there && (is_named || row.why_none(false).is_none())
    }

    /// The pipeline of a row.
    pub(crate) fn pipeline<'t>(&self, row: TableRow<'t>) -> Option<&'t str> {
        self.pipeline.map(|column| row.cell(column)).filter(|label| !label.is_empty())
    }
}

impl<'t> HeadedTable<'t> {
    /// Finds the row that names the columns of a map's id, name and stage.
    pub(crate) fn find(file: usize, table: &'t ImportTable, map: &ImportMap) -> Option<Self> {
        let header = (0..table.len().min(BEGINNING)).find(|index| {
            let candidate = Self { file, table, header: *index };
            candidate.id_columns(map).is_some()
                && ["name", "stage"].iter().all(|key| {
                    map.keys.get(*key).is_none_or(|rule| {
                        rule.constant.is_some() || candidate.column(&rule.columns).is_some()
                    })
                })
        })?;
        Some(Self { file, table, header })
    }

    /// A table whose header is in a row, counted from 0.
    pub(crate) fn at(file: usize, table: &'t ImportTable, header: usize) -> Self {
        Self { file, table, header }
    }

    /// The row of the header, counted from 0.
    pub(crate) fn header_index(self) -> usize {
        self.header
    }

    /// The names of the columns.
    pub(crate) fn header(self) -> TableRow<'t> {
        self.table.row(self.header)
    }

    /// The rows below the header.
    pub(crate) fn rows(self) -> impl Iterator<Item = TableRow<'t>> {
        (self.header + 1..self.table.len()).map(move |index| self.table.row(index))
    }

    /// The first column that has one of some names.
    pub(crate) fn column(self, names: &[String]) -> Option<usize> {
        let position = |name: &String| self.header().cells().position(|cell| cell == name.trim());
        let folded = |name: &String| {
            let name = name.trim().to_lowercase();
            self.header().cells().position(|cell| cell.to_lowercase() == name)
        };
        names.iter().find_map(position).or_else(|| names.iter().find_map(folded))
    }

    /// The columns that identify a deal.
    pub(crate) fn id_columns(self, map: &ImportMap) -> Option<Vec<usize>> {
        let all = |names: &Vec<String>| {
            names.iter().map(|name| self.column(std::slice::from_ref(name))).collect::<Option<Vec<_>>>()
        };
        map.id.columns.iter().find_map(all).filter(|columns| !columns.is_empty())
    }

    /// How many cells the header has up to the last with a name, and in all; those that are empty at the end of most rows
    /// count too.
    pub(crate) fn widths(self) -> (usize, usize) {
        let named = self.header().cells().enumerate().filter(|(_, name)| !name.is_empty());
        let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
        for row in self.rows() {
            *counts.entry(row.width()).or_default() += 1;
        }
        let most = counts.into_iter().max_by_key(|(width, count)| (*count, std::cmp::Reverse(*width)));
        let all = self.header().width().max(most.map_or(0, |(width, _)| width));
        (named.last().map_or(0, |(last, _)| last + 1), all)
    }

    /// The names of columns that are there twice and do not say the same, each with the first row that tells.
    pub(crate) fn twice(self) -> Vec<(&'t str, u64)> {
        let mut first: BTreeMap<&str, usize> = BTreeMap::new();
        let mut found = Vec::new();
        for (column, name) in self.header().cells().enumerate().filter(|(_, name)| !name.is_empty()) {
            let Some(other) = first.get(name) else {
                first.insert(name, column);
                continue;
            };
            let row = self.rows().find(|row| row.cell(column) != row.cell(*other));
            found.extend(row.map(|row| (name, row.line)));
        }
        found
    }

    /// Whether a row repeats the header.
    pub(crate) fn is_header(self, row: TableRow<'_>) -> bool {
        row.cells().eq(self.header().cells())
    }
}

/// What is wrong with the number of a row's cells, by which they do not stand below their names.
pub(crate) fn misfit(row: TableRow<'_>, (named, all): (usize, usize)) -> Option<&'static str> {
    if !row.is_counted() {
        return None;
    }
    let has_more = row.width() > all || (named..row.width()).any(|column| !row.cell(column).is_empty());
    if row.width() < named {
        return Some("fewer cells than the header: it was cut off, or a quote is not closed");
    }
    has_more.then_some("more cells than the header: a text with what parts cells is not in quotes")
}

/// An id of Salesforce in 18 characters: the last three say which of the first fifteen are capital.
pub(crate) fn salesforce_id(id: &str) -> Option<String> {
    const CHECKS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
    if !id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let plain = match id.len() {
        15 => id,
        18 => &id[..15],
        _ => return None,
    };
    let check = |five: &[u8]| {
        let bits = five.iter().enumerate().map(|(at, byte)| usize::from(byte.is_ascii_uppercase()) << at);
        char::from(CHECKS[bits.sum::<usize>()])
    };
    let checks: String = plain.as_bytes().chunks(5).map(check).collect();
    let whole = format!("{plain}{checks}");
    (id.len() == 15 || id.eq_ignore_ascii_case(&whole)).then_some(whole)
}

/// Whether a spreadsheet wrote an id as a number with an exponent, and lost its last digits.
pub(crate) fn is_damaged(id: &str) -> bool {
    let Some((digits, exponent)) = id.split_once(['E', 'e']) else { return false };
    let is_number = |text: &str| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || b".,".contains(&byte))
    };
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    is_number(digits) && digits.contains(['.', ',']) && is_number(exponent)
        || id.contains("E+") && is_number(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_ids_of_salesforce_get_their_check_letters() {
        for (id, whole) in [
            ("0064W00000abCdE", Some("0064W00000abCdEQAU")),
            ("0064W00000abCdEQAU", Some("0064W00000abCdEQAU")),
            ("0064W00000abCdEAAA", None),
            ("0064W00000abCd", None),
            ("0064W00000abCd-", None),
        ] {
            assert_eq!(salesforce_id(id).as_deref(), whole, "{id}");
        }
    }

    #[test]
    fn a_number_with_an_exponent_is_no_id() {
        assert!(is_damaged("1.92E+11") && is_damaged("1,92E+11") && is_damaged("1.9244208158123E17"));
        assert!(!is_damaged("192442081") && !is_damaged("3E5A-11") && !is_damaged("0064W00000abCdE"));
    }
}
