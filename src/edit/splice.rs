//! Replacements of bytes in a text.

use std::ops::Range;

/// Bytes of a text and what stands there instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Splice {
    pub(super) range: Range<usize>,
    pub(super) text: String,
}

impl Splice {
    pub(super) fn new(range: Range<usize>, text: impl Into<String>) -> Self {
        Self { range, text: text.into() }
    }

    /// The same without what it leaves as it is at its ends.
    pub(super) fn narrowed(self, text: &str) -> Self {
        let old = &text[self.range.clone()];
        let same = |(a, b): &(char, char)| a == b;
        let before: usize =
            old.chars().zip(self.text.chars()).take_while(same).map(|(c, _)| c.len_utf8()).sum();
        let rest = old[before..].chars().rev().zip(self.text[before..].chars().rev());
        let after: usize = rest.take_while(same).map(|(c, _)| c.len_utf8()).sum();
        let range = self.range.start + before..self.range.end - after;
        Self::new(range, &self.text[before..self.text.len() - after])
    }

    pub(super) fn insert(at: usize, text: impl Into<String>) -> Self {
        Self::new(at..at, text)
    }
}

/// The text with everything replaced; the ranges do not overlap.
pub(super) fn apply(text: &str, mut splices: Vec<Splice>) -> String {
    splices.sort_by_key(|splice| splice.range.start);
    let mut made = String::with_capacity(text.len());
    let mut at = 0;
    for splice in splices {
        made.push_str(&text[at..splice.range.start]);
        made.push_str(&splice.text);
        at = splice.range.end;
    }
    made.push_str(&text[at..]);
    made
}
