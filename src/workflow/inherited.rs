//! Errors that a workflow causes in its parent: the line at fault stands in the parent, the cause in the child.

use std::sync::Arc;

use crate::finding::Finding;
use crate::requirement::Expression;
use crate::source::{Place, SourceFile, Span};
use crate::syntax::{Node, toml};

/// Adds to each finding that stands in another file the place in this one that brought it about: what the line at fault
/// builds on and this file changes, else `extends`.
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
        let (Some(root), Some(at)) = (root, &finding.place) else { return };
        let Some(parent) = toml::parse(at.file.text(), 0).root else { continue };
        let mut path = Vec::new();
        find(&parent, at.span, &mut path);
        let mut changed = builds_on(&path, at.file.slice(at.span), value(&parent, &path)).into_iter();
        let changed = changed.find_map(|(table, name)| entry(root.get(table)?, &name));
        let (span, message) = match changed.or_else(|| same_path(root, &path)) {
            Some(span) => (span, "changed here"),
            None => match entry(root, "extends") {
                Some(span) => (span, "extended here, with what this workflow changes"),
                None => continue,
            },
        };
        let place = Place::new(file, span);
        *finding = finding.clone().related(Some(place), message);
    }
}

/// What a line of a workflow builds on, by the table that declares it: a rule on fields and derived names, an approval on
/// a group, a field requirement on its field.
fn builds_on(path: &[String], written: &str, value: Option<&str>) -> Vec<(&'static str, String)> {
    let written = written.trim_matches(['"', '\'']);
    let Some(key) = path.last() else { return Vec::new() };
    match key.as_str() {
        "approval" | "waivable" | "group" | "by" => vec![("groups", written.to_owned())],
        "field" | "covers" | "before" | "after" => {
            vec![("fields", written.split('.').next().unwrap_or_default().to_owned())]
        }
        _ => {
            let is_expression = matches!(key.as_str(), "rule" | "when") || path[0] == "derived";
            let names = value.filter(|_| is_expression).map(Expression::names_in).unwrap_or_default();
            let tables = |name: String| ["fields", "derived"].map(|table| (table, name.clone()));
            names.into_iter().flat_map(tables).collect()
        }
    }
}

/// The text at the end of a path.
fn value<'n>(root: &'n Node<'_>, path: &[String]) -> Option<&'n str> {
    let node = path.iter().try_fold(root, |node, key| node.get(key))?;
    node.as_scalar().map(|scalar| scalar.text.as_ref())
}

/// Where a key of a table stands.
fn entry(table: &Node<'_>, name: &str) -> Option<Span> {
    table.as_map()?.iter().find(|entry| entry.key.value == name).map(|entry| entry.key.span)
}

/// The key of the child that lies over what stands at a path of the parent.
fn same_path(child: &Node<'_>, path: &[String]) -> Option<Span> {
    let mut over = None;
    let mut node = child;
    for name in path {
        let Some(entry) = node.as_map().and_then(|all| all.iter().find(|entry| entry.key.value == *name))
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
