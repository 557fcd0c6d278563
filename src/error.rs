//! What dealgate itself could not do. A mistake in a file of the workspace is never an error: it is a finding.

use std::path::PathBuf;
use std::{fmt, io};

use crate::finding::wording::WordList;
use crate::snapshot::git::Trouble;

/// Why dealgate could not do its work; ends the run with status 2.
#[derive(Debug)]
pub enum Error {
    /// The folder of `-C` cannot be entered.
    Enter {
        /// The folder.
        path: PathBuf,
        /// Why not.
        cause: io::Error,
    },
    /// A path on the command line cannot be used.
    Path {
        /// The path, as written.
        path: PathBuf,
        /// Why not.
        why: String,
        /// What may have been meant.
        hint: Option<String>,
    },
    /// There is no workspace.
    NoWorkspace {
        /// The folder in which it was looked for.
        folder: PathBuf,
    },
    /// There are neither deals nor workflows.
    NothingToCheck {
        /// The root of the workspace.
        root: PathBuf,
        /// The folder in which deals were looked for.
        deals: String,
    },
    /// There is neither a deal nor a workflow in what was named on the command line.
    NothingNamed {
        /// The paths, as written.
        paths: Vec<PathBuf>,
    },
    /// `SOURCE_DATE_EPOCH` is not a number of seconds.
    Epoch {
        /// What it is.
        text: String,
    },
    /// Standard output cannot be written.
    Stdout {
        /// Why not.
        cause: io::Error,
    },
    /// A file cannot be written.
    Write {
        /// The file.
        path: PathBuf,
        /// Why not.
        cause: io::Error,
    },
    /// git could not tell what was asked.
    Git(Trouble),
    /// A word on the command line names nothing that there is.
    Unknown {
        /// What was said, as a sentence: ``there is no deal `x` ``.
        message: String,
        /// What may have been meant.
        hint: Option<String>,
    },
    /// A model that is to be rendered again cannot be used.
    Context {
        /// The file.
        path: PathBuf,
        /// Why not.
        why: String,
    },
    /// A report cannot be made of its template.
    Template {
        /// What is wrong with it, a line each.
        told: Vec<String>,
    },
    /// Something cannot be written as JSON.
    Json {
        /// Why not.
        cause: serde_json::Error,
    },
    /// Standard input cannot be read.
    Stdin {
        /// Why not.
        cause: io::Error,
    },
    /// Files that would be overwritten.
    Taken {
        /// The files.
        paths: Vec<PathBuf>,
    },
    /// A file that was written cannot be shown.
    Open {
        /// The file.
        path: PathBuf,
        /// Why not.
        why: String,
    },
    /// A file must not be written.
    Refused {
        /// The file.
        path: PathBuf,
        /// Why not.
        why: &'static str,
        /// What to do instead.
        hint: &'static str,
    },
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

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Enter { path, cause } => write!(f, "cannot enter `{}`: {cause}", path.display()),
            Self::Path { path, why, .. } => write!(f, "`{}` {why}", path.display()),
            Self::NoWorkspace { folder } => {
                write!(f, "there is no workspace in `{}`: neither deals nor settings", folder.display())
            }
            Self::NothingToCheck { root, deals } => {
                write!(f, "nothing to check: no deals in `{}`, and no workflows", root.join(deals).display())
            }
            Self::NothingNamed { paths } => {
                let shown: Vec<_> =
                    paths.iter().take(5).map(|path| format!("`{}`", path.display())).collect();
                write!(f, "nothing to check: no deal and no workflow in {}", WordList(&shown, "or"))
            }
            Self::Epoch { text } => write!(f, "SOURCE_DATE_EPOCH is `{text}`, which is no time"),
            Self::Taken { paths } => {
                let shown: Vec<_> =
                    paths.iter().take(5).map(|path| format!("`{}`", path.display())).collect();
                let more = if paths.len() > 5 { ", …" } else { "" };
                write!(f, "will not overwrite {}{more}", shown.join(", "))
            }
            Self::Unknown { message, .. } => f.write_str(message),
            Self::Context { path, why } => {
                write!(f, "`{}` holds no model of a report: {why}", path.display())
            }
            Self::Template { told } => write!(f, "the template cannot be used\n{}", told.join("\n")),
            Self::Json { cause } => write!(f, "cannot write JSON: {cause}"),
            Self::Stdin { cause } => write!(f, "cannot read standard input: {cause}"),
            Self::Stdout { cause } => write!(f, "cannot write to standard output: {cause}"),
            Self::Git(trouble) => trouble.fmt(f),
            Self::Write { path, cause } => write!(f, "cannot write `{}`: {cause}", path.display()),
            Self::Open { path, why } => write!(f, "cannot open `{}`: {why}", path.display()),
            Self::Refused { path, why, .. } => write!(f, "will not write `{}`: {why}", path.display()),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Enter { cause, .. }
            | Self::Stdin { cause }
            | Self::Stdout { cause }
            | Self::Write { cause, .. } => Some(cause),
            Self::Json { cause } => Some(cause),
            Self::Path { .. }
            | Self::NoWorkspace { .. }
            | Self::Context { .. }
            | Self::Template { .. }
            | Self::NothingToCheck { .. }
            | Self::NothingNamed { .. }
            | Self::Epoch { .. }
            | Self::Unknown { .. }
            | Self::Git(_)
            | Self::Taken { .. }
            | Self::Open { .. }
            | Self::Refused { .. } => None,
        }
    }
}

impl From<Trouble> for Error {
    fn from(trouble: Trouble) -> Self {
        Self::Git(trouble)
    }
}
