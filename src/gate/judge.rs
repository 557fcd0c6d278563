//! Decides which requirements are asked of a deal, and the state of each. Makes no findings.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use jiff::civil::Date;

use super::facts;
use super::judgement::{
    Depth, Due, Item, Judgement, Moment, NotAsked, RequirementState, StageApplies, Wants,
};
use super::waiver;
use crate::deal::Deal;
use crate::deal::period::days_between;
use crate::deal::record::{Ending, Outcome, Statement};
use crate::history::{ApprovalProof, Visit};
use crate::requirement::expression::Undecided;
use crate::requirement::{Case, Check, Expression};
use crate::workflow::{Requirement, Workflow};

/// Judges a deal.
pub(crate) fn judge<'w>(deal: &Deal<'_>, workflow: &'w Workflow, moment: Moment<'_>) -> Judgement<'w> {
    judge_only(deal, workflow, moment, &|_| true)
}

/// Judges a deal under some of the requirements of its workflow.
pub(crate) fn judge_only<'w>(
    deal: &Deal<'_>,
    workflow: &'w Workflow,
    moment: Moment<'_>,
    asks: &dyn Fn(&Requirement) -> bool,
) -> Judgement<'w> {
    let judge = Judge::of(deal, workflow, moment);
    let Judge { stage, as_of, .. } = judge;
    let stages: Vec<_> = workflow.stages.iter().map(|stage| judge.existence(stage.when.as_ref())).collect();
    let ending = judge.outcome.map(|outcome| outcome.ending);
    let won_from = won_from(workflow, &stages);
    let won_too_early = ending == Some(Ending::Won) && stage.is_some_and(|stage| stage < won_from);
    let gate =
        Gate { workflow, stage, ending, won_too_early, completed: deal.values.get("completed").is_some() };
    let is_judged =
        |it: &Requirement, due| asks(it) && (due == Due::Now || can_yield_finding(it, deal, moment.depth));
    let mut items = Vec::with_capacity(32);
    for (index, stage) in workflow.stages.iter().enumerate() {
        for requirement in &stage.requirements {
            let due = gate.due(index, requirement.at_entry);
            if !is_judged(requirement, due) {
                continue;
            }
            judge.note_needs(requirement, due);
            let standing = match &stages[index] {
                StageApplies::Exists => judge.state(requirement, Some(index), due),
                _ => RequirementState::NotAsked(NotAsked::NoSuchStage),
            };
            items.push(Item { requirement, stage: Some(index), due, state: standing });
        }
    }
    for (whose, rules) in [(Ending::Lost, &workflow.lost), (Ending::Disqualified, &workflow.disqualified)] {
        let due = if ending == Some(whose) { Due::Now } else { Due::Never };
        for requirement in rules.requirements.iter().filter(|it| is_judged(it, due)) {
            judge.note_needs(requirement, due);
            items.push(Item { requirement, stage: None, due, state: judge.state(requirement, None, due) });
        }
    }
    judge.is_needed.set(true);
    if let Some(index) = stage
        && moment.depth != Depth::Gates
        && facts::limit(deal, workflow, index, ending, moment.today).is_some()
        && moment.timeline.current(index, ending).is_none()
    {
        judge.want_dates();
    }
    Judgement {
        stage,
        ending,
        won_too_early,
        won_from,
        stages,
        items,
        days_in_stage: judge.days_in_stage,
        age: judge.age,
        as_of,
        wants: judge.wants.into_inner(),
    }
}

/// Whether a requirement's `when` is false of a deal, wherever the deal stands.
pub(crate) fn is_refused(
    deal: &Deal<'_>,
    workflow: &Workflow,
    requirement: &Requirement,
    moment: Moment<'_>,
) -> bool {
    let judge = Judge::of(deal, workflow, moment);
    let case = judge.case(&requirement.id, judge.as_of, judge.stage);
    matches!(judge.holds(requirement.when.as_ref(), &case), Ok(false))
}

/// The first stage of those that exist for a deal in which it may stand when it is won: from the workflow's on, else the
/// last one. What its gates owe goes by the workflow's own: a stage that stands in for it is work after the sale, and its
/// gate is not asked for the deal to be won.
fn won_from(workflow: &Workflow, stages: &[StageApplies]) -> usize {
    let exists = |index: &usize| stages.get(*index) == Some(&StageApplies::Exists);
    let mut from = workflow.won_from..stages.len();
    from.find(exists).or_else(|| (0..workflow.won_from).rfind(exists)).unwrap_or(workflow.won_from)
}

