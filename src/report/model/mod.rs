//! All that a template may see. Plain data: it computes nothing, and its JSON is the contract with templates.
//!
//! An object with the key `text` prints itself: `{{ deal.value }}` shows its `text`. Lists are in the order in which
//! they are shown; what is not known is null, never 0.

mod attention;
mod bridge;
mod changes;
mod company;
mod deal;
mod derived;
mod figures;
mod header;
mod quantity;
mod sheet;
mod stage;
mod trend;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use attention::{Attention, AttentionItem, Concern};
pub use bridge::{
    Bridge, BridgePart, BridgeRow, BridgeStep, MatrixCell, MatrixRow, Moment, Place, PlaceKind, StageMatrix,
    Way,
};
pub use changes::{
    AmountChange, BeforeAfter, ChangedDeal, Changes, Closed, ClosedDeal, DateMove, Dates, Difference, Event,
    Fate, FindingShift, GateChange, Group as ChangedGroup, Happening, Moves, OwnerChange, OwnerShift,
    StageMove, WaiverChange,
};
pub use company::{Company, CompanyStage, DerivedName, Ending, Group, Member, Requirement, WaiverPolicy};
pub use deal::{Category, Deal, Finding, Hold, Level, Missing, NextStep, Outcome, Source, StageRef, Status};
pub use derived::{Derived, DerivedValue};
pub use figures::{Bucket, Concentration, Coverage, Cycle, Figures, Landing, Slice, Sum, Weighted, WinRate};
pub use header::{Definition, Filters, Header, Rate, Tool, Verdict, Window};
pub use quantity::{Day, Money, Number, Share};
pub(super) use quantity::{NOTHING, average, rate};
pub use sheet::{
    ChecklistItem, ChecklistStage, Contact, Due, Evidence, FieldValue, HistoryEntry, ItemStatus, Sheet,
    StageVisit, Stance, TimelineEntry, Waiver,
};
pub use stage::{DaysInStage, StageFigures};
pub use trend::{
    Accuracy, Forecast, GateFailures, Measure, OutOf, Pace, Record, Slips, StageConversion, StageDays, Trend,
    TrendPoint,
};

/// The version of the model: raised when a key changes its meaning or goes; keys may be added at any time.
pub const SCHEMA_VERSION: u32 = 2;

/// What a report is made of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// The version of this model; 2.
    pub schema_version: u32,
    /// What wrote it.
    pub tool: Tool,
    /// When, of what, in which currency.
    pub header: Header,
    /// What `check` says of the same deals.
    pub verdict: Verdict,
    /// The figures of all deals that the filters leave.
    pub figures: Figures,
    /// The stages of every company, in its order: what stands in them.
    pub stages: Vec<StageFigures>,
    /// What needs somebody, by concern; every concern is there, also without deals.
    pub attention: Vec<Attention>,
    /// The deals that close or closed in the window, by date: positions in `deals`, from 0.
    pub closing: Vec<usize>,
    /// By owner, in the order of their addresses; deals without one come last.
    pub owners: Vec<Slice>,
    /// By company, in the order of their ids.
    pub by_company: Vec<Slice>,
    /// The companies and their rules, in the order of their ids.
    pub companies: Vec<Company>,
    /// Every deal that the filters leave, in the order of their paths.
    pub deals: Vec<Deal>,
    /// Findings that are about no deal: of workflows, settings and unreadable files.
    pub findings: Vec<Finding>,
    /// The figures over time; null in reports that do not show them.
    pub trend: Option<Trend>,
    /// From what was open in the window when it began, or when the current fiscal quarter did where the window is still
    /// to come, to what is; null in reports that do not show it, and when neither commits nor `history` reach so far.
    pub quarter: Option<Bridge>,
    /// What happened since a revision or a day; null when that was not asked for.
    pub changes: Option<Changes>,
    /// How each figure is defined.
    pub definitions: Vec<Definition>,
}
