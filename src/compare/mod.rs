//! Two moments of a workspace: what changed in a deal, in the pipeline, in what is found. Knows no git and no format.

mod bridge;
mod changes;
mod comparison;
mod deal_track;
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

pub(crate) use bridge::{BridgePart, BridgeRow, BridgeStep, View};
pub(crate) use changes::{Aspect, DealChange, Fate, Pair, pairs};
pub(crate) use comparison::{Comparison, Values, compare};
pub(crate) use deal_track::DealTrack;
pub(crate) use findings::FindingChanges;
pub(crate) use gates::{FailedGate, GateChanges};
pub(crate) use matrix::{Matrix, MatrixAxis};
pub(crate) use moves::{moves, removed_unjudged, workflow_changed};
pub(crate) use renamed::Renames;
pub(crate) use renames::{Likeness, Uncommitted, pairs as renamed_pairs};
pub(crate) use rules::{RuleChanges, RuleFigures, RulesVerdict};
pub(crate) use side::{Extent, Side};
pub(crate) use state::{DealState, Given};
pub(crate) use totals::{CoveredSum, OpenTotals};

pub(crate) use crate::history::HistoryEntry;
