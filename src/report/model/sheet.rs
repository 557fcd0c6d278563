//! What a deal's one-pager shows beyond its row: checklist, people, waivers, history.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::changes::DifferenceView;
use super::quantity::{DayView, MoneyView};
use super::status::{SourceView, Status};
use crate::finding::Level;

/// The one-pager of a deal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DealSheet {
    /// The checklist, stage by stage, in the workflow's order.
    pub checklist: Vec<ChecklistStage>,
    /// What it owes for having been lost or disqualified; empty for other deals.
    pub ending: Vec<ChecklistItem>,
    /// What keeps it from being where it is, or from going on: what is unmet and to do, of level `error`.
    pub blocking: Vec<ChecklistItem>,
    /// The people on the customer's side by what they think of it: allies, then neutrals, enemies, and the others.
    pub stances: Vec<Stance>,
    /// Its waivers, in the file's order.
    pub waivers: Vec<WaiverView>,
    /// What its file tells of its past, in the file's order.
    pub history: Vec<HistoryEntryView>,
    /// What changed on which day, by its file and by commits, oldest first; the first entry is what it began with.
    pub timeline: Vec<TimelineEntry>,
    /// Its stays in stages, oldest first.
    pub visits: Vec<StageVisit>,
    /// The values that its workflow declares, in the workflow's order; contacts apart.
    pub fields: Vec<FieldValueView>,
    /// Its notes; null when it has none.
    pub notes: Option<String>,
}

/// A stage of the checklist.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChecklistStage {
    /// The stage's id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Its number, from 1.
    pub number: usize,
    /// What it is for; null when the workflow does not say.
    pub goal: Option<String>,
    /// Whether the deal stands in it.
    pub current: bool,
    /// Whether the deal has gone past it.
    pub passed: bool,
    /// Whether it exists for this deal.
    pub exists: bool,
    /// Why it does not exist for this deal; null when it does.
    pub why_not: Option<String>,
    /// How many of its items are met or waived.
    pub met: usize,
    /// How many of its items are asked of this deal.
    pub asked: usize,
    /// Its requirements, in order.
    pub items: Vec<ChecklistItem>,
}

/// A requirement and how the deal stands with it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChecklistItem {
    /// The requirement's id.
    pub id: String,
    /// What it asks.
    pub title: String,
    /// `task`, `approval`, `field` or `rule`.
    pub kind: String,
    /// How the deal stands with it.
    pub status: ItemStatus,
    /// When it is needed.
    pub due: DueView,
    /// How grave it is when it is not met; only `error` blocks.
    pub level: Level,
    /// Why it is unmet, or not asked; null when it is met.
    pub why: Option<String>,
    /// What to do about it; null when there is nothing to do, or nobody can tell.
    pub help: Option<String>,
    /// A page that says more; null when there is none.
    pub url: Option<String>,
    /// The group that approves, or `anyone`; null when it is no approval.
    pub approvers: Option<String>,
    /// The day it was done, by the deal's `done`; null when there is no such entry.
    pub date: Option<DayView>,
    /// Who did or approved it; null when it does not say.
    pub by: Option<String>,
    /// What proves it; null when there is nothing.
    pub evidence: Option<Evidence>,
    /// What else the entry says; null when nothing.
    pub note: Option<String>,
    /// The line that meets or waives it, or that falls short; null when there is none.
    pub file: Option<SourceView>,
    /// The waiver given for it, whether it helps or not; null when there is none.
    pub waiver: Option<WaiverView>,
}

/// How a deal stands with a requirement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ItemStatus {
    /// It is met.
    Met,
    /// It is not met, and a waiver lifts it.
    Waived,
    /// It is not met although it is needed where the deal stands.
    Unmet,
    /// It is not met, and needed before the deal may go on.
    ToDo,
    /// It is not met, and needed in a later stage.
    Later,
    /// It is not asked of this deal.
    NotAsked,
}

/// When a requirement is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DueView {
    /// Now: without it the deal may not be where it is.
    Now,
    /// Before the deal may go on: to leave its stage, or to be in the next.
    Next,
    /// In a later stage.
    Later,
    /// Never: the deal has ended otherwise.
    Never,
}

