//! The plain block style in which deals are written, read fast; knows nothing of the rest of YAML and declines it.
//!
//! What it reads it reads as the general path does, value for value and place for place; whatever it is not
//! sure of it leaves to it, every error too. A property test holds the two against each other.

mod flow;
mod line;
mod text;

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use super::build::repeated;
use crate::source::{Span, Spanned};
use crate::syntax::tree::{Entry, Kind, Node, Scalar, Style};

/// How deep we follow; less than the general path, which then says what is too deep.
const MAX_DEPTH: usize = 60;

/// A key beyond this length is left to the general path, which has a limit near it.
const LONGEST_KEY: usize = 1_000;

/// The tree of a text in the plain style; `None` when it may be anything else.
pub(super) fn parse(text: &str) -> Option<Node<'_>> {
    if !line::is_printable(text) {
        return None;
    }
    let mut scan = Scan { text, bytes: text.as_bytes(), at: 0, indent: 0, done: false };
    scan.next_line()?;
    if scan.done || scan.indent != 0 {
        return None;
    }
    let root = scan.block(1)?;
    scan.done.then_some(root)
}

struct Scan<'s> {
    text: &'s str,
    bytes: &'s [u8],
    /// The byte to read next.
    at: usize,
    /// The column of the first character of the line, where `at` is, between two entries.
    indent: usize,
    /// Whether there are no more lines.
    done: bool,
}

impl<'s> Scan<'s> {
    /// The list or map that starts here, up to the line that follows it.
    fn block(&mut self, depth: usize) -> Option<Node<'s>> {
        if depth > MAX_DEPTH {
            return None;
        }
        if self.is_dash() { self.list(depth) } else { self.map(depth) }
    }

    fn map(&mut self, depth: usize) -> Option<Node<'s>> {
        let (start, indent) = (self.at, self.indent);
        // A deal itself has more keys than the records in it.
        let mut entries = Vec::with_capacity(if depth == 1 { 32 } else { 8 });
        let end = loop {
            let key = self.key()?;
            let value = self.value(indent, true, depth)?;
            let end = value.span.end;
            entries.push(Entry { key, value });
            if self.done || self.indent < indent {
                break end;
            }
            if self.indent > indent {
                return None;
            }
        };
        if !repeated(&entries).is_empty() {
            return None;
        }
        Some(Node { span: Span::new(start, end as usize), kind: Kind::Map(entries) })
    }

    fn list(&mut self, depth: usize) -> Option<Node<'s>> {
        let (start, indent) = (self.at, self.indent);
        let mut items = Vec::with_capacity(4);
        let end = loop {
            self.at += 1;
            let item = self.value(indent, false, depth)?;
            let end = item.span.end;
            items.push(item);
            if self.done || self.indent < indent || (self.indent == indent && !self.is_dash()) {
                break end;
            }
            if self.indent > indent {
                return None;
            }
        };
        Some(Node { span: Span::new(start, end as usize), kind: Kind::List(items) })
    }

    /// A key with its colon, which space or the line's end must follow.
    fn key(&mut self) -> Option<Spanned<Cow<'s, str>>> {
        let start = self.at;
        let end = self.end_of_key()?;
        self.at = end + 1;
        Some(Spanned::new(Cow::Borrowed(&self.text[start..end]), Span::new(start, end)))
    }

    fn end_of_key(&self) -> Option<usize> {
        let rest = &self.bytes[self.at..];
        let length = rest.iter().position(|&byte| !line::is_key(byte))?;
        let is_key = rest[length] == b':'
            && matches!(rest.get(length + 1), None | Some(b' ' | b'\n' | b'\r'))
            && (1..=LONGEST_KEY).contains(&length)
            && rest[0] != b'-';
        is_key.then_some(self.at + length)
    }

    /// What follows a colon or dash, up to the next line that has something; `indent` is the column of the
    /// collection that it belongs to.
    fn value(&mut self, indent: usize, in_map: bool, depth: usize) -> Option<Node<'s>> {
        let after = self.at;
        self.skip_spaces();
        let node = match self.bytes.get(self.at) {
            None | Some(b'\n' | b'#') => return self.value_below(after, indent, in_map, depth),
            Some(b'|' | b'>') => return self.block_scalar(indent),
            Some(b'"' | b'\'') => self.quoted()?,
            Some(b'[' | b'{') => self.flow(depth + 1)?,
            Some(_) => {
                if !in_map && (self.is_dash() || self.end_of_key().is_some()) {
                    self.indent = indent + 1 + self.at - after;
                    return self.block(depth + 1);
                }
                self.plain_scalar()?
            }
        };
        self.end_line()?;
        self.next_line()?;
        Some(node)
    }

    /// A value of which its first line says nothing.
    fn value_below(&mut self, after: usize, indent: usize, in_map: bool, depth: usize) -> Option<Node<'s>> {
        self.end_line()?;
        self.next_line()?;
        let below = self.indent > indent || (in_map && self.indent == indent && self.is_dash());
        if !self.done && below {
            return self.block(depth + 1);
        }
        Some(scalar(Cow::Borrowed(""), Style::Plain, after, after))
    }
}

fn scalar(text: Cow<'_, str>, style: Style, start: usize, end: usize) -> Node<'_> {
    Node { span: Span::new(start, end), kind: Kind::Scalar(Scalar { text, style }) }
}
