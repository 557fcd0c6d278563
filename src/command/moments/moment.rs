//! One moment: the revision or day that the command line asks for, and where its files are.

use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::command::global::Global;
use crate::command::revision_spec::{ON_DISK, RevisionSpec, parse_date};
use crate::command::today;
use crate::error::Error;
use crate::snapshot::git::{Commit, GitFailure, GitSnapshot, Repository, short};
use crate::workspace::Config;

/// Where the files of a moment are.
#[derive(Debug)]
pub(super) enum Files {
    WorkTree,
    Commit(Box<GitSnapshot>),
    /// Nowhere: what `history` of the other files tells of that day.
    History,
}

/// A moment.
#[derive(Debug)]
pub(in crate::command) struct MomentEnd {
    pub(super) files: Files,
    /// The day at whose end it is.
    pub(in crate::command) day: Date,
    /// As people read it.
    pub(in crate::command) name: String,
}

impl MomentEnd {
    /// The files as they are.
    pub(in crate::command) fn on_disk(day: Date) -> Self {
        Self { files: Files::WorkTree, day, name: ON_DISK.to_owned() }
    }

    /// The end of a day, as `history` tells of it.
    pub(in crate::command) fn from_history_alone(day: Date) -> Self {
        Self { files: Files::History, day, name: format!("@{day} (from `history`)") }
    }

    /// Its commit.
    pub(in crate::command) fn commit(&self) -> Option<&Commit> {
        match &self.files {
            Files::Commit(snapshot) => Some(snapshot.commit()),
            _ => None,
        }
    }

    /// The full name of its commit.
    pub(in crate::command) fn revision(&self) -> Option<&str> {
        self.commit().map(|commit| commit.id.as_str())
    }

    /// Whether `history` alone tells of it.
    pub(in crate::command) fn is_from_history(&self) -> bool {
        matches!(self.files, Files::History)
    }
}

/// The commit of a revision. What is a day and no revision is told how days are written.
pub(in crate::command) fn resolve(
    repository: &Repository,
    name: &str,
    global: &Global,
) -> Result<Commit, Error> {
    repository.resolve(name).map_err(|trouble| {
        let is_unknown = matches!(trouble, GitFailure::UnknownRevision { .. });
        match day_meant(name, global).filter(|_| is_unknown) {
            Some(day) => Error::Unknown {
                message: trouble.to_string(),
                hint: Some(format!("a day is written `@{day}`, and means its end")),
            },
            None => Error::Git(trouble),
        }
    })
}

/// The day that a word means which is no revision.
fn day_meant(word: &str, global: &Global) -> Option<Date> {
    let before = |days: i64| today(global.today, &Config::default()).ok()?.checked_sub(days.days()).ok();
    match word.to_lowercase().as_str() {
        "today" => before(0),
        "yesterday" => before(1),
        "last week" | "last-week" | "a week ago" => before(7),
        word => parse_date(word).ok(),
    }
}

/// Finds where the files of moments are.
pub(super) struct Finder<'a> {
    pub(super) repository: &'a Result<Repository, GitFailure>,
    /// The files of a commit that are listed already.
    pub(super) known: Option<&'a GitSnapshot>,
    pub(super) settings: &'a Config,
    pub(super) global: &'a Global,
}

