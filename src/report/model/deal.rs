//! A deal as a row of a table: what it is worth, where it stands, what it misses.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::derived::DerivedView;
use super::outlook::{GateProgress, StepDue};
use super::quantity::{DayView, MoneyView, Share};
use super::sheet::DealSheet;
use super::status::{FindingView, SourceView, Status};
use crate::finding::Level;

/// A deal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DealView {
    /// Its id: the path below the deals folder, without the extension.
    pub id: String,
    /// Unique in a report and always the same for this deal: for links.
    pub anchor: String,
    /// The address of its page in a site, from the site's first folder.
    pub page: String,
    /// Its file, and the line it starts on.
    pub file: SourceView,
    /// Its name; its id when it has none.
    pub name: String,
    /// The customer; null when not known.
    pub customer: Option<String>,
    /// The owner's e-mail address; null when nobody owns it.
    pub owner: Option<String>,
    /// What all addresses of its owner are counted under: the id of the owner's slice; null when nobody owns it.
    pub owner_key: Option<String>,
    /// The company's id.
    pub company: String,
    /// What people call the company.
    pub company_name: String,
    /// The stage it stands in; null when it names none of the workflow.
    pub stage: Option<StageRef>,
    /// Whether it is open, and else how it ended.
    pub status: Status,
    /// How it ended; null while it is open.
    pub outcome: Option<OutcomeView>,
    /// That it is on hold today; null when it is not.
    pub on_hold: Option<HoldView>,
    /// Its amount as written; null when it has none.
    pub amount: Option<MoneyView>,
    /// Its amount in the report's currency: open deals at today's rate, closed ones at that of the closing date.
    /// Null when it is not priced.
    pub value: Option<MoneyView>,
    /// Why it has no `value`, in words; null when it has one.
    pub not_priced: Option<String>,
    /// How likely it is won: its own, else its stage's; null when neither says, and for closed deals.
    pub probability: Option<Share>,
    /// `value` times `probability`, rounded to the minor unit; null when either is not known.
    pub weighted: Option<MoneyView>,
    /// The forecast category: its own, else its stage's; null when neither says, and for lost deals.
    pub category: Option<Category>,
    /// The day it is expected to close.
    pub close_date: Option<DayView>,
    /// The day that counts for windows: of the outcome when it is closed, else the close date.
    pub closing: Option<DayView>,
    /// Whether that day lies in the report's window.
    pub in_window: bool,
    /// Open, and the close date is before today.
    pub close_date_passed: bool,
    /// How often its close date moved to a later fiscal quarter while it was open, by its `history` and commits.
    pub pushes: usize,
    /// The day it was opened: `opened`, else its first day in a stage; null when not known.
    pub opened: Option<DayView>,
    /// The day on which the work after the sale was done; null when it is not.
    pub completed: Option<DayView>,
    /// Where it came from; null when not known.
    pub source: Option<String>,
    /// Its tags.
    pub tags: Vec<String>,
    /// What is to be done next; null when nobody wrote it.
    pub next_step: Option<NextStep>,
    /// Whole days in its stage; null when not known.
    pub days_in_stage: Option<i64>,
    /// How many days it may stay in its stage before it is stalled; null: the workflow does not say.
    pub max_days: Option<usize>,
    /// How much of its stage's gate is met; null when it stands in no stage of the workflow, and in reports that do not
    /// show it.
    pub gate: Option<GateProgress>,
    /// How its amount and close date moved, oldest first, the last point being today; empty where neither did, and in
    /// reports that do not show it.
    pub course: Vec<CoursePoint>,
    /// When its next step is due.
    pub step_due: StepDue,
    /// Whole days since it was opened, until it closed; null when not known.
    pub age: Option<i64>,
    /// Whether it is longer in its stage than the workflow allows, and not on hold.
    pub stalled: bool,
    /// What its workflow derives of it, in the workflow's order; empty in reports that do not show it.
    pub derived: Vec<DerivedView>,
    /// What it owes where it stands, in the workflow's order.
    pub missing: Vec<MissingRequirement>,
    /// What is left to do before it may go on, of level `error`, in the workflow's order; empty in reports that do not
    /// show it.
    pub to_do: Vec<MissingRequirement>,
    /// How many requirements of level `error` are left to do before it may go on.
    pub left_to_do: usize,
    /// How many requirements a waiver lifts.
    pub waived: usize,
    /// Findings of level error about it.
    pub errors: usize,
    /// Findings of level warning about it.
    pub warnings: usize,
    /// What `check` says of it, in the order of the file.
    pub findings: Vec<FindingView>,
    /// Its position in `changes.deals`, from 0; null when nothing happened to it, and when nothing was compared.
    pub changed: Option<usize>,
    /// Its one-pager; null in reports that do not show one.
    pub sheet: Option<DealSheet>,
}

/// Amount and close date of a deal from a day on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CoursePoint {
    /// The day.
    pub day: DayView,
    /// How many days that is after the first point.
    pub after: i64,
    /// The amount as it was written; null when there was none.
    pub amount: Option<MoneyView>,
    /// The close date; null when there was none.
    pub close_date: Option<DayView>,
    /// How many days that is after the first point.
    pub closes_after: Option<i64>,
}

/// A forecast category.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Category {
    /// Won.
    Closed,
    /// We stand by it.
    Commit,
    /// If things go well.
    BestCase,
    /// Everything else that is worked on.
    Pipeline,
    /// A commit or best-case deal whose close date has passed.
    Slipped,
    /// Left out of the forecast on purpose.
    Omitted,
}

impl Category {
    /// Its stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Commit => "commit",
            Self::BestCase => "best-case",
            Self::Pipeline => "pipeline",
            Self::Slipped => "slipped",
            Self::Omitted => "omitted",
        }
    }
}

/// A stage by its names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StageRef {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Its number in the workflow, from 1.
    pub number: usize,
    /// How many stages the workflow has.
    pub of: usize,
}

/// How a deal ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OutcomeView {
    /// When; null when it does not say.
    pub date: Option<DayView>,
    /// Why; null when it does not say.
    pub reason: Option<String>,
    /// Who got it; null when it does not say.
    pub competitor: Option<String>,
    /// What else there is to say.
    pub note: Option<String>,
}

/// That a deal waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HoldView {
    /// Since when; null: not known.
    pub from: Option<DayView>,
    /// The last day; null: no end in sight.
    pub until: Option<DayView>,
    /// Why; null when it does not say.
    pub reason: Option<String>,
}

/// What is to be done next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NextStep {
    /// What; null when it does not say.
    pub what: Option<String>,
    /// Until when; null when it does not say.
    pub date: Option<DayView>,
    /// By whom; null when it does not say.
    pub by: Option<String>,
    /// Whether that day is before today and the deal is open.
    pub overdue: bool,
}

/// A requirement that a deal does not meet although it is needed where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MissingRequirement {
    /// The requirement's id.
    pub requirement: String,
    /// What it asks.
    pub title: String,
    /// The id of its stage; null for what lost and disqualified deals owe.
    pub stage: Option<String>,
    /// Why it is not met.
    pub why: String,
    /// What to do; null when nobody can tell.
    pub help: Option<String>,
    /// How grave it is.
    pub level: Level,
    /// The group that approves, or `anyone`; null when it is no approval.
    pub approvers: Option<String>,
    /// The command that does it, or that shows how.
    pub command: String,
}
