//! Converts values between types, for the conversion functions.

use super::apply::{duration, timestamp};
use super::undecided::{reason, strict};
use super::{Answer, Evaluation};
use crate::finding::wording::quote;
use crate::requirement::expression::functions::Function;
use crate::requirement::expression::moment;
use crate::requirement::expression::program::ExprNode;
use crate::requirement::expression::value::{TextValue, Val};

impl<'a> Evaluation<'a> {
    pub(super) fn convert(function: Function, node: &ExprNode, value: &Val<'a>) -> Answer<'a> {
        use Function as F;

        match (function, value) {
            (F::Text | F::Bool | F::Timestamp | F::Date | F::Duration | F::Double, same)
                if matches!(
                    (function, same),
                    (F::Text, Val::Text(_))
                        | (F::Bool, Val::Boolean(_))
                        | (F::Timestamp, Val::Timestamp(_))
                        | (F::Duration, Val::Duration(_))
                        | (F::Double, Val::Number(_))
                ) =>
            {
                Ok(same.clone())
            }
            (F::Int, Val::Number(found)) => Ok(Val::Number(found.trunc())),
            (F::Uint, Val::Number(found)) if *found >= 0.0 => Ok(Val::Number(found.trunc())),
            (F::Uint, Val::Number(_)) => Err(reason("the number is negative".to_owned())),
            (F::Int | F::Uint | F::Double, Val::Timestamp(time) | Val::Duration(time)) => {
                Ok(Val::Number(moment::seconds(*time)))
            }
            (F::Text, Val::Number(found)) => Ok(Val::made(&found.to_string())),
            (F::Text, Val::Boolean(found)) => {
                Ok(Val::Text(TextValue::Borrowed(if *found { "true" } else { "false" })))
            }
            (F::Text, Val::Duration(span)) => Ok(Val::made(&moment::write_duration(*span))),
            (F::Text, Val::Timestamp(time)) => match moment::write_timestamp(*time) {
                Some(text) => Ok(Val::made(&text)),
                None => timestamp(None),
            },
            (F::Date, Val::Timestamp(time)) => {
                let day = 86_400_000_000;
                Ok(Val::Timestamp(time.div_euclid(day) * day))
            }
            (
                F::Bool | F::Date | F::Timestamp | F::Duration | F::Int | F::Uint | F::Double,
                Val::Text(text),
            ) => {
                let text = text.as_str();
                let (read, what) = match function {
                    F::Bool => (boolean(text).map(Val::Boolean), "true or false"),
                    F::Date => (moment::date(text).map(Val::Timestamp), "a date"),
                    F::Timestamp => (moment::timestamp(text).map(Val::Timestamp), "a time"),
                    F::Duration => (moment::duration(text).map(Val::Duration), "a duration"),
                    _ => (parse_number(function, text).map(Val::Number), "a number"),
                };
                read.ok_or_else(|| reason(format!("{} is not {what}", quote(text))))
            }
            (F::Days, Val::Number(days)) => duration(moment::days(*days)),
            (F::Weeks, Val::Number(weeks)) => duration(moment::days(7.0 * weeks)),
            (F::Months, Val::Number(months)) => match moment::months(*months) {
                Some(months) => Ok(Val::Months(months)),
                None => Err(reason(format!("{months} is not a whole number of months in range"))),
            },
            (_, other) => Err(strict(node, other, "another value")),
        }
    }
}

/// A number as `int`, `uint` and `double` read it.
#[allow(clippy::cast_precision_loss, reason = "expressions count in doubles")]
fn parse_number(function: Function, text: &str) -> Option<f64> {
    match function {
        Function::Double => text.parse::<f64>().ok().filter(|found| found.is_finite()),
        Function::Int => text.parse::<i64>().ok().map(|found| found as f64),
        _ => text.parse::<u64>().ok().map(|found| found as f64),
    }
}

fn boolean(text: &str) -> Option<bool> {
    match text {
        "true" | "True" | "TRUE" | "t" | "1" => Some(true),
        "false" | "False" | "FALSE" | "f" | "0" => Some(false),
        _ => None,
    }
}
