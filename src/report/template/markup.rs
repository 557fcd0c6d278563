//! A little Markdown for notes and help: paragraphs, lists, emphasis, code, links. Everything else is text.

use std::fmt::Write as _;

use crate::source::escape;

/// Notes as HTML. Nothing of what is written is passed on as markup.
pub(super) fn to_html(text: &str) -> String {
    let mut out = String::new();
    let mut list = false;
    for paragraph in paragraphs(text) {
        match paragraph {
            MarkupLine::Item(item) => {
                if !list {
                    out.push_str("<ul>");
                }
                list = true;
                let _ = write!(out, "<li>{}</li>", inline(&item));
            }
            MarkupLine::Text(text) => {
                if list {
                    out.push_str("</ul>");
                }
                list = false;
                let _ = write!(out, "<p>{}</p>", inline(&text));
            }
        }
    }
    if list {
        out.push_str("</ul>");
    }
    out
}

/// Notes as Markdown: paragraphs and lists stay what they are, the rest is text.
pub(super) fn to_markdown(text: &str) -> String {
    let mut out = String::new();
    let mut after_item = false;
    for line in paragraphs(text) {
        let item = matches!(line, MarkupLine::Item(_));
        if !out.is_empty() {
            out.push_str(if item && after_item { "\n" } else { "\n\n" });
        }
        match &line {
            MarkupLine::Item(item) => {
                let _ = write!(out, "- {}", escape::markdown_line(item));
            }
            MarkupLine::Text(text) => out.push_str(&escape::markdown_line(text)),
        }
        after_item = item;
    }
    out
}

enum MarkupLine {
    Text(String),
    Item(String),
}

/// Lines put together: an empty line ends a paragraph, `-` or `*` begins an item.
fn paragraphs(text: &str) -> Vec<MarkupLine> {
    let mut lines: Vec<MarkupLine> = Vec::new();
    let mut open = false;
    for line in text.lines() {
        let line = line.trim();
        let item = line.strip_prefix("- ").or_else(|| line.strip_prefix("* "));
        match (item, lines.last_mut()) {
            (Some(item), _) => {
                lines.push(MarkupLine::Item(item.trim().to_owned()));
                open = true;
            }
            (None, _) if line.is_empty() => open = false,
            (None, Some(MarkupLine::Text(before) | MarkupLine::Item(before))) if open => {
                before.push(' ');
                before.push_str(line);
            }
            (None, _) => {
                lines.push(MarkupLine::Text(line.to_owned()));
                open = true;
            }
        }
    }
    lines
}

/// Emphasis, code and links of one paragraph.
fn inline(text: &str) -> String {
    let mut out = String::new();
    // What is plain is written in one piece: it is by the whole of it that an order is known.
    let (mut plain, mut rest) = (0, text);
    let mut word_before = false;
    while let Some(c) = rest.chars().next() {
        let mut marked = String::new();
        let taken = match c {
            '`' => code(rest, &mut marked),
            '*' => strong(rest, &mut marked),
            '[' => link(rest, &mut marked),
            'h' if !word_before => bare_address(rest, &mut marked),
            _ => None,
        };
        let at = text.len() - rest.len();
        if let Some(taken) = taken {
            out.push_str(&escape::html(&text[plain..at]));
            out.push_str(&marked);
            plain = at + taken;
        }
        word_before = c.is_alphanumeric();
        rest = &rest[taken.unwrap_or(c.len_utf8())..];
    }
    out.push_str(&escape::html(&text[plain..]));
    out
}

fn code(rest: &str, out: &mut String) -> Option<usize> {
    let end = rest[1..].find('`').filter(|end| *end > 0)?;
    let _ = write!(out, "<code>{}</code>", escape::html(&rest[1..=end]));
    Some(end + 2)
}

fn strong(rest: &str, out: &mut String) -> Option<usize> {
    let (mark, element) = if rest.starts_with("**") { ("**", "strong") } else { ("*", "em") };
    let inside = &rest[mark.len()..];
    let end = inside.find(mark).filter(|end| *end > 0)?;
    let text = &inside[..end];
    if text.starts_with(char::is_whitespace) || text.ends_with(char::is_whitespace) {
        return None;
    }
    let _ = write!(out, "<{element}>{}</{element}>", escape::html(text));
    Some(end + 2 * mark.len())
}

fn link(rest: &str, out: &mut String) -> Option<usize> {
    let middle = rest.find("](")?;
    let end = middle + rest[middle..].find(')')?;
    let (text, address) = (&rest[1..middle], &rest[middle + 2..end]);
    if text.contains('[') || !escape::linkable(address) {
        return None;
    }
    push_link(text, address, out);
    Some(end + 1)
}

fn bare_address(rest: &str, out: &mut String) -> Option<usize> {
    if !rest.starts_with("https://") && !rest.starts_with("http://") {
        return None;
    }
    let end =
        rest.find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | ')')).unwrap_or(rest.len());
    let address = rest[..end].trim_end_matches(['.', ',', ';', ':', '!', '?']);
    escape::linkable(address).then(|| push_link(address, address, out))?;
    Some(address.len())
}

fn push_link(text: &str, address: &str, out: &mut String) {
    let (text, address) = (escape::html(text), escape::html(address));
    let _ = write!(out, "<a href=\"{address}\" rel=\"noreferrer\">{text}</a>");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_little_markdown_is_understood() {
        let html = to_html(
            "First **bold**\nline.\n\n- one `a<b`\n- [two](https://a.example/x)\n\nEnd: https://b.example.",
        );
        assert_eq!(
            html,
            "<p>First <strong>bold</strong> line.</p><ul><li>one <code>a&lt;b</code></li><li><a \
             href=\"https://a.example/x\" rel=\"noreferrer\">two</a></li></ul><p>End: <a href=\"https://b.example\" \
             rel=\"noreferrer\">https://b.example</a>.</p>"
        );
    }

    #[test]
    fn nothing_else_is() {
        assert_eq!(to_html("<b>[x](javascript:alert(1))"), "<p>&lt;b&gt;[x](javascript:alert(1))</p>");
        assert_eq!(to_markdown("# a\n\n- b | c\n- d"), "\\# a\n\n- b \\| c\n- d");
        assert_eq!(to_html("2 * 3 * 4 `"), "<p>2 * 3 * 4 `</p>");
    }
}
