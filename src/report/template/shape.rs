//! The shape of a value in templates, from the JSON Schema of the model.

use serde_json::Value;

/// The shape of a value in a template, as far as it is known.
#[derive(Clone, Copy, Debug)]
pub enum TemplateShape<'s> {
    /// Nothing is known, so anything may be asked.
    Any,
    /// As this part of the schema says.
    Known(&'s TemplateSchema, &'s Value),
    /// A list of things of which only their shape is known.
    ListOf(&'s TemplateSchema, &'s Value),
}

/// The JSON Schema of what a template sees.
#[derive(Debug)]
pub struct TemplateSchema {
    root: Value,
}

/// Asked for a name that the value does not have.
#[derive(Debug)]
pub struct UnknownName<'s> {
    /// What there is.
    pub known: Vec<&'s str>,
}

impl TemplateSchema {
    /// A schema, as schemars derives it.
    pub fn new(root: Value) -> Self {
        Self { root }
    }

    /// The shape of the whole.
    pub fn root(&self) -> TemplateShape<'_> {
        TemplateShape::Known(self, &self.root)
    }

    /// The names of the whole, each with its shape.
    pub fn names(&self) -> Vec<(&str, TemplateShape<'_>)> {
        let properties = self.root.get("properties").and_then(Value::as_object);
        properties
            .into_iter()
            .flatten()
            .map(|(name, part)| (name.as_str(), TemplateShape::Known(self, part)))
            .collect()
    }

    /// The alternatives of a part, references followed, without null.
    fn alternatives<'s>(&'s self, part: &'s Value, depth: usize, out: &mut Vec<&'s Value>) {
        if depth > 16 {
            return;
        }
        if let Some(reference) = part.get("$ref").and_then(Value::as_str) {
            let target = reference.strip_prefix('#').and_then(|pointer| self.root.pointer(pointer));
            if let Some(target) = target {
                self.alternatives(target, depth + 1, out);
            }
            return;
        }
        let choices =
            ["anyOf", "oneOf", "allOf"].iter().find_map(|key| part.get(key)).and_then(Value::as_array);
        if let Some(choices) = choices {
            for choice in choices {
                self.alternatives(choice, depth + 1, out);
            }
            if part.get("properties").is_none() {
                return;
            }
        }
        if part.get("type").and_then(Value::as_str) != Some("null") {
            out.push(part);
        }
    }
}

impl<'s> TemplateShape<'s> {
    /// The shape of what a name stands for.
    pub fn property(self, name: &str) -> Result<Self, UnknownName<'s>> {
        let Self::Known(schema, part) = self else {
            return match self {
                Self::ListOf(..) => Err(UnknownName { known: Vec::new() }),
                _ => Ok(Self::Any),
            };
        };
        let mut known = Vec::new();
        let mut alternatives = Vec::new();
        schema.alternatives(part, 0, &mut alternatives);
        if alternatives.is_empty() {
            return Ok(Self::Any);
        }
        for alternative in alternatives {
            let properties = alternative.get("properties").and_then(Value::as_object);
            if let Some(found) = properties.and_then(|properties| properties.get(name)) {
                return Ok(Self::Known(schema, found));
            }
            match alternative.get("additionalProperties") {
                Some(Value::Bool(false)) => {}
                Some(Value::Bool(true)) => return Ok(Self::Any),
                Some(values) => return Ok(Self::Known(schema, values)),
                // An object of which nothing is said, or anything at all.
                None if properties.is_none() && is_open(alternative) => return Ok(Self::Any),
                None => {}
            }
            known.extend(properties.into_iter().flatten().map(|(name, _)| name.as_str()));
        }
        Err(UnknownName { known })
    }

    /// The shape of what a loop over the value gives.
    pub fn item(self) -> Self {
        match self {
            Self::Any => Self::Any,
            Self::ListOf(schema, part) => Self::Known(schema, part),
            Self::Known(schema, part) => {
                let mut alternatives = Vec::new();
                schema.alternatives(part, 0, &mut alternatives);
                let items = alternatives.iter().find_map(|alternative| alternative.get("items"));
                items.map_or(Self::Any, |items| Self::Known(schema, items))
            }
        }
    }

    /// A list of such values.
    pub fn list(self) -> Self {
        match self {
            Self::Known(schema, part) => Self::ListOf(schema, part),
            _ => Self::Any,
        }
    }
}

fn is_open(part: &Value) -> bool {
    match part.get("type") {
        None => true,
        Some(Value::String(kind)) => kind == "object",
        Some(Value::Array(kinds)) => kinds.iter().any(|kind| kind == "object"),
        Some(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_lists_and_optional_values_are_followed() {
        let schema = TemplateSchema::new(serde_json::json!({
            "properties": { "deals": { "type": "array", "items": { "$ref": "#/$defs/Deal" } } },
            "$defs": {
                "Deal": { "type": "object", "properties": {
                    "name": { "type": "string" },
                    "amount": { "anyOf": [{ "$ref": "#/$defs/Money" }, { "type": "null" }] },
                    "fields": { "type": "object", "additionalProperties": true }
                } },
                "Money": { "type": "object", "properties": { "value": { "type": "number" } } }
            }
        }));
        let deal = schema.root().property("deals").unwrap().item();
        assert!(deal.property("amount").unwrap().property("value").is_ok());
        assert_eq!(deal.property("amount").unwrap().property("valeu").unwrap_err().known, ["value"]);
        assert!(deal.property("fields").unwrap().property("whatever").is_ok());
        assert!(deal.property("name").unwrap().property("first").is_err());
        assert_eq!(deal.property("nmae").unwrap_err().known, ["amount", "fields", "name"]);
        assert!(schema.root().property("deals").unwrap().property("name").is_err());
    }
}
