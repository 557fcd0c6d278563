//! Amounts in the currency of the report, on a day. An amount without a rate has no price: never 0, never rate 1.

use std::collections::BTreeSet;

use iso_currency::Currency;
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::DealState;
use crate::deal::rates::{BEYOND, Rates};
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
    /// The price of an amount on a day, rounded once to the minor unit. What is too large to be summed up has none.
    #[must_use]
    pub fn price(&self, amount: Option<Money>, day: Date) -> Option<Decimal> {
        let price = self.rates.convert(amount?, self.currency?, day)?;
        Some(price).filter(|price| price.abs() < BEYOND)
    }

    /// The price of a share of an amount on a day, rounded once; none where the amount has none.
    #[must_use]
    pub fn share(&self, amount: Option<Money>, share: Decimal, day: Date) -> Option<Decimal> {
        self.price(amount, day)?;
        let (money, to) = (amount?, self.currency?);
        let from = money.currency?;
        let mut exact = money.amount.checked_mul(share)?;
        if from != to {
            let in_base = exact.checked_mul(self.rates.rate(from, day)?)?;
            exact = in_base.checked_div(self.rates.rate(to, day)?)?;
        }
        Some(currency::round(exact, to))
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
