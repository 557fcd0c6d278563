//! Every place where a TOML text writes a key; the tree keeps only the first of those that open one table.

use super::scan::{MAX_DEPTH, after_string, line_length};
use crate::source::Span;

/// A key as one place of a text writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenKey {
    /// The keys that lead to it, itself last.
    pub path: Vec<String>,
    /// Where it stands, with its quotes.
    pub span: Span,
}

/// Every place at which a text writes a key, in order: heads of tables, dotted keys, tables on one line.
pub fn keys(text: &str) -> Vec<WrittenKey> {
    let mut scan = KeyScan { text, at: 0, found: Vec::new() };
    let mut head = Vec::new();
    loop {
        scan.skip(b" \t\r\n,");
        match scan.byte() {
            None => return scan.found,
            Some(b'[') => {
                scan.skip(b"[");
                head = scan.dotted(&[]);
            }
            Some(_) => scan.pair(&head, 0),
        }
        scan.at += line_length(&text.as_bytes()[scan.at..]);
    }
}

/// For each byte of a text that stands in quotes in TOML, and for its end, the byte of what is written that it comes
/// from.
pub fn origins(written: &str, value: &str) -> Vec<usize> {
    let quote = written.chars().next().unwrap_or('"');
    let long = written.starts_with(&quote.to_string().repeat(3));
    let mut at = if long { 3 } else { 1 };
    if long {
        at += written[at..].len() - written[at..].strip_prefix('\r').unwrap_or(&written[at..]).len();
        at += usize::from(written[at..].starts_with('\n'));
    }
    let mut origins = Vec::with_capacity(value.len() + 1);
    for letter in value.chars() {
        // A line that ends in a backslash goes on with what is no blank.
        while quote == '"' && long && ends_line(&written[at..]) {
            at += 1;
            at += written[at..].len() - written[at..].trim_start_matches([' ', '\t', '\r', '\n']).len();
        }
        origins.extend(std::iter::repeat_n(at, letter.len_utf8()));
        let rest = &written.as_bytes()[at.min(written.len())..];
        at += match (quote, rest) {
            ('"', [b'\\', b'u', ..]) => 6,
            ('"', [b'\\', b'U', ..]) => 10,
            ('"', [b'\\', b'x', ..]) => 4,
            ('"', [b'\\', ..]) => 2,
            (_, [b'\r', b'\n', ..]) if letter == '\n' => 2,
            _ => letter.len_utf8(),
        };
    }
    origins.push(at.min(written.len()));
    origins
}

/// Whether a backslash is the last of its line.
fn ends_line(rest: &str) -> bool {
    rest.strip_prefix('\\').is_some_and(|rest| rest.trim_start_matches([' ', '\t', '\r']).starts_with('\n'))
}

struct KeyScan<'t> {
    text: &'t str,
    at: usize,
    found: Vec<WrittenKey>,
}

