//! The text of single deals: where each stands, what blocks it now, and what is left to do.

use std::io::{self, Write};

use anstyle::AnsiColor;
use serde::Serialize;

use super::layout::{colour, dim, paragraph};
use super::next_command::{onward, supply_unmet};
use super::presentation::{Opening, Presentation};
use super::progress::{Progress, ProgressState, Remark};
use super::step::ChecklistStep;
use crate::emit::{Surface, bold, level_style};
use crate::finding::Level;
use crate::finding::wording::{Count, WordList};
use crate::source::escape;
use crate::standing::{Need, StandingState};

/// Deals that were asked for by name.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct StageStatistics {
    #[serde(flatten)]
    opening: Opening,
    deals: Vec<Progress>,
}

impl StageStatistics {
    /// These deals.
    pub(crate) fn new(opening: Opening, deals: Vec<Progress>) -> Self {
        Self { opening, deals }
    }
}

impl Presentation for StageStatistics {
    fn text(&self, surface: Surface, out: &mut dyn Write) -> io::Result<()> {
        for (index, deal) in self.deals.iter().enumerate() {
            if index > 0 {
                writeln!(out)?;
            }
            head(deal, surface, out)?;
            remarks(deal, surface, out)?;
            to_do(deal, surface, out)?;
            passed(deal, surface, out)?;
        }
        Ok(())
    }
}

/// Who, what and where.
pub(super) fn head(deal: &Progress, surface: Surface, out: &mut dyn Write) -> io::Result<()> {
    let bold = bold(surface);
    let name = deal.name.as_deref().map_or(String::new(), |name| format!(": {}", escape::line(name)));
    writeln!(out, "{bold}{}{bold:#}{name}", escape::opening(&deal.deal))?;
    let closes = deal.close_date.as_deref().filter(|_| deal.state == ProgressState::Open);
    let facts: Vec<String> = [
        deal.customer.clone(),
        deal.amount.as_ref().map(|amount| amount.shown.clone()),
        deal.owner_name.clone().or_else(|| deal.owner.clone()),
        closes.map(|date| format!("closes {date}")),
    ]
    .into_iter()
    .flatten()
    .map(|fact| escape::line(&fact).into_owned())
    .collect();
    if !facts.is_empty() {
        writeln!(out, "{}", paragraph("", &facts.join(" · "), 0, surface))?;
    }
    writeln!(out, "{}", paragraph("", &whereabouts(deal), 0, surface))
}

fn whereabouts(deal: &Progress) -> String {
    let Some(workflow) = deal.workflow.as_deref() else {
        let why = if deal.errors > 0 {
            ""
        } else {
            ": its workflow cannot be used, and `dealgate check` shows why"
        };
        return format!("Not judged{why}.");
    };
    let mut said = match (&deal.stage, deal.stage_number) {
        (Some(stage), Some(number)) => format!("Stage {stage}, {number} of {} in {workflow}", deal.stages),
        _ => format!("In no stage of {workflow}"),
    };
    let days = deal.days_in_stage.and_then(|days| usize::try_from(days).ok());
    if let Some(days) = days.filter(|_| matches!(deal.state, ProgressState::Open | ProgressState::Won)) {
        let most = deal.max_days.filter(|_| deal.state == ProgressState::Open);
        let most = most.map_or(String::new(), |most| format!(" of at most {most}"));
        said = format!("{said}, for {}{most}", Count(days, "day"));
    }
    let ending = match deal.state {
        ProgressState::Won => "Won",
        ProgressState::Completed => "Completed",
        ProgressState::Lost => "Lost",
        ProgressState::Disqualified => "Disqualified",
        ProgressState::Open | ProgressState::NotJudged if deal.on_hold => return said + ". On hold.",
        ProgressState::Open | ProgressState::NotJudged => return said + ".",
    };
    let outcome = deal.outcome.as_ref();
    let date = outcome
        .and_then(|outcome| outcome.date.as_deref())
        .filter(|_| deal.state != ProgressState::Completed);
    let date = date.map_or(String::new(), |date| format!(" on {date}"));
    let reason = outcome.and_then(|outcome| outcome.reason.as_deref());
    let reason = reason.map_or(String::new(), |reason| format!(", for {reason}"));
    format!("{said}. {ending}{date}{reason}.")
}

/// What `check` says of it, gravest first.
pub(super) fn remarks(deal: &Progress, surface: Surface, out: &mut dyn Write) -> io::Result<()> {
    for (level, count, title) in [
        (Level::Error, deal.errors, "Blocked"),
        (Level::Warning, deal.warnings, "To look at"),
        (Level::Info, deal.infos, "To know"),
    ] {
        if count == 0 {
            continue;
        }
        let style = level_style(level, surface);
        writeln!(out, "\n{style}{title}: {}{style:#}", Count(count, level.name()))?;
        for remark in deal.findings.iter().filter(|remark| remark.grade == level) {
            one_remark(remark, surface, out)?;
            let of = |step: &&ChecklistStep| remark.requirement.as_deref() == Some(&step.requirement);
            let command = deal.steps.iter().find(of).and_then(|step| supply_unmet(step));
            let is_named = |command: &&str| remark.help.as_ref().is_some_and(|help| help.contains(command));
            name(command.filter(|command| !is_named(command)), surface, out)?;
        }
    }
    Ok(())
}

