//! Follows a statement through a merge to the parent that it came from.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::source::FirstParentLine;
use super::versions::MOST;
use crate::snapshot::decode;
use crate::snapshot::git::{GitFailure, Revision};
use crate::source::SourceFile;
use crate::syntax::{Node, yaml};

/// A parent that a commit has from what it says.
pub(super) struct Source {
    /// Its full name.
    pub(super) commit: String,
    /// The path that the file has there.
    pub(super) path: String,
    /// Whether the file can be read there, and says it.
    pub(super) is_certain: bool,
}

/// Looks for who wrote what a file says among the commits that a merge brought.
pub(super) struct OriginSearch<'l, F> {
    line: &'l FirstParentLine,
    commits: &'l BTreeMap<String, Revision>,
    path: &'l str,
    says: F,
    /// Whether a content says it, by the name it was asked for; `None`: it cannot be read.
    known: BTreeMap<String, Option<bool>>,
    /// How many bytes were read.
    read: usize,
    /// Every path that the file had in these commits.
    names: Option<BTreeSet<String>>,
}

impl<'l, F: Fn(Option<&Node<'_>>) -> bool> OriginSearch<'l, F> {
    pub(super) fn new(
        line: &'l FirstParentLine,
        commits: &'l BTreeMap<String, Revision>,
        path: &'l str,
        says: F,
    ) -> Self {
        Self { line, commits, path, says, known: BTreeMap::new(), read: 0, names: None }
    }

    /// The parent that a commit has it from; `is_certain`: the commit itself can be read. `None`: no parent says it, or a
    /// merge says again what one side had taken away since both parted.
    pub(super) fn source(
        &mut self,
        revision: &Revision,
        path: &str,
        is_certain: bool,
    ) -> Result<Option<Source>, GitFailure> {
        let change = revision.changes.iter().find(|change| change.to.as_deref() == Some(path));
        let (mut sources, mut others): (Vec<Source>, Vec<&String>) = Default::default();
        for (at, parent) in revision.parents.iter().enumerate() {
            let (from, says) = match change {
                // It left the file as it was.
                None if at == 0 => (Some(path), is_certain.then_some(true)),
                Some(change) if at == 0 => (change.from.as_deref(), self.is_said(change.old.clone())?),
                _ => (Some(path), self.is_said(self.line.repository.content_name(parent, path))?),
            };
            match from.filter(|_| says != Some(false)) {
                Some(from) => sources.push(Source {
                    commit: parent.clone(),
                    path: from.to_owned(),
                    is_certain: says == Some(true),
                }),
                None => others.push(parent),
            }
        }
        for source in sources {
            let mut is_taken_away = false;
            for other in &others {
                is_taken_away = is_taken_away || self.was_taken_away(&source.commit, other)?;
            }
            if !is_taken_away {
                return Ok(Some(source));
            }
        }
        Ok(None)
    }

    /// The text of a file at a commit.
    pub(super) fn text(&mut self, commit: &str, path: &str) -> Result<Option<Arc<SourceFile>>, GitFailure> {
        let name = self.line.repository.content_name(commit, path);
        let bytes = name.map_or(Ok(None), |name| self.content(&name))?;
        Ok(bytes.and_then(|bytes| decode(self.path, bytes, self.line.file_size).ok()))
    }

    /// Whether it was said where two commits parted, so that the one that does not say it has taken it away.
    fn was_taken_away(&mut self, source: &str, other: &str) -> Result<bool, GitFailure> {
        let (commits, path) = (self.commits, self.path);
        let names = self.names.get_or_insert_with(|| names(commits, path)).clone();
        for base in self.line.repository.merge_bases(source, other)? {
            for name in &names {
                if self.is_said(self.line.repository.content_name(&base, name))? == Some(true) {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// Whether a content says it; `None`: it cannot be read, which says nothing either way.
    fn is_said(&mut self, name: Option<String>) -> Result<Option<bool>, GitFailure> {
        let Some(name) = name else { return Ok(Some(false)) };
        if let Some(known) = self.known.get(&name) {
            return Ok(*known);
        }
        let says = match self.content(&name)? {
            None => Some(false),
            Some(bytes) => {
                let text = decode(self.path, bytes, self.line.file_size).ok();
                let root = text.as_ref().and_then(|text| yaml::parse(text.text()).root);
                root.map(|root| (self.says)(Some(&root)))
            }
        };
        self.known.insert(name, says);
        Ok(says)
    }

    fn content(&mut self, name: &str) -> Result<Option<Vec<u8>>, GitFailure> {
        let most = self.line.file_size;
        let bytes = self.line.repository.objects().blobs(&[name], most)?.pop().flatten();
        self.read += bytes.as_ref().map_or(0, Vec::len);
        if self.read > MOST * most {
            return Err(GitFailure::Heavy { path: self.path.to_owned(), most: MOST * most });
        }
        Ok(bytes)
    }
}

/// Every path that a file had in some commits before it came to one.
fn names(commits: &BTreeMap<String, Revision>, path: &str) -> BTreeSet<String> {
    let mut before: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for change in commits.values().flat_map(|revision| &revision.changes) {
        if let (Some(from), Some(to)) = (&change.from, &change.to) {
            before.entry(to).or_default().push(from);
        }
    }
    let (mut names, mut open) = (BTreeSet::new(), vec![path]);
    while let Some(name) = open.pop() {
        if names.insert(name.to_owned()) {
            open.extend(before.get(name).into_iter().flatten());
        }
    }
    names
}
