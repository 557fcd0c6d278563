//! Declarations: what a deal may hold, of which type and within which limits.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use iso_currency::Currency;
use rust_decimal::Decimal;

use super::value::Value;
use crate::source::Place;

/// The words for types, in the order in which help shows them.
pub(crate) const TYPES: [&str; 11] =
    ["text", "integer", "number", "percent", "money", "date", "boolean", "email", "url", "list", "record"];

/// The type of a value.
#[derive(Clone, Debug)]
pub enum Type {
    /// Any text.
    Text,
    /// A whole number.
    Integer,
    /// A decimal number.
    Number,
    /// A share of 1, written `0.25` or `25%`.
    Percent,
    /// An amount with its currency.
    Money,
    /// A day, written `2026-11-23`.
    Date,
    /// `true` or `false`.
    Boolean,
    /// An e-mail address.
    Email,
    /// An `http`, `https` or `mailto` address.
    Url,
    /// Values of one shape.
    List(Box<Shape>),
    /// Named values; keys that are not declared are findings.
    Record(Vec<Field>),
    /// Values of one shape by keys that are free: `done`, `waivers`.
    Entries(Box<Shape>),
    /// Values by the names of the deal's own keys, each of that key's type: `of` in `done`.
    Covered,
}

/// A type with its limits.
#[derive(Clone, Debug)]
pub struct Shape {
    /// The type.
    pub kind: Type,
    /// Must be there and not empty.
    pub required: bool,
    /// One of these, when there are any.
    pub choices: Vec<Value<'static>>,
    /// Not below this.
    pub min: Option<Value<'static>>,
    /// Not above this.
    pub max: Option<Value<'static>>,
    /// A text must contain a match of this.
    pub pattern: Option<regex::Regex>,
    /// A list has at least so many items.
    pub min_items: Option<usize>,
    /// A list has at most so many items.
    pub max_items: Option<usize>,
    /// What expressions and reports see when it is absent.
    pub default: Option<Value<'static>>,
    /// The key that a bare value stands for where a record is expected: a date in `done` is `{date: …}`.
    pub shorthand: Option<&'static str>,
}

impl Shape {
    /// A type without limits.
    pub fn of(kind: Type) -> Self {
        Self {
            kind,
            required: false,
            choices: Vec::new(),
            min: None,
            max: None,
            pattern: None,
            min_items: None,
            max_items: None,
            default: None,
            shorthand: None,
        }
    }

    /// Whether two values of this shape say the same, where what is absent is there by its default.
    pub fn says_same(&self, one: Option<&Value<'_>>, other: Option<&Value<'_>>) -> bool {
        let default = self.default.as_ref();
        let (Some(one), Some(other)) = (one.or(default), other.or(default)) else {
            return one.is_none() && other.is_none();
        };
        match (&self.kind, one, other) {
            (Type::Record(fields), Value::Record(one), Value::Record(other)) => fields.iter().all(|field| {
                let [one, other] = [one, other].map(|of| of.get(&field.name).map(|found| &found.value));
                field.shape.says_same(one, other)
            }),
            (Type::List(item), Value::List(one), Value::List(other)) => {
                let mut pairs = one.iter().zip(other);
                one.len() == other.len()
                    && pairs.all(|(one, other)| item.says_same(Some(&one.value), Some(&other.value)))
            }
            _ => one.same(other),
        }
    }
}

/// A named declaration.
#[derive(Clone, Debug)]
pub struct Field {
    /// The key.
    pub name: Cow<'static, str>,
    /// Type and limits.
    pub shape: Shape,
    /// Where it is declared; `None` for the core keys.
    pub place: Option<Place>,
}

/// Everything a deal of one workflow may hold: the core keys, then the workflow's own fields.
#[derive(Clone, Debug)]
pub struct Schema {
    /// The declarations, core keys first.
    pub fields: Arc<[Field]>,
    /// What a bare amount is in; `None` makes it `missing-currency`.
    pub currency: Option<Currency>,
    /// The ids of the workflow's requirements, in order: the keys of `done` and `waivers`.
    pub requirements: Vec<Arc<str>>,
}

