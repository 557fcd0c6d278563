//! Neutralises text from files for each kind of output. The one place that does.

mod converts;
mod hidden;
mod markdown;
mod rewrite;

use std::borrow::Cow;
use std::fmt::Write as _;

pub use converts::converts;
use hidden::hides;
pub use markdown::{markdown, markdown_address, markdown_code, markdown_line};
pub use rewrite::{line, starts_workflow_command};
use rewrite::{neutralize_workflow_commands, rewrite};

/// Text for a terminal: control characters, and those that reorder or hide text, are shown as `\u{..}`, so that a name
/// in a file can neither move the cursor nor look like another.
pub fn terminal(text: &str) -> Cow<'_, str> {
    let shown = rewrite(text, |c, acts| (acts && c != '\n').then(|| format!("\\u{{{:x}}}", c as u32)));
    neutralize_workflow_commands(shown, "## [")
}

/// Lines for a terminal, or for a file that a runner prints: as [`terminal`], and none of them is an order to a GitHub
/// runner. As most of them open with a path, `./` goes before what would be one.
pub fn lines(text: &str) -> String {
    let guarded = terminal(text);
    let guarded = guarded
        .split('\n')
        .map(|line| if starts_workflow_command(line) { format!("./{line}") } else { line.to_owned() });
    guarded.collect::<Vec<_>>().join("\n")
}

/// The lines of a patch for a terminal, or for a file that a runner prints: as [`lines`], but for tabs and for what ends a
/// line, which belong to it.
pub fn patch(text: &str) -> String {
    let shown = text.split('\n').map(|line| {
        let (line, end) = line.strip_suffix('\r').map_or((line, ""), |line| (line, "\r"));
        let shown = rewrite(line, |c, acts| (acts && c != '\t').then(|| format!("\\u{{{:x}}}", c as u32)));
        let shown = neutralize_workflow_commands(shown, "## [");
        let guard = if starts_workflow_command(&shown) { "./" } else { "" };
        format!("{guard}{shown}{end}")
    });
    shown.collect::<Vec<_>>().join("\n")
}

/// A name or a path that opens a line: as [`line`], and no order to a GitHub runner.
pub fn opening(name: &str) -> Cow<'_, str> {
    let shown = line(name);
    if starts_workflow_command(&shown) { Cow::Owned(format!("./{shown}")) } else { shown }
}

/// An excerpt of a source for a terminal: every unsafe character becomes one visible stand-in of the
/// same length in bytes or fewer is padded, so that byte offsets into the excerpt stay true.
pub fn excerpt(text: &str) -> Cow<'_, str> {
    let shown = rewrite(text, |c, acts| {
        (acts && !matches!(c, '\n' | '\t' | '\r')).then(|| match c.len_utf8() {
            1 => "?".to_owned(),
            2 => "\u{b7}".to_owned(),
            3 => "\u{fffd}".to_owned(),
            _ => "\u{fffd}?".to_owned(),
        })
    });
    neutralize_workflow_commands(shown, "#?[")
}

/// The message of a GitHub workflow command.
pub fn annotation(text: &str) -> Cow<'_, str> {
    rewrite(text, |c, acts| match c {
        '%' => Some("%25".to_owned()),
        '\r' => Some("%0D".to_owned()),
        '\n' => Some("%0A".to_owned()),
        c if acts => Some(format!("\\u{{{:x}}}", c as u32)),
        _ => None,
    })
}

/// A property (`file=…`, `title=…`) of a GitHub workflow command.
pub fn annotation_property(text: &str) -> Cow<'_, str> {
    rewrite(text, |c, acts| match c {
        '%' => Some("%25".to_owned()),
        '\r' => Some("%0D".to_owned()),
        '\n' => Some("%0A".to_owned()),
        ':' => Some("%3A".to_owned()),
        ',' => Some("%2C".to_owned()),
        c if acts => Some(format!("\\u{{{:x}}}", c as u32)),
        _ => None,
    })
}

/// Part of a JSON string: as `\u` escapes, which leave the text the same.
pub fn json(text: &str) -> Cow<'_, str> {
    let units = |c: char| {
        let mut escaped = String::new();
        for unit in c.encode_utf16(&mut [0; 2]) {
            let _ = write!(escaped, "\\u{unit:04x}");
        }
        escaped
    };
    let shown = rewrite(text, |c, acts| acts.then(|| units(c)));
    neutralize_workflow_commands(shown, "##\\u005b")
}

/// Text in an HTML page, between tags or in a quoted attribute. What would be an order to a runner, which may print the
/// page, is written with a character reference, which shows the same.
pub fn html(text: &str) -> Cow<'_, str> {
    let shown = rewrite(text, |c, acts| match c {
        '&' => Some("&amp;".to_owned()),
        '<' => Some("&lt;".to_owned()),
        '>' => Some("&gt;".to_owned()),
        '"' => Some("&quot;".to_owned()),
        '\'' => Some("&#39;".to_owned()),
        '\n' | '\t' => None,
        c if acts => Some(format!("\\u{{{:x}}}", c as u32)),
        _ => None,
    });
    let shown = neutralize_workflow_commands(shown, "##&#91;");
    // Where in a line of the page it will stand, nobody knows here.
    if shown.contains("::") { Cow::Owned(shown.replace("::", ":&#58;")) } else { shown }
}

