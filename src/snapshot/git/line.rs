//! The first-parent lines of commits. Each is asked for once: what leads to an earlier commit is the end of the same line.

use std::collections::BTreeSet;
use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;

use super::failure::GitFailure;
use super::program::Git;

/// The first-parent line of a commit, newest first: names and times. These rise along the line: a clock that went wrong
/// makes no commit older than those it was made on.
#[derive(Clone, Debug, Default)]
pub struct CommitLine {
    /// That of a commit, or of one after it.
    all: Arc<[(String, Timestamp)]>,
    from: usize,
}

impl Deref for CommitLine {
    type Target = [(String, Timestamp)];

    fn deref(&self) -> &Self::Target {
        &self.all[self.from..]
    }
}

impl CommitLine {
    /// Of commits, newest first, with the times of their clocks.
    fn of(mut commits: Vec<(String, Timestamp)>) -> Self {
        let mut latest = Timestamp::MIN;
        for (_, time) in commits.iter_mut().rev() {
            latest = latest.max(*time);
            *time = latest;
        }
        Self { all: commits.into(), from: 0 }
    }

    /// As far as an earlier commit; `None` where that does not lie in it.
    fn at(&self, commit: &str) -> Option<Self> {
        let from = self.from + self.iter().position(|(id, _)| id == commit)?;
        Some(Self { all: Arc::clone(&self.all), from })
    }

    /// The names of its commits after one; `None` where that does not lie in it.
    fn after(&self, commit: &str) -> Option<BTreeSet<String>> {
        let newer = self.iter().position(|(id, _)| id == commit)?;
        Some(self[..newer].iter().map(|(id, _)| id.clone()).collect())
    }
}

/// The lines of a repository.
#[derive(Debug)]
pub(super) struct CommitLines {
    git: Git,
    /// Those that were asked for.
    known: Mutex<Vec<CommitLine>>,
}

impl CommitLines {
    pub(super) fn of(git: &Git) -> Self {
        Self { git: git.clone(), known: Mutex::default() }
    }

    /// The line of a commit.
    pub(super) fn to(&self, from: &str) -> Result<CommitLine, GitFailure> {
        if let Some(known) = self.known(from) {
            return Ok(known);
        }
        let said = self.listed(&[from])?;
        let line = CommitLine::of(said.lines().filter_map(read).map(|(commit, _)| commit).collect());
        self.add(&line);
        Ok(line)
    }

    /// The commits after one on the line of another; `None` where it is not on that line.
    pub(super) fn between(&self, commit: &str, from: &str) -> Result<Option<BTreeSet<String>>, GitFailure> {
        if commit == from {
            return Ok(Some(BTreeSet::new()));
        }
        if let Some(known) = self.known(from) {
            return Ok(known.after(commit));
        }
        let said = self.listed(&[from, &format!("^{commit}")])?;
        let (mut commits, parents): (Vec<_>, Vec<_>) = said.lines().filter_map(read).unzip();
        if parents.last() != Some(&Some(commit)) {
            return Ok(None);
        }
        let after = commits.iter().map(|(id, _)| id.clone()).collect();
        if let Some(rest) = self.known(commit) {
            commits.extend_from_slice(&rest);
            self.add(&CommitLine::of(commits));
        }
        Ok(Some(after))
    }

    fn known(&self, commit: &str) -> Option<CommitLine> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.iter().find_map(|line| line.at(commit))
    }

    fn add(&self, line: &CommitLine) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).push(line.clone());
    }

    fn listed(&self, commits: &[&str]) -> Result<String, GitFailure> {
        let asked = ["rev-list", "--first-parent", "--parents", "--timestamp", "--end-of-options"];
        let said = self.git.run("read the line of commits", asked.iter().chain(commits))?;
        Ok(String::from_utf8_lossy(&said).into_owned())
    }
}

/// A commit and its first parent: `SECONDS NAME PARENTS`.
fn read(line: &str) -> Option<((String, Timestamp), Option<&str>)> {
    let mut words = line.split(' ');
    let (seconds, id) = (words.next()?.parse().ok()?, words.next()?);
    Some(((id.to_owned(), Timestamp::from_second(seconds).ok()?), words.next()))
}
