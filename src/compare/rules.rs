//! The impact of changed rules on deals: which newly fail and which newly pass, requirement by requirement.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use iso_currency::Currency;

use super::findings::{ComparedFinding, FindingChanges, tells_of_an_entry};
use super::renamed::Renames;
use crate::assess::open_deals::{FailedDeal, RuleCost};
use crate::deal::record::Ending;
use crate::finding::{Code, Finding, Level};

/// What became of deals under one requirement, or one code where none is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleChange {
    /// The workflow.
    pub workflow: Option<Arc<str>>,
    /// The requirement's id, else the code of the findings.
    pub rule: Arc<str>,
    /// Deals that it fails now and did not before.
    pub failing: Vec<Arc<str>>,
    /// Deals that it failed before and does not now.
    pub passing: Vec<Arc<str>>,
    /// What it costs under the old rules and under the new; `None`: no requirement is meant.
    pub figures: Option<(RuleFigures, RuleFigures)>,
}

/// What a requirement costs under one set of rules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RuleFigures {
    /// The open deals that fail it.
    pub open: RuleCost,
    /// How many deals that were won would have failed it.
    pub won: usize,
    /// How many that were lost would have, had they had to go on.
    pub lost: usize,
}

/// A rule: the workflow that it is of, and the requirement's id, else the code of findings.
type RuleKey = (Option<Arc<str>>, Arc<str>);

/// What changed rules do to today's deals. Only errors count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleChanges {
    /// Deals without an error under the old rules, and with one under the new.
    pub failing: Vec<Arc<str>>,
    /// Deals with an error under the old rules, and without under the new.
    pub passing: Vec<Arc<str>>,
    /// By requirement, in the order of workflows and ids.
    pub rules: Vec<RuleChange>,
    /// Deals that one of the two sets of rules, or neither, can judge.
    pub not_judged: usize,
    /// How many deals there are.
    pub deals: usize,
    /// The currency of what requirements cost.
    pub currency: Option<Currency>,
}

/// What one set of rules says of the deals there are.
#[derive(Clone, Debug)]
pub struct RulesVerdict {
    /// What was found.
    pub findings: Vec<Finding>,
    /// How many deals there are.
    pub deals: usize,
    /// Those without a workflow that they could be judged by.
    pub not_judged: usize,
    /// What those fail that were judged, by their ids.
    pub judged: BTreeMap<Arc<str>, FailedDeal>,
    /// The currency of figures.
    pub currency: Option<Currency>,
}

impl RulesVerdict {
    /// What each requirement costs the deals that the other rules judge too: what nobody judged is no change.
    fn figures(&self, other: &Self) -> BTreeMap<RuleKey, RuleFigures> {
        let mut all: BTreeMap<RuleKey, RuleFigures> = BTreeMap::new();
        for (_, deal) in self.judged.iter().filter(|(id, _)| other.judged.contains_key(*id)) {
            for id in &deal.failed {
                let figures = all.entry((Some(Arc::clone(&deal.workflow)), Arc::clone(id))).or_default();
                match deal.ending {
                    None => figures.open.add(deal.worth),
                    Some(Ending::Won) => figures.won += 1,
                    Some(Ending::Lost) => figures.lost += 1,
                    // It was no deal, whatever the rules.
                    Some(Ending::Disqualified) => {}
                }
            }
        }
        all
    }
}

impl RuleChanges {
    /// Compares what old and new rules say of the same deals on the same day.
    pub fn between(old: &RulesVerdict, new: &RulesVerdict) -> Self {
        let of_deals = |verdict: &RulesVerdict| -> Vec<Finding> {
            let is_judged = |deal: &Arc<str>| old.judged.contains_key(deal) && new.judged.contains_key(deal);
            let counts = |finding: &&Finding| {
                finding.subject.deal.as_ref().is_some_and(is_judged) && finding.level == Some(Level::Error)
            };
            verdict.findings.iter().filter(counts).cloned().map(unmet).collect()
        };
        let (before, after) = (of_deals(old), of_deals(new));
        let found = |findings| ComparedFinding { findings, is_unjudged: &|_| false };
        let changes = FindingChanges::between(found(&before), found(&after), &Renames::new());
        let mut rules: BTreeMap<RuleKey, RuleChange> = BTreeMap::new();
        for (findings, is_failing) in [(&changes.introduced, true), (&changes.fixed, false)] {
            for finding in findings {
                let subject = &finding.subject;
                let rule = subject.requirement.clone().unwrap_or_else(|| finding.code.name().into());
                let key = (subject.workflow.clone(), Arc::clone(&rule));
                let change = rules.entry(key.clone()).or_insert_with(|| RuleChange::none(&key));
                let deals = if is_failing { &mut change.failing } else { &mut change.passing };
                deals.extend(subject.deal.clone());
            }
        }
        let (was, is) = (old.figures(new), new.figures(old));
        let of = |figures: &BTreeMap<RuleKey, RuleFigures>, key: &RuleKey| {
            figures.get(key).copied().unwrap_or_default()
        };
        for key in was.keys().chain(is.keys()).filter(|key| of(&was, key) != of(&is, key)) {
            rules.entry(key.clone()).or_insert_with(|| RuleChange::none(key));
        }
        for (key, change) in &mut rules {
            let is_requirement = was.contains_key(key) || is.contains_key(key);
            change.figures = is_requirement.then(|| (of(&was, key), of(&is, key)));
        }
        for deals in rules.values_mut().flat_map(|rule| [&mut rule.failing, &mut rule.passing]) {
            deals.sort_unstable();
            deals.dedup();
        }
        let (bad_before, bad_after) = (deals(&before), deals(&after));
        Self {
            failing: bad_after.difference(&bad_before).cloned().collect(),
            passing: bad_before.difference(&bad_after).cloned().collect(),
            rules: rules.into_values().collect(),
            not_judged: new.not_judged + new.judged.keys().filter(|id| !old.judged.contains_key(*id)).count(),
            deals: new.deals,
            currency: new.currency,
        }
    }

    /// Whether the rules say the same of every deal.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }
}

impl RuleChange {
    fn none((workflow, rule): &RuleKey) -> Self {
        let (workflow, rule) = (workflow.clone(), Arc::clone(rule));
        Self { workflow, rule, failing: Vec::new(), passing: Vec::new(), figures: None }
    }
}

/// A requirement that a deal failed is no other failure when the rules find another fault with the same entry.
fn unmet(finding: Finding) -> Finding {
    let code = if tells_of_an_entry(finding.code) { Code::RequirementUnmet } else { finding.code };
    Finding { code, ..finding }
}

fn deals(findings: &[Finding]) -> BTreeSet<Arc<str>> {
    findings.iter().filter_map(|finding| finding.subject.deal.clone()).collect()
}
