//! The one-pager of a deal: its checklist, people, waivers, past and fields.

use std::collections::BTreeMap;

use super::deal_timeline;
use super::model::{
    ChecklistItem, ChecklistStage, Contact, DayView, DealSheet, DueView, Evidence, FieldValueView,
    HistoryEntryView, ItemStatus, MoneyView, Share, StageVisit, Stance, Status, WaiverView,
};
use super::report_context::ReportContext;
use super::row_builder::RowBuilder;
use crate::assess::JudgedDeal;
use crate::deal::period::days_between;
use crate::deal::record::{Ending, Statement};
use crate::deal::{self, Record, Type, Value};
use crate::gate;
use crate::history::Visit;
use crate::source::{Span, Spanned};
use crate::standing::{Need, Standing, StandingState};
use crate::syntax::scalar;
use crate::workflow::Stage;

/// The field that holds the people on the customer's side.
const CONTACTS: &str = "contacts";

/// The one-pager of a deal.
pub(super) fn sheet(judged: &JudgedDeal<'_>, builder: &RowBuilder<'_>, waivers: &[WaiverView]) -> DealSheet {
    let checklist = builder.checklist(judged);
    let items: Vec<(Standing<'_>, ChecklistItem)> = checklist
        .standings()
        .map(|standing| (standing, checklist_item(standing, judged, builder, waivers)))
        .collect();
    let those = |fits: &dyn Fn(&Standing<'_>) -> bool| {
        items.iter().filter(|(standing, _)| fits(standing)).map(|(_, item)| item.clone()).collect()
    };
    DealSheet {
        blocking: those(&|standing| standing.blocks()),
        ending: those(&|standing| standing.stage().is_none() && standing.need() == Need::Now),
        checklist: judged
            .workflow
            .stages
            .iter()
            .enumerate()
            .map(|(index, stage)| {
                let items = those(&|standing| standing.stage() == Some(index));
                checklist_stage(index, stage, items, checklist.why_no_stage(index), judged)
            })
            .collect(),
        stances: stances(judged),
        waivers: waivers.to_vec(),
        history: history(judged, builder.context),
        timeline: deal_timeline::timeline(judged, builder),
        visits: visits(judged, builder.context),
        fields: fields(judged, builder.context),
        notes: judged.deal.values.text("notes").map(|notes| notes.value.to_owned()),
    }
}

fn checklist_stage(
    index: usize,
    stage: &Stage,
    items: Vec<ChecklistItem>,
    why_not: Option<String>,
    judged: &JudgedDeal<'_>,
) -> ChecklistStage {
    let here = judged.judgement.stage;
    let count = |fits: &dyn Fn(ItemStatus) -> bool| items.iter().filter(|item| fits(item.status)).count();
    ChecklistStage {
        id: stage.id.to_string(),
        name: stage.name.clone(),
        number: index + 1,
        goal: stage.goal.clone(),
        current: here == Some(index),
        passed: here.is_some_and(|here| index < here),
        exists: why_not.is_none(),
        why_not,
        met: count(&|status| matches!(status, ItemStatus::Met | ItemStatus::Waived)),
        asked: count(&|status| status != ItemStatus::NotAsked),
        items,
    }
}

fn checklist_item(
    standing: Standing<'_>,
    judged: &JudgedDeal<'_>,
    builder: &RowBuilder<'_>,
    waivers: &[WaiverView],
) -> ChecklistItem {
    let requirement = standing.requirement();
    let status = match (standing.state(), standing.need()) {
        (StandingState::Met, _) => ItemStatus::Met,
        (StandingState::Waived, _) => ItemStatus::Waived,
        (StandingState::NotAsked, _) | (StandingState::Unmet, Need::Never) => ItemStatus::NotAsked,
        (StandingState::Unmet, Need::Now) => ItemStatus::Unmet,
        (StandingState::Unmet, Need::ToGoOn) => ItemStatus::ToDo,
        (StandingState::Unmet, Need::Later) => ItemStatus::Later,
    };
    let done = standing.done();
    let record = done.and_then(|entry| entry.record);
    let text = |key: &str| record.and_then(|record| record.text(key)).map(|text| text.value.to_owned());
    let place = standing.place().or(done.map(|entry| entry.span)).filter(|_| status != ItemStatus::NotAsked);
    ChecklistItem {
        id: requirement.id.to_string(),
        title: requirement.title.clone(),
        kind: requirement.demand.kind().to_owned(),
        status,
        due: match standing.need() {
            Need::Now => DueView::Now,
            Need::ToGoOn => DueView::Next,
            Need::Later => DueView::Later,
            Need::Never => DueView::Never,
        },
        level: standing.level(),
        why: standing.why(),
        help: standing.help().map(str::to_owned),
        url: requirement.url.clone(),
        approvers: requirement.demand.approvers().map(str::to_owned),
        date: record.and_then(|record| record.date("date")).map(|date| DayView(date.value)),
        by: text("by"),
        evidence: text("evidence").map(|written| evidence(written, builder)),
        note: text("note"),
        file: place.map(|span| builder.context.source(judged.file, span)),
        waiver: waivers.iter().find(|waiver| waiver.requirement == *requirement.id).cloned(),
    }
}

fn evidence(written: String, builder: &RowBuilder<'_>) -> Evidence {
    if scalar::url(&written).is_ok() {
        return Evidence { url: Some(written.clone()), written, is_file: false };
    }
    let is_file = (builder.has_file)(&written);
    let url = builder.context.address(&written, 1).filter(|_| is_file);
    Evidence { written, url, is_file }
}

/// The waivers of a deal, in the file's order.
pub(super) fn waivers(judged: &JudgedDeal<'_>, context: &ReportContext<'_>) -> Vec<WaiverView> {
    judged.deal.waivers().map(|entry| waiver(&entry, judged, context)).collect()
}

fn waiver(entry: &Statement<'_, '_>, judged: &JudgedDeal<'_>, context: &ReportContext<'_>) -> WaiverView {
    let id = entry.id.value;
    let text = |key: &str| entry.record.and_then(|record| record.text(key)).map(|text| text.value.to_owned());
    let day = |key: &str| entry.record.and_then(|record| record.date(key)).map(|date| date.value);
    let item = judged.judgement.items.iter().find(|item| item.requirement.id.as_ref() == id);
    let lifts = item.is_some_and(|item| matches!(item.state, gate::RequirementState::Waived(_)));
    let fault = match item.map(|item| &item.state) {
        Some(gate::RequirementState::Waived(_)) => None,
        Some(gate::RequirementState::Unmet(_, Some(fault))) => Some(fault.reason.clone()),
        Some(gate::RequirementState::Unmet(_, None)) => Some("it does not help".to_owned()),
        Some(gate::RequirementState::Met(_)) => Some("the requirement is met without it".to_owned()),
        Some(gate::RequirementState::NotAsked(_)) => {
            Some("the requirement is not asked of this deal".to_owned())
        }
        None => Some("there is no such requirement".to_owned()),
    };
    WaiverView {
        requirement: id.to_owned(),
        title: item.map(|item| item.requirement.title.clone()),
        reason: text("reason"),
        by: text("by"),
        date: day("date").map(DayView),
        until: day("until").map(DayView),
        days_left: day("until").map(|until| days_between(context.today, until)),
        lifts,
        fault,
        file: context.source(judged.file, entry.id.span),
    }
}

/// Allies first, enemies after the neutrals, then stances that only this workflow has, and those of nobody knows.
fn stances(judged: &JudgedDeal<'_>) -> Vec<Stance> {
    let mut found: BTreeMap<(usize, Option<&str>), Vec<Contact>> = BTreeMap::new();
    for item in judged.deal.values.list(CONTACTS) {
        let Some(record) = item.value.as_record() else { continue };
        let text = |key: &str| record.text(key).map(|text| text.value);
        let stance = text("stance");
        let rank = match stance {
            Some("ally") => 0,
            Some("neutral") => 1,
            Some("enemy") => 2,
            Some(_) => 3,
            None => 4,
        };
        found.entry((rank, stance)).or_default().push(Contact {
            name: text("name").map(str::to_owned),
            company: text("company").map(str::to_owned),
            role: text("role").map(str::to_owned),
            email: text("email").map(str::to_owned),
        });
    }
    let title = |rank, stance: Option<&str>| match (rank, stance) {
        (0, _) => "Allies".to_owned(),
        (1, _) => "Neutrals".to_owned(),
        (2, _) => "Enemies".to_owned(),
        (_, Some(other)) => other.to_owned(),
        (_, None) => "Stance not known".to_owned(),
    };
    found
        .into_iter()
        .map(|((rank, stance), contacts)| Stance {
            stance: stance.map(str::to_owned),
            title: title(rank, stance),
            contacts,
        })
        .collect()
}

fn history(judged: &JudgedDeal<'_>, context: &ReportContext<'_>) -> Vec<HistoryEntryView> {
    let entry = |entry: Spanned<&Record<'_>>| {
        let text = |key: &str| entry.value.text(key).map(|text| text.value);
        let stage = text("stage").map(|id| judged.workflow.stage_name(id).to_owned());
        HistoryEntryView {
            date: entry.value.date("date").map(|date| DayView(date.value)),
            stage,
            status: text("outcome").and_then(|outcome| match outcome {
                "open" => Some(Status::Open),
                ending => Ending::parse(ending).map(Status::from),
            }),
            amount: entry.value.money("amount").and_then(|amount| money(amount.value)),
            close_date: entry.value.date("close_date").map(|date| DayView(date.value)),
            owner: text("owner").map(str::to_owned),
            reason: text("reason").map(str::to_owned),
            by: text("by").map(str::to_owned),
            file: context.source(judged.file, entry.span),
        }
    };
    judged.deal.history().map(entry).collect()
}

