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

/// Text in an HTML page, between tags or in a quoted attribute.
#[must_use]
pub fn html(text: &str) -> Cow<'_, str> {
    rewrite(text, |c| match c {
        '&' => Some("&amp;".to_owned()),
        '<' => Some("&lt;".to_owned()),
        '>' => Some("&gt;".to_owned()),
        '"' => Some("&quot;".to_owned()),
        '\'' => Some("&#39;".to_owned()),
        '\n' | '\t' => None,
        c if is_unsafe(c) => Some(format!("\\u{{{:x}}}", c as u32)),
        _ => None,
    })
}

/// Text in one line of Markdown, in a cell of a table too: it is shown as it is written, and neither formats, links,
/// notifies people nor opens a heading, a list or a quotation, wherever it stands.
#[must_use]
pub fn markdown(text: &str) -> Cow<'_, str> {
    let text = text.trim_start();
    let mut out = String::with_capacity(text.len() + 16);
    if opens_block(text) {
        // After a digit it is the mark behind the number that counts.
        let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        out.push_str(&text[..digits]);
        out.push('\\');
        push_markdown(&mut out, &text[digits..], digits > 0);
    } else {
        push_markdown(&mut out, text, false);
    }
    if out == text { Cow::Borrowed(text) } else { Cow::Owned(out) }
}

/// Whether a line that opens with this text would be more than a line of text.
fn opens_block(text: &str) -> bool {
    let after_digits = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let numbered = after_digits.len() < text.len() && after_digits.starts_with(['.', ')']);
    let mut chars = text.chars();
    let (first, second) = (chars.next(), chars.next());
    match first {
        // The last is an order to a GitHub runner.
        Some('#' | '=' | ':') => true,
        Some('-' | '+') => second.is_none_or(|c| c.is_whitespace() || c == '-'),
        _ => numbered,
    }
}

fn push_markdown(out: &mut String, text: &str, inside_word: bool) {
    let mut before = if inside_word { '0' } else { ' ' };
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let next = rest.peek().copied().unwrap_or(' ');
        match c {
            '\\' | '`' | '*' | '[' | ']' | '|' | '~' | '$' => out.extend(['\\', c]),
            // Inside a word it is only an underscore.
            '_' if !(before.is_alphanumeric() && next.is_alphanumeric()) => out.push_str("\\_"),
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // An address of e-mail notifies nobody; a name after a lone sign does, and `@everyone` anywhere.
            '@' if !before.is_alphanumeric() || everybody(rest.clone()) => out.push_str("@&#8203;"),
            '\n' | '\t' | '\r' => out.push(' '),
            c if is_unsafe(c) => {
                let _ = write!(out, "\\\\u{{{:x}}}", c as u32);
            }
            c => out.push(c),
        }
        before = c;
    }
}

fn everybody(after: impl Iterator<Item = char>) -> bool {
    let word: String = after.take_while(char::is_ascii_alphabetic).take(8).collect();
    matches!(word.to_ascii_lowercase().as_str(), "everyone" | "here" | "channel" | "all")
}

/// The text of a style sheet or a script inside a page: it cannot end the element that it stands in.
#[must_use]
pub fn inside_element(text: &str) -> String {
    text.replace("</", "<\\/").replace("<!--", "<\\!--")
}

/// The address, when it may be linked to: `http`, `https` and `mailto`, and nothing that a browser would run.
#[must_use]
pub fn linkable(address: &str) -> bool {
    let scheme = address.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    let allowed = matches!(scheme.as_deref(), Some("http" | "https" | "mailto"));
    allowed && !address.chars().any(|c| c.is_whitespace() || is_unsafe(c))
}

/// An address for the round brackets of a Markdown link.
#[must_use]
pub fn markdown_address(address: &str) -> Cow<'_, str> {
    rewrite(address, |c| match c {
        '(' | ')' | '<' | '>' | '\\' | '|' | '`' | '"' | '[' | ']' | '*' => {
            Some(format!("%{:02X}", c as u32))
        }
        _ => None,
    })
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
    fn html_is_text() {
        assert_eq!(html("<b a='x' c=\"y\">&"), "&lt;b a=&#39;x&#39; c=&quot;y&quot;&gt;&amp;");
        assert_eq!(html("a\u{202e}b\u{0}"), "a\\u{202e}b\\u{0}");
        assert!(matches!(html("Zürich"), Cow::Borrowed(_)));
        assert_eq!(inside_element("a</style><!--"), "a<\\/style><\\!--");
    }

    #[test]
    fn markdown_is_text() {
        for (text, shown) in [
            ("# a", "\\# a"),
            ("- a", "\\- a"),
            ("-15,000 EUR", "-15,000 EUR"),
            ("---", "\\---"),
            ("1. a", "1\\. a"),
            ("=cmd()", "\\=cmd()"),
            ("::error::x", "\\::error::x"),
            ("##[error]x", "\\##\\[error\\]x"),
            ("a | b\nc", "a \\| b c"),
            ("](javascript:alert(1))", "\\](javascript:alert(1))"),
            ("<script>&lt;", "&lt;script&gt;&amp;lt;"),
            ("@everyone and jane@acme.example", "@&#8203;everyone and jane@acme.example"),
            ("x@everyone", "x@&#8203;everyone"),
            ("deal_desk _em_ **b** `c`", "deal_desk \\_em\\_ \\*\\*b\\*\\* \\`c\\`"),
            ("   indented", "indented"),
            ("a\u{202e}b", "a\\\\u{202e}b"),
        ] {
            assert_eq!(markdown(text), shown, "{text:?}");
        }
        assert!(matches!(markdown("Rollout of line 4. 120,000 EUR (2026)"), Cow::Borrowed(_)));
    }

    #[test]
    fn only_harmless_addresses_are_linked() {
        for address in ["https://a.example/x", "HTTP://a", "mailto:jane@acme.example"] {
            assert!(linkable(address), "{address}");
        }
        for address in [
            "javascript:alert(1)",
            "java\nscript:x",
            "data:text/html,x",
            "//a",
            "ftp://a",
            "https://a\u{202e}b",
            " https://a",
        ] {
            assert!(!linkable(address), "{address}");
        }
        assert_eq!(markdown_address("https://a/(b)|c"), "https://a/%28b%29%7Cc");
    }

    #[test]
    fn an_excerpt_keeps_its_byte_offsets() {
        for text in ["a\u{1b}b", "a\u{85}b", "a\u{202e}b", "a##[b"] {
            assert_eq!(excerpt(text).len(), text.len(), "{text:?}");
        }
    }
}