impl Schema {
    /// The declaration of a key.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// Whether there is a requirement of an id.
    pub fn has_requirement(&self, id: &str) -> bool {
        self.requirements.binary_search_by(|known| known.as_ref().cmp(id)).is_ok()
    }

    /// The core keys followed by a workflow's own.
    pub fn new(own: Vec<Field>, currency: Option<Currency>) -> Self {
        Self { fields: core_keys().into_iter().chain(own).collect(), currency, requirements: Vec::new() }
    }

    /// The declaration that a dotted path leads to, through records and the items of lists.
    pub fn at_path<'a>(&'a self, path: &str) -> Option<&'a Shape> {
        let mut parts = path.split('.');
        let mut shape = &self.field(parts.next()?)?.shape;
        for part in parts {
            shape = shape.member(part)?;
        }
        Some(shape)
    }
}

impl Shape {
    /// Whether it has any limit beside its type.
    pub fn is_limited(&self) -> bool {
        !self.choices.is_empty()
            || self.min.is_some()
            || self.max.is_some()
            || self.pattern.is_some()
            || self.min_items.is_some()
            || self.max_items.is_some()
    }

    /// The declaration of a key inside this shape: of a record, of a list's items, or of free entries.
    pub fn member(&self, key: &str) -> Option<&Self> {
        match &self.kind {
            Type::Record(fields) => fields.iter().find(|field| field.name == key).map(|field| &field.shape),
            Type::List(item) => item.member(key),
            Type::Entries(entry) => Some(entry),
            _ => None,
        }
    }

    /// The keys that may stand inside this shape.
    pub fn members(&self) -> Vec<&str> {
        match &self.kind {
            Type::Record(fields) => fields.iter().map(|field| field.name.as_ref()).collect(),
            Type::List(item) => item.members(),
            _ => Vec::new(),
        }
    }
}

impl Type {
    /// The word for it in a workflow's `type`, and in messages.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Percent => "percent",
            Self::Money => "money",
            Self::Date => "date",
            Self::Boolean => "boolean",
            Self::Email => "email",
            Self::Url => "url",
            Self::List(_) => "list",
            Self::Record(_) | Self::Entries(_) | Self::Covered => "record",
        }
    }
}

/// What each of the core keys is for.
pub(crate) const CORE_MEANINGS: &[(&str, &str)] = &[
    ("name", "what people call the deal"),
    ("stage", "where the deal stands"),
    ("workflow", "the workflow it follows, where its folder does not say"),
    ("customer", "who buys"),
    ("owner", "the e-mail address of whoever is responsible"),
    ("amount", "what it is worth, such as `120000 EUR`"),
    ("probability", "how likely it is won, before what its stage says"),
    ("category", "its forecast category, before what its stage says"),
    ("close_date", "the day by which it is expected to close"),
    ("opened", "the day it was opened"),
    ("completed", "the day on which everything was done, after the last stage too"),
    ("source", "where it came from"),
    ("next_step", "what happens next, when, and by whom"),
    ("tags", "words to find it by"),
    ("notes", "anything else"),
    ("done", "what is done: a requirement's id, and the day or `{date, by, evidence, note, of}`"),
    ("waivers", "what is lifted: a requirement's id, and `{reason, by, date, until}`, all four"),
    ("origin", "the record of another system that it was imported from: `{system, id}`"),
    ("on_hold", "from when until when nothing is expected to happen, and why"),
    ("outcome", "how it ended; without it the deal is open"),
    ("history", "what git does not know: what became true on a day"),
];
impl Type {
    /// A value of this type as a message shows it: a share as a percentage.
    pub fn show(&self, value: &Value<'_>) -> String {
        match (self, value) {
            (Self::Percent, Value::Number(share)) => {
                let percent = share.checked_mul(Decimal::ONE_HUNDRED).unwrap_or(*share);
                format!("{}%", percent.normalize())
            }
            _ => value.to_string(),
        }
    }
}

