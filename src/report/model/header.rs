//! The head of a report: when, of what, in which currency, filtered how; the verdict; definitions.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::quantity::{DayView, Number};

/// What wrote a model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ToolView {
    /// `dealgate`.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// When a report was made, of what, and how it is to be read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// The day that `today` means: every figure is as of the end of it.
    pub today: DayView,
    /// The revision that was read; null for the files as they are.
    pub revision: Option<String>,
    /// The ISO 4217 code that figures are in; null when neither the workspace nor one workflow for all says, so that
    /// nothing can be summed up.
    pub currency: Option<String>,
    /// The rates at which open deals were converted: the latest on or before today, of the currencies that occur.
    pub rates: Vec<Rate>,
    /// What people are called, by their addresses in lower case, as `[people]` lists them.
    pub people: BTreeMap<String, String>,
    /// The filters that were given.
    pub filters: Filters,
    /// The days that figures "in the window" cover.
    pub window: Window,
}

/// What one unit of a currency buys in the report's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// The ISO 4217 code of the other currency.
    pub currency: String,
    /// How much of the report's currency one unit buys, at the most six decimals; null when no rate is known.
    pub rate: Option<Number>,
    /// The day from which the rate holds; null for a rate that always does, or where none is known.
    pub since: Option<DayView>,
}

/// Which deals were left in. An empty list filters nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Filters {
    /// Deals of one of these companies.
    pub companies: Vec<String>,
    /// Deals of one of these owners.
    pub owners: Vec<String>,
    /// Deals that stand in one of these stages.
    pub stages: Vec<String>,
    /// Deals with one of these ids.
    pub deals: Vec<String>,
    /// Deals that close, or closed, in this period, as it was written; null: whenever.
    pub closing: Option<String>,
}

/// A run of days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// What people call it: `FY27-Q1`, `2026-06`, `2026-04-01..2026-06-30`.
    pub name: String,
    /// The first day.
    pub from: DayView,
    /// The last day, included.
    pub until: DayView,
    /// The fiscal quarters that it is made of; empty when it is not made of whole ones.
    pub quarters: Vec<String>,
    /// Whether it is today's fiscal quarter because no period was asked for.
    pub is_default: bool,
}

/// What `check` says of the same deals, and how many there are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VerdictView {
    /// Whether there is no error.
    pub in_order: bool,
    /// Deals that the filters leave.
    pub deals: usize,
    /// Those of them about which there is no error.
    pub deals_in_order: usize,
    /// Companies whose deals these are.
    pub companies: usize,
    /// Deal files that could not be judged, in the whole workspace: unreadable ones, and those without a workflow
    /// that can be used. They are in no figure.
    pub not_judged: usize,
    /// Findings of level error.
    pub errors: usize,
    /// Findings of level warning.
    pub warnings: usize,
    /// Findings of level info.
    pub infos: usize,
    /// Requirements that a waiver lifts.
    pub waived: usize,
}

/// How a figure is defined.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// Its stable name.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// What it means.
    pub definition: String,
    /// In what it is counted: `currency`, `days`, `share of 1`, …
    pub unit: String,
    /// Where the definition comes from.
    pub source: String,
}
