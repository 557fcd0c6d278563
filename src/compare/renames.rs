//! Deals that git does not know to be renamed: their files went and came in one change.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{DealState, Renames, Side};

/// What makes a deal the same one under another id.
type Likeness<'s> = (&'s str, Option<&'s str>);

/// Adds deals that went and came with the same name and customer, where there is but one of each.
pub fn guess(before: &Side, after: &Side, renames: &mut Renames) {
    let taken: Vec<Arc<str>> = renames.values().cloned().collect();
    let went = alike(
        before.deals.iter().filter(|deal| !after.ids.contains(&deal.id) && !renames.contains_key(&deal.id)),
    );
    let came =
        alike(after.deals.iter().filter(|deal| !before.ids.contains(&deal.id) && !taken.contains(&deal.id)));
    for (likeness, old) in went {
        if let (Some(old), Some(Some(new))) = (old, came.get(&likeness)) {
            renames.insert(Arc::clone(old), Arc::clone(new));
        }
    }
}

/// Ids by likeness; `None` where several are alike.
fn alike<'s>(deals: impl Iterator<Item = &'s DealState>) -> BTreeMap<Likeness<'s>, Option<&'s Arc<str>>> {
    let mut found = BTreeMap::new();
    for deal in deals {
        let Some(name) = deal.name.as_deref() else { continue };
        let entry = found.entry((name, deal.customer.as_deref()));
        entry.and_modify(|known| *known = None).or_insert(Some(&deal.id));
    }
    found
}
