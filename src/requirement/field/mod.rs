//! A field requirement: a value of the deal is there, and fits what stands beside it.

mod limit;
mod path;
mod pattern;

use std::fmt::Write as _;

use super::contract::{Case, Check, Demand, KindEntry, RequirementContext, Unmet};
use crate::deal::writing::{is_assigned, provide};
use crate::deal::{Field, Shape, Type, Value};
use crate::finding::wording::{Count, WordList, nearest};
use crate::finding::{Code, FindingsBuilder};
use crate::source::Spanned;
use crate::syntax::reader::{ExpectedValue, Key, Table};
use limit::{FieldLimit, read_limits};
use path::{known_member, read_filter, resolve_path};

pub(crate) use pattern::read_pattern;

pub(super) const KIND: KindEntry = KindEntry {
    name: "field",
    marker: Some("field"),
    keys: &[
        Key {
            name: "field",
            means: "the dotted path of the value that must be there",
            holds: ExpectedValue::Text,
        },
        Key {
            name: "where",
            means: "which items of the list count",
            holds: ExpectedValue::Entries(&ExpectedValue::Anything),
        },
        Key {
            name: "min-items",
            means: "how many items must count; 1 unless said otherwise",
            holds: ExpectedValue::Count,
        },
        Key {
            name: "each",
            means: "keys that every item that counts must have",
            holds: ExpectedValue::List(&ExpectedValue::Text),
        },
        Key { name: "equals", means: "the value it must have", holds: ExpectedValue::Anything },
        Key {
            name: "enum",
            means: "the values it may have",
            holds: ExpectedValue::List(&ExpectedValue::Anything),
        },
        Key { name: "min", means: "the least it may be", holds: ExpectedValue::Anything },
        Key { name: "max", means: "the most it may be", holds: ExpectedValue::Anything },
        Key {
            name: "pattern",
            means: "a regular expression that must match somewhere in it",
            holds: ExpectedValue::Text,
        },
        Key {
            name: "before",
            means: "the last day it may be: a date, `today` or another field",
            holds: ExpectedValue::Either(&[ExpectedValue::Date, ExpectedValue::Text]),
        },
        Key {
            name: "after",
            means: "the first day it may be: a date, `today` or another field",
            holds: ExpectedValue::Either(&[ExpectedValue::Date, ExpectedValue::Text]),
        },
    ],
    read: |table, setting, complaints| {
        FieldDemand::read(table, setting, complaints).map(|it| Box::new(it) as _)
    },
};

#[derive(Debug)]
struct FieldDemand {
    path: String,
    is_list: bool,
    /// Of the items of a list, those count in which each of these keys has one of its values.
    filter: Vec<(String, Vec<Value<'static>>)>,
    min_items: usize,
    each: Vec<String>,
    /// What is written of a record, or of an item of a list, so that it counts: `role: sponsor`, `name: …`.
    gaps: Vec<String>,
    limits: Vec<FieldLimit>,
    /// Shares are shown as percentages.
    percent: bool,
}

impl FieldDemand {
    fn read(
        table: &Table<'_, '_>,
        setting: &RequirementContext<'_>,
        complaints: &mut FindingsBuilder,
    ) -> Option<Self> {
        let path = table.text("field", complaints)?;
        let shape = resolve_path(path, setting, complaints)?;
        // What stands beside a list is about its items.
        let item = match &shape.kind {
            Type::List(item) => item,
            _ => shape,
        };
        let list_only = |key: &str, complaints: &mut FindingsBuilder| {
            if let Some(entry) = table.entry(key)
                && !matches!(shape.kind, Type::List(_))
            {
                let message = format!("`{key}` is for lists, and `{}` is {}", path.value, shape.kind);
                complaints.push(
                    Code::ConflictingKeys,
                    entry.key.span,
                    message,
                    Some(format!("take `{key}` away")),
                );
            }
        };
        for key in ["where", "min-items", "each"] {
            list_only(key, complaints);
        }
        let filter =
            table.get("where").map(|node| read_filter(node, item, setting, complaints)).unwrap_or_default();
        let each = table.texts("each", complaints).unwrap_or_default();
        for key in &each {
            known_member(*key, item, complaints);
        }
        Some(Self {
            path: path.value.to_owned(),
            is_list: matches!(shape.kind, Type::List(_)),
            gaps: gaps(item, &filter, &each.iter().map(|key| key.value).collect::<Vec<_>>()),
            filter,
            min_items: table.count("min-items", complaints).map_or(1, |count| count.value),
            each: each.iter().map(|key| key.value.to_owned()).collect(),
            limits: read_limits(table, item, setting, complaints),
            percent: matches!(item.kind, Type::Percent),
        })
    }

