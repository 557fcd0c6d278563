//! A company and its rules, in the words that a salesperson reads.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::quantity::{DayView, MoneyView, Share};
use super::status::SourceView;
use crate::finding::Level;

/// A company: what one workflow stands for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CompanyView {
    /// The workflow's name: the stem of its file, or `builtin/NAME`.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Unique in a report and always the same for this company: for links.
    pub anchor: String,
    /// The workflow's file; null for a built-in one.
    pub file: Option<SourceView>,
    /// The workflows whose rules it builds on, nearest first.
    pub extends: Vec<String>,
    /// The ISO 4217 code of amounts written without one; null when it does not say.
    pub currency: Option<String>,
    /// Its target in the window; null when there is none.
    pub target: Option<MoneyView>,
    /// How many of the model's deals follow it.
    pub deals: usize,
    /// The stages, in order.
    pub stages: Vec<CompanyStage>,
    /// What the names mean that its conditions use: its `[derived]`, in order.
    pub derived: Vec<DerivedName>,
    /// The id of the stage whose gate must be met before a deal may be won.
    pub won_from: String,
    /// What lost deals owe.
    pub lost: EndingView,
    /// What disqualified deals owe.
    pub disqualified: EndingView,
    /// The last stage from which a deal may be disqualified; null: any.
    pub disqualified_until: Option<String>,
    /// Who may waive, and what.
    pub waivers: WaiverPolicy,
    /// The groups, in the order of their names.
    pub groups: Vec<GroupView>,
}

/// A name for an expression.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DerivedName {
    /// The name.
    pub name: String,
    /// The expression that it stands for.
    pub expression: String,
}

/// A stage and its gate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CompanyStage {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Its number, from 1.
    pub number: usize,
    /// What it is for; null when the workflow does not say.
    pub goal: Option<String>,
    /// How likely a deal in it is won; null when the workflow does not say.
    pub probability: Option<Share>,
    /// The forecast category of its deals; null when the workflow does not say.
    pub category: Option<String>,
    /// Longer in it, in days, and a deal is stalled; null: never.
    pub max_days: Option<usize>,
    /// The condition without which the stage does not exist for a deal; null: it exists for all.
    pub when: Option<String>,
    /// The checklist, in order.
    pub requirements: Vec<RequirementView>,
}

/// A requirement, as people read it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RequirementView {
    /// Its id, unique in the workflow.
    pub id: String,
    /// What it asks.
    pub title: String,
    /// What to do about it; null when the workflow does not say.
    pub help: Option<String>,
    /// A page that says more; null when there is none.
    pub url: Option<String>,
    /// `task`, `approval`, `field` or `rule`.
    pub kind: String,
    /// When it is met, in words that continue "met when …".
    pub met_when: String,
    /// The group that approves, or `anyone`; null when it is no approval.
    pub approvers: Option<String>,
    /// The condition under which it is asked; null: always.
    pub when: Option<String>,
    /// How grave it is when it is not met; only `error` blocks.
    pub level: Level,
    /// Asked of deals that first came to the stage on or after this day; null: of all.
    pub since: Option<DayView>,
    /// Needed to be in the stage, rather than to leave it.
    pub at_entry: bool,
    /// Whether it may be waived, in words.
    pub waivable: String,
    /// The workflow that it comes from, when it is inherited; else null.
    pub inherited_from: Option<String>,
    /// Where it stands; null for a built-in workflow's.
    pub file: Option<SourceView>,
}

/// What deals owe that ended without being won.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EndingView {
    /// The reasons that may be given; empty: any.
    pub reasons: Vec<String>,
    /// What is asked.
    pub requirements: Vec<RequirementView>,
}

/// Who may waive, what and for how long.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WaiverPolicy {
    /// Who may, in words.
    pub by: String,
    /// The ids of the requirements that may be waived; empty: all.
    pub only: Vec<String>,
    /// For how many days at the most; null: no limit.
    pub max_days: Option<usize>,
}

/// A group of people who approve or waive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupView {
    /// Its name.
    pub name: String,
    /// Its members, in the file's order.
    pub members: Vec<MemberView>,
}

/// A member of a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MemberView {
    /// The e-mail address.
    pub email: String,
    /// First day of membership; null: always was.
    pub from: Option<DayView>,
    /// Last day of membership, included; null: still is.
    pub until: Option<DayView>,
    /// Whether a member today.
    pub today: bool,
}
