//! Definitions of the flow of a pipeline: rows of the bridge, lists of changes, pushes.

use super::contract::Metric;

/// One definition for each label, in the order in which reports explain them.
pub(super) const METRICS: &[Metric] = &[
    flow(
        "open-at-start",
        "Open at start",
        "Open at the end of the earlier day, not on hold, with a close date in the window, at that day's rates.",
    ),
    flow(
        "new",
        "New",
        "Deals whose first known day lies in the period, at the amount and rate of that day, whatever became of them. \
         In the bridge only those that close in the window then; in lists and trends whenever they close. The bridge \
         and the lists hold two moments of the files against each other: what was written down in between is new there, \
         though it began before.",
    ),
    flow(
        "restored",
        "Restored",
        "Deals whose file had been deleted and came back in the period, at their value then.",
    ),
    flow(
        "reopened",
        "Reopened",
        "Deals that were won, lost or disqualified and became open again in the period, be it only to end once more or \
         otherwise: then they are in both rows.",
    ),
    flow(
        "moved-in",
        "Moved in",
        "Deals whose close date came into the window, or that came to what the report is narrowed to.",
    ),
    flow(
        "put-on-hold",
        "Put on hold",
        "Open deals that were put on hold in the period: they are not open then.",
    ),
    flow("taken-off-hold", "Taken off hold", "Deals on hold that became open again in the period."),
    flow(
        "increased",
        "Increased",
        "By how much amounts of open deals grew, each at the rate of the day on which it did.",
    ),
    flow(
        "decreased",
        "Decreased",
        "By how much amounts of open deals shrank, each at the rate of the day on which it did.",
    ),
    flow(
        "exchange-rate",
        "Exchange rate",
        "By how much the same amounts of open deals are worth more or less than before.",
    ),
    flow(
        "moved-out",
        "Moved out",
        "Deals whose close date left the window, to a later day (then they are pushed out) or to an earlier one, or \
         that left what the report is narrowed to.",
    ),
    flow(
        "lost",
        "Lost",
        "Deals that were lost on a day in the period, each at the rate of that day, however late it was noted.",
    ),
    flow(
        "disqualified",
        "Disqualified",
        "Deals that were disqualified on a day in the period, each at the rate of that day. They are in no win rate.",
    ),
    flow("removed", "Removed", "Deals whose file was deleted in the period, at their value then."),
    flow(
        "open-at-end",
        "Open at end",
        "Open at the end of the later day, not on hold, with a close date in the window, at that day's rates: the sum \
         of the rows before.",
    ),
    flow("moved-forward", "Moved forward", "Deals open at both ends that stand in a later stage."),
    flow("moved-back", "Moved back", "Deals open at both ends that stand in an earlier stage."),
    flow(
        "pushed",
        "Pushed",
        "The close date of an open deal was moved to a later period: to a later week, month or fiscal quarter in a \
         trend by these, to a later fiscal quarter in every other report.",
    ),
    flow("pulled-in", "Pulled in", "The close date of an open deal was moved to an earlier fiscal quarter."),
    Metric {
        name: "slips",
        title: "Pushed out",
        definition: "Of the deals that were open at the start of a period with a close date in it (due), those whose \
                     close date lies outside it at its end and that were not won in it; the push-out rate is their \
                     share, by count and by value at the start.",
        unit: "share of 1",
        source: "slip rate: usual CRM practice",
    },
    flow(
        "slipped",
        "Slipped",
        "An open deal past its close date. In a forecast those of category commit and best case stand apart.",
    ),
    flow(
        "not-priced",
        "Not priced",
        "Deals without an amount, without an exchange rate, or closed on a day that nobody knows. A sum tells how \
         many it leaves out; where nothing is priced it is —, never 0.",
    ),
    Metric {
        name: "rates",
        title: "Rates and means",
        definition: "A rate or a mean says of how many it is. Of fewer than five the counts, amounts or days stand in \
                     its place.",
        unit: "share of 1",
        source: "small samples prove nothing",
    },
];

const fn flow(name: &'static str, title: &'static str, definition: &'static str) -> Metric {
    Metric {
        name,
        title,
        definition,
        unit: "currency",
        source: "the pipeline's bridge: every change explained once",
    }
}

#[cfg(test)]
mod tests {
    use super::super::METRICS as FIGURES;
    use super::*;
    use crate::compare::BridgeStep;

    #[test]
    fn every_row_of_the_bridge_is_defined_under_its_label() {
        for row in BridgeStep::ALL {
            let mut defined = METRICS.iter().chain(FIGURES).map(|metric| metric.title.to_lowercase());
            assert!(defined.any(|title| title == row.name()), "{}", row.name());
        }
    }
}
