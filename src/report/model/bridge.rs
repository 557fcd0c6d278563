//! From what was open to what is, and from which stage to which: the moments, the bridge, the matrix.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::figures::{Sum, Weighted};
use super::header::Window;
use super::quantity::{DayView, MoneyView};
use crate::compare::BridgeStep;

/// A moment, at the end of a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MomentView {
    /// What people call it: a revision, a day, the files as they are.
    pub name: String,
    /// The full name of its commit; null for files on disk, and where `history` alone tells.
    pub revision: Option<String>,
    /// The day at whose end it is.
    pub day: DayView,
    /// Whether no commit reaches so far, so that the `history` of the deals tells of it.
    pub from_history: bool,
}

/// From what was open in a window at one moment to what is at another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BridgeView {
    /// The earlier moment.
    pub from: MomentView,
    /// The later moment.
    pub to: MomentView,
    /// The close dates that it is about.
    pub window: Window,
    /// Every kind of change, in the order in which they are shown, those without deals too: the amounts of all but the
    /// last add up to the last.
    pub rows: Vec<BridgeRowView>,
    /// What was open in the window, weighted.
    pub weighted_before: Weighted,
    /// What is open in the window, weighted.
    pub weighted_after: Weighted,
    /// What people should know of how it was made, in words.
    pub notes: Vec<String>,
}

/// A row of the bridge.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BridgeRowView {
    /// Which.
    pub row: BridgeStep,
    /// What people call it.
    pub title: String,
    /// Its deals, and what they add or, negative, take away; those not priced are counted and add nothing.
    pub sum: Sum,
    /// What it is made of, in the order of the deals' ids.
    pub parts: Vec<BridgePartView>,
    /// What is open once the rows up to this one are added up; null when there is no currency.
    pub level: Option<MoneyView>,
}

/// A deal's part in a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BridgePartView {
    /// The deal's id.
    pub deal: String,
    /// Its name; its id when it has none.
    pub name: String,
    /// For links within a report of changes; null when its file is gone.
    pub anchor: Option<String>,
    /// Its position in the model's `deals`; null when it is not among them.
    pub listed: Option<usize>,
    /// What it adds or takes away; null when nothing of it is priced.
    pub value: Option<MoneyView>,
    /// Whether it is not priced, or not all of it: a deal may come twice.
    pub not_priced: bool,
}

/// Where deals stood, by where they stand, for companies that have the same stages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StageMatrix {
    /// What people call the companies.
    pub companies: Vec<String>,
    /// Where deals stand: what people call the stages, then `won` and so on. Only those that have deals.
    pub columns: Vec<PlaceView>,
    /// Where deals stood, each with a cell for every column. Only those that had deals.
    pub rows: Vec<MatrixRow>,
}

/// Where a deal may stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlaceView {
    /// What people call it.
    pub name: String,
    /// Of what kind it is.
    pub kind: PlaceKind,
}

/// Of what kind a place is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PlaceKind {
    /// There is no such deal.
    NotThere,
    /// Open, in a stage.
    Stage,
    /// Open, in no stage that is known.
    NoStage,
    /// Won.
    Won,
    /// Lost.
    Lost,
    /// Disqualified.
    Disqualified,
}

/// Where deals stood, and where they went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MatrixRow {
    /// Where they stood.
    pub place: PlaceView,
    /// How many did.
    pub count: usize,
    /// Where they stand, a cell a column.
    pub cells: Vec<MatrixCell>,
}

/// The deals that went from one place to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MatrixCell {
    /// How many.
    pub count: usize,
    /// What kind of way that is.
    pub way: MoveWayView,
    /// Which, as positions in `deals` from 0; empty for those that stayed.
    pub deals: Vec<usize>,
}

/// What kind of way a deal went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MoveWayView {
    /// It stands where it stood.
    Stayed,
    /// It came in: it was not there, or it was closed and is open again.
    In,
    /// To a later stage, or won.
    Forward,
    /// To an earlier stage.
    Back,
    /// Lost, disqualified, or its file is gone.
    Out,
    /// To or from a stage that its workflow does not have: neither forward nor back.
    Other,
}
