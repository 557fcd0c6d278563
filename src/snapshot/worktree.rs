//! The files as they are on disk. Never follows a link out of the workspace, never writes.

mod folder;
mod ignore_file;
mod ignored;
mod tracked;
mod walk;

use std::fs::{self};
use std::sync::Arc;

use walk::{FolderWalk, cause, in_order};

use super::refusal::{self, is_ours};
use super::{Listing, Snapshot, decode, disk, git, unreadable};
use crate::finding::Finding;
use crate::finding::limit::FILE_SIZE;
use crate::source::{SourceFile, paths};
pub use folder::Worktree;
use folder::failure;
pub use walk::{files_named, plain_files};

impl Snapshot for Worktree {
    fn walk(&self, folder: &str) -> Listing {
        let mut files = Vec::new();
        let faults = self.walk_each(folder, &mut |path| files.push(path));
        files.sort_unstable();
        Listing { files, faults }
    }

    fn walk_each(&self, folder: &str, found: &mut dyn FnMut(String)) -> Vec<Finding> {
        match self.find(folder) {
            Ok(Some((named, real))) => {
                let (mut faults, empty) = FolderWalk::through(self, &named, &real, None, found);
                if !empty.is_empty() || self.tracked.is_partial() {
                    faults.extend(self.tracked.lacking(folder, &empty));
                }
                faults
            }
            Ok(None) if self.tracked.is_partial() => self.tracked.lacking(folder, &[]),
            Ok(None) => Vec::new(),
            Err(fault) => vec![*fault],
        }
    }

    fn walk_beside(&self, folder: &str) -> Vec<String> {
        let mut files = Vec::new();
        let but = self.locate(folder);
        let mut found = |path: String| files.extend(Some(path).filter(|it| !paths::is_in(folder, it)));
        FolderWalk::through(self, &self.root, &self.root, but.as_deref(), &mut found);
        files.sort_unstable();
        files
    }

    fn files_in(&self, folder: &str) -> Listing {
        let mut listing = Listing::default();
        let start = match self.find(folder) {
            Ok(Some((named, _))) => named,
            Ok(None) => {
                let partial = self.tracked.is_partial();
                let faults = if partial { self.tracked.lacking(folder, &[]) } else { Vec::new() };
                return Listing { faults, ..listing };
            }
            Err(fault) => return Listing { faults: vec![*fault], ..listing },
        };
        for entry in in_order(&start).min_depth(1).max_depth(1) {
            let path = match entry {
                Ok(entry) if entry.file_type().is_dir() => continue,
                Ok(entry) => entry.into_path(),
                Err(error) => {
                    let at = self.shown(error.path().unwrap_or(&start));
                    listing.faults.push(failure(&at, &cause(error)));
                    continue;
                }
            };
            match self.relative(&path) {
                Some(shown) if path.to_str().is_some() => listing.files.push(shown),
                Some(shown) if is_ours(&shown) => listing.faults.push(refusal::ODD_NAME.of(&shown)),
                _ => {}
            }
        }
        if listing.files.is_empty() || self.tracked.is_partial() {
            listing.faults.extend(self.tracked.lacking(folder, &[]));
        }
        listing
    }

    fn folder(&self, path: &str) -> Result<bool, Box<Finding>> {
        Ok(self.find(path)?.is_some())
    }

    fn stray(&self, path: &str) -> Option<Finding> {
        let on_disk = self.locate(path)?;
        let Ok(found) = fs::symlink_metadata(&on_disk) else {
            let faults = if self.tracked.is_partial() { self.tracked.lacking(path, &[]) } else { Vec::new() };
            return faults.into_iter().next();
        };
        let refusal = self.real(&on_disk, found.file_type()).err()?;
        Some(refusal.of(&self.shown(&on_disk)))
    }

    fn has_file(&self, path: &str) -> bool {
        self.locate(path)
            .and_then(|path| path.canonicalize().ok())
            .is_some_and(|target| disk::is_within(&self.root, &target) && target.is_file())
    }

    fn mailmap(&self) -> String {
        let Some(path) = self.tracked.repository().map(|top| top.join(git::MAILMAP)) else {
            return String::new();
        };
        // As git has it, a link is none.
        let bytes = disk::read_plain(&path, FILE_SIZE.usual);
        String::from_utf8_lossy(&bytes.unwrap_or_default()).into_owned()
    }

    fn shares_file(&self, path: &str) -> bool {
        let Some(named) = self.locate(path).filter(|_| self.has_file(path)) else { return false };
        let real = named.canonicalize().ok();
        // A link is a file of its own beside the one that it leads to.
        let link = named.parent().zip(named.file_name());
        let link = link.and_then(|(folder, name)| Some(folder.canonicalize().ok()?.join(name)));
        [link, real].iter().all(|path| path.as_ref().is_some_and(|path| self.tracked.would_see(path)))
    }

    fn read(&self, path: &str, most: usize) -> Result<Arc<SourceFile>, Box<Finding>> {
        let Some(on_disk) = self.locate(path) else {
            let help = "name a file of the workspace";
            return Err(Box::new(unreadable(path, "it is not inside the workspace", help)));
        };
        let failed = |error| Box::new(failure(path, &error));
        let kind = fs::symlink_metadata(&on_disk).map_err(failed)?.file_type();
        let real = self.real(&on_disk, kind).map_err(|refusal| Box::new(refusal.of(path)))?;
        match self.tracked.is_rewritten(&real) {
            Ok(false) => decode(path, disk::read_checked(&real, most).map_err(failed)?, most),
            Ok(true) => Err(Box::new(refusal::REWRITTEN.of(path))),
            Err(trouble) => {
                let why = format!("whether git keeps it as another text is not known: {trouble}");
                Err(Box::new(unreadable(path, &why, trouble.hint().unwrap_or("run the check again"))))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;

    use super::*;

    #[test]
    fn pipes_and_odd_names_are_told_and_never_opened() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["deals", "workflows"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        for name in ["deals/pipe.yaml", "deals/pipe", "workflows/pipe.toml"] {
            let made = std::process::Command::new("mkfifo").arg(folder.path().join(name)).status().unwrap();
            assert!(made.success());
        }
        for name in [&b"deals/caf\xe9.yaml"[..], b"deals/caf\xe9.txt", b"workflows/caf\xe9.toml"] {
            fs::write(folder.path().join(OsStr::from_bytes(name)), "name: x").unwrap();
        }
        let files = Worktree::open(folder.path()).unwrap();
        let said = |faults: &[Finding]| -> Vec<_> {
            faults
                .iter()
                .map(|fault| (fault.message.clone(), fault.help.clone().unwrap_or_default()))
                .collect()
        };
        let walked = files.walk("deals");
        assert_eq!(walked.files, [""; 0]);
        let told = said(&walked.faults);
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(told.iter().any(|(message, help)| message.contains("not UTF-8") && help == "rename it"));
        assert!(told.iter().any(|(message, _)| message.contains("not an ordinary file")));
        let listed = files.files_in("workflows");
        assert_eq!(listed.files, ["workflows/pipe.toml"]);
        assert_eq!(said(&listed.faults).len(), 1);
        assert!(files.stray("workflows/pipe.toml").is_some());
        assert!(files.stray("workflows/none.toml").is_none());
    }
}
