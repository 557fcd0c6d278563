//! Which files differ between two moments, and which deals that affects.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::sync::Arc;

use aho_corasick::AhoCorasick;

use super::moment::{Files, MomentEnd};
use super::sides::Moments;
use crate::assess::{Selection, Workspace};
use crate::error::Error;
use crate::history::ApprovalProof;
use crate::snapshot::Listing;
use crate::snapshot::git::{GitSnapshot, Index, Repository};
use crate::syntax::{Kind, yaml};
use crate::workflow::library::is_workflow;
use crate::workspace::CONFIG_FILE;

/// What differs in the files of two moments.
#[derive(Default)]
pub(super) struct ChangedFiles {
    /// Deal files, by their paths before.
    pub(super) before: Vec<String>,
    /// Deal files, by their paths after.
    pub(super) after: Vec<String>,
    pub(super) rules_changed: bool,
    /// Whether a file that is no deal came, went or changed.
    pub(super) others_changed: bool,
    /// The ids of the deals whose own files changed, or came.
    pub(super) changed: BTreeSet<Arc<str>>,
}

impl ChangedFiles {
    /// Adds deals that commits changed in between and that may be as they were: who committed what they say, and since
    /// when they stand where they do, is not.
    pub(super) fn extend(&mut self, paths: impl Iterator<Item = String>, there: [&[String]; 2]) {
        let paths: BTreeSet<String> = paths.collect();
        for (deals, there) in [&mut self.before, &mut self.after].into_iter().zip(there) {
            deals.extend(paths.iter().filter(|path| is_among(there, path)).cloned());
            deals.sort_unstable();
            deals.dedup();
        }
    }

    /// The ids of the deals, at either moment.
    pub(super) fn ids(&self, old: &Workspace<'_>, new: &Workspace<'_>) -> BTreeSet<Arc<str>> {
        let mut ids = old.deal_ids(&self.before, None);
        ids.extend(new.deal_ids(&self.after, None));
        ids
    }
}

/// What is in a workspace.
struct Inventory {
    deals: Listing,
    /// Every file in order, deals, workflows and settings also where links lead to them.
    all: Vec<String>,
}

impl Inventory {
    fn of(workspace: &Workspace<'_>) -> Self {
        let (snapshot, config) = (workspace.snapshot, &workspace.config);
        let (deals, others) = workspace.deals_and_others();
        let mut all = snapshot.walk_beside(&config.deals);
        all.extend(others);
        all.extend(deals.files.iter().cloned());
        all.extend(snapshot.files_in(&config.workflows).files);
        all.extend(snapshot.has_file(CONFIG_FILE).then(|| CONFIG_FILE.to_owned()));
        all.sort_unstable();
        all.dedup();
        Self { deals, all }
    }
}

