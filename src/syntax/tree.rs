//! The tree that a YAML or TOML text becomes: every key and value with its place and its source text.

use std::borrow::Cow;

use crate::finding::{Code, Finding, FindingsBuilder, Fix};
use crate::source::{Span, Spanned};

/// A value of either language.
#[derive(Clone, Debug, PartialEq)]
pub struct Node<'s> {
    /// Where it stands. A collection's span runs from its first to its last character.
    pub span: Span,
    /// What it is.
    pub kind: Kind<'s>,
}

/// What a node is.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind<'s> {
    /// One value, typed later by whoever knows its declaration.
    Scalar(Scalar<'s>),
    /// Keys and values, in the file's order, each key once.
    Map(Vec<Entry<'s>>),
    /// Values in a row.
    List(Vec<Node<'s>>),
}

/// One value as its source text says it.
#[derive(Clone, Debug, PartialEq)]
pub struct Scalar<'s> {
    /// The text after escapes are processed; for [`Style::Plain`] and [`Style::Literal`] as written.
    pub text: Cow<'s, str>,
    /// How it was written.
    pub style: Style,
}

impl Scalar<'_> {
    /// The text as a plain number would be written: TOML has more ways, YAML's are part of the text.
    pub fn digits(&self) -> Cow<'_, str> {
        match self.style {
            Style::Literal => super::scalar::plain_literal(&self.text),
            _ => Cow::Borrowed(&self.text),
        }
    }
}

/// How a scalar was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Without quotes, in YAML: its type is the one declared.
    Plain,
    /// With quotes (both languages) or as a block (YAML): a text, that a declaration may read as another type.
    Quoted,
    /// Without quotes, in TOML: a number, date or boolean, never a text.
    Literal,
}

/// A key and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry<'s> {
    /// The key.
    pub key: Spanned<Cow<'s, str>>,
    /// The value.
    pub value: Node<'s>,
}

/// A complaint of a parser.
#[derive(Clone, Debug, PartialEq)]
pub struct SyntaxError {
    /// What kind of finding it is.
    pub code: Code,
    /// What is wrong, in the reader's words.
    pub message: String,
    /// The next action.
    pub help: Option<String>,
    /// Where.
    pub span: Span,
    /// A second place, such as the first of two keys, and what is there.
    pub related: Option<(Span, &'static str)>,
    /// What a program can do about it.
    pub fix: Option<Box<Fix>>,
}

impl SyntaxError {
    /// Adds it to the findings about its text.
    pub fn tell(self, complaints: &mut FindingsBuilder) {
        let finding =
            Finding::new(self.code, self.message).maybe_help(self.help).fix(self.fix.map(|fix| *fix));
        let finding = match self.related {
            Some((span, message)) => finding.related(complaints.place(span), message),
            None => finding,
        };
        complaints.add(self.span, finding);
    }
}

/// What a parser makes of a text: as much of the tree as can be had, and every complaint.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed<'s> {
    /// The tree; `None` when nothing can be made of the text.
    pub root: Option<Node<'s>>,
    /// The complaints, in the order of the text.
    pub faults: Vec<SyntaxError>,
}

impl<'s> Node<'s> {
    /// The scalar, if it is one.
    pub fn as_scalar(&self) -> Option<&Scalar<'s>> {
        match &self.kind {
            Kind::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    /// The entries, if it is a map.
    pub fn as_map(&self) -> Option<&[Entry<'s>]> {
        match &self.kind {
            Kind::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// The items, if it is a list.
    pub fn as_list(&self) -> Option<&[Self]> {
        match &self.kind {
            Kind::List(items) => Some(items),
            _ => None,
        }
    }

    /// The value of a key, if this is a map that has it.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.as_map()?.iter().find(|entry| entry.key.value == key).map(|entry| &entry.value)
    }

    /// Whether it is YAML's way of saying that there is no value: plain `null`, `~` or nothing.
    pub fn is_absent(&self) -> bool {
        matches!(&self.kind, Kind::Scalar(Scalar { text, style: Style::Plain }) if matches!(text.as_ref(), "" | "~" | "null" | "Null" | "NULL"))
    }

    /// What it is, for a message: `a list`, `a text`, …
    pub fn describe(&self) -> &'static str {
        match &self.kind {
            Kind::Map(_) => "a record",
            Kind::List(_) => "a list",
            Kind::Scalar(_) if self.is_absent() => "nothing",
            Kind::Scalar(Scalar { style: Style::Literal, .. }) => "a number, date or boolean",
            Kind::Scalar(_) => "a single value",
        }
    }
}
