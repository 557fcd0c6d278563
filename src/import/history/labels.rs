//! The stage labels in an export of the past, before any workflow is known.

use super::shape::{HistoryShape, columns, entered, is_key, position, shape};
use crate::import::map::ImportMap;
use crate::import::table::ImportTable;

/// A label of a stage, and its pipeline where that is said.
pub(super) type StageLabel<'t> = (&'t str, Option<&'t str>);

/// The labels, each once, in the order of the table.
pub(crate) fn stage_labels<'t>(table: &'t ImportTable, map: &ImportMap) -> Vec<StageLabel<'t>> {
    let Some((header, shape)) = shape(table) else { return Vec::new() };
    let names = table.row(header);
    let rows = || (header + 1..table.len()).map(|index| table.row(index));
    let mut found: Vec<StageLabel<'_>> = match shape {
        HistoryShape::Stages => names.cells().filter_map(entered).collect(),
        HistoryShape::Changes => {
            let both = ["From Stage", "To Stage"].map(|name| position(names, &[name]));
            rows().flat_map(|row| both.into_iter().flatten().map(move |it| (row.cell(it), None))).collect()
        }
        HistoryShape::Fields => {
            let Some([field, old, new]) = columns(names) else { return Vec::new() };
            let of_stage = rows().filter(|row| is_key("stage", row.cell(field), map));
            of_stage.flat_map(|row| [(row.cell(old), None), (row.cell(new), None)]).collect()
        }
    };
    let mut seen = std::collections::BTreeSet::new();
    found.retain(|label| !label.0.is_empty() && seen.insert(*label));
    found
}
