//! Figures over time: one point a week, month or fiscal quarter, each by the rules and rates of its own day.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::figures::{Cycle, Sum, Weighted, WinRate};
use super::quantity::{DayView, MoneyView, Number, Share};

/// The pipeline over time. What the record cannot tell is null, never 0.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Trend {
    /// How long a point is.
    pub by: Pace,
    /// The points, oldest first.
    pub points: Vec<TrendPoint>,
    /// What people call the points before those, oldest first: the record begins after them, and nothing is known of
    /// them.
    pub before_record: Vec<String>,
    /// Of the deals that first entered a stage in the whole span, how many came further: by company in the order of
    /// their ids, then in the order of the stages; stages that no workflow has any more come last.
    pub conversion: Vec<StageConversion>,
    /// How long the stays were that ended in the whole span, in the same order.
    pub days_in_stage: Vec<StageDays>,
    /// How good the forecasts of all finished points were together.
    pub accuracy: Accuracy,
    /// What the figures stand on.
    pub record: RecordView,
}

/// How long a point is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Pace {
    /// An ISO week, from Monday to Sunday.
    Week,
    /// A calendar month.
    Month,
    /// A fiscal quarter.
    Quarter,
}

/// One week, month or fiscal quarter. "In it" means: on a day of it. "At its end" means: at the end of `as_of`, with
/// the rates of that day and the probabilities and categories that held then.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TrendPoint {
    /// What people call it: `2026-W14`, `2026-04`, `FY27-Q1`.
    pub name: String,
    /// The first day.
    pub from: DayView,
    /// The last day, included.
    pub until: DayView,
    /// The day at whose end the figures are: the last day, or today while it is running.
    pub as_of: DayView,
    /// Whether its last day is still to come, so that its figures will change.
    pub running: bool,
    /// The day on which the record starts, where that is after the first: what was in it before is not known, and is in
    /// no figure. Null where the record tells of all its days.
    pub known_from: Option<DayView>,
    /// Open at its end whenever they close, those on hold apart.
    pub open: Sum,
    /// Open at its end and on hold then.
    pub on_hold: Sum,
    /// The weighted value of what is open at its end.
    pub weighted: Weighted,
    /// Came into being in it, at the amount and rate of their first day, whatever became of them.
    pub new: Sum,
    /// Won in it, by the date of the outcome.
    pub won: Sum,
    /// Lost in it.
    pub lost: Sum,
    /// Disqualified in it.
    pub disqualified: Sum,
    /// Of the deals won or lost in it, how many were won.
    pub win_rate: WinRate,
    /// How long the deals that were won in it took.
    pub cycle: Cycle,
    /// Open deals at its end × average value won in it × win rate ÷ average cycle, in currency a day; null when one of
    /// the parts is not known.
    pub velocity: Option<MoneyView>,
    /// What became of the deals that were to close in it.
    pub slips: Slips,
    /// What the gates said at its end; null when that cannot be known.
    pub gates: Option<GateFailures>,
    /// Why `gates` is null.
    pub gates_unknown: Option<String>,
    /// What was forecast for it at its start, and what was won.
    pub forecast: Forecast,
    /// Of the deals that first entered a stage in it, how many have come further by today; the stages in the order of
    /// the trend's own `conversion`.
    pub conversion: Vec<StageConversion>,
    /// How long the stays were that ended in it, in the same order.
    pub days_in_stage: Vec<StageDays>,
}

/// What became of the deals that were to close in a point. Prints as its `text`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Slips {
    /// Open at its start with a close date in it, those on hold too, at their value then.
    pub due: Sum,
    /// Those of them whose close date lies outside it at its end, or was taken out, and which were not won in it; at the
    /// same value. A deal whose file was deleted has not slipped.
    pub slipped: Sum,
    /// Slipped ÷ due, by number of deals; null when none was due.
    pub by_count: Option<Share>,
    /// Slipped ÷ due, by value of the priced deals; null when there is nothing to divide by, and when all that was due,
    /// or all that slipped, is not priced.
    pub by_value: Option<Share>,
    /// By number of deals, for people; of fewer than five, the counts alone: `1 of 3`.
    pub text: String,
    /// By value, for people; of fewer than five deals, the amounts alone.
    pub value_text: String,
    /// How often the close date of an open deal was moved to a later week, month or fiscal quarter in it.
    pub pushes: usize,
    /// Of how many deals.
    pub pushed: usize,
}

/// What the gates said at the end of a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GateFailures {
    /// Open, won and lost deals that stood where a requirement that blocks did not let them be.
    pub deals: usize,
    /// How many such requirements, deal by deal.
    pub findings: usize,
    /// Requirements that a waiver in force lifted, as in `verdict.waived`.
    pub waivers: usize,
}

