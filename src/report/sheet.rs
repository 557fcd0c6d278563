//! The one-pager of a deal: its checklist, people, waivers, past and fields.

use std::collections::BTreeMap;

use super::frame::Frame;
use super::making::{Making, status};
use super::model::{
    ChecklistItem, ChecklistStage, Contact, Day, Due, Evidence, FieldValue, HistoryEntry, ItemStatus, Level,
    Money, Share, Sheet, StageVisit, Stance, Status, Waiver,
};
use super::past;
use super::stay::{self, days_between};
use crate::assess::Judged;
use crate::deal::record::{Ending, Statement};
use crate::deal::{self, Record, Type, Value};
use crate::finding::Code;
use crate::gate::{self, Existence, Item, NotAsked, State};
use crate::source::{Span, Spanned};
use crate::syntax::scalar;

/// The field that holds the people on the customer's side.
const CONTACTS: &str = "contacts";

/// The one-pager of a deal.
pub(super) fn sheet(judged: &Judged<'_>, making: &Making<'_>, waivers: &[Waiver]) -> Sheet {
    let items: Vec<(Option<usize>, ChecklistItem)> = judged
        .judgement
        .items
        .iter()
        .filter_map(|item| Some((item.stage, checklist_item(item, judged, making, waivers)?)))
        .collect();
    let blocks = |item: &ChecklistItem| {
        matches!(item.status, ItemStatus::Unmet | ItemStatus::ToDo) && item.level == Level::Error
    };
    Sheet {
        blocking: items.iter().map(|(_, item)| item).filter(|item| blocks(item)).cloned().collect(),
        ending: items
            .iter()
            .filter(|(stage, item)| stage.is_none() && item.due == Due::Now)
            .map(|(_, item)| item.clone())
            .collect(),
        checklist: checklist(judged, &items),
        stances: stances(judged),
        waivers: waivers.to_vec(),
        history: history(judged, making.frame),
        timeline: past::timeline(judged, making),
        visits: visits(judged, making.frame),
        fields: fields(judged, making.frame),
        notes: judged.deal.values.text("notes").map(|notes| notes.value.to_owned()),
    }
}

fn checklist(judged: &Judged<'_>, items: &[(Option<usize>, ChecklistItem)]) -> Vec<ChecklistStage> {
    let judgement = judged.judgement;
    let stages = judged.workflow.stages.iter().enumerate().zip(&judgement.stages);
    stages
        .map(|((index, stage), existence)| {
            let items: Vec<_> =
                items.iter().filter(|(of, _)| *of == Some(index)).map(|(_, item)| item.clone()).collect();
            let count =
                |fits: &dyn Fn(ItemStatus) -> bool| items.iter().filter(|item| fits(item.status)).count();
            ChecklistStage {
                id: stage.id.to_string(),
                name: stage.name.clone(),
                number: index + 1,
                goal: stage.goal.clone(),
                current: judgement.stage == Some(index),
                passed: judgement.stage.is_some_and(|stage| index < stage),
                exists: *existence == Existence::Exists,
                why_not: why_not(existence, stage.when.as_ref().map(crate::requirement::Expression::text)),
                met: count(&|status| matches!(status, ItemStatus::Met | ItemStatus::Waived)),
                asked: count(&|status| status != ItemStatus::NotAsked),
                items,
            }
        })
        .collect()
}

fn why_not(existence: &Existence, when: Option<&str>) -> Option<String> {
    match existence {
        Existence::Exists => None,
        Existence::Missing => Some(format!("only for deals with `{}`", when.unwrap_or_default())),
        Existence::Undecided(why) => Some(why.clone()),
    }
}