fn one_remark(remark: &Remark, surface: Surface, out: &mut dyn Write) -> io::Result<()> {
    let style = level_style(remark.grade, surface);
    let mark = if remark.grade == Level::Info { "[i]" } else { "[!]" };
    writeln!(out, "  {style}{mark}{style:#} {}", paragraph("", &remark.message, 6, inside(6, surface)))?;
    let place = match (&remark.file, remark.line, remark.column) {
        (Some(file), Some(line), Some(column)) => format!("{}:{line}:{column}", escape::opening(file)),
        _ => String::new(),
    };
    let requirement =
        remark.requirement.as_deref().map_or(String::new(), |id| format!(" {}", escape::line(id)));
    let dim = dim(surface);
    writeln!(out, "      {dim}{place}: {}{requirement}{dim:#}", remark.code)?;
    match &remark.help {
        Some(help) => writeln!(out, "{}", paragraph("      help: ", help, 12, surface)),
        None => Ok(()),
    }
}

/// A command that does it, on a line of its own, to be copied whole.
fn name(command: Option<&str>, surface: Surface, out: &mut dyn Write) -> io::Result<()> {
    let Some(command) = command else { return Ok(()) };
    let bold = bold(surface);
    writeln!(out, "      {bold}{}{bold:#}", escape::line(command))
}

/// A paragraph whose first line opens so far in is narrower by as much.
pub(super) fn inside(columns: usize, surface: Surface) -> Surface {
    Surface { width: surface.width.saturating_sub(columns), ..surface }
}

/// The checklist of what comes next.
fn to_do(deal: &Progress, surface: Surface, out: &mut dyn Write) -> io::Result<()> {
    let steps: Vec<&ChecklistStep> = deal.at_hand().collect();
    // What the next stage asks at its door is nothing that a win waits for.
    let here = deal.stage.as_deref();
    let (both, further): (Vec<&ChecklistStep>, Vec<&ChecklistStep>) =
        match (deal.state, deal.next_stage.as_deref()) {
            (ProgressState::Open, Some(_)) if deal.may_be_won => steps
                .into_iter()
                .partition(|step| step.needed != Need::ToGoOn || step.stage.as_deref() == here),
            _ => (steps, Vec::new()),
        };
    if further.is_empty() {
        return part(deal, &purpose(deal), &both, surface, out);
    }
    part(deal, "Before it may be won", &both, surface, out)?;
    let next = deal.next_stage.as_deref().unwrap_or_default();
    part(deal, &format!("Before it may go on to {next}, beside that"), &further, surface, out)
}

/// Steps under a heading that says what they are for.
fn part(
    deal: &Progress,
    purpose: &str,
    steps: &[&ChecklistStep],
    surface: Surface,
    out: &mut dyn Write,
) -> io::Result<()> {
    if steps.is_empty() {
        return Ok(());
    }
    let blocking = || steps.iter().filter(|step| step.may_block());
    let asked = blocking().filter(|step| step.state != StandingState::NotAsked).count();
    let undone = blocking().filter(|step| step.state == StandingState::Unmet).count();
    let bold = bold(surface);
    let count = match undone {
        0 => "nothing is left to do".to_owned(),
        _ => format!("{undone} of {asked} left to do"),
    };
    writeln!(out, "\n{bold}{}{bold:#}: {count}", escape::line(purpose))?;
    if undone == 0 {
        let wins = deal.may_be_won && !purpose.starts_with("Before it may go on");
        name(onward(deal, wins).as_deref(), surface, out)?;
    }
    for step in steps {
        // What stands above is not told again.
        let told = deal.findings.iter().any(|remark| {
            remark.requirement.as_deref() == Some(&step.requirement) && remark.grade > Level::Info
        });
        let detail = if told { Detail::Above } else { Detail::Full { here: deal.stage.as_deref() } };
        one_step(step, detail, surface, out)?;
    }
    Ok(())
}

fn purpose(deal: &Progress) -> String {
    match (deal.state, deal.next_stage.as_deref()) {
        (ProgressState::Lost | ProgressState::Disqualified, _) => "What the outcome owes".to_owned(),
        (ProgressState::Open, Some(next)) if deal.may_be_won => {
            format!("Before it may be won, or go on to {next}")
        }
        (ProgressState::Open, None) if deal.may_be_won => "Before it may be won".to_owned(),
        (_, Some(next)) => format!("Before it may go on to {next}"),
        (_, None) => "Before it is completed".to_owned(),
    }
}

/// How much is said of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Detail<'a> {
    /// Its title.
    Title,
    /// And who, when and why.
    Who,
    /// And by which line, when nobody is named.
    Lines,
    /// And, when it is unmet, that the fault stands above.
    Above,
    /// And what to do about it; a requirement of another stage than `here` says so.
    Full {
        /// Where the deal stands.
        here: Option<&'a str>,
    },
}

