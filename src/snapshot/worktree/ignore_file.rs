//! The marks of a repository's root, and the rules of one ignore file.

use std::fs;
use std::path::Path;

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::finding::limit::FILE_SIZE;
use crate::snapshot::disk;

pub(in crate::snapshot::worktree) fn is_repository(folder: &Path) -> bool {
    fs::symlink_metadata(folder.join(".git")).is_ok()
}

/// The rules of a file; none where there is no such file, as git has it for a link. One that is larger than any file
/// that is read leaves nothing out.
pub(in crate::snapshot::worktree) fn read(path: &Path) -> Gitignore {
    let text = disk::read_plain(path, FILE_SIZE.usual).unwrap_or_default();
    let mut rules = GitignoreBuilder::new(path.parent().unwrap_or(path));
    for line in String::from_utf8_lossy(&text).trim_start_matches('\u{feff}').lines() {
        // A rule that cannot be read leaves nothing out, and the others hold.
        let _ = rules.add_line(Some(path.to_owned()), line);
    }
    rules.build().unwrap_or_else(|_| Gitignore::empty())
}
