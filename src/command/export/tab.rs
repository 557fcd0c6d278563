//! The deals of one workflow as the rows of a sheet.

use std::sync::Arc;

use crate::workflow::Workflow;

/// The deals of one workflow.
pub(super) struct SheetTab {
    pub(super) workflow: Arc<Workflow>,
    /// The names of the columns of values.
    pub(super) names: Vec<String>,
    pub(super) rows: Vec<TabRow>,
}

/// One deal.
pub(super) struct TabRow {
    pub(super) deal: String,
    /// What its values say, by the tab's columns.
    pub(super) cells: Vec<String>,
    /// Which of them are texts that a spreadsheet must not take for anything else.
    pub(super) texts: Vec<bool>,
    /// The prints of its values.
    pub(super) prints: String,
}
