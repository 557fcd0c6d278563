//! A workspace at a moment, ready to be compared.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use iso_currency::Currency;
use jiff::civil::Date;

use super::deal_track::{DeletedDeal, state_at};
use super::findings::{ComparedFinding, FindingChanges};
use super::pricing::Pricing;
use super::renamed::Renames;
use super::state::DealState;
use crate::assess::{
    Assessment, EarlierMoment, JudgedDeal, Selection, Workspace, assess, check, deleted_deals,
};
use crate::finding::{Finding, Ledger, Levels};

/// A workspace at a moment.
#[derive(Clone, Debug)]
pub struct Side {
    /// The day at whose end it is looked at.
    pub day: Date,
    /// The deals that could be read, in the order of their ids.
    pub deals: Vec<Arc<DealState>>,
    /// The ids of all deal files, unreadable ones too.
    pub ids: BTreeSet<Arc<str>>,
    /// What was found; `None`: `history` alone tells of that day, which knows no findings.
    pub findings: Option<Vec<Finding>>,
    /// Rates, and the currency of reports.
    pub pricing: Pricing,
    /// Deals that tell nothing of their past, and are taken as they are now.
    pub undated: usize,
    /// How much was judged.
    pub judged: Extent,
    /// Deals that are not there any more, where commits were asked for them.
    pub lost: Vec<DeletedDeal>,
}

/// How much of a workspace was judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extent {
    /// Deal files, unreadable and unjudged ones too.
    pub deals: usize,
    /// Workflows that deals follow, or that were selected.
    pub workflows: usize,
    /// Deals without a workflow that they could be judged by.
    pub not_judged: usize,
    /// Requirements that a waiver lifts.
    pub waived: usize,
}

impl Side {
    /// Judges a workspace, or the part of it that is selected.
    pub fn judge(workspace: &Workspace<'_>, selection: &Selection, day: Date) -> Self {
        let mut assessment = assess(workspace, selection, |judged| Some(kept(judged)));
        let deals = std::mem::take(&mut assessment.kept);
        Self::of(workspace, selection, deals, &assessment, day)
    }

    /// The same of deals that are judged already.
    pub fn of<K>(
        workspace: &Workspace<'_>,
        selection: &Selection,
        mut deals: Vec<Arc<DealState>>,
        assessment: &Assessment<K>,
        day: Date,
    ) -> Self {
        deals.sort_by(|a, b| a.id.cmp(&b.id));
        let ids = workspace.deal_ids(&assessment.files, None);
        // Of some deals alone, nobody could say in which currency the figures of all are.
        let everything = *selection == Selection::Everything;
        let currency = if everything { currency(workspace, &deals) } else { workspace.config.currency };
        let pricing = Pricing { currency, rates: workspace.config.rates.clone() };
        let findings = Some(assessment.ledger.findings().to_vec());
        let judged = Extent {
            deals: assessment.deals,
            workflows: assessment.workflows,
            not_judged: assessment.not_judged,
            waived: assessment.ledger.tally().waived,
        };
        Self { day, deals, ids, findings, pricing, undated: 0, judged, lost: Vec::new() }
    }

    /// Has its figures in the currency that its deals say, where these are all that the workspace has.
    pub fn price(&mut self, workspace: &Workspace<'_>) {
        self.pricing.currency = currency(workspace, &self.deals);
    }

    /// Adds deals that are the same on the other side, as far as they count. What is found of them is no news, and not told.
    pub fn count(&mut self, same: &[Arc<DealState>]) {
        self.deals.extend_from_slice(same);
        self.deals.sort_by(|a, b| a.id.cmp(&b.id));
    }

    /// Takes in a deal, in the place of what was known of it.
    pub fn put(&mut self, deal: DealState) {
        let deal = Arc::new(deal);
        match self.deals.binary_search_by(|known| known.id.cmp(&deal.id)) {
            Ok(index) => self.deals[index] = deal,
            Err(index) => self.deals.insert(index, deal),
        }
    }

