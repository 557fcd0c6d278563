//! What rules cost: how many open deals fail each requirement, as the rules are saved and as they are in the editor.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use iso_currency::Currency;

use crate::assess::Workspace;
use crate::assess::open_deals::{self, CostsByWorkflow, FailedDeal, OpenDeals, RuleCost, RuleCosts};
use crate::checklist::Amount;
use crate::deal::Money;
use crate::finding::wording::Count;
use crate::workflow::Workflow;
use crate::workflow::digest::WorkflowDigest;

/// What requirements cost under one version of the rules.
#[derive(Clone, Debug, Default)]
pub(super) struct KnownCosts {
    costs: CostsByWorkflow,
    digests: BTreeMap<Arc<str>, WorkflowDigest>,
}

impl KnownCosts {
    /// Costs as they were found, of open deals, under the rules of a workspace.
    pub(super) fn new(workspace: &Workspace<'_>, found: impl IntoIterator<Item = FailedDeal>) -> Self {
        let mut costs = CostsByWorkflow::new();
        for deal in found {
            let of_workflow = costs.entry(deal.workflow).or_default();
            for id in deal.failed {
                of_workflow.entry(id).or_default().add(deal.worth);
            }
        }
        let library = &workspace.library;
        let own = library.own_names().filter_map(|name| library.get(name).flatten());
        let digests = own.map(|workflow| (Arc::clone(&workflow.id), workflow.digest.clone())).collect();
        Self { costs, digests }
    }

    fn of(&self, workflow: &str, id: &str) -> RuleCost {
        self.costs.get(workflow).and_then(|costs| costs.get(id)).copied().unwrap_or_default()
    }
}

/// What is known of costs.
pub(super) struct CostSheet {
    /// The open deals, as they were read by the rules that are saved.
    pub(super) deals: OpenDeals,
    /// Under the rules that are saved.
    pub(super) saved: KnownCosts,
    /// Under the rules that the last check of everything saw.
    pub(super) checked: KnownCosts,
    /// The currency of figures.
    pub(super) currency: Option<Currency>,
    /// What was told of each file last: while a workflow is half written, it cannot be used.
    pub(super) told_last: BTreeMap<String, CostChanges>,
}

/// What requirements cost, by their ids.
pub(super) type CostChanges = BTreeMap<Arc<str>, CostChange>;

/// The cost of a requirement, as it is saved and as it is in the editor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CostChange {
    /// `None`: it is not there.
    saved: Option<RuleCost>,
    /// `None`: it is what is saved.
    typed: Option<RuleCost>,
    /// Whether the workflow as it is typed can be used.
    is_usable: bool,
}

impl CostSheet {
    /// What the requirements cost that stand in a file, by their ids: where it cannot be used, those that were there when
    /// it could, as they are saved.
    pub(super) fn changes(&mut self, workspace: &Workspace<'_>, path: &str) -> CostChanges {
        let changes = self.usable(workspace, path);
        if !changes.is_empty() {
            self.told_last.insert(path.to_owned(), changes.clone());
            return changes;
        }
        let known = self.told_last.get(path).cloned().unwrap_or_default();
        let saved = |change: CostChange| CostChange { typed: None, is_usable: false, ..change };
        known.into_iter().map(|(id, change)| (id, saved(change))).collect()
    }

    fn usable(&self, workspace: &Workspace<'_>, path: &str) -> CostChanges {
        let mut all = CostChanges::new();
        let library = &workspace.library;
        for workflow in library.own_names().filter_map(|name| library.get(name).flatten()) {
            let stands = |it: &crate::workflow::Requirement| {
                it.place.as_ref().is_some_and(|place| place.file.path().as_ref() == path)
            };
            let ids: BTreeSet<Arc<str>> =
                workflow.requirements().filter(|it| stands(it)).map(|it| Arc::clone(&it.id)).collect();
            let typed = self.typed(workspace, workflow, &ids);
            let saved = self.saved.digests.get(&workflow.id);
            for id in ids {
                let before = saved
                    .filter(|digest| digest.requirements.contains_key(&id))
                    .map(|_| self.saved.of(&workflow.id, &id));
                let after = typed.as_ref().and_then(|typed| typed.get(&id).copied());
                all.entry(id).and_modify(|known| known.join(before, after)).or_insert(CostChange {
                    saved: before,
                    typed: after,
                    is_usable: true,
                });
            }
        }
        all
    }

