//! Holds a value that was read against the limits of its declaration: choices, least and most, form and number of items.

use std::cmp::Ordering;

use iso_currency::Currency;
use rust_decimal::Decimal;

use super::context::DealReadContext;
use crate::deal::currency;
use crate::deal::currency::Money;
use crate::deal::field::Shape;
use crate::deal::value::Value;
use crate::finding::wording::{Count, quote, suggest};
use crate::finding::{Code, Finding, FindingsBuilder, Fix, Rewrite};
use crate::source::Span;

impl DealReadContext<'_> {
    pub(super) fn limits(
        self,
        value: &Value<'_>,
        span: Span,
        shape: &Shape,
        what: &str,
        complaints: &mut FindingsBuilder,
    ) {
        if !shape.choices.is_empty() && !shape.choices.iter().any(|choice| self.same(choice, value)) {
            let names: Vec<String> = shape.choices.iter().map(|choice| shape.kind.show(choice)).collect();
            let message =
                format!("`{what}`: {} is not one of the values allowed here", quote(&shape.kind.show(value)));
            let shown = shape.kind.show(value);
            let names = names.iter().map(String::as_str);
            complaints.push_with(span, || {
                let fix = Fix::of_name(&shown, names.clone(), Rewrite::Text)
                    .filter(|_| matches!(value, Value::Text(_)));
                Finding::new(Code::NotAllowed, message).maybe_help(suggest(&shown, names)).fix(fix)
            });
        }
        for (limit, side, word, most) in [
            (&shape.min, Ordering::Less, "below", "or more"),
            (&shape.max, Ordering::Greater, "above", "or less"),
        ] {
            let Some(limit) = limit else { continue };
            if let (Value::Money(money), Value::Money(Money { currency: Some(to), .. })) = (value, limit)
                && let Some(finding) = self.rates.missing(*money, *to, self.today)
            {
                if !complaints.says_already(&finding) {
                    complaints.add(span, finding);
                }
                break;
            }
            if self.compare(value, limit) == Some(side) {
                let (value, limit) = (shape.kind.show(value), shape.kind.show(limit));
                let message = format!("`{what}`: {value} is {word} {limit}");
                let help = format!("write {limit} {most}");
                complaints.push(Code::OutOfRange, span, message, Some(help));
            }
        }
        if let (Some(pattern), Some(text)) = (&shape.pattern, value.as_text())
            && !pattern.is_match(text)
        {
            let message = format!("`{what}`: {} does not have the form asked for", quote(text));
            complaints.push(Code::NotAllowed, span, message, Some(format!("it must match `{pattern}`")));
        }
        if let Some(items) = value.as_list() {
            let (few, many) = (shape.min_items.unwrap_or(0), shape.max_items.unwrap_or(usize::MAX));
            if items.len() < few || items.len() > many {
                let (word, limit) = if items.len() < few { ("at least", few) } else { ("at most", many) };
                let message =
                    format!("`{what}` has {}, and {word} {limit} belong there", Count(items.len(), "item"));
                let help = if items.len() < few { "add what is missing" } else { "take some of them out" };
                complaints.push(Code::OutOfRange, span, message, Some(help.to_owned()));
            }
        }
    }

    fn same(self, choice: &Value<'_>, value: &Value<'_>) -> bool {
        match (choice, value) {
            (Value::Text(choice), Value::Text(text)) => choice == text,
            _ => self.compare(choice, value) == Some(Ordering::Equal),
        }
    }

    /// How two values of one type stand to each other; money in the limit's currency.
    fn compare(self, value: &Value<'_>, limit: &Value<'_>) -> Option<Ordering> {
        compare(value, limit, |money, to| self.rates.convert(money, to, self.today))
    }
}

/// How two values of one type stand to each other. Money is compared in the second one's currency, at its minor unit;
/// a bare number as limit is in the first one's. `None` for types that do not compare and where a rate is missing.
pub(crate) fn compare(
    value: &Value<'_>,
    limit: &Value<'_>,
    convert: impl Fn(Money, Currency) -> Option<Decimal>,
) -> Option<Ordering> {
    match (value, limit) {
        (Value::Number(value), Value::Number(limit)) => Some(value.cmp(limit)),
        (Value::Date(value), Value::Date(limit)) => Some(value.cmp(limit)),
        (Value::Boolean(value), Value::Boolean(limit)) => (value == limit).then_some(Ordering::Equal),
        (Value::Text(value), Value::Text(limit)) => (value == limit).then_some(Ordering::Equal),
        (Value::Money(value), Value::Number(limit)) => Some(value.amount.cmp(limit)),
        (Value::Money(value), Value::Money(limit)) => match limit.currency {
            Some(currency) if value.currency != limit.currency => {
                Some(convert(*value, currency)?.cmp(&currency::round(limit.amount, currency)))
            }
            _ => Some(value.amount.cmp(&limit.amount)),
        },
        _ => None,
    }
}