impl Moments<'_> {
    /// Which deal files differ, and which there are at either moment. A deal that speaks of a file that came or went is
    /// touched too: it may be evidence.
    pub(super) fn touched(
        &self,
        old: &Workspace<'_>,
        new: &Workspace<'_>,
    ) -> Result<(ChangedFiles, [Listing; 2]), Error> {
        let (Some(repository), Files::Commit(before)) = (&self.repository, &self.before.files) else {
            let deals = [old, new].map(|workspace| workspace.deal_files(&Selection::Everything));
            return Ok((
                ChangedFiles { rules_changed: true, others_changed: true, ..ChangedFiles::default() },
                deals,
            ));
        };
        let files = || rayon::join(|| Inventory::of(old), || Inventory::of(new));
        let (index, (old_files, new_files)) = rayon::join(|| self.index(repository), files);
        let mut differing = self.changed(repository, index.as_ref(), before, &new_files.all)?;
        let came_or_went = on_one_side(&old_files.all, &new_files.all);
        let (old_deals, new_deals) = (&old_files.deals.files, &new_files.deals.files);
        differing.extend(&came_or_went);
        let is_rule = |path: &str| is_rule([old, new], path);
        let rules_changed =
            differing.iter().any(|path| is_rule(path)) || self.other_people(repository, old, new)?;
        let is_deal = |path: &str| is_among(old_deals, path) || is_among(new_deals, path);
        // What differs must be known on both sides, or all of it would look new.
        for end in [&self.before, &self.after] {
            if let Files::Commit(snapshot) = &end.files {
                let wanted = differing.iter().filter(|path| is_deal(path) || is_rule(path));
                snapshot.are_here(wanted.copied()).map_err(Error::Git)?;
            }
        }
        let others: Vec<&str> = came_or_went.into_iter().filter(|path| !is_deal(path)).collect();
        // More of them than can be searched for at once: every deal may speak of one.
        let any_other = AhoCorasick::new(&others).ok();
        let speaks_of_other = |text: &str| any_other.as_ref().is_none_or(|any| any.is_match(text));
        let text = |path: &str| new.snapshot.read(path, new.config.limits.file_size);
        let went =
            others.iter().any(|path| is_among(&old_files.all, path)) || self.unwalked_differ(before)?;
        let is_searched = went || !others.is_empty();
        let mentions = |text: &str| !others.is_empty() && speaks_of_other(text);
        // However it is written, and wherever it lies: of what came, only a path that is hidden or written in another way
        // is not found above.
        let moved = |path: &String| old.snapshot.has_file(path) != new.snapshot.has_file(path);
        let is_asked = |text: &str| went || text.contains('\\') || has_hidden_part(text);
        let other_evidence = |text: &str| is_asked(text) && evidence(text).iter().any(moved);
        let is_touched = |path: &str| {
            differing.contains(path)
                || (is_searched
                    && text(path).is_ok_and(|file| mentions(file.text()) || other_evidence(file.text())))
        };
        let after: Vec<String> = new_deals.iter().filter(|path| is_touched(path)).cloned().collect();
        let is_before = |path: &&String| differing.contains(path.as_str()) || is_among(&after, path);
        let before = old_deals.iter().filter(is_before).cloned().collect();
        let others_changed = is_searched || rules_changed || differing.iter().any(|path| !is_deal(path));
        let changed = new_deals.iter().filter(|path| differing.contains(path.as_str()));
        let changed = changed.map(|path| new.deal_id(path)).collect();
        let touched = ChangedFiles { before, after, rules_changed, others_changed, changed };
        Ok((touched, [old_files.deals, new_files.deals]))
    }

    /// Whether something that no walk finds, a hidden file or a link, came or went, or leads elsewhere. What came on disk
    /// and is hidden, nobody can list.
    fn unwalked_differ(&self, before: &GitSnapshot) -> Result<bool, Error> {
        let was = before.unwalked().map_err(Error::Git)?;
        if let Files::Commit(after) = &self.after.files {
            return Ok(was != after.unwalked().map_err(Error::Git)?);
        }
        let root = self.opened.root();
        let stays = |(path, target): (&&str, &Option<Vec<u8>>)| match target {
            None => root.join(path).is_file(),
            Some(target) => std::fs::read_link(root.join(path))
                .is_ok_and(|it| it.as_os_str().as_encoded_bytes() == target.as_slice()),
        };
        Ok(!was.iter().all(stays))
    }

    /// What git's index says of the files on disk, where these are the later moment.
    fn index(&self, repository: &Repository) -> Option<Index> {
        matches!(self.after.files, Files::WorkTree).then(|| repository.index())
    }

    /// The files, of those at the later moment, that are not as they were.
    fn changed<'p>(
        &self,
        repository: &Repository,
        index: Option<&Index>,
        before: &GitSnapshot,
        paths: &'p [String],
    ) -> Result<BTreeSet<&'p str>, Error> {
        let named = paths.iter().map(String::as_str).zip(before.content_names(paths));
        if let Files::Commit(after) = &self.after.files {
            let now = after.content_names(paths);
            let changed = named.zip(now).filter(|((_, was), now)| was != now || now.is_none());
            return Ok(changed.map(|((path, _), _)| path).collect());
        }
        let (mut stayed, mut changed) = (Vec::new(), BTreeSet::new());
        for (path, name) in named {
            match name {
                Some(name) => stayed.push((path, name)),
                // A file that came is known by its path alone.
                None => _ = changed.insert(path),
            }
        }
        let same = repository.hold(self.opened.root(), index, &stayed).map_err(Error::Git)?;
        changed.extend(stayed.iter().zip(same).filter(|(_, same)| !same).map(|((path, _), _)| *path));
        Ok(changed)
    }

    /// Whether approvals must be proved and the two moments differ in who is who.
    fn other_people(
        &self,
        repository: &Repository,
        old: &Workspace<'_>,
        new: &Workspace<'_>,
    ) -> Result<bool, Error> {
        if [old, new].into_iter().all(|it| it.past.proof() == ApprovalProof::Off) {
            return Ok(false);
        }
        let mailmap = |end: &MomentEnd| match &end.files {
            Files::Commit(snapshot) => repository.mailmap(Some(snapshot.commit())),
            _ => repository.mailmap(None),
        };
        let (before, after) = (mailmap(&self.before), mailmap(&self.after));
        Ok(before.map_err(Error::Git)? != after.map_err(Error::Git)?)
    }
}

