//! The schemas of workflows and of dealgate.toml, from the lists of keys that the readers refuse unknown keys by.

use serde_json::{Map, Value as Json, json};

use super::dialect::{DATE, DIALECT};
use crate::finding::code::CODES;
use crate::finding::limit::Unit;
use crate::syntax::reader::{ExpectedValue, Key};
use crate::workflow::keys;
use crate::workspace;

/// A size in bytes.
const SIZE: &str = "^[0-9]+ ?(KiB|MiB)$";

/// The schema of a workflow.
pub(crate) fn workflow() -> Json {
    document("A workflow of dealgate", keys::WORKFLOW, &keys::tables(), "workflow")
}

/// The schema of dealgate.toml.
pub(crate) fn config() -> Json {
    document("The settings of a dealgate workspace", workspace::KEYS, &workspace::tables(), "config")
}

fn document(title: &str, keys: &[Key], tables: &[(&str, Vec<Key>)], name: &str) -> Json {
    let mut schema = table(keys);
    let definitions: Map<_, _> =
        tables.iter().map(|(name, keys)| ((*name).to_owned(), table(keys))).collect();
    schema["$schema"] = DIALECT.into();
    schema["$comment"] = format!("dealgate schema {name}").into();
    schema["title"] = title.into();
    schema["definitions"] = definitions.into();
    schema
}

fn table(keys: &[Key]) -> Json {
    let property = |key: &Key| {
        let mut schema = holds(&key.holds);
        // Beside `$ref`, this dialect reads nothing else.
        if schema.get("$ref").is_some() {
            schema = json!({ "allOf": [schema] });
        }
        schema["description"] = key.means.into();
        (key.name.to_owned(), schema)
    };
    let properties: Map<_, _> = keys.iter().map(property).collect();
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

fn holds(what: &ExpectedValue) -> Json {
    match what {
        ExpectedValue::Anything => json!({}),
        ExpectedValue::Text | ExpectedValue::Expression => json!({ "type": "string" }),
        ExpectedValue::Choice(names) => json!({ "enum": names }),
        ExpectedValue::Flag => json!({ "type": "boolean" }),
        ExpectedValue::False => json!({ "enum": [false] }),
        // A date of TOML reaches a schema as a text.
        ExpectedValue::Date => json!({ "type": "string", "pattern": DATE }),
        ExpectedValue::Count => json!({ "type": "integer", "minimum": 0 }),
        ExpectedValue::Rate => json!({ "type": ["number", "string"], "exclusiveMinimum": 0 }),
        ExpectedValue::Amount => json!({ "type": ["number", "string"], "minimum": 0 }),
        ExpectedValue::Share => json!({ "type": ["number", "string"], "minimum": 0, "maximum": 1 }),
        ExpectedValue::ByCode(names) => {
            let code = |entry: &crate::finding::code::CodeEntry| {
                let level = entry.level.name();
                let told = format!("{} (default: {level})", entry.means);
                (entry.name.to_owned(), json!({ "enum": names, "default": level, "description": told }))
            };
            let properties: Map<_, _> = CODES.iter().map(code).collect();
            json!({ "type": "object", "properties": properties, "additionalProperties": false })
        }
        ExpectedValue::Limit(limit) => match limit.unit {
            Unit::Bytes => json!({ "type": "string", "pattern": SIZE, "default": limit.shown(limit.usual) }),
            Unit::Things => json!({
                "type": "integer", "minimum": limit.least, "maximum": limit.most, "default": limit.usual
            }),
        },
        ExpectedValue::Table(name) => json!({ "$ref": format!("#/definitions/{name}") }),
        ExpectedValue::List(item) => json!({ "type": "array", "items": holds(item) }),
        ExpectedValue::Entries(item) => json!({ "type": "object", "additionalProperties": holds(item) }),
        ExpectedValue::Either(branches) => json!({ "anyOf": branches.iter().map(holds).collect::<Json>() }),
    }
}
