//! Files that git's settings name as witnesses, a mailmap and lists of keys: where they lie among the repository's own
//! files, they speak as one commit has them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::ffi::OsString;
use std::fs;
use std::io::Write as _;
use std::path::{Component, Path, PathBuf};

use tempfile::TempPath;

use super::failure::GitFailure;
use super::objects::Objects;
use super::program::Git;
use crate::finding::limit::FILE_SIZE;
use crate::scratch::Scratch;

/// git that believes no file of a work tree.
#[derive(Debug)]
pub(super) struct TrustFiles {
    pub(super) git: Git,
    /// What was read from the commit, for as long as git may ask for it.
    kept: Vec<(TempPath, Scratch)>,
}

/// Settings that name a file which git believes, in lower case as git lists them.
const NAMED: &str = r"^(mailmap\.file|gpg\.ssh\.(allowedsignersfile|revocationfile))$";

/// As many links as a path may lead through: what Linux follows.
const MOST_LINKS: usize = 40;

impl TrustFiles {
    /// Those of the surroundings, as they are.
    pub(super) fn as_they_are(git: &Git) -> Self {
        Self { git: git.clone(), kept: Vec::new() }
    }

    /// Those that count by the word of a commit. Git must be one apart from the files on disk; `top` is the root of
    /// the work tree, `None` in a bare repository.
    pub(super) fn at(
        git: &Git,
        objects: &Objects,
        commit: &str,
        top: Option<&Path>,
    ) -> Result<Self, GitFailure> {
        let what = "read the settings";
        let asked = ["config", "--null", "--type=path", "--get-regexp", NAMED];
        let said = git.output(what, asked)?;
        // With 1 it says that there are none.
        if !matches!(said.status.code(), Some(0 | 1)) {
            return Err(git.explain(what, &said));
        }
        let settings = String::from_utf8_lossy(&said.stdout);
        // The last one counts, as it does for git.
        let named: BTreeMap<&str, &str> =
            settings.split_terminator('\0').filter_map(|setting| setting.split_once('\n')).collect();
        let mut witnesses = Self::as_they_are(git);
        if named.is_empty() {
            return Ok(witnesses);
        }
        let trees = Trees::of(git, top)?;
        for (key, path) in named.into_iter().filter(|(_, path)| !path.is_empty()) {
            let path = match trees.place(Path::new(path)) {
                FileLocation::Elsewhere(path) => path,
                FileLocation::Committed(path) => {
                    // Objects are asked for by the line.
                    let asked = (!path.contains('\n')).then(|| format!("{commit}:{path}"));
                    let asked: Vec<&str> = asked.iter().map(String::as_str).collect();
                    let text = objects.blobs(&asked, FILE_SIZE.usual)?.pop().flatten();
                    let text = text.unwrap_or_default();
                    let (scratch, kept) = keep_for_a_moment(&text).map_err(|error| GitFailure::Failed {
                        what: "keep a file of a commit for a moment",
                        said: error.to_string(),
                    })?;
                    let path = kept.to_path_buf();
                    witnesses.kept.push((kept, scratch));
                    path
                }
            };
            witnesses.git = witnesses.git.with(&format!("{key}={}", path.display()));
        }
        Ok(witnesses)
    }
}

/// A file with a text, for git to read, that goes with what is returned.
pub(super) fn keep_for_a_moment(text: &[u8]) -> std::io::Result<(Scratch, TempPath)> {
    Scratch::of(|| keep(text), |kept| kept)
}

fn keep(text: &[u8]) -> std::io::Result<TempPath> {
    let mut file = tempfile::NamedTempFile::new()?;
    file.write_all(text)?;
    Ok(file.into_temp_path())
}

/// Where a file lies.
#[derive(Debug, PartialEq, Eq)]
enum FileLocation {
    /// Among the files of the repository: its path from their root.
    Committed(String),
    /// Out of reach of a commit.
    Elsewhere(PathBuf),
}

/// The work trees of a repository.
struct Trees {
    /// Their roots, without links.
    roots: BTreeSet<PathBuf>,
    /// What a path is relative to.
    top: PathBuf,
}