    /// The items of a list that count.
    fn counting<'v, 's>(
        &self,
        items: &'v [Spanned<Value<'s>>],
    ) -> impl Iterator<Item = &'v Spanned<Value<'s>>> {
        let fits = |item: &Spanned<Value<'s>>| {
            self.filter.iter().all(|(key, choices)| has_one_of(item, key, choices))
        };
        // An empty text is nothing, so it is no item either.
        items.iter().filter(move |item| !item.value.is_empty() && fits(item))
    }

    fn check_list(&self, found: &Spanned<Value<'_>>, case: &Case<'_>) -> Result<(), Unmet> {
        let all = found.value.as_list().unwrap_or_default();
        let counted = self.counting(all).count();
        if counted < self.min_items {
            let unmet = match counted {
                0 => match self.near_miss(all) {
                    Some(unmet) => return Err(unmet),
                    None => Unmet::missing(format!("`{}` has no {}", self.path, self.counted_item())),
                },
                few => {
                    Unmet::at(found.span, format!("`{}` has {few} of at least {}", self.path, self.needed()))
                }
            };
            return Err(unmet.help(self.how_to_add()).assignable(true));
        }
        for item in self.counting(all) {
            for key in &self.each {
                let value = item.value.as_record().and_then(|record| record.get(key));
                if value.is_none_or(|value| value.value.is_empty()) {
                    let reason = format!("an item of `{}` has no `{key}`", self.path);
                    let verb = if value.is_some() { "fill in" } else { "give this item" };
                    return Err(Unmet::at(item.span, reason).help(format!("{verb} `{key}: …`")));
                }
            }
            self.check_value(item, case)?;
        }
        Ok(())
    }

    /// An item that would count, were one of its words not misspelt.
    fn near_miss(&self, items: &[Spanned<Value<'_>>]) -> Option<Unmet> {
        let texts = |key: &str, item: &Spanned<Value<'_>>| {
            let value = item.value.as_record()?.get(key)?;
            Some((value.value.as_text()?.to_owned(), value.span))
        };
        let fits_beside = |key: &str, item: &Spanned<Value<'_>>| {
            let others = self.filter.iter().filter(|(other, _)| other != key);
            others.into_iter().all(|(other, choices)| has_one_of(item, other, choices))
        };
        for (key, choices) in &self.filter {
            let choices: Vec<&str> = choices.iter().filter_map(Value::as_text).collect();
            for (text, span) in
                items.iter().filter(|item| fits_beside(key, item)).filter_map(|item| texts(key, item))
            {
                if let Some(near) = nearest(&text, choices.iter().copied()).filter(|near| *near != text) {
                    let reason = format!("`{}` has no {}", self.path, self.counted_item());
                    return Some(Unmet::at(span, reason).help(format!("did you mean `{near}`?")));
                }
            }
        }
        None
    }

    fn check_value(&self, found: &Spanned<Value<'_>>, case: &Case<'_>) -> Result<(), Unmet> {
        for limit in &self.limits {
            if let Err(miss) = limit.check(&found.value, case, self.percent) {
                let unmet = Unmet::at(found.span, format!("`{}` {}", self.path, miss.reason));
                return Err(match miss.wanted {
                    Some(wanted) => unmet.help(format!("change `{}` to {wanted}", self.path)),
                    None => unmet,
                });
            }
        }
        Ok(())
    }

    fn counted_item(&self) -> String {
        match self.describe_filter() {
            Some(filter) => format!("item with {filter}"),
            None => "item".to_owned(),
        }
    }

    fn needed(&self) -> String {
        match self.describe_filter() {
            Some(filter) => format!("{} with {filter}", Count(self.min_items, "item")),
            None => Count(self.min_items, "item").to_string(),
        }
    }

    fn describe_filter(&self) -> Option<String> {
        let parts: Vec<_> = self
            .filter
            .iter()
            .map(|(key, choices)| {
                let choices: Vec<_> = choices.iter().map(|choice| format!("`{choice}`")).collect();
                format!("`{key}` {}", WordList(&choices, "or"))
            })
            .collect();
        (!parts.is_empty()).then(|| WordList(&parts, "and").to_string())
    }

    fn how_to_add(&self) -> String {
        let keys = &self.gaps;
        let list = match self.path.rsplit_once('.') {
            Some((record, list)) => format!("`{list}:` of `{record}`"),
            None => format!("`{}:`", self.path),
        };
        if keys.is_empty() {
            format!("add an item under {list}")
        } else {
            format!("add under {list} an item such as `- {{{}}}`", keys.join(", "))
        }
    }
}

