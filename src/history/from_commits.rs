//! What commits tell of one deal.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

use super::file_terms::FileTerms;
use super::proof::Origin;
use crate::snapshot::git::Revision;
use crate::source::Span;
use crate::syntax::Node;

/// What commits tell of one deal.
#[derive(Clone, Debug, Default)]
pub struct FromCommits {
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
    /// From when until when its file was not there, oldest first: on the second day it was put back.
    pub absences: Vec<(Date, Date)>,
    /// Entries of `history` that were written later than the first commit.
    pub late: Vec<Late>,
    /// Where entries of `done` and `waivers` come from, by key and id, as far as that was asked and can be told.
    pub origins: BTreeMap<(&'static str, String), Origin>,
}

impl FromCommits {
    /// Where an entry comes from.
    #[must_use]
    pub fn origin(&self, key: &'static str, id: &str) -> Option<&Origin> {
        self.origins.get(&(key, id.to_owned()))
    }
}

/// An entry of `history` that was written later than the file's first commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Late {
    /// Where its day stands.
    pub span: Span,
    /// The day it claims.
    pub day: Date,
    /// The day it was committed, or today; `None`: nobody needs to know, because nothing must be proved.
    pub written: Option<Date>,
}

impl Late {
    /// Whether it claims an earlier day than its commit's where commits must prove what is said.
    #[must_use]
    pub fn is_unproven(&self) -> bool {
        self.written.is_some_and(|written| self.day < written)
    }
}

/// From when until when a file was not there between its versions, which come newest first; what is not put back yet is
/// away until today.
pub(super) fn absences(versions: &[Version<'_>], today: Date) -> Vec<(Date, Date)> {
    let mut absences = Vec::new();
    let mut away: Option<Date> = None;
    let mut latest = Date::MIN;
    for version in versions.iter().rev() {
        latest = latest.max(version.day);
        if version.root.is_none() && !version.unreadable {
            away.get_or_insert(latest);
        } else if let Some(from) = away.take() {
            absences.push((from, latest));
        }
    }
    absences.extend(away.map(|from| (from, today)));
    absences.retain(|(from, until)| from < until);
    absences
}

/// Where a version of a deal's file was written.
#[derive(Clone, Debug)]
pub struct Written {
    /// The commit of the line.
    pub revision: Arc<Revision>,
    /// The path that the file had then.
    pub path: Arc<str>,
}

/// A deal's file as a commit left it.
pub(super) struct Version<'t> {
    pub(super) revision: Arc<Revision>,
    pub(super) day: Date,
    pub(super) path: Arc<str>,
    /// `None`: it was deleted, or nothing can be made of it.
    pub(super) root: Option<&'t Node<'t>>,
    pub(super) unreadable: bool,
}
