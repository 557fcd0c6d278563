//! The schema of a company's deals, from the declarations that deals are read by. Gates are told, never demanded.

use std::fmt::Write as _;

use rust_decimal::prelude::ToPrimitive;
use serde_json::{Map, Value as Json, json};

use super::dialect::{DATE, DIALECT};
use crate::deal::field::CORE_KEYS;
use crate::deal::{Field, Shape, Type, Value};
use crate::workflow::{Requirement, Stage, Workflow};

/// The schema of the deals of a workflow.
pub(crate) fn deal(workflow: &Workflow) -> Json {
    let about = SchemaCompany { workflow };
    let mut schema = about.record(&workflow.schema.fields);
    let declared = schema["properties"].clone();
    for (key, value) in about.core(&declared) {
        schema["properties"][key] = value;
    }
    for key in ["done", "waivers"] {
        let mut entry = declared[key]["additionalProperties"].clone();
        if key == "waivers" {
            entry["required"] = json!(["reason", "by", "date", "until"]);
            for part in ["reason", "by", "date", "until"] {
                entry["properties"][part] =
                    json!({ "allOf": [entry["properties"][part], { "not": { "type": "null" } }] });
            }
        }
        // What a day looks like would be shown in place of the requirement.
        if let Some(short) = entry.pointer_mut("/anyOf/0").and_then(Json::as_object_mut) {
            short.remove("description");
        }
        schema["definitions"][key] = entry;
    }
    schema["$schema"] = DIALECT.into();
    schema["title"] = format!("A deal of {}", workflow.name).into();
    schema["$comment"] = format!("dealgate schema deal --workflow {}", plain(&workflow.id)).into();
    schema
}

/// A name as people write it.
fn plain(id: &str) -> &str {
    id.strip_prefix("builtin/").unwrap_or(id)
}

struct SchemaCompany<'a> {
    workflow: &'a Workflow,
}

