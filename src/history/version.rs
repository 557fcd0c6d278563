//! A deal's file as a commit left it.

use std::sync::Arc;

use jiff::civil::Date;

use crate::snapshot::git::Revision;
use crate::syntax::Node;

/// A deal's file as a commit left it.
pub(in crate::history) struct CommittedVersion<'t> {
    pub(super) revision: Arc<Revision>,
    pub(super) day: Date,
    pub(super) path: Arc<str>,
    /// `None`: it was deleted, or nothing can be made of it.
    pub(super) root: Option<&'t Node<'t>>,
    pub(super) unreadable: bool,
}
