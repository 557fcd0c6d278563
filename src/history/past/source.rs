//! Where the commits of a workspace come from.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::OnceLock;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::history::file_track::Tracks;
use crate::history::past::renames;
use crate::history::proof::ApprovalProof;
use crate::snapshot::git::{Commit, GitFailure, Identities, Index, Line, Log, LogScope, Merged, Repository};
use crate::source::paths;

/// Every commit of a line and its time, newest first.
type Commits = OnceLock<Result<Line, GitFailure>>;

/// Where the commits of a workspace are, and how to read them.
#[derive(Clone, Debug)]
pub struct CommitSource {
    /// The folder of the workspace.
    pub root: PathBuf,
    /// The repository that it is in; `None`: nobody has opened it yet.
    pub repository: Option<Repository>,
    /// The commit at which the workspace is looked at; `None`: its files on disk.
    pub at: Option<Commit>,
    /// The folder of the deals.
    pub folder: String,
    /// The files that are asked about; `None`: all in that folder.
    pub files: Option<BTreeSet<String>>,
    /// The most that is read of a file, in bytes.
    pub file_size: usize,
    /// In which days are counted.
    pub zone: TimeZone,
    /// How approvals must be proved.
    pub proof: ApprovalProof,
    /// The commit whose mailmap and keys say who is who; `None`: the files on disk.
    pub trusted: Option<String>,
    /// The day it is.
    pub today: Date,
}

impl CommitSource {
    /// Whether another one is the same, of files on disk.
    pub(super) fn is_as(&self, other: &Self) -> bool {
        // The repository is that of the root.
        let Self { root, repository: _, at, folder, files, file_size, zone, proof, trusted, today } = self;
        at.is_none()
            && other.at.is_none()
            && (root, folder, files) == (&other.root, &other.folder, &other.files)
            && (file_size, zone, proof) == (&other.file_size, &other.zone, &other.proof)
            && (trusted, today) == (&other.trusted, &other.today)
    }

    /// The folder of the deals, and files elsewhere that are asked about.
    fn scope(&self) -> LogScope {
        let files = self.files.iter().flatten();
        let outside = files.filter(|file| paths::below(&self.folder, file).is_none()).cloned();
        let places = std::iter::once(self.folder.clone()).chain(outside).collect();
        LogScope { places, files: self.files.clone() }
    }
}

/// The first-parent line that leads to the workspace as it is.
#[derive(Debug)]
pub(super) struct FirstParentLine {
    pub(super) repository: Repository,
    /// The most that is read of a file, in bytes.
    pub(super) file_size: usize,
    pub(super) from: Option<Commit>,
    pub(super) tracks: Tracks,
    /// What the log tells of.
    pub(super) scope: LogScope,
    pub(super) commits: Commits,
    pub(super) merged: OnceLock<Result<Merged, GitFailure>>,
    /// What git knows of the files on disk, where many of them are looked at.
    pub(super) index: OnceLock<Index>,
    pub(super) people: Identities,
}

impl FirstParentLine {
    pub(super) fn read(setting: &CommitSource) -> Result<Self, GitFailure> {
        let repository = match &setting.repository {
            Some(repository) => repository.clone(),
            None => Repository::open(&setting.root)?,
        };
        let from = match &setting.at {
            Some(commit) => Some(commit.clone()),
            None => repository.head()?,
        };
        let (log, commits) = match &from {
            // Nothing to ask about would mean everything to git.
            Some(from) if setting.files.as_ref().is_none_or(|files| !files.is_empty()) => {
                Self::log(&repository, from, setting)?
            }
            _ => (Log::default(), OnceLock::new()),
        };
        let people = repository.people(setting.trusted.as_deref());
        let (scope, tracks) = (log.scope, Tracks::of(log.revisions));
        let tracks = match &setting.files {
            Some(files) => tracks.only(files),
            None => tracks,
        };
        let (merged, index) = (OnceLock::new(), OnceLock::new());
        let file_size = setting.file_size;
        Ok(Self { repository, file_size, from, tracks, scope, commits, merged, index, people })
    }

    /// What was committed, at the times that the whole line gives it.
    fn log(
        repository: &Repository,
        from: &Commit,
        setting: &CommitSource,
    ) -> Result<(Log, Commits), GitFailure> {
        let commits = repository.line(from)?;
        let mut log = repository.log(from, setting.scope())?;
        let times: BTreeMap<&str, Timestamp> =
            commits.iter().map(|(id, time)| (id.as_str(), *time)).collect();
        for revision in &mut log.revisions {
            revision.time = times.get(revision.id.as_ref()).copied().unwrap_or(revision.time);
        }
        let revisions = log.revisions.iter_mut().collect();
        renames::take_apart(revisions, repository.objects(), setting.file_size)?;
        Ok((log, OnceLock::from(Ok(commits))))
    }

    /// What its merges brought in; `None` before the first commit.
    pub(super) fn merged(&self) -> Result<Option<&Merged>, GitFailure> {
        let Some(from) = &self.from else { return Ok(None) };
        let read = || {
            let mut merged = self.repository.merged(from, &self.scope)?;
            let revisions = merged.by_merge.values_mut().flat_map(BTreeMap::values_mut).collect();
            renames::take_apart(revisions, self.repository.objects(), self.file_size)?;
            Ok(merged)
        };
        let merged = self.merged.get_or_init(read);
        merged.as_ref().map(Some).map_err(Clone::clone)
    }
}
