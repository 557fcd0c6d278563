//! Lines and characters of the plain style. Knows nothing of values.

use super::Scan;

/// Whether a text holds no character that YAML treats in a way of its own, or forbids.
pub(super) fn is_printable(text: &str) -> bool {
    let bytes = text.as_bytes();
    // Without a branch in it, so that the compiler takes many bytes at once.
    let (odd, high) = bytes.iter().fold((false, false), |(odd, high), &byte| {
        (odd | ((byte < b' ') & (byte != b'\n')) | (byte == 0x7f), high | (byte >= 0x80))
    });
    !odd && (!high || text.chars().all(|c| c < '\u{80}' || is_letter(c)))
}

/// Whether a character outside ASCII is one like any other: no control, line end, byte order mark or non-character.
fn is_letter(c: char) -> bool {
    !matches!(c, '\u{80}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}') && (c as u32 & 0xfffe) != 0xfffe
}

/// Whether a byte may stand in a key of the plain style.
pub(super) fn is_key(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'/' | b'-')
}

impl Scan<'_> {
    pub(super) fn skip_spaces(&mut self) {
        while self.bytes.get(self.at) == Some(&b' ') {
            self.at += 1;
        }
    }

    /// Whether a list item starts here.
    pub(super) fn is_dash(&self) -> bool {
        self.bytes.get(self.at) == Some(&b'-')
            && matches!(self.bytes.get(self.at + 1), None | Some(b' ' | b'\n'))
    }

    /// The rest of a line after a value: nothing, or a comment after a space.
    pub(super) fn end_line(&mut self) -> Option<()> {
        let end = self.at;
        self.skip_spaces();
        match self.bytes.get(self.at) {
            None => {}
            Some(b'\n') => self.at += 1,
            Some(b'#') if self.at > end || self.bytes[end - 1] == b' ' => self.at = self.after_line(self.at),
            Some(_) => return None,
        }
        Some(())
    }

    /// Goes from the start of a line to the first character of the next one that has something to say.
    pub(super) fn next_line(&mut self) -> Option<()> {
        loop {
            let start = self.at;
            self.skip_spaces();
            match self.bytes.get(self.at) {
                None => {
                    self.done = true;
                    return Some(());
                }
                Some(b'\n') => self.at += 1,
                Some(b'#') => self.at = self.after_line(self.at),
                Some(_) => {
                    self.indent = self.at - start;
                    let rest = &self.bytes[self.at..];
                    let marks = self.indent == 0 && (rest.starts_with(b"---") || rest.starts_with(b"..."));
                    return (!marks).then_some(());
                }
            }
        }
    }

    /// The first byte of the line after the one in which a byte stands.
    pub(super) fn after_line(&self, at: usize) -> usize {
        self.end_of_line(at).saturating_add(1).min(self.bytes.len())
    }

    pub(super) fn end_of_line(&self, at: usize) -> usize {
        self.bytes[at..].iter().position(|&byte| byte == b'\n').map_or(self.bytes.len(), |length| at + length)
    }
}
