//! What a workflow derives of a deal, as the model has it.

use super::making::Making;
use super::model::{Day, Derived, DerivedValue, Money, Number};
use crate::assess::Judged;
use crate::deal::Value;
use crate::gate;

/// The derived values of a deal.
pub(super) fn derived(judged: &Judged<'_>, making: &Making<'_>) -> Vec<Derived> {
    let named = gate::derived(judged.deal, judged.workflow, judged.judgement, making.frame.rates);
    named
        .into_iter()
        .map(|(name, expression, answer)| Derived {
            name: name.to_owned(),
            expression: expression.text().to_owned(),
            why_not: answer.as_ref().err().map(ToString::to_string),
            value: answer.ok().flatten().as_ref().and_then(value),
        })
        .collect()
}

/// `None` for what could not be read, which is a finding elsewhere.
fn value(of: &Value<'_>) -> Option<DerivedValue> {
    Some(match of {
        Value::Boolean(truth) => DerivedValue::Truth(*truth),
        Value::Money(money) => match money.currency {
            Some(currency) => DerivedValue::Money(Money::new(money.amount, currency)),
            None => DerivedValue::Number(Number(money.amount.normalize())),
        },
        Value::Date(day) => DerivedValue::Day(Day(*day)),
        Value::Number(number) => DerivedValue::Number(Number(number.normalize())),
        Value::Text(text) => DerivedValue::Text(text.clone().into_owned()),
        Value::List(items) => {
            DerivedValue::List(items.iter().filter_map(|item| value(&item.value)).collect())
        }
        Value::Record(record) => DerivedValue::Record(
            record
                .0
                .iter()
                .filter_map(|slot| Some((slot.key.value.to_string(), value(&slot.value.value)?)))
                .collect(),
        ),
        Value::Unreadable => return None,
    })
}
