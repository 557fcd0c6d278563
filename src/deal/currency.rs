//! Amounts of money: an exact decimal and its ISO 4217 currency.

use std::fmt;

use iso_currency::Currency;
use rust_decimal::{Decimal, RoundingStrategy};

use crate::syntax::scalar::{self, Misfit, Unfit};

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

/// Reads `120000 EUR`, or a bare number that is in `default`.
///
/// More decimals than the currency has are refused rather than rounded.
pub fn parse(text: &str, default: Option<Currency>) -> Result<Money, Misfit> {
    let (number, code) = match text.split_once(' ') {
        Some((number, code)) => (number, Some(code)),
        None => (text, None),
    };
    let amount = scalar::decimal(number).map_err(|misfit| misread(text, misfit))?;
    let currency = match code {
        None => default,
        Some(code) => Some(currency(code).map_err(|misfit| misread(text, misfit))?),
    };
    fits(amount, currency)?;
    Ok(Money { amount, currency })
}

/// Reads an ISO 4217 code.
pub fn currency(code: &str) -> Result<Currency, Misfit> {
    Currency::from_code(code).ok_or_else(|| {
        let upper = code.to_ascii_uppercase();
        let help = match Currency::from_code(&upper) {
            Some(_) => format!("write `{upper}`"),
            None => "write its three-letter ISO 4217 code, such as `EUR` or `USD`".to_owned(),
        };
        Misfit::new("is not a currency", help).of(Unfit::Currency)
    })
}

/// Refuses an amount with more decimals than its currency has.
pub fn fits(amount: Decimal, currency: Option<Currency>) -> Result<(), Misfit> {
    let Some(currency) = currency else { return Ok(()) };
    let decimals = decimals(currency);
    if amount.normalize().scale() <= decimals {
        return Ok(());
    }
    Err(Misfit::new(
        format!("has more decimals than {} has ({decimals})", currency.code()),
        format!("write `{} {}`, or the exact amount", round(amount, currency), currency.code()),
    ))
}

/// The way out for an amount that cannot be read: what it was most likely meant to be.
fn misread(text: &str, misfit: Misfit) -> Misfit {
    const USUAL: &str = "write the number, a space and the currency's code, such as `120000 EUR`";
    let code = ["EUR", "USD", "GBP", "JPY", "CHF"]
        .into_iter()
        .zip(['€', '$', '£', '¥', '₣'])
        .find(|(code, sign)| text.contains(*sign) || text.to_ascii_uppercase().contains(code))
        .map(|(code, _)| code.to_owned())
        .or_else(|| {
            let words = text.split(|c: char| !c.is_ascii_alphabetic());
            words.map(str::to_ascii_uppercase).find(|word| Currency::from_code(word).is_some())
        });
    let number: String =
        text.chars().filter(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '-')).collect();
    let number = match scalar::decimal(&number) {
        Ok(_) => Some(number),
        Err(misfit) => misfit.meant,
    };
    let help = match (number, code) {
        (Some(number), Some(code)) if !number.is_empty() => format!("write `{number} {code}`"),
        (Some(number), None) if misfit.kind == Unfit::Number && !number.is_empty() => {
            format!("write `{number}` and the currency's code, such as `{number} EUR`")
        }
        _ if misfit.kind == Unfit::Currency => misfit.help,
        _ => USUAL.to_owned(),
    };
    Misfit::new("is not an amount", help)
}

/// A number as people read it, with a comma between thousands: `1,240,000.50`.
#[must_use]
pub fn grouped(number: Decimal) -> String {
    let plain = number.to_string();
    let (sign, plain) = plain.strip_prefix('-').map_or(("", plain.as_str()), |rest| ("\u{2212}", rest));
    let (whole, decimals) = plain.split_once('.').map_or((plain, None), |(whole, rest)| (whole, Some(rest)));
    let mut out = String::from(sign);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(decimals) = decimals {
        out.push('.');
        out.push_str(decimals);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        for (number, shown) in [
            ("0", "0"),
            ("999", "999"),
            ("1000", "1,000"),
            ("1240000.50", "1,240,000.50"),
            ("-120000", "\u{2212}120,000"),
        ] {
            assert_eq!(grouped(number.parse().unwrap()), shown);
        }
    }

    #[test]
    fn amounts_are_exact_and_the_help_shows_what_was_meant() {
        let euro = Some(Currency::EUR);
        assert_eq!(parse("120000 EUR", None).unwrap().to_string(), "120000 EUR");
        assert_eq!(parse("0.10", euro).unwrap().to_string(), "0.10 EUR");
        assert_eq!(parse("5", None).unwrap().currency, None);
        for (text, hint) in [
            ("1.200,50 EUR", "`1200.50 EUR`"),
            ("EUR 120000", "`120000 EUR`"),
            ("€120", "`120 EUR`"),
            ("120000 eur", "`120000 EUR`"),
            ("120000EUR", "`120000 EUR`"),
            ("100.5 JPY", "more decimals|`101 JPY`"),
            ("10 XYZ", "ISO 4217"),
            ("120k", "such as"),
            ("a lot", "such as `120000 EUR`"),
            ("", "such as"),
        ] {
            let misfit = parse(text, None).unwrap_err();
            let said = format!("{} {}", misfit.problem, misfit.help);
            assert!(hint.split('|').all(|hint| said.contains(hint)), "{text}: {said}");
        }
    }
}
