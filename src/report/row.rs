//! Turns a judged deal into a row of a report, in the thread that judged it: nothing of its text is kept.

use jiff::civil::Date;

use super::deal_value::{DealValue, PricingInput};
use super::filter::{Traits, closing_day};
use super::model::{
    DayView, DealView, FindingView, HoldView, NextStep, OutcomeView, Share, StageRef, Status, StepDue,
    WaiverView,
};
use super::report_context::{anchor, encoded, page_of_deal};
use super::row_builder::RowBuilder;
use super::{deal_timeline, derived, requirements, sheet};
use crate::assess::JudgedDeal;
use crate::deal::period::days_between;
use crate::finding::{Code, Level};
use crate::history::Visit;
use crate::standing::{Need, StandingState};

/// What is kept of a deal: what a template sees, and what the figures need beyond it.
pub(super) struct ReportRow {
    /// What a template sees.
    pub deal: DealView,
    /// The stage it stands in, from 0.
    pub stage: Option<usize>,
    /// The day it was won, lost or disqualified.
    pub ended: Option<Date>,
    /// The first day that is known of it.
    pub opened: Option<Date>,
    /// Its stays in stages.
    pub visits: Vec<Visit>,
    /// Its waivers.
    pub waivers: Vec<WaiverView>,
}

/// A waiver that ends within so many days is about to.
const WAIVER_ENDS: i64 = 14;

impl ReportRow {
    /// The deal's errors that are not told with a gate already.
    pub(super) fn other_errors(&self) -> impl Iterator<Item = &FindingView> {
        let is_shown_with_gate = |finding: &FindingView| {
            let missing = &mut self.deal.missing.iter();
            missing.any(|missing| Some(&missing.requirement) == finding.requirement.as_ref())
        };
        let errors = self.deal.findings.iter().filter(|finding| finding.level == Level::Error);
        errors.filter(move |finding| !is_shown_with_gate(finding))
    }

    /// The waivers that hold and are about to end.
    pub(super) fn ending_waivers(&self) -> impl Iterator<Item = &WaiverView> {
        self.waivers.iter().filter(|waiver| is_about_to_end(waiver))
    }
}

/// Whether a waiver holds and is about to end.
pub(super) fn is_about_to_end(waiver: &WaiverView) -> bool {
    waiver.lifts && waiver.days_left.is_some_and(|left| (0..=WAIVER_ENDS).contains(&left))
}

