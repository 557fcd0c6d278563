//! Fixes in TOML: one name is written in the place of another, and the tree says no more than that.

use std::collections::BTreeMap;

use super::splice::Splice;
use crate::finding::fix::{Fix, Rewrite};
use crate::source::Span;
use crate::syntax::{Kind, Node, toml};

/// The bytes that a fix replaces, and what stands there instead; `None` where no plain name stands there.
pub(super) fn proposed(text: &str, span: Span, fix: &Fix) -> Option<Splice> {
    let range = span.start as usize..span.end as usize;
    let written = text.get(range.clone())?;
    let new = fix.rewrite.written()?;
    let is_bare = |name: &str| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
    };
    let quote = written.chars().next().filter(|first| matches!(first, '"' | '\''));
    match (&fix.rewrite, quote) {
        (Rewrite::Key(_), None) if is_bare(written) && is_bare(new) => Some(Splice::new(range, new)),
        (Rewrite::Key(_) | Rewrite::Text(_), Some(quote))
            if written.len() > 1 && written.ends_with(quote) && !new.contains(['"', '\'', '\\', '\n']) =>
        {
            Some(Splice::new(range, format!("{quote}{new}{quote}")))
        }
        _ => None,
    }
}

/// Whether a text with these names says what it said, but for them.
pub(super) fn proves(old: &Node<'_>, edited: &str, made: &[&Splice]) -> bool {
    let names: BTreeMap<(usize, usize), &str> = made
        .iter()
        .map(|splice| ((splice.range.start, splice.range.end), splice.text.trim_matches(['"', '\''])))
        .collect();
    let parsed = toml::parse(edited, 0);
    parsed.faults.is_empty()
        && parsed.root.is_some_and(|new| differences(old, &new, &names) == Some(made.len()))
}

/// How many names differ, each of them at its place and as it should; `None`: something else does.
fn differences(old: &Node<'_>, new: &Node<'_>, names: &BTreeMap<(usize, usize), &str>) -> Option<usize> {
    let is_new_name = |span: Span, name: &str| {
        names.get(&(span.start as usize, span.end as usize)).is_some_and(|known| *known == name)
    };
    match (&old.kind, &new.kind) {
        (Kind::Scalar(a), Kind::Scalar(b)) if a == b => Some(0),
        (Kind::Scalar(a), Kind::Scalar(b)) => {
            (a.style == b.style && is_new_name(old.span, &b.text)).then_some(1)
        }
        (Kind::List(a), Kind::List(b)) if a.len() == b.len() => {
            a.iter().zip(b).map(|(a, b)| differences(a, b, names)).sum()
        }
        (Kind::Map(a), Kind::Map(b)) if a.len() == b.len() => a
            .iter()
            .zip(b)
            .map(|(a, b)| {
                let is_same = a.key.value == b.key.value;
                if !is_same && !is_new_name(a.key.span, &b.key.value) {
                    return None;
                }
                Some(usize::from(!is_same) + differences(&a.value, &b.value, names)?)
            })
            .sum(),
        _ => None,
    }
}
