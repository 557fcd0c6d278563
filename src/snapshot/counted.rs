//! A snapshot that counts what is found and read, for whoever waits.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{Listing, Snapshot};
use crate::finding::Finding;
use crate::source::SourceFile;

/// A snapshot, and how far the work on it has come.
pub struct CountingSnapshot<'s> {
    below: &'s dyn Snapshot,
    found: AtomicUsize,
    read: AtomicUsize,
}

impl<'s> CountingSnapshot<'s> {
    /// Counts from now on.
    pub fn new(below: &'s dyn Snapshot) -> Self {
        Self { below, found: AtomicUsize::new(0), read: AtomicUsize::new(0) }
    }

    /// How many files were read so far, and how many found.
    pub fn counts(&self) -> (usize, usize) {
        (self.read.load(Ordering::Relaxed), self.found.load(Ordering::Relaxed))
    }
}

impl Snapshot for CountingSnapshot<'_> {
    fn revision(&self) -> Option<&str> {
        self.below.revision()
    }

    fn walk(&self, folder: &str) -> Listing {
        let listing = self.below.walk(folder);
        self.found.fetch_add(listing.files.len(), Ordering::Relaxed);
        listing
    }

    fn walk_each(&self, folder: &str, found: &mut dyn FnMut(String)) -> Vec<Finding> {
        self.below.walk_each(folder, &mut |path| {
            self.found.fetch_add(1, Ordering::Relaxed);
            found(path);
        })
    }

    fn files_in(&self, folder: &str) -> Listing {
        self.below.files_in(folder)
    }

    fn folder(&self, path: &str) -> Result<bool, Box<Finding>> {
        self.below.folder(path)
    }

    fn stray(&self, path: &str) -> Option<Finding> {
        self.below.stray(path)
    }

    fn mailmap(&self) -> String {
        self.below.mailmap()
    }

    fn has_file(&self, path: &str) -> bool {
        self.below.has_file(path)
    }

    fn shares_file(&self, path: &str) -> bool {
        self.below.shares_file(path)
    }

    fn expect(&self, paths: &[String], most: usize) {
        self.below.expect(paths, most);
    }

    fn read(&self, path: &str, most: usize) -> Result<Arc<SourceFile>, Box<Finding>> {
        self.read.fetch_add(1, Ordering::Relaxed);
        self.below.read(path, most)
    }
}
