//! A snapshot with files replaced or added: the unsaved texts of an editor.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::{Listing, Snapshot, decode};
use crate::finding::Finding;
use crate::source::{SourceFile, paths};

/// A snapshot, and texts that stand in it though nobody saved them.
pub struct Overlay<'s> {
    below: &'s dyn Snapshot,
    texts: BTreeMap<String, Arc<[u8]>>,
    /// What was found directly in folders: who tries many texts of one file asks for its folder as often.
    listed: Mutex<BTreeMap<String, Listing>>,
}

impl<'s> Overlay<'s> {
    /// Lays the bytes of a file over a snapshot; its path is relative to the root.
    pub fn new(below: &'s dyn Snapshot, path: String, bytes: Vec<u8>) -> Self {
        Self::of(below, BTreeMap::from([(path, bytes.into())]))
    }

    /// The same of several files.
    pub fn of(below: &'s dyn Snapshot, texts: BTreeMap<String, Arc<[u8]>>) -> Self {
        Self { below, texts, listed: Mutex::default() }
    }

    /// The paths of the files that are laid over.
    pub fn paths(&self) -> Vec<String> {
        self.texts.keys().cloned().collect()
    }

    /// Files with those of its own that belong to them.
    fn with_own(&self, mut files: Vec<String>, belongs: impl Fn(&str) -> bool) -> Vec<String> {
        let known = files.len();
        for path in self.texts.keys().filter(|path| belongs(path)) {
            if files[..known].binary_search(path).is_err() {
                files.push(path.clone());
            }
        }
        if files.len() > known {
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
        Listing { files: self.with_own(files, |path| paths::below(folder, path).is_some()), faults }
    }

    fn files_in(&self, folder: &str) -> Listing {
        let mut listed = self.listed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = listed.get(folder) {
            return known.clone();
        }
        let directly = |path: &str| paths::below(folder, path).is_some_and(|name| !name.contains('/'));
        let Listing { files, faults } = self.below.files_in(folder);
        let found = Listing { files: self.with_own(files, directly), faults };
        listed.insert(folder.to_owned(), found.clone());
        found
    }

    fn folder(&self, path: &str) -> Result<bool, Box<Finding>> {
        Ok(self.below.folder(path)? || self.texts.keys().any(|own| paths::below(path, own).is_some()))
    }

    fn stray(&self, path: &str) -> Option<Finding> {
        if self.texts.contains_key(path) { None } else { self.below.stray(path) }
    }

    fn mailmap(&self) -> String {
        self.below.mailmap()
    }

    fn has_file(&self, path: &str) -> bool {
        self.texts.contains_key(path) || self.below.has_file(path)
    }

    fn shares_file(&self, path: &str) -> bool {
        self.texts.contains_key(path) || self.below.shares_file(path)
    }

    fn expect(&self, paths: &[String], most: usize) {
        self.below.expect(paths, most);
    }

    fn read(&self, path: &str, most: usize) -> Result<Arc<SourceFile>, Box<Finding>> {
        match self.texts.get(path) {
            Some(bytes) => {
                let mut file = decode(path, bytes.to_vec(), most)?;
                if let Some(file) = Arc::get_mut(&mut file) {
                    file.unsave();
                }
                Ok(file)
            }
            None => self.below.read(path, most),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::snapshot::texts::Texts;
    use crate::snapshot::worktree::Worktree;

    /// Files that count how often their folder is listed.
    #[derive(Default)]
    struct Counted(Texts, AtomicUsize);

    impl Snapshot for Counted {
        fn walk(&self, folder: &str) -> Listing {
            self.0.walk(folder)
        }

        fn files_in(&self, folder: &str) -> Listing {
            self.1.fetch_add(1, Ordering::Relaxed);
            self.0.files_in(folder)
        }

        fn stray(&self, path: &str) -> Option<Finding> {
            self.0.stray(path)
        }

        fn has_file(&self, path: &str) -> bool {
            self.0.has_file(path)
        }

        fn read(&self, path: &str, most: usize) -> Result<Arc<SourceFile>, Box<Finding>> {
            self.0.read(path, most)
        }
    }

    #[test]
    fn a_folder_is_listed_once_for_all_texts_that_are_tried() {
        let mut files = Counted::default();
        files.0.add("deals/a.yaml".to_owned(), "name: A".to_owned());
        let open = Overlay::new(&files, "deals/b.yaml".to_owned(), b"name: B".to_vec());
        for number in 0..10 {
            let tried = Overlay::new(&open, format!("deals/c{number}.yaml"), b"name: C".to_vec());
            let own = format!("deals/c{number}.yaml");
            assert_eq!(tried.files_in("deals").files, ["deals/a.yaml", "deals/b.yaml", &own]);
        }
        assert_eq!(files.1.load(Ordering::Relaxed), 1);
    }

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
