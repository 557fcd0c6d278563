//! Amounts of money: an exact decimal and its ISO 4217 currency.

use std::fmt;

use iso_currency::Currency;
use rust_decimal::{Decimal, RoundingStrategy};

/// An amount of money. Never a float.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Money {
    /// How much, in whole units of the currency.
    pub amount: Decimal,
    /// Of what; `None` when neither the deal, its workflow nor the workspace says (`missing-currency`).
    pub currency: Option<Currency>,
}

impl Money {
    /// Rounds to the currency's minor unit, half away from zero.
    #[must_use]
    pub fn rounded(self) -> Self {
        match self.currency {
            Some(currency) => Self { amount: round(self.amount, currency), ..self },
            None => self,
        }
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.currency {
            Some(currency) => write!(f, "{} {}", self.amount, currency.code()),
            None => write!(f, "{}", self.amount),
        }
    }
}

/// Decimals of a currency's minor unit; 0 for those that have none.
#[must_use]
pub fn decimals(currency: Currency) -> u32 {
    currency.exponent().map_or(0, u32::from)
}

/// Rounds to a currency's minor unit, half away from zero.
#[must_use]
pub fn round(amount: Decimal, currency: Currency) -> Decimal {
    amount.round_dp_with_strategy(decimals(currency), RoundingStrategy::MidpointAwayFromZero)
}
