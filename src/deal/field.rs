//! Declarations: what a deal may hold, of which type and within which limits.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use iso_currency::Currency;
use rust_decimal::Decimal;

use super::value::{Value, percent};
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
        Self { fields: core_fields().into_iter().chain(own).collect(), currency, requirements: Vec::new() }
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

impl Type {
    /// A value of this type as a message shows it: a share as a percentage.
    pub fn show(&self, value: &Value<'_>) -> String {
        match (self, value) {
            (Self::Percent, Value::Number(share)) => percent(*share),
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

/// A key that every deal may have: its name, what it is for, and the shape of its value.
type CoreKey = (&'static str, &'static str, fn() -> Shape);

/// The keys that every deal may have, whatever its workflow.
pub(crate) const CORE_KEYS: &[CoreKey] = &[
    ("name", "what people call the deal", || required(text())),
    ("stage", "where the deal stands", || required(text())),
    ("workflow", "the workflow it follows, where its folder does not say", || text()),
    ("customer", "who buys", || text()),
    ("owner", "the e-mail address of whoever is responsible", || email()),
    ("amount", "what it is worth, such as `120000 EUR`", || amount()),
    ("probability", "how likely it is won, before what its stage says", || share()),
    ("category", "its forecast category, before what its stage says", || {
        choice(&crate::deal::record::CATEGORIES)
    }),
    ("close_date", "the day by which it is expected to close", || date()),
    ("opened", "the day it was opened", || date()),
    ("completed", "the day on which everything was done, after the last stage too", || date()),
    ("source", "where it came from", || text()),
    ("next_step", "what happens next, when, and by whom", || {
        record(vec![("what", text()), ("date", date()), ("by", email())])
    }),
    ("tags", "words to find it by", || list(text())),
    ("notes", "anything else", || text()),
    ("done", "what is done: a requirement's id, and the day or `{date, by, evidence, note, of}`", || {
        entries(done())
    }),
    ("waivers", "what is lifted: a requirement's id, and `{reason, by, date, until}`, all four", || {
        entries(waiver())
    }),
    ("origin", "the record of another system that it was imported from: `{system, id}`", || {
        record(vec![("system", required(text())), ("id", required(text()))])
    }),
    ("on_hold", "from when until when nothing is expected to happen, and why", || {
        record(vec![("from", date()), ("until", date()), ("reason", text())])
    }),
    ("outcome", "how it ended; without it the deal is open", || outcome()),
    ("history", "what git does not know: what became true on a day", || list(change())),
];

/// Their declarations.
pub(crate) fn core_fields() -> Vec<Field> {
    named(CORE_KEYS.iter().map(|(name, _, shape)| (*name, shape())).collect())
}

fn entries(shape: Shape) -> Shape {
    Shape::of(Type::Entries(Box::new(shape)))
}

fn list(shape: Shape) -> Shape {
    Shape::of(Type::List(Box::new(shape)))
}

/// How a deal ended.
fn outcome() -> Shape {
    record(vec![
        ("result", required(choice(&["won", "lost", "disqualified"]))),
        ("date", date()),
        ("reason", text()),
        ("competitor", text()),
        ("note", text()),
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