impl KeyScan<'_> {
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Goes past some bytes, and past comments where one of them ends a line.
    fn skip(&mut self, blanks: &[u8]) {
        while let Some(byte) = self.byte() {
            if byte == b'#' && blanks.contains(&b'\n') {
                self.at += line_length(&self.text.as_bytes()[self.at..]);
            } else if blanks.contains(&byte) {
                self.at += 1;
            } else {
                return;
            }
        }
    }

    /// The keys of a dotted key, each noted below those that lead to it.
    fn dotted(&mut self, above: &[String]) -> Vec<String> {
        let mut path = above.to_vec();
        loop {
            self.skip(b" \t");
            let (bytes, start) = (self.text.as_bytes(), self.at);
            let name = if let Some(b'"' | b'\'') = self.byte() {
                self.at = after_string(bytes, start);
                self.text.get(start + 1..self.at.saturating_sub(1)).unwrap_or_default()
            } else {
                let is_bare = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
                self.at += bytes[start..].iter().take_while(|byte| is_bare(byte)).count();
                &self.text[start..self.at]
            };
            if self.at == start {
                return path;
            }
            // What nests deeper is read by nobody.
            if path.len() < MAX_DEPTH {
                path.push(name.to_owned());
                self.found.push(WrittenKey { path: path.clone(), span: Span::new(start, self.at) });
            }
            self.skip(b" \t");
            if self.byte() != Some(b'.') {
                return path;
            }
            self.at += 1;
        }
    }

    /// A key and what stands behind its sign.
    fn pair(&mut self, above: &[String], depth: usize) {
        let path = self.dotted(above);
        self.skip(b" \t");
        if self.byte() == Some(b'=') {
            self.at += 1;
            self.skip(b" \t");
            self.value(&path, depth);
        }
    }

    fn value(&mut self, path: &[String], depth: usize) {
        let bytes = self.text.as_bytes();
        match self.byte() {
            Some(b'"' | b'\'') => self.at = after_string(bytes, self.at),
            Some(open @ (b'[' | b'{')) if depth < MAX_DEPTH => {
                self.at += 1;
                loop {
                    self.skip(b" \t\r\n,");
                    let before = self.at;
                    match self.byte() {
                        None => return,
                        Some(b']' | b'}') => {
                            self.at += 1;
                            return;
                        }
                        Some(_) if open == b'[' => self.value(path, depth + 1),
                        Some(_) => self.pair(path, depth + 1),
                    }
                    if self.at == before {
                        return;
                    }
                }
            }
            _ => {
                let ends = |byte: &u8| matches!(byte, b',' | b']' | b'}' | b'\n' | b'\r' | b'#');
                self.at += bytes[self.at..].iter().take_while(|byte| !ends(byte)).count();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_found_wherever_it_is_written() {
        let text = "a = 1 # b = 2\n[s.lead]\ngoal = '''\n[s.no]\nno = 1'''\n[ s . \"lead\" . requires ]\nx.y = { u.v = [\n  { w = \"]\" },\n], t = 2 }\nx.z = 3\n[[s.lead]]\nq = 1979-05-27T07:32:00Z\n=\nlast = true";
        let found: Vec<String> = keys(text).iter().map(|key| key.path.join(".")).collect();
        let expected = [
            "a",
            "s",
            "s.lead",
            "s.lead.goal",
            "s",
            "s.lead",
            "s.lead.requires",
            "s.lead.requires.x",
            "s.lead.requires.x.y",
            "s.lead.requires.x.y.u",
            "s.lead.requires.x.y.u.v",
            "s.lead.requires.x.y.u.v.w",
            "s.lead.requires.x.y.t",
            "s.lead.requires.x",
            "s.lead.requires.x.z",
            "s",
            "s.lead",
            "s.lead.q",
            "s.lead.last",
        ];
        assert_eq!(found, expected);
        for key in keys(text) {
            let written = &text[key.span.start as usize..key.span.end as usize];
            assert_eq!(written.trim_matches(['"', '\'']), key.path.last().unwrap());
        }
    }

    #[test]
    fn no_text_is_too_odd() {
        for text in [
            "",
            "[",
            "[a",
            "a = [",
            "a = {b",
            "a = {b = [}",
            "\"",
            "a.",
            "= = =",
            "a = \"\"\"x",
            "[[[[",
            "ü = 1\n[ü]",
            &format!("a{} = 1", ".a".repeat(100_000)),
        ] {
            keys(text);
        }
        keys(&"[".repeat(10_000));
        keys(&format!("a = {}", "[".repeat(10_000)));
        keys(&format!("a = {}", "{b = ".repeat(10_000)));
    }

    #[test]
    fn each_byte_of_a_text_comes_from_one_that_is_written() {
        for (written, value) in [
            ("'a b'", "a b"),
            ("\"a \\\"b\\\" \\u00fc c\"", "a \"b\" ü c"),
            ("\"\"\"\r\na \\\n   b\\tc\"\"\"", "a b\tc"),
            ("'''\na\nb'''", "a\nb"),
        ] {
            let origins = origins(written, value);
            assert_eq!(origins.len(), value.len() + 1);
            for (at, letter) in value.char_indices().filter(|(_, letter)| letter.is_ascii_alphabetic()) {
                assert!(written[origins[at]..].starts_with(letter), "{written} {at}");
            }
            assert!(
                written[*origins.last().unwrap()..].chars().all(|it| matches!(it, '"' | '\'')),
                "{written}"
            );
        }
    }
}
