//! The timeline of one deal in a report: what changed on which day, and how often it was pushed.

use jiff::civil::Date;

use super::model::{CoursePoint, DayView, DifferenceView, MoneyView, Share, TimelineEntry};
use super::report_context::ReportContext;
use super::row_builder::RowBuilder;
use crate::assess::JudgedDeal;
use crate::deal::fiscal::FiscalYear;
use crate::deal::period::days_between;
use crate::deal::reader::DealReadContext;
use crate::deal::record::Ending;
use crate::history::{ChangeSource, ChangedField, HistoryChange, HistoryEntry, Past, Term, TrackedFields};
use crate::snapshot::git::{Revision, short};
use crate::workflow::Workflow;

/// How often the close date of a deal moved to a later fiscal quarter while it was open, until today.
pub(super) fn pushes(judged: &JudgedDeal<'_>, fiscal: FiscalYear, today: Date) -> usize {
    let term_history = judged.term_history();
    let mut before = term_history.close_date.before;
    let mut pushes = 0;
    for (day, after) in term_history.close_date.values.iter().take_while(|(day, _)| *day <= today) {
        let later = before
            .zip(*after)
            .is_some_and(|(before, after)| fiscal.quarter_of(before) < fiscal.quarter_of(after));
        pushes += usize::from(later && term_history.ending.at(*day).is_none());
        before = *after;
    }
    pushes
}

/// So many points of a deal's course are kept, the latest.
const MOST_POINTS: usize = 40;

/// How amount and close date moved until today; nothing where neither did.
pub(super) fn course(judged: &JudgedDeal<'_>, context: &ReportContext<'_>) -> Vec<CoursePoint> {
    let steps = judged.term_history().steps().filter(|(day, _)| *day <= context.today);
    let mut found: Vec<(Date, TrackedFields)> = Vec::new();
    for (day, terms) in steps {
        let same = |(_, last): &(Date, TrackedFields)| {
            (last.amount, last.close_date) == (terms.amount, terms.close_date)
        };
        if !found.last().is_some_and(same) {
            found.push((day, terms));
        }
    }
    if found.len() < 2 {
        return Vec::new();
    }
    found.drain(..found.len().saturating_sub(MOST_POINTS));
    let (first, last) = (found[0].0, found[found.len() - 1].1.clone());
    found.push((context.today, last));
    let point = |(day, terms): (Date, TrackedFields)| CoursePoint {
        day: DayView(day),
        after: days_between(first, day),
        amount: terms
            .amount
            .and_then(|amount| Some(MoneyView::new(amount.amount, context.unit_of(amount.currency)?))),
        close_date: terms.close_date.map(DayView),
        closes_after: terms.close_date.map(|date| days_between(first, date)),
    };
    found.into_iter().map(point).collect()
}

/// What changed on which day, oldest first, and who says so; the first entries are what the deal began with.
pub(super) fn timeline(judged: &JudgedDeal<'_>, builder: &RowBuilder<'_>) -> Vec<TimelineEntry> {
    let (context, workflow) = (builder.context, judged.workflow);
    let term_history = judged.term_history();
    let entries = HistoryEntry::all(judged.deal);
    let reading = DealReadContext { schema: &workflow.schema, rates: context.rates, today: context.today };
    let shown =
        |term: Term, day: Date| term_history.at(day).and_then(|terms| in_words(term, &terms, workflow));
    let mut timeline: Vec<TimelineEntry> = Vec::new();
    // What is yet to come is a finding, and no past.
    let history_changes = HistoryChange::all(term_history, &entries, judged.git_history);
    for history_change in
        history_changes.into_iter().filter(|history_change| history_change.day <= context.today)
    {
        let is_start = timeline.first().is_none_or(|first| first.date.0 == history_change.day);
        let change = match history_change.what {
            ChangedField::Term(Term::Outcome)
                if is_start && history_change.after.as_deref() == Some("open") =>
            {
                continue;
            }
            ChangedField::Term(term) => {
                let eve = history_change.day.yesterday().ok().filter(|_| history_change.before.is_some());
                let before = eve.and_then(|eve| shown(term, eve));
                let (key, title) = (term.name().to_owned(), term.title().to_owned());
                DifferenceView { key, title, before, after: shown(term, history_change.day) }
            }
            ChangedField::File => of_file(&history_change),
        };
        let commit = history_change.commit(judged.git_history, builder.past, reading);
        let says = Says::of(&history_change, judged, commit.as_deref(), builder.past);
        match timeline.last_mut().filter(|last| last.date.0 == history_change.day && says.is(last)) {
            Some(last) => last.changes.push(change),
            None => timeline.push(says.entry(history_change.day, change)),
        }
    }
    timeline
}

/// That a deal's file was deleted, or put back.
fn of_file(history_change: &HistoryChange) -> DifferenceView {
    let after = if history_change.after.is_some() { "restored" } else { "deleted" };
    let (key, title) = (history_change.what.name().to_owned(), "File".to_owned());
    DifferenceView { key, title, before: None, after: Some(after.to_owned()) }
}

/// Who says that something changed, and why it did.
struct Says {
    by: Option<String>,
    commit: Option<String>,
    reason: Option<String>,
    is_dated: bool,
}

impl Says {
    fn of(
        history_change: &HistoryChange,
        judged: &JudgedDeal<'_>,
        commit: Option<&Revision>,
        past: &Past,
    ) -> Self {
        let text = |key: &str| {
            let entries = judged.deal.history().filter(|_| history_change.source == ChangeSource::Entry);
            let of_day = entries
                .filter(|entry| entry.value.date("date").is_some_and(|it| it.value == history_change.day));
            let texts = of_day.filter_map(|entry| Some(entry.value.text(key)?.value.trim().to_owned()));
            texts.filter(|text| !text.is_empty()).last()
        };
        Self {
            by: text("by").or_else(|| commit.map(|commit| past.author(commit).name)),
            commit: commit.map(|commit| short(&commit.id).to_owned()),
            reason: text("reason"),
            is_dated: history_change.source != ChangeSource::File,
        }
    }

    fn is(&self, entry: &TimelineEntry) -> bool {
        let same = (&entry.by, &entry.commit, &entry.reason) == (&self.by, &self.commit, &self.reason);
        same && entry.is_dated == self.is_dated
    }

    fn entry(self, day: Date, change: DifferenceView) -> TimelineEntry {
        let Self { by, commit, reason, is_dated } = self;
        TimelineEntry { date: DayView(day), changes: vec![change], reason, by, commit, is_dated }
    }
}

/// One of a deal's terms, as people read it.
pub(super) fn in_words(term: Term, terms: &TrackedFields, workflow: &Workflow) -> Option<String> {
    match term {
        Term::Stage => terms.stage.as_deref().map(|id| workflow.stage_name(id).to_owned()),
        Term::Outcome => Some(terms.ending.map_or("open", Ending::name).to_owned()),
        Term::Amount => terms.amount.map(|amount| match amount.currency {
            Some(currency) => MoneyView::written(amount.amount, currency).to_string(),
            None => amount.to_string(),
        }),
        Term::CloseDate => terms.close_date.map(|day| DayView(day).to_string()),
        Term::Probability => terms.probability.map(|share| Share::new(share).to_string()),
        Term::Category => terms.category.as_deref().map(|category| category.replace('-', " ")),
        Term::Hold => terms.hold.map(|(_, until)| match until {
            Some(until) => format!("until {}", DayView(until)),
            None => "without an end".to_owned(),
        }),
        Term::Owner => terms.owner.as_deref().map(str::to_owned),
    }
}
