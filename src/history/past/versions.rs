//! The versions of a deal's file, each text read and parsed once.

use std::sync::Arc;

use super::reader::CommitReader;
use crate::history::file_track::FileCommit;
use crate::history::version::CommittedVersion;
use crate::snapshot::decode;
use crate::snapshot::git::GitFailure;
use crate::source::SourceFile;
use crate::syntax::{Node, yaml};

/// All versions of a file that are read, together, in files as large as they may be: what is made of them takes 25 times
/// as much.
pub(super) const MOST: usize = 8;

impl CommitReader<'_> {
    /// The texts of a file at each step; of a content that is not here there is none. What a step left as it was is the
    /// same text.
    pub(super) fn texts(
        &self,
        steps: &[FileCommit],
        now: &SourceFile,
    ) -> Result<Vec<Option<Arc<SourceFile>>>, GitFailure> {
        // What git knows of the file on disk says nothing of a text that nobody saved.
        let is_known = |newest| !now.is_unsaved() && self.line.is_looked_at(self.setting, now.path(), newest);
        let known = usize::from(steps.first().is_some_and(is_known));
        let is_same = |index: usize| index > 0 && steps[index].content == steps[index - 1].content;
        let asked = (known..steps.len()).filter(|&index| !is_same(index));
        let names: Vec<&str> = asked.filter_map(|index| steps[index].content.as_deref()).collect();
        let (objects, most) = (self.line.repository.objects(), self.line.file_size);
        let Some(contents) = objects.blobs_within(&names, most, MOST * most)? else {
            return Err(GitFailure::Heavy { path: now.path().to_string(), most: MOST * most });
        };
        let mut contents = contents.into_iter();
        let mut texts: Vec<Option<Arc<SourceFile>>> = Vec::with_capacity(steps.len());
        for (index, step) in steps.iter().enumerate() {
            texts.push(match step.content {
                None => None,
                Some(_) if index < known => {
                    Some(Arc::new(SourceFile::new(Arc::clone(now.path()), now.text())))
                }
                Some(_) if is_same(index) => texts[index - 1].clone(),
                Some(_) => match contents.next().flatten() {
                    Some(bytes) => decode(&step.path, bytes, self.line.file_size).ok(),
                    None => return Err(GitFailure::Partial),
                },
            });
        }
        Ok(texts)
    }

    pub(super) fn versions<'t>(
        &self,
        steps: &[FileCommit],
        trees: &'t [ParsedVersion<'t>],
        now: Option<&'t Node<'t>>,
    ) -> Vec<CommittedVersion<'t>> {
        let mut newer = None;
        steps
            .iter()
            .zip(trees)
            .map(|(step, tree)| {
                let root = match tree {
                    ParsedVersion::Now => now,
                    ParsedVersion::Newer => newer,
                    ParsedVersion::Own(root) => root.as_deref(),
                };
                newer = root;
                CommittedVersion {
                    revision: Arc::clone(&step.revision),
                    day: self.day(step.revision.time),
                    path: Arc::clone(&step.path),
                    unreadable: root.is_none() && step.content.is_some(),
                    root,
                }
            })
            .collect()
    }
}

/// What a version of a file says. Each text is parsed once.
pub(super) enum ParsedVersion<'t> {
    /// What the file says now.
    Now,
    /// What the version after it says.
    Newer,
    /// Something else; `None`: nothing can be made of it, or it was deleted.
    Own(Option<Box<Node<'t>>>),
}

pub(super) fn trees<'t>(texts: &'t [Option<Arc<SourceFile>>], now: &SourceFile) -> Vec<ParsedVersion<'t>> {
    let mut newer: Option<&Arc<SourceFile>> = None;
    texts
        .iter()
        .map(|text| {
            let same = text.as_ref().zip(newer).is_some_and(|(text, newer)| Arc::ptr_eq(text, newer));
            newer = text.as_ref();
            match text {
                Some(_) if same => ParsedVersion::Newer,
                Some(text) if text.text() == now.text() => ParsedVersion::Now,
                text => ParsedVersion::Own(
                    text.as_ref().and_then(|text| yaml::parse(text.text()).root).map(Box::new),
                ),
            }
        })
        .collect()
}
