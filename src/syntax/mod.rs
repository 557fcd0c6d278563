//! Both languages become one tree with places. Knows nothing of deals or workflows.

pub mod conflict;
pub mod reader;
pub mod scalar;
pub mod toml;
pub mod tree;
pub mod yaml;

pub use tree::{Entry, Kind, Node, Parsed, Scalar, Style, SyntaxError};