/// What was forecast for a point at its start, by the rules and rates of that moment, against what was won in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Forecast {
    /// The day at whose end it was forecast: the one before the first.
    pub made: DayView,
    /// By the open deals of category commit with a close date in the point.
    pub commit: Measure,
    /// By the weighted value of the open deals with a close date in the point.
    pub weighted: Measure,
    /// What was won in it; while it is running, so far.
    pub won: Sum,
}

/// One measure of a forecast.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// What was forecast; null when the record does not reach back to the start of the point, or without a currency.
    pub forecast: Option<MoneyView>,
    /// How many deals are not in it, having no price or no probability.
    pub left_out: usize,
    /// The same for people, without the currency: `12,000 and 1 not priced`.
    pub text: String,
    /// 1 − |forecast − won| ÷ won: one less the absolute percentage error (Hyndman, Athanasopoulos: Forecasting:
    /// Principles and Practice, section 5.8). Below 0 when the forecast was wrong by more than was won; null while the
    /// point is running, when nothing was won, and when what was forecast or won is not all priced.
    pub accuracy: Option<Share>,
    /// (forecast − won) ÷ won: above 0 when too much was forecast; null as `accuracy` is.
    pub bias: Option<Share>,
}

/// How good the forecasts of all finished points were together. Large points weigh more: errors are summed up before
/// they are divided (the MAD/mean ratio; Kolassa, Schütz: Advantages of the MAD/Mean Ratio over the MAPE, Foresight 6,
/// 2007).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Accuracy {
    /// How many finished points have a forecast.
    pub points: usize,
    /// Of the commit forecast: 1 − Σ |forecast − won| ÷ Σ won; null when nothing was won.
    pub commit: Option<Share>,
    /// Of the commit forecast: Σ (forecast − won) ÷ Σ won.
    pub commit_bias: Option<Share>,
    /// The same of the weighted forecast.
    pub weighted: Option<Share>,
    /// The same of the weighted forecast.
    pub weighted_bias: Option<Share>,
}

/// Of the deals that first entered a stage and are not in it any more, how many reached a further stage, or were won. What
/// a deal enters once it is won is delivery, and no part of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StageConversion {
    /// The company's id.
    pub company: String,
    /// What people call the company.
    pub company_name: String,
    /// The stage's id.
    pub stage: String,
    /// What people call it.
    pub name: String,
    /// Its number, from 1; null for a stage that its workflow does not have any more.
    pub number: Option<usize>,
    /// Only deals that were in the stage.
    pub strict: OutOf,
    /// Deals that were in the stage and those that skipped it: who passes over a stage has passed it.
    pub entered_or_passed: OutOf,
}

/// So many of so many. Prints as its `text`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OutOf {
    /// How many.
    pub deals: usize,
    /// Of how many that are decided.
    pub of: usize,
    /// How many are not decided: open, and in the stage still.
    pub still: usize,
    /// The share; null of none.
    pub share: Option<Share>,
    /// For people: `50 % (3 of 6), 2 still in it`; of fewer than five, the counts alone.
    pub text: String,
}

/// How long the stays in a stage were that ended in a point, or in the whole span.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StageDays {
    /// The company's id.
    pub company: String,
    /// What people call the company.
    pub company_name: String,
    /// The stage's id.
    pub stage: String,
    /// What people call it.
    pub name: String,
    /// Its number, from 1; null for a stage that its workflow does not have any more.
    pub number: Option<usize>,
    /// How many stays ended; a stage that was skipped is no stay.
    pub stays: usize,
    /// Their mean in whole days, one decimal; null when none ended.
    pub mean: Option<Number>,
    /// Their median, one decimal; null when none ended.
    pub median: Option<Number>,
    /// The mean for people, with how many stays it is of; of fewer than five, their days.
    pub text: String,
    /// The median, in the same way.
    pub median_text: String,
}

/// What the figures of a trend stand on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordView {
    /// Whether commits tell, where the deals' own `history` does not.
    pub from_commits: bool,
    /// Whether each point is judged by the workflows of its own day; else by those of today.
    pub rules_of_the_time: bool,
    /// The first day of which a commit or an entry of `history` tells, else the first on which a deal was opened; null
    /// when none does.
    pub since: Option<DayView>,
    /// Deals that are in the figures.
    pub deals: usize,
    /// Those of them whose file was deleted since.
    pub removed: usize,
    /// Deals of whose past no day is known: they are taken to have been always as they are today.
    pub undated: usize,
    /// The same, and whatever else a reader has to know, in words.
    pub notes: Vec<String>,
}