impl Finder<'_> {
    /// A moment; a day is looked for in the line of a commit, where one is given.
    pub(super) fn end(&self, asked: &RevisionSpec, line: Option<&Commit>) -> Result<MomentEnd, Error> {
        match asked {
            RevisionSpec::WorkTree => {
                if self.repository.as_ref().is_ok_and(Repository::is_bare) {
                    return Err(Error::Git(GitFailure::Bare));
                }
                let day = today(self.global.today, self.settings)?;
                Ok(MomentEnd::on_disk(day))
            }
            RevisionSpec::Revision(name) => {
                let commit = resolve(self.repository()?, name, self.global)?;
                self.commit(&commit, name)
            }
            RevisionSpec::Day(day) => self.day(*day, line),
        }
    }

    fn repository(&self) -> Result<&Repository, Error> {
        self.repository.as_ref().map_err(|trouble| Error::Git(trouble.clone()))
    }

    fn commit(&self, commit: &Commit, name: &str) -> Result<MomentEnd, Error> {
        let repository = self.repository()?;
        let known = self.known.filter(|known| known.commit().id == commit.id);
        let files = || known.map_or_else(|| repository.snapshot(commit), |known| Ok(known.clone()));
        let (files, time) = rayon::join(files, || repository.time(commit));
        let (snapshot, time) = (files.map_err(Error::Git)?, time.map_err(Error::Git)?);
        let day = self.settings.timezone.to_datetime(time).date();
        let short = short(&commit.id);
        let own = name.is_empty() || commit.id.starts_with(name);
        let name = if own { short.to_owned() } else { format!("{name} ({short})") };
        Ok(MomentEnd { files: Files::Commit(Box::new(snapshot)), day, name })
    }

    /// The last commit of the day, or of one before it. Where git does not reach so far back, `history` tells.
    fn day(&self, day: Date, line: Option<&Commit>) -> Result<MomentEnd, Error> {
        let name = format!("@{day}");
        let from_history = || MomentEnd::from_history_alone(day);
        if self.global.no_history {
            return Ok(from_history());
        }
        let next =
            day.checked_add(1.day()).ok().and_then(|next| next.to_zoned(self.settings.timezone.clone()).ok());
        let last_moment = next.and_then(|next| next.timestamp().checked_sub(1.second()).ok());
        let (Ok(repository), Some(moment)) = (self.repository, last_moment) else {
            return Ok(from_history());
        };
        match repository.before(line, moment, &day.to_string()) {
            Ok(commit) => {
                // A commit from before the workspace was there tells nothing of it.
                match repository.snapshot(&commit) {
                    Ok(snapshot) => Ok(MomentEnd { files: Files::Commit(Box::new(snapshot)), day, name }),
                    Err(GitFailure::NoFolder { .. }) => Ok(from_history()),
                    Err(trouble) => Err(Error::Git(trouble)),
                }
            }
            Err(GitFailure::NoCommits | GitFailure::NoneSoEarly { shallow: false, .. }) => Ok(from_history()),
            Err(trouble) => Err(Error::Git(trouble)),
        }
    }

    /// Where the line of the later moment parts from that of a revision.
    pub(super) fn fork(&self, base: &RevisionSpec, after: &MomentEnd) -> Result<MomentEnd, Error> {
        let RevisionSpec::Revision(name) = base else { return self.end(base, after.commit()) };
        let base = resolve(self.repository()?, name, self.global)?;
        self.part(&base, name, after)
    }

    pub(super) fn fork_of_default(&self, after: &MomentEnd) -> Result<MomentEnd, Error> {
        let Some((name, base)) = self.repository()?.default_branch().map_err(Error::Git)? else {
            let message =
                "there is no default branch to compare with: neither `origin/HEAD`, `main` nor `master`";
            let hint = "name what to compare with: `dealgate diff REV`, or two days: `dealgate diff @2026-03-31..@2026-04-30`";
            return Err(Error::Unknown { message: message.to_owned(), hint: Some(hint.to_owned()) });
        };
        self.part(&base, name, after)
    }

    fn part(&self, base: &Commit, name: &str, after: &MomentEnd) -> Result<MomentEnd, Error> {
        let repository = self.repository()?;
        let head = match &after.files {
            Files::Commit(snapshot) => Some(snapshot.commit().clone()),
            _ => repository.head().map_err(Error::Git)?,
        };
        let Some(head) = head else { return Err(Error::Git(GitFailure::NoCommits)) };
        let fork = repository.merge_base(base, &head).map_err(Error::Git)?;
        let name = if fork.id == base.id { name.to_owned() } else { String::new() };
        self.commit(&fork, &name)
    }
}
