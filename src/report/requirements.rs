//! The requirements a deal misses and those still to do, each with its command.

use super::model::{GateProgress, MissingRequirement};
use crate::finding::Level;
use crate::source::shell;
use crate::standing::{Checklist, Standing, StandingState};
use crate::workflow::Workflow;

/// What a deal owes where it stands.
pub(super) fn missing(checklist: Checklist<'_>, workflow: &Workflow, deal: &str) -> Vec<MissingRequirement> {
    let owed = checklist.standings().filter_map(|standing| Some((standing, standing.check_level()?)));
    owed.map(|(standing, level)| one(standing, level, workflow, deal)).collect()
}

/// What keeps a deal from going on.
pub(super) fn to_do(checklist: Checklist<'_>, workflow: &Workflow, deal: &str) -> Vec<MissingRequirement> {
    let left = checklist.standings().filter(|standing| standing.is_left());
    left.map(|standing| one(standing, Level::Error, workflow, deal)).collect()
}

/// How much of a stage's gate is met.
pub(super) fn gate(checklist: Checklist<'_>, stage: usize) -> GateProgress {
    let here = || checklist.standings().filter(|standing| standing.stage() == Some(stage));
    let count = |fits: &dyn Fn(StandingState) -> bool| here().filter(|it| fits(it.state())).count();
    GateProgress {
        met: count(&|state| matches!(state, StandingState::Met | StandingState::Waived)),
        asked: count(&|state| state != StandingState::NotAsked),
    }
}

fn one(standing: Standing<'_>, level: Level, workflow: &Workflow, deal: &str) -> MissingRequirement {
    let requirement = standing.requirement();
    MissingRequirement {
        requirement: requirement.id.to_string(),
        title: requirement.title.clone(),
        stage: standing.stage().map(|stage| workflow.stages[stage].id.to_string()),
        why: standing.why().unwrap_or_default(),
        help: standing.help().map(str::to_owned),
        level,
        approvers: requirement.demand.approvers().map(str::to_owned),
        command: requirement.command(deal).unwrap_or_else(|| shell::command("status", &[deal])),
    }
}
