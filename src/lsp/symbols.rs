//! The outline of a deal or a workflow.

use lsp_types::{DocumentSymbol, SymbolKind};

use super::position::LineIndex;
use crate::source::{Span, escape};
use crate::syntax::{Kind, Node};

/// How many levels are shown: those of a requirement's table are three below the workflow.
const DEEPEST: usize = 4;

/// What stands in a text, key by key.
pub(super) fn outline(root: &Node<'_>, lines: &LineIndex<'_>) -> Vec<DocumentSymbol> {
    level(root, lines, 0)
}

fn level(node: &Node<'_>, lines: &LineIndex<'_>, depth: usize) -> Vec<DocumentSymbol> {
    if depth == DEEPEST {
        return Vec::new();
    }
    let entries = node.as_map().unwrap_or_default().iter().map(|entry| {
        let whole = hull(&entry.value).map_or(entry.key.span, |inner| inner.to(entry.key.span));
        let detail = entry.value.as_scalar().map(|scalar| shortened(&scalar.text));
        let title = || ["title", "name"].iter().find_map(|key| entry.value.get(key)?.as_scalar());
        let detail = detail.or_else(|| title().map(|title| shortened(&title.text)));
        symbol(
            &entry.key.value,
            detail,
            (whole, entry.key.span),
            lines,
            level(&entry.value, lines, depth + 1),
        )
    });
    let items = node.as_list().unwrap_or_default().iter().filter_map(|item| {
        let name = ["name", "title", "kind", "date"].iter().find_map(|key| item.get(key)?.as_scalar())?;
        Some(symbol(&name.text, None, (item.span, item.span), lines, Vec::new()))
    });
    entries.chain(items).collect()
}

/// The smallest span around a value and all that is in it: a table of TOML is in several places.
fn hull(node: &Node<'_>) -> Option<Span> {
    let join = |all: Option<Span>, span: Span| Some(all.map_or(span, |all| all.to(span)));
    match &node.kind {
        Kind::Scalar(_) => Some(node.span),
        Kind::List(items) => items.iter().filter_map(hull).fold(Some(node.span), join),
        Kind::Map(entries) => entries
            .iter()
            .flat_map(|entry| [Some(entry.key.span), hull(&entry.value)])
            .flatten()
            .fold(None, join),
    }
}

fn symbol(
    name: &str,
    detail: Option<String>,
    (whole, key): (Span, Span),
    lines: &LineIndex<'_>,
    children: Vec<DocumentSymbol>,
) -> DocumentSymbol {
    let shown = shortened(name);
    #[expect(deprecated, reason = "the field has no other name")]
    DocumentSymbol {
        // An empty name is refused.
        name: if shown.is_empty() { "–".to_owned() } else { shown },
        detail,
        kind: if children.is_empty() { SymbolKind::FIELD } else { SymbolKind::STRUCT },
        tags: None,
        deprecated: None,
        range: lines.span(whole),
        selection_range: lines.span(key),
        children: (!children.is_empty()).then_some(children),
    }
}

fn shortened(text: &str) -> String {
    let line = escape::line(text.lines().next().unwrap_or_default().trim()).into_owned();
    if line.chars().count() > 80 { line.chars().take(79).chain(['…']).collect() } else { line }
}
