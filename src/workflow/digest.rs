//! What a workflow says, in numbers: which of its requirements is not what it was, and whether what stands around them is.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

use crate::syntax::{Kind, Node};

/// Numbers that differ where what is said differs, wherever it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkflowDigest {
    /// How deals are read: fields and currency.
    pub reading: u64,
    /// What every requirement is judged by: stages, groups, derived values, waivers.
    pub surroundings: u64,
    /// Each requirement, by its id.
    pub requirements: BTreeMap<Arc<str>, u64>,
}

/// Keys on which no judgement hangs: of a workflow, and of a stage.
const SHOWN_ONLY: ([&str; 5], [&str; 5]) = (
    ["name", "extends", "moves", "targets", "fiscal-year"],
    ["name", "goal", "probability", "category", "max-days"],
);

impl WorkflowDigest {
    /// Of a merged tree.
    pub(super) fn of(root: &Node<'_>) -> Self {
        let (mut reading, mut surroundings) = (DefaultHasher::new(), DefaultHasher::new());
        let mut requirements = BTreeMap::new();
        for entry in root.as_map().unwrap_or_default() {
            let key = entry.key.value.as_ref();
            match key {
                "fields" | "currency" => {
                    key.hash(&mut reading);
                    add(&entry.value, &mut reading);
                }
                "stage" => {
                    for stage in entry.value.as_map().unwrap_or_default() {
                        stage.key.value.hash(&mut surroundings);
                        add_holder(&stage.value, &SHOWN_ONLY.1, &mut surroundings, &mut requirements);
                    }
                }
                "lost" | "disqualified" => {
                    key.hash(&mut surroundings);
                    add_holder(&entry.value, &[], &mut surroundings, &mut requirements);
                }
                key if SHOWN_ONLY.0.contains(&key) => {}
                key => {
                    key.hash(&mut surroundings);
                    add(&entry.value, &mut surroundings);
                }
            }
        }
        Self { reading: reading.finish(), surroundings: surroundings.finish(), requirements }
    }
}

/// A table that has requirements.
fn add_holder(
    holder: &Node<'_>,
    shown_only: &[&str],
    surroundings: &mut DefaultHasher,
    requirements: &mut BTreeMap<Arc<str>, u64>,
) {
    for entry in holder.as_map().unwrap_or_default() {
        match entry.key.value.as_ref() {
            "requires" => {
                for requirement in entry.value.as_map().unwrap_or_default() {
                    let mut hasher = DefaultHasher::new();
                    add(&requirement.value, &mut hasher);
                    requirements.insert(requirement.key.value.as_ref().into(), hasher.finish());
                }
            }
            key if shown_only.contains(&key) => {}
            key => {
                key.hash(surroundings);
                add(&entry.value, surroundings);
            }
        }
    }
}

fn add(node: &Node<'_>, hasher: &mut DefaultHasher) {
    match &node.kind {
        Kind::Scalar(scalar) => {
            (0, scalar.text.as_ref(), scalar.style as u8).hash(hasher);
        }
        Kind::List(items) => {
            (1, items.len()).hash(hasher);
            for item in items {
                add(item, hasher);
            }
        }
        Kind::Map(entries) => {
            (2, entries.len()).hash(hasher);
            for entry in entries {
                entry.key.value.hash(hasher);
                add(&entry.value, hasher);
            }
        }
    }
}
