//! What stands in a stage, and how long deals stay in it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::figures::{Sum, Weighted};
use super::quantity::{Number, Share};

/// What stands in one stage of one company.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StageFigures {
    /// The company's id.
    pub company: String,
    /// What people call the company.
    pub company_name: String,
    /// The stage's id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Its number, from 1.
    pub number: usize,
    /// How likely a deal in it is won; null when the workflow does not say.
    pub probability: Option<Share>,
    /// The forecast category of its deals; null when the workflow does not say.
    pub category: Option<String>,
    /// Longer in it, in days, and a deal is stalled; null: never.
    pub max_days: Option<usize>,
    /// Its open deals, those on hold apart.
    pub open: Sum,
    /// Its open deals on hold.
    pub on_hold: Sum,
    /// The weighted value of its open deals.
    pub weighted: Weighted,
    /// How many deals in it are stalled: open ones, and won ones whose work goes on.
    pub stalled: usize,
    /// How many deals in it have an error, those that have ended among them.
    pub with_errors: usize,
    /// How many won deals stand in it whose work is not done; they are in no sum here.
    pub in_delivery: usize,
    /// How long deals stay in it.
    pub days: DaysInStage,
}

/// How long deals stay in a stage, in whole days; each stay counts, and a stage that was skipped is no stay.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DaysInStage {
    /// The stays that have ended, whatever became of the deal, shortest first.
    pub finished: Vec<i64>,
    /// Their mean, one decimal; null when none has ended.
    pub finished_mean: Option<Number>,
    /// Their median, one decimal; null when none has ended.
    pub finished_median: Option<Number>,
    /// Their mean for people, with how many they are; of fewer than five, their days.
    pub finished_text: String,
    /// The stays of the deals that are open in it today, shortest first; those on hold apart.
    pub open: Vec<i64>,
    /// Their mean, one decimal; null when there is none.
    pub open_mean: Option<Number>,
    /// The same for people, in the same way.
    pub open_text: String,
}
