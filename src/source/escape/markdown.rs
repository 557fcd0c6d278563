//! Text in Markdown: the values of deals, which stay readable in its source, and messages of ours with code in backticks.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::hidden::acts;
use super::rewrite;
use super::rewrite::line;

/// Text from a deal in one line of Markdown, in a cell of a table too: it is shown as it is written, backticks
/// included, and neither formats, links, notifies people nor opens a heading, a list or a quotation, wherever it
/// stands. It stays as readable in the source as it can, since reports are committed and compared.
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
        Some('#' | '=') => true,
        Some('-' | '+') => second.is_none_or(|c| c.is_whitespace() || c == '-'),
        _ => numbered,
    }
}

fn push_markdown(out: &mut String, text: &str, inside_word: bool) {
    let mut before = if inside_word { '0' } else { ' ' };
    for (at, c) in text.char_indices() {
        let rest = &text[at + c.len_utf8()..];
        let next = rest.chars().next().unwrap_or(' ');
        match c {
            '\\' | '`' | '*' | '[' | ']' | '|' | '~' | '$' => out.extend(['\\', c]),
            // Inside a word it is only an underscore.
            '_' if !(before.is_alphanumeric() && next.is_alphanumeric()) => out.push_str("\\_"),
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // An address of e-mail notifies nobody; a name after a lone sign does, and `@everyone` anywhere.
            '@' if !before.is_alphanumeric() || everybody(rest) => out.push_str("@&#8203;"),
            // A reference to an issue is looked up after entities are gone, too.
            '#' if next.is_ascii_digit() => out.push_str("#&#8203;"),
            '\n' | '\t' | '\r' => out.push(' '),
            c if makes_address(c, out, rest) => {
                let _ = write!(out, "&#{};", c as u32);
            }
            c if acts(text, at, c) => {
                let _ = write!(out, "\\\\u{{{:x}}}", c as u32);
            }
            c => out.push(c),
        }
        before = c;
    }
}

fn everybody(after: &str) -> bool {
    let word: String = after.chars().take_while(char::is_ascii_alphabetic).take(8).collect();
    matches!(word.to_ascii_lowercase().as_str(), "everyone" | "here" | "channel" | "all")
}

/// Whether a mark makes a link of the bare text around it: `www.` does by its full stop, `https:` by its colon; a word
/// between two colons becomes a picture, and two colons open an order to a GitHub runner.
fn makes_address(mark: char, before: &str, after: &str) -> bool {
    match mark {
        '.' => before.len() >= 3 && before.as_bytes()[before.len() - 3..].eq_ignore_ascii_case(b"www"),
        ':' => {
            let number = after.trim_start_matches(|c: char| c.is_ascii_digit());
            number.starts_with(|c| c != ' ' && (c == ':' || number.len() == after.len()))
        }
        _ => false,
    }
}

/// An address for the round brackets of a Markdown link.
pub fn markdown_address(address: &str) -> Cow<'_, str> {
    rewrite(address, |c, _| match c {
        '(' | ')' | '<' | '>' | '\\' | '|' | '`' | '"' | '[' | ']' | '*' => {
            Some(format!("%{:02X}", c as u32))
        }
        _ => None,
    })
}

/// A message of ours for a cell or a paragraph of Markdown: what would be markup, a link, a mention or a reference to an
/// issue is shown as it stands. What stands between single backticks is shown as code.
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

/// A snippet as code in one line of Markdown, in a cell of a table too. Where every letter of it means only itself, it
/// stands between backticks, which is readable in the source too; entities are no such place, so other snippets are in tags.
pub fn markdown_code(text: &str) -> String {
    let flat = line(text);
    let mut letters = flat.char_indices();
    let is_plain = letters.all(|(at, c)| match c {
        '<' => {
            !flat[at + 1..].starts_with(|next: char| next.is_alphabetic() || matches!(next, '/' | '!' | '?'))
        }
        c if c.is_alphanumeric() => true,
        c => c == '\u{2026}' || " .,:;=>!+-*/()_'\"%{}".contains(c),
    });
    if is_plain && !flat.is_empty() && flat.trim() == flat {
        return format!("`{flat}`");
    }
    let mut out = String::from("<code>");
    markdown_piece(&flat, &mut out);
    out.push_str("</code>");
    out
}

fn markdown_piece(text: &str, out: &mut String) {
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        let plain = c.is_alphanumeric()
            || matches!(c, ' ' | ',' | ';' | '?' | '"' | '\'' | '/' | '=' | '-' | '(' | ')' | '%')
            || !c.is_ascii();
        if plain || matches!(c, '.' | ':') && !makes_address(c, out, rest.as_str()) {
            out.push(c);
            continue;
        }
        let _ = write!(out, "&#{};", c as u32);
        // Names and numbers behind these are looked up after entities are gone; a comment parts them.
        let looked_up = matches!(c, '@' | '#' | '!' | '~' | '$' | '&');
        if looked_up && rest.as_str().starts_with(char::is_alphanumeric) {
            out.push_str("<!-- -->");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
            ("::error::x", "&#58;&#58;error&#58;&#58;x"),
            ("https://x.example/~jane", "https&#58;//x.example/\\~jane"),
            ("https://evil.example/a_b_", "https&#58;//evil.example/a_b\\_"),
            ("see WWW.evil.example: now", "see WWW&#46;evil.example: now"),
            ("mailto:x@y.example ftp://z", "mailto&#58;x@y.example ftp&#58;//z"),
            ("10:30, a.yaml:3, :100: :+1:", "10:30, a.yaml:3, &#58;100: &#58;+1:"),
            ("##[error]x", "\\##\\[error\\]x"),
            ("a | b\nc", "a \\| b c"),
            ("](javascript:alert(1))", "\\](javascript&#58;alert(1))"),
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
    fn a_snippet_is_shown_as_it_stands() {
        for (text, shown) in [
            ("amount >= 250000 and steep", "`amount >= 250000 and steep`"),
            ("a < b", "`a < b`"),
            ("a <b> c", "<code>a &#60;b&#62; c</code>"),
            ("x|y", "<code>x&#124;y</code>"),
            ("a `b` \\", "<code>a &#96;b&#96; &#92;</code>"),
            ("@dana #1", "<code>&#64;<!-- -->dana &#35;<!-- -->1</code>"),
            (" a", "<code> a</code>"),
            ("", "<code></code>"),
        ] {
            assert_eq!(markdown_code(text), shown, "{text:?}");
        }
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
        assert_eq!(markdown_address("https://a/(b)|c"), "https://a/%28b%29%7Cc");
    }
}
