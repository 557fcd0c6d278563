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

/// Text for a cell or a paragraph of Markdown: what would be markup, a link, a mention or a reference to an
/// issue is shown as it stands. What stands between single backticks is shown as code.
#[must_use]
pub fn markdown(text: &str) -> String {
    let flat = line(text);
    let pieces: Vec<&str> = flat.split('`').collect();
    // An odd backtick opens nothing; inside and outside, every character is neutralised alike.
    let paired = pieces.len() % 2 == 1;
    let mut out = String::with_capacity(flat.len() + 16);
    for (index, piece) in pieces.iter().enumerate() {
        if index > 0 {
            out.push_str(match (paired, index % 2) {
                (false, _) => "&#96;",
                (true, 1) => "<code>",
                (true, _) => "</code>",
            });
        }
        markdown_piece(piece, &mut out);
    }
    out
}

fn markdown_piece(text: &str, out: &mut String) {
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let plain = c.is_alphanumeric()
            || matches!(c, ' ' | ',' | ';' | '?' | '"' | '\'' | '/' | '=')
            || !c.is_ascii();
        // `www.` becomes a link by its full stop, `http:` by its colon.
        let calm = match c {
            '.' => !out.ends_with("www"),
            ':' => rest.peek().is_none_or(|next| *next == ' ' || next.is_ascii_digit()),
            _ => matches!(c, '-' | '(' | ')' | '%'),
        };
        if plain || calm {
            out.push(c);
            continue;
        }
        let _ = write!(out, "&#{};", c as u32);
        // Names and numbers behind these are looked up after entities are gone; a comment parts them.
        if matches!(c, '@' | '#' | '!' | '~' | '$' | '&') && rest.peek().is_some_and(|c| c.is_alphanumeric())
        {
            out.push_str("<!-- -->");
        }
    }
}

/// A path as part of a URI: everything but letters, digits and a few marks in percent-encoding.
#[must_use]
pub fn uri_path(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(byte as char);
            }
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

/// Text for a cell of CSV that a spreadsheet may open: what it would take for a formula gets an apostrophe
/// before it, which spreadsheets take for the mark of a text. Numbers with a sign stay numbers.
#[must_use]
pub fn spreadsheet(text: &str) -> Cow<'_, str> {
    let opens_formula =
        text.starts_with(['=', '+', '-', '@', '\t', '\r', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}']);
    if opens_formula && text.parse::<f64>().is_err() {
        return Cow::Owned(format!("'{text}"));
    }
    Cow::Borrowed(text)
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
    fn markdown_shows_what_stands_there() {
        assert_eq!(markdown("`a|b` is <b>"), "<code>a&#124;b</code> is &#60;b&#62;");
        assert_eq!(markdown("one ` and [x](y)"), "one &#96; and &#91;x&#93;(y)");
        assert_eq!(
            markdown("@lee #7 www.x http://y"),
            "&#64;<!-- -->lee &#35;<!-- -->7 www&#46;x http&#58;//y"
        );
        assert_eq!(markdown("a\nb"), "a b");
    }

    #[test]
    fn a_spreadsheet_is_given_no_formula() {
        assert_eq!(spreadsheet("=HYPERLINK(1)"), "'=HYPERLINK(1)");
        assert_eq!(spreadsheet("-cmd"), "'-cmd");
        assert_eq!(spreadsheet("-0.5"), "-0.5");
        assert_eq!(spreadsheet("Zürich"), "Zürich");
    }

    #[test]
    fn a_path_in_an_address_keeps_its_folders() {
        assert_eq!(uri_path("deals/a b#1/ü.yaml"), "deals/a%20b%231/%C3%BC.yaml");
    }

    #[test]
    fn an_excerpt_keeps_its_byte_offsets() {
        for text in ["a\u{1b}b", "a\u{85}b", "a\u{202e}b", "a##[b"] {
            assert_eq!(excerpt(text).len(), text.len(), "{text:?}");
        }
    }
}
