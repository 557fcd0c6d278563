//! Values while an expression is evaluated: they borrow from the deal and become numbers only when looked at.

use std::rc::Rc;

use rust_decimal::Decimal;

use super::kind::ExprType;
use crate::deal::{Record, Value};
use crate::source::Spanned;

/// A value in the course of an evaluation; cheap to copy.
#[derive(Clone, Debug)]
pub(super) enum Val<'a> {
    Null,
    Boolean(bool),
    Number(f64),
    Text(TextValue<'a>),
    /// Microseconds since 1970.
    Timestamp(i64),
    /// Microseconds.
    Duration(i64),
    Months(i32),
    List(ListValue<'a>),
    /// A record of the deal; its type, where records of that type have defaults.
    Record(&'a Record<'a>, Option<&'a ExprType>),
    Map(Rc<[(Val<'a>, Val<'a>)]>),
}

/// A text of the deal or the workflow, or one that was made.
#[derive(Clone, Debug)]
pub(super) enum TextValue<'a> {
    Borrowed(&'a str),
    Made(Rc<str>),
}

/// A list of the deal, or one that was made.
#[derive(Clone, Debug)]
pub(super) enum ListValue<'a> {
    /// With the type of its items, where records in them have defaults.
    Borrowed(&'a [Spanned<Value<'a>>], Option<&'a ExprType>),
    Made(Rc<[Val<'a>]>),
}

impl TextValue<'_> {
    pub(super) fn as_str(&self) -> &str {
        match self {
            Self::Borrowed(text) => text,
            Self::Made(text) => text,
        }
    }
}

impl ListValue<'_> {
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Borrowed(items, _) => items.len(),
            Self::Made(items) => items.len(),
        }
    }
}

impl<'a> Val<'a> {
    pub(super) fn listed(items: Vec<Val<'a>>) -> Self {
        Self::List(ListValue::Made(items.into()))
    }

    pub(super) fn made(text: &str) -> Self {
        Self::Text(TextValue::Made(text.into()))
    }

    /// What it is, in messages.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean(_) => "true or false",
            Self::Number(_) => "a number",
            Self::Text(_) => "a text",
            Self::Timestamp(_) => "a date",
            Self::Duration(_) => "a duration",
            Self::Months(_) => "a number of months",
            Self::List(_) => "a list",
            Self::Record(..) | Self::Map(_) => "a record",
        }
    }
}

/// The double nearest to a decimal, so that `0.1` of a deal equals `0.1` of a rule.
pub(super) fn double(number: Decimal) -> f64 {
    const POWERS: [f64; 16] =
        [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];
    const EXACT: i128 = 1 << 53;

    let digits = number.mantissa();
    // Both exact as doubles, so that their quotient is rounded once.
    if let (true, Some(power)) = (digits.abs() <= EXACT, POWERS.get(number.scale() as usize)) {
        #[allow(clippy::cast_precision_loss, reason = "expressions count in doubles")]
        return digits as f64 / power;
    }
    number.to_string().parse().unwrap_or(f64::NAN)
}

/// The shortest decimal that reads as this double; `None` where a decimal has no such number.
pub(super) fn decimal(number: f64) -> Option<Decimal> {
    if !number.is_finite() {
        return None;
    }
    let number = number.to_string();
    number.parse().ok().map(|decimal: Decimal| decimal.normalize())
}

/// A number at so many decimals, half away from zero.
pub(super) fn rounded(number: f64, decimals: u32) -> f64 {
    match decimal(number) {
        Some(exact) => {
            let strategy = rust_decimal::RoundingStrategy::MidpointAwayFromZero;
            double(exact.round_dp_with_strategy(decimals, strategy))
        }
        None => number,
    }
}
