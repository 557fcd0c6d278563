//! The context in which versions of a deal are read.

use crate::deal::reader::DealReadContext;
use crate::history::past::source::{CommitSource, FirstParentLine};

/// Tells of one deal.
pub(in crate::history::past) struct CommitReader<'p> {
    pub(super) setting: &'p CommitSource,
    pub(super) line: &'p FirstParentLine,
    pub(super) reading: DealReadContext<'p>,
}
