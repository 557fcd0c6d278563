//! The two moments that `diff`, `check --since` and reports compare, judged as far as they differ. Must not know what
//! is made of them.

mod moment;
mod touched;

use std::collections::BTreeSet;
use std::sync::Arc;

use super::opened::Opened;
use super::{Global, today};
use crate::assess::{Selection, Workspace};
use crate::compare::{Renames, Side, guess_renames};
use crate::error::Error;
use crate::snapshot::Snapshot;
use crate::snapshot::git::Repository;
use crate::workspace::Config;
pub(super) use moment::{Asked, End};
use moment::{Files, Finder};

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
        let touched = self.touched(&old, &new)?;
        let chosen = |paths: &[String]| Selection::Paths(paths.to_vec());
        let all_differ = touched.rules_changed && self.opened.rules().is_none();
        let (judged_before, judged_after) = if all_differ {
            (everything.clone(), everything.clone())
        } else {
            (chosen(&touched.before), if whole { everything.clone() } else { chosen(&touched.after) })
        };
        let asked = union(&judged_before, &judged_after);
        let (old, new) = (old.for_only(&asked), new.for_only(&asked));
        let mut after = Side::judge(&new, &judged_after, self.after.day);
        // What the log told of the later moment it tells of the earlier one.
        let old = old.in_line_with(&new);
        let mut before = Side::judge(&old, &judged_before, self.before.day);
        if !all_differ && whole {
            let ids: BTreeSet<Arc<str>> = touched.after.iter().map(|path| new.deal_id(path)).collect();
            before.add_untouched(&after, |id| !ids.contains(id));
        }
        // The selection names no workspace; what is there counts, judged or not.
        before.ids = touched.were.iter().map(|path| old.deal_id(path)).collect();
        let not_touched = if all_differ { 0 } else { touched.are.len() - touched.after.len() };
        after.ids = touched.are.iter().map(|path| new.deal_id(path)).collect();
        let mut renames = self.renames(&old, &new, &before, &after)?;
        if whole {
            after.ask_commits(new, touched.after, self.before.day);
        }
        guess_renames(&before, &after, &mut renames);
        Ok(Sides { before, after, renames, not_touched, rules_changed: touched.rules_changed })
    }
}

/// What either of two selections of files has.
fn union(one: &Selection, other: &Selection) -> Selection {
    match (one, other) {
        (Selection::Paths(one), Selection::Paths(other)) => {
            let both: BTreeSet<&String> = one.iter().chain(other).collect();
            Selection::Paths(both.into_iter().cloned().collect())
        }
        _ => Selection::Everything,
    }
}
