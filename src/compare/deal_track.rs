//! One deal from one moment to another: both ends as they are, and the changes its history tells in between.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::pricing::Pricing;
use super::state::{Closing, DealState};
use crate::deal::Money;
use crate::deal::record::Ending;
use crate::history::{Dated, Hold, TermHistory, TrackedFields};

/// What a deal became on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrackStep {
    /// The day.
    pub day: Date,
    /// The day whose rate counts: a deal may have begun, or ended, before anybody noted it.
    pub priced: Date,
    /// Its terms from then on; `None`: it is gone.
    pub terms: Option<Arc<TrackedFields>>,
}

/// The way of a deal from one moment to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DealTrack {
    /// The deal's id.
    pub deal: Arc<str>,
    /// Its terms at the start; `None`: it was not there.
    pub start: Option<Arc<TrackedFields>>,
    /// Its terms before its file was deleted, where it was not there at the start and was before.
    pub earlier: Option<Box<TrackedFields>>,
    /// What it became, oldest first; the last is how it stands at the end.
    pub steps: Vec<TrackStep>,
}

impl DealTrack {
    /// The way between two states of a deal at the ends of two days.
    ///
    /// What neither `history` nor a commit dates happened on the day of the deal's outcome, where there is one, else on the last
    /// day: a deal that is lost takes its last amount with it.
    pub fn between(before: Option<&DealState>, after: Option<&DealState>, from: Date, to: Date) -> Self {
        let named = before.map_or_else(|| "".into(), |state| Arc::clone(&state.id));
        match after {
            Some(after) => Self { deal: Arc::clone(&after.id), ..Self::along(before, after, from, to) },
            None => Self {
                deal: named,
                start: before.map(|state| Arc::clone(&state.terms)),
                earlier: None,
                steps: vec![TrackStep { day: to, priced: to, terms: None }],
            },
        }
    }

    /// The way of a deal that commits know, and whose file was deleted between two days; it may have come after the
    /// first.
    pub fn of_gone(before: Option<&DealState>, gone: &DeletedDeal, from: Date, to: Date) -> Self {
        let removed = gone.removed.clamp(from, to);
        let mut track = Self::along(before, &gone.state, from, removed);
        // At the end of that day it is not there: that its hold was over would be no news.
        track.steps.pop();
        track.steps.push(TrackStep { day: removed, priced: removed, terms: None });
        Self { deal: Arc::clone(&before.unwrap_or(&gone.state).id), ..track }
    }

