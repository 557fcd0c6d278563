//! The files of a commit whose contents are already read, shared with other commits.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::git::{GitFailure, GitSnapshot, Objects};
use super::{Listing, Snapshot, decode};
use crate::finding::Finding;
use crate::source::SourceFile;

/// Contents by their names. Most files are the same in commits that lie near each other.
#[derive(Debug, Default)]
pub struct Contents(BTreeMap<String, Vec<u8>>);

/// The most that is held, in bytes; what is more is read when it is asked for.
const MOST: usize = 256 * 1024 * 1024;

/// How many contents are asked for at a time.
const BATCH: usize = 1_024;

impl Contents {
    /// Reads the contents of some files of some commits, each once; those of more than so many bytes are left where
    /// they are.
    pub fn read<'s>(
        objects: &Objects,
        files: impl Iterator<Item = (&'s GitSnapshot, Vec<String>)>,
        most: usize,
    ) -> Result<Self, GitFailure> {
        let mut names = BTreeSet::new();
        for (snapshot, paths) in files {
            names.extend(paths.iter().filter_map(|path| snapshot.content_name(path)));
        }
        let (names, mut held): (Vec<&str>, usize) = (names.into_iter().collect(), 0);
        let mut all = Self::default();
        for some in names.chunks(BATCH) {
            if held > MOST {
                break;
            }
            for (name, bytes) in some.iter().zip(objects.blobs(some, most)?) {
                let Some(bytes) = bytes.filter(|bytes| bytes.len() <= most) else { continue };
                held += bytes.len();
                all.0.insert((*name).to_owned(), bytes);
            }
        }
        Ok(all)
    }
}

/// A workspace at a commit, with contents that are at hand.
#[derive(Debug)]
pub struct CachedSnapshot<'s> {
    /// The files.
    pub files: &'s GitSnapshot,
    /// Their contents, as far as they were read.
    pub contents: &'s Contents,
}

impl Snapshot for CachedSnapshot<'_> {
    fn revision(&self) -> Option<&str> {
        self.files.revision()
    }

    fn walk(&self, folder: &str) -> Listing {
        self.files.walk(folder)
    }

    fn files_in(&self, folder: &str) -> Listing {
        self.files.files_in(folder)
    }

    fn folder(&self, path: &str) -> Result<bool, Box<Finding>> {
        self.files.folder(path)
    }

    fn stray(&self, path: &str) -> Option<Finding> {
        self.files.stray(path)
    }

    fn mailmap(&self) -> String {
        self.files.mailmap()
    }

    fn has_file(&self, path: &str) -> bool {
        self.files.has_file(path)
    }

    fn read(&self, path: &str, most: usize) -> Result<Arc<SourceFile>, Box<Finding>> {
        match self.files.content_name(path).and_then(|name| self.contents.0.get(name)) {
            Some(bytes) => decode(path, bytes.clone(), most),
            None => self.files.read(path, most),
        }
    }
}
