//! Coverage: how many times over the open deals cover what is still to be won.

use rust_decimal::Decimal;

use super::contract::Metric;
use crate::report::model::{Coverage, MoneyView, Number, Sum};

pub(super) const METRIC: Metric = Metric {
    name: "coverage",
    title: "Pipeline coverage",
    definition: "The value of the deals open in the window divided by the target less what is won in it. Empty, \
                 and with its reason, without a target for the window, once the target is reached, and where what is \
                 won or open is not priced.",
    unit: "ratio",
    source: "pipeline coverage ratio against the remaining quota",
};

/// Open against what is still to be won, or why there is no such figure.
pub(super) fn coverage(
    open: &Sum,
    won: &Sum,
    target: Option<MoneyView>,
) -> (Option<Coverage>, Option<String>) {
    let why = |why: &str| (None, Some(why.to_owned()));
    let Some(target) = target else { return why("needs a target") };
    let Some(won_amount) = won.amount else { return why("what is won is not priced") };
    let to_win = target.amount - won_amount.amount;
    if to_win <= Decimal::ZERO {
        return why("the target is reached");
    }
    let Some(open_amount) = open.amount else { return why("what is open in the window is not priced") };
    let to_win = MoneyView::new(to_win, target.unit());
    let open_text = if open.deals == 0 { "nothing" } else { &open.text };
    let ratio = open_amount.amount.checked_div(to_win.amount).unwrap_or_default();
    let coverage = Coverage {
        ratio: Number::new(ratio, 2),
        open: open_amount,
        to_win,
        basis: format!("{open_text} open in the window ÷ ({target} target − {} won)", won.text),
    };
    (Some(coverage), None)
}

/// Whether as much is won as was to be; what is not priced may have reached it.
pub(super) fn reached(won: &Sum, target: Option<MoneyView>) -> Option<bool> {
    let reached = won.amount?.amount >= target?.amount;
    (reached || won.not_priced == 0).then_some(reached)
}