/// `None` for what the workspace does not want to hear of.
fn checklist_item(
    item: &Item<'_>,
    judged: &Judged<'_>,
    making: &Making<'_>,
    waivers: &[Waiver],
) -> Option<ChecklistItem> {
    let requirement = item.requirement;
    let due = match item.due {
        gate::Due::Now => Due::Now,
        gate::Due::Next => Due::Next,
        gate::Due::Later => Due::Later,
        gate::Due::Never => Due::Never,
    };
    let (status, why, help, span) = standing(item, judged);
    let entry = judged.deal.done().find(|entry| entry.id.value == requirement.id.as_ref());
    let record = entry.and_then(|entry| entry.record);
    let text = |key: &str| record.and_then(|record| record.text(key)).map(|text| text.value.to_owned());
    let place = span.or(entry.map(|entry| entry.span)).filter(|_| status != ItemStatus::NotAsked);
    Some(ChecklistItem {
        id: requirement.id.to_string(),
        title: requirement.title.clone(),
        kind: requirement.demand.kind().to_owned(),
        status,
        due,
        level: making.level(requirement.level, Code::RequirementUnmet)?,
        why,
        help: help
            .or_else(|| requirement.help.clone())
            .filter(|_| matches!(status, ItemStatus::Unmet | ItemStatus::ToDo | ItemStatus::Later)),
        url: requirement.url.clone(),
        approvers: requirement.demand.approvers().map(str::to_owned),
        date: record.and_then(|record| record.date("date")).map(|date| Day(date.value)),
        by: text("by"),
        evidence: text("evidence").map(|written| evidence(written, making)),
        note: text("note"),
        file: place.map(|span| making.frame.source(judged.file, span)),
        waiver: waivers.iter().find(|waiver| waiver.requirement == *requirement.id).cloned(),
    })
}

/// Status, why, what to do, and where.
fn standing(
    item: &Item<'_>,
    judged: &Judged<'_>,
) -> (ItemStatus, Option<String>, Option<String>, Option<Span>) {
    match &item.state {
        State::Met(span) => (ItemStatus::Met, None, None, *span),
        State::Waived(span) => (ItemStatus::Waived, None, None, Some(*span)),
        State::NotAsked(reason) => (ItemStatus::NotAsked, Some(not_asked(reason, item)), None, None),
        State::Unmet(unmet, fault) => {
            let status = match item.due {
                gate::Due::Now => ItemStatus::Unmet,
                gate::Due::Next => ItemStatus::ToDo,
                gate::Due::Later => ItemStatus::Later,
                gate::Due::Never => ItemStatus::NotAsked,
            };
            let why = match (status, judged.judgement.ending) {
                (ItemStatus::NotAsked, Some(ending)) => format!("the deal is {}", ending.name()),
                (ItemStatus::NotAsked, None) => "the deal has not ended so".to_owned(),
                _ => match fault {
                    Some(fault) => format!("{}; its waiver does not help: {}", unmet.reason, fault.reason),
                    None => unmet.reason.clone(),
                },
            };
            (status, Some(why), unmet.help.clone(), unmet.span.or(fault.as_ref().map(|fault| fault.span)))
        }
    }
}

fn not_asked(reason: &NotAsked, item: &Item<'_>) -> String {
    match reason {
        NotAsked::NoSuchStage => "its stage does not exist for this deal".to_owned(),
        NotAsked::Condition => match &item.requirement.when {
            Some(when) => format!("asked only when `{}`", when.text()),
            None => "not asked of this deal".to_owned(),
        },
        NotAsked::Undecided(why) => why.clone(),
        NotAsked::Since(day) => format!("asked of deals that came to the stage on {day} or later"),
    }
}

fn evidence(written: String, making: &Making<'_>) -> Evidence {
    if scalar::url(&written).is_ok() {
        return Evidence { url: Some(written.clone()), written, is_file: false };
    }
    let is_file = (making.has_file)(&written);
    let url = making.frame.address(&written, 1).filter(|_| is_file);
    Evidence { written, url, is_file }
}

/// The waivers of a deal, in the file's order.
pub(super) fn waivers(judged: &Judged<'_>, frame: &Frame<'_>) -> Vec<Waiver> {
    judged.deal.waivers().map(|entry| waiver(&entry, judged, frame)).collect()
}

fn waiver(entry: &Statement<'_, '_>, judged: &Judged<'_>, frame: &Frame<'_>) -> Waiver {
    let id = entry.id.value;
    let text = |key: &str| entry.record.and_then(|record| record.text(key)).map(|text| text.value.to_owned());
    let day = |key: &str| entry.record.and_then(|record| record.date(key)).map(|date| date.value);
    let item = judged.judgement.items.iter().find(|item| item.requirement.id.as_ref() == id);
    let lifts = item.is_some_and(|item| matches!(item.state, State::Waived(_)));
    let fault = match item.map(|item| &item.state) {
        Some(State::Waived(_)) => None,
        Some(State::Unmet(_, Some(fault))) => Some(fault.reason.clone()),
        Some(State::Unmet(_, None)) => Some("it does not help".to_owned()),
        Some(State::Met(_)) => Some("the requirement is met without it".to_owned()),
        Some(State::NotAsked(_)) => Some("the requirement is not asked of this deal".to_owned()),
        None => Some("there is no such requirement".to_owned()),
    };
    Waiver {
        requirement: id.to_owned(),
        title: item.map(|item| item.requirement.title.clone()),
        reason: text("reason"),
        by: text("by"),
        date: day("date").map(Day),
        until: day("until").map(Day),
        days_left: day("until").map(|until| days_between(frame.today, until)),
        lifts,
        fault,
        file: frame.source(judged.file, entry.id.span),
    }
}