/// The keys of a record that are asked for, by a filter, by name or by its declaration, and the first, which mostly says
/// what the record is about; where none is asked for, the first few.
fn gaps(item: &Shape, filter: &[(String, Vec<Value<'static>>)], each: &[&str]) -> Vec<String> {
    let Type::Record(fields) = &item.kind else { return Vec::new() };
    let chosen = |key: &str| filter.iter().find(|(known, _)| known == key)?.1.first().map(in_flow);
    let is_asked = |field: &Field| {
        field.shape.required || each.contains(&field.name.as_ref()) || chosen(&field.name).is_some()
    };
    let most = if fields.iter().any(is_asked) { 1 } else { MOST_GAPS };
    let written = fields.iter().enumerate().filter(|(index, field)| *index < most || is_asked(field));
    let key =
        |field: &Field| format!("{}: {}", field.name, chosen(&field.name).unwrap_or_else(|| "…".to_owned()));
    written.map(|(_, field)| key(field)).collect()
}

/// A value as it is written in a record on one line.
fn in_flow(value: &Value<'_>) -> String {
    let means_something = |c: char| c.is_control() || ",[]{}#:&*!|>'\"%@`?".contains(c);
    match value {
        Value::Text(text) if text.trim() != text || text.is_empty() || text.contains(means_something) => {
            serde_json::Value::from(text.as_ref()).to_string()
        }
        other => other.to_string(),
    }
}

/// Keys that are named of a record of which none is asked for.
const MOST_GAPS: usize = 3;

/// Whether a key of an item has one of a few values.
fn has_one_of(item: &Spanned<Value<'_>>, key: &str, choices: &[Value<'_>]) -> bool {
    let value = item.value.as_record().and_then(|record| record.get(key));
    value.is_some_and(|value| choices.iter().any(|choice| choice.same(&value.value)))
}

impl Demand for FieldDemand {
    fn kind(&self) -> &'static str {
        KIND.name
    }

    fn check(&self, case: &Case<'_>) -> Check {
        // A default is what expressions and reports see; it is not something that somebody wrote down.
        let written = case.deal.at_path(&self.path);
        let Some(found) = written.filter(|found| !found.value.is_empty()) else {
            if self.min_items == 0 {
                return Check::Met(None);
            }
            let help = if self.is_list { self.how_to_add() } else { provide(case.deal, &[&self.path]) };
            let empty = written.map(|empty| empty.span).or_else(|| case.deal.bare(&self.path));
            let unmet = match empty {
                Some(span) => Unmet::at(span, format!("`{}` is empty", self.path)),
                None => Unmet::missing(format!("the deal has no `{}`", self.path)),
            };
            return Check::Unmet(unmet.help(help).assignable(true));
        };
        let checked = match &found.value {
            Value::Unreadable => {
                Err(Unmet::unreadable(found.span, format!("`{}` cannot be read", self.path)))
            }
            Value::List(_) => self.check_list(found, case),
            _ => self.check_value(found, case).map_err(|unmet| {
                let is_wrong = unmet.help.is_some();
                unmet.assignable(is_wrong)
            }),
        };
        match checked {
            Ok(()) => Check::Met(Some(found.span)),
            Err(unmet) => Check::Unmet(unmet),
        }
    }

    fn uses_today(&self) -> bool {
        self.limits.iter().any(FieldLimit::uses_today)
    }

    fn compares(&self, name: &str) -> bool {
        self.path.split('.').next() == Some(name)
            && self.limits.iter().any(|limit| matches!(limit, FieldLimit::Min(_) | FieldLimit::Max(_)))
    }

    fn assignment(&self) -> Option<String> {
        let value =
            if self.gaps.is_empty() { "…".to_owned() } else { format!("{{{}}}", self.gaps.join(", ")) };
        let sign = if self.is_list { "+=" } else { "=" };
        is_assigned(&self.path).then(|| format!("{}{sign}{value}", self.path))
    }

    fn weighs(&self, name: &str) -> bool {
        self.path.split('.').next() == Some(name) && !(self.limits.is_empty() && self.filter.is_empty())
    }

    fn explain(&self) -> String {
        let mut said = match (self.min_items, self.describe_filter()) {
            (1, None) => format!("`{}` is there", self.path),
            _ => format!("`{}` has at least {}", self.path, self.needed()),
        };
        if !self.each.is_empty() {
            let keys: Vec<_> = self.each.iter().map(|key| format!("`{key}`")).collect();
            let _ = write!(said, ", each with {}", WordList(&keys, "and"));
        }
        for limit in &self.limits {
            let _ = write!(said, ", {}", limit.explain(self.percent));
        }
        said
    }
}
