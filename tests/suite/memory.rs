//! A workspace in memory, for laws and corpora that would be slow on disk.

use std::collections::BTreeMap;
use std::sync::Arc;

use dealgate::assess::{self, Assessment, Selection, Workspace};
use dealgate::finding::Finding;
use dealgate::snapshot::{Listing, Snapshot, decode, unreadable};
use dealgate::source::SourceFile;
use dealgate::workspace::Config;

/// Files by their paths.
#[derive(Clone, Debug, Default)]
pub struct Memory(pub BTreeMap<String, Vec<u8>>);

impl Memory {
    /// With one more file.
    pub fn with(mut self, path: &str, text: impl Into<Vec<u8>>) -> Self {
        self.0.insert(path.to_owned(), text.into());
        self
    }

    /// What a check of all of it finds.
    pub fn check(&self) -> Assessment<()> {
        assess::check(&self.workspace(), &Selection::Everything, |_| None)
    }

    /// The workspace that they are.
    pub fn workspace(&self) -> Workspace<'_> {
        Workspace::load(self, Config::load(self), jiff::civil::date(2026, 11, 23))
    }
}

impl Snapshot for Memory {
    fn walk(&self, folder: &str) -> Listing {
        let below = format!("{folder}/");
        let files = self.0.keys().filter(|path| path.starts_with(&below)).cloned().collect();
        Listing { files, faults: Vec::new() }
    }

    fn files_in(&self, folder: &str) -> Listing {
        let below = format!("{folder}/");
        let directly = |path: &&String| path.strip_prefix(&below).is_some_and(|name| !name.contains('/'));
        Listing { files: self.0.keys().filter(directly).cloned().collect(), faults: Vec::new() }
    }

    fn stray(&self, _: &str) -> Option<Finding> {
        None
    }

    fn has_file(&self, path: &str) -> bool {
        self.0.contains_key(path)
    }

    fn read(&self, path: &str, most: usize) -> Result<Arc<SourceFile>, Box<Finding>> {
        match self.0.get(path) {
            Some(bytes) => decode(path, bytes.clone(), most),
            None => Err(Box::new(unreadable(path, "it is not there any more", "run the check again"))),
        }
    }
}
