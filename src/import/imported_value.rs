//! A value as an export or a file says it: comparable, and stored in the memory of imports.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::deal::field::{Shape, Type};
use crate::deal::{Schema, currency};
use crate::edit::NewValue;
use crate::syntax::{Kind, Node, scalar};

/// Values by their dotted paths in the deal.
pub(crate) type ImportedValues = BTreeMap<String, ImportedValue>;

/// A value as it would stand in a deal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum ImportedValue {
    /// A text, a day, an amount with its currency, a share.
    One(String),
    /// Texts in a row.
    Many(Vec<String>),
}

impl ImportedValue {
    /// What a value of a file says; `None` where there is nothing.
    pub(crate) fn of(node: &Node<'_>) -> Option<Self> {
        let text = |node: &Node<'_>| node.as_scalar().map(|scalar| scalar.text.trim().to_owned());
        if node.is_absent() {
            return None;
        }
        Some(match &node.kind {
            Kind::Scalar(scalar) => Self::One(scalar.text.trim().to_owned()),
            Kind::List(items) => Self::Many(items.iter().filter_map(text).collect()),
            // `{value: 120000, currency: EUR}`; any other record is what no export says.
            Kind::Map(_) => {
                let part = |key: &str| node.get(key).and_then(text).unwrap_or_default();
                Self::One(format!("{} {}", part("value"), part("currency")).trim().to_owned())
            }
        })
    }

    /// The value for a deal's text, by its declaration.
    pub(crate) fn to_value(&self, shape: Option<&Shape>) -> NewValue {
        match self {
            Self::Many(items) => NewValue::List(items.iter().cloned().map(NewValue::Text).collect()),
            Self::One(text) => match shape.map(|shape| &shape.kind) {
                Some(Type::Text | Type::Email | Type::Url) | None => NewValue::Text(text.clone()),
                Some(_) => NewValue::Plain(text.clone()),
            },
        }
    }

    /// Whether two say the same by a declaration: `1000 EUR` and `1000.00 EUR` do.
    pub(crate) fn same(&self, other: &Self, shape: Option<&Shape>, schema: &Schema) -> bool {
        let (Self::One(one), Self::One(other)) = (self, other) else { return self == other };
        let equal = match shape.map(|shape| &shape.kind) {
            Some(Type::Money) => {
                let money = |text| currency::parse(text, schema.currency).ok();
                money(one).zip(money(other)).map(|(one, other)| one == other)
            }
            Some(Type::Percent) => same_by(one, other, scalar::percent),
            Some(Type::Number | Type::Integer) => same_by(one, other, scalar::decimal),
            Some(Type::Email) => Some(one.eq_ignore_ascii_case(other)),
            _ => None,
        };
        equal.unwrap_or(one == other)
    }
}

fn same_by<T: PartialEq, E>(one: &str, other: &str, read: impl Fn(&str) -> Result<T, E>) -> Option<bool> {
    Some(read(one).ok()? == read(other).ok()?)
}

impl std::fmt::Display for ImportedValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::One(text) => f.write_str(text),
            Self::Many(items) => write!(f, "[{}]", items.join(", ")),
        }
    }
}
