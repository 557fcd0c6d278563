//! The visits of a deal in stages, from the days on which stage and outcome changed.

use std::sync::Arc;

use jiff::civil::Date;

use super::git_history::GitHistory;
use super::series::Dated;
use super::term_history::{TermHistory, TermSources, absences};
use super::terms::{HistoryEntry, TrackedFields};
use crate::deal::Deal;
use crate::deal::period::days_between;
use crate::deal::record::Ending;

/// A stay in a stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    /// The stage's id.
    pub id: Arc<str>,
    /// Its place in the workflow, counted from 0; `None`: the workflow has no such stage, or not any more.
    pub stage: Option<usize>,
    /// The day it was entered.
    pub entered: Date,
    /// Whether that is known: of a deal that was first seen when it had ended it is not, and the day of its end stands
    /// for it.
    pub is_dated: bool,
    /// The day it was left: for another stage, because the deal ended in it or its file was deleted, or because the work
    /// after the sale was completed. `None`: the deal stands there.
    pub left: Option<Date>,
    /// How the deal ended in it; `None`: it did not.
    pub ending: Option<Ending>,
}

impl Visit {
    /// Whole days from entering to leaving it, until today while it stands there; `None`: it is yet to come, or nobody
    /// knows.
    pub fn days(&self, today: Date) -> Option<i64> {
        let is_known = self.is_dated && self.entered <= today;
        is_known.then(|| days_between(self.entered, self.left.unwrap_or(today)))
    }
}

/// The stages of the workflow that a deal follows.
#[derive(Clone, Copy)]
pub struct StageOrder<'w> {
    /// The place of a stage by its id, counted from 0.
    pub index: &'w dyn Fn(&str) -> Option<usize>,
    /// The stage from which deals are won: in those after it work goes on when the deal is won.
    pub won_from: usize,
}

/// When a deal was where, as far as that is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timeline {
    visits: Vec<Visit>,
    /// Whether the first stay is where the deal began, as far as anybody knows.
    whole: bool,
}

impl Timeline {
    /// The visits that the [`TermHistory`] of a deal has, from its own entries, and from commits where they were asked: at
    /// the cost of those two of its terms that decide.
    pub fn of(deal: &Deal<'_>, git_history: Option<&GitHistory>, ladder: StageOrder<'_>) -> Self {
        // What nobody dates is no visit.
        if git_history.is_none() && deal.history().next().is_none() {
            return Self::default();
        }
        let outcome = deal.outcome();
        let now = TrackedFields { ending: outcome.map(|outcome| outcome.ending), ..TrackedFields::default() };
        let ended = outcome.and_then(|outcome| outcome.date).map(|date| date.value);
        let late = git_history.map(|git_history| git_history.late.as_slice()).unwrap_or_default();
        let entries = HistoryEntry::moves(deal, late);
        let sources = TermSources::of(&entries, git_history, &now, ended);
        let absences = absences(git_history);
        let completed = deal.completed().map(|date| date.value);
        let ending = sources.ending();
        let mut visits = visits(&sources.stage(), &ending, &absences, completed, ladder);
        let opened = deal.opened().map(|opened| opened.value);
        forget_beginning(&mut visits, sources.begins_ended(&ending, opened));
        let whole =
            git_history.map_or_else(|| begins_it(visits.first(), deal), |git_history| git_history.whole);
        Self { visits, whole }
    }

    /// Whether the first stay is where the deal began, rather than the first that is known.
    pub fn is_whole(&self) -> bool {
        self.whole
    }

    /// The stays, oldest first.
    pub fn visits(&self) -> &[Visit] {
        &self.visits
    }

    /// The first day of the first stay, where it is known.
    pub fn begun(&self) -> Option<Date> {
        self.visits.first().filter(|visit| visit.is_dated).map(|visit| visit.entered)
    }

    /// The stay in the stage in which the deal stands now, or ended as its file says; `None` when not known. An open deal
    /// does not stand where it ended: it was opened again, and nobody knows when.
    pub fn current(&self, stage: usize, ending: Option<Ending>) -> Option<&Visit> {
        let fits = |visit: &&Visit| ending.is_some() || visit.ending.is_none();
        self.visits.last().filter(|visit| visit.stage == Some(stage)).filter(fits)
    }

    /// The first stage of the workflow that it is known to have been in.
    pub fn first_stage(&self) -> Option<usize> {
        self.known().next().map(|(stage, _)| stage)
    }

    /// The day on which the deal first entered a stage, or went past it without.
    pub fn first_reached(&self, stage: usize) -> Option<Date> {
        self.known().find(|(there, _)| *there >= stage).map(|(_, entered)| entered)
    }

