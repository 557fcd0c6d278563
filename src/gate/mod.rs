//! Holds one deal against its workflow: which requirements are asked, met, waived or left to do, and what is at fault.

mod ending;
mod facts;
mod findings;
mod judge;
mod waiver;

pub use findings::findings;
pub use judge::{Depth, Due, Existence, Item, Judgement, Moment, NotAsked, State, Wants, judge};
pub use waiver::WaiverFault;
