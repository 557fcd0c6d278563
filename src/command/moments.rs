//! The two moments that `diff` and `check --since` compare: what was asked for, where its files are, what differs.

use std::collections::BTreeSet;
use std::sync::Arc;

use aho_corasick::AhoCorasick;
use jiff::ToSpan as _;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::opened::Opened;
use super::{Global, today};
use crate::assess::{Selection, Workspace};
use crate::compare::{Renames, Side, guess_renames};
use crate::error::Error;
use crate::history::Proof;
use crate::snapshot::Snapshot;
use crate::snapshot::git::{Commit, GitSnapshot, Repository, Trouble};
use crate::workspace::{CONFIG_FILE, Config};

/// A moment as the command line names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// The files as they are.
    WorkTree,
    /// A revision.
    Revision(String),
    /// The end of a day: `@2026-03-31`.
    Day(Date),
}

impl Asked {
    /// Reads a revision, or a day: `@2026-03-31`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let day =
            text.strip_prefix('@').filter(|rest| rest.starts_with(|first: char| first.is_ascii_digit()));
        match day.map(str::parse::<Date>) {
            None => Ok(Self::Revision(text.to_owned())),
            Some(Ok(day)) => Ok(Self::Day(day)),
            Some(Err(error)) => Err(error.to_string()),
        }
    }

    /// The later moment where the command names none: that of `--at`, else the files as they are.
    pub(super) fn head(global: &Global) -> Result<Self, Error> {
        let unknown = |why| Error::Unknown { message: format!("`--at` names no moment: {why}"), hint: None };
        global.at.as_deref().map_or(Ok(Self::WorkTree), |at| Self::parse(at).map_err(unknown))
    }
}

/// Where the files of a moment are.
#[derive(Debug)]
enum Files {
    WorkTree,
    Commit(Box<GitSnapshot>),
    /// Nowhere: what `history` of the other files tells of that day.
    History,
}

/// A moment.
#[derive(Debug)]
pub(super) struct End {
    files: Files,
    /// The day at whose end it is.
    pub day: Date,
    /// As people read it.
    pub name: String,
}

impl End {
    /// The files as they are.
    pub(super) fn on_disk(day: Date) -> Self {
        Self { files: Files::WorkTree, day, name: "the files as they are".to_owned() }
    }

    /// The end of a day, as `history` tells of it.
    pub(super) fn told_by_history(day: Date) -> Self {
        Self { files: Files::History, day, name: format!("@{day} (from `history`)") }
    }

    /// The full name of its commit.
    pub(super) fn revision(&self) -> Option<&str> {
        match &self.files {
            Files::Commit(snapshot) => Some(&snapshot.commit().id),
            _ => None,
        }
    }

    /// Whether `history` alone tells of it.
    pub(super) fn is_from_history(&self) -> bool {
        matches!(self.files, Files::History)
    }
}

/// Two moments of a workspace.
pub(super) struct Moments<'o> {
    opened: &'o Opened,
    repository: Option<Repository>,
    pub before: End,
    pub after: End,
}

/// The deals of two moments, as far as they had to be judged.
pub(super) struct Sides {
    pub before: Side,
    pub after: Side,
    pub renames: Renames,
    /// Deals that are the same at both ends, under the same rules.
    pub not_touched: usize,
    /// Whether a workflow or the settings changed, also where those of neither moment are judged by.
    pub rules_changed: bool,
}

/// What differs in the files of two moments.
struct Touched {
    /// Deal files, by their paths before.
    before: Vec<String>,
    /// Deal files, by their paths after.
    after: Vec<String>,
    rules_changed: bool,
}

impl<'o> Moments<'o> {
    /// Finds two moments. Without a base it is where the line parts from the default branch; `fork` has any base mean
    /// where the line parts from it.
    pub(super) fn find(
        opened: &'o Opened,
        global: &Global,
        base: Option<&Asked>,
        head: &Asked,
        fork: bool,
    ) -> Result<Self, Error> {
        let zone = opened.settings(global).timezone;
        let repository = Repository::open(opened.root());
        let finder = Finder { repository: &repository, zone: &zone, global };
        let after = finder.end(head)?;
        let before = match base {
            Some(base) if fork => finder.fork(base, &after)?,
            Some(base) => finder.end(base)?,
            None => finder.fork_of_default(&after)?,
        };
        if before.day > after.day && matches!(base, Some(Asked::Day(_))) {
            let message = format!("{} is after {}", before.name, after.name);
            return Err(Error::Unknown { message, hint: Some("name the earlier day first".to_owned()) });
        }
        // Clocks differ from machine to machine; what comes first in the line comes first in time.
        let before = End { day: before.day.min(after.day), ..before };
        Ok(Self { opened, repository: repository.ok(), before, after })
    }

