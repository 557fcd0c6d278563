//! A difference between expected and actual findings.

use serde::Serialize;

/// Something that was not as expected.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct Mismatch {
    /// The line.
    pub line: usize,
    /// What is wrong there.
    pub message: String,
}
