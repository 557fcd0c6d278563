//! The files as they are on disk. Never follows a link out of the workspace, never writes.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::{Listing, MAX_FILE_BYTES, Snapshot, decode, unreadable};
use crate::finding::Finding;
use crate::source::SourceFile;

/// A workspace on disk.
#[derive(Debug)]
pub struct Worktree {
    root: PathBuf,
}

impl Worktree {
    /// The workspace at a folder.
    pub fn open(root: &Path) -> io::Result<Self> {
        Ok(Self { root: root.canonicalize()? })
    }

    /// The folder, with all links resolved.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// A path relative to the root as findings show it; `None` when it is not inside.
    #[must_use]
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
        stays.then(|| self.root.join(inside))
    }

    /// Why a link must not be followed, if so.
    fn link_fault(&self, path: &Path) -> Option<&'static str> {
        match path.canonicalize() {
            Ok(target) if target.starts_with(&self.root) => None,
            Ok(_) => Some("it is a link that leads out of the workspace"),
            Err(_) => Some("it is a link to something that does not exist"),
        }
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
        let Some(start) = self.locate(folder).filter(|start| start.is_dir()) else { return Vec::new() };
        let mut refused = Vec::new();
        let mut refuse = |path: &Path, why: &str| {
            let shown = self.relative(path).unwrap_or_else(|| path.display().to_string());
            refused.push(unreadable(&shown, why, "replace it by the file itself, or remove it"));
        };
        let walk = ignore::WalkBuilder::new(&start)
            .ignore(false)
            .require_git(false)
            .follow_links(false)
            .sort_by_file_name(std::ffi::OsStr::cmp)
            .build();
        for entry in walk {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    refuse(&start, &error.to_string());
                    continue;
                }
            };
            let Some(kind) = entry.file_type() else { continue };
            if kind.is_symlink() {
                if let Some(why) = self.link_fault(entry.path()) {
                    refuse(entry.path(), why);
                } else if entry.path().is_file() {
                    self.relative(entry.path()).into_iter().for_each(&mut *found);
                } else {
                    self.walk_linked(entry.path(), found);
                }
            } else if kind.is_file() {
                self.relative(entry.path()).into_iter().for_each(&mut *found);
            }
        }
        refused
    }

    fn files_in(&self, folder: &str) -> Vec<String> {
        let Some(start) = self.locate(folder) else { return Vec::new() };
        walkdir::WalkDir::new(&start)
            .min_depth(1)
            .max_depth(1)
            .sort_by_file_name()
            .into_iter()
            .filter_map(Result::ok)
            .filter(|entry| entry.path().is_file())
            .filter_map(|entry| self.relative(entry.path()))
            .collect()
    }

    fn has_file(&self, path: &str) -> bool {
        self.locate(path)
            .and_then(|path| path.canonicalize().ok())
            .is_some_and(|target| target.starts_with(&self.root) && target.is_file())
    }

    fn read(&self, path: &str) -> Result<Arc<SourceFile>, Box<Finding>> {
        let fault = |why: &str, help: &str| Err(Box::new(unreadable(path, why, help)));
        let Some(on_disk) = self.locate(path) else {
            return fault("it is not inside the workspace", "name a file of the workspace");
        };
        match read_bounded(&on_disk) {
            Ok(bytes) => decode(path, bytes),
            // The walk shows what is no character as one that says so.
            Err(error) if error.kind() == io::ErrorKind::NotFound && path.contains('\u{fffd}') => {
                fault("its name is not UTF-8", "give it a name of letters and digits")
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                fault("it is not there any more", "run the check again")
            }
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                fault("you may not read it", "give yourself the right to read it")
            }
            Err(error) => fault(&error.to_string(), "check that it is an ordinary file"),
        }
    }
}

impl Worktree {
    /// Files below a folder that a link inside the workspace leads to. Links inside it are not followed again, so that
    /// circles end.
    fn walk_linked(&self, folder: &Path, found: &mut dyn FnMut(String)) {
        let below = walkdir::WalkDir::new(folder).follow_root_links(true).sort_by_file_name().into_iter();
        below
            .filter_map(Result::ok)
            .filter(|entry| entry.file_type().is_file())
            .filter_map(|entry| self.relative(entry.path()))
            .for_each(found);
    }
}

/// Whether a path is names with single `/` between them, on a system where that says all.
fn is_plain(path: &str) -> bool {
    cfg!(unix) && !path.split('/').any(|part| matches!(part, "" | "." | ".."))
}

/// At most one byte over the limit is read, so that a huge file costs no memory.
fn read_bounded(path: &Path) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(io::Error::other("it is not an ordinary file"));
    }
    let size = usize::try_from(metadata.len()).unwrap_or(usize::MAX);
    if (1..=MAX_FILE_BYTES).contains(&size) {
        // Room for just the text, which is kept as it is then; a file that grows meanwhile is read as it was.
        let mut bytes = vec![0; size];
        let mut length = 0;
        while length < size {
            match file.read(&mut bytes[length..]) {
                Ok(0) => break,
                Ok(more) => length += more,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        bytes.truncate(length);
        return Ok(bytes);
    }
    // Some file systems do not know the size before they are read.
    let mut bytes = Vec::new();
    file.take(MAX_FILE_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The root of the workspace that a folder belongs to: the nearest folder upwards with `dealgate.toml`, else the root
/// of the git work tree, else the folder itself.
#[must_use]
pub fn find_root(folder: &Path) -> PathBuf {
    let upwards = || folder.ancestors();
    upwards()
        .find(|folder| folder.join("dealgate.toml").is_file())
        .or_else(|| upwards().find(|folder| fs::symlink_metadata(folder.join(".git")).is_ok()))
        .unwrap_or(folder)
        .to_path_buf()
}
