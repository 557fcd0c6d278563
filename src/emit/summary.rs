//! The last line of the formats for people.

use std::io::{self, Write};

use super::outcome::CheckOutcome;
use super::surface::{Surface, level_style};
use crate::edit::fix::FixEdit;
use crate::finding::Level;
use crate::finding::wording::{Count, WordList};
use crate::source::escape;

/// Writes what came out, in one line; nothing where no summary is wanted.
pub fn summary(outcome: &CheckOutcome<'_>, surface: Surface, out: &mut dyn Write) -> io::Result<()> {
    if !surface.summary {
        return Ok(());
    }
    let tally = outcome.ledger.tally();
    let found: Vec<String> = [
        (Level::Error, tally.errors, "error"),
        (Level::Warning, tally.warnings, "warning"),
        (Level::Info, tally.infos, "info"),
    ]
    .into_iter()
    .filter(|&(_, count, _)| count > 0)
    .map(|(level, count, noun)| {
        let style = level_style(level, surface);
        format!("{style}{}{style:#}", Count(count, noun))
    })
    .collect();

    if found.is_empty() {
        write!(out, "{}", all_is_well(outcome, surface))?;
    } else {
        write!(out, "Found {}", WordList(&found, "and"))?;
        if subject(outcome).0 > 0 {
            write!(out, " in {}", subject(outcome))?;
        }
    }
    let mut asides = Vec::new();
    if tally.waived > 0 {
        asides.push(format!("{} waived", Count(tally.waived, "requirement")));
    }
    if outcome.not_judged > 0 {
        let not_judged = Count(outcome.not_judged, "deal");
        asides.push(format!("{not_judged} not judged: no usable workflow"));
    }
    if let Some(since) = outcome.ledger.since() {
        let name = escape::line(&since.name);
        if tally.known > 0 {
            asides.push(format!("{} there before {name}", Count(tally.known, "finding")));
        }
        asides.push(format!("{} not touched since {name}, not judged", Count(since.not_touched, "deal")));
    }
    if !asides.is_empty() {
        write!(out, " ({})", asides.join("; "))?;
    }
    writeln!(out, ".")?;
    if surface.advice {
        write!(out, "{}", fixable(outcome))?;
    }
    Ok(())
}

/// How many findings `check --fix` mends, as far as it mends any.
fn fixable(outcome: &CheckOutcome<'_>) -> String {
    let findings = outcome.ledger.findings();
    // What was judged at a commit is not changed.
    if outcome.revision.is_some() || findings.iter().all(|finding| finding.fix.is_none()) {
        return String::new();
    }
    let made = findings.iter().zip(FixEdit::all(findings)).filter(|(_, edit)| edit.is_some());
    let (safe, others): (Vec<_>, Vec<_>) =
        made.partition(|(finding, _)| finding.fix.as_ref().is_some_and(|fix| fix.safe));
    match (safe.len(), others.len()) {
        (0, 0) => String::new(),
        (0, more) => format!("{more} fixable with `dealgate check --fix --unsafe-fixes`.\n"),
        (safe, 0) => format!("{safe} fixable with `dealgate check --fix`.\n"),
        (safe, more) => {
            format!("{safe} fixable with `dealgate check --fix`, {more} more with `--unsafe-fixes`.\n")
        }
    }
}

/// Says, before the first of them, that the findings from here on were there before.
pub(super) fn divide(outcome: &CheckOutcome<'_>, index: usize, out: &mut dyn Write) -> io::Result<()> {
    let findings = outcome.ledger.findings();
    let first = findings[index].known && (index == 0 || !findings[index - 1].known);
    match outcome.ledger.since().filter(|_| first) {
        Some(since) => writeln!(out, "There before {}:", escape::line(&since.name)),
        None => Ok(()),
    }
}

fn subject(outcome: &CheckOutcome<'_>) -> Count<'static> {
    match (outcome.deals, outcome.workflows) {
        (0, 0) => Count(outcome.templates, "template"),
        (0, workflows) => Count(workflows, "workflow"),
        (deals, _) => Count(deals, "deal"),
    }
}

/// No finding does not mean that every deal is in order: some may not have been judged.
fn all_is_well(outcome: &CheckOutcome<'_>, surface: Surface) -> String {
    let Count(number, noun) = subject(outcome);
    let judged = match outcome.deals {
        0 => number,
        deals => deals.saturating_sub(outcome.not_judged),
    };
    let text = match (judged, number) {
        // Only the settings were looked at.
        (_, 0) => "The settings are in order".to_owned(),
        // Settings are for all workflows, which were looked at with them.
        (_, _) if outcome.settings && outcome.deals == 0 => {
            format!("The settings and {} are in order", Count(number, noun))
        }
        (0, _) => format!("No {noun} was checked"),
        (1, 1) => format!("The {noun} is in order"),
        (_, _) if judged == number => format!("All {} are in order", Count(number, noun)),
        (_, _) => format!("{judged} of {} are in order", Count(number, noun)),
    };
    if surface.colour && judged == number && judged > 0 {
        let style = anstyle::AnsiColor::Green.on_default().bold();
        return format!("{style}{text}{style:#}");
    }
    text
}
