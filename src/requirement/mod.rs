//! What a deal can be asked for: one file a kind. Knows deals, not stages or workflows.

mod approval;
pub mod condition;
pub mod contract;
pub mod expression;
mod field;
pub mod group;
mod kinds;
mod rule;
mod task;

pub(crate) use approval::{days_given, owns, unproven};
pub use contract::{Case, Check, Demand, EntryFault, KindEntry, RequirementContext, Unmet};
pub use expression::Expression;
pub(crate) use field::read_pattern;
pub use group::{Group, Groups};
pub use kinds::KINDS;
