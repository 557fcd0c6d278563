//! What commits tell of one deal. Must not know how a line of commits is read.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;

use super::versions::trees;
use super::{Line, Setting, Step};
use crate::deal::Deal;
use crate::deal::reader::Reading;
use crate::history::file_terms::FileTerms;
use crate::history::from_commits::{self, FromCommits, Version, Written};
use crate::history::proof;
use crate::snapshot::git::Trouble;
use crate::source::{SourceFile, Span, paths};
use crate::syntax::{Node, scalar, yaml};

/// Tells of one deal.
pub(super) struct CommitReader<'p> {
    pub(super) setting: &'p Setting,
    pub(super) line: &'p Line,
    pub(super) reading: Reading<'p>,
}

impl CommitReader<'_> {
    pub(super) fn tell(
        &self,
        steps: &[Step],
        file: &SourceFile,
        deal: &Deal<'_>,
        asked: &[(&'static str, &str)],
    ) -> Result<FromCommits, Trouble> {
        let texts = self.texts(steps, file)?;
        let now = yaml::parse(file.text()).root;
        let trees = trees(&texts, file);
        let versions = self.versions(steps, &trees, now.as_ref());
        let inside = paths::below(&self.setting.folder, file.path()).is_some();
        let outside = steps.is_empty() && !inside;
        let whole = !outside && steps.last().is_none_or(|step| !step.revision.cut_off);
        let absences = from_commits::absences(&versions, self.setting.today);
        let mut told = FromCommits { whole, absences, ..FromCommits::default() };
        self.facts(&versions, deal, &mut told);
        if whole {
            told.first_commit = versions.last().map(|version| version.day);
        }
        if let Some(now) = &now {
            if let (Some(_), Some(first)) = (told.first_commit, versions.last()) {
                told.late = late(now, first.root);
            }
            for &(key, id) in asked {
                let Some(node) = proof::entry(now, key, id) else { continue };
                if let Some(origin) = self.origin(&versions, node, key, id)? {
                    told.origins.insert((key, id.to_owned()), origin);
                }
            }
        }
        Ok(told)
    }

    /// What changed when, oldest first. A version that cannot be read changes nothing: it was mended later.
    fn facts(&self, versions: &[Version<'_>], deal: &Deal<'_>, told: &mut FromCommits) {
        let mut facts: Vec<(Date, FileTerms)> = Vec::new();
        let mut written = Vec::new();
        let mut older: Option<&Node<'_>> = None;
        for version in versions.iter().rev() {
            let Some(root) = version.root else { continue };
            if older.replace(root).is_some_and(|older| std::ptr::eq(older, root)) {
                continue;
            }
            let found = FileTerms::read(root, self.reading);
            if facts.last().is_some_and(|(_, last)| *last == found) {
                continue;
            }
            facts.push((version.day, found));
            let (revision, path) = (Arc::clone(&version.revision), Arc::clone(&version.path));
            written.push(Some(Written { revision, path }));
        }
        let now = FileTerms::of(deal);
        if facts.last().is_none_or(|(_, last)| *last != now) && (told.whole || !facts.is_empty()) {
            facts.push((self.setting.today, now));
            written.push(None);
        }
        // Days never run backwards on the line, whatever the clocks of its committers said.
        let mut latest = Date::MIN;
        let mut known: Option<Date> = None;
        for (day, facts) in &mut facts {
            // What came with an outcome became true with it, however late it was written down.
            let ended = facts.ended.filter(|_| facts.ended != known);
            known = facts.ended;
            latest = latest.max(ended.map_or(*day, |ended| ended.min(*day)));
            *day = latest;
        }
        // What a cut-off clone begins with was true before, and nobody knows since when.
        if !told.whole && !facts.is_empty() {
            told.facts = facts.split_off(1);
            forget_unchanged(&facts[0].1, told);
            told.cut = Some(facts[0].0);
            told.before = facts.pop().map(|(_, facts)| facts);
            told.written = written.split_off(1);
            return;
        }
        (told.facts, told.written) = (facts, written);
    }

    pub(super) fn day(&self, time: Timestamp) -> Date {
        self.setting.zone.to_datetime(time).date()
    }
}

/// The stage that a cut-off clone begins with has no day as long as it did not change.
fn forget_unchanged(first: &FileTerms, told: &mut FromCommits) {
    for (_, facts) in told.facts.iter_mut().take_while(|(_, facts)| facts.terms.stage == first.terms.stage) {
        facts.terms.stage = None;
    }
}

/// Entries of `history` that the first version did not have, and the days they claim.
fn late(now: &Node<'_>, first: Option<&Node<'_>>) -> Vec<(Span, Date)> {
    let then = first.and_then(|root| root.get("history")).and_then(Node::as_list).unwrap_or_default();
    let now = now.get("history").and_then(Node::as_list).unwrap_or_default();
    // Each is worded once: lists may be as long as a file allows.
    let then: BTreeSet<String> = then.iter().map(proof::wording).collect();
    now.iter()
        .filter(|entry| !then.contains(&proof::wording(entry)))
        .filter_map(|entry| {
            let date = entry.get("date")?;
            Some((date.span, scalar::date(&date.as_scalar()?.text).ok()?))
        })
        .collect()
}
