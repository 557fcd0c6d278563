//! Sales cycle: how long won deals took.

use super::contract::{Metric, Numbered};
use super::counted::CountedDeal;
use super::sums::{mean, median};
use crate::deal::period::days_between;
use crate::report::model::{Cycle, average};

pub(super) const METRIC: Metric = Metric {
    name: "cycle",
    title: "Sales cycle",
    definition: "Whole days from the day a deal was opened, else its first day in a stage, to the day it was won, of \
                 the deals won in the window; mean and median.",
    unit: "days",
    source: "sales cycle length of won opportunities",
};

/// How long deals that were won took, fewest days first.
pub(super) fn cycle<D: CountedDeal + ?Sized>(won: &[Numbered<'_, D>]) -> Cycle {
    let mut days: Vec<i64> =
        won.iter().filter_map(|(_, row)| Some(days_between(row.opened()?, row.ended()?))).collect();
    days.sort_unstable();
    let (mean, median) = (mean(&days), median(&days));
    Cycle {
        text: average(mean, &days),
        median_text: average(median, &days),
        mean,
        median,
        unknown: won.len() - days.len(),
        days,
    }
}
