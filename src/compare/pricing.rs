//! The currency of a comparison, and amounts in it.

use iso_currency::Currency;
use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::deal::Money;
use crate::deal::rates::Rates;

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
    pub fn price(&self, amount: Option<Money>, day: Date) -> Option<Decimal> {
        self.rates.price(amount, self.currency, day).ok()
    }

    /// What it weighs; `None`: it has no price, or nobody knows how likely it is to come.
    pub fn weighted(
        &self,
        amount: Option<Money>,
        probability: Option<Decimal>,
        day: Date,
    ) -> Option<Decimal> {
        self.rates.weighted(amount, probability, self.currency, day)
    }
}
