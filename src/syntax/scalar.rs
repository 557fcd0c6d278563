//! Reads a single value by the type it is declared to have, from its source text.

use std::borrow::Cow;

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::finding::Fix;
use crate::finding::wording::Size;

/// Why a text is not what it should be: a message part (`is not …`) and the way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// Continues a sentence that starts with the text: ``"`2026-02-30` " + "is not a day of the calendar"``.
    pub problem: String,
    /// What to write instead.
    pub help: String,
    /// What it is not.
    pub kind: Unfit,
    /// What a program can write instead.
    pub fix: Option<Fix>,
}

/// What a text is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// A number.
    Number,
    /// A currency.
    Currency,
    /// Anything else.
    Other,
}

impl Misfit {
    /// A text that is not what it should be, and the way out.
    pub fn new(problem: impl Into<String>, help: impl Into<String>) -> Self {
        Self { problem: problem.into(), help: help.into(), kind: Unfit::Other, fix: None }
    }

    /// The same, knowing what it can only have meant.
    pub fn meant(self, meant: Option<String>) -> Self {
        Self { fix: meant.map(|plain| Fix::of_value(plain, true)), ..self }
    }

    /// The same, guessing what it most likely meant.
    pub fn guessed(self, guess: Option<String>) -> Self {
        Self { fix: guess.map(|plain| Fix::of_value(plain, false)), ..self }
    }

    /// The same, saying what it is not.
    pub fn of(self, kind: Unfit) -> Self {
        Self { kind, ..self }
    }
}

/// A day, written `2026-11-23`.
pub fn date(text: &str) -> Result<Date, Misfit> {
    if let Some((year, month, day)) = iso_parts(text.as_bytes()) {
        return Date::new(year, month, day).map_err(|_| {
            Misfit::new(
                "is not a day of the calendar",
                "check the month and the day: dates are written year-month-day",
            )
        });
    }
    let help = rearranged(text).map_or_else(
        || "write the date as year-month-day, such as `2026-11-23`".to_owned(),
        |date| format!("dates are written year-month-day: `{date}`"),
    );
    // A time of day would be lost.
    let meant = rearranged(text).filter(|_| !text.contains(':')).map(|date| date.to_string());
    Err(Misfit::new("is not a date", help).meant(meant))
}

/// Year, month and day of `2026-11-23`. Every deal has a dozen dates, and a parser for all that a date may be takes five
/// times as long.
fn iso_parts(text: &[u8]) -> Option<(i16, i8, i8)> {
    let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text else { return None };
    let digits = [y1, y2, y3, y4, m1, m2, d1, d2];
    let [y1, y2, y3, y4, m1, m2, d1, d2] = digits.map(|byte| byte.wrapping_sub(b'0'));
    if [y1, y2, y3, y4, m1, m2, d1, d2].iter().any(|digit| *digit > 9) {
        return None;
    }
    let pair = |tens: u8, ones: u8| tens * 10 + ones;
    let year = i16::from(pair(y1, y2)) * 100 + i16::from(pair(y3, y4));
    Some((year, i8::try_from(pair(m1, m2)).ok()?, i8::try_from(pair(d1, d2)).ok()?))
}

/// What a date in another usual order can only have meant; `None` where day and month could be swapped.
fn rearranged(text: &str) -> Option<Date> {
    let day = text.split_once(['T', ' ']).filter(|(_, time)| time.contains(':')).map_or(text, |(day, _)| day);
    let parts: Vec<i16> =
        day.split(['-', '/', '.']).map(|part| part.trim().parse().ok()).collect::<Option<_>>()?;
    let [first, second, third] = parts[..] else { return None };
    let ((year @ 1000.., month, dom)
    | (dom @ 13..=31, month, year @ 1000..)
    | (month, dom @ 13..=31, year @ 1000..)) = (first, second, third)
    else {
        return None;
    };
    Date::new(year, month.try_into().ok()?, dom.try_into().ok()?).ok()
}

