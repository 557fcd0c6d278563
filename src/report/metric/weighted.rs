//! Weighted pipeline: each open deal's value times its probability.

use super::contract::{Metric, Numbered};
use super::counted::CountedDeal;
use super::sums::total;
use crate::report::model::{MoneyUnit, MoneyView, Weighted};

pub(super) const METRIC: Metric = Metric {
    name: "weighted",
    title: "Weighted pipeline",
    definition: "The sum of each open deal's value times its probability, rounded half away from zero to the minor \
                 unit deal by deal. The probability is the deal's own, else its stage's; where neither is known the \
                 deal is left out and counted.",
    unit: "currency",
    source: "expected revenue, as CRM systems have it: amount × probability, summed",
};

/// What some open deals weigh together.
pub(in crate::report) fn weighted<D: CountedDeal + ?Sized>(
    open: &[Numbered<'_, D>],
    unit: Option<MoneyUnit>,
) -> Weighted {
    let weights: Vec<MoneyView> = open.iter().filter_map(|(_, row)| row.weighted()).collect();
    let priced = open.iter().filter(|(_, row)| row.value().is_some()).count();
    let amount = unit.map(|unit| total(&weights, unit));
    Weighted::new(amount, weights.len(), priced - weights.len(), open.len() - priced)
}
