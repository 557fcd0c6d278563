//! Landing: where the window ends up if a measure of what is open comes true.

use super::Metric;
use crate::report::model::{Bucket, Landing, Money, Sum, Weighted};

pub(super) const METRIC: Metric = Metric {
    name: "landing",
    title: "Landing",
    definition: "What is won in the window plus what remains in it: of the commit category, and weighted.",
    unit: "currency",
    source: "forecast landing: closed plus the remaining measure",
};

/// Won plus what remains.
pub(super) fn landing(won: &Sum, categories: &[Bucket], weighted: &Weighted) -> Landing {
    let commit =
        categories.iter().find(|bucket| bucket.id == "commit").and_then(|bucket| bucket.single.amount);
    let plus = |more: Option<Money>| {
        let won = won.amount?;
        Some(Money::new(won.amount + more?.amount, won.currency))
    };
    Landing { commit: plus(commit), weighted: plus(weighted.amount) }
}
