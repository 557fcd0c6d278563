//! Which findings a change brings, which it mends, which it leaves. Renames and moved lines do not count.

use std::collections::BTreeMap;

use super::Renames;
use crate::finding::{Code, Finding};

/// What became of findings between two moments.
#[derive(Clone, Debug, Default)]
pub struct FindingChanges {
    /// Those that are new, as they are after.
    pub introduced: Vec<Finding>,
    /// Those that are gone, as they were before.
    pub fixed: Vec<Finding>,
    /// Those that are there at both ends, as they are after.
    pub remaining: Vec<Finding>,
}

impl FindingChanges {
    /// Compares the findings of two moments that were judged on the same day.
    #[must_use]
    pub fn between(before: &[Finding], after: &[Finding], renames: &Renames) -> Self {
        let mut known: BTreeMap<Key, Vec<&Finding>> = BTreeMap::new();
        for finding in before.iter().rev() {
            known.entry(key(finding, Some(renames))).or_default().push(finding);
        }
        let mut changes = Self::default();
        for finding in after {
            let was = known.get_mut(&key(finding, None)).and_then(Vec::pop);
            // What was a warning and is an error now is new to whom it stops.
            let graver = was.is_some_and(|was| was.level < finding.level);
            let list =
                if was.is_some() && !graver { &mut changes.remaining } else { &mut changes.introduced };
            list.push(finding.clone());
        }
        let gone = before.iter().filter(|finding| {
            let left = known.get(&key(finding, Some(renames)));
            left.is_some_and(|left| left.iter().any(|left| std::ptr::eq(*left, *finding)))
        });
        changes.fixed = gone.cloned().collect();
        changes
    }
}

/// What makes a finding the same one: the deal, or the file where there is none; and the requirement, or the code with
/// the message.
type Key = (String, &'static str, String);

fn key(finding: &Finding, renames: Option<&Renames>) -> Key {
    let subject = &finding.subject;
    let whose = match (&subject.deal, &finding.place) {
        (Some(deal), _) => renames.and_then(|renames| renames.get(deal)).unwrap_or(deal).to_string(),
        (None, Some(place)) => place.file.path().to_string(),
        (None, None) => String::new(),
    };
    let what = match &subject.requirement {
        Some(requirement) => requirement.to_string(),
        None if tells_of_the_whole(finding.code) => String::new(),
        None => finding.message.clone(),
    };
    let kind = match (&subject.requirement, finding.code) {
        // These do not say that a requirement is unmet, so one that becomes unmet is new beside them.
        (Some(_), Code::WaiverUnused | Code::ConditionUndecided) | (None, _) => finding.code.name(),
        (Some(_), _) => "",
    };
    (whose, kind, what)
}

/// Codes of which a deal has one at the most: its message may tell of another number of days.
fn tells_of_the_whole(code: Code) -> bool {
    matches!(
        code,
        Code::Stalled
            | Code::CloseDatePassed
            | Code::NoRate
            | Code::WonTooEarly
            | Code::DisqualifiedTooLate
            | Code::HistoryMissing
            | Code::WorkflowAssumed
    )
}
