//! Deals that need attention, by concern.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::quantity::DayView;
use crate::finding::Level;

/// The deals of one concern.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Attention {
    /// Which.
    pub concern: Concern,
    /// What people call it.
    pub title: String,
    /// How many deals; one deal may have several items.
    pub deals: usize,
    /// One by one, in the order of the deals.
    pub items: Vec<AttentionItem>,
}

/// What may be the matter with a deal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Concern {
    /// A gate that it has passed is not met.
    GateFailures,
    /// Its close date has passed and it is still open.
    CloseDatePassed,
    /// Longer in its stage than the workflow allows.
    Stalled,
    /// What was to be done next is overdue.
    NextStepOverdue,
    /// Nobody wrote what is to be done next.
    NoNextStep,
    /// A waiver ends within 14 days.
    WaiversExpiring,
    /// A requirement is waived.
    Waivers,
    /// It has no amount, or none that can be converted.
    NotPriced,
    /// Anything else that is an error.
    OtherErrors,
}

/// What is the matter with one deal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AttentionItem {
    /// The deal: its position in the model's `deals`.
    pub deal: usize,
    /// What is the matter, in words.
    pub message: String,
    /// The day it is about: a close date, a waiver's end; null when there is none.
    pub date: Option<DayView>,
    /// The requirement's id; null when it is about none.
    pub requirement: Option<String>,
    /// How grave the finding is that says it; null when no finding does.
    pub level: Option<Level>,
}
