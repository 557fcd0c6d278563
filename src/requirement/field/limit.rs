//! The limits of a field requirement, which the deal's value is compared with.

use std::cmp::Ordering;

use jiff::civil::Date;

use super::path::{read_value_beside, resolve_path};
use super::pattern::read_pattern;
use crate::deal::reader::compare;
use crate::deal::{Shape, Type, Value};
use crate::finding::wording::WordList;
use crate::finding::{Code, FindingsBuilder};
use crate::requirement::contract::{Case, RequirementContext};
use crate::source::{Span, Spanned};
use crate::syntax::Node;
use crate::syntax::reader::{Table, list, misfits, wrong_type};
use crate::syntax::scalar;

/// One limit on the value, or on every item that counts.
#[derive(Debug)]
pub(super) enum FieldLimit {
    OneOf(Vec<Value<'static>>),
    Min(Value<'static>),
    Max(Value<'static>),
    Pattern(regex::Regex),
    Before(LimitDay),
    After(LimitDay),
}

/// A day that a date is held against.
#[derive(Debug)]
pub(super) enum LimitDay {
    On(Date),
    Today,
    Field(String),
}

impl FieldLimit {
    /// Whether the answer changes as days pass.
    pub(super) fn uses_today(&self) -> bool {
        matches!(self, Self::Before(LimitDay::Today) | Self::After(LimitDay::Today))
    }

    /// `Err` where the value is not what is asked, or cannot be held against it.
    pub(super) fn check(&self, value: &Value<'_>, case: &Case<'_>, percent: bool) -> Result<(), Miss> {
        let against = |limit: &Value<'_>| {
            compare(value, limit, |money, to| case.rates.convert(money, to, case.as_of)).ok_or_else(|| {
                let reason = format!("is {value}, which cannot be compared with {limit} for want of a rate");
                Miss { reason, wanted: None }
            })
        };
        let date = |day: &LimitDay| {
            let reason = || format!("is held against {}, which is not there", day.explain());
            day.resolve(case).ok_or_else(|| Miss { reason: reason(), wanted: None })
        };
        let said = |fits: bool| {
            if fits {
                return Ok(());
            }
            let wanted = self.explain(percent);
            let reason = format!("is {}, and must be {wanted}", show(value, percent));
            let wanted = match self {
                Self::Pattern(_) => format!("a text {wanted}"),
                Self::Before(_) | Self::After(_) => format!("a day {wanted}"),
                _ => wanted,
            };
            Err(Miss { reason, wanted: Some(wanted) })
        };
        match self {
            Self::OneOf(choices) => said(choices.iter().any(|choice| choice.same(value))),
            Self::Min(limit) => said(against(limit)? != Ordering::Less),
            Self::Max(limit) => said(against(limit)? != Ordering::Greater),
            Self::Pattern(pattern) => said(value.as_text().is_some_and(|text| pattern.is_match(text))),
            Self::Before(day) => {
                let limit = date(day)?;
                said(value.as_date().is_some_and(|date| date <= limit))
            }
            Self::After(day) => {
                let limit = date(day)?;
                said(value.as_date().is_some_and(|date| date >= limit))
            }
        }
    }

    /// What it asks, continuing the sentence "must be …".
    pub(super) fn explain(&self, percent: bool) -> String {
        match self {
            Self::OneOf(choices) => {
                let choices: Vec<_> =
                    choices.iter().map(|choice| format!("`{}`", show(choice, percent))).collect();
                WordList(&choices, "or").to_string()
            }
            Self::Min(limit) => format!("{} or more", show(limit, percent)),
            Self::Max(limit) => format!("{} or less", show(limit, percent)),
            Self::Pattern(pattern) => format!("of the form `{pattern}`"),
            Self::Before(day) => format!("on or before {}", day.explain()),
            Self::After(day) => format!("on or after {}", day.explain()),
        }
    }
}

/// Why a value does not keep to a limit.
pub(super) struct Miss {
    /// Continues the sentence that starts with the field's name.
    pub(super) reason: String,
    /// What the value may be; `None` where it is not the value that is at fault.
    pub(super) wanted: Option<String>,
}

fn show(value: &Value<'_>, percent: bool) -> String {
    if percent { Type::Percent.show(value) } else { value.to_string() }
}

impl LimitDay {
    fn resolve(&self, case: &Case<'_>) -> Option<Date> {
        match self {
            Self::On(date) => Some(*date),
            Self::Today => Some(case.as_of),
            Self::Field(path) => case.deal.at_path(path)?.value.as_date(),
        }
    }

    fn explain(&self) -> String {
        match self {
            Self::On(date) => date.to_string(),
            Self::Today => "today".to_owned(),
            Self::Field(path) => format!("`{path}`"),
        }
    }
}

/// Reads the limits of a requirement, which must fit the field's type.
pub(super) fn read_limits(
    table: &Table<'_, '_>,
    item: &Shape,
    setting: &RequirementContext<'_>,
    complaints: &mut FindingsBuilder,
) -> Vec<FieldLimit> {
    let mut limits = Vec::new();
    if let Some(node) = table.get("equals") {
        limits.extend(
            read_value_beside(node, item, "equals", setting, complaints)
                .map(|value| FieldLimit::OneOf(vec![value])),
        );
    }
    if let Some(items) = table.get("enum").and_then(|node| list(node, "enum", complaints)) {
        let read = |node| read_value_beside(node, item, "enum", setting, complaints);
        limits.push(FieldLimit::OneOf(items.iter().filter_map(read).collect()));
    }
    for (key, limit) in [("min", FieldLimit::Min as fn(_) -> _), ("max", FieldLimit::Max)] {
        let Some(entry) = table.entry(key) else { continue };
        if !matches!(item.kind, Type::Integer | Type::Number | Type::Percent | Type::Money | Type::Date) {
            needs(entry.key.span, key, "numbers, amounts and dates", item, complaints);
            continue;
        }
        let unlimited = Shape::of(item.kind.clone());
        limits.extend(read_value_beside(&entry.value, &unlimited, key, setting, complaints).map(limit));
    }
    if let Some(entry) = table.entry("pattern") {
        if matches!(item.kind, Type::Text | Type::Email | Type::Url) {
            limits.extend(read_pattern(&entry.value, complaints).map(FieldLimit::Pattern));
        } else {
            needs(entry.key.span, "pattern", "texts", item, complaints);
        }
    }
    for (key, limit) in [("before", FieldLimit::Before as fn(_) -> _), ("after", FieldLimit::After)] {
        let Some(entry) = table.entry(key) else { continue };
        if matches!(item.kind, Type::Date) {
            limits.extend(read_day(&entry.value, key, setting, complaints).map(limit));
        } else {
            needs(entry.key.span, key, "dates", item, complaints);
        }
    }
    limits
}

fn needs(span: Span, key: &str, what: &str, shape: &Shape, complaints: &mut FindingsBuilder) {
    let message = format!("`{key}` is for {what}, and this field is {}", shape.kind);
    complaints.push(Code::ConflictingKeys, span, message, Some(format!("take `{key}` away")));
}

fn read_day(
    node: &Node<'_>,
    key: &str,
    setting: &RequirementContext<'_>,
    complaints: &mut FindingsBuilder,
) -> Option<LimitDay> {
    let Some(scalar) = node.as_scalar() else {
        wrong_type(node, key, "a date, `\"today\"` or the name of a field", complaints);
        return None;
    };
    if scalar.text == "today" {
        return Some(LimitDay::Today);
    }
    if let Ok(date) = scalar::date(&scalar.text) {
        return Some(LimitDay::On(date));
    }
    if scalar.text.starts_with(|c: char| c.is_ascii_digit()) {
        let misfit = scalar::date(&scalar.text).err()?;
        misfits(node.span, key, &scalar.text, misfit, complaints);
        return None;
    }
    let shape = resolve_path(Spanned::new(&scalar.text, node.span), setting, complaints)?;
    if !matches!(shape.kind, Type::Date) {
        let message = format!("`{}` is {}, not a date", scalar.text, shape.kind);
        complaints.push(Code::WrongType, node.span, message, Some("name a field that is a date".to_owned()));
    }
    Some(LimitDay::Field(scalar.text.to_string()))
}