/// Whether a file holds rules of one of two workspaces: settings, or a workflow.
pub(super) fn is_rule(workspaces: [&Workspace<'_>; 2], path: &str) -> bool {
    path == CONFIG_FILE || workspaces.iter().any(|it| is_workflow(&it.config.workflows, path))
}

/// Whether a part of a path in a text may begin with a dot.
fn has_hidden_part(text: &str) -> bool {
    text.match_indices('.').any(|(at, _)| !text[..at].ends_with(|before: char| before.is_alphanumeric()))
}

/// What a deal names as evidence. Where the word does not stand in its text, and nothing is written in another way, it
/// names none.
fn evidence(text: &str) -> Vec<String> {
    if !text.contains("evidence") && !text.contains('\\') {
        return Vec::new();
    }
    let root = yaml::parse(text).root;
    let Some(Kind::Map(done)) = root.as_ref().and_then(|root| root.get("done")).map(|done| &done.kind) else {
        return Vec::new();
    };
    let named = done.iter().filter_map(|entry| entry.value.get("evidence")?.as_scalar());
    named.map(|named| named.text.to_string()).collect()
}

/// Whether a path is among some, which are in order.
fn is_among(paths: &[String], path: &str) -> bool {
    paths.binary_search_by(|known| known.as_str().cmp(path)).is_ok()
}

/// What is in one of two lists that are in order, and not in the other.
fn on_one_side<'p>(one: &'p [String], other: &'p [String]) -> Vec<&'p str> {
    let alone = beside(one, other).filter(|(one, other)| one.is_none() || other.is_none());
    alone.filter_map(|(one, other)| one.or(other)).collect()
}

/// Two lists that are in order, with what is the same in both side by side.
fn beside<'p>(
    one: &'p [String],
    other: &'p [String],
) -> impl Iterator<Item = (Option<&'p str>, Option<&'p str>)> {
    let (mut one, mut other) = (one.iter().peekable(), other.iter().peekable());
    std::iter::from_fn(move || {
        let order = match (one.peek(), other.peek()) {
            (None, None) => return None,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(one), Some(other)) => one.cmp(other),
        };
        let first = if order == Ordering::Greater { None } else { one.next() };
        let second = if order == Ordering::Less { None } else { other.next() };
        Some((first.map(String::as_str), second.map(String::as_str)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_and_what_went_is_on_one_side() {
        let paths = |paths: &[&str]| -> Vec<String> { paths.iter().map(|path| (*path).to_owned()).collect() };
        let (one, other) = (paths(&["a", "b", "d"]), paths(&["b", "c", "d", "e"]));
        assert_eq!(on_one_side(&one, &other), ["a", "c", "e"]);
        assert_eq!(on_one_side(&one, &one), [""; 0]);
        assert_eq!(on_one_side(&[], &one), ["a", "b", "d"]);
        assert!(is_among(&one, "b") && !is_among(&one, "c"));
    }
}
