//! The way of a deal from one moment to another: both ends as they are, and between them what its course tells.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{Closing, DealState, Pricing, Terms};
use crate::history::{Course, Dated};
use crate::workflow::Workflow;

/// What a deal became on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The day.
    pub day: Date,
    /// Its terms from then on; `None`: it is gone.
    pub terms: Option<Terms>,
    /// The day of the closing itself, where it was noted later.
    pub closed: Option<Date>,
}

/// The way of a deal from one moment to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Track {
    /// The deal's id.
    pub deal: Arc<str>,
    /// Its terms at the start; `None`: it was not there.
    pub start: Option<Terms>,
    /// What it became, oldest first; the last is how it stands at the end.
    pub steps: Vec<Step>,
}

impl Track {
    /// The way between two states of a deal at the ends of two days.
    ///
    /// What neither `history` nor a commit dates happened on the day of the deal's outcome, where there is one, else on the last
    /// day: a deal that is lost takes its last amount with it.
    #[must_use]
    pub fn between(before: Option<&DealState>, after: Option<&DealState>, from: Date, to: Date) -> Self {
        let start = before.map(|state| state.terms.clone());
        let steps = match after {
            Some(after) => steps(start.as_ref(), &after.course, (&after.terms, after.ended), from, to),
            None => vec![Step { day: to, terms: None, closed: None }],
        };
        let named = after.or(before);
        Self { deal: named.map_or_else(|| "".into(), |state| Arc::clone(&state.id)), start, steps }
    }

    /// The way of a deal that commits know, and whose file was deleted between two days; it may have come after the
    /// first.
    #[must_use]
    pub fn of_gone(before: Option<&DealState>, gone: &Lost, from: Date, to: Date) -> Self {
        let start = before.map(|state| state.terms.clone());
        let removed = gone.removed.clamp(from, to);
        let end = gone.course.at(removed).or_else(|| start.clone()).unwrap_or_default();
        let ended = gone.course.ended(removed);
        let mut steps = steps(start.as_ref(), &gone.course, (&end, ended), from, removed);
        steps.push(Step { day: removed, terms: None, closed: None });
        Self { deal: Arc::clone(&gone.id), start, steps }
    }

    /// Its id and what it was worth on the day it came; `None`: it was there before.
    pub(super) fn came(&self, pricing: &Pricing) -> Option<(Arc<str>, Option<Decimal>)> {
        let first = self.steps.first().filter(|_| self.start.is_none())?;
        let price = pricing.price(first.terms.as_ref()?.amount, first.day);
        Some((Arc::clone(&self.deal), price))
    }

    /// Its id and what the changes of its amount were worth together, each on its day; `None`: it came since.
    pub(super) fn grew(&self, pricing: &Pricing) -> Option<(Arc<str>, Option<Decimal>)> {
        let mut amount = self.start.as_ref()?.amount;
        let mut by = Some(Decimal::ZERO);
        for step in &self.steps {
            let Some(terms) = step.terms.as_ref().filter(|terms| terms.amount != amount) else { continue };
            let change = pricing.price(terms.amount, step.day).zip(pricing.price(amount, step.day));
            by = by.zip(change).map(|(by, (to, from))| by + to - from);
            amount = terms.amount;
        }
        Some((Arc::clone(&self.deal), by))
    }

    /// Its terms at the end; `None`: it is gone, or never came.
    #[must_use]
    pub fn end(&self) -> Option<&Terms> {
        self.steps.last().map_or(self.start.as_ref(), |step| step.terms.as_ref())
    }
}

/// A deal whose file was deleted, as commits know it.
#[derive(Clone, Debug)]
pub struct Lost {
    /// The id it had last.
    pub id: Arc<str>,
    /// What people called it.
    pub name: Option<String>,
    /// The workflow that it would follow today.
    pub workflow: Arc<Workflow>,
    /// What its terms were when.
    pub course: Arc<Course>,
    /// The day its file was deleted.
    pub removed: Date,
}

