//! Writes new values: scalars by the serde YAML library, lists and records around them as their neighbours are written.

use crate::syntax::{Entry, Kind, Node, Scalar, Style};

/// A value to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewValue {
    /// A text, in quotes where it would else be read as something else.
    Text(String),
    /// A day, an amount, a number, a choice: stands without quotes, as given.
    Plain(String),
    /// Values in a row.
    List(Vec<NewValue>),
    /// Keys and values.
    Record(Vec<(String, NewValue)>),
}

impl NewValue {
    /// A record of what is there.
    pub fn record<'k>(entries: impl IntoIterator<Item = (&'k str, Option<Self>)>) -> Self {
        let there = entries.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?)));
        Self::Record(there.collect())
    }

    /// The value on one line, as it may stand anywhere in a text.
    pub fn on_one_line(&self) -> String {
        flow(self)
    }

    /// A key with the value behind it, on one line.
    pub fn behind(&self, key: &str) -> String {
        format!("{}: {}", text(key, true), flow(self))
    }
}

impl From<&Node<'_>> for NewValue {
    /// What a value says, to be written elsewhere.
    fn from(node: &Node<'_>) -> Self {
        match &node.kind {
            // Between braces it may need quotes, which is known of texts.
            Kind::Scalar(Scalar { text, style: Style::Plain }) if !ends_in_flow(text) => {
                Self::Plain(text.clone().into_owned())
            }
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
    let is_bare = !written.starts_with(['\'', '"']);
    if written.is_empty() || written.contains('\n') || in_flow && is_bare && ends_in_flow(written) {
        return quoted(text);
    }
    written.to_owned()
}

/// Whether a text without quotes ends before its end between braces.
fn ends_in_flow(written: &str) -> bool {
    written.contains([',', '[', ']', '{', '}']) || written.contains(": ")
}

/// A text in double quotes: JSON's texts are YAML's too.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A value on one line.
pub(super) fn flow(value: &NewValue) -> String {
    match value {
        NewValue::Text(value) => text(value, true),
        NewValue::Plain(value) => value.clone(),
        NewValue::List(items) => format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", ")),
        NewValue::Record(entries) => {
            let entry = |(key, value): &(String, NewValue)| value.behind(key);
            format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
    }
}

/// A value behind `key:` in a block, with what stands before it: ` value`, or lines of its own. `column` is that of the
/// key, `before` the width of what stands on the line already.
pub(super) fn behind_key(value: &NewValue, column: usize, before: usize, newline: &str) -> String {
    let single = match value {
        NewValue::Text(value) => return format!(" {}", text(value, false)),
        _ => flow(value),
    };
    let empty = matches!(value, NewValue::List(items) if items.is_empty())
        || matches!(value, NewValue::Record(entries) if entries.is_empty());
    if empty || matches!(value, NewValue::Plain(_)) || before + 1 + single.chars().count() <= WIDEST {
        return format!(" {single}");
    }
    format!("{newline}{}", block(value, column + 2, newline))
}

/// A list or record as lines, each indented by a column.
pub(super) fn block(value: &NewValue, column: usize, newline: &str) -> String {
    let indent = " ".repeat(column);
    let lines: Vec<String> = match value {
        NewValue::Record(entries) => {
            let entry = |(key, value): &(String, NewValue)| {
                let key = text(key, false);
                let before = column + key.chars().count() + 1;
                format!("{indent}{key}:{}", behind_key(value, column, before, newline))
            };
            entries.iter().map(entry).collect()
        }
        NewValue::List(items) => {
            items.iter().map(|item| format!("{indent}- {}", item_text(item, column, newline))).collect()
        }
        scalar => vec![format!("{indent}{}", flow(scalar))],
    };
    lines.join(newline)
}

/// An item behind its dash at a column.
pub(super) fn item_text(item: &NewValue, column: usize, newline: &str) -> String {
    match item {
        NewValue::Text(value) => text(value, false),
        item => {
            let single = flow(item);
            let has_parts = matches!(item, NewValue::Record(_) | NewValue::List(_));
            if !has_parts || column + 2 + single.chars().count() <= WIDEST {
                return single;
            }
            block(item, column + 2, newline).trim_start().to_owned()
        }
    }
}
