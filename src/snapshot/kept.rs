//! The files of a commit whose contents were read before, with those of other commits that share them. Must not know
//! which files are asked for, nor why.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::git::{GitSnapshot, Objects, Trouble};
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
    /// Reads the contents of some files of some commits, each once.
    pub fn read<'s>(
        objects: &Objects,
        files: impl Iterator<Item = (&'s GitSnapshot, Vec<String>)>,
    ) -> Result<Self, Trouble> {
        let mut contents = BTreeMap::new();
        for (snapshot, paths) in files {
            for name in paths.iter().filter_map(|path| snapshot.content_name(path)) {
                contents.entry(name.to_owned()).or_insert_with(Vec::new);
            }
        }
        let (names, mut held): (Vec<String>, usize) = (contents.into_keys().collect(), 0);
        let mut all = Self::default();
        for some in names.chunks(BATCH) {
            if held > MOST {
                break;
            }
            let asked: Vec<&str> = some.iter().map(String::as_str).collect();
            for (name, bytes) in some.iter().zip(objects.blobs(&asked)?) {
                let Some(bytes) = bytes else { continue };
                held += bytes.len();
                all.0.insert(name.clone(), bytes);
            }
        }
        Ok(all)
    }
}

/// A workspace at a commit, with contents that are at hand.
#[derive(Debug)]
pub struct Kept<'s> {
    /// The files.
    pub files: &'s GitSnapshot,
    /// Their contents, as far as they were read.
    pub contents: &'s Contents,
}

impl Snapshot for Kept<'_> {
    fn revision(&self) -> Option<&str> {
        self.files.revision()
    }

    fn walk(&self, folder: &str) -> Listing {
        self.files.walk(folder)
    }

    fn files_in(&self, folder: &str) -> Listing {
        self.files.files_in(folder)
    }

    fn stray(&self, path: &str) -> Option<Finding> {
        self.files.stray(path)
    }

    fn has_file(&self, path: &str) -> bool {
        self.files.has_file(path)
    }

    fn read(&self, path: &str) -> Result<Arc<SourceFile>, Box<Finding>> {
        match self.files.content_name(path).and_then(|name| self.contents.0.get(name)) {
            Some(bytes) => decode(path, bytes.clone()),
            None => self.files.read(path),
        }
    }
}