    /// The day on which the deal last went from a stage, or one before it, to a later one.
    pub fn left(&self, stage: usize) -> Option<Date> {
        // Where it started later than that stage, it went past it on its first day.
        self.known().rev().take_while(|(there, _)| *there > stage).last().map(|(_, entered)| entered)
    }

    /// The stages of the workflow that it was in, and the days it came to them.
    fn known(&self) -> impl DoubleEndedIterator<Item = (usize, Date)> {
        self.visits.iter().filter_map(|visit| Some((visit.stage?, visit.entered)))
    }
}

impl TermHistory {
    /// The visits that follow from it.
    pub fn visits(&self, ladder: StageOrder<'_>) -> Vec<Visit> {
        let mut visits = visits(&self.stage, &self.ending, &self.absences, self.completed, ladder);
        forget_beginning(&mut visits, self.begins_ended);
        visits
    }
}

/// Nobody knows since when a deal was where it had ended when it was first seen.
fn forget_beginning(visits: &mut [Visit], begins_ended: bool) {
    if let Some(first) = visits.first_mut().filter(|first| begins_ended && first.left == Some(first.entered))
    {
        first.is_dated = false;
    }
}

/// Entries may begin late; that they begin with the first stage, or on the day the deal was opened, says that they do not.
fn begins_it(first: Option<&Visit>, deal: &Deal<'_>) -> bool {
    let opened = deal.opened().map(|opened| opened.value);
    first.is_some_and(|first| first.stage == Some(0) || Some(first.entered) == opened)
}

/// The one account of what is a visit.
fn visits(
    stage: &Dated<Option<Arc<str>>>,
    ending: &Dated<Option<Ending>>,
    absences: &[(Date, Date)],
    completed: Option<Date>,
    ladder: StageOrder<'_>,
) -> Vec<Visit> {
    let (mut stages, mut endings) = (stage.values.as_slice(), ending.values.as_slice());
    let mut absences = absences;
    // Where nothing dates an ending, nobody knows which visit it ended.
    let before = ending.before.filter(|_| !endings.is_empty());
    let mut walk = VisitWalk::new(ladder, before, stages.len());
    loop {
        let absence = absences.first().map(|(from, _)| *from);
        let days = [stages.first().map(|it| it.0), endings.first().map(|it| it.0), absence];
        let Some(day) = days.into_iter().flatten().min() else { break };
        if let Some((&(from, until), later)) = absences.split_first().filter(|(away, _)| away.0 <= day) {
            // What became of it meanwhile is so since it came back.
            (stages, endings, absences) = (split(stages, until).1, split(endings, until).1, later);
            walk.leave(from);
            walk.come_back(stage.at(until).as_ref(), *ending.at(until), until);
            continue;
        }
        let (moves, ends);
        (moves, stages) = split(stages, day);
        (ends, endings) = split(endings, day);
        // On one day, a deal is opened again before it moves on, and moves before it ends.
        let opened = ends.iter().rposition(|(_, ending)| ending.is_none()).map_or(0, |opened| opened + 1);
        let moves = || moves.iter().filter_map(|(_, id)| id.as_ref());
        let goes_elsewhere = moves().any(|id| Some(id) != walk.stage.as_ref());
        for (_, ending) in &ends[..opened] {
            walk.turn(*ending, day, goes_elsewhere);
        }
        moves().for_each(|id| walk.go(id, day));
        for (_, ending) in &ends[opened..] {
            walk.turn(*ending, day, false);
        }
    }
    walk.finish(completed)
}

/// A part of a series.
type SeriesPart<'s, T> = &'s [(Date, T)];

/// A series until the end of a day, and after it.
fn split<T>(series: SeriesPart<'_, T>, day: Date) -> (SeriesPart<'_, T>, SeriesPart<'_, T>) {
    let then = series.iter().position(|(date, _)| *date > day).unwrap_or(series.len());
    series.split_at(then)
}

/// A deal on its way, from visit to visit.
struct VisitWalk<'w> {
    ladder: StageOrder<'w>,
    visits: Vec<Visit>,
    /// The stage that it says it is in, and since when it says so.
    stage: Option<Arc<str>>,
    said: Date,
    ending: Option<Ending>,
    /// Since when it is closed, where that is known.
    closed: Option<Date>,
}

impl<'w> VisitWalk<'w> {
    fn new(ladder: StageOrder<'w>, ending: Option<Ending>, most: usize) -> Self {
        Self { ladder, visits: Vec::with_capacity(most), stage: None, said: Date::MIN, ending, closed: None }
    }

    /// To be told again where it is already is no new visit: that resets no clock.
    fn go(&mut self, id: &Arc<str>, day: Date) {
        if self.stage.as_ref() != Some(id) {
            (self.stage, self.said) = (Some(Arc::clone(id)), day);
            self.enter(day);
        }
    }

