//! The shapes of exports of the past, each known by its header.

use crate::import::map::ImportMap;
use crate::import::table::{ImportTable, TableRow};

/// The columns by which the history of fields is known.
pub(super) const COLUMNS: [&str; 3] = ["Field / Event", "Old Value", "New Value"];

/// How HubSpot names the day on which a deal came into a stage.
const ENTERED: [&str; 2] = ["Date entered \"", "Date entered '"];

/// The shapes that exports of the past have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HistoryShape {
    /// HubSpot: a column a stage.
    Stages,
    /// Salesforce's report of the history of opportunities: a row a change, with the stages before and after.
    Changes,
    /// Salesforce's report of the history of fields: a row a value.
    Fields,
}

/// The row of the header, and the shape that it tells.
pub(super) fn shape(table: &ImportTable) -> Option<(usize, HistoryShape)> {
    (0..table.len().min(30)).find_map(|index| {
        let row = table.row(index);
        let has = |names: &[&str]| names.iter().all(|name| position(row, &[name]).is_some());
        let by_stage = row.cells().any(|cell| ENTERED.iter().any(|word| cell.starts_with(word)));
        let shape = if by_stage {
            HistoryShape::Stages
        } else if has(&["From Stage", "To Stage"]) {
            HistoryShape::Changes
        } else if has(&COLUMNS) {
            HistoryShape::Fields
        } else {
            return None;
        };
        Some((index, shape))
    })
}

/// The first column with one of some names.
pub(super) fn position(row: TableRow<'_>, names: &[&str]) -> Option<usize> {
    names.iter().find_map(|name| row.cells().position(|cell| cell.eq_ignore_ascii_case(name)))
}

/// The stage and the pipeline that a column of HubSpot's is about.
pub(super) fn entered(name: &str) -> Option<(&str, Option<&str>)> {
    let rest = ENTERED.iter().find_map(|word| name.strip_prefix(word))?.trim_end_matches(['"', '\'']);
    Some(match rest.strip_suffix(')').and_then(|rest| rest.rsplit_once(" (")) {
        Some((stage, pipeline)) => (stage, Some(pipeline)),
        None => (rest, None),
    })
}

/// Where these columns are in a header.
pub(super) fn columns(names: TableRow<'_>) -> Option<[usize; 3]> {
    let [field, old, new] = COLUMNS.map(|name| position(names, &[name]));
    Some([field?, old?, new?])
}

/// Whether a row is about a value: the report calls it as the export does.
pub(super) fn is_key(key: &str, field: &str, map: &ImportMap) -> bool {
    map.rule(key).columns.iter().any(|name| name.eq_ignore_ascii_case(field))
}
