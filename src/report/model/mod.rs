//! All that a template may see. Plain data: it computes nothing, and its JSON is the contract with templates.
//!
//! An object with the key `text` prints itself: `{{ deal.value }}` shows its `text`. Lists are in the order in which
//! they are shown; what is not known is null, never 0.

mod archived;
mod attention;
mod bridge;
mod changes;
mod company;
mod deal;
mod derived;
mod figures;
mod header;
mod moves;
mod outlook;
mod quantity;
mod sheet;
mod stage;
mod status;
mod trend;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use archived::ArchivedDeal;
pub use attention::{Attention, AttentionItem, Concern};
pub use bridge::{
    BridgePartView, BridgeRowView, BridgeView, MatrixCell, MatrixRow, MomentView, MoveWayView, PlaceKind,
    PlaceView, StageMatrix,
};
pub use changes::{
    AmountChange, BeforeAfter, ChangedDeal, Changes, Closed, ClosedDeal, DealGroup, DifferenceView, Event,
    FateView, FindingShift, GateChange, Happening, OwnerChange, OwnerShift, WaiverChange,
};
pub use company::{
    CompanyStage, CompanyView, DerivedName, EndingView, GroupView, MemberView, RequirementView, WaiverPolicy,
};
pub use deal::{
    Category, CoursePoint, DealView, HoldView, MissingRequirement, NextStep, OutcomeView, StageRef,
};
pub use derived::{DerivedValueView, DerivedView};
pub use figures::{Bucket, Concentration, Coverage, Cycle, Figures, Landing, Slice, Sum, Weighted, WinRate};
pub use header::{Definition, Filters, Header, Rate, ToolView, VerdictView, Window};
pub use moves::{DateMove, Dates, MovesView, StageMove};
pub use outlook::{
    EarlierLanding, GateProgress, Outlook, PageLink, PageView, StepDue, TodayItem, TodayReason, Urgency,
    WeekPoint, WeekShift,
};
pub use quantity::{DayView, MoneyUnit, MoneyView, Number, Share};
pub(super) use quantity::{NOTHING, average, rate};
pub use sheet::{
    ChecklistItem, ChecklistStage, Contact, DealSheet, DueView, Evidence, FieldValueView, HistoryEntryView,
    ItemStatus, StageVisit, Stance, TimelineEntry, WaiverView,
};
pub use stage::{DaysInStage, StageFigures};
pub use status::{FindingView, SourceView, Status};
pub use trend::{
    Accuracy, Forecast, GateFailures, Measure, OutOf, Pace, RecordView, Slips, StageConversion, StageDays,
    Trend, TrendPoint,
};

/// The version of the model: raised when a key changes its meaning or goes. Keys may be added at any time, and a model
/// without them, which an older program wrote, is not read.
pub const SCHEMA_VERSION: u32 = 2;

/// What a report is made of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportModel {
    /// The version of this model; 2.
    pub schema_version: u32,
    /// What wrote it.
    pub tool: ToolView,
    /// When, of what, in which currency.
    pub header: Header,
    /// What `check` says of the same deals.
    pub verdict: VerdictView,
    /// The figures of all deals that the filters leave.
    pub figures: Figures,
    /// Whether the window is made: what the first screen answers.
    pub outlook: Outlook,
    /// What is to be done, the most urgent and the biggest first; one item a deal. Empty in reports that do not show it.
    pub today: Vec<TodayItem>,
    /// The stages of every company, in its order: what stands in them.
    pub stages: Vec<StageFigures>,
    /// What needs somebody, by concern; every concern is there, also without deals.
    pub attention: Vec<Attention>,
    /// The deals that close or closed in the window, by date: positions in `deals`, from 0.
    pub closing: Vec<usize>,
    /// The deals that were closed in the window and whose files were deleted since, by date: the figures of the window
    /// count them, though no file tells of them any more.
    pub closed_and_deleted: Vec<ArchivedDeal>,
    /// All deals, those first that need somebody, then by close date: positions in `deals`, from 0. Empty in reports
    /// that do not show them in this order.
    pub by_risk: Vec<usize>,
    /// By owner, in the order of their addresses; deals without one come last.
    pub owners: Vec<Slice>,
    /// By company, in the order of their ids.
    pub by_company: Vec<Slice>,
    /// The companies and their rules, in the order of their ids.
    pub companies: Vec<CompanyView>,
    /// Every deal that the filters leave, in the order of their paths.
    pub deals: Vec<DealView>,
    /// Findings that are about no deal: of workflows, settings and unreadable files.
    pub findings: Vec<FindingView>,
    /// The figures over time; null in reports that do not show them.
    pub trend: Option<Trend>,
    /// From what was open in the window when it began, or when the current fiscal quarter did where the window is still
    /// to come, to what is; null in reports that do not show it, and when neither commits nor `history` reach so far.
    pub quarter: Option<BridgeView>,
    /// What happened since a revision or a day; null when that was not asked for.
    pub changes: Option<Changes>,
    /// How each figure is defined.
    pub definitions: Vec<Definition>,
    /// Where the page stands in a site; null for a page on its own.
    pub page: Option<PageView>,
}
