//! The files of a workspace at a commit, read without a checkout. Links are followed inside the workspace only.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Trouble;
use super::objects::{Commit, Objects};
use crate::finding::Finding;
use crate::finding::limit::FILE_SIZE;
use crate::snapshot::{Listing, Snapshot, decode, unreadable};
use crate::source::SourceFile;

/// A workspace at a commit.
#[derive(Debug)]
pub struct GitSnapshot {
    commit: Commit,
    tree: Tree,
    objects: Arc<Objects>,
}

/// What a commit holds, by paths relative to the workspace.
#[derive(Clone, Debug, Default)]
pub(super) struct Tree(BTreeMap<String, Entry>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    kind: Kind,
    name: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    File,
    Link,
    Submodule,
}

/// How many links may lead to each other in a row.
const MAX_LINKS: usize = 16;

impl Tree {
    /// `MODE TYPE NAME\tPATH\0`.
    pub(super) fn read(said: &[u8], prefix: &str) -> Self {
        let entry = |line: &[u8]| {
            let line = String::from_utf8_lossy(line);
            let (described, path) = line.split_once('\t')?;
            let mut words = described.split(' ');
            let (mode, _, name) = (words.next()?, words.next()?, words.next()?);
            let kind = match mode {
                "120000" => Kind::Link,
                "160000" => Kind::Submodule,
                _ => Kind::File,
            };
            Some((path.strip_prefix(prefix)?.to_owned(), Entry { kind, name: name.to_owned() }))
        };
        Self(said.split(|&byte| byte == 0).filter_map(entry).collect())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn is_folder(&self, path: &str) -> bool {
        path.is_empty() || self.below(path).next().is_some()
    }

    fn below<'t>(&'t self, folder: &str) -> impl Iterator<Item = (&'t str, &'t Entry)> + use<'t> {
        let start = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        self.0
            .range(start.clone()..)
            .take_while(move |(path, _)| path.starts_with(&start))
            .map(|(path, entry)| (path.as_str(), entry))
    }
}

