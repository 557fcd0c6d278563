//! Values that print themselves: money, shares, numbers and days. In JSON each is an object with a `text`.

use std::fmt;

use iso_currency::Currency;
use jiff::civil::Date;
use rust_decimal::{Decimal, RoundingStrategy};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::deal::currency;

/// What is shown where there is nothing.
pub(in crate::report) const NOTHING: &str = "\u{2014}";

/// A rate or a mean of fewer is not shown: what it would be made of is.
pub(in crate::report) const FEW: usize = 5;

/// A share of some for people, with what it is of; of few, only that.
pub(in crate::report) fn rate(share: Option<Share>, part: &str, whole: &str, of: usize) -> String {
    match share {
        None => NOTHING.to_owned(),
        Some(_) if of < FEW => format!("{part} of {whole}"),
        Some(share) => format!("{share} ({part} of {whole})"),
    }
}

/// A mean or a median of whole days for people, with how many they are; of few, the days themselves.
pub(in crate::report) fn average(number: Option<Number>, days: &[i64]) -> String {
    match number {
        None => NOTHING.to_owned(),
        Some(_) if days.len() < FEW => days.iter().map(i64::to_string).collect::<Vec<_>>().join(", "),
        Some(number) => format!("{number} ({})", days.len()),
    }
}

/// An amount in a currency, exact to its minor unit. Prints as `120,000 EUR`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "WrittenMoney", into = "WrittenMoney")]
pub struct MoneyView {
    /// How much, in whole units of the currency.
    pub amount: Decimal,
    /// Of what.
    pub currency: Currency,
    /// Whether people see its minor unit too.
    pub cents: bool,
}

/// What amounts are counted in, and how they are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MoneyUnit {
    /// The currency.
    pub currency: Currency,
    /// Whether people see its minor unit too: `[report] cents`.
    pub cents: bool,
}

impl From<Currency> for MoneyUnit {
    fn from(currency: Currency) -> Self {
        Self { currency, cents: false }
    }
}

/// A share of 1, such as a probability. Prints as `66.7 %`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "WrittenShare", into = "WrittenShare")]
pub struct Share(pub Decimal);

/// A number that is no money and no share, as exact as it is shown: a mean of days, a ratio. Prints as `28.3`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "WrittenNumber", into = "WrittenNumber")]
pub struct Number(pub Decimal);

/// A day. Prints as `30 Apr 2026`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "WrittenDay", into = "WrittenDay")]
pub struct DayView(pub Date);

/// An amount in a currency. Prints as its `text`.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Money")]
struct WrittenMoney {
    /// How much, in whole units of the currency, as an exact decimal with the currency's minor unit: `120000.00`.
    amount: String,
    /// The ISO 4217 code.
    currency: String,
    /// The amount without its currency, for people: `120,000`; in whole units unless `[report] cents` is set, and where
    /// less than one would be shown as nothing.
    digits: String,
    /// The same with its currency: `120,000 EUR`.
    text: String,
}

/// A share of 1. Prints as its `text`.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Share")]
struct WrittenShare {
    /// As a decimal, 1 being the whole: `0.6667`; at the most four decimals.
    value: String,
    /// For people: `66.7 %`.
    text: String,
}

/// A number that is no money and no share. Prints as its `text`.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Number")]
struct WrittenNumber {
    /// As a decimal, rounded as it is shown: `28.3`.
    value: String,
    /// For people.
    text: String,
}

/// A day. Prints as its `text`.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Day")]
struct WrittenDay {
    /// ISO 8601, which sorts: `2026-04-30`.
    iso: String,
    /// For people: `30 Apr 2026`.
    text: String,
}

impl MoneyView {
    /// An amount, rounded to the currency's minor unit, half away from zero.
    pub fn new(amount: Decimal, unit: impl Into<MoneyUnit>) -> Self {
        let MoneyUnit { currency, cents } = unit.into();
        let mut amount = currency::round(amount, currency);
        amount.rescale(currency::decimals(currency));
        Self { amount, currency, cents }
    }

    /// An amount as somebody wrote it: with its minor unit where it has any.
    pub fn written(amount: Decimal, currency: Currency) -> Self {
        Self::new(amount, MoneyUnit { currency, cents: !amount.fract().is_zero() })
    }

    /// What it is counted in, for another amount beside it.
    pub fn unit(&self) -> MoneyUnit {
        MoneyUnit { currency: self.currency, cents: self.cents }
    }

    /// The amount without its currency, for people: `120,000`.
    pub fn digits(&self) -> String {
        let whole = rounded(self.amount, 0);
        // What is there is never shown as nothing.
        let hides = whole.is_zero() && !self.amount.is_zero();
        currency::grouped(if self.cents || hides { self.amount } else { whole })
    }
}

impl Share {
    /// A share, rounded to six decimals: exact enough that to show it as a percentage rounds but once more.
    pub fn new(value: Decimal) -> Self {
        Self(rounded(value, 6).normalize())
    }
}

