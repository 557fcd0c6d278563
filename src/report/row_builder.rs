//! Builds the rows and one-pagers of a report from judged deals.

use super::filter::Filter;
use super::report_context::ReportContext;
use crate::assess::JudgedDeal;
use crate::deal::fiscal::FiscalYear;
use crate::finding::Levels;
use crate::history::Past;
use crate::standing::Checklist;

/// What is made of each deal.
pub(super) struct RowBuilder<'a> {
    pub(super) context: &'a ReportContext<'a>,
    pub(super) filter: &'a Filter,
    pub(super) with_sheets: bool,
    pub(super) with_tasks: bool,
    pub(super) with_derived: bool,
    pub(super) fiscal: FiscalYear,
    pub(super) past: &'a Past,
    pub(super) has_file: &'a (dyn Fn(&str) -> bool + Sync),
    pub(super) levels: &'a Levels,
}

impl RowBuilder<'_> {
    /// How a deal stands with each requirement.
    pub(super) fn checklist<'j>(&'j self, judged: &'j JudgedDeal<'j>) -> Checklist<'j> {
        Checklist::of(judged, self.levels)
    }
}
