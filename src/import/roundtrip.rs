//! Deals as a sheet that people edit: which of their values have a column, and how a cell is told from what was written.
//!
//! Each row carries a print of every cell. A cell whose print is still the same was edited by nobody, whatever a
//! spreadsheet made of its form; a value whose print is another was changed in the deal's file since.

mod cells;
mod columns;
mod edits;
mod header;

pub use columns::{SheetColumns, SheetWriter, prints_cell};
pub use edits::{RowEdit, SheetDeal, SheetEdits, held, read};
pub use header::{DEAL, PRINTS, WORKFLOW, cell_name, is_sheet, keys, map};