    /// Begins a visit, unless the deal is closed: then nothing goes on, but the work after a sale.
    fn enter(&mut self, day: Date) {
        self.leave(day);
        let Some(id) = &self.stage else { return };
        let stage = (self.ladder.index)(id);
        if self.ending.is_none_or(|ending| self.goes_on(ending, stage)) {
            let id = Arc::clone(id);
            self.visits.push(Visit { id, stage, entered: day, is_dated: true, left: None, ending: None });
        }
    }

    fn goes_on(&self, ending: Ending, stage: Option<usize>) -> bool {
        ending == Ending::Won && stage.is_some_and(|stage| stage > self.ladder.won_from)
    }

    fn leave(&mut self, day: Date) {
        if let Some(last) = self.visits.last_mut() {
            last.left.get_or_insert(day);
        }
    }

    /// An ending ends the visit, and to be opened again starts another, be it in the same stage.
    fn turn(&mut self, ending: Option<Ending>, day: Date, goes_elsewhere: bool) {
        let before = std::mem::replace(&mut self.ending, ending);
        self.closed = ending.and(Some(day));
        match ending {
            // Opened again in another stage, it was not in the old one again.
            None if before.is_some() && !goes_elsewhere => self.enter(day),
            None => {}
            Some(ending) => self.end(ending, day),
        }
    }

    fn end(&mut self, ending: Ending, day: Date) {
        let Some(stage) = self.visits.last().filter(|last| last.left.is_none()).map(|last| last.stage) else {
            return;
        };
        let goes_on = self.goes_on(ending, stage);
        if let Some(last) = self.visits.last_mut() {
            last.ending = Some(ending);
            last.left = (!goes_on).then_some(day);
        }
    }

    /// Its file was put back: what had not ended so before was there before it ended.
    fn come_back(&mut self, stage: Option<&Arc<str>>, ending: Option<Ending>, day: Date) {
        (self.stage, self.said) = (stage.cloned(), day);
        let stays_closed = ending.is_some() && self.ending == ending;
        self.ending = ending.filter(|_| stays_closed);
        self.enter(day);
        if ending.is_some() && !stays_closed {
            self.turn(ending, day, false);
        }
    }

