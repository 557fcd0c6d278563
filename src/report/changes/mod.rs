//! What happened between two moments: `diff`'s comparison as the model of a report. Compares nothing itself.

mod bridge;
mod deals;
mod lists;
mod matrix;
mod overview;

use std::collections::BTreeMap;
use std::sync::Arc;

use iso_currency::Currency;
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::filter::Filter;
use super::frame::ReportContext;
use super::model::{
    BeforeAfter, BridgeView, ChangedDeal, Changes, FindingShift, MomentView, MoneyView, Sum, Weighted, Window,
};
use crate::compare::{Comparison, DealState, OpenTotals, Pair, Renames, Row, Side, View, compare, pairs};
use crate::deal::fiscal::FiscalYear;
use crate::finding::Finding;

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
pub(super) struct Comparing<'a> {
    pub(super) frame: &'a ReportContext<'a>,
    pub(super) filter: &'a Filter,
    pub(super) fiscal: FiscalYear,
    pub(super) window: &'a Window,
}

impl ComparedMoments {
    /// Whether nothing is known of the earlier moment: no commit reaches so far, and no deal tells of it.
    pub fn is_untold(&self) -> bool {
        self.from.from_history && self.before.undated == self.after.deals.len()
    }

    /// The same with only those deals that a filter leaves: those whose owner and stage it leaves at either end, so that
    /// none vanishes that was handed over. The close date leaves none out: that it moved is what a report of changes
    /// tells.
    fn filtered(&self, filter: &Filter, currency: Option<Currency>) -> Self {
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
                let untold = |deal: &&DealState| deal.course.born.is_none();
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

impl Comparing<'_> {
    /// The bridge alone.
    pub(super) fn bridge(&self, since: &ComparedMoments) -> BridgeView {
        let since = since.filtered(self.filter, self.frame.currency);
        let (comparison, _) = self.compare(&since);
        self.shown(&comparison, &since)
    }

    /// Everything that happened.
    pub(super) fn changes(&self, since: &ComparedMoments) -> Changes {
        let since = since.filtered(self.filter, self.frame.currency);
        let (comparison, pairs) = self.compare(&since);
        let mut deals = deals::deals(&comparison, &pairs, &since, self.frame);
        let lists = lists::Lists::of(&comparison, &pairs, &deals, &since, self);
        let there = comparison.findings.is_some();
        let [gates_passed, gates_failed] = lists.gates().map(|list| there.then_some(list));
        let [given, expired, withdrawn] = lists.waivers().map(|list| there.then_some(list));
        let [pushed, pulled_in, moved_within] = lists.dates();
        let [moved_forward, moved_back] = lists.moves();
        let [won, lost, disqualified] = lists.closed();
        let there = |deal: &&ChangedDeal| since.after.deal(&deal.id).is_some();
        let not_changed = since.after.deals.len().saturating_sub(deals.iter().filter(there).count());
        let mut changes = Changes {
            bridge: self.shown(&comparison, &since),
            overall: before_after(&comparison.overall, comparison.currency),
            matrices: matrix::matrices(&comparison, &since, &lists.positions),
            overview: Vec::new(),
            won,
            lost,
            disqualified,
            reopened: lists.reopened(),
            new: lists.created(),
            restored: lists.restored(),
            removed: lists.removed(),
            left: lists.left(),
            moved_forward,
            moved_back,
            pushed,
            pulled_in,
            moved_within,
            amounts: lists.amounts(),
            owners: lists.owners(),
            gates_passed,
            gates_failed,
            waivers_given: given,
            waivers_expired: expired,
            waivers_withdrawn: withdrawn,
            findings: self.findings(&comparison, &since),
            by_owner: Vec::new(),
            not_changed,
            deals: Vec::new(),
        };
        changes.overview = overview::overview(&changes);
        changes.by_owner = lists.by_owner(&changes, self.frame);
        drop(lists);
        overview::hand_out_events(&changes, &mut deals);
        changes.deals = deals;
        changes
    }

    fn compare<'s>(&self, since: &'s ComparedMoments) -> (Comparison, Vec<Pair<'s>>) {
        let view = View { window: Some(self.frame.window), scope: &|terms| self.filter.leaves_terms(terms) };
        let comparison = compare(&since.before, &since.after, &since.renames, view);
        (comparison, pairs(&since.before, &since.after, &since.renames).0)
    }