/// What proves that something was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// As written: an address, or a file's path.
    pub written: String,
    /// The address to link to: http, https or mailto, or that of the file by `[report] source-url`; else null.
    pub url: Option<String>,
    /// Whether it is a file of the workspace.
    pub is_file: bool,
}

/// A waiver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WaiverView {
    /// The requirement's id.
    pub requirement: String,
    /// What the requirement asks; null when the workflow has no such requirement.
    pub title: Option<String>,
    /// Why it was given; null when it does not say.
    pub reason: Option<String>,
    /// Who gave it; null when it does not say.
    pub by: Option<String>,
    /// When; null when it does not say.
    pub date: Option<DayView>,
    /// The last day on which it holds; null when it does not say.
    pub until: Option<DayView>,
    /// Whole days until then, from today; negative when it has ended; null when it does not say.
    pub days_left: Option<i64>,
    /// Whether it lifts its requirement today.
    pub lifts: bool,
    /// Why it does not help, in words; null when it does.
    pub fault: Option<String>,
    /// Where it stands.
    pub file: SourceView,
}

/// The people who think the same of a deal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Stance {
    /// `ally`, `neutral`, `enemy`, or another that the workflow has; null: nobody knows.
    pub stance: Option<String>,
    /// What people call it: `Allies`.
    pub title: String,
    /// Who they are, in the file's order.
    pub contacts: Vec<Contact>,
}

/// Somebody on the customer's side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// Their name; null when it does not say.
    pub name: Option<String>,
    /// Whom they work for; null when it does not say.
    pub company: Option<String>,
    /// What they do there; null when it does not say.
    pub role: Option<String>,
    /// Their address; null when it does not say.
    pub email: Option<String>,
}

/// An entry of a deal's `history`: what became true that day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HistoryEntryView {
    /// The day; null when it cannot be read.
    pub date: Option<DayView>,
    /// The stage it came to: what people call it, else its id; null: no change.
    pub stage: Option<String>,
    /// That it ended or was opened again; null: no change.
    pub status: Option<Status>,
    /// The amount from then on; null: no change.
    pub amount: Option<MoneyView>,
    /// The close date from then on; null: no change.
    pub close_date: Option<DayView>,
    /// The owner from then on; null: no change.
    pub owner: Option<String>,
    /// Why; null when it does not say.
    pub reason: Option<String>,
    /// Who says so; null when it does not say.
    pub by: Option<String>,
    /// Where it stands.
    pub file: SourceView,
}

/// A stay in a stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StageVisit {
    /// The stage's id.
    pub stage: String,
    /// What people call it.
    pub name: String,
    /// The day it was entered; null: nobody knows.
    pub entered: Option<DayView>,
    /// The day it was left, for another stage or because the deal ended; null: it stands there.
    pub left: Option<DayView>,
    /// Whole days from one to the other, or to today; null: nobody knows, or it is yet to come.
    pub days: Option<i64>,
    /// How many days a deal may stay there before it is stalled; null: the workflow does not say.
    pub max_days: Option<usize>,
}

/// What changed on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TimelineEntry {
    /// The day.
    pub date: DayView,
    /// What was one thing and is another; of the first entry, what it is.
    pub changes: Vec<DifferenceView>,
    /// Why, as its `history` says; null when it does not say.
    pub reason: Option<String>,
    /// Who says so: by the entry of `history`, else the name of the commit's author; null when nobody is named.
    pub by: Option<String>,
    /// The commit that says so, shortened; null when none does, or the deal's own `history` does.
    pub commit: Option<String>,
    /// Whether `history` or a commit gives it its day; else the file as it stands says so.
    pub is_dated: bool,
}

/// A value that the workflow declares.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FieldValueView {
    /// The key.
    pub name: String,
    /// The value of one that is neither a list nor a record, for people; null for those.
    pub value: Option<String>,
    /// The values by key of a record; empty for others.
    pub fields: Vec<FieldValueView>,
    /// The items of a list, each a value without a name; empty for others.
    pub items: Vec<FieldValueView>,
    /// Where it stands.
    pub file: SourceView,
}
