//! Many short texts in one allocation: a commit of 100,000 files has 200,000 of them.

use std::ops::Range;

/// Texts one after the other.
#[derive(Debug, Default)]
pub(super) struct Packed(String);

/// One of them.
pub(super) type PackedText = Range<usize>;

impl Packed {
    /// With room for so many bytes.
    pub(super) fn with_room(bytes: usize) -> Self {
        Self(String::with_capacity(bytes))
    }

    pub(super) fn add(&mut self, text: &str) -> PackedText {
        let start = self.0.len();
        self.0.push_str(text);
        start..self.0.len()
    }

    pub(super) fn get(&self, text: &PackedText) -> &str {
        self.0.get(text.clone()).unwrap_or_default()
    }
}
