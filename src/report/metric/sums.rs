//! Sums, means and medians of deals.

use rust_decimal::Decimal;

use crate::report::metric::contract::Numbered;
use crate::report::metric::counted::CountedDeal;
use crate::report::model::{MoneyUnit, MoneyView, Number, Sum};

/// How many deals, and what the priced ones among them are worth.
pub(in crate::report) fn sum<D: CountedDeal + ?Sized>(
    rows: &[Numbered<'_, D>],
    unit: Option<MoneyUnit>,
) -> Sum {
    Sum::of(rows.iter().map(|(_, row)| row.value()), unit)
}

/// The sum of amounts in one currency. Each is bounded when it is priced, so no sum of deals overflows.
pub(super) fn total(amounts: &[MoneyView], unit: MoneyUnit) -> MoneyView {
    MoneyView::new(amounts.iter().map(|money| money.amount).sum(), unit)
}

/// The mean of whole days, one decimal; `None` of none.
pub(in crate::report) fn mean(days: &[i64]) -> Option<Number> {
    let total = Decimal::from(days.iter().sum::<i64>());
    Some(Number::new(total.checked_div(Decimal::from(days.len()))?, 1))
}

/// The median of whole days that are in order, one decimal; `None` of none.
pub(in crate::report) fn median(days: &[i64]) -> Option<Number> {
    let last = days.len().checked_sub(1)?;
    let both = Decimal::from(days[last / 2]) + Decimal::from(days[days.len() / 2]);
    Some(Number::new(both / Decimal::TWO, 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_and_medians_of_nothing_are_not_zero() {
        let shown = |number: Option<Number>| number.map(|number| number.to_string());
        assert_eq!(shown(mean(&[])), None);
        assert_eq!(shown(median(&[])), None);
        assert_eq!(shown(mean(&[19, 33, 33])).as_deref(), Some("28.3"));
        assert_eq!(shown(median(&[1, 2])).as_deref(), Some("1.5"));
        assert_eq!(shown(median(&[1, 2, 9])).as_deref(), Some("2.0"));
    }
}
