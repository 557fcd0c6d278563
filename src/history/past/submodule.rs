//! Deals in a repository of their own inside the workspace's, such as a submodule: its commits are their past.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};

use super::Past;
use super::source::CommitSource;
use crate::deal::Deal;
use crate::deal::reader::DealReadContext;
use crate::history::git_history::GitHistory;
use crate::history::proof::ApprovalProof;
use crate::source::SourceFile;

impl CommitSource {
    /// The root of the other repository that a file on disk lies in, and the file's path there; `None`: it is in that of
    /// the workspace.
    pub(super) fn inner(&self, path: &str) -> Option<(PathBuf, String)> {
        let real = self.root.join(path).canonicalize().ok().filter(|_| self.at.is_none())?;
        let is_top = |folder: &&Path| folder.join(".git").symlink_metadata().is_ok();
        let top = real.ancestors().take_while(|folder| *folder != self.root).find(is_top)?;
        let inside = real.strip_prefix(top).ok()?.to_str()?;
        Some((top.to_owned(), inside.to_owned()))
    }
}

impl Past {
    /// What the commits of another repository tell of a file that lies in it; `None` where it lies in none, and where they
    /// cannot tell. Whose keys count there nobody says, so that nothing is proved by them.
    pub(super) fn tell_of_inner(
        &self,
        setting: &CommitSource,
        file: &SourceFile,
        deal: &Deal<'_>,
        reading: DealReadContext<'_>,
        asked: &[(&'static str, &str)],
    ) -> Option<GitHistory> {
        if setting.proof != ApprovalProof::Off {
            return None;
        }
        let (root, path) = setting.inner(file.path())?;
        let past = {
            let mut known = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
            let source = || CommitSource {
                root: root.clone(),
                repository: None,
                folder: String::new(),
                files: None,
                trusted: None,
                ..setting.clone()
            };
            Arc::clone(known.entry(root.clone()).or_insert_with(|| Arc::new(Past::of(source()))))
        };
        // Where git takes the folder for none of its own, it answers for what is around it.
        let top = past.known().ok()??.repository.top();
        if top.as_ref() != Some(&root) {
            return None;
        }
        past.git_history(&SourceFile::new(path, file.text()), deal, reading, asked)?.ok()
    }
}