impl SchemaCompany<'_> {
    /// What the core keys say beyond their types: stages, requirements and reasons of this workflow.
    fn core(&self, declared: &Json) -> Vec<(&'static str, Json)> {
        let mut properties = Vec::new();
        for (key, means, _) in CORE_KEYS {
            let Some(mut schema) = declared.get(key).cloned() else {
                continue;
            };
            match *key {
                "stage" => schema = self.stages(),
                "done" => schema = self.statements(key, |kind| matches!(kind, "task" | "approval")),
                "waivers" => schema = self.statements(key, |_| true),
                "history" => {
                    let mut stages = self.stages();
                    allow_nothing(&mut stages);
                    if let Some(description) = stages.get_mut("enumDescriptions").and_then(Json::as_array_mut)
                    {
                        description.push("as before".into());
                    }
                    schema["items"]["properties"]["stage"] = stages;
                }
                "outcome" => self.outcome(&mut schema),
                _ => {}
            }
            schema["description"] = (*means).into();
            properties.push((*key, schema));
        }
        properties
    }

    fn stages(&self) -> Json {
        let ids = self.workflow.stages.iter().flat_map(|stage| as_read(&stage.id));
        let description =
            self.workflow.stages.iter().flat_map(|stage| as_read(&stage.id).map(|_| gate(stage)));
        json!({ "enum": ids.collect::<Json>(), "enumDescriptions": description.collect::<Json>() })
    }

    /// Entries by the ids of requirements: those offered, and the others, which may stand there too.
    fn statements(&self, name: &str, offered: impl Fn(&str) -> bool) -> Json {
        let entry = json!({ "$ref": format!("#/definitions/{name}") });
        let mut properties = Map::new();
        let mut others = Map::new();
        let of_stages = self.workflow.stages.iter().flat_map(|stage| {
            stage.requirements.iter().map(move |requirement| (stage.name.as_str(), requirement))
        });
        let lost = self.workflow.lost.requirements.iter().map(|it| ("a lost deal", it));
        let disqualified =
            self.workflow.disqualified.requirements.iter().map(|it| ("a disqualified deal", it));
        for (whose, requirement) in of_stages.chain(lost).chain(disqualified) {
            // Beside `$ref`, this dialect reads nothing else.
            let schema = json!({ "allOf": [entry], "description": description(requirement, whose) });
            if offered(requirement.demand.kind()) {
                properties.insert(requirement.id.to_string(), schema);
            } else if name == "waivers" || !self.workflow.is_met_elsewhere(&requirement.id) {
                others.insert(format!("^{}$", requirement.id), schema);
            }
        }
        json!({
            "type": ["object", "null"],
            "properties": properties,
            "patternProperties": others,
            "additionalProperties": false,
        })
    }

    /// Offers the reasons there are; which of them fits depends on the result, which dealgate judges. A deal that is not won
    /// needs one, and a day.
    fn outcome(&self, schema: &mut Json) {
        let given = json!({ "not": { "type": "null" } });
        schema["if"] = json!({ "properties": { "result": { "enum": ["lost", "disqualified"] } }, "required": ["result"] });
        schema["then"] = json!({ "required": ["date", "reason"], "properties": { "date": given, "reason": { "allOf": [given, { "pattern": r"\S" }] } } });
        let lists = [&self.workflow.lost.reasons, &self.workflow.disqualified.reasons];
        let reasons: Vec<_> = lists.into_iter().flatten().flatten().collect();
        if !reasons.is_empty() {
            let free = schema["properties"]["reason"].clone();
            schema["properties"]["reason"] = json!({ "anyOf": [{ "enum": reasons }, free] });
        }
    }

    fn record(&self, fields: &[Field]) -> Json {
        let properties: Map<_, _> =
            fields.iter().map(|field| (field.name.to_string(), self.shape(&field.shape))).collect();
        let required: Vec<_> =
            fields.iter().filter(|field| field.shape.required).map(|field| field.name.as_ref()).collect();
        let mut schema = json!({ "type": "object", "properties": properties, "additionalProperties": false });
        if !required.is_empty() {
            schema["required"] = required.into();
        }
        schema
    }

    fn shape(&self, shape: &Shape) -> Json {
        let mut schema = if shape.choices.is_empty() { self.typed(shape) } else { choices(&shape.choices) };
        match shape.kind {
            _ if !shape.required => allow_nothing(&mut schema),
            // Something that is empty is not there.
            Type::Text if shape.choices.is_empty() && schema.get("pattern").is_none() => {
                schema["pattern"] = r"\S".into();
            }
            Type::List(_) if shape.min_items.is_none() => schema["minItems"] = 1.into(),
            _ => {}
        }
        if let Some(default) = shape.default.as_ref().and_then(literal) {
            schema["default"] = default;
        }
        schema
    }

    fn typed(&self, shape: &Shape) -> Json {
        let mut schema = match &shape.kind {
            // Any scalar is a text: `NO` and `1.10` are read from the source.
            Type::Text => json!({ "type": ["string", "number", "boolean"] }),
            Type::Integer => json!({ "type": ["integer", "string"], "pattern": r"^[+-]?\d+$" }),
            Type::Number => json!({ "type": ["number", "string"], "pattern": r"^[+-]?\d+(\.\d+)?$" }),
            Type::Percent => {
                json!({ "type": ["number", "string"], "pattern": r"^[+-]?\d+(\.\d+)? ?%?$",
                        "minimum": -1, "maximum": 1, "description": "a share: `25%` or `0.25`" })
            }
            Type::Money => self.money(),
            Type::Date => json!({ "type": "string", "pattern": DATE, "description": "a day: `2026-11-23`" }),
            Type::Boolean => json!({ "enum": [true, false, "true", "false"] }),
            Type::Email => json!({ "type": "string", "pattern": "^[^@\\s]+@[^@\\s]+$" }),
            Type::Url => {
                json!({ "type": "string", "pattern": "^[Hh][Tt][Tt][Pp][Ss]?://|^[Mm][Aa][Ii][Ll][Tt][Oo]:" })
            }
            Type::List(item) => json!({ "type": "array", "items": self.shape(item) }),
            Type::Record(fields) => self.record(fields),
            Type::Entries(entry) => json!({ "type": "object", "additionalProperties": self.shape(entry) }),
            Type::Covered => self.covered(),
        };
        if let (Type::Record(fields), Some(key)) = (&shape.kind, shape.shorthand)
            && let Some(field) = fields.iter().find(|field| field.name == key)
        {
            schema = json!({ "anyOf": [self.shape(&field.shape), schema] });
        }
        self.limits(shape, &mut schema);
        schema
    }

    fn limits(&self, shape: &Shape, schema: &mut Json) {
        let own = self.workflow.schema.currency;
        // An amount in another currency has no fixed limit in this one.
        let number = |limit: &Value<'_>| match limit {
            Value::Number(number) => number.to_f64(),
            Value::Money(money) if money.currency == own || money.currency.is_none() => money.amount.to_f64(),
            _ => None,
        };
        for (key, limit) in [("minimum", &shape.min), ("maximum", &shape.max)] {
            if let Some(limit) = limit.as_ref().and_then(number) {
                let target =
                    if matches!(shape.kind, Type::Money) { &mut schema["anyOf"][0] } else { &mut *schema };
                target[key] = limit.into();
            }
        }
        if let Some(pattern) = shape.pattern.as_ref().filter(|pattern| is_common(pattern.as_str())) {
            schema["pattern"] = pattern.as_str().into();
        }
        if let Some(count) = shape.min_items {
            schema["minItems"] = count.into();
        }
        if let Some(count) = shape.max_items {
            schema["maxItems"] = count.into();
        }
    }

    fn money(&self) -> Json {
        let own = self.workflow.schema.currency;
        let bare =
            own.map_or("a bare number has no currency here", |_| "a bare number is in the own currency");
        let record = json!({
            "type": "object",
            "properties": { "value": { "type": ["number", "string"] }, "currency": { "type": "string" } },
            "required": ["value"],
            "additionalProperties": false,
        });
        json!({
            "description": format!("an amount: `120000 EUR`, or `{{value: 120000, currency: EUR}}`; {bare}"),
            "anyOf": [{ "type": "number" }, { "type": "string", "pattern": r"^[+-]?\d+(\.\d+)?( [A-Z]{3})?$" }, record],
        })
    }

    /// Keys of the deal itself, by their types; what holds such a record again would lead round in a circle.
    fn covered(&self) -> Json {
        let names = self.workflow.schema.fields.iter().map(|field| {
            let round = matches!(field.name.as_ref(), "done" | "waivers" | "history");
            let schema = if round { json!({}) } else { self.shape(&Shape::of(field.shape.kind.clone())) };
            (field.name.to_string(), schema)
        });
        json!({ "type": "object", "properties": names.collect::<Map<_, _>>(), "additionalProperties": false })
    }
}

