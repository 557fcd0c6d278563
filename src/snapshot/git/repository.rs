//! A repository as a workspace in it sees it: its revisions, what differs between them, and what was committed when.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::dialogue::Dialogue;
use super::failure::GitFailure;
use super::index::Index;
use super::line::KnownLines;
use super::log::{self, FileChange, Log, LogScope, Revision};
use super::mailmap::MAILMAP;
use super::objects::{BATCH, Commit, Object, Objects};
use super::people::Identities;
use super::place::RepositoryPlace;
use super::program::Git;
use super::tree::GitSnapshot;
use super::{bare, names};
use crate::finding::limit::FILE_SIZE;
use crate::snapshot::refusal::is_hidden;
use crate::snapshot::{CONFIG_FILE, DEALS, disk};

/// The repository that a workspace is in.
#[derive(Clone, Debug)]
pub struct Repository {
    /// Apart from the files on disk; paths are asked for from the root.
    pub(super) git: Git,
    /// In the folder of the workspace.
    here: Git,
    /// The workspace's folder in it, with `/` at its end; empty when that is the root.
    prefix: String,
    pub(super) place: RepositoryPlace,
    objects: Arc<Objects>,
    pub(super) lines: Arc<KnownLines>,
}

/// A folder that a commit marks as the root of a workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marked {
    /// From the root of the repository.
    pub folder: PathBuf,
    /// Whether by settings.
    pub settings: bool,
}

impl Repository {
    /// The repository that a folder is in.
    pub fn open(folder: &Path) -> Result<Self, GitFailure> {
        let place = RepositoryPlace::find(folder)?;
        let git = Git::apart(&place.repository);
        let prefix = if place.top.is_some() { place.prefix() } else { bare::workspace(&git)? };
        let (objects, lines) = (Arc::new(Objects::of(&git)), Arc::default());
        Ok(Self { objects, git, here: place.git(), prefix, place, lines })
    }

    /// The address that whoever works here commits with, as git is set; `None` where it is not.
    pub fn user_email(&self) -> Option<String> {
        let told = self.here.run("say who works here", ["config", "--get", "user.email"]).ok()?;
        let address = String::from_utf8(told).ok()?.trim().to_owned();
        (!address.is_empty()).then_some(address)
    }

    /// Whether only the latest commits are here.
    pub fn is_shallow(&self) -> bool {
        self.place.shallow
    }

    /// Whether it has no files on disk.
    pub fn is_bare(&self) -> bool {
        self.place.top.is_none()
    }

    /// The workspace's folder in the repository, with `/` at its end; empty when that is the root.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The contents of the repository.
    pub fn objects(&self) -> &Objects {
        &self.objects
    }

    /// The commit of a revision, as anybody may write it.
    pub fn resolve(&self, revision: &str) -> Result<Commit, GitFailure> {
        names::resolve(&self.git, &self.objects, revision, self.place.shallow)
    }

    /// The commit that is checked out; `None` before the first.
    pub fn head(&self) -> Result<Option<Commit>, GitFailure> {
        Ok(self.objects.commit("HEAD")?.ok())
    }

    /// The files of the workspace at a commit.
    pub fn snapshot(&self, commit: &Commit) -> Result<GitSnapshot, GitFailure> {
        let mut asked = vec!["ls-tree", "-r", "-z", "--full-tree", commit.id.as_str()];
        if !self.prefix.is_empty() {
            asked.extend(["--", self.prefix.as_str()]);
        }
        let said = self.git.run("list the files of a commit", asked)?;
        let tree = super::commit_tree::CommitTree::read(&said, &self.prefix);
        if tree.is_empty() && !self.prefix.is_empty() {
            let folder = self.prefix.trim_end_matches('/').to_owned();
            return Err(GitFailure::NoFolder { folder, revision: commit.id.clone() });
        }
        Ok(GitSnapshot::new(commit.clone(), tree, Arc::clone(&self.objects)))
    }

    /// Where two lines of commits part.
    pub fn merge_base(&self, one: &Commit, other: &Commit) -> Result<Commit, GitFailure> {
        match self.merge_bases(&one.id, &other.id)?.first() {
            Some(id) => self.resolve(id),
            None => Err(GitFailure::Unrelated { shallow: self.place.shallow }),
        }
    }

    /// The full names of all commits at which the lines of two commits part; of lines that never met there are none.
    pub fn merge_bases(&self, one: &str, other: &str) -> Result<Vec<String>, GitFailure> {
        let asked = ["merge-base", "--all", "--end-of-options", one, other];
        let output = self.git.output("find where two revisions part", asked)?;
        let said = String::from_utf8_lossy(&output.stdout);
        let bases = if output.status.success() { said.as_ref() } else { "" };
        Ok(bases.lines().map(str::to_owned).collect())
    }

    /// The name by which git knows the content of a file of the workspace at a commit; `None` where it cannot be asked.
    pub fn content_name(&self, commit: &str, path: &str) -> Option<String> {
        let path = log::from_root(path, &self.prefix);
        // A request is a line.
        (!path.contains('\n')).then(|| format!("{commit}:{path}"))
    }