    fn shown(&self, comparison: &Comparison, since: &ComparedMoments) -> BridgeView {
        let mut bridge = bridge::bridge(comparison, since, self.window);
        let moved = [Row::MovedIn, Row::MovedOut].map(|row| comparison.bridge.row(row));
        let of = match (self.filter.owners.is_empty(), self.filter.stages.is_empty()) {
            (true, true) => return bridge,
            (false, true) => "owner",
            (true, false) => "stage",
            (false, false) => "owner or stage",
        };
        if moved.iter().any(|row| !row.parts.is_empty()) {
            bridge.notes.push(format!("Moved in and out: by its close date, or to another {of}."));
        }
        bridge
    }

    fn findings(&self, comparison: &Comparison, since: &ComparedMoments) -> Option<FindingShift> {
        let changes = comparison.findings.as_ref()?;
        let meant = |finding: &&Finding| {
            let (company, deal) = (finding.subject.workflow.as_deref(), finding.subject.deal.as_ref());
            let now = deal.and_then(|id| since.after.deal(since.renames.get(id).unwrap_or(id)));
            company.is_none_or(|company| self.filter.leaves_company(company))
                && now.is_none_or(|now| self.filter.leaves_terms(&now.terms))
        };
        let fixed = changes.fixed.iter().filter(meant).map(|finding| {
            let mut shown = self.frame.finding(finding);
            // The line is one of the file as it was.
            if let Some(file) = &mut shown.file {
                file.url = None;
            }
            shown
        });
        Some(FindingShift {
            introduced: changes.introduced.iter().filter(meant).map(|it| self.frame.finding(it)).collect(),
            fixed: fixed.collect(),
            remaining: changes.remaining.iter().filter(meant).count(),
            not_judged: changes.unknown_before.iter().chain(&changes.unknown_after).filter(meant).count(),
        })
    }
}

/// Positions in a report's `deals`, by the deals' ids.
type Positions = BTreeMap<Arc<str>, usize>;

fn money(value: Option<Decimal>, currency: Option<Currency>) -> Option<MoneyView> {
    Some(MoneyView::new(value?, currency?))
}

/// What some of the deals are worth.
fn sum(deals: &[ChangedDeal], which: impl Iterator<Item = usize>, currency: Option<Currency>) -> Sum {
    Sum::of(which.filter_map(|at| deals.get(at)).map(|deal| deal.value), currency)
}

fn before_after((before, after): &(OpenTotals, OpenTotals), currency: Option<Currency>) -> BeforeAfter {
    let open = |totals: &OpenTotals| {
        Sum::new(totals.open.deals, money(totals.open.known(), currency), totals.open.without)
    };
    BeforeAfter {
        open_before: open(before),
        open_after: open(after),
        weighted_before: weighted(before, currency),
        weighted_after: weighted(after, currency),
    }
}

fn weighted(totals: &OpenTotals, currency: Option<Currency>) -> Weighted {
    let without = totals.weighted.without;
    let not_priced = totals.open.without.min(without);
    let amount = money(Some(totals.weighted.value), currency);
    Weighted::new(amount, totals.weighted.deals - without, without - not_priced, not_priced)
}

/// The day that counts for the price of a deal: that of its outcome once it is closed, else the last.
fn price_day(state: &DealState, last: Date) -> Date {
    state.ended.filter(|_| state.terms.ending.is_some()).unwrap_or(last)
}
