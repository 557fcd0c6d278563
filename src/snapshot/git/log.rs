//! What was committed when, by whom: one `git log --raw` for all files of a folder.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;

use super::Trouble;
use super::objects::{Commit, Person};
use super::program::Git;

/// A commit that changed files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// Its full name.
    pub id: Arc<str>,
    /// When it was made, by its committer's clock.
    pub time: Timestamp,
    /// Who wrote it, as the commit itself says; a mailmap is not asked.
    pub author: Person,
    /// The commits before it; the first is the one it was made on.
    pub parents: Vec<String>,
    /// What it changed, against the first of them.
    pub changes: Vec<Change>,
    /// Commits before it exist and are not here, so that everything in it looks new.
    pub cut_off: bool,
}

/// A file that differs between two commits. Paths are relative to the workspace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// Where it was; `None`: it was not there.
    pub from: Option<String>,
    /// Where it is; `None`: it was deleted.
    pub to: Option<String>,
    /// The name of its content before.
    pub old: Option<String>,
    /// The name of its content after.
    pub new: Option<String>,
}

/// The commits of a line, newest first.
#[derive(Clone, Debug, Default)]
pub struct Log {
    /// Those that changed something in the folder.
    pub revisions: Vec<Revision>,
}

/// The commits that merges brought in.
#[derive(Clone, Debug, Default)]
pub struct Merged {
    /// By the full name of the merge, newest first.
    pub by_merge: BTreeMap<String, Vec<Arc<Revision>>>,
}

/// Between records: a byte that stands in no path, name or number.
const FORMAT: &str = "--format=%x01%H%x02%ct%x02%P%x02%an%x02%ae%x02";

/// The first-parent line of a commit, as far as it changed a folder.
pub(super) fn first_parents(
    git: &Git,
    prefix: &str,
    from: &Commit,
    folder: &str,
    shallow: bool,
) -> Result<Log, Trouble> {
    let said = raw(git, from, folder, "--first-parent")?;
    let mut revisions = read_log(&said, prefix);
    if shallow {
        let cut = boundary(git)?;
        for revision in &mut revisions {
            revision.cut_off = cut.contains(revision.id.as_ref());
        }
    }
    Ok(Log { revisions })
}

/// What every merge on the first-parent line of a commit brought in.
pub(super) fn merged(git: &Git, prefix: &str, from: &Commit, folder: &str) -> Result<Merged, Trouble> {
    let said = raw(git, from, folder, "--full-history")?;
    let touching: BTreeMap<String, Arc<Revision>> = read_log(&said, prefix)
        .into_iter()
        .map(|revision| (revision.id.to_string(), Arc::new(revision)))
        .collect();
    let asked = ["rev-list", "--topo-order", "--parents", "--end-of-options", from.id.as_str()];
    let said = git.run("read the graph of commits", asked)?;
    let graph = String::from_utf8_lossy(&said);
    let lines: Vec<(&str, Vec<&str>)> = graph
        .lines()
        .filter_map(|line| {
            let mut names = line.split(' ');
            Some((names.next()?, names.collect()))
        })
        .collect();
    let parents: BTreeMap<&str, &Vec<&str>> = lines.iter().map(|(id, parents)| (*id, parents)).collect();
    let mut line = vec![from.id.as_str()];
    while let Some(first) = parents.get(line[line.len() - 1]).and_then(|parents| parents.first()) {
        line.push(first);
    }
    // From the oldest on, each merge brought what no commit before it had.
    let mut brought: BTreeMap<&str, &str> = line.iter().map(|id| (*id, *id)).collect();
    for merge in line.iter().rev() {
        let mut open: Vec<&str> =
            parents.get(merge).map(|parents| parents.iter().skip(1).copied().collect()).unwrap_or_default();
        while let Some(id) = open.pop() {
            if brought.contains_key(id) {
                continue;
            }
            brought.insert(id, merge);
            open.extend(parents.get(id).into_iter().flat_map(|parents| parents.iter().copied()));
        }
    }
    let mut by_merge: BTreeMap<String, Vec<Arc<Revision>>> = BTreeMap::new();
    for (id, _) in &lines {
        if let (Some(merge), Some(revision)) = (brought.get(id), touching.get(*id))
            && merge != id
        {
            by_merge.entry((*merge).to_owned()).or_default().push(Arc::clone(revision));
        }
    }
    Ok(Merged { by_merge })
}

