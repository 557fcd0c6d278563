//! The files of a workspace at a commit, read without a checkout. Links are followed inside the workspace only.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::commit_tree::{CommitTree, EntryKind, TreeEntry};
use super::failure::GitFailure;
use super::mailmap::MAILMAP;
use super::objects::{Commit, Objects};
use crate::finding::Finding;
use crate::finding::limit::FILE_SIZE;
use crate::snapshot::link_limit::{LinkLimit, too_often};
use crate::snapshot::refusal::{self, Refusal, is_hidden, is_ours};
use crate::snapshot::{Listing, Snapshot, decode, unreadable};
use crate::source::names::is_yaml;
use crate::source::{SourceFile, paths};

/// A workspace at a commit.
#[derive(Clone, Debug)]
pub struct GitSnapshot {
    commit: Commit,
    tree: Arc<CommitTree>,
    objects: Arc<Objects>,
}

/// How many links may lead to each other in a row.
const MAX_LINKS: usize = 16;

/// What a path leads to once links are followed.
enum Target<'t> {
    /// With its own path.
    File(String, TreeEntry<'t>),
    /// With its own path.
    Folder(String),
    Submodule,
    /// There is nothing of that name.
    Missing,
    /// There is a link that leads to neither.
    Astray(Refusal),
}

impl GitSnapshot {
    pub(super) fn new(commit: Commit, tree: CommitTree, objects: Arc<Objects>) -> Self {
        Self { commit, tree: Arc::new(tree), objects }
    }

    /// The commit.
    pub fn commit(&self) -> &Commit {
        &self.commit
    }

    /// The name of a file's content, links followed.
    pub fn content_name(&self, path: &str) -> Option<&str> {
        match self.follow(path) {
            Target::File(_, entry) => Some(entry.name),
            _ => None,
        }
    }

    /// The same of many files, given in the order of their paths.
    pub fn content_names(&self, paths: &[String]) -> Vec<Option<&str>> {
        let mut entries = self.tree.entries.iter().map(|entry| self.tree.entry(entry)).peekable();
        let name = |path: &String| {
            while entries.next_if(|entry| entry.path < path.as_str()).is_some() {}
            let entry = entries.next_if(|entry| entry.path == path && entry.kind == EntryKind::File);
            entry.map(|entry| entry.name).or_else(|| self.content_name(path))
        };
        paths.iter().map(name).collect()
    }

    /// The files that no walk finds, since their names or those of folders above them begin with a dot, and all links,
    /// each with where it leads.
    pub fn unwalked(&self) -> Result<BTreeMap<&str, Option<Vec<u8>>>, GitFailure> {
        let entries = self.tree.entries.iter().map(|entry| self.tree.entry(entry));
        let (links, others): (Vec<_>, Vec<_>) = entries
            .filter(|entry| entry.kind == EntryKind::Link || entry.path.split('/').any(is_hidden))
            .partition(|entry| entry.kind == EntryKind::Link);
        let names: Vec<&str> = links.iter().map(|link| link.name).collect();
        let targets = self.objects.blobs(&names, FILE_SIZE.usual)?;
        let files = others.iter().filter(|entry| entry.kind == EntryKind::File).map(|file| (file.path, None));
        Ok(links.iter().map(|link| link.path).zip(targets).chain(files).collect())
    }

