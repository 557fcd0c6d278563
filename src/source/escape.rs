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

/// Lines for a terminal, or for a file that a runner prints: as [`terminal`], and none of them is an order to a GitHub
/// runner. As most of them open with a path, `./` goes before what would be one.
#[must_use]
pub fn lines(text: &str) -> String {
    let guarded = terminal(text);
    let guarded =
        guarded.split('\n').map(|line| if opens_order(line) { format!("./{line}") } else { line.to_owned() });
    guarded.collect::<Vec<_>>().join("\n")
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

/// A name or a path that opens a line: as [`line`], and no order to a GitHub runner.
#[must_use]
pub fn opening(name: &str) -> Cow<'_, str> {
    let shown = line(name);
    if opens_order(&shown) { Cow::Owned(format!("./{shown}")) } else { shown }
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

/// Text in an HTML page, between tags or in a quoted attribute. What would be an order to a runner, which may print the
/// page, is written with a character reference, which shows the same.
#[must_use]
pub fn html(text: &str) -> Cow<'_, str> {
    let shown = rewrite(text, |c| match c {
        '&' => Some("&amp;".to_owned()),
        '<' => Some("&lt;".to_owned()),
        '>' => Some("&gt;".to_owned()),
        '"' => Some("&quot;".to_owned()),
        '\'' => Some("&#39;".to_owned()),
        '\n' | '\t' => None,
        c if is_unsafe(c) => Some(format!("\\u{{{:x}}}", c as u32)),
        _ => None,
    });
    let shown = without_orders(shown, "##&#91;");
    // Where in a line of the page it will stand, nobody knows here.
    if shown.contains("::") { Cow::Owned(shown.replace("::", ":&#58;")) } else { shown }
}

/// Text from a deal in one line of Markdown, in a cell of a table too: it is shown as it is written, backticks
/// included, and neither formats, links, notifies people nor opens a heading, a list or a quotation, wherever it
/// stands. It stays as readable in the source as it can, since reports are committed and compared.
#[must_use]
pub fn markdown_line(text: &str) -> Cow<'_, str> {
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
    let parted = |rest: &str| rest.is_empty() || rest.starts_with(char::is_whitespace);
    let numbered =
        after_digits.len() < text.len() && after_digits.strip_prefix(['.', ')']).is_some_and(parted);
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
            // A reference to an issue is looked up after entities are gone, too.
            '#' if next.is_ascii_digit() => out.push_str("#&#8203;"),
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

/// A message of ours for a cell or a paragraph of Markdown: what would be markup, a link, a mention or a reference to an
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

/// Text for a cell of CSV: one line in which nothing acts on a terminal, as [`line`]. What a spreadsheet would take for a
/// formula, or a GitHub runner for an order, gets an apostrophe before it, which spreadsheets take for the mark of a
/// text. Numbers with a sign stay numbers.
#[must_use]
pub fn spreadsheet(text: &str) -> Cow<'_, str> {
    let shown = line(text);
    let opens_formula =
        shown.trim_start().starts_with(['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'])
            && shown.parse::<f64>().is_err();
    if opens_formula || opens_order(&shown) { Cow::Owned(format!("'{shown}")) } else { shown }
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
        assert_eq!(opening("::error::x"), "./::error::x");
        assert_eq!(lines("::a\nb\u{7}\n ::c\n"), "./::a\nb\\u{7}\n./ ::c\n");
    }

    #[test]
    fn html_is_text() {
        assert_eq!(html("<b a='x' c=\"y\">&"), "&lt;b a=&#39;x&#39; c=&quot;y&quot;&gt;&amp;");
        assert_eq!(html("a\u{202e}b\u{0}"), "a\\u{202e}b\\u{0}");
        assert!(matches!(html("Zürich"), Cow::Borrowed(_)));
        assert_eq!(html("x\n::error::##[y]"), "x\n:&#58;error:&#58;##&#91;y]");
        assert_eq!(inside_element("a</style><!--"), "a<\\/style><\\!--");
    }

    #[test]
    fn a_line_of_markdown_is_text() {
        for (text, shown) in [
            ("# a", "\\# a"),
            ("- a", "\\- a"),
            ("-15,000 EUR", "-15,000 EUR"),
            ("---", "\\---"),
            ("1. a", "1\\. a"),
            ("13.31", "13.31"),
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
            assert_eq!(markdown_line(text), shown, "{text:?}");
        }
        assert!(matches!(markdown_line("Rollout of line 4. 120,000 EUR (2026)"), Cow::Borrowed(_)));
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
        assert_eq!(spreadsheet("\t=cmd()"), "' =cmd()");
        assert_eq!(spreadsheet("Zürich"), "Zürich");
    }

    #[test]
    fn a_cell_is_one_line_in_which_nothing_acts() {
        assert_eq!(spreadsheet("a\u{1b}[31m\u{202e}b"), "a\\u{1b}[31m\\u{202e}b");
        assert_eq!(spreadsheet("a\n::error::b ##[error]c"), "a ::error::b ## [error]c");
        assert_eq!(spreadsheet("::error::a"), "'::error::a");
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
