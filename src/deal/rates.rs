//! What one currency buys of another, from a day on.

use std::collections::BTreeMap;

use iso_currency::Currency;
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::currency;
use super::currency::Money;
use crate::finding::{Code, Finding};

/// The rates of a workspace: what one unit of a currency buys in the workspace's own.
#[derive(Clone, Debug, Default)]
pub struct Rates {
    /// The currency that the rates are in.
    pub base: Option<Currency>,
    /// By currency code, the rates by the day from which they hold, oldest first.
    pub table: BTreeMap<&'static str, Vec<(Date, Decimal)>>,
}

impl Rates {
    /// Converts an amount at the latest rate on or before a day, rounded to the minor unit.
    ///
    /// `None` where a rate, or the amount's currency, is not known; an amount already in `to` needs none.
    pub fn convert(&self, money: Money, to: Currency, day: Date) -> Option<Decimal> {
        let from = money.currency?;
        if from == to {
            return Some(currency::round(money.amount, to));
        }
        let in_base = money.amount.checked_mul(self.rate(from, day)?)?;
        Some(currency::round(in_base.checked_div(self.rate(to, day)?)?, to))
    }

    /// What an amount is for a workflow that counts in a currency, on a day; without a currency, the bare number.
    pub fn seen_in(&self, to: Option<Currency>, day: Date) -> impl Fn(Money) -> Option<Decimal> + Sync {
        move |money| match to {
            Some(to) => self.convert(money, to, day),
            None => Some(money.amount),
        }
    }

    /// That there is no rate for an amount; `None` where there is one, or none is needed.
    pub fn missing(&self, money: Money, to: Currency, day: Date) -> Option<Finding> {
        let from = money.currency?;
        if self.convert(money, to, day).is_some() {
            return None;
        }
        let message = format!("there is no rate from {} to {} on {day}", from.code(), to.code());
        // A rate of the base currency is none.
        let which = if self.base == Some(from) { to } else { from };
        let help = format!("add it to dealgate.toml: `[rates]`, `{} = {{ {day} = … }}`", which.code());
        Some(Finding::new(Code::NoRate, message).help(help))
    }

    /// What one unit of a currency buys in the workspace's own, on a day.
    pub fn rate(&self, of: Currency, day: Date) -> Option<Decimal> {
        if self.base == Some(of) {
            return Some(Decimal::ONE);
        }
        self.latest(of, day).map(|(_, rate)| rate)
    }

    /// The day from which that rate holds; `None` where there is none, or where it always holds.
    pub fn since(&self, of: Currency, day: Date) -> Option<Date> {
        let (since, _) = self.latest(of, day).filter(|_| self.base != Some(of))?;
        (since != Date::MIN).then_some(since)
    }

    fn latest(&self, of: Currency, day: Date) -> Option<(Date, Decimal)> {
        let rates = self.table.get(of.code())?;
        let known = rates.partition_point(|(from, _)| *from <= day);
        known.checked_sub(1).map(|latest| rates[latest])
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_latest_rate_on_or_before_the_day_counts() {
        let dollars =
            vec![(date(2026, 1, 1), "0.90".parse().unwrap()), (date(2026, 4, 15), "0.80".parse().unwrap())];
        let rates = Rates { base: Some(Currency::EUR), table: BTreeMap::from([("USD", dollars)]) };
        let fifty = Money { amount: Decimal::from(50_000), currency: Some(Currency::USD) };
        let on = |day| rates.convert(fifty, Currency::EUR, day).map(|amount| amount.to_string());
        assert_eq!(on(date(2026, 3, 31)).as_deref(), Some("45000.00"));
        assert_eq!(on(date(2026, 4, 15)).as_deref(), Some("40000.00"));
        assert_eq!(on(date(2025, 12, 31)), None, "before the first rate there is none");
        let euros = Money { amount: Decimal::from(40), currency: Some(Currency::EUR) };
        assert_eq!(rates.convert(euros, Currency::USD, date(2026, 5, 1)), Some("50.00".parse().unwrap()));
        assert_eq!(rates.convert(euros, Currency::GBP, date(2026, 5, 1)), None);
    }
}
