//! The derived values of a deal, as the model has them.

use super::model::{DayView, DerivedValueView, DerivedView, MoneyView, Number};
use super::row_builder::RowBuilder;
use crate::assess::JudgedDeal;
use crate::deal::Value;
use crate::gate;

/// The derived values of a deal.
pub(super) fn derived(judged: &JudgedDeal<'_>, builder: &RowBuilder<'_>) -> Vec<DerivedView> {
    let named = gate::derived(judged.deal, judged.workflow, judged.judgement, builder.context.rates);
    named
        .into_iter()
        .map(|(name, expression, answer)| DerivedView {
            name: name.to_owned(),
            expression: expression.text().to_owned(),
            why_not: answer.as_ref().err().map(ToString::to_string),
            value: answer.ok().flatten().as_ref().and_then(value),
        })
        .collect()
}

/// `None` for what could not be read, which is a finding elsewhere.
fn value(of: &Value<'_>) -> Option<DerivedValueView> {
    Some(match of {
        Value::Boolean(truth) => DerivedValueView::Truth(*truth),
        Value::Money(money) => match money.currency {
            Some(currency) => DerivedValueView::Money(MoneyView::written(money.amount, currency)),
            None => DerivedValueView::Number(Number(money.amount.normalize())),
        },
        Value::Date(day) => DerivedValueView::Day(DayView(*day)),
        Value::Number(number) => DerivedValueView::Number(Number(number.normalize())),
        Value::Text(text) => DerivedValueView::Text(text.clone().into_owned()),
        Value::List(items) => {
            DerivedValueView::List(items.iter().filter_map(|item| value(&item.value)).collect())
        }
        Value::Record(record) => DerivedValueView::Record(
            record
                .0
                .iter()
                .filter_map(|slot| Some((slot.key.value.to_string(), value(&slot.value.value)?)))
                .collect(),
        ),
        Value::Unreadable => return None,
    })
}
