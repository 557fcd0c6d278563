//! How a deal stands with each requirement of its workflow: when it is needed, what meets it, why it is not met, and
//! what to do. The one account of it that `status`, `explain`, exports and reports all give.

use serde::Serialize;

use crate::assess::JudgedDeal;
use crate::deal::record::Statement;
use crate::finding::{Code, Level, LevelSetting, Levels};
use crate::gate::{self, Due, Item, NotAsked, StageApplies};
use crate::requirement::Expression;
use crate::source::Span;
use crate::workflow::{Requirement, Workflow};

/// A deal's checklist.
#[derive(Clone, Copy)]
pub(crate) struct Checklist<'j> {
    judged: &'j JudgedDeal<'j>,
    levels: &'j Levels,
    next: Option<usize>,
}

/// How a deal stands with one requirement.
#[derive(Clone, Copy)]
pub(crate) struct Standing<'j> {
    checklist: Checklist<'j>,
    item: &'j Item<'j>,
}

/// When a requirement is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Need {
    /// Without it the deal may not be where it is.
    Now,
    /// Before the deal may go on: to leave its stage, or to be in the next.
    ToGoOn,
    /// Further on.
    Later,
    /// Never: the deal has ended otherwise.
    Never,
}

/// Whether a requirement is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum StandingState {
    /// It is.
    Met,
    /// It is not, and is lifted for a time.
    Waived,
    /// It is not.
    Unmet,
    /// It does not concern this deal.
    NotAsked,
}

impl<'j> Checklist<'j> {
    /// The checklist of a deal that was judged in full, under a workspace's levels.
    pub(crate) fn of(judged: &'j JudgedDeal<'j>, levels: &'j Levels) -> Self {
        let stages = judged.judgement.stages.iter().enumerate();
        let exists = |(_, existence): &(usize, &StageApplies)| **existence == StageApplies::Exists;
        let next = judged.judgement.stage.and_then(|here| stages.skip(here + 1).find(exists));
        Self { judged, levels, next: next.map(|(index, _)| index) }
    }

    /// The stage that comes next for the deal, counted from 0.
    pub(crate) fn next_stage(self) -> Option<usize> {
        self.next
    }

    /// Every requirement, in the workflow's order.
    pub(crate) fn standings(self) -> impl Iterator<Item = Standing<'j>> {
        self.judged.judgement.items.iter().map(move |item| Standing { checklist: self, item })
    }

    /// How many requirements are to be met before the deal may go on.
    pub(crate) fn left(self) -> usize {
        self.standings().filter(|standing| standing.is_left()).count()
    }

    /// Why a stage, counted from 0, does not exist for the deal; `None`: it does.
    pub(crate) fn why_no_stage(self, index: usize) -> Option<String> {
        let when = self.judged.workflow.stages.get(index)?.when.as_ref();
        match self.judged.judgement.stages.get(index)? {
            StageApplies::Exists => None,
            StageApplies::Missing => Some(self.is_false(when)),
            StageApplies::Undecided(why) => Some(format!("that cannot be told: {why}")),
        }
    }

    fn is_false(self, when: Option<&Expression>) -> String {
        match when {
            Some(when) => format!("{} is false", condition(when, self.judged.workflow)),
            None => "its condition is false".to_owned(),
        }
    }
}

