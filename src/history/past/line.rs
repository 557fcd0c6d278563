//! The first-parent line of commits: its state at the end of a day, and the commits after it.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};

use super::Past;
use super::source::{CommitSource, FirstParentLine};
use crate::history::file_track::FileCommit;
use crate::snapshot::cached::Contents;
use crate::snapshot::decode;
use crate::snapshot::git::{Commit, GitFailure, GitSnapshot, Line, Revision};
use crate::source::SourceFile;

impl Past {
    /// The day of a commit, in the workspace's time zone; `None` when commits are left out.
    pub fn day(&self, revision: &Revision) -> Option<Date> {
        self.setting.as_ref().map(|setting| setting.zone.to_datetime(revision.time).date())
    }

    /// The text that a step left; `None` where it deleted the file, or left what is no text.
    pub fn text(&self, step: &FileCommit) -> Result<Option<Arc<SourceFile>>, GitFailure> {
        let (Some(line), Some(name)) = (self.known()?, &step.content) else { return Ok(None) };
        let found = line.repository.objects().blobs(&[name], line.file_size)?.pop().flatten();
        Ok(found.and_then(|bytes| decode(&step.path, bytes, line.file_size).ok()))
    }

    /// The last commit of the line at the end of each of some days; `None` before its first.
    pub fn ends(&self, days: &[Date]) -> Result<Vec<Option<Commit>>, GitFailure> {
        let (Some(setting), Some(line)) = (&self.setting, self.known()?) else {
            return Ok(days.iter().map(|_| None).collect());
        };
        let commits = line.commits()?;
        let last = |day: &Date| {
            let ends = day.checked_add(1.day()).and_then(|next| next.to_zoned(setting.zone.clone()));
            let end = ends.map_or(Timestamp::MAX, |next| next.timestamp());
            commits.iter().find(|(_, time)| *time < end).map(|(id, _)| id)
        };
        days.iter().map(|day| last(day).map(|id| line.repository.resolve(id)).transpose()).collect()
    }

    /// The day of the oldest commit that is here, where a shallow clone was cut off; `None` where it was not.
    pub fn cut_off(&self) -> Option<Date> {
        let (setting, line) = (self.setting.as_ref()?, self.known().ok()??);
        let (_, time) = line.commits().ok()?.last().filter(|_| line.repository.is_shallow())?;
        Some(setting.zone.to_datetime(*time).date())
    }

    /// The files of the workspace at a commit; `None` when commits are left out.
    pub fn snapshot(&self, commit: &Commit) -> Result<Option<GitSnapshot>, GitFailure> {
        self.known()?.map(|line| line.repository.snapshot(commit)).transpose()
    }

    /// The contents of some files of some commits, each read once; `None` when commits are left out.
    pub fn contents<'s>(
        &self,
        files: impl Iterator<Item = (&'s GitSnapshot, Vec<String>)>,
    ) -> Result<Option<Contents>, GitFailure> {
        self.known()?.map(|line| Contents::read(line.repository.objects(), files, line.file_size)).transpose()
    }

    /// What could be asked at an earlier commit of the line, by settings of that time; the log is not read again where
    /// these look at the same folder.
    pub fn as_of(
        &self,
        commit: &Commit,
        setting: impl FnOnce(&CommitSource) -> CommitSource,
    ) -> Result<Self, GitFailure> {
        let (Some(own), Some(line)) = (&self.setting, self.known()?) else {
            return Ok(Self { proof: self.proof, ..Self::default() });
        };
        let (repository, at) = (Some(line.repository.clone()), Some(commit.clone()));
        let setting = CommitSource { repository, at, ..setting(own) };
        if setting.folder != own.folder {
            return Ok(Self::of(setting));
        }
        let commits = line.commits()?;
        let newer: BTreeSet<&str> =
            commits.iter().map(|(id, _)| id.as_str()).take_while(|id| *id != commit.id).collect();
        let line = line.at(commit, &setting, |revision| newer.contains(revision.id.as_ref()));
        Ok(Self { setting: Some(setting), line: OnceLock::from(Ok(line)), ..Self::default() })
    }

