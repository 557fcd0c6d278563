//! The commands that do what is left.

use super::progress::{Progress, ProgressState};
use super::step::{ChecklistStep, StepState};
use crate::source::shell;

/// The command that ticks or approves; `None` for what is met by what the deal says elsewhere.
pub fn supply(deal: &str, step: &ChecklistStep) -> Option<String> {
    let (deal, id) = (shell::word(deal), shell::word(&step.requirement));
    let proof = if step.needs_evidence { " --evidence LINK" } else { "" };
    match step.kind {
        "task" => Some(format!("dealgate done {deal} {id}{proof}")),
        "approval" => Some(format!("dealgate approve {deal} {id}{proof}")),
        _ => None,
    }
}

/// The same while it is unmet.
pub(super) fn supply_unmet(deal: &str, step: &ChecklistStep) -> Option<String> {
    supply(deal, step).filter(|_| step.state == StepState::Unmet)
}

/// The command for an open deal of which nothing is at fault and nothing asked: on, or won.
pub(super) fn onward(deal: &Progress, wins: bool) -> Option<String> {
    let named = shell::word(&deal.deal);
    match (deal.state, &deal.next_stage) {
        (ProgressState::Open, _) if deal.errors > 0 => None,
        (ProgressState::Open, _) if wins => Some(format!("dealgate win {named}")),
        (ProgressState::Open, Some(_)) => Some(format!("dealgate move {named}")),
        _ => None,
    }
}
