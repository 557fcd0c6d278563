//! The value of a deal at a moment: its amount, its weighted value, its forecast category.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::model::{Category, MoneyView, Status};
use super::report_context::ReportContext;
use crate::deal;

/// What the worth of a deal hangs on.
pub(super) struct PricingInput<'a> {
    /// Whether it is open, or how it ended.
    pub status: Status,
    /// The day it ended.
    pub ended: Option<Date>,
    /// Its amount.
    pub amount: Option<deal::Money>,
    /// The expected close date.
    pub close_date: Option<Date>,
    /// Its own probability, else its stage's.
    pub probability: Option<Decimal>,
    /// Its own category, else its stage's.
    pub category: Option<&'a str>,
}

/// What it is worth.
pub(super) struct DealValue {
    /// The amount as it is written.
    pub amount: Option<MoneyView>,
    /// The amount in the report's currency.
    pub value: Option<MoneyView>,
    /// Why there is no value.
    pub not_priced: Option<String>,
    /// How likely it is won, while it is open.
    pub probability: Option<Decimal>,
    /// What it weighs, while it is open.
    pub weighted: Option<MoneyView>,
    /// Its forecast category.
    pub category: Option<Category>,
}

impl DealValue {
    /// Open deals at the rate of the frame's day, closed ones at that of the closing date; one that nobody knows cannot
    /// be priced.
    pub(super) fn of(deal: &PricingInput<'_>, context: &ReportContext<'_>) -> Self {
        let is_open = deal.status == Status::Open;
        let day = if is_open { Some(context.today) } else { deal.ended };
        let priced = day.map_or_else(
            || Err("the day it was closed is not known".to_owned()),
            |day| context.price(deal.amount, day).map_err(|why| why.to_string()),
        );
        let (value, not_priced) = priced.map_or_else(|why| (None, Some(why)), |value| (Some(value), None));
        let probability = deal.probability.filter(|_| is_open);
        Self {
            amount: deal
                .amount
                .and_then(|amount| Some(MoneyView::new(amount.amount, context.unit_of(amount.currency)?))),
            weighted: context.weighted(deal.amount, probability, context.today),
            value,
            not_priced,
            probability,
            category: category(deal.status, deal.category, deal.close_date, context.today),
        }
    }
}

/// The forecast category of a deal on a day, by its own or its stage's.
pub fn category(
    status: Status,
    written: Option<&str>,
    close_date: Option<Date>,
    today: Date,
) -> Option<Category> {
    let category = match status {
        Status::Won => Some(Category::Closed),
        Status::Lost | Status::Disqualified => None,
        Status::Open => written.and_then(forecast),
    };
    let is_past = status == Status::Open && close_date.is_some_and(|date| date < today);
    let slips = is_past && matches!(category, Some(Category::Commit | Category::BestCase));
    if slips { Some(Category::Slipped) } else { category }
}

/// The category of an open deal. One that stands in a closing stage is not won yet, so it is commit.
fn forecast(category: &str) -> Option<Category> {
    match category {
        "closed" | "commit" => Some(Category::Commit),
        "best-case" => Some(Category::BestCase),
        "pipeline" => Some(Category::Pipeline),
        "omitted" => Some(Category::Omitted),
        _ => None,
    }
}