    /// That the contents of files are here, as those of a partial clone may not be.
    pub fn are_here<'p>(&self, paths: impl IntoIterator<Item = &'p str>) -> Result<(), GitFailure> {
        let names: Vec<&str> = paths.into_iter().filter_map(|path| self.content_name(path)).collect();
        let contents = self.objects.blobs(&names, 0)?;
        if contents.iter().all(Option::is_some) { Ok(()) } else { Err(GitFailure::Partial) }
    }

    /// Whether there is such a folder, links followed.
    pub fn has_folder(&self, path: &str) -> bool {
        matches!(self.follow(path), Target::Folder(_))
    }

    fn follow(&self, path: &str) -> Target<'_> {
        let nothing = |links| match links {
            0 => Target::Missing,
            _ => Target::Astray(refusal::LEADS_NOWHERE),
        };
        // What bears just this name lies behind no link.
        if let Some(entry) = self.tree.get(path).filter(|entry| entry.kind == EntryKind::File) {
            return Target::File(path.to_owned(), entry);
        }
        let mut open: Vec<String> = path.split('/').rev().map(str::to_owned).collect();
        let mut done: Vec<String> = Vec::new();
        let mut links = 0;
        while let Some(part) = open.pop() {
            match part.as_str() {
                "" | "." => continue,
                ".." => {
                    if done.pop().is_none() {
                        return Target::Astray(refusal::LEADS_OUT);
                    }
                    continue;
                }
                _ => done.push(part),
            }
            let here = done.join("/");
            match self.tree.get(&here) {
                Some(TreeEntry { kind: EntryKind::Link, name, .. }) => {
                    links += 1;
                    if links > MAX_LINKS {
                        return Target::Astray(refusal::LEADS_ROUND);
                    }
                    let blob = self
                        .objects
                        .blobs(&[name], FILE_SIZE.usual)
                        .ok()
                        .and_then(|mut found| found.pop().flatten());
                    let Some(target) = blob.and_then(|bytes| String::from_utf8(bytes).ok()) else {
                        return Target::Astray(refusal::LINK_LOST);
                    };
                    if target.starts_with('/') {
                        return Target::Astray(refusal::LEADS_OUT);
                    }
                    done.pop();
                    open.extend(target.split('/').rev().map(str::to_owned));
                }
                Some(TreeEntry { kind: EntryKind::Submodule, .. }) => return Target::Submodule,
                Some(entry) if open.is_empty() => return Target::File(here, entry),
                Some(_) => return nothing(links),
                None => {}
            }
        }
        let here = done.join("/");
        if self.tree.is_folder(&here) { Target::Folder(here) } else { nothing(links) }
    }

    /// A folder by its own path, links followed; `None` where there is nothing of that name.
    fn find(&self, folder: &str) -> Result<Option<String>, Box<Finding>> {
        let mut named = String::new();
        for part in folder.split('/') {
            named = paths::join(&named, part);
            let refusal = match self.follow(&named) {
                Target::Folder(_) => continue,
                Target::Missing => return Ok(None),
                Target::File(..) => refusal::NO_FOLDER,
                Target::Submodule => refusal::SUBMODULE,
                Target::Astray(refusal) => refusal,
            };
            return Err(Box::new(refusal.of_folder(&named)));
        }
        match self.follow(folder) {
            Target::Folder(start) => Ok(Some(start)),
            _ => Ok(None),
        }
    }

    /// Takes in what a link leads to, unless that is a folder, which is handed back.
    fn link(
        &self,
        start: &str,
        path: &str,
        shown: String,
        entry: TreeEntry<'_>,
        walk: &mut TreeWalk,
    ) -> Option<String> {
        let listing = &mut walk.listing;
        match self.follow(path) {
            Target::File(target, _)
                if Self::finds(start, &target) && (is_yaml(&target) || !is_yaml(path)) => {}
            Target::Folder(target) if Self::finds(start, &target) || paths::is_in(&target, path) => {}
            Target::File(target, _) if walk.again.takes(target.clone()) => listing.add(shown, entry),
            Target::File(..) => listing.faults.push(too_often(&shown)),
            Target::Folder(target) => return Some(target),
            Target::Submodule => listing.faults.push(refusal::SUBMODULE.of(&shown)),
            Target::Missing => listing.faults.push(refusal::LEADS_NOWHERE.of(&shown)),
            Target::Astray(refusal) => listing.faults.push(refusal.of(&shown)),
        }
        None
    }

    /// Whether a walk from a folder finds what a link leads to where it stands, or would go round in a circle.
    fn finds(start: &str, target: &str) -> bool {
        let is_seen = |below: &str| !below.split('/').any(is_hidden);
        paths::is_in(target, start) || paths::below(start, target).is_some_and(is_seen)
    }
}

/// A walk through a folder of a commit.
struct TreeWalk {
    listing: Listing,
    /// What its links have led to.
    again: LinkLimit<String>,
}

impl Listing {
    /// Takes in something of a tree that is no folder.
    fn add(&mut self, path: String, entry: TreeEntry<'_>) {
        if entry.kind == EntryKind::Submodule {
            self.faults.push(refusal::SUBMODULE.of(&path));
        } else if entry.is_sound {
            self.files.push(path);
        } else if is_ours(&path) {
            self.faults.push(refusal::ODD_NAME.of(&path));
        }
    }
}