impl RowBuilder<'_> {
    /// The row of a deal; `None` when the filters leave it out.
    pub(super) fn row(&self, judged: &JudgedDeal<'_>) -> Option<ReportRow> {
        let (deal, judgement, workflow) = (judged.deal, judged.judgement, judged.workflow);
        let status = judgement.ending.map_or(Status::Open, Status::from);
        let outcome = deal.outcome();
        let ended = outcome.and_then(|outcome| outcome.date).map(|date| date.value);
        let known = || judgement.ending.and_then(|_| judged.term_history().ended(self.context.today));
        let ended = ended.or_else(known);
        let close_date = deal.close_date().map(|date| date.value);
        let closing = closing_day(status, ended, close_date);
        let traits = Traits {
            id: &deal.id,
            company: &workflow.id,
            owner: deal.owner(),
            stage: deal.stage().map(|stage| stage.value),
            closing,
        };
        if !self.filter.leaves(&traits) {
            return None;
        }
        let opened = deal.opened().map(|date| date.value);
        let opened = opened.into_iter().chain(judged.timeline.begun()).min();
        let waivers = sheet::waivers(judged, self.context);
        let worth = self.worth(judged, status, ended);
        let checklist = self.checklist(judged);
        let row = DealView {
            id: deal.id.to_string(),
            anchor: anchor("deal", &deal.id),
            page: encoded(&format!("deals/{}", page_of_deal(&deal.id, "html"))),
            file: self.context.source(judged.file, deal.span),
            name: deal.name().map_or_else(|| deal.id.to_string(), str::to_owned),
            customer: deal.customer().map(str::to_owned),
            owner: deal.owner().map(str::to_owned),
            owner_key: deal.owner().map(|owner| self.context.people.identity(owner)),
            company: workflow.id.to_string(),
            company_name: workflow.name.clone(),
            stage: judgement.stage.map(|index| StageRef {
                id: workflow.stages[index].id.to_string(),
                name: workflow.stages[index].name.clone(),
                number: index + 1,
                of: workflow.stages.len(),
            }),
            status,
            outcome: outcome_of(judged, ended),
            on_hold: self.on_hold(judged, status),
            amount: worth.amount,
            value: worth.value,
            not_priced: worth.not_priced,
            probability: worth.probability.map(Share::new),
            weighted: worth.weighted,
            category: worth.category,
            close_date: close_date.map(DayView),
            closing: closing.map(DayView),
            in_window: closing.is_some_and(|day| self.context.window.contains(day)),
            close_date_passed: self.is_past(status, close_date),
            pushes: deal_timeline::pushes(judged, self.fiscal, self.context.today),
            opened: opened.map(DayView),
            completed: deal.completed().map(|date| DayView(date.value)),
            source: deal.values.text("source").map(|source| source.value.to_owned()),
            tags: texts(deal.values.list("tags")),
            next_step: self.next_step(judged, status),
            days_in_stage: judgement.days_in_stage,
            age: judgement.age,
            stalled: judged.findings.iter().any(|finding| finding.code == Code::Stalled),
            derived: if self.with_derived { derived::derived(judged, self) } else { Vec::new() },
            max_days: judgement.stage.and_then(|stage| workflow.stages[stage].max_days),
            gate: judgement.stage.filter(|_| self.with_tasks).map(|at| requirements::gate(checklist, at)),
            course: if self.with_tasks { deal_timeline::course(judged, self.context) } else { Vec::new() },
            step_due: self.step_due(judged),
            missing: requirements::missing(checklist, workflow, &deal.id),
            to_do: if self.with_tasks {
                requirements::to_do(checklist, workflow, &deal.id)
            } else {
                Vec::new()
            },
            left_to_do: checklist.left(),
            waived: checklist
                .standings()
                .filter(|it| it.need() == Need::Now && it.state() == StandingState::Waived)
                .count(),
            errors: 0,
            warnings: 0,
            findings: Vec::new(),
            changed: None,
            sheet: self.with_sheets.then(|| sheet::sheet(judged, self, &waivers)),
        };
        let visits = judged.timeline.visits().to_vec();
        Some(ReportRow { deal: row, stage: judgement.stage, ended, opened, visits, waivers })
    }

    fn worth(&self, judged: &JudgedDeal<'_>, status: Status, ended: Option<Date>) -> DealValue {
        let deal = judged.deal;
        let stage = judged.judgement.stage.map(|stage| &judged.workflow.stages[stage]);
        let own = deal.values.text("category").map(|category| category.value);
        let mut worth = DealValue::of(
            &PricingInput {
                status,
                ended,
                amount: deal.amount().map(|amount| amount.value),
                close_date: deal.close_date().map(|date| date.value),
                probability: deal.probability().or_else(|| stage?.probability),
                category: own.or_else(|| stage?.category.as_deref()),
            },
            self.context,
        );
        if deal.amount().is_none() && deal.values.get("amount").is_some() {
            worth.not_priced = Some("its amount cannot be read".to_owned());
        }
        worth
    }

    fn is_past(&self, status: Status, close_date: Option<Date>) -> bool {
        status == Status::Open && close_date.is_some_and(|date| date < self.context.today)
    }

    fn on_hold(&self, judged: &JudgedDeal<'_>, status: Status) -> Option<HoldView> {
        let waits = status == Status::Open && judged.deal.is_on_hold(self.context.today);
        let hold = judged.deal.values.record("on_hold").filter(|_| waits)?.value;
        Some(HoldView {
            from: hold.date("from").map(|date| DayView(date.value)),
            until: hold.date("until").map(|date| DayView(date.value)),
            reason: hold.text("reason").map(|reason| reason.value.to_owned()),
        })
    }

    fn step_due(&self, judged: &JudgedDeal<'_>) -> StepDue {
        let Some(step) = judged.deal.values.record("next_step") else { return StepDue::None };
        let Some(date) = step.value.date("date").map(|date| date.value) else { return StepDue::Later };
        match days_between(self.context.today, date) {
            ..0 => StepDue::Overdue,
            0 => StepDue::Today,
            1..=7 => StepDue::ThisWeek,
            _ => StepDue::Later,
        }
    }

    fn next_step(&self, judged: &JudgedDeal<'_>, status: Status) -> Option<NextStep> {
        let step = judged.deal.values.record("next_step")?.value;
        let date = step.date("date").map(|date| date.value);
        let next = NextStep {
            what: step.text("what").map(|what| what.value.to_owned()),
            date: date.map(DayView),
            by: step.text("by").map(|by| by.value.to_owned()),
            overdue: self.is_past(status, date),
        };
        let says_nothing = next.what.is_none() && next.date.is_none() && next.by.is_none();
        (!says_nothing).then_some(next)
    }
}

fn outcome_of(judged: &JudgedDeal<'_>, ended: Option<Date>) -> Option<OutcomeView> {
    let _ = judged.deal.outcome()?;
    let record = judged.deal.values.record("outcome")?.value;
    let text = |key: &str| record.text(key).map(|text| text.value.to_owned());
    Some(OutcomeView {
        date: ended.map(DayView),
        reason: text("reason"),
        competitor: text("competitor"),
        note: text("note"),
    })
}

/// The texts of a list.
pub(super) fn texts(items: &[crate::source::Spanned<crate::deal::Value<'_>>]) -> Vec<String> {
    items.iter().filter_map(|item| item.value.as_text().map(str::to_owned)).collect()
}
