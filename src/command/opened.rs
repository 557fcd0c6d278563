//! Opens the workspace that a command was started in. The step that every command begins with.

use std::path::{Component, Path, PathBuf};

use super::{Global, today};
use crate::assess::{Selection, Workspace};
use crate::error::Error;
use crate::snapshot::Snapshot;
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
        self.workspace_on(&self.files, global)
    }

    /// The same with files from elsewhere, as when an editor's text is laid over them.
    pub(super) fn workspace_on<'s>(
        &'s self,
        snapshot: &'s dyn Snapshot,
        global: &Global,
    ) -> Result<Workspace<'s>, Error> {
        let config = if global.no_config { Config::default() } else { Config::load(snapshot) };
        let today = today(global.today, &config.timezone)?;
        Ok(Workspace::load(snapshot, config, today))
    }

    /// The files.
    pub(super) fn snapshot(&self) -> &dyn Snapshot {
        &self.files
    }

    /// The settings alone.
    pub(super) fn settings(&self, global: &Global) -> Config {
        if global.no_config { Config::default() } else { Config::load(&self.files) }
    }

    /// Whether a path on the command line leads to something on disk.
    pub(super) fn leads_somewhere(&self, path: &Path) -> bool {
        self.here.join(path).exists()
    }

    /// A path on the command line for a text that need not be on disk, relative to the root.
    pub(super) fn path_of_unsaved(&self, path: &Path) -> Result<String, Error> {
        let on_disk = normalized(&self.here.join(path));
        let relative = self.relative(path, &on_disk)?;
        match kind(&on_disk) {
            Some("yaml" | "yml" | "toml") if !on_disk.is_dir() => Ok(relative),
            _ => Err(refuse(
                path,
                "names neither a deal (`.yaml`, `.yml`) nor a workflow or settings (`.toml`)",
            )),
        }
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
    pub(super) fn resolve(&self, path: &Path) -> Result<String, Error> {
        let on_disk = normalized(&self.here.join(path));
        let relative = self.relative(path, &on_disk)?;
        if on_disk.is_dir() {
            return Ok(relative);
        }
        if std::fs::symlink_metadata(&on_disk).is_err() {
            return Err(refuse(path, "does not exist"));
        }
        if !self.files.has_file(&relative) {
            return Err(refuse(path, "is not an ordinary file of the workspace"));
        }
        if matches!(kind(&on_disk), Some("yaml" | "yml" | "toml")) || relative == CONFIG_FILE {
            return Ok(relative);
        }
        Err(refuse(path, "is neither a deal (`.yaml`, `.yml`) nor a workflow or settings (`.toml`)"))
    }

    fn relative(&self, written: &Path, on_disk: &Path) -> Result<String, Error> {
        let inside = self.files.relative(on_disk).or_else(|| self.through_a_link(on_disk));
        inside.ok_or_else(|| {
            refuse(written, &format!("is outside the workspace at `{}`", self.files.root().display()))
        })
    }

    /// The same for a path that comes to the workspace by way of a link.
    fn through_a_link(&self, on_disk: &Path) -> Option<String> {
        let mut folders: Vec<_> = on_disk.ancestors().collect();
        folders.reverse();
        folders.into_iter().find_map(|folder| {
            let real = folder.canonicalize().ok().filter(|real| real.starts_with(self.files.root()))?;
            self.files.relative(&real.join(on_disk.strip_prefix(folder).ok()?))
        })
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

fn refuse(path: &Path, why: &str) -> Error {
    Error::Path { path: path.to_owned(), why: why.to_owned() }
}

fn kind(path: &Path) -> Option<&str> {
    path.extension().and_then(|extension| extension.to_str())
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