/// The text of a style sheet or a script inside a page: it cannot end the element that it stands in.
pub fn inside_element(text: &str) -> String {
    text.replace("</", "<\\/").replace("<!--", "<\\!--")
}

/// The address, when it may be linked to: `http`, `https` and `mailto`, and nothing that a browser would run.
pub fn linkable(address: &str) -> bool {
    let scheme = address.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    let allowed = matches!(scheme.as_deref(), Some("http" | "https" | "mailto"));
    allowed && !address.chars().any(|c| c.is_whitespace() || hides(c))
}

/// A path as part of a URI: everything but letters, digits and a few marks in percent-encoding.
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
/// text; behind a `,` or `;` too, unless that is what parts the cells and so stands in quotes, since which of the two
/// parts cells is for the reader's language to say. Numbers with a sign stay numbers.
pub fn spreadsheet(text: &str, delimiter: u8) -> Cow<'_, str> {
    let shown = line(text);
    let guarded = |piece: &str| {
        let start = piece.trim_start_matches(|c: char| c.is_whitespace() || c == '"');
        let opens_formula =
            start.starts_with(['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}']);
        opens_formula && piece.trim_start().parse::<f64>().is_err()
    };
    let parts_elsewhere = |c: char| matches!(c, ',' | ';') && c != char::from(delimiter);
    if !starts_workflow_command(&shown) && !shown.split(parts_elsewhere).any(guarded) {
        return shown;
    }
    let mut out = String::with_capacity(shown.len() + 4);
    for piece in shown.split_inclusive(parts_elsewhere) {
        if guarded(piece.trim_end_matches(parts_elsewhere))
            || out.is_empty() && starts_workflow_command(&shown)
        {
            out.push('\'');
        }
        out.push_str(piece);
    }
    Cow::Owned(out)
}

/// Text for a cell that people edit: as [`spreadsheet`], but in as many lines as it has.
pub fn sheet_cell(text: &str) -> String {
    text.split('\n').map(|line| spreadsheet(line, b',')).collect::<Vec<_>>().join("\n")
}

/// What stands in such a cell, without the apostrophes that kept it a text.
pub fn without_guards(cell: &str) -> String {
    if let Some(text) = cell.strip_prefix('\'').filter(|text| converts(text)) {
        return text.to_owned();
    }
    let is_guard = |rest: &str| {
        let start = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '"');
        start.starts_with(['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'])
            || starts_workflow_command(rest)
    };
    let piece = |piece: &str| match piece.strip_prefix('\'') {
        Some(rest) if is_guard(rest) => rest.to_owned(),
        _ => piece.to_owned(),
    };
    cell.split('\n')
        .map(|line| line.split_inclusive(';').map(piece).collect::<String>())
        .collect::<Vec<_>>()
        .join("\n")
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
        assert!(starts_workflow_command(" ::error::") && !starts_workflow_command("a::b"));
        assert_eq!(opening("::error::x"), "./::error::x");
        assert_eq!(lines("::a\nb\u{7}\n ::c\n"), "./::a\nb\\u{7}\n./ ::c\n");
        assert_eq!(patch("-\ta\r\n+b\rc\u{7}\n ::d\n"), "-\ta\r\n+b\\u{d}c\\u{7}\n./ ::d\n");
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
    fn a_cell_that_people_edit_says_the_same_without_its_guards() {
        for text in ["a\nb", "=1+1", "x;=1;-2", "@a\n=b", "-5", "::error::x", "it's", " \"=1", "a;\n;=b"] {
            let cell = sheet_cell(text);
            assert_eq!(without_guards(&cell), text, "{cell}");
            assert_eq!(without_guards(&sheet_cell(&without_guards(&cell))), without_guards(&cell));
        }
        assert_eq!(sheet_cell("a\n=b"), "a\n'=b");
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
    }

    #[test]
    fn a_spreadsheet_is_given_no_formula() {
        for (text, comma, semicolon) in [
            ("=HYPERLINK(1)", "'=HYPERLINK(1)", "'=HYPERLINK(1)"),
            ("-cmd", "'-cmd", "'-cmd"),
            ("-0.5", "-0.5", "-0.5"),
            ("\t=cmd()", "' =cmd()", "' =cmd()"),
            ("Zürich; Bern", "Zürich; Bern", "Zürich; Bern"),
            ("a;=1+1", "a;'=1+1", "a;=1+1"),
            ("a,=1+1", "a,=1+1", "a,'=1+1"),
            ("a; \"@x;-2;-b", "a;' \"@x;-2;'-b", "a; \"@x;-2;-b"),
            ("=a;=b", "'=a;'=b", "'=a;=b"),
        ] {
            assert_eq!([spreadsheet(text, b','), spreadsheet(text, b';')], [comma, semicolon], "{text}");
        }
    }

    #[test]
    fn a_cell_is_one_line_in_which_nothing_acts() {
        let spreadsheet = |text| spreadsheet(text, b',').into_owned();
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
        for text in ["a\u{1b}b", "a\u{85}b", "a\u{202e}b", "a\u{e0041}b", "a##[b"] {
            assert_eq!(excerpt(text).len(), text.len(), "{text:?}");
        }
    }
}
