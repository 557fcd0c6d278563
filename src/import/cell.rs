//! Ways to read one cell: days in an order, numbers with a decimal mark.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use rust_decimal::Decimal;

/// The order of the parts of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DayOrder {
    /// `2026-03-04`.
    Ymd,
    /// `04.03.2026`.
    Dmy,
    /// `3/4/2026`.
    Mdy,
    /// Days since 1899-12-30, as spreadsheets count.
    Serial,
}

impl DayOrder {
    /// All of them.
    pub(crate) const ALL: [Self; 4] = [Self::Ymd, Self::Dmy, Self::Mdy, Self::Serial];

    /// The word for it in a map.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ymd => "ymd",
            Self::Dmy => "dmy",
            Self::Mdy => "mdy",
            Self::Serial => "serial",
        }
    }
}

/// Days that serial numbers are taken for: 1954 to 2119. A smaller number is probably something else.
const SERIALS: std::ops::RangeInclusive<i64> = 20_000..=80_000;

/// The day of a cell. A moment with an offset is a day in a zone; any other is the day that is written.
pub(crate) fn day(text: &str, order: DayOrder, zone: &TimeZone) -> Option<Date> {
    if order == DayOrder::Serial {
        let whole = text.split('.').next()?;
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        let serial: i64 = whole.parse().ok().filter(|_| is_number)?;
        let start = Date::constant(1899, 12, 30);
        return SERIALS.contains(&serial).then(|| start.checked_add(serial.days()).ok()).flatten();
    }
    if order == DayOrder::Ymd
        && text.len() > 16
        && let Ok(moment) = text.parse::<Timestamp>()
    {
        return Some(moment.to_zoned(zone.clone()).date());
    }
    let written = match text.split_once(['T', ' ', ',']) {
        Some((day, time)) if time.trim_start().starts_with(|c: char| c.is_ascii_digit()) => day,
        Some(_) => return None,
        None => text,
    };
    let parts: Vec<i16> = written
        .split(['-', '/', '.'])
        .map(|part| part.parse().ok().filter(|_| part.len() <= 4))
        .collect::<Option<_>>()?;
    let [first, second, third] = parts[..] else { return None };
    // With points between them, the day comes first everywhere.
    if order == DayOrder::Mdy && written.contains('.') {
        return None;
    }
    let (year, month, dom) = match order {
        DayOrder::Ymd => (first, second, third),
        DayOrder::Dmy => (third, second, first),
        DayOrder::Mdy | DayOrder::Serial => (third, first, second),
    };
    let year = if year < 100 && order != DayOrder::Ymd { year + 2000 } else { year };
    if !(1000..=9999).contains(&year) {
        return None;
    }
    Date::new(year, month.try_into().ok()?, dom.try_into().ok()?).ok()
}

/// The minute of a day that stands behind it, where one does: `16:14`, `4:14 PM`.
pub(crate) fn minute(text: &str) -> Option<u32> {
    let (_, time) = text.trim().split_once(['T', ' ', ','])?;
    let time = time.trim();
    let (hour, rest) = time.split_once(':')?;
    let hour: u32 = hour.trim().parse().ok()?;
    let minute: u32 = rest.get(..2)?.parse().ok()?;
    let half = rest.to_lowercase();
    let hour = match (hour % 12, half.contains("am"), half.contains("pm")) {
        (hour, true, _) => hour,
        (other, _, true) => other + 12,
        _ => hour,
    };
    (hour < 24 && minute < 60).then_some(hour * 60 + minute)
}

/// The number of a cell by its decimal mark; the other mark groups thousands, as do spaces and apostrophes.
pub(crate) fn number(text: &str, mark: char) -> Option<Decimal> {
    let (sign, digits) = match text.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) =
        digits.split_once(mark).map_or((digits, None), |(whole, rest)| (whole, Some(rest)));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !fraction.is_none_or(all_digits) {
        return None;
    }
    let other = if mark == '.' { ',' } else { '.' };
    let groups: Vec<&str> = match whole.find(|c: char| !c.is_ascii_digit()) {
        None => vec![whole],
        Some(at) => {
            let parts = whole[at..].chars().next()?;
            let groups = parts == other || matches!(parts, ' ' | '\'' | '’' | '\u{a0}' | '\u{202f}');
            groups.then(|| whole.split(parts).collect())?
        }
    };
    let in_threes = groups.len() == 1
        || (1..=3).contains(&groups[0].len()) && groups[1..].iter().all(|group| group.len() == 3);
    if !in_threes || !groups.iter().all(|group| all_digits(group)) {
        return None;
    }
    let plain = format!("{sign}{}.{}", groups.concat(), fraction.unwrap_or("0"));
    Decimal::from_str_exact(&plain).ok().map(|number| number.normalize())
}

/// What a workbook says of a cell whose formula failed, as a text.
pub(crate) fn failed_formula(error: impl std::fmt::Display) -> String {
    format!("{error}{FAILED}")
}

/// Ends what [`failed_formula`] says, so that no text is taken for it: a system may write `#N/A` for nothing.
const FAILED: &str = " (error)";

