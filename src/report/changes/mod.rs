//! What happened between two moments: `diff`'s comparison as the model of a report. Compares nothing itself.

mod bridge;
mod deals;
mod lists;
mod matrix;
mod moments;
mod overview;
mod sums;

use super::model::{BeforeAfter, BridgeView, ChangedDeal, Changes, FindingShift, MoneyUnit, Sum};
use crate::compare::{BridgeStep, Comparison, OpenTotals, Pair, View, compare, pairs};
use crate::finding::Finding;
pub use moments::ComparedMoments;
pub(super) use moments::Comparing;
use sums::{money, weighted};

impl Comparing<'_> {
    /// The bridge alone.
    pub(super) fn bridge(&self, since: &ComparedMoments) -> BridgeView {
        let since = since.filtered(self.filter, self.context.currency);
        let (comparison, _) = self.compare(&since);
        self.shown(&comparison, &since)
    }

    /// Everything that happened.
    pub(super) fn changes(&self, since: &ComparedMoments) -> Changes {
        let since = since.filtered(self.filter, self.context.currency);
        let (comparison, pairs) = self.compare(&since);
        let (mut deals, positions) = deals::deals(&comparison, &pairs, &since, self.context);
        let lists = lists::Lists::of(&comparison, &pairs, (&deals, positions), &since, self);
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
            overall: before_after(&comparison.overall, self.context.unit_of(comparison.currency)),
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
        changes.by_owner = lists.by_owner(&changes, self.context);
        drop(lists);
        overview::hand_out_events(&changes, &mut deals);
        changes.deals = deals;
        changes
    }

    fn compare<'s>(&self, since: &'s ComparedMoments) -> (Comparison, Vec<Pair<'s>>) {
        let view =
            View { window: Some(self.context.window), scope: &|terms| self.filter.leaves_terms(terms) };
        let comparison = compare(&since.before, &since.after, &since.renames, view);
        (comparison, pairs(&since.before, &since.after, &since.renames).0)
    }

    fn shown(&self, comparison: &Comparison, since: &ComparedMoments) -> BridgeView {
        let mut bridge =
            bridge::bridge(comparison, since, self.window, self.context.unit_of(comparison.currency));
        let moved = [BridgeStep::MovedIn, BridgeStep::MovedOut].map(|row| comparison.bridge.row(row));
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
            let mut shown = self.context.finding(finding);
            // The line is one of the file as it was.
            if let Some(file) = &mut shown.file {
                file.url = None;
            }
            shown
        });
        Some(FindingShift {
            introduced: changes.introduced.iter().filter(meant).map(|it| self.context.finding(it)).collect(),
            fixed: fixed.collect(),
            remaining: changes.remaining.iter().filter(meant).count(),
            not_judged: changes.unknown_before.iter().chain(&changes.unknown_after).filter(meant).count(),
        })
    }
}

fn before_after((before, after): &(OpenTotals, OpenTotals), unit: Option<MoneyUnit>) -> BeforeAfter {
    let open = |totals: &OpenTotals| {
        Sum::new(totals.open.deals, money(totals.open.known(), unit), totals.open.without)
    };
    BeforeAfter {
        open_before: open(before),
        open_after: open(after),
        weighted_before: weighted(before, unit),
        weighted_after: weighted(after, unit),
    }
}
