//! The settings of a merge by key, and the conflicts it reports.

use crate::edit::path::Path;

/// What of a document is merged how.
#[derive(Clone, Copy, Debug)]
pub struct MergeRules<'r> {
    /// The order of the document's keys, as for an edit.
    pub order: &'r [&'r str],
    /// Keys whose value is one statement: half of one side's and half of the other's is nobody's.
    pub statements: &'r [&'r str],
    /// Keys of records in which every entry is one statement.
    pub records_of_statements: &'r [&'r str],
}

/// A value that both sides changed, each to another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clash {
    /// Where it stands in ours.
    pub path: Path,
    /// What ours says, on one line; `None`: it is gone.
    pub ours: Option<String>,
    /// What theirs says.
    pub theirs: Option<String>,
}
