//! A field requirement: a value of the deal is there, and fits what stands beside it.

use std::cmp::Ordering;
use std::fmt::Write as _;

use jiff::civil::Date;

use super::contract::{Case, Check, Demand, KindEntry, Setting, Unmet};
use crate::deal::reader::{self, compare};
use crate::deal::{Shape, Type, Value};
use crate::finding::wording::{Count, List, quote, suggest};
use crate::finding::{Code, Complaints};
use crate::source::{Span, Spanned};
use crate::syntax::reader::{Holds, Key, Table, list, text, wrong_type};
use crate::syntax::{Kind, Node};

pub(super) const KIND: KindEntry = KindEntry {
    name: "field",
    marker: Some("field"),
    keys: &[
        Key::new("field", "the dotted path of the value that must be there", Holds::Text),
        Key::new("where", "which items of the list count", Holds::Entries(&Holds::Anything)),
        Key::new("min-items", "how many items must count; 1 unless said otherwise", Holds::Count),
        Key::new("each", "keys that every item that counts must have", Holds::List(&Holds::Text)),
        Key::new("equals", "the value it must have", Holds::Anything),
        Key::new("enum", "the values it may have", Holds::List(&Holds::Anything)),
        Key::new("min", "the least it may be", Holds::Anything),
        Key::new("max", "the most it may be", Holds::Anything),
        Key::new("pattern", "a regular expression that must match somewhere in it", Holds::Text),
        Key::new(
            "before",
            "the last day it may be: a date, `today` or another field",
            Holds::Either(&[Holds::Date, Holds::Text]),
        ),
        Key::new(
            "after",
            "the first day it may be: a date, `today` or another field",
            Holds::Either(&[Holds::Date, Holds::Text]),
        ),
    ],
    read: |table, setting, complaints| {
        FieldDemand::read(table, setting, complaints).map(|it| Box::new(it) as _)
    },
};

