//! The two moments that `diff`, `check --since` and reports compare, judged as far as they differ.

mod between;
mod changed_files;
mod last_known;
pub(super) mod moment;
mod sides;

use std::collections::BTreeSet;
use std::sync::Arc;

use super::global::Global;
use super::revision_spec::RevisionSpec;
use super::session::{Session, is_workspace};
use super::{pages, today};
use crate::assess::{self, EarlierMoment, Selection, Workspace};
use crate::compare::{DealState, Renames, Side};
use crate::editor::committed;
use crate::error::Error;
use crate::finding::Finding;
use crate::snapshot::{Listing, Snapshot};
use crate::workspace::Config;
use between::Between;
use changed_files::{ChangedFiles, is_rule};
use last_known::recall;
pub(super) use moment::MomentEnd;
use moment::{Files, Finder};
pub(super) use sides::{Moments, Sides};

impl<'o> Moments<'o> {
    /// Finds two moments. Without a base it is where the line parts from the default branch; `fork` has any base mean
    /// where the line parts from it.
    pub(super) fn find(
        opened: &'o Session,
        global: &Global,
        base: Option<&RevisionSpec>,
        head: &RevisionSpec,
        fork: bool,
    ) -> Result<Self, Error> {
        let settings = opened.settings(global);
        let repository = opened.repository().cloned();
        if repository.is_err() {
            opened.refuse_nowhere()?;
        }
        let finder = Finder { repository: &repository, known: opened.commit(), settings: &settings, global };
        let after = finder.end(head, None)?;
        // A day that the range names is its own end; all else is looked at on the day it is.
        let is_own = matches!(head, RevisionSpec::Day(_)) && global.at.as_ref() != Some(head);
        let after = MomentEnd { day: global.today.filter(|_| !is_own).unwrap_or(after.day), ..after };
        let before = match base {
            Some(base) if fork => finder.fork(base, &after)?,
            Some(base) => finder.end(base, after.commit())?,
            None => finder.fork_of_default(&after)?,
        };
        if before.day > after.day && matches!(base, Some(RevisionSpec::Day(_))) {
            let message = format!("{} is after {}", before.name, after.name);
            return Err(Error::Unknown { message, hint: Some("name the earlier day first".to_owned()) });
        }
        // Clocks differ from machine to machine; what comes first in the line comes first in time.
        let before = MomentEnd { day: before.day.min(after.day), ..before };
        let moments = Self { opened, repository: repository.ok(), before, after };
        let ends = [&moments.before, &moments.after];
        if ends.into_iter().any(|end| is_workspace(moments.snapshot(end))) {
            return Ok(moments);
        }
        Err(opened.nowhere())
    }

