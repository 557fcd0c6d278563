//! Finds the characters between two parser events.

use crate::source::Span;

/// The first of the `wanted` characters from a byte on, when nothing stands before it but space, comments,
/// anchors, tags and characters of `through`.
pub(super) fn indicator(text: &str, from: usize, through: &[u8], wanted: &[u8]) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = from;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            _ if wanted.contains(&byte) => return Some(at),
            b' ' | b'\t' | b'\r' | b'\n' => at += 1,
            b'#' => at += until(&bytes[at..], |byte| matches!(byte, b'\n' | b'\r')),
            b'&' | b'!' => at += until(&bytes[at..], |byte| byte.is_ascii_whitespace()),
            _ if through.contains(&byte) => at += 1,
            _ => return None,
        }
    }
    None
}

/// The span of a block scalar, from its `|` or `>` to the end of its last line that is not blank;
/// `content` is what the scanner says: its text only, with the blank lines that follow.
pub(super) fn block(text: &str, from: usize, content: Span) -> Span {
    let end = content.end as usize;
    let Some(start) = indicator(text, from, b":-?,", b"|>") else { return content };
    let bytes = text.as_bytes();
    let header = start + until(&bytes[start..], |byte| byte.is_ascii_whitespace());
    let body = start + until(&bytes[start..], |byte| matches!(byte, b'\n' | b'\r'));
    let shown = text.get(body..end).unwrap_or_default().trim_end_matches([' ', '\t', '\r', '\n']);
    if shown.is_empty() {
        return Span::new(start, header);
    }
    let last = body + shown.len();
    Span::new(start, last + until(&bytes[last..end], |byte| matches!(byte, b'\n' | b'\r')))
}

/// The brackets that a piece of text opens and does not close, outermost first.
pub(super) fn open_brackets(text: &str) -> Vec<(usize, char)> {
    let mut open = Vec::new();
    let mut quote = None;
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(mark), _) => quote = Some(mark).filter(|mark| *mark != c),
            (None, '"' | '\'') if matches!(before, ' ' | ',' | '[' | '{' | '\n') => quote = Some(c),
            (None, '[' | '{') => open.push((at, c)),
            (None, ']' | '}') => {
                open.pop();
            }
            _ => {}
        }
        before = c;
    }
    open
}

fn until(bytes: &[u8], stop: impl Fn(u8) -> bool) -> usize {
    bytes.iter().position(|&byte| stop(byte)).unwrap_or(bytes.len())
}
