//! When a deal entered each stage and changed what counts in sales. Knows stage ids, not gates.

mod timeline;

pub use timeline::{Timeline, Visit};
