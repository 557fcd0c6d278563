//! Opens files of the disk to read, and says which paths lead out of a workspace. Nothing else opens any to read.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Component, Path, PathBuf};

use super::root::find_root;

/// Room for nearly every deal, and for the read that finds its end: to ask for the size first would cost more.
const USUAL: usize = 4096;

/// The bytes of an ordinary file, links followed. At most one byte over the limit is read, so that a huge file costs no
/// memory.
pub fn read(path: &Path, most: usize) -> io::Result<Vec<u8>> {
    // Whoever opens a pipe waits for somebody who writes.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is not an ordinary file"));
    }
    read_checked(path, most)
}

/// The same for a file that is known to be an ordinary one.
pub(super) fn read_checked(path: &Path, most: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(USUAL);
    File::open(path)?.take(most as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The bytes of an ordinary file of so many bytes at the most that is no link: what git believes of the files it looks
/// for by their names. `None`: there is none.
pub(super) fn read_plain(path: &Path, most: usize) -> Option<Vec<u8>> {
    let is_plain = fs::symlink_metadata(path).is_ok_and(|there| there.is_file());
    is_plain.then(|| read_checked(path, most).ok()).flatten().filter(|bytes| bytes.len() <= most)
}

/// Keeps other commands that change files from doing so between a look at a file and its replacement, as long as it is
/// held. `None` where folders cannot be locked: then whoever comes later sees the file changed, but for that moment.
pub fn lock(folder: &Path) -> Option<File> {
    let folder = File::open(folder).ok()?;
    folder.lock().ok().map(|()| folder)
}

/// Whether an ordinary file may be opened to read.
pub(super) fn opens(path: &Path) -> bool {
    path.is_file() && File::open(path).is_ok()
}

/// Whether a path without links lies in a folder and in no repository's own files there.
pub fn is_within(root: &Path, real: &Path) -> bool {
    real.strip_prefix(root).is_ok_and(|inside| !enters_git(inside))
}

/// Whether a path leads through a repository's own files. Some systems take letters of either case.
pub(super) fn enters_git(path: &Path) -> bool {
    path.iter().any(|name| name.eq_ignore_ascii_case(".git"))
}

/// Where a path leads that somebody named, and whether a link that stands in the workspace takes it out of there or into
/// `.git`: a repository may hold links, and nobody who names `out/report.json` means a place outside.
#[derive(Debug, PartialEq, Eq)]
pub struct PathTarget {
    /// Whether such a link stands on it.
    pub strays: bool,
    /// Whether it ends in the workspace.
    pub is_inside: bool,
}

impl PathTarget {
    /// Follows a path as the system does, from the current folder.
    pub fn of(path: &Path) -> io::Result<Self> {
        let here = std::env::current_dir()?.canonicalize()?;
        let root = find_root(&here);
        let mut way = Self { strays: false, is_inside: true };
        let mut at = if path.is_absolute() { PathBuf::new() } else { here };
        for part in path.components() {
            match part {
                Component::CurDir => {}
                Component::ParentDir => {
                    at.pop();
                }
                part => {
                    let next = at.join(part);
                    let is_link = fs::symlink_metadata(&next).is_ok_and(|there| there.is_symlink());
                    // A link to nothing ends the way: nothing is written there.
                    let real = if is_link { next.canonicalize().unwrap_or_default() } else { next };
                    way.strays |= is_link && at.starts_with(&root) && !is_within(&root, &real);
                    at = real;
                }
            }
        }
        way.is_inside = at.starts_with(&root);
        Ok(way)
    }
}
