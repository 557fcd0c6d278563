//! Open deals that were read once and are kept, so that a rule that is being written can be asked of all of them while it is
//! typed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use iso_currency::Currency;
use rayon::prelude::*;
use rust_decimal::Decimal;

use super::judged::JudgedDeal;
use super::workspace::Workspace;
use crate::deal::Deal;
use crate::deal::record::Ending;
use crate::gate::{self, Depth, Due, Judgement, Moment, RequirementState};
use crate::history::{GitHistory, StageOrder, Timeline};
use crate::workflow::Workflow;

/// Open deals that were kept. One that is what it was is kept on, and takes no more room.
pub type OpenDeals = Arc<Vec<Arc<OpenDeal>>>;

/// An open deal, apart from its file.
pub struct OpenDeal {
    workflow: Arc<str>,
    deal: Deal<'static>,
    timeline: Timeline,
    git_history: Option<GitHistory>,
    worth: Option<Decimal>,
}

/// What a requirement costs: the open deals that may not be where they are because of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RuleCost {
    /// How many.
    pub deals: usize,
    /// What those together are worth that have a price, in the currency of figures.
    pub worth: Decimal,
    /// How many have none.
    pub unpriced: usize,
}

/// What requirements cost, by their ids.
pub type RuleCosts = BTreeMap<Arc<str>, RuleCost>;

/// What the requirements of workflows cost, by the ids of the workflows.
pub type CostsByWorkflow = BTreeMap<Arc<str>, RuleCosts>;

impl OpenDeal {
    /// Keeps a deal if it is open, or keeps it on where it was kept before; `currency` is that of figures.
    pub fn of(
        judged: &JudgedDeal<'_>,
        workspace: &Workspace<'_>,
        currency: Option<Currency>,
        before: &BTreeMap<&str, &Arc<Self>>,
    ) -> Option<Arc<Self>> {
        if !is_open(judged) {
            return None;
        }
        let worth = worth(judged, workspace, currency);
        let known = before.get(judged.deal.id.as_ref()).filter(|known| known.is(judged, worth));
        Some(known.map_or_else(|| Arc::new(Self::apart(judged, worth)), |known| Arc::clone(known)))
    }

    fn apart(judged: &JudgedDeal<'_>, worth: Option<Decimal>) -> Self {
        Self {
            workflow: Arc::clone(&judged.workflow.id),
            deal: judged.deal.clone().into_owned(),
            timeline: judged.timeline.clone(),
            git_history: judged.git_history.cloned(),
            worth,
        }
    }

    /// Whether a deal is what it was.
    fn is(&self, judged: &JudgedDeal<'_>, worth: Option<Decimal>) -> bool {
        self.workflow == judged.workflow.id
            && self.worth == worth
            && self.deal.values == judged.deal.values
            && self.deal.bare == judged.deal.bare
            && self.timeline == *judged.timeline
            && self.git_history.as_ref() == judged.git_history
    }

    /// Deals by their ids.
    pub fn by_id(deals: &[Arc<Self>]) -> BTreeMap<&str, &Arc<Self>> {
        deals.iter().map(|kept| (kept.deal.id.as_ref(), kept)).collect()
    }

    fn judge<'w>(
        &self,
        workspace: &Workspace<'_>,
        workflow: &'w Workflow,
        ids: &BTreeSet<Arc<str>>,
        is_same_ladder: bool,
    ) -> Judgement<'w> {
        self.deal.steps.begin_again();
        let stage_index = |stage: &str| workflow.stage_index(stage);
        let ladder = StageOrder { index: &stage_index, won_from: workflow.won_from };
        let anew = (!is_same_ladder).then(|| Timeline::of(&self.deal, self.git_history.as_ref(), ladder));
        let has_file = |path: &str| workspace.snapshot.shares_file(path);
        let moment = Moment {
            today: workspace.today,
            rates: &workspace.config.rates,
            people: &workspace.config.people,
            timeline: anew.as_ref().unwrap_or(&self.timeline),
            has_file: &has_file,
            depth: Depth::Gates,
            git_history: self.git_history.as_ref(),
            proof: workspace.past.proof(),
        };
        gate::judge_only(&self.deal, workflow, moment, &|requirement| ids.contains(&requirement.id))
    }
}

