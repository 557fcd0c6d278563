//! The command that does what is left: ticks, approves, moves on or wins.

use super::progress::{Progress, ProgressState};
use super::step::ChecklistStep;
use crate::source::shell;
use crate::standing::StandingState;

/// The command that ticks or approves what is unmet.
pub(super) fn supply_unmet(step: &ChecklistStep) -> Option<&str> {
    step.command.as_deref().filter(|_| step.state == StandingState::Unmet)
}

/// The command for an open deal of which nothing is at fault and nothing asked: on, or won.
pub(super) fn onward(deal: &Progress, wins: bool) -> Option<String> {
    match (deal.state, &deal.next_stage) {
        (ProgressState::Open, _) if deal.errors > 0 => None,
        (ProgressState::Open, _) if wins => Some(shell::command("win", &[&deal.deal])),
        (ProgressState::Open, Some(_)) => Some(shell::command("move", &[&deal.deal])),
        _ => None,
    }
}
