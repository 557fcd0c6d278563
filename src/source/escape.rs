//! Neutralises text from files for each kind of output. The one place that does.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Text for a terminal: control and escape characters and bidirectional overrides are shown as
/// `\u{..}`, so that a name in a file can neither move the cursor nor reorder what is read.
#[must_use]
pub fn terminal(text: &str) -> Cow<'_, str> {
    let shown = rewrite(text, |c| (c != '\n' && is_unsafe(c)).then(|| format!("\\u{{{:x}}}", c as u32)));
    without_orders(shown, "## [")
}

/// Text for one line of a terminal: as [`terminal`], and newlines and tabs become spaces.
#[must_use]
pub fn line(text: &str) -> Cow<'_, str> {
    let shown = rewrite(text, |c| match c {
        '\n' | '\t' => Some(" ".to_owned()),
        c if is_unsafe(c) => Some(format!("\\u{{{:x}}}", c as u32)),
        _ => None,
    });
    without_orders(shown, "## [")
}

/// An excerpt of a source for a terminal: every unsafe character becomes one visible stand-in of the
/// same length in bytes or fewer is padded, so that byte offsets into the excerpt stay true.
#[must_use]
pub fn excerpt(text: &str) -> Cow<'_, str> {
    let shown = rewrite(text, |c| {
        (!matches!(c, '\n' | '\t' | '\r') && is_unsafe(c)).then(|| match c.len_utf8() {
            1 => "?".to_owned(),
            2 => "\u{b7}".to_owned(),
            _ => "\u{fffd}".to_owned(),
        })
    });
    without_orders(shown, "#?[")
}

/// The message of a GitHub workflow command.
#[must_use]
pub fn annotation(text: &str) -> Cow<'_, str> {
    rewrite(text, |c| match c {
        '%' => Some("%25".to_owned()),
        '\r' => Some("%0D".to_owned()),
        '\n' => Some("%0A".to_owned()),
        c if is_unsafe(c) => Some(format!("\\u{{{:x}}}", c as u32)),
        _ => None,
    })
}

/// A property (`file=…`, `title=…`) of a GitHub workflow command.
#[must_use]
pub fn annotation_property(text: &str) -> Cow<'_, str> {
    rewrite(text, |c| match c {
        '%' => Some("%25".to_owned()),
        '\r' => Some("%0D".to_owned()),
        '\n' => Some("%0A".to_owned()),
        ':' => Some("%3A".to_owned()),
        ',' => Some("%2C".to_owned()),
        c if is_unsafe(c) => Some(format!("\\u{{{:x}}}", c as u32)),
        _ => None,
    })
}

/// Part of a JSON string: as `\u` escapes, which leave the text the same.
#[must_use]
pub fn json(text: &str) -> Cow<'_, str> {
    let shown = rewrite(text, |c| is_unsafe(c).then(|| format!("\\u{:04x}", c as u32)));
    without_orders(shown, "##\\u005b")
}

/// Whether a line that opens with this would be an order to a GitHub runner, which reads along with
/// everything that a step prints.
#[must_use]
pub fn opens_order(text: &str) -> bool {
    text.trim_start().starts_with("::")
}

/// An older form of such orders, `##[name]`, is one wherever in a line it stands.
fn without_orders<'a>(text: Cow<'a, str>, instead: &str) -> Cow<'a, str> {
    if text.contains("##[") { Cow::Owned(text.replace("##[", instead)) } else { text }
}

/// Characters that act instead of being shown: C0 and C1 controls, and those that reorder or hide text.
fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{61c}')
}

fn rewrite(text: &str, replace: impl Fn(char) -> Option<String>) -> Cow<'_, str> {
    let Some(first) = text.char_indices().find_map(|(at, c)| replace(c).map(|_| at)) else {
        return Cow::Borrowed(text);
    };
    let mut out = String::with_capacity(text.len() + 16);
    out.push_str(&text[..first]);
    for c in text[first..].chars() {
        match replace(c) {
            Some(stand_in) => out.push_str(&stand_in),
            None => {
                let _ = out.write_char(c);
            }
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_acts_on_a_terminal() {
        assert_eq!(terminal("a\u{1b}[31m\nb"), "a\\u{1b}[31m\nb");
        assert_eq!(line("a\r\nb\u{202e}c"), "a\\u{d} b\\u{202e}c");
        assert!(matches!(terminal("Zürich, 120 000 €"), Cow::Borrowed(_)));
    }

    #[test]
    fn an_annotation_cannot_start_another() {
        assert_eq!(annotation("x\n::error::y 100%"), "x%0A::error::y 100%25");
        assert_eq!(annotation_property("a,b:c"), "a%2Cb%3Ac");
        assert_eq!(line("x ##[stop-commands]y"), "x ## [stop-commands]y");
        assert_eq!(json("##[x]\u{9b}"), "##\\u005bx]\\u009b");
        assert!(opens_order(" ::error::") && !opens_order("a::b"));
    }

    #[test]
    fn an_excerpt_keeps_its_byte_offsets() {
        for text in ["a\u{1b}b", "a\u{85}b", "a\u{202e}b", "a##[b"] {
            assert_eq!(excerpt(text).len(), text.len(), "{text:?}");
        }
    }
}
