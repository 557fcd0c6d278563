//! The commits of a workspace, asked only for deals that need them: one log for all, contents deal by deal.

mod brought;
mod commit_reader;
mod line;
mod origin;
mod successor;
mod versions;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::from_commits::GitHistory;
use super::proof::ApprovalProof;
use super::track::{FileCommit, Tracks};
use crate::deal::Deal;
use crate::deal::reader::DealReadContext;
use crate::snapshot::git::{Commit, Identities, Index, Log, LogScope, Merged, Repository, Trouble};
use crate::source::{SourceFile, paths};
use commit_reader::CommitReader;

/// What commits can be asked.
#[derive(Debug, Default)]
pub struct Past {
    setting: Option<CommitSource>,
    /// How approvals must be proved where commits are left out.
    proof: ApprovalProof,
    line: OnceLock<Result<FirstParentLine, Trouble>>,
    /// How many deals were announced, and how many asked.
    announced: AtomicUsize,
    asked: AtomicUsize,
}

/// Where the commits of a workspace are, and how to read them.
#[derive(Clone, Debug)]
pub struct CommitSource {
    /// The folder of the workspace.
    pub root: PathBuf,
    /// The commit at which the workspace is looked at; `None`: its files on disk.
    pub at: Option<(Repository, Commit)>,
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
    /// The folder of the deals, and files elsewhere that are asked about.
    fn scope(&self) -> LogScope {
        let files = self.files.iter().flatten();
        let outside = files.filter(|file| paths::below(&self.folder, file).is_none()).cloned();
        let places = std::iter::once(self.folder.clone()).chain(outside).collect();
        LogScope { places, files: self.files.clone() }
    }
}

/// Every commit of a line and its time, newest first.
type Commits = OnceLock<Result<Vec<(String, Timestamp)>, Trouble>>;

/// The first-parent line that leads to the workspace as it is.
#[derive(Debug)]
struct FirstParentLine {
    repository: Repository,
    /// The most that is read of a file, in bytes.
    file_size: usize,
    from: Option<Commit>,
    tracks: Tracks,
    /// What the log tells of.
    scope: LogScope,
    commits: Commits,
    merged: OnceLock<Result<Merged, Trouble>>,
    /// What git knows of the files on disk, where many of them are looked at.
    index: OnceLock<Index>,
    people: Identities,
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
    pub fn tracks(&self) -> Option<Result<&Tracks, &Trouble>> {
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
    pub fn tell(
        &self,
        file: &SourceFile,
        deal: &Deal<'_>,
        reading: DealReadContext<'_>,
        asked: &[(&'static str, &str)],
    ) -> Option<Result<GitHistory, Trouble>> {
        let setting = self.setting.as_ref()?;
        self.asked.fetch_add(1, Ordering::Relaxed);
        let line = self.line(setting).as_ref().map_err(Clone::clone);
        Some(line.and_then(|line| {
            let track = line.tracks.by_path.get(file.path().as_ref());
            let steps = track.map(Vec::as_slice).unwrap_or_default();
            CommitReader { setting, line, reading }.tell(steps, file, deal, asked)
        }))
    }

    /// The same along a track: that of a deal that is gone, whose path may be another's by now.
    pub fn tell_along(
        &self,
        track: &[FileCommit],
        file: &SourceFile,
        deal: &Deal<'_>,
        reading: DealReadContext<'_>,
    ) -> Option<Result<GitHistory, Trouble>> {
        let setting = self.setting.as_ref()?;
        let line = self.line(setting).as_ref().map_err(Clone::clone);
        Some(line.and_then(|line| CommitReader { setting, line, reading }.tell(track, file, deal, &[])))
    }

    /// Where each file went, commit by commit, between two of them.
    pub fn tracks_between(
        repository: &Repository,
        (base, head): (&Commit, &Commit),
        places: &[String],
        file_size: usize,
    ) -> Result<Tracks, Trouble> {
        let mut revisions = repository.commits_between(base, head, places)?;
        successor::take_apart(&mut revisions, repository.objects(), file_size)?;
        Ok(Tracks::of(revisions))
    }

    /// Nothing in here runs on the pool of workers, so that whoever waits for the log cannot be asked to read it.
    fn line(&self, setting: &CommitSource) -> &Result<FirstParentLine, Trouble> {
        self.line.get_or_init(|| FirstParentLine::read(setting))
    }
}

impl FirstParentLine {
    fn read(setting: &CommitSource) -> Result<Self, Trouble> {
        let (repository, from) = if let Some((repository, commit)) = &setting.at {
            (repository.clone(), Some(commit.clone()))
        } else {
            let repository = Repository::open(&setting.root)?;
            let head = repository.head()?;
            (repository, head)
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
        let (merged, index) = (OnceLock::new(), OnceLock::new());
        let file_size = setting.file_size;
        Ok(Self { repository, file_size, from, tracks, scope, commits, merged, index, people })
    }

    /// What was committed, at the times that the whole line gives it; both are asked for at once.
    fn log(
        repository: &Repository,
        from: &Commit,
        setting: &CommitSource,
    ) -> Result<(Log, Commits), Trouble> {
        let (log, commits) = std::thread::scope(|scope| {
            let line = scope.spawn(|| repository.line(from));
            let log = repository.log(from, setting.scope());
            (log, line.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
        });
        let (mut log, commits) = (log?, commits?);
        let times: BTreeMap<&str, Timestamp> =
            commits.iter().map(|(id, time)| (id.as_str(), *time)).collect();
        for revision in &mut log.revisions {
            revision.time = times.get(revision.id.as_ref()).copied().unwrap_or(revision.time);
        }
        successor::take_apart(&mut log.revisions, repository.objects(), setting.file_size)?;
        Ok((log, OnceLock::from(Ok(commits))))
    }

    /// What its merges brought in; `None` before the first commit.
    fn merged(&self) -> Result<Option<&Merged>, Trouble> {
        let Some(from) = &self.from else { return Ok(None) };
        let merged = self.merged.get_or_init(|| self.repository.merged(from, &self.scope));
        merged.as_ref().map(Some).map_err(Clone::clone)
    }
}