/// A decimal number: digits, at most one point, an optional sign. Nothing grouped, localised or with an exponent.
pub fn decimal(text: &str) -> Result<Decimal, Misfit> {
    match plain_decimal(text) {
        Ok(number) => Ok(number),
        Err(NotPlain::Form) => Err(not_plain(text)),
        Err(NotPlain::LeadingZeros) => {
            Err(Misfit::new("is not a number", "leave out the leading zeros, or declare the field as text")
                .of(Unfit::Number))
        }
        Err(NotPlain::Digits) => {
            Err(Misfit::new("has more digits than can be kept exactly", "numbers have at most 28 digits"))
        }
    }
}

enum NotPlain {
    Form,
    LeadingZeros,
    Digits,
}

fn plain_decimal(text: &str) -> Result<Decimal, NotPlain> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, fraction) =
        digits.split_once('.').map_or((digits, None), |(whole, rest)| (whole, Some(rest)));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !all_digits(whole) || !fraction.is_none_or(all_digits) {
        return Err(NotPlain::Form);
    }
    if whole.len() > 1 && whole.starts_with('0') {
        return Err(NotPlain::LeadingZeros);
    }
    Decimal::from_str_exact(text).map_err(|_| NotPlain::Digits)
}

fn not_plain(text: &str) -> Misfit {
    const PROBLEM: &str = "is not a number";
    const PLAIN: &str = "write digits with at most one decimal point, such as `120000` or `0.5`";
    let help = delocalised(text).map_or_else(
        || PLAIN.to_owned(),
        |number| format!("write the number without grouping and with a decimal point: `{number}`"),
    );
    Misfit::new(PROBLEM, help).of(Unfit::Number).meant(delocalised(text))
}

/// `1.200,50`, `1,200.50` and `1 200.50` as `1200.50`; `None` where a mark could be either, or anything else stands there.
pub fn delocalised(text: &str) -> Option<String> {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
    let last = digits.chars().rfind(|c| !c.is_ascii_digit())?;
    let (before, after) = digits.rsplit_once(last)?;
    let is_first = before.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = match last {
        '.' | ',' if before.contains(last) => (digits, None),
        '.' | ',' if is_first && after.len() == 3 => return None,
        '.' | ',' => (before, Some(after)),
        _ => (digits, None),
    };
    let mark = whole.chars().find(|c| !c.is_ascii_digit()).unwrap_or(last);
    let is_mark = matches!(mark, '.' | ',' | ' ' | '_' | '\'' | '’' | '\u{a0}' | '\u{202f}' | '\u{2009}');
    let groups: Vec<&str> = whole.split(mark).collect();
    let first = groups.first().map_or(0, |group| group.len());
    let in_threes =
        groups.len() == 1 || ((1..=3).contains(&first) && groups[1..].iter().all(|it| it.len() == 3));
    let number =
        format!("{sign}{}{}", groups.concat(), fraction.map(|it| format!(".{it}")).unwrap_or_default());
    (is_mark && in_threes && plain_decimal(&number).is_ok()).then_some(number)
}

/// What a number with one mark and three digits behind it means to some and to others: `62.000` is 62, or 62000.
pub fn two_readings(text: &str) -> Option<[Decimal; 2]> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, rest) = digits.split_once(['.', ','])?;
    let is_group = (1..=3).contains(&whole.len()) && !whole.starts_with('0') && rest.len() == 3;
    let reading = |mark: &str| plain_decimal(&text.replace(['.', ','], mark)).ok();
    is_group.then(|| Some([reading(".")?.normalize(), reading("")?]))?
}

