//! Why a file is not read, in the same words for a work tree and for a commit.

use std::ffi::OsStr;

use super::unreadable;
use crate::finding::Finding;
use crate::source::names;

/// Why something is not read, and the way out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    why: &'static str,
    help: &'static str,
}

impl Refusal {
    /// The finding about a path.
    pub(super) fn of(self, path: &str) -> Finding {
        unreadable(path, self.why, self.help)
    }

    /// The same where a folder should be.
    pub(super) fn of_folder(self, path: &str) -> Finding {
        let help = if self.help == LEADS_OUT.help { NO_FOLDER.help } else { self.help };
        unreadable(path, self.why, help)
    }
}

pub(super) const LEADS_OUT: Refusal = Refusal {
    why: "it is a link that leads out of the workspace",
    help: "replace it by the file itself, or remove it",
};
pub(super) const INTO_GIT: Refusal =
    Refusal { why: "it leads into `.git`, the repository's own files", ..LEADS_OUT };
pub(super) const LEADS_NOWHERE: Refusal =
    Refusal { why: "it is a link to something that does not exist", ..LEADS_OUT };
pub(super) const LEADS_ROUND: Refusal = Refusal { why: "it is a link that leads in a circle", ..LEADS_OUT };
pub(super) const LINK_LOST: Refusal = Refusal { why: "it is a link that cannot be read", ..LEADS_OUT };
pub(super) const NO_FILE: Refusal = Refusal { why: "it is not an ordinary file", ..LEADS_OUT };
pub(super) const NO_FOLDER: Refusal =
    Refusal { why: "it is not a folder", help: "put the folder itself in its place" };
pub(super) const ODD_NAME: Refusal = Refusal { why: "its name is not UTF-8", help: "rename it" };
pub(super) const DENIED: Refusal =
    Refusal { why: "you may not read it", help: "give yourself the right to read it" };
pub(super) const GONE: Refusal = Refusal { why: "it is not there any more", help: "run the check again" };
pub(super) const MISSING: Refusal =
    Refusal { why: "there is no such file", help: "name a file of the workspace" };
pub(super) const SUBMODULE: Refusal = Refusal {
    why: "it is a submodule, a repository of its own",
    help: "run dealgate inside the submodule; `--at` reads one repository",
};
pub(super) const NO_SUBMODULE: Refusal = Refusal {
    why: "it is a submodule that is not here",
    help: "fetch it: `git submodule update --init` (in CI: `submodules: true`)",
};
pub(super) const SPARSE: Refusal = Refusal {
    why: "git tracks it, and a sparse checkout leaves it out",
    help: "check it out, as with `git sparse-checkout disable`, or check the commit: `--at HEAD`",
};
pub(super) const REWRITTEN: Refusal = Refusal {
    why: "git keeps it as another text than it has here, so that it may say something else there",
    help: "take `working-tree-encoding` and `ident` for it out of `.gitattributes`",
};
pub(super) const LINK_BEHIND_LINK: Refusal =
    Refusal { why: "it is a link to a folder, in a folder that another link leads to", ..LEADS_OUT };

/// Whether a name is of those that are not looked at below a folder, in a commit as on disk.
pub(super) fn is_hidden(name: impl AsRef<OsStr>) -> bool {
    name.as_ref().as_encoded_bytes().starts_with(b".")
}

/// Whether a file has the name of one that is read: what keeps any other from being read is nobody's concern.
pub(super) fn is_ours(path: &str) -> bool {
    names::is_yaml(path) || names::is_toml(path)
}