    /// The same without reading the log again, where that of a later moment was read, looks at the same files and passes
    /// the commit that is looked at.
    pub fn in_line_with(self, later: &Self) -> Self {
        let (Some(own), Some(theirs), Some(Ok(line))) = (&self.setting, &later.setting, later.line.get())
        else {
            return self;
        };
        let Some(commit) = &own.at else { return self };
        if own.folder != theirs.folder || own.files != theirs.files {
            return self;
        }
        let Some(newer) = line.after(commit) else { return self };
        let line = line.at(commit, own, |revision| newer.contains(revision.id.as_ref()));
        Self { line: OnceLock::from(Ok(line)), ..self }
    }

    /// The files that were committed since an earlier moment: after its commit, where that lies in the line, else on its
    /// day or later.
    pub fn touched_since(&self, commit: Option<&Commit>, day: Date) -> Vec<String> {
        let Ok(Some(line)) = self.known() else { return Vec::new() };
        let is_newer = self.newer(commit, day);
        let tracks = line.tracks.by_path.iter();
        let touched = tracks.filter(|(_, track)| track.first().is_some_and(|it| is_newer(&it.revision)));
        touched.map(|(path, _)| path.clone()).collect()
    }

    /// Tells whether a commit was made after an earlier moment: after its commit, where that lies in the line, else on a
    /// day or later.
    pub fn newer(&self, commit: Option<&Commit>, day: Date) -> Box<dyn Fn(&Revision) -> bool + '_> {
        let newer = commit.and_then(|commit| self.known().ok()??.after(commit));
        Box::new(move |revision| match &newer {
            Some(newer) => newer.contains(revision.id.as_ref()),
            None => self.day(revision) >= Some(day),
        })
    }

    pub(super) fn known(&self) -> Result<Option<&FirstParentLine>, GitFailure> {
        let Some(setting) = &self.setting else { return Ok(None) };
        self.line(setting).as_ref().map(Some).map_err(Clone::clone)
    }
}

impl FirstParentLine {
    /// The same line as far as an earlier commit of it.
    fn at(&self, commit: &Commit, setting: &CommitSource, is_newer: impl Fn(&Revision) -> bool) -> Self {
        Self {
            repository: self.repository.clone(),
            file_size: setting.file_size,
            from: Some(commit.clone()),
            tracks: self.tracks.without(is_newer),
            scope: self.scope.clone(),
            commits: OnceLock::new(),
            merged: OnceLock::new(),
            index: OnceLock::new(),
            people: self.repository.people(setting.trusted.as_deref()),
        }
    }

    /// Whether the newest version of a file, as a step left it, is the text that is looked at: at a commit it is, and on
    /// disk where git says that the file is as it was. Of a few files it costs less to read them again than to ask.
    pub(super) fn is_looked_at(&self, setting: &CommitSource, path: &str, newest: &FileCommit) -> bool {
        if setting.at.is_some() || setting.files.is_some() {
            return setting.at.is_some();
        }
        let index = self.index.get_or_init(|| self.repository.index());
        newest.content.is_some() && index.name(&setting.root, path) == newest.content.as_deref()
    }

    /// The full names of its commits after one; `None` where that does not lie in it.
    fn after(&self, commit: &Commit) -> Option<BTreeSet<String>> {
        self.repository.since(commit, self.from.as_ref()?).ok()?
    }

    /// Its commits, newest first, with their times.
    fn commits(&self) -> Result<&[(String, Timestamp)], GitFailure> {
        let read = || match &self.from {
            Some(from) => self.repository.line(from),
            None => Ok(Line::default()),
        };
        self.commits.get_or_init(read).as_deref().map_err(Clone::clone)
    }
}