    /// The way to how a deal stands on the last day.
    fn along(before: Option<&DealState>, last: &DealState, from: Date, to: Date) -> Self {
        let term_history = &last.term_history;
        let start = before.map(|state| Arc::clone(&state.terms));
        let mut absences = term_history.absences.iter().copied().filter(|(_, back)| from <= *back);
        let around = absences.next().filter(|(away, _)| start.is_none() && *away <= from);
        let earlier = around.and_then(|(away, _)| term_history.before_leaving(away)).map(Box::new);
        // Most deals do nothing but stand there at the end.
        let mut walk = TrackWalk { last, from, to, ending: None, steps: Vec::with_capacity(1) };
        let (since, terms) = match (&start, around) {
            (Some(start), _) => (from, TrackedFields::clone(start)),
            (None, Some((_, back))) => {
                walk.ending = earlier.as_ref().and_then(|earlier| earlier.ending);
                walk.come(back.clamp(from, to), back)
            }
            (None, None) => {
                let first = term_history.ending.values.first().map(|(day, _)| *day);
                let begun =
                    term_history.born.into_iter().chain(first).chain(last.ended).min().unwrap_or(to).min(to);
                walk.come(begun.clamp(from, to), begun)
            }
        };
        walk.ending = terms.ending;
        walk.follow(terms, since);
        Self { deal: Arc::clone(&last.id), start, earlier, steps: walk.steps }
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
    pub fn end(&self) -> Option<&TrackedFields> {
        self.steps.last().map_or(self.start.as_deref(), |step| step.terms.as_deref())
    }

    /// Whether its file was there, and was deleted, be it for a while.
    pub fn goes(&self) -> bool {
        self.steps.iter().any(|step| step.terms.is_none())
    }

    /// Whether its file is gone at the end.
    pub fn is_gone(&self) -> bool {
        self.steps.last().is_some_and(|step| step.terms.is_none())
    }

    /// Whether it had ended and was open again, or ended otherwise, while its file was there.
    pub fn reopens(&self) -> bool {
        let mut before = self.start.as_ref().and_then(|start| start.ending);
        self.steps.iter().any(|step| {
            let ending = step.terms.as_ref().and_then(|terms| terms.ending);
            let was = std::mem::replace(&mut before, ending);
            step.terms.is_some() && was.is_some() && was != ending
        })
    }

    /// Whether its file was deleted, and put back since the start.
    pub fn comes_back(&self) -> bool {
        let went = self.steps.iter().position(|step| step.terms.is_none());
        let is_back = |went: usize| self.steps[went..].iter().any(|step| step.terms.is_some());
        self.earlier.is_some() || went.is_some_and(is_back)
    }

    /// Whether it came to an ending: it had not ended so when it was last there, or was something else since.
    pub fn ends(&self, ending: Ending) -> bool {
        let is_other = |terms: &TrackedFields| terms.ending != Some(ending);
        let had = self.start.as_deref().or(self.earlier.as_deref());
        had.is_none_or(is_other) || self.steps.iter().filter_map(|step| step.terms.as_deref()).any(is_other)
    }
}

/// A deal whose file was deleted, as commits know it.
#[derive(Clone, Debug)]
pub struct DeletedDeal {
    /// The id it had at the earlier moment; `None`: it was not there.
    pub was: Option<Arc<str>>,
    /// How it stood last.
    pub state: DealState,
    /// The day its file was deleted.
    pub removed: Date,
}

/// A deal at the end of a day, as its `history` alone tells of it; `now` is the day on which it stands as its file says.
///
/// `None`: it was not there yet. How it stood with its requirements is not told.
pub(crate) fn state_at(state: &DealState, day: Date, now: Date) -> Option<DealState> {
    if day >= now {
        return Some(state.clone());
    }
    let terms = state.term_history.at(day)?;
    Some(DealState {
        ended: state.term_history.ended(day),
        // What the file says of an ending is about its last one.
        closing: if terms.ending == state.terms.ending { state.closing.clone() } else { Closing::default() },
        history: state.history.iter().filter(|change| change.date <= day).cloned().collect(),
        requirements: Vec::new(),
        waivers: Vec::new(),
        terms: Arc::new(terms),
        ..state.clone()
    })
}

/// Follows a deal from day to day.
struct TrackWalk<'a> {
    last: &'a DealState,
    from: Date,
    to: Date,
    /// How it had ended before the step that is made.
    ending: Option<Ending>,
    steps: Vec<TrackStep>,
}

