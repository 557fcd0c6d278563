//! Holds one deal against its workflow: which requirements are asked, met, waived or left to do, and what is at fault.

mod derived;
mod ending;
mod facts;
mod findings;
mod judge;
mod judgement;
mod people;
mod waiver;

pub use derived::{Derived, derived};
pub use findings::findings;
pub use judge::{is_refused, judge};
pub use judgement::{Depth, Due, Existence, Item, Judgement, Moment, NotAsked, State, Wants};
pub use waiver::WaiverFault;
