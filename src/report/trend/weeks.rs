//! The figures of the report's own window at the end of each of the last weeks.

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::standing::TrendStanding;
use super::times::RulesOfDay;
use super::way::DealHistory;
use crate::report::filter::Filter;
use crate::report::frame::ReportContext;
use crate::report::metric;
use crate::report::model::{DayView, Figures, WeekPoint};

/// How many weeks back a sparkline goes.
const WEEKS: i64 = 8;

/// A point a week as far back as anything tells, oldest first, by today's rules and the rates of each day; the last is
/// of the figures of today.
pub(in crate::report) fn weeks(
    ways: &[DealHistory],
    filter: &Filter,
    frame: &ReportContext<'_>,
    now: &Figures,
) -> Vec<WeekPoint> {
    let Some(told) = ways.iter().filter_map(|way| way.told_since).min() else { return Vec::new() };
    let days = (1..=WEEKS).rev().filter_map(|week| frame.today.checked_sub((7 * week).days()).ok());
    let past = days.filter(|day| *day >= told).map(|day| {
        let figures = figures(ways, filter, frame, day);
        point(day, &figures)
    });
    past.chain([point(frame.today, now)]).collect()
}

fn figures(ways: &[DealHistory], filter: &Filter, frame: &ReportContext<'_>, day: Date) -> Figures {
    let rules = RulesOfDay::default();
    let then = ReportContext { today: day, ..*frame };
    let standings: Vec<_> =
        ways.iter().filter_map(|way| TrendStanding::at(way, filter, &rules, &then)).collect();
    let numbered: Vec<_> = standings.iter().enumerate().collect();
    metric::figures(&numbered, frame.currency, None)
}

fn point(day: Date, figures: &Figures) -> WeekPoint {
    WeekPoint {
        as_of: DayView(day),
        landing: figures.landing.commit.clone(),
        open: figures.open.clone(),
        weighted: figures.weighted.clone(),
    }
}