#[derive(Debug)]
struct FieldDemand {
    path: String,
    /// Of the items of a list, those count in which each of these keys has one of its values.
    filter: Vec<(String, Vec<Value<'static>>)>,
    min_items: usize,
    each: Vec<String>,
    limits: Vec<Limit>,
}

/// One limit on the value, or on every item that counts.
#[derive(Debug)]
enum Limit {
    OneOf(Vec<Value<'static>>),
    Min(Value<'static>),
    Max(Value<'static>),
    Pattern(regex::Regex),
    Before(Day),
    After(Day),
}

/// A day that a date is held against.
#[derive(Debug)]
enum Day {
    On(Date),
    Today,
    Field(String),
}

impl FieldDemand {
    fn read(table: &Table<'_, '_>, setting: &Setting<'_>, complaints: &mut Complaints) -> Option<Self> {
        let path = table.text("field", complaints)?;
        let shape = resolve_path(path, setting, complaints)?;
        // What stands beside a list is about its items.
        let item = match &shape.kind {
            Type::List(item) => item,
            _ => shape,
        };
        let list_only = |key: &str, complaints: &mut Complaints| {
            if let Some(entry) = table.entry(key)
                && !matches!(shape.kind, Type::List(_))
            {
                let message =
                    format!("`{key}` is for lists, and `{}` is a {}", path.value, shape.kind.name());
                complaints.say(Code::ConflictingKeys, entry.key.span, message, None);
            }
        };
        for key in ["where", "min-items", "each"] {
            list_only(key, complaints);
        }
        let filter =
            table.get("where").map(|node| read_filter(node, item, setting, complaints)).unwrap_or_default();
        let each = table.texts("each", complaints).unwrap_or_default();
        for key in &each {
            known_member(*key, item, complaints);
        }
        Some(Self {
            path: path.value.to_owned(),
            filter,
            min_items: table.count("min-items", complaints).map_or(1, |count| count.value),
            each: each.iter().map(|key| key.value.to_owned()).collect(),
            limits: read_limits(table, item, setting, complaints),
        })
    }

    /// The items of a list that count.
    fn counting<'v, 's>(&self, items: &'v [Spanned<Value<'s>>]) -> Vec<&'v Spanned<Value<'s>>> {
        let fits = |item: &Spanned<Value<'s>>| {
            self.filter.iter().all(|(key, choices)| {
                let value = item.value.as_record().and_then(|record| record.get(key));
                value.is_some_and(|value| choices.iter().any(|choice| choice.same(&value.value)))
            })
        };
        items.iter().filter(|item| fits(item)).collect()
    }

    fn check_list(&self, found: &Spanned<Value<'_>>, case: &Case<'_>) -> Result<(), Unmet> {
        let items = self.counting(found.value.as_list().unwrap_or_default());
        if items.len() < self.min_items {
            let unmet = match items.len() {
                0 => Unmet::missing(format!("`{}` has no {}", self.path, self.counted_item())),
                few => {
                    Unmet::at(found.span, format!("`{}` has {few} of at least {}", self.path, self.needed()))
                }
            };
            return Err(unmet.help(self.how_to_add()));
        }
        for item in items {
            for key in &self.each {
                let value = item.value.as_record().and_then(|record| record.get(key));
                if value.is_none_or(|value| value.value.is_empty()) {
                    let reason = format!("an item of `{}` has no `{key}`", self.path);
                    return Err(Unmet::at(item.span, reason).help(format!("add `{key}:` to this item")));
                }
            }
            self.check_value(item, case)?;
        }
        Ok(())
    }

    fn check_value(&self, found: &Spanned<Value<'_>>, case: &Case<'_>) -> Result<(), Unmet> {
        for limit in &self.limits {
            if let Err(reason) = limit.check(&found.value, case) {
                return Err(Unmet::at(found.span, format!("`{}` {reason}", self.path)));
            }
        }
        Ok(())
    }

    fn counted_item(&self) -> String {
        match self.describe_filter() {
            Some(filter) => format!("item with {filter}"),
            None => "item".to_owned(),
        }
    }

    fn needed(&self) -> String {
        match self.describe_filter() {
            Some(filter) => format!("{} with {filter}", Count(self.min_items, "item")),
            None => Count(self.min_items, "item").to_string(),
        }
    }

    fn describe_filter(&self) -> Option<String> {
        let parts: Vec<_> = self
            .filter
            .iter()
            .map(|(key, choices)| {
                let choices: Vec<_> = choices.iter().map(|choice| format!("`{choice}`")).collect();
                format!("`{key}` {}", List(&choices, "or"))
            })
            .collect();
        (!parts.is_empty()).then(|| List(&parts, "and").to_string())
    }

    fn how_to_add(&self) -> String {
        let mut keys: Vec<String> = self
            .filter
            .iter()
            .filter_map(|(key, choices)| Some(format!("{key}: {}", choices.first()?)))
            .collect();
        keys.extend(self.each.iter().map(|key| format!("{key}: …")));
        if keys.is_empty() {
            format!("add an item under `{}:`", self.path)
        } else {
            format!("add under `{}:` an item such as `- {{{}}}`", self.path, keys.join(", "))
        }
    }
}

impl Demand for FieldDemand {
    fn kind(&self) -> &'static str {
        KIND.name
    }

    fn check(&self, case: &Case<'_>) -> Check {
        // A default is what expressions and reports see; it is not something that somebody wrote down.
        let written = case.deal.at_path(&self.path);
        let Some(found) = written.filter(|found| !found.value.is_empty()) else {
            if self.min_items == 0 {
                return Check::Met(None);
            }
            let list = case.schema.at_path(&self.path).is_some_and(|it| matches!(it.kind, Type::List(_)));
            let help = if list { self.how_to_add() } else { format!("add `{}:` to the deal", self.path) };
            let unmet = match written {
                Some(empty) => Unmet::at(empty.span, format!("`{}` is empty", self.path)),
                None => Unmet::missing(format!("the deal has no `{}`", self.path)),
            };
            return Check::Unmet(unmet.help(help));
        };
        let checked = match &found.value {
            Value::Unreadable => Err(Unmet::at(found.span, format!("`{}` cannot be read", self.path))),
            Value::List(_) => self.check_list(found, case),
            _ => self.check_value(found, case),
        };
        match checked {
            Ok(()) => Check::Met(Some(found.span)),
            Err(unmet) => Check::Unmet(unmet),
        }
    }

    fn uses_today(&self) -> bool {
        self.limits.iter().any(|limit| matches!(limit, Limit::Before(Day::Today) | Limit::After(Day::Today)))
    }

