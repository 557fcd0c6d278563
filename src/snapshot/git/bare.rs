//! The workspace's folder in a bare repository, where nobody can stand in it.

use std::collections::BTreeSet;

use super::failure::GitFailure;
use super::program::Git;
use crate::snapshot::CONFIG_FILE;

/// The folder of the workspace, with `/` at its end; empty when that is the root.
pub(super) fn workspace(git: &Git) -> Result<String, GitFailure> {
    let asked = ["ls-tree", "-r", "-z", "--name-only", "--full-tree", "HEAD"];
    // Before the first commit there is nothing to look for.
    let said = git.output("look for the workspace", asked)?.stdout;
    let said = String::from_utf8_lossy(&said);
    one_of(said.split('\0'))
}

fn one_of<'p>(paths: impl Iterator<Item = &'p str>) -> Result<String, GitFailure> {
    let mut marked = BTreeSet::new();
    for path in paths {
        if path == CONFIG_FILE || path.starts_with("deals/") || path.starts_with("workflows/") {
            return Ok(String::new());
        }
        let folder = path.strip_suffix(CONFIG_FILE).filter(|folder| folder.ends_with('/'));
        marked.extend(folder.filter(|folder| !folder.starts_with('.') && !folder.contains("/.")));
    }
    // A workspace within another is what that one is about: its samples, its tests.
    let inner = |folder: &&str| marked.iter().any(|outer| outer != folder && folder.starts_with(outer));
    let mut outer = marked.iter().filter(|folder| !inner(folder));
    match (outer.next(), outer.next()) {
        (None, _) => Ok(String::new()),
        (Some(only), None) => Ok((*only).to_owned()),
        (Some(one), Some(other)) => {
            let name = |folder: &str| folder.trim_end_matches('/').to_owned();
            Err(GitFailure::SeveralWorkspaces { some: [name(one), name(other)] })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_only_marked_folder_is_the_workspace() {
        let found = |paths: &[&str]| one_of(paths.iter().copied());
        assert_eq!(found(&["README.md", "notes/a.yaml"]), Ok(String::new()));
        assert_eq!(found(&["a/dealgate.toml", "deals/x.yaml"]), Ok(String::new()));
        assert_eq!(found(&["a/b/dealgate.toml", "a/b/tests/dealgate.toml"]), Ok("a/b/".to_owned()));
        assert_eq!(found(&[".github/dealgate.toml", "my-dealgate.toml"]), Ok(String::new()));
        assert!(found(&["a/dealgate.toml", "ab/dealgate.toml"]).is_err());
    }
}
