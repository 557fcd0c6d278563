//! How often links may lead to what has been listed already, on disk as in a commit: a few links to each other's
//! folders could make as many files as anybody likes.

use std::collections::BTreeSet;

use crate::finding::{Code, Finding};
use crate::source::{SourceFile, Span};

/// Files that a listing has once more because of links.
const MOST: usize = 1_000;

/// What links of a walk have led to.
#[derive(Debug)]
pub(super) struct LinkLimit<T> {
    seen: BTreeSet<T>,
    again: usize,
}

impl<T> Default for LinkLimit<T> {
    fn default() -> Self {
        Self { seen: BTreeSet::new(), again: 0 }
    }
}

impl<T: Ord> LinkLimit<T> {
    /// Whether something that a link leads to may still be listed.
    pub(super) fn takes(&mut self, target: T) -> bool {
        if !self.seen.insert(target) {
            self.again += 1;
        }
        self.again <= MOST
    }

    /// Whether no further link is followed.
    pub(super) fn is_full(&self) -> bool {
        self.again > MOST
    }
}

/// The finding about the link at which it was too much.
pub(super) fn too_often(path: &str) -> Finding {
    let message =
        format!("links lead to the same files more than {MOST} times, so no further link is followed");
    Finding::new(Code::TooLarge, message)
        .help("let each deal stand in one place")
        .at(&SourceFile::new(path, "").into(), Span::default())
}
