//! The figures of the report's own window at the end of each of the last weeks.

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::deal_history::DealHistory;
use super::past_rules::RulesOfDay;
use super::standing::TrendStanding;
use crate::deal::Period;
use crate::deal::fiscal::FiscalYear;
use crate::deal::period::days_between;
use crate::report::filter::Filter;
use crate::report::metric;
use crate::report::model::{DayView, Figures, Sum, WeekPoint};
use crate::report::report_context::ReportContext;

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

/// What won and commit of the quarter before the frame's came to on the same day of it; `None` where the window is no
/// fiscal quarter that is running, and where nothing tells of that day.
pub(in crate::report) fn quarter_before(
    ways: &[DealHistory],
    filter: &Filter,
    frame: &ReportContext<'_>,
    fiscal: FiscalYear,
) -> Option<(Period, Date, Sum)> {
    let is_quarter = frame.window.quarters(fiscal).len() == 1;
    if !is_quarter || !frame.window.contains(frame.today) {
        return None;
    }
    let before = Period::quarter(frame.window.from.yesterday().ok()?, fiscal);
    let gone = days_between(frame.window.from, frame.today);
    let day = before.from.checked_add(gone.days()).ok()?.min(before.until);
    let told = ways.iter().filter_map(|way| way.told_since).min()?;
    let landing = (told <= day).then(|| {
        let then = ReportContext { window: &before, ..*frame };
        figures(ways, filter, &then, day).landing.commit
    })?;
    Some((before, day, landing))
}

fn figures(ways: &[DealHistory], filter: &Filter, frame: &ReportContext<'_>, day: Date) -> Figures {
    let rules = RulesOfDay::default();
    let then = ReportContext { today: day, ..*frame };
    let standings: Vec<_> =
        ways.iter().filter_map(|way| TrendStanding::at(way, filter, &rules, &then)).collect();
    let numbered: Vec<_> = standings.iter().enumerate().collect();
    metric::figures(&numbered, frame.unit(), None)
}

fn point(day: Date, figures: &Figures) -> WeekPoint {
    WeekPoint {
        as_of: DayView(day),
        landing: figures.landing.commit.clone(),
        open: figures.open.clone(),
        weighted: figures.weighted.clone(),
    }
}