    /// The branch that others start from: what the remote says is its default, else `main` or `master`.
    pub fn default_branch(&self) -> Result<Option<(&'static str, Commit)>, GitFailure> {
        const NAMES: [&str; 5] = [
            "refs/remotes/origin/HEAD",
            "refs/remotes/origin/main",
            "refs/remotes/origin/master",
            "refs/heads/main",
            "refs/heads/master",
        ];
        let there = names::refs(&self.git, NAMES.map(str::to_owned))?;
        for name in NAMES {
            let Some((_, id)) = there.iter().find(|(known, _)| known == name) else { continue };
            if let Ok(commit) = self.objects.commit(id)? {
                let short = name.trim_start_matches("refs/remotes/").trim_start_matches("refs/heads/");
                return Ok(Some((short, commit)));
            }
        }
        Ok(None)
    }

    /// What differs in the workspace between two commits, renames found, in the order of the paths.
    fn changes(&self, base: &Commit, head: &Commit) -> Result<Vec<FileChange>, GitFailure> {
        let mut asked = vec![
            "diff-tree",
            "-r",
            "-z",
            "-M",
            "--no-ext-diff",
            "--no-textconv",
            "--no-abbrev",
            "--no-relative",
            &base.id,
            &head.id,
        ];
        if !self.prefix.is_empty() {
            asked.extend(["--", self.prefix.trim_end_matches('/')]);
        }
        let said = self.git.run("compare two commits", asked)?;
        Ok(log::read_changes(&said, &self.prefix))
    }

    /// The commits after one on the first-parent line of another, newest first, with what they changed in some folders;
    /// where the one does not lie on that line, all that differs as if it were one commit.
    pub fn commits_between(
        &self,
        base: &Commit,
        head: &Commit,
        places: &[String],
    ) -> Result<Vec<Revision>, GitFailure> {
        if self.since(base, head)?.is_some() {
            return log::between(&self.git, &self.prefix, base, head, places);
        }
        let (id, parents) = (head.id.as_str().into(), head.parents.clone());
        let changes = self.changes(base, head)?;
        Ok(vec![Revision { id, time: head.time, parents, changes, cut_off: false }])
    }

    /// What git's index says of the files on disk.
    pub fn index(&self) -> Index {
        Index::read(&self.here, self.git.folder())
    }

    /// Whether files on disk hold the contents of these names, given in the order of their paths; one that cannot be
    /// read, or that git cannot be asked for, does not. A file that is as git saw it last is what git made of it then; of
    /// any other its bytes count.
    pub fn hold(
        &self,
        root: &Path,
        index: Option<&Index>,
        files: &[(&str, &str)],
    ) -> Result<Vec<bool>, GitFailure> {
        let known = index.map_or_else(|| vec![None; files.len()], |index| index.hold(root, files));
        let unknown = files.iter().zip(&known).filter(|(_, known)| known.is_none());
        let unknown: Vec<&str> = unknown.map(|((path, _), _)| *path).collect();
        let mut hashed = self.hashes(root, &unknown)?.into_iter();
        let mut holds = |name: &str| hashed.next().flatten().is_some_and(|hashed| hashed == name);
        Ok(files.iter().zip(known).map(|((_, name), known)| known.unwrap_or_else(|| holds(name))).collect())
    }

    /// The names that the bytes of files on disk have or would have; `None` for one that cannot be read, or that git
    /// cannot be asked for. Nothing is stored, and no filter is run.
    fn hashes(&self, root: &Path, paths: &[&str]) -> Result<Vec<Option<String>>, GitFailure> {
        let mut names = vec![None; paths.len()];
        let there: Vec<(usize, String)> = paths
            .iter()
            .enumerate()
            .filter_map(|(at, path)| Some((at, readable(&root.join(path))?)))
            .collect();
        let mut asked: Vec<(usize, &str)> = there.iter().map(|(at, path)| (*at, path.as_str())).collect();
        while !asked.is_empty() {
            let answers = self.hash(&asked)?;
            let answered = answers.len();
            for ((at, _), name) in asked.iter().zip(answers) {
                names[*at] = Some(name);
            }
            // git ends at the first file that it cannot read.
            asked.drain(..asked.len().min(answered + 1));
        }
        Ok(names)
    }

    /// The names of the first of some files: of all, unless git ended early.
    fn hash(&self, files: &[(usize, &str)]) -> Result<Vec<String>, GitFailure> {
        let asked = ["hash-object", "--no-filters", "--stdin-paths"];
        let mut hasher = Dialogue::start(&self.here, "hash files", asked)?;
        let mut names = Vec::with_capacity(files.len());
        for some in files.chunks(BATCH) {
            let asked: Vec<&str> = some.iter().map(|(_, path)| *path).collect();
            // Whether it took all of them shows in its answers.
            let _ = hasher.ask(&asked);
            for _ in some {
                let Ok(name) = hasher.line() else { return Ok(names) };
                names.push(name);
            }
        }
        Ok(names)
    }

    /// Every commit on the first-parent line of a commit that changed something in files or folders of the workspace.
    pub fn log(&self, from: &Commit, scope: LogScope) -> Result<Log, GitFailure> {
        log::first_parents(&self.git, &self.prefix, &self.line(from)?, scope, self.place.shallow)
    }