impl Trees {
    fn of(git: &Git, top: Option<&Path>) -> Result<Self, GitFailure> {
        let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let said = git.run("list the work trees", ["worktree", "list", "--porcelain"])?;
        let said = String::from_utf8_lossy(&said);
        let folder = real(git.folder());
        let listed = said.lines().filter_map(|line| line.strip_prefix("worktree "));
        // Of a bare repository and of a submodule, git lists the repository itself.
        let mut roots: BTreeSet<PathBuf> =
            listed.map(|root| real(Path::new(root))).filter(|root| *root != folder).collect();
        roots.extend(top.map(real));
        Ok(Self { roots, top: top.map_or(folder, real) })
    }

    /// Follows a path as the system would, but only up to where a commit could lead it elsewhere.
    fn place(&self, path: &Path) -> FileLocation {
        let steps = |path: &Path| -> Vec<OsString> {
            path.components().map(|part| part.as_os_str().to_owned()).collect()
        };
        let mut ahead = VecDeque::from(steps(path));
        // The path so far, and what of it is below a root.
        let (mut at, mut below) =
            if path.is_absolute() { (PathBuf::new(), None) } else { (self.top.clone(), Some(Vec::new())) };
        let mut links = 0;
        while let Some(step) = ahead.pop_front() {
            match Path::new(&step).components().next() {
                None | Some(Component::CurDir) => continue,
                Some(Component::ParentDir) => {
                    at.pop();
                    if below.as_mut().is_some_and(|below| below.pop().is_none()) {
                        below = None;
                    }
                }
                Some(_) => {
                    at.push(&step);
                    // No commit reaches into the repository itself.
                    if below.as_ref().is_some_and(Vec::is_empty) && step.eq_ignore_ascii_case(".git") {
                        below = None;
                    }
                    if let Some(below) = &mut below {
                        below.push(step);
                    } else if let Ok(target) = fs::read_link(&at) {
                        links += 1;
                        if links > MOST_LINKS {
                            return FileLocation::Elsewhere(at);
                        }
                        at.pop();
                        steps(&target).into_iter().rev().for_each(|step| ahead.push_front(step));
                        continue;
                    }
                }
            }
            let is_root = match below {
                // Links in a work tree may be a branch's own.
                Some(_) => self.roots.contains(&at),
                None => at.canonicalize().is_ok_and(|at| self.roots.contains(&at)),
            };
            if is_root {
                below = Some(Vec::new());
            }
        }
        match below {
            Some(below) if !below.is_empty() => {
                let names: Vec<_> = below.iter().map(|name| name.to_string_lossy()).collect();
                FileLocation::Committed(names.join("/"))
            }
            _ => FileLocation::Elsewhere(at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn what_a_commit_could_replace_lies_in_the_repository() {
        let folder = tempfile::tempdir().expect("a folder");
        let real = folder.path().canonicalize().expect("a path");
        let top = real.join("crm");
        fs::create_dir_all(top.join(".git")).expect("a folder");
        fs::create_dir_all(top.join("linked")).expect("a folder");
        let link = |to: &str, from: &str| std::os::unix::fs::symlink(to, real.join(from)).expect("a link");
        link("crm", "alias");
        link("/etc/keys", "crm/out");
        link("crm/./keys", "in");
        link("../keys", "crm/.git/in");
        link("round", "round");
        let trees = Trees { roots: BTreeSet::from([top.clone(), top.join("linked")]), top: top.clone() };
        let own = |path: &str| match trees.place(Path::new(path)) {
            FileLocation::Committed(path) => Some(path),
            FileLocation::Elsewhere(_) => None,
        };
        let at = |path: &str| own(&real.join(path).to_string_lossy());
        assert_eq!(own("./keys/allowed").as_deref(), Some("keys/allowed"));
        assert_eq!(own("keys/../../crm/x").as_deref(), Some("x"));
        assert_eq!(at("crm/keys/allowed").as_deref(), Some("keys/allowed"));
        assert_eq!(at("crm/linked/keys").as_deref(), Some("keys"));
        assert_eq!(at("alias/keys").as_deref(), Some("keys"), "through a link from outside");
        assert_eq!(at("in/allowed").as_deref(), Some("keys/allowed"));
        assert_eq!(at("crm/out").as_deref(), Some("out"), "a link that a branch may turn");
        assert_eq!(at("crm/.git/in").as_deref(), Some("keys"));
        for elsewhere in ["keys", "crm/../keys", "crm/.git/keys", "crm-old/keys", "round/keys", "crm"] {
            assert_eq!(at(elsewhere), None, "{elsewhere:?}");
        }
        assert_eq!(trees.place(Path::new("../keys")), FileLocation::Elsewhere(real.join("keys")));
        assert_eq!(own("/etc/keys"), None);
    }
}
