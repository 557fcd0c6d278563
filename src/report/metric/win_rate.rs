//! Win rate: of the deals won or lost in the window, how many were won.

use rust_decimal::Decimal;

use super::contract::Metric;
use crate::report::model::{MoneyView, Share, Sum, WinRate, rate};

pub(super) const METRIC: Metric = Metric {
    name: "win-rate",
    title: "Win rate",
    definition: "Won ÷ (won + lost) of the deals closed in the window, by count and by value. Disqualified deals are \
                 apart; without a deal won or lost there is no rate.",
    unit: "share of 1",
    source: "win rate, or close rate, of decided opportunities",
};

/// The rate by count and by value.
pub(super) fn win_rate(won: &Sum, lost: &Sum, disqualified: usize) -> WinRate {
    let share = |won: Decimal, all: Decimal| won.checked_div(all).map(Share::new);
    let of = won.deals + lost.deals;
    let by_count = share(Decimal::from(won.deals), Decimal::from(of));
    let all =
        won.amount.zip(lost.amount).map(|(won, lost)| MoneyView::new(won.amount + lost.amount, won.unit()));
    let by_value = won.amount.zip(all).and_then(|(won, all)| share(won.amount, all.amount));
    let all = Sum::new(of, all, won.not_priced + lost.not_priced);
    WinRate {
        text: rate(by_count, &won.deals.to_string(), &of.to_string(), of),
        value_text: rate(by_value, &won.digits, &all.text, of),
        by_count,
        by_value,
        of,
        not_priced: all.not_priced,
        won: won.deals,
        lost: lost.deals,
        disqualified,
    }
}