impl Snapshot for GitSnapshot {
    fn revision(&self) -> Option<&str> {
        Some(&self.commit.id)
    }

    fn walk(&self, folder: &str) -> Listing {
        let listing = Listing::default();
        let start = match self.find(folder) {
            Ok(Some(start)) => start,
            Ok(None) => return listing,
            Err(fault) => return Listing { faults: vec![*fault], ..listing },
        };
        let seen = |(path, _): &(&str, TreeEntry<'_>)| !path.split('/').any(is_hidden);
        let mut walk = TreeWalk { listing, again: LinkLimit::default() };
        for (below, entry) in self.tree.below(&start).filter(seen) {
            let shown = paths::join(folder, below);
            if entry.kind != EntryKind::Link {
                walk.listing.add(shown, entry);
                continue;
            }
            if walk.again.is_full() {
                continue;
            }
            let Some(linked) =
                self.link(&start, &paths::join(&start, below), shown.clone(), entry, &mut walk)
            else {
                continue;
            };
            for (below, entry) in self.tree.below(&linked).filter(seen) {
                let inside = paths::join(&shown, below);
                if entry.kind != EntryKind::Link {
                    if !walk.again.takes(entry.path.to_owned()) {
                        walk.listing.faults.push(too_often(&shown));
                        break;
                    }
                    walk.listing.add(inside, entry);
                } else if self
                    .link(&start, &paths::join(&linked, below), inside.clone(), entry, &mut walk)
                    .is_some()
                {
                    walk.listing.faults.push(refusal::LINK_BEHIND_LINK.of(&inside));
                }
            }
        }
        let mut listing = walk.listing;
        listing.files.sort_unstable();
        listing
    }

    fn files_in(&self, folder: &str) -> Listing {
        let mut listing = Listing::default();
        match self.find(folder) {
            Ok(Some(start)) => {
                let directly = self.tree.below(&start).filter(|(name, _)| !name.contains('/'));
                for (name, entry) in directly.filter(|(_, entry)| entry.kind != EntryKind::Submodule) {
                    listing.add(paths::join(folder, name), entry);
                }
            }
            Ok(None) => {}
            Err(fault) => listing.faults.push(*fault),
        }
        listing
    }

    fn folder(&self, path: &str) -> Result<bool, Box<Finding>> {
        Ok(self.find(path)?.is_some())
    }

    /// A link of a tree that leads out leads nowhere: reading it says so.
    fn stray(&self, _: &str) -> Option<Finding> {
        None
    }

    fn has_file(&self, path: &str) -> bool {
        matches!(self.follow(path), Target::File(..))
    }

    fn mailmap(&self) -> String {
        let name = format!("{}:{MAILMAP}", self.commit.id);
        let found = self.objects.blobs(&[&name], FILE_SIZE.usual).ok().and_then(|mut found| found.pop()?);
        String::from_utf8_lossy(&found.unwrap_or_default()).into_owned()
    }

    fn expect(&self, paths: &[String], most: usize) {
        let names: Vec<&str> = paths.iter().filter_map(|path| self.content_name(path)).collect();
        self.objects.expect(&names, most);
    }

    fn read(&self, path: &str, most: usize) -> Result<Arc<SourceFile>, Box<Finding>> {
        let fault = |why: &str, help: &str| Err(Box::new(unreadable(path, why, help)));
        let name = match self.follow(path) {
            Target::File(_, entry) => entry.name,
            Target::Missing => return Err(Box::new(refusal::MISSING.of(path))),
            Target::Astray(refusal) => return Err(Box::new(refusal.of(path))),
            Target::Folder(_) | Target::Submodule => return Err(Box::new(refusal::NO_FILE.of(path))),
        };
        match self.objects.blobs(&[name], most).map(|mut found| found.pop().flatten()) {
            Ok(Some(bytes)) => decode(path, bytes, most),
            Ok(None) => {
                let missing = GitFailure::Partial;
                fault("its content is not here: this is a partial clone", missing.hint().unwrap_or_default())
            }
            Err(trouble) => fault(&trouble.to_string(), trouble.hint().unwrap_or("run the check again")),
        }
    }
}
