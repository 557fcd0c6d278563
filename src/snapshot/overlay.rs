//! A snapshot with one file replaced or added: an editor's unsaved text.

use std::sync::Arc;

use super::{Listing, Snapshot, decode};
use crate::finding::Finding;
use crate::source::{SourceFile, paths};

/// A snapshot, and a text that stands in it though nobody saved it.
pub struct Overlay<'s> {
    below: &'s dyn Snapshot,
    path: String,
    bytes: Vec<u8>,
}

impl<'s> Overlay<'s> {
    /// Lays the bytes of a file over a snapshot; its path is relative to the root.
    pub fn new(below: &'s dyn Snapshot, path: String, bytes: Vec<u8>) -> Self {
        Self { below, path, bytes }
    }

    /// The path of the file that is laid over.
    pub fn path(&self) -> &str {
        &self.path
    }

    fn with_own(&self, mut files: Vec<String>, is_there: bool) -> Vec<String> {
        if is_there && !files.contains(&self.path) {
            files.push(self.path.clone());
            files.sort_unstable();
        }
        files
    }
}

impl Snapshot for Overlay<'_> {
    fn revision(&self) -> Option<&str> {
        self.below.revision()
    }

    fn walk(&self, folder: &str) -> Listing {
        let Listing { files, faults } = self.below.walk(folder);
        let inside = paths::below(folder, &self.path).is_some();
        Listing { files: self.with_own(files, inside), faults }
    }

    fn files_in(&self, folder: &str) -> Listing {
        let directly = paths::below(folder, &self.path).is_some_and(|name| !name.contains('/'));
        let Listing { files, faults } = self.below.files_in(folder);
        Listing { files: self.with_own(files, directly), faults }
    }

    fn folder(&self, path: &str) -> Result<bool, Box<Finding>> {
        Ok(self.below.folder(path)? || paths::below(path, &self.path).is_some())
    }

    fn stray(&self, path: &str) -> Option<Finding> {
        if path == self.path { None } else { self.below.stray(path) }
    }

    fn mailmap(&self) -> String {
        self.below.mailmap()
    }

    fn has_file(&self, path: &str) -> bool {
        path == self.path || self.below.has_file(path)
    }

    fn shares_file(&self, path: &str) -> bool {
        path == self.path || self.below.shares_file(path)
    }

    fn expect(&self, paths: &[String], most: usize) {
        self.below.expect(paths, most);
    }

    fn read(&self, path: &str, most: usize) -> Result<Arc<SourceFile>, Box<Finding>> {
        if path == self.path { decode(path, self.bytes.clone(), most) } else { self.below.read(path, most) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::worktree::Worktree;

    #[test]
    fn the_unsaved_text_goes_before_the_saved_one_and_need_not_be_saved() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("deals/acme")).unwrap();
        std::fs::write(folder.path().join("deals/acme/b.yaml"), "saved").unwrap();
        let below = Worktree::open(folder.path()).unwrap();
        let text = |snapshot: &Overlay<'_>, path: &str| snapshot.read(path, 100).unwrap().text().to_owned();

        let over = Overlay::new(&below, "deals/acme/b.yaml".to_owned(), b"unsaved".to_vec());
        assert_eq!(text(&over, "deals/acme/b.yaml"), "unsaved");
        assert_eq!(over.walk("deals").files, ["deals/acme/b.yaml"]);

        let new = Overlay::new(&below, "deals/acme/a.yaml".to_owned(), b"new".to_vec());
        assert_eq!(new.walk("deals").files, ["deals/acme/a.yaml", "deals/acme/b.yaml"]);
        assert_eq!(new.files_in("deals/acme").files, ["deals/acme/a.yaml", "deals/acme/b.yaml"]);
        assert_eq!(new.walk("workflows").files, [""; 0]);
        assert!(new.has_file("deals/acme/a.yaml") && new.has_file("deals/acme/b.yaml"));
        assert_eq!(text(&new, "deals/acme/b.yaml"), "saved");
    }
}
