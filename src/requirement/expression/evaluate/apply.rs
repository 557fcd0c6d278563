//! Applies operators and functions to values.

use std::cmp::Ordering;

use super::compare::ordering;
use super::undecided::{reason, strict};
use super::{Answer, Evaluation};
use crate::requirement::expression::functions::Function;
use crate::requirement::expression::program::{ExprNode, Operation};
use crate::requirement::expression::value::{ListValue, TextValue, Val};
use crate::requirement::expression::{Undecided, moment};

impl<'a> Evaluation<'a> {
    pub(super) fn calculate(&mut self, operation: Operation, left: Val<'a>, right: Val<'a>) -> Answer<'a> {
        use Operation::{Add, Divide, Multiply, Remainder, Subtract};

        match (operation, left, right) {
            (Divide | Remainder, Val::Number(_), Val::Number(0.0)) => {
                Err(reason("division by zero".to_owned()))
            }
            (_, Val::Number(left), Val::Number(right)) => {
                let result = match operation {
                    Add => left + right,
                    Subtract => left - right,
                    Multiply => left * right,
                    Divide => left / right,
                    Remainder => left % right,
                };
                finite(result)
            }
            (Add, Val::Text(left), Val::Text(right)) => {
                self.spend((left.as_str().len() + right.as_str().len()) as u64)?;
                Ok(Val::made(&[left.as_str(), right.as_str()].concat()))
            }
            (Add, Val::List(left), Val::List(right)) => {
                self.spend(8 * (left.len() + right.len()) as u64)?;
                let mut items = Vec::with_capacity(left.len() + right.len());
                for list in [&left, &right] {
                    for index in 0..list.len() {
                        items.push(self.item(list, index, None)?);
                    }
                }
                Ok(Val::listed(items))
            }
            (Add, Val::Timestamp(time), Val::Duration(span))
            | (Add, Val::Duration(span), Val::Timestamp(time)) => timestamp(time.checked_add(span)),
            (Subtract, Val::Timestamp(time), Val::Duration(span)) => timestamp(time.checked_sub(span)),
            (Add, Val::Timestamp(time), Val::Months(months))
            | (Add, Val::Months(months), Val::Timestamp(time)) => timestamp(moment::after(time, months)),
            (Subtract, Val::Timestamp(time), Val::Months(months)) => timestamp(moment::after(time, -months)),
            (Add, Val::Duration(left), Val::Duration(right)) => duration(left.checked_add(right)),
            (Subtract, Val::Timestamp(left), Val::Timestamp(right))
            | (Subtract, Val::Duration(left), Val::Duration(right)) => duration(left.checked_sub(right)),
            (_, left, right) => {
                Err(reason(format!("there is no arithmetic of {} and {}", left.name(), right.name())))
            }
        }
    }

    pub(super) fn apply(&mut self, function: Function, arguments: &'a [ExprNode]) -> Answer<'a> {
        use Function as F;

        let [first, rest @ ..] = arguments else { return Ok(Val::Null) };
        match function {
            F::Dyn => self.node(first),
            F::Size => self.size(first),
            F::Distinct | F::Sum | F::Min | F::Max | F::IsSorted => {
                let list = self.list(first)?;
                self.fold(function, first, &list)
            }
            F::Int
            | F::Uint
            | F::Double
            | F::Text
            | F::Bool
            | F::Timestamp
            | F::Date
            | F::Days
            | F::Weeks
            | F::Months
            | F::Duration => {
                let value = self.node(first)?;
                Self::convert(function, first, &value)
            }
            F::FullYear
            | F::Month
            | F::DayOfYear
            | F::DayOfMonth
            | F::DateOfMonth
            | F::DayOfWeek
            | F::Hours
            | F::Minutes
            | F::Seconds
            | F::Milliseconds => match self.node(first)? {
                Val::Timestamp(time) => number(moment::part(function, time)),
                Val::Duration(span) => number(moment::whole(function, span)),
                other => Err(strict(first, &other, "a date")),
            },
            F::Join => self.join(first, rest),
            F::IndexOf | F::LastIndexOf => self.place(function, first, rest),
            _ => self.of_text(function, first, rest),
        }
    }

    fn size(&mut self, node: &'a ExprNode) -> Answer<'a> {
        let size = match self.node(node)? {
            Val::Text(text) => {
                self.spend(text.as_str().len() as u64 / 16)?;
                text.as_str().chars().count()
            }
            Val::List(list) => list.len(),
            Val::Record(record, _) => record.0.len(),
            Val::Map(entries) => entries.len(),
            other => return Err(strict(node, &other, "a text or a list")),
        };
        Ok(count(size))
    }

    fn fold(&mut self, function: Function, node: &'a ExprNode, list: &ListValue<'a>) -> Answer<'a> {
        self.spend(list.len() as u64)?;
        let mut kept: Vec<Val<'a>> = Vec::new();
        let mut sum: Option<Val<'a>> = None;
        for index in 0..list.len() {
            let item = self.item(list, index, node.path())?;
            match function {
                Function::Distinct => {
                    let mut known = false;
                    for other in &kept {
                        known = known || self.equal(other, &item)?;
                    }
                    if !known {
                        kept.push(item);
                    }
                }
                Function::IsSorted => {
                    if let Some(last) = kept.last()
                        && ordering(last, &item).is_none_or(Ordering::is_gt)
                    {
                        return Ok(Val::Boolean(false));
                    }
                    kept.push(item);
                }
                // What an item lacks does not count.
                _ if matches!(item, Val::Null) => {}
                Function::Sum => {
                    sum = Some(match sum {
                        Some(sum) => self.calculate(Operation::Add, sum, item)?,
                        None => item,
                    });
                }
                _ => {
                    let wanted = if function == Function::Min { Ordering::Less } else { Ordering::Greater };
                    let better = match &sum {
                        Some(best) => match ordering(&item, best) {
                            Some(found) => found == wanted,
                            None => return Err(reason("the items of a list do not compare".to_owned())),
                        },
                        None => true,
                    };
                    if better {
                        sum = Some(item);
                    }
                }
            }
        }
        match (function, sum) {
            (Function::Distinct, _) => Ok(Val::listed(kept)),
            (Function::IsSorted, _) => Ok(Val::Boolean(true)),
            (_, Some(result)) => Ok(result),
            (Function::Sum, None) => Ok(Val::Number(0.0)),
            (_, None) => {
                let what = node.path().map_or_else(|| "the list".to_owned(), |path| format!("`{path}`"));
                Err(reason(format!("{what} is empty, so it has no least or greatest")))
            }
        }
    }

    fn of_text(&mut self, function: Function, first: &'a ExprNode, rest: &'a [ExprNode]) -> Answer<'a> {
        use Function as F;

        let text = self.text(first)?;
        let text = text.as_str();
        self.spend(text.len() as u64)?;
        match (function, rest) {
            (F::LowerAscii, _) => Ok(Val::made(&text.to_ascii_lowercase())),
            (F::UpperAscii, _) => Ok(Val::made(&text.to_ascii_uppercase())),
            (F::Trim, _) => Ok(Val::made(text.trim())),
            (F::Contains | F::StartsWith | F::EndsWith, [part]) => {
                let part = self.text(part)?;
                let part = part.as_str();
                Ok(Val::Boolean(match function {
                    F::Contains => text.contains(part),
                    F::StartsWith => text.starts_with(part),
                    _ => text.ends_with(part),
                }))
            }
            (F::Replace, [from, to]) => {
                let (from, to) = (self.text(from)?, self.text(to)?);
                let (from, to) = (from.as_str(), to.as_str());
                self.spend((text.matches(from).count() * to.len()) as u64)?;
                Ok(Val::made(&text.replace(from, to)))
            }
            (F::Split, [separator]) => {
                let separator = self.text(separator)?;
                let separator = separator.as_str();
                self.spend(32 * (1 + text.matches(separator).count()) as u64)?;
                // An empty separator parts the characters, and not the ends from nothing.
                let parts = text.split(separator).map(Val::made);
                let parts: Vec<Val<'a>> = if separator.is_empty() {
                    text.chars().map(|part| Val::made(part.encode_utf8(&mut [0; 4]))).collect()
                } else {
                    parts.collect()
                };
                Ok(Val::listed(parts))
            }
            (F::CharAt, [at]) => {
                let at = self.offset(at)?;
                let found: String = text.chars().skip(at).take(1).collect();
                if found.is_empty() && at > text.chars().count() { outside() } else { Ok(Val::made(&found)) }
            }
            (F::Substring, [start, end @ ..]) => {
                let length = text.chars().count();
                let start = self.offset(start)?;
                let end = end.first().map(|end| self.offset(end)).transpose()?.unwrap_or(length);
                if start > end || end > length {
                    return outside();
                }
                let part: String = text.chars().skip(start).take(end - start).collect();
                Ok(Val::made(&part))
            }
            _ => Ok(Val::Null),
        }
    }

    fn join(&mut self, first: &'a ExprNode, rest: &'a [ExprNode]) -> Answer<'a> {
        let list = self.list(first)?;
        let separator = rest.first().map(|separator| self.text(separator)).transpose()?;
        let separator = separator.as_ref().map_or("", TextValue::as_str);
        let mut joined = String::new();
        for index in 0..list.len() {
            match self.item(&list, index, first.path())? {
                Val::Text(text) => {
                    self.spend((separator.len() + text.as_str().len()) as u64)?;
                    if index > 0 {
                        joined.push_str(separator);
                    }
                    joined.push_str(text.as_str());
                }
                other => return Err(strict(first, &other, "a text")),
            }
        }
        Ok(Val::made(&joined))
    }

    fn place(&mut self, function: Function, first: &'a ExprNode, rest: &'a [ExprNode]) -> Answer<'a> {
        let of = self.node(first)?;
        let Some(wanted) = rest.first().map(|wanted| self.node(wanted)).transpose()? else {
            return Ok(Val::Null);
        };
        let from_end = function == Function::LastIndexOf;
        let found = match (&of, &wanted) {
            (Val::Text(text), Val::Text(part)) => {
                let (text, part) = (text.as_str(), part.as_str());
                self.spend(text.len() as u64)?;
                let byte = if from_end { text.rfind(part) } else { text.find(part) };
                byte.map(|byte| text[..byte].chars().count())
            }
            (Val::List(list), _) => {
                let mut found = None;
                for index in 0..list.len() {
                    let item = self.item(list, index, first.path())?;
                    if (from_end || found.is_none()) && self.equal(&item, &wanted)? {
                        found = Some(index);
                    }
                }
                found
            }
            (Val::Text(_), other) => return Err(strict(first, other, "a text")),
            (other, _) => return Err(strict(first, other, "a text or a list")),
        };
        Ok(found.map_or(Val::Number(-1.0), count))
    }

    fn offset(&mut self, node: &'a ExprNode) -> Result<usize, Box<Undecided>> {
        let at = self.number(node)?;
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "expressions count in doubles"
        )]
        if at >= 0.0 && at.fract() == 0.0 { Ok(at as usize) } else { outside().map(|_| 0) }
    }
}

fn outside<'a>() -> Answer<'a> {
    Err(reason("the place is outside the text".to_owned()))
}

#[allow(clippy::cast_precision_loss, reason = "expressions count in doubles")]
fn count<'a>(number: usize) -> Val<'a> {
    Val::Number(number as f64)
}

fn number<'a>(number: Option<f64>) -> Answer<'a> {
    number.map(Val::Number).ok_or_else(|| reason("a duration has no such part".to_owned()))
}

fn finite<'a>(number: f64) -> Answer<'a> {
    if number.is_finite() {
        Ok(Val::Number(number))
    } else {
        Err(reason("the number is too large".to_owned()))
    }
}

pub(super) fn timestamp<'a>(time: Option<i64>) -> Answer<'a> {
    let time = time.and_then(moment::bounded);
    time.map(Val::Timestamp).ok_or_else(|| reason("the date is out of range".to_owned()))
}

pub(super) fn duration<'a>(span: Option<i64>) -> Answer<'a> {
    span.map(Val::Duration).ok_or_else(|| reason("the duration is out of range".to_owned()))
}
