//! Every deal of which a report of changes tells, once, with what changed in it in words.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Since, money, price_day};
use crate::compare::{self, Aspect, Comparison, DealChange, DealState, Pair};
use crate::report::frame::{Frame, anchor};
use crate::report::making::status;
use crate::report::model::{ChangedDeal, Difference, Fate, Source, Status};
use crate::report::past;

/// In the order of their ids: those that changed, those with a part in a change of the bridge, and those of which a
/// waiver ran out.
pub(super) fn deals(
    comparison: &Comparison,
    pairs: &[Pair<'_>],
    since: &Since,
    frame: &Frame<'_>,
) -> Vec<ChangedDeal> {
    let changes: BTreeMap<&str, &DealChange> =
        comparison.deals.iter().map(|change| (change.deal.as_ref(), change)).collect();
    let rows = comparison.bridge.rows.iter().filter(|row| !row.row.is_total());
    let in_bridge: BTreeSet<&str> = rows.flat_map(|row| &row.parts).map(|part| part.deal.as_ref()).collect();
    let days = (since.before.day, since.after.day);
    let mut found: Vec<ChangedDeal> = Vec::new();
    for &(before, after) in pairs {
        let Some(shown) = after.or(before) else { continue };
        let change = changes.get(shown.id.as_ref()).copied();
        let expired = after.is_some_and(|after| after.expired(days.0, days.1).next().is_some());
        if change.is_some() || expired || in_bridge.contains(shown.id.as_ref()) {
            found.push(one(shown, (before, after), change, comparison, since, frame));
        }
    }
    found.sort_by(|a, b| a.id.cmp(&b.id));
    found
}

fn one(
    shown: &DealState,
    (before, after): Pair<'_>,
    change: Option<&DealChange>,
    comparison: &Comparison,
    since: &Since,
    frame: &Frame<'_>,
) -> ChangedDeal {
    let (fate, was) = match change.map(|change| &change.fate) {
        Some(compare::Fate::New) => (Fate::New, None),
        Some(compare::Fate::Removed) => (Fate::Removed, None),
        Some(compare::Fate::Renamed(from)) => (Fate::Renamed, Some(from.to_string())),
        Some(compare::Fate::Kept) | None => (Fate::Kept, None),
    };
    let file = match after {
        Some(deal) => frame.source(&deal.place.file, deal.place.span),
        None => Source { path: shown.path.to_string(), line: 1, url: None },
    };
    let price = comparison.pricing.1.price(shown.terms.amount, price_day(shown, since.after.day));
    let differences = change.map(|change| change.differences.as_slice()).unwrap_or_default();
    ChangedDeal {
        id: shown.id.to_string(),
        anchor: anchor("deal", &shown.id),
        file,
        name: shown.name.clone().unwrap_or_else(|| shown.id.to_string()),
        customer: shown.customer.clone(),
        owner: shown.terms.owner.as_deref().map(str::to_owned),
        company: shown.workflow.id.to_string(),
        company_name: shown.workflow.name.clone(),
        fate,
        was,
        status: shown.terms.ending.map_or(Status::Open, status),
        stage: shown.terms.stage.as_deref().map(|id| shown.workflow.stage_name(id).to_owned()),
        value: money(price, comparison.currency),
        differences: differences.iter().map(|it| difference(it.what, before, after)).collect(),
    }
}

/// What a term was and is, as people read it.
fn difference(what: Aspect, before: Option<&DealState>, after: Option<&DealState>) -> Difference {
    let told = |deal: Option<&DealState>| match what {
        Aspect::Workflow => deal.map(|deal| deal.workflow.name.clone()),
        Aspect::Term(term) => deal.and_then(|deal| past::told(term, &deal.terms, &deal.workflow)),
    };
    Difference {
        key: what.name().to_owned(),
        title: what.title().to_owned(),
        before: told(before),
        after: told(after),
    }
}

/// Positions by id, for the lists that name deals.
pub(super) fn positions(deals: &[ChangedDeal]) -> super::Positions {
    deals.iter().enumerate().map(|(at, deal)| (Arc::from(deal.id.as_str()), at)).collect()
}
