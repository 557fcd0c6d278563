//! Two moments of a workspace: what changed in a deal, in the pipeline, in what is found. Knows no git and no format.

mod bridge;
mod changes;
mod comparison;
mod findings;
mod gates;
mod matrix;
mod moves;
mod pricing;
mod renames;
mod rules;
mod side;
mod state;
mod totals;
mod track;

pub use bridge::{Bridge, BridgeRow, Part, Row, View};
pub use changes::{Aspect, DealChange, Difference, Fate, Pair, pairs};
pub use comparison::{Comparison, Values, compare};
pub use findings::{FindingChanges, Found};
pub use gates::{GateChanges, Unmet};
pub use matrix::{Cell, Matrix};
pub use moves::{moves, removed_unjudged, workflow_changed};
pub use pricing::Pricing;
pub use renames::{Likeness, Uncommitted, pairs as renamed_pairs};
pub use rules::{RuleChange, RuleChanges, Verdict};
pub use side::{Extent, Renames, Side};
pub use state::{Asked, Closing, DealState, Given};
pub use totals::{Sum, Totals};
pub use track::{Lost, Step, Track, state_at};

pub use crate::history::{Entry, Terms};
