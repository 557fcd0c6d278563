//! The place where the scanner stopped, and its surroundings.

use crate::source::Span;
use crate::syntax::yaml::place;

/// Where the scanner stopped, and what stands before.
pub(in crate::syntax::yaml) struct ScanContext<'s> {
    pub(super) text: &'s str,
    /// The byte at which the scanner stopped.
    pub(super) at: usize,
    /// The last scalar that was read.
    pub(super) last: Span,
    /// The outermost bracket that is open.
    pub(super) bracket: Option<usize>,
    /// A quote that opens after what was read.
    pub(super) quote: Option<usize>,
}

pub(super) fn colon_without_space(line: &str) -> bool {
    missing_space(line).is_some()
}

/// The byte of a colon that was to part a key and its value and lacks its space: `need-known:2026-11-03`.
pub fn missing_space(line: &str) -> Option<usize> {
    let key = line.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    let key = key.count();
    (key > 0 && line[key..].starts_with(':') && !line[key + 1..].starts_with([' ', '\t', '/'])).then_some(key)
}

/// The innermost bracket that is open where the scanner stopped.
pub(super) fn innermost(context: &ScanContext<'_>) -> Option<usize> {
    let first = context.bracket?;
    let open = place::open_brackets(context.text.get(first..context.at)?);
    Some(open.last().map_or(first, |(at, _)| first + at))
}

/// Whether the scanner stopped at the first word of a line that is one of a block again: `key: …`.
pub(super) fn at_new_key(context: &ScanContext<'_>) -> bool {
    let key = rest_of_line(context).split(':').next().unwrap_or_default();
    at_line_start(context)
        && rest_of_line(context)[key.len()..].starts_with(": ")
        && !key.is_empty()
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

pub(super) fn closing(open: char) -> char {
    if open == '{' { '}' } else { ']' }
}

/// The scanner names the start of a text when it means a character in it, and a tab's line when it means the tab.
pub(super) fn next(context: &ScanContext<'_>, wanted: char) -> usize {
    let ScanContext { text, at, .. } = *context;
    let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
    match text[line..at].find(wanted) {
        Some(offset) if at_line_start(context) => line + offset,
        _ => text[at..].find(wanted).map_or(at, |offset| at + offset),
    }
}

/// The backslash that starts no escape, in the quoted text in which the scanner stopped.
pub(super) fn bad_escape(context: &ScanContext<'_>) -> usize {
    let bytes = context.text.as_bytes();
    let mut at = context.at;
    while let Some(offset) = bytes[at.min(bytes.len())..].iter().position(|&byte| byte == b'\\') {
        at += offset;
        if !bytes.get(at + 1).is_some_and(|next| b"0abtnvfre \"/\\N_LP\t\r\nxuU".contains(next)) {
            return at;
        }
        at += 2;
    }
    context.at
}

pub(super) fn at_line_start(context: &ScanContext<'_>) -> bool {
    context.text[..context.at].rsplit('\n').next().is_some_and(|before| before.trim().is_empty())
}

pub(super) fn rest_of_line<'s>(context: &ScanContext<'s>) -> &'s str {
    context.text[context.at..].lines().next().unwrap_or_default()
}