    /// The commits that merges of that line brought in, as far as they changed something in some files and folders.
    pub fn merged(&self, from: &Commit, scope: &LogScope) -> Result<log::Merged, GitFailure> {
        log::merged(&self.git, &self.prefix, from, scope)
    }

    /// The mailmap at a commit, or `None`: on disk; empty where there is none.
    pub fn mailmap(&self, commit: Option<&Commit>) -> Result<Vec<u8>, GitFailure> {
        if let Some(commit) = commit {
            let found = self.objects.blobs(&[&format!("{}:{MAILMAP}", commit.id)], FILE_SIZE.usual)?.pop();
            return Ok(found.flatten().unwrap_or_default());
        }
        let on_disk = self.top().and_then(|top| disk::read_plain(&top.join(MAILMAP), FILE_SIZE.usual));
        Ok(on_disk.unwrap_or_default())
    }

    /// The root of the files on disk, without links; `None` where there are none.
    pub fn top(&self) -> Option<PathBuf> {
        self.place.top.clone()
    }

    /// The nearest folder upwards that a commit marks as the root of a workspace, by the settings or what stands in their
    /// place, else by deals: as it is looked for on disk.
    pub fn marked(&self, commit: &Commit, folder: &Path) -> Result<Option<Marked>, GitFailure> {
        let folders: Vec<&Path> = folder.ancestors().collect();
        let name = |folder: &Path, file: &str| {
            let path = folder.join(file);
            // A name that git cannot be asked for by the line is none of ours.
            let path = path.to_str().filter(|path| !path.contains('\n')).unwrap_or_default();
            format!("{}:{path}", commit.id)
        };
        let of = |file: &'static str| folders.iter().map(move |folder| name(folder, file));
        let names: Vec<String> = of(CONFIG_FILE).chain(of(DEALS)).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let found = self.objects.ask(&names, 0)?;
        let (settings, deals) = found.split_at(folders.len());
        let of_settings = settings.iter().position(|found| *found != Object::Missing);
        let of_deals = || {
            let mut both = folders.iter().zip(deals);
            both.position(|(folder, found)| {
                *found == Object::Other && folder.iter().all(|part| part != DEALS)
            })
        };
        let marked = of_settings.or_else(of_deals).map(|at| folders[at].to_owned());
        Ok(marked.map(|folder| Marked { folder, settings: of_settings.is_some() }))
    }

    /// The first workspace in a commit, wherever it lies, for when there is none where it was looked for.
    pub fn workspace_elsewhere(&self, commit: &Commit) -> Result<Option<String>, GitFailure> {
        let asked = ["ls-tree", "-r", "-z", "--name-only", "--full-tree", commit.id.as_str()];
        let said = self.git.run("look for a workspace", asked)?;
        let said = String::from_utf8_lossy(&said);
        let root = |path: &str| {
            let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
            let is_deal = matches!(name.rsplit_once('.'), Some((_, "yaml" | "yml")));
            let deals = || format!("/{folder}/").find(&format!("/{DEALS}/")).filter(|_| is_deal);
            let root = if name == CONFIG_FILE { folder } else { folder.get(..deals()?.saturating_sub(1))? };
            (!folder.split('/').any(is_hidden)).then(|| format!("{root}/"))
        };
        Ok(said.split('\0').find_map(root))
    }

    /// Who is who, and whose keys count, as one commit says; `None`: as the files on disk say.
    pub fn people(&self, commit: Option<&str>) -> Identities {
        let git = if commit.is_some() { &self.git } else { &self.here };
        Identities::of(git, &self.objects, commit, self.place.top.clone())
    }
}

/// A path as git can be asked for it, by the line, when the file is there to be read.
fn readable(path: &Path) -> Option<String> {
    let asked = path.to_str().filter(|path| !path.contains(['\n', '\r']))?;
    disk::opens(path).then(|| asked.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_git_cannot_read_has_no_name_and_the_others_have() {
        let folder = tempfile::tempdir().expect("a folder");
        Git::at(folder.path()).run("begin", ["init", "--quiet"]).expect("git begins");
        let repository = Repository::open(folder.path()).expect("it is one");
        let file = |name: &str| std::fs::write(folder.path().join(name), "").expect("a file");
        for name in ["Cargo.toml", "build.rs", "Icon\r"] {
            file(name);
        }
        let hashes = |root: &Path, paths: &[&str]| -> Vec<bool> {
            let names = repository.hashes(root, paths).expect("git answers");
            names.iter().map(Option::is_some).collect()
        };
        let found = hashes(folder.path(), &["Cargo.toml", "Icon\r", "gone", "build.rs"]);
        assert_eq!(found, [true, false, false, true]);
        // Seen from the folder of the tests they are all there; git looks from another, where some have vanished.
        let vanishing = ["Cargo.toml", "Cargo.lock", "README.md", "Cargo.toml", "src/lib.rs"];
        assert_eq!(hashes(Path::new(""), &vanishing), [true, false, false, true, false]);
    }
}
