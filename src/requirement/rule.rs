//! A rule: an expression that must be true of the deal.

use super::condition;
use super::contract::{Case, Check, Demand, KindEntry, RequirementContext, Unmet};
use super::expression::{Expected, Expression, Obstacle, Undecided};
use super::task::{entry_verb, in_entry};
use crate::deal::Value;
use crate::deal::writing::provide;
use crate::finding::wording::{Count, WordList, quote, quote_up_to};
use crate::finding::{Code, FindingsBuilder};
use crate::syntax::reader::{ExpectedValue, Key, Table};

pub(super) const KIND: KindEntry = KindEntry {
    name: "rule",
    marker: Some("rule"),
    keys: &[Key::new("rule", "a CEL expression that must be true", ExpectedValue::Expression)],
    read: |table, setting, complaints| Rule::read(table, setting, complaints).map(|it| Box::new(it) as _),
};

#[derive(Debug)]
struct Rule {
    expression: Expression,
}

impl Rule {
    fn read(
        table: &Table<'_, '_>,
        setting: &RequirementContext<'_>,
        complaints: &mut FindingsBuilder,
    ) -> Option<Self> {
        let text = table.text("rule", complaints)?;
        Some(Self { expression: condition::compile(text, setting.names, Expected::Boolean, complaints)? })
    }
}

/// How much of a rule a message quotes; the excerpt below it is cut much earlier.
const LONGEST: usize = 200;

/// What a rule names, as far as it is worth reading.
const MOST_FACTS: usize = 4;

impl Rule {
    /// What the names in the rule stand for in the deal, apart from one of which something is told already.
    fn facts(&self, case: &Case<'_>, told: Option<&str>) -> Vec<String> {
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
        let names = self.expression.names().filter(|name| told != Some(*name));
        names.filter_map(fact).take(MOST_FACTS).collect()
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
            ["age"] => keys.push("opened"),
            ["done", id, key] => said.push(in_done(id, key, case)),
            ["waivers", id, _] if !case.deal.waivers().any(|waiver| waiver.id.value == *id) => said.push(
                format!("add under `waivers`: `{id}: {{reason: …, by: …, date: {}, until: …}}`", case.today),
            ),
            _ => keys.push(path.as_str()),
        }
    }
    if !keys.is_empty() {
        said.insert(0, provide(case.deal, &keys));
    }
    said.dedup();
    said.join("; ")
}

impl Rule {
    /// Why it has no answer, on the value that stands in the way.
    fn undecided(&self, undecided: Undecided, case: &Case<'_>) -> Unmet {
        let span = undecided.at.as_deref().and_then(|path| case.deal.at_path(path)).map(|found| found.span);
        let reason = undecided.to_string();
        let unmet = Unmet { span, ..Unmet::missing(reason) };
        let unmet = match undecided.obstacle {
            Some(Obstacle::TooLarge) => {
                let span = span.unwrap_or_else(|| case.deal.span.at_start());
                let help = "make it shorter, or let the rule look at less";
                Unmet {
                    fault: Some(super::contract::EntryFault { code: Code::TooLarge, span }),
                    ..unmet.help(help)
                }
            }
            Some(Obstacle::NoRate) => unmet.help("add the rate to dealgate.toml, under `[rates]`"),
            Some(Obstacle::Unreadable) => {
                Unmet { unreadable: true, ..unmet.help("write it in a way that can be read") }
            }
            None if undecided.absent.is_empty() => unmet.help(self.way_out(case)),
            None => unmet.help(how_to_tell(&undecided.absent, case)),
        };
        Unmet { absent: undecided.absent, ..unmet }
    }

    /// That it does not hold, on the item of a list that is the reason, where one is.
    fn untrue(&self, case: &Case<'_>) -> Unmet {
        let rule = quote_up_to(LONGEST, self.expression.text());
        let way_out = self.way_out(case);
        let convert = case.convert();
        let scope = case.scope(&convert);
        let item = self.expression.culprit(&scope).and_then(|(path, index)| {
            let item = case.deal.at_path(path)?.value.as_list()?.get(index)?;
            let what = match &item.value {
                Value::Record(record) => record.0.iter().find_map(|slot| slot.value.value.as_text()),
                value => value.as_text(),
            };
            let what = what.map_or_else(String::new, |text| format!(", {}", quote(text)));
            let facts = self.facts(case, path.split('.').next());
            Some((format!("item {} of `{path}`{what}", index + 1), facts, Some(item.span)))
        });
        let (whole, facts, span) =
            item.unwrap_or_else(|| ("the deal".to_owned(), self.facts(case, None), None));
        let facts = if facts.is_empty() { String::new() } else { format!(": {}", WordList(&facts, "and")) };
        let unmet = Unmet { span, ..Unmet::missing(format!("{rule} is not true of {whole}{facts}")) };
        Unmet { general: true, ..unmet.help(way_out) }
    }

    /// What to do about a rule that does not hold: only the deal's people know which of the values is wrong.
    fn way_out(&self, case: &Case<'_>) -> String {
        let keys = self.expression.names().filter(|name| case.schema.field(name).is_some());
        let keys: Vec<_> = keys.map(|name| format!("`{name}`")).collect();
        match keys.as_slice() {
            [] => "wait until it is true, or mend the rule in the workflow".to_owned(),
            keys => format!("change {} so that it is true", WordList(keys, "or")),
        }
    }
}

/// What to write so that the deal's entry of `done` for a requirement, its own or another, says something.
fn in_done(id: &str, key: &str, case: &Case<'_>) -> String {
    let case = Case { id, ..*case };
    match key {
        _ if case.deal.done_of(id).is_some() => in_entry(&case, key, "…"),
        "date" => format!("{} `done`: `{id}: {}`", entry_verb(&case), case.today),
        _ => format!("{} `done`: `{id}: {{date: {}, {key}: …}}`", entry_verb(&case), case.today),
    }
}

impl Demand for Rule {
    fn kind(&self) -> &'static str {
        KIND.name
    }

    fn check(&self, case: &Case<'_>) -> Check {
        let undecided = match case.decide(&self.expression) {
            Ok(true) => return Check::Met(None),
            Ok(false) => return Check::Unmet(self.untrue(case)),
            Err(undecided) => undecided,
        };
        Check::Unmet(self.undecided(undecided, case))
    }

    fn compares(&self, name: &str) -> bool {
        self.expression.uses(name)
    }

    fn weighs(&self, name: &str) -> bool {
        self.expression.uses(name)
    }

    fn uses_today(&self) -> bool {
        self.expression.uses_today()
    }

    fn fails_early(&self) -> bool {
        true
    }

    fn explain(&self) -> String {
        format!("`{}` is true", self.expression.text().trim_end())
    }
}
