//! Open pipeline: what is open and not on hold.

use super::contract::{Metric, Numbered};
use super::counted::CountedDeal;
use crate::report::model::Status;

pub(super) const METRIC: Metric = Metric {
    name: "open",
    title: "Open pipeline",
    definition: "The value of open deals. Deals on hold are apart; a deal without an amount or an exchange rate is \
                 counted and shown as not priced, never as 0 or at rate 1.",
    unit: "currency",
    source: "usual CRM practice: the amount of all opportunities that are not closed",
};

/// The deals that are open and not on hold.
pub(in crate::report) fn open<'a, D: CountedDeal + ?Sized>(rows: &[Numbered<'a, D>]) -> Vec<Numbered<'a, D>> {
    let is_open = |(_, row): &Numbered<'_, D>| row.status() == Status::Open && !row.is_on_hold();
    rows.iter().copied().filter(is_open).collect()
}

/// The deals that are open and on hold.
pub(in crate::report) fn on_hold<'a, D: CountedDeal + ?Sized>(
    rows: &[Numbered<'a, D>],
) -> Vec<Numbered<'a, D>> {
    rows.iter().copied().filter(|(_, row)| row.is_on_hold()).collect()
}

/// Of open deals, those without a close date.
pub(super) fn undated<'a, D: CountedDeal + ?Sized>(open: &[Numbered<'a, D>]) -> Vec<Numbered<'a, D>> {
    open.iter().copied().filter(|(_, row)| !row.has_close_date()).collect()
}
