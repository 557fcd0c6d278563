//! One requirement as a deal stands with it. Must not know how it is shown.

use serde::Serialize;

use crate::assess::Judged;
use crate::finding::{Level, Levels, Setting};
use crate::gate::{Due, Existence, Item, NotAsked, State};
use crate::requirement::Expression;
use crate::source::{Position, Span};
use crate::workflow::Workflow;

/// One line of a deal's checklist.
#[derive(Clone, Debug, Serialize)]
pub struct Step {
    /// The requirement's id.
    pub requirement: String,
    /// What it asks, in plain words.
    pub title: String,
    /// Its stage's id; null for what lost and disqualified deals owe.
    pub stage: Option<String>,
    /// `task`, `approval`, `field` or `rule`.
    pub kind: &'static str,
    /// When it counts as met.
    pub met_when: String,
    /// `error`, `warning` or `info`; only an error blocks.
    pub level: &'static str,
    /// When it is needed.
    pub needed: Need,
    /// How the deal stands with it.
    pub state: StepState,
    /// Why it is unmet, waived or not asked.
    pub reason: Option<String>,
    /// What to do about it while it is unmet.
    pub help: Option<String>,
    /// A page that says more.
    pub url: Option<String>,
    /// The day it was done or waived.
    pub date: Option<String>,
    /// Who did, approved or waived it.
    pub by: Option<String>,
    /// What proves it.
    pub evidence: Option<String>,
    /// The last day of its waiver.
    pub until: Option<String>,
    /// The line of the deal that meets, waives or fails it.
    pub line: Option<usize>,
    /// The column in that line.
    pub column: Option<usize>,
}

/// When a requirement is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Need {
    /// Without it the deal may not be where it is.
    Now,
    /// Before the deal may go on: to leave its stage, or to be in the next.
    ToGoOn,
    /// Further on.
    Later,
    /// Never: the deal has ended otherwise.
    Never,
}

/// How a deal stands with a requirement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepState {
    /// It is met.
    Met,
    /// It is lifted for a time.
    Waived,
    /// It is not met.
    Unmet,
    /// It does not concern this deal.
    NotAsked,
}

impl Step {
    /// Whether it keeps the deal from going on.
    #[must_use]
    pub fn is_left(&self) -> bool {
        let blocks = self.level == Level::Error.name();
        blocks && self.needed == Need::ToGoOn && self.state == StepState::Unmet
    }

    /// The steps of a deal, in the workflow's order.
    pub(super) fn all(judged: &Judged<'_>, levels: &Levels) -> Vec<Self> {
        let next = next_stage(judged);
        judged.judgement.items.iter().map(|item| Self::of(item, judged, levels, next)).collect()
    }

    fn of(item: &Item<'_>, judged: &Judged<'_>, levels: &Levels, next: Option<usize>) -> Self {
        let Item { requirement, .. } = item;
        let needed = match item.due {
            Due::Now => Need::Now,
            Due::Next => Need::ToGoOn,
            Due::Later if requirement.at_entry && item.stage == next => Need::ToGoOn,
            Due::Later => Need::Later,
            Due::Never => Need::Never,
        };
        let level = requirement.level.or(match levels.of(crate::finding::Code::RequirementUnmet) {
            Setting::At(level) => Some(level),
            Setting::Off => None,
        });
        let mut step = Self {
            requirement: requirement.id.to_string(),
            title: requirement.title.clone(),
            stage: item.stage.map(|stage| judged.workflow.stages[stage].id.to_string()),
            kind: requirement.demand.kind(),
            met_when: requirement.demand.explain(),
            level: level.unwrap_or(Level::Info).name(),
            needed,
            state: StepState::NotAsked,
            reason: None,
            help: None,
            url: requirement.url.clone(),
            date: None,
            by: None,
            evidence: None,
            until: None,
            line: None,
            column: None,
        };
        match &item.state {
            State::Met(span) => step.met(*span, judged),
            State::Waived(span) => step.waived(*span, judged),
            State::Unmet(unmet, waiver) => {
                step.state = StepState::Unmet;
                step.stands_at(unmet.span, judged);
                step.reason = Some(match waiver {
                    Some(fault) => format!("{}; its waiver does not count: {}", unmet.reason, fault.reason),
                    None => unmet.reason.clone(),
                });
                step.help = match unmet.span {
                    Some(_) => unmet.help.clone().or_else(|| requirement.help.clone()),
                    None => requirement.help.clone().or_else(|| unmet.help.clone()),
                };
            }
            State::NotAsked(why) => step.reason = Some(not_asked(why, item, judged)),
        }
        step
    }

