//! The result of judging one deal, as callers see it.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use crate::assess::steps::RunBudget;
use crate::deal::{Deal, People};
use crate::finding::{Finding, Ledger};
use crate::gate::Judgement;
use crate::history::{GitHistory, TermHistory, Timeline};
use crate::snapshot::git::GitFailure;
use crate::source::SourceFile;
use crate::workflow::Workflow;

/// What a check found.
#[derive(Debug)]
pub struct Assessment<K> {
    /// The findings, settled.
    pub ledger: Ledger,
    /// The paths of the deal files, unreadable and unjudged ones too, in order.
    pub files: Vec<String>,
    /// How many deals there are: files, and what could not be listed.
    pub deals: usize,
    /// Workflows that were meant: those named or, without names, all of the workspace, and those that its deals follow.
    pub workflows: usize,
    /// Deals without a workflow that they could be judged by.
    pub not_judged: usize,
    /// What was kept of each judged deal, in the order of their paths.
    pub kept: Vec<K>,
}

/// A judged deal, as long as its text is held.
pub struct JudgedDeal<'a> {
    /// The file.
    pub file: &'a Arc<SourceFile>,
    /// The deal.
    pub deal: &'a Deal<'a>,
    /// The workflow it follows.
    pub workflow: &'a Arc<Workflow>,
    /// How it stands.
    pub judgement: &'a Judgement<'a>,
    /// Who is who.
    pub people: &'a People,
    /// When it was where.
    pub timeline: &'a Timeline,
    /// What commits tell of it, where they were asked.
    pub git_history: Option<&'a GitHistory>,
    /// What is said of it.
    pub findings: &'a [Finding],
    pub(super) term_history: OnceCell<Arc<TermHistory>>,
}

/// A deal that was read and not judged, as long as its text is held.
pub struct ReadDeal<'a> {
    /// The path of its file.
    pub path: &'a Arc<str>,
    /// The deal, as far as figures are made of it.
    pub deal: &'a Deal<'a>,
    /// The workflow it follows.
    pub workflow: &'a Arc<Workflow>,
}

impl JudgedDeal<'_> {
    /// Its terms over time, as its entries, and commits where they were asked, tell them. Put together once somebody
    /// asks: most deals are judged by their timeline alone, which follows from two of them.
    pub fn term_history(&self) -> &Arc<TermHistory> {
        self.term_history.get_or_init(|| Arc::new(TermHistory::of(self.deal, self.git_history)))
    }
}

/// What came of some deals. Holds nothing of a deal that is in order, unless something was to be kept.
pub(super) struct AssessTotals<K> {
    /// The run that they belong to.
    pub(super) run: Arc<RunBudget>,
    pub(super) findings: Vec<Finding>,
    pub(super) waived: usize,
    pub(super) not_judged: usize,
    pub(super) followed: BTreeSet<String>,
    /// With the paths of their files, by which they are put in order.
    pub(super) kept: Vec<(Arc<str>, K)>,
    /// Deals that were judged without dates they needed, and why git could not tell.
    pub(super) untold: usize,
    pub(super) trouble: Option<GitFailure>,
}

impl<K> Default for AssessTotals<K> {
    fn default() -> Self {
        Self {
            run: Arc::default(),
            findings: Vec::new(),
            waived: 0,
            not_judged: 0,
            followed: BTreeSet::new(),
            kept: Vec::new(),
            untold: 0,
            trouble: None,
        }
    }
}

impl<K> AssessTotals<K> {
    /// Adds what came of later deals.
    pub(super) fn add(&mut self, other: Self) {
        self.findings.extend(other.findings);
        self.waived += other.waived;
        self.not_judged += other.not_judged;
        self.followed.extend(other.followed);
        self.kept.extend(other.kept);
        self.untold += other.untold;
        if self.trouble.is_none() {
            self.trouble = other.trouble;
        }
    }

    /// What was kept, in the order of the paths.
    pub(super) fn kept_in_order(mut self) -> Vec<K> {
        self.kept.sort_by(|(one, _), (other, _)| one.cmp(other));
        self.kept.into_iter().map(|(_, kept)| kept).collect()
    }

    pub(super) fn follows(&mut self, name: &str) {
        if !self.followed.contains(name) {
            self.followed.insert(name.to_owned());
        }
    }
}
