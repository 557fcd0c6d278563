//! The files as they are on disk. Never follows a link out of the workspace, never writes.

mod ignored;
mod tracked;
mod walk;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs::{self, FileType};
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use tracked::TrackedFiles;
use walk::{FolderWalk, cause, in_order};

use super::refusal::{self, DENIED, Refusal, is_ours};
use super::{CONFIG_FILE, DEALS, Listing, Snapshot, decode, disk, git, unreadable};
use crate::finding::Finding;
use crate::finding::limit::FILE_SIZE;
use crate::source::{SourceFile, paths};

/// A workspace on disk.
#[derive(Debug)]
pub struct Worktree {
    root: PathBuf,
    tracked: TrackedFiles,
    /// Whether files in a folder may be read, which is asked once for all of them.
    folders: RwLock<BTreeMap<PathBuf, Result<(), Refusal>>>,
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
    fn locate(&self, path: &str) -> Option<PathBuf> {
        let inside = Path::new(path);
        let stays = is_plain(path)
            || inside.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
        (stays && !disk::enters_git(inside)).then(|| self.root.join(inside))
    }

    /// Why a link must not be followed, if so; else where it leads.
    fn target(&self, path: &Path) -> Result<PathBuf, Refusal> {
        match path.canonicalize() {
            Ok(target) if disk::is_within(&self.root, &target) => Ok(target),
            Ok(target) if target.starts_with(&self.root) => Err(refusal::INTO_GIT),
            Ok(_) => Err(refusal::LEADS_OUT),
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Err(DENIED),
            Err(_) => Err(refusal::LEADS_NOWHERE),
        }
    }

    /// Where the ordinary file is that something of the workspace leads to, or why it must not be read.
    fn real<'p>(&self, path: &'p Path, kind: FileType) -> Result<Cow<'p, Path>, Refusal> {
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
        let known = self.folders.read().unwrap_or_else(PoisonError::into_inner).get(folder).copied();
        known.unwrap_or_else(|| {
            let found = self.target(folder).map(|_| ());
            self.folders.write().unwrap_or_else(PoisonError::into_inner).insert(folder.to_owned(), found);
            found
        })
    }

    /// A path as findings show it. Nothing outside is ever walked.
    fn shown(&self, path: &Path) -> String {
        self.relative(path).unwrap_or_default()
    }

    /// Where a folder is by its name, and with links resolved; `None` where there is nothing of that name.
    fn find(&self, folder: &str) -> Result<Option<(PathBuf, PathBuf)>, Box<Finding>> {
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
fn failure(path: &str, error: &io::Error) -> Finding {
    match error.kind() {
        // A listing shows what is no character as one that says so.
        io::ErrorKind::NotFound if path.contains('\u{fffd}') => refusal::ODD_NAME.of(path),
        io::ErrorKind::NotFound => refusal::GONE.of(path),
        io::ErrorKind::PermissionDenied => DENIED.of(path),
        io::ErrorKind::IsADirectory => refusal::NO_FILE.of(path),
        _ => unreadable(path, &error.to_string(), "check that it is an ordinary file, or folder"),
    }
}

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
        decode(path, disk::read_checked(&real, most).map_err(failed)?, most)
    }
}

/// Whether a path is names with single `/` between them, on a system where that says all.
fn is_plain(path: &str) -> bool {
    cfg!(unix) && !path.split('/').any(|part| matches!(part, "" | "." | ".."))
}

/// The root of the workspace that a folder belongs to: the nearest folder upwards that is marked as one, else the root of
/// the git work tree, else the folder itself.
pub fn find_root(folder: &Path) -> PathBuf {
    find_marked(folder).or_else(|| top(folder)).unwrap_or(folder).to_path_buf()
}

/// The nearest folder upwards with the settings, or with what stands in their place, else with deals.
pub fn find_marked(folder: &Path) -> Option<&Path> {
    folder.ancestors().find(|folder| is_there(&folder.join(CONFIG_FILE))).or_else(|| {
        // What lies above a repository, or among the deals of one, marks nothing in it.
        let top = top(folder);
        let may_be = |folder: &&Path| {
            let below = top.map(|top| folder.strip_prefix(top));
            below.is_none_or(|below| below.is_ok_and(|it| it.iter().all(|part| part != DEALS)))
        };
        folder.ancestors().filter(may_be).find(|folder| folder.join(DEALS).is_dir())
    })
}

/// Whether a folder is marked as the root of a workspace.
pub fn is_marked(folder: &Path) -> bool {
    is_there(&folder.join(CONFIG_FILE)) || folder.join(DEALS).is_dir()
}

/// The root of the git work tree that a folder is in.
fn top(folder: &Path) -> Option<&Path> {
    folder.ancestors().find(|folder| is_there(&folder.join(".git")))
}

/// Whether there is something of that name, be it a link to nowhere.
fn is_there(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
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
