//! The files as they are on disk. Never follows a link out of the workspace, never writes.

mod ignored;
mod walk;

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, OnceLock};

use walk::{Walk, cause, in_order};

use super::git::{Place, Trouble};
use super::refusal::{self, DENIED, Refusal, is_ours};
use super::{CONFIG_FILE, Listing, Snapshot, decode, unreadable};
use crate::finding::Finding;
use crate::source::{SourceFile, paths};

/// A workspace on disk.
#[derive(Debug)]
pub struct Worktree {
    root: PathBuf,
    /// The repository around it, once that was asked for.
    place: OnceLock<Result<Place, Trouble>>,
}

impl Worktree {
    /// The workspace at a folder.
    pub fn open(root: &Path) -> io::Result<Self> {
        Ok(Self { root: root.canonicalize()?, place: OnceLock::new() })
    }

    /// The folder, with all links resolved.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    fn place(&self) -> Result<&Place, Trouble> {
        self.place.get_or_init(|| Place::find(&self.root)).as_ref().map_err(Clone::clone)
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

    /// Why a link must not be followed, if so; else where it leads.
    fn target(&self, path: &Path) -> Result<PathBuf, Refusal> {
        match path.canonicalize() {
            Ok(target) if target.starts_with(&self.root) => Ok(target),
            Ok(_) => Err(refusal::LEADS_OUT),
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Err(DENIED),
            Err(_) => Err(refusal::LEADS_NOWHERE),
        }
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
            Ok(Some((named, real))) => Walk::through(self, &named, &real, None, found),
            Ok(None) => Vec::new(),
            Err(fault) => vec![*fault],
        }
    }

    fn walk_beside(&self, folder: &str) -> Vec<String> {
        let mut files = Vec::new();
        let but = self.locate(folder);
        let mut found = |path: String| files.extend(Some(path).filter(|it| !paths::is_in(folder, it)));
        Walk::through(self, &self.root, &self.root, but.as_deref(), &mut found);
        files.sort_unstable();
        files
    }

    fn files_in(&self, folder: &str) -> Listing {
        let mut listing = Listing::default();
        let start = match self.find(folder) {
            Ok(Some((named, _))) => named,
            Ok(None) => return listing,
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
        listing
    }

    fn folder(&self, path: &str) -> Result<bool, Box<Finding>> {
        Ok(self.find(path)?.is_some())
    }

    fn stray(&self, path: &str) -> Option<Finding> {
        let on_disk = self.locate(path)?;
        let kind = fs::symlink_metadata(&on_disk).ok()?.file_type();
        let real = if kind.is_symlink() { self.target(&on_disk) } else { Ok(on_disk.clone()) };
        let refusal = match real {
            Ok(real) if real.is_file() => return None,
            real => real.err().unwrap_or(refusal::NO_FILE),
        };
        Some(refusal.of(&self.shown(&on_disk)))
    }

    fn has_file(&self, path: &str) -> bool {
        self.locate(path)
            .and_then(|path| path.canonicalize().ok())
            .is_some_and(|target| target.starts_with(&self.root) && target.is_file())
    }

    fn read(&self, path: &str, most: usize) -> Result<Arc<SourceFile>, Box<Finding>> {
        let Some(on_disk) = self.locate(path) else {
            let help = "name a file of the workspace";
            return Err(Box::new(unreadable(path, "it is not inside the workspace", help)));
        };
        let bytes = read_bounded(&on_disk, most).map_err(|error| Box::new(failure(path, &error)))?;
        decode(path, bytes, most)
    }
}

/// Whether a path is names with single `/` between them, on a system where that says all.
fn is_plain(path: &str) -> bool {
    cfg!(unix) && !path.split('/').any(|part| matches!(part, "" | "." | ".."))
}

/// Room for nearly every deal, and for the read that finds its end: to ask for the size first would cost more.
const USUAL: usize = 4096;

/// At most one byte over the limit is read, so that a huge file costs no memory.
fn read_bounded(path: &Path, most: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(USUAL);
    File::open(path)?.take(most as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The root of the workspace that a folder belongs to: the nearest folder upwards with the settings, else the root
/// of the git work tree, else the folder itself.
#[must_use]
pub fn find_root(folder: &Path) -> PathBuf {
    let upwards = || folder.ancestors();
    upwards()
        .find(|folder| folder.join(CONFIG_FILE).is_file())
        .or_else(|| upwards().find(|folder| fs::symlink_metadata(folder.join(".git")).is_ok()))
        .unwrap_or(folder)
        .to_path_buf()
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
