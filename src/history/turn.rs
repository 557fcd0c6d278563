//! The turns of a deal's way one by one: what of it changed on which day, and who says so.

use std::sync::Arc;

use jiff::civil::Date;

use super::course::Course;
use super::facts::Facts;
use super::past::Past;
use super::terms::{Change, TERM_KEYS, Terms};
use super::told::Told;
use crate::deal::reader::Reading;
use crate::snapshot::git::Revision;

/// Something of a deal that became other than it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    /// The day.
    pub day: Date,
    /// What, as the deal's file calls it.
    pub key: &'static str,
    /// What it was, as it would be written; `None`: nothing, or not known.
    pub before: Option<String>,
    /// What it became.
    pub after: Option<String>,
    /// Who says so.
    pub source: Source,
}

/// Who says that something changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// An entry of the deal's `history`.
    Entry,
    /// A version of its file: its position in what commits tell.
    Version(usize),
    /// The file as it stands, which is in no commit.
    File,
}

impl Turn {
    /// The turns of a course, by day; those of one day in the order of the keys. What it began with is told on its
    /// first day, but not that it was open, nor a stage that something dates only later: visits begin there, too.
    #[must_use]
    pub fn all(course: &Course, entries: &[Change], told: Option<&Told>) -> Vec<Self> {
        let mut turns: Vec<Self> = Vec::new();
        let days = course.days();
        // What a clone was cut off from began nobody knows when.
        let is_known = told.is_some_and(|told| told.before.is_some());
        let is_cut = course.born.is_none() || is_known;
        let first_stage = course.stage.values.first().map(|(day, _)| *day);
        let mut before = if is_cut { course.before() } else { Terms::default() };
        for day in days {
            let Some(mut terms) = course.at(day) else { continue };
            if !is_cut && first_stage.is_some_and(|first| day < first) {
                terms.stage = None;
            }
            for key in TERM_KEYS {
                let (was, is) = (before.written(key), terms.written(key));
                if was == is {
                    continue;
                }
                let source = source(key, day, is.as_deref(), entries, told);
                // That a deal was open before it came goes without saying.
                let before = was.filter(|_| is_known || turns.iter().any(|turn| turn.day < day));
                turns.push(Self { day, key, before, after: is, source });
            }
            before = terms;
        }
        turns
    }

    /// The commit that made it; where it cannot be found out who made what a merge brought, the merge. `None`: no
    /// commit says so.
    #[must_use]
    pub fn commit(&self, told: Option<&Told>, past: &Past, reading: Reading<'_>) -> Option<Arc<Revision>> {
        let Source::Version(at) = self.source else { return None };
        let (facts, written) = (&told?.facts.get(at)?.1, told?.written.get(at)?.as_ref()?);
        let says = |then: &Facts| then.terms.written(self.key) == facts.terms.written(self.key);
        let found = past.wrote(written, reading, says);
        Some(found.unwrap_or_else(|_| Arc::clone(&written.revision)))
    }
}

fn source(key: &str, day: Date, value: Option<&str>, entries: &[Change], told: Option<&Told>) -> Source {
    let says = |terms: &Terms| terms.written(key).as_deref() == value;
    let of_day = entries.iter().filter(|entry| entry.date == day);
    if of_day.into_iter().any(|entry| entry.speaks_of(key) && says(&entry.terms())) {
        return Source::Entry;
    }
    let versions = told.map(|told| told.facts.as_slice()).unwrap_or_default();
    let is_of_day = |(since, facts): &(Date, Facts)| *since == day || facts.ended == Some(day);
    let of_day = versions.iter().position(|version| is_of_day(version) && says(&version.1.terms));
    // What it began with may be older than the first version.
    let found = of_day.or_else(|| versions.iter().position(|(_, facts)| says(&facts.terms)));
    found.map_or(Source::File, Source::Version)
}
