//! When a deal entered each stage and changed what counts in sales, and who committed its approvals. Knows stage ids,
//! not gates.

mod course;
mod entry;
mod facts;
mod past;
mod terms;
mod timeline;
mod told;
mod track;
mod turn;

pub use course::{Course, Dated};
pub use entry::{Origin, Proof, Signatory};
pub use facts::{Facts, Series};
pub use past::{Past, Setting};
pub use terms::{Change, Hold, TERM_KEYS, Terms};
pub use timeline::{Ladder, Timeline, Visit};
pub use told::{Told, Written};
pub use track::{Step, Track, Tracks};
pub use turn::{Source, Turn};
