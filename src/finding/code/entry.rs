//! What is known of a code.

use crate::finding::code::table::Code;
use crate::finding::level::Level;

/// What is known of a code.
#[derive(Clone, Copy, Debug)]
pub struct CodeEntry {
    /// The code.
    pub code: Code,
    /// Its stable name.
    pub name: &'static str,
    /// Its level where neither a requirement nor `[levels]` says otherwise.
    pub level: Level,
    /// What it means, in plain words.
    pub means: &'static str,
    /// A few lines of a file that have the fault; each ends with a line feed.
    pub example: &'static str,
    /// What to do about it.
    pub remedy: &'static str,
}