    fn explain(&self) -> String {
        let mut said = match (self.min_items, self.describe_filter()) {
            (1, None) => format!("`{}` is there", self.path),
            _ => format!("`{}` has at least {}", self.path, self.needed()),
        };
        if !self.each.is_empty() {
            let keys: Vec<_> = self.each.iter().map(|key| format!("`{key}`")).collect();
            let _ = write!(said, ", each with {}", List(&keys, "and"));
        }
        for limit in &self.limits {
            let _ = write!(said, ", {}", limit.explain());
        }
        said
    }
}

impl Limit {
    /// `Err` continues the sentence that starts with the field's name.
    fn check(&self, value: &Value<'_>, case: &Case<'_>) -> Result<(), String> {
        let against = |limit: &Value<'_>| {
            compare(value, limit, |money, to| case.rates.convert(money, to, case.as_of)).ok_or_else(|| {
                format!("is {value}, which cannot be compared with {limit} for want of a rate")
            })
        };
        let date = |day: &Day| {
            day.resolve(case).ok_or_else(|| format!("is held against {}, which is not there", day.explain()))
        };
        let said = |fits: bool| {
            if fits { Ok(()) } else { Err(format!("is {value}, and must be {}", self.explain())) }
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

    fn explain(&self) -> String {
        match self {
            Self::OneOf(choices) => {
                let choices: Vec<_> = choices.iter().map(|choice| format!("`{choice}`")).collect();
                List(&choices, "or").to_string()
            }
            Self::Min(limit) => format!("{limit} or more"),
            Self::Max(limit) => format!("{limit} or less"),
            Self::Pattern(pattern) => format!("of the form `{pattern}`"),
            Self::Before(day) => format!("on or before {}", day.explain()),
            Self::After(day) => format!("on or after {}", day.explain()),
        }
    }
}

impl Day {
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

/// The declaration that a path leads to, or a finding with the nearest name where it leads nowhere.
fn resolve_path<'a>(
    path: Spanned<&str>,
    setting: &Setting<'a>,
    complaints: &mut Complaints,
) -> Option<&'a Shape> {
    let mut parts = path.value.split('.');
    let first = parts.next().unwrap_or_default();
    let Some(field) = setting.schema.field(first) else {
        let known = setting.schema.fields.iter().map(|field| field.name.as_ref());
        let help = suggest(first, known).map(|help| format!("{help}; or declare it under `[fields]`"));
        complaints.say(Code::UnknownField, path.span, format!("a deal has no field {}", quote(first)), help);
        return None;
    };
    let mut shape = &field.shape;
    for part in parts {
        let found = if matches!(shape.kind, Type::List(_)) { None } else { shape.member(part) };
        let Some(member) = found else {
            let message = format!(
                "{} has no field {}",
                quote(path.value.split('.').next().unwrap_or_default()),
                quote(part)
            );
            let help = match shape.kind {
                Type::List(_) => {
                    Some("it is a list: use `where` and `each` to ask for its items' keys".to_owned())
                }
                _ => suggest(part, shape.members()),
            };
            complaints.say(Code::UnknownField, path.span, message, help);
            return None;
        };
        shape = member;
    }
    Some(shape)
}

fn known_member<'a>(key: Spanned<&str>, item: &'a Shape, complaints: &mut Complaints) -> Option<&'a Shape> {
    let found = item.member(key.value);
    if found.is_none() {
        let message = format!("the items of this list have no field {}", quote(key.value));
        complaints.say(Code::UnknownField, key.span, message, suggest(key.value, item.members()));
    }
    found
}

fn read_filter(
    node: &Node<'_>,
    item: &Shape,
    setting: &Setting<'_>,
    complaints: &mut Complaints,
) -> Vec<(String, Vec<Value<'static>>)> {
    let Some(table) = Table::free(node, "where", complaints) else { return Vec::new() };
    let mut filter = Vec::new();
    for entry in table.entries() {
        let key = Spanned::new(entry.key.value.as_ref(), entry.key.span);
        let Some(member) = known_member(key, item, complaints) else { continue };
        let choices = match &entry.value.kind {
            Kind::List(items) => items.iter().collect(),
            _ => vec![&entry.value],
        };
        let read = |node: &&Node<'_>| read_limit(node, member, key.value, setting, complaints);
        filter.push((key.value.to_owned(), choices.iter().filter_map(read).collect()));
    }
    filter
}

/// A value beside a field, read by the field's own type and choices.
fn read_limit(
    node: &Node<'_>,
    shape: &Shape,
    what: &str,
    setting: &Setting<'_>,
    complaints: &mut Complaints,
) -> Option<Value<'static>> {
    let expected = Shape { choices: shape.choices.clone(), ..Shape::of(shape.kind.clone()) };
    let value = reader::read_value(node.clone(), &expected, what, setting.reading, complaints)?;
    Some(value.value.into_owned())
}

