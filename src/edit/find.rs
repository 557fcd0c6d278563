//! Finds what a path leads to.

use crate::edit::path::{Path, PathStep};
use crate::edit::write::NewValue;
use crate::source::Span;
use crate::syntax::{Entry, Kind, Node, Style};

/// What stands in the way, and where.
pub(super) type Obstacle = (String, Span);

/// Where a new key goes among those that are there.
pub(in crate::edit) fn position<'k>(
    keys: impl ExactSizeIterator<Item = &'k str> + DoubleEndedIterator,
    key: &str,
    order: &[&str],
) -> usize {
    let rank = |key: &str| order.iter().position(|known| *known == key);
    let Some(own) = rank(key) else { return keys.len() };
    let count = keys.len();
    let earlier = keys.rev().position(|other| rank(other).is_some_and(|rank| rank < own));
    earlier.map_or(0, |from_end| count - from_end)
}

/// Where a value stands, or the nearest that is there on the way to it.
pub(in crate::edit) fn span_of(root: &Node<'_>, path: &Path) -> Span {
    (0..=path.0.len())
        .rev()
        .find_map(|depth| existing(root, &Path(path.0[..depth].to_vec())))
        .map_or(root.span, |node| node.span)
}

/// What comes from a merge key stands elsewhere.
pub(super) fn written_here(map: &Node<'_>, entry: &Entry<'_>) -> Result<(), Obstacle> {
    if entry.key.span.start < map.span.start || entry.key.span.end > map.span.end {
        let message = format!("`{}` comes from elsewhere, by a merge key", entry.key.value);
        return Err((message, map.span));
    }
    Ok(())
}

pub(super) fn entries<'n>(map: &'n Node<'n>) -> &'n [Entry<'n>] {
    map.as_map().unwrap_or_default()
}

pub(in crate::edit) fn existing<'n>(root: &'n Node<'n>, path: &Path) -> Option<&'n Node<'n>> {
    path.0.iter().try_fold(root, |here, step| match step {
        PathStep::Key(key) => here.get(key),
        PathStep::Item(item) => here.as_list()?.get(*item),
    })
}

/// A value below keys that are still to be made.
pub(super) fn nested(steps: &[PathStep], value: &NewValue) -> NewValue {
    steps.iter().rev().fold(value.clone(), |inner, step| match step {
        PathStep::Key(key) => NewValue::Record(vec![(key.clone(), inner)]),
        PathStep::Item(_) => NewValue::List(vec![inner]),
    })
}

/// The way to a scalar, or to a key, that stands exactly there.
pub(in crate::edit) fn place(node: &Node<'_>, span: Span, is_key: bool, steps: &mut Vec<PathStep>) -> bool {
    match &node.kind {
        Kind::Scalar(_) => !is_key && node.span == span,
        Kind::List(items) => items.iter().enumerate().any(|(index, item)| {
            steps.push(PathStep::Item(index));
            let found = place(item, span, is_key, steps);
            if !found {
                steps.pop();
            }
            found
        }),
        Kind::Map(entries) => entries.iter().any(|entry| {
            let is_it = is_key && entry.key.span == span;
            // What stands elsewhere is not looked into: most of a file is none of a finding's business.
            let may_hold = |node: &Node<'_>| node.span.start <= span.start && span.end <= node.span.end;
            if !is_it && !may_hold(&entry.value) {
                return false;
            }
            steps.push(PathStep::Key(entry.key.value.clone().into_owned()));
            let found = is_it || place(&entry.value, span, is_key, steps);
            if !found {
                steps.pop();
            }
            found
        }),
    }
}

/// The way to the plain scalar that ends at a byte, and where it begins.
pub(in crate::edit) fn ending(node: &Node<'_>, at: usize, steps: &mut Vec<PathStep>) -> Option<usize> {
    let within = |node: &Node<'_>| node.span.start as usize <= at && at <= node.span.end as usize;
    let mut below = |step, inner: &Node<'_>| {
        steps.push(step);
        let found = if within(inner) { ending(inner, at, steps) } else { None };
        if found.is_none() {
            steps.pop();
        }
        found
    };
    match &node.kind {
        Kind::Scalar(scalar) => {
            let ends = node.span.end as usize == at && scalar.style == Style::Plain;
            ends.then_some(node.span.start as usize)
        }
        Kind::List(items) => {
            items.iter().enumerate().find_map(|(index, item)| below(PathStep::Item(index), item))
        }
        Kind::Map(entries) => entries
            .iter()
            .find_map(|entry| below(PathStep::Key(entry.key.value.clone().into_owned()), &entry.value)),
    }
}
