//! Reads a tree by declarations into values: types, unknown and missing keys, each fault with its place.

mod comment;
mod context;
mod limits;
mod misplaced;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use rust_decimal::Decimal;

pub(crate) use limits::compare;

use super::currency;
use super::currency::Money;
use super::field::{Field, Shape, Type};
use super::record::Deal;
use super::value::{FieldValue, Record, Value};
use crate::finding::wording::{WordList, quote, suggest};
use crate::finding::{Code, Finding, FindingsBuilder, Fix, Rewrite};
use crate::source::{Span, Spanned};
use crate::syntax::reader::wrong_type;
use crate::syntax::{Entry, Kind, Node, Scalar, Style, scalar};
pub(crate) use context::DealReadContext;
use misplaced::{is_mistyped_item, strays};

/// Reads a deal. Every fault is complained of; what could be read is in the deal all the same.
pub(crate) fn read<'s>(
    id: Arc<str>,
    root: Node<'s>,
    reading: DealReadContext<'_>,
    complaints: &mut FindingsBuilder,
) -> Deal<'s> {
    let span = root.span;
    let mut bare = Vec::new();
    bare_keys(&root, None, &mut bare);
    let values = match root.kind {
        Kind::Map(_) => reading.record(root, &reading.schema.fields, "a deal", complaints),
        _ if root.is_absent() => {
            let help = "write at least `name:` and `stage:`, or remove the file".to_owned();
            complaints.push(Code::MissingKey, span, "the file holds no deal", Some(help));
            Record::default()
        }
        _ => {
            let message = format!("a deal is made of keys and values, not {}", root.describe());
            let help = "write one `key: value` a line, such as `name: Rollout of line 4`".to_owned();
            complaints.push(Code::WrongType, span, message, Some(help));
            Record::default()
        }
    };
    let mut deal = Deal::new(id, values, span);
    deal.bare = bare;
    deal
}

/// Keys without a value, in the deal and in the records it holds.
fn bare_keys(node: &Node<'_>, above: Option<&Above<'_>>, found: &mut Vec<Spanned<Box<str>>>) {
    for entry in node.as_map().unwrap_or_default() {
        let path = Above { key: &entry.key.value, above };
        if matches!(entry.value.kind, Kind::Map(_)) {
            bare_keys(&entry.value, Some(&path), found);
        } else if entry.value.is_absent() {
            found.push(Spanned::new(path.to_string().into(), entry.key.span));
        }
    }
}

/// A key and the records it is in.
struct Above<'a> {
    key: &'a str,
    above: Option<&'a Above<'a>>,
}

impl fmt::Display for Above<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(above) = self.above {
            write!(f, "{above}.")?;
        }
        f.write_str(self.key)
    }
}

/// Reads one value by its declaration: for defaults, choices and limits in a workflow.
pub(crate) fn read_value<'s>(
    node: Node<'s>,
    shape: &Shape,
    what: &str,
    reading: DealReadContext<'_>,
    complaints: &mut FindingsBuilder,
) -> Option<Spanned<Value<'s>>> {
    reading.value(node, shape, what, complaints)
}

