//! The shape of what `diff --format json` writes, and so its JSON Schema.

use schemars::JsonSchema;
use serde::Serialize;

use crate::emit::json::Tool;

/// What `diff --format json` writes.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct DiffDocument<'a> {
    /// Raised when a key changes its meaning or goes.
    pub(super) schema_version: u32,
    /// What wrote this.
    pub(super) tool: Tool,
    /// The earlier moment.
    pub(super) base: DiffMoment<'a>,
    /// The later moment.
    pub(super) head: DiffMoment<'a>,
    /// The currency of all values, as `EUR`; null when nothing has a price.
    pub(super) currency: Option<&'static str>,
    /// The close dates that the bridge is about; null: all.
    pub(super) window: Option<WindowJson<'a>>,
    /// The deals that changed, in the order of their ids.
    pub(super) deals: Vec<Changed<'a>>,
    /// From what was open in the window to what is, row by row.
    pub(super) bridge: Vec<BridgeRowJson<'a>>,
    /// What was and is open in the window.
    pub(super) in_window: OpenFiguresChange,
    /// What was and is open at all.
    pub(super) overall: OpenFiguresChange,
    /// Where deals came from and went, for each list of stages.
    pub(super) stages: Vec<StageChangesJson<'a>>,
    /// What became of findings; null: `history` alone tells of a moment, which knows none.
    pub(super) findings: Option<Findings<'a>>,
    /// What changed rules do to the deals; null: the rules did not change, and were not asked for.
    pub(super) what_if: Option<WhatIf<'a>>,
    /// Deals whose file cannot be read at one end, and which are taken as they are at the other.
    pub(super) unread: usize,
    /// Deals that tell nothing of their past, and are taken as they are now.
    pub(super) undated: usize,
}

/// A moment.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct DiffMoment<'a> {
    /// As people read it.
    pub(super) name: &'a str,
    /// The full name of its commit; null for the files as they are, and for a day that `history` tells of.
    pub(super) revision: Option<&'a str>,
    /// The day at whose end it is, as `2026-11-23`.
    pub(super) day: String,
}

/// A period.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct WindowJson<'a> {
    /// As it was asked for, or the fiscal quarter.
    pub(super) name: &'a str,
    /// Its first day.
    pub(super) first: String,
    /// Its last day.
    pub(super) last: String,
}

/// A deal that changed.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Changed<'a> {
    /// Its id at the later moment, or the last it had.
    pub(super) deal: &'a str,
    /// The path of its file.
    pub(super) file: &'a str,
    /// The workflow it follows.
    pub(super) workflow: &'a str,
    /// `new`, `changed`, `renamed`, `removed`, or `restored`: its file was deleted and put back.
    pub(super) change: &'static str,
    /// Of a renamed deal the id it had.
    pub(super) was: Option<&'a str>,
    /// What it says differently.
    pub(super) changes: Vec<ValueChange<'a>>,
    /// Ids of requirements that are met now and were not.
    pub(super) met: Vec<&'a str>,
    /// Ids of requirements that are asked and unmet now, and were not.
    pub(super) broken: Vec<&'a str>,
    /// Ids of requirements with a waiver that they did not have.
    pub(super) waived: Vec<&'a str>,
    /// Ids of requirements whose waiver is gone.
    pub(super) unwaived: Vec<&'a str>,
}

/// A value that changed.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ValueChange<'a> {
    /// Which: `workflow`, `stage`, `outcome`, `amount`, `close_date` or `owner`.
    pub(super) key: &'static str,
    /// What it was; null: there was none.
    pub(super) before: Option<&'a str>,
    /// What it is; null: there is none.
    pub(super) after: Option<&'a str>,
}

/// A row of the bridge.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct BridgeRowJson<'a> {
    /// What it is about, as `moved in`.
    pub(super) row: &'static str,
    /// Its sum, a decimal number as text; null: nothing in it has a price.
    pub(super) value: Option<String>,
    /// Deals in it that have no price, or not all the time.
    pub(super) not_priced: usize,
    /// The deals in it.
    pub(super) deals: Vec<BridgePartJson<'a>>,
}

/// A deal's part in a row of the bridge.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct BridgePartJson<'a> {
    /// Its id.
    pub(super) deal: &'a str,
    /// What it adds, a decimal number as text; null: nothing of it has a price.
    pub(super) value: Option<String>,
    /// Whether it has no price, or not all the time.
    pub(super) not_priced: bool,
}

