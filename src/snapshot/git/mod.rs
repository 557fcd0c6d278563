//! The one room that calls git: revisions, trees, contents, history and signatures.

mod bare;
mod commit_tree;
mod dialogue;
mod failure;
mod index;
mod line;
mod log;
mod mailmap;
mod merge;
mod names;
mod objects;
mod packed;
mod people;
mod place;
mod program;
mod repository;
mod tree;
mod trust_files;

pub use failure::GitFailure;
pub use index::Index;
pub(super) use index::{REWRITING, Tracked};
pub use line::Line;
pub use log::{FileChange, Log, LogScope, Merged, Revision, read_log};
pub(super) use mailmap::MAILMAP;
pub use merge::{MergedLines, merge_lines};
pub use objects::{Commit, Objects, Person, short};
pub use people::{CommitSignature, Identities};
pub(super) use place::RepositoryPlace;
pub(crate) use program::search_path;
pub use repository::{Marked, Repository};
pub use tree::GitSnapshot;
