//! Two moments of a workspace: what changed in a deal, in the pipeline, in what is found. Knows no git and no format.

mod bridge;
mod pricing;
mod state;
mod track;

pub use bridge::{Bridge, BridgeRow, Part, Row};
pub use pricing::{Pricing, report_currency};
pub use state::{Asked, Change, DealState, Given, Terms};
pub use track::{Step, Track, state_at};
