//! The pipeline bridge: from what was open at the start to what is open at the end, every change in exactly one row.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::deal_track::{DealTrack, TrackStep};
use super::pricing::Pricing;
use crate::deal::Period;
use crate::deal::record::Ending;
use crate::history::TrackedFields;

/// The rows of a bridge, in the order in which they are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum BridgeStep {
    /// Open at the start, with a close date in the window.
    OpenAtStart,
    /// Was not there before.
    New,
    /// Its file was deleted, and was put back.
    Restored,
    /// Was closed, and is open again.
    Reopened,
    /// Was on hold, and is not any more.
    TakenOffHold,
    /// Its close date came into the window, or the deal to those that are looked at.
    MovedIn,
    /// Its amount grew.
    Increased,
    /// Its amount shrank.
    Decreased,
    /// Its amount is worth more or less than before.
    ExchangeRate,
    /// Its close date left the window, or the deal those that are looked at.
    MovedOut,
    /// Is on hold.
    PutOnHold,
    /// Won.
    Won,
    /// Lost.
    Lost,
    /// No deal for us.
    Disqualified,
    /// Its file was deleted.
    Removed,
    /// Open at the end, with a close date in the window.
    OpenAtEnd,
}

impl BridgeStep {
    /// Every row.
    pub const ALL: [Self; 16] = [
        Self::OpenAtStart,
        Self::New,
        Self::Restored,
        Self::Reopened,
        Self::TakenOffHold,
        Self::MovedIn,
        Self::Increased,
        Self::Decreased,
        Self::ExchangeRate,
        Self::MovedOut,
        Self::PutOnHold,
        Self::Won,
        Self::Lost,
        Self::Disqualified,
        Self::Removed,
        Self::OpenAtEnd,
    ];

    /// The words for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::OpenAtStart => "open at start",
            Self::New => "new",
            Self::Restored => "restored",
            Self::TakenOffHold => "taken off hold",
            Self::PutOnHold => "put on hold",
            Self::Reopened => "reopened",
            Self::MovedIn => "moved in",
            Self::Increased => "increased",
            Self::Decreased => "decreased",
            Self::ExchangeRate => "exchange rate",
            Self::MovedOut => "moved out",
            Self::Won => "won",
            Self::Lost => "lost",
            Self::Disqualified => "disqualified",
            Self::Removed => "removed",
            Self::OpenAtEnd => "open at end",
        }
    }

    /// Whether it is a sum rather than a change.
    pub fn is_total(self) -> bool {
        matches!(self, Self::OpenAtStart | Self::OpenAtEnd)
    }
}

/// A deal's part in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BridgePart {
    /// The deal's id.
    pub deal: Arc<str>,
    /// What it adds, or takes away; `None`: nothing of it has a price, so that it is counted and adds nothing.
    pub value: Option<Decimal>,
    /// Whether all of it has a price: a deal may come twice, and be without a rate the first time.
    pub priced: bool,
}

/// A row of the bridge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BridgeRow {
    /// Which.
    pub row: BridgeStep,
    /// The deals in it, in the order of their ids.
    pub parts: Vec<BridgePart>,
    /// What they add up to.
    pub value: Decimal,
}

/// The bridge: all rows, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bridge {
    /// The rows.
    pub rows: Vec<BridgeRow>,
}

impl Bridge {
    /// Builds the bridge over tracks from the end of one day to the end of another.
    ///
    /// `start` prices what was open at the start, `end` all that came after; a rate that was corrected in between shows
    /// as exchange rate.
    ///
    /// # Panics
    ///
    /// When the rows do not add up to the end value, which is summed up on its own: figures that are wrong must not be
    /// shown.
    pub fn build(
        tracks: &[DealTrack],
        view: View<'_>,
        start: (&Pricing, Date),
        end: (&Pricing, Date),
    ) -> Self {
        let mut rows = Rows::default();
        for (number, track) in tracks.iter().enumerate() {
            let deal = (&track.deal, number);
            BridgeWalk { view, pricing: end.0, rows: &mut rows, deal }.follow(track, start);
        }
        let changes: Decimal = rows.0.values().flat_map(BTreeMap::values).filter_map(|part| part.value).sum();
        for (number, track) in tracks.iter().enumerate() {
            if let Some(terms) =
                track.end().filter(|it| view.standing(Some(it), end.1) == BridgeStanding::Counts)
            {
                rows.add(BridgeStep::OpenAtEnd, (&track.deal, number), end.0.price(terms.amount, end.1));
            }
        }
        let bridge = Self { rows: BridgeStep::ALL.into_iter().map(|row| rows.take(row)).collect() };
        let reached = bridge.value(BridgeStep::OpenAtEnd);
        assert!(changes == reached, "the rows of the bridge add up to {changes}, and {reached} is open");
        bridge
    }

