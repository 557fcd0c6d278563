//! `explain` of a deal: each requirement, met by which line, unmet and why, waived, or not asked and why.

use std::io::{self, Write};

use serde::Serialize;

use super::layout::{dim, paragraph};
use super::progress::{Progress, State};
use super::standing::{head, one_step, remarks};
use super::step::{Need, Step, StepState};
use super::{Opening, Sheet};
use crate::emit::{Surface, bold};
use crate::source::escape;

/// A deal, requirement by requirement.
#[derive(Clone, Debug, Serialize)]
pub struct Telling {
    #[serde(flatten)]
    opening: Opening,
    #[serde(flatten)]
    deal: Progress,
}

impl Telling {
    /// This deal.
    #[must_use]
    pub fn new(opening: Opening, deal: Progress) -> Self {
        Self { opening, deal }
    }
}

impl Sheet for Telling {
    fn text(&self, surface: Surface, out: &mut dyn Write) -> io::Result<()> {
        let deal = &self.deal;
        head(deal, surface, out)?;
        if deal.state == State::NotJudged {
            return remarks(deal, surface, out);
        }
        let mut last = None;
        for step in deal.steps.iter().filter(|step| step.stage.is_some() || step.needed == Need::Now) {
            let here = Some(step.stage.as_deref());
            if last != here {
                title(step, deal, surface, out)?;
                last = here;
            }
            one_step(step, false, surface, out)?;
            self.because(step, surface, out)?;
        }
        if deal.errors + deal.warnings > 0 {
            let dim = dim(surface);
            writeln!(
                out,
                "\n{dim}`dealgate status {}` shows what to do next.{dim:#}",
                escape::line(&deal.deal)
            )?;
        }
        Ok(())
    }
}

impl Telling {
    /// When it is met, and by what it is or is not.
    fn because(&self, step: &Step, surface: Surface, out: &mut dyn Write) -> io::Result<()> {
        if step.state == StepState::NotAsked {
            return Ok(());
        }
        let place = step.line.map(|line| format!("{}:{line}", escape::line(&self.deal.file)));
        let why = match (step.state, place) {
            (StepState::Unmet, Some(place)) => {
                format!("unmet: {} ({place})", step.reason.as_deref().unwrap_or_default())
            }
            (StepState::Unmet, None) => format!("unmet: {}", step.reason.as_deref().unwrap_or_default()),
            (StepState::Waived, Some(place)) => format!("waived by {place}"),
            (_, Some(place)) => format!("met by {place}"),
            (_, None) => "met".to_owned(),
        };
        let dim = dim(surface);
        let asks = format!("{}: {}", step.requirement, step.met_when);
        writeln!(out, "{dim}{}{dim:#}", paragraph("      ", &asks, 6, surface))?;
        writeln!(out, "{}", paragraph("      ", &why, 6, surface))
    }
}

fn title(step: &Step, deal: &Progress, surface: Surface, out: &mut dyn Write) -> io::Result<()> {
    let bold = bold(surface);
    let Some(stage) = step.stage.as_deref() else {
        return writeln!(out, "\n{bold}What the outcome owes{bold:#}");
    };
    let needed = match (deal.stage.as_deref() == Some(stage), step.needed) {
        (true, Need::Never) | (false, Need::Never) => ", no longer asked",
        (true, _) if deal.state == State::Open => ", where it stands",
        (true, _) => ", where it stood",
        (false, Need::Now) => ", behind it",
        (false, _) => ", still to come",
    };
    writeln!(out, "\n{bold}{}{bold:#}{needed}", escape::line(stage))
}