    /// The files of a moment; those of the later one, or of the work tree, where `history` tells.
    fn snapshot<'s>(&'s self, end: &'s End) -> &'s dyn Snapshot {
        match &end.files {
            Files::Commit(snapshot) => snapshot.as_ref(),
            Files::WorkTree => self.opened.files(),
            Files::History => match &self.after.files {
                Files::Commit(snapshot) => snapshot.as_ref(),
                _ => self.opened.files(),
            },
        }
    }

    /// The workspace at the later moment.
    pub(super) fn workspace_after(&self, global: &Global) -> Result<Workspace<'_>, Error> {
        self.workspace(&self.after, global)
    }

    /// The later moment's deals under the earlier moment's rules, and under its own.
    pub(super) fn both_rules(&self, global: &Global) -> Result<[Workspace<'_>; 2], Error> {
        let by = |end| self.judged_by(self.snapshot(end), &self.after, global);
        Ok([by(&self.before)?, by(&self.after)?])
    }

    /// A moment under the rules that were asked for, else under its own.
    fn workspace<'s>(&'s self, end: &'s End, global: &Global) -> Result<Workspace<'s>, Error> {
        self.judged_by(self.opened.rules().unwrap_or(self.snapshot(end)), end, global)
    }

    /// Both ends are judged on the day of the later one: time passing is no change.
    fn judged_by<'s>(
        &'s self,
        rules: &dyn Snapshot,
        end: &'s End,
        global: &Global,
    ) -> Result<Workspace<'s>, Error> {
        let config = if global.no_config { Config::default() } else { Config::load(rules) };
        let day = match self.after.files {
            // What history tells is told by files as they are, on the day it is.
            Files::History => today(global.today, &config.timezone)?.max(self.after.day),
            _ => global.today.unwrap_or(self.after.day),
        };
        let workspace = Workspace::judged_by(rules, self.snapshot(end), config, day);
        if global.no_history {
            return Ok(workspace);
        }
        let files = if end.is_from_history() { &self.after.files } else { &end.files };
        let at = match (files, &self.repository) {
            (Files::Commit(snapshot), Some(repository)) => {
                Some((repository.clone(), snapshot.commit().clone()))
            }
            _ => None,
        };
        Ok(workspace.with_past(self.opened.root(), at))
    }

    /// Judges what differs at both ends, and with `whole` all the rest of the later one.
    pub(super) fn sides(&self, global: &Global, whole: bool) -> Result<Sides, Error> {
        let new = self.workspace(&self.after, global)?;
        let everything = Selection::Everything;
        if self.before.is_from_history() || self.after.is_from_history() {
            let new = Workspace { all_dates: true, ..new };
            let now = Side::judge(&new, &everything, new.today);
            let mut after = match self.after.files {
                Files::History => now.as_history_tells(self.after.day),
                _ => Side { day: self.after.day, ..now.clone() },
            };
            after.ask_for_lost(&new, self.before.day);
            let before = match self.before.files {
                Files::History => now.as_history_tells(self.before.day),
                _ => Side::judge(&self.workspace(&self.before, global)?, &everything, self.before.day),
            };
            return Ok(Sides {
                before,
                after,
                renames: Renames::new(),
                not_touched: 0,
                rules_changed: false,
            });
        }
        let old = self.workspace(&self.before, global)?;
        let (old_files, new_files) = (old.deal_files(&everything).files, new.deal_files(&everything).files);
        let touched = self.touched(&old, &new, &old_files, &new_files)?;
        let chosen = |paths: &[String]| Selection::Paths(paths.to_vec());
        let all_differ = touched.rules_changed && self.opened.rules().is_none();
        let (judged_before, judged_after) = if all_differ {
            (everything.clone(), everything.clone())
        } else {
            (chosen(&touched.before), if whole { everything.clone() } else { chosen(&touched.after) })
        };
        let (old, new) = (old.for_only(&judged_before), new.for_only(&judged_after));
        let mut before = Side::judge(&old, &judged_before, self.before.day);
        let after = Side::judge(&new, &judged_after, self.after.day);
        if !all_differ && whole {
            let ids: BTreeSet<Arc<str>> = touched.after.iter().map(|path| new.deal_id(path)).collect();
            before.add_untouched(&after, |id| !ids.contains(id));
        }
        // The selection names no workspace; what is there counts, judged or not.
        before.ids = old_files.iter().map(|path| old.deal_id(path)).collect();
        let not_touched = if all_differ { 0 } else { new_files.len() - touched.after.len() };
        let mut after = after;
        after.ids = new_files.iter().map(|path| new.deal_id(path)).collect();
        let mut renames = self.renames(&old, &new, &before, &after)?;
        if whole {
            after.ask_commits(new, touched.after, self.before.day);
        }
        guess_renames(&before, &after, &mut renames);
        Ok(Sides { before, after, renames, not_touched, rules_changed: touched.rules_changed })
    }

    /// Which deal files differ. A deal that speaks of a file that came or went is touched too: it may be evidence.
    fn touched(
        &self,
        old: &Workspace<'_>,
        new: &Workspace<'_>,
        old_files: &[String],
        new_files: &[String],
    ) -> Result<Touched, Error> {
        let (Some(repository), Files::Commit(before)) = (&self.repository, &self.before.files) else {
            return Ok(Touched { before: Vec::new(), after: Vec::new(), rules_changed: true });
        };
        let all_before = old.snapshot.walk("").files;
        let all_after = new.snapshot.walk("").files;
        let names = self.names(repository, before, &all_after)?;
        let mut differing = BTreeSet::new();
        for (path, name) in all_after.iter().zip(&names) {
            if name.is_none() || before.content_name(path) != name.as_deref() {
                differing.insert(path.as_str());
            }
        }
        let there: BTreeSet<&str> = all_after.iter().map(String::as_str).collect();
        let was_there: BTreeSet<&str> = all_before.iter().map(String::as_str).collect();
        differing.extend(was_there.difference(&there));
        let is_rule = |path: &&str| {
            let in_folder =
                |folder: &str| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
            *path == CONFIG_FILE || in_folder(&old.config.workflows) || in_folder(&new.config.workflows)
        };
        let rules_changed = differing.iter().any(&is_rule) || self.other_people(repository, old, new)?;
        let deals: BTreeSet<&str> = old_files.iter().chain(new_files).map(String::as_str).collect();
        // What differs must be known on both sides, or all of it would look new.
        for end in [&self.before, &self.after] {
            if let Files::Commit(snapshot) = &end.files {
                let wanted = differing.iter().filter(|path| deals.contains(**path) || is_rule(path));
                snapshot.are_here(wanted.copied()).map_err(Error::Git)?;
            }
        }
        let others: Vec<&str> =
            there.symmetric_difference(&was_there).filter(|path| !deals.contains(**path)).copied().collect();
        // More of them than can be searched for at once: every deal may speak of one.
        let any_other = AhoCorasick::new(&others).ok();
        let speaks_of_other = |text: &str| any_other.as_ref().is_none_or(|any| any.is_match(text));
        let is_touched = |snapshot: &dyn Snapshot, path: &str| {
            differing.contains(path)
                || (!others.is_empty() && snapshot.read(path).is_ok_and(|file| speaks_of_other(file.text())))
        };
        let changed: BTreeSet<&String> =
            new_files.iter().filter(|path| is_touched(new.snapshot, path)).collect();
        let before =
            old_files.iter().filter(|path| differing.contains(path.as_str()) || changed.contains(path));
        let before = before.cloned().collect();
        Ok(Touched { before, after: changed.into_iter().cloned().collect(), rules_changed })
    }

    /// The names of contents at the later moment. A file on disk that came is known by its path alone, and has none.
    fn names(
        &self,
        repository: &Repository,
        before: &GitSnapshot,
        paths: &[String],
    ) -> Result<Vec<Option<String>>, Error> {
        if let Files::Commit(after) = &self.after.files {
            return Ok(paths.iter().map(|path| after.content_name(path).map(str::to_owned)).collect());
        }
        let stayed = |path: &&String| before.content_name(path).is_some();
        let stayed: Vec<String> = paths.iter().filter(stayed).cloned().collect();
        let names = repository.hashes(self.opened.root(), &stayed).map_err(Error::Git)?;
        let mut names = stayed.iter().zip(names).peekable();
        let name = |path| names.next_if(|(known, _)| *known == path).and_then(|(_, name)| name);
        Ok(paths.iter().map(name).collect())
    }

    /// Whether approvals must be proved and the two moments differ in who is who.
    fn other_people(
        &self,
        repository: &Repository,
        old: &Workspace<'_>,
        new: &Workspace<'_>,
    ) -> Result<bool, Error> {
        if [old, new].into_iter().all(|it| it.past.proof() == Proof::Off) {
            return Ok(false);
        }
        let mailmap = |end: &End| match &end.files {
            Files::Commit(snapshot) => repository.mailmap(Some(snapshot.commit())),
            _ => repository.mailmap(None),
        };
        let (before, after) = (mailmap(&self.before), mailmap(&self.after));
        Ok(before.map_err(Error::Git)? != after.map_err(Error::Git)?)
    }

    /// What git knows of renames between the commits; files on disk that no longer bear it out do not count.
    fn renames(
        &self,
        old: &Workspace<'_>,
        new: &Workspace<'_>,
        before: &Side,
        after: &Side,
    ) -> Result<Renames, Error> {
        let (Some(repository), Files::Commit(base)) = (&self.repository, &self.before.files) else {
            return Ok(Renames::new());
        };
        let head = match &self.after.files {
            Files::Commit(head) => Some(head.commit().clone()),
            _ => repository.head().map_err(Error::Git)?,
        };
        let Some(head) = head.filter(|head| head.id != base.commit().id) else { return Ok(Renames::new()) };
        let changes = repository.changes(base.commit(), &head).map_err(Error::Git)?;
        let renamed = changes.into_iter().filter_map(|change| {
            let (from, to) = (old.deal_id(&change.from?), new.deal_id(&change.to?));
            let holds = from != to
                && before.ids.contains(&from)
                && !after.ids.contains(&from)
                && after.ids.contains(&to)
                && !before.ids.contains(&to);
            holds.then_some((from, to))
        });
        Ok(renamed.collect())
    }
}

