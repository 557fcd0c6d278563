//! Periods as people write them: a fiscal quarter or year, a month, a calendar year, a run of days.

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::fiscal::{FiscalYear, Quarter};
use crate::syntax::scalar;

/// A run of days, both ends included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Period {
    /// What people call it.
    pub name: String,
    /// The first day.
    pub from: Date,
    /// The last day.
    pub until: Date,
}

/// The ways to write a period, for messages.
pub(crate) const FORMS: &str = "`FY27-Q2`, `FY27`, `2026-06`, `2026` or `2026-04-01..2026-06-30`";

impl Period {
    /// Reads a period; fiscal ones by the given fiscal year. `Err` says in words what is wrong with it.
    pub fn parse(text: &str, fiscal: FiscalYear) -> Result<Self, String> {
        let unknown = || format!("write a period as {FORMS}");
        let (from, until) = if let Some((from, until)) = text.split_once("..") {
            let day = |text: &str| scalar::date(text).map_err(|_| unknown());
            (day(from)?, day(until)?)
        } else if text.starts_with("FY") {
            fiscal_days(text, fiscal).ok_or_else(unknown)?
        } else {
            calendar_days(text).ok_or_else(unknown)?
        };
        if until < from {
            return Err(format!("{until} is before {from}: write the first day first"));
        }
        Ok(Self { name: text.to_owned(), from, until })
    }

    /// The ISO week that a day lies in, from Monday to Sunday.
    pub fn week(day: Date) -> Self {
        let week = day.iso_week_date();
        let from = day.saturating_sub(i64::from(day.weekday().to_monday_zero_offset()).days());
        let name = format!("{:04}-W{:02}", week.year(), week.week());
        Self { name, from, until: from.saturating_add(6.days()) }
    }

    /// The month that a day lies in.
    pub fn month(day: Date) -> Self {
        let name = format!("{:04}-{:02}", day.year(), day.month());
        Self { name, from: day.first_of_month(), until: day.last_of_month() }
    }

    /// The fiscal quarter that a day lies in.
    pub fn quarter(day: Date, fiscal: FiscalYear) -> Self {
        let quarter = fiscal.quarter_of(day);
        // Only at the ends of the calendar has a quarter no first or last day.
        let (from, until) = fiscal.days_of(quarter).unwrap_or((day, day));
        Self { name: quarter.to_string(), from, until }
    }

    /// Whether a day lies in it.
    pub fn contains(&self, day: Date) -> bool {
        self.from <= day && day <= self.until
    }

    /// The fiscal quarters that it is made of; empty when it is not made of whole ones, or of more than 40.
    pub fn quarters(&self, fiscal: FiscalYear) -> Vec<Quarter> {
        const MOST: usize = 40;
        let mut quarters = Vec::new();
        let mut next = self.from;
        while quarters.len() < MOST {
            let quarter = fiscal.quarter_of(next);
            let Some((first, last)) = fiscal.days_of(quarter) else { break };
            if first != next || last > self.until {
                break;
            }
            quarters.push(quarter);
            if last == self.until {
                return quarters;
            }
            let Ok(day) = last.tomorrow() else { break };
            next = day;
        }
        Vec::new()
    }
}

fn fiscal_days(text: &str, fiscal: FiscalYear) -> Option<(Date, Date)> {
    if text.contains('-') {
        return fiscal.days_of(Quarter::parse(text)?);
    }
    let days = |quarter: &str| fiscal.days_of(Quarter::parse(&format!("{text}-{quarter}"))?);
    Some((days("Q1")?.0, days("Q4")?.1))
}

fn calendar_days(text: &str) -> Option<(Date, Date)> {
    let number = |text: &str, digits: usize| {
        let plain = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
        plain.then(|| text.parse::<i16>().ok()).flatten()
    };
    if let Some((year, month)) = text.split_once('-') {
        let first = Date::new(number(year, 4)?, i8::try_from(number(month, 2)?).ok()?, 1).ok()?;
        return Some((first, first.last_of_month()));
    }
    let year = number(text, 4)?;
    Some((Date::new(year, 1, 1).ok()?, Date::new(year, 12, 31).ok()?))
}

/// Whole days from one day to another; negative when the second comes first.
pub(crate) fn days_between(from: Date, to: Date) -> i64 {
    i64::from(from.until(to).map_or(0, |span| span.get_days()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FEBRUARY: FiscalYear = FiscalYear { month: 2, day: 1, named_by_end: true };

    #[test]
    fn every_form_is_read() {
        for (text, days) in [
            ("FY27-Q2", "2026-05-01..2026-07-31"),
            ("FY27", "2026-02-01..2027-01-31"),
            ("2026-06", "2026-06-01..2026-06-30"),
            ("2028-02", "2028-02-01..2028-02-29"),
            ("2026", "2026-01-01..2026-12-31"),
            ("2026-04-01..2026-06-30", "2026-04-01..2026-06-30"),
        ] {
            let period = Period::parse(text, FEBRUARY).unwrap();
            assert_eq!(format!("{}..{}", period.from, period.until), days, "{text}");
            assert_eq!(period.name, text);
        }
    }

    #[test]
    fn what_is_no_period_is_refused() {
        for text in
            ["", "FY", "FY27-Q5", "FY27-", "2026-13", "26-06", "2026-6", "june", "2026-06-01", "..", "+026"]
        {
            assert!(Period::parse(text, FEBRUARY).unwrap_err().contains("FY27-Q2"), "{text}");
        }
        let error = Period::parse("2026-06-30..2026-04-01", FEBRUARY).unwrap_err();
        assert!(error.contains("first day first"), "{error}");
    }

    #[test]
    fn weeks_are_those_of_iso() {
        for (day, name, from) in [
            ("2026-04-01", "2026-W14", "2026-03-30"),
            ("2027-01-03", "2026-W53", "2026-12-28"),
            ("2024-12-30", "2025-W01", "2024-12-30"),
        ] {
            let week = Period::week(day.parse().unwrap());
            assert_eq!((week.name.as_str(), week.from.to_string().as_str()), (name, from));
            assert_eq!(week.from.until(week.until).unwrap().get_days(), 6);
        }
    }

    #[test]
    fn quarters_are_whole_or_none() {
        let quarters = |text| {
            let names: Vec<_> = Period::parse(text, FEBRUARY)
                .unwrap()
                .quarters(FEBRUARY)
                .iter()
                .map(Quarter::to_string)
                .collect();
            names.join(" ")
        };
        assert_eq!(quarters("FY27"), "FY27-Q1 FY27-Q2 FY27-Q3 FY27-Q4");
        assert_eq!(quarters("2026-05-01..2026-10-31"), "FY27-Q2 FY27-Q3");
        assert_eq!(quarters("2026-06"), "");
        assert_eq!(quarters("2026"), "");
    }
}
