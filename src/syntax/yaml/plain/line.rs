//! Lines and characters of the plain style. Knows nothing of values.

use super::Scan;

/// Whether a text holds no character that YAML treats in a way of its own, or forbids.
pub(super) fn is_printable(text: &str) -> bool {
    let (odd, rare, returns) = text.bytes().fold((0, 0, 0), |(odd, rare, returns), byte| {
        (odd | is_odd(byte), rare | is_rare(byte), returns | u8::from(byte == b'\r'))
    });
    if odd != 0 || (returns != 0 && !ends_lines(text.as_bytes())) {
        return false;
    }
    let rare = |(at, byte)| if rare & is_rare(byte) != 0 { text.get(at..)?.chars().next() } else { None };
    text.bytes().enumerate().filter_map(rare).all(is_letter)
}

/// 1 for a byte of ASCII that is neither printed nor a line's end. A number and no branch, so that the compiler
/// looks at many bytes at once.
fn is_odd(byte: u8) -> u8 {
    (u8::from(byte < b' ') & u8::from(byte != b'\n') & u8::from(byte != b'\r')) | u8::from(byte == 0x7f)
}

/// Whether every carriage return stands before a line feed. Then it is like a space at the end of a line: none counts.
fn ends_lines(bytes: &[u8]) -> bool {
    bytes.iter().enumerate().all(|(at, &byte)| byte != b'\r' || bytes.get(at + 1) == Some(&b'\n'))
}

/// 1 for a byte that starts a character among which [`is_letter`] has to choose; most others are letters anyway.
fn is_rare(byte: u8) -> u8 {
    u8::from(byte == 0xc2) | u8::from(byte == 0xe2) | u8::from(byte >= 0xef)
}

/// Whether a character outside ASCII is one like any other: no control, line end, byte order mark or non-character.
fn is_letter(c: char) -> bool {
    !matches!(c, '\u{80}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}') && (c as u32 & 0xfffe) != 0xfffe
}

/// Whether a byte may stand in a key of the plain style.
pub(super) fn is_key(byte: u8) -> bool {
    IS_KEY[usize::from(byte)]
}

/// Whether a byte may end a plain text.
pub(super) fn may_end(byte: u8) -> bool {
    MAY_END[usize::from(byte)]
}

const IS_KEY: [bool; 256] = table(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-");
const MAY_END: [bool; 256] = table(b"\n:#,[]{}");

const fn table(bytes: &[u8]) -> [bool; 256] {
    let mut table = [false; 256];
    let mut index = 0;
    while index < bytes.len() {
        table[bytes[index] as usize] = true;
        index += 1;
    }
    table
}

impl Scan<'_> {
    pub(super) fn skip_spaces(&mut self) {
        while matches!(self.bytes.get(self.at), Some(b' ' | b'\r')) {
            self.at += 1;
        }
    }

    /// Whether a list item starts here.
    pub(super) fn is_dash(&self) -> bool {
        self.bytes.get(self.at) == Some(&b'-')
            && matches!(self.bytes.get(self.at + 1), None | Some(b' ' | b'\n' | b'\r'))
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

    /// Where the line ends in which a byte stands.
    pub(super) fn end_of_line(&self, at: usize) -> usize {
        self.text[at..].find('\n').map_or(self.bytes.len(), |length| at + length)
    }
}