impl Number {
    /// A number as it is shown: with so many decimals.
    pub fn new(value: Decimal, decimals: u32) -> Self {
        let mut value = rounded(value, decimals);
        value.rescale(decimals);
        Self(value)
    }
}

/// Half away from zero, as everywhere.
fn rounded(value: Decimal, decimals: u32) -> Decimal {
    value.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero)
}

impl fmt::Display for MoneyView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.digits(), self.currency.code())
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} %", currency::grouped(rounded(self.0 * Decimal::ONE_HUNDRED, 1).normalize()))
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&currency::grouped(self.0))
    }
}

impl fmt::Display for DayView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MONTHS: [&str; 12] =
            ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        let month = usize::try_from(self.0.month() - 1).ok().and_then(|month| MONTHS.get(month));
        write!(f, "{} {} {:04}", self.0.day(), month.copied().unwrap_or_default(), self.0.year())
    }
}

impl From<MoneyView> for WrittenMoney {
    fn from(money: MoneyView) -> Self {
        Self {
            amount: money.amount.to_string(),
            currency: money.currency.code().to_owned(),
            digits: money.digits(),
            text: money.to_string(),
        }
    }
}

impl TryFrom<WrittenMoney> for MoneyView {
    type Error = String;

    fn try_from(written: WrittenMoney) -> Result<Self, String> {
        let currency = currency::currency(&written.currency)
            .map_err(|misfit| format!("`{}` {}", written.currency, misfit.problem))?;
        Ok(Self::new(decimal(&written.amount)?, MoneyUnit { currency, cents: written.digits.contains('.') }))
    }
}

impl From<Share> for WrittenShare {
    fn from(share: Share) -> Self {
        Self { value: share.0.to_string(), text: share.to_string() }
    }
}

impl TryFrom<WrittenShare> for Share {
    type Error = String;

    fn try_from(written: WrittenShare) -> Result<Self, String> {
        decimal(&written.value).map(Self::new)
    }
}

impl From<Number> for WrittenNumber {
    fn from(number: Number) -> Self {
        Self { value: number.0.to_string(), text: number.to_string() }
    }
}

impl TryFrom<WrittenNumber> for Number {
    type Error = String;

    fn try_from(written: WrittenNumber) -> Result<Self, String> {
        decimal(&written.value).map(Self)
    }
}

impl From<DayView> for WrittenDay {
    fn from(day: DayView) -> Self {
        Self { iso: day.0.to_string(), text: day.to_string() }
    }
}

impl TryFrom<WrittenDay> for DayView {
    type Error = String;

    fn try_from(written: WrittenDay) -> Result<Self, String> {
        let wrong = |_| format!("`{}` is not a day such as 2026-04-30", written.iso);
        written.iso.parse().map(Self).map_err(wrong)
    }
}

fn decimal(text: &str) -> Result<Decimal, String> {
    text.parse().map_err(|_| format!("`{text}` is not a decimal number"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn quantities_print_for_people_and_are_read_back() {
        let money = MoneyView::new(of("1234567.5"), MoneyUnit { currency: Currency::EUR, cents: true });
        assert_eq!(money.to_string(), "1,234,567.50 EUR");
        let whole = |amount: &str| MoneyView::new(of(amount), Currency::EUR).to_string();
        assert_eq!(whole("1234567.5"), "1,234,568 EUR");
        assert_eq!(whole("-0.4"), "\u{2212}0.40 EUR", "what is there is never shown as nothing");
        assert_eq!(whole("0"), "0 EUR");
        assert_eq!(MoneyView::written(of("12.5"), Currency::EUR).to_string(), "12.50 EUR");
        assert_eq!(MoneyView::written(of("12"), Currency::EUR).to_string(), "12 EUR");
        assert_eq!(MoneyView::new(of("-15000"), Currency::EUR).to_string(), "\u{2212}15,000 EUR");
        assert_eq!(MoneyView::new(of("0.5"), Currency::JPY).to_string(), "1 JPY", "half away from zero");
        assert_eq!(Share::new(of("0.66666666")).to_string(), "66.7 %");
        assert_eq!(Share::new(of("0.25")).to_string(), "25 %");
        assert_eq!(Number::new(of("28.3333"), 1).to_string(), "28.3");
        assert_eq!(DayView(jiff::civil::date(2026, 4, 5)).to_string(), "5 Apr 2026");
        let json = serde_json::to_string(&money).unwrap();
        assert_eq!(
            json,
            r#"{"amount":"1234567.50","currency":"EUR","digits":"1,234,567.50","text":"1,234,567.50 EUR"}"#
        );
        assert_eq!(serde_json::from_str::<MoneyView>(&json).unwrap(), money);
        assert!(serde_json::from_str::<DayView>(r#"{"iso":"2026-02-30","text":""}"#).is_err());
        assert!(serde_json::from_str::<Share>(r#"{"value":"NaN","text":""}"#).is_err());
    }
}