fn visits(judged: &JudgedDeal<'_>, context: &ReportContext<'_>) -> Vec<StageVisit> {
    let visit = |visit: &Visit| StageVisit {
        stage: visit.id.to_string(),
        name: judged.workflow.stage_name(&visit.id).to_owned(),
        entered: visit.is_dated.then_some(DayView(visit.entered)),
        left: visit.left.map(DayView),
        days: visit.days(context.today),
        max_days: visit.stage.and_then(|stage| judged.workflow.stages[stage].max_days),
    };
    judged.timeline.visits().iter().map(visit).collect()
}

/// The values of the keys that the workflow itself declares; absent ones by their default.
fn fields(judged: &JudgedDeal<'_>, context: &ReportContext<'_>) -> Vec<FieldValueView> {
    let declared = judged.workflow.schema.fields.iter();
    let own = declared.filter(|field| field.place.is_some() && field.name != CONTACTS);
    own.filter_map(|field| {
        let found = judged.deal.values.get(&field.name);
        let span = found.map_or(judged.deal.span, |found| found.span);
        let value = found.map(|found| &found.value).or(field.shape.default.as_ref())?;
        Some(field_value(&field.name, value, &field.shape.kind, span, judged, context))
    })
    .collect()
}

fn field_value(
    name: &str,
    value: &Value<'_>,
    kind: &Type,
    span: Span,
    judged: &JudgedDeal<'_>,
    context: &ReportContext<'_>,
) -> FieldValueView {
    let (mut shown, mut fields, mut items) = (None, Vec::new(), Vec::new());
    match value {
        Value::List(list) => {
            let of = if let Type::List(item) = kind { &item.kind } else { &Type::Text };
            items
                .extend(list.iter().map(|item| field_value("", &item.value, of, item.span, judged, context)));
        }
        Value::Record(record) => fields.extend(record.0.iter().map(|slot| {
            let declared = match kind {
                Type::Record(fields) => fields.iter().find(|field| field.name == slot.key.value),
                _ => None,
            };
            let of = declared.map_or(&Type::Text, |field| &field.shape.kind);
            field_value(&slot.key.value, &slot.value.value, of, slot.value.span, judged, context)
        })),
        value => shown = Some(plain(value, kind)),
    }
    FieldValueView {
        name: name.to_owned(),
        value: shown,
        fields,
        items,
        file: context.source(judged.file, span),
    }
}

fn plain(value: &Value<'_>, kind: &Type) -> String {
    match (value, kind) {
        (Value::Number(number), Type::Percent) => Share::new(*number).to_string(),
        (Value::Money(amount), _) => money(*amount).map_or_else(|| amount.to_string(), |it| it.to_string()),
        (Value::Date(date), _) => DayView(*date).to_string(),
        (Value::Boolean(yes), _) => if *yes { "yes" } else { "no" }.to_owned(),
        (value, _) => value.to_string(),
    }
}

fn money(amount: deal::Money) -> Option<MoneyView> {
    Some(MoneyView::written(amount.amount, amount.currency?))
}
