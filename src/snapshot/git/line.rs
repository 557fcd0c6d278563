//! The first-parent lines of commits. Each is asked for once: what leads to an earlier commit is the end of the same line.

use std::collections::BTreeSet;
use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;

use super::failure::GitFailure;
use super::objects::Commit;
use super::repository::Repository;

/// The first-parent line of a commit, newest first: names and times. These rise along the line: a clock that went wrong
/// makes no commit older than those it was made on.
#[derive(Clone, Debug, Default)]
pub struct Line {
    /// That of a commit, or of one after it.
    all: Arc<[(String, Timestamp)]>,
    from: usize,
}

impl Deref for Line {
    type Target = [(String, Timestamp)];

    fn deref(&self) -> &Self::Target {
        &self.all[self.from..]
    }
}

impl Line {
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

/// The lines that were asked for.
#[derive(Debug, Default)]
pub(super) struct KnownLines(Mutex<Vec<Line>>);

impl KnownLines {
    fn of(&self, commit: &str) -> Option<Line> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.iter().find_map(|line| line.at(commit))
    }

    fn add(&self, line: &Line) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(line.clone());
    }
}

impl Repository {
    /// The last commit on the first-parent line of one, else of the one checked out, that was made no later than a
    /// moment; `day` is how a message names it.
    pub fn before(&self, from: Option<&Commit>, moment: Timestamp, day: &str) -> Result<Commit, GitFailure> {
        let from = match from {
            Some(from) => from.clone(),
            None => self.head()?.ok_or(GitFailure::NoCommits)?,
        };
        match self.line(&from)?.iter().find(|(_, time)| *time <= moment) {
            Some((id, _)) => self.resolve(id),
            None => Err(GitFailure::NoneSoEarly { day: day.to_owned(), shallow: self.is_shallow() }),
        }
    }

    /// When a commit was made: no sooner than any before it on its first-parent line.
    pub fn time(&self, commit: &Commit) -> Result<Timestamp, GitFailure> {
        Ok(self.line(commit)?.first().map_or(commit.time, |(_, time)| *time))
    }

    /// The first-parent line of a commit.
    pub fn line(&self, from: &Commit) -> Result<Line, GitFailure> {
        if let Some(known) = self.lines.of(&from.id) {
            return Ok(known);
        }
        let said = self.listed(&from.id, &[])?;
        let line = Line::of(said.lines().filter_map(read).map(|(commit, _)| commit).collect());
        self.lines.add(&line);
        Ok(line)
    }

    /// The commits after one on the first-parent line of another; `None` where it is not on that line.
    pub fn since(&self, commit: &Commit, from: &Commit) -> Result<Option<BTreeSet<String>>, GitFailure> {
        if commit.id == from.id {
            return Ok(Some(BTreeSet::new()));
        }
        if let Some(known) = self.lines.of(&from.id) {
            return Ok(known.after(&commit.id));
        }
        let said = self.listed(&from.id, &[&format!("^{}", commit.id)])?;
        let (mut commits, parents): (Vec<_>, Vec<_>) = said.lines().filter_map(read).unzip();
        if parents.last() != Some(&Some(commit.id.as_str())) {
            return Ok(None);
        }
        let after = commits.iter().map(|(id, _)| id.clone()).collect();
        if let Some(rest) = self.lines.of(&commit.id) {
            commits.extend_from_slice(&rest);
            self.lines.add(&Line::of(commits));
        }
        Ok(Some(after))
    }

    fn listed(&self, from: &str, but: &[&str]) -> Result<String, GitFailure> {
        let asked = ["rev-list", "--first-parent", "--parents", "--timestamp", "--end-of-options", from];
        let said = self.git.run("read the line of commits", asked.iter().chain(but))?;
        Ok(String::from_utf8_lossy(&said).into_owned())
    }
}

/// A commit and its first parent: `SECONDS NAME PARENTS`.
fn read(line: &str) -> Option<((String, Timestamp), Option<&str>)> {
    let mut words = line.split(' ');
    let (seconds, id) = (words.next()?.parse().ok()?, words.next()?);
    Some(((id.to_owned(), Timestamp::from_second(seconds).ok()?), words.next()))
}
