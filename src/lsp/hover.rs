//! What an editor shows of the thing under the cursor: in plain words, and as plain text, so that nothing of a file is
//! taken for markup.

use lsp_types::{Hover, HoverContents, MarkupContent, MarkupKind, Range};

use super::cursor::{Cursor, Meaning};
use crate::assess::{JudgedDeal, Workspace};
use crate::checklist::{Amount, ChecklistStep, Progress};
use crate::deal::Money;
use crate::finding::wording::{Count, WordList};
use crate::source::escape;
use crate::standing::StandingState;
use crate::workflow::{Requirement, Stage, Workflow};

/// Lines as a hover at a range.
pub(super) fn shown(lines: &[String], range: Range) -> Hover {
    let lines: Vec<_> = lines.iter().map(|line| escape::line(line)).collect();
    let contents = MarkupContent { kind: MarkupKind::PlainText, value: lines.join("\n") };
    Hover { contents: HoverContents::Markup(contents), range: Some(range) }
}

/// What there is to say in a deal.
pub(super) fn in_deal(
    cursor: &Cursor,
    workspace: &Workspace<'_>,
    judged: &JudgedDeal<'_>,
) -> Option<Vec<String>> {
    let workflow = judged.workflow;
    match cursor.in_deal()? {
        Meaning::Requirement(id) => {
            let mut lines = requirement(workflow, workflow.requirement(id)?, workspace);
            let progress = Progress::of(judged, &workspace.config.levels, workspace.today);
            lines.extend(progress.steps.iter().find(|step| step.requirement == id).map(standing));
            Some(lines)
        }
        Meaning::Stage(id) => {
            let progress = Progress::of(judged, &workspace.config.levels, workspace.today);
            let index = workflow.stage_index(id)?;
            let mut lines = stage(&workflow.stages[index]);
            let steps: Vec<_> =
                progress.steps.iter().filter(|step| step.stage.as_deref() == Some(id)).collect();
            lines.extend(steps.iter().map(|step| format!("{} {}", mark(step.state), step.title)));
            if let Some(days) = progress.days_in_stage.filter(|_| judged.judgement.stage == Some(index)) {
                let days = Count(usize::try_from(days).unwrap_or_default(), "day");
                lines.push(format!("Here: for {days}"));
            }
            Some(lines)
        }
        Meaning::Workflow(_) => Some(of_workflow(workflow)),
        Meaning::Amount => Some(amount(judged.deal.amount()?.value, workspace)),
        Meaning::Person(address) => Some(person(address, workflow, workspace)),
    }
}

/// What there is to say in a workflow.
pub(super) fn in_workflow(
    cursor: &Cursor,
    workflow: &Workflow,
    workspace: &Workspace<'_>,
) -> Option<Vec<String>> {
    match cursor.in_workflow()? {
        Meaning::Requirement(id) => Some(requirement(workflow, workflow.requirement(id)?, workspace)),
        Meaning::Stage(id) => {
            let found = &workflow.stages[workflow.stage_index(id)?];
            let mut lines = stage(found);
            lines.extend(found.requirements.iter().map(|it| format!("- {}", it.title)));
            Some(lines)
        }
        Meaning::Workflow(name) => workspace.library.get(name).flatten().map(|it| of_workflow(it)),
        Meaning::Person(address) => Some(person(address, workflow, workspace)),
        Meaning::Amount => None,
    }
}

