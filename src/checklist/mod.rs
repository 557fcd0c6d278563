//! Where a deal stands and what a workflow asks, as checklists: plain models that are also JSON, and the text made from
//! them.

mod code;
mod explain_deal;
mod layout;
mod next_command;
mod overview;
mod presentation;
mod progress;
mod standing;
mod step;
mod waiting;
mod workflow;

pub(crate) use code::{CodeList, CodeSheet};
pub(crate) use explain_deal::DealExplanation;
pub(crate) use overview::Overview;
pub(crate) use presentation::{Opening, Presentation};
pub(crate) use progress::{Amount, Progress, ProgressState};
pub(crate) use standing::StageStatistics;
pub(crate) use step::ChecklistStep;
pub(crate) use waiting::{WaitingFor, WaitingSheet};
pub(crate) use workflow::{KeySheet, RuleSheet, WorkflowSheet};
