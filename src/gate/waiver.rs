//! Whether a waiver lifts a requirement that is not met.

use jiff::Span as Duration;
use jiff::civil::Date;

use crate::deal::record::Statement;
use crate::deal::writing::provide;
use crate::finding::Code;
use crate::finding::wording::{Count, WordList};
use crate::history::Origin;
use crate::requirement::{Case, days_given, owns, unproven};
use crate::source::{Span, Spanned};
use crate::workflow::model::{MayWaive, Waiver, WhyNobody};
use crate::workflow::{Requirement, Workflow};

/// Why a waiver does not help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaiverFault {
    /// `waiver-incomplete`, `waiver-expired`, `waiver-not-allowed` or `approval-unproven`.
    pub code: Code,
    /// Where.
    pub span: Span,
    /// Why, in the reader's words.
    pub reason: String,
    /// What to do.
    pub help: String,
}

/// The keys that a waiver must have, all of them.
const KEYS: [&str; 4] = ["reason", "by", "date", "until"];

/// Judges a waiver; `Ok` with its place when it lifts the requirement.
pub(super) fn judge(
    entry: &Statement<'_, '_>,
    requirement: &Requirement,
    workflow: &Workflow,
    case: &Case<'_>,
    origin: Option<&Origin>,
) -> Result<Span, WaiverFault> {
    let complete = entry.record.and_then(|record| {
        let reason = record.text("reason").filter(|reason| !reason.value.trim().is_empty());
        Some((reason?, record.text("by")?, record.date("date")?, record.date("until")?))
    });
    let Some((_, by, date, until)) = complete else { return Err(incomplete(entry)) };
    for day in days_given(date.value, origin, case.proof) {
        may_be_given(entry, requirement, workflow, by, day, case)?;
    }
    in_its_time(workflow, date, until, case)?;
    if let Some((reason, help)) = unproven(origin, case.proof, by.value) {
        return fault(Code::ApprovalUnproven, by.span, reason, help);
    }
    if until.value < case.as_of {
        let reason = format!("it ran until {}", until.value);
        let help = "meet the requirement, or have it waived again with a new `date` and `until`".to_owned();
        return fault(Code::WaiverExpired, until.span, reason, help);
    }
    Ok(entry.span)
}

fn fault<T>(code: Code, span: Span, reason: String, help: String) -> Result<T, WaiverFault> {
    Err(WaiverFault { code, span, reason, help })
}

/// Which of its keys a waiver lacks.
fn incomplete(entry: &Statement<'_, '_>) -> WaiverFault {
    let is_missing = |key: &&str| {
        entry.record.and_then(|record| record.get(key)).is_none_or(|value| value.value.is_empty())
    };
    let missing: Vec<_> = KEYS.into_iter().filter(is_missing).map(|key| format!("`{key}`")).collect();
    let reason = if missing.is_empty() {
        "it cannot be read".to_owned()
    } else {
        format!("it has no {}", WordList(&missing, "or"))
    };
    let help = "a waiver needs `reason`, `by`, `date` and `until`".to_owned();
    WaiverFault { code: Code::WaiverIncomplete, span: entry.id.span, reason, help }
}

/// Whether the requirement may be waived, and by who did it on a day.
fn may_be_given(
    entry: &Statement<'_, '_>,
    requirement: &Requirement,
    workflow: &Workflow,
    by: Spanned<&str>,
    day: Date,
    case: &Case<'_>,
) -> Result<(), WaiverFault> {
    let may = workflow.may_waive(requirement);
    if let MayWaive::Nobody(why) = may {
        let (reason, help) = nobody(why);
        return fault(Code::WaiverNotAllowed, entry.id.span, reason.to_owned(), help.to_owned());
    }
    let Some(owner) = case.deal.owner() else {
        let unreadable = case.deal.values.get("owner").is_some_and(|owner| owner.value.is_unreadable());
        let (what, help) = if unreadable {
            ("`owner` of the deal cannot be read", "write it in a way that can be read".to_owned())
        } else {
            ("the deal has no `owner`", provide(case.deal, &["owner"]))
        };
        let reason = format!("{what}, so nobody can tell whether its owner waived it");
        return fault(Code::WaiverNotAllowed, entry.id.span, reason, help);
    };
    if let Some(owns) = owns(by.value, owner, case) {
        let reason = format!("{owns}, and nobody waives for a deal of their own");
        return fault(Code::WaiverNotAllowed, by.span, reason, who_may(may, case));
    }
    allowed(may, workflow, by.value, day, case)
        .or_else(|reason| fault(Code::WaiverNotAllowed, by.span, reason, who_may(may, case)))
}

