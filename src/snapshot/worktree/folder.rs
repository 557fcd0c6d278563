//! A workspace's folder on disk: where its paths lead, and what must not be followed.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, FileType};
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::{PoisonError, RwLock};

use crate::finding::Finding;
use crate::snapshot::refusal::{self, DENIED, Refusal};
use crate::snapshot::worktree::tracked::TrackedFiles;
use crate::snapshot::{disk, unreadable};

/// A workspace on disk.
#[derive(Debug)]
pub struct Worktree {
    pub(super) root: PathBuf,
    pub(super) tracked: TrackedFiles,
    /// Whether files in a folder may be read, which is asked once for all of them. By texts: to compare paths takes each
    /// apart.
    folders: RwLock<BTreeMap<OsString, Result<(), Refusal>>>,
}

impl Worktree {
    /// The workspace at a folder.
    pub fn open(root: &Path) -> io::Result<Self> {
        let root = root.canonicalize()?;
        Ok(Self { tracked: TrackedFiles::of(&root), folders: RwLock::default(), root })
    }

    /// The folder, with all links resolved.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// A path relative to the root as findings show it; `None` when it is not inside.
    pub fn relative(&self, path: &Path) -> Option<String> {
        // A walk finds plain paths only; taking each apart and together again costs more than finding it.
        if let (Some(root), Some(path)) = (self.root.to_str(), path.to_str())
            && let Some(inside) = path.strip_prefix(root).and_then(|rest| rest.strip_prefix('/'))
            && is_plain(inside)
        {
            return Some(inside.to_owned());
        }
        let inside = path.strip_prefix(&self.root).ok()?;
        let parts: Option<Vec<_>> = inside
            .components()
            .map(|part| match part {
                Component::Normal(name) => Some(name.to_string_lossy()),
                _ => None,
            })
            .collect();
        Some(parts?.join("/"))
    }

    /// Where a path of the workspace is on disk; `None` when it could lead out by its own words.
    pub(super) fn locate(&self, path: &str) -> Option<PathBuf> {
        let inside = Path::new(path);
        let stays = is_plain(path)
            || inside.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
        (stays && !disk::enters_git(inside)).then(|| self.root.join(inside))
    }

    /// Why a link must not be followed, if so; else where it leads.
    pub(super) fn target(&self, path: &Path) -> Result<PathBuf, Refusal> {
        match path.canonicalize() {
            Ok(target) if disk::is_within(&self.root, &target) => Ok(target),
            Ok(target) if target.starts_with(&self.root) => Err(refusal::INTO_GIT),
            Ok(_) => Err(refusal::LEADS_OUT),
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Err(DENIED),
            Err(_) => Err(refusal::LEADS_NOWHERE),
        }
    }

    /// Where the ordinary file is that something of the workspace leads to, or why it must not be read.
    pub(super) fn real<'p>(&self, path: &'p Path, kind: FileType) -> Result<Cow<'p, Path>, Refusal> {
        if kind.is_symlink() {
            let target = self.target(path)?;
            return if target.is_file() { Ok(Cow::Owned(target)) } else { Err(refusal::NO_FILE) };
        }
        self.folder_of(path)?;
        if kind.is_file() { Ok(Cow::Borrowed(path)) } else { Err(refusal::NO_FILE) }
    }

    /// Why nothing in the folder of a path must be read, if so.
    fn folder_of(&self, path: &Path) -> Result<(), Refusal> {
        let Some(folder) = path.parent().filter(|folder| *folder != self.root) else { return Ok(()) };
        let known = {
            let folders = self.folders.read().unwrap_or_else(PoisonError::into_inner);
            folders.get(folder.as_os_str()).copied()
        };
        known.unwrap_or_else(|| {
            let found = self.target(folder).map(|_| ());
            self.folders.write().unwrap_or_else(PoisonError::into_inner).insert(folder.into(), found);
            found
        })
    }

    /// A path as findings show it. Nothing outside is ever walked.
    pub(super) fn shown(&self, path: &Path) -> String {
        self.relative(path).unwrap_or_default()
    }

    /// Where a folder is by its name, and with links resolved; `None` where there is nothing of that name.
    pub(super) fn find(&self, folder: &str) -> Result<Option<(PathBuf, PathBuf)>, Box<Finding>> {
        let Some(named) = self.locate(folder) else { return Ok(None) };
        if let Ok(real) = self.target(&named)
            && real.is_dir()
        {
            return Ok(Some((named, real)));
        }
        let mut above: Vec<&Path> = named.ancestors().take_while(|above| *above != self.root).collect();
        above.reverse();
        for above in above {
            let refusal = match fs::symlink_metadata(above) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
                Err(error) => return Err(Box::new(failure(&self.shown(above), &error))),
                Ok(metadata) if metadata.is_symlink() => match self.target(above) {
                    Ok(real) if real.is_dir() => continue,
                    target => target.err().unwrap_or(refusal::NO_FOLDER),
                },
                Ok(metadata) if metadata.is_dir() => continue,
                Ok(_) => refusal::NO_FOLDER,
            };
            return Err(Box::new(refusal.of_folder(&self.shown(above))));
        }
        Ok(None)
    }
}

/// The finding about something that could not be opened or listed.
pub(super) fn failure(path: &str, error: &io::Error) -> Finding {
    match error.kind() {
        // A listing shows what is no character as one that says so.
        io::ErrorKind::NotFound if path.contains('\u{fffd}') => refusal::ODD_NAME.of(path),
        io::ErrorKind::NotFound => refusal::GONE.of(path),
        io::ErrorKind::PermissionDenied => DENIED.of(path),
        io::ErrorKind::IsADirectory => refusal::NO_FILE.of(path),
        _ => unreadable(path, &error.to_string(), "check that it is an ordinary file, or folder"),
    }
}

/// Whether a path is names with single `/` between them, on a system where that says all.
pub(super) fn is_plain(path: &str) -> bool {
    cfg!(unix) && !path.split('/').any(|part| matches!(part, "" | "." | ".."))
}
