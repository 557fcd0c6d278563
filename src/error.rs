//! What dealgate itself could not do. A mistake in a file of the workspace is never an error: it is a finding.

use std::fmt;
use std::io;
use std::path::PathBuf;

use crate::finding::wording::List;

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
    /// A word on the command line names nothing that there is.
    Unknown {
        /// What was said, as a sentence: ``there is no deal `x` ``.
        message: String,
        /// What may have been meant.
        hint: Option<String>,
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
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        match self {
            Self::Epoch { .. } => Some("it holds seconds since 1970; `--today 2026-11-23` goes before it"),
            Self::Refused { hint, .. } => Some(hint),
            Self::Unknown { hint, .. } => hint.as_deref(),
            Self::Taken { .. } => Some("nothing was written; name another folder, or move them away"),
            Self::NothingToCheck { .. } => Some(
                "put one YAML file a deal into that folder, or name another with `deals` in dealgate.toml",
            ),
            Self::NothingNamed { .. } => {
                Some("name deals (`.yaml`, `.yml`), workflows (`.toml`) or folders that hold some")
            }
            Self::Path { .. }
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
            Self::Path { path, why } => write!(f, "`{}` {why}", path.display()),
            Self::NothingToCheck { root, deals } => {
                write!(f, "nothing to check: no deals in `{}`, and no workflows", root.join(deals).display())
            }
            Self::NothingNamed { paths } => {
                let shown: Vec<_> =
                    paths.iter().take(5).map(|path| format!("`{}`", path.display())).collect();
                write!(f, "nothing to check: no deal and no workflow in {}", List(&shown, "or"))
            }
            Self::Epoch { text } => write!(f, "SOURCE_DATE_EPOCH is `{text}`, which is no time"),
            Self::Taken { paths } => {
                let shown: Vec<_> =
                    paths.iter().take(5).map(|path| format!("`{}`", path.display())).collect();
                let more = if paths.len() > 5 { ", …" } else { "" };
                write!(f, "will not overwrite {}{more}", shown.join(", "))
            }
            Self::Unknown { message, .. } => f.write_str(message),
            Self::Stdin { cause } => write!(f, "cannot read standard input: {cause}"),
            Self::Stdout { cause } => write!(f, "cannot write to standard output: {cause}"),
            Self::Write { path, cause } => write!(f, "cannot write `{}`: {cause}", path.display()),
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
            Self::Path { .. }
            | Self::NothingToCheck { .. }
            | Self::NothingNamed { .. }
            | Self::Epoch { .. }
            | Self::Unknown { .. }
            | Self::Taken { .. }
            | Self::Refused { .. } => None,
        }
    }
}
