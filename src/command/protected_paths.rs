//! Refuses output paths that are part of a workspace or of a repository, however a path is spelled.

use std::path::{Path, PathBuf};

use super::template_path;
use crate::error::Error;
use crate::snapshot::root::is_marked;
use crate::snapshot::worktree::Worktree;
use crate::source::paths;
use crate::workspace::{CONFIG_FILE, Config};

/// Refuses a deal, a workflow, the settings, a template: by what a path leads to, and by its name in any letter case, as
/// some systems read it.
pub(super) fn refuse_own(path: &Path) -> Result<(), Error> {
    let place = place(path);
    match place.ancestors().skip(1).filter(|root| is_marked(root)).find_map(|root| own(root, &place)) {
        Some(why) => Err(refused(path, why)),
        None => Ok(()),
    }
}

/// Refuses what lies in the repository itself.
pub(super) fn refuse_repository(path: &Path) -> Result<(), Error> {
    let is_git = |path: &Path| path.components().any(|part| part.as_os_str().eq_ignore_ascii_case(".git"));
    if is_git(&place(path)) { Err(refused(path, "it lies in `.git`")) } else { Ok(()) }
}

fn refused(path: &Path, why: &'static str) -> Error {
    Error::Refused { path: path.to_owned(), why, hint: "name another file" }
}

/// A path as all its ways of writing have it in common: in full, without links to its folder.
pub(super) fn place(path: &Path) -> PathBuf {
    let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    let folder = folder.canonicalize().or_else(|_| std::path::absolute(folder));
    folder.unwrap_or_default().join(path.file_name().unwrap_or_default())
}

/// What a place is in a workspace.
fn own(root: &Path, place: &Path) -> Option<&'static str> {
    let files = Worktree::open(root).ok()?;
    let config = Config::load(&files);
    let path = files.relative(place)?.to_lowercase();
    let is_in = |folder: &str| paths::is_in(&folder.to_lowercase(), &path);
    let ends = |kinds: &[&str]| path.rsplit_once('.').is_some_and(|(_, kind)| kinds.contains(&kind));
    if path.rsplit('/').next() == Some(CONFIG_FILE) {
        Some("it would be the settings of a workspace")
    } else if is_in(&config.workflows) && ends(&["toml", "yaml", "yml"]) {
        Some("it would be a workflow, or a test of one")
    } else if is_in(&config.deals) && ends(&["yaml", "yml"]) {
        Some("it would be a deal")
    } else if template_path::is_in(&config.templates.to_lowercase(), &path) {
        Some("it would be a template")
    } else {
        None
    }
}
