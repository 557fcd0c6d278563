//! Velocity: what the open deals bring in a day.

use rust_decimal::Decimal;

use super::contract::{Metric, Numbered};
use super::counted::{CountedDeal, worth};
use super::cycle;
use crate::report::model::{MoneyUnit, MoneyView, WinRate};

pub(super) const METRIC: Metric = Metric {
    name: "velocity",
    title: "Sales velocity",
    definition: "Open deals × average value of the deals won in the window × win rate by count ÷ average sales cycle. \
                 Empty when one of them is not known.",
    unit: "currency a day",
    source: "the sales velocity equation",
};

/// What so many open deals bring in a day at the size, rate and pace of those that were won.
pub(super) fn velocity<D: CountedDeal + ?Sized>(
    open: usize,
    won: &[Numbered<'_, D>],
    rate: &WinRate,
    unit: Option<MoneyUnit>,
) -> Option<MoneyView> {
    let priced = won.iter().filter(|(_, row)| row.value().is_some()).count();
    let days = cycle::cycle(won).days;
    // Every division comes last, so that nothing is rounded before the result is.
    let gained = Decimal::from(open)
        .checked_mul(worth(won))?
        .checked_mul(Decimal::from(rate.won))?
        .checked_mul(Decimal::from(days.len()))?;
    let spent = Decimal::from(priced)
        .checked_mul(Decimal::from(rate.won + rate.lost))?
        .checked_mul(Decimal::from(days.iter().sum::<i64>()))?;
    let a_day = gained.checked_div(spent).filter(|_| spent > Decimal::ZERO)?;
    Some(MoneyView::new(a_day, unit?))
}
