//! Findings about a deal whatever its gates: dates, deadlines, stalled deals, missing rates.

use iso_currency::Currency;
use jiff::civil::Date;

use super::judgement::{Item, Judgement, Moment, RequirementState};
use crate::deal::record::Ending;
use crate::deal::{Deal, Money, Value};
use crate::finding::wording::{Count, quote};
use crate::finding::{Code, Finding, FindingsBuilder};
use crate::requirement::Expression;
use crate::source::{Span, Spanned};
use crate::workflow::Workflow;

pub(super) fn findings(
    deal: &Deal<'_>,
    workflow: &Workflow,
    judgement: &Judgement<'_>,
    moment: Moment<'_>,
    complaints: &mut FindingsBuilder,
) {
    future(deal, moment, complaints);
    future_done(deal, workflow, judgement, moment, complaints);
    order(deal, complaints);
    close_date(deal, judgement, moment, complaints);
    stalled(deal, workflow, judgement, moment, complaints);
    rate(deal, workflow, judgement, moment, complaints);
    backdated(moment, complaints);
}

/// What happened cannot lie ahead.
fn future(deal: &Deal<'_>, moment: Moment<'_>, complaints: &mut FindingsBuilder) {
    let single = [
        ("opened", deal.opened()),
        ("completed", deal.completed()),
        ("outcome", deal.outcome().and_then(|outcome| outcome.date)),
    ];
    let single = single.into_iter().filter_map(|(key, date)| Some((key, date?)));
    let history = deal.history().filter_map(|entry| Some(("history", entry.value.date("date")?)));
    for (key, date) in single.chain(history).filter(|(_, date)| date.value > moment.today) {
        complaints.add(date.span, still_to_come(key, date.value));
    }
}

/// The same of `done`, whether the requirement is asked or not, waived or not.
fn future_done(
    deal: &Deal<'_>,
    workflow: &Workflow,
    judgement: &Judgement<'_>,
    moment: Moment<'_>,
    complaints: &mut FindingsBuilder,
) {
    for entry in deal.done() {
        let date = entry.record.and_then(|record| record.date("date"));
        let Some(date) = date.filter(|date| date.value > moment.today) else { continue };
        let mut items = judgement.items.iter();
        let item = items.find(|item| item.requirement.id.as_ref() == entry.id.value);
        // With a requirement that is not met because of it, it has been told.
        let told = |item: &Item<'_>| matches!(&item.state, RequirementState::Unmet(unmet, _) if unmet.fault.is_some_and(|it| it.code == Code::DateInFuture));
        if item.is_some_and(told) {
            continue;
        }
        let finding = still_to_come("done", date.value);
        complaints.add(
            date.span,
            match item {
                Some(item) => finding
                    .about(super::subject::subject(deal, workflow, item.stage, item.requirement))
                    .level(item.requirement.level),
                None => finding,
            },
        );
    }
}

fn still_to_come(key: &str, day: jiff::civil::Date) -> Finding {
    Finding::new(Code::DateInFuture, format!("`{key}`: {day} is still to come"))
        .help("write the day it happened, once it has happened")
}

/// What a deal says happened, that may be before it was opened.
enum EarlierFact<'d> {
    Done(&'d str),
    Told,
    Closed,
    Completed,
}

/// Dates that contradict each other.
fn order(deal: &Deal<'_>, complaints: &mut FindingsBuilder) {
    let history: Vec<_> = deal.history().filter_map(|entry| entry.value.date("date")).collect();
    for pair in history.windows(2).filter(|pair| pair[1].value < pair[0].value) {
        let message = format!("this entry of `history` is of {}, before the one above it", pair[1].value);
        let finding = Finding::new(Code::DatesOutOfOrder, message)
            .help("put the entries in the order of their dates")
            .related(complaints.place(pair[0].span), "the entry above");
        complaints.add(pair[1].span, finding);
    }
    let outcome = deal.outcome().and_then(|outcome| outcome.date);
    let completed = deal.completed();
    if let Some(opened) = deal.opened() {
        let done = deal
            .done()
            .filter_map(|entry| Some((EarlierFact::Done(entry.id.value), entry.record?.date("date")?)));
        let told = history.iter().map(|date| (EarlierFact::Told, *date));
        let ended = outcome.map(|date| (EarlierFact::Closed, date));
        let completed = completed.map(|date| (EarlierFact::Completed, date));
        let earliest = done.chain(told).chain(ended).chain(completed).min_by_key(|(_, date)| date.value);
        if let Some((what, earlier)) = earliest.filter(|(_, date)| date.value < opened.value) {
            let what = match what {
                EarlierFact::Done(id) => format!("{} was done", quote(id)),
                EarlierFact::Told => "`history` begins".to_owned(),
                EarlierFact::Closed => "it was closed".to_owned(),
                EarlierFact::Completed => "it was completed".to_owned(),
            };
            let message = format!(
                "the deal was opened on {}, and {what} before that, on {}",
                opened.value, earlier.value
            );
            let finding = Finding::new(Code::DatesOutOfOrder, message)
                .help(format!("set `opened` to {} or earlier, or mend the other date", earlier.value))
                .related(complaints.place(earlier.span), "this happened before");
            complaints.add(opened.span, finding);
        }
    }
    if let (Some(completed), Some(outcome)) = (completed, outcome)
        && completed.value < outcome.value
    {
        let message = format!("the deal was completed on {}, before its outcome", completed.value);
        let finding = Finding::new(Code::DatesOutOfOrder, message)
            .help("write the day on which the work after the sale was done")
            .related(complaints.place(outcome.span), "the outcome");
        complaints.add(completed.span, finding);
    }
}

