//! Lays a workflow over the one it extends, as trees: the rules of `extends`, before anything is typed.

use std::borrow::Cow;

use crate::finding::wording::{quote, suggest};
use crate::finding::{Code, FindingsBuilder};
use crate::requirement::KINDS;
use crate::source::Spanned;
use crate::syntax::{Entry, Kind, Node, Scalar, Style};

/// Keys of the top level that are a file's own and are not handed down.
const NOT_INHERITED: [&str; 2] = ["name", "extends"];

/// Keys for which `false` is a value and takes nothing away: of a requirement, and of a field.
const FALSE_IS_A_VALUE: ([&str; 3], [&str; 2]) =
    (["evidence", "waivable", "equals"], ["required", "default"]);

/// Writes out what a workflow may abbreviate: a requirement's bare title, a field's bare type.
pub(super) fn spell_out(mut root: Node<'_>) -> Node<'_> {
    for entry in entries_mut(&mut root) {
        match entry.key.value.as_ref() {
            "fields" => spell_out_each(&mut entry.value, "type"),
            "stage" => {
                for stage in entries_mut(&mut entry.value) {
                    spell_out_gate(&mut stage.value);
                }
            }
            "lost" | "disqualified" => spell_out_gate(&mut entry.value),
            _ => {}
        }
    }
    root
}

fn spell_out_gate(stage: &mut Node<'_>) {
    entries_mut(stage)
        .iter_mut()
        .filter(|entry| entry.key.value == "requires")
        .for_each(|requires| spell_out_each(&mut requires.value, "title"));
}

fn spell_out_each(table: &mut Node<'_>, key: &'static str) {
    for entry in entries_mut(table) {
        if !matches!(&entry.value.kind, Kind::Scalar(Scalar { style: Style::Quoted, .. })) {
            continue;
        }
        let span = entry.value.span;
        let text = std::mem::replace(&mut entry.value, Node { span, kind: Kind::Map(Vec::new()) });
        entry.value.kind =
            Kind::Map(vec![Entry { key: Spanned::new(Cow::Borrowed(key), span), value: text }]);
    }
}

fn entries_mut<'n, 's>(node: &'n mut Node<'s>) -> &'n mut [Entry<'s>] {
    match &mut node.kind {
        Kind::Map(entries) => entries,
        _ => &mut [],
    }
}

/// A workflow laid over the one it extends; both spelt out.
pub(super) fn lay_over<'s>(child: Node<'s>, parent: Node<'s>, complaints: &mut FindingsBuilder) -> Node<'s> {
    let mut parent = parent;
    if let Kind::Map(entries) = &mut parent.kind {
        entries.retain(|entry| !NOT_INHERITED.contains(&entry.key.value.as_ref()));
    }
    drop_unlisted_stages(&child, &mut parent);
    merge(child, parent, &mut Vec::new(), complaints)
}

/// Where the child lists its own stages, tables of others are dropped.
fn drop_unlisted_stages(child: &Node<'_>, parent: &mut Node<'_>) {
    let Some(stages) = child.get("stages").and_then(Node::as_list) else { return };
    let listed =
        |id: &str| stages.iter().any(|stage| stage.as_scalar().is_some_and(|stage| stage.text == id));
    for entry in entries_mut(parent).iter_mut().filter(|entry| entry.key.value == "stage") {
        if let Kind::Map(tables) = &mut entry.value.kind {
            tables.retain(|table| listed(&table.key.value));
        }
    }
}

fn merge<'s>(
    child: Node<'s>,
    parent: Node<'s>,
    path: &mut Vec<String>,
    complaints: &mut FindingsBuilder,
) -> Node<'s> {
    let (own, mut merged) = match (child.kind, parent.kind) {
        (Kind::Map(own), Kind::Map(inherited)) => (own, inherited),
        // Only tables are laid over each other; of anything else the child's counts.
        (kind, _) => return Node { span: child.span, kind },
    };
    for entry in own {
        let position = merged.iter().position(|candidate| candidate.key.value == entry.key.value);
        let Some(position) = position else {
            if removes(&entry, path) && in_checklist(path) {
                nothing_to_take_away(&entry, &merged, complaints);
            } else {
                merged.push(entry);
            }
            continue;
        };
        let inherited = &mut merged[position];
        if removes(&entry, path)
            && !matches!(&inherited.value.kind, Kind::Scalar(scalar) if is_boolean(scalar))
        {
            merged.remove(position);
            continue;
        }
        let both_tables = entry.value.as_map().is_some() && inherited.value.as_map().is_some();
        if !both_tables {
            *inherited = entry;
            continue;
        }
        let absent = Node { span: inherited.value.span, kind: Kind::Map(Vec::new()) };
        let mut below = std::mem::replace(&mut inherited.value, absent);
        if in_checklist(path) {
            forget_other_kind(&entry.value, &mut below);
        }
        path.push(entry.key.value.to_string());
        inherited.value = merge(entry.value, below, path, complaints);
        path.pop();
        // The nearest file that says something of a table is the one that findings point at.
        inherited.key = entry.key;
    }
    Node { span: child.span, kind: Kind::Map(merged) }
}

/// Whether an entry of the table at a path takes what is inherited away.
fn removes(entry: &Entry<'_>, path: &[String]) -> bool {
    let of_table = || path.split_last().is_some_and(|(_, above)| in_checklist(above));
    let key = entry.key.value.as_ref();
    let is_a_value = match () {
        () if of_table() => FALSE_IS_A_VALUE.0.contains(&key),
        () if is_field(path) => FALSE_IS_A_VALUE.1.contains(&key),
        () => false,
    };
    matches!(&entry.value.kind, Kind::Scalar(scalar) if is_boolean(scalar) && scalar.text == "false")
        && !is_a_value
}

fn is_boolean(scalar: &Scalar<'_>) -> bool {
    scalar.style == Style::Literal && matches!(scalar.text.as_ref(), "true" | "false")
}

/// Whether the entries at a path are requirements.
fn in_checklist(path: &[String]) -> bool {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    matches!(path.as_slice(), ["stage", _, "requires"] | ["lost" | "disqualified", "requires"])
}

/// Whether the table at a path declares a field, of the deal or of a record in it.
fn is_field(path: &[String]) -> bool {
    let holders = || path.iter().step_by(2).map(String::as_str);
    path.len().is_multiple_of(2)
        && holders().next() == Some("fields")
        && holders().all(|key| matches!(key, "fields" | "items"))
}

fn nothing_to_take_away(entry: &Entry<'_>, inherited: &[Entry<'_>], complaints: &mut FindingsBuilder) {
    let known = inherited.iter().map(|entry| entry.key.value.as_ref());
    let message = format!("there is no inherited requirement {} to take away", quote(&entry.key.value));
    complaints.push(Code::UnknownRequirement, entry.key.span, message, suggest(&entry.key.value, known));
}

/// A child that names another kind of requirement replaces the kind's keys and what to do about it, and keeps the title.
fn forget_other_kind(child: &Node<'_>, parent: &mut Node<'_>) {
    let marker = |node: &Node<'_>| {
        KINDS.iter().filter_map(|kind| kind.marker).find(|marker| node.get(marker).is_some())
    };
    let Some(named) = marker(child) else { return };
    if marker(parent) == Some(named) {
        return;
    }
    if let Kind::Map(entries) = &mut parent.kind {
        entries.retain(|entry| {
            let of_kind = KINDS.iter().flat_map(|kind| kind.keys).any(|key| key.name == entry.key.value);
            !of_kind && entry.key.value != "help"
        });
    }
}
