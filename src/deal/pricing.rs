//! What an amount is worth in the currency of a report. The one account of it that reports, comparisons and exports give.

use std::fmt;

use iso_currency::Currency;
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::currency;
use super::currency::Money;
use super::rates::Rates;

/// More than any deal is worth in any currency: sums, products and shares of less stay exact. 10^15.
pub(crate) const MAX_AMOUNT: Decimal = Decimal::from_parts(2_764_472_320, 232_830, 0, false, 0);

/// Why an amount is worth nothing that could be said: it is never 0, and never at rate 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unpriced {
    /// There is none.
    NoAmount,
    /// Nobody says of what it is.
    NoCurrency,
    /// Nobody says in what it is to be told.
    NoTarget,
    /// A rate is missing.
    NoRate {
        /// From this currency.
        from: Currency,
        /// To this one.
        to: Currency,
        /// On this day.
        day: Date,
    },
    /// It is [`MAX_AMOUNT`] what is summed up.
    TooLarge,
}

impl Rates {
    /// What an amount is worth in a currency at the latest rate on or before a day, rounded once to the minor unit.
    pub fn price(&self, amount: Option<Money>, to: Option<Currency>, day: Date) -> Result<Decimal, Unpriced> {
        self.share(amount, Decimal::ONE, to, day)
    }

    /// The same of an amount times how likely it is to come, a share of 1; rounded once too. `None` where there is no
    /// price, or where the probability is not known or is none.
    pub fn weighted(
        &self,
        amount: Option<Money>,
        probability: Option<Decimal>,
        to: Option<Currency>,
        day: Date,
    ) -> Option<Decimal> {
        let probability = probability.filter(|share| (Decimal::ZERO..=Decimal::ONE).contains(share))?;
        self.share(amount, probability, to, day).ok()
    }

    fn share(
        &self,
        amount: Option<Money>,
        share: Decimal,
        to: Option<Currency>,
        day: Date,
    ) -> Result<Decimal, Unpriced> {
        let amount = amount.ok_or(Unpriced::NoAmount)?;
        let from = amount.currency.ok_or(Unpriced::NoCurrency)?;
        let to = to.ok_or(Unpriced::NoTarget)?;
        let rates = if from == to {
            (Decimal::ONE, Decimal::ONE)
        } else {
            self.rate(from, day).zip(self.rate(to, day)).ok_or(Unpriced::NoRate { from, to, day })?
        };
        let worth = |share: Decimal| {
            let exact = amount.amount.checked_mul(share)?.checked_mul(rates.0)?.checked_div(rates.1)?;
            Some(currency::round(exact, to)).filter(|worth| worth.abs() < MAX_AMOUNT)
        };
        // What is too large as a whole is not known in parts either.
        let whole = worth(Decimal::ONE).filter(|_| amount.amount.abs() < MAX_AMOUNT);
        whole.and_then(|_| worth(share)).ok_or(Unpriced::TooLarge)
    }
}

impl fmt::Display for Unpriced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoAmount => f.write_str("it has no amount"),
            Self::NoCurrency => f.write_str("its amount has no currency"),
            Self::NoTarget => f.write_str("the report has no currency"),
            Self::NoRate { from, to, day } => {
                write!(f, "there is no rate from {} to {} on {day}", from.code(), to.code())
            }
            Self::TooLarge => f.write_str("its amount is too large to be summed up"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jiff::civil::date;

    use super::*;

    const DAY: Date = date(2026, 4, 30);

    fn rates() -> Rates {
        let of = |rate: &str| vec![(date(2026, 1, 1), rate.parse().unwrap())];
        let table = BTreeMap::from([("USD", of("0.5")), ("GBP", of("79228162514264337593543950335"))]);
        Rates { base: Some(Currency::EUR), table }
    }

    fn money(text: &str) -> Money {
        currency::parse(text, None).unwrap()
    }

    #[test]
    fn what_is_too_large_is_a_thousand_times_a_million_millions() {
        assert_eq!(MAX_AMOUNT.to_string(), "1000000000000000");
    }

    #[test]
    fn what_cannot_be_priced_says_why() {
        let price = |text: &str| rates().price(Some(money(text)), Some(Currency::EUR), DAY);
        assert_eq!(price("5 EUR"), Ok(Decimal::from(5)));
        assert_eq!(price("-999999999999999 EUR"), Ok(Decimal::from(-999_999_999_999_999_i64)));
        let (from, to) = (Currency::CHF, Currency::EUR);
        assert_eq!(price("5 CHF"), Err(Unpriced::NoRate { from, to, day: DAY }));
        for huge in ["1000000000000000 EUR", "-1000000000000000 USD", "1 GBP", "900000000000000 GBP"] {
            assert_eq!(price(huge), Err(Unpriced::TooLarge), "{huge}");
        }
        assert_eq!(rates().price(None, Some(to), DAY), Err(Unpriced::NoAmount));
        assert_eq!(rates().price(Some(money("5")), Some(to), DAY), Err(Unpriced::NoCurrency));
        assert_eq!(rates().price(Some(money("5 EUR")), None, DAY), Err(Unpriced::NoTarget));
    }

    #[test]
    fn a_weight_is_rounded_once_and_a_probability_is_a_share() {
        let weighted = |text: &str, share: &str| {
            let share = Some(share.parse().unwrap());
            rates().weighted(Some(money(text)), share, Some(Currency::EUR), DAY).map(|it| it.to_string())
        };
        // Its price is 0.51, whose half would be 0.26.
        assert_eq!(weighted("1.01 USD", "0.5").as_deref(), Some("0.25"));
        assert_eq!(weighted("100 EUR", "1").as_deref(), Some("100"));
        assert_eq!(weighted("100 EUR", "1.01"), None);
        assert_eq!(weighted("100 EUR", "-0.01"), None);
        assert_eq!(weighted("1000000000000000 EUR", "0.001"), None);
        assert_eq!(rates().weighted(Some(money("5 EUR")), None, Some(Currency::EUR), DAY), None);
    }
}
