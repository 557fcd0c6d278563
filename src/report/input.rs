//! Judges the deals of a report once, for its rows and for comparisons with another moment.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::basis::{currency, fiscal_year, window};
use super::filter::Filter;
use super::options::ReportOptions;
use super::report_context::ReportContext;
use super::row::ReportRow;
use super::row_builder::RowBuilder;
use super::trend::DealHistory;
use crate::assess::{JudgedDeal, Selection, Workspace, assess, read};
use crate::compare::{DealState, Side};
use crate::finding::Ledger;

/// The judged deals of a workspace, as a report needs them.
pub struct ReportInput {
    /// Those that the filters leave.
    pub(super) rows: Vec<ReportRow>,
    /// Every deal over time, where that is wanted; else those that are in no commit yet.
    pub(super) deal_histories: Vec<DealHistory>,
    /// What was found.
    pub(super) ledger: Ledger,
    /// Deals without a workflow that they could be judged by.
    pub(super) not_judged: usize,
    /// The workflows that deals follow of which nothing else is told.
    pub(super) followed: BTreeSet<Arc<str>>,
    /// Who owns a deal, or did, whatever the filters leave; nobody where none is asked for.
    owners: BTreeSet<Arc<str>>,
    side: Option<Side>,
}

impl ReportInput {
    /// Judges the deals that a report is about; `compared` keeps what it takes to compare them, too.
    pub fn of(
        workspace: &Workspace<'_>,
        filter: &Filter,
        options: ReportOptions<'_>,
        compared: bool,
    ) -> Self {
        if options.only_rules {
            return Self::of_rules(workspace, filter);
        }
        let window = window(workspace, filter);
        let context = ReportContext::of(workspace, currency(workspace, filter), &window, options.revision);
        let levels = &workspace.config.levels;
        let builder = RowBuilder {
            context: &context,
            filter,
            with_sheets: options.with_sheets,
            with_tasks: options.with_tasks,
            with_derived: options.with_sheets || options.with_derived,
            fiscal: fiscal_year(workspace, filter),
            past: &workspace.past,
            has_file: &|path| workspace.snapshot.shares_file(path),
            levels,
        };
        let selection = selection(workspace, filter);
        // Of some deals alone, nobody could say what became of the others.
        let compared = compared && selection == Selection::Everything;
        let mut assessment = assess(workspace, &selection, |judged| {
            let is_uncommitted = judged
                .git_history
                .is_some_and(|git_history| git_history.whole && git_history.first_commit.is_none());
            let deal_history = (options.trend.is_some() || options.weeks || is_uncommitted)
                .then(|| DealHistory::of(judged, levels));
            let owners = if filter.owners.is_empty() { Vec::new() } else { owners(judged) };
            Some((
                builder.row(judged),
                deal_history,
                compared.then(|| Arc::new(DealState::of(judged))),
                owners,
            ))
        });
        // A deal that the filters leave out today may have been another's then.
        let (mut rows, mut deal_histories, mut states) = (Vec::new(), Vec::new(), Vec::new());
        let mut owners = BTreeSet::new();
        let judged = assessment.kept.len();
        for (row, deal_history, state, owned) in std::mem::take(&mut assessment.kept) {
            owners.extend(owned);
            rows.extend(row);
            deal_histories.extend(deal_history);
            states.extend(state);
        }
        // Files that cannot be read are in no figure, as those are that nothing can judge.
        let not_judged = assessment.deals.saturating_sub(judged);
        let side = compared.then(|| Side::of(workspace, &selection, states, &assessment, workspace.today));
        let followed = BTreeSet::new();
        Self { rows, deal_histories, not_judged, followed, owners, ledger: assessment.ledger, side }
    }

    /// What the rules of companies are told of by: which of them deals follow.
    fn of_rules(workspace: &Workspace<'_>, filter: &Filter) -> Self {
        let files = workspace.deal_files(&selection(workspace, filter)).files;
        let deals = read(workspace, &files, |read| {
            let is_meant = filter.leaves_company(&read.workflow.id);
            is_meant.then(|| (Arc::clone(&read.workflow.id), read.deal.owner().map(Arc::from)))
        });
        let (followed, owners): (_, Vec<_>) = deals.into_iter().flatten().unzip();
        let owners = owners.into_iter().flatten().collect();
        let (rows, deal_histories, ledger) = (Vec::new(), Vec::new(), Ledger::default());
        Self { rows, deal_histories, not_judged: 0, followed, owners, ledger, side: None }
    }

    /// Who owns a deal, or did, whatever the filters leave; nobody where the filters ask for no owner.
    pub fn owners(&self) -> impl Iterator<Item = &str> + Clone {
        self.owners.iter().map(AsRef::as_ref)
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

/// Everybody who owns a deal, or did.
fn owners(judged: &JudgedDeal<'_>) -> Vec<Arc<str>> {
    let known = judged.term_history().owner.all().flatten().map(Arc::clone);
    known.chain(judged.deal.owner().map(Arc::from)).collect()
}