impl DealReadContext<'_> {
    /// `None` where there is nothing; [`Value::Unreadable`] where there is something that does not fit.
    fn value<'s>(
        self,
        node: Node<'s>,
        shape: &Shape,
        what: &str,
        complaints: &mut FindingsBuilder,
    ) -> Option<Spanned<Value<'s>>> {
        if matches!(shape.kind, Type::Text)
            && shape.choices.is_empty()
            && !matches!(what, "stage" | "workflow")
        {
            comment::cut_short(&node, complaints);
        }
        if node.is_absent() {
            return None;
        }
        let span = node.span;
        let before = complaints.count();
        let value = match (&shape.kind, &node.kind) {
            (Type::List(item), Kind::List(_)) => Value::List(self.items(node, item, what, complaints)),
            (Type::Record(fields), Kind::Map(_)) => {
                Value::Record(self.record(node, fields, what, complaints))
            }
            (Type::Record(fields), Kind::Scalar(_)) if let Some(key) = shape.shorthand => {
                Value::Record(self.shorthand(node, key, fields, what, complaints))
            }
            (Type::Entries(entry), Kind::Map(_)) => Value::Record(self.entries(node, entry, complaints)),
            (Type::Covered, Kind::Map(_)) => Value::Record(self.covered(node, complaints)),
            (Type::Money, Kind::Map(_)) => self.money_record(&node, what, complaints),
            (Type::List(_) | Type::Record(_) | Type::Entries(_) | Type::Covered, _)
            | (_, Kind::List(_) | Kind::Map(_)) => {
                self.mistyped(&node, &shape.kind, what, complaints);
                Value::Unreadable
            }
            (kind, Kind::Scalar(_)) => {
                let Kind::Scalar(scalar) = node.kind else { return None };
                self.scalar(scalar, span, kind, what, complaints)
            }
        };
        if shape.is_limited() && complaints.count() == before {
            self.limits(&value, span, shape, what, complaints);
        }
        Some(Spanned::new(value, span))
    }

    fn record<'s>(
        self,
        mut node: Node<'s>,
        fields: &[Field],
        what: &str,
        complaints: &mut FindingsBuilder,
    ) -> Record<'s> {
        let span = node.span;
        let shape = |key: &str| fields.iter().find(|field| field.name == key).map(|field| &field.shape);
        strays(&mut node, |key| shape(key).is_some(), shape, complaints);
        let Kind::Map(entries) = node.kind else { return Record::default() };
        // Keys that must have a value and stand there without one.
        let mut empty = Vec::new();
        let mut next = 0;
        let read = |entry: Entry<'s>| {
            // Keys mostly come in the order in which they are declared, so the next ones are tried first.
            let position = |fields: &[Field]| fields.iter().position(|field| field.name == entry.key.value);
            let after = position(&fields[next..]).map(|found| next + found);
            let Some(found) = after.or_else(|| position(&fields[..next])) else {
                unknown_key(&entry.key, fields, what, complaints);
                return None;
            };
            next = found + 1;
            let field = &fields[found];
            let value = self.value(entry.value, &field.shape, &field.name, complaints);
            if value.is_none() && field.shape.required {
                empty.push(entry.key);
                return None;
            }
            Some(FieldValue { key: entry.key, value: value? })
        };
        let record = Record(entries.into_iter().filter_map(read).collect());
        for field in fields.iter().filter(|field| field.shape.required) {
            let found = record.slot(&field.name);
            if found.is_none_or(|slot| slot.value.value.is_empty()) {
                let bare = empty.iter().find(|key| key.value == field.name);
                let key = found.map(|slot| slot.key.span).or(bare.map(|key| key.span));
                let verb = if key.is_some() { "fill in" } else { "add" };
                let place = key.unwrap_or_else(|| span.at_start());
                let finding =
                    Finding::new(Code::MissingKey, format!("{} needs `{}`", titled(what), field.name))
                        .help(format!("{verb} `{}: …`{}", field.name, hint(&field.shape)))
                        .related(field.place.clone(), "declared here");
                complaints.add(place, finding);
            }
        }
        record
    }

    /// A bare value where a record is expected stands for one of its keys.
    fn shorthand<'s>(
        self,
        node: Node<'s>,
        key: &'static str,
        fields: &[Field],
        what: &str,
        complaints: &mut FindingsBuilder,
    ) -> Record<'s> {
        let span = node.span;
        let shape = fields.iter().find(|field| field.name == key).map(|field| &field.shape);
        let value = shape.and_then(|shape| self.value(node, shape, what, complaints));
        Record(
            value
                .into_iter()
                .map(|value| FieldValue { key: Spanned::new(Cow::Borrowed(key), span), value })
                .collect(),
        )
    }

    fn items<'s>(
        self,
        node: Node<'s>,
        shape: &Shape,
        what: &str,
        complaints: &mut FindingsBuilder,
    ) -> Vec<Spanned<Value<'s>>> {
        let Kind::List(items) = node.kind else { return Vec::new() };
        let item = |item: Node<'s>| {
            if is_mistyped_item(&item, shape, what, complaints) {
                return Some(Spanned::new(Value::Unreadable, item.span));
            }
            self.value(item, shape, what, complaints)
        };
        items.into_iter().filter_map(item).collect()
    }

    /// Free keys, each with a value of the same shape.
    fn entries<'s>(self, mut node: Node<'s>, shape: &Shape, complaints: &mut FindingsBuilder) -> Record<'s> {
        let known = |key: &str| self.schema.has_requirement(key);
        let strays = strays(&mut node, known, |_| Some(shape), complaints);
        let Kind::Map(entries) = node.kind else { return Record::default() };
        let read = |entry: Entry<'s>| {
            let value = if strays.contains(&entry.key.span) {
                Spanned::new(Value::Unreadable, entry.key.span)
            } else {
                self.value(entry.value, shape, &entry.key.value, complaints)?
            };
            Some(FieldValue { key: entry.key, value })
        };
        Record(entries.into_iter().filter_map(read).collect())
    }

    /// Keys of the deal itself, each with a value of that key's type: what an approval was given for.
    fn covered<'s>(self, node: Node<'s>, complaints: &mut FindingsBuilder) -> Record<'s> {
        let Kind::Map(entries) = node.kind else { return Record::default() };
        let read = |entry: Entry<'s>| {
            let Some(field) = self.schema.field(&entry.key.value) else {
                unknown_key(&entry.key, &self.schema.fields, "`of`", complaints);
                return None;
            };
            let unlimited = Shape::of(field.shape.kind.clone());
            let value = self.value(entry.value, &unlimited, &field.name, complaints)?;
            Some(FieldValue { key: entry.key, value })
        };
        Record(entries.into_iter().filter_map(read).collect())
    }

    /// `{value: 120000, currency: EUR}`.
    fn money_record(self, node: &Node<'_>, what: &str, complaints: &mut FindingsBuilder) -> Value<'static> {
        let entries = node.as_map().unwrap_or_default();
        let before = complaints.count();
        for entry in entries.iter().filter(|entry| !matches!(entry.key.value.as_ref(), "value" | "currency"))
        {
            let message = format!("`{what}` has no key {}", quote(&entry.key.value));
            let help = suggest(&entry.key.value, ["value", "currency"]);
            complaints.push(Code::UnknownKey, entry.key.span, message, help);
        }
        for key in ["value", "currency"] {
            if let Some(node) = node.get(key).filter(|node| node.as_scalar().is_none()) {
                let kind = if key == "value" { "a number" } else { "a currency, such as `EUR`" };
                wrong_type(node, key, kind, complaints);
                return Value::Unreadable;
            }
        }
        let part = |key: &str| node.get(key).filter(|node| !node.is_absent());
        let text =
            |node: &Node<'_>| node.as_scalar().map(|scalar| scalar.text.to_string()).unwrap_or_default();
        let mut unit = self.schema.currency;
        if let Some(node) = part("currency") {
            match currency::currency(&text(node)) {
                Ok(currency) => unit = Some(currency),
                Err(misfit) => misfits(node.span, "currency", &text(node), misfit, complaints),
            }
        }
        let Some(value) = part("value") else {
            let help = Some("write `{value: 120000, currency: EUR}` or `120000 EUR`".to_owned());
            complaints.push(Code::MissingKey, node.span, format!("`{what}` needs `value`"), help);
            return Value::Unreadable;
        };
        match currency::amount(&text(value), unit) {
            Ok(amount) if complaints.count() == before => {
                Self::money(Money { amount, currency: unit }, value.span, what, complaints)
            }
            Ok(_) => Value::Unreadable,
            Err(misfit) => {
                misfits(value.span, what, &text(value), misfit, complaints);
                Value::Unreadable
            }
        }
    }

    fn money(money: Money, span: Span, what: &str, complaints: &mut FindingsBuilder) -> Value<'static> {
        if money.currency.is_none() {
            let message = format!("`{what}`: {} has no currency", quote(&money.amount.to_string()));
            let help = format!(
                "write the currency's code behind it, such as `{} EUR`, or set `currency` in the workflow or in \
                 dealgate.toml",
                money.amount
            );
            complaints.push(Code::MissingCurrency, span, message, Some(help));
        }
        Value::Money(money)
    }

    fn scalar<'s>(
        self,
        scalar: Scalar<'s>,
        span: Span,
        kind: &Type,
        what: &str,
        complaints: &mut FindingsBuilder,
    ) -> Value<'s> {
        let digits = scalar.digits();
        let text = &scalar.text;
        let read = match kind {
            Type::Text if scalar.style == Style::Literal => {
                Err(scalar::Misfit::new("is not a text", format!("put it in quotes: `\"{text}\"`")))
            }
            Type::Text => return Value::Text(scalar.text),
            Type::Email => scalar::email(text).map(|()| None),
            Type::Url => scalar::url(text).map(|()| None),
            Type::Integer => scalar::integer(&digits).map(|number| Some(Value::Number(number))),
            Type::Number => scalar::decimal(&digits).map(|number| Some(Value::Number(number))),
            Type::Percent => return percent(&digits, span, what, complaints),
            Type::Date => scalar::date(text).map(|date| Some(Value::Date(date))),
            Type::Boolean => scalar::boolean(text).map(|boolean| Some(Value::Boolean(boolean))),
            Type::Money => match currency::parse(&digits, self.schema.currency) {
                Ok(money) => return Self::money(money, span, what, complaints),
                Err(misfit) => Err(misfit),
            },
            Type::List(_) | Type::Record(_) | Type::Entries(_) | Type::Covered => return Value::Unreadable,
        };
        match read {
            Ok(Some(value)) => value,
            Ok(None) => Value::Text(scalar.text),
            Err(misfit) => {
                misfits(span, what, text, misfit, complaints);
                Value::Unreadable
            }
        }
    }
}