fn raw(git: &Git, from: &Commit, folder: &str, walk: &str) -> Result<Vec<u8>, Trouble> {
    // Paths that are asked for are relative to the workspace; those that are told, to the repository.
    let folder = if folder.is_empty() { "." } else { folder };
    let ask = |renames: &str| {
        let mut asked: Vec<&str> = vec!["log", walk, "--raw", "-z", "--no-abbrev", "--no-relative", renames];
        asked.extend([FORMAT, "--diff-merges=first-parent", "--no-ext-diff", "--no-textconv"]);
        asked.extend(["--no-show-signature", "--topo-order", "--encoding=UTF-8", "--end-of-options"]);
        asked.extend([from.id.as_str(), "--", folder]);
        git.run("read the history", asked)
    };
    // Without the contents of a partial clone only renames of unchanged files can be seen.
    ask("-M").or_else(|_| ask("-M100%"))
}

/// The commits at which a shallow clone was cut off.
fn boundary(git: &Git) -> Result<BTreeSet<String>, Trouble> {
    let said = git.run("find out where the clone was cut off", ["rev-parse", "--git-path", "shallow"])?;
    let path = git.folder().join(String::from_utf8_lossy(&said).trim_end_matches('\n'));
    let text = std::fs::read_to_string(path).unwrap_or_default();
    Ok(text.lines().map(|line| line.trim().to_owned()).collect())
}

fn read_log(said: &[u8], prefix: &str) -> Vec<Revision> {
    let mut revisions = Vec::new();
    for record in said.split(|&byte| byte == 1).skip(1) {
        let mut parts = record.splitn(6, |&byte| byte == 2);
        let mut text = || parts.next().map(|part| String::from_utf8_lossy(part).into_owned());
        let (Some(id), Some(seconds), Some(parents), Some(name), Some(email)) =
            (text(), text(), text(), text(), text())
        else {
            continue;
        };
        let time = seconds.parse().ok().and_then(|seconds| Timestamp::from_second(seconds).ok());
        revisions.push(Revision {
            id: id.into(),
            time: time.unwrap_or_default(),
            author: Person { name, email },
            parents: parents.split_whitespace().map(str::to_owned).collect(),
            changes: read_changes(parts.next().unwrap_or_default(), prefix),
            cut_off: false,
        });
    }
    revisions
}

/// `:old-mode new-mode old new STATUS\0path\0`, with two paths for a rename.
pub(super) fn read_changes(said: &[u8], prefix: &str) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut words = said.split(|&byte| byte == 0).map(|word| word.strip_prefix(b"\n").unwrap_or(word));
    while let Some(word) = words.next() {
        let Some(described) = word.strip_prefix(b":") else { continue };
        let described = String::from_utf8_lossy(described);
        let fields: Vec<&str> = described.split(' ').collect();
        let &[old_mode, new_mode, old, new, status] = fields.as_slice() else { continue };
        let mut path = || words.next().map(|path| inside(path, prefix)).unwrap_or_default();
        let (from, to) = match status.as_bytes().first() {
            Some(b'A') => (None, path()),
            Some(b'D') => (path(), None),
            Some(b'R' | b'C') => (path(), path()),
            _ => {
                let path = path();
                (path.clone(), path)
            }
        };
        // Links and submodules are not files with a content of their own.
        let content = |mode: &str, name: &str| mode.starts_with("100").then(|| name.to_owned());
        let (old, new) = (content(old_mode, old), content(new_mode, new));
        let old = old.filter(|_| from.is_some());
        let new = new.filter(|_| to.is_some());
        if from.is_some() || to.is_some() {
            changes.push(Change { from, to, old, new });
        }
    }
    changes
}

/// A path of the repository as the workspace sees it; `None` when it lies outside.
fn inside(path: &[u8], prefix: &str) -> Option<String> {
    String::from_utf8_lossy(path).strip_prefix(prefix).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_read_as_the_workspace_sees_them() {
        let said =
            b":100644 100644 aa bb M\0sales/deals/a.yaml\0:100644 100644 cc dd R090\0sales/x\0sales/y\0\
            :000000 100644 00 ee A\0other/z\0:100644 000000 ff 00 D\0sales/gone\0";
        let changes = read_changes(said, "sales/");
        let paths: Vec<_> =
            changes.iter().map(|change| (change.from.as_deref(), change.to.as_deref())).collect();
        assert_eq!(
            paths,
            [(Some("deals/a.yaml"), Some("deals/a.yaml")), (Some("x"), Some("y")), (Some("gone"), None)]
        );
        assert_eq!(changes[0].new.as_deref(), Some("bb"));
        assert_eq!(changes[2].new, None);
    }
}