/// A literal of TOML that is a number as it is written plainly: `1_000`, `0x1E` and `9e-1` are 1000, 30 and 0.9.
pub(super) fn plain_literal(text: &str) -> Cow<'_, str> {
    let radix = |prefix: &str| match prefix {
        "0x" => Some(16),
        "0o" => Some(8),
        "0b" => Some(2),
        _ => None,
    };
    let digits: Cow<'_, str> = if text.contains('_') { text.replace('_', "").into() } else { text.into() };
    let whole = |(prefix, rest): (&str, &str)| i128::from_str_radix(rest, radix(prefix)?).ok();
    if let Some(whole) = digits.split_at_checked(2).and_then(whole) {
        return whole.to_string().into();
    }
    let is_power =
        digits.contains(['e', 'E']) && digits.starts_with(|c: char| c.is_ascii_digit() || "+-".contains(c));
    match Decimal::from_scientific(digits.trim_start_matches('+')).ok().filter(|_| is_power) {
        Some(number) => number.to_string().into(),
        None => digits,
    }
}

/// A whole number.
pub fn integer(text: &str) -> Result<Decimal, Misfit> {
    let number = decimal(text)?;
    if let Some([few, many]) = two_readings(text) {
        let help = format!("write `{many}`, or `{few}` if it is that");
        return Err(Misfit::new(format!("is {few} to some and {many} to others"), help));
    }
    if number.is_integer() {
        return Ok(number);
    }
    Err(Misfit::new("is not a whole number", "leave out the decimals, or declare the field as `number`"))
}

/// A number of bytes, written as a size: `4 MiB`.
pub fn size(text: &str) -> Result<usize, Misfit> {
    let help = "write a whole number of KiB or MiB, such as `\"4 MiB\"`";
    Size::parse(text).map(|size| size.0).ok_or_else(|| Misfit::new("is not a size", help))
}

/// A share of 1, from `0.25` or `25%`. Whether a share over 1 was meant as a percentage is for the caller to say.
pub fn percent(text: &str) -> Result<Decimal, Misfit> {
    match text.strip_suffix('%') {
        Some(number) => {
            let number = number.trim_end();
            let help = || match delocalised(number) {
                Some(number) => format!("write `{number}%`"),
                None => "write it as a percentage or as a part of 1, such as `25%` or `0.25`".to_owned(),
            };
            let share = decimal(number).map(|number| number / Decimal::ONE_HUNDRED);
            share.map_err(|_| Misfit::new("is not a percentage", help()))
        }
        None => {
            decimal(text).map_err(|misfit| Misfit { problem: "is not a percentage".to_owned(), ..misfit })
        }
    }
}

/// `true` or `false`.
pub fn boolean(text: &str) -> Result<bool, Misfit> {
    match text {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => {
            let help = match text.to_lowercase().as_str() {
                "yes" | "y" | "on" | "true" | "1" => "write `true`",
                "no" | "n" | "off" | "false" | "0" => "write `false`",
                _ => "write `true` or `false`",
            };
            // A digit or a single letter may have meant something else.
            let meant = match text.to_lowercase().as_str() {
                "yes" | "on" | "true" => Some("true"),
                "no" | "off" | "false" => Some("false"),
                _ => None,
            };
            Err(Misfit::new("is not `true` or `false`", help).meant(meant.map(str::to_owned)))
        }
    }
}

/// An e-mail address, without a display name.
pub fn email(text: &str) -> Result<(), Misfit> {
    use email_address::{EmailAddress, Options};
    if is_plain_address(text.as_bytes()) {
        return Ok(());
    }
    let options = Options::default().without_display_text().without_domain_literal().with_required_tld();
    EmailAddress::parse_with_options(text, options).map(|_| ()).map_err(|_| {
        // `Jane Roe <jane@acme.example>`, `mailto:jane@acme.example`.
        let inner = text.split_once('<').map_or(text, |(_, rest)| rest.trim_end_matches('>'));
        let inner = inner.trim().trim_start_matches("mailto:");
        let help = if is_plain_address(inner.as_bytes()) {
            format!("write the address alone: `{inner}`")
        } else {
            "write the address alone, such as `jane@acme.example`".to_owned()
        };
        Misfit::new("is not an e-mail address", help)
    })
}

