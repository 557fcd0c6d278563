//! Where a deal stands and what a workflow asks, as checklists: plain models that are JSON too, and text made from
//! them.

mod code;
mod layout;
mod overview;
mod presentation;
mod progress;
mod standing;
mod step;
mod supply;
mod telling;
mod waiting;
mod workflow;

pub use code::{CodeList, CodeSheet};
pub use overview::{Overview, OverviewTotals};
pub use presentation::{Opening, Presentation};
pub use progress::{Amount, Progress, ProgressState, Remark};
pub use standing::StageStatistics;
pub use step::ChecklistStep;
pub use telling::Telling;
pub use waiting::{WaitingFor, WaitingItem, WaitingKind, WaitingSheet};
pub use workflow::{KeySheet, RuleSheet, WorkflowSheet};
