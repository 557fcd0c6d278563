//! The input of the formats of `diff`.

use crate::compare::{Comparison, RuleChanges};

/// What `diff` has to say, ready to be shown.
#[derive(Clone, Copy, Debug)]
pub struct DiffReport<'a> {
    /// The two moments, as people read them.
    pub names: (&'a str, &'a str),
    /// Their commits, where they have one.
    pub revisions: (Option<&'a str>, Option<&'a str>),
    /// What changed.
    pub comparison: &'a Comparison,
    /// What changed rules do to the deals; `None`: the rules did not change, and were not asked for.
    pub rules: Option<&'a RuleChanges>,
    /// Whether nothing else is wanted.
    pub only_rules: bool,
    /// Whether amounts are shown with their minor unit: `[report] cents`.
    pub cents: bool,
}
