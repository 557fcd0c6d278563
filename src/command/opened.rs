//! Opens the workspace that a command was started in. The step that every command begins with.

use std::path::{Component, Path, PathBuf};

use super::{Global, today};
use crate::assess::{Selection, Workspace};
use crate::error::Error;
use crate::snapshot::Snapshot as _;
use crate::snapshot::worktree::{Worktree, find_root};
use crate::workspace::{CONFIG_FILE, Config};

/// A workspace on disk, and the folder that paths on the command line are relative to.
pub(super) struct Opened {
    files: Worktree,
    here: PathBuf,
}

impl Opened {
    /// The workspace that the current folder belongs to.
    pub(super) fn here() -> Result<Self, Error> {
        let unreachable = |cause| Error::Enter { path: PathBuf::from("."), cause };
        let here = std::env::current_dir().and_then(|here| here.canonicalize()).map_err(unreachable)?;
        let files = Worktree::open(&find_root(&here)).map_err(unreachable)?;
        Ok(Self { files, here })
    }

    /// The root of the workspace.
    pub(super) fn root(&self) -> &Path {
        self.files.root()
    }

    /// The workspace's settings and workflows.
    pub(super) fn workspace(&self, global: &Global) -> Result<Workspace<'_>, Error> {
        let config = if global.no_config { Config::default() } else { Config::load(&self.files) };
        let today = today(global.today, &config.timezone)?;
        Ok(Workspace::load(&self.files, config, today))
    }

    /// The part of the workspace that paths on the command line mean; without any, all of it.
    pub(super) fn selection(&self, paths: &[PathBuf]) -> Result<Selection, Error> {
        if paths.is_empty() {
            return Ok(Selection::Everything);
        }
        let resolved: Result<_, _> = paths.iter().map(|path| self.resolve(path)).collect();
        Ok(Selection::Paths(resolved?))
    }

    /// A path on the command line, relative to the root.
    fn resolve(&self, path: &Path) -> Result<String, Error> {
        let refuse = |why: &str| Error::Path { path: path.to_owned(), why: why.to_owned() };
        let on_disk = normalized(&self.here.join(path));
        let relative = self.files.relative(&on_disk).ok_or_else(|| {
            refuse(&format!("is outside the workspace at `{}`", self.files.root().display()))
        })?;
        if on_disk.is_dir() {
            return Ok(relative);
        }
        if std::fs::symlink_metadata(&on_disk).is_err() {
            return Err(refuse("does not exist"));
        }
        if !self.files.has_file(&relative) {
            return Err(refuse("is not an ordinary file of the workspace"));
        }
        let kind = on_disk.extension().and_then(|extension| extension.to_str());
        if matches!(kind, Some("yaml" | "yml" | "toml")) || relative == CONFIG_FILE {
            return Ok(relative);
        }
        Err(refuse("is neither a deal (`.yaml`, `.yml`) nor a workflow or settings (`.toml`)"))
    }

    /// Where the workspace's root is below the repository's, with `/` at its end; empty where they are the same.
    pub(super) fn prefix(&self) -> String {
        let root = self.files.root();
        let repository = root.ancestors().find(|folder| folder.join(".git").exists());
        let below = repository.and_then(|repository| root.strip_prefix(repository).ok());
        let parts = below.into_iter().flat_map(Path::components);
        let below: Vec<_> = parts.map(|part| part.as_os_str().to_string_lossy()).collect();
        if below.is_empty() { String::new() } else { below.join("/") + "/" }
    }
}

/// The path with `.` and `..` worked out by their words; links stay as they are.
fn normalized(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            part => out.push(part),
        }
    }
    out
}
