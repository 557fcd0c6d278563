//! Lists and maps in brackets on one line. Knows nothing of the lines around them.

use std::borrow::Cow;

use super::{MAX_DEPTH, Scan, scalar};
use crate::source::Span;
use crate::syntax::tree::{Entry, Kind, Node, Style};
use crate::syntax::yaml::build::repeated;

impl<'s> Scan<'s> {
    /// What stands in brackets here.
    pub(super) fn flow(&mut self, depth: usize) -> Option<Node<'s>> {
        if depth > MAX_DEPTH {
            return None;
        }
        let start = self.at;
        let kind = if self.bytes[start] == b'[' { self.flow_list(depth)? } else { self.flow_map(depth)? };
        Some(Node { span: Span::new(start, self.at), kind })
    }

    fn flow_list(&mut self, depth: usize) -> Option<Kind<'s>> {
        let mut items = Vec::with_capacity(4);
        if self.opens_empty(b']') {
            return Some(Kind::List(items));
        }
        loop {
            items.push(self.flow_value(depth)?);
            if self.closes(b']')? {
                return Some(Kind::List(items));
            }
        }
    }

    fn flow_map(&mut self, depth: usize) -> Option<Kind<'s>> {
        let mut entries = Vec::with_capacity(4);
        if self.opens_empty(b'}') {
            return Some(Kind::Map(entries));
        }
        loop {
            let key = self.key()?;
            let after = self.at;
            self.skip_spaces();
            let value = match self.bytes.get(self.at)? {
                b',' | b'}' => scalar(Cow::Borrowed(""), Style::Plain, after, after),
                _ => self.flow_value(depth)?,
            };
            entries.push(Entry { key, value });
            if self.closes(b'}')? {
                break;
            }
        }
        repeated(&entries).is_empty().then_some(Kind::Map(entries))
    }

    /// Steps over the bracket, and over the one that closes it when nothing stands between.
    fn opens_empty(&mut self, close: u8) -> bool {
        self.at += 1;
        self.skip_spaces();
        let empty = self.bytes.get(self.at) == Some(&close);
        self.at += usize::from(empty);
        empty
    }

    /// Steps over what follows a value: the closing bracket, or the comma before the next one.
    fn closes(&mut self, close: u8) -> Option<bool> {
        self.skip_spaces();
        let byte = *self.bytes.get(self.at)?;
        if byte != b',' && byte != close {
            return None;
        }
        self.at += 1;
        if byte == b',' {
            self.skip_spaces();
        }
        Some(byte == close)
    }

    fn flow_value(&mut self, depth: usize) -> Option<Node<'s>> {
        match self.bytes.get(self.at)? {
            b'[' | b'{' => self.flow(depth + 1),
            b'"' | b'\'' => self.quoted(),
            _ => self.flow_scalar(),
        }
    }

    fn flow_scalar(&mut self) -> Option<Node<'s>> {
        let start = self.at;
        if !self.starts_plain() {
            return None;
        }
        loop {
            self.skip_to_end();
            match *self.bytes.get(self.at)? {
                b',' | b']' | b'}' => break,
                b'[' | b'{' | b'\n' => return None,
                b'#' if self.bytes[self.at - 1] == b' ' => return None,
                b':' if matches!(
                    self.bytes.get(self.at + 1),
                    None | Some(b' ' | b'\n' | b',' | b'[' | b']' | b'{' | b'}')
                ) =>
                {
                    return None;
                }
                _ => {}
            }
            self.at += 1;
        }
        Some(self.plain_text(start, self.at))
    }
}
