//! Deals as a sheet that people edit: which of their values have a column, and how a cell is told from what was written.
//!
//! Each row carries a print of every cell. A cell whose print is still the same was edited by nobody, whatever a
//! spreadsheet made of its form; a value whose print is another was changed in the deal's file since.

mod cells;
mod columns;
mod edits;
mod header;
mod held;
mod plain;
mod prints;
mod values;

pub use columns::{SheetColumns, SheetWriter};
pub use edits::{RowEdit, SheetDeal, SheetEdits, read};
pub use header::{CHOICES, DEAL, PRINTS, WORKFLOW, cell_name, is_sheet, keys, map, torn_at};
pub use held::SheetHolder;
pub use prints::prints_cell;
