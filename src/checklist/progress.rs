//! The state of one deal as a serialisable model: its stage, its remarks and its checklist.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::Serialize;

use super::step::ChecklistStep;
use crate::assess::JudgedDeal;
use crate::deal::Money;
use crate::deal::record::Ending;
use crate::finding::{Finding, Ledger, Level, Levels};
use crate::standing::{Checklist, Need, StandingState};
use crate::workflow::Workflow;

/// How one deal stands.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Progress {
    /// The deal's id.
    pub deal: String,
    /// Its file.
    pub file: String,
    /// Its `name`.
    pub name: Option<String>,
    /// Its `customer`.
    pub customer: Option<String>,
    /// Its `owner`.
    pub owner: Option<String>,
    /// What the owner is called, where `[people]` says.
    pub owner_name: Option<String>,
    /// Its `amount`, as written.
    pub amount: Option<Amount>,
    /// Its `close_date`.
    pub close_date: Option<String>,
    /// The workflow it follows; null when there is none that it could be judged by.
    pub workflow: Option<String>,
    /// The stage it stands in; null when that is missing or unknown.
    pub stage: Option<String>,
    /// That stage, counted from 1.
    pub stage_number: Option<usize>,
    /// How many stages the workflow has.
    pub stages: usize,
    /// The stage that comes next for this deal.
    pub next_stage: Option<String>,
    /// Whether it may be won from the stage it stands in.
    pub may_be_won: bool,
    /// What became of it.
    pub state: ProgressState,
    /// The day and the reason of its outcome.
    pub outcome: Option<ProgressOutcome>,
    /// Whether it rests.
    pub on_hold: bool,
    /// Days since it came to its stage.
    pub days_in_stage: Option<i64>,
    /// The most days that it should stay there.
    pub max_days: Option<usize>,
    /// What is to be done next, and until when.
    pub next_step: Option<PlannedStep>,
    /// How many findings of level error, warning and info there are.
    pub errors: usize,
    /// Findings of level warning.
    pub warnings: usize,
    /// Findings of level info.
    pub infos: usize,
    /// Requirements to be met before it may go on.
    pub left: usize,
    /// What `check` says of it.
    pub findings: Vec<Remark>,
    /// Every requirement, in the workflow's order.
    pub steps: Vec<ChecklistStep>,
}

/// What is to be done next about a deal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct PlannedStep {
    /// What; null when it does not say.
    pub what: Option<String>,
    /// Until when; null when it does not say.
    pub date: Option<String>,
}

/// An amount, exactly.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Amount {
    /// How much, as a decimal number.
    pub value: String,
    /// The ISO 4217 code.
    pub currency: Option<&'static str>,
    /// As people read it.
    #[serde(skip)]
    pub shown: String,
}

/// What became of a deal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ProgressState {
    /// It could not be judged.
    NotJudged,
    /// It is open.
    Open,
    /// It is won.
    Won,
    /// It is won, and all work is done.
    Completed,
    /// It is lost.
    Lost,
    /// It was no deal.
    Disqualified,
}

/// The day and the reason of an outcome.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ProgressOutcome {
    /// When.
    pub date: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

/// A finding about a deal.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Remark {
    /// Its stable kind; `dealgate explain` knows it.
    pub code: &'static str,
    /// `error`, `warning` or `info`.
    pub level: &'static str,
    /// What is wrong.
    pub message: String,
    /// The next action.
    pub help: Option<String>,
    /// The requirement's id.
    pub requirement: Option<String>,
    /// The file; null when no file is at fault.
    pub file: Option<String>,
    /// The line in it.
    pub line: Option<usize>,
    /// The column in that line.
    pub column: Option<usize>,
    #[serde(skip)]
    pub(super) grade: Level,
}

impl Progress {
    /// How a judged deal stands; what is said of it comes with [`Progress::attach_findings`].
    pub(crate) fn of(judged: &JudgedDeal<'_>, levels: &Levels, today: Date) -> Self {
        let JudgedDeal { deal, workflow, judgement, .. } = judged;
        let here = judgement.stage;
        let checklist = Checklist::of(judged, levels);
        let outcome = deal.outcome();
        let day = |date: Option<crate::source::Spanned<Date>>| date.map(|date| date.value.to_string());
        Self {
            deal: deal.id.to_string(),
            file: judged.file.path().to_string(),
            name: deal.name().map(str::to_owned),
            customer: deal.customer().map(str::to_owned),
            owner: deal.owner().map(str::to_owned),
            owner_name: deal.owner().and_then(|owner| judged.people.name(owner)).map(str::to_owned),
            amount: deal.amount().map(|amount| Amount::of(amount.value)),
            close_date: day(deal.close_date()),
            workflow: Some(workflow.id.to_string()),
            stage: here.map(|stage| workflow.stages[stage].id.to_string()),
            stage_number: here.map(|stage| stage + 1),
            stages: workflow.stages.len(),
            next_stage: checklist.next_stage().map(|stage| workflow.stages[stage].id.to_string()),
            may_be_won: here.is_some_and(|stage| stage >= judgement.won_from),
            state: match judgement.ending {
                Some(Ending::Lost) => ProgressState::Lost,
                Some(Ending::Disqualified) => ProgressState::Disqualified,
                _ if deal.completed().is_some() => ProgressState::Completed,
                Some(Ending::Won) => ProgressState::Won,
                None => ProgressState::Open,
            },
            outcome: outcome.map(|outcome| ProgressOutcome {
                date: day(outcome.date),
                reason: outcome.reason.map(|reason| reason.value.to_owned()),
            }),
            on_hold: judgement.ending.is_none() && deal.is_on_hold(today),
            days_in_stage: judgement.days_in_stage,
            max_days: here.and_then(|stage| workflow.stages[stage].max_days),
            next_step: deal.values.record("next_step").and_then(|step| {
                let what = step.value.text("what").map(|what| what.value.to_owned());
                let date = step.value.date("date").map(|date| date.value.to_string());
                (what.is_some() || date.is_some()).then_some(PlannedStep { what, date })
            }),
            left: checklist.left(),
            steps: ChecklistStep::all(checklist, judged),
            ..Self::unjudged(&deal.id, judged.file.path(), None)
        }
    }