    /// What requirements cost that are not what is saved.
    fn typed(
        &self,
        workspace: &Workspace<'_>,
        workflow: &Workflow,
        ids: &BTreeSet<Arc<str>>,
    ) -> Option<RuleCosts> {
        let (digest, saved) = (&workflow.digest, self.saved.digests.get(&workflow.id));
        let of_checked = |id: &Arc<str>| (Arc::clone(id), self.checked.of(&workflow.id, id));
        let is_changed = |id: &&Arc<str>| {
            saved.is_none_or(|saved| {
                saved.surroundings != digest.surroundings
                    || saved.reading != digest.reading
                    || saved.requirements.get(*id) != digest.requirements.get(*id)
            })
        };
        let changed: BTreeSet<Arc<str>> = ids.iter().filter(is_changed).cloned().collect();
        if self.checked.digests.get(&workflow.id) == Some(digest) {
            return Some(changed.iter().map(of_checked).collect());
        }
        // Other fields are other values, which only a check of everything reads.
        if changed.is_empty() || saved.is_some_and(|saved| saved.reading != digest.reading) {
            return None;
        }
        let is_same_ladder = saved.is_some_and(|saved| saved.surroundings == digest.surroundings);
        let mut costs = open_deals::costs(&self.deals, workspace, workflow, &changed, is_same_ladder);
        for id in changed {
            costs.entry(id).or_default();
        }
        Some(costs)
    }

    /// What is said of a requirement.
    pub(super) fn summary(&self, change: CostChange) -> String {
        let CostChange { saved, typed, is_usable } = change;
        match (saved, typed) {
            (Some(saved), _) if !is_usable => format!("{} · not usable as typed", self.fails(saved)),
            (None, _) if !is_usable => "not usable as typed".to_owned(),
            (Some(saved), None) => self.fails(saved),
            (Some(saved), Some(typed)) if saved == typed => {
                format!("{} · with this change the same", self.fails(saved))
            }
            (Some(saved), Some(typed)) => {
                let typed = format!("{}{}", typed.deals, self.worth(typed));
                format!("{} · with this change {typed}", self.fails(saved))
            }
            (None, Some(typed)) => format!("with this change {}", self.fails(typed)),
            (None, None) => "not judged yet".to_owned(),
        }
    }

    fn fails(&self, cost: RuleCost) -> String {
        match cost.deals {
            0 => "no open deal fails it".to_owned(),
            1 => format!("1 open deal fails it{}", self.worth(cost)),
            more => format!("{} fail it{}", Count(more, "open deal"), self.worth(cost)),
        }
    }

    fn worth(&self, cost: RuleCost) -> String {
        let priced = cost.deals - cost.unpriced;
        let shown = Amount::of_sum(Money { amount: cost.worth, currency: self.currency }).shown;
        match (priced, cost.unpriced) {
            (0, _) => String::new(),
            (_, 0) => format!(" ({shown})"),
            (_, without) => format!(" ({shown}, {without} without a price)"),
        }
    }
}

impl CostChange {
    fn join(&mut self, saved: Option<RuleCost>, typed: Option<RuleCost>) {
        let sum = |one: Option<RuleCost>, other: Option<RuleCost>| match (one, other) {
            (Some(mut one), Some(other)) => {
                one.join(other);
                Some(one)
            }
            (one, other) => one.or(other),
        };
        // Where only one of the workflows changed, the other costs what it did.
        let typed = match (self.typed, typed) {
            (None, None) => None,
            (one, other) => sum(one.or(self.saved), other.or(saved)),
        };
        *self = Self { saved: sum(self.saved, saved), typed, is_usable: true };
    }
}
