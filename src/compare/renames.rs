//! Deals renamed on disk that git does not know of yet: one file is gone, and one like it is new.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::renamed::Renames;
use super::side::Side;
use super::state::DealState;

/// What makes a deal the same one under another id: its name and its customer.
pub(crate) type Likeness = (String, Option<String>);

/// What is on disk and in no commit yet, so that git says of no file where it went.
pub(crate) struct Uncommitted<'a> {
    /// Whether a deal, by its path, is in no commit.
    pub came: &'a dyn Fn(&str) -> bool,
    /// Whether a deal, by the path it had before, is in a commit still.
    pub went: &'a dyn Fn(&str) -> bool,
}

impl Uncommitted<'_> {
    /// Adds deals that went and came with the same name and customer, where there is but one of each.
    pub(crate) fn guess(&self, before: &Side, after: &Side, renames: &mut Renames) {
        let taken: BTreeSet<Arc<str>> = renames.values().cloned().collect();
        let is_gone = |deal: &&DealState| !after.ids.contains(renames.get(&deal.id).unwrap_or(&deal.id));
        let went =
            before.deals.iter().map(AsRef::as_ref).filter(is_gone).filter(|deal| (self.went)(&deal.path));
        let is_new = |deal: &&DealState| !before.ids.contains(&deal.id) && !taken.contains(&deal.id);
        let came =
            after.deals.iter().map(AsRef::as_ref).filter(is_new).filter(|deal| (self.came)(&deal.path));
        let named = |deal: &'_ DealState| Some((deal.name.clone()?, deal.customer.clone()));
        let found: Vec<_> = pairs(went, came, |deal| named(deal));
        let found = found.into_iter().map(|(old, new)| (Arc::clone(&old.id), Arc::clone(&new.id)));
        renames.extend(found.collect::<Vec<_>>());
    }
}

/// Those that went and came with the same name and customer, where there is but one of each.
pub(crate) fn pairs<D>(
    went: impl Iterator<Item = D>,
    came: impl Iterator<Item = D>,
    named: impl Fn(&D) -> Option<Likeness>,
) -> Vec<(D, D)> {
    let (went, mut came) = (alike(went, &named), alike(came, &named));
    let found = went.into_iter().filter_map(|(likeness, old)| Some((old?, came.remove(&likeness)??)));
    found.collect()
}

/// Deals by likeness; `None` where several are alike.
fn alike<D>(
    deals: impl Iterator<Item = D>,
    named: impl Fn(&D) -> Option<Likeness>,
) -> BTreeMap<Likeness, Option<D>> {
    let mut found = BTreeMap::new();
    for deal in deals {
        let Some(likeness) = named(&deal) else { continue };
        found.entry(likeness).and_modify(|known| *known = None).or_insert(Some(deal));
    }
    found
}