    /// A deal of which there is no judgement.
    pub(crate) fn unjudged(deal: &str, file: &str, workflow: Option<&Workflow>) -> Self {
        Self {
            deal: deal.to_owned(),
            file: file.to_owned(),
            name: None,
            customer: None,
            owner: None,
            owner_name: None,
            amount: None,
            close_date: None,
            workflow: workflow.map(|workflow| workflow.id.to_string()),
            stage: None,
            stage_number: None,
            stages: 0,
            next_stage: None,
            may_be_won: false,
            state: ProgressState::NotJudged,
            outcome: None,
            on_hold: false,
            days_in_stage: None,
            max_days: None,
            next_step: None,
            errors: 0,
            warnings: 0,
            infos: 0,
            left: 0,
            findings: Vec::new(),
            steps: Vec::new(),
        }
    }

    /// Takes over what the ledger says of deals, so that it is what `check` says.
    pub(crate) fn attach_findings(all: &mut [Self], ledger: &Ledger) {
        let mut by_deal: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
        // A link that leads nowhere is told by its file alone.
        let mut by_file: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
        for finding in ledger.findings() {
            match (&finding.subject.deal, &finding.place) {
                (Some(deal), _) => by_deal.entry(deal).or_default().push(finding),
                (None, Some(place)) => by_file.entry(place.file.path()).or_default().push(finding),
                (None, None) => {}
            }
        }
        // Of two files that claim one id, each has what is said of it.
        let files: BTreeSet<String> = all.iter().map(|progress| progress.file.clone()).collect();
        for progress in all {
            let about = [by_deal.get(progress.deal.as_str()), by_file.get(progress.file.as_str())];
            let is_others = |finding: &Finding| {
                let place = finding.place.as_ref().map(|place| place.file.path().as_ref());
                place.is_some_and(|path: &str| path != progress.file && files.contains(path))
            };
            let own = about.into_iter().flatten().flatten().filter(|finding| !is_others(finding));
            let remarks = own.map(|finding| Remark::of(finding)).collect();
            progress.take(remarks);
        }
    }

    fn take(&mut self, remarks: Vec<Remark>) {
        self.findings = remarks;
        // What blocks comes first; of one level, in the file's order.
        self.findings.sort_by_key(|remark| std::cmp::Reverse(remark.grade));
        let count = |level| self.findings.iter().filter(|remark| remark.grade == level).count();
        (self.errors, self.warnings, self.infos) =
            (count(Level::Error), count(Level::Warning), count(Level::Info));
    }

    /// The steps that stand before the deal where it is: to go on, or because of how it ended.
    pub(crate) fn at_hand(&self) -> impl Iterator<Item = &ChecklistStep> {
        let here = self.stage.as_deref();
        self.steps.iter().filter(move |step| match step.needed {
            Need::ToGoOn => true,
            Need::Now => {
                step.stage.is_none() || (step.stage.as_deref() == here && self.state == ProgressState::Open)
            }
            Need::Later | Need::Never => false,
        })
    }

    /// Requirements lifted by a waiver, among those needed now.
    pub(crate) fn waived_before(&self) -> impl Iterator<Item = &ChecklistStep> {
        let here = self.stage.as_deref();
        self.steps.iter().filter(move |step| {
            step.needed == Need::Now
                && step.state == StandingState::Waived
                && (step.stage.as_deref() != here || self.state != ProgressState::Open)
        })
    }
}

impl Amount {
    /// A sum as it is shown: without decimals where they are none.
    pub(crate) fn of_sum(money: Money) -> Self {
        let whole = money.amount.trunc();
        Self::of(Money { amount: if whole == money.amount { whole } else { money.amount }, ..money })
    }

    /// An amount as it is shown.
    pub(crate) fn of(money: Money) -> Self {
        Self {
            value: money.amount.to_string(),
            currency: money.currency.map(|currency| currency.code()),
            shown: super::layout::money(money),
        }
    }
}

impl Remark {
    fn of(finding: &Finding) -> Self {
        let start = finding.place.as_ref().map(crate::source::Place::start);
        let grade = finding.level.unwrap_or(Level::Error);
        Self {
            code: finding.code.name(),
            level: grade.name(),
            message: finding.message.clone(),
            help: finding.help.clone(),
            requirement: finding.subject.requirement.as_deref().map(str::to_owned),
            file: finding.place.as_ref().map(|place| place.file.path().to_string()),
            line: start.map(|start| start.line),
            column: start.map(|start| start.column),
            grade,
        }
    }
}
