//! What is kept of a deal for a trend once its text is dropped: its course, its visits, how its gates stand today.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;

use crate::assess::{Gone, Judged};
use crate::compare::{Likeness, renamed_pairs};
use crate::deal::Deal;
use crate::deal::record::Ending;
use crate::finding::{Code, Level, Levels, Setting};
use crate::history::{Course, Entry, FromCommits, Visit};
use crate::report::filter::Filter;
use crate::standing::{Checklist, Need, State};
use crate::workflow::Workflow;

/// A deal over time.
pub(in crate::report) struct Way {
    /// The deal's id.
    pub id: Arc<str>,
    /// The workflow it follows today.
    pub workflow: Arc<Workflow>,
    /// Its terms over time.
    pub course: Arc<Course>,
    /// When it was where.
    pub visits: Vec<Visit>,
    /// The first day that is known of it, as cycles count.
    pub opened: Option<Date>,
    /// Its name and customer.
    pub likeness: Option<Likeness>,
    /// The day on which its file came; `None`: a shallow clone was cut off before, or commits are left out.
    pub came: Option<Date>,
    /// From which day on it is not there any more.
    pub removed: Option<Date>,
    /// How its gates stand today.
    pub gates: Gates,
    /// The first day on which an entry or a commit tells how it stood; `None`: none does.
    pub told_since: Option<Date>,
    /// Whether commits tell of it.
    pub told: bool,
    /// Whether a shallow clone was cut off before it began.
    pub cut_off: bool,
}

/// How a deal stands with its gates.
#[derive(Clone, Copy, Default)]
pub(in crate::report) struct Gates {
    /// Requirements that block and are not met.
    pub failing: usize,
    /// Requirements that a waiver lifts.
    pub waived: usize,
}

impl Way {
    /// The way of a deal that is there.
    pub(in crate::report) fn of(judged: &Judged<'_>, levels: &Levels, today: Date) -> Self {
        let (course, visits) = (Arc::clone(judged.course()), judged.timeline.visits().to_vec());
        let way = Self::along(judged.deal, judged.workflow, judged.told, course, visits, today);
        Self { gates: Gates::of(judged, levels), ..way }
    }

    /// The way of a deal whose file was deleted.
    pub(super) fn of_gone(gone: &Gone<'_>) -> Self {
        let course = Arc::clone(&gone.course);
        let visits = gone.visits();
        let way = Self::along(gone.deal, gone.workflow, Some(gone.told), course, visits, gone.removed);
        Self { removed: Some(gone.removed), ..way }
    }

    /// Drops of the deals that are gone those that are there under another name, whose own past reaches back to when
    /// they were gone: they would count twice. The others did not begin with their new name.
    pub(super) fn drop_renamed(ways: &mut [Self], gone: &mut Vec<Self>) {
        let went: Vec<_> = gone.iter().filter(|old| !ways.iter().any(|way| way.id == old.id)).collect();
        let first = went.iter().filter_map(|old| old.removed).min();
        let came = ways.iter().filter(|way| way.came.is_some_and(|came| first.is_some_and(|it| it <= came)));
        let pairs = renamed_pairs(went.into_iter(), came, |way| way.likeness.clone());
        let (mut dropped, mut renamed) = (BTreeSet::new(), BTreeSet::new());
        for (old, new) in pairs {
            if new.continues(old) {
                dropped.insert(Arc::clone(&old.id));
            } else if new.came == old.removed {
                renamed.insert(Arc::clone(&new.id));
            }
        }
        for way in ways.iter_mut().filter(|way| renamed.contains(&way.id)) {
            Arc::make_mut(&mut way.course).begun = None;
        }
        gone.retain(|old| {
            let moved = ways.iter().any(|way| way.id == old.id && way.continues(old));
            !moved && !dropped.contains(&old.id)
        });
    }

    /// Whether its file came no sooner than another went, and tells of the time before.
    fn continues(&self, gone: &Self) -> bool {
        let Some(removed) = gone.removed else { return false };
        self.came.is_some_and(|came| removed <= came) && self.course.born.is_some_and(|born| born < removed)
    }

    fn along(
        deal: &Deal<'_>,
        workflow: &Arc<Workflow>,
        told: Option<&FromCommits>,
        course: Arc<Course>,
        visits: Vec<Visit>,
        today: Date,
    ) -> Self {
        let opened = deal.opened().map(|date| date.value);
        Self {
            id: Arc::clone(&deal.id),
            workflow: Arc::clone(workflow),
            opened: opened.or_else(|| visits.first().map(|visit| visit.entered)),
            visits,
            course,
            likeness: deal.name().map(|name| (name.to_owned(), deal.customer().map(str::to_owned))),
            came: told.filter(|told| told.whole).map(|told| told.first_commit.unwrap_or(today)),
            removed: None,
            gates: Gates::default(),
            told_since: first_told(deal, told),
            told: told.is_some(),
            cut_off: told.is_some_and(|told| told.before.is_some()),
        }
    }

    /// Whether the filters leave it at the end of a day; once it is gone, as it was on its last day.
    pub(super) fn is_left(&self, filter: &Filter, day: Date) -> bool {
        let gone = self.removed.filter(|removed| *removed <= day).or_else(|| self.course.away_since(day));
        let terms = self.course.at(gone.and_then(|gone| gone.yesterday().ok()).unwrap_or(day));
        filter.leaves_deal(&self.id, &self.workflow.id) && terms.is_some_and(|it| filter.leaves_terms(&it))
    }

    /// Its visits until it was won for good, and whether it was: what it enters then is delivery.
    pub(super) fn before_the_sale(&self) -> (&[Visit], bool) {
        let last = self.course.ending.values.last().filter(|(_, how)| *how == Some(Ending::Won));
        let Some((won, _)) = last else { return (&self.visits, false) };
        let last_sold = self.workflow.won_from;
        let is_sale = |visit: &&Visit| {
            visit.entered < *won
                || visit.entered == *won && visit.stage.is_none_or(|stage| stage <= last_sold)
        };
        (&self.visits[..self.visits.iter().take_while(is_sale).count()], true)
    }

    /// Whether it is there, and open.
    pub(super) fn is_open(&self) -> bool {
        let ending = self.course.ending.values.last();
        self.removed.is_none() && ending.map_or(self.course.ending.before, |(_, ending)| *ending).is_none()
    }

    /// Whether nothing tells a day of its past, so that it is taken to have always been as it is.
    pub(super) fn is_undated(&self) -> bool {
        self.course.born.is_none()
    }
}

/// The first day on which an entry or a commit tells how a deal stood. That it was opened or ended on a day tells nothing
/// of the deals of that day: those that were deleted since are not known.
fn first_told(deal: &Deal<'_>, told: Option<&FromCommits>) -> Option<Date> {
    let entries = Entry::all(deal).into_iter().map(|entry| entry.date);
    let commits = told.and_then(|told| told.first_commit.or(told.cut));
    entries.chain(commits).min()
}

impl Gates {
    /// How a deal stands with its gates, at the levels of some settings.
    pub(super) fn of(judged: &Judged<'_>, levels: &Levels) -> Self {
        let too_early = Setting::At(Level::Error) == levels.of(Code::WonTooEarly);
        let mut gates = Self::default();
        gates.failing += usize::from(judged.judgement.won_too_early && too_early);
        for standing in Checklist::of(judged, levels).standings().filter(|it| it.need() == Need::Now) {
            gates.waived += usize::from(standing.state() == State::Waived);
            gates.failing += usize::from(standing.told() == Some(Level::Error));
        }
        gates
    }
}
