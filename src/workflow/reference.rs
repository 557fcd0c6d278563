//! The keys of a workflow for `explain` and the README: where each stands, what it is for, what it holds.

use super::keys::{REQUIREMENT, WORKFLOW, tables};
use crate::finding::wording::WordList;
use crate::requirement::KINDS;
use crate::syntax::reader::{ExpectedValue, Key};

/// The keys of one table.
#[derive(Clone, Debug)]
pub struct ReferenceTable {
    /// Where they stand: `[stage.ID]`.
    pub place: String,
    /// The keys, in the order of the schema.
    pub keys: Vec<Key>,
}

/// Every table of a workflow; the keys of requirements by their kinds.
pub fn reference() -> Vec<ReferenceTable> {
    let mut all = vec![ReferenceTable { place: "a workflow".to_owned(), keys: WORKFLOW.to_vec() }];
    for (name, keys) in tables() {
        if name != "requirement" {
            all.push(ReferenceTable { place: place(name), keys });
            continue;
        }
        all.push(ReferenceTable { place: place(name), keys: REQUIREMENT.to_vec() });
        let of_kind = |kind: &crate::requirement::KindEntry| ReferenceTable {
            place: format!("{}, {} {}", place(name), article(kind.name), kind.name),
            keys: kind.keys.to_vec(),
        };
        all.extend(KINDS.iter().map(of_kind));
    }
    all
}

fn article(word: &str) -> &'static str {
    if word.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}

/// Where the keys of a table stand, by the name under which other tables hold it.
fn place(table: &str) -> String {
    match table {
        "member" => "a member in `[groups]`".to_owned(),
        "field" => "`[fields.NAME]`".to_owned(),
        "stage" => "`[stage.ID]`".to_owned(),
        "waiver" => "`by` in `[waivers]`".to_owned(),
        "requirement" => "`[stage.ID.requires.ID]`".to_owned(),
        _ => format!("`[{table}]`"),
    }
}

/// What may stand behind a key, in words.
pub fn held(value: &ExpectedValue) -> String {
    match value {
        ExpectedValue::Anything => "a value that fits".to_owned(),
        ExpectedValue::Text => "a text".to_owned(),
        ExpectedValue::Choice(names) => one_of(names),
        ExpectedValue::Flag => "`true` or `false`".to_owned(),
        ExpectedValue::False => "`false`, which takes an inherited one away".to_owned(),
        ExpectedValue::Date => "a day".to_owned(),
        ExpectedValue::Count => "a whole number".to_owned(),
        ExpectedValue::Rate => "a number above 0".to_owned(),
        ExpectedValue::Amount => "an amount".to_owned(),
        ExpectedValue::Share => "a share: `0.25` or `\"25%\"`".to_owned(),
        ExpectedValue::Limit(limit) => format!("`{}`, or another limit", limit.shown(limit.usual)),
        ExpectedValue::Expression => "an expression".to_owned(),
        ExpectedValue::ByCode(names) => format!("by code: {}", one_of(names)),
        ExpectedValue::Table(name) => format!("a table, {}", place(name)),
        ExpectedValue::List(item) => format!("a list, each {}", held(item)),
        ExpectedValue::Entries(item) => format!("by name: {}", held(item)),
        ExpectedValue::Either(branches) => {
            let branches: Vec<_> = branches.iter().map(held).collect();
            branches.join("; or ")
        }
    }
}

fn one_of(names: &[&str]) -> String {
    let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    WordList(&names, "or").to_string()
}
