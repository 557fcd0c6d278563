//! Single values: plain, quoted and block scalars. Knows nothing of collections.

use std::borrow::Cow;

use super::line::may_end;
use super::{Scan, scalar};
use crate::syntax::tree::{Node, Style};

impl<'s> Scan<'s> {
    /// A text without quotes up to the line's end or a comment, where `at` is then.
    pub(super) fn plain_scalar(&mut self) -> Option<Node<'s>> {
        let start = self.at;
        if !self.starts_plain() {
            return None;
        }
        loop {
            self.skip_to_end();
            match self.bytes.get(self.at) {
                None | Some(b'\n') => break,
                Some(b'#') if self.bytes[self.at - 1] == b' ' => break,
                Some(b':') if matches!(self.bytes.get(self.at + 1), None | Some(b' ' | b'\n' | b'\r')) => {
                    return None;
                }
                Some(_) => self.at += 1,
            }
        }
        Some(self.plain_text(start, self.at))
    }

    /// Goes to the next byte that may end a text without quotes.
    pub(super) fn skip_to_end(&mut self) {
        let rest = &self.bytes[self.at..];
        self.at += rest.iter().position(|&byte| may_end(byte)).unwrap_or(rest.len());
    }

    /// Whether a text without quotes can start here; not every one that YAML allows.
    pub(super) fn starts_plain(&self) -> bool {
        match self.bytes.get(self.at) {
            None
            | Some(
                b'!' | b'"' | b'#' | b'%' | b'&' | b'\'' | b'*' | b',' | b':' | b'>' | b'?' | b'@' | b'['
                | b']' | b'`' | b'{' | b'|' | b'}' | b'\n' | b'\r',
            ) => false,
            Some(b'-') => self.bytes.get(self.at + 1).is_some_and(u8::is_ascii_alphanumeric),
            Some(_) => true,
        }
    }

    pub(super) fn plain_text(&self, start: usize, end: usize) -> Node<'s> {
        let text = self.text[start..end].trim_end_matches([' ', '\r']);
        scalar(Cow::Borrowed(text), Style::Plain, start, start + text.len())
    }

    /// A text in quotes on one line, without escapes by a backslash.
    pub(super) fn quoted(&mut self) -> Option<Node<'s>> {
        let start = self.at;
        let quote = self.bytes[start];
        let mut doubled = false;
        loop {
            self.at += 1;
            match *self.bytes.get(self.at)? {
                b'\n' => return None,
                b'\\' if quote == b'"' => return None,
                byte if byte != quote => {}
                b'\'' if self.bytes.get(self.at + 1) == Some(&b'\'') => {
                    doubled = true;
                    self.at += 1;
                }
                _ => break,
            }
        }
        let text = &self.text[start + 1..self.at];
        self.at += 1;
        let text = if doubled { Cow::Owned(text.replace("''", "'")) } else { Cow::Borrowed(text) };
        Some(scalar(text, Style::Quoted, start, self.at))
    }

    /// A text on lines of its own, and on to the next line after it; `indent` is the column of the
    /// collection that it belongs to.
    pub(super) fn block_scalar(&mut self, indent: usize) -> Option<Node<'s>> {
        let start = self.at;
        let folded = self.bytes[start] == b'>';
        self.at += 1;
        let strip = self.bytes.get(self.at) == Some(&b'-');
        self.at += usize::from(strip);
        self.end_line()?;

        let depth = self.bytes[self.at..].iter().position(|&byte| byte != b' ')?;
        // An empty text, or one that starts with an empty line.
        if depth <= indent || matches!(self.bytes[self.at + depth], b'\n' | b'\r') {
            return None;
        }
        let first = self.at + depth;
        let mut end = first;
        let mut lines = Cow::Borrowed("");
        let mut blank = 0;
        loop {
            let line = self.at;
            let spaces = self.bytes[line..].iter().take_while(|&&byte| byte == b' ').count();
            let over = self.end_of_line(line + spaces);
            match self.bytes.get(line + spaces) {
                None | Some(b'\n' | b'\r') => {
                    if spaces > depth {
                        return None;
                    }
                    blank += 1;
                }
                Some(_) if spaces <= indent => break,
                Some(_) if spaces < depth || (folded && spaces > depth) => return None,
                Some(_) => {
                    let text = &self.text[line + depth..over];
                    let text = text.strip_suffix('\r').unwrap_or(text);
                    if folded && text.ends_with(' ') {
                        return None;
                    }
                    join(&mut lines, text, blank, folded);
                    blank = 0;
                    end = line + depth + text.len();
                }
            }
            self.at = (over + 1).min(self.bytes.len());
            if self.at == self.bytes.len() {
                break;
            }
        }
        if !strip {
            match &mut lines {
                // One line, with its end.
                Cow::Borrowed(_) if self.bytes.get(end) == Some(&b'\n') => {
                    lines = Cow::Borrowed(&self.text[first..=end]);
                }
                lines => lines.to_mut().push('\n'),
            }
        }
        self.next_line()?;
        Some(scalar(lines, Style::Quoted, start, end))
    }
}

/// Adds a line to a block scalar; `blank` lines stand before it.
fn join<'s>(lines: &mut Cow<'s, str>, text: &'s str, blank: usize, folded: bool) {
    if lines.is_empty() {
        *lines = Cow::Borrowed(text);
        return;
    }
    let lines = lines.to_mut();
    lines.reserve(text.len() + blank + 1);
    match blank {
        0 if folded => lines.push(' '),
        blank => lines.extend(std::iter::repeat_n('\n', if folded { blank } else { blank + 1 })),
    }
    lines.push_str(text);
}
