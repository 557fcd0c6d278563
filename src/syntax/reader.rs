//! Walks a table of a configuration or workflow: takes the known keys, types them and refuses the rest.

use jiff::civil::Date;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::scalar::{self, Misfit};
use super::tree::{Entry, Kind, Node, Scalar, Style};
use crate::finding::limit::{Limit, Unit};
use crate::finding::wording::quote;
use crate::finding::{Code, Finding, FindingsBuilder, Rewrite};
use crate::source::{Span, Spanned};

/// A key that a table may have, and what it is for; schemas and suggestions are made from lists of these.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// The key.
    pub name: &'static str,
    /// What it is for, in a few words.
    pub means: &'static str,
    /// What may stand there, as far as a schema can say it.
    pub holds: ExpectedValue,
}

impl Key {
    /// A key, what it is for, and what it holds.
    pub const fn new(name: &'static str, means: &'static str, holds: ExpectedValue) -> Self {
        Self { name, means, holds }
    }
}

/// What may stand behind a key.
#[derive(Clone, Copy, Debug)]
pub enum ExpectedValue {
    /// Whatever fits a declaration elsewhere.
    Anything,
    /// A text.
    Text,
    /// One of these texts.
    Choice(&'static [&'static str]),
    /// `true` or `false`.
    Flag,
    /// `false`, which takes an inherited entry away.
    False,
    /// A day.
    Date,
    /// A whole number, not below 0.
    Count,
    /// A number above 0.
    Rate,
    /// An amount in the file's own currency.
    Amount,
    /// A share of 1: `0.25` or `"25%"`.
    Share,
    /// What a limit is set to.
    Limit(Limit),
    /// An expression.
    Expression,
    /// A finding code and one of these texts, any number of times.
    ByCode(&'static [&'static str]),
    /// A table of known keys, by the name of the list that holds them.
    Table(&'static str),
    /// Values in a row.
    List(&'static ExpectedValue),
    /// Values by keys that are free.
    Entries(&'static ExpectedValue),
    /// One or the other.
    Either(&'static [ExpectedValue]),
}

/// The most that a number of days may be.
const MOST_DAYS: usize = 36_500;

/// A table whose keys are being read.
pub struct Table<'t, 's> {
    entries: &'t [Entry<'s>],
    /// Where the table stands.
    pub span: Span,
}

impl<'t, 's> Table<'t, 's> {
    /// Reads a node as a table of known keys: what is no table, and every unknown key, is complained of.
    pub fn open(
        node: &'t Node<'s>,
        what: &str,
        known: &[Key],
        complaints: &mut FindingsBuilder,
    ) -> Option<Self> {
        let Some(entries) = node.as_map() else {
            complaints.push(
                Code::WrongType,
                node.span,
                format!("{what} must be a table, not {}", node.describe()),
                Some("write keys and values in braces: `{ key = \"…\" }`".to_owned()),
            );
            return None;
        };
        let table = Self { entries, span: node.span };
        for entry in table.entries {
            let name = entry.key.value.as_ref();
            if !known.iter().any(|key| key.name == name) {
                let message = format!("{what} has no key {}", quote(name));
                let (name, known) = (Spanned::new(name, entry.key.span), known.iter().map(|key| key.name));
                complaints.push_name(Code::UnknownKey, name, message, known, Rewrite::Key);
            }
        }
        Some(table)
    }

    /// Reads a node as a table whose keys are free.
    pub fn free(node: &'t Node<'s>, what: &str, complaints: &mut FindingsBuilder) -> Option<Self> {
        if let Some(entries) = node.as_map() {
            return Some(Self { entries, span: node.span });
        }
        wrong_type(node, what, "a table", complaints);
        None
    }

    /// The entries, in the file's order.
    pub fn entries(&self) -> &'t [Entry<'s>] {
        self.entries
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&'t Node<'s>> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The key and value of a key.
    pub fn entry(&self, key: &str) -> Option<&'t Entry<'s>> {
        self.entries.iter().find(|entry| entry.key.value == key)
    }

    /// The text of a key.
    pub fn text(&self, key: &str, complaints: &mut FindingsBuilder) -> Option<Spanned<&'t str>> {
        text(self.get(key)?, key, complaints)
    }

    /// The day of a key.
    pub fn date(&self, key: &str, complaints: &mut FindingsBuilder) -> Option<Spanned<Date>> {
        self.literal(key, "a date", scalar::date, complaints)
    }

    /// The boolean of a key.
    pub fn boolean(&self, key: &str, complaints: &mut FindingsBuilder) -> Option<Spanned<bool>> {
        let found = self.literal(key, "`true` or `false`", scalar::boolean, complaints)?;
        self.unquoted(key, "`true` or `false`", complaints).map(|()| found)
    }

    /// The whole number of a key, not below 0.
    pub fn count(&self, key: &str, complaints: &mut FindingsBuilder) -> Option<Spanned<usize>> {
        let number = self.literal(key, "a whole number", scalar::integer, complaints)?;
        self.unquoted(key, "a whole number", complaints)?;
        let count = number.value.to_usize();
        if count.is_none() {
            complaints.push(
                Code::OutOfRange,
                number.span,
                format!("`{key}` must not be below 0"),
                Some("write 0 or more".to_owned()),
            );
        }
        count.map(|count| Spanned::new(count, number.span))
    }

    /// The number of days of a key: no more than a hundred years.
    pub fn days(&self, key: &str, complaints: &mut FindingsBuilder) -> Option<Spanned<usize>> {
        let days = self.count(key, complaints)?;
        if days.value <= MOST_DAYS {
            return Some(days);
        }
        let message = format!("`{key}` must not be above {MOST_DAYS} days, a hundred years");
        complaints.push(
            Code::OutOfRange,
            days.span,
            message,
            Some(format!("leave `{key}` out for no limit")),
        );
        None
    }

    /// What a limit is set to, within its bounds.
    pub fn limit(&self, limit: &Limit, complaints: &mut FindingsBuilder) -> Option<usize> {
        let amount = match limit.unit {
            Unit::Bytes => self.literal(limit.name, "a size", scalar::size, complaints)?,
            Unit::Things => self.count(limit.name, complaints)?,
        };
        if (limit.least..=limit.most).contains(&amount.value) {
            return Some(amount.value);
        }
        let [least, most, usual] = [limit.least, limit.most, limit.usual].map(|amount| limit.shown(amount));
        let message = format!("`{}` must be from {least} to {most}", limit.name);
        complaints.push(Code::OutOfRange, amount.span, message, Some(format!("leave it out for {usual}")));
        None
    }

    /// The texts of a key that holds a list of them.
    pub fn texts(&self, key: &str, complaints: &mut FindingsBuilder) -> Option<Vec<Spanned<&'t str>>> {
        let items = list(self.get(key)?, key, complaints)?;
        Some(items.iter().filter_map(|item| text(item, key, complaints)).collect())
    }

    /// The share of a key: `0.25` or `"25%"`, from 0 to 1.
    pub fn share(&self, key: &str, complaints: &mut FindingsBuilder) -> Option<Spanned<Decimal>> {
        let share = self.literal(key, "a share of 1", scalar::percent, complaints)?;
        if (Decimal::ZERO..=Decimal::ONE).contains(&share.value) {
            return Some(share);
        }
        let help = Some("write a share of 1, such as `0.25`, or a percentage, such as `\"25%\"`".to_owned());
        complaints.push(Code::OutOfRange, share.span, format!("`{key}` must be from 0 to 1"), help);
        None
    }

    /// The text of a key that must be one of a few.
    pub fn choice(
        &self,
        key: &str,
        choices: &[&'static str],
        complaints: &mut FindingsBuilder,
    ) -> Option<Spanned<&'static str>> {
        let text = self.text(key, complaints)?;
        let found = choices.iter().find(|choice| **choice == text.value);
        if found.is_none() {
            let message = format!("`{key}`: {} is not one of the values allowed here", quote(text.value));
            complaints.push_name(Code::NotAllowed, text, message, choices.iter().copied(), Rewrite::Text);
        }
        found.map(|choice| Spanned::new(*choice, text.span))
    }

    /// Refuses a text in quotes where none may stand.
    fn unquoted(&self, key: &str, what: &str, complaints: &mut FindingsBuilder) -> Option<()> {
        let Some(Scalar { text, style: Style::Quoted }) = self.get(key)?.as_scalar() else { return Some(()) };
        let message = format!("`{key}` must be {what}, not the text {}", quote(text));
        let help = Some(format!("leave out the quotes: `{key} = {text}`"));
        complaints.push(Code::WrongType, self.get(key)?.span, message, help);
        None
    }

    fn literal<T>(
        &self,
        key: &str,
        what: &str,
        read: impl Fn(&str) -> Result<T, Misfit>,
        complaints: &mut FindingsBuilder,
    ) -> Option<Spanned<T>> {
        let node = self.get(key)?;
        let Kind::Scalar(scalar) = &node.kind else {
            wrong_type(node, key, what, complaints);
            return None;
        };
        match read(&scalar.digits()) {
            Ok(value) => Some(Spanned::new(value, node.span)),
            Err(misfit) => {
                misfits(node.span, key, &scalar.text, misfit, complaints);
                None
            }
        }
    }
}

