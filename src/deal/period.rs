//! A stretch of days, as users name it: a fiscal quarter or year, a month, a year, a day, or from one to another.

use std::fmt;

use jiff::civil::Date;

use super::fiscal::{FiscalYear, Quarter};

/// A stretch of days; the first and the last belong to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Period {
    /// As the user named it.
    pub name: String,
    /// The first day.
    pub first: Date,
    /// The last day.
    pub last: Date,
}

impl Period {
    /// The fiscal quarter that a day belongs to; `None` where the calendar ends.
    #[must_use]
    pub fn quarter_of(day: Date, year: FiscalYear) -> Option<Self> {
        let quarter = year.quarter_of(day);
        let (first, last) = year.days_of(quarter)?;
        Some(Self { name: quarter.to_string(), first, last })
    }

    /// Reads `FY27-Q2`, `FY27`, `2026-06`, `2026`, `2026-06-15`, and `A..B` of any of them.
    pub fn parse(text: &str, year: FiscalYear) -> Result<Self, String> {
        let (first, last) = match text.split_once("..") {
            Some((from, to)) => (days(from, year).map(|days| days.0), days(to, year).map(|days| days.1)),
            None => days(text, year).unzip(),
        };
        match (first, last) {
            (Some(first), Some(last)) if first <= last => Ok(Self { name: text.to_owned(), first, last }),
            (Some(_), Some(_)) => Err(format!("`{text}` ends before it begins")),
            _ => Err(format!(
                "`{text}` is no period; write `FY27-Q2`, `FY27`, `2026-06`, `2026`, a day, or from one to another: \
                 `2026-04-01..2026-06-30`"
            )),
        }
    }

    /// Whether a day belongs to it.
    #[must_use]
    pub fn has(&self, day: Date) -> bool {
        self.first <= day && day <= self.last
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let days = format!("{}..{}", self.first, self.last);
        if self.name == days { f.write_str(&days) } else { write!(f, "{} ({days})", self.name) }
    }
}

/// The first and last day of one named stretch.
fn days(text: &str, year: FiscalYear) -> Option<(Date, Date)> {
    if let Some(quarter) = Quarter::parse(text) {
        return year.days_of(quarter);
    }
    if text.starts_with("FY") {
        let quarter = |number| Quarter::parse(&format!("{text}-Q{number}"));
        return Some((year.days_of(quarter(1)?)?.0, year.days_of(quarter(4)?)?.1));
    }
    let digits = |part: &str, length| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<&str> = text.split('-').collect();
    let whole = |number: &str| number.parse::<i8>().ok();
    match parts[..] {
        [calendar] if digits(calendar, 4) => {
            let number = calendar.parse().ok()?;
            Some((Date::new(number, 1, 1).ok()?, Date::new(number, 12, 31).ok()?))
        }
        [calendar, month] if digits(calendar, 4) && digits(month, 2) => {
            let first = Date::new(calendar.parse().ok()?, whole(month)?, 1).ok()?;
            Some((first, first.last_of_month()))
        }
        [calendar, month, day] if digits(calendar, 4) && digits(month, 2) && digits(day, 2) => {
            let day = Date::new(calendar.parse().ok()?, whole(month)?, whole(day)?).ok()?;
            Some((day, day))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_users_write_is_a_stretch_of_days() {
        let year = FiscalYear { month: 2, day: 1, named_by_end: true };
        for (text, days) in [
            ("FY27-Q1", "2026-02-01..2026-04-30"),
            ("FY27", "2026-02-01..2027-01-31"),
            ("2026-06", "2026-06-01..2026-06-30"),
            ("2024-02", "2024-02-01..2024-02-29"),
            ("2026", "2026-01-01..2026-12-31"),
            ("2026-06-15", "2026-06-15..2026-06-15"),
            ("2026-04-01..2026-06-30", "2026-04-01..2026-06-30"),
            ("2026-04..2026-06", "2026-04-01..2026-06-30"),
            ("FY26-Q4..FY27-Q1", "2025-11-01..2026-04-30"),
        ] {
            let period = Period::parse(text, year).unwrap();
            assert_eq!(format!("{}..{}", period.first, period.last), days, "{text}");
        }
        for text in
            ["", "FY", "FY27-Q5", "2026-13", "2026-6", "26", "..", "2026-06-31", "2026-07..2026-06", "Q1"]
        {
            assert!(Period::parse(text, year).is_err(), "{text}");
        }
    }
}