    /// A row.
    pub fn row(&self, row: BridgeStep) -> &BridgeRow {
        &self.rows[row as usize]
    }

    /// What a row adds up to.
    pub fn value(&self, row: BridgeStep) -> Decimal {
        self.row(row).value
    }
}

impl BridgeRow {
    /// What it adds up to, where anything of it has a price: what nobody has priced is not 0.
    pub fn known(&self) -> Option<Decimal> {
        let is_known = self.parts.is_empty() || self.parts.iter().any(|part| part.value.is_some());
        is_known.then_some(self.value)
    }

    /// How many of its deals have no price, or not all the time.
    pub fn not_priced(&self) -> usize {
        self.parts.iter().filter(|part| !part.priced).count()
    }
}

/// Which deals are looked at.
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// The close dates that count; `None`: all.
    pub window: Option<&'a Period>,
    /// Which terms count, as those of one owner: a deal that comes to others has moved out.
    pub scope: &'a dyn Fn(&TrackedFields) -> bool,
}

impl<'a> View<'a> {
    /// All deals, with close dates in a window.
    pub fn all(window: Option<&'a Period>) -> Self {
        Self { window, scope: &|_| true }
    }

    /// How a deal stands to what is looked at, at the end of a day.
    fn standing(self, terms: Option<&TrackedFields>, day: Date) -> BridgeStanding {
        match terms {
            None => BridgeStanding::Away,
            Some(terms) if !(self.scope)(terms) => BridgeStanding::Outside,
            Some(TrackedFields { ending: Some(ending), .. }) => BridgeStanding::Ended(*ending),
            Some(terms) if terms.is_on_hold(day) => BridgeStanding::Waits,
            Some(terms) if self.closes_in_it(terms.close_date) => BridgeStanding::Counts,
            Some(_) => BridgeStanding::Outside,
        }
    }

    fn closes_in_it(self, day: Option<Date>) -> bool {
        self.window.is_none_or(|window| day.is_some_and(|day| window.contains(day)))
    }
}

/// How a deal stands to what is looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum BridgeStanding {
    /// It is not there.
    Away,
    /// It is closed.
    Ended(Ending),
    /// It is on hold.
    Waits,
    /// It closes outside of the window, or is not looked at.
    Outside,
    /// It is open, and in the window.
    Counts,
}

/// A deal's id, and the position of its track: two deals may have had one id, one after the other.
type BridgeKey<'a> = (&'a Arc<str>, usize);

#[derive(Default)]
struct Rows(BTreeMap<BridgeStep, BTreeMap<(Arc<str>, usize), BridgePart>>);

impl Rows {
    fn add(&mut self, row: BridgeStep, deal: BridgeKey<'_>, value: Option<Decimal>) {
        let fresh = || BridgePart { deal: Arc::clone(deal.0), value: None, priced: true };
        let key = (Arc::clone(deal.0), deal.1);
        let part = self.0.entry(row).or_default().entry(key).or_insert_with(fresh);
        if let Some(value) = value {
            part.value = Some(part.value.unwrap_or_default() + value);
        }
        part.priced &= value.is_some();
    }

    fn take(&mut self, row: BridgeStep) -> BridgeRow {
        let parts: Vec<_> = self.0.remove(&row).unwrap_or_default().into_values().collect();
        BridgeRow { row, value: parts.iter().filter_map(|part| part.value).sum(), parts }
    }
}

/// That a deal is in the window, with its price, where it has one.
struct Inside(Option<Decimal>);

/// Follows one deal through the window.
struct BridgeWalk<'a> {
    view: View<'a>,
    pricing: &'a Pricing,
    rows: &'a mut Rows,
    deal: BridgeKey<'a>,
}