/// A node as a text.
pub fn text<'t>(
    node: &'t Node<'_>,
    what: &str,
    complaints: &mut FindingsBuilder,
) -> Option<Spanned<&'t str>> {
    match &node.kind {
        Kind::Scalar(Scalar { text, style: Style::Quoted | Style::Plain }) => {
            Some(Spanned::new(text, node.span))
        }
        Kind::Scalar(Scalar { text, style: Style::Literal }) => {
            let message = format!("`{what}` must be a text, not {}", quote(text));
            complaints.push(
                Code::WrongType,
                node.span,
                message,
                Some(format!("put it in quotes: `\"{text}\"`")),
            );
            None
        }
        _ => {
            wrong_type(node, what, "a text", complaints);
            None
        }
    }
}

/// A node as a list.
pub fn list<'t, 's>(
    node: &'t Node<'s>,
    what: &str,
    complaints: &mut FindingsBuilder,
) -> Option<&'t [Node<'s>]> {
    if node.as_list().is_none() {
        wrong_type(node, what, "a list", complaints);
    }
    node.as_list()
}

/// Says that a node is not of the kind it should be.
pub fn wrong_type(node: &Node<'_>, what: &str, expected: &str, complaints: &mut FindingsBuilder) {
    let message = format!("`{what}` must be {expected}, not {}", node.describe());
    let help = match expected {
        "a list" => "put the values in brackets: `[\"…\", \"…\"]`".to_owned(),
        // Where the table stands is not known here, so that its heading would be a guess.
        "a table" => format!("write its keys in braces: `{what} = {{ … = … }}`"),
        "a text" => "put it in quotes: `\"…\"`".to_owned(),
        _ => format!("write {expected}"),
    };
    complaints.push(Code::WrongType, node.span, message, Some(help));
}

/// Says that a scalar does not fit its declared type.
pub fn misfits(span: Span, what: &str, text: &str, misfit: Misfit, complaints: &mut FindingsBuilder) {
    complaints.push_with(span, || {
        let message = format!("`{what}`: {} {}", quote(text), misfit.problem);
        Finding::new(Code::WrongType, message).help(misfit.help).fix(misfit.fix)
    });
}