/// Whether there can be something to say of a requirement that is not asked of the deal now. Most of a workflow is not,
/// and judging it, in words that nobody reads, was a third of the time of a check.
fn can_yield_finding(requirement: &Requirement, deal: &Deal<'_>, depth: Depth) -> bool {
    let names = |entry: Statement<'_, '_>| entry.id.value == requirement.id.as_ref();
    depth == Depth::Full
        || requirement.demand.fails_early()
        || deal.done_of(&requirement.id).is_some()
        || deal.waivers().any(names)
}

/// Which gates a deal must have passed, being where it is.
struct Gate<'w> {
    workflow: &'w Workflow,
    stage: Option<usize>,
    ending: Option<Ending>,
    won_too_early: bool,
    completed: bool,
}

impl Gate<'_> {
    fn due(&self, of: usize, at_entry: bool) -> Due {
        if matches!(self.ending, Some(Ending::Lost | Ending::Disqualified)) {
            return Due::Never;
        }
        let Some(stage) = self.stage else { return Due::Later };
        // Exit requirements are needed of the stages before this one.
        let mut passed = stage;
        if self.ending == Some(Ending::Won) && !self.won_too_early {
            passed = passed.max(self.workflow.won_from + 1);
        }
        if self.completed && !self.won_too_early {
            passed = self.workflow.stages.len();
        }
        let entered = of <= stage && !(self.won_too_early && of == stage);
        if of < passed || (at_entry && entered) {
            Due::Now
        } else if of == stage {
            Due::Next
        } else {
            Due::Later
        }
    }
}

struct Judge<'a, 'd, 'w> {
    deal: &'a Deal<'d>,
    workflow: &'w Workflow,
    moment: Moment<'a>,
    stage: Option<usize>,
    as_of: Date,
    outcome: Option<Outcome<'a>>,
    /// Of the stage it is in, on `as_of`; the same for nearly every requirement.
    days_in_stage: Option<i64>,
    age: Option<i64>,
    wants: RefCell<Wants>,
    /// Whether a finding can hang on what is asked for now.
    is_needed: Cell<bool>,
}

impl<'a, 'd, 'w> Judge<'a, 'd, 'w> {
    fn of(deal: &'a Deal<'d>, workflow: &'w Workflow, moment: Moment<'a>) -> Self {
        let outcome = deal.outcome();
        let date = outcome.as_ref().and_then(|outcome| outcome.date);
        let as_of = date.map_or(moment.today, |date| date.value);
        let stage = deal.stage().and_then(|stage| workflow.stage_index(stage.value));
        let mut judge = Self {
            deal,
            workflow,
            moment,
            stage,
            as_of,
            outcome,
            days_in_stage: None,
            age: None,
            wants: RefCell::default(),
            is_needed: Cell::new(true),
        };
        let ending = judge.outcome.as_ref().map(|outcome| outcome.ending);
        let current = stage.and_then(|stage| moment.timeline.current(stage, ending));
        judge.days_in_stage = current.and_then(|visit| visit.days(moment.today));
        judge.age = judge.age_on(as_of);
        judge
    }

    fn existence(&self, when: Option<&Expression>) -> StageApplies {
        match self.holds(when, &self.case("", self.as_of, self.stage)) {
            Ok(true) => StageApplies::Exists,
            Ok(false) => StageApplies::Missing,
            Err(undecided) if self.asks(&undecided) => StageApplies::Exists,
            Err(undecided) => StageApplies::Undecided(Box::new(undecided)),
        }
    }

    fn state(&self, requirement: &Requirement, stage: Option<usize>, due: Due) -> RequirementState {
        if let Some(day) = requirement.since.filter(|since| self.came_before(stage, *since)) {
            return RequirementState::NotAsked(NotAsked::Since(day));
        }
        let now = self.state_on(requirement, self.as_of, self.stage);
        if !matches!(now, RequirementState::Unmet(..)) {
            return now;
        }
        // What was in order on the day the stage was left does not rot, in closed deals neither.
        let uses_today =
            requirement.demand.uses_today() || requirement.when.as_ref().is_some_and(Expression::uses_today);
        let gate_left = stage.filter(|_| uses_today && due == Due::Now);
        let left = gate_left.and_then(|stage| self.moment.timeline.left(stage));
        if let Some(stage) = gate_left {
            self.note_date(stage, left);
        }
        match left.map(|day| self.state_on(requirement, day, stage)) {
            Some(then) if !matches!(then, RequirementState::Unmet(..)) => then,
            _ => now,
        }
    }

