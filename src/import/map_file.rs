//! Reads a map from its TOML.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;

use super::map::{
    CurrencyRule, DropRule, IdRule, ImportMap, OutcomeRule, PipelineRule, PipelineTarget, ShareUnit,
    ValueRule,
};
use crate::finding::wording::quote;
use crate::finding::{Code, FindingsBuilder};
use crate::import::cell::DayOrder;
use crate::syntax::reader::{ExpectedValue, Key, Table, list, text};
use crate::syntax::{Node, Style};

const TEXTS: ExpectedValue =
    ExpectedValue::Either(&[ExpectedValue::Text, ExpectedValue::List(&ExpectedValue::Text)]);

const fn key(name: &'static str, means: &'static str) -> Key {
    Key::new(name, means, ExpectedValue::Anything)
}

const VALUE_KEYS: &[Key] = &[
    Key::new("column", "the column, or the names that it may have", TEXTS),
    key("value", "the same for all deals"),
    key("values", "what cells are replaced by"),
    key("order", "of days: ymd, dmy, mdy or serial"),
    key("zone", "the time zone of moments with an offset"),
    key("decimal", "the decimal mark: . or ,"),
    key("unit", "of shares: share or percent"),
    key("separator", "what parts the items of a list"),
    key("currency", "a code, or its column"),
];
const ID_KEYS: &[Key] = &[
    Key::new("column", "the column, or the names that it may have", TEXTS),
    key("columns", "columns that are unique together"),
    key("form", "salesforce: 15 characters become 18"),
];
const DROP_KEYS: &[Key] = &[key("column", "the column"), key("values", "the values of rows to leave out")];
const PIPELINE_KEYS: &[Key] = &[key("column", "the column"), key("values", "what becomes of each")];
const TARGET_KEYS: &[Key] = &[
    key("workflow", "the workflow of its deals"),
    key("into", "their folder, below that of the deals"),
    key("stages", "its stages by their labels"),
];
const OUTCOME_KEYS: &[Key] = &[
    key("column", "the column"),
    key("won", "its values when a deal is won"),
    key("lost", "its values when a deal is lost"),
    key("disqualified", "its values when it was no deal"),
    key("reason", "why"),
    key("date", "when"),
];

/// Reads a map; what is wrong with it is complained of.
pub(crate) fn read(root: &Node<'_>, complaints: &mut FindingsBuilder) -> ImportMap {
    let mut map = ImportMap::default();
    let Some(table) = Table::free(root, "a map", complaints) else { return map };
    if let Some(system) = table.text("system", complaints) {
        system.value.clone_into(&mut map.system);
    } else if table.get("system").is_none() {
        let help = "write `system = \"…\"`, a name for where the deals come from".to_owned();
        complaints.push(Code::MissingKey, root.span, "a map needs `system`", Some(help));
    }
    for entry in table.entries() {
        let node = &entry.value;
        match entry.key.value.as_ref() {
            "system" => {}
            "id" => map.id = id(node, complaints),
            "nulls" => map.nulls = texts(node, "nulls", complaints),
            "drop" => map.drop = drop_rule(node, complaints),
            "pipelines" => map.pipelines = pipelines(node, complaints),
            "outcome" => map.outcome = outcome(node, complaints),
            "merged" => map.merged = value(node, "merged", complaints),
            name => keys(name, node, &mut map.keys, complaints),
        }
    }
    if map.id.columns.is_empty() && table.get("id").is_none() {
        let help =
            "write `id = \"…\"`, the column with the record's own id, or `id = { columns = [\"…\", \"…\"] }`";
        complaints.push(Code::MissingKey, root.span, "a map needs `id`", Some(help.to_owned()));
    }
    map
}

/// A text, or several.
fn texts(node: &Node<'_>, what: &str, complaints: &mut FindingsBuilder) -> Vec<String> {
    if node.as_list().is_none() {
        return text(node, what, complaints).map(|found| found.value.to_owned()).into_iter().collect();
    }
    let items = list(node, what, complaints).unwrap_or_default();
    items.iter().filter_map(|item| text(item, what, complaints)).map(|found| found.value.to_owned()).collect()
}

fn texts_of(table: &Table<'_, '_>, key: &str, complaints: &mut FindingsBuilder) -> Vec<String> {
    table.get(key).map(|node| texts(node, key, complaints)).unwrap_or_default()
}

fn id(node: &Node<'_>, complaints: &mut FindingsBuilder) -> IdRule {
    if node.as_map().is_none() {
        let columns = texts(node, "id", complaints);
        return IdRule {
            columns: columns.into_iter().map(|name| vec![name]).collect(),
            is_salesforce: false,
        };
    }
    let Some(table) = Table::open(node, "`id`", ID_KEYS, complaints) else { return IdRule::default() };
    let mut columns: Vec<_> =
        texts_of(&table, "column", complaints).into_iter().map(|name| vec![name]).collect();
    let together = texts_of(&table, "columns", complaints);
    columns.extend((!together.is_empty()).then_some(together));
    let form = table.choice("form", &["text", "salesforce"], complaints);
    IdRule { columns, is_salesforce: form.is_some_and(|form| form.value == "salesforce") }
}

fn drop_rule(node: &Node<'_>, complaints: &mut FindingsBuilder) -> Option<DropRule> {
    let table = Table::open(node, "`drop`", DROP_KEYS, complaints)?;
    Some(DropRule {
        columns: texts_of(&table, "column", complaints),
        values: texts_of(&table, "values", complaints),
    })
}

