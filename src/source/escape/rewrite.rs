//! Text with some of its characters replaced.

use std::borrow::Cow;

use crate::source::escape::hidden::acts;

/// Text for one line of a terminal: as [`terminal`], and newlines and tabs become spaces.
pub fn line(text: &str) -> Cow<'_, str> {
    let shown = rewrite(text, |c, acts| match c {
        '\n' | '\t' => Some(" ".to_owned()),
        c if acts => Some(format!("\\u{{{:x}}}", c as u32)),
        _ => None,
    });
    neutralize_workflow_commands(shown, "## [")
}

/// A text in which some characters are replaced; told of each is whether it acts where it stands.
pub(super) fn rewrite(text: &str, replace: impl Fn(char, bool) -> Option<String>) -> Cow<'_, str> {
    let replaced = |at: usize, c: char| replace(c, acts(text, at, c));
    let Some(first) = text.char_indices().find_map(|(at, c)| replaced(at, c).map(|_| at)) else {
        return Cow::Borrowed(text);
    };
    let mut out = String::with_capacity(text.len() + 16);
    out.push_str(&text[..first]);
    for (at, c) in text[first..].char_indices() {
        match replaced(first + at, c) {
            Some(stand_in) => out.push_str(&stand_in),
            None => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Whether a line that opens with this would be an order to a GitHub runner, which reads along with
/// everything that a step prints.
pub fn starts_workflow_command(text: &str) -> bool {
    text.trim_start().starts_with("::")
}

/// An older form of such orders, `##[name]`, is one wherever in a line it stands.
pub(super) fn neutralize_workflow_commands<'a>(text: Cow<'a, str>, instead: &str) -> Cow<'a, str> {
    if text.contains("##[") { Cow::Owned(text.replace("##[", instead)) } else { text }
}
