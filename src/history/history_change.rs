//! The changes of a deal one by one: which field changed on which day, and the source that says so.

use std::sync::Arc;

use jiff::civil::Date;

use super::file_terms::FileTerms;
use super::git_history::{GitHistory, Written};
use super::past::Past;
use super::term_history::TermHistory;
use super::terms::{HistoryEntry, Term, TrackedFields};
use crate::deal::reader::DealReadContext;
use crate::snapshot::git::Revision;

/// Something of a deal that became other than it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HistoryChange {
    /// The day.
    pub day: Date,
    /// What of it.
    pub what: ChangedField,
    /// What it was, as it would be written; `None`: nothing, or not known.
    pub before: Option<String>,
    /// What it became.
    pub after: Option<String>,
    /// Who says so.
    pub source: ChangeSource,
}

/// What of a deal changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ChangedField {
    /// One of its terms.
    Term(Term),
    /// Its file: where it is, or that it is nowhere any more.
    File,
}

impl ChangedField {
    /// The key that it has in a deal's file, or `file`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Term(term) => term.name(),
            Self::File => "file",
        }
    }
}

/// Who says that something changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ChangeSource {
    /// An entry of the deal's `history`.
    Entry,
    /// A version of its file: its position in what commits tell; of a file that was deleted or put back, the position of
    /// the time it was away.
    Version(usize),
    /// The file as it stands, which is in no commit.
    File,
}

impl HistoryChange {
    /// The turns of a course, by day; those of one day in the order of the terms. What it began with is told on its
    /// first day, but not that it was open, nor a stage that something dates only later: visits begin there, too.
    pub(crate) fn all(
        term_history: &TermHistory,
        entries: &[HistoryEntry],
        git_history: Option<&GitHistory>,
    ) -> Vec<Self> {
        let mut history_changes: Vec<Self> = Vec::new();
        let days = term_history.days();
        // What a clone was cut off from began nobody knows when.
        let is_known = git_history.is_some_and(|git_history| git_history.before.is_some());
        let is_cut = term_history.born.is_none() || is_known;
        let first_stage = term_history.stage.values.first().map(|(day, _)| *day);
        let mut before = if is_cut { term_history.before() } else { TrackedFields::default() };
        for day in days {
            history_changes.extend(git_history.into_iter().flat_map(|git_history| of_file(git_history, day)));
            let Some(mut terms) = term_history.at(day) else { continue };
            if !is_cut && first_stage.is_some_and(|first| day < first) {
                terms.stage = None;
            }
            for &term in Term::ALL {
                let (mut was, is) = (before.written(term), terms.written(term));
                if was == is && term != Term::Outcome {
                    continue;
                }
                let by = |value: Option<&str>| source(term, day, value, entries, git_history);
                let said = by(is.as_deref());
                let steps =
                    if term == Term::Outcome && was == is { outcomes(term_history, day) } else { vec![is] };
                for after in steps {
                    if was == after {
                        continue;
                    }
                    // What nobody says of a day on which a deal ended as it had is said by who closed it again.
                    let source = match by(after.as_deref()) {
                        ChangeSource::Entry => ChangeSource::Entry,
                        _ => said,
                    };
                    // That a deal was open before it came goes without saying.
                    let is_told =
                        is_known || history_changes.iter().any(|history_change| history_change.day < day);
                    let before = std::mem::replace(&mut was, after.clone()).filter(|_| is_told);
                    history_changes.push(Self { day, what: ChangedField::Term(term), before, after, source });
                }
            }
            before = terms;
        }
        history_changes
    }

    /// The commit that made it; where it cannot be found out who made what a merge brought, the merge. `None`: no
    /// commit says so.
    pub(crate) fn commit(
        &self,
        git_history: Option<&GitHistory>,
        past: &Past,
        reading: DealReadContext<'_>,
    ) -> Option<Arc<Revision>> {
        let ChangeSource::Version(at) = self.source else { return None };
        let ChangedField::Term(term) = self.what else {
            let absence = git_history?.absences.get(at)?;
            let written =
                if self.after.is_none() { Some(&absence.deleted) } else { absence.restored.as_ref() };
            return written.map(|written| Arc::clone(&written.revision));
        };
        let (facts, written) = (&git_history?.facts.get(at)?.1, git_history?.written.get(at)?.as_ref()?);
        let says = |then: &FileTerms| then.terms.written(term) == facts.terms.written(term);
        let found = past.wrote(written, reading, says);
        Some(found.unwrap_or_else(|_| Arc::clone(&written.revision)))
    }
}

/// The outcomes of a day one after another: a deal that is opened and won again on one day is at its end what it was.
fn outcomes(term_history: &TermHistory, day: Date) -> Vec<Option<String>> {
    let of_day = term_history.ending.values.iter().filter(|(date, _)| *date == day);
    of_day
        .map(|(_, ending)| {
            TrackedFields { ending: *ending, ..TrackedFields::default() }.written(Term::Outcome)
        })
        .collect()
}

/// That its file was deleted on a day, or put back.
fn of_file(git_history: &GitHistory, day: Date) -> impl Iterator<Item = HistoryChange> {
    let file = |written: &Written| Some(written.path.to_string());
    git_history
        .absences
        .iter()
        .enumerate()
        .flat_map(move |(at, absence)| {
            let (what, back) = (ChangedField::File, absence.restored.as_ref());
            let source = if back.is_some() { ChangeSource::Version(at) } else { ChangeSource::File };
            let went = HistoryChange {
                day,
                what,
                before: file(&absence.deleted),
                after: None,
                source: ChangeSource::Version(at),
            };
            let came = HistoryChange {
                day,
                what,
                before: None,
                after: file(back.unwrap_or(&absence.deleted)),
                source,
            };
            [went, came].into_iter().zip([absence.from, absence.until])
        })
        .filter(move |(_, when)| *when == day)
        .map(|(history_change, _)| history_change)
}

fn source(
    term: Term,
    day: Date,
    value: Option<&str>,
    entries: &[HistoryEntry],
    git_history: Option<&GitHistory>,
) -> ChangeSource {
    let says = |terms: &TrackedFields| terms.written(term).as_deref() == value;
    // They are in the order of their days.
    let of_day = entries[entries.partition_point(|entry| entry.date < day)..].iter();
    let mut of_day = of_day.take_while(|entry| entry.date == day);
    if of_day.any(|entry| entry.speaks_of(term) && says(&entry.terms())) {
        return ChangeSource::Entry;
    }
    let versions = git_history.map(|git_history| git_history.facts.as_slice()).unwrap_or_default();
    let is_of_day = |(since, facts): &(Date, FileTerms)| *since == day || facts.ended == Some(day);
    let of_day = versions.iter().position(|version| is_of_day(version) && says(&version.1.terms));
    // What it began with may be older than the first version.
    let found = of_day.or_else(|| versions.iter().position(|(_, facts)| says(&facts.terms)));
    found.map_or(ChangeSource::File, ChangeSource::Version)
}
