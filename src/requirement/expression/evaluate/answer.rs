//! Converts a value of an expression for reports: owned, without borrows from the deal.

use std::borrow::Cow;

use super::Evaluation;
use super::undecided::reason;
use crate::deal::value::FieldValue;
use crate::deal::{Money, Record, Value, currency};
use crate::requirement::expression::kind::ExprType;
use crate::requirement::expression::value::{Val, decimal};
use crate::requirement::expression::{Undecided, moment};
use crate::source::{Span, Spanned};

impl<'a> Evaluation<'a> {
    pub(in crate::requirement::expression) fn answer(
        &mut self,
        value: &Val<'a>,
        kind: &ExprType,
    ) -> Result<Option<Value<'static>>, Box<Undecided>> {
        self.spend(1)?;
        let too_large = || reason("the number is too large".to_owned());
        Ok(Some(match value {
            Val::Null => return Ok(None),
            Val::Boolean(boolean) => Value::Boolean(*boolean),
            Val::Number(number) => {
                let amount = decimal(*number).ok_or_else(too_large)?;
                match self.scope.currency.filter(|_| kind.is_money()) {
                    Some(unit) => {
                        Value::Money(Money { amount: currency::round(amount, unit), currency: Some(unit) })
                    }
                    None => Value::Number(amount),
                }
            }
            Val::Text(text) => Value::Text(Cow::Owned(text.as_str().to_owned())),
            Val::Timestamp(time) => match moment::as_day(*time) {
                Some(date) => Value::Date(date),
                None => Value::Text(moment::write_timestamp(*time).unwrap_or_default().into()),
            },
            Val::Duration(span) => Value::Number(decimal(moment::in_days(*span)).ok_or_else(too_large)?),
            Val::Months(months) => Value::Number((*months).into()),
            Val::List(list) => {
                let inner = kind.item().unwrap_or(ExprType::Any);
                let mut items = Vec::new();
                for index in 0..list.len() {
                    let item = self.item(list, index, None)?;
                    // A list of a deal has no gaps.
                    items.extend(self.answer(&item, &inner)?.map(bare));
                }
                Value::List(items)
            }
            Val::Record(record, _) => Value::Record((*record).clone().into_owned()),
            Val::Map(entries) => {
                let inner = match kind {
                    ExprType::Map(_, value) => value,
                    _ => &ExprType::Any,
                };
                let mut slots = Vec::new();
                for (key, value) in entries.iter() {
                    if let (Some(key), Some(value)) =
                        (self.answer(key, &ExprType::Any)?, self.answer(value, inner)?)
                    {
                        slots.push(FieldValue { key: bare(Cow::Owned(key.to_string())), value: bare(value) });
                    }
                }
                Value::Record(Record(slots))
            }
        }))
    }
}

/// A value that stands in no file.
fn bare<T>(value: T) -> Spanned<T> {
    Spanned::new(value, Span::default())
}
