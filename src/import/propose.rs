//! A workflow to start from: what the deals of an export, and what is known of their past, tell of a pipeline.

mod figures;
mod text;

pub(crate) use figures::{FigureContext, ProposedStage, count, skeleton, stages};
pub(crate) use text::{ProposalSource, text};
