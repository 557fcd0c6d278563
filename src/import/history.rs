//! What a system knows of the past of its deals, as entries of their `history`.

mod dated;
mod field_report;
mod labels;
mod reader;
mod shape;

pub use dated::{DatedExports, day_in_name};
pub use labels::stage_labels;
pub use reader::{HistoryContext, read, without_repetitions};
