//! The history of a deal as a trend keeps it: tracked fields, visits, and how its gates stand today.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;

use crate::assess::{DeletedFile, JudgedDeal};
use crate::compare::{Likeness, renamed_pairs};
use crate::deal::Deal;
use crate::deal::record::Ending;
use crate::finding::{Code, Level, LevelSetting, Levels};
use crate::history::{GitHistory, HistoryEntry, TermHistory, Visit};
use crate::report::filter::Filter;
use crate::standing::{Checklist, Need, StandingState};
use crate::workflow::Workflow;

/// A deal over time.
pub(in crate::report) struct DealHistory {
    /// The deal's id.
    pub id: Arc<str>,
    /// The workflow it follows today.
    pub workflow: Arc<Workflow>,
    /// Its terms over time.
    pub term_history: Arc<TermHistory>,
    /// When it was where.
    pub visits: Vec<Visit>,
    /// The first day that is known of it, as cycles count.
    pub opened: Option<Date>,
    /// Its name and customer.
    pub likeness: Option<Likeness>,
    /// Whether it came, or went, and no commit says so yet.
    pub is_uncommitted: bool,
    /// From which day on it is not there any more.
    pub removed: Option<Date>,
    /// How its gates stand today.
    pub gates: GateHistory,
    /// The first day on which an entry or a commit tells how it stood; `None`: none does.
    pub known_since: Option<Date>,
    /// Whether commits tell of it.
    pub has_commits: bool,
    /// Whether a shallow clone was cut off before it began.
    pub cut_off: bool,
}

/// How a deal stands with its gates.
#[derive(Clone, Copy, Default)]
pub(in crate::report) struct GateHistory {
    /// Requirements that block and are not met.
    pub failing: usize,
    /// Requirements that a waiver lifts.
    pub waived: usize,
}

impl DealHistory {
    /// The way of a deal that is there.
    pub(in crate::report) fn of(judged: &JudgedDeal<'_>, levels: &Levels) -> Self {
        let (term_history, visits) = (Arc::clone(judged.term_history()), judged.timeline.visits().to_vec());
        let deal_history =
            Self::along(judged.deal, judged.workflow, judged.git_history, term_history, visits);
        Self { gates: GateHistory::of(judged, levels), ..deal_history }
    }

    /// The way of a deal whose file was deleted.
    pub(in crate::report) fn of_gone(gone: &DeletedFile<'_>) -> Self {
        let term_history = Arc::clone(&gone.term_history);
        let visits = gone.visits();
        let deal_history =
            Self::along(gone.deal, gone.workflow, Some(gone.git_history), term_history, visits);
        Self { removed: Some(gone.removed), is_uncommitted: gone.by.is_none(), ..deal_history }
    }

    /// Drops of the deals that are gone on disk those that are there under another name, which no commit has yet: they
    /// would count twice. Where the other tells nothing of the time before, it is no new deal.
    pub(in crate::report) fn drop_renamed(deal_histories: &mut [Self], gone: &mut Vec<Self>) {
        let went = gone.iter().filter(|old| old.is_uncommitted);
        let came = deal_histories.iter().filter(|deal_history| deal_history.is_uncommitted);
        let pairs = renamed_pairs(went, came, |deal_history| deal_history.likeness.clone());
        let (mut dropped, mut renamed) = (BTreeSet::new(), BTreeSet::new());
        for (old, new) in pairs {
            if new.term_history.born < old.removed {
                dropped.insert(Arc::clone(&old.id));
            } else {
                renamed.insert(Arc::clone(&new.id));
            }
        }
        for deal_history in
            deal_histories.iter_mut().filter(|deal_history| renamed.contains(&deal_history.id))
        {
            Arc::make_mut(&mut deal_history.term_history).begun = None;
        }
        gone.retain(|old| !old.is_uncommitted || !dropped.contains(&old.id));
    }

