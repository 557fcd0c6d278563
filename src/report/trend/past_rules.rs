//! The rules in force on past days, and how gates stood by them: workspaces as they were at commits.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;

use super::deal_history::{DealHistory, GateHistory};
use super::options::TrendOptions;
use crate::assess::{Selection, Workspace, gates};
use crate::report::filter::{Filter, Traits};
use crate::report::model::GateFailures;
use crate::snapshot::Snapshot;
use crate::snapshot::cached::{CachedSnapshot, Contents};
use crate::snapshot::git::{GitFailure, GitSnapshot};
use crate::workflow::{Library, Workflow};
use crate::workspace::Config;

/// The workflows of a day.
#[derive(Default)]
pub(in crate::report) struct RulesOfDay {
    /// `None`: those of today.
    library: Option<Arc<Library>>,
}

impl RulesOfDay {
    /// What a workflow of today was then; one that was not there yet is as it is today.
    pub(super) fn workflow<'r>(&'r self, today: &'r Arc<Workflow>) -> &'r Arc<Workflow> {
        self.library.as_ref().and_then(|library| library.get(&today.id).flatten()).unwrap_or(today)
    }
}

/// The rules of some days, and what stands at commits.
pub(super) struct PastRules<'a> {
    workspace: &'a Workspace<'a>,
    span: TrendOptions,
    /// By day, where commits tell.
    days: BTreeMap<Date, TrendMoment>,
    today: RulesOfDay,
    /// The contents of their deals.
    contents: Contents,
    /// Why commits do not tell of days before today.
    pub untold: Option<String>,
}

struct TrendMoment {
    files: GitSnapshot,
    config: Config,
    rules: RulesOfDay,
}

/// What the contents of workflows and settings are called: two commits with the same have the same rules.
type ContentIds = Vec<(String, Option<String>)>;

impl<'a> PastRules<'a> {
    /// Looks up the commits of some days, and the rules that held on them.
    pub(super) fn of(workspace: &'a Workspace<'a>, days: &[Date], span: TrendOptions) -> Self {
        let (days_known, today) = (BTreeMap::new(), RulesOfDay::default());
        let contents = Contents::default();
        let mut times = Self { workspace, span, days: days_known, today, contents, untold: None };
        if workspace.past.is_left_out() {
            times.untold = Some("commits are left out".to_owned());
            return times;
        }
        if let Err(trouble) = times.look_up(days) {
            times.untold = Some(trouble.to_string());
            times.days.clear();
        }
        times
    }

    fn look_up(&mut self, days: &[Date]) -> Result<(), GitFailure> {
        // A point ends on the eve of the next.
        let past: BTreeSet<Date> = days.iter().copied().filter(|day| *day < self.workspace.today).collect();
        let past: Vec<Date> = past.into_iter().collect();
        let mut known: BTreeMap<ContentIds, Arc<Library>> = BTreeMap::new();
        for (day, commit) in past.iter().zip(self.workspace.past.ends(&past)?) {
            let Some(commit) = commit else { continue };
            let snapshot = match self.workspace.past.snapshot(&commit) {
                Ok(Some(snapshot)) => snapshot,
                // A commit from before the workspace was there tells nothing of it.
                Ok(None) | Err(GitFailure::NoFolder { .. }) => continue,
                Err(trouble) => return Err(trouble),
            };
            let config = self.config(&snapshot);
            let library = self.span.rules_of_the_time.then(|| {
                let read = || Workspace::load(&snapshot, config.clone(), *day).library;
                Arc::clone(known.entry(named(&snapshot, &config)).or_insert_with(read))
            });
            self.days.insert(*day, TrendMoment { files: snapshot, config, rules: RulesOfDay { library } });
        }
        let deals =
            self.days.values().map(|moment| (&moment.files, moment.files.walk(&moment.config.deals).files));
        let contents = self.workspace.past.contents(deals)?;
        self.contents = contents.unwrap_or_default();
        Ok(())
    }

    fn config(&self, snapshot: &GitSnapshot) -> Config {
        if self.span.no_config { Config::default() } else { Config::load(snapshot) }
    }

    /// The rules of a day.
    pub(super) fn rules(&self, day: Date) -> &RulesOfDay {
        self.days.get(&day).map_or(&self.today, |moment| &moment.rules)
    }

    /// Whether each day has rules of its own.
    pub(super) fn has_rules(&self) -> bool {
        self.days.values().any(|moment| moment.rules.library.is_some())
    }

    /// Whether only the latest commits are here.
    pub(super) fn is_shallow(&self) -> bool {
        self.workspace.past.is_shallow()
    }

    /// The libraries that were read, newest first.
    pub(super) fn libraries(&self) -> impl Iterator<Item = &Library> {
        self.days.values().rev().filter_map(|moment| moment.rules.library.as_deref())
    }

    /// What the gates said at the end of a day, of the deals that the filters leave; `Err` says why nobody knows.
    pub(super) fn gates(
        &self,
        day: Date,
        deal_histories: &[DealHistory],
        filter: &Filter,
    ) -> Result<GateFailures, String> {
        if day >= self.workspace.today {
            let there = deal_histories.iter().filter(|deal_history| deal_history.removed.is_none());
            let left = there.filter(|deal_history| deal_history.is_left(filter, day));
            return Ok(sum(left.map(|deal_history| deal_history.gates)));
        }
        let Some(moment) = self.days.get(&day) else {
            let none = || "no commit was made by then".to_owned();
            return Err(self.untold.clone().unwrap_or_else(none));
        };
        self.judge(day, moment, filter).map_err(|trouble| trouble.to_string())
    }

    fn judge(&self, day: Date, moment: &TrendMoment, filter: &Filter) -> Result<GateFailures, GitFailure> {
        let snapshot = CachedSnapshot { files: &moment.files, contents: &self.contents };
        let (library, rules_of) = match &moment.rules.library {
            Some(library) => (library, Some(moment.files.commit().id.clone())),
            None => (&self.workspace.library, self.workspace.rules_of.clone()),
        };
        let workspace = Workspace::of(&snapshot, moment.config.clone(), Arc::clone(library), rules_of, day);
        let workspace = workspace.with_past_of(&self.workspace.past, moment.files.commit())?;
        let levels = &workspace.config.levels;
        let found = gates(&workspace, &Selection::Everything, |judged| {
            let traits = Traits {
                id: &judged.deal.id,
                company: &judged.workflow.id,
                owner: judged.deal.owner(),
                stage: judged.deal.stage().map(|stage| stage.value),
                closing: None,
            };
            filter.leaves(&traits).then(|| GateHistory::of(judged, levels))
        });
        Ok(sum(found.into_iter()))
    }
}

fn sum(gates: impl Iterator<Item = GateHistory>) -> GateFailures {
    let none = GateFailures { deals: 0, findings: 0, waivers: 0 };
    gates.fold(none, |sum, gates| GateFailures {
        deals: sum.deals + usize::from(gates.failing > 0),
        findings: sum.findings + gates.failing,
        waivers: sum.waivers + gates.waived,
    })
}

fn named(snapshot: &GitSnapshot, config: &Config) -> ContentIds {
    let mut paths = snapshot.files_in(&config.workflows).files;
    paths.push(crate::workspace::CONFIG_FILE.to_owned());
    let named = |path: String| {
        let name = snapshot.content_name(&path).map(str::to_owned);
        (path, name)
    };
    paths.into_iter().map(named).collect()
}
