//! Stalled: longer in the stage than the workflow allows. Judged by the gates; defined here for reports.

use super::contract::Metric;

pub(super) const METRIC: Metric = Metric {
    name: "stalled",
    title: "Stalled",
    definition: "Longer in its current stage than the stage's max-days, and not on hold; of won deals only those whose \
                 work after the sale goes on. Age counts from the day a \
                 deal was opened, else from its first day in a stage.",
    unit: "days",
    source: "the workflow's max-days",
};
