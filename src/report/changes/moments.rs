//! The two moments that a report compares.

use std::collections::BTreeMap;
use std::sync::Arc;

use iso_currency::Currency;

use crate::compare::{DealState, Renames, Side};
use crate::deal::fiscal::FiscalYear;
use crate::report::filter::Filter;
use crate::report::model::{MomentView, Window};
use crate::report::report_context::ReportContext;

/// Two moments of a workspace that a report compares.
#[derive(Clone, Debug)]
pub struct ComparedMoments {
    /// The earlier moment.
    pub from: MomentView,
    /// The later moment.
    pub to: MomentView,
    /// The workspace at the earlier moment.
    pub before: Side,
    /// The workspace at the later moment.
    pub after: Side,
    /// Deals that have another id at the later moment.
    pub renames: Renames,
}

/// What two moments are compared for.
pub(in crate::report) struct Comparing<'a> {
    pub(in crate::report) context: &'a ReportContext<'a>,
    pub(in crate::report) filter: &'a Filter,
    pub(in crate::report) fiscal: FiscalYear,
    pub(in crate::report) window: &'a Window,
}

impl ComparedMoments {
    /// Whether nothing is known of the earlier moment: no commit reaches so far, and no deal tells of it.
    pub fn is_untold(&self) -> bool {
        self.from.from_history && self.before.undated == self.after.deals.len()
    }

    /// The same with only those deals that a filter leaves: those whose owner and stage it leaves at either end, so that
    /// none vanishes that was handed over. The close date leaves none out: that it moved is what a report of changes
    /// tells.
    pub(super) fn filtered(&self, filter: &Filter, currency: Option<Currency>) -> Self {
        let mut since = self.clone();
        if (Filter { closing: None, ..filter.clone() }) != Filter::default() {
            let leaves = |deal: &DealState| filter.leaves_terms(&deal.terms);
            let names = |deal: &DealState| filter.leaves_deal(&deal.id, &deal.workflow.id);
            let now = |id: &Arc<str>| self.after.deal(self.renames.get(id).unwrap_or(id));
            let olds: BTreeMap<_, _> = self.renames.iter().map(|(old, new)| (new, old)).collect();
            let then = |id: &Arc<str>| self.before.deal(olds.get(id).copied().unwrap_or(id));
            let last = |id: &Arc<str>| now(id).or_else(|| Some(&self.after.lost(id)?.state));
            since.before.retain(|deal| {
                let last = last(&deal.id);
                names(last.unwrap_or(deal)) && (leaves(deal) || last.is_some_and(leaves))
            });
            since.after.retain(|deal| names(deal) && (leaves(deal) || then(&deal.id).is_some_and(leaves)));
            since.after.lost.retain(|lost| {
                let was = lost.was.as_ref().unwrap_or(&lost.state.id);
                names(&lost.state) && (leaves(&lost.state) || self.before.deal(was).is_some_and(leaves))
            });
            if since.before.undated > 0 {
                let untold = |deal: &&Arc<DealState>| deal.term_history.born.is_none();
                since.before.undated = since.after.deals.iter().filter(untold).count();
                since.after.undated = since.after.undated.min(since.before.undated);
            }
        }
        for side in [&mut since.before, &mut since.after] {
            side.pricing.currency = currency.or(side.pricing.currency);
        }
        since
    }
}