/// What a path leads to once links are followed.
enum Target<'t> {
    File(&'t Entry),
    Folder(String),
    Submodule,
    Nothing(&'static str),
}

impl GitSnapshot {
    pub(super) fn new(commit: Commit, tree: Tree, objects: Arc<Objects>) -> Self {
        Self { commit, tree, objects }
    }

    /// The commit.
    #[must_use]
    pub fn commit(&self) -> &Commit {
        &self.commit
    }

    /// The name of a file's content, links followed.
    #[must_use]
    pub fn content_name(&self, path: &str) -> Option<&str> {
        match self.follow(path) {
            Target::File(entry) => Some(&entry.name),
            _ => None,
        }
    }

    /// That the contents of files are here, as those of a partial clone may not be.
    pub fn are_here<'p>(&self, paths: impl IntoIterator<Item = &'p str>) -> Result<(), Trouble> {
        let names: Vec<&str> = paths.into_iter().filter_map(|path| self.content_name(path)).collect();
        let contents = self.objects.blobs(&names, 0)?;
        if contents.iter().all(Option::is_some) { Ok(()) } else { Err(Trouble::Partial) }
    }

    /// Whether there is such a folder, links followed.
    #[must_use]
    pub fn has_folder(&self, path: &str) -> bool {
        matches!(self.follow(path), Target::Folder(_))
    }

    fn follow(&self, path: &str) -> Target<'_> {
        const OUT: &str = "it is a link that leads out of the workspace";
        // What bears just this name lies behind no link.
        if let Some(entry) = self.tree.0.get(path).filter(|entry| entry.kind == Kind::File) {
            return Target::File(entry);
        }
        let mut open: Vec<String> = path.split('/').rev().map(str::to_owned).collect();
        let mut done: Vec<String> = Vec::new();
        let mut links = 0;
        while let Some(part) = open.pop() {
            match part.as_str() {
                "" | "." => continue,
                ".." => {
                    if done.pop().is_none() {
                        return Target::Nothing(OUT);
                    }
                    continue;
                }
                _ => done.push(part),
            }
            let here = done.join("/");
            match self.tree.0.get(&here) {
                Some(Entry { kind: Kind::Link, name }) => {
                    links += 1;
                    if links > MAX_LINKS {
                        return Target::Nothing("it is a link that leads in a circle");
                    }
                    let blob = self
                        .objects
                        .blobs(&[name], FILE_SIZE.usual)
                        .ok()
                        .and_then(|mut found| found.pop().flatten());
                    let Some(target) = blob.and_then(|bytes| String::from_utf8(bytes).ok()) else {
                        return Target::Nothing("it is a link that cannot be read");
                    };
                    if target.starts_with('/') {
                        return Target::Nothing(OUT);
                    }
                    done.pop();
                    open.extend(target.split('/').rev().map(str::to_owned));
                }
                Some(Entry { kind: Kind::Submodule, .. }) => return Target::Submodule,
                Some(entry) if open.is_empty() => return Target::File(entry),
                Some(_) => return Target::Nothing("it is not there"),
                None => {}
            }
        }
        let here = done.join("/");
        if self.tree.is_folder(&here) {
            return Target::Folder(here);
        }
        Target::Nothing("it is a link to something that does not exist")
    }

    fn walk_without(&self, folder: &str, left_out: Option<&str>) -> Listing {
        let mut listing = Listing::default();
        let refuse = |path: &str, why: &str, help: &str| unreadable(path, why, help);
        let start = match self.follow(folder) {
            Target::Folder(start) => start,
            Target::Submodule => {
                let finding = refuse(
                    folder,
                    "it is a submodule, a repository of its own",
                    "run dealgate inside the submodule; `--at` reads one repository",
                );
                return Listing { faults: vec![finding], ..listing };
            }
            _ => return listing,
        };
        let is_left_out = |path: &str| {
            left_out.is_some_and(|folder| {
                path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
        };
        for (path, entry) in self.tree.below(&start) {
            if is_left_out(path) {
                continue;
            }
            let below = path.strip_prefix(&start).unwrap_or(path).trim_start_matches('/');
            // As on disk: what starts with a dot is not looked at.
            if below.split('/').any(|part| part.starts_with('.')) {
                continue;
            }
            let shown = match folder.trim_end_matches('/') {
                "" => below.to_owned(),
                folder => format!("{folder}/{below}"),
            };
            match entry.kind {
                Kind::File => listing.files.push(shown),
                Kind::Submodule => listing.faults.push(refuse(
                    &shown,
                    "it is a submodule, a repository of its own",
                    "run dealgate inside the submodule; `--at` reads one repository",
                )),
                Kind::Link => match self.follow(path) {
                    Target::File(_) => listing.files.push(shown),
                    Target::Folder(linked) => {
                        let inside = self.tree.below(&linked).filter(|(_, entry)| entry.kind == Kind::File);
                        listing.files.extend(inside.map(|(inner, _)| {
                            format!("{shown}/{}", inner[linked.len()..].trim_start_matches('/'))
                        }));
                    }
                    Target::Submodule => {}
                    Target::Nothing(why) => {
                        listing.faults.push(refuse(
                            &shown,
                            why,
                            "replace it by the file itself, or remove it",
                        ));
                    }
                },
            }
        }
        listing.files.sort_unstable();
        listing
    }
}

impl Snapshot for GitSnapshot {
    fn revision(&self) -> Option<&str> {
        Some(&self.commit.id)
    }

    fn walk(&self, folder: &str) -> Listing {
        self.walk_without(folder, None)
    }

    fn walk_beside(&self, folder: &str) -> Listing {
        self.walk_without("", Some(folder))
    }

    fn files_in(&self, folder: &str) -> Listing {
        let Target::Folder(start) = self.follow(folder) else { return Listing::default() };
        let folder = folder.trim_end_matches('/');
        let files = self
            .tree
            .below(&start)
            .map(|(path, _)| path[start.len()..].trim_start_matches('/'))
            .filter(|name| !name.contains('/'))
            .map(|name| if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") })
            .filter(|path| self.has_file(path));
        Listing { files: files.collect(), faults: Vec::new() }
    }

    /// A link of a tree that leads out leads nowhere: reading it says so.
    fn stray(&self, _: &str) -> Option<Finding> {
        None
    }

    fn has_file(&self, path: &str) -> bool {
        matches!(self.follow(path), Target::File(_))
    }

    fn expect(&self, paths: &[String], most: usize) {
        let names: Vec<&str> = paths.iter().filter_map(|path| self.content_name(path)).collect();
        self.objects.expect(&names, most);
    }

    fn read(&self, path: &str, most: usize) -> Result<Arc<SourceFile>, Box<Finding>> {
        let fault = |why: &str, help: &str| Err(Box::new(unreadable(path, why, help)));
        let name = match self.follow(path) {
            Target::File(entry) => &entry.name,
            Target::Nothing(why) => return fault(why, "name a file of the workspace"),
            Target::Folder(_) | Target::Submodule => {
                return fault("it is not an ordinary file", "name a file of the workspace");
            }
        };
        match self.objects.blobs(&[name], most).map(|mut found| found.pop().flatten()) {
            Ok(Some(bytes)) => decode(path, bytes, most),
            Ok(None) => {
                let missing = Trouble::Partial;
                fault("its content is not here: this is a partial clone", missing.hint().unwrap_or_default())
            }
            Err(trouble) => fault(&trouble.to_string(), trouble.hint().unwrap_or("run the check again")),
        }
    }
}
