//! The commits of a workspace, asked only for deals that need them: one log for all, contents deal by deal.

mod commit_reader;
mod line;
mod merged;
mod origin;
mod reader;
mod renames;
mod search;
mod source;
mod submodule;
mod versions;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use super::file_track::{FileCommit, Tracks};
use super::git_history::GitHistory;
use super::proof::ApprovalProof;
use crate::deal::Deal;
use crate::deal::reader::DealReadContext;
use crate::snapshot::git::{Commit, GitFailure, Repository};
use crate::source::SourceFile;
use reader::CommitReader;
pub(crate) use source::CommitSource;
use source::FirstParentLine;

/// What commits can be asked.
#[derive(Debug, Default)]
pub struct Past {
    setting: Option<CommitSource>,
    /// How approvals must be proved where commits are left out.
    proof: ApprovalProof,
    line: OnceLock<Result<FirstParentLine, GitFailure>>,
    /// How many deals were announced, and how many asked.
    announced: AtomicUsize,
    asked: AtomicUsize,
    /// The commits of other repositories within the workspace's, by their roots.
    inner: Mutex<BTreeMap<PathBuf, Arc<Past>>>,
}

impl Past {
    /// Leaves commits out.
    pub fn left_out() -> Self {
        Self::default()
    }

    /// Leaves commits out though approvals must be proved by them.
    pub fn unproven() -> Self {
        Self { proof: ApprovalProof::LeftOut, ..Self::default() }
    }

    /// The commits of a workspace. Git is not started before something is asked.
    pub fn of(setting: CommitSource) -> Self {
        Self { setting: Some(setting), ..Self::default() }
    }

    /// The same for deals in a few files, of which less has to be read: no other deal may be asked about.
    pub fn only(self, files: &[String]) -> Self {
        let files = Some(files.iter().cloned().collect());
        let setting = self.setting.map(|setting| CommitSource { files, ..setting });
        Self { setting, proof: self.proof, ..Self::default() }
    }

    /// Whether it asks what another one would, of files on disk: the same folder, to the same ends, on the same day.
    pub fn is_of(&self, other: &Self) -> bool {
        self.setting.as_ref().zip(other.setting.as_ref()).is_some_and(|(own, other)| own.is_as(other))
    }

    /// Whether commits are left out.
    pub fn is_left_out(&self) -> bool {
        self.setting.is_none()
    }

    /// How approvals must be proved.
    pub fn proof(&self) -> ApprovalProof {
        self.setting.as_ref().map_or(self.proof, |setting| setting.proof)
    }

    /// Whether only the latest commits are here; false as long as nothing was asked.
    pub fn is_shallow(&self) -> bool {
        matches!(self.line.get(), Some(Ok(line)) if line.repository.is_shallow())
    }

    /// What every commit did to every file of the deals' folder.
    pub fn tracks(&self) -> Option<Result<&Tracks, &GitFailure>> {
        let setting = self.setting.as_ref()?;
        Some(self.line(setting).as_ref().map(|line| &line.tracks))
    }

    /// Says which deals may be asked about soon. Where most did ask so far, what they need is fetched together.
    pub fn expect(&self, files: &[String]) {
        let announced = self.announced.fetch_add(files.len(), Ordering::Relaxed);
        let many = self.asked.load(Ordering::Relaxed) * 2 > announced;
        let (Some(setting), Some(Ok(line))) = (&self.setting, self.line.get().filter(|_| many)) else {
            return;
        };
        let unknown = |file: &'_ String| {
            let steps = line.tracks.by_path.get(file)?;
            let known = steps.first().is_some_and(|newest| line.is_looked_at(setting, file, newest));
            Some(&steps[usize::from(known)..])
        };
        let steps = files.iter().filter_map(unknown).flatten();
        let names: Vec<&str> = steps.filter_map(|step| step.content.as_deref()).collect();
        line.repository.objects().expect(&names, line.file_size);
    }

    /// What commits tell of a deal; `None` when they are left out. Entries of `done` and `waivers` named in `asked` are
    /// looked for, by key and id.
    pub fn git_history(
        &self,
        file: &SourceFile,
        deal: &Deal<'_>,
        reading: DealReadContext<'_>,
        asked: &[(&'static str, &str)],
    ) -> Option<Result<GitHistory, GitFailure>> {
        let setting = self.setting.as_ref()?;
        self.asked.fetch_add(1, Ordering::Relaxed);
        let line = self.line(setting).as_ref().map_err(Clone::clone);
        Some(line.and_then(|line| {
            let track = line.tracks.by_path.get(file.path().as_ref());
            if track.is_none()
                && let Some(told) = self.tell_of_inner(setting, file, deal, reading, asked)
            {
                return Ok(told);
            }
            let steps = track.map(Vec::as_slice).unwrap_or_default();
            CommitReader { setting, line, reading }.read(steps, file, deal, asked)
        }))
    }

    /// The same along a track: that of a deal that is gone, whose path may be another's by now.
    pub fn git_history_along(
        &self,
        track: &[FileCommit],
        file: &SourceFile,
        deal: &Deal<'_>,
        reading: DealReadContext<'_>,
    ) -> Option<Result<GitHistory, GitFailure>> {
        let setting = self.setting.as_ref()?;
        let line = self.line(setting).as_ref().map_err(Clone::clone);
        Some(line.and_then(|line| CommitReader { setting, line, reading }.read(track, file, deal, &[])))
    }

    /// Where each file went, commit by commit, between two of them.
    pub fn tracks_between(
        repository: &Repository,
        (base, head): (&Commit, &Commit),
        places: &[String],
        file_size: usize,
    ) -> Result<Tracks, GitFailure> {
        let mut revisions = repository.commits_between(base, head, places)?;
        renames::take_apart(revisions.iter_mut().collect(), repository.objects(), file_size)?;
        Ok(Tracks::of(revisions))
    }

    /// Nothing in here runs on the pool of workers, so that whoever waits for the log cannot be asked to read it.
    fn line(&self, setting: &CommitSource) -> &Result<FirstParentLine, GitFailure> {
        self.line.get_or_init(|| FirstParentLine::read(setting))
    }
}
