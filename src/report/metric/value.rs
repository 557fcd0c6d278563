//! Value: an amount in the report's currency. Converted where a deal becomes a row; defined here for reports.

use super::contract::Metric;

pub(super) const METRIC: Metric = Metric {
    name: "value",
    title: "Value in the report's currency",
    definition: "A deal's amount, rounded once to the minor unit: open deals at the latest rate on or before today, \
                 closed ones at that of the closing date. Without a rate a deal is not priced.",
    unit: "currency",
    source: "the rates in dealgate.toml",
};
