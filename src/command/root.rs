//! Where the workspace is that a command means: upwards from what is named, on disk or at the revision that rules come
//! from.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::paths::normalized;
use crate::error::Error;
use crate::finding::wording::quote;
use crate::finding::{Code, Finding};
use crate::snapshot::git::{Commit, Repository};
use crate::snapshot::root::{find_marked, find_root};
use crate::snapshot::{CONFIG_FILE, Snapshot};

/// The folders from which a root is looked for: those of what is named, else the current one.
pub(super) struct Starts {
    here: PathBuf,
    folders: BTreeSet<PathBuf>,
}

impl Starts {
    pub(super) fn of<'p>(here: &Path, named: impl IntoIterator<Item = &'p Path>) -> Self {
        let folder = |path: &Path| {
            let path = normalized(&here.join(path));
            let start = if path.is_dir() { &path } else { path.parent().unwrap_or(&path) };
            // A link may lead to the workspace from elsewhere.
            match find_marked(start) {
                Some(_) => start.to_owned(),
                None => start.canonicalize().unwrap_or_else(|_| start.to_owned()),
            }
        };
        let mut folders: BTreeSet<PathBuf> = named.into_iter().map(folder).collect();
        if folders.is_empty() {
            folders.insert(here.to_owned());
        }
        Self { here: here.to_owned(), folders }
    }

    /// The root on disk. What lies in no workspace is looked at from the one that the current folder is in.
    pub(super) fn on_disk(&self) -> Result<PathBuf, Error> {
        let root = |start: &PathBuf| {
            let root = find_marked(start).map_or_else(|| find_root(&self.here), Path::to_owned);
            root.canonicalize().unwrap_or(root)
        };
        let roots = self.folders.iter().map(root).collect();
        only(&roots)
    }

    /// The root where a commit has it, and whether there are settings; `None` where nothing marks one there.
    fn at(
        &self,
        top: &Path,
        repository: &Repository,
        commit: &Commit,
    ) -> Result<Option<(PathBuf, bool)>, Error> {
        let (mut roots, mut settings) = (BTreeSet::new(), false);
        for start in &self.folders {
            let start = start.canonicalize().unwrap_or_else(|_| start.clone());
            let Ok(below) = start.strip_prefix(top) else { continue };
            if let Some(marked) = repository.marked(commit, below)? {
                roots.insert(top.join(marked.folder));
                settings |= marked.settings;
            }
        }
        if roots.is_empty() { Ok(None) } else { Ok(Some((only(&roots)?, settings))) }
    }
}

fn only(roots: &BTreeSet<PathBuf>) -> Result<PathBuf, Error> {
    let mut roots = roots.iter();
    match (roots.next(), roots.next()) {
        (Some(one), Some(other)) => Err(Error::Unknown {
            message: format!(
                "the paths lie in two workspaces, `{}` and `{}`",
                one.display(),
                other.display()
            ),
            hint: Some("check one workspace at a time".to_owned()),
        }),
        (root, _) => Ok(root.cloned().unwrap_or_default()),
    }
}

/// The root that a revision knows: whoever writes the files does not choose from where they are judged.
pub(super) struct Anchor {
    pub(super) root: PathBuf,
    /// That it is not the one that the files on disk would have.
    moved: Option<Finding>,
    /// How a message names the revision, where that has settings.
    settings_of: Option<String>,
}

impl Anchor {
    pub(super) fn of(
        starts: &Starts,
        on_disk: &Path,
        repository: &Repository,
        commit: &Commit,
        revision: &str,
    ) -> Result<Self, Error> {
        let revision = quote(revision);
        let none = |moved| Ok(Self { root: on_disk.to_owned(), moved, settings_of: None });
        let Some(top) = repository.top() else { return none(None) };
        let shown = |root: &Path| match root.strip_prefix(&top).unwrap_or(root).display().to_string() {
            root if root.is_empty() => "the repository's root".to_owned(),
            below => quote(&format!("{below}/")),
        };
        let Some((root, settings)) = starts.at(&top, repository, commit)? else {
            let finding = |elsewhere: String| {
                finding(format!(
                    "{revision} has a workspace in {}, and none in {}",
                    quote(&elsewhere),
                    shown(on_disk)
                ))
            };
            return none(repository.workspace_elsewhere(commit)?.map(finding));
        };
        if !root.is_dir() {
            return Err(Error::Unknown {
                message: format!("the workspace of {revision}, {}, is not there any more", shown(&root)),
                hint: Some("put its folder back".to_owned()),
            });
        }
        let (was, is) = (shown(&root), shown(on_disk));
        let moved = (root != on_disk).then(|| {
            finding(format!("the workspace of {revision} is {was}, and by these files it would be {is}"))
        });
        Ok(Self { root, moved, settings_of: settings.then_some(revision) })
    }

    /// What differs from where the revision has it.
    pub(super) fn moved(self, files: &dyn Snapshot) -> Option<Finding> {
        let gone = |revision: String| {
            let gone = !files.has_file(CONFIG_FILE);
            gone.then(|| {
                finding(format!("the `{CONFIG_FILE}` of {revision} is not here, or is no ordinary file"))
            })
        };
        self.moved.or_else(|| self.settings_of.and_then(gone))
    }
}

fn finding(message: String) -> Finding {
    let help = format!("put `{CONFIG_FILE}` and the folder of the deals back to where they were");
    Finding::new(Code::WorkspaceMoved, message).help(help)
}
