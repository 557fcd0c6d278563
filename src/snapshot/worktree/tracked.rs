//! What git has of a workspace on disk: whether it would see a file, and what it tracks and the disk lacks. Git is
//! asked only where something tells that the answer matters.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use ignore::Match;
use ignore::gitignore::Gitignore;

use super::ignore_file::{is_repository, read};
use crate::finding::Finding;
use crate::finding::limit::FILE_SIZE;
use crate::snapshot::git::{GitFailure, REWRITING, RepositoryPlace, Tracked};
use crate::snapshot::{disk, refusal, unreadable};
use crate::source::paths;

/// What git has of a workspace.
#[derive(Debug)]
pub(super) struct TrackedFiles {
    root: PathBuf,
    /// The repository around it, once that was asked for.
    place: OnceLock<Result<RepositoryPlace, GitFailure>>,
    listed: OnceLock<Result<BTreeMap<String, Tracked>, GitFailure>>,
    /// What git keeps as another text than the disk has, once that was asked for.
    rewritten: OnceLock<Result<BTreeSet<String>, GitFailure>>,
    /// By texts: to compare paths takes each apart.
    folders: Mutex<BTreeMap<OsString, Arc<Folder>>>,
}

/// What ignore rules say of a folder and what is in it.
#[derive(Debug)]
struct Folder {
    rules: Gitignore,
    is_left_out: bool,
    /// Whether attributes here or above may have git keep a file as another text than the disk has.
    may_rewrite: bool,
    above: Option<Arc<Folder>>,
}

impl Folder {
    fn leaves_out(&self, path: &Path, is_folder: bool) -> bool {
        match self.rules.matched(path, is_folder) {
            Match::Ignore(_) => true,
            Match::Whitelist(_) => false,
            Match::None => self.above.as_ref().is_some_and(|above| above.leaves_out(path, is_folder)),
        }
    }
}

