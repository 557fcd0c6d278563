//! What a deal can be asked for: one file a kind. Knows deals, not stages or workflows.

mod approval;
pub(crate) mod condition;
pub(crate) mod contract;
pub(crate) mod expression;
mod field;
pub(crate) mod group;
mod kinds;
mod rule;
mod task;

pub(crate) use approval::{days_given, owns, unproven};
pub(crate) use contract::{Case, Check, Demand, KindEntry, RequirementContext, Unmet};
pub(crate) use expression::Expression;
pub(crate) use field::read_pattern;
pub(crate) use group::{Group, Groups};
pub(crate) use kinds::KINDS;
