//! What commits say of one deal, as data.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

use super::backdated::BackdatedEntry;
use super::file_terms::FileTerms;
use super::proof::Origin;
use super::version::CommittedVersion;
use crate::snapshot::git::Revision;

/// What commits tell of one deal.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GitHistory {
    /// What the deal said, from which day on, oldest first; only where something changed. Files on disk that differ
    /// from the last commit count as of today.
    pub facts: Vec<(Date, FileTerms)>,
    /// Where each of them was written; `None`: in no commit yet.
    pub written: Vec<Option<Written>>,
    /// What it said before the first of them, where a shallow clone was cut off: nobody knows since when.
    pub before: Option<FileTerms>,
    /// The day of the commit at which a shallow clone was cut off and which has the deal: it was there by then.
    pub cut: Option<Date>,
    /// Whether the first of them is the file's beginning, rather than where a shallow clone was cut off.
    pub whole: bool,
    /// The day of the file's first commit, where that is known.
    pub first_commit: Option<Date>,
    /// When its file was not there, oldest first.
    pub absences: Vec<Absence>,
    /// Entries of `history` that were written later than the first commit.
    pub late: Vec<BackdatedEntry>,
    /// Where entries of `done` and `waivers` come from, by key and id, as far as that was asked and can be told.
    pub origins: BTreeMap<(&'static str, String), Origin>,
}

impl GitHistory {
    /// Where an entry comes from.
    pub fn origin(&self, key: &'static str, id: &str) -> Option<&Origin> {
        self.origins.get(&(key, id.to_owned()))
    }
}

/// That a file was not there for a while.
#[derive(Clone, Debug, PartialEq)]
pub struct Absence {
    /// The day it was deleted.
    pub from: Date,
    /// The day it was put back; one that is not put back yet is away until today.
    pub until: Date,
    /// Where it was before.
    pub(super) deleted: Written,
    /// Where it was put back.
    pub(super) restored: Option<Written>,
}

/// When a file was not there between its versions, which come newest first. What was put back on its day never went.
pub(super) fn absences(versions: &[CommittedVersion<'_>], today: Date) -> Vec<Absence> {
    let mut absences: Vec<Absence> = Vec::new();
    let mut is_away = false;
    for version in versions.iter().rev() {
        let goes = version.root.is_none() && !version.unreadable;
        let written = || Written { revision: Arc::clone(&version.revision), path: Arc::clone(&version.path) };
        match (goes, absences.last_mut().filter(|_| is_away)) {
            (true, None) => {
                let from = version.day;
                absences.push(Absence { from, until: today, deleted: written(), restored: None });
            }
            (false, Some(last)) => (last.until, last.restored) = (version.day, Some(written())),
            _ => {}
        }
        is_away = goes;
    }
    absences.retain(|absence| absence.from < absence.until);
    absences
}

/// Where a version of a deal's file was written.
#[derive(Clone, Debug, PartialEq)]
pub struct Written {
    /// The commit of the line.
    pub revision: Arc<Revision>,
    /// The path that the file had then.
    pub path: Arc<str>,
}