    /// Adds what was found beside the deals that were judged.
    pub fn also_found(&mut self, found: Vec<Finding>, levels: &Levels) {
        if let Some(findings) = self.findings.as_mut().filter(|_| !found.is_empty()) {
            let all = findings.drain(..).chain(found).collect();
            *findings = Ledger::settle(all, levels, 0).findings().to_vec();
        }
    }

    /// What was found in some files and is about no deal.
    pub fn found_in(&self, is_among: impl Fn(&str) -> bool) -> Vec<Finding> {
        let is_there = |finding: &&Finding| {
            let place = finding.place.as_ref();
            finding.subject.deal.is_none() && place.is_some_and(|it| is_among(it.file.path()))
        };
        self.findings.iter().flatten().filter(is_there).cloned().collect()
    }

    /// Has commits tell the courses of some deals, which differ from an earlier moment or were something else since, and
    /// of those that are not there any more.
    pub fn ask_commits(&mut self, workspace: Workspace<'_>, deals: Vec<String>, since: EarlierMoment<'_>) {
        let workspace = Workspace { all_dates: true, ..workspace };
        let courses = check(&workspace, &Selection::Paths(deals), |judged| {
            Some((Arc::clone(&judged.deal.id), Arc::clone(judged.term_history())))
        });
        let mut courses: BTreeMap<_, _> = courses.kept.into_iter().collect();
        for deal in &mut self.deals {
            if let Some(term_history) = courses.remove(&deal.id) {
                Arc::make_mut(deal).term_history = term_history;
            }
        }
        self.ask_for_lost(&workspace, since);
    }

    /// Has commits tell of the deals that are not there any more since an earlier moment. Where they cannot, nothing is
    /// known of them.
    pub fn ask_for_lost(&mut self, workspace: &Workspace<'_>, since: EarlierMoment<'_>) {
        let lost = deleted_deals(workspace, Some(since), |gone| {
            let was = gone.was.as_deref().map(|path| workspace.deal_id(path));
            Some(DeletedDeal { was, state: DealState::of_gone(gone), removed: gone.removed })
        });
        self.lost = lost.unwrap_or_default();
    }

    /// What became of a deal that was there at the earlier moment and is not there any more.
    pub fn lost(&self, was: &str) -> Option<&DeletedDeal> {
        let known = self.lost.iter().find(|lost| lost.was.as_deref() == Some(was));
        known.or_else(|| self.lost.iter().find(|lost| lost.was.is_none() && *lost.state.id == *was))
    }

    /// The deals that came after an earlier moment, and went before this one.
    pub fn passing(&self, before: &Self) -> Vec<&DeletedDeal> {
        let was_there = |lost: &DeletedDeal| before.ids.contains(lost.was.as_ref().unwrap_or(&lost.state.id));
        let was_there =
            |lost: &DeletedDeal| was_there(lost) && (lost.was.is_some() || before.findings.is_none());
        self.lost.iter().filter(|lost| !was_there(lost)).collect()
    }

    /// The same deals at the end of an earlier day, as their `history` alone tells.
    pub fn by_history_alone(&self, day: Date) -> Self {
        let mut deals: Vec<_> =
            self.deals.iter().filter_map(|deal| state_at(deal, day, self.day).map(Arc::new)).collect();
        let undated = self.deals.iter().filter(|deal| deal.term_history.born.is_none()).count();
        let (gone, still): (Vec<_>, Vec<_>) = self.lost.iter().partition(|lost| lost.removed <= day);
        let there = still.into_iter().filter(|lost| self.deal(&lost.state.id).is_none());
        deals.extend(there.filter_map(|lost| state_at(&lost.state, day, lost.removed).map(Arc::new)));
        deals.sort_by(|a, b| a.id.cmp(&b.id));
        let ids = deals.iter().map(|deal| Arc::clone(&deal.id)).collect();
        Self {
            day,
            deals,
            ids,
            findings: None,
            pricing: self.pricing.clone(),
            undated,
            judged: self.judged,
            lost: gone.into_iter().cloned().collect(),
        }
    }

