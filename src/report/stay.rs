//! The stays of a deal in stages, as reports count them.

use jiff::civil::Date;

use crate::assess::Judged;
use crate::deal::Deal;
use crate::deal::period::days_between;
use crate::deal::record::Ending;
use crate::history::Visit;

/// A stay in a stage.
pub(super) struct Stay {
    /// The stage, from 0.
    pub stage: usize,
    /// The day it was entered.
    pub entered: Date,
    /// The day it was left; `None`: the deal stands there.
    pub left: Option<Date>,
}

impl Stay {
    /// Whole days, until a day when it has not ended.
    pub(super) fn days(&self, until: Date) -> i64 {
        days_between(self.entered, self.left.unwrap_or(until))
    }
}

/// The stays of a deal.
pub(super) fn stays(judged: &Judged<'_>) -> Vec<Stay> {
    let completed = judged.deal.completed().map(|date| date.value);
    among(judged.timeline.visits(), completed, |stage| stage > judged.workflow.won_from)
}

/// The stays of some visits. Winning ends the stay in a stage of selling; work after the sale ends with `completed`.
pub(super) fn among(
    visits: &[Visit],
    completed: Option<Date>,
    is_after_sale: impl Fn(usize) -> bool,
) -> Vec<Stay> {
    let stay = |(index, visit): (usize, &Visit)| {
        let after_sale = is_after_sale(visit.stage) && visit.ending.is_none_or(is_won);
        let is_last = index + 1 == visits.len();
        let left = match visit.left {
            Some(_) if after_sale && is_last && visit.ending.is_some() => completed,
            // Won on the way: the work goes on there until the next stage.
            Some(_) if after_sale && visit.ending.is_some() => visits.get(index + 1).map(|next| next.entered),
            None if is_last => completed,
            left => left,
        };
        Stay { stage: visit.stage, entered: visit.entered, left: left.map(|left| left.max(visit.entered)) }
    };
    visits.iter().enumerate().map(stay).collect()
}

fn is_won(ending: Ending) -> bool {
    ending == Ending::Won
}

/// The last day on which `history` says that a deal ended so.
pub(super) fn ended(deal: &Deal<'_>, ending: Ending) -> Option<Date> {
    let days = deal.history().filter_map(|entry| {
        let outcome = entry.value.text("outcome")?;
        (outcome.value == ending.name()).then(|| entry.value.date("date").map(|date| date.value))?
    });
    days.max()
}