/// A deal at the end of a day, as its `history` alone tells of it; `now` is the day on which it stands as its file says.
///
/// `None`: it was not there yet. How it stood with its requirements is not told.
#[must_use]
pub fn state_at(state: &DealState, day: Date, now: Date) -> Option<DealState> {
    if day >= now {
        return Some(state.clone());
    }
    let terms = state.course.at(day)?;
    Some(DealState {
        ended: state.course.ended(day),
        // What the file says of an ending is about its last one.
        closing: if terms.ending == state.terms.ending { state.closing.clone() } else { Closing::default() },
        history: state.history.iter().filter(|change| change.date <= day).cloned().collect(),
        requirements: Vec::new(),
        waivers: Vec::new(),
        terms,
        ..state.clone()
    })
}

fn steps(
    start: Option<&Terms>,
    course: &Course,
    (end, ended): (&Terms, Option<Date>),
    from: Date,
    to: Date,
) -> Vec<Step> {
    let mut steps = Vec::new();
    let ended = ended.filter(|_| end.ending.is_some());
    // Days of entries that tell what is known already are before the start.
    let mut since = from;
    let mut terms = if let Some(start) = start {
        start.clone()
    } else {
        // Where a clone was cut off, the first that is known of it may be how it ended.
        let first = course.ending.values.first().map(|(day, _)| *day);
        let born = course.born.into_iter().chain(first).chain(ended).min().unwrap_or(to).clamp(from, to);
        // A deal is opened before it ends, on its first day too.
        let ended_before = course.ending.values.iter().rev().find(|(date, _)| *date <= from);
        let ending = ended_before.and_then(|(_, ending)| *ending);
        let terms = Terms { ending, ..course.at(born).unwrap_or_default() };
        steps.push(Step { day: born, terms: Some(terms.clone()), closed: None });
        since = born;
        terms
    };
    let span = Span { since, to, rest: ended.map_or(to, |day| day.clamp(from, to)) };
    let stages = span.values(&course.stage, &terms.stage, &end.stage);
    let amounts = span.values(&course.amount, &terms.amount, &end.amount);
    let closes = span.values(&course.close_date, &terms.close_date, &end.close_date);
    let owners = span.values(&course.owner, &terms.owner, &end.owner);
    // A closing from before the start was noted after all else that is told since.
    let last = dates(&amounts).chain(dates(&closes)).chain(dates(&owners)).max();
    let noted = last.filter(|_| ended.is_some_and(|day| day <= from)).unwrap_or(span.rest);
    let endings = Span { since: from, rest: span.rest.max(noted), ..span }.values(
        &course.ending,
        &terms.ending,
        &end.ending,
    );

    let days: BTreeSet<Date> = dates(&stages)
        .chain(dates(&amounts))
        .chain(dates(&closes))
        .chain(dates(&owners))
        .chain(dates(&endings))
        .collect();
    for day in days {
        set(&mut terms.stage, &stages, day);
        set(&mut terms.amount, &amounts, day);
        set(&mut terms.close_date, &closes, day);
        set(&mut terms.owner, &owners, day);
        set(&mut terms.ending, &endings, day);
        let is_noted_late = |ended: &Date| *ended < day && terms.ending == end.ending;
        steps.push(Step { day, closed: ended.filter(is_noted_late), terms: Some(terms.clone()) });
    }
    // What is still open is looked at once more on the last day: rates change on days on which deals do not.
    steps.push(Step { day: to, terms: Some(end.clone()), closed: ended });
    steps
}

/// The days between two moments, and the one that takes what has no day of its own.
#[derive(Clone, Copy)]
struct Span {
    since: Date,
    to: Date,
    rest: Date,
}

impl Span {
    /// What one of a deal's terms became after the first day, ending with what it is at the end.
    fn values<T: Clone + PartialEq>(self, told: &Dated<T>, start: &T, end: &T) -> Vec<(Date, T)> {
        let inside = |date: Date| self.since < date && date <= self.to;
        let mut values: Vec<_> = told.values.iter().filter(|(date, _)| inside(*date)).cloned().collect();
        let last = values.last();
        if last.map_or(start, |(_, value)| value) != end {
            let day = last.map_or(self.rest, |(date, _)| self.rest.max(*date));
            values.push((day, end.clone()));
        }
        values
    }
}

fn dates<T>(values: &[(Date, T)]) -> impl Iterator<Item = Date> + '_ {
    values.iter().map(|(date, _)| *date)
}

fn set<T: Clone>(term: &mut T, values: &[(Date, T)], day: Date) {
    if let Some((_, value)) = values.iter().rev().find(|(date, _)| *date == day) {
        *term = value.clone();
    }
}