/// Texts by texts.
fn replacements(node: &Node<'_>, what: &str, complaints: &mut FindingsBuilder) -> BTreeMap<String, String> {
    let Some(table) = Table::free(node, what, complaints) else { return BTreeMap::new() };
    let entries = table.entries().iter();
    entries
        .filter_map(|entry| {
            let found = text(&entry.value, &entry.key.value, complaints)?;
            Some((entry.key.value.trim().to_owned(), found.value.to_owned()))
        })
        .collect()
}

fn pipelines(node: &Node<'_>, complaints: &mut FindingsBuilder) -> Option<PipelineRule> {
    let table = Table::open(node, "`pipelines`", PIPELINE_KEYS, complaints)?;
    let columns = texts_of(&table, "column", complaints);
    let mut values = BTreeMap::new();
    let targets = table.get("values").and_then(|node| Table::free(node, "values", complaints));
    for entry in targets.iter().flat_map(Table::entries) {
        let target = if entry.value.as_scalar().is_some() {
            let workflow = text(&entry.value, &entry.key.value, complaints);
            PipelineTarget { workflow: workflow.map(|it| it.value.to_owned()), ..PipelineTarget::default() }
        } else {
            let what = format!("the pipeline {}", quote(&entry.key.value));
            let Some(table) = Table::open(&entry.value, &what, TARGET_KEYS, complaints) else { continue };
            let own =
                |key: &str, complaints: &mut _| table.text(key, complaints).map(|it| it.value.to_owned());
            PipelineTarget {
                workflow: own("workflow", complaints),
                into: own("into", complaints),
                stages: table
                    .get("stages")
                    .map(|node| replacements(node, "stages", complaints))
                    .unwrap_or_default(),
            }
        };
        values.insert(entry.key.value.trim().to_owned(), target);
    }
    Some(PipelineRule { columns, values })
}

fn outcome(node: &Node<'_>, complaints: &mut FindingsBuilder) -> Option<OutcomeRule> {
    let table = Table::open(node, "`outcome`", OUTCOME_KEYS, complaints)?;
    Some(OutcomeRule {
        columns: texts_of(&table, "column", complaints),
        won: texts_of(&table, "won", complaints),
        lost: texts_of(&table, "lost", complaints),
        disqualified: texts_of(&table, "disqualified", complaints),
        reason: table.get("reason").and_then(|node| value(node, "reason", complaints)),
        date: table.get("date").and_then(|node| value(node, "date", complaints)),
    })
}

/// The rule of a key, or those of the keys below it.
fn keys(
    name: &str,
    node: &Node<'_>,
    found: &mut BTreeMap<String, ValueRule>,
    complaints: &mut FindingsBuilder,
) {
    let is_rule = |node: &Node<'_>| node.get("column").is_some() || node.get("value").is_some();
    match node.as_map() {
        Some(entries) if !is_rule(node) => {
            for entry in entries {
                keys(&format!("{name}.{}", entry.key.value), &entry.value, found, complaints);
            }
        }
        _ => found.extend(value(node, name, complaints).map(|rule| (name.to_owned(), rule))),
    }
}

fn value(node: &Node<'_>, name: &str, complaints: &mut FindingsBuilder) -> Option<ValueRule> {
    if node.as_map().is_none() {
        return Some(ValueRule { columns: texts(node, name, complaints), ..ValueRule::default() });
    }
    let table = Table::open(node, &format!("`{name}`"), VALUE_KEYS, complaints)?;
    let mut rule = ValueRule {
        columns: texts_of(&table, "column", complaints),
        constant: table.text("value", complaints).map(|it| it.value.to_owned()),
        separator: table.text("separator", complaints).map(|it| it.value.to_owned()),
        ..ValueRule::default()
    };
    if let Some(node) = table.get("values") {
        rule.values = replacements(node, "values", complaints);
    }
    let order = table.choice("order", &["ymd", "dmy", "mdy", "serial"], complaints);
    rule.order = order.and_then(|order| DayOrder::ALL.into_iter().find(|known| known.name() == order.value));
    let mark = table.choice("decimal", &[".", ","], complaints);
    rule.mark = mark.and_then(|mark| mark.value.chars().next());
    let unit = table.choice("unit", &["share", "percent"], complaints);
    rule.unit = unit.map(|unit| if unit.value == "share" { ShareUnit::Share } else { ShareUnit::Percent });
    if let Some(zone) = table.text("zone", complaints) {
        rule.zone = TimeZone::get(zone.value).ok();
        if rule.zone.is_none() {
            let help = Some("write a name such as `Europe/Berlin`, or `UTC`".to_owned());
            let message = format!("there is no time zone {}", quote(zone.value));
            complaints.push(Code::NotAllowed, zone.span, message, help);
        }
    }
    rule.currency = table.get("currency").map(|node| currency(node, complaints));
    Some(rule)
}

/// A code, or `{ column = … }`.
fn currency(node: &Node<'_>, complaints: &mut FindingsBuilder) -> CurrencyRule {
    match node.as_scalar() {
        Some(scalar) if scalar.style == Style::Quoted => CurrencyRule::Code(scalar.text.clone().into_owned()),
        _ => {
            let only = &VALUE_KEYS[..1];
            let table = Table::open(node, "`currency`", only, complaints);
            CurrencyRule::Column(
                table.map(|table| texts_of(&table, "column", complaints)).unwrap_or_default(),
            )
        }
    }
}
