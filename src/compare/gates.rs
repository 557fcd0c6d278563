//! Which gates a deal passed between two moments, and which it newly fails or skipped.

use std::sync::Arc;

use super::state::DealState;
use crate::deal::record::Ending;

/// A gate that a deal fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FailedGate {
    /// The stage, counted from 0.
    pub stage: usize,
    /// The requirements that are missing, in the workflow's order.
    pub requirements: Vec<Arc<str>>,
    /// Whether the deal failed it before, too, and went on all the same.
    pub still: bool,
}

/// What became of a deal's gates between two moments.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct GateChanges {
    /// The stages, counted from 0, that it is past with all they ask met or waived, and was not.
    pub passed: Vec<usize>,
    /// The gates that lack what is needed where it stands and did not, and all that do of a deal that moved forward.
    pub failed: Vec<FailedGate>,
}

impl GateChanges {
    /// Compares a deal with what it was; a deal that was not there had passed no gate. States that `history` alone
    /// tells of know no gates, so nothing changed in them.
    pub(crate) fn between(before: Option<&DealState>, after: &DealState) -> Self {
        // Of a deal that was closed otherwise nothing is asked; that it is again is news.
        if before.is_some_and(|before| before.requirements.is_empty() && before.terms.ending.is_none()) {
            return Self::default();
        }
        let then = |stage: usize| {
            let (before, id) = (before?, &after.workflow.stages[stage].id);
            Some((before, before.workflow.stage_index(id)?))
        };
        let had_passed = |stage| then(stage).is_some_and(|(before, stage)| has_passed(before, stage));
        let had_failed =
            |stage| then(stage).is_some_and(|(before, stage)| !missing(before, stage).is_empty());
        let stood = before.and_then(|before| after.workflow.stage_index(before.terms.stage.as_deref()?));
        let went_on = stood.is_some_and(|stood| after.stage_index().is_some_and(|stands| stood < stands));
        let mut changes = Self::default();
        for stage in 0..after.workflow.stages.len() {
            let requirements = missing(after, stage);
            let still = had_failed(stage);
            if !requirements.is_empty() && (!still || went_on) {
                changes.failed.push(FailedGate { stage, requirements, still });
            } else if has_passed(after, stage) && !had_passed(stage) {
                changes.passed.push(stage);
            }
        }
        changes
    }
}

/// What a stage asks and the deal lacks where it stands.
fn missing(deal: &DealState, stage: usize) -> Vec<Arc<str>> {
    let asked = deal.requirements.iter().filter(|asked| asked.stage == Some(stage));
    asked.filter(|asked| asked.due && asked.unmet).map(|asked| Arc::clone(&asked.id)).collect()
}

/// Whether a deal is past a stage that asks something of it, and lacks nothing of that.
fn has_passed(deal: &DealState, stage: usize) -> bool {
    let Some(stands) = deal.stage_index() else { return false };
    let past = match deal.terms.ending {
        None => stage < stands,
        Some(Ending::Won) => {
            stage < stands || stage <= deal.workflow.won_from && deal.workflow.won_from <= stands
        }
        // They ask no stage's requirements.
        Some(Ending::Lost | Ending::Disqualified) => false,
    };
    let mut asked = deal.requirements.iter().filter(|asked| asked.stage == Some(stage) && asked.due);
    past && asked.next().is_some() && missing(deal, stage).is_empty()
}
