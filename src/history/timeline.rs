//! The timeline of a deal, from its own `history` entries.

use jiff::civil::Date;

use crate::deal::Deal;

/// A stay in a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Visit {
    /// The stage, counted from 0.
    pub stage: usize,
    /// The day it was entered.
    pub entered: Date,
}

/// What is known of when a deal was where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timeline {
    visits: Vec<Visit>,
}

impl Timeline {
    /// The timeline that a deal's own `history` tells; `stage_index` says which stage an id is.
    ///
    /// Entries that repeat the stage the deal is in already are no new visit: they reset no clock.
    #[must_use]
    pub fn of(deal: &Deal<'_>, stage_index: impl Fn(&str) -> Option<usize>) -> Self {
        let mut entries: Vec<(Date, usize)> = deal
            .history()
            .filter_map(|entry| {
                let date = entry.value.date("date")?.value;
                Some((date, stage_index(entry.value.text("stage")?.value)?))
            })
            .collect();
        entries.sort_by_key(|(date, _)| *date);
        let mut visits: Vec<Visit> = Vec::with_capacity(entries.len());
        for (entered, stage) in entries {
            if visits.last().is_none_or(|last| last.stage != stage) {
                visits.push(Visit { stage, entered });
            }
        }
        Self { visits }
    }

    /// The stays, oldest first.
    #[must_use]
    pub fn visits(&self) -> &[Visit] {
        &self.visits
    }

    /// The day on which the deal came to the stage it stands in now; `None` when not known.
    #[must_use]
    pub fn entered(&self, stage: usize) -> Option<Date> {
        self.visits.last().filter(|visit| visit.stage == stage).map(|visit| visit.entered)
    }

    /// The day on which the deal first entered a stage, or went past it without.
    #[must_use]
    pub fn first_reached(&self, stage: usize) -> Option<Date> {
        self.visits.iter().find(|visit| visit.stage >= stage).map(|visit| visit.entered)
    }

    /// The day on which the deal last went from a stage, or one before it, to a later one.
    #[must_use]
    pub fn left(&self, stage: usize) -> Option<Date> {
        let last_inside = self.visits.iter().rposition(|visit| visit.stage <= stage);
        match last_inside {
            Some(inside) => self.visits.get(inside + 1).map(|next| next.entered),
            // It started later than that stage, so it went past it on its first day.
            None => self.visits.first().map(|first| first.entered),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn visits(list: &[(usize, i8)]) -> Timeline {
        let visit = |&(stage, day)| Visit { stage, entered: date(2026, 5, day) };
        Timeline { visits: list.iter().map(visit).collect() }
    }

    #[test]
    fn entering_leaving_and_passing_over() {
        let timeline = visits(&[(0, 1), (1, 5), (3, 9)]);
        assert_eq!(timeline.first_reached(2), Some(date(2026, 5, 9)), "passed over");
        assert_eq!(timeline.left(0), Some(date(2026, 5, 5)));
        assert_eq!(timeline.left(2), Some(date(2026, 5, 9)));
        assert_eq!(timeline.left(3), None);
        assert_eq!(timeline.entered(3), Some(date(2026, 5, 9)));
        assert_eq!(timeline.entered(1), None, "it is not there now");
    }

    #[test]
    fn going_back_and_coming_again() {
        let timeline = visits(&[(0, 1), (2, 5), (1, 9), (2, 12)]);
        assert_eq!(timeline.left(1), Some(date(2026, 5, 12)));
        assert_eq!(timeline.first_reached(2), Some(date(2026, 5, 5)));
        assert_eq!(timeline.entered(2), Some(date(2026, 5, 12)));
    }
}
