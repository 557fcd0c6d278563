//! Why git cannot answer, in one sentence, and how to get what is missing.

use std::fmt;

use crate::finding::wording::{Size, WordList, quote};

/// What git could not do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GitFailure {
    /// There is no git program.
    NoProgram,
    /// The workspace is in no git repository.
    NoRepository,
    /// The repository belongs to somebody else, and git will not touch it.
    Unsafe {
        /// Its folder.
        folder: String,
    },
    /// The repository has no files on disk.
    Bare,
    /// The repository has no files on disk, and more than one workspace.
    SeveralWorkspaces {
        /// Two of their folders.
        some: [String; 2],
    },
    /// The repository has no commit yet.
    NoCommits,
    /// There is no such revision.
    UnknownRevision {
        /// As it was asked for.
        revision: String,
        /// Whether only the latest commits are here.
        shallow: bool,
    },
    /// A name fits several commits.
    Ambiguous {
        /// As it was asked for.
        revision: String,
        /// The full names that it may stand for; none where it is the beginning of several.
        names: Vec<String>,
    },
    /// No commit is as old as the day asked for.
    NoneSoEarly {
        /// The day.
        day: String,
        /// Whether only the latest commits are here.
        shallow: bool,
    },
    /// The workspace's folder does not exist in a revision.
    NoFolder {
        /// The folder.
        folder: String,
        /// The revision.
        revision: String,
    },
    /// Two revisions have no common ancestor here.
    Unrelated {
        /// Whether only the latest commits are here.
        shallow: bool,
    },
    /// Contents were left behind when the repository was cloned.
    Partial,
    /// The versions of a file are too much to be read.
    Heavy {
        /// The file.
        path: String,
        /// How many bytes are read of them all.
        most: usize,
    },
    /// Anything else.
    Failed {
        /// What was asked of git.
        what: &'static str,
        /// What git said.
        said: String,
    },
}

/// How to get the commits that a shallow clone lacks.
const DEEPEN: &str =
    "only the latest commits are here: run `git fetch --unshallow` (in CI: `fetch-depth: 0`) and try again";

impl GitFailure {
    /// What to do about it.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NoProgram => Some("install git, or add its folder to PATH"),
            Self::NoRepository => {
                Some("work in a git repository: `git init`, then `git add` and `git commit` the workspace")
            }
            Self::Unsafe { .. } => {
                Some("if you trust it, say so: `git config --global --add safe.directory` with its full path")
            }
            Self::Bare => Some("name a revision: `--at HEAD`"),
            Self::SeveralWorkspaces { .. } => {
                Some("check it out, `git worktree add ../files HEAD`, and work in the folder of one of them")
            }
            Self::NoCommits => Some("commit the workspace first: `git add .` and `git commit`"),
            Self::UnknownRevision { shallow: true, .. }
            | Self::NoneSoEarly { shallow: true, .. }
            | Self::Unrelated { shallow: true } => Some(DEEPEN),
            Self::UnknownRevision { .. } => {
                Some("name a commit, tag or branch that `git log` knows, or a day as `@2026-06-30`")
            }
            Self::Ambiguous { names, .. } if names.is_empty() => Some("write more of its digits"),
            Self::Ambiguous { .. } => Some("write the one that is meant in full"),
            Self::NoneSoEarly { .. } => Some("name a later day; `git log --reverse` shows the first commit"),
            Self::NoFolder { .. } => Some("name a revision that has the workspace"),
            Self::Unrelated { .. } => Some("name a revision that has commits in common with the other"),
            Self::Partial => Some("fetch them: `git fetch --refetch --no-filter`"),
            Self::Heavy { .. } => Some(
                "say in its `history` what became true when, and keep long texts in files of their own from now on",
            ),
            Self::Failed { .. } => None,
        }
    }
}

impl fmt::Display for GitFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoProgram => f.write_str("there is no `git` program"),
            Self::NoRepository => f.write_str("the workspace is in no git repository"),
            Self::Unsafe { folder } => {
                write!(f, "git refuses the repository at `{folder}`: it belongs to somebody else")
            }
            Self::Bare => f.write_str("a bare repository has no files on disk"),
            Self::SeveralWorkspaces { some: [one, other] } => {
                write!(f, "the workspace of this bare repository may be `{one}`, `{other}` or another")
            }
            Self::NoCommits => f.write_str("the repository has no commit yet"),
            Self::UnknownRevision { revision, .. } => write!(f, "there is no revision `{revision}`"),
            Self::Ambiguous { revision, names } => {
                write!(f, "`{revision}` could be several commits")?;
                let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
                if names.is_empty() { Ok(()) } else { write!(f, ": {}", WordList(&names, "or")) }
            }
            Self::NoneSoEarly { day, .. } => write!(f, "there is no commit of {day} or before"),
            Self::NoFolder { folder, revision } => {
                write!(f, "the workspace's folder `{folder}` does not exist in `{revision}`")
            }
            Self::Unrelated { .. } => f.write_str("the two revisions have no common ancestor here"),
            Self::Partial => f.write_str("contents are missing: this is a partial clone"),
            Self::Heavy { path, most } => {
                write!(f, "the versions of {} are larger than {} together", quote(path), Size(*most))
            }
            Self::Failed { what, said } => write!(f, "git could not {what}: {said}"),
        }
    }
}
