//! Reads what commits say of one deal.

use std::collections::{BTreeMap, BTreeSet};
use std::ptr;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;

use super::reader::CommitReader;
use super::versions::trees;
use crate::deal::Deal;
use crate::history::backdated::BackdatedEntry;
use crate::history::file_terms::FileTerms;
use crate::history::file_track::FileCommit;
use crate::history::git_history::{self, GitHistory, Written};
use crate::history::proof::{self, ApprovalProof};
use crate::history::version::CommittedVersion;
use crate::snapshot::git::GitFailure;
use crate::source::{SourceFile, paths};
use crate::syntax::{Node, scalar, yaml};

impl CommitReader<'_> {
    pub(super) fn read(
        &self,
        steps: &[FileCommit],
        file: &SourceFile,
        deal: &Deal<'_>,
        asked: &[(&'static str, &str)],
    ) -> Result<GitHistory, GitFailure> {
        let texts = self.texts(steps, file)?;
        let now = yaml::parse(file.text()).root;
        let trees = trees(&texts, file);
        let versions = self.versions(steps, &trees, now.as_ref());
        let inside = paths::below(&self.setting.folder, file.path()).is_some();
        // In a repository of its own within ours files have a past that ours does not tell.
        let outside = steps.is_empty() && (!inside || self.setting.inner(file.path()).is_some());
        let whole = !outside && steps.last().is_none_or(|step| !step.revision.cut_off);
        let absences = git_history::absences(&versions, self.setting.today);
        let mut git_history = GitHistory { whole, absences, ..GitHistory::default() };
        self.facts(&versions, deal, &mut git_history);
        if whole {
            git_history.first_commit = versions.last().map(|version| version.day);
        }
        if let Some(now) = &now {
            if let (Some(_), Some(first)) = (git_history.first_commit, versions.last()) {
                git_history.late = self.late(now, first.root, &versions);
            }
            for &(key, id) in asked {
                let Some(node) = proof::entry(now, key, id) else { continue };
                if let Some(origin) = self.origin(&versions, node, key, id)? {
                    git_history.origins.insert((key, id.to_owned()), origin);
                }
            }
        }
        Ok(git_history)
    }

    /// What changed when, oldest first. A version that cannot be read changes nothing: it was mended later.
    fn facts(&self, versions: &[CommittedVersion<'_>], deal: &Deal<'_>, git_history: &mut GitHistory) {
        let mut facts: Vec<(Date, FileTerms)> = Vec::new();
        let mut written = Vec::new();
        let mut older: Option<&Node<'_>> = None;
        for version in versions.iter().rev() {
            let Some(root) = version.root else { continue };
            if older.replace(root).is_some_and(|older| ptr::eq(older, root)) {
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
        if facts.last().is_none_or(|(_, last)| *last != now) && (git_history.whole || !facts.is_empty()) {
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
        if !git_history.whole && !facts.is_empty() {
            git_history.facts = facts.split_off(1);
            forget_unchanged(&facts[0].1, git_history);
            git_history.cut = Some(facts[0].0);
            git_history.before = facts.pop().map(|(_, facts)| facts);
            git_history.written = written.split_off(1);
            return;
        }
        (git_history.facts, git_history.written) = (facts, written);
    }

    /// Entries of `history` that the first version did not have. Each is worded once a version: lists may be as long as a
    /// file allows.
    fn late(
        &self,
        now: &Node<'_>,
        first: Option<&Node<'_>>,
        versions: &[CommittedVersion<'_>],
    ) -> Vec<BackdatedEntry> {
        let worded = |root| entries(root).iter().map(proof::wording).collect::<BTreeSet<String>>();
        let then = worded(first);
        let late = entries(Some(now)).iter().filter_map(|entry| {
            let date = entry.get("date")?;
            let day = scalar::date(&date.as_scalar()?.text).ok()?;
            Some((proof::wording(entry), BackdatedEntry { span: date.span, day, written: None }))
        });
        let mut late: Vec<_> = late.filter(|(wording, _)| !then.contains(wording)).collect();
        if self.setting.proof != ApprovalProof::Off {
            let mut open: BTreeSet<String> = late.iter().map(|(wording, _)| wording.clone()).collect();
            let mut written: BTreeMap<String, Date> = BTreeMap::new();
            let mut newer: Option<&Node<'_>> = None;
            for version in versions.iter().filter(|version| !version.unreadable) {
                if open.is_empty() {
                    break;
                }
                // What a version left as it was is not worded again.
                if newer.is_none() || !version.root.zip(newer).is_some_and(|(it, newer)| ptr::eq(it, newer)) {
                    let there = worded(version.root);
                    open.retain(|wording| there.contains(wording));
                }
                newer = version.root;
                written.extend(open.iter().map(|wording| (wording.clone(), version.day)));
            }
            for (wording, late) in &mut late {
                late.written = Some(written.get(wording).copied().unwrap_or(self.setting.today));
            }
        }
        late.into_iter().map(|(_, late)| late).collect()
    }

    pub(super) fn day(&self, time: Timestamp) -> Date {
        self.setting.zone.to_datetime(time).date()
    }
}

/// The stage that a cut-off clone begins with has no day as long as it did not change.
fn forget_unchanged(first: &FileTerms, git_history: &mut GitHistory) {
    for (_, facts) in
        git_history.facts.iter_mut().take_while(|(_, facts)| facts.terms.stage == first.terms.stage)
    {
        facts.terms.stage = None;
    }
}

/// The entries of `history` that a version has.
fn entries<'n, 's>(root: Option<&'n Node<'s>>) -> &'n [Node<'s>] {
    root.and_then(|root| root.get("history")).and_then(Node::as_list).unwrap_or_default()
}