/// A key without a value is as good as no key.
fn allow_nothing(schema: &mut Json) {
    if let Some(branches) = schema.get_mut("anyOf").and_then(Json::as_array_mut) {
        branches.push(json!({ "type": "null" }));
    } else if let Some(values) = schema.get_mut("enum").and_then(Json::as_array_mut) {
        values.push(Json::Null);
    } else if let Some(kind) = schema.get_mut("type") {
        let mut kinds = kind.as_array().cloned().unwrap_or_else(|| vec![kind.clone()]);
        kinds.push("null".into());
        *kind = kinds.into();
    }
}

fn choices(choices: &[Value<'_>]) -> Json {
    let values = choices.iter().flat_map(|choice| match choice {
        Value::Text(text) => as_read(text).collect(),
        other => literal(other).into_iter().collect::<Vec<_>>(),
    });
    json!({ "enum": values.collect::<Json>() })
}

/// A text, and what an editor takes it for when it stands without quotes.
fn as_read(text: &str) -> impl Iterator<Item = Json> {
    let other = match text {
        "true" | "True" | "TRUE" => Some(true.into()),
        "false" | "False" | "FALSE" => Some(false.into()),
        text if text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.')) => {
            match (text.parse::<i64>(), text.parse::<f64>()) {
                (Ok(whole), _) => Some(whole.into()),
                (_, Ok(number)) if number.is_finite() => Some(number.into()),
                _ => None,
            }
        }
        _ => None,
    };
    [Json::from(text)].into_iter().chain(other)
}

fn literal(value: &Value<'_>) -> Option<Json> {
    Some(match value {
        Value::Text(text) => text.as_ref().into(),
        Value::Number(number) if number.is_integer() => number.to_i64()?.into(),
        Value::Number(number) => number.to_f64()?.into(),
        Value::Boolean(boolean) => (*boolean).into(),
        Value::Date(_) | Value::Money(_) => value.to_string().into(),
        Value::List(_) | Value::Record(_) | Value::Unreadable => return None,
    })
}

/// Whether a regular expression means the same in JavaScript; others are left to dealgate.
fn is_common(pattern: &str) -> bool {
    !["(?", "[[", "&&", "--", r"\p", r"\P", r"\A", r"\z", r"\x", r"\u", r"\U"]
        .iter()
        .any(|own| pattern.contains(own))
}

/// What an editor shows beside a stage.
fn gate(stage: &Stage) -> String {
    let mut text = stage.name.clone();
    if let Some(goal) = &stage.goal {
        text.push_str(": ");
        text.push_str(goal);
    }
    if let Some(when) = &stage.when {
        let _ = write!(text, "\n\nOnly for deals with `{}`.", when.text());
    }
    let of = |at_entry: bool| -> Vec<String> {
        let those = stage.requirements.iter().filter(|requirement| requirement.at_entry == at_entry);
        those.map(|requirement| format!("- {} (`{}`)", requirement.title, requirement.id)).collect()
    };
    for (what, list) in [("To be in it", of(true)), ("To leave it", of(false))] {
        if !list.is_empty() {
            let _ = write!(text, "\n\n{what}:\n{}", list.join("\n"));
        }
    }
    text
}

/// What an editor shows beside the id of a requirement.
fn description(requirement: &Requirement, whose: &str) -> String {
    let mut text = format!("{}\n\n{whose}: met when {}.", requirement.title, requirement.demand.explain());
    if let Some(when) = &requirement.when {
        let _ = write!(text, " Asked only when `{}`.", when.text());
    }
    if let Some(help) = &requirement.help {
        text.push_str("\n\n");
        text.push_str(help);
    }
    if let Some(url) = &requirement.url {
        text.push_str("\n\n");
        text.push_str(url);
    }
    text
}
