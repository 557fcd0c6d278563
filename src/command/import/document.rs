//! Writes an imported deal: its keys in order, and what is added to its history.

use crate::edit::NewValue;
use crate::import::imported_change::ImportedChange;
use crate::import::imported_value::{ImportedValue, ImportedValues};
use crate::import::incoming::IncomingDeal;
use crate::import::missing_entries::IMPORTED;
use crate::import::targets::DealTarget;
use crate::proposal::key_order;
use crate::workflow::Workflow;

/// A new deal: its keys in the workflow's order.
pub(super) fn document(
    system: &str,
    deal: &IncomingDeal,
    target: &DealTarget,
    past_changes: Option<&Vec<ImportedChange>>,
) -> NewValue {
    let workflow = &target.workflow;
    let mut values: ImportedValues = deal.values.clone();
    values.entry("stage".to_owned()).or_insert_with(|| first_stage(workflow));
    if let Some(key) = &target.key {
        values.insert("workflow".to_owned(), ImportedValue::One(key.clone()));
    }
    let origin = NewValue::Record(vec![
        ("system".to_owned(), NewValue::Text(system.to_owned())),
        ("id".to_owned(), NewValue::Text(deal.id.clone())),
    ]);
    let mut record: Vec<(String, NewValue)> = Vec::new();
    for key in key_order(workflow) {
        if key == "origin" {
            record.push((key.to_owned(), origin.clone()));
            continue;
        }
        if key == "history" {
            let entries: Vec<_> = past_changes
                .into_iter()
                .flatten()
                .map(|past_change| entry(past_change, system, workflow))
                .collect();
            if !entries.is_empty() {
                record.push((key.to_owned(), NewValue::List(entries)));
            }
            continue;
        }
        let below = format!("{key}.");
        let inner: Vec<_> = values
            .iter()
            .filter_map(|(path, said)| {
                let name = path.strip_prefix(&below)?;
                Some((name.to_owned(), said.to_value(workflow.schema.at_path(path))))
            })
            .collect();
        if let Some(said) = values.get(key) {
            record.push((key.to_owned(), said.to_value(workflow.schema.at_path(key))));
        } else if !inner.is_empty() {
            record.push((key.to_owned(), nested(inner)));
        }
    }
    NewValue::Record(record)
}

/// Where a deal stands of which the export does not say it.
pub(super) fn first_stage(workflow: &Workflow) -> ImportedValue {
    let first = workflow.moves.start_in.as_ref().and_then(|stages| stages.first()).copied().unwrap_or(0);
    ImportedValue::One(workflow.stages[first].id.to_string())
}

/// Values by dotted paths as records; what an outcome is comes first.
pub(super) fn nested(mut values: Vec<(String, NewValue)>) -> NewValue {
    values.sort_by_key(|(name, _)| name != "result");
    let mut record: Vec<(String, NewValue)> = Vec::new();
    for (path, value) in values {
        match path.split_once('.') {
            None => record.push((path, value)),
            Some((head, rest)) => {
                let inner = vec![(rest.to_owned(), value)];
                match record.iter_mut().find(|(known, _)| known == head) {
                    Some((_, NewValue::Record(entries))) => {
                        if let NewValue::Record(more) = nested(inner) {
                            entries.extend(more);
                        }
                    }
                    _ => record.push((head.to_owned(), nested(inner))),
                }
            }
        }
    }
    NewValue::Record(record)
}

/// An entry of `history`.
pub(super) fn entry(past_change: &ImportedChange, system: &str, workflow: &Workflow) -> NewValue {
    let mut entry = vec![("date".to_owned(), NewValue::Plain(past_change.day.to_string()))];
    for key in ["stage", "outcome", "amount", "close_date", "owner"] {
        let value = past_change.values.get(key).map(|said| match key {
            "stage" | "outcome" => said.to_value(None),
            _ => said.to_value(workflow.schema.at_path(key)),
        });
        entry.extend(value.map(|value| (key.to_owned(), value)));
    }
    entry.push(("reason".to_owned(), NewValue::Text(format!("{IMPORTED}{system}"))));
    NewValue::Record(entry)
}
