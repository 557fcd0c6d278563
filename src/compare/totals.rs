//! What is open, and what it is likely to bring.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::pricing::Pricing;
use super::state::DealState;
use crate::deal::Period;

/// A sum that says what it covers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CoveredSum {
    /// The sum of those that have a value.
    pub value: Decimal,
    /// How many deals.
    pub deals: usize,
    /// How many of them have no value: no amount, no rate, or no probability.
    pub without: usize,
}

impl CoveredSum {
    /// The sum, where anything is known of it: of deals that all have no value nothing is, and it is not 0.
    pub fn known(&self) -> Option<Decimal> {
        Some(self.value).filter(|_| self.deals == 0 || self.without < self.deals)
    }

    fn add(&mut self, value: Option<Decimal>) {
        self.value += value.unwrap_or_default();
        self.deals += 1;
        self.without += usize::from(value.is_none());
    }
}

/// The open deals of a moment; those on hold apart, as in every figure of the pipeline.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OpenTotals {
    /// Those that are open and do not wait.
    pub open: CoveredSum,
    /// Each times its probability, rounded deal by deal.
    pub weighted: CoveredSum,
    /// Those that are open and wait.
    pub on_hold: CoveredSum,
}

impl OpenTotals {
    /// Adds up the open deals on a day; with a window, those that are to close in it.
    pub fn of<'d>(
        deals: impl Iterator<Item = &'d DealState>,
        window: Option<&Period>,
        pricing: &Pricing,
        day: Date,
    ) -> Self {
        let mut totals = Self::default();
        let closes_in =
            |deal: &DealState, window: &Period| deal.terms.close_date.is_some_and(|day| window.contains(day));
        for deal in deals.filter(|deal| deal.terms.ending.is_none()) {
            if window.is_some_and(|window| !closes_in(deal, window)) {
                continue;
            }
            let amount = deal.terms.amount;
            let price = pricing.price(amount, day);
            if deal.terms.is_on_hold(day) {
                totals.on_hold.add(price);
                continue;
            }
            totals.open.add(price);
            totals.weighted.add(pricing.weighted(amount, deal.probability(), day));
        }
        totals
    }
}
