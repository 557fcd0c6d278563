//! Collects findings, sets their levels, sorts and counts them. The verdict is computed here and nowhere else.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::level::{FailOn, Level};
use super::levels::{LevelSetting, Levels};
use super::record::Finding;

use crate::source::digest;

/// How many findings there are of each level, and what was judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Findings of level error.
    pub errors: usize,
    /// Findings of level warning.
    pub warnings: usize,
    /// Findings of level info.
    pub infos: usize,
    /// Requirements that a waiver lifts.
    pub waived: usize,
    /// Those of the findings that were there before the change that is being judged.
    pub known: usize,
}

impl Tally {
    /// All findings.
    pub fn total(&self) -> usize {
        self.errors + self.warnings + self.infos
    }
}

/// The findings of a run in the order in which every format shows them, each with its level.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    findings: Vec<Finding>,
    waived: usize,
    since: Option<Baseline>,
}

/// The change that is being judged, where that is not the whole workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Baseline {
    /// The revision from which on.
    pub revision: String,
    /// The same as people read it.
    pub name: String,
    /// Deals that the change does not touch, and that were not judged.
    pub not_touched: usize,
}

impl Ledger {
    /// Settles findings: sets levels, drops what is off, removes what was said twice, sorts.
    pub fn settle(found: Vec<Finding>, levels: &Levels, waived: usize) -> Self {
        let mut findings: Vec<Finding> = found
            .into_iter()
            .filter_map(|mut finding| {
                if finding.level.is_none() && levels.of(finding.code) == LevelSetting::Off {
                    finding.code = finding.in_place_of?;
                }
                finding.level = match (finding.level, levels.of(finding.code)) {
                    (Some(level), _) | (None, LevelSetting::At(level)) => Some(level),
                    (None, LevelSetting::Off) => return None,
                };
                Some(finding)
            })
            .collect();
        findings.sort_by(|a, b| a.known.cmp(&b.known).then_with(|| in_order(a, b)));
        drop_what_follows(&mut findings);
        findings.dedup_by(|later, earlier| in_order(later, earlier) == Ordering::Equal);
        Self { findings, waived, since: None }
    }

    /// The same, of a change only.
    pub fn of_change(self, since: Baseline) -> Self {
        Self { since: Some(since), ..self }
    }

    /// The change that is being judged; `None`: the workspace as it is.
    pub fn since(&self) -> Option<&Baseline> {
        self.since.as_ref()
    }

    /// The same with what was found elsewhere, settled together.
    pub fn and(self, found: Vec<Finding>, levels: &Levels) -> Self {
        if found.is_empty() {
            return self;
        }
        Self::settle(self.findings.into_iter().chain(found).collect(), levels, self.waived)
    }

    /// The findings, in order.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// How many of each level.
    pub fn tally(&self) -> Tally {
        let count = |level| self.findings.iter().filter(|finding| finding.level == Some(level)).count();
        Tally {
            errors: count(Level::Error),
            warnings: count(Level::Warning),
            infos: count(Level::Info),
            waived: self.waived,
            known: self.findings.iter().filter(|finding| finding.known).count(),
        }
    }

    /// Whether the run fails.
    pub fn fails(&self, fail_on: FailOn) -> bool {
        let fails = |finding: &Finding| finding.level.is_some_and(|level| fail_on.includes(level));
        self.findings.iter().any(|finding| !finding.known && fails(finding))
    }

    /// A fingerprint for each finding, in order: the same as long as the fault is, wherever its line moves.
    pub fn fingerprints(&self) -> Vec<String> {
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        self.findings
            .iter()
            .map(|finding| {
                let print = fingerprint(finding, 0);
                // The same fault more than once is told apart by which one it is.
                let nth = seen.entry(print.clone()).and_modify(|nth| *nth += 1).or_default();
                if *nth == 0 { print } else { fingerprint(finding, *nth) }
            })
            .collect()
    }
}

/// What cannot be read is told once, not again by everything that would have needed it.
fn drop_what_follows(findings: &mut Vec<Finding>) {
    if !findings.iter().any(|finding| finding.follows) {
        return;
    }
    let errors: std::collections::BTreeSet<_> = findings
        .iter()
        .filter(|finding| !finding.follows && finding.level == Some(Level::Error))
        .filter_map(place)
        .collect();
    findings.retain(|finding| !finding.follows || !place(finding).is_some_and(|at| errors.contains(&at)));
}

/// Where a finding stands: its file and the first byte.
fn place(finding: &Finding) -> Option<(Arc<str>, u32)> {
    finding.place.as_ref().map(|place| (Arc::clone(place.file.path()), place.span.start))
}

/// File, line, column, code, then stage and requirement in the workflow's order; findings without a file come first.
fn in_order(a: &Finding, b: &Finding) -> Ordering {
    let (here, there) = (&a.subject, &b.subject);
    place(a)
        .cmp(&place(b))
        .then_with(|| a.code.name().cmp(b.code.name()))
        .then_with(|| here.order.cmp(&there.order))
        .then_with(|| a.message.cmp(&b.message))
        .then_with(|| here.deal.cmp(&there.deal))
}

fn fingerprint(finding: &Finding, nth: usize) -> String {
    let subject = &finding.subject;
    let mut said = Vec::new();
    let file = finding.place.as_ref().map(|place| place.file.path().as_ref());
    // A deal keeps its fingerprint when its folder of workflows changes, so the file counts only without a deal.
    let whose = subject.deal.as_deref().or(file).unwrap_or_default();
    let what = match subject.requirement.as_deref() {
        Some(requirement) => requirement,
        None => &finding.message,
    };
    for part in [finding.code.name(), whose, what, &nth.to_string()] {
        said.extend_from_slice(&(part.len() as u64).to_le_bytes());
        said.extend_from_slice(part.as_bytes());
    }
    digest::short(&said, 16)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Code, Subject};

    #[test]
    fn a_fingerprint_is_the_same_on_every_machine() {
        let subject = Subject {
            deal: Some("acme/rollout".into()),
            requirement: Some("budget-known".into()),
            ..Subject::default()
        };
        let finding = Finding::new(Code::RequirementUnmet, "whatever it says").about(subject);
        // Whoever keeps fingerprints from one release to the next counts on this one.
        assert_eq!(fingerprint(&finding, 0), "78523e12e7590e3b38d05e6b50c55393");
    }
}