fn read_limits(
    table: &Table<'_, '_>,
    item: &Shape,
    setting: &Setting<'_>,
    complaints: &mut Complaints,
) -> Vec<Limit> {
    let mut limits = Vec::new();
    if let Some(node) = table.get("equals") {
        limits.extend(
            read_limit(node, item, "equals", setting, complaints).map(|value| Limit::OneOf(vec![value])),
        );
    }
    if let Some(items) = table.get("enum").and_then(|node| list(node, "enum", complaints)) {
        let read = |node| read_limit(node, item, "enum", setting, complaints);
        limits.push(Limit::OneOf(items.iter().filter_map(read).collect()));
    }
    for (key, limit) in [("min", Limit::Min as fn(_) -> _), ("max", Limit::Max)] {
        let Some(entry) = table.entry(key) else { continue };
        if !matches!(item.kind, Type::Integer | Type::Number | Type::Percent | Type::Money | Type::Date) {
            needs(entry.key.span, key, "numbers, amounts and dates", item, complaints);
            continue;
        }
        let unlimited = Shape::of(item.kind.clone());
        limits.extend(read_limit(&entry.value, &unlimited, key, setting, complaints).map(limit));
    }
    if let Some(entry) = table.entry("pattern") {
        if matches!(item.kind, Type::Text | Type::Email | Type::Url) {
            limits.extend(read_pattern(&entry.value, complaints).map(Limit::Pattern));
        } else {
            needs(entry.key.span, "pattern", "texts", item, complaints);
        }
    }
    for (key, limit) in [("before", Limit::Before as fn(_) -> _), ("after", Limit::After)] {
        let Some(entry) = table.entry(key) else { continue };
        if matches!(item.kind, Type::Date) {
            limits.extend(read_day(&entry.value, key, setting, complaints).map(limit));
        } else {
            needs(entry.key.span, key, "dates", item, complaints);
        }
    }
    limits
}

fn needs(span: Span, key: &str, what: &str, shape: &Shape, complaints: &mut Complaints) {
    let message = format!("`{key}` is for {what}, and this field is a {}", shape.kind.name());
    complaints.say(Code::ConflictingKeys, span, message, None);
}

/// The largest compiled regular expression, in bytes.
const MAX_PATTERN_BYTES: usize = 256 * 1024;

/// A `pattern`, bounded in size.
pub(crate) fn read_pattern(node: &Node<'_>, complaints: &mut Complaints) -> Option<regex::Regex> {
    let text = text(node, "pattern", complaints)?;
    match regex::RegexBuilder::new(text.value)
        .size_limit(MAX_PATTERN_BYTES)
        .dfa_size_limit(MAX_PATTERN_BYTES)
        .build()
    {
        Ok(pattern) => Some(pattern),
        Err(regex::Error::CompiledTooBig(limit)) => {
            let message =
                format!("this pattern needs more than {} KiB, the most that is compiled", limit / 1024);
            complaints.say(
                Code::TooLarge,
                text.span,
                message,
                Some("use fewer or smaller repetitions".to_owned()),
            );
            None
        }
        Err(error) => {
            let last =
                error.to_string().lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
            let message = format!("{} is not a regular expression: {last}", quote(text.value));
            complaints.say(Code::BadExpression, text.span, message, None);
            None
        }
    }
}

fn read_day(node: &Node<'_>, key: &str, setting: &Setting<'_>, complaints: &mut Complaints) -> Option<Day> {
    let Some(scalar) = node.as_scalar() else {
        wrong_type(node, key, "a date, `\"today\"` or the name of a field", complaints);
        return None;
    };
    if scalar.text == "today" {
        return Some(Day::Today);
    }
    if let Ok(date) = crate::syntax::scalar::date(&scalar.text) {
        return Some(Day::On(date));
    }
    if scalar.text.starts_with(|c: char| c.is_ascii_digit()) {
        let misfit = crate::syntax::scalar::date(&scalar.text).err()?;
        crate::syntax::reader::misfits(node.span, key, &scalar.text, misfit, complaints);
        return None;
    }
    let shape = resolve_path(Spanned::new(&scalar.text, node.span), setting, complaints)?;
    if !matches!(shape.kind, Type::Date) {
        let message = format!("`{}` is a {}, not a date", scalar.text, shape.kind.name());
        complaints.say(Code::WrongType, node.span, message, None);
    }
    Some(Day::Field(scalar.text.to_string()))
}
