//! Won, lost and disqualified: what was closed in the window.

use super::contract::{Metric, Numbered};
use super::counted::CountedDeal;
use crate::report::model::Status;

pub(super) const METRIC: Metric = Metric {
    name: "won",
    title: "Won",
    definition: "Deals that were won on a day in the period, each at the rate of that day, however late it was noted; \
                 also those whose files were deleted since. \
                 As a figure of the window: by the day of the win. In the bridge and in the list of what changed: \
                 whatever close date it had before.",
    unit: "currency",
    source: "bookings by the date of the close",
};

/// The deals that ended so in the window.
pub(super) fn closed<'a, D: CountedDeal + ?Sized>(
    rows: &[Numbered<'a, D>],
    how: Status,
) -> Vec<Numbered<'a, D>> {
    rows.iter().copied().filter(|(_, row)| row.status() == how && row.is_in_window()).collect()
}

/// The deals that ended on a day that nobody knows.
pub(super) fn undated<'a, D: CountedDeal + ?Sized>(rows: &[Numbered<'a, D>]) -> Vec<Numbered<'a, D>> {
    rows.iter().copied().filter(|(_, row)| row.status() != Status::Open && row.ended().is_none()).collect()
}
