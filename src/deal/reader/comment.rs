//! Texts that are cut short by what YAML takes for a comment.

use crate::finding::wording::quote;
use crate::finding::{Code, Finding, FindingsBuilder, Fix, Rewrite};
use crate::source::Span;
use crate::syntax::{Kind, Node, Scalar, Style};

/// Tells of a text that ends where a ` #` starts a comment, if that looks like more of the text: people put a space behind
/// the `#` of a comment, and none behind that of a number.
pub(super) fn cut_short(node: &Node<'_>, complaints: &mut FindingsBuilder) {
    let Kind::Scalar(Scalar { text, style: Style::Plain }) = &node.kind else { return };
    let Some(file) = complaints.sources().first() else { return };
    let end = node.span.end as usize;
    let line = file.text().get(end..).and_then(|rest| rest.lines().next()).unwrap_or_default();
    let rest = line.trim_start_matches([' ', '\t']);
    if rest.len() == line.len() || !rest.starts_with('#') || !rest[1..].starts_with(char::is_alphanumeric) {
        return;
    }
    let start = end + line.len() - rest.len();
    let rest = rest.trim_end();
    let whole = if text.is_empty() { rest.to_owned() } else { format!("{text}{line}").trim_end().to_owned() };
    let help = if whole.contains(['\'', '"', '\\', '\n', ',', '}', ']']) {
        "put the whole text in quotes, or a space behind the `#` of a comment".to_owned()
    } else {
        format!("write `\"{whole}\"`, or put a space behind the `#` of a comment")
    };
    let message = format!("{} is a comment and no part of the text", quote(rest));
    // What fills a gap, or changes where a link leads, says more than its writer may have meant.
    let fix = Fix { rewrite: Rewrite::TakeIn, safe: !text.is_empty() && !leads_somewhere(text) };
    let finding = Finding::new(Code::CommentInText, message).help(help).fix(Some(fix));
    complaints.add(Span::new(start, start + rest.len()), finding);
}

/// Whether a word of a text may be a link, an address, or the path or name of a file.
fn leads_somewhere(text: &str) -> bool {
    let is_named_file =
        |word: &str| word.match_indices('.').any(|(at, _)| word[at + 1..].starts_with(char::is_alphabetic));
    text.split_whitespace().any(|word| word.contains(['/', '\\', '@', '~']) || is_named_file(word))
}
