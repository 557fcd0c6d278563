//! The points of a trend: which weeks, months or fiscal quarters, and the days of each.

use jiff::civil::Date;

use crate::deal::Period;
use crate::deal::fiscal::FiscalYear;
use crate::report::model::Pace;

/// A point, before anything is counted in it.
pub(super) struct Point {
    /// Its days.
    pub period: Period,
    /// The day at whose end its figures are.
    pub as_of: Date,
    /// The day before its first.
    pub eve: Date,
    /// Whether its last day is still to come.
    pub running: bool,
    /// The day on which the record starts, where that is after its first.
    pub known_from: Option<Date>,
}

impl Pace {
    /// How many points are shown where nobody says.
    pub fn usual(self) -> usize {
        match self {
            Self::Week => 13,
            Self::Month => 12,
            Self::Quarter => 8,
        }
    }

    /// The week, month or quarter that a day lies in.
    pub(super) fn period(self, day: Date, fiscal: FiscalYear) -> Period {
        match self {
            Self::Week => Period::week(day),
            Self::Month => Period::month(day),
            Self::Quarter => Period::quarter(day, fiscal),
        }
    }

    /// The last points up to the one that today lies in, oldest first; and the names of those that end before a day.
    pub(super) fn points(
        self,
        last: usize,
        today: Date,
        since: Date,
        fiscal: FiscalYear,
    ) -> (Vec<Point>, Vec<String>) {
        let (mut points, mut before) = (Vec::new(), Vec::new());
        let mut day = Some(today);
        while let Some(in_it) = day.filter(|_| points.len() + before.len() < last) {
            let period = self.period(in_it, fiscal);
            // Only at the ends of the calendar is there no day before.
            let eve = period.from.yesterday().ok();
            day = eve;
            if in_it < since {
                before.push(period.name);
                continue;
            }
            points.push(Point {
                as_of: period.until.min(today),
                eve: eve.unwrap_or(period.from),
                running: today < period.until,
                known_from: Some(since).filter(|since| period.from < *since),
                period,
            });
        }
        points.reverse();
        before.reverse();
        (points, before)
    }
}
