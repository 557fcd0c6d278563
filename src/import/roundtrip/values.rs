//! The values that a cell may have, and how to write one that cannot be read.

use crate::deal::field::{Shape, Type};
use crate::finding::wording::{WordList, quote};
use crate::import::imported_value::ImportedValue;
use crate::import::incoming::stage_called;
use crate::workflow::Workflow;

/// Choices that a line names.
const MOST_CHOICES: usize = 12;

/// How a cell of a shape is written.
pub(super) fn way_out(shape: &Shape) -> String {
    if !shape.choices.is_empty() {
        let more = if shape.choices.len() > MOST_CHOICES { ", …" } else { "" };
        let choices = shape.choices.iter().take(MOST_CHOICES);
        let choices: Vec<_> = choices.map(|choice| quote(&choice.to_string())).collect();
        return format!("write {}{more}", WordList(&choices, "or"));
    }
    let example = match shape.kind {
        Type::Email => "an address, such as `jane@acme.example`",
        Type::Percent => "a share, such as `25%`",
        Type::Date => "a day as year-month-day, such as `2026-11-23`",
        Type::Money => {
            "an amount without marks between thousands, such as `1250.5`, and beside it its currency, such as `EUR`"
        }
        Type::Integer => "a whole number without marks between thousands, such as `1250`",
        Type::Number => "a number without marks between thousands, such as `1250.5`",
        Type::Boolean => "`true` or `false`",
        _ => "what the deal is to say there",
    };
    format!("write {example}, or empty the cell")
}

/// A value as the workflow knows it.
pub(super) fn allowed(
    key: &str,
    said: Option<ImportedValue>,
    workflow: &Workflow,
) -> Result<Option<ImportedValue>, (String, Option<String>)> {
    if said.is_none() && matches!(key, "name" | "stage") {
        let help = format!("write one: `{key}` is what a deal cannot be without");
        return Err((format!("`{key}`: is empty"), Some(help)));
    }
    let Some(ImportedValue::One(word)) = said.as_ref().filter(|_| key == "stage") else { return Ok(said) };
    if let Some(stage) = stage_called(workflow, word) {
        return Ok(Some(ImportedValue::One(stage.id.to_string())));
    }
    let stages: Vec<_> = workflow.stages.iter().map(|stage| stage.id.as_ref()).collect();
    let message = format!("`{key}`: {} is no stage of {}", quote(word), quote(&workflow.id));
    Err((message, Some(format!("it has {}", stages.join(", ")))))
}
