//! Concentration: how much of the open value hangs on the biggest deals.

use std::cmp::Reverse;

use super::contract::{Metric, Numbered};
use super::counted::CountedDeal;
use super::sums::total;
use crate::report::model::{Concentration, MoneyView, Share};

pub(super) const METRIC: Metric = Metric {
    name: "concentration",
    title: "Three biggest deals",
    definition: "The value of the three biggest open deals as a share of the value of all open deals that \
                 are priced.",
    unit: "share of 1",
    source: "concentration ratio of the largest three (CR3)",
};

/// How many deals count as the biggest.
const BIGGEST: usize = 3;

/// The biggest of some open deals; of equal ones the first.
pub(super) fn concentration<D: CountedDeal + ?Sized>(open: &[Numbered<'_, D>]) -> Option<Concentration> {
    let mut priced: Vec<(usize, MoneyView)> =
        open.iter().filter_map(|(at, row)| Some((*at, row.value()?))).collect();
    let count = priced.len();
    let all: Vec<MoneyView> = priced.iter().map(|(_, value)| *value).collect();
    let all = total(&all, all.first()?.unit());
    priced.sort_by_key(|(at, value)| (Reverse(value.amount), *at));
    priced.truncate(BIGGEST);
    let values: Vec<MoneyView> = priced.iter().map(|(_, value)| *value).collect();
    let amount = total(&values, all.unit());
    Some(Concentration {
        deals: priced.iter().map(|(at, _)| *at).collect(),
        amount,
        not_priced: open.len() - count,
        share: Share::new(amount.amount.checked_div(all.amount)?),
    })
}
