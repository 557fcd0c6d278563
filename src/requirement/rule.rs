//! A rule: an expression that must be true of the deal.

use super::condition;
use super::contract::{Case, Check, Demand, KindEntry, Setting, Unmet};
use super::expression::{Expected, Expression};
use crate::deal::Value;
use crate::finding::wording::{Count, List, quote};
use crate::finding::{Code, Complaints};
use crate::syntax::reader::{Holds, Key, Table};

pub(super) const KIND: KindEntry = KindEntry {
    name: "rule",
    marker: Some("rule"),
    keys: &[Key::new("rule", "a CEL expression that must be true", Holds::Expression)],
    read: |table, setting, complaints| Rule::read(table, setting, complaints).map(|it| Box::new(it) as _),
};

#[derive(Debug)]
struct Rule {
    expression: Expression,
}

impl Rule {
    fn read(table: &Table<'_, '_>, setting: &Setting<'_>, complaints: &mut Complaints) -> Option<Self> {
        let text = table.text("rule", complaints)?;
        Some(Self { expression: condition::compile(text, setting.names, Expected::Boolean, complaints)? })
    }
}

/// What a rule names, as far as it is worth reading.
const MOST_FACTS: usize = 4;

impl Rule {
    /// What the names in the rule stand for in the deal.
    fn facts(&self, case: &Case<'_>) -> Vec<String> {
        let days = |days: Option<i64>| days.map(|days| days.to_string());
        let fact = |name: &str| {
            let value = match name {
                "days_in_stage" => days(case.days_in_stage)?,
                "age" => days(case.age)?,
                "stage_index" => case.stage_index?.to_string(),
                // Only where it is another day than today.
                "today" => (case.as_of != case.today).then(|| case.as_of.to_string())?,
                _ => {
                    let shape = &case.schema.field(name)?.shape;
                    let written = case.deal.values.get(name).map(|found| &found.value);
                    match written.or(shape.default.as_ref()) {
                        None => return Some(format!("there is no `{name}`")),
                        Some(Value::List(items)) => {
                            return Some(format!("`{name}` has {}", Count(items.len(), "item")));
                        }
                        Some(Value::Record(_) | Value::Unreadable) => return None,
                        Some(Value::Text(text)) => quote(text),
                        Some(value) => shape.kind.show(value),
                    }
                }
            };
            Some(format!("`{name}` is {value}"))
        };
        self.expression.names().filter_map(fact).take(MOST_FACTS).collect()
    }
}

/// How a deal says what was absent.
fn how_to_tell(absent: &[String], case: &Case<'_>) -> String {
    let mut keys = Vec::new();
    let mut said = Vec::new();
    for path in absent {
        let parts: Vec<&str> = path.split('.').collect();
        match parts.as_slice() {
            ["days_in_stage"] => {
                said.push("add a `history` entry with the day it entered the stage".to_owned());
            }
            ["age"] => said.push("add `opened:` with the day it was opened".to_owned()),
            ["done", id, "date"] => said.push(format!("add under `done`: `{id}: {}`", case.today)),
            ["done", id, key] => {
                said.push(format!("add under `done`: `{id}: {{date: {}, {key}: …}}`", case.today));
            }
            ["waivers", id, _] => said.push(format!(
                "add under `waivers`: `{id}: {{reason: …, by: …, date: {}, until: …}}`",
                case.today
            )),
            _ => keys.push(format!("`{path}`")),
        }
    }
    if !keys.is_empty() {
        said.insert(0, format!("add {} to the deal", List(&keys, "and")));
    }
    said.dedup();
    said.join("; ")
}

impl Demand for Rule {
    fn kind(&self) -> &'static str {
        KIND.name
    }

    fn check(&self, case: &Case<'_>) -> Check {
        let undecided = match case.decide(&self.expression) {
            Ok(true) => return Check::Met(None),
            Ok(false) => {
                let rule = quote(self.expression.text());
                let facts = self.facts(case);
                let reason = if facts.is_empty() {
                    format!("{rule} is not true of the deal")
                } else {
                    format!("{rule} is not true of the deal: {}", List(&facts, "and"))
                };
                return Check::Unmet(Unmet::missing(reason));
            }
            Err(undecided) => undecided,
        };
        let mut unmet = Unmet::missing(undecided.to_string());
        if undecided.too_large {
            unmet.fault = Some(super::Fault { code: Code::TooLarge, span: case.deal.span.at_start() });
        }
        if !undecided.absent.is_empty() {
            unmet = unmet.help(how_to_tell(&undecided.absent, case));
        }
        Check::Unmet(Unmet { absent: undecided.absent, ..unmet })
    }

    fn compares(&self, name: &str) -> bool {
        self.expression.uses(name)
    }

    fn uses_today(&self) -> bool {
        self.expression.uses_today()
    }

    fn fails_early(&self) -> bool {
        true
    }

    fn explain(&self) -> String {
        format!("{} is true", quote(self.expression.text()))
    }
}
