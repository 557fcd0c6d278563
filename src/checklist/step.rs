//! One requirement of a deal as a step of its checklist.

use serde::Serialize;

use crate::assess::JudgedDeal;
use crate::deal::Record;
use crate::finding::Level;
use crate::source::{Position, shell};
use crate::standing::{Checklist, Need, Standing, StandingState};

/// One line of a deal's checklist.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ChecklistStep {
    /// The requirement's id.
    pub requirement: String,
    /// What it asks, in plain words.
    pub title: String,
    /// Its stage's id; null for what lost and disqualified deals owe.
    pub stage: Option<String>,
    /// `task`, `approval`, `field` or `rule`.
    pub kind: &'static str,
    /// The command that ticks or approves it, or sets the field that it lacks; null for what is met by what the deal says
    /// elsewhere.
    pub command: Option<String>,
    /// What `dealgate set` takes for that.
    #[serde(skip)]
    pub assignment: Option<String>,
    /// When it counts as met.
    pub met_when: String,
    /// `error`, `warning` or `info`; only an error blocks.
    pub level: &'static str,
    /// When it is needed.
    pub needed: Need,
    /// How the deal stands with it.
    pub state: StandingState,
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

impl ChecklistStep {
    /// The steps of a deal, in the workflow's order.
    pub(super) fn all(checklist: Checklist<'_>, judged: &JudgedDeal<'_>) -> Vec<Self> {
        checklist.standings().map(|standing| Self::of(standing, judged)).collect()
    }

    fn of(standing: Standing<'_>, judged: &JudgedDeal<'_>) -> Self {
        let requirement = standing.requirement();
        let state = standing.state();
        let at = standing.place().map(|span| judged.file.position(span.start));
        let statement = match state {
            StandingState::Met => standing.done().filter(|entry| Some(entry.span) == standing.place()),
            StandingState::Waived => standing.waiver(),
            StandingState::Unmet | StandingState::NotAsked => None,
        };
        let record = statement.and_then(|statement| statement.record);
        let text = |record: &Record<'_>, key| record.text(key).map(|text| text.value.to_owned());
        let day = |record: &Record<'_>, key| record.date(key).map(|date| date.value.to_string());
        Self {
            requirement: requirement.id.to_string(),
            title: requirement.title.clone(),
            stage: standing.stage().map(|stage| judged.workflow.stages[stage].id.to_string()),
            kind: requirement.demand.kind(),
            command: requirement.command(&judged.deal.id).or_else(|| {
                let assignment = standing.assignment()?;
                Some(shell::command("set", &[&judged.deal.id, &assignment]))
            }),
            assignment: standing.assignment(),
            met_when: requirement.demand.explain(),
            level: standing.level().name(),
            needed: standing.need(),
            state,
            reason: standing.why().or_else(|| text(record?, "reason")),
            help: standing.help().map(str::to_owned),
            url: requirement.url.clone(),
            date: record.and_then(|record| day(record, "date")),
            by: record.and_then(|record| text(record, "by")),
            evidence: record.and_then(|record| text(record, "evidence")),
            until: record.and_then(|record| day(record, "until")),
            line: at.map(|Position { line, .. }| line),
            column: at.map(|Position { column, .. }| column),
        }
    }

    /// Whether the deal needs it where it is, or to go on.
    pub(crate) fn is_needed_soon(&self) -> bool {
        matches!(self.needed, Need::Now | Need::ToGoOn)
    }

    /// Whether nothing but its being met lets the deal go on: warnings and infos are for whoever wants to know.
    pub(crate) fn may_block(&self) -> bool {
        self.level == Level::Error.name()
    }
}
