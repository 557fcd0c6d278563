//! What one version of a deal's file says in sales terms. Makes no findings.

use std::sync::Arc;

use jiff::civil::Date;

use super::terms::TrackedFields;
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
        let mut unheard = FindingsBuilder::about(Vec::new(), Subject::default());
        let mut value = |path: &str| -> Option<Value<'static>> {
            let shape = reading.schema.at_path(path)?;
            let mut node = root;
            for part in path.split('.') {
                node = node.get(part)?;
            }
            let found = reader::read_value(node.clone(), shape, path, reading, &mut unheard)?;
            Some(found.value.into_owned())
        };
        let text = |value: Option<Value<'static>>| value.and_then(|value| value.as_text().map(Arc::from));
        let ending = value("outcome.result").and_then(|result| Ending::parse(result.as_text()?));
        let waits = root.get("on_hold").is_some_and(|hold| matches!(hold.kind, Kind::Map(_)));
        let mut day = |path: &str| value(path).and_then(|date| date.as_date());
        let ended = day("outcome.date").filter(|_| ending.is_some());
        let close_date = day("close_date");
        let hold = waits.then(|| (day("on_hold.from"), day("on_hold.until")));
        let terms = TrackedFields {
            stage: text(value("stage")),
            ending,
            amount: value("amount").and_then(|amount| amount.as_money()),
            close_date,
            owner: text(value("owner")),
            probability: value("probability").and_then(|share| share.as_number()),
            category: text(value("category")),
            hold,
        };
        Self { terms, ended }
    }
}
