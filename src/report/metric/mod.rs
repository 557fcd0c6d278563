//! The figures of a report, one metric a file. `METRICS` is the only list of what they mean.

mod categories;
mod concentration;
mod contract;
mod counted;
mod coverage;
mod cycle;
mod days_in_stage;
mod flow;
mod landing;
mod open;
mod over_time;
mod stalled;
mod sums;
mod value;
mod velocity;
pub(super) mod weighted;
mod win_rate;
mod won;

use super::model::{Definition, Figures, MoneyUnit, MoneyView, Status};

pub use contract::Metric;
pub(super) use contract::Numbered;
pub(super) use counted::CountedDeal;
pub(super) use days_in_stage::days_in_stage;
pub(super) use open::{on_hold, open};
pub(super) use sums::{mean, median, sum};

/// Every metric, in the order in which reports explain them.
pub const METRICS: &[Metric] = &[
    open::METRIC,
    weighted::METRIC,
    won::METRIC,
    categories::METRIC,
    landing::METRIC,
    coverage::METRIC,
    win_rate::METRIC,
    cycle::METRIC,
    velocity::METRIC,
    concentration::METRIC,
    days_in_stage::METRIC,
    stalled::METRIC,
    value::METRIC,
];

/// How each figure and each label is defined, for the end of a report.
pub(super) fn definitions() -> Vec<Definition> {
    defined()
        .map(|metric| Definition {
            name: metric.name.to_owned(),
            title: metric.title.to_owned(),
            definition: metric.definition.to_owned(),
            unit: metric.unit.to_owned(),
            source: metric.source.to_owned(),
        })
        .collect()
}

/// All that is defined, in the order in which reports explain it.
fn defined() -> impl Iterator<Item = &'static Metric> {
    METRICS.iter().chain(flow::METRICS).chain(over_time::METRICS)
}

/// The figures of some deals, whose target in the window is given.
pub(super) fn figures<D: CountedDeal + ?Sized>(
    rows: &[Numbered<'_, D>],
    unit: Option<MoneyUnit>,
    target: Option<MoneyView>,
) -> Figures {
    let open = open(rows);
    let open_in_window: Vec<_> = open.iter().copied().filter(|(_, row)| row.is_in_window()).collect();
    let (on_hold, undated) = (on_hold(rows), open::undated(&open));
    let (won, lost) = (won::closed(rows, Status::Won), won::closed(rows, Status::Lost));
    let disqualified = won::closed(rows, Status::Disqualified);
    let categories = categories::categories(&won, &open, unit);
    let cycle = cycle::cycle(&won);
    let sums = (sum(&won, unit), sum(&open_in_window, unit));
    let weighted_in_window = weighted::weighted(&open_in_window, unit);
    let lost = sum(&lost, unit);
    let win_rate = win_rate::win_rate(&sums.0, &lost, disqualified.len());
    let (coverage, no_coverage) = coverage::coverage(&sums.1, &sums.0, target);
    Figures {
        landing: landing::landing(&sums.0, &categories, &weighted_in_window),
        coverage,
        no_coverage,
        target_reached: coverage::reached(&sums.0, target),
        velocity: velocity::velocity(open.len(), &won, &win_rate, unit),
        concentration: concentration::concentration(&open),
        archived: 0,
        open: sum(&open, unit),
        open_in_window: sums.1,
        on_hold: sum(&on_hold, unit),
        undated: sum(&undated, unit),
        weighted: weighted::weighted(&open, unit),
        weighted_in_window,
        won: sums.0,
        lost,
        disqualified: sum(&disqualified, unit),
        closed_undated: sum(&won::undated(rows), unit),
        categories,
        target,
        win_rate,
        cycle,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_metric_is_defined() {
        for key in [|metric: &'static Metric| metric.name, |metric: &'static Metric| metric.title] {
            let names: std::collections::BTreeSet<_> = defined().map(key).collect();
            assert_eq!(names.len(), defined().count(), "one definition, one label");
        }
        for metric in defined() {
            assert!(metric.definition.ends_with('.'), "{}", metric.name);
            assert!(!metric.unit.is_empty() && !metric.source.is_empty(), "{}", metric.name);
        }
    }
}
