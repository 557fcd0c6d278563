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
    deal_histories: &[DealHistory],
    filter: &Filter,
    context: &ReportContext<'_>,
    now: &Figures,
) -> Vec<WeekPoint> {
    let Some(known_since) = deal_histories.iter().filter_map(|deal_history| deal_history.known_since).min()
    else {
        return Vec::new();
    };
    let days = (1..=WEEKS).rev().filter_map(|week| context.today.checked_sub((7 * week).days()).ok());
    let past = days.filter(|day| *day >= known_since).map(|day| {
        let figures = figures(deal_histories, filter, context, day);
        point(day, &figures)
    });
    past.chain([point(context.today, now)]).collect()
}

/// What won and commit of the quarter before the frame's came to on the same day of it; `None` where the window is no
/// fiscal quarter that is running, and where nothing tells of that day.
pub(in crate::report) fn quarter_before(
    deal_histories: &[DealHistory],
    filter: &Filter,
    context: &ReportContext<'_>,
    fiscal: FiscalYear,
) -> Option<(Period, Date, Sum)> {
    let is_quarter = context.window.quarters(fiscal).len() == 1;
    if !is_quarter || !context.window.contains(context.today) {
        return None;
    }
    let before = Period::quarter(context.window.from.yesterday().ok()?, fiscal);
    let gone = days_between(context.window.from, context.today);
    let day = before.from.checked_add(gone.days()).ok()?.min(before.until);
    let known_since = deal_histories.iter().filter_map(|deal_history| deal_history.known_since).min()?;
    let landing = (known_since <= day).then(|| {
        let then = ReportContext { window: &before, ..*context };
        figures(deal_histories, filter, &then, day).landing.commit
    })?;
    Some((before, day, landing))
}

fn figures(
    deal_histories: &[DealHistory],
    filter: &Filter,
    context: &ReportContext<'_>,
    day: Date,
) -> Figures {
    let rules = RulesOfDay::default();
    let then = ReportContext { today: day, ..*context };
    let standings: Vec<_> = deal_histories
        .iter()
        .filter_map(|deal_history| TrendStanding::at(deal_history, filter, &rules, &then))
        .collect();
    let numbered: Vec<_> = standings.iter().enumerate().collect();
    metric::figures(&numbered, context.unit(), None)
}

fn point(day: Date, figures: &Figures) -> WeekPoint {
    WeekPoint {
        as_of: DayView(day),
        landing: figures.landing.commit.clone(),
        open: figures.open.clone(),
        weighted: figures.weighted.clone(),
    }
}