impl TrackedFiles {
    pub(super) fn of(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
            place: OnceLock::new(),
            listed: OnceLock::new(),
            rewritten: OnceLock::new(),
            folders: Mutex::default(),
        }
    }

    /// Whether git would see a file, given with its links resolved: ignore rules do not leave it out, or it is tracked.
    pub(super) fn would_see(&self, path: &Path) -> bool {
        let Ok(inside) = path.strip_prefix(&self.root) else { return false };
        let (Some(folder), Some(inside)) = (path.parent(), inside.to_str()) else { return false };
        // What belongs to a repository itself is no file of it.
        if inside.split('/').any(|name| name.eq_ignore_ascii_case(".git")) {
            return false;
        }
        let folder = self.folder(folder);
        let is_left_out = folder.is_left_out || folder.leaves_out(path, path.is_dir());
        !is_left_out || self.listed().as_ref().is_ok_and(|listed| listed.contains_key(inside))
    }

    /// The rules that hold in a folder; each is read once.
    fn folder(&self, path: &Path) -> Arc<Folder> {
        let folders = || self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = folders().get(path.as_os_str()) {
            return Arc::clone(known);
        }
        let is_top = is_repository(path) || (path == self.root && self.repository().is_none());
        let above = path.parent().filter(|_| !is_top).map(|above| self.folder(above));
        let is_left_out =
            above.as_ref().is_some_and(|above| above.is_left_out || above.leaves_out(path, true));
        let rules = read(&path.join(".gitignore"));
        let may_rewrite = above.as_ref().is_some_and(|above| above.may_rewrite) || names_rewriting(path);
        let folder = Arc::new(Folder { rules, is_left_out, may_rewrite, above });
        folders().insert(path.into(), Arc::clone(&folder));
        folder
    }

    /// Whether git keeps a file, given with its links resolved, as another text than the disk has: what is read here then is
    /// not what was committed, and may say something else.
    pub(super) fn is_rewritten(&self, path: &Path) -> Result<bool, GitFailure> {
        if !path.parent().is_some_and(|folder| self.folder(folder).may_rewrite) {
            return Ok(false);
        }
        let rewritten = self.rewritten.get_or_init(|| match self.repository().map(|_| self.place()) {
            Some(Ok(place)) => place.rewritten(&self.root).map(BTreeSet::from_iter),
            None | Some(Err(GitFailure::NoRepository)) => Ok(BTreeSet::new()),
            Some(Err(trouble)) => Err(trouble),
        });
        let inside = path.strip_prefix(&self.root).ok().and_then(Path::to_str);
        rewritten
            .as_ref()
            .map(|rewritten| inside.is_some_and(|path| rewritten.contains(path)))
            .map_err(Clone::clone)
    }

    /// The root of the repository that the workspace is in.
    pub(super) fn repository(&self) -> Option<&Path> {
        self.root.ancestors().find(|folder| is_repository(folder))
    }

    /// Where the repository is, found once.
    pub(super) fn place(&self) -> Result<&RepositoryPlace, GitFailure> {
        self.place.get_or_init(|| RepositoryPlace::find(&self.root)).as_ref().map_err(Clone::clone)
    }

    fn listed(&self) -> &Result<BTreeMap<String, Tracked>, GitFailure> {
        self.listed.get_or_init(|| match self.repository().map(|_| self.place()?.tracked(&self.root)) {
            Some(Ok(files)) => Ok(files.into_iter().map(|file| (file.path.clone(), file)).collect()),
            None | Some(Err(GitFailure::NoRepository)) => Ok(BTreeMap::new()),
            Some(Err(trouble)) => Err(trouble),
        })
    }

    /// Whether something tells that not all that git tracks need be on disk: a sparse checkout, or submodules.
    pub(super) fn is_partial(&self) -> bool {
        let Some(top) = self.repository() else { return false };
        let git = top.join(".git");
        // Of a worktree or a submodule a file says where the repository is.
        let elsewhere = disk::read_plain(&git, FILE_SIZE.usual).and_then(|said| String::from_utf8(said).ok());
        let elsewhere = elsewhere.as_deref().and_then(|said| said.trim_end().strip_prefix("gitdir: "));
        let git = elsewhere.map_or(git, |path| top.join(path));
        git.join("info/sparse-checkout").exists() || top.join(".gitmodules").exists()
    }

    /// What git tracks in a folder, or in the place of one, and the disk lacks: what a sparse checkout leaves out, and
    /// submodules that are not there, also in one of some empty folders.
    pub(super) fn lacking(&self, folder: &str, empty: &[PathBuf]) -> Vec<Finding> {
        let listed = match self.listed() {
            Ok(listed) => listed,
            Err(trouble) => {
                let why = format!("whether git tracks what is not there is not known: {trouble}");
                return vec![unreadable(folder, &why, trouble.hint().unwrap_or("run the check again"))];
            }
        };
        let mut left_out = BTreeSet::new();
        let mut faults = Vec::new();
        for Tracked { path, is_submodule, is_left_out } in listed.values() {
            let here = self.root.join(path);
            let is_above = *is_submodule && (paths::is_in(path, folder) || empty.contains(&here));
            if !paths::is_in(folder, path) && !is_above {
                continue;
            }
            if *is_submodule && !is_repository(&here) {
                faults.push(refusal::NO_SUBMODULE.of(path));
            } else if *is_left_out && fs::symlink_metadata(&here).is_err() {
                // Of a folder that is left out as a whole its name says enough.
                let gone = here.ancestors().take_while(|above| fs::symlink_metadata(above).is_err()).last();
                let gone = gone.and_then(|gone| gone.strip_prefix(&self.root).ok()?.to_str());
                left_out.insert(gone.unwrap_or(path).to_owned());
            }
        }
        faults.extend(left_out.iter().map(|path| refusal::SPARSE.of(path)));
        faults
    }
}

/// Whether the attributes of a folder may have git rewrite files; such as cannot be read here may.
fn names_rewriting(folder: &Path) -> bool {
    let path = folder.join(".gitattributes");
    fs::symlink_metadata(&path).is_ok_and(|there| there.is_file())
        && disk::read_plain(&path, FILE_SIZE.usual)
            .is_none_or(|text| REWRITING.iter().any(|name| String::from_utf8_lossy(&text).contains(name)))
}
