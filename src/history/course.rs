//! The whole way of a deal: what each of its terms became, on which day, from its own entries and from commits.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::file_terms::FileTerms;
use super::from_commits::FromCommits;
use super::series::{self, Dated, Series};
use super::terms::{Entry, Hold, Terms};
use crate::deal::record::Ending;
use crate::deal::{Deal, Money};

/// The whole way of a deal. Where its own entries and commits both speak of one of its terms, its entries win.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Course {
    /// The first day of which anything is known; `None`: nothing tells a day.
    pub born: Option<Date>,
    /// The day it came into being; `None`: what is known begins later, as with an outcome's own day, or where a
    /// shallow clone was cut off.
    pub begun: Option<Date>,
    /// From when until when its file was not there, oldest first; on the second day it was put back.
    pub absences: Vec<(Date, Date)>,
    /// The day on which the work after the sale was done, as its file says.
    pub completed: Option<Date>,
    /// Stages, by their ids.
    pub stage: Dated<Option<Arc<str>>>,
    /// How it ended and was opened again.
    pub ending: Dated<Option<Ending>>,
    /// Amounts.
    pub amount: Dated<Option<Money>>,
    /// Expected close dates.
    pub close_date: Dated<Option<Date>>,
    /// Owners.
    pub owner: Dated<Option<Arc<str>>>,
    /// Its own probability.
    pub probability: Dated<Option<Decimal>>,
    /// Its own category.
    pub category: Dated<Option<Arc<str>>>,
    /// That it waits.
    pub hold: Dated<Option<Hold>>,
}

impl Course {
    /// The way of a deal as far as its file, and commits where they were asked, tell it.
    #[must_use]
    pub fn of(deal: &Deal<'_>, told: Option<&FromCommits>) -> Self {
        let opened = deal.opened().map(|opened| opened.value);
        let completed = deal.completed().map(|completed| completed.value);
        Self { completed, ..Self::together(&Entry::all(deal), told, &FileTerms::of(deal), opened) }
    }

    /// The same from what was read: its entries, oldest first, what commits tell, what it says now, and `opened`.
    ///
    /// What nothing ever dates is taken to have been as it is now. What entries speak of only later was not known
    /// before; what commits begin with was so before, too: the file was written on that day, the deal may be older.
    #[must_use]
    pub fn together(
        entries: &[Entry],
        told: Option<&FromCommits>,
        now: &FileTerms,
        opened: Option<Date>,
    ) -> Self {
        let sources = Sources::of(entries, told, &now.terms, now.ended);
        let before = sources.before;
        let whole = told.filter(|told| told.whole).and_then(|told| Some((told, told.facts.first()?)));
        let committed = whole.map(|(_, (day, _))| *day);
        let first_day = entries.iter().map(|entry| entry.date).chain(opened).chain(committed).min();
        // To have ended is no beginning, nor is what is told of a deal that was there already.
        let told_first = entries.iter().filter(|entry| before.is_none() && !entry.only_ends());
        let written =
            whole.filter(|(told, (day, facts))| facts.ended != Some(*day) || told.first_commit == Some(*day));
        let begun = told_first.map(|entry| entry.date).chain(opened).chain(written.and(committed)).min();
        let ending = sources.ending();
        // What is opened again was there before, and so was what a clone was cut off from while it was open.
        let was_open = before.is_some_and(|before| before.terms.ending.is_none());
        let was_there = was_open || ending.values.first().is_some_and(|(_, ending)| ending.is_none());
        let first_known = first_day.into_iter().chain(now.ended).chain(ending.days().min()).min();
        let born = first_known.filter(|born| !was_there || first_day == Some(*born));
        Self {
            born,
            begun: begun.filter(|begun| born == Some(*begun)),
            absences: told.map(|told| told.absences.clone()).unwrap_or_default(),
            completed: None,
            stage: sources.stage(),
            ending,
            amount: sources.dated(|entry| entry.amount.map(Some), |terms| &terms.amount),
            close_date: sources.dated(|entry| entry.close_date.map(Some), |terms| &terms.close_date),
            owner: sources.dated(|entry| entry.owner.clone().map(Some), |terms| &terms.owner),
            probability: sources.dated(|_| None, |terms| &terms.probability),
            category: sources.dated(|_| None, |terms| &terms.category),
            hold: sources.dated(|_| None, |terms| &terms.hold),
        }
    }

    /// Since when it is not there at the end of a day, when its file was deleted and put back later.
    #[must_use]
    pub fn away_since(&self, day: Date) -> Option<Date> {
        let around = self.absences.iter().find(|(from, until)| *from <= day && day < *until);
        around.map(|(from, _)| *from)
    }

    /// The terms that held at the end of a day; `None`: the deal was not there yet, or its file was deleted for a while.
    #[must_use]
    pub fn at(&self, day: Date) -> Option<Terms> {
        if self.born.is_some_and(|born| day < born) || self.away_since(day).is_some() {
            return None;
        }
        Some(Terms {
            stage: self.stage.at(day).clone(),
            ending: *self.ending.at(day),
            amount: *self.amount.at(day),
            close_date: *self.close_date.at(day),
            owner: self.owner.at(day).clone(),
            probability: *self.probability.at(day),
            category: self.category.at(day).clone(),
            hold: *self.hold.at(day),
        })
    }

