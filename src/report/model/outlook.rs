//! The first screen: whether the window's target will be met, and what is to be done today.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::figures::{Sum, Weighted};
use super::quantity::{DayView, MoneyView, Share};

/// Whether the window is made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Outlook {
    /// The answer, as a sentence.
    pub answer: String,
    /// What makes the answer unsure, each as a sentence: deals at fault or not priced among those it rests on.
    pub doubts: Vec<String>,
    /// Whether won and commit together reach the target; null without a target, and when they are not priced.
    pub lands: Option<bool>,
    /// Won and commit ÷ target; null where `lands` is.
    pub attainment: Option<Share>,
    /// The target less won and commit: above 0 what is short, below what is over; null where `lands` is.
    pub gap: Option<MoneyView>,
    /// Won, commit and best case.
    pub best_case: Sum,
    /// The target less these; null without a target, and when they are not priced.
    pub best_case_gap: Option<MoneyView>,
    /// How many days the window has.
    pub days: i64,
    /// How many of them are over, today among them; 0 before it begins.
    pub days_gone: i64,
    /// How many are left after today; 0 once it is over.
    pub days_left: i64,
    /// How many open deals have a next step due within seven days from today, today among them.
    pub due_this_week: usize,
    /// The figures at the end of each of the last weeks, oldest first, the last being today; empty in reports that do
    /// not show them, and only as far back as anything tells.
    pub weeks: Vec<WeekPoint>,
    /// What won and commit came to on the same day of the fiscal quarter before; null where the window is not the running
    /// quarter, in reports that do not show the weeks, and where nothing tells of that day.
    pub quarter_before: Option<EarlierLanding>,
    /// What changed within the last seven days; null when nobody knows how it was then.
    pub since_a_week: Option<WeekShift>,
}

/// Figures at the end of a day, of the report's window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WeekPoint {
    /// The day.
    pub as_of: DayView,
    /// Won and commit.
    pub landing: Sum,
    /// Open deals, whenever they close.
    pub open: Sum,
    /// Their weighted value.
    pub weighted: Weighted,
}

/// Won and commit of an earlier window, on the same day of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EarlierLanding {
    /// What people call that window.
    pub window: String,
    /// The day.
    pub as_of: DayView,
    /// Won and commit at the end of it.
    pub landing: Sum,
    /// Today's won and commit less these; null when one of both is not known.
    pub more: Option<MoneyView>,
}

/// By how much figures changed; each null when one of both amounts is not known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WeekShift {
    /// The day since whose end.
    pub from: DayView,
    /// Won and commit.
    pub landing: Option<MoneyView>,
    /// Open deals.
    pub open: Option<MoneyView>,
    /// Their weighted value.
    pub weighted: Option<MoneyView>,
}

/// What is to be done about a deal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TodayItem {
    /// The deal: its position in the model's `deals`.
    pub deal: usize,
    /// How soon.
    pub urgency: Urgency,
    /// What is the matter.
    pub reason: TodayReason,
    /// That in a word or two: `Gate not met`.
    pub title: String,
    /// What it is about.
    pub what: String,
    /// By when; null when no day is known.
    pub due: Option<DayView>,
    /// The command that does it, or that shows how.
    pub command: String,
    /// How many other things are the matter with the same deal.
    pub more: usize,
}

/// How soon something is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Urgency {
    /// It is late, or wrong.
    Now,
    /// Within seven days.
    ThisWeek,
    /// When there is time.
    Soon,
}

/// Why a deal is in today's list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TodayReason {
    /// A gate that it has passed is not met.
    GateNotMet,
    /// Another error.
    Error,
    /// It is past its close date.
    CloseDatePassed,
    /// Its next step is overdue.
    StepOverdue,
    /// Its next step is due within seven days.
    StepDue,
    /// It closes within seven days.
    Closing,
    /// A waiver is about to end.
    WaiverEnds,
    /// It is longer in its stage than it may be.
    Stalled,
    /// Nobody wrote what is to be done next.
    NoNextStep,
    /// An approval is asked before it may go on.
    ApprovalAsked,
}

/// When a deal's next step is due, as of today.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum StepDue {
    /// Before today.
    Overdue,
    /// Today.
    Today,
    /// Within seven days.
    ThisWeek,
    /// After that, or on no day that is known.
    Later,
    /// There is no next step.
    None,
}

/// How much of a gate is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GateProgress {
    /// How many requirements are met or waived.
    pub met: usize,
    /// How many are asked.
    pub asked: usize,
}

/// Where a page stands among those of a site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PageView {
    /// What leads from this page to the site's first folder: empty, `../`, `../../`.
    pub root: String,
    /// Which page this is: `pipeline`, `deals`, `deal`, `owner`, `changes`, `trend`, `workflow`, `definitions`.
    pub kind: String,
    /// The style sheet's file in the site's first folder.
    pub style: String,
    /// The script's.
    pub script: String,
    /// The company's id, of a page about one; else null.
    pub company: Option<String>,
    /// The position in `owners`, of a page about one; else null.
    pub owner: Option<usize>,
    /// The page before this one of its kind; null for the first.
    pub previous: Option<PageLink>,
    /// The page after it; null for the last.
    pub next: Option<PageLink>,
}

/// Another page of the site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PageLink {
    /// Its address from the site's first folder.
    pub path: String,
    /// What it is called.
    pub name: String,
}
