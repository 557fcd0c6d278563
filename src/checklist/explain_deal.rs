//! `explain` of a deal: each requirement, met by which line, unmet and why, waived, or not asked and why.

use std::io::{self, Write};

use serde::Serialize;

use super::layout::{dim, paragraph};
use super::presentation::{Opening, Presentation};
use super::progress::{Progress, ProgressState};
use super::standing::{Detail, head, one_step, remarks};
use super::step::ChecklistStep;
use crate::emit::{Surface, bold};
use crate::source::{escape, shell};
use crate::standing::{Need, StandingState};

/// A deal, requirement by requirement.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct DealExplanation {
    #[serde(flatten)]
    opening: Opening,
    #[serde(flatten)]
    deal: Progress,
}

impl DealExplanation {
    /// This deal.
    pub(crate) fn new(opening: Opening, deal: Progress) -> Self {
        Self { opening, deal }
    }
}

impl Presentation for DealExplanation {
    fn text(&self, surface: Surface, out: &mut dyn Write) -> io::Result<()> {
        let deal = &self.deal;
        head(deal, surface, out)?;
        if deal.state == ProgressState::NotJudged {
            return remarks(deal, surface, out);
        }
        let told: Vec<&ChecklistStep> = deal.steps.iter().filter(|step| step.needed != Need::Never).collect();
        for gate in told.chunk_by(|a, b| a.stage == b.stage) {
            self.gate(gate, surface, out)?;
        }
        if matches!(deal.state, ProgressState::Lost | ProgressState::Disqualified) {
            writeln!(out, "\nWhat the stages ask is asked no more.")?;
        }
        if deal.errors + deal.warnings > 0 {
            let dim = dim(surface);
            writeln!(
                out,
                "\n{dim}`{}` shows what to do next.{dim:#}",
                shell::command("status", &[&deal.deal])
            )?;
        }
        Ok(())
    }
}

impl DealExplanation {
    fn gate(&self, gate: &[&ChecklistStep], surface: Surface, out: &mut dyn Write) -> io::Result<()> {
        let Some(first) = gate.first() else { return Ok(()) };
        title(first, &self.deal, surface, out)?;
        // A stage that does not exist for the deal says so once.
        let shared = first.reason.as_deref().filter(|_| {
            gate.len() > 1
                && gate
                    .iter()
                    .all(|step| step.state == StandingState::NotAsked && step.reason == first.reason)
        });
        if let Some(reason) = shared {
            writeln!(out, "{}", paragraph("  ", &format!("Nothing of it is asked: {reason}."), 2, surface))?;
        }
        for step in gate {
            let detail = if shared.is_some() { Detail::Title } else { Detail::Who };
            one_step(step, detail, surface, out)?;
            self.because(step, surface, out)?;
        }
        Ok(())
    }

    /// What it is met by; why it is not, and what is asked.
    fn because(&self, step: &ChecklistStep, surface: Surface, out: &mut dyn Write) -> io::Result<()> {
        let place = step.line.map(|line| format!("{}:{line}", escape::line(&self.deal.file)));
        let said = match (step.state, place) {
            (StandingState::NotAsked, _) => return Ok(()),
            (StandingState::Unmet, place) => {
                let at = place.map_or(String::new(), |place| format!(" ({place})"));
                format!("unmet: {}{at}", step.reason.as_deref().unwrap_or_default())
            }
            (StandingState::Waived, Some(place)) => format!("waived by {place}"),
            (_, Some(place)) => format!("met by {place}"),
            (_, None) => format!("met: {}", step.met_when),
        };
        let dim = dim(surface);
        let said = format!("{}: {said}", step.requirement);
        writeln!(out, "{dim}{}{dim:#}", paragraph("      ", &said, 6, surface))?;
        if step.state == StandingState::Unmet && step.kind != "rule" {
            let asks = format!("it is met when {}", step.met_when);
            writeln!(out, "{dim}{}{dim:#}", paragraph("      ", &asks, 6, surface))?;
        }
        Ok(())
    }
}

fn title(step: &ChecklistStep, deal: &Progress, surface: Surface, out: &mut dyn Write) -> io::Result<()> {
    let bold = bold(surface);
    let Some(stage) = step.stage.as_deref() else {
        return writeln!(out, "\n{bold}What the outcome owes{bold:#}");
    };
    let needed = match (deal.stage.as_deref() == Some(stage), step.needed) {
        (true, _) if deal.state == ProgressState::Open => ", where it stands",
        (true, _) => ", where it stood",
        (false, Need::Now) => ", behind it",
        (false, _) => ", still to come",
    };
    writeln!(out, "\n{bold}{}{bold:#}{needed}", escape::opening(stage))
}
