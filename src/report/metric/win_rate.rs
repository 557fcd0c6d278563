//! Win rate: of the deals won or lost in the window, how many were won.

use rust_decimal::Decimal;

use super::{Metric, Numbered};
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
pub(super) fn win_rate(won: &[Numbered<'_>], lost: &[Numbered<'_>], disqualified: usize) -> WinRate {
    let value = |rows: &[Numbered<'_>]| -> Decimal {
        rows.iter().filter_map(|(_, row)| row.deal.value).map(|money| money.amount).sum()
    };
    let rate = |won: Decimal, lost: Decimal| won.checked_div(won + lost).map(Share::new);
    WinRate {
        by_count: rate(Decimal::from(won.len()), Decimal::from(lost.len())),
        by_value: rate(value(won), value(lost)),
        won: won.len(),
        lost: lost.len(),
        disqualified,
    }
}
