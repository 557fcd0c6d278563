//! The timeline of a deal, from its own `history` entries and from commits.

use std::sync::Arc;

use jiff::civil::Date;

use super::facts::{self, Facts, Series};
use super::{Course, Told};
use crate::deal::record::{Deal, Ending};

/// A stay in a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Visit {
    /// The stage, counted from 0.
    pub stage: usize,
    /// The day it was entered.
    pub entered: Date,
    /// The day it was left for another stage, or the deal ended in it; `None`: the deal stands there.
    pub left: Option<Date>,
    /// How the deal ended in it; `None`: it did not.
    pub ending: Option<Ending>,
}

/// What is known of when a deal was where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timeline {
    visits: Vec<Visit>,
    /// Whether the first stay is where the deal began, as far as anybody knows.
    whole: bool,
}

impl Timeline {
    /// The timeline that a deal's own `history` and outcome tell; `stage_index` says which stage an id is.
    #[must_use]
    pub fn of(deal: &Deal<'_>, stage_index: impl Fn(&str) -> Option<usize>) -> Self {
        let mut timeline = Self::together(deal, &[], stage_index);
        // Entries may begin late; that they begin with the first stage, or on the day it was opened, says that not.
        let first = timeline.visits.first();
        let opened = deal.opened().map(|opened| opened.value);
        timeline.whole = first.is_some_and(|first| first.stage == 0 || Some(first.entered) == opened);
        timeline
    }

    /// The timeline that a deal's own `history` and its commits tell; where both speak, its own entries win.
    #[must_use]
    pub fn with(deal: &Deal<'_>, told: &Told, stage_index: impl Fn(&str) -> Option<usize>) -> Self {
        let mut timeline = Self::together(deal, &told.facts, stage_index);
        timeline.whole = told.whole;
        timeline
    }

    /// Entries that repeat the stage the deal is in already are no new visit: they reset no clock. An ending ends
    /// the visit, and to be opened again starts another, be it in the same stage.
    fn together(
        deal: &Deal<'_>,
        commits: &[(Date, Facts)],
        stage_index: impl Fn(&str) -> Option<usize>,
    ) -> Self {
        let of = |change: &dyn Fn(&Facts) -> Option<usize>| -> Series<usize> {
            commits.iter().filter_map(|(day, facts)| Some((*day, change(facts)?))).collect()
        };
        let known = |stage: Option<&str>| stage.and_then(&stage_index);
        let stages = facts::merge(
            facts::own(deal, |entry| known(entry.text("stage").map(|stage| stage.value))),
            of(&|facts| known(facts.terms.stage.as_deref())),
        );
        // Until something ends it, a deal is open; the outcome's own date goes before the commit's.
        let endings = commits.iter().map(|(day, facts)| (facts.ended.unwrap_or(*day), facts.terms.ending));
        let endings = facts::merge(
            facts::own(deal, |entry| match entry.text("outcome")?.value {
                "open" => Some(None),
                outcome => Ending::parse(outcome).map(Some),
            }),
            endings.collect(),
        );
        let stages =
            stages.into_iter().map(|(date, stage)| Change { stage: Some(stage), ..Change::on(date) });
        let endings = endings.into_iter().map(|(date, ending)| Change {
            ending,
            opened: ending.is_none(),
            ..Change::on(date)
        });
        let mut changes: Vec<Change> = stages.chain(endings).collect();
        changes.extend(deal.outcome().and_then(|outcome| {
            Some(Change { ending: Some(outcome.ending), ..Change::on(outcome.date?.value) })
        }));
        Self::through(changes)
    }

    /// The timeline of a course, and the stages that it counts, in the order in which the deal came to them: a stage
    /// that the workflow does not have any more is one all the same. Whether its first stay is where the deal began is
    /// not told.
    #[must_use]
    pub fn along(course: &Course) -> (Self, Vec<Arc<str>>) {
        let mut ids: Vec<Arc<str>> = Vec::new();
        let mut changes = Vec::new();
        let mut number = |id: &Arc<str>| {
            let known = ids.iter().position(|known| known == id);
            known.unwrap_or_else(|| {
                ids.push(Arc::clone(id));
                ids.len() - 1
            })
        };
        for (date, id) in course.stage.values.iter().filter_map(|(date, id)| Some((*date, id.as_ref()?))) {
            changes.push(Change { stage: Some(number(id)), ..Change::on(date) });
        }
        changes.extend(course.ending.values.iter().map(|&(date, ending)| Change {
            ending,
            opened: ending.is_none(),
            ..Change::on(date)
        }));
        changes.retain(|change| course.away_since(change.date).is_none());
        for &(from, until) in &course.absences {
            // What became of it meanwhile is so since it came back.
            let (stage, ending) =
                (course.stage.at(until).as_ref().map(&mut number), *course.ending.at(until));
            changes.push(Change { away: true, ..Change::on(from) });
            changes.push(Change { stage, ending, opened: ending.is_none(), ..Change::on(until) });
        }
        (Self::through(changes), ids)
    }

