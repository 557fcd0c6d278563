//! The identity of list items: what pairs an item of one side with one of another.

use std::collections::BTreeMap;

use crate::edit::write;
use crate::syntax::Node;

/// The items of a list by what makes each one itself.
pub(super) struct IdentifiedItems<'n, 's> {
    pub(super) nodes: &'n [Node<'s>],
    /// In the order of the list.
    pub(super) ids: Vec<String>,
    places: BTreeMap<String, usize>,
}

impl<'n, 's> IdentifiedItems<'n, 's> {
    /// `None` where two are alike.
    pub(super) fn of(nodes: &'n [Node<'s>]) -> Option<Self> {
        let ids: Vec<String> = nodes.iter().map(identity).collect();
        let places: BTreeMap<String, usize> = ids.iter().cloned().zip(0..).collect();
        (places.len() == ids.len()).then_some(Self { nodes, ids, places })
    }

    pub(super) fn place(&self, id: &str) -> Option<usize> {
        self.places.get(id).copied()
    }

    pub(super) fn get(&self, id: &str) -> Option<&'n Node<'s>> {
        self.nodes.get(self.place(id)?)
    }

    pub(super) fn has(&self, id: &str) -> bool {
        self.places.contains_key(id)
    }

    /// What another list has too, in the order of this one.
    pub(super) fn shared(&self, other: &Self) -> Vec<&str> {
        self.ids.iter().map(String::as_str).filter(|id| other.has(id)).collect()
    }
}

/// Its name, its title, its day and kind; else all that it says.
fn identity(item: &Node<'_>) -> String {
    let text = |key: &str| item.get(key)?.as_scalar().map(|scalar| scalar.text.to_string());
    for key in ["name", "title"] {
        if let Some(value) = text(key) {
            return format!("{key} {value}");
        }
    }
    match (text("date"), text("kind")) {
        (Some(date), Some(kind)) => format!("date {date} {kind}"),
        _ => write::flow(&item.into()),
    }
}
