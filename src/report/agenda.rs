//! Today's agenda: a row per deal, the most urgent and the biggest first.

use std::cmp::Reverse;

use super::model::{
    DayView, DealView, FindingView, MissingRequirement, Status, StepDue, TodayItem, TodayReason, Urgency,
    WaiverView,
};
use super::row::ReportRow;
use crate::deal::period::days_between;
use crate::finding::Level;
use crate::finding::wording::Count;
use crate::source::shell::command;
use jiff::civil::Date;

/// What ends within so many days is due this week.
const WEEK: i64 = 7;

/// Every deal that needs somebody, once.
pub(super) fn today(rows: &[ReportRow], today: Date) -> Vec<TodayItem> {
    let mut items: Vec<TodayItem> =
        rows.iter().enumerate().filter_map(|(at, row)| item(at, row, today)).collect();
    let worth = |item: &TodayItem| rows[item.deal].deal.value.map(|value| value.amount);
    items.sort_by_key(|item| (item.urgency, Reverse(worth(item)), item.deal));
    items
}

/// All deals, by how urgent what is the matter with them is, then by close date; closed ones last.
pub(super) fn by_risk(rows: &[ReportRow], today: &[TodayItem]) -> Vec<usize> {
    let mut risk = vec![None; rows.len()];
    for item in today {
        risk[item.deal] = Some(item.urgency);
    }
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by_key(|at| {
        let deal = &rows[*at].deal;
        let closed = deal.status != Status::Open && risk[*at].is_none();
        (closed, risk[*at].is_none(), risk[*at], deal.closing.is_none(), deal.closing, *at)
    });
    order
}

/// What is the matter with a deal: the most urgent first.
fn item(at: usize, row: &ReportRow, today: Date) -> Option<TodayItem> {
    let found = concerns(row, today);
    let more = found.len().saturating_sub(1);
    let first = found.into_iter().min_by_key(|concern| concern.urgency)?;
    Some(TodayItem { deal: at, more, ..first })
}

fn concerns(row: &ReportRow, today: Date) -> Vec<TodayItem> {
    let deal = &row.deal;
    let mut found: Vec<TodayItem> = Vec::new();
    let errors = |level: Level| level == Level::Error;
    found.extend(deal.missing.iter().filter(|it| errors(it.level)).map(gate_not_met));
    found.extend(row.other_errors().map(|finding| error(finding, deal)));
    if deal.status != Status::Open || deal.on_hold.is_some() {
        return found;
    }
    found.extend(dates(deal, today));
    found.extend(row.ending_waivers().map(|waiver| waiver_ends(waiver, deal)));
    if deal.stalled {
        found.push(stalled(deal));
    }
    if deal.next_step.is_none() {
        let what = "nobody wrote what is to be done next".to_owned();
        let write = command("set", &[&deal.id, "next_step.what=\u{2026}", "next_step.date=\u{2026}"]);
        found.push(today_item(TodayReason::NoNextStep, Urgency::Soon, what, None, write));
    }
    let asked = deal.to_do.iter().filter(|it| it.approvers.is_some());
    found.extend(asked.map(|it| {
        let who = it.approvers.as_deref().unwrap_or("anyone");
        let what = format!("{}, by {who}", it.title);
        today_item(TodayReason::ApprovalAsked, Urgency::Soon, what, None, it.command.clone())
    }));
    found
}

/// What has a day: the close date and the next step.
fn dates(deal: &DealView, today: Date) -> Vec<TodayItem> {
    let mut found = Vec::new();
    if let Some(date) = deal.close_date {
        let left = days_between(today, date.0);
        let to_do = match deal.left_to_do {
            0 => "nothing is left to do".to_owned(),
            left => format!("{} left to do", Count(left, "requirement")),
        };
        if deal.close_date_passed {
            let late = Count(usize::try_from(-left).unwrap_or_default(), "day");
            let what = format!("{late} ago; {to_do}");
            let later = command("set", &[&deal.id, "close_date=\u{2026}"]);
            found.push(today_item(TodayReason::CloseDatePassed, Urgency::Now, what, Some(date), later));
        } else if left <= WEEK {
            let show = command("status", &[&deal.id]);
            found.push(today_item(TodayReason::Closing, Urgency::ThisWeek, to_do, Some(date), show));
        }
    }
    let Some(step) = &deal.next_step else { return found };
    let what = step.what.clone().unwrap_or_else(|| "the next step".to_owned());
    let (reason, urgency) = match deal.step_due {
        StepDue::Overdue => (TodayReason::StepOverdue, Urgency::Now),
        StepDue::Today => (TodayReason::StepDue, Urgency::Now),
        StepDue::ThisWeek => (TodayReason::StepDue, Urgency::ThisWeek),
        StepDue::Later | StepDue::None => return found,
    };
    let next = command("set", &[&deal.id, "next_step.what=\u{2026}", "next_step.date=\u{2026}"]);
    found.push(today_item(reason, urgency, what, step.date, next));
    found
}

fn gate_not_met(missing: &MissingRequirement) -> TodayItem {
    let what = format!("{}: {}", missing.title, missing.why);
    today_item(TodayReason::GateNotMet, Urgency::Now, what, None, missing.command.clone())
}

fn error(finding: &FindingView, deal: &DealView) -> TodayItem {
    let show = command("check", &[&deal.file.path]);
    today_item(TodayReason::Error, Urgency::Now, finding.message.clone(), None, show)
}

fn waiver_ends(waiver: &WaiverView, deal: &DealView) -> TodayItem {
    let title = waiver.title.as_deref().unwrap_or(&waiver.requirement);
    let urgency =
        if waiver.days_left.is_some_and(|left| left <= WEEK) { Urgency::ThisWeek } else { Urgency::Soon };
    let what = format!("{title}: its waiver ends");
    today_item(TodayReason::WaiverEnds, urgency, what, waiver.until, command("status", &[&deal.id]))
}

fn stalled(deal: &DealView) -> TodayItem {
    let days = deal.days_in_stage.and_then(|days| usize::try_from(days).ok()).unwrap_or_default();
    let stage = deal.stage.as_ref().map_or("its stage", |stage| stage.name.as_str());
    let allowed = deal.max_days.map_or_else(String::new, |most| format!(" of at most {most}"));
    let what = format!("{} in {stage}{allowed}", Count(days, "day"));
    today_item(TodayReason::Stalled, Urgency::Soon, what, None, command("move", &[&deal.id]))
}

fn today_item(
    reason: TodayReason,
    urgency: Urgency,
    what: String,
    due: Option<DayView>,
    command: String,
) -> TodayItem {
    let title = match reason {
        TodayReason::GateNotMet => "Gate not met",
        TodayReason::Error => "Error",
        TodayReason::CloseDatePassed => "Close date passed",
        TodayReason::StepOverdue => "Next step overdue",
        TodayReason::StepDue => "Next step due",
        TodayReason::Closing => "Closes",
        TodayReason::WaiverEnds => "Waiver ends",
        TodayReason::Stalled => "Stalled",
        TodayReason::NoNextStep => "No next step",
        TodayReason::ApprovalAsked => "Approval asked",
    };
    TodayItem { deal: 0, urgency, reason, title: title.to_owned(), what, due, command, more: 0 }
}
