//! Landing: where the window ends up if a measure of what is open comes true.

use super::contract::Metric;
use crate::report::model::{Bucket, Landing, MoneyView, Sum, Weighted};

pub(super) const METRIC: Metric = Metric {
    name: "landing",
    title: "Landing",
    definition: "What is won in the window plus what remains in it: of the commit category, and weighted.",
    unit: "currency",
    source: "forecast landing: closed plus the remaining measure",
};

/// Won plus what remains.
pub(super) fn landing(won: &Sum, categories: &[Bucket], weighted: &Weighted) -> Landing {
    let commit = categories.iter().find(|bucket| bucket.id == "commit").map(|bucket| &bucket.single);
    let plus = |more: Option<MoneyView>| {
        let (won, more) = (won.amount?, more?);
        Some(MoneyView::new(won.amount + more.amount, won.unit()))
    };
    let (deals, left_out) = commit.map_or((0, 0), |commit| (commit.deals, commit.not_priced));
    Landing {
        commit: Sum::new(
            won.deals + deals,
            plus(commit.and_then(|commit| commit.amount)),
            won.not_priced + left_out,
        ),
        weighted: Weighted::new(
            plus(weighted.amount),
            won.deals - won.not_priced + weighted.deals,
            weighted.no_probability,
            won.not_priced + weighted.not_priced,
        ),
    }
}
