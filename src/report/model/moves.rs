//! Deals that moved: to another stage, to another close date.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::report::model::figures::Sum;
use crate::report::model::quantity::DayView;

/// Deals that moved to another stage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MovesView {
    /// How many, and their value.
    pub sum: Sum,
    /// Each.
    pub items: Vec<StageMove>,
}

/// That a deal stands in another stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StageMove {
    /// The deal's position in `deals`, from 0.
    pub deal: usize,
    /// What people call the stage it stood in.
    pub from: String,
    /// What people call the stage it stands in.
    pub to: String,
    /// The day its `history` names; null when it does not say.
    pub date: Option<DayView>,
    /// Why, as its `history` says; null when it does not say.
    pub reason: Option<String>,
}

/// Deals whose close date moved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Dates {
    /// How many, and their value.
    pub sum: Sum,
    /// Each.
    pub items: Vec<DateMove>,
}

/// That a deal closes on another day than was thought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DateMove {
    /// The deal's position in `deals`, from 0.
    pub deal: usize,
    /// The close date before; null: there was none.
    pub before: Option<DayView>,
    /// The close date now; null: there is none.
    pub after: Option<DayView>,
    /// The fiscal quarter before; null: there was no date.
    pub quarter_before: Option<String>,
    /// The fiscal quarter now; null: there is no date.
    pub quarter_after: Option<String>,
    /// Whole days from one to the other, negative when it is earlier; null when one is missing.
    pub days: Option<i64>,
}
