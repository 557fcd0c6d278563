//! The one room that calls git: revisions, trees, contents, history and signatures. Must not know what files mean.

mod log;
mod objects;
mod program;
mod repository;
mod signature;
mod tree;
mod trouble;

pub use log::{Change, Log, Merged, Revision};
pub use objects::{Commit, Objects, Person};
pub(crate) use program::search_path;
pub use repository::Repository;
pub use signature::Signature;
pub use tree::GitSnapshot;
pub use trouble::Trouble;
