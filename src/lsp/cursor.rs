//! What stands at a place of a text: the way to it through the tree, and what that means in a deal or a workflow.

use crate::edit::{Path, PathStep};
use crate::source::Span;
use crate::syntax::{Kind, Node, toml};

/// What stands at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cursor {
    /// The way from the root to it.
    pub(super) path: Path,
    /// Whether it is the key itself and not what stands there.
    pub(super) on_key: bool,
    /// Where it stands.
    pub(super) span: Span,
    /// The text of a single value.
    pub(super) text: Option<String>,
}

impl Cursor {
    /// The innermost key or value at a byte.
    pub(super) fn at(root: &Node<'_>, offset: usize) -> Option<Self> {
        let offset = u32::try_from(offset).ok()?;
        let mut steps = Vec::new();
        find(root, offset, &mut steps)
    }

    /// The key that a text of TOML writes at a byte, where the tree has another place of the same: a table may have many
    /// heads.
    pub(super) fn at_key(text: &str, offset: usize) -> Option<Self> {
        let offset = u32::try_from(offset).ok()?;
        let key =
            toml::keys(text).into_iter().find(|key| key.span.start <= offset && offset <= key.span.end)?;
        let path = Path(key.path.into_iter().map(PathStep::Key).collect());
        Some(Self { path, on_key: true, span: key.span, text: None })
    }

    /// Whether what stands here is the name of a requirement, and not something about it.
    pub(super) fn is_requirement_name(&self) -> bool {
        let keys = self.keys();
        let is_whole = keys.len() == self.path.0.len();
        match keys.as_slice() {
            ["done" | "waivers", _]
            | ["stage", _, "requires", _]
            | ["lost" | "disqualified", "requires", _] => self.on_key && is_whole,
            ["waivers", ..] => !self.on_key,
            _ => false,
        }
    }

    /// The keys on the way, up to the first item of a list.
    pub(super) fn keys(&self) -> Vec<&str> {
        self.path.0.iter().map_while(key_of).collect()
    }

    /// What it means in a deal.
    pub(super) fn in_deal(&self) -> Option<Meaning<'_>> {
        let text = self.text.as_deref().filter(|_| !self.on_key);
        match (self.keys().as_slice(), text) {
            (["done" | "waivers", id], _) | (["done" | "waivers", id, ..], None) => {
                Some(Meaning::Requirement(id))
            }
            (["stage"], Some(stage)) => Some(Meaning::Stage(stage)),
            (["history"], Some(stage)) if self.last_key() == Some("stage") => Some(Meaning::Stage(stage)),
            (["workflow"], Some(name)) => Some(Meaning::Workflow(name)),
            (["amount", ..], _) => Some(Meaning::Amount),
            (_, Some(address)) if address.contains('@') => Some(Meaning::Person(address)),
            _ => None,
        }
    }

    /// What it means in a workflow.
    pub(super) fn in_workflow(&self) -> Option<Meaning<'_>> {
        let text = self.text.as_deref().filter(|_| !self.on_key);
        match (self.keys().as_slice(), text) {
            (["stage", _, "requires", id, ..] | ["lost" | "disqualified", "requires", id, ..], _) => {
                Some(Meaning::Requirement(id))
            }
            (["stage", stage], _) if self.on_key => Some(Meaning::Stage(stage)),
            (["stages" | "won-from"] | ["disqualified", "until"] | ["moves", "start-in"], Some(stage)) => {
                Some(Meaning::Stage(stage))
            }
            (["waivers", "only"], Some(id)) => Some(Meaning::Requirement(id)),
            (["extends"], Some(name)) => Some(Meaning::Workflow(name)),
            (_, Some(address)) if address.contains('@') => Some(Meaning::Person(address)),
            _ => None,
        }
    }

    fn last_key(&self) -> Option<&str> {
        self.path.0.last().and_then(key_of)
    }
}

fn key_of(step: &PathStep) -> Option<&str> {
    match step {
        PathStep::Key(key) => Some(key),
        PathStep::Item(_) => None,
    }
}

/// What something means to people in sales.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning<'c> {
    /// A requirement, by its id.
    Requirement(&'c str),
    /// A stage, by its id.
    Stage(&'c str),
    /// A workflow, by its name.
    Workflow(&'c str),
    /// The amount of the deal.
    Amount,
    /// Somebody, by an address.
    Person(&'c str),
}

fn find(node: &Node<'_>, offset: u32, steps: &mut Vec<PathStep>) -> Option<Cursor> {
    let holds = |span: Span| span.start <= offset && offset <= span.end;
    let found =
        |steps: &[PathStep], on_key, span, text| Cursor { path: Path(steps.to_vec()), on_key, span, text };
    match &node.kind {
        Kind::Scalar(scalar) => {
            holds(node.span).then(|| found(steps, false, node.span, Some(scalar.text.to_string())))
        }
        Kind::List(items) => items.iter().enumerate().find_map(|(index, item)| {
            steps.push(PathStep::Item(index));
            let inner = find(item, offset, steps);
            steps.pop();
            inner
        }),
        Kind::Map(entries) => entries.iter().find_map(|entry| {
            steps.push(PathStep::Key(entry.key.value.to_string()));
            let inner = if holds(entry.key.span) {
                Some(found(steps, true, entry.key.span, None))
            } else {
                // A table of TOML is not in one place.
                find(&entry.value, offset, steps)
            };
            steps.pop();
            inner
        }),
    }
}
