//! The tracked fields as one version of a deal's file says them. Makes no findings.

use std::sync::Arc;

use jiff::civil::Date;

use super::terms::{Hold, TrackedFields, tracked_fields};
use crate::deal::reader::{self, DealReadContext};
use crate::deal::record::Ending;
use crate::deal::{Deal, Value};
use crate::finding::{FindingsBuilder, Subject};
use crate::syntax::{Kind, Node};

/// What counts in sales, as one version of a deal's file says it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileTerms {
    /// The terms.
    pub terms: TrackedFields,
    /// The outcome's own date.
    pub ended: Option<Date>,
}

impl FileTerms {
    /// What a deal says now.
    pub fn of(deal: &Deal<'_>) -> Self {
        let outcome = deal.outcome().and_then(|outcome| outcome.date);
        Self { terms: TrackedFields::of(deal), ended: outcome.map(|date| date.value) }
    }

    /// What an older version of its file said. Only the keys that count are read: the rest may be in whatever state
    /// it was.
    pub(super) fn read(root: &Node<'_>, reading: DealReadContext<'_>) -> Self {
        let ignored = FindingsBuilder::about(Vec::new(), Subject::default());
        let mut file = TermReader { root, reading, ignored };
        let terms = file.terms();
        let ended = file.date("outcome.date").filter(|_| terms.ending.is_some());
        Self { terms, ended }
    }
}

/// Reads single keys of a file.
struct TermReader<'r, 's> {
    root: &'r Node<'s>,
    reading: DealReadContext<'r>,
    ignored: FindingsBuilder,
}

macro_rules! read_each {
    ($($(#[$doc:meta])* $term:ident $field:ident: $type:ty, $key:literal $title:literal,
        |$deal:ident| $of_deal:expr, |$file:ident| $of_file:expr, |$sources:ident| $over_time:expr,
        |$value:ident| $written:expr;)*) => {
        impl TermReader<'_, '_> {
            fn terms(&mut self) -> TrackedFields {
                TrackedFields { $($field: { let $file = &mut *self; $of_file }),* }
            }
        }
    };
}
tracked_fields!(read_each);

impl TermReader<'_, '_> {
    fn value(&mut self, path: &str) -> Option<Value<'static>> {
        let shape = self.reading.schema.at_path(path)?;
        let mut node = self.root;
        for part in path.split('.') {
            node = node.get(part)?;
        }
        let found = reader::read_value(node.clone(), shape, path, self.reading, &mut self.ignored)?;
        Some(found.value.into_owned())
    }

    fn text(&mut self, path: &str) -> Option<Arc<str>> {
        self.value(path)?.as_text().map(Arc::from)
    }

    fn date(&mut self, path: &str) -> Option<Date> {
        self.value(path)?.as_date()
    }

    fn ending(&mut self) -> Option<Ending> {
        Ending::parse(self.value("outcome.result")?.as_text()?)
    }

    fn hold(&mut self) -> Option<Hold> {
        let waits = self.root.get("on_hold").is_some_and(|hold| matches!(hold.kind, Kind::Map(_)));
        waits.then(|| (self.date("on_hold.from"), self.date("on_hold.until")))
    }
}
