//! Coverage: how many times over the open deals cover what is still to be won.

use std::fmt::Write as _;

use rust_decimal::Decimal;

use super::Metric;
use crate::report::model::{Coverage, Money, Number, Sum};

pub(super) const METRIC: Metric = Metric {
    name: "coverage",
    title: "Pipeline coverage",
    definition: "The value of the deals open in the window divided by the target less what is won in it. Empty \
                 without a target for the window, and once the target is reached.",
    unit: "ratio",
    source: "pipeline coverage ratio against the remaining quota",
};

/// Open against what is still to be won.
pub(super) fn coverage(open: &Sum, won: &Sum, target: Option<Money>) -> Option<Coverage> {
    let (open_amount, won, target) = (open.amount?, won.amount?, target?);
    let to_win = target.amount - won.amount;
    if to_win <= Decimal::ZERO {
        return None;
    }
    let to_win = Money::new(to_win, target.currency);
    let mut basis = format!("{open_amount} open in the window ÷ ({target} target − {won} won)");
    if open.not_priced > 0 {
        let _ = write!(basis, "; {} not priced", open.not_priced);
    }
    Some(Coverage {
        ratio: Number::new(open_amount.amount.checked_div(to_win.amount)?, 2),
        open: open_amount,
        to_win,
        basis,
    })
}

/// Whether as much is won as was to be.
pub(super) fn reached(won: &Sum, target: Option<Money>) -> Option<bool> {
    Some(won.amount?.amount >= target?.amount)
}