    /// Adds what a change did not touch, taken from the other side.
    ///
    /// `listing` tells what of the other side could not be listed, which is that side's own.
    pub fn add_untouched(&mut self, other: &Self, listing: &[Finding], is_untouched: impl Fn(&str) -> bool) {
        let listing: BTreeSet<&String> = listing.iter().map(|fault| &fault.message).collect();
        let deals = other.deals.iter().filter(|deal| is_untouched(&deal.id)).cloned();
        self.deals.extend(deals);
        self.deals.sort_by(|a, b| a.id.cmp(&b.id));
        self.ids.extend(other.ids.iter().filter(|id| is_untouched(id)).cloned());
        if let (Some(own), Some(others)) = (&mut self.findings, &other.findings) {
            // What is about no deal is the same under the same rules, once it is told.
            let is_told = |finding: &Finding| {
                let place = |finding: &Finding| finding.place.as_ref().map(|it| Arc::clone(it.file.path()));
                own.iter().any(|it| it.code == finding.code && place(it) == place(finding))
            };
            let same = |finding: &&Finding| match finding.subject.deal.as_deref() {
                Some(deal) => is_untouched(deal),
                None => !is_told(finding) && !listing.contains(&finding.message),
            };
            let same: Vec<_> = others.iter().filter(same).cloned().collect();
            own.extend(same);
        }
    }

    /// Leaves out deals, and what was found of them.
    pub fn retain(&mut self, mut keeps: impl FnMut(&DealState) -> bool) {
        let mut gone = BTreeSet::new();
        self.deals.retain(|deal| {
            let kept = keeps(deal);
            if !kept {
                gone.insert(Arc::clone(&deal.id));
            }
            kept
        });
        self.ids.retain(|id| !gone.contains(id));
        if let Some(findings) = &mut self.findings {
            findings.retain(|finding| finding.subject.deal.as_ref().is_none_or(|deal| !gone.contains(deal)));
        }
    }

    /// What became of its findings at a later moment. A deal that came into the place of another is held against that
    /// one: what was amiss elsewhere is new where all was in order.
    pub fn finding_changes(&self, after: &Self, renames: &Renames) -> FindingChanges {
        let mut renames = renames.clone();
        renames.retain(|_, new| !self.ids.contains(new));
        let then = |id: &str| self.ids.contains(id) && self.deal(id).is_none();
        let now = |id: &str| after.ids.contains(id) && after.deal(id).is_none();
        let before =
            ComparedFinding { findings: self.findings.as_deref().unwrap_or_default(), is_unjudged: &then };
        let after =
            ComparedFinding { findings: after.findings.as_deref().unwrap_or_default(), is_unjudged: &now };
        FindingChanges::between(before, after, &renames)
    }

    /// The deal of an id.
    pub fn deal(&self, id: &str) -> Option<&DealState> {
        let found = self.deals.binary_search_by(|deal| deal.id.as_ref().cmp(id));
        found.ok().map(|index| self.deals[index].as_ref())
    }

    /// Its rates, into a currency.
    pub(super) fn pricing_in(&self, currency: Option<Currency>, other: &Self) -> Pricing {
        // Rates into another currency than that of the report say nothing about it.
        let rates =
            if self.pricing.rates.base == other.pricing.rates.base { &self.pricing } else { &other.pricing };
        Pricing { currency, rates: rates.rates.clone() }
    }
}

/// What is kept of a judged deal.
fn kept(judged: &JudgedDeal<'_>) -> Arc<DealState> {
    Arc::new(DealState::of(judged))
}

/// The currency that the figures of a workspace are in, all deals of which are judged.
fn currency(workspace: &Workspace<'_>, deals: &[Arc<DealState>]) -> Option<Currency> {
    let currencies = |deal: &Arc<DealState>| {
        (deal.workflow.currency, deal.terms.amount.and_then(|amount| amount.currency))
    };
    workspace.currency_of_deals(deals.iter().map(currencies))
}