    /// The files of a moment; those of the later one, or of the work tree, where `history` tells.
    fn snapshot<'s>(&'s self, end: &'s MomentEnd) -> &'s dyn Snapshot {
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
    fn workspace<'s>(&'s self, end: &'s MomentEnd, global: &Global) -> Result<Workspace<'s>, Error> {
        self.judged_by(self.opened.rules().unwrap_or(self.snapshot(end)), end, global)
    }

    /// Both ends are judged on the day of the later one: time passing is no change.
    fn judged_by<'s>(
        &'s self,
        rules: &dyn Snapshot,
        end: &'s MomentEnd,
        global: &Global,
    ) -> Result<Workspace<'s>, Error> {
        let config = if global.no_config { Config::default() } else { Config::load(rules) };
        let day = match self.after.files {
            // What history tells is told by files as they are, on the day it is.
            Files::History => today(global.today, &config)?.max(self.after.day),
            _ => global.today.unwrap_or(self.after.day),
        };
        let workspace = Workspace::judged_by(rules, self.snapshot(end), config, day);
        if global.no_history {
            return Ok(workspace.without_past());
        }
        let files = if end.is_from_history() { &self.after.files } else { &end.files };
        let at = match files {
            Files::Commit(snapshot) => Some(snapshot.commit().clone()),
            _ => None,
        };
        Ok(workspace.with_past(self.opened.root(), self.repository.clone(), at))
    }

    /// Judges what differs at both ends; with `whole` all the rest counts in figures.
    pub(super) fn sides(&self, global: &Global, whole: bool) -> Result<Sides, Error> {
        let new = self.workspace(&self.after, global)?;
        if self.is_from_history_alone() {
            let new = Workspace { all_dates: true, ..new };
            let now = Side::judge(&new, &Selection::Everything, new.today);
            return self.sides_from_history(&new, &now, global);
        }
        let (old, differing) = self.differing(&new, global)?;
        let asked = differing.asked(whole);
        let new = new.for_only(&asked);
        let rest = if whole && !differing.all { self.counted(&new, &differing) } else { Rest::LeftOut };
        let after = Side::judge(&new, &select(differing.all, &differing.touched.after), self.after.day);
        // What the log told of the later moment it tells of the earlier one.
        let old = old.for_only(&asked).in_line_with(&new);
        let mut sides = self.beside(&old, &new, &differing, after, &rest);
        if differing.touched.others_changed {
            sides.before.also_found(beside_deals(&old), &old.config.levels);
            sides.after.also_found(beside_deals(&new), &new.config.levels);
        }
        if whole {
            let (commit, day) = self.since();
            let mut deals = new.past.touched_since(commit, day);
            deals.retain(|path| sides.after.ids.contains(&new.deal_id(path)));
            deals.extend(differing.touched.after);
            sides.after.ask_commits(new, deals, (commit, day));
            return Ok(sides);
        }
        recall(&old, &new, &differing.touched.before, &mut sides);
        Ok(sides)
    }

    /// The same where all deals of the later moment are judged already, with what commits tell of them.
    pub(super) fn sides_to(&self, new: &Workspace<'_>, now: Side, global: &Global) -> Result<Sides, Error> {
        if self.is_from_history_alone() {
            return self.sides_from_history(new, &now, global);
        }
        let (old, differing) = self.differing(new, global)?;
        let now = Side { day: self.after.day, ..now };
        let mut sides = self.beside(&old.in_line_with(new), new, &differing, now, &Rest::Judged);
        sides.after.ask_for_lost(new, self.since());
        Ok(sides)
    }

    /// The earlier moment, after which deals came and went.
    fn since(&self) -> EarlierMoment<'_> {
        let day = self.before.day;
        let next = day.tomorrow().ok().filter(|_| self.before.is_from_history());
        (self.before.commit(), next.unwrap_or(day))
    }

    fn is_from_history_alone(&self) -> bool {
        self.before.is_from_history() || self.after.is_from_history()
    }

    /// Both ends, where `history` alone tells of one; `now` is how the deals stand in the files that tell it.
    fn sides_from_history(&self, new: &Workspace<'_>, now: &Side, global: &Global) -> Result<Sides, Error> {
        let mut now = now.clone();
        now.ask_for_lost(new, self.since());
        let after = match self.after.files {
            Files::History => now.by_history_alone(self.after.day),
            _ => Side { day: self.after.day, ..now.clone() },
        };
        let before = match self.before.files {
            Files::History => now.by_history_alone(self.before.day),
            _ => Side::judge(&self.workspace(&self.before, global)?, &Selection::Everything, self.before.day),
        };
        Ok(Sides {
            before,
            after,
            renames: Renames::new(),
            not_touched: 0,
            rules_changed: false,
            changed: BTreeSet::new(),
        })
    }

    /// The earlier moment, and in what the two differ.
    fn differing<'s>(
        &'s self,
        new: &Workspace<'_>,
        global: &Global,
    ) -> Result<(Workspace<'s>, Differing), Error> {
        let old = self.workspace(&self.before, global)?;
        let (mut touched, [before, after]) = self.touched(&old, new)?;
        let all = touched.rules_changed && self.opened.rules().is_none();
        let between = self.between(&old, new)?;
        touched.extend(between.deals(), [&before.files, &after.files]);
        Ok((old, Differing { before, after, touched, between, all }))
    }

    /// Reads the deals that are the same at both ends. Git tells of the others meanwhile.
    fn counted(&self, new: &Workspace<'_>, differing: &Differing) -> Rest {
        let is_same = |path: &&String| differing.touched.after.binary_search(path).is_err();
        let same: Vec<String> = differing.after.files.iter().filter(is_same).cloned().collect();
        let (from, to) = (self.before.day, self.after.day);
        std::thread::scope(|scope| {
            scope.spawn(|| new.past.tracks().is_some());
            Rest::Counted(assess::read(new, &same, |deal| Arc::new(DealState::unchanged(deal, from, to))))
        })
    }

    /// The earlier end, judged as far as it differs, beside the later one.
    fn beside(
        &self,
        old: &Workspace<'_>,
        new: &Workspace<'_>,
        differing: &Differing,
        mut after: Side,
        rest: &Rest,
    ) -> Sides {
        let Differing { before: there_before, after: there_after, touched, between, all } = differing;
        let mut before = Side::judge(old, &select(*all, &touched.before), self.before.day);
        // However few deals are judged, what could not be listed is told.
        if !all {
            before.also_found(there_before.faults.clone(), &old.config.levels);
        }
        if !all && !matches!(rest, Rest::Judged) {
            after.also_found(there_after.faults.clone(), &new.config.levels);
            // Of rules that are the same at both ends nothing is news, whichever end has a deal that follows them.
            let is_rule = |path: &str| is_rule([old, new], path);
            let (was, is) = (before.found_in(is_rule), after.found_in(is_rule));
            before.also_found(is, &old.config.levels);
            after.also_found(was, &new.config.levels);
        }
        match rest {
            Rest::Judged if !all => {
                let ids: BTreeSet<Arc<str>> = touched.after.iter().map(|path| new.deal_id(path)).collect();
                before.add_untouched(&after, &there_after.faults, |id| !ids.contains(id));
                before.price(old);
            }
            Rest::Counted(same) => {
                for (side, workspace) in [(&mut before, old), (&mut after, new)] {
                    side.count(same);
                    side.price(workspace);
                }
            }
            _ => {}
        }
        // The selection names no workspace; what is there counts, judged or not.
        let asked = (!all && matches!(rest, Rest::LeftOut)).then(|| touched.ids(old, new));
        before.ids = old.deal_ids(&there_before.files, asked.as_ref());
        after.ids = new.deal_ids(&there_after.files, asked.as_ref());
        let renames = self.renames((old, &before), (new, &after), between);
        let not_touched = if *all { 0 } else { there_after.files.len() - touched.after.len() };
        let (rules_changed, changed) = (touched.rules_changed, touched.changed.clone());
        Sides { before, after, renames, not_touched, rules_changed, changed }
    }
}

