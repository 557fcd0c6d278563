//! Two moments of a workspace: what changed in a deal, in the pipeline, in what is found. Knows no git and no format.

mod bridge;
mod changes;
mod comparison;
mod findings;
mod gates;
mod matrix;
mod moves;
mod pricing;
mod renamed;
mod renames;
mod rules;
mod side;
mod state;
mod totals;
mod track;

pub use bridge::{Bridge, BridgePart, BridgeRow, BridgeStep, View};
pub use changes::{Aspect, DealChange, Difference, Fate, Pair, pairs};
pub use comparison::{Comparison, Values, compare};
pub use findings::{ComparedFinding, FindingChanges};
pub use gates::{FailedGate, GateChanges};
pub use matrix::{Matrix, MatrixAxis};
pub use moves::{moves, removed_unjudged, workflow_changed};
pub use pricing::Pricing;
pub use renamed::Renames;
pub use renames::{Likeness, Uncommitted, pairs as renamed_pairs};
pub use rules::{RuleChange, RuleChanges, RuleFigures, RulesVerdict};
pub use side::{Extent, Side};
pub use state::{Closing, DealState, Given, RequirementStanding};
pub use totals::{CoveredSum, OpenTotals};
pub use track::{DealTrack, DeletedDeal, TrackStep, state_at};

pub use crate::history::{HistoryEntry, TrackedFields};