impl fmt::Display for Type {
    /// As a message says it: `an amount`, `a list`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "a text",
            Self::Integer => "a whole number",
            Self::Number => "a number",
            Self::Percent => "a percentage",
            Self::Money => "an amount",
            Self::Date => "a date",
            Self::Boolean => "`true` or `false`",
            Self::Email => "an e-mail address",
            Self::Url => "a web address",
            Self::List(_) => "a list",
            Self::Record(_) | Self::Entries(_) | Self::Covered => "a record of keys and values",
        })
    }
}

/// The keys that every deal may have, whatever its workflow.
pub(crate) fn core_keys() -> Vec<Field> {
    use Type::{Entries, List};

    let entries = |shape: Shape| Shape::of(Entries(Box::new(shape)));
    let list = |shape: Shape| Shape::of(List(Box::new(shape)));

    named(vec![
        ("name", required(text())),
        ("stage", required(text())),
        ("workflow", text()),
        ("customer", text()),
        ("owner", email()),
        ("amount", amount()),
        ("probability", share()),
        ("category", choice(&crate::deal::record::CATEGORIES)),
        ("close_date", date()),
        ("opened", date()),
        ("completed", date()),
        ("source", text()),
        ("next_step", record(vec![("what", text()), ("date", date()), ("by", email())])),
        ("tags", list(text())),
        ("notes", text()),
        ("done", entries(done())),
        ("waivers", entries(waiver())),
        ("origin", record(vec![("system", required(text())), ("id", required(text()))])),
        ("on_hold", record(vec![("from", date()), ("until", date()), ("reason", text())])),
        (
            "outcome",
            record(vec![
                ("result", required(choice(&["won", "lost", "disqualified"]))),
                ("date", date()),
                ("reason", text()),
                ("competitor", text()),
                ("note", text()),
            ]),
        ),
        ("history", list(change())),
    ])
}

/// An entry of `done`.
fn done() -> Shape {
    let of = Shape::of(Type::Covered);
    let entry = [("date", date()), ("by", email()), ("evidence", text()), ("note", text()), ("of", of)];
    Shape { shorthand: Some("date"), ..record(entry.into()) }
}

/// An entry of `waivers`.
fn waiver() -> Shape {
    record(vec![("reason", text()), ("by", email()), ("date", date()), ("until", date())])
}

/// An entry of `history`.
fn change() -> Shape {
    record(vec![
        ("date", required(date())),
        ("stage", text()),
        ("outcome", choice(&["open", "won", "lost", "disqualified"])),
        ("amount", amount()),
        ("close_date", date()),
        ("owner", email()),
        ("reason", text()),
        ("by", email()),
    ])
}

fn text() -> Shape {
    Shape::of(Type::Text)
}

fn date() -> Shape {
    Shape::of(Type::Date)
}

fn email() -> Shape {
    Shape::of(Type::Email)
}

fn amount() -> Shape {
    Shape { min: Some(Value::Number(Decimal::ZERO)), ..Shape::of(Type::Money) }
}

fn share() -> Shape {
    let [min, max] = [Decimal::ZERO, Decimal::ONE].map(|limit| Some(Value::Number(limit)));
    Shape { min, max, ..Shape::of(Type::Percent) }
}

fn choice(names: &[&'static str]) -> Shape {
    Shape { choices: names.iter().map(|name| Value::Text(Cow::Borrowed(*name))).collect(), ..text() }
}

fn required(shape: Shape) -> Shape {
    Shape { required: true, ..shape }
}

fn record(fields: Vec<(&'static str, Shape)>) -> Shape {
    Shape::of(Type::Record(named(fields)))
}

fn named(fields: Vec<(&'static str, Shape)>) -> Vec<Field> {
    fields.into_iter().map(|(name, shape)| Field { name: Cow::Borrowed(name), shape, place: None }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_core_key_is_explained_in_order() {
        let told: Vec<_> = CORE_MEANINGS.iter().map(|(name, _)| *name).collect();
        let keys = core_keys();
        assert_eq!(told, keys.iter().map(|field| field.name.as_ref()).collect::<Vec<_>>());
    }
}
