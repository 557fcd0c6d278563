//! Figures over time: the same metrics as everywhere, at the end of each week, month or fiscal quarter, by the rules
//! and rates of that day.

mod deal_history;
mod forecast;
mod options;
mod past_rules;
mod points;
mod slips;
mod stages;
mod standing;
mod weeks;

use jiff::civil::Date;

use super::filter::Filter;
use super::metric::{self};
use super::model::{DayView, Pace, RecordView, Sum, Trend, TrendPoint};
use super::report_context::ReportContext;
use crate::assess::{Workspace, deleted_deals};
use crate::deal::fiscal::FiscalYear;
use crate::finding::wording::{Count, WordList, quote};
pub(super) use deal_history::DealHistory;
pub use options::TrendOptions;
use past_rules::PastRules;
pub(super) use past_rules::RulesOfDay;
use points::Point;
use stages::TrendStages;
pub(super) use standing::TrendStanding;
use standing::numbered;
pub(super) use weeks::{quarter_before, weeks};

/// Every deal over time, those that were deleted since among them.
pub(super) struct DealHistories {
    /// One by one.
    pub deals: Vec<DealHistory>,
    from_commits: bool,
    trouble: Option<String>,
}

impl DealHistories {
    /// Adds those that were deleted to those that are there.
    pub(super) fn of(
        workspace: &Workspace<'_>,
        mut deal_histories: Vec<DealHistory>,
        filter: &Filter,
    ) -> Self {
        let from_commits = deal_histories.iter().any(|deal_history| deal_history.has_commits);
        let (mut removed, trouble) =
            match deleted_deals(workspace, None, |gone| Some(DealHistory::of_gone(gone))) {
                Ok(removed) => (removed, None),
                Err(trouble) => (Vec::new(), Some(trouble.to_string())),
            };
        DealHistory::drop_renamed(&mut deal_histories, &mut removed);
        deal_histories.extend(removed);
        deal_histories.retain(|deal_history| filter.leaves_company(&deal_history.workflow.id));
        Self { deals: deal_histories, from_commits, trouble }
    }
}

/// The figures of some deals over time.
pub(super) fn trend(
    workspace: &Workspace<'_>,
    deals: DealHistories,
    filter: &Filter,
    context: &ReportContext<'_>,
    fiscal: FiscalYear,
    span: TrendOptions,
) -> Trend {
    let DealHistories { deals: deal_histories, from_commits, trouble } = deals;
    // Where neither commits nor entries tell anything, all that is known are the days on which deals were opened.
    let born = || deal_histories.iter().filter_map(|deal_history| deal_history.term_history.born).min();
    let known_since =
        deal_histories.iter().filter_map(|deal_history| deal_history.known_since).min().or_else(born);
    // Before a shallow clone was cut off, nobody knows what its deals were.
    let cut_off =
        workspace.past.cut_off().filter(|_| deal_histories.iter().any(|deal_history| deal_history.cut_off));
    let since = known_since.max(cut_off);
    let begins = since.unwrap_or(workspace.today);
    let (points, before_record) = span.by.points(span.last, workspace.today, begins, fiscal);
    let days: Vec<Date> = points.iter().flat_map(|point| [point.eve, point.as_of]).collect();
    let times = PastRules::of(workspace, &days, span);
    let builder = PointContext {
        deal_histories: &deal_histories,
        filter,
        context,
        times: &times,
        fiscal,
        by: span.by,
        since,
    };
    let stages = TrendStages::of(&deal_histories, &times);
    let whole = points.first().zip(points.last()).map(|(first, last)| (first.period.from, last.as_of));
    let in_filter = builder.left(workspace.today);
    let points: Vec<_> = points.iter().map(|point| builder.point(point, &stages)).collect();
    let coverage = PastCoverage { from_commits, trouble, since };
    Trend {
        by: span.by,
        conversion: whole.map(|whole| stages.conversion(&in_filter, whole)).unwrap_or_default(),
        days_in_stage: whole.map(|whole| stages.days(&in_filter, whole)).unwrap_or_default(),
        accuracy: forecast::accuracy(&points),
        record: record(&in_filter, &times, &stages, &coverage),
        points,
        before_record,
    }
}

/// What the figures of a point are made with.
struct PointContext<'a> {
    deal_histories: &'a [DealHistory],
    filter: &'a Filter,
    context: &'a ReportContext<'a>,
    times: &'a PastRules<'a>,
    fiscal: FiscalYear,
    by: Pace,
    since: Option<Date>,
}

