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

pub use derived::{DerivedValue, derived};
pub use findings::findings;
pub use judge::{is_refused, judge, judge_only};
pub use judgement::{Depth, Due, Item, Judgement, Moment, NotAsked, RequirementState, StageApplies, Wants};
pub use waiver::WaiverFault;