/// Whether its days can be, and are no longer than is allowed.
fn in_its_time(
    workflow: &Workflow,
    date: Spanned<Date>,
    until: Spanned<Date>,
    case: &Case<'_>,
) -> Result<(), WaiverFault> {
    if date.value > case.today {
        let reason = format!("it is dated {}, which is still to come", date.value);
        let help = "write the day on which it was given".to_owned();
        return fault(Code::WaiverNotAllowed, date.span, reason, help);
    }
    if until.value < date.value {
        let reason = format!("it ends on {}, before the day it was given", until.value);
        return fault(Code::WaiverNotAllowed, until.span, reason, "mend `date` or `until`".to_owned());
    }
    if let Some(days) = workflow.waivers.max_days {
        let length = i64::try_from(days).ok().and_then(|days| Duration::new().try_days(days).ok());
        let latest = length.and_then(|length| date.value.checked_add(length).ok());
        if let Some(latest) = latest.filter(|latest| until.value > *latest) {
            let reason = format!("it runs longer than {}, the most that is allowed", Count(days, "day"));
            let help = format!("`until` may be {latest} at the latest");
            return fault(Code::WaiverNotAllowed, until.span, reason, help);
        }
    }
    Ok(())
}

/// Why nobody may waive a requirement, and what to do instead.
fn nobody(why: WhyNobody) -> (&'static str, &'static str) {
    match why {
        WhyNobody::NotWaivable => ("this requirement cannot be waived", "meet the requirement instead"),
        WhyNobody::NotListed => (
            "this requirement is not among those that may be waived",
            "meet the requirement instead, or add it to `only` under `[waivers]`",
        ),
        WhyNobody::NoGroup => (
            "nobody may waive anything",
            "meet the requirement instead, or name a group in `by` under `[waivers]`",
        ),
    }
}

/// Whether somebody is one of those who may waive on a day; else why not.
fn allowed(
    may: MayWaive<'_>,
    workflow: &Workflow,
    by: &str,
    day: jiff::civil::Date,
    case: &Case<'_>,
) -> Result<(), String> {
    let member =
        |group: &str| workflow.groups.get(group).is_some_and(|group| group.has(case.people, by, day));
    match may {
        MayWaive::AnyoneButOwner => Ok(()),
        MayWaive::Nobody(why) => Err(nobody(why).0.to_owned()),
        MayWaive::Group(group) if member(group) => Ok(()),
        MayWaive::Group(group) => Err(format!("{by} was not in the group `{group}` on {day}")),
        MayWaive::Rules(rules) if rules.iter().any(|rule| member(&rule.group) && counts(rule, case)) => {
            Ok(())
        }
        MayWaive::Rules(_) => Err(format!("{by} may not waive this requirement in this deal")),
    }
}

/// Whether a rule about waivers is for this deal.
fn counts(rule: &Waiver, case: &Case<'_>) -> bool {
    rule.when.as_ref().is_none_or(|when| case.decide(when).unwrap_or(false))
}

/// Who could waive it in this deal.
fn who_may(may: MayWaive<'_>, case: &Case<'_>) -> String {
    let rules = match may {
        MayWaive::Nobody(why) => return nobody(why).1.to_owned(),
        MayWaive::Group(group) => return format!("let somebody of the group `{group}` waive it"),
        MayWaive::AnyoneButOwner => return "let somebody other than the owner waive it".to_owned(),
        MayWaive::Rules(rules) => rules,
    };
    let groups: Vec<_> =
        rules.iter().filter(|rule| counts(rule, case)).map(|rule| format!("`{}`", rule.group)).collect();
    if !groups.is_empty() {
        return format!("let somebody of {} waive it", WordList(&groups, "or"));
    }
    let rules: Vec<_> = rules
        .iter()
        .filter_map(|rule| Some(format!("`{}` only when `{}`", rule.group, rule.when.as_ref()?.text())))
        .collect();
    format!("meet the requirement instead: nobody may waive it in this deal, {}", WordList(&rules, "and"))
}
