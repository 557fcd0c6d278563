//! What editors need to help: JSON Schemas put together from what stands beside each type.

pub(crate) mod committed;
mod deal;
mod dialect;
mod table;

pub(crate) use deal::deal;
pub(crate) use table::{config, workflow};
