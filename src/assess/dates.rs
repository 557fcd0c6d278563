//! Whether stage dates come from commits where deals do not write them, and what is reported when nothing dates a deal.

use std::path::Path;

use super::workspace::{Selection, Workspace};
use crate::finding::wording::Count;
use crate::finding::{Code, Finding};
use crate::history::{ApprovalProof, CommitSource, Past};
use crate::snapshot::git::{Commit, GitFailure, Repository};
use crate::source::names::is_yaml;
use crate::workspace::ApprovalPolicy;

impl Workspace<'_> {
    /// The same with the commits of a folder, or those that led to one commit, for the dates that deals do not tell
    /// themselves; with the repository, where that is open already.
    pub fn with_past(self, root: &Path, repository: Option<Repository>, at: Option<Commit>) -> Self {
        let past = Past::of(CommitSource { repository, at, ..self.setting(root) });
        Self { past, ..self }
    }

    /// The same without commits: what only these prove is not proved then.
    pub fn without_past(self) -> Self {
        let past =
            if self.config.approvals == ApprovalPolicy::Off { Past::left_out() } else { Past::unproven() };
        Self { past, ..self }
    }

    /// The same with commits that were read before, where they are those that would be read.
    pub fn with_known(self, past: Past) -> Self {
        if past.is_of(&self.past) { Self { past, ..self } } else { self }
    }

    /// The same with the commits that led to an earlier one of a line that is known already.
    pub fn with_past_of(self, past: &Past, commit: &Commit) -> Result<Self, GitFailure> {
        let past = past
            .as_of(commit, |later| CommitSource { zone: later.zone.clone(), ..self.setting(&later.root) })?;
        Ok(Self { past, ..self })
    }

    /// The same with what the log of a later moment tells already, where that was read and this moment lies in its line.
    pub fn in_line_with(self, later: &Workspace<'_>) -> Self {
        Self { past: self.past.in_line_with(&later.past), ..self }
    }

    fn setting(&self, root: &Path) -> CommitSource {
        let proof = match self.config.approvals {
            ApprovalPolicy::Off => ApprovalProof::Off,
            ApprovalPolicy::Authored => ApprovalProof::Authored,
            ApprovalPolicy::Signed => ApprovalProof::Signed,
        };
        CommitSource {
            root: root.to_owned(),
            repository: None,
            at: None,
            folder: self.config.deals.clone(),
            files: None,
            file_size: self.config.limits.file_size,
            zone: self.config.timezone.clone(),
            proof,
            trusted: self.rules_of.clone(),
            today: self.today,
        }
    }

    /// The same where nothing but a selection is going to be judged, so that git need not tell of the rest.
    pub fn for_only(self, selection: &Selection) -> Self {
        match selection {
            Selection::Paths(paths) if paths.iter().all(|path| is_yaml(path)) => {
                Self { past: self.past.only(paths), ..self }
            }
            _ => self,
        }
    }
}

/// That deals were judged without dates, told once for all of them.
pub(super) fn history_missing(past: &Past, untold: usize, trouble: Option<&GitFailure>) -> Option<Finding> {
    if untold == 0 {
        return None;
    }
    let (why, how) = match trouble {
        Some(trouble) => (trouble.to_string(), trouble.hint()),
        None if past.is_shallow() => (
            "only the latest commits are here".to_owned(),
            Some("fetch the others: `git fetch --unshallow` (in CI: `fetch-depth: 0`)"),
        ),
        None => ("these files lie outside the deals folder, or in a submodule".to_owned(), None),
    };
    let verb = if untold == 1 { "is" } else { "are" };
    let message =
        format!("{} {verb} judged without dates that git cannot tell: {why}", Count(untold, "deal"));
    let ways = match past.proof() {
        ApprovalProof::Off => "write `history` entries, or leave git out with `--no-history`",
        // Without git nothing is proved.
        _ => "write `history` entries for the dates",
    };
    let help = how.map_or_else(|| ways.to_owned(), |how| format!("{how}; or {ways}"));
    Some(Finding::new(Code::HistoryMissing, message).help(help))
}
