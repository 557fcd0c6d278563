//! Days in stage: how long deals stay in a stage, ended stays and open ones apart.

use jiff::civil::Date;

use super::contract::Metric;
use super::sums::{mean, median};
use crate::report::model::{DaysInStage, Status, average};
use crate::report::row::ReportRow;

pub(super) const METRIC: Metric = Metric {
    name: "days-in-stage",
    title: "Days in stage",
    definition: "Whole days from entering a stage to leaving it, for another stage or because the deal ended; every \
                 stay counts, whenever it was. The same day is 0; a stage that was skipped is no stay. Stays that \
                 have not ended are apart; that of a deal on hold is left out.",
    unit: "days",
    source: "stage duration; ended and running spells are kept apart as in survival analysis",
};

/// How long some deals of one company stayed in a stage, and how long those open in it today have.
pub(in crate::report) fn days_in_stage(rows: &[&ReportRow], stage: usize, today: Date) -> DaysInStage {
    let (mut finished, mut open) = (Vec::new(), Vec::new());
    for row in rows {
        for visit in row.visits.iter().filter(|visit| visit.stage == Some(stage)) {
            match visit.left {
                Some(_) => finished.extend(visit.days(today)),
                None if row.deal.status == Status::Open
                    && row.deal.on_hold.is_none()
                    && row.stage == Some(stage) =>
                {
                    open.extend(visit.days(today));
                }
                None => {}
            }
        }
    }
    finished.sort_unstable();
    open.sort_unstable();
    let (finished_mean, open_mean) = (mean(&finished), mean(&open));
    DaysInStage {
        finished_text: average(finished_mean, &finished),
        finished_mean,
        finished_median: median(&finished),
        finished,
        open_text: average(open_mean, &open),
        open_mean,
        open,
    }
}