impl<'j> Standing<'j> {
    /// The requirement.
    pub(crate) fn requirement(self) -> &'j Requirement {
        self.item.requirement
    }

    /// Its stage, counted from 0; `None` for what lost and disqualified deals owe.
    pub(crate) fn stage(self) -> Option<usize> {
        self.item.stage
    }

    /// When it is needed.
    pub(crate) fn need(self) -> Need {
        match self.item.due {
            Due::Now => Need::Now,
            Due::Next => Need::ToGoOn,
            Due::Later if self.requirement().at_entry && self.item.stage == self.checklist.next => {
                Need::ToGoOn
            }
            Due::Later => Need::Later,
            Due::Never => Need::Never,
        }
    }

    /// Whether it is met.
    pub(crate) fn state(self) -> StandingState {
        match &self.item.state {
            gate::RequirementState::Met(_) => StandingState::Met,
            gate::RequirementState::Waived(_) => StandingState::Waived,
            gate::RequirementState::Unmet(..) if self.item.due == Due::Never => StandingState::NotAsked,
            gate::RequirementState::Unmet(..) => StandingState::Unmet,
            gate::RequirementState::NotAsked(_) => StandingState::NotAsked,
        }
    }

    /// How grave it is when it is not met; what the workspace does not want to hear of is for information.
    pub(crate) fn level(self) -> Level {
        self.level_of_code(Code::RequirementUnmet).unwrap_or(Level::Info)
    }

    /// The level at which `check` tells that it is not met; `None` where it tells nothing.
    pub(crate) fn check_level(self) -> Option<Level> {
        let gate::RequirementState::Unmet(unmet, waiver) = &self.item.state else { return None };
        let of_entry = unmet.fault.as_ref().map(|fault| fault.code);
        let code = waiver.as_ref().map(|fault| fault.code).or(of_entry);
        self.level_of_code(code.unwrap_or(Code::RequirementUnmet)).filter(|_| self.need() == Need::Now)
    }

    fn level_of_code(self, code: Code) -> Option<Level> {
        self.requirement().level.or(match self.checklist.levels.of(code) {
            LevelSetting::At(level) => Some(level),
            LevelSetting::Off => None,
        })
    }

    /// Whether it keeps the deal from going on.
    pub(crate) fn is_left(self) -> bool {
        self.need() == Need::ToGoOn && self.fails()
    }

    /// Whether it keeps the deal from going on, or from being where it is.
    pub(crate) fn blocks(self) -> bool {
        matches!(self.need(), Need::Now | Need::ToGoOn) && self.fails()
    }

    fn fails(self) -> bool {
        self.state() == StandingState::Unmet && self.level() == Level::Error
    }

    /// Why it is unmet or not asked; `None` when it is met or waived.
    pub(crate) fn why(self) -> Option<String> {
        let judged = self.checklist.judged;
        match &self.item.state {
            gate::RequirementState::Met(_) | gate::RequirementState::Waived(_) => None,
            gate::RequirementState::Unmet(..) if self.item.due == Due::Never => {
                Some(judged.judgement.ending.map_or_else(
                    || "the deal has not ended so".to_owned(),
                    |ending| format!("the deal is {}", ending.name()),
                ))
            }
            gate::RequirementState::Unmet(unmet, None) => Some(unmet.reason.clone()),
            gate::RequirementState::Unmet(unmet, Some(waiver)) => {
                Some(format!("{}; its waiver does not help: {}", unmet.reason, waiver.reason))
            }
            gate::RequirementState::NotAsked(why) => Some(self.why_not_asked(why)),
        }
    }

    fn why_not_asked(self, why: &NotAsked) -> String {
        let checklist = self.checklist;
        match why {
            NotAsked::Condition => checklist.is_false(self.requirement().when.as_ref()),
            NotAsked::Undecided(why) => format!("cannot be told yet: {why}"),
            NotAsked::Since(day) => format!("the deal came to this stage before {day}"),
            NotAsked::NoSuchStage => {
                let Some(index) = self.item.stage else { return "its stage does not exist".to_owned() };
                let why = checklist.why_no_stage(index).unwrap_or_default();
                format!(
                    "the stage `{}` does not exist for this deal: {why}",
                    checklist.judged.workflow.stages[index].id
                )
            }
        }
    }

    /// What to do about it, as long as it is unmet: the workflow's own words where nothing is there, the check's where
    /// something falls short.
    pub(crate) fn help(self) -> Option<&'j str> {
        let gate::RequirementState::Unmet(unmet, _) = &self.item.state else { return None };
        let (own, found) = (self.requirement().help.as_deref(), unmet.help.as_deref());
        let help = if unmet.span.is_some() { found.or(own) } else { own.or(found) };
        help.filter(|_| self.state() == StandingState::Unmet)
    }

    /// What `dealgate set` takes to meet it, as long as it is unmet: `KEY=VALUE`, with a gap for what is not known.
    pub(crate) fn assignment(self) -> Option<String> {
        let gate::RequirementState::Unmet(unmet, _) = &self.item.state else { return None };
        let is_it = unmet.is_assignable && self.state() == StandingState::Unmet;
        self.requirement().demand.assignment().filter(|_| is_it)
    }

    /// What meets or waives it, or falls short.
    pub(crate) fn place(self) -> Option<Span> {
        match &self.item.state {
            gate::RequirementState::Met(span) => *span,
            gate::RequirementState::Waived(span) => Some(*span),
            gate::RequirementState::Unmet(unmet, waiver) => {
                unmet.span.or(waiver.as_ref().map(|fault| fault.span))
            }
            gate::RequirementState::NotAsked(_) => None,
        }
    }

    /// What the deal says of it under `done`: who, when, by what evidence.
    pub(crate) fn done(self) -> Option<Statement<'j, 'j>> {
        self.checklist.judged.deal.done_of(&self.requirement().id)
    }

    /// What the deal says of it under `waivers`.
    pub(crate) fn waiver(self) -> Option<Statement<'j, 'j>> {
        self.checklist.judged.deal.waivers().find(|entry| entry.id.value == self.requirement().id.as_ref())
    }
}

/// A condition, and what the derived values in it stand for: `` `big` (`amount >= 250000`) ``.
pub(crate) fn condition(when: &Expression, workflow: &Workflow) -> String {
    let derived =
        workflow.derived.iter().filter(|(name, _)| when.derived().any(|used| used == name.as_ref()));
    let meant: Vec<_> = derived
        .map(|(name, expression)| {
            // Where the name is all that there is, it need not be said again.
            let name = if when.text() == name.as_ref() { String::new() } else { format!("`{name}`: ") };
            format!("{name}`{}`", expression.text())
        })
        .collect();
    match meant.as_slice() {
        [] => format!("`{}`", when.text()),
        meant => format!("`{}` ({})", when.text(), meant.join(", ")),
    }
}