/// Allies first, enemies after the neutrals, then stances that only this workflow has, and those of nobody knows.
fn stances(judged: &Judged<'_>) -> Vec<Stance> {
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

fn history(judged: &Judged<'_>, frame: &Frame<'_>) -> Vec<HistoryEntry> {
    let entry = |entry: Spanned<&Record<'_>>| {
        let text = |key: &str| entry.value.text(key).map(|text| text.value);
        let stage = text("stage").map(|id| judged.workflow.stage_name(id).to_owned());
        HistoryEntry {
            date: entry.value.date("date").map(|date| Day(date.value)),
            stage,
            status: text("outcome").and_then(|outcome| match outcome {
                "open" => Some(Status::Open),
                ending => Ending::parse(ending).map(status),
            }),
            amount: entry.value.money("amount").and_then(|amount| money(amount.value)),
            close_date: entry.value.date("close_date").map(|date| Day(date.value)),
            owner: text("owner").map(str::to_owned),
            reason: text("reason").map(str::to_owned),
            by: text("by").map(str::to_owned),
            file: frame.source(judged.file, entry.span),
        }
    };
    judged.deal.history().map(entry).collect()
}

fn visits(judged: &Judged<'_>, frame: &Frame<'_>) -> Vec<StageVisit> {
    let visit = |stay: stay::Stay| {
        let stage = &judged.workflow.stages[stay.stage];
        StageVisit {
            stage: stage.id.to_string(),
            name: stage.name.clone(),
            entered: Day(stay.entered),
            left: stay.left.map(Day),
            days: stay.days(frame.today),
            max_days: stage.max_days,
        }
    };
    stay::stays(judged).into_iter().map(visit).collect()
}

/// The values of the keys that the workflow itself declares; absent ones by their default.
fn fields(judged: &Judged<'_>, frame: &Frame<'_>) -> Vec<FieldValue> {
    let declared = judged.workflow.schema.fields.iter();
    let own = declared.filter(|field| field.place.is_some() && field.name != CONTACTS);
    own.filter_map(|field| {
        let found = judged.deal.values.get(&field.name);
        let span = found.map_or(judged.deal.span, |found| found.span);
        let value = found.map(|found| &found.value).or(field.shape.default.as_ref())?;
        Some(field_value(&field.name, value, &field.shape.kind, span, judged, frame))
    })
    .collect()
}

fn field_value(
    name: &str,
    value: &Value<'_>,
    kind: &Type,
    span: Span,
    judged: &Judged<'_>,
    frame: &Frame<'_>,
) -> FieldValue {
    let (mut shown, mut fields, mut items) = (None, Vec::new(), Vec::new());
    match value {
        Value::List(list) => {
            let of = if let Type::List(item) = kind { &item.kind } else { &Type::Text };
            items.extend(list.iter().map(|item| field_value("", &item.value, of, item.span, judged, frame)));
        }
        Value::Record(record) => fields.extend(record.0.iter().map(|slot| {
            let declared = match kind {
                Type::Record(fields) => fields.iter().find(|field| field.name == slot.key.value),
                _ => None,
            };
            let of = declared.map_or(&Type::Text, |field| &field.shape.kind);
            field_value(&slot.key.value, &slot.value.value, of, slot.value.span, judged, frame)
        })),
        value => shown = Some(plain(value, kind)),
    }
    FieldValue { name: name.to_owned(), value: shown, fields, items, file: frame.source(judged.file, span) }
}

fn plain(value: &Value<'_>, kind: &Type) -> String {
    match (value, kind) {
        (Value::Number(number), Type::Percent) => Share::new(*number).to_string(),
        (Value::Money(amount), _) => money(*amount).map_or_else(|| amount.to_string(), |it| it.to_string()),
        (Value::Date(date), _) => Day(*date).to_string(),
        (Value::Boolean(yes), _) => if *yes { "yes" } else { "no" }.to_owned(),
        (value, _) => value.to_string(),
    }
}

fn money(amount: deal::Money) -> Option<Money> {
    Some(Money::new(amount.amount, amount.currency?))
}
