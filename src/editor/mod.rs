//! What editors need to help: JSON Schemas put together from what stands beside each type.

pub mod committed;
mod deal;
mod dialect;
mod table;

pub use deal::deal;
pub use table::{config, workflow};
