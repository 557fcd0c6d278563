//! Writes new values: scalars by the serde YAML library, lists and records around them as their neighbours are written.

use crate::syntax::{Entry, Kind, Node, Scalar, Style};

/// A value to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum New {
    /// A text, in quotes where it would else be read as something else.
    Text(String),
    /// A day, an amount, a number, a choice: stands without quotes, as given.
    Plain(String),
    /// Values in a row.
    List(Vec<New>),
    /// Keys and values.
    Record(Vec<(String, New)>),
}

impl New {
    /// A record of what is there.
    pub fn record<'k>(entries: impl IntoIterator<Item = (&'k str, Option<Self>)>) -> Self {
        let there = entries.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?)));
        Self::Record(there.collect())
    }
}

impl From<&Node<'_>> for New {
    /// What a value says, to be written elsewhere.
    fn from(node: &Node<'_>) -> Self {
        match &node.kind {
            Kind::Scalar(Scalar { text, style: Style::Plain }) => Self::Plain(text.clone().into_owned()),
            Kind::Scalar(Scalar { text, .. }) => Self::Text(text.clone().into_owned()),
            Kind::List(items) => Self::List(items.iter().map(Self::from).collect()),
            Kind::Map(entries) => {
                let entry =
                    |entry: &Entry<'_>| (entry.key.value.clone().into_owned(), Self::from(&entry.value));
                Self::Record(entries.iter().map(entry).collect())
            }
        }
    }
}

/// Columns up to which a record stands on one line.
pub(super) const WIDEST: usize = 120;

/// A text as a scalar of one line.
pub(super) fn text(text: &str, in_flow: bool) -> String {
    let written = serde_yaml::to_string(text).unwrap_or_default();
    let written = written.trim_end_matches('\n');
    let ends_in_flow = |written: &str| {
        !written.starts_with(['\'', '"'])
            && (written.contains([',', '[', ']', '{', '}']) || written.contains(": "))
    };
    if written.is_empty() || written.contains('\n') || in_flow && ends_in_flow(written) {
        // JSON's texts are YAML's in double quotes.
        return serde_json::Value::from(text).to_string();
    }
    written.to_owned()
}

/// A value on one line.
pub(super) fn flow(value: &New) -> String {
    match value {
        New::Text(value) => text(value, true),
        New::Plain(value) => value.clone(),
        New::List(items) => format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", ")),
        New::Record(entries) => {
            let entry = |(key, value): &(String, New)| format!("{}: {}", text(key, true), flow(value));
            format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
    }
}

/// A value behind `key:` in a block, with what stands before it: ` value`, or lines of its own. `column` is that of the
/// key, `before` the width of what stands on the line already.
pub(super) fn behind_key(value: &New, column: usize, before: usize, newline: &str) -> String {
    let single = match value {
        New::Text(value) => return format!(" {}", text(value, false)),
        _ => flow(value),
    };
    let empty = matches!(value, New::List(items) if items.is_empty())
        || matches!(value, New::Record(entries) if entries.is_empty());
    if empty || matches!(value, New::Plain(_)) || before + 1 + single.chars().count() <= WIDEST {
        return format!(" {single}");
    }
    format!("{newline}{}", block(value, column + 2, newline))
}

/// A list or record as lines, each indented by a column.
pub(super) fn block(value: &New, column: usize, newline: &str) -> String {
    let indent = " ".repeat(column);
    let lines: Vec<String> = match value {
        New::Record(entries) => {
            let entry = |(key, value): &(String, New)| {
                let key = text(key, false);
                let before = column + key.chars().count() + 1;
                format!("{indent}{key}:{}", behind_key(value, column, before, newline))
            };
            entries.iter().map(entry).collect()
        }
        New::List(items) => {
            items.iter().map(|item| format!("{indent}- {}", item_text(item, column, newline))).collect()
        }
        scalar => vec![format!("{indent}{}", flow(scalar))],
    };
    lines.join(newline)
}

/// An item behind its dash at a column.
pub(super) fn item_text(item: &New, column: usize, newline: &str) -> String {
    match item {
        New::Text(value) => text(value, false),
        item => {
            let single = flow(item);
            let has_parts = matches!(item, New::Record(_) | New::List(_));
            if !has_parts || column + 2 + single.chars().count() <= WIDEST {
                return single;
            }
            block(item, column + 2, newline).trim_start().to_owned()
        }
    }
}
