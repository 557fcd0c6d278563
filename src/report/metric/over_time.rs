//! What is measured over time. Counted where points are made; defined here for reports.

use super::Metric;

/// The metrics of a trend, in the order in which it explains them.
pub(super) const METRICS: &[Metric] = &[
    Metric {
        name: "new",
        title: "New",
        definition: "The value of deals whose first known day lies in the point, at the amount and rate of that day, \
                     whatever became of them.",
        unit: "currency",
        source: "pipeline created, by the day of creation",
    },
    Metric {
        name: "slips",
        title: "Slip rate",
        definition: "Of the deals that were open at the start of the point with a close date in it, those whose close \
                     date lies outside it at its end and that were not won in it, by count and by value at the \
                     start. A push is a close date moved to a later week, month or fiscal quarter.",
        unit: "share of 1",
        source: "usual CRM practice: slipped and pushed opportunities",
    },
    Metric {
        name: "conversion",
        title: "Conversion",
        definition: "Of the deals that first entered the stage in the point, those that have reached a further stage \
                     since, or were won. Strict: deals that were in the stage; entered or passed: also deals that \
                     skipped it. Leaving it otherwise is no advance, and coming again counts once.",
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