    fn finish(mut self, completed: Option<Date>) -> Vec<Visit> {
        let last = self.visits.last_mut();
        // A stage that was written after the end says where the deal ended: it was nowhere afterwards.
        if let Some(id) = self.stage.filter(|id| last.as_ref().is_none_or(|last| last.id != *id)) {
            let (day, ending) = match last {
                Some(last) => (last.left, last.ending.take()),
                None => (self.closed, self.ending),
            };
            let day = day.unwrap_or(self.said);
            let stage = (self.ladder.index)(&id);
            self.visits.push(Visit { id, stage, entered: day, is_dated: true, left: Some(day), ending });
        } else if let (Some(last), Some(completed)) = (last, completed) {
            last.left.get_or_insert(completed.max(last.entered));
        }
        self.visits
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::history::series::Series;

    const STAGES: [&str; 4] = ["a", "b", "c", "d"];

    /// What becomes of a deal on a day of May: a stage, an outcome, or `open`.
    fn timeline(told: &[(i8, &str)], absences: &[(i8, i8)], completed: Option<i8>) -> Timeline {
        let day = |day: i8| date(2026, 5, day);
        let outcome = |what: &str| match what {
            "open" => Some(None),
            what => Ending::parse(what).map(Some),
        };
        let endings: Series<_> = told.iter().filter_map(|it| Some((day(it.0), outcome(it.1)?))).collect();
        let stages = told.iter().filter(|it| outcome(it.1).is_none());
        let stage = Dated { before: None, values: stages.map(|it| (day(it.0), Some(it.1.into()))).collect() };
        let ending = Dated { before: None, values: endings };
        let index = |id: &str| STAGES.iter().position(|stage| *stage == id);
        let ladder = StageOrder { index: &index, won_from: 2 };
        let absences: Vec<_> = absences.iter().map(|&(from, until)| (day(from), day(until))).collect();
        Timeline { visits: visits(&stage, &ending, &absences, completed.map(day), ladder), whole: true }
    }

    /// The visits, as `stage entered-left ending`.
    fn shown(timeline: &Timeline) -> Vec<String> {
        let shown = |it: &Visit| {
            let left = it.left.map(|left| left.day().to_string()).unwrap_or_default();
            let ending = it.ending.map(|ending| format!(" {}", ending.name())).unwrap_or_default();
            format!("{} {}-{left}{ending}", it.id, it.entered.day())
        };
        timeline.visits().iter().map(shown).collect()
    }

    fn told(told: &[(i8, &str)]) -> Vec<String> {
        shown(&timeline(told, &[], None))
    }

    #[test]
    fn entering_leaving_and_passing_over() {
        let timeline = timeline(&[(1, "a"), (5, "b"), (9, "d")], &[], None);
        assert_eq!(timeline.first_reached(2), Some(date(2026, 5, 9)), "passed over");
        assert_eq!(timeline.left(0), Some(date(2026, 5, 5)));
        assert_eq!(timeline.left(2), Some(date(2026, 5, 9)));
        assert_eq!(timeline.left(3), None);
        assert_eq!(timeline.current(3, None).and_then(|it| it.days(date(2026, 5, 12))), Some(3));
        assert_eq!(timeline.current(3, None).and_then(|it| it.days(date(2026, 5, 8))), None, "yet to come");
        assert_eq!(timeline.current(1, None), None, "it is not there now");
    }

    #[test]
    fn going_back_and_coming_again() {
        let timeline = timeline(&[(1, "a"), (5, "c"), (9, "b"), (12, "c")], &[], None);
        assert_eq!(timeline.left(1), Some(date(2026, 5, 12)));
        assert_eq!(timeline.first_reached(2), Some(date(2026, 5, 5)));
        assert_eq!(timeline.current(2, None).map(|it| it.entered), Some(date(2026, 5, 12)));
    }

    #[test]
    fn a_stage_that_the_workflow_has_not_is_a_visit_of_no_place() {
        let timeline = timeline(&[(1, "a"), (5, "old"), (9, "c")], &[], None);
        assert_eq!(shown(&timeline), ["a 1-5", "old 5-9", "c 9-"]);
        assert_eq!((timeline.left(0), timeline.first_reached(1)), (timeline.left(1), timeline.left(0)));
        assert_eq!(timeline.left(0), Some(date(2026, 5, 9)));
    }

    #[test]
    fn an_ending_ends_the_visit_and_reopening_starts_another() {
        let on = [(1, "a"), (5, "c"), (6, "c"), (9, "lost"), (10, "lost"), (20, "open"), (20, "c")];
        assert_eq!(told(&on), ["a 1-5", "c 5-9 lost", "c 20-"], "the clock starts anew");
        assert_eq!(told(&[(1, "c"), (9, "lost"), (9, "open"), (9, "b")]), ["c 1-9 lost", "b 9-"]);
        let elsewhere = [(1, "c"), (9, "lost"), (25, "open"), (25, "b")];
        assert_eq!(told(&elsewhere), ["c 1-9 lost", "b 25-"], "opened again elsewhere is one stay");
    }

    #[test]
    fn what_is_closed_goes_nowhere() {
        assert_eq!(told(&[(1, "a"), (9, "lost"), (12, "b")]), ["a 1-9", "b 9-9 lost"], "it ended there");
        assert_eq!(told(&[(1, "a"), (9, "lost"), (12, "b"), (13, "a")]), ["a 1-9 lost"], "a slip");
        assert_eq!(told(&[(9, "lost"), (12, "b")]), ["b 9-9 lost"], "all that is known");
        let opened = [(1, "a"), (9, "lost"), (12, "b"), (14, "open")];
        assert_eq!(told(&opened), ["a 1-9 lost", "b 14-"], "it came there when it was opened");
        assert_eq!(told(&[(1, "b"), (9, "won"), (12, "c")]), ["b 1-9", "c 9-9 won"]);
    }

    #[test]
    fn work_after_the_sale_goes_on() {
        assert_eq!(told(&[(1, "c"), (9, "won"), (12, "d")]), ["c 1-9 won", "d 12-"]);
        assert_eq!(told(&[(1, "d"), (9, "won")]), ["d 1- won"]);
        let done = timeline(&[(1, "c"), (9, "won"), (12, "d")], &[], Some(20));
        assert_eq!(shown(&done), ["c 1-9 won", "d 12-20"]);
    }

    #[test]
    fn what_is_deleted_and_put_back_begins_anew() {
        let away = |what: &[(i8, &str)]| shown(&timeline(what, &[(5, 10)], None));
        assert_eq!(away(&[(1, "a")]), ["a 1-5", "a 10-"]);
        assert_eq!(away(&[(1, "a"), (7, "b"), (10, "c")]), ["a 1-5", "c 10-"], "as it came back");
        assert_eq!(away(&[(1, "a"), (7, "lost")]), ["a 1-5", "a 10-10 lost"]);
        assert_eq!(away(&[(1, "a"), (3, "lost")]), ["a 1-3 lost"]);
        assert_eq!(away(&[(1, "a"), (3, "lost"), (10, "open")]), ["a 1-3 lost", "a 10-"]);
        assert_eq!(away(&[(1, "a"), (3, "lost"), (7, "won"), (7, "b")]), ["a 1-3 lost", "b 10-10 won"]);
        assert_eq!(away(&[(1, "c"), (2, "won"), (3, "d")]), ["c 1-2 won", "d 3-5", "d 10-"]);
    }
}
