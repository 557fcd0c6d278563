//! Fiscal years and their quarters.

use std::fmt;

use jiff::ToSpan as _;
use jiff::civil::Date;

/// When a fiscal year starts, and after which calendar year it is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FiscalYear {
    /// Month of the first day, 1 to 12.
    pub month: i8,
    /// Day of the month of the first day, 1 to 28.
    pub day: i8,
    /// Named by the calendar year in which it ends; otherwise by that in which it starts.
    pub named_by_end: bool,
}

impl Default for FiscalYear {
    /// The calendar year.
    fn default() -> Self {
        Self { month: 1, day: 1, named_by_end: false }
    }
}

/// A quarter of a fiscal year, written `FY27-Q1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quarter {
    /// The fiscal year by its name.
    pub year: i16,
    /// 1 to 4.
    pub quarter: i8,
}

impl FiscalYear {
    /// The quarter that a day belongs to.
    pub fn quarter_of(self, day: Date) -> Quarter {
        let started = |year| self.start_in(year).is_some_and(|start| start <= day);
        let start_year = if started(day.year()) { day.year() } else { day.year() - 1 };
        let past_quarters = (1..4).filter(|&number| {
            self.start_in(start_year)
                .and_then(|start| start.checked_add((3 * number).months()).ok())
                .is_some_and(|start| start <= day)
        });
        let quarter = 1 + i8::try_from(past_quarters.count()).unwrap_or(0);
        Quarter { year: self.name_of(start_year), quarter }
    }

    /// The first and last day of a quarter; `None` where the calendar ends.
    pub fn days_of(self, quarter: Quarter) -> Option<(Date, Date)> {
        let start_year =
            if self.named_by_end && !self.is_calendar() { quarter.year - 1 } else { quarter.year };
        let months = 3 * (i32::from(quarter.quarter) - 1);
        let first = self.start_in(start_year)?.checked_add(months.months()).ok()?;
        let next = self.start_in(start_year)?.checked_add((months + 3).months()).ok()?;
        Some((first, next.yesterday().ok()?))
    }

    fn start_in(self, year: i16) -> Option<Date> {
        Date::new(year, self.month, self.day).ok()
    }

    fn name_of(self, start_year: i16) -> i16 {
        if self.named_by_end && !self.is_calendar() { start_year + 1 } else { start_year }
    }

    /// A year from 1 January ends in the year it starts in.
    fn is_calendar(self) -> bool {
        self.month == 1 && self.day == 1
    }
}

impl Quarter {
    /// Reads `FY27-Q1` or `FY2027-Q1`.
    pub fn parse(text: &str) -> Option<Self> {
        let (year, quarter) = text.strip_prefix("FY")?.split_once("-Q")?;
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let year = match (year.len(), digits(year)) {
            (2, true) => 2000 + year.parse::<i16>().ok()?,
            (4, true) => year.parse().ok()?,
            _ => return None,
        };
        let quarter = quarter.parse().ok().filter(|quarter| (1..=4).contains(quarter))?;
        Some(Self { year, quarter })
    }
}

impl fmt::Display for Quarter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FY{:02}-Q{}", self.year.rem_euclid(100), self.quarter)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_year_from_february_named_by_its_end() {
        let year = FiscalYear { month: 2, day: 1, named_by_end: true };
        assert_eq!(year.quarter_of(date(2026, 1, 31)).to_string(), "FY26-Q4");
        assert_eq!(year.quarter_of(date(2026, 2, 1)).to_string(), "FY27-Q1");
        let days = year.days_of(Quarter::parse("FY27-Q1").unwrap());
        assert_eq!(days, Some((date(2026, 2, 1), date(2026, 4, 30))));
    }

    #[test]
    fn every_day_lies_in_its_own_quarter() {
        for year in [FiscalYear::default(), FiscalYear { month: 7, day: 15, named_by_end: true }] {
            let mut day = date(2024, 1, 1);
            while day < date(2027, 1, 1) {
                let (first, last) = year.days_of(year.quarter_of(day)).unwrap();
                assert!(first <= day && day <= last, "{day}");
                day = day.tomorrow().unwrap();
            }
        }
    }

    #[test]
    fn only_quarters_are_quarters() {
        assert_eq!(Quarter::parse("FY2027-Q4"), Quarter::parse("FY27-Q4"));
        for text in ["FY27", "FY27-Q5", "FY27-Q0", "27-Q1", "FY+7-Q1", "FY27-Q"] {
            assert_eq!(Quarter::parse(text), None, "{text}");
        }
    }
}
