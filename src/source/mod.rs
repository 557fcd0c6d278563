//! Text and how to point into it. Knows nothing of YAML, TOML or deals.

pub mod digest;
pub mod escape;
mod file;
pub mod names;
pub mod paths;
pub mod shell;

pub use file::{Place, Position, SourceFile, Span, Spanned};
