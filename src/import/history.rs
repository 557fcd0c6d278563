//! The past of deals as a system exports it, as entries of `history`.

mod dated;
mod field_report;
mod labels;
mod reader;
mod shape;

pub(crate) use dated::{DatedExports, day_in_name};
pub(crate) use labels::stage_labels;
pub(crate) use reader::{HistoryContext, read, without_repetitions};