/// Whether it is an address of the usual form, for which the whole grammar need not be tried: words of letters and digits
/// with single `.`, `-`, `_` or `+` between them, and a domain of two words or more.
fn is_plain_address(text: &[u8]) -> bool {
    let Some(at) = text.iter().position(|&byte| byte == b'@') else { return false };
    let (local, domain) = (&text[..at], &text[at + 1..]);
    // Well within the lengths that the standard allows, of the parts and of the whole.
    local.len() <= 40
        && domain.len() <= 60
        && domain.contains(&b'.')
        && is_jointed(local, |byte| matches!(byte, b'.' | b'-' | b'_' | b'+'))
        && is_jointed(domain, |byte| matches!(byte, b'.' | b'-'))
}

/// Whether a text is letters and digits with single joints between them.
fn is_jointed(text: &[u8], is_joint: impl Fn(u8) -> bool) -> bool {
    let mut after_joint = true;
    for &byte in text {
        let joint = !byte.is_ascii_alphanumeric();
        if joint && (after_joint || !is_joint(byte)) {
            return false;
        }
        after_joint = joint;
    }
    !after_joint
}

/// An address that may be opened from a report: `http`, `https` or `mailto`.
pub fn url(text: &str) -> Result<(), Misfit> {
    let misfit = |why, help| Err(Misfit::new(why, help));
    let Ok(uri) = fluent_uri::Uri::parse(text) else {
        return misfit("is not a web address", "write it in full, starting with `https://`");
    };
    let is = |scheme: &str| uri.scheme().as_str().eq_ignore_ascii_case(scheme);
    if is("mailto") {
        if uri.path().as_str().split(',').all(|to| email(to).is_ok()) {
            return Ok(());
        }
        return misfit("names nobody to write to", "write an address after `mailto:`");
    }
    if !is("http") && !is("https") {
        return misfit("is not a web address", "write it in full, starting with `https://`");
    }
    // What is written in percents is no letter of a host's name.
    let host = uri.authority().map(|authority| authority.host().split('%').next().unwrap_or_default());
    if host.is_some_and(|host| host.contains(|letter: char| letter.is_ascii_alphanumeric())) {
        return Ok(());
    }
    misfit("names no host", "write it in full, such as `https://acme.example/offer`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_days_of_the_calendar_in_one_order() {
        assert_eq!(date("2026-11-23"), Ok(jiff::civil::date(2026, 11, 23)));
        for (text, hint) in [
            ("2026-02-30", "check the month"),
            ("23.11.2026", "`2026-11-23`"),
            ("11/23/2026", "`2026-11-23`"),
            ("2026-1-5", "`2026-01-05`"),
            ("2026-11-23T10:00:00Z", "`2026-11-23`"),
            ("05/06/2026", "year-month-day, such as"),
            ("2026-11-23 - 2026-12-01", "year-month-day, such as"),
            ("2026-11-23 or so", "year-month-day, such as"),
            ("soon", "year-month-day, such as"),
            ("", "year-month-day"),
        ] {
            let misfit = date(text).unwrap_err();
            assert!(misfit.help.contains(hint), "{text}: {}", misfit.help);
        }
    }

    #[test]
    fn numbers_are_plain_and_the_help_shows_what_was_meant() {
        assert_eq!(decimal("-12.50").unwrap().to_string(), "-12.50");
        for (text, hint) in [
            ("1.200,50", "`1200.50`"),
            ("1,200.50", "`1200.50`"),
            ("1'200", "`1200`"),
            ("120 000", "`120000`"),
            ("1_000", "`1000`"),
            ("12,5", "`12.5`"),
            ("-1.234.567,5", "`-1234567.5`"),
            ("1,200", "such as `120000`"),
            ("1 2", "such as `120000`"),
            ("1.2.3", "such as `120000`"),
            ("1 200,000.5", "such as `120000`"),
            ("1/2", "such as `120000`"),
            ("1e6", "such as"),
            ("007", "leading zeros"),
            (".5", "such as"),
            ("", "such as"),
            ("99999999999999999999999999999999", "28 digits"),
        ] {
            let misfit = decimal(text).unwrap_err();
            assert!(misfit.help.contains(hint), "{text}: {}", misfit.help);
        }
    }

    #[test]
    fn the_short_ways_agree_with_the_long_ones() {
        let whole = |text: &str| {
            use email_address::{EmailAddress, Options};
            let options = Options::default().without_display_text().without_domain_literal();
            EmailAddress::parse_with_options(text, options.with_required_tld()).is_ok()
        };
        // Every text of up to six of these.
        let parts = ["a", "9", "@", ".", "-", "b.c", "+"];
        for mut number in 0..parts.len().pow(6) {
            let mut text = String::new();
            for _ in 0..6 {
                text.push_str(parts[number % parts.len()]);
                number /= parts.len();
            }
            assert!(!is_plain_address(text.as_bytes()) || whole(&text), "{text}");
        }
        assert!(is_plain_address(b"jane.doe+x@sub-1.acme.example"));
        for text in
            ["2026-11-23", "0000-01-01", "9999-12-31", "2024-02-29", "2023-02-29", "2026-13-01", "2026-00-10"]
        {
            assert_eq!(date(text).ok(), text.parse().ok(), "{text}");
        }
        for text in ["2026-1a-23", "2026/11/23", "+026-11-23", "2026-11-2３"] {
            assert!(date(text).is_err(), "{text}");
        }
    }

    #[test]
    fn numbers_of_toml_are_written_in_many_ways() {
        for (text, plain) in [
            ("1_000", "1000"),
            ("0x1E", "30"),
            ("0o17", "15"),
            ("0b101", "5"),
            ("9e-1", "0.9"),
            ("1.5E+2", "150"),
            ("+1e1_0", "10000000000"),
            ("5.000", "5.000"),
            ("-7", "-7"),
            ("1e400", "1e400"),
            ("inf", "inf"),
            ("true", "true"),
            ("2026-06-30", "2026-06-30"),
        ] {
            assert_eq!(plain_literal(text), plain);
        }
    }

    #[test]
    fn a_whole_number_has_no_thousands_that_could_be_decimals() {
        assert!(integer("62.000").unwrap_err().problem.contains("62 to some and 62000 to others"));
        assert_eq!(integer("62.0"), Ok(Decimal::new(620, 1)));
        assert!(integer("62.5").is_err());
    }

    #[test]
    fn shares_booleans_and_addresses() {
        assert_eq!(percent("25%"), percent("0.25"));
        assert!(percent("a quarter").is_err());
        assert_eq!(percent("12,5 %").unwrap_err().help, "write `12.5%`");
        assert_eq!(boolean("yes").unwrap_err().help, "write `true`");
        assert!(email("jane@acme.example").is_ok());
        assert!(email("Jane <jane@acme.example>").is_err());
        assert!(email("jane").is_err());
        assert!(url("https://acme.example/x").is_ok());
        assert!(url("javascript:alert(1)").is_err());
        assert!(url("acme.example").is_err());
        for text in [
            "http://a",
            "HTTPS://x.example:8443/?q",
            "http://[::1]/",
            "http://u@h/",
            "mailto:a@x.example,b@x.example?subject=x",
        ] {
            assert!(url(text).is_ok(), "{text}");
        }
        for text in [
            "https://",
            "http://",
            "http:/x",
            "https:x",
            "https:///offer",
            "https://?x",
            "https://#x",
            "http://:80",
            "http://u@",
            "http://.",
            "http://-/",
            "http://%20/",
            "mailto:",
            "mailto:?subject=x",
            "mailto:jane",
            "mailto:a@x.example,",
        ] {
            assert!(url(text).is_err(), "{text}");
        }
    }
}
