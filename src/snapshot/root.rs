//! Which folder above a path is the root of a workspace.

use std::fs::{self};
use std::path::{Path, PathBuf};

use crate::snapshot::{CONFIG_FILE, DEALS};

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
pub(super) fn top(folder: &Path) -> Option<&Path> {
    folder.ancestors().find(|folder| is_there(&folder.join(".git")))
}

/// Whether there is something of that name, be it a link to nowhere.
pub(super) fn is_there(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}
