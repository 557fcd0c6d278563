//! What editors need to help: JSON Schemas put together from what stands beside each type.

pub mod committed;
mod deal;
mod table;

pub use deal::deal;
pub use table::{config, workflow};

/// The dialect of every schema here: the newest that both yaml-language-server and taplo understand.
const DIALECT: &str = "http://json-schema.org/draft-07/schema#";

/// What a type looks like in a deal, for texts beside a key.
const DATE: &str = r"^\d{4}-\d{2}-\d{2}$";