struct Finder<'a> {
    repository: &'a Result<Repository, Trouble>,
    zone: &'a TimeZone,
    global: &'a Global,
}

impl Finder<'_> {
    fn end(&self, asked: &Asked) -> Result<End, Error> {
        match asked {
            Asked::WorkTree => {
                if self.repository.as_ref().is_ok_and(Repository::is_bare) {
                    return Err(Error::Git(Trouble::Bare));
                }
                let day = today(self.global.today, self.zone)?;
                Ok(End::on_disk(day))
            }
            Asked::Revision(name) => {
                let commit = self.repository()?.resolve(name).map_err(Error::Git)?;
                self.commit(&commit, name)
            }
            Asked::Day(day) => self.day(*day),
        }
    }

    fn repository(&self) -> Result<&Repository, Error> {
        self.repository.as_ref().map_err(|trouble| Error::Git(trouble.clone()))
    }

    fn commit(&self, commit: &Commit, name: &str) -> Result<End, Error> {
        let snapshot = self.repository()?.snapshot(commit).map_err(Error::Git)?;
        let day = self.zone.to_datetime(commit.time).date();
        let short: String = commit.id.chars().take(10).collect();
        let name =
            if name.is_empty() || commit.id.starts_with(name) { short } else { format!("{name} ({short})") };
        Ok(End { files: Files::Commit(Box::new(snapshot)), day, name })
    }

    /// The last commit of the day, or of one before it. Where git does not reach so far back, `history` tells.
    fn day(&self, day: Date) -> Result<End, Error> {
        let name = format!("@{day}");
        let from_history = || End::told_by_history(day);
        if self.global.no_history {
            return Ok(from_history());
        }
        let next = day.checked_add(1.day()).ok().and_then(|next| next.to_zoned(self.zone.clone()).ok());
        let last_moment = next.and_then(|next| next.timestamp().checked_sub(1.second()).ok());
        let (Ok(repository), Some(moment)) = (self.repository, last_moment) else {
            return Ok(from_history());
        };
        match repository.before(moment, &day.to_string()) {
            Ok(commit) => {
                // A commit from before the workspace was there tells nothing of it.
                match repository.snapshot(&commit) {
                    Ok(snapshot) => Ok(End { files: Files::Commit(Box::new(snapshot)), day, name }),
                    Err(Trouble::NoFolder { .. }) => Ok(from_history()),
                    Err(trouble) => Err(Error::Git(trouble)),
                }
            }
            Err(Trouble::NoCommits | Trouble::NoneSoEarly { shallow: false, .. }) => Ok(from_history()),
            Err(trouble) => Err(Error::Git(trouble)),
        }
    }

    /// Where the line of the later moment parts from that of a revision.
    fn fork(&self, base: &Asked, after: &End) -> Result<End, Error> {
        let Asked::Revision(name) = base else { return self.end(base) };
        let base = self.repository()?.resolve(name).map_err(Error::Git)?;
        self.part(&base, name, after)
    }

    fn fork_of_default(&self, after: &End) -> Result<End, Error> {
        let Some((name, base)) = self.repository()?.default_branch().map_err(Error::Git)? else {
            let message =
                "there is no default branch to compare with: neither `origin/HEAD`, `main` nor `master`";
            let hint = "name what to compare with: `dealgate diff REV`, or two days: `dealgate diff @2026-03-31..@2026-04-30`";
            return Err(Error::Unknown { message: message.to_owned(), hint: Some(hint.to_owned()) });
        };
        self.part(&base, name, after)
    }

    fn part(&self, base: &Commit, name: &str, after: &End) -> Result<End, Error> {
        let repository = self.repository()?;
        let head = match &after.files {
            Files::Commit(snapshot) => Some(snapshot.commit().clone()),
            _ => repository.head().map_err(Error::Git)?,
        };
        let Some(head) = head else { return Err(Error::Git(Trouble::NoCommits)) };
        let fork = repository.merge_base(base, &head).map_err(Error::Git)?;
        let name = if fork.id == base.id { name.to_owned() } else { String::new() };
        self.commit(&fork, &name)
    }
}
