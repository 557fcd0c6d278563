//! Goes through a folder on disk and what links in it lead to.

use std::borrow::Cow;
use std::fs::{self, FileType};
use std::io;
use std::path::{Path, PathBuf};

use super::folder::{Worktree, failure};
use super::ignored::IgnoreRules;
use crate::finding::Finding;
use crate::snapshot::link_limit::{LinkLimit, too_often};
use crate::snapshot::refusal::{self, Refusal, is_hidden, is_ours};
use crate::snapshot::unreadable;
use crate::source::names::is_yaml;

/// A walk through a folder of a workspace.
pub(super) struct FolderWalk<'w> {
    files: &'w Worktree,
    /// The folder that is walked, links resolved: what a link leads to in there is found without it.
    start: &'w Path,
    /// A folder in there that is not walked.
    but: Option<&'w Path>,
    found: &'w mut dyn FnMut(String),
    refused: Vec<Finding>,
    /// Folders in which nothing at all is, by their real paths: git keeps none such, but as the place of a submodule.
    empty: Vec<PathBuf>,
    linked: LinkLimit<PathBuf>,
}

impl FolderWalk<'_> {
    /// Hands out every file below a folder by its name, and tells what could not be listed, and which folders are
    /// empty.
    pub(super) fn through(
        files: &Worktree,
        named: &Path,
        real: &Path,
        but: Option<&Path>,
        found: &mut dyn FnMut(String),
    ) -> (Vec<Finding>, Vec<PathBuf>) {
        let mut walk = FolderWalk {
            files,
            start: real,
            but,
            found,
            refused: Vec::new(),
            empty: Vec::new(),
            linked: LinkLimit::default(),
        };
        walk.below(real, named, true);
        (walk.refused, walk.empty)
    }

    /// Hands out the files below a folder by the name under which it was come to. Folders that links lead to are gone
    /// through once; links in there are not followed again, so that circles end.
    fn below(&mut self, real: &Path, named: &Path, follow: bool) {
        let renamed = (real != named).then_some(named);
        let mut rules = IgnoreRules::above(real, &self.files.root);
        let mut entries = in_order(real).into_iter();
        while let Some(entry) = entries.next() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    let at = self.files.shown(&by_name(error.path().unwrap_or(real), real, renamed));
                    self.refused.push(failure(&at, &cause(error)));
                    continue;
                }
            };
            let (path, kind, depth) = (entry.path(), entry.file_type(), entry.depth());
            if !follow && !self.takes(path, named) {
                return;
            }
            let mut is_left_out =
                || is_hidden(entry.file_name()) || rules.leave_out(path, kind.is_dir(), depth);
            if depth > 0 && (is_left_out() || self.but == Some(path)) {
                if kind.is_dir() {
                    entries.skip_current_dir();
                }
            } else if kind.is_dir() {
                rules.enter(path, depth);
                if fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_none()) {
                    self.empty.push(path.to_owned());
                }
            } else {
                self.entry(&by_name(path, real, renamed), kind, follow);
            }
        }
        match rules.tracked(self.files, real) {
            Ok(tracked) => {
                for path in tracked {
                    self.tracked(&path, &by_name(&path, real, renamed), follow);
                }
            }
            Err((path, trouble)) => {
                let why = format!(
                    "an ignore rule leaves it out, and whether git tracks it is not known: {trouble}"
                );
                let at = self.files.shown(&by_name(path, real, renamed));
                self.refused.push(unreadable(&at, &why, trouble.hint().unwrap_or("run the check again")));
            }
        }
    }

    /// A file that git tracks though rules leave it out, as far as it is there.
    fn tracked(&mut self, real: &Path, named: &Path, follow: bool) {
        let folder = real.parent().unwrap_or(real);
        // Git does not know what stands on disk now: a folder may have become a link.
        if folder.canonicalize().is_ok_and(|there| there != folder) {
            return;
        }
        match fs::symlink_metadata(real).map(|metadata| metadata.file_type()) {
            Ok(kind) if kind.is_dir() => {}
            Ok(kind) => self.entry(named, kind, follow),
            Err(error) => {
                let shown = self.files.shown(named);
                let gone = matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory);
                if is_ours(&shown) && (!gone || shown.contains('\u{fffd}')) {
                    self.refused.push(failure(&shown, &error));
                }
            }
        }
    }

    fn entry(&mut self, path: &Path, kind: FileType, follow: bool) {
        if kind.is_file() {
            self.file(path);
        } else if !kind.is_symlink() {
            self.odd(path, refusal::NO_FILE);
        } else {
            self.link(path, follow);
        }
    }

    /// Whether what the link at a path leads to may still be listed.
    fn takes(&mut self, target: &Path, link: &Path) -> bool {
        let takes = self.linked.takes(target.to_owned());
        if !takes {
            self.refused.push(too_often(&self.files.shown(link)));
        }
        takes
    }

    fn link(&mut self, path: &Path, follow: bool) {
        if self.linked.is_full() {
            return;
        }
        match self.files.target(path) {
            Err(refusal) => self.refused.push(refusal.of(&self.files.shown(path))),
            Ok(target) if self.finds(&target, path) => {}
            Ok(target) if target.is_dir() && follow => self.below(&target, path, false),
            Ok(target) if target.is_dir() => {
                self.refused.push(refusal::LINK_BEHIND_LINK.of(&self.files.shown(path)));
            }
            Ok(target) if target.is_file() => {
                if self.takes(&target, path) {
                    self.file(path);
                }
            }
            Ok(_) => self.odd(path, refusal::NO_FILE),
        }
    }

    /// Whether the walk finds what a link leads to where it stands, as what it is by the link's name, or would go round in
    /// a circle.
    fn finds(&self, target: &Path, link: &Path) -> bool {
        let is_seen = |below: &Path| !below.iter().any(is_hidden);
        let circle = |start: &Path| start.starts_with(target);
        let shown = |path: &Path| path.to_string_lossy().into_owned();
        let is_same = || target.is_dir() || is_yaml(&shown(target)) || !is_yaml(&shown(link));
        let around = link.parent().and_then(|folder| folder.canonicalize().ok());
        circle(self.start)
            || around.is_some_and(|folder| circle(&folder))
            || (target.strip_prefix(self.start).is_ok_and(is_seen)
                && is_same()
                && self.files.tracked.would_see(target))
    }

    fn file(&mut self, path: &Path) {
        if path.to_str().is_none() {
            return self.odd(path, refusal::ODD_NAME);
        }
        if let Some(path) = self.files.relative(path) {
            (self.found)(path);
        }
    }

    /// What cannot be read matters only where it has the name of a file that would be.
    fn odd(&mut self, path: &Path, refusal: Refusal) {
        if is_ours(&path.to_string_lossy()) {
            self.refused.push(refusal.of(&self.files.shown(path)));
        }
    }
}

