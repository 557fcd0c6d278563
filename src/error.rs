//! What dealgate itself could not do. A mistake in a file of the workspace is never an error: it is a finding.

use std::io;
use std::path::{Path, PathBuf};

use crate::finding::wording::WordList;
use crate::snapshot::git::GitFailure;

/// Why dealgate could not do its work; ends the run with status 2.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The folder of `-C` cannot be entered.
    #[error("cannot enter `{}`: {cause}", path.display())]
    Enter {
        /// The folder.
        path: PathBuf,
        /// Why not.
        #[source]
        cause: io::Error,
    },
    /// A path on the command line cannot be used.
    #[error("`{}` {why}", path.display())]
    Path {
        /// The path, as written.
        path: PathBuf,
        /// Why not.
        why: String,
        /// What may have been meant.
        hint: Option<String>,
    },
    /// There is no workspace.
    #[error("there is no workspace in `{}`: neither deals nor settings", folder.display())]
    NoWorkspace {
        /// The folder in which it was looked for.
        folder: PathBuf,
    },
    /// There are neither deals nor workflows.
    #[error("nothing to check: no deals in `{}`, and no workflows", root.join(deals).display())]
    NothingToCheck {
        /// The root of the workspace.
        root: PathBuf,
        /// The folder in which deals were looked for.
        deals: String,
    },
    /// There is neither a deal nor a workflow in what was named on the command line.
    #[error("nothing to check: no deal and no workflow in {}", WordList(&first(paths), "or"))]
    NothingNamed {
        /// The paths, as written.
        paths: Vec<PathBuf>,
    },
    /// `SOURCE_DATE_EPOCH` is not a number of seconds.
    #[error("SOURCE_DATE_EPOCH is `{text}`, which is no time")]
    Epoch {
        /// What it is.
        text: String,
    },
    /// Standard output cannot be written.
    #[error("cannot write to standard output: {cause}")]
    Stdout {
        /// Why not.
        #[source]
        cause: io::Error,
    },
    /// A file cannot be written.
    #[error("cannot write `{}`: {cause}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why not.
        #[source]
        cause: io::Error,
    },
    /// git could not tell what was asked.
    #[error("{0}")]
    Git(GitFailure),
    /// A word on the command line names nothing that there is.
    #[error("{message}")]
    Unknown {
        /// What was said, as a sentence: ``there is no deal `x` ``.
        message: String,
        /// What may have been meant.
        hint: Option<String>,
    },
    /// A model that is to be rendered again cannot be used.
    #[error("`{}` holds no model of a report: {why}", path.display())]
    Context {
        /// The file.
        path: PathBuf,
        /// Why not.
        why: String,
    },
    /// A report cannot be made of its template.
    #[error("the template cannot be used\n{}", told.join("\n"))]
    Template {
        /// What is wrong with it, a line each.
        told: Vec<String>,
    },
    /// Something cannot be written as JSON.
    #[error("cannot write JSON: {cause}")]
    Json {
        /// Why not.
        #[source]
        cause: serde_json::Error,
    },
    /// Standard input cannot be read.
    #[error("cannot read standard input: {cause}")]
    Stdin {
        /// Why not.
        #[source]
        cause: io::Error,
    },
    /// Files that would be overwritten.
    #[error("will not overwrite {}{}", first(paths).join(", "), if paths.len() > SHOWN { ", …" } else { "" })]
    Taken {
        /// The files.
        paths: Vec<PathBuf>,
    },
    /// A file that was written cannot be shown.
    #[error("cannot open `{}`: {why}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// Why not.
        why: String,
    },
    /// A file must not be written.
    #[error("will not write `{}`: {why}", path.display())]
    Refused {
        /// The file.
        path: PathBuf,
        /// Why not.
        why: &'static str,
        /// What to do instead.
        hint: &'static str,
    },
}

/// Paths that a message names before it says that there are more.
const SHOWN: usize = 5;

fn first(paths: &[PathBuf]) -> Vec<String> {
    let quoted = |path: &Path| format!("`{}`", path.display());
    paths.iter().take(SHOWN).map(|path| quoted(path)).collect()
}

impl Error {
    /// What to do about it.
    pub fn hint(&self) -> Option<&str> {
        match self {
            Self::Epoch { .. } => Some("it holds seconds since 1970; `--today 2026-11-23` goes before it"),
            Self::Refused { hint, .. } => Some(hint),
            Self::Git(trouble) => trouble.hint(),
            Self::Unknown { hint, .. } | Self::Path { hint, .. } => hint.as_deref(),
            Self::NoWorkspace { .. } => {
                Some("go to the folder of one, or name it with `-C`; `dealgate init` starts one")
            }
            Self::Taken { .. } => Some("nothing was written; name another folder, or move them away"),
            Self::NothingToCheck { .. } => Some(
                "put one YAML file a deal into that folder, or name another with `deals` in dealgate.toml",
            ),
            Self::NothingNamed { .. } => {
                Some("name deals (`.yaml`, `.yml`), workflows (`.toml`) or folders that hold some")
            }
            Self::Context { .. } => Some("write it with `dealgate report --format context -o FILE`"),
            Self::Template { .. } => Some("nothing was written; `dealgate check` shows the places"),
            Self::Open { .. } => Some("it is written; leave out `--open` and open it in a browser yourself"),
            Self::Json { .. }
            | Self::Enter { .. }
            | Self::Stdin { .. }
            | Self::Stdout { .. }
            | Self::Write { .. } => None,
        }
    }
}

impl From<GitFailure> for Error {
    fn from(trouble: GitFailure) -> Self {
        Self::Git(trouble)
    }
}
