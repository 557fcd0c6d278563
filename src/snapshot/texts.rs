//! A workspace that is written nowhere yet: paths and texts in memory.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Listing, Snapshot, decode, unreadable};
use crate::finding::Finding;
use crate::source::{SourceFile, paths};

/// Texts by their paths.
#[derive(Clone, Debug, Default)]
pub struct Texts(BTreeMap<String, String>);

impl Texts {
    /// Files by paths relative to the root, with `/`, and their texts.
    pub fn new(files: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(files.into_iter().collect())
    }

    /// Adds a file.
    pub fn add(&mut self, path: String, text: String) {
        self.0.insert(path, text);
    }

    /// Every file, in the order of the paths.
    pub fn all(&self) -> Vec<(&str, &str)> {
        self.0.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect()
    }

    fn listed(&self, folder: &str, fits: impl Fn(&str) -> bool) -> Listing {
        let inside = |path: &str| paths::below(folder, path).is_some_and(&fits);
        Listing { files: self.0.keys().filter(|path| inside(path)).cloned().collect(), faults: Vec::new() }
    }
}

impl Snapshot for Texts {
    fn walk(&self, folder: &str) -> Listing {
        self.listed(folder, |_| true)
    }

    fn files_in(&self, folder: &str) -> Listing {
        self.listed(folder, |rest| !rest.contains('/'))
    }

    fn stray(&self, _: &str) -> Option<Finding> {
        None
    }

    fn has_file(&self, path: &str) -> bool {
        self.0.contains_key(path)
    }

    fn read(&self, path: &str, most: usize) -> Result<Arc<SourceFile>, Box<Finding>> {
        match self.0.get(path) {
            Some(text) => decode(path, text.clone().into_bytes(), most),
            None => Err(Box::new(unreadable(path, "there is no such file", "name another"))),
        }
    }
}
