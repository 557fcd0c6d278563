//! A row of a sheet compared with the deal's file as it is now.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::columns::{SheetColumns, SheetWriter};
use super::edits::RowEdit;
use crate::import::columns::ColumnContext;
use crate::import::imported_value::ImportedValue;
use crate::import::merge::{MergedDeal, Settle, ValueTurn, at};
use crate::syntax::Node;
use crate::workflow::Workflow;

/// What files are held against, for each workflow.
pub(crate) struct RowState<'a> {
    writers: BTreeMap<Arc<str>, SheetWriter<'a>>,
    settle: Settle,
}

impl<'a> RowState<'a> {
    /// Takes the columns.
    pub(crate) fn new(
        columns: &'a BTreeMap<Arc<str>, SheetColumns<'a>>,
        context: ColumnContext<'a>,
        settle: Settle,
    ) -> Self {
        let writer = |(id, columns)| (Arc::clone(id), SheetWriter::new(columns, context));
        Self { writers: columns.iter().map(writer).collect(), settle }
    }

    /// What becomes of the values that a row changes.
    pub(crate) fn held(&self, row: &RowEdit, root: &Node<'_>, workflow: &Workflow) -> MergedDeal {
        let now = self.writers.get(&workflow.id).map(|writer| writer.row(root).1).unwrap_or_default();
        let now: BTreeMap<&str, &str> = now.iter().map(|it| (it.key.as_str(), it.print.as_str())).collect();
        let mut merged = MergedDeal::default();
        for (key, (there, before)) in &row.changed {
            let here = at(root, key).and_then(ImportedValue::of);
            let shape = workflow.schema.at_path(key);
            let is_same = match (&here, there) {
                (None, None) => true,
                (Some(here), Some(there)) => here.same(there, shape, &workflow.schema),
                _ => false,
            };
            if is_same {
                continue;
            }
            let is_untouched = now.get(key.as_str()).is_some_and(|print| *print == before);
            let past_change = ValueTurn { key: key.clone(), here, there: there.clone() };
            match (is_untouched, self.settle) {
                (true, _) | (_, Settle::Theirs) => merged.taken.push(past_change),
                (false, Settle::Ours) => merged.kept.push(past_change),
                (false, Settle::Tell) => merged.conflicts.push(past_change),
            }
        }
        merged
    }
}
