//! What a workflow derives of a deal by its expressions.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::quantity::{DayView, MoneyView, Number};

/// A name that the workflow derives, and what it stands for in this deal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DerivedView {
    /// The name.
    pub name: String,
    /// Its expression, as the workflow has it.
    pub expression: String,
    /// Its value; null when the expression has none for this deal.
    pub value: Option<DerivedValueView>,
    /// Why it has no value, in words; null when it has one, and when the value is null.
    pub why_not: Option<String>,
}

/// A value by its kind: true or false, money, a day, a number (a share of 1 and days are numbers too), a text, a list, or
/// values by key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum DerivedValueView {
    /// True or false.
    Truth(bool),
    /// An amount, in the workflow's currency.
    Money(MoneyView),
    /// A day.
    Day(DayView),
    /// A number, exactly.
    Number(Number),
    /// A text; a time that is not a day's start too.
    Text(String),
    /// Values in a row.
    List(Vec<DerivedValueView>),
    /// Values by key.
    Record(BTreeMap<String, DerivedValueView>),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_read_back_as_it_was_written() {
        let values = vec![
            DerivedValueView::Truth(true),
            DerivedValueView::Money(MoneyView::new("250000".parse().unwrap(), iso_currency::Currency::EUR)),
            DerivedValueView::Day(DayView(jiff::civil::date(2026, 4, 30))),
            DerivedValueView::Number(Number("0.25".parse().unwrap())),
            DerivedValueView::Text("2026-04-30".to_owned()),
        ];
        let record = BTreeMap::from([("text".to_owned(), DerivedValueView::List(values.clone()))]);
        for value in values.into_iter().chain([DerivedValueView::Record(record)]) {
            let json = serde_json::to_string(&value).unwrap();
            assert_eq!(serde_json::from_str::<DerivedValueView>(&json).unwrap(), value, "{json}");
        }
    }
}
