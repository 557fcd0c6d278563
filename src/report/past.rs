//! The way of one deal as a report tells it: what changed on which day, and how often it was pushed.

use std::sync::Arc;

use super::frame::Frame;
use super::model::{Day, Difference, Money, TimelineEntry};
use crate::assess::Judged;
use crate::deal::fiscal::FiscalYear;
use crate::deal::record::Ending;
use crate::history::{Change, Course, Terms};
use crate::workflow::Workflow;

/// What a report tells of a deal's terms: the keys, and what people call them.
const TERMS: [(&str, &str); 8] = [
    ("stage", "stage"),
    ("outcome", "outcome"),
    ("amount", "amount"),
    ("close_date", "close date"),
    ("owner", "owner"),
    ("probability", "probability"),
    ("category", "category"),
    ("on_hold", "on hold"),
];

/// How often the close date of a deal moved to a later fiscal quarter while it was open.
pub(super) fn pushes(judged: &Judged<'_>, fiscal: FiscalYear) -> usize {
    let course = Course::of(judged.deal, judged.told);
    let mut before = course.close_date.before;
    let mut pushes = 0;
    for (day, after) in &course.close_date.values {
        let later = before
            .zip(*after)
            .is_some_and(|(before, after)| fiscal.quarter_of(before) < fiscal.quarter_of(after));
        pushes += usize::from(later && course.ending.at(*day).is_none());
        before = *after;
    }
    pushes
}

/// What changed on which day, oldest first; the first entry is what the deal began with.
pub(super) fn timeline(judged: &Judged<'_>, frame: &Frame<'_>) -> Vec<TimelineEntry> {
    let course = Course::of(judged.deal, judged.told);
    let entries = Change::all(judged.deal);
    let mut before: Option<Terms> = None;
    let mut timeline = Vec::new();
    for (day, terms) in course.steps() {
        // What is yet to come is a finding, and no past.
        if day > frame.today {
            break;
        }
        let changes = differences(before.as_ref(), &terms, judged.workflow);
        before = Some(terms);
        if changes.is_empty() {
            continue;
        }
        let own = entries.iter().rev().filter(|entry| entry.date == day);
        timeline.push(TimelineEntry {
            date: Day(day),
            changes,
            reason: own.clone().find_map(|entry| entry.reason.as_deref()).map(str::to_owned),
        });
    }
    timeline
}

fn differences(before: Option<&Terms>, after: &Terms, workflow: &Arc<Workflow>) -> Vec<Difference> {
    let one = |&(key, title): &(&str, &str)| {
        let was = before.and_then(|before| told(key, before, workflow));
        let is = told(key, after, workflow);
        // That a deal begins open goes without saying.
        let says_nothing = before.is_none() && key == "outcome" && after.ending.is_none();
        let same = key == "amount" && before.is_some_and(|before| before.amount == after.amount);
        (was != is && !same && !says_nothing).then(|| Difference {
            key: key.to_owned(),
            title: title.to_owned(),
            before: was,
            after: is,
        })
    };
    TERMS.iter().filter_map(one).collect()
}

/// One of a deal's terms, as people read it.
pub(super) fn told(key: &str, terms: &Terms, workflow: &Workflow) -> Option<String> {
    match key {
        "stage" => terms.stage.as_deref().map(|id| workflow.stage_name(id).to_owned()),
        "outcome" => Some(terms.ending.map_or("open", Ending::name).to_owned()),
        "amount" => terms.amount.map(|amount| match amount.currency {
            Some(currency) => Money::new(amount.amount, currency).to_string(),
            None => amount.to_string(),
        }),
        "close_date" => terms.close_date.map(|day| Day(day).to_string()),
        "probability" => terms.probability.map(|share| super::model::Share::new(share).to_string()),
        "category" => terms.category.as_deref().map(|category| category.replace('-', " ")),
        "on_hold" => terms.hold.map(|(_, until)| match until {
            Some(until) => format!("until {}", Day(until)),
            None => "without an end".to_owned(),
        }),
        _ => terms.owner.as_deref().map(str::to_owned),
    }
}

/// What people call one of a deal's terms.
pub(super) fn title(key: &str) -> &str {
    TERMS.iter().find(|(known, _)| *known == key).map_or(key, |(_, title)| title)
}
