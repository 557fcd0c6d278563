//! Deals as a sheet that people edit: which values have a column, and which cells were changed.
//!
//! Each row carries a print of every cell. A cell whose print is still the same was edited by nobody, whatever a
//! spreadsheet made of its form; a value whose print is another was changed in the deal's file since.

mod cells;
mod columns;
mod edits;
mod fingerprints;
mod header;
mod plain;
mod row_state;
mod values;

pub(crate) use columns::{SheetColumns, SheetWriter};
pub(crate) use edits::{RowEdit, SheetDeal, read};
pub(crate) use fingerprints::prints_cell;
pub(crate) use header::{CHOICES, DEAL, PRINTS, WORKFLOW, cell_name, is_sheet, keys, map, torn_at};
pub(crate) use row_state::RowState;
