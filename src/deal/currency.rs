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
pub(crate) fn decimals(currency: Currency) -> u32 {
    currency.exponent().map_or(0, u32::from)
}

/// Rounds to a currency's minor unit, half away from zero.
pub(crate) fn round(amount: Decimal, currency: Currency) -> Decimal {
    amount.round_dp_with_strategy(decimals(currency), RoundingStrategy::MidpointAwayFromZero)
}

/// Reads `120000 EUR`, or a bare number that is in `default`.
///
/// More decimals than the currency has are refused rather than rounded.
pub(crate) fn parse(text: &str, default: Option<Currency>) -> Result<Money, Misfit> {
    let (number, code) = match text.split_once(' ') {
        Some((number, code)) => (number, Some(code)),
        None => (text, None),
    };
    let amount = scalar::decimal(number).map_err(|misfit| misread(text, misfit))?;
    let written = code.map(currency).transpose().map_err(|misfit| misread(text, misfit))?;
    let currency = written.or(default);
    fits(number, amount, currency, written)?;
    Ok(Money { amount, currency })
}

/// Reads the number of an amount.
pub(crate) fn amount(number: &str, currency: Option<Currency>) -> Result<Decimal, Misfit> {
    let amount = scalar::decimal(number)?;
    fits(number, amount, currency, None)?;
    Ok(amount)
}

/// Reads an ISO 4217 code.
pub(crate) fn currency(code: &str) -> Result<Currency, Misfit> {
    Currency::from_code(code).ok_or_else(|| {
        let upper = code.to_ascii_uppercase();
        let help = match Currency::from_code(&upper) {
            Some(_) => format!("write `{upper}`"),
            None => "write its three-letter ISO 4217 code, such as `EUR` or `USD`".to_owned(),
        };
        Misfit::new("is not a currency", help).of(Unfit::Currency)
    })
}

/// Decimals that a currency has unless it is one of the few that have none or three.
const USUAL_DECIMALS: u32 = 2;

/// What an amount can be read as, if that is two things: a point with three decimals behind it groups thousands for half of
/// the world, unless the currency has as many.
pub(crate) fn two_readings(number: &str, currency: Option<Currency>) -> Option<[Decimal; 2]> {
    scalar::two_readings(number).filter(|_| currency.map_or(USUAL_DECIMALS, decimals) < 3)
}

/// Refuses an amount that can be read in two ways, or has more decimals than its currency; `written` is the currency that
/// stands beside it.
fn fits(
    number: &str,
    amount: Decimal,
    currency: Option<Currency>,
    written: Option<Currency>,
) -> Result<(), Misfit> {
    if let Some(readings) = two_readings(number, currency) {
        return Err(ambiguous(readings, currency, written));
    }
    let Some(currency) = currency else { return Ok(()) };
    let (decimals, code) = (decimals(currency), currency.code());
    if amount.scale() <= decimals {
        return Ok(());
    }
    let exact = Money { amount: amount.normalize(), currency: written };
    let help = match (exact.amount.scale() <= decimals, decimals) {
        (true, _) => format!("write `{exact}`"),
        (false, 0) => "round it to a whole number".to_owned(),
        (false, _) => format!("round it to {decimals} decimals"),
    };
    Err(Misfit::new(format!("has more decimals than {code} has ({decimals})"), help))
}

/// Says how an amount can be read, and how each reading is written.
fn ambiguous([few, many]: [Decimal; 2], currency: Option<Currency>, written: Option<Currency>) -> Misfit {
    let shown = |amount: Decimal| Money { amount, currency: written };
    let help = if currency.is_some_and(|currency| few.scale() > decimals(currency)) {
        format!("write `{}` if it is that, else fewer decimals", shown(many))
    } else {
        format!("write `{}` or `{}`, whichever it is", shown(few), shown(many))
    };
    Misfit::new(format!("can be read in two ways, as {} and as {}", grouped(few), grouped(many)), help)
}

/// The way out for an amount that cannot be read: what it was most likely meant to be, where every character of it says so.
fn misread(text: &str, misfit: Misfit) -> Misfit {
    const USUAL: &str = "write the number, a space and the currency's code, such as `120000 EUR`";
    const PROBLEM: &str = "is not an amount";
    let Some((number, code)) = taken_apart(text) else {
        let is_code = misfit.kind == Unfit::Currency && text.matches(' ').count() == 1;
        let help = if is_code { misfit.help } else { USUAL.to_owned() };
        return Misfit::new(PROBLEM, help);
    };
    if let Some(readings) = two_readings(&number, code) {
        return ambiguous(readings, code, code);
    }
    let plain =
        scalar::decimal(&number).ok().map(|_| number.clone()).or_else(|| scalar::delocalised(&number));
    let is_guess = text.contains(['k', 'K']);
    let mut meant = None;
    let help = match (plain, code) {
        (Some(number), Some(code)) if amount(&number, Some(code)).is_ok() => {
            meant = Some(format!("{number} {}", code.code()));
            format!("write `{number} {}`", code.code())
        }
        (Some(number), None) => format!("write `{number}` and the currency's code, such as `{number} EUR`"),
        _ => USUAL.to_owned(),
    };
    let misfit = Misfit::new(PROBLEM, help);
    // `SEK` has a `k` too; a guess too many is no harm.
    if is_guess { misfit.guessed(meant) } else { misfit.meant(meant) }
}