/// Whether a spreadsheet wrote a cell that it could not work out, or could not show: `#REF!`, `#N/A`, `Err:502`, `###`.
pub(crate) fn is_failure(text: &str) -> bool {
    let word = text.strip_suffix(FAILED).unwrap_or(text);
    let Some(rest) = word.strip_prefix('#') else {
        let number = word.strip_prefix("Err:").unwrap_or_default();
        return number.len() == 3 && number.bytes().all(|byte| byte.is_ascii_digit());
    };
    let named = rest.strip_suffix(['!', '?']).filter(|name| !name.is_empty());
    let is_name = |name: &str| name.chars().all(|c| c.is_uppercase() || "/0¡¿".contains(c));
    matches!(rest, "N/A" | "NV" | "GETTING_DATA")
        || named.is_some_and(is_name)
        || rest.len() >= 2 && rest.bytes().all(|byte| byte == b'#')
}

/// A number and the currency that stands beside it in the same cell.
pub(crate) fn without_currency(text: &str) -> (&str, Option<&str>) {
    let symbol = |c: char| match c {
        '€' => Some("EUR"),
        '£' => Some("GBP"),
        _ => None,
    };
    let first = text.chars().next().and_then(symbol);
    let last = text.chars().next_back().and_then(symbol);
    let is_code = |code: &str| code.bytes().all(|byte| byte.is_ascii_uppercase());
    let bare = text.trim_matches(|c: char| symbol(c).is_some()).trim();
    if let Some(code) = first.or(last) {
        return (bare, Some(code));
    }
    if let Some((code, rest)) = text.split_at_checked(3).filter(|(code, _)| is_code(code)) {
        return (rest.trim_start(), Some(code));
    }
    if let Some((rest, code)) = text.len().checked_sub(3).and_then(|at| text.split_at_checked(at))
        && is_code(code)
    {
        return (rest.trim_end(), Some(code));
    }
    (text, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_in_an_order_and_no_other() {
        let read = |text, order| day(text, order, &TimeZone::UTC).map(|day| day.to_string());
        for (text, order, found) in [
            ("2025-11-28 16:14", DayOrder::Ymd, Some("2025-11-28")),
            ("2023-05-11 00:00:00", DayOrder::Ymd, Some("2023-05-11")),
            ("2026-05-28T23:30:00.000Z", DayOrder::Ymd, Some("2026-05-28")),
            ("12/3/2024", DayOrder::Mdy, Some("2024-12-03")),
            ("12/3/2024, 4:15 PM", DayOrder::Mdy, Some("2024-12-03")),
            ("12.3.24", DayOrder::Dmy, Some("2024-03-12")),
            ("31/12/2024", DayOrder::Mdy, None),
            ("45631", DayOrder::Serial, Some("2024-12-05")),
            ("45631.25", DayOrder::Serial, Some("2024-12-05")),
            ("7", DayOrder::Serial, None),
            ("TBD", DayOrder::Ymd, None),
            ("2026-02-30", DayOrder::Ymd, None),
            ("1/2", DayOrder::Dmy, None),
        ] {
            assert_eq!(read(text, order).as_deref(), found, "{text}");
        }
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        let late = day("2026-05-28T23:30:00Z", DayOrder::Ymd, &berlin);
        assert_eq!(late.map(|day| day.to_string()).as_deref(), Some("2026-05-29"));
    }

    #[test]
    fn minutes_order_what_happened_on_one_day() {
        for (text, found) in [
            ("2025-11-28 16:14", Some(974)),
            ("12/3/2024, 4:15 PM", Some(975)),
            ("12/3/2024 12:05 AM", Some(5)),
            ("2026-05-28T23:30:00.000Z", Some(1410)),
            ("2026-05-28", None),
            ("5/5/2026 25:00", None),
        ] {
            assert_eq!(minute(text), found, "{text}");
        }
    }

    #[test]
    fn numbers_are_read_by_their_mark() {
        for (text, point, comma) in [
            ("25000.0", Some("25000"), None),
            ("3,522.00", Some("3522"), None),
            ("3.522,00", None, Some("3522")),
            ("1.234", Some("1.234"), Some("1234")),
            ("1 234 567", Some("1234567"), Some("1234567")),
            ("-5", Some("-5"), Some("-5")),
            ("1,2,3", None, None),
            ("25k", None, None),
            ("1.92E+11", None, None),
            ("", None, None),
            ("٣", None, None),
        ] {
            assert_eq!(number(text, '.').map(|it| it.to_string()).as_deref(), point, "{text}");
            assert_eq!(number(text, ',').map(|it| it.to_string()).as_deref(), comma, "{text}");
        }
    }

    #[test]
    fn what_a_spreadsheet_could_not_work_out_is_no_value() {
        let failed = failed_formula("#N/A");
        for text in
            ["#REF!", "#N/A", "#DIV/0!", "#NAME?", "#BEZUG!", "#¡VALOR!", "#NV", "Err:502", "###", &failed]
        {
            assert!(is_failure(text), "{text}");
        }
        for text in ["", "#", "#1", "#sales!", "#!", "Err:5", "N/A", "# of seats", "##"] {
            assert!(!is_failure(text), "{text}");
        }
    }

    #[test]
    fn a_currency_beside_a_number_is_taken_off() {
        for (text, found) in [
            ("€ 5", ("5", Some("EUR"))),
            ("5 €", ("5", Some("EUR"))),
            ("USD 12,000.00", ("12,000.00", Some("USD"))),
            ("12 USD", ("12", Some("USD"))),
            ("$5", ("$5", None)),
            ("TBD", ("", Some("TBD"))),
            ("é", ("é", None)),
        ] {
            assert_eq!(without_currency(text), found);
        }
    }
}
