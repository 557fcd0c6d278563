//! Where the repository of a workspace is: found once, from the root of the workspace, and named in every call. Of the
//! files that are checked out none can pass for another repository.

use std::path::{Path, PathBuf};

use super::failure::GitFailure;
use super::index::{self, Tracked};
use super::program::Git;

/// The repository that a folder is in.
#[derive(Clone, Debug)]
pub(in crate::snapshot) struct RepositoryPlace {
    /// The folder that was asked about, links resolved.
    folder: PathBuf,
    /// The repository itself.
    pub(super) repository: PathBuf,
    /// The root of its files; `None` where it has none on disk.
    pub(super) top: Option<PathBuf>,
    /// Whether only the latest commits are here.
    pub(super) shallow: bool,
}

impl RepositoryPlace {
    /// Where a folder's repository is. What git itself would take for one is asked only whether it may be used.
    pub(in crate::snapshot) fn find(folder: &Path) -> Result<Self, GitFailure> {
        let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        let ceilings = std::env::var_os("GIT_CEILING_DIRECTORIES").unwrap_or_default();
        let ceilings: Vec<PathBuf> = std::env::split_paths(&ceilings).collect();
        let is_within = |above: &&Path| *above == folder || !ceilings.iter().any(|it| it == above);
        let above = || folder.ancestors().take_while(is_within);
        let is_bare = |folder: &&Path| folder.join("HEAD").is_file() && folder.join("objects").is_dir();
        let git = match above().find(|above| above.join(".git").symlink_metadata().is_ok()) {
            Some(top) => Git::at(top),
            // Only where nothing around it has files: else somebody may have committed it.
            None => Git::at(above().find(is_bare).ok_or(GitFailure::NoRepository)?)
                .with("safe.bareRepository=all"),
        };
        let what = "open the repository";
        let asked = [
            "rev-parse",
            "--is-bare-repository",
            "--is-shallow-repository",
            "--is-inside-work-tree",
            "--show-cdup",
            "--absolute-git-dir",
        ];
        let said = git.run(what, asked)?;
        let said = String::from_utf8_lossy(&said);
        let mut parts = said.trim_end_matches('\n').splitn(5, '\n');
        let mut yes = || parts.next() == Some("true");
        let (bare, shallow, inside) = (yes(), yes(), yes());
        let (up, repository) = (parts.next().unwrap_or_default(), parts.next());
        let (top, repository) = match (inside, bare) {
            (true, _) => {
                let top = git.folder().join(up).canonicalize().ok();
                (top, repository.unwrap_or_default().to_owned())
            }
            // Without files there is no way up to them.
            (false, true) => (None, [up, repository.unwrap_or_default()].join("\n").trim_end().to_owned()),
            (false, false) => {
                let said = "its files on disk lie elsewhere, as `core.worktree` says".to_owned();
                return Err(GitFailure::Failed { what, said });
            }
        };
        Ok(Self { folder, repository: repository.into(), top, shallow })
    }

    /// git in the folder that was asked about.
    pub(super) fn git(&self) -> Git {
        self.git_in(&self.folder)
    }

    /// git in a folder of the same repository.
    pub(super) fn git_in(&self, folder: &Path) -> Git {
        let folder = if self.top.is_some() { folder } else { self.repository.as_path() };
        Git::of(folder, &self.repository, self.top.as_deref())
    }

    /// Where the folder is in the repository, with `/` at its end; empty when that is its root.
    pub(super) fn prefix(&self) -> String {
        let below = self.top.as_ref().and_then(|top| self.folder.strip_prefix(top).ok());
        let parts = below.into_iter().flat_map(Path::components);
        parts.map(|part| part.as_os_str().to_string_lossy().into_owned() + "/").collect()
    }

    /// What git tracks below a folder of the same repository, by paths from there; it need not be there any more.
    pub(in crate::snapshot) fn tracked(&self, folder: &Path) -> Result<Vec<Tracked>, GitFailure> {
        index::tracked(&self.git_in(folder))
    }

    /// What of it git keeps as another text than the disk has.
    pub(in crate::snapshot) fn rewritten(&self, folder: &Path) -> Result<Vec<String>, GitFailure> {
        index::rewritten(&self.git_in(folder))
    }
}
