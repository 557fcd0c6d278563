//! Carries out the fix of a finding in TOML: one name is written in the place of another, and the tree says no more than that.

use crate::finding::fix::{Fix, Rewrite};
use crate::source::Span;
use crate::syntax::{Kind, Node, toml};

/// The bytes that a fix replaces, and what stands there instead; `None` where another name would change more.
pub(super) fn resolve(text: &str, span: Span, fix: &Fix) -> Option<(Span, String)> {
    let (start, end) = (span.start as usize, span.end as usize);
    let written = text.get(start..end)?;
    let new = fix.rewrite.written();
    let is_bare = |name: &str| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
    };
    let quote = written.chars().next().filter(|first| matches!(first, '"' | '\''));
    let instead = match (&fix.rewrite, quote) {
        (Rewrite::Key(_), None) if is_bare(written) && is_bare(new) => new.to_owned(),
        (Rewrite::Key(_) | Rewrite::Text(_), Some(quote))
            if written.len() > 1 && written.ends_with(quote) && !new.contains(['"', '\'', '\\', '\n']) =>
        {
            format!("{quote}{new}{quote}")
        }
        _ => return None,
    };
    let edited = [&text[..start], &instead, &text[end..]].concat();
    let (before, after) = (toml::parse(text, 0), toml::parse(&edited, 0));
    let is_sound = before.faults.is_empty()
        && after.faults.is_empty()
        && differ_there(&before.root?, &after.root?, Span::new(start, end), new) == Some(1);
    is_sound.then(|| (Span::new(start, end), instead))
}

/// How many names differ, each of them at the place and as it should; `None`: something else does.
fn differ_there(old: &Node<'_>, new: &Node<'_>, at: Span, name: &str) -> Option<usize> {
    match (&old.kind, &new.kind) {
        (Kind::Scalar(a), Kind::Scalar(b)) if a == b => Some(0),
        (Kind::Scalar(a), Kind::Scalar(b)) => {
            (old.span == at && a.style == b.style && b.text == name).then_some(1)
        }
        (Kind::List(a), Kind::List(b)) if a.len() == b.len() => {
            a.iter().zip(b).map(|(a, b)| differ_there(a, b, at, name)).sum()
        }
        (Kind::Map(a), Kind::Map(b)) if a.len() == b.len() => a
            .iter()
            .zip(b)
            .map(|(a, b)| {
                let key = match a.key.value == b.key.value {
                    true => 0,
                    false if a.key.span == at && b.key.value == name => 1,
                    false => return None,
                };
                Some(key + differ_there(&a.value, &b.value, at, name)?)
            })
            .sum(),
        _ => None,
    }
}
