//! Sums of what changed.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::compare::{DealState, OpenTotals};
use crate::report::model::{ChangedDeal, MoneyUnit, MoneyView, Sum, Weighted};

/// A deal of two moments: its id, and whether its file is gone at the later one. Another may bear its id by then.
pub(super) type DealKey = (Arc<str>, bool);

/// Positions in a report's `deals`.
pub(super) type Positions = BTreeMap<DealKey, usize>;

pub(super) fn money(value: Option<Decimal>, unit: Option<MoneyUnit>) -> Option<MoneyView> {
    Some(MoneyView::new(value?, unit?))
}

/// What some of the deals are worth.
pub(super) fn sum(deals: &[ChangedDeal], which: impl Iterator<Item = usize>, unit: Option<MoneyUnit>) -> Sum {
    Sum::of(which.filter_map(|at| deals.get(at)).map(|deal| deal.value), unit)
}

pub(super) fn weighted(totals: &OpenTotals, unit: Option<MoneyUnit>) -> Weighted {
    let without = totals.weighted.without;
    let not_priced = totals.open.without.min(without);
    let amount = money(Some(totals.weighted.value), unit);
    Weighted::new(amount, totals.weighted.deals - without, without - not_priced, not_priced)
}

/// The day that counts for the price of a deal: that of its outcome once it is closed, else the last.
pub(super) fn price_day(state: &DealState, last: Date) -> Date {
    state.ended.filter(|_| state.terms.ending.is_some()).unwrap_or(last)
}