    fn state_on(&self, requirement: &Requirement, day: Date, stage: Option<usize>) -> RequirementState {
        let case = self.case(&requirement.id, day, stage);
        match self.holds(requirement.when.as_ref(), &case) {
            Ok(true) => {}
            Ok(false) => return RequirementState::NotAsked(NotAsked::Condition),
            Err(undecided) if self.asks(&undecided) => {}
            Err(undecided) => return RequirementState::NotAsked(NotAsked::Undecided(Box::new(undecided))),
        }
        let entry = self.deal.waivers().find(|entry| entry.id.value == requirement.id.as_ref());
        let origin =
            self.moment.git_history.and_then(|git_history| git_history.origin("waivers", &requirement.id));
        if entry.is_some() && origin.is_none() && self.moment.proof != ApprovalProof::Off {
            self.want_origin("waivers", &requirement.id);
        }
        if case.origin.is_none() && requirement.demand.needs_origin(&case) {
            self.want_origin("done", &requirement.id);
        }
        match requirement.demand.check(&case) {
            Check::Met(span) => RequirementState::Met(span),
            Check::Unmet(unmet) => {
                self.note_absent(&unmet.absent);
                match entry.map(|entry| waiver::judge(&entry, requirement, self.workflow, &case, origin)) {
                    None => RequirementState::Unmet(unmet, None),
                    Some(Ok(span)) => RequirementState::Waived(span),
                    Some(Err(fault)) => RequirementState::Unmet(unmet, Some(fault)),
                }
            }
        }
    }

    /// Whether the deal first came to a stage, or went past it, before a day. Not known: it did not.
    fn came_before(&self, stage: Option<usize>, since: Date) -> bool {
        let came = match stage {
            Some(stage) => {
                let came = self.moment.timeline.first_reached(stage);
                self.note_date(stage, came);
                came
            }
            None => self.outcome.and_then(|outcome| outcome.date).map(|date| date.value),
        };
        came.is_some_and(|came| came < since)
    }

    /// Whether a finding can hang on what a requirement asks for.
    fn note_needs(&self, requirement: &Requirement, due: Due) {
        self.is_needed.set(due == Due::Now || can_yield_finding(requirement, self.deal, Depth::Findings));
    }

    fn want_dates(&self) {
        let mut wants = self.wants.borrow_mut();
        wants.dates = true;
        wants.needed |= self.is_needed.get();
    }

    fn want_origin(&self, key: &'static str, id: &Arc<str>) {
        let mut wants = self.wants.borrow_mut();
        wants.origins.insert((key, Arc::clone(id)));
        wants.needed |= self.is_needed.get();
    }

    /// Takes down that a date is not known, or only from entries that may begin after it.
    fn note_date(&self, stage: usize, found: Option<Date>) {
        let timeline = self.moment.timeline;
        let begins_later = || timeline.first_stage().is_some_and(|first| first > stage);
        if found.is_none() || (!timeline.is_whole() && begins_later()) {
            self.want_dates();
        }
    }

    fn note_absent(&self, absent: &[String]) {
        if absent.iter().any(|name| matches!(name.as_str(), "days_in_stage" | "age")) {
            self.want_dates();
        }
    }

    /// Whether what a condition leaves open is asked all the same.
    fn asks(&self, undecided: &Undecided) -> bool {
        self.workflow.asks_undecided && !undecided.is_failure()
    }

    /// Whether a condition is true; without one it is.
    fn holds(&self, when: Option<&Expression>, case: &Case<'_>) -> Result<bool, Undecided> {
        let decided = when.map_or(Ok(true), |when| case.decide(when));
        if let Err(undecided) = &decided {
            self.note_absent(&undecided.absent);
        }
        decided
    }

    fn case<'c>(&'c self, id: &'c str, as_of: Date, stage: Option<usize>) -> Case<'c> {
        let now = as_of == self.as_of;
        Case {
            id,
            deal: self.deal,
            schema: &self.workflow.schema,
            today: self.moment.today,
            as_of,
            groups: &self.workflow.groups,
            people: self.moment.people,
            stage_index: self.stage.map(|stage| stage + 1),
            days_in_stage: if now && stage == self.stage {
                self.days_in_stage
            } else {
                self.days_in(stage, as_of)
            },
            age: if now { self.age } else { self.age_on(as_of) },
            currency: self.workflow.currency,
            rates: self.moment.rates,
            has_file: self.moment.has_file,
            origin: self.moment.git_history.and_then(|git_history| git_history.origin("done", id)),
            proof: self.moment.proof,
        }
    }

    fn days_in(&self, stage: Option<usize>, as_of: Date) -> Option<i64> {
        let of_stage = |visit: &&Visit| stage.is_some() && visit.stage == stage && visit.entered <= as_of;
        let visit = self.moment.timeline.visits().iter().rfind(of_stage)?;
        Some(days_between(visit.entered, as_of))
    }

    fn age_on(&self, as_of: Date) -> Option<i64> {
        let opened = self.deal.opened().map(|opened| opened.value);
        let opened = opened.into_iter().chain(self.moment.timeline.begun()).min()?;
        Some(days_between(opened, as_of).max(0))
    }
}
