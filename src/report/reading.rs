//! Judges the deals of a report, once: what it shows of each, and what a comparison with another moment needs.

use std::sync::Arc;

use super::basis::{currency, fiscal_year, window};
use super::filter::Filter;
use super::frame::ReportContext;
use super::making::RowBuilder;
use super::row::ReportRow;
use super::trend::DealHistory;
use super::wish::ReportOptions;
use crate::assess::{Selection, Workspace, assess};
use crate::compare::{DealState, Side};
use crate::finding::Ledger;

/// The judged deals of a workspace, as a report needs them.
pub struct ReportInput {
    /// Those that the filters leave.
    pub(super) rows: Vec<ReportRow>,
    /// Every deal over time, where that is wanted; else those that are in no commit yet.
    pub(super) ways: Vec<DealHistory>,
    /// What was found.
    pub(super) ledger: Ledger,
    /// Deals without a workflow that they could be judged by.
    pub(super) not_judged: usize,
    side: Option<Side>,
}

impl ReportInput {
    /// Judges the deals that a report is about; `compared` keeps what it takes to compare them, too.
    pub fn of(workspace: &Workspace<'_>, filter: &Filter, wish: ReportOptions<'_>, compared: bool) -> Self {
        let window = window(workspace, filter);
        let frame = ReportContext::of(workspace, currency(workspace, filter), &window, wish.revision);
        let levels = &workspace.config.levels;
        let making = RowBuilder {
            frame: &frame,
            filter,
            with_sheets: wish.with_sheets,
            with_tasks: wish.with_tasks,
            fiscal: fiscal_year(workspace, filter),
            past: &workspace.past,
            has_file: &|path| workspace.snapshot.shares_file(path),
            levels,
        };
        let selection = selection(workspace, filter);
        // Of some deals alone, nobody could say what became of the others.
        let compared = compared && selection == Selection::Everything;
        let mut assessment = assess(workspace, &selection, |judged| {
            let is_uncommitted = judged.told.is_some_and(|told| told.whole && told.first_commit.is_none());
            let way = (wish.trend.is_some() || wish.weeks || is_uncommitted)
                .then(|| DealHistory::of(judged, levels));
            Some((making.row(judged), way, compared.then(|| Arc::new(DealState::of(judged)))))
        });
        // A deal that the filters leave out today may have been another's then.
        let (mut rows, mut ways, mut states) = (Vec::new(), Vec::new(), Vec::new());
        let judged = assessment.kept.len();
        for (row, way, state) in std::mem::take(&mut assessment.kept) {
            rows.extend(row);
            ways.extend(way);
            states.extend(state);
        }
        // Files that cannot be read are in no figure, as those are that nothing can judge.
        let not_judged = assessment.deals.saturating_sub(judged);
        let side = compared.then(|| Side::of(workspace, &selection, states, &assessment, workspace.today));
        Self { rows, ways, not_judged, ledger: assessment.ledger, side }
    }

    /// Takes the workspace as it is compared with other moments; `None` where that was not asked for, or where only some
    /// deals are judged.
    pub fn take_side(&mut self) -> Option<Side> {
        self.side.take()
    }
}

/// One-pagers of single deals need no other deal judged.
fn selection(workspace: &Workspace<'_>, filter: &Filter) -> Selection {
    if filter.deals.is_empty() {
        return Selection::Everything;
    }
    let mut files = workspace.deal_files(&Selection::Everything).files;
    files.retain(|path| filter.deals.iter().any(|id| **id == *workspace.deal_id(path)));
    Selection::Paths(files)
}