    fn along(
        deal: &Deal<'_>,
        workflow: &Arc<Workflow>,
        git_history: Option<&GitHistory>,
        term_history: Arc<TermHistory>,
        visits: Vec<Visit>,
    ) -> Self {
        let opened = deal.opened().map(|date| date.value);
        let begun = visits.first().filter(|visit| visit.is_dated).map(|visit| visit.entered);
        Self {
            id: Arc::clone(&deal.id),
            workflow: Arc::clone(workflow),
            opened: opened.into_iter().chain(begun).min(),
            visits,
            term_history,
            likeness: deal.name().map(|name| (name.to_owned(), deal.customer().map(str::to_owned))),
            is_uncommitted: git_history
                .is_some_and(|git_history| git_history.whole && git_history.first_commit.is_none()),
            removed: None,
            gates: GateHistory::default(),
            known_since: first_known_day(deal, git_history),
            has_commits: git_history.is_some(),
            cut_off: git_history.is_some_and(|git_history| git_history.before.is_some()),
        }
    }

    /// Since when it is not there at the end of a day.
    pub(super) fn away_since(&self, day: Date) -> Option<Date> {
        self.removed.filter(|removed| *removed <= day).or_else(|| self.term_history.away_since(day))
    }

    /// Whether the filters leave it at the end of a day; once it is gone, as it was on its last day.
    pub(super) fn is_left(&self, filter: &Filter, day: Date) -> bool {
        let terms = match self.away_since(day) {
            Some(gone) => self.term_history.before_leaving(gone),
            None => self.term_history.at(day),
        };
        filter.leaves_deal(&self.id, &self.workflow.id) && terms.is_some_and(|it| filter.leaves_terms(&it))
    }

    /// Its visits until it was won for good, and whether it was: what it enters then is delivery.
    pub(super) fn before_the_sale(&self) -> (&[Visit], bool) {
        let last = self.term_history.ending.values.last().filter(|(_, how)| *how == Some(Ending::Won));
        let Some((won, _)) = last else { return (&self.visits, false) };
        let last_sold = self.workflow.won_from;
        let is_sale = |visit: &&Visit| {
            visit.entered < *won
                || visit.entered == *won && visit.stage.is_none_or(|stage| stage <= last_sold)
        };
        (&self.visits[..self.visits.iter().take_while(is_sale).count()], true)
    }

    /// Whether it was won on a day or later.
    pub(super) fn is_won_since(&self, since: Date) -> bool {
        let endings = &self.term_history.ending.values;
        endings.iter().any(|(day, how)| *how == Some(Ending::Won) && since <= *day)
    }

    /// Whether it is there, and open.
    pub(super) fn is_open(&self) -> bool {
        let ending = self.term_history.ending.values.last();
        self.removed.is_none()
            && ending.map_or(self.term_history.ending.before, |(_, ending)| *ending).is_none()
    }

    /// Whether nothing tells a day of its past, so that it is taken to have always been as it is.
    pub(super) fn is_undated(&self) -> bool {
        self.term_history.born.is_none()
    }
}

/// The first day on which an entry or a commit tells how a deal stood. That it was opened or ended on a day tells nothing
/// of the deals of that day: those that were deleted since are not known.
fn first_known_day(deal: &Deal<'_>, git_history: Option<&GitHistory>) -> Option<Date> {
    let entries = HistoryEntry::all(deal).into_iter().map(|entry| entry.date);
    let commits = git_history.and_then(|git_history| git_history.first_commit.or(git_history.cut));
    entries.chain(commits).min()
}

impl GateHistory {
    /// How a deal stands with its gates, at the levels of some settings.
    pub(super) fn of(judged: &JudgedDeal<'_>, levels: &Levels) -> Self {
        let too_early = LevelSetting::At(Level::Error) == levels.of(Code::WonTooEarly);
        let mut gates = Self::default();
        gates.failing += usize::from(judged.judgement.won_too_early && too_early);
        for standing in Checklist::of(judged, levels).standings().filter(|it| it.need() == Need::Now) {
            gates.waived += usize::from(standing.state() == StandingState::Waived);
            gates.failing += usize::from(standing.check_level() == Some(Level::Error));
        }
        gates
    }
}
