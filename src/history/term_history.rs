//! The tracked fields of a deal over time: the value of each on every day, from the deal's own entries and from
//! commits.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::file_terms::FileTerms;
use super::git_history::GitHistory;
use super::series::{self, Dated, Series};
use super::terms::{HistoryEntry, Hold, TrackedFields, tracked_fields};
use crate::deal::record::Ending;
use crate::deal::{Deal, Money};

macro_rules! over_time {
    ($($(#[$doc:meta])* $term:ident $field:ident: $type:ty, $key:literal $title:literal,
        |$deal:ident| $of_deal:expr, |$file:ident| $of_file:expr, |$sources:ident| $over_time:expr,
        |$value:ident| $written:expr;)*) => {
        /// The tracked fields of a deal over time. Where its own entries and commits both speak of one of them, its entries win.
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct TermHistory {
            /// The first day of which anything is known; `None`: nothing tells a day.
            pub born: Option<Date>,
            /// The day it came into being; `None`: what is known begins later, as with an outcome's own day, or where a
            /// shallow clone was cut off.
            pub begun: Option<Date>,
            /// Whether it had ended when it was first seen, so that nobody knows when it began.
            pub begins_ended: bool,
            /// From when until when its file was not there, oldest first; on the second day it was put back.
            pub absences: Vec<(Date, Date)>,
            /// The day on which the work after the sale was done, as its file says.
            pub completed: Option<Date>,
            $($(#[$doc])* pub $field: Dated<Option<$type>>),*
        }

        impl TermHistory {
            /// Each field over time, and nothing else.
            fn of_fields(sources: &TermSources<'_>) -> Self {
                Self { $($field: { let $sources = sources; $over_time },)* ..Self::default() }
            }

            /// The fields at the end of a day, whether or not the deal was there.
            fn fields_at(&self, day: Date) -> TrackedFields {
                TrackedFields { $($field: self.$field.at(day).clone()),* }
            }

            /// The fields before anything that is told: nothing, or what a cut-off clone begins with.
            pub fn before(&self) -> TrackedFields {
                TrackedFields { $($field: self.$field.before.clone()),* }
            }

            /// The days on which a field became something, or was told again.
            fn days_of_fields(&self) -> impl Iterator<Item = Date> {
                std::iter::empty()$(.chain(self.$field.days()))*
            }
        }
    };
}
tracked_fields!(over_time);

impl TermHistory {
    /// The way of a deal as far as its file, and commits where they were asked, tell it.
    pub fn of(deal: &Deal<'_>, git_history: Option<&GitHistory>) -> Self {
        let opened = deal.opened().map(|opened| opened.value);
        let completed = deal.completed().map(|completed| completed.value);
        Self {
            completed,
            ..Self::together(&HistoryEntry::all(deal), git_history, &FileTerms::of(deal), opened)
        }
    }

    /// The same from what was read: its entries, oldest first, what commits tell, what it says now, and `opened`.
    ///
    /// What nothing ever dates is taken to have been as it is now. What entries speak of only later was not known
    /// before; what commits begin with was so before, too: the file was written on that day, the deal may be older.
    pub fn together(
        entries: &[HistoryEntry],
        git_history: Option<&GitHistory>,
        now: &FileTerms,
        opened: Option<Date>,
    ) -> Self {
        let sources = TermSources::of(entries, git_history, &now.terms, now.ended);
        let before = sources.before;
        let whole = git_history
            .filter(|git_history| git_history.whole)
            .and_then(|git_history| git_history.facts.first());
        let committed = whole.map(|(day, _)| *day);
        // What entries tell of later days is no beginning of what was there already.
        let cut = git_history.and_then(|git_history| git_history.cut);
        let early = entries.iter().map(|entry| entry.date).filter(|day| cut.is_none_or(|cut| *day <= cut));
        let first_day = early.chain(opened).chain(committed).min();
        // To have ended is no beginning, nor is what is told of a deal that was there already.
        let told_first = entries.iter().filter(|entry| before.is_none() && !entry.only_ends());
        let written = whole.filter(|(_, facts)| facts.terms.ending.is_none());
        let begun = told_first.map(|entry| entry.date).chain(opened).chain(written.and(committed)).min();
        let of_fields = Self::of_fields(&sources);
        let ending = &of_fields.ending;
        // What is opened again was there before, and so was what a clone was cut off from while it was open.
        let was_open = before.is_some_and(|before| before.terms.ending.is_none());
        let was_there = was_open || ending.values.first().is_some_and(|(_, ending)| ending.is_none());
        let first_known = first_day.into_iter().chain(now.ended).chain(ending.days().min()).min();
        let born = first_known.filter(|born| !was_there || first_day == Some(*born));
        Self {
            born,
            begun: begun.filter(|begun| born == Some(*begun)),
            begins_ended: sources.begins_ended(ending, opened),
            absences: absences(git_history),
            ..of_fields
        }
    }

    /// Whether it tells nothing of the time from the end of one day to that of another.
    pub fn is_silent(&self, from: Date, to: Date) -> bool {
        self.absences.is_empty() && !self.days_of_fields().any(|day| from < day && day <= to)
    }

    /// Since when it is not there at the end of a day, when its file was deleted and put back later.
    pub fn away_since(&self, day: Date) -> Option<Date> {
        let around = self.absences.iter().find(|(from, until)| *from <= day && day < *until);
        around.map(|(from, _)| *from)
    }

    /// The terms that held at the end of a day; `None`: the deal was not there yet, or its file was deleted for a while.
    pub fn at(&self, day: Date) -> Option<TrackedFields> {
        self.before_leaving(day).filter(|_| self.away_since(day).is_none())
    }

    /// The terms at the end of a day, as if its file had not been deleted by then.
    pub fn before_leaving(&self, day: Date) -> Option<TrackedFields> {
        self.born.is_none_or(|born| born <= day).then(|| self.fields_at(day))
    }

    /// The days on which something became other than it was, or was told again.
    pub fn days(&self) -> BTreeSet<Date> {
        let back = self.absences.iter().flat_map(|(from, until)| [*from, *until]);
        self.days_of_fields().chain(self.born).chain(back).collect()
    }

    /// The whole way from the first day that is known: the terms from each day on on which something changed.
    pub fn steps(&self) -> impl Iterator<Item = (Date, TrackedFields)> {
        self.days().into_iter().filter_map(|day| Some((day, self.at(day)?)))
    }

    /// The day on which it ended as it stands at the end of a day; `None`: it is open then, or nobody knows the day.
    pub fn ended(&self, day: Date) -> Option<Date> {
        let last = self.ending.values.iter().rev().find(|(date, _)| *date <= day);
        last.filter(|(_, ending)| ending.is_some()).map(|(date, _)| *date)
    }
}

/// All that tells of a deal's terms over time, and how it becomes one account.
pub(super) struct TermSources<'t> {
    entries: &'t [HistoryEntry],
    commits: &'t [(Date, FileTerms)],
    /// The terms that commits begin with.
    first: Option<&'t TrackedFields>,
    /// What a shallow clone was cut off from.
    before: Option<&'t FileTerms>,
    /// On which day.
    cut: Option<Date>,
    now: &'t TrackedFields,
    /// The outcome's own date.
    ended: Option<Date>,
}

impl<'t> TermSources<'t> {
    /// Its entries, oldest first, what commits tell, and what it says now.
    pub(super) fn of(
        entries: &'t [HistoryEntry],
        git_history: Option<&'t GitHistory>,
        now: &'t TrackedFields,
        ended: Option<Date>,
    ) -> Self {
        let commits = git_history.map(|git_history| git_history.facts.as_slice()).unwrap_or_default();
        let before = git_history.and_then(|git_history| git_history.before.as_ref());
        let first = before.or_else(|| Some(&commits.first()?.1)).map(|first| &first.terms);
        let cut = git_history.and_then(|git_history| git_history.cut);
        Self { entries, commits, first, before, cut, now, ended }
    }

    fn dated<T: Clone + Default + PartialEq>(
        &self,
        entry: impl Fn(&HistoryEntry) -> Option<T>,
        term: impl Fn(&TrackedFields) -> &T,
    ) -> Dated<T> {
        let own: Series<T> =
            self.entries.iter().filter_map(|change| Some((change.date, entry(change)?))).collect();
        let commits: Series<T> =
            self.commits.iter().map(|(day, facts)| (*day, term(&facts.terms).clone())).collect();
        // Of the time before later entries, what a clone was cut off from tells.
        let is_early = |day: &Date| self.cut.is_none_or(|cut| *day <= cut);
        let earliest = own.first().map(|(day, _)| *day).filter(is_early);
        let values = series::merge(own, commits);
        let from_entries = values.first().is_some_and(|(day, _)| earliest.is_some_and(|own| own <= *day));
        let before = match self.first {
            _ if from_entries => T::default(),
            Some(first) => term(first).clone(),
            None => term(self.now).clone(),
        };
        Dated { before, values }
    }

    /// What is written without a stage is of a deal whose stage is not known, not of one that left it.
    pub(super) fn stage(&self) -> Dated<Option<Arc<str>>> {
        let stage = self.dated(|entry| entry.stage.clone().map(Some), |terms| &terms.stage);
        if self.commits.is_empty() {
            return stage;
        }
        let own = self.entries.iter().filter_map(|change| Some((change.date, Some(change.stage.clone()?))));
        let commits =
            self.commits.iter().filter_map(|(day, facts)| Some((*day, Some(facts.terms.stage.clone()?))));
        Dated { values: series::merge(own.collect(), commits.collect()), ..stage }
    }

    /// Whether the first that is known of it is that it had ended.
    pub(super) fn begins_ended(&self, ending: &Dated<Option<Ending>>, opened: Option<Date>) -> bool {
        let Some((ended, Some(_))) = ending.values.first() else { return false };
        let entries = self.entries.iter().filter(|entry| !entry.only_ends()).map(|entry| entry.date);
        let was_open = |facts: &TrackedFields| facts.ending.is_none();
        !self.first.is_some_and(was_open) && !entries.chain(opened).any(|day| day <= *ended)
    }

    /// The outcome's own date goes before the commit's, and what a commit says of the time after it does not hold.
    pub(super) fn ending(&self) -> Dated<Option<Ending>> {
        let own = self.entries.iter().filter_map(|entry| {
            let closing = entry.ending?.map(|ending| (ending, Some(entry.date)));
            Some((entry.date, closing))
        });
        let closing = |facts: &FileTerms| facts.terms.ending.map(|ending| (ending, facts.ended));
        let before = self.before.and_then(|before| Some((closing(before)?.1?, closing(before))));
        let mut commits: Series<Option<DatedEnding>> = before.into_iter().collect();
        for (day, facts) in self.commits {
            let day = facts.ended.unwrap_or(*day);
            while commits.last().is_some_and(|(later, _)| *later > day) {
                commits.pop();
            }
            commits.push((day, closing(facts)));
        }
        // Until something ends it, a deal is open.
        let opened_first = self.before.is_none_or(|before| before.terms.ending.is_none());
        let mut statements = series::merge_after(opened_first.then_some(None), own.collect(), commits);
        if let (Some(ending), Some(day)) = (self.now.ending, self.ended) {
            // It ended as its file says: what is said of the time after that does not hold either.
            while statements.pop_if(|(_, last)| last.is_some_and(|(last, _)| last == ending)).is_some() {}
            statements.retain(|(later, _)| *later <= day);
            statements.push((day, Some((ending, Some(day)))));
        }
        let values = closings(statements);
        let cut = self.before.filter(|_| values.first().is_some_and(|(_, first)| first.is_none()));
        let undated = if values.is_empty() { self.first.unwrap_or(self.now).ending } else { None };
        Dated { before: cut.map_or(undated, |before| before.terms.ending), values }
    }
}

/// How a deal ended, and on which day, as far as that is said.
type DatedEnding = (Ending, Option<Date>);

/// What the statements of how a deal ended come to. That it ended otherwise than it had, it can only have been open in
/// between; that it ended on another day corrects the day.
fn closings(statements: Series<Option<DatedEnding>>) -> Series<Option<Ending>> {
    let mut found: Series<Option<Ending>> = Vec::with_capacity(statements.len());
    for (day, closing) in statements {
        let is_dated = closing.is_none_or(|(_, date)| date.is_some());
        let ending = closing.map(|(ending, _)| ending);
        match found.last().copied() {
            Some((_, last)) if last == ending && !is_dated => continue,
            Some((since, Some(last))) if ending == Some(last) || (ending.is_some() && since == day) => {
                found.pop();
            }
            Some((_, Some(_))) if ending.is_some() => found.push((day, None)),
            _ => {}
        }
        found.push((day, ending));
    }
    found
}

/// From when until when a file was not there.
pub(super) fn absences(git_history: Option<&GitHistory>) -> Vec<(Date, Date)> {
    let absences = git_history.map(|git_history| git_history.absences.as_slice()).unwrap_or_default();
    absences.iter().map(|absence| (absence.from, absence.until)).collect()
}
