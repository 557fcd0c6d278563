//! Which findings a change adds, removes or keeps. Renames and moved lines do not count.

use std::collections::{BTreeMap, BTreeSet};

use super::renamed::Renames;
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
    /// Those of what could not be judged before, as they are after: nobody knows whether they are new.
    pub unknown_before: Vec<Finding>,
    /// Those of what cannot be judged after, as they were before: nobody knows whether they are mended.
    pub unknown_after: Vec<Finding>,
}

/// What was found at a moment, and of what.
#[derive(Clone, Copy)]
pub struct ComparedFinding<'a> {
    /// The findings.
    pub findings: &'a [Finding],
    /// Whether a deal is there, but could not be judged: its file or its workflow cannot be read.
    pub is_unjudged: &'a dyn Fn(&str) -> bool,
}

impl ComparedFinding<'_> {
    /// Whether a finding of the other moment is about what could not be judged at this one: a deal, by the id that it
    /// has here, or a file.
    fn cannot_tell(&self, deal: Option<&str>, file: Option<&str>, files: &BTreeSet<&str>) -> bool {
        deal.is_some_and(self.is_unjudged) || file.is_some_and(|file| files.contains(file))
    }

    /// The files that cannot be read.
    fn unreadable(&self) -> BTreeSet<&str> {
        self.findings.iter().filter(|finding| hides_the_rest(finding.code)).filter_map(file).collect()
    }
}

impl FindingChanges {
    /// Compares the findings of two moments that were judged on the same day.
    pub fn between(before: ComparedFinding<'_>, after: ComparedFinding<'_>, renames: &Renames) -> Self {
        let mut known: BTreeMap<FindingKey, Vec<&Finding>> = BTreeMap::new();
        for finding in before.findings {
            known.entry(key(finding, Some(renames))).or_default().push(finding);
        }
        let mut take = |finding: &Finding, fits: fn(&Finding, &Finding) -> bool| {
            let left = known.get_mut(&key(finding, None))?;
            let index = left.iter().position(|was| fits(was, finding))?;
            Some(left.remove(index))
        };
        // First what stayed the same, so that no other fault of the same requirement takes its place.
        let same: Vec<_> = after.findings.iter().map(|finding| take(finding, is_same)).collect();
        let mut changes = Self::default();
        let (dark_before, dark_after) = (before.unreadable(), after.unreadable());
        let former: BTreeMap<_, _> = renames.iter().map(|(old, new)| (new, old)).collect();
        for (finding, same) in after.findings.iter().zip(same) {
            let was = same.or_else(|| take(finding, |_, _| true));
            // What was a warning and is an error now is new to whom it stops.
            let graver = was.is_some_and(|was| was.level < finding.level);
            // So is an entry that proves nothing, where there was none, or one with another fault.
            let entry = same.is_none() && tells_of_an_entry(finding.code);
            // And a fault in something done early, once the deal is past the gate that asks for it.
            let asked = is_asked(finding) && was.is_some_and(|was| !is_asked(was));
            let stays = was.is_some() && !graver && !entry && !asked;
            let now = finding.subject.deal.as_deref();
            let then = finding.subject.deal.as_ref().map(|id| former.get(id).copied().unwrap_or(id).as_ref());
            let unknown = before.cannot_tell(then, file(finding), &dark_before)
                && !after.cannot_tell(now, file(finding), &dark_after);
            let list = if stays {
                &mut changes.remaining
            } else if unknown {
                &mut changes.unknown_before
            } else {
                &mut changes.introduced
            };
            list.push(finding.clone());
        }
        let gone = |finding: &&Finding| {
            let left = known.get(&key(finding, Some(renames)));
            left.is_some_and(|left| left.iter().any(|left| std::ptr::eq(*left, *finding)))
        };
        let is_unknown = |finding: &Finding| {
            let now = finding.subject.deal.as_ref().map(|id| renames.get(id).unwrap_or(id).as_ref());
            let then = finding.subject.deal.as_deref();
            after.cannot_tell(now, file(finding), &dark_after)
                && !before.cannot_tell(then, file(finding), &dark_before)
        };
        let gone = before.findings.iter().filter(gone).cloned();
        (changes.unknown_after, changes.fixed) = gone.partition(is_unknown);
        changes
    }

    /// How many findings are of what could not be judged at one end.
    pub fn unknown(&self) -> usize {
        self.unknown_before.len() + self.unknown_after.len()
    }
}

fn file(finding: &Finding) -> Option<&str> {
    Some(finding.place.as_ref()?.file.path().as_ref())
}

/// Codes of files of which nothing else can be told.
fn hides_the_rest(code: Code) -> bool {
    matches!(code, Code::YamlSyntax | Code::TomlSyntax | Code::NotUtf8 | Code::Unreadable | Code::BadExtends)
}

/// What makes a finding the same one: the deal, or the file where there is none; and the requirement, or the code with
/// the message.
type FindingKey = (String, &'static str, String);

fn key(finding: &Finding, renames: Option<&Renames>) -> FindingKey {
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

/// Whether two findings with one key are one. An approval or waiver that nobody proves is another one when it names
/// somebody else.
fn is_same(was: &Finding, is: &Finding) -> bool {
    was.code == is.code && (is.code != Code::ApprovalUnproven || named(was) == named(is))
}

/// Whether a finding says that a deal is past a gate without what it asks for.
fn is_asked(finding: &Finding) -> bool {
    [Some(finding.code), finding.in_place_of].contains(&Some(Code::RequirementUnmet))
}

fn named(finding: &Finding) -> Option<&str> {
    Some(finding.place.as_ref()?.text().trim_matches(['"', '\'']))
}

/// Codes that find fault with an entry of `done` or `waivers`, and not only with a requirement that is not met.
pub(super) fn tells_of_an_entry(code: Code) -> bool {
    matches!(
        code,
        Code::ApprovalByOwner
            | Code::ApprovalOutsideGroup
            | Code::ApprovalVoid
            | Code::ApprovalUnproven
            | Code::EvidenceMissing
            | Code::DateInFuture
            | Code::WaiverIncomplete
            | Code::WaiverNotAllowed
            | Code::WaiverExpired
    )
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