fn requirement(workflow: &Workflow, it: &Requirement, workspace: &Workspace<'_>) -> Vec<String> {
    let stage = workflow.stages.iter().find(|stage| stage.requirements.iter().any(|one| one.id == it.id));
    let when = match stage {
        Some(stage) if it.at_entry => format!(", to be in `{}`", stage.id),
        Some(stage) => format!(", to leave `{}`", stage.id),
        None => ", of deals that ended without being won".to_owned(),
    };
    let level = it.level.map_or(String::new(), |level| format!(", {}", level.name()));
    let mut lines = vec![
        it.title.clone(),
        format!("`{}`, {}{when}{level}", it.id, it.demand.kind()),
        format!("Met when {}", it.demand.explain()),
    ];
    if let Some(condition) = &it.when {
        lines.push(format!("Asked when {}", crate::standing::condition(condition, workflow)));
    }
    if let Some(since) = it.since {
        lines.push(format!("Asked of deals that came there on or after {since}"));
    }
    if let Some((name, group)) = it.demand.approvers().and_then(|name| workflow.groups.get_key_value(name)) {
        let members = group.members_on(workspace.today).map(|address| called(address, workspace));
        let members: Vec<String> = members.collect();
        let who = if members.is_empty() { "nobody".to_owned() } else { WordList(&members, "or").to_string() };
        lines.push(format!("Who: {who} (`{name}`)"));
    }
    lines.extend(it.help.as_ref().map(|help| format!("Help: {help}")));
    lines.extend(it.url.as_ref().map(|url| format!("More: {url}")));
    lines
}

/// How the deal stands with it.
fn standing(step: &ChecklistStep) -> String {
    let day = step.date.as_deref().map_or(String::new(), |day| format!(" on {day}"));
    let by = step.by.as_deref().map_or(String::new(), |by| format!(" by {by}"));
    let reason = step.reason.as_deref().map_or(String::new(), |reason| format!(": {reason}"));
    match step.state {
        StandingState::Met => format!("Here: met{day}{by}"),
        StandingState::Waived => {
            let until = step.until.as_deref().map_or(String::new(), |until| format!(" until {until}"));
            format!("Here: waived{until}{by}{reason}")
        }
        StandingState::Unmet => format!("Here: not met{reason}"),
        StandingState::NotAsked => format!("Here: not asked{reason}"),
    }
}

fn mark(state: StandingState) -> &'static str {
    match state {
        StandingState::Met => "[x]",
        StandingState::Waived => "[~]",
        StandingState::Unmet => "[ ]",
        StandingState::NotAsked => "[-]",
    }
}

fn stage(stage: &Stage) -> Vec<String> {
    let mut lines = vec![stage.name.clone()];
    lines.extend(stage.goal.clone());
    let chance = stage.probability.map(|share| format!("won with {}", crate::deal::value::percent(share)));
    let days = stage.max_days.map(|days| format!("at most {}", Count(days, "day")));
    let facts: Vec<String> = [chance, stage.category.clone(), days].into_iter().flatten().collect();
    lines.extend((!facts.is_empty()).then(|| facts.join(" · ")));
    lines.extend(stage.when.as_ref().map(|when| format!("Exists when `{}`", when.text())));
    lines
}

fn of_workflow(workflow: &Workflow) -> Vec<String> {
    let stages: Vec<&str> = workflow.stages.iter().map(|stage| stage.id.as_ref()).collect();
    vec![workflow.name.clone(), stages.join(" → ")]
}

fn amount(money: Money, workspace: &Workspace<'_>) -> Vec<String> {
    let mut lines = vec![Amount::of(money).shown];
    let (currency, today) = (workspace.currency(), workspace.today);
    match workspace.config.rates.price(Some(money), currency, today) {
        Ok(_) if money.currency == currency => {}
        Ok(worth) => {
            let worth = Amount::of_sum(Money { amount: worth, currency }).shown;
            lines.push(format!("{worth} at the rate of {today}"));
        }
        Err(why) => lines.push(format!("– in the currency of figures: {why}")),
    }
    lines
}

fn person(address: &str, workflow: &Workflow, workspace: &Workspace<'_>) -> Vec<String> {
    let people = &workspace.config.people;
    let mut lines = vec![called(address, workspace)];
    let groups = workflow.groups.iter().filter(|(_, group)| group.has(people, address, workspace.today));
    let groups: Vec<String> = groups.map(|(name, _)| format!("`{name}`")).collect();
    if !groups.is_empty() {
        lines.push(format!("in {}", WordList(&groups, "and")));
    }
    if let Some(until) = people.find(address).and_then(|listed| listed.until) {
        lines.push(format!("until {until}"));
    }
    lines
}

/// Whoever has an address, by name where that is known.
fn called(address: &str, workspace: &Workspace<'_>) -> String {
    match workspace.config.people.name(address) {
        Some(name) => format!("{name} <{address}>"),
        None => address.to_owned(),
    }
}
