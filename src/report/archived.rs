//! Deals that were closed in the window and whose files were deleted since: its figures count them, as those of a trend
//! do.

use super::filter::Filter;
use super::metric::{self, CountedDeal, Numbered};
use super::model::{ArchivedDeal, DayView, Figures, MoneyView};
use super::report_context::ReportContext;
use super::trend::{DealHistory, RulesOfDay, TrendStanding};
use crate::assess::{Workspace, deleted_deals};

/// The deals whose files were deleted in the window or later; `there` are those that are in no commit yet, so that what
/// was renamed on disk counts once. Nothing where commits cannot tell.
pub(super) fn archived(
    workspace: &Workspace<'_>,
    filter: &Filter,
    context: &ReportContext<'_>,
    there: &mut [DealHistory],
) -> Vec<DealHistory> {
    // A page of single deals has no figures of others.
    if !filter.deals.is_empty() {
        return Vec::new();
    }
    let since = (None, context.window.from);
    let mut gone =
        deleted_deals(workspace, Some(since), |gone| Some(DealHistory::of_gone(gone))).unwrap_or_default();
    DealHistory::drop_renamed(there, &mut gone);
    gone
}

/// Those of them that the filters leave and that were closed in the window, as they were last.
pub(super) fn closed<'d>(
    archived: &'d [DealHistory],
    filter: &Filter,
    context: &ReportContext<'_>,
) -> Vec<TrendStanding<'d>> {
    let rules = RulesOfDay::default();
    archived.iter().filter_map(|deal| TrendStanding::at(deal, filter, &rules, context)).collect()
}

/// Them one by one, by the day they closed.
pub(super) fn list(archived: &[TrendStanding<'_>]) -> Vec<ArchivedDeal> {
    let one = |deal: &TrendStanding<'_>| {
        let name = deal.deal_history.likeness.as_ref().map(|(name, _)| name.clone());
        ArchivedDeal {
            id: deal.deal_history.id.to_string(),
            name: name.unwrap_or_else(|| deal.deal_history.id.to_string()),
            status: deal.status(),
            closing: deal.ended().map(DayView),
            owner: deal.owner.as_deref().map(str::to_owned),
            value: deal.value(),
            deleted: deal.deal_history.removed.filter(|_| !deal.deal_history.is_uncommitted).map(DayView),
        }
    };
    let mut all: Vec<_> = archived.iter().map(one).collect();
    all.sort_by(|one, other| (one.closing, &one.id).cmp(&(other.closing, &other.id)));
    all
}

/// The figures of some deals that are there, and of some that are not any more.
pub(super) fn figures<'d>(
    rows: &[Numbered<'d>],
    archived: impl Iterator<Item = &'d TrendStanding<'d>>,
    context: &ReportContext<'_>,
    target: Option<MoneyView>,
) -> Figures {
    let there = rows.iter().map(|(at, row)| (*at, *row as &dyn CountedDeal));
    // What is closed is told by no position.
    let gone: Vec<_> = archived.map(|deal| (usize::MAX, deal as &dyn CountedDeal)).collect();
    let archived = gone.len();
    let all: Vec<Numbered<'_, dyn CountedDeal + '_>> = there.chain(gone).collect();
    Figures { archived, ..metric::figures(&all, context.unit(), target) }
}