fn is_open(judged: &JudgedDeal<'_>) -> bool {
    judged.judgement.ending.is_none()
}

fn worth(judged: &JudgedDeal<'_>, workspace: &Workspace<'_>, currency: Option<Currency>) -> Option<Decimal> {
    let amount = judged.deal.amount().map(|amount| amount.value);
    workspace.config.rates.price(amount, currency, workspace.today).ok()
}

/// A deal, and what it fails.
#[derive(Clone, Debug)]
pub struct FailedDeal {
    /// The workflow it follows.
    pub workflow: Arc<str>,
    /// The ids of the requirements of gates behind it that are not met. Of a lost deal: that would not be, had it to go on.
    pub failed: Vec<Arc<str>>,
    /// How it ended; `None`: it is open.
    pub ending: Option<Ending>,
    /// What it is worth, in the currency of figures.
    pub worth: Option<Decimal>,
}

impl FailedDeal {
    /// What a judged deal fails. Lost deals tell only where they were judged in full.
    pub fn of(judged: &JudgedDeal<'_>, workspace: &Workspace<'_>, currency: Option<Currency>) -> Self {
        let judgement = judged.judgement;
        let is_behind = |item: &gate::Item<'_>| {
            item.stage
                .zip(judgement.stage)
                .is_some_and(|(of, here)| of < here || (of == here && item.requirement.at_entry))
        };
        let failed: Vec<_> = match judgement.ending {
            None | Some(Ending::Won) => failing(judgement).cloned().collect(),
            Some(Ending::Lost | Ending::Disqualified) => judgement
                .items
                .iter()
                .filter(|item| is_behind(item) && matches!(item.state, RequirementState::Unmet(..)))
                .map(|item| Arc::clone(&item.requirement.id))
                .collect(),
        };
        Self {
            workflow: Arc::clone(&judged.workflow.id),
            failed,
            ending: judgement.ending,
            worth: worth(judged, workspace, currency),
        }
    }
}

/// The ids of the requirements that keep a deal from being where it is.
fn failing<'j>(judgement: &'j Judgement<'_>) -> impl Iterator<Item = &'j Arc<str>> {
    let fails =
        |item: &&gate::Item<'_>| item.due == Due::Now && matches!(item.state, RequirementState::Unmet(..));
    judgement.items.iter().filter(fails).map(|item| &item.requirement.id)
}

impl RuleCost {
    /// Adds a deal.
    pub fn add(&mut self, worth: Option<Decimal>) {
        self.deals += 1;
        match worth {
            Some(worth) => self.worth += worth,
            None => self.unpriced += 1,
        }
    }

    /// Adds other deals.
    pub fn join(&mut self, other: Self) {
        self.deals += other.deals;
        self.worth += other.worth;
        self.unpriced += other.unpriced;
    }
}

/// What some requirements of a workflow cost over the deals that were kept. Where the stages are those that the deals were
/// kept under, their dates need not be worked out again.
pub fn costs(
    deals: &[Arc<OpenDeal>],
    workspace: &Workspace<'_>,
    workflow: &Workflow,
    ids: &BTreeSet<Arc<str>>,
    is_same_ladder: bool,
) -> RuleCosts {
    let of = |costs: RuleCosts, kept: &Arc<OpenDeal>| {
        let mut costs = costs;
        if kept.workflow == workflow.id {
            let judgement = kept.judge(workspace, workflow, ids, is_same_ladder);
            for id in failing(&judgement) {
                costs.entry(Arc::clone(id)).or_default().add(kept.worth);
            }
        }
        costs
    };
    let join = |mut one: RuleCosts, other: RuleCosts| {
        for (id, cost) in other {
            one.entry(id).or_default().join(cost);
        }
        one
    };
    deals.par_iter().with_min_len(512).fold(RuleCosts::new, of).reduce(RuleCosts::new, join)
}