fn close_date(
    deal: &Deal<'_>,
    judgement: &Judgement<'_>,
    moment: Moment<'_>,
    complaints: &mut FindingsBuilder,
) {
    let Some(date) = deal.close_date() else { return };
    if judgement.ending.is_some() || date.value >= moment.today {
        return;
    }
    let message = format!("the deal was to close by {} and is still open", date.value);
    let help = "write the new expected `close_date`, or the `outcome`".to_owned();
    complaints.push(Code::CloseDatePassed, date.span, message, Some(help));
}

/// Longer in the stage than the workflow allows. Deals that ended are not, except while work after the sale goes on.
fn stalled(
    deal: &Deal<'_>,
    workflow: &Workflow,
    judgement: &Judgement<'_>,
    moment: Moment<'_>,
    complaints: &mut FindingsBuilder,
) {
    let (Some(index), Some(stage)) = (judgement.stage, deal.stage()) else { return };
    let Some(most) = limit(deal, workflow, index, judgement.ending, moment.today) else { return };
    let rules = &workflow.stages[index];
    let days = judgement.days_in_stage.and_then(|days| usize::try_from(days).ok());
    let Some(days) = days.filter(|days| *days > most) else { return };
    let message = format!(
        "the deal has been in {} for {}, longer than {}",
        quote(stage.value),
        Count(days, "day"),
        Count(most, "day")
    );
    let finding = Finding::new(Code::Stalled, message)
        .help("move it on, end it, or say why it waits: `on_hold: {until: …, reason: …}`")
        .related(rules.max_days_place.clone(), "allowed here, in days");
    complaints.add(stage.span, finding);
}

/// For how many days the deal may be in its stage, if that is limited: deals that ended are not at work.
pub(super) fn limit(
    deal: &Deal<'_>,
    workflow: &Workflow,
    stage: usize,
    ending: Option<Ending>,
    today: Date,
) -> Option<usize> {
    let at_work = match ending {
        None => deal.completed().is_none(),
        Some(Ending::Won) => stage > workflow.won_from && deal.completed().is_none(),
        Some(Ending::Lost | Ending::Disqualified) => false,
    };
    workflow.stages[stage].max_days.filter(|_| at_work && !deal.is_on_hold(today))
}

/// Entries of `history` that were written after the file's first commit and claim a day before it; where commits must
/// prove what is said, also those that claim a day before they were written.
fn backdated(moment: Moment<'_>, complaints: &mut FindingsBuilder) {
    let Some(git_history) = moment.git_history else { return };
    let Some(first) = git_history.first_commit else { return };
    for late in &git_history.late {
        let day = late.day;
        let (message, help) = if day < first {
            (
                format!(
                    "this entry of `history` is of {day}, and was written after the file was first committed, on {first}"
                ),
                "write down what happened when it happens; what was before the first commit belongs into it",
            )
        } else if let Some(written) = late.written.filter(|_| late.is_unproven()) {
            (
                format!("this entry of `history` is of {day}, and was written on {written}"),
                "commit what happens on its day; for gates the day of the commit counts",
            )
        } else {
            continue;
        };
        complaints.push(Code::Backdated, late.span, message, Some(help.to_owned()));
    }
}

/// That amounts can be compared in the workflow's currency: the deal's own, and others that something compares.
fn rate(
    deal: &Deal<'_>,
    workflow: &Workflow,
    judgement: &Judgement<'_>,
    moment: Moment<'_>,
    complaints: &mut FindingsBuilder,
) {
    let Some(to) = workflow.currency else { return };
    for slot in &deal.values.0 {
        let name = slot.key.value.as_ref();
        // What an approval was given for is held against the deal as it is written.
        if name == "done" {
            continue;
        }
        let mut matters = None;
        foreign(&slot.value, to, &mut |money, span| {
            if !*matters.get_or_insert_with(|| name == "amount" || is_compared(name, workflow)) {
                return;
            }
            // One missing rate is told once, whatever waits for it.
            if let Some(finding) = moment.rates.missing(money, to, judgement.as_of)
                && !complaints.says_already(&finding)
            {
                complaints.add(span, finding);
            }
        });
    }
}

/// Every amount in a value that is in another currency.
fn foreign(value: &Spanned<Value<'_>>, to: Currency, found: &mut dyn FnMut(Money, Span)) {
    match &value.value {
        Value::Money(money) if money.currency != Some(to) => found(*money, value.span),
        Value::List(items) => items.iter().for_each(|item| foreign(item, to, found)),
        Value::Record(record) => record.0.iter().for_each(|slot| foreign(&slot.value, to, found)),
        _ => {}
    }
}

/// Whether a requirement, a condition or a rule about waivers looks at a top-level key.
fn is_compared(name: &str, workflow: &Workflow) -> bool {
    let uses = |when: &Option<Expression>| when.as_ref().is_some_and(|when| when.uses(name));
    workflow.requirements().any(|it| it.demand.compares(name) || uses(&it.when))
        || workflow.stages.iter().any(|stage| uses(&stage.when))
        || workflow.waivers.by.iter().flatten().any(|waiver| uses(&waiver.when))
}
