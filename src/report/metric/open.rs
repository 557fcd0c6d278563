//! Open pipeline: what is open and not on hold.

use super::{Metric, Numbered};
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
pub(in crate::report) fn open<'a>(rows: &[Numbered<'a>]) -> Vec<Numbered<'a>> {
    let is_open = |(_, row): &Numbered<'_>| row.deal.status == Status::Open && row.deal.on_hold.is_none();
    rows.iter().copied().filter(is_open).collect()
}

/// The deals that are open and on hold.
pub(in crate::report) fn on_hold<'a>(rows: &[Numbered<'a>]) -> Vec<Numbered<'a>> {
    rows.iter().copied().filter(|(_, row)| row.deal.on_hold.is_some()).collect()
}

/// Of open deals, those without a close date.
pub(super) fn undated<'a>(open: &[Numbered<'a>]) -> Vec<Numbered<'a>> {
    open.iter().copied().filter(|(_, row)| row.deal.close_date.is_none()).collect()
}