    /// The terms before anything that is told: nothing, or what a cut-off clone begins with.
    #[must_use]
    pub fn before(&self) -> Terms {
        Terms {
            stage: self.stage.before.clone(),
            ending: self.ending.before,
            amount: self.amount.before,
            close_date: self.close_date.before,
            owner: self.owner.before.clone(),
            probability: self.probability.before,
            category: self.category.before.clone(),
            hold: self.hold.before,
        }
    }

    /// The days on which something became other than it was, or was told again.
    #[must_use]
    pub fn days(&self) -> BTreeSet<Date> {
        let texts = self.stage.days().chain(self.owner.days()).chain(self.category.days());
        let plain = self.ending.days().chain(self.amount.days()).chain(self.close_date.days());
        let back = self.absences.iter().map(|(_, until)| *until);
        let rest = self.probability.days().chain(self.hold.days()).chain(self.born).chain(back);
        texts.chain(plain).chain(rest).collect()
    }

    /// The whole way from the first day that is known: the terms from each day on on which something changed.
    pub fn steps(&self) -> impl Iterator<Item = (Date, Terms)> {
        self.days().into_iter().filter_map(|day| Some((day, self.at(day)?)))
    }

    /// The day on which it ended as it stands at the end of a day; `None`: it is open then, or nobody knows the day.
    #[must_use]
    pub fn ended(&self, day: Date) -> Option<Date> {
        let told = self.ending.values.iter().rev().find(|(date, _)| *date <= day);
        told.filter(|(_, ending)| ending.is_some()).map(|(date, _)| *date)
    }
}

/// All that tells of a deal's terms over time, and how it becomes one account.
pub(super) struct Sources<'t> {
    entries: &'t [Entry],
    commits: &'t [(Date, FileTerms)],
    /// The terms that commits begin with.
    first: Option<&'t Terms>,
    /// What a shallow clone was cut off from.
    before: Option<&'t FileTerms>,
    now: &'t Terms,
    /// The outcome's own date.
    ended: Option<Date>,
}

impl<'t> Sources<'t> {
    /// Its entries, oldest first, what commits tell, and what it says now.
    pub(super) fn of(
        entries: &'t [Entry],
        told: Option<&'t FromCommits>,
        now: &'t Terms,
        ended: Option<Date>,
    ) -> Self {
        let commits = told.map(|told| told.facts.as_slice()).unwrap_or_default();
        let before = told.and_then(|told| told.before.as_ref());
        let first = before.or_else(|| Some(&commits.first()?.1)).map(|first| &first.terms);
        Self { entries, commits, first, before, now, ended }
    }

    fn dated<T: Clone + Default + PartialEq>(
        &self,
        entry: impl Fn(&Entry) -> Option<T>,
        term: impl Fn(&Terms) -> &T,
    ) -> Dated<T> {
        let own: Series<T> =
            self.entries.iter().filter_map(|change| Some((change.date, entry(change)?))).collect();
        let commits: Series<T> =
            self.commits.iter().map(|(day, facts)| (*day, term(&facts.terms).clone())).collect();
        self.joined(own, commits, term)
    }

    fn joined<T: Clone + Default + PartialEq>(
        &self,
        own: Series<T>,
        commits: Series<T>,
        term: impl Fn(&Terms) -> &T,
    ) -> Dated<T> {
        let earliest = own.first().map(|(day, _)| *day);
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

    /// The outcome's own date goes before the commit's, and what a commit says of the time after it does not hold.
    pub(super) fn ending(&self) -> Dated<Option<Ending>> {
        let own: Series<_> =
            self.entries.iter().filter_map(|change| Some((change.date, change.ending?))).collect();
        let dated = |facts: &FileTerms| facts.terms.ending.and(facts.ended);
        let before = self.before.and_then(|before| Some((dated(before)?, before.terms.ending)));
        let mut commits: Series<Option<Ending>> = before.into_iter().collect();
        for (day, facts) in self.commits {
            let day = facts.ended.unwrap_or(*day);
            while commits.last().is_some_and(|(later, _)| *later > day) {
                commits.pop();
            }
            commits.push((day, facts.terms.ending));
        }
        let mut dated = self.joined(own, commits, |terms| &terms.ending);
        if let (Some(ending), Some(day)) = (self.now.ending, self.ended)
            && dated.values.last().is_none_or(|(_, last)| *last != Some(ending))
        {
            // It ended as its file says: what an entry says of the time after that does not hold either.
            dated.values.retain(|(later, _)| *later <= day);
            if dated.values.last().is_none_or(|(_, last)| *last != Some(ending)) {
                dated.values.push((day, Some(ending)));
            }
        }
        if let Some((_, first)) = dated.values.first() {
            // Until something ends it, a deal is open; that it had ended is known where a clone was cut off.
            let opened_again = self.before.filter(|_| first.is_none());
            dated.before = opened_again.and_then(|before| before.terms.ending);
        }
        dated
    }
}
