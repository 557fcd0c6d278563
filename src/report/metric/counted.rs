//! What metrics read of a deal.

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::report::model::{Category, MoneyView, Status};
use crate::report::row::ReportRow;

/// A deal at a moment, as figures count it.
pub(in crate::report) trait CountedDeal {
    /// Whether it is open, or how it ended.
    fn status(&self) -> Status;
    /// Whether it is open and waits.
    fn is_on_hold(&self) -> bool;
    /// What it is worth in the report's currency; `None`: it is not priced.
    fn value(&self) -> Option<MoneyView>;
    /// What it weighs, while it is open.
    fn weighted(&self) -> Option<MoneyView>;
    /// Its forecast category.
    fn category(&self) -> Option<Category>;
    /// Whether it closes or closed in the window.
    fn is_in_window(&self) -> bool;
    /// Whether it has a close date.
    fn has_close_date(&self) -> bool;
    /// The day it ended.
    fn ended(&self) -> Option<Date>;
    /// The first day that is known of it.
    fn opened(&self) -> Option<Date>;
}

/// What some deals are worth together, those that are priced.
pub(super) fn worth<D: CountedDeal + ?Sized>(rows: &[super::contract::Numbered<'_, D>]) -> Decimal {
    rows.iter().filter_map(|(_, row)| row.value()).map(|money| money.amount).sum()
}

impl CountedDeal for ReportRow {
    fn status(&self) -> Status {
        self.deal.status
    }

    fn is_on_hold(&self) -> bool {
        self.deal.on_hold.is_some()
    }

    fn value(&self) -> Option<MoneyView> {
        self.deal.value
    }

    fn weighted(&self) -> Option<MoneyView> {
        self.deal.weighted
    }

    fn category(&self) -> Option<Category> {
        self.deal.category
    }

    fn is_in_window(&self) -> bool {
        self.deal.in_window
    }

    fn has_close_date(&self) -> bool {
        self.deal.close_date.is_some()
    }

    fn ended(&self) -> Option<Date> {
        self.ended
    }

    fn opened(&self) -> Option<Date> {
        self.opened
    }
}
