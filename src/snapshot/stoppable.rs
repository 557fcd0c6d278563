//! A snapshot of which nothing more is told once somebody says so: whoever works on it ends at once, and with nothing of
//! worth.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{Listing, Snapshot, unreadable};
use crate::finding::Finding;
use crate::source::SourceFile;

/// A snapshot, and whether it is still wanted.
pub struct StoppableSnapshot<'s> {
    below: &'s dyn Snapshot,
    stop: &'s AtomicBool,
}

impl<'s> StoppableSnapshot<'s> {
    /// Tells of a snapshot until it is told to stop.
    pub fn new(below: &'s dyn Snapshot, stop: &'s AtomicBool) -> Self {
        Self { below, stop }
    }

    fn is_over(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

impl Snapshot for StoppableSnapshot<'_> {
    fn revision(&self) -> Option<&str> {
        self.below.revision()
    }

    fn walk(&self, folder: &str) -> Listing {
        if self.is_over() { Listing::default() } else { self.below.walk(folder) }
    }

    fn walk_each(&self, folder: &str, found: &mut dyn FnMut(String)) -> Vec<Finding> {
        if self.is_over() {
            return Vec::new();
        }
        self.below.walk_each(folder, &mut |path| {
            if !self.is_over() {
                found(path);
            }
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
        if !self.is_over() {
            self.below.expect(paths, most);
        }
    }

    fn read(&self, path: &str, most: usize) -> Result<Arc<SourceFile>, Box<Finding>> {
        if self.is_over() {
            return Err(Box::new(unreadable(path, "nobody waits for it any more", "ask again")));
        }
        self.below.read(path, most)
    }
}
