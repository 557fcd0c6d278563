//! Where a repository keeps its mailmap.

/// Lies at the root of a repository, wherever in it the workspace is.
pub(in crate::snapshot) const MAILMAP: &str = ".mailmap";