/// Figures of both moments.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct OpenFiguresChange {
    /// At the earlier moment.
    pub(super) before: OpenFigures,
    /// At the later moment.
    pub(super) after: OpenFigures,
}

/// What is open at a moment.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct OpenFigures {
    /// Amounts of open deals, those on hold left out.
    pub(super) open: Figure,
    /// The same by their probability.
    pub(super) weighted: Figure,
    /// Amounts of open deals that are on hold.
    pub(super) on_hold: Figure,
}

/// A sum, how many deals it covers, and how many of them add nothing because they have no value.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Figure {
    /// A decimal number as text; null: none of its deals has a value.
    pub(super) value: Option<String>,
    /// How many deals it covers.
    pub(super) deals: usize,
    /// How many of them add nothing, because they have no value.
    pub(super) without_value: usize,
}

/// Where deals came from and went.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct StageChangesJson<'a> {
    /// The workflows that have these stages.
    pub(super) workflows: Vec<&'a str>,
    /// What rows and columns stand for, in order.
    pub(super) places: Vec<&'a str>,
    /// Which deals came from where to where; what no deal did is not told.
    pub(super) moves: Vec<StageMovesJson<'a>>,
}

/// Deals that came from one place to another, or stayed in one.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct StageMovesJson<'a> {
    /// Where they were.
    pub(super) from: &'a str,
    /// Where they are.
    pub(super) to: &'a str,
    /// Their ids.
    pub(super) deals: Vec<&'a str>,
}

/// What became of findings.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Findings<'a> {
    /// Those that are new, as they are after.
    pub(super) introduced: Vec<DiffFindingJson<'a>>,
    /// Those that are gone, as they were before.
    pub(super) fixed: Vec<DiffFindingJson<'a>>,
    /// Those of what changed that are there at both ends, as they are after.
    pub(super) remaining: Vec<DiffFindingJson<'a>>,
    /// Those of deals and files that could not be judged before, as they are after.
    pub(super) not_judged_before: Vec<DiffFindingJson<'a>>,
    /// Those of deals and files that cannot be judged after, as they were before.
    pub(super) not_judged_after: Vec<DiffFindingJson<'a>>,
}

/// A finding.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct DiffFindingJson<'a> {
    /// The stable code; `dealgate explain CODE` says more.
    pub(super) code: &'static str,
    /// `error`, `warning` or `info`.
    pub(super) level: &'static str,
    /// What is wrong.
    pub(super) message: &'a str,
    /// Path from the workspace's root, with `/`; null when no file is at fault.
    pub(super) file: Option<&'a str>,
    /// The line, counted from 1.
    pub(super) line: Option<usize>,
    /// The deal's id.
    pub(super) deal: Option<&'a str>,
    /// The workflow's name.
    pub(super) workflow: Option<&'a str>,
    /// The requirement's id.
    pub(super) requirement: Option<&'a str>,
}

/// What changed rules do to the deals.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct WhatIf<'a> {
    /// How many deals there are.
    pub(super) deals: usize,
    /// Deals that one of the two sets of rules, or neither, can judge.
    pub(super) not_judged: usize,
    /// Deals without an error under the old rules, and with one under the new.
    pub(super) failing: Vec<&'a str>,
    /// Deals with an error under the old rules, and without under the new.
    pub(super) passing: Vec<&'a str>,
    /// The same by requirement.
    pub(super) rules: Vec<ByRule<'a>>,
}

/// What became of deals under one requirement.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ByRule<'a> {
    /// The workflow.
    pub(super) workflow: Option<&'a str>,
    /// The requirement's id, else the code of the findings.
    pub(super) rule: &'a str,
    /// Deals that it fails now and did not before.
    pub(super) failing: Vec<&'a str>,
    /// Deals that it failed before and does not now.
    pub(super) passing: Vec<&'a str>,
    /// What it costs under the old rules; null where no requirement is meant.
    pub(super) before: Option<RuleCostJson>,
    /// What it costs under the new ones.
    pub(super) after: Option<RuleCostJson>,
}

/// What a requirement costs under one set of rules.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct RuleCostJson {
    /// What the open deals that fail it are worth, in the comparison's currency.
    pub(super) open: Figure,
    /// How many deals that were won would have failed it.
    pub(super) closed_won: usize,
    /// How many that were lost would have, had they had to go on.
    pub(super) closed_lost: usize,
}
