//! A workflow as people read it: gates first, then who may do what, then what a deal may hold.

use std::io::{self, Write};

use super::sheet::{EndingSheet, GroupSheet, RequirementSummary, StageSheet, WorkflowSheet};
use crate::checklist::layout::{columns, dim, fill, paragraph};
use crate::checklist::standing::inside;
use crate::emit::{Surface, bold};
use crate::finding::wording::{Count, WordList};
use crate::source::escape;

pub(super) fn write(sheet: &WorkflowSheet, surface: Surface, out: &mut dyn Write) -> io::Result<()> {
    head(sheet, surface, out)?;
    for (index, stage) in sheet.stages.iter().enumerate() {
        gate(index + 1, stage, sheet, surface, out)?;
    }
    ending("Lost deals", &sheet.lost, sheet, surface, out)?;
    let until = sheet.disqualified_until.as_deref();
    let title =
        until.map_or("Disqualified deals".to_owned(), |until| format!("Disqualified deals, until {until}"));
    ending(&title, &sheet.disqualified, sheet, surface, out)?;
    waivers(sheet, surface, out)?;
    let groups: Vec<_> = sheet.groups.iter().map(|group| (group.group.clone(), members(group))).collect();
    pairs("Groups", &groups, surface, out)?;
    let fields: Vec<_> = sheet.fields.iter().map(|field| (field.field.clone(), field.kind.clone())).collect();
    pairs("Fields of a deal, beside the core keys", &fields, surface, out)?;
    let derived: Vec<_> =
        sheet.derived.iter().map(|it| (it.name.clone(), format!("`{}`", it.expression))).collect();
    pairs("Derived values", &derived, surface, out)
}

fn head(sheet: &WorkflowSheet, surface: Surface, out: &mut dyn Write) -> io::Result<()> {
    let bold = bold(surface);
    writeln!(out, "{bold}{}{bold:#}: {}", escape::opening(&sheet.workflow), escape::line(&sheet.name))?;
    let mut facts = Vec::new();
    if let Some(file) = &sheet.file {
        let extends = if sheet.extends.is_empty() {
            String::new()
        } else {
            format!(", extends {}", WordList(&sheet.extends, "and"))
        };
        facts.push(format!("In {}{extends}.", escape::line(file)));
    }
    let amounts = sheet.currency.map(|code| format!(" Amounts are in {code}."));
    facts.push(format!("A deal may be won from {} on.{}", sheet.won_from, amounts.unwrap_or_default()));
    if let Some(start) = &sheet.start_in {
        facts.push(format!("It starts in {}.", WordList(start, "or")));
    }
    if sheet.when_undecided == "ask" {
        facts.push("What a condition leaves open, because the deal lacks a value, is asked.".to_owned());
    }
    let moves = &sheet.moves;
    facts.push(format!(
        "Moves: to skip a stage is {}, to go back {}, to reopen {}.",
        graded(moves.skip),
        graded(moves.back),
        graded(moves.reopen)
    ));
    for fact in facts {
        writeln!(out, "{}", paragraph("", &fact, 2, surface))?;
    }
    Ok(())
}

fn graded(level: &str) -> &str {
    match level {
        "error" => "an error",
        "warning" => "a warning",
        "info" => "an info",
        _ => "allowed",
    }
}

pub(super) fn gate(
    number: usize,
    stage: &StageSheet,
    sheet: &WorkflowSheet,
    surface: Surface,
    out: &mut dyn Write,
) -> io::Result<()> {
    let bold = bold(surface);
    let days = stage.max_days.map(|days| format!("at most {}", Count(days, "day")));
    let likely = stage.likely.as_deref().map(|share| format!("{share} likely"));
    let facts: Vec<String> = [likely, stage.category.clone(), days].into_iter().flatten().collect();
    let facts = if facts.is_empty() { String::new() } else { format!(" · {}", facts.join(", ")) };
    writeln!(out, "\n{bold}{number} {}{bold:#}{facts}", escape::line(&stage.stage))?;
    if let Some(goal) = &stage.goal {
        writeln!(out, "{}", paragraph("  ", goal, 2, surface))?;
    }
    if let Some(when) = &stage.condition {
        writeln!(out, "{}", paragraph("  ", &format!("Only for deals with {when}."), 2, surface))?;
    }
    for asked in &stage.requires {
        requirement(asked, sheet, surface, out)?;
    }
    if stage.requires.is_empty() {
        writeln!(out, "  Nothing is asked.")?;
    }
    Ok(())
}

