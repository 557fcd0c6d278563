//! Failures of an import, collected: each with its row, its column and what to do.

use std::collections::BTreeMap;

/// A file that cannot be read as a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TableFault {
    /// Why not: `it has more than …`.
    pub message: String,
}

impl TableFault {
    /// A fault.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into() }
    }
}

/// A place in a table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TablePlace {
    /// The file, by its number among those that are read.
    pub file: usize,
    /// The line, from 1.
    pub line: u64,
}

/// Something that stands in the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// The first place.
    pub place: TablePlace,
    /// How many more places say the same.
    pub more: usize,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// Everything that stands in the way of one run; what is said of several rows is said once.
#[derive(Debug, Default)]
pub(crate) struct Failures {
    found: BTreeMap<(String, Option<String>), (TablePlace, usize)>,
}

impl Failures {
    /// Adds one.
    pub(crate) fn push(&mut self, place: TablePlace, message: impl Into<String>, help: Option<String>) {
        let known = self.found.entry((message.into(), help)).or_insert((place, 0));
        known.0 = known.0.min(place);
        known.1 += 1;
    }

    /// Whether nothing stands in the way.
    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// How many different ones there are.
    pub(crate) fn count(&self) -> usize {
        self.found.len()
    }

    /// All of them, in the order of their first places.
    pub(crate) fn into_list(self) -> Vec<Failure> {
        let mut list: Vec<_> = self
            .found
            .into_iter()
            .map(|((message, help), (place, count))| Failure { place, more: count - 1, message, help })
            .collect();
        list.sort_by(|one, other| (one.place, &one.message).cmp(&(other.place, &other.message)));
        list
    }
}
