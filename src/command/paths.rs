//! Paths by their words, without asking the disk.

use std::path::{Component, Path, PathBuf};

/// The path with `.` and `..` worked out by their words; links stay as they are.
pub(in crate::command) fn normalized(path: &Path) -> PathBuf {
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
