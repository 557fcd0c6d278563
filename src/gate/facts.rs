//! What is out of order in a deal whatever its gates: dates, deadlines, deals that stand still, missing rates.

use jiff::civil::Date;

use super::judge::{Judgement, Moment};
use crate::deal::Deal;
use crate::deal::record::Ending;
use crate::finding::wording::{Count, quote};
use crate::finding::{Code, Complaints, Finding};
use crate::workflow::Workflow;

pub(super) fn findings(
    deal: &Deal<'_>,
    workflow: &Workflow,
    judgement: &Judgement<'_>,
    moment: Moment<'_>,
    complaints: &mut Complaints,
) {
    future(deal, workflow, moment, complaints);
    order(deal, complaints);
    close_date(deal, judgement, moment, complaints);
    stalled(deal, workflow, judgement, moment, complaints);
    rate(deal, workflow, judgement, moment, complaints);
    backdated(moment, complaints);
}

/// What happened cannot lie ahead.
fn future(deal: &Deal<'_>, workflow: &Workflow, moment: Moment<'_>, complaints: &mut Complaints) {
    let single = [
        ("opened", deal.opened()),
        ("completed", deal.completed()),
        ("outcome", deal.outcome().and_then(|outcome| outcome.date)),
    ];
    let single = single.into_iter().filter_map(|(key, date)| Some((key, date?)));
    let history = deal.history().filter_map(|entry| Some(("history", entry.value.date("date")?)));
    let done = deal.done().filter_map(|entry| {
        let date = entry.record?.date("date").filter(|date| date.value > moment.today)?;
        // Entries of `done` that a requirement reads are told with the requirement.
        let told = workflow.requirement(entry.id.value).is_some_and(|it| reads_done(it.demand.kind()));
        (!told).then_some(("done", date))
    });
    for (key, date) in single.chain(history).chain(done).filter(|(_, date)| date.value > moment.today) {
        let message = format!("`{key}`: {} is still to come", date.value);
        let help = "write the day it happened, once it has happened".to_owned();
        complaints.say(Code::DateInFuture, date.span, message, Some(help));
    }
}

/// Whether a kind of requirement is met by `done`, so that it tells itself of a date ahead.
fn reads_done(kind: &str) -> bool {
    matches!(kind, "task" | "approval")
}

/// Dates that contradict each other.
fn order(deal: &Deal<'_>, complaints: &mut Complaints) {
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
        let done = deal.done().filter_map(|entry| entry.record?.date("date"));
        let earliest =
            done.chain(history.iter().copied()).chain(outcome).chain(completed).min_by_key(|date| date.value);
        if let Some(earlier) = earliest.filter(|date| date.value < opened.value) {
            let message = format!("the deal was opened on {}, and something happened before", opened.value);
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

fn close_date(deal: &Deal<'_>, judgement: &Judgement<'_>, moment: Moment<'_>, complaints: &mut Complaints) {
    let Some(date) = deal.close_date() else { return };
    if judgement.ending.is_some() || date.value >= moment.today {
        return;
    }
    let message = format!("the deal was to close by {} and is still open", date.value);
    let help = "write the new expected `close_date`, or the `outcome`".to_owned();
    complaints.say(Code::CloseDatePassed, date.span, message, Some(help));
}

/// Longer in the stage than the workflow allows. Deals that ended are not, except while work after the sale goes on.
fn stalled(
    deal: &Deal<'_>,
    workflow: &Workflow,
    judgement: &Judgement<'_>,
    moment: Moment<'_>,
    complaints: &mut Complaints,
) {
    let (Some(index), Some(stage)) = (judgement.stage, deal.stage()) else { return };
    let Some(most) = limit(deal, workflow, index, judgement.ending, moment.today) else { return };
    let rules = &workflow.stages[index];
    let entered = moment.timeline.entered(index);
    let days = entered.map(|entered| super::judge::days_between(entered, moment.today));
    let Some(days) = days.and_then(|days| usize::try_from(days).ok()).filter(|days| *days > most) else {
        return;
    };
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

/// Entries of `history` that were written after the file's first commit and claim a day before it.
fn backdated(moment: Moment<'_>, complaints: &mut Complaints) {
    let Some(told) = moment.told else { return };
    let Some(first) = told.first_commit else { return };
    for (span, day) in told.late.iter().filter(|(_, day)| *day < first) {
        let message = format!(
            "this entry of `history` is of {day}, and was written after the file was first committed, on {first}"
        );
        let help =
            "write down what happened when it happens; what was before the first commit belongs into it";
        complaints.say(Code::Backdated, *span, message, Some(help.to_owned()));
    }
}

/// That the amount can be compared in the workflow's currency.
fn rate(
    deal: &Deal<'_>,
    workflow: &Workflow,
    judgement: &Judgement<'_>,
    moment: Moment<'_>,
    complaints: &mut Complaints,
) {
    let (Some(amount), Some(to)) = (deal.amount(), workflow.currency) else { return };
    let Some(from) = amount.value.currency else { return };
    if moment.rates.convert(amount.value, to, judgement.as_of).is_some() {
        return;
    }
    let message = format!("there is no rate from {} to {} on {}", from.code(), to.code(), judgement.as_of);
    let help =
        format!("add it to dealgate.toml: `[rates]`, `{} = {{ {} = … }}`", from.code(), judgement.as_of);
    complaints.say(Code::NoRate, amount.span, message, Some(help));
}
