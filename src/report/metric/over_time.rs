//! What is measured over time. Counted where points are made; defined here for reports.

use super::contract::Metric;

/// The metrics of a trend, in the order in which it explains them.
pub(super) const METRICS: &[Metric] = &[
    Metric {
        name: "record",
        title: "Start of the record",
        definition: "The first day of which a commit or a `history` entry tells. A period before it is “—”. The period \
                     that it lies in is marked with that day: what was new, won, lost or pushed in it earlier is not \
                     known and not counted.",
        unit: "date",
        source: "commits and the `history` of deals",
    },
    Metric {
        name: "conversion",
        title: "Conversion",
        definition: "Of the deals that first entered the stage in the point and are decided, those that have reached \
                     a further stage since, or were won. Deals that are open and still in it are apart. Strict: deals \
                     that were in the stage; entered or passed: also deals that skipped it. Leaving it otherwise is \
                     no advance, coming again counts once, and what a deal enters once it is won is delivery.",
        unit: "share of 1",
        source: "cohort conversion of sales stages",
    },
    Metric {
        name: "gates",
        title: "Gate failures",
        definition: "Requirements that block and were neither met nor waived where the deal stood at the end of the \
                     point, as `check` would have said by the rules of that day. Without commits nobody knows.",
        unit: "requirements",
        source: "the workflow's gates",
    },
    Metric {
        name: "forecast-accuracy",
        title: "Forecast accuracy",
        definition: "1 − |forecast − won| ÷ won of what was forecast at the start of the point for it, by the \
                     probabilities and categories of that moment; bias: (forecast − won) ÷ won. Empty while the point \
                     is running, and when nothing was won. Over several points errors are summed up first.",
        unit: "share of 1",
        source: "absolute percentage error (Hyndman, Athanasopoulos: Forecasting: Principles and Practice, 5.8); over \
                 several points the MAD/mean ratio (Kolassa, Schütz, Foresight 6, 2007)",
    },
];
