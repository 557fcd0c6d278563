//! Two moments side by side: everything that `diff` has to say, as plain data.

use std::collections::BTreeMap;
use std::sync::Arc;

use iso_currency::Currency;
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::bridge::{Bridge, View};
use super::changes::{DealChange, Pair, pairs};
use super::deal_track::{DealTrack, DeletedDeal};
use super::findings::FindingChanges;
use super::matrix::Matrix;
use super::pricing::Pricing;
use super::renamed::Renames;
use super::side::Side;
use super::state::DealState;
use super::totals::OpenTotals;
use crate::deal::Period;
use crate::finding::wording::Count;

/// Values by the ids of their deals; `None`: it has no price.
pub(crate) type Values = BTreeMap<Arc<str>, Option<Decimal>>;

/// What changed from one moment to another.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The days at whose ends the moments are.
    pub days: (Date, Date),
    /// The currency of all values.
    pub currency: Option<Currency>,
    /// What prices are made with at either moment.
    pub pricing: (Pricing, Pricing),
    /// The close dates that the bridge is about; `None`: all.
    pub window: Option<Period>,
    /// The deals that changed, in the order of their ids.
    pub deals: Vec<DealChange>,
    /// The ways of the deals, those of pairs first and in their order.
    pub tracks: Vec<DealTrack>,
    /// From what was open in the window to what is.
    pub bridge: Bridge,
    /// Stage at the start by stage at the end, of all deals.
    pub matrices: Vec<Matrix>,
    /// What deals were worth on the day they came, by their ids; `None`: no price.
    pub came: Values,
    /// What the changes of their amounts were worth, each on its day.
    pub grew: Values,
    /// What was and is open in the window.
    pub in_window: (OpenTotals, OpenTotals),
    /// What was and is open at all.
    pub overall: (OpenTotals, OpenTotals),
    /// What became of findings; `None`: `history` alone tells of a moment, which knows none.
    pub findings: Option<FindingChanges>,
    /// Deals whose file cannot be read at one end, and which are taken as they are at the other.
    pub unread: usize,
    /// Deals that tell nothing of their past, and are taken as they are now.
    pub undated: usize,
}

/// Compares two moments. Findings and what changed are of all their deals; figures are of those that a view looks at.
pub(crate) fn compare(before: &Side, after: &Side, renames: &Renames, view: View<'_>) -> Comparison {
    let (pairs, unread) = pairs(before, after, renames);
    let passing = after.passing(before);
    let tracks = tracks(&pairs, before, after, &passing);
    let currency = after.pricing.currency.or(before.pricing.currency);
    let (then, now) = (before.pricing_in(currency, after), after.pricing_in(currency, after));
    let bridge = Bridge::build(&tracks, view, (&then, before.day), (&now, after.day));
    let counts = |deal: &&DealState| (view.scope)(&deal.terms);
    let was = pairs.iter().filter_map(|pair| pair.0.filter(counts));
    let is = pairs.iter().filter_map(|pair| pair.1.filter(counts));
    let totals = |window: Option<&Period>| {
        let was = OpenTotals::of(was.clone(), window, &then, before.day);
        (was, OpenTotals::of(is.clone(), window, &now, after.day))
    };
    let findings = before.findings.is_some() && after.findings.is_some();
    Comparison {
        came: tracks.iter().filter_map(|track| track.came(&now)).collect(),
        grew: tracks.iter().filter_map(|track| track.grew(&now)).collect(),
        days: (before.day, after.day),
        currency,
        deals: DealChange::all(&pairs, &passing, &tracks, after),
        matrices: Matrix::of(&pairs),
        in_window: totals(view.window),
        overall: totals(None),
        bridge,
        findings: findings.then(|| before.finding_changes(after, renames)),
        tracks,
        unread,
        undated: before.undated.max(after.undated),
        window: view.window.cloned(),
        pricing: (then, now),
    }
}

impl Comparison {
    /// What people should know of how it was made.
    pub fn notes(&self) -> Vec<String> {
        let mut notes = self.bridge_notes();
        if self.findings.is_none() {
            notes.push("Requirements and findings are not compared: `history` tells of none.".to_owned());
        }
        notes
    }

    /// What people should know of how the bridge was made.
    pub fn bridge_notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if self.currency.is_none() {
            notes.push("No value has a price: set `currency` in dealgate.toml, and `[rates]`.".to_owned());
        }
        if self.unread > 0 {
            let deals = Count(self.unread, "deal");
            notes.push(format!("{deals} cannot be read at one end, and counts as it is at the other."));
        }
        if self.undated > 0 {
            let deals = Count(self.undated, "deal");
            notes.push(format!("{deals} without `history` and `opened`: taken to have been as now."));
        }
        notes
    }
}

/// The ways of all deals, of those too that are at neither end because they came and went in between.
fn tracks(pairs: &[Pair<'_>], before: &Side, after: &Side, passing: &[&DeletedDeal]) -> Vec<DealTrack> {
    let (from, to) = (before.day, after.day);
    let way = |&(was, is): &Pair<'_>| match was.filter(|_| is.is_none()).and_then(|was| after.lost(&was.id)) {
        Some(lost) => DealTrack::of_gone(was, lost, from, to),
        None => DealTrack::between(was, is, from, to),
    };
    let passing = passing.iter().map(|lost| DealTrack::of_gone(None, lost, from, to));
    pairs.iter().map(way).chain(passing).collect()
}
