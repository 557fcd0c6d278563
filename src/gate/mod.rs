//! Holds one deal against its workflow: which requirements are asked, met, waived or left to do, and what is at fault.

mod derived;
mod ending;
mod facts;
mod findings;
mod judge;
mod judgement;
mod people;
mod subject;
mod waiver;

pub(crate) use derived::derived;
pub(crate) use findings::findings;
pub(crate) use judge::{is_refused, judge, judge_only};
pub use judgement::RequirementState;
pub(crate) use judgement::{Depth, Due, Item, Judgement, Moment, NotAsked, StageApplies, Wants};
