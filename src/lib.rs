//! dealgate holds sales deals against their workflow.
//!
//! read a snapshot of files → parse with places → resolve the workflows → assess each deal against its gates → present.

pub mod deal;
pub mod finding;
pub mod requirement;
pub mod source;
pub mod syntax;