/// In what two moments differ.
struct Differing {
    /// The deals there were, and those there are.
    before: Listing,
    after: Listing,
    touched: ChangedFiles,
    /// What commits did to deals from the one to the other.
    between: Between,
    /// Whether every deal may differ, because its rules do.
    all: bool,
}

/// What is to be known of the deals that did not change.
enum Rest {
    /// Nothing.
    LeftOut,
    /// How they count in figures.
    Counted(Vec<Arc<DealState>>),
    /// All; it is judged already.
    Judged,
}

impl Differing {
    /// The deals that commits are asked about at either end, so that one log serves both. What is told of the time between
    /// tells of what came and went in it, too.
    fn asked(&self, whole: bool) -> Selection {
        let both: BTreeSet<&String> = self.touched.before.iter().chain(&self.touched.after).collect();
        let mut paths: BTreeSet<String> = both.into_iter().cloned().collect();
        if whole {
            paths.extend(self.between.deals());
        }
        let paths: Vec<_> = paths.into_iter().collect();
        select(self.all || (whole && !self.between.in_line), &paths)
    }
}

/// What a check finds in files that are neither deals nor rules.
fn beside_deals(workspace: &Workspace<'_>) -> Vec<Finding> {
    let everything = Selection::Everything;
    let (mut found, _) = pages::check(workspace.snapshot, &workspace.config, &everything);
    found.extend(committed::stale(workspace));
    found
}

/// All deals, or some of them.
fn select(all: bool, some: &[String]) -> Selection {
    if all { Selection::Everything } else { Selection::Paths(some.to_vec()) }
}