impl BridgeWalk<'_> {
    fn follow(mut self, track: &DealTrack, start: (&Pricing, Date)) {
        let mut terms = track.start.as_deref();
        let mut stands = self.view.standing(terms, start.1);
        let mut was_there = terms.is_some() || track.earlier.is_some();
        // How it stood when the day began, and whether it had been there by then.
        let mut dawn = (start.1, stands, was_there);
        let mut is_new = !was_there;
        // What the deal adds at the moment, while it is in the window.
        let mut inside: Option<Inside> = None;
        if let Some(terms) = terms.filter(|_| stands == BridgeStanding::Counts) {
            let price = start.0.price(terms.amount, start.1);
            self.rows.add(BridgeStep::OpenAtStart, self.deal, price);
            inside = Some(Inside(price));
        }
        for step in &track.steps {
            if dawn.0 != step.day {
                dawn = (step.day, stands, was_there);
            }
            let next = self.view.standing(step.terms.as_deref(), step.day);
            if let Some(Inside(value)) = inside.take() {
                inside = self.stay(value, terms, step, next);
            } else {
                // What passed through within the day came from where it was before.
                let from = if dawn.1 == BridgeStanding::Counts { stands } else { dawn.1 };
                let row = match from {
                    BridgeStanding::Away if dawn.2 => BridgeStep::Restored,
                    BridgeStanding::Away => BridgeStep::New,
                    BridgeStanding::Ended(_) => BridgeStep::Reopened,
                    BridgeStanding::Waits => BridgeStep::TakenOffHold,
                    BridgeStanding::Outside | BridgeStanding::Counts => BridgeStep::MovedIn,
                };
                inside = self.enter(row, step, (stands, next), &mut is_new);
            }
            was_there |= step.terms.is_some();
            (terms, stands) = (step.terms.as_deref(), next);
        }
    }

    /// A deal that was in: its price and amount change first, then it may leave at what it is worth by then.
    fn stay(
        &mut self,
        value: Option<Decimal>,
        terms: Option<&TrackedFields>,
        step: &TrackStep,
        next: BridgeStanding,
    ) -> Option<Inside> {
        let amount = terms.and_then(|terms| terms.amount);
        let mut price = self.pricing.price(amount, step.priced);
        self.change(value, price, |_| BridgeStep::ExchangeRate);
        let new_amount = step.terms.as_ref().map_or(amount, |next| next.amount);
        if new_amount != amount {
            let new_price = self.pricing.price(new_amount, step.priced);
            self.change(
                price,
                new_price,
                |grew| if grew { BridgeStep::Increased } else { BridgeStep::Decreased },
            );
            price = new_price;
        }
        let row = match next {
            BridgeStanding::Counts => return Some(Inside(price)),
            BridgeStanding::Outside => BridgeStep::MovedOut,
            BridgeStanding::Waits => BridgeStep::PutOnHold,
            BridgeStanding::Ended(ending) => exit(ending),
            BridgeStanding::Away => BridgeStep::Removed,
        };
        self.leave(row, price);
        None
    }

    fn change(&mut self, from: Option<Decimal>, to: Option<Decimal>, row: impl Fn(bool) -> BridgeStep) {
        let by = to.unwrap_or_default() - from.unwrap_or_default();
        if !by.is_zero() {
            let row = row(by > Decimal::ZERO);
            self.rows.add(row, self.deal, Some(by));
            // What it was worth went, and nobody knows what it is worth now.
            if to.is_none() {
                self.rows.add(row, self.deal, None);
            }
        }
    }

    fn leave(&mut self, row: BridgeStep, price: Option<Decimal>) {
        self.rows.add(row, self.deal, price.map(|price| -price));
    }

    /// A deal that was not in may come in, be it with the day on which it ended.
    fn enter(
        &mut self,
        row: BridgeStep,
        step: &TrackStep,
        (stands, next): (BridgeStanding, BridgeStanding),
        is_new: &mut bool,
    ) -> Option<Inside> {
        let terms = step.terms.as_ref()?;
        let price = self.pricing.price(terms.amount, step.priced);
        if next == BridgeStanding::Counts {
            *is_new = false;
            self.rows.add(row, self.deal, price);
            return Some(Inside(price));
        }
        // Earlier or later than expected, and in the window.
        let in_window = self.view.closes_in_it(Some(step.priced)) || self.view.closes_in_it(terms.close_date);
        if let BridgeStanding::Ended(ending) = next
            && !matches!(stands, BridgeStanding::Ended(_) | BridgeStanding::Away)
            && in_window
        {
            let is_first = std::mem::take(is_new) && row != BridgeStep::Restored;
            let row = if is_first { BridgeStep::New } else { row };
            self.rows.add(row, self.deal, price);
            self.leave(exit(ending), price);
        }
        None
    }
}

fn exit(ending: Ending) -> BridgeStep {
    match ending {
        Ending::Won => BridgeStep::Won,
        Ending::Lost => BridgeStep::Lost,
        Ending::Disqualified => BridgeStep::Disqualified,
    }
}

#[cfg(test)]
mod tests;