/// Everything below a folder, a folder's files in the order of their names: the paths before those are the same, and to
/// compare them whole costs less than to take the names out.
pub(super) fn in_order(folder: &Path) -> walkdir::WalkDir {
    walkdir::WalkDir::new(folder).sort_by(|one, other| one.path().as_os_str().cmp(other.path().as_os_str()))
}

/// The ordinary files in a folder that somebody named, by their names; hidden ones are left out.
pub fn plain_files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in in_order(folder).min_depth(1).max_depth(1) {
        let entry = entry.map_err(cause)?;
        if entry.file_type().is_file() && !is_hidden(entry.file_name()) {
            found.push(entry.into_path());
        }
    }
    Ok(found)
}

/// The ordinary files in a folder whose names start with a text, hidden ones too, as far as they can be listed.
pub fn files_named(folder: &Path, start: &str) -> Vec<PathBuf> {
    let entries = in_order(folder).min_depth(1).max_depth(1).into_iter().flatten();
    let named = entries.filter(|entry| {
        entry.file_type().is_file() && entry.file_name().to_str().is_some_and(|name| name.starts_with(start))
    });
    named.map(walkdir::DirEntry::into_path).collect()
}

/// The name under which a walk came to a path below a folder, where it came to that folder by another.
fn by_name<'p>(path: &'p Path, folder: &Path, renamed: Option<&Path>) -> Cow<'p, Path> {
    let joined = renamed.and_then(|named| Some(named.join(path.strip_prefix(folder).ok()?)));
    joined.map_or(Cow::Borrowed(path), Cow::Owned)
}

/// What went wrong, without the path on this machine.
pub(super) fn cause(error: walkdir::Error) -> io::Error {
    error.into_io_error().unwrap_or_else(|| io::ErrorKind::Other.into())
}