fn percent(text: &str, span: Span, what: &str, complaints: &mut FindingsBuilder) -> Value<'static> {
    match scalar::percent(text) {
        Ok(share) if share.abs() > Decimal::ONE && !text.ends_with('%') => {
            let message = format!("`{what}`: {} is more than the whole", quote(text));
            let share = (share / Decimal::ONE_HUNDRED).normalize();
            let help = format!("a share is written as a percentage or a part of 1: `{text}%` or `{share}`");
            complaints.push(Code::WrongType, span, message, Some(help));
            Value::Unreadable
        }
        Ok(share) => Value::Number(share.normalize()),
        Err(misfit) => {
            misfits(span, what, text, misfit, complaints);
            Value::Unreadable
        }
    }
}

fn misfits(span: Span, what: &str, text: &str, misfit: scalar::Misfit, complaints: &mut FindingsBuilder) {
    crate::syntax::reader::misfits(span, what, text, misfit, complaints);
}

fn unknown_key(key: &Spanned<Cow<'_, str>>, fields: &[Field], what: &str, complaints: &mut FindingsBuilder) {
    complaints.push_with(key.span, || {
        let message = format!("{} has no key {}", titled(what), quote(&key.value));
        // A team's own keys come first: of a long list the end is not shown.
        let (own, core) =
            [true, false].map(|own| fields.iter().filter(move |it| it.place.is_some() == own)).into();
        let known = own.chain(core).map(|field| field.name.as_ref());
        let fix = Fix::of_name(&key.value, known.clone(), Rewrite::Key).unwrap_or_else(Fix::of_removal);
        Finding::new(Code::UnknownKey, message).maybe_help(suggest(&key.value, known)).fix(Some(fix))
    });
}

/// What is read, as a sentence begins with it: the name of a key is quoted.
fn titled(what: &str) -> Cow<'_, str> {
    if what == "a deal" || what.starts_with('`') { what.into() } else { format!("`{what}`").into() }
}

fn hint(shape: &Shape) -> String {
    if shape.choices.is_empty() {
        return format!(" ({})", shape.kind.name());
    }
    let names: Vec<String> = shape.choices.iter().map(|choice| format!("`{choice}`")).collect();
    format!(" ({})", WordList(&names, "or"))
}
