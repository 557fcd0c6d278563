//! The files as they are on disk. Never follows a link out of the workspace, never writes.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::{Listing, Snapshot, decode, unreadable};
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

    /// Why a link must not be followed, if so; else where it leads.
    fn target(&self, path: &Path) -> Result<PathBuf, &'static str> {
        match path.canonicalize() {
            Ok(target) if target.starts_with(&self.root) => Ok(target),
            Ok(_) => Err("it is a link that leads out of the workspace"),
            Err(_) => Err("it is a link to something that does not exist"),
        }
    }

    fn refusal(&self, path: &Path, why: &str) -> Finding {
        let shown = self.relative(path).unwrap_or_else(|| path.display().to_string());
        let help = if why == ODD_NAME { "rename it" } else { "replace it by the file itself, or remove it" };
        unreadable(&shown, why, help)
    }
}

/// Why a file is not read whose name cannot be written down.
const ODD_NAME: &str = "its name is not UTF-8";

impl Snapshot for Worktree {
    fn walk(&self, folder: &str) -> Listing {
        let mut files = Vec::new();
        let faults = self.walk_each(folder, &mut |path| files.push(path));
        files.sort_unstable();
        Listing { files, faults }
    }

    fn walk_beside(&self, folder: &str) -> Listing {
        let mut files = Vec::new();
        let left_out = self.locate(folder);
        let mut found = |path| files.push(path);
        let mut walk =
            Walk { files: self, start: &self.root, left_out, found: &mut found, refused: Vec::new() };
        walk.below(&self.root, &self.root, true);
        let faults = walk.refused;
        files.sort_unstable();
        Listing { files, faults }
    }

    fn walk_each(&self, folder: &str, found: &mut dyn FnMut(String)) -> Vec<Finding> {
        let Some(start) = self.locate(folder).filter(|start| start.is_dir()) else { return Vec::new() };
        match self.target(&start) {
            Ok(real) => {
                let refused = Vec::new();
                let mut walk = Walk { files: self, start: &real, left_out: None, found, refused };
                walk.below(&real, &start, true);
                walk.refused
            }
            Err(why) => vec![self.refusal(&start, why)],
        }
    }

    fn files_in(&self, folder: &str) -> Listing {
        let Some(start) = self.locate(folder).filter(|start| start.is_dir()) else {
            return Listing::default();
        };
        if let Err(why) = self.target(&start) {
            return Listing { files: Vec::new(), faults: vec![self.refusal(&start, why)] };
        }
        let mut listing = Listing::default();
        let entries = walkdir::WalkDir::new(&start).min_depth(1).max_depth(1).sort_by_file_name();
        for entry in entries.into_iter().filter_map(Result::ok).filter(|entry| !entry.file_type().is_dir()) {
            match self.relative(entry.path()) {
                Some(path) if entry.path().to_str().is_some() => listing.files.push(path),
                Some(path) if is_ours(&path) => listing.faults.push(self.refusal(entry.path(), ODD_NAME)),
                _ => {}
            }
        }
        listing
    }

    fn stray(&self, path: &str) -> Option<Finding> {
        let on_disk = self.locate(path)?;
        let kind = fs::symlink_metadata(&on_disk).ok()?.file_type();
        let real = if kind.is_symlink() { self.target(&on_disk) } else { Ok(on_disk.clone()) };
        match real {
            Ok(real) if real.is_file() => None,
            Ok(_) => Some(self.refusal(&on_disk, "it is not an ordinary file")),
            Err(why) => Some(self.refusal(&on_disk, why)),
        }
    }

    fn has_file(&self, path: &str) -> bool {
        self.locate(path)
            .and_then(|path| path.canonicalize().ok())
            .is_some_and(|target| target.starts_with(&self.root) && target.is_file())
    }

    fn read(&self, path: &str, most: usize) -> Result<Arc<SourceFile>, Box<Finding>> {
        let fault = |why: &str, help: &str| Err(Box::new(unreadable(path, why, help)));
        let Some(on_disk) = self.locate(path) else {
            return fault("it is not inside the workspace", "name a file of the workspace");
        };
        match read_bounded(&on_disk, most) {
            Ok(bytes) => decode(path, bytes, most),
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

/// A walk through a folder of a workspace.
struct Walk<'w> {
    files: &'w Worktree,
    /// The folder that is walked, links resolved: what a link leads to in there is found without it.
    start: &'w Path,
    /// A folder in there that is not gone through.
    left_out: Option<PathBuf>,
    found: &'w mut dyn FnMut(String),
    refused: Vec<Finding>,
}

impl Walk<'_> {
    /// Hands out the files below a folder by the name under which it was come to. Folders that links lead to are gone
    /// through once; links in there are not followed again, so that circles end.
    fn below(&mut self, real: &Path, named: &Path, follow: bool) {
        let mut walk = ignore::WalkBuilder::new(real);
        walk.ignore(false).require_git(false).follow_links(false).sort_by_file_name(std::ffi::OsStr::cmp);
        if let Some(left_out) = self.left_out.clone() {
            walk.filter_entry(move |entry| entry.path() != left_out);
        }
        for entry in walk.build() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    self.refused.push(self.files.refusal(named, &error.to_string()));
                    continue;
                }
            };
            let Some(kind) = entry.file_type() else { continue };
            if kind.is_dir() {
                continue;
            }
            let renamed =
                (real != named).then(|| entry.path().strip_prefix(real).ok().map(|it| named.join(it)));
            let path = renamed.flatten().unwrap_or_else(|| entry.path().to_owned());
            if kind.is_file() {
                self.file(&path);
            } else if !kind.is_symlink() {
                self.odd(&path, "it is not an ordinary file");
            } else if follow {
                self.link(&path);
            }
        }
    }

    fn link(&mut self, path: &Path) {
        match self.files.target(path) {
            Err(why) => self.refused.push(self.files.refusal(path, why)),
            // What it leads to is found where it stands.
            Ok(target) if target.starts_with(self.start) || self.start.starts_with(&target) => {}
            Ok(target) if target.is_dir() => self.below(&target, path, false),
            Ok(target) if target.is_file() => self.file(path),
            Ok(_) => self.odd(path, "it is not an ordinary file"),
        }
    }

    fn file(&mut self, path: &Path) {
        if path.to_str().is_none() {
            return self.odd(path, ODD_NAME);
        }
        if let Some(path) = self.files.relative(path) {
            (self.found)(path);
        }
    }

    /// What cannot be read matters only where it has the name of a file that would be.
    fn odd(&mut self, path: &Path, why: &str) {
        if is_ours(&path.to_string_lossy()) {
            self.refused.push(self.files.refusal(path, why));
        }
    }
}

/// Whether a file has the name of one that is read.
fn is_ours(path: &str) -> bool {
    matches!(path.rsplit_once('.'), Some((_, "yaml" | "yml" | "toml")))
}

/// Whether a path is names with single `/` between them, on a system where that says all.
fn is_plain(path: &str) -> bool {
    cfg!(unix) && !path.split('/').any(|part| matches!(part, "" | "." | ".."))
}

/// At most one byte over the limit is read, so that a huge file costs no memory.
fn read_bounded(path: &Path, most: usize) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(io::Error::other("it is not an ordinary file"));
    }
    let size = usize::try_from(metadata.len()).unwrap_or(usize::MAX);
    if (1..=most).contains(&size) {
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
    file.take(most as u64 + 1).read_to_end(&mut bytes)?;
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
