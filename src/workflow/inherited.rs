//! Faults that a workflow causes in what it extends: the line at fault stands in the parent, the cause in the child.

use std::sync::Arc;

use crate::finding::Finding;
use crate::source::{Place, SourceFile, Span};
use crate::syntax::{Node, toml};

/// Adds to each finding that stands in another file the place in this one that brought it about: the key that the
/// message names, else `extends`.
pub(super) fn point_at_child(file: &Arc<SourceFile>, findings: &mut [Finding]) {
    let elsewhere =
        |finding: &&mut Finding| finding.place.as_ref().is_some_and(|place| place.file.path() != file.path());
    let mut tree = None;
    for finding in findings.iter_mut().filter(elsewhere) {
        let here = |related: &crate::finding::Related| related.place.file.path() == file.path();
        if finding.related.iter().any(here) {
            continue;
        }
        let root = tree.get_or_insert_with(|| toml::parse(file.text(), 0).root);
        let Some(root) = root else { return };
        let named = finding.message.split('`').skip(1).step_by(2);
        let words = named.flat_map(|text| text.split(|c: char| !c.is_alphanumeric() && c != '-' && c != '_'));
        let by_name = words.filter(|word| !word.is_empty()).find_map(|word| key(root, word));
        let (span, message) = match by_name.or_else(|| same_path(root, finding.place.as_ref()?)) {
            Some(span) => (span, "changed here"),
            None => match key(root, "extends") {
                Some(span) => (span, "extended here, with what this workflow changes"),
                None => continue,
            },
        };
        let place = Place::new(file, span);
        *finding = finding.clone().related(Some(place), message);
    }
}

/// The key of the child that lies over what stands at a place of the parent.
fn same_path(child: &Node<'_>, place: &Place) -> Option<Span> {
    let parent = toml::parse(place.file.text(), 0).root?;
    let mut path = Vec::new();
    find(&parent, place.span, &mut path);
    let mut over = None;
    let mut node = child;
    for name in path {
        let Some(entry) = node.as_map().and_then(|all| all.iter().find(|entry| entry.key.value == name))
        else {
            break;
        };
        node = &entry.value;
        // A table only holds what it lays over the parent's.
        over = node.as_map().is_none().then_some(entry.key.span);
    }
    over
}

/// The keys that lead to a place.
fn find(node: &Node<'_>, span: Span, path: &mut Vec<String>) -> bool {
    node.as_map().unwrap_or_default().iter().any(|entry| {
        path.push(entry.key.value.to_string());
        let value = entry.value.span;
        let here = entry.value.as_map().is_none() && value.start <= span.start && span.end <= value.end;
        let found = here || entry.key.span == span || find(&entry.value, span, path);
        if !found {
            path.pop();
        }
        found
    })
}

/// Where a key of this name stands, however deep.
fn key(node: &Node<'_>, name: &str) -> Option<Span> {
    let entries = node.as_map()?;
    let own = entries.iter().find(|entry| entry.key.value == name).map(|entry| entry.key.span);
    own.or_else(|| entries.iter().find_map(|entry| key(&entry.value, name)))
}
