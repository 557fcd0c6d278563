//! Win rate: of the deals won or lost in the window, how many were won.

use rust_decimal::Decimal;

use super::counted::worth;
use super::{Counted, Metric, Numbered};
use crate::report::model::{Share, WinRate};

pub(super) const METRIC: Metric = Metric {
    name: "win-rate",
    title: "Win rate",
    definition: "Won ÷ (won + lost) of the deals closed in the window, by count and by value. Disqualified deals are \
                 apart; without a deal won or lost there is no rate.",
    unit: "share of 1",
    source: "win rate, or close rate, of decided opportunities",
};

/// The rate by count and by value.
pub(super) fn win_rate<D: Counted>(
    won: &[Numbered<'_, D>],
    lost: &[Numbered<'_, D>],
    disqualified: usize,
) -> WinRate {
    let rate = |won: Decimal, lost: Decimal| won.checked_div(won + lost).map(Share::new);
    WinRate {
        by_count: rate(Decimal::from(won.len()), Decimal::from(lost.len())),
        by_value: rate(worth(won), worth(lost)),
        won: won.len(),
        lost: lost.len(),
        disqualified,
    }
}
