//! A snapshot that reports its progress to an observer, and can be cancelled.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::{Listing, Snapshot, unreadable};
use crate::finding::Finding;
use crate::source::SourceFile;

/// A snapshot, how far the work on it has come, and whether it is still wanted.
pub struct ObservedSnapshot<'s> {
    below: &'s dyn Snapshot,
    stop: Option<&'s AtomicBool>,
    found: AtomicUsize,
    read: AtomicUsize,
}

impl<'s> ObservedSnapshot<'s> {
    /// Counts from now on.
    pub fn new(below: &'s dyn Snapshot) -> Self {
        Self { below, stop: None, found: AtomicUsize::new(0), read: AtomicUsize::new(0) }
    }

    /// Tells nothing more once `stop` is set: whoever works on it ends at once, and with nothing of worth.
    pub fn until(below: &'s dyn Snapshot, stop: &'s AtomicBool) -> Self {
        Self { stop: Some(stop), ..Self::new(below) }
    }

    /// How many files were read so far, and how many found.
    pub fn counts(&self) -> (usize, usize) {
        (self.read.load(Ordering::Relaxed), self.found.load(Ordering::Relaxed))
    }

    fn is_over(&self) -> bool {
        self.stop.is_some_and(|stop| stop.load(Ordering::Relaxed))
    }
}

impl Snapshot for ObservedSnapshot<'_> {
    fn revision(&self) -> Option<&str> {
        self.below.revision()
    }

    fn walk(&self, folder: &str) -> Listing {
        let listing = if self.is_over() { Listing::default() } else { self.below.walk(folder) };
        self.found.fetch_add(listing.files.len(), Ordering::Relaxed);
        listing
    }

    fn walk_each(&self, folder: &str, found: &mut dyn FnMut(String)) -> Vec<Finding> {
        if self.is_over() {
            return Vec::new();
        }
        self.below.walk_each(folder, &mut |path| {
            if !self.is_over() {
                self.found.fetch_add(1, Ordering::Relaxed);
                found(path);
            }
        })
    }

    fn walk_beside(&self, folder: &str) -> Vec<String> {
        if self.is_over() { Vec::new() } else { self.below.walk_beside(folder) }
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
        if !self.is_over() {
            self.below.expect(paths, most);
        }
    }

    fn read(&self, path: &str, most: usize) -> Result<Arc<SourceFile>, Box<Finding>> {
        if self.is_over() {
            return Err(Box::new(unreadable(path, "nobody waits for it any more", "ask again")));
        }
        self.read.fetch_add(1, Ordering::Relaxed);
        self.below.read(path, most)
    }
}