/// One line of a checklist, and what is said of it.
pub(super) fn one_step(
    step: &ChecklistStep,
    detail: Detail<'_>,
    surface: Surface,
    out: &mut dyn Write,
) -> io::Result<()> {
    let (mark, style) = match (step.state, step.needed) {
        (StandingState::Met, _) => ("[x]", colour(AnsiColor::Green, surface)),
        (StandingState::Waived, _) => ("[~]", colour(AnsiColor::Yellow, surface)),
        (StandingState::NotAsked, _) => ("[-]", dim(surface)),
        (StandingState::Unmet, Need::Now) => ("[!]", level_style(Level::Error, surface)),
        (StandingState::Unmet, _) => ("[ ]", anstyle::Style::new()),
    };
    let dimmed = if step.state == StandingState::NotAsked { dim(surface) } else { anstyle::Style::new() };
    let said = match fate(step, detail) {
        Some(fate) => format!("{} · {fate}", step.title),
        None => step.title.clone(),
    };
    let said = paragraph("", &said, 6, inside(6, surface));
    writeln!(out, "  {style}{mark}{style:#} {dimmed}{said}{dimmed:#}")?;
    let (Detail::Full { here }, StandingState::Unmet) = (detail, step.state) else { return Ok(()) };
    let elsewhere = step.stage.as_deref().filter(|stage| step.needed == Need::ToGoOn && Some(*stage) != here);
    let to_enter = elsewhere.map(|stage| format!("to be in {stage}"));
    let harmless = (!step.may_block()).then(|| format!("{}, does not block", step.level));
    let terms: Vec<String> = [to_enter, harmless].into_iter().flatten().collect();
    let terms = if terms.is_empty() { String::new() } else { format!(" ({})", terms.join("; ")) };
    let why = format!("{}{terms}: {}", step.requirement, step.reason.as_deref().unwrap_or_default());
    let dim = dim(surface);
    writeln!(out, "{dim}{}{dim:#}", paragraph("      ", &why, 6, surface))?;
    if let Some(help) = &step.help {
        writeln!(out, "{}", paragraph("      ", help, 6, surface))?;
    }
    name(supply_unmet(step), surface, out)
}

/// Who and when for what is done, until when for what is waived, why for what is not asked.
fn fate(step: &ChecklistStep, detail: Detail<'_>) -> Option<String> {
    if detail == Detail::Title {
        return None;
    }
    let by = step.by.as_deref().map(|by| format!("by {by}"));
    match step.state {
        StandingState::Met => {
            let evidence = step.evidence.as_deref().map(|evidence| format!("({evidence})"));
            let line = step
                .line
                .map(|line| format!("line {line}"))
                .filter(|_| step.date.is_none() && detail != Detail::Who);
            let parts: Vec<String> = [step.date.clone(), by, evidence, line].into_iter().flatten().collect();
            (!parts.is_empty()).then(|| parts.join(" "))
        }
        StandingState::Waived => {
            let until = step.until.as_deref().map(|until| format!("until {until}"));
            let parts: Vec<String> = [Some("waived".to_owned()), until, by].into_iter().flatten().collect();
            let reason = step.reason.as_deref().map_or(String::new(), |reason| format!(": {reason}"));
            Some(parts.join(" ") + &reason)
        }
        StandingState::NotAsked => {
            let reason = step.reason.as_deref().unwrap_or("it does not concern this deal");
            Some(format!("not asked: {reason}"))
        }
        StandingState::Unmet => (detail == Detail::Above).then(|| "see above".to_owned()),
    }
}

/// The gates behind it: how many of each were met, and what was waived.
fn passed(deal: &Progress, surface: Surface, out: &mut dyn Write) -> io::Result<()> {
    let mut gates: Vec<(&str, usize, usize)> = Vec::new();
    let behind =
        deal.steps.iter().filter(|step| step.needed == Need::Now && step.state != StandingState::NotAsked);
    for step in behind {
        let Some(stage) = step.stage.as_deref() else { continue };
        if deal.state == ProgressState::Open && deal.stage.as_deref() == Some(stage) {
            continue;
        }
        if gates.last().is_none_or(|(last, ..)| *last != stage) {
            gates.push((stage, 0, 0));
        }
        if let Some((_, met, all)) = gates.last_mut() {
            *met += usize::from(step.state != StandingState::Unmet);
            *all += 1;
        }
    }
    let gates: Vec<String> = gates.iter().map(|(stage, met, all)| format!("{stage} {met}/{all}")).collect();
    if !gates.is_empty() {
        let dim = dim(surface);
        let text = paragraph("", &format!("Gates behind it: {}", WordList(&gates, "and")), 2, surface);
        writeln!(out, "\n{dim}{text}{dim:#}")?;
    }
    for step in deal.waived_before() {
        one_step(step, Detail::Lines, surface, out)?;
    }
    Ok(())
}