    /// Tasks and approvals are met by an entry that says who and when.
    fn met(&mut self, span: Option<Span>, judged: &Judged<'_>) {
        self.state = StepState::Met;
        self.stands_at(span, judged);
        let entry = judged.deal.done().find(|entry| entry.id.value == self.requirement);
        let Some(record) = entry.filter(|entry| Some(entry.span) == span).and_then(|entry| entry.record)
        else {
            return;
        };
        self.date = record.date("date").map(|date| date.value.to_string());
        self.by = record.text("by").map(|by| by.value.to_owned());
        self.evidence = record.text("evidence").map(|evidence| evidence.value.to_owned());
    }

    fn waived(&mut self, span: Span, judged: &Judged<'_>) {
        self.state = StepState::Waived;
        self.stands_at(Some(span), judged);
        let entry = judged.deal.waivers().find(|entry| entry.id.value == self.requirement);
        let Some(record) = entry.and_then(|entry| entry.record) else { return };
        self.reason = record.text("reason").map(|reason| reason.value.to_owned());
        self.by = record.text("by").map(|by| by.value.to_owned());
        self.date = record.date("date").map(|date| date.value.to_string());
        self.until = record.date("until").map(|until| until.value.to_string());
    }

    fn stands_at(&mut self, span: Option<Span>, judged: &Judged<'_>) {
        let Some(Position { line, column }) = span.map(|span| judged.file.position(span.start)) else {
            return;
        };
        (self.line, self.column) = (Some(line), Some(column));
    }
}

/// The stage that comes next for a deal, counted from 0.
pub(super) fn next_stage(judged: &Judged<'_>) -> Option<usize> {
    let here = judged.judgement.stage?;
    let exists = |(_, existence): &(usize, &Existence)| **existence == Existence::Exists;
    judged.judgement.stages.iter().enumerate().skip(here + 1).find(exists).map(|(index, _)| index)
}

fn not_asked(why: &NotAsked, item: &Item<'_>, judged: &Judged<'_>) -> String {
    let workflow = judged.workflow;
    let is_false = |when: Option<&Expression>| match when {
        Some(when) => format!("{} is false", condition(when, workflow)),
        None => "its condition is false".to_owned(),
    };
    match why {
        NotAsked::Condition => is_false(item.requirement.when.as_ref()),
        NotAsked::Undecided(why) => format!("cannot be told yet: {why}"),
        NotAsked::Since(day) => format!("the deal came to this stage before {day}"),
        NotAsked::NoSuchStage => {
            let Some(index) = item.stage else { return "its stage does not exist".to_owned() };
            let stage = &workflow.stages[index];
            match &judged.judgement.stages[index] {
                Existence::Undecided(why) => {
                    format!("whether the stage `{}` exists for this deal cannot be told: {why}", stage.id)
                }
                _ => format!(
                    "the stage `{}` does not exist for this deal: {}",
                    stage.id,
                    is_false(stage.when.as_ref())
                ),
            }
        }
    }
}

/// A condition, and what the derived values in it stand for: `` `big` (`amount >= 250000`) ``.
pub(super) fn condition(when: &Expression, workflow: &Workflow) -> String {
    let words: Vec<&str> = when.text().split(|c: char| !c.is_ascii_alphanumeric() && c != '_').collect();
    let derived = workflow.derived.iter().filter(|(name, _)| words.contains(&name.as_ref()));
    let meant: Vec<_> = derived
        .map(|(name, expression)| {
            // Where the name is all that there is, it need not be said again.
            let name = if when.text() == name.as_ref() { String::new() } else { format!("`{name}`: ") };
            format!("{name}`{}`", expression.text())
        })
        .collect();
    match meant.as_slice() {
        [] => format!("`{}`", when.text()),
        meant => format!("`{}` ({})", when.text(), meant.join(", ")),
    }
}
