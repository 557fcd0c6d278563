//! Which workflow a folder of deals follows.

use globset::GlobSet;

use crate::source::Spanned;

/// An `[[assign]]` entry.
#[derive(Clone, Debug)]
pub struct Assignment {
    /// Fits the ids of the deals meant.
    pub globs: GlobSet,
    /// The workflow they follow, and where it is named.
    pub workflow: Spanned<String>,
}
