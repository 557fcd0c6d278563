//! The text of a cell for a value in a deal's file.

use rust_decimal::Decimal;

use super::header::SEPARATOR;
use crate::deal::field::{Shape, Type};
use crate::import::cell::without_currency;
use crate::import::merge::at;
use crate::source::escape;
use crate::syntax::{Kind, Node, scalar};

/// What stands in place of a print where a value cannot be edited in a cell.
pub(super) const NOT_EDITABLE: &str = "-";

/// A value as cells show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum SheetCell {
    /// In one cell.
    One(String),
    /// An amount and its currency, in a cell each.
    Amount(String, String),
    /// What no cell can show, such as a record where a text should be.
    Closed,
}

/// The longest text that a spreadsheet keeps whole in a cell, in units of UTF-16.
const LONGEST: usize = 32_767;

/// What the cells of a value say in a deal's file.
pub(super) fn cells(root: &Node<'_>, key: &str, shape: &Shape) -> SheetCell {
    match of_any_length(root, key, shape) {
        SheetCell::One(text) if text.encode_utf16().count() > LONGEST => SheetCell::Closed,
        cell => cell,
    }
}

fn of_any_length(root: &Node<'_>, key: &str, shape: &Shape) -> SheetCell {
    let node = at(root, key).filter(|node| !node.is_absent());
    let is_money = matches!(shape.kind, Type::Money);
    let Some(node) = node else {
        return if is_money {
            SheetCell::Amount(String::new(), String::new())
        } else {
            SheetCell::One(String::new())
        };
    };
    match &node.kind {
        Kind::Scalar(scalar) if is_money => {
            let (number, currency) = without_currency(scalar.text.trim());
            SheetCell::Amount(shown(number), shown(currency.unwrap_or_default()))
        }
        Kind::Scalar(scalar) => SheetCell::One(match &shape.kind {
            Type::Percent => percent(scalar.text.trim()),
            Type::List(_) => return SheetCell::Closed,
            _ => shown(&scalar.text),
        }),
        Kind::Map(entries) if is_money => {
            let part = |key: &str| {
                node.get(key).and_then(Node::as_scalar).map(|it| it.text.trim()).unwrap_or_default()
            };
            if entries.iter().any(|entry| !matches!(entry.key.value.as_ref(), "value" | "currency")) {
                return SheetCell::Closed;
            }
            SheetCell::Amount(shown(part("value")), shown(part("currency")))
        }
        Kind::List(items) if matches!(shape.kind, Type::List(_)) => {
            let texts: Option<Vec<&str>> = items
                .iter()
                .map(|item| Some(item.as_scalar()?.text.trim()))
                .map(|text| text.filter(|text| !text.is_empty() && !text.contains([';', '\n'])))
                .collect();
            texts.map_or(SheetCell::Closed, |texts| {
                SheetCell::One(shown(&texts.join(&format!("{SEPARATOR} "))))
            })
        }
        Kind::List(_) | Kind::Map(_) => SheetCell::Closed,
    }
}

/// A text as the sheet has it, in as many lines, nothing of it acting on whoever looks.
fn shown(text: &str) -> String {
    escape::without_guards(&escape::sheet_cell(&text.trim().replace("\r\n", "\n")))
}

/// Whether a cell is a number, a day or a truth, as its declaration wants it.
pub(super) fn is_plain(cell: &str, kind: &Type) -> bool {
    match kind {
        Type::Money | Type::Number | Type::Integer => scalar::decimal(cell).is_ok(),
        Type::Percent => scalar::percent(cell).is_ok(),
        Type::Date => scalar::date(cell).is_ok(),
        Type::Boolean => true,
        _ => false,
    }
}

/// A share as a percentage, so that `0.25` and `25%` are one.
fn percent(text: &str) -> String {
    match scalar::percent(text) {
        Ok(share) if (Decimal::ZERO..=Decimal::ONE).contains(&share) => crate::deal::value::percent(share),
        _ => shown(text),
    }
}
