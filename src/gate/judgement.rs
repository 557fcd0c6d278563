//! The input and the result of judging a deal, as plain data.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;

use super::waiver::WaiverFault;
use crate::deal::People;
use crate::deal::rates::Rates;
use crate::deal::record::Ending;
use crate::history::{ApprovalProof, GitHistory, Timeline};
use crate::requirement::Unmet;
use crate::requirement::expression::Undecided;
use crate::source::Span;
use crate::workflow::Requirement;

/// What judging needs to know beside the deal and its workflow.
#[derive(Clone, Copy)]
pub(crate) struct Moment<'a> {
    /// The day it is.
    pub today: Date,
    /// The workspace's rates.
    pub rates: &'a Rates,
    /// Who is who.
    pub people: &'a People,
    /// When the deal was where.
    pub timeline: &'a Timeline,
    /// Whether the workspace has a file.
    pub has_file: &'a (dyn Fn(&str) -> bool + Sync),
    /// What the judgement is for.
    pub depth: Depth,
    /// What commits tell of the deal; `None` as long as they were not asked, or cannot tell.
    pub git_history: Option<&'a GitHistory>,
    /// How approvals must be proved.
    pub proof: ApprovalProof,
}

/// What a judgement is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Depth {
    /// For whether gates hold: nothing is asked of the past for anything else.
    Gates,
    /// For findings: requirements are left out that are not asked yet and of which nothing can be said.
    Findings,
    /// For whoever asks what comes next: every requirement is judged.
    Full,
}

/// How a deal stands with its workflow.
#[derive(Debug)]
pub struct Judgement<'w> {
    /// The stage it stands in, counted from 0; `None` when its `stage` is missing or unknown.
    pub stage: Option<usize>,
    /// How it ended; `None`: it is open.
    pub ending: Option<Ending>,
    /// It says that it is won, and stands before the stage from which that is possible.
    pub won_too_early: bool,
    /// The first stage, counted from 0, in which this deal may stand when it is won.
    pub won_from: usize,
    /// Whether each stage exists for this deal.
    pub stages: Vec<StageApplies>,
    /// Every requirement that the [`Depth`] takes in, in the workflow's order.
    pub items: Vec<Item<'w>>,
    /// Whole days since it came to its stage; `None` when not known.
    pub days_in_stage: Option<i64>,
    /// Whole days since it was opened; `None` when not known.
    pub age: Option<i64>,
    /// The day that `today` means for it: that of its outcome once it is closed.
    pub as_of: Date,
    /// What was asked for and is not known.
    pub wants: Wants,
}

/// What a judgement would need to know, and what commits may tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wants {
    /// When the deal came to a stage or left one.
    pub dates: bool,
    /// Where entries come from, by the key they stand under and their id.
    pub origins: BTreeSet<(&'static str, Arc<str>)>,
    /// Whether a finding hangs on it, and not only what is shown of the stages ahead.
    pub needed: bool,
}

impl Wants {
    /// Whether everything is known.
    pub fn nothing(&self) -> bool {
        !self.dates && self.origins.is_empty()
    }
}

/// Whether a stage exists for a deal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StageApplies {
    /// It does.
    Exists,
    /// Its `when` is false.
    Missing,
    /// Its `when` needs values that are absent, so it is treated as missing.
    Undecided(Box<Undecided>),
}

/// One requirement and how the deal stands with it.
#[derive(Debug)]
pub struct Item<'w> {
    /// The requirement.
    pub requirement: &'w Requirement,
    /// Its stage, counted from 0; `None` for what lost and disqualified deals owe.
    pub stage: Option<usize>,
    /// When it is needed.
    pub due: Due,
    /// How the deal stands with it.
    pub state: RequirementState,
}

/// When a requirement is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Due {
    /// Now: without it the deal may not be where it is.
    Now,
    /// Before the deal may leave its stage.
    Next,
    /// In a later stage.
    Later,
    /// Never: the deal has ended otherwise.
    Never,
}

/// How a deal stands with a requirement.
#[derive(Clone, Debug, PartialEq)]
pub enum RequirementState {
    /// Met, by what stands here.
    Met(Option<Span>),
    /// Not met, and waived by the entry that stands here.
    Waived(Span),
    /// Not met, and a waiver that does not help may be there.
    Unmet(Unmet, Option<WaiverFault>),
    /// Not asked of this deal.
    NotAsked(NotAsked),
}

/// Why a requirement is not asked of a deal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotAsked {
    /// Its stage does not exist for this deal.
    NoSuchStage,
    /// Its `when` is false.
    Condition,
    /// Its `when` needs values that are absent; says which.
    Undecided(Box<Undecided>),
    /// The deal came to the stage before the day from which it is asked.
    Since(Date),
}
