//! Entries of `history` that were committed later than they say.

use jiff::civil::Date;

use crate::source::Span;

/// An entry of `history` that was written later than the file's first commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BackdatedEntry {
    /// Where its day stands.
    pub span: Span,
    /// The day it claims.
    pub day: Date,
    /// The day it was committed, or today; `None`: nobody needs to know, because nothing must be proved.
    pub written: Option<Date>,
}

impl BackdatedEntry {
    /// Whether it claims an earlier day than its commit's where commits must prove what is said.
    pub fn is_unproven(&self) -> bool {
        self.written.is_some_and(|written| self.day < written)
    }
}
