//! dealgate holds sales deals against their workflow.
//!
//! read a snapshot of files → parse with places → resolve the workflows → assess each deal against its gates → present.

pub mod assess;
pub mod checklist;
pub mod command;
pub mod compare;
pub mod deal;
pub mod edit;
pub mod editor;
pub mod emit;
pub mod error;
pub mod finding;
pub mod gate;
pub mod history;
pub mod import;
pub mod report;
pub mod requirement;
mod scratch;
pub mod snapshot;
pub mod source;
pub mod standing;
pub mod syntax;
pub mod trial;
pub mod workflow;
pub mod workspace;