impl TrackWalk<'_> {
    /// Terms to keep: mostly those of the end.
    fn shared(&self, terms: &TrackedFields) -> Arc<TrackedFields> {
        if *terms == *self.last.terms { Arc::clone(&self.last.terms) } else { Arc::new(terms.clone()) }
    }

    /// Its file comes, or comes back: what had not ended so before is open before it ends, on that day too.
    fn come(&mut self, day: Date, begun: Date) -> (Date, TrackedFields) {
        let term_history = &self.last.term_history;
        let terms = term_history.at(day).unwrap_or_else(|| TrackedFields::clone(&self.last.terms));
        if terms.ending.is_some() && self.ending != terms.ending {
            self.steps.push(TrackStep {
                day,
                priced: begun,
                terms: Some(self.shared(&TrackedFields { ending: None, ..terms.clone() })),
            });
            let priced = term_history.ended(day).unwrap_or(day);
            self.steps.push(TrackStep { day, priced, terms: Some(self.shared(&terms)) });
        } else {
            self.steps.push(TrackStep { day, priced: begun, terms: Some(self.shared(&terms)) });
        }
        (day, terms)
    }

    fn follow(&mut self, mut terms: TrackedFields, since: Date) {
        let (term_history, end) = (&self.last.term_history, &self.last.terms);
        let ended = self.last.ended.filter(|_| end.ending.is_some());
        let span =
            DaySpan { since, to: self.to, rest: ended.map_or(self.to, |day| day.clamp(self.from, self.to)) };
        let changes = FieldChanges::of(span, term_history, &terms, end);
        let mut endings: BTreeMap<Date, Vec<Option<Ending>>> = BTreeMap::new();
        for (day, ending) in span.values(&term_history.ending, &terms.ending, &end.ending) {
            endings.entry(day).or_default().push(ending);
        }
        let holds = std::iter::once(terms.hold).chain(changes.holds.iter().map(|(_, hold)| *hold));
        let absences: Vec<_> =
            term_history.absences.iter().filter(|(away, back)| since < *back && *away <= self.to).collect();
        let away = absences.iter().flat_map(|(away, back)| [*away.max(&since), *back]);
        let days: BTreeSet<Date> = changes
            .days()
            .chain(endings.keys().copied())
            .chain(holds.flat_map(bounds).filter(|day| since < *day && *day < self.to))
            .chain(away.filter(|day| *day <= self.to))
            .collect();
        for day in days {
            changes.apply(&mut terms, day);
            let told = endings.get(&day).map(Vec::as_slice).unwrap_or_default();
            let is_away = absences.iter().any(|(away, back)| *away <= day && day < *back);
            let is_back = absences.iter().any(|(_, back)| *back == day);
            if is_away {
                terms.ending = told.last().copied().unwrap_or(terms.ending);
                if self.steps.last().is_none_or(|step| step.terms.is_some()) {
                    self.steps.push(TrackStep { day, priced: day, terms: None });
                }
                continue;
            }
            let is = told.last().copied().unwrap_or(terms.ending);
            let ended_away = is_back && is.is_some() && self.ending.is_none();
            let told = if ended_away {
                &[None, is]
            } else if told.is_empty() {
                &[is]
            } else {
                told
            };
            for ending in told {
                let is_new = ending.is_some() && *ending != self.ending;
                let priced = ended.filter(|ended| is_new && *ended <= day).unwrap_or(day);
                (terms.ending, self.ending) = (*ending, *ending);
                self.steps.push(TrackStep { day, priced, terms: Some(self.shared(&terms)) });
            }
        }
        // What is still open is looked at once more on the last day: rates change on days on which deals do not.
        self.steps.push(TrackStep { day: self.to, priced: self.to, terms: Some(Arc::clone(end)) });
    }
}

/// The days on which a hold begins, and is over.
fn bounds(hold: Option<Hold>) -> impl Iterator<Item = Date> {
    let (from, until) = hold.unwrap_or_default();
    from.into_iter().chain(until.and_then(|until| until.tomorrow().ok()))
}

/// The days between two moments, and the one that takes what has no day of its own.
#[derive(Clone, Copy)]
struct DaySpan {
    since: Date,
    to: Date,
    rest: Date,
}

impl DaySpan {
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

/// What a deal's fields became, and when; its endings apart, of which a day may have several.
struct FieldChanges {
    stages: Vec<(Date, Option<Arc<str>>)>,
    amounts: Vec<(Date, Option<Money>)>,
    closes: Vec<(Date, Option<Date>)>,
    owners: Vec<(Date, Option<Arc<str>>)>,
    holds: Vec<(Date, Option<Hold>)>,
}

impl FieldChanges {
    fn of(span: DaySpan, term_history: &TermHistory, start: &TrackedFields, end: &TrackedFields) -> Self {
        Self {
            stages: span.values(&term_history.stage, &start.stage, &end.stage),
            amounts: span.values(&term_history.amount, &start.amount, &end.amount),
            closes: span.values(&term_history.close_date, &start.close_date, &end.close_date),
            owners: span.values(&term_history.owner, &start.owner, &end.owner),
            holds: span.values(&term_history.hold, &start.hold, &end.hold),
        }
    }

    fn days(&self) -> impl Iterator<Item = Date> {
        dates(&self.stages)
            .chain(dates(&self.amounts))
            .chain(dates(&self.closes))
            .chain(dates(&self.owners))
            .chain(dates(&self.holds))
    }

    /// Gives the fields what they became on a day.
    fn apply(&self, terms: &mut TrackedFields, day: Date) {
        set(&mut terms.stage, &self.stages, day);
        set(&mut terms.amount, &self.amounts, day);
        set(&mut terms.close_date, &self.closes, day);
        set(&mut terms.owner, &self.owners, day);
        set(&mut terms.hold, &self.holds, day);
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