/// The number and the currency that a text is made of; `None` where there is anything else in it.
fn taken_apart(text: &str) -> Option<(String, Option<Currency>)> {
    let first = text.find(|c: char| c.is_ascii_digit())?;
    let end = text.rfind(|c: char| c.is_ascii_digit())? + 1;
    let (before, mut number, after) = (text[..first].trim(), text[first..end].to_owned(), &text[end..]);
    // `25k` is 25 thousand everywhere.
    let after = match after.strip_prefix(['k', 'K']).filter(|_| marked(after.trim()).is_none()) {
        Some(after) => {
            if scalar::two_readings(&number).is_some() {
                return None;
            }
            let thousands =
                scalar::decimal(&number).ok().or_else(|| scalar::delocalised(&number)?.parse().ok());
            number = thousands?.checked_mul(Decimal::ONE_THOUSAND)?.normalize().to_string();
            after.trim()
        }
        None => after.trim(),
    };
    match (before, after) {
        ("", "") => Some((number, None)),
        (mark, "") | ("", mark) => Some((number, Some(marked(mark)?))),
        _ => None,
    }
}

/// Signs that stand for one currency alone; `$`, `C$` and `¥` stand for several.
const SIGNS: [(&str, &str); 11] = [
    ("€", "EUR"),
    ("£", "GBP"),
    ("₣", "CHF"),
    ("₹", "INR"),
    ("US$", "USD"),
    ("R$", "BRL"),
    ("HK$", "HKD"),
    ("NZ$", "NZD"),
    ("AU$", "AUD"),
    ("CA$", "CAD"),
    ("zł", "PLN"),
];

/// The currency of a code, whatever its case, or of a sign.
fn marked(mark: &str) -> Option<Currency> {
    let sign = SIGNS.iter().find(|(sign, _)| *sign == mark);
    Currency::from_code(sign.map_or(mark.to_ascii_uppercase().as_str(), |(_, code)| code))
}

/// A number as people read it, with a comma between thousands: `1,240,000.50`.
pub(crate) fn grouped(number: Decimal) -> String {
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
        assert_eq!(parse("62.000 KWD", None).unwrap().to_string(), "62.000 KWD");
        for (text, hint) in [
            ("1.200,50 EUR", "`1200.50 EUR`"),
            ("EUR 120000", "`120000 EUR`"),
            ("€120", "`120 EUR`"),
            ("120000 eur", "`120000 EUR`"),
            ("120000EUR", "`120000 EUR`"),
            ("12000\u{a0}EUR", "`12000 EUR`"),
            ("1 240 000 EUR", "`1240000 EUR`"),
            ("100.5 JPY", "more decimals|round it to a whole number"),
            ("410.0 JPY", "more decimals|`410 JPY`"),
            ("0.125 EUR", "more decimals|round it to 2 decimals"),
            ("1234.500 EUR", "more decimals|`1234.5 EUR`"),
            ("10 XYZ", "ISO 4217"),
            ("25k EUR", "`25000 EUR`"),
            ("9,5k", "`9500` and the currency's code"),
            ("120k", "`120000` and the currency's code"),
            ("5KRW", "`5 KRW`"),
            ("R$ 100", "`100 BRL`"),
            ("HK$ 5", "`5 HKD`"),
        ] {
            let misfit = parse(text, None).unwrap_err();
            let said = format!("{} {}", misfit.problem, misfit.help);
            assert!(hint.split('|').all(|hint| said.contains(hint)), "{text}: {said}");
        }
    }

    #[test]
    fn no_help_invents_money() {
        for text in [
            "1.2 Mio EUR",
            "2.5 million USD",
            "25 TEUR",
            "12 Tsd. EUR",
            "1.2e6",
            "1.2M EUR",
            "9.500k EUR",
            "10000 EUR x 12",
            "10000 EUR 12",
            "C$5",
            "A$5",
            "$5",
            "¥ 5",
            "(500)",
            "~500 EUR",
            "500,- EUR",
            "1/2",
            "1 2 EUR",
            "1 2345 EUR",
            "5 EUR net",
            "5-6 EUR",
            "a lot",
            "",
        ] {
            let help = parse(text, None).unwrap_err().help;
            let digits: String =
                help.replace("such as `120000 EUR`", "").chars().filter(char::is_ascii_digit).collect();
            assert!(digits.is_empty() || digits == "4217", "{text}: {help}");
        }
    }

    #[test]
    fn what_can_be_read_in_two_ways_is_not_guessed() {
        for (text, ways, help) in [
            ("62.000 EUR", "62 and as 62,000", "`62 EUR` or `62000 EUR`"),
            ("62,000 EUR", "62 and as 62,000", "`62 EUR` or `62000 EUR`"),
            ("EUR 62.000", "62 and as 62,000", "`62 EUR` or `62000 EUR`"),
            ("410.000 JPY", "410 and as 410,000", "`410 JPY` or `410000 JPY`"),
            ("1.234 EUR", "1.234 and as 1,234", "`1234 EUR` if"),
            ("62.500", "62.5 and as 62,500", "`62.5` or `62500`"),
            ("-1.000 EUR", "1 and as \u{2212}1,000", "`-1 EUR` or `-1000 EUR`"),
        ] {
            let misfit = parse(text, None).unwrap_err();
            assert!(misfit.problem.contains(ways) && misfit.help.contains(help), "{text}: {misfit:?}");
        }
    }
}
