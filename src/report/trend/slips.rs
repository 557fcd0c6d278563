//! Slips and pushes: close dates that moved away.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::deal_history::DealHistory;
use super::points::Point;
use super::standing::{TrendStanding, numbered};
use crate::deal::fiscal::FiscalYear;
use crate::deal::record::Ending;
use crate::report::metric::{self, CountedDeal};
use crate::report::model::{MoneyUnit, Pace, Share, Slips, Status, Sum, rate};

/// What became of the deals that were to close in a point, which stood so at its start; pushes are of any deal.
pub(super) fn slips(
    at_start: &[TrendStanding<'_>],
    point: &Point,
    by: Pace,
    fiscal: FiscalYear,
    deal_histories: &[&DealHistory],
    unit: Option<MoneyUnit>,
) -> Slips {
    let is_due = |deal: &&TrendStanding<'_>| deal.status() == Status::Open && deal.is_in_window();
    let due: Vec<_> = numbered(at_start).into_iter().filter(|(_, deal)| is_due(deal)).collect();
    let slipped: Vec<_> =
        due.iter().copied().filter(|(_, deal)| has_slipped(deal.deal_history, point)).collect();
    let (due, slipped) = (metric::sum(&due, unit), metric::sum(&slipped, unit));
    let pushes: Vec<usize> =
        deal_histories.iter().map(|deal_history| pushes(deal_history, point, by, fiscal)).collect();
    let by_count = share(Decimal::from(slipped.deals), Decimal::from(due.deals));
    let by_value = amount(&slipped).zip(amount(&due)).and_then(|(slipped, due)| share(slipped, due));
    Slips {
        text: rate(by_count, &slipped.deals.to_string(), &due.deals.to_string(), due.deals),
        value_text: rate(by_value, &slipped.digits, &due.text, due.deals),
        by_count,
        by_value,
        pushes: pushes.iter().sum(),
        pushed: pushes.iter().filter(|pushes| **pushes > 0).count(),
        due,
        slipped,
    }
}

/// Whether a deal's close date lies outside the point at its end, and it was not won in it.
fn has_slipped(deal_history: &DealHistory, point: &Point) -> bool {
    if deal_history.removed.is_some_and(|removed| removed <= point.as_of) {
        return false;
    }
    let Some(terms) = deal_history.term_history.at(point.as_of) else { return false };
    let won_in_it = terms.ending == Some(Ending::Won)
        && deal_history.term_history.ended(point.as_of).is_some_and(|day| point.period.contains(day));
    !won_in_it && !terms.close_date.is_some_and(|day| point.period.contains(day))
}

/// How often the close date was moved to a later week, month or quarter while the deal was open.
fn pushes(deal_history: &DealHistory, point: &Point, by: Pace, fiscal: FiscalYear) -> usize {
    let mut before = deal_history.term_history.close_date.before;
    let mut pushes = 0;
    for &(day, close_date) in &deal_history.term_history.close_date.values {
        let moved = before.zip(close_date);
        before = close_date;
        let in_it = point.period.from <= day && day <= point.as_of;
        let is_later = |(from, to): (Date, Date)| by.period(from, fiscal).until < to;
        let is_open = deal_history.term_history.ending.at(day).is_none()
            && deal_history.removed.is_none_or(|removed| day < removed);
        pushes += usize::from(in_it && is_open && moved.is_some_and(is_later));
    }
    pushes
}

fn amount(sum: &Sum) -> Option<Decimal> {
    Some(sum.amount?.amount)
}

fn share(part: Decimal, whole: Decimal) -> Option<Share> {
    part.checked_div(whole).map(Share::new)
}
