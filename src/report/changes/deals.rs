//! Every deal in a report of changes, once, with its changes in words.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::moments::ComparedMoments;
use super::sums::{DealKey, Positions, money, price_day};
use crate::compare::{self, Aspect, Comparison, DealChange, DealState, Pair};
use crate::deal::record::Ending;
use crate::history::Term;
use crate::report::deal_timeline;
use crate::report::model::{ChangedDeal, DayView, DifferenceView, FateView, SourceView, Status};
use crate::report::report_context::{ReportContext, anchor};

/// In the order of their ids: those that changed, those with a part in a change of the bridge, those that ended or were
/// opened again for a while, and those of which a waiver ran out.
pub(super) fn deals(
    comparison: &Comparison,
    pairs: &[Pair<'_>],
    since: &ComparedMoments,
    context: &ReportContext<'_>,
) -> (Vec<ChangedDeal>, Positions) {
    let changes: BTreeMap<DealKey, &DealChange> =
        comparison.deals.iter().map(|change| (key_of(change), change)).collect();
    let rows = comparison.bridge.rows.iter().filter(|row| !row.row.is_total());
    let in_bridge: BTreeSet<&str> = rows.flat_map(|row| &row.parts).map(|part| part.deal.as_ref()).collect();
    let days = (since.before.day, since.after.day);
    let mut found: Vec<(DealKey, ChangedDeal)> = Vec::new();
    for &(before, after) in pairs {
        let Some(named) = after.or(before) else { continue };
        let gone = before.filter(|_| after.is_none()).and_then(|before| since.after.lost(&before.id));
        let last = gone.map(|gone| &gone.state);
        let key = (Arc::clone(&named.id), after.is_none());
        let change = changes.get(&key).copied();
        let expired = after.is_some_and(|after| after.expired(days.0, days.1).next().is_some());
        let passed = after.is_some_and(|after| after.passing(before, days.0, days.1).is_some());
        if change.is_some() || expired || passed || in_bridge.contains(named.id.as_ref()) {
            let states = (after.or(last).unwrap_or(named), last.or(before), after);
            let deal = one(states, change, comparison, since, context);
            found.push((key, ChangedDeal { id: named.id.to_string(), ..deal }));
        }
    }
    for lost in since.after.passing(&since.before) {
        let key = (Arc::clone(&lost.state.id), true);
        let change = changes.get(&key).copied();
        let states = (&lost.state, Some(&lost.state), None);
        found.push((key, one(states, change, comparison, since, context)));
    }
    found.sort_by(|(one, _), (other, _)| one.cmp(other));
    let (keys, deals): (Vec<_>, _) = found.into_iter().unzip();
    (deals, keys.into_iter().enumerate().map(|(at, key)| (key, at)).collect())
}

/// Which deal changed.
pub(super) fn key_of(change: &DealChange) -> DealKey {
    (Arc::clone(&change.deal), matches!(change.fate, compare::Fate::Removed))
}

/// A deal; of one whose file is gone `before` is how it stood last.
fn one(
    (shown, before, after): (&DealState, Option<&DealState>, Option<&DealState>),
    change: Option<&DealChange>,
    comparison: &Comparison,
    since: &ComparedMoments,
    context: &ReportContext<'_>,
) -> ChangedDeal {
    let (fate, was) = match change.map(|change| &change.fate) {
        Some(compare::Fate::New) => (FateView::New, None),
        Some(compare::Fate::Restored) => (FateView::Restored, None),
        Some(compare::Fate::Removed) => (FateView::Removed, None),
        Some(compare::Fate::Renamed(from)) => (FateView::Renamed, Some(from.to_string())),
        Some(compare::Fate::Kept) | None => (FateView::Kept, None),
    };
    let file = match after {
        Some(deal) => context.source(&deal.place.file, deal.place.span),
        None => SourceView { path: shown.path.to_string(), line: 1, url: None },
    };
    let price = comparison.pricing.1.price(shown.terms.amount, price_day(shown, since.after.day));
    let differences = change.map(|change| change.differences.as_slice()).unwrap_or_default();
    ChangedDeal {
        id: shown.id.to_string(),
        anchor: anchor("deal", &shown.id),
        listed: None,
        file,
        name: shown.name.clone().unwrap_or_else(|| shown.id.to_string()),
        customer: shown.customer.clone(),
        owner: shown.terms.owner.as_deref().map(str::to_owned),
        company: shown.workflow.id.to_string(),
        company_name: shown.workflow.name.clone(),
        fate,
        was,
        status: shown.terms.ending.map_or(Status::Open, Status::from),
        stage: shown.terms.stage.as_deref().map(|id| shown.workflow.stage_name(id).to_owned()),
        value: money(price, context.unit_of(comparison.currency)),
        differences: differences
            .iter()
            .map(|it| difference(it.what, before, after))
            .chain(passing((before, after), since))
            .collect(),
        events: Vec::new(),
    }
}

/// What a term was and is, as people read it.
fn difference(what: Aspect, before: Option<&DealState>, after: Option<&DealState>) -> DifferenceView {
    let shown = |deal: Option<&DealState>| match what {
        Aspect::Workflow => deal.map(|deal| deal.workflow.name.clone()),
        Aspect::Term(term) => {
            deal.and_then(|deal| deal_timeline::in_words(term, &deal.terms, &deal.workflow))
        }
    };
    DifferenceView {
        key: what.name().to_owned(),
        title: what.title().to_owned(),
        before: shown(before),
        after: shown(after),
    }
}

/// That a deal ended and was opened again in between, or the other way round.
fn passing((before, after): Pair<'_>, since: &ComparedMoments) -> Option<DifferenceView> {
    let after = after?;
    let (day, ending) = after.passing(before, since.before.day, since.after.day)?;
    let name = |ending: Option<Ending>| ending.map_or("open", Ending::name);
    Some(DifferenceView {
        key: Term::Outcome.name().to_owned(),
        title: Term::Outcome.title().to_owned(),
        before: Some(format!("{} on {}", name(ending), DayView(day))),
        after: Some(name(after.terms.ending).to_owned()),
    })
}
