//! A value of a deal after its declaration has read it.

use std::borrow::Cow;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::currency::Money;
use crate::source::Spanned;

/// A value of a deal. Texts borrow from the file; values of a workflow own theirs.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'s> {
    /// A text, e-mail address or URL.
    Text(Cow<'s, str>),
    /// An integer, a number, or a percent as a share of 1.
    Number(Decimal),
    /// An amount of money.
    Money(Money),
    /// A day.
    Date(Date),
    /// True or false.
    Boolean(bool),
    /// Values in a row.
    List(Vec<Spanned<Value<'s>>>),
    /// Values by key.
    Record(Record<'s>),
    /// Something stands there that the declaration could not read; the finding has been made.
    Unreadable,
}

/// Values by key, in the file's order, each key once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record<'s>(pub Vec<FieldValue<'s>>);

/// A key and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldValue<'s> {
    /// The key.
    pub key: Spanned<Cow<'s, str>>,
    /// The value.
    pub value: Spanned<Value<'s>>,
}

impl<'s> Record<'s> {
    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Spanned<Value<'s>>> {
        self.slot(key).map(|slot| &slot.value)
    }

    /// The key and value of a key.
    pub fn slot(&self, key: &str) -> Option<&FieldValue<'s>> {
        self.0.iter().find(|slot| slot.key.value == key)
    }

    /// The value of a key as a text, with its place.
    pub fn text(&self, key: &str) -> Option<Spanned<&str>> {
        let found = self.get(key)?;
        found.value.as_text().map(|text| Spanned::new(text, found.span))
    }

    /// The value of a key as a day, with its place.
    pub fn date(&self, key: &str) -> Option<Spanned<Date>> {
        let found = self.get(key)?;
        found.value.as_date().map(|date| Spanned::new(date, found.span))
    }

    /// The value of a key as money, with its place.
    pub fn money(&self, key: &str) -> Option<Spanned<Money>> {
        let found = self.get(key)?;
        found.value.as_money().map(|money| Spanned::new(money, found.span))
    }

    /// The value of a key as a number, with its place.
    pub fn number(&self, key: &str) -> Option<Spanned<Decimal>> {
        let found = self.get(key)?;
        found.value.as_number().map(|number| Spanned::new(number, found.span))
    }

    /// The value of a key as a record, with its place.
    pub fn record(&self, key: &str) -> Option<Spanned<&Record<'s>>> {
        let found = self.get(key)?;
        found.value.as_record().map(|record| Spanned::new(record, found.span))
    }

    /// The value of a key as a list; empty when there is none.
    pub fn list(&self, key: &str) -> &[Spanned<Value<'s>>] {
        self.get(key).and_then(|found| found.value.as_list()).unwrap_or_default()
    }
}

impl<'s> Value<'s> {
    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number, if it is one.
    pub fn as_number(&self) -> Option<Decimal> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// The amount, if it is one.
    pub fn as_money(&self) -> Option<Money> {
        match self {
            Self::Money(money) => Some(*money),
            _ => None,
        }
    }

    /// The day, if it is one.
    pub fn as_date(&self) -> Option<Date> {
        match self {
            Self::Date(date) => Some(*date),
            _ => None,
        }
    }

    /// The items, if it is a list.
    pub fn as_list(&self) -> Option<&[Spanned<Value<'s>>]> {
        match self {
            Self::List(items) => Some(items),
            _ => None,
        }
    }

    /// The record, if it is one.
    pub fn as_record(&self) -> Option<&Record<'s>> {
        match self {
            Self::Record(record) => Some(record),
            _ => None,
        }
    }

    /// Whether there is something to see: an empty text, list or record counts as nothing, `0` and `false` as something.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Text(text) => text.trim().is_empty(),
            Self::List(items) => items.is_empty(),
            Self::Record(record) => record.0.is_empty(),
            _ => false,
        }
    }

    /// Whether it, or a part of it, could not be read.
    pub fn is_unreadable(&self) -> bool {
        match self {
            Self::Unreadable => true,
            Self::List(items) => items.iter().any(|item| item.value.is_unreadable()),
            Self::Record(record) => record.0.iter().any(|slot| slot.value.value.is_unreadable()),
            _ => false,
        }
    }

    /// The value without ties to the file it was read from.
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Self::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
            Self::Number(number) => Value::Number(number),
            Self::Money(money) => Value::Money(money),
            Self::Date(date) => Value::Date(date),
            Self::Boolean(boolean) => Value::Boolean(boolean),
            Self::List(items) => {
                Value::List(items.into_iter().map(|item| item.map(Value::into_owned)).collect())
            }
            Self::Record(record) => Value::Record(record.into_owned()),
            Self::Unreadable => Value::Unreadable,
        }
    }
}

impl Record<'_> {
    /// The record without ties to the file it was read from.
    pub fn into_owned(self) -> Record<'static> {
        Record(
            self.0
                .into_iter()
                .map(|slot| FieldValue {
                    key: slot.key.map(|key| Cow::Owned(key.into_owned())),
                    value: slot.value.map(Value::into_owned),
                })
                .collect(),
        )
    }
}

impl std::fmt::Display for Value<'_> {
    /// As a message shows it; lists and records by what they are, not by what they hold.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Number(number) => write!(f, "{}", number.normalize()),
            Self::Money(money) => write!(f, "{money}"),
            Self::Date(date) => write!(f, "{date}"),
            Self::Boolean(boolean) => write!(f, "{boolean}"),
            Self::List(items) => write!(f, "{}", crate::finding::wording::Count(items.len(), "item")),
            Self::Record(_) => f.write_str("a record"),
            Self::Unreadable => f.write_str("something unreadable"),
        }
    }
}

impl Value<'_> {
    /// Whether two values say the same, wherever they stand: `120000 EUR` and `120000.00 EUR` do.
    pub fn same(&self, other: &Value<'_>) -> bool {
        match (self, other) {
            (Self::Text(a), Value::Text(b)) => a == b,
            (Self::Number(a), Value::Number(b)) => a == b,
            (Self::Money(a), Value::Money(b)) => a == b,
            (Self::Date(a), Value::Date(b)) => a == b,
            (Self::Boolean(a), Value::Boolean(b)) => a == b,
            (Self::List(a), Value::List(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.value.same(&b.value))
            }
            (Self::Record(a), Value::Record(b)) => {
                a.0.len() == b.0.len()
                    && a.0.iter().all(|slot| {
                        b.get(&slot.key.value).is_some_and(|value| slot.value.value.same(&value.value))
                    })
            }
            _ => false,
        }
    }
}

/// A share of 1 as files write it: `25%`.
pub(crate) fn percent(share: Decimal) -> String {
    let percent = share.checked_mul(Decimal::ONE_HUNDRED).unwrap_or(share);
    format!("{}%", percent.normalize())
}
