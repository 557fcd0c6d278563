//! Deals that git does not know to be renamed: their files went and came in one change.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{DealState, Renames, Side};

/// What makes a deal the same one under another id: its name and its customer.
pub type Likeness = (String, Option<String>);

/// Adds deals that went and came with the same name and customer, where there is but one of each.
pub fn guess(before: &Side, after: &Side, renames: &mut Renames) {
    let taken: BTreeSet<Arc<str>> = renames.values().cloned().collect();
    let went =
        before.deals.iter().filter(|deal| !after.ids.contains(&deal.id) && !renames.contains_key(&deal.id));
    let came = after.deals.iter().filter(|deal| !before.ids.contains(&deal.id) && !taken.contains(&deal.id));
    let named = |deal: &'_ DealState| Some((deal.name.clone()?, deal.customer.clone()));
    for (old, new) in pairs(went, came, |deal| named(deal)) {
        renames.insert(Arc::clone(&old.id), Arc::clone(&new.id));
    }
}

/// Those that went and came with the same name and customer, where there is but one of each.
pub fn pairs<D>(
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
