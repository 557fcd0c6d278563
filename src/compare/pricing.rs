//! The currency of a comparison, and amounts in it.

use std::collections::BTreeSet;

use iso_currency::Currency;
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::DealState;
use crate::deal::rates::Rates;
use crate::deal::{Money, currency};
use crate::workspace::Config;

/// The currency of a comparison and the rates into it.
#[derive(Clone, Debug)]
pub struct Pricing {
    /// The currency; `None` when neither settings nor deals say one: then nothing has a price.
    pub currency: Option<Currency>,
    /// The rates.
    pub rates: Rates,
}

impl Pricing {
    /// What an amount is worth on a day; `None`: it has no price.
    #[must_use]
    pub fn price(&self, amount: Option<Money>, day: Date) -> Option<Decimal> {
        self.rates.price(amount, self.currency, day).ok()
    }

    /// What it weighs; `None`: it has no price, or nobody knows how likely it is to come.
    #[must_use]
    pub fn weighted(
        &self,
        amount: Option<Money>,
        probability: Option<Decimal>,
        day: Date,
    ) -> Option<Decimal> {
        self.rates.weighted(amount, probability, self.currency, day)
    }
}

/// The currency of reports: the workspace's, else that of its deals' workflows when there is but one, else that of the
/// deals' amounts, likewise.
#[must_use]
pub fn report_currency(config: &Config, deals: &[DealState]) -> Option<Currency> {
    let only = |codes: BTreeSet<&'static str>| {
        let mut codes = codes.into_iter();
        let first = codes.next().filter(|_| codes.next().is_none())?;
        currency::currency(first).ok()
    };
    let of_workflows =
        || only(deals.iter().filter_map(|deal| Some(deal.workflow.currency?.code())).collect());
    let of_amounts = || only(deals.iter().filter_map(|deal| Some(deal.currency()?.code())).collect());
    config.currency.or_else(of_workflows).or_else(of_amounts)
}