pub(super) fn requirement(
    asked: &RequirementSummary,
    sheet: &WorkflowSheet,
    surface: Surface,
    out: &mut dyn Write,
) -> io::Result<()> {
    let dim = dim(surface);
    let title = paragraph("", &asked.title, 6, inside(6, surface));
    writeln!(out, "  [ ] {title}")?;
    let from = if asked.inherited { format!(" (from {})", asked.from) } else { String::new() };
    let asks = format!("{}{from}: {}", asked.requirement, asked.met_when);
    writeln!(out, "{dim}{}{dim:#}", paragraph("      ", &asks, 6, surface))?;
    let terms = terms(asked, sheet);
    if terms.is_empty() {
        return Ok(());
    }
    writeln!(out, "{dim}{}{dim:#}", paragraph("      ", &terms.join("; "), 6, surface))
}

/// Who may approve, and under which conditions it is asked at all.
fn terms(asked: &RequirementSummary, sheet: &WorkflowSheet) -> Vec<String> {
    let mut terms = Vec::new();
    let group =
        asked.approval.as_deref().and_then(|name| sheet.groups.iter().find(|group| group.group == name));
    if let Some(group) = group {
        terms.push(format!("by {}", members(group)));
    }
    if let Some(when) = &asked.condition {
        terms.push(format!("only when {when}"));
    }
    if let Some(since) = &asked.since {
        terms.push(format!("only of deals that came to the stage on or after {since}"));
    }
    if asked.at == "entry" {
        terms.push("needed on entry".to_owned());
    }
    match asked.level {
        Some("error") | None => {}
        Some(level) => terms.push(format!("{level}, does not block")),
    }
    match asked.waivable.as_deref() {
        None => {}
        Some("true") => terms.push("may be waived by anyone but the owner".to_owned()),
        Some("false") => terms.push("may not be waived".to_owned()),
        Some(group) => terms.push(format!("may be waived by {group}")),
    }
    terms
}

fn members(group: &GroupSheet) -> String {
    if group.members.is_empty() {
        return "nobody yet".to_owned();
    }
    let members: Vec<String> = group
        .members
        .iter()
        .map(|member| match (&member.from, &member.until) {
            (None, None) => member.email.clone(),
            (Some(from), None) => format!("{} (from {from})", member.email),
            (None, Some(until)) => format!("{} (until {until})", member.email),
            (Some(from), Some(until)) => format!("{} ({from} to {until})", member.email),
        })
        .collect();
    WordList(&members, "or").to_string()
}

fn ending(
    title: &str,
    ending: &EndingSheet,
    sheet: &WorkflowSheet,
    surface: Surface,
    out: &mut dyn Write,
) -> io::Result<()> {
    if ending.reasons.is_none() && ending.requires.is_empty() {
        return Ok(());
    }
    let bold = bold(surface);
    writeln!(out, "\n{bold}{}{bold:#}", escape::line(title))?;
    if let Some(reasons) = &ending.reasons {
        writeln!(out, "{}", paragraph("  ", &format!("Reasons: {}.", WordList(reasons, "or")), 2, surface))?;
    }
    for asked in &ending.requires {
        requirement(asked, sheet, surface, out)?;
    }
    Ok(())
}

fn waivers(sheet: &WorkflowSheet, surface: Surface, out: &mut dyn Write) -> io::Result<()> {
    let rules = &sheet.waivers;
    let bold = bold(surface);
    writeln!(out, "\n{bold}Waivers{bold:#}")?;
    let who = match &rules.by {
        None => "anyone but the owner".to_owned(),
        Some(by) => WordList(by, "or").to_string(),
    };
    let what = match &rules.only {
        None => "any requirement".to_owned(),
        Some(only) if only.is_empty() => "no requirement".to_owned(),
        Some(only) => WordList(only, "or").to_string(),
    };
    let days = rules.max_days.map_or(String::new(), |days| format!(", for at most {}", Count(days, "day")));
    writeln!(out, "{}", paragraph("  ", &format!("By {who}: {what}{days}."), 2, surface))
}

fn pairs(title: &str, pairs: &[(String, String)], surface: Surface, out: &mut dyn Write) -> io::Result<()> {
    if pairs.is_empty() {
        return Ok(());
    }
    let bold = bold(surface);
    writeln!(out, "\n{bold}{title}{bold:#}")?;
    let width = pairs.iter().map(|(name, _)| columns(name)).max().unwrap_or(0).min(24);
    for (name, text) in pairs {
        let first = format!("  {}  ", fill(&escape::opening(name), width));
        writeln!(out, "{}", paragraph(&first, text, width + 4, surface))?;
    }
    Ok(())
}