    fn through(mut changes: Vec<Change>) -> Self {
        // On one day, a deal that is opened again is so before it moves on.
        changes.sort_by_key(|change| (change.date, !change.opened));
        let mut timeline = Self { visits: Vec::with_capacity(changes.len()), whole: false };
        for change in changes {
            timeline.take(change);
        }
        timeline
    }

    fn take(&mut self, Change { date, stage, ending, opened, away }: Change) {
        let last = self.visits.last_mut();
        let here = last.as_ref().map(|last| last.stage);
        let reopened = opened && last.as_ref().is_some_and(|last| last.ending.is_some());
        // Back from where its file was deleted.
        let is_back =
            stage.is_some() && last.as_ref().is_some_and(|it| it.left.is_some() && it.ending.is_none());
        let to = stage.filter(|stage| Some(*stage) != here).or(here.filter(|_| reopened || is_back));
        if away && let Some(last) = self.visits.last_mut() {
            last.left.get_or_insert(date);
            return;
        }
        let last = self.visits.last_mut();
        if let Some(stage) = to {
            if let Some(last) = last {
                last.left.get_or_insert(date);
            }
            // Opened again in another stage, it was not in the old one again.
            if let [.., before, last] = self.visits.as_slice()
                && before.ending.is_some()
                && (before.stage, last.entered) == (last.stage, date)
            {
                self.visits.pop();
            }
            self.visits.push(Visit { stage, entered: date, left: None, ending: None });
        }
        if let (Some(ending), Some(last)) = (ending, self.visits.last_mut())
            && last.left.is_none()
        {
            (last.left, last.ending) = (Some(date), Some(ending));
        }
    }

    /// Whether the first stay is where the deal began, rather than the first that is known.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.whole
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

/// What became of stage and outcome on a day.
#[derive(Clone, Copy)]
struct Change {
    date: Date,
    stage: Option<usize>,
    ending: Option<Ending>,
    opened: bool,
    /// Its file was deleted.
    away: bool,
}

impl Change {
    fn on(date: Date) -> Self {
        Self { date, stage: None, ending: None, opened: false, away: false }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn visits(list: &[(usize, i8)]) -> Timeline {
        let mut timeline = Timeline::default();
        for &(stage, day) in list {
            timeline.take(change(day, Some(stage)));
        }
        timeline
    }

    fn change(day: i8, stage: Option<usize>) -> Change {
        Change { stage, ..Change::on(date(2026, 5, day)) }
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

    #[test]
    fn an_ending_ends_the_visit_and_reopening_starts_another() {
        let mut timeline = visits(&[(0, 1), (2, 5), (2, 6)]);
        timeline.take(Change { ending: Some(Ending::Lost), ..change(9, None) });
        timeline.take(Change { ending: Some(Ending::Lost), ..change(10, None) });
        timeline.take(Change { opened: true, ..change(20, Some(2)) });
        timeline.take(Change { opened: true, ..change(21, None) });
        let stays: Vec<_> = timeline
            .visits()
            .iter()
            .map(|visit| (visit.stage, visit.entered.day(), visit.left.map(Date::day)))
            .collect();
        assert_eq!(stays, [(0, 1, Some(5)), (2, 5, Some(9)), (2, 20, None)]);
        assert_eq!(timeline.entered(2), Some(date(2026, 5, 20)), "the clock starts anew");
        timeline.take(Change { ending: Some(Ending::Lost), ..change(22, None) });
        timeline.take(Change { opened: true, ..change(25, None) });
        timeline.take(change(25, Some(1)));
        let last: Vec<_> = timeline.visits()[2..].iter().map(|it| (it.stage, it.entered.day())).collect();
        assert_eq!(last, [(2, 20), (1, 25)], "opened again elsewhere is one stay");
    }
}