impl<'a> PointContext<'a> {
    fn point(&self, point: &Point, stages: &TrendStages) -> TrendPoint {
        let unit = self.context.unit();
        let at_start = self.standings(point.eve, point);
        let at_end = self.standings(point.as_of, point);
        let figures = metric::figures(&numbered(&at_end), unit, None);
        let whole = (point.period.from, point.as_of);
        let gates = self.times.gates(point.as_of, self.deal_histories, self.filter);
        let left = self.left(point.as_of);
        TrendPoint {
            name: point.period.name.clone(),
            from: DayView(point.period.from),
            until: DayView(point.period.until),
            as_of: DayView(point.as_of),
            running: point.running,
            known_from: point.known_from.map(DayView),
            new: self.came(point),
            slips: slips::slips(&at_start, point, self.by, self.fiscal, &left, unit),
            gates_unknown: gates.as_ref().err().cloned(),
            gates: gates.ok(),
            forecast: forecast::forecast(
                &metric::figures(&numbered(&at_start), unit, None).landing,
                &figures.won,
                point,
                self.since.is_some_and(|since| since <= point.eve),
            ),
            conversion: stages.conversion(&left, whole),
            days_in_stage: stages.days(&left, whole),
            open: figures.open,
            on_hold: figures.on_hold,
            weighted: figures.weighted,
            won: figures.won,
            lost: figures.lost,
            disqualified: figures.disqualified,
            win_rate: figures.win_rate,
            cycle: figures.cycle,
            velocity: figures.velocity,
        }
    }

    /// The deals that are there at the end of a day, by the rules and rates of that day; the window is the point.
    fn standings(&self, day: Date, point: &Point) -> Vec<TrendStanding<'a>> {
        let context = ReportContext { today: day, window: &point.period, ..*self.context };
        let rules = self.times.rules(day);
        self.deal_histories
            .iter()
            .filter_map(|deal_history| TrendStanding::at(deal_history, self.filter, rules, &context))
            .collect()
    }

    /// The deals that the filters leave at the end of a day; of those that are gone by then, on their last day.
    fn left(&self, day: Date) -> Vec<&'a DealHistory> {
        self.deal_histories.iter().filter(|deal_history| deal_history.is_left(self.filter, day)).collect()
    }

    /// The deals that came into being in a point, as they were at the end of their first day.
    fn came(&self, point: &Point) -> Sum {
        let born = |deal_history: &&'a DealHistory| {
            deal_history
                .term_history
                .begun
                .is_some_and(|begun| point.period.from <= begun && begun <= point.as_of)
        };
        let rules = RulesOfDay::default();
        let standing = |deal_history: &'a DealHistory| {
            let context = ReportContext {
                today: deal_history.term_history.begun?,
                window: &point.period,
                ..*self.context
            };
            TrendStanding::at(deal_history, &Filter::default(), &rules, &context)
        };
        let left = self.left(point.as_of);
        let new: Vec<_> = left.into_iter().filter(born).filter_map(standing).collect();
        metric::sum(&numbered(&new), self.context.unit())
    }
}

/// What is known of how the deals' past is told.
struct PastCoverage {
    from_commits: bool,
    trouble: Option<String>,
    since: Option<Date>,
}

fn record(
    deal_histories: &[&DealHistory],
    times: &PastRules<'_>,
    stages: &TrendStages,
    coverage: &PastCoverage,
) -> RecordView {
    let undated = deal_histories.iter().filter(|deal_history| deal_history.is_undated()).count();
    let removed = deal_histories.iter().filter(|deal_history| deal_history.removed.is_some()).count();
    let mut notes = Vec::new();
    notes.push(match (coverage.from_commits, coverage.since) {
        (true, _) => {
            "the past is told by the deals' `history`, and by commits where that is silent".to_owned()
        }
        (false, Some(_)) => "the past is told by the deals' `history` alone: no commit was asked".to_owned(),
        (false, None) => {
            "nothing tells of the past: write `history` entries, or keep the deals in git".to_owned()
        }
    });
    if times.is_shallow() {
        let note = "only the latest commits are here, so that what came before is not known: `git fetch --unshallow`";
        notes.push(note.to_owned());
    }
    if let Some(why) = coverage.trouble.as_ref().or(times.untold.as_ref()).filter(|_| coverage.from_commits) {
        notes.push(format!("commits could not tell all: {why}"));
    }
    if !times.has_rules() {
        notes.push(
            "probabilities, categories and stages are those of today's workflows at every point".to_owned(),
        );
    }
    if undated > 0 {
        let (deals, are) = (Count(undated, "deal"), if undated == 1 { "is" } else { "are" });
        notes.push(format!("{deals} of whose past no day is known {are} taken to have always been so"));
    }
    if removed > 0 {
        let deleted = if removed == 1 { "was deleted since counts" } else { "were deleted since count" };
        notes.push(format!("{} that {deleted} until then", Count(removed, "deal")));
    }
    let unknown: Vec<_> = stages.unknown().map(quote).collect();
    if !unknown.is_empty() {
        let are = if unknown.len() == 1 { "is" } else { "are" };
        let names = WordList(&unknown, "and");
        notes.push(format!(
            "{names} {are} no stage today: such deals count, without a probability of today's"
        ));
    }
    RecordView {
        from_commits: coverage.from_commits,
        rules_of_the_time: times.has_rules(),
        since: coverage.since.map(DayView),
        deals: deal_histories.len(),
        removed,
        undated,
        notes,
    }
}
