//! Deals that need attention, concern by concern.

use super::model::{
    Attention, AttentionItem, Concern, DayView, DealView, FindingView, MissingRequirement, Status, WaiverView,
};
use super::row::{ReportRow, is_about_to_end};
use crate::finding::Level;
use crate::finding::wording::Count;

/// Every concern with its title, in the order in which they are shown.
const CONCERNS: [(Concern, &str); 9] = [
    (Concern::GateFailures, "Gates not met"),
    (Concern::OtherErrors, "Other errors"),
    (Concern::CloseDatePassed, "Close date passed"),
    (Concern::Stalled, "Stalled"),
    (Concern::NextStepOverdue, "Next step overdue"),
    (Concern::NoNextStep, "No next step"),
    (Concern::WaiversExpiring, "Waivers about to expire"),
    (Concern::Waivers, "Waived"),
    (Concern::NotPriced, "Not priced"),
];

/// What is the matter with which deal.
pub(super) fn attention(rows: &[ReportRow]) -> Vec<Attention> {
    CONCERNS
        .iter()
        .map(|&(concern, title)| {
            let items: Vec<AttentionItem> = rows
                .iter()
                .enumerate()
                .flat_map(|(at, row)| concerns(concern, row).into_iter().map(move |said| said.of_deal(at)))
                .collect();
            let mut deals: Vec<usize> = items.iter().map(|item| item.deal).collect();
            deals.dedup();
            Attention { concern, title: title.to_owned(), deals: deals.len(), items }
        })
        .collect()
}

/// What is said of a deal.
#[derive(Default)]
struct Said {
    message: String,
    date: Option<DayView>,
    requirement: Option<String>,
    level: Option<Level>,
}

impl Said {
    fn of_deal(self, deal: usize) -> AttentionItem {
        let Self { message, date, requirement, level } = self;
        AttentionItem { deal, message, date, requirement, level }
    }
}

fn concerns(concern: Concern, row: &ReportRow) -> Vec<Said> {
    let deal = &row.deal;
    let at_work = deal.status == Status::Open && deal.on_hold.is_none();
    match concern {
        Concern::GateFailures => deal.missing.iter().map(missing).collect(),
        Concern::OtherErrors => row.other_errors().map(finding).collect(),
        Concern::CloseDatePassed => match deal.close_date.filter(|_| deal.close_date_passed) {
            Some(date) => vec![Said {
                message: format!("was to close on {date}"),
                level: level_of(deal, "close-date-passed"),
                ..Said::default()
            }],
            None => Vec::new(),
        },
        Concern::Stalled => deal.stalled.then(|| stalled(deal)).into_iter().collect(),
        Concern::NextStepOverdue if at_work => overdue(deal).into_iter().collect(),
        Concern::NoNextStep if at_work && deal.next_step.is_none() => {
            vec![Said { message: "nobody wrote what is to be done next".to_owned(), ..Said::default() }]
        }
        Concern::NextStepOverdue | Concern::NoNextStep => Vec::new(),
        Concern::WaiversExpiring => row.ending_waivers().map(expiring).collect(),
        Concern::Waivers => {
            let others = row.waivers.iter().filter(|it| it.lifts && !is_about_to_end(it));
            others.map(waived).collect()
        }
        Concern::NotPriced => match deal.not_priced.as_ref().filter(|_| deal.status == Status::Open) {
            Some(why) => vec![Said { message: why.clone(), ..Said::default() }],
            None => Vec::new(),
        },
    }
}

fn missing(missing: &MissingRequirement) -> Said {
    Said {
        message: format!("{}: {}", missing.title, missing.why),
        requirement: Some(missing.requirement.clone()),
        level: Some(missing.level),
        ..Said::default()
    }
}

fn finding(finding: &FindingView) -> Said {
    Said {
        message: finding.message.clone(),
        requirement: finding.requirement.clone(),
        level: Some(finding.level),
        ..Said::default()
    }
}

fn stalled(deal: &DealView) -> Said {
    let days = deal.days_in_stage.and_then(|days| usize::try_from(days).ok()).unwrap_or_default();
    let stage = deal.stage.as_ref().map_or("its stage", |stage| stage.name.as_str());
    Said {
        message: format!("{} in {stage}", Count(days, "day")),
        level: level_of(deal, "stalled"),
        ..Said::default()
    }
}

fn overdue(deal: &DealView) -> Option<Said> {
    let step = deal.next_step.as_ref().filter(|step| step.overdue)?;
    let message = step.what.clone().unwrap_or_else(|| "the next step".to_owned());
    Some(Said { message, date: step.date, ..Said::default() })
}

fn expiring(waiver: &WaiverView) -> Said {
    let left = waiver.days_left.and_then(|days| usize::try_from(days).ok()).unwrap_or_default();
    let when = if left == 0 { "ends today".to_owned() } else { format!("ends in {}", Count(left, "day")) };
    Said { message: format!("{}: {when}", title(waiver)), ..waived(waiver) }
}

fn waived(waiver: &WaiverView) -> Said {
    let by = waiver.by.as_deref().unwrap_or("nobody");
    Said {
        message: format!("{}: waived by {by}", title(waiver)),
        date: waiver.until,
        requirement: Some(waiver.requirement.clone()),
        level: None,
    }
}

fn title(waiver: &WaiverView) -> &str {
    waiver.title.as_deref().unwrap_or(&waiver.requirement)
}

fn level_of(deal: &DealView, code: &str) -> Option<Level> {
    deal.findings.iter().find(|finding| finding.code == code).map(|finding| finding.level)
}
