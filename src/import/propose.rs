//! Proposes a workflow from the deals of an export and their past.

mod figures;
mod text;

pub(crate) use figures::{FigureContext, ProposedStage, count, skeleton, stages};
pub(crate) use text::{ProposalSource, text};
