//! What git's index says of the files on disk: which of them are as git saw them last, and what they held then. Reads no
//! file, so that no filter of a repository can be run.

use std::fs::{self, Metadata};
use std::path::Path;

use rayon::prelude::*;

use super::failure::GitFailure;
use super::packed::{Packed, PackedText};
use super::program::Git;

/// The files that git knows in the folder of a workspace, in the order of their paths.
#[derive(Debug, Default)]
pub struct Index {
    entries: IndexEntries,
    /// When it was written, in seconds since 1970.
    written: u32,
}

#[derive(Debug, Default)]
struct IndexEntries {
    texts: Packed,
    all: Vec<IndexEntry>,
}

#[derive(Debug)]
struct IndexEntry {
    /// Relative to the workspace.
    path: PackedText,
    /// The name of its content.
    name: PackedText,
    seen: FileStat,
}

/// A file on disk as git saw it. As in the index, numbers are cut to 32 bits, and times are seconds and nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct FileStat {
    changed: [u32; 2],
    modified: [u32; 2],
    inode: u32,
    owner: [u32; 2],
    size: u32,
}

/// Of entries with one of these flags git does not look at the file: those that are assumed to be unchanged, those that
/// are not checked out, and those that are only meant to be added.
const NOT_LOOKED_AT: u32 = 0x6000_8000;

/// Something that git tracks; it need not be there any more.
#[derive(Debug)]
pub(in crate::snapshot) struct Tracked {
    /// From the folder that was asked about.
    pub(in crate::snapshot) path: String,
    /// Whether it is a repository of its own.
    pub(in crate::snapshot) is_submodule: bool,
    /// Whether a sparse checkout leaves it out.
    pub(in crate::snapshot) is_left_out: bool,
}

/// What git tracks below its folder.
pub(super) fn tracked(git: &Git) -> Result<Vec<Tracked>, GitFailure> {
    let said = git.run("list the files that it tracks", ["ls-files", "-t", "--stage", "-z"])?;
    // `TAG MODE NAME STAGE\tPATH\0`.
    let tracked = |line: &[u8]| {
        let line = String::from_utf8_lossy(line);
        let (described, path) = line.split_once('\t')?;
        let (tag, described) = described.split_once(' ')?;
        let is_submodule = described.starts_with("160000 ");
        Some(Tracked { path: path.to_owned(), is_submodule, is_left_out: tag == "S" })
    };
    Ok(said.split(|&byte| byte == 0).filter_map(tracked).collect())
}

/// The attributes by which git writes a file to disk with another text than it keeps. How lines end is no text, and a filter
/// runs only where the machine's own settings name it.
pub(in crate::snapshot) const REWRITING: [&str; 2] = ["working-tree-encoding", "ident"];

/// What git tracks below its folder and keeps as another text than the disk has.
pub(super) fn rewritten(git: &Git) -> Result<Vec<String>, GitFailure> {
    let mut all = Vec::new();
    for attribute in REWRITING {
        let but = |state: &str| format!(":(exclude,attr:{state}{attribute})");
        let (unset, unspecified) = (but("-"), but("!"));
        let asked = ["--no-literal-pathspecs", "ls-files", "-z", "--", ".", &unset, &unspecified];
        let said = git.run("ask for the attributes of files", asked)?;
        let paths = said.split(|&byte| byte == 0).filter(|path| !path.is_empty());
        all.extend(paths.map(|path| String::from_utf8_lossy(path).into_owned()));
    }
    Ok(all)
}

impl Index {
    /// The index of a repository, in the folder of a workspace; empty where it cannot be understood.
    pub(super) fn read(here: &Git, repository: &Path) -> Self {
        // Asked for before the entries: should the index be written meanwhile, more of them are in doubt.
        let written = fs::metadata(repository.join("index"))
            .map_or_else(|_| FileStat::default(), |it| FileStat::of(&it));
        let asked = ["ls-files", "--stage", "--debug", "-z", "--no-recurse-submodules"];
        let said = here.run("read the index", asked).unwrap_or_default();
        let entries = entries(&said).unwrap_or_default();
        Self { entries, written: written.modified[0] }
    }

    /// The name of the content of a file; `None` where it may have changed.
    pub fn name(&self, root: &Path, path: &str) -> Option<&str> {
        let IndexEntries { texts, all } = &self.entries;
        let entry = &all[all.binary_search_by(|entry| texts.get(&entry.path).cmp(path)).ok()?];
        self.is_as_seen(root, path, entry.seen).then_some(texts.get(&entry.name))
    }

    fn is_as_seen(&self, root: &Path, path: &str, seen: FileStat) -> bool {
        let found = fs::symlink_metadata(root.join(path));
        !self.is_in_doubt(seen) && found.is_ok_and(|found| found.is_file() && FileStat::of(&found) == seen)
    }

    /// Whether files hold the contents of these names, given in the order of their paths; `None` for one that may have
    /// changed.
    pub(super) fn hold(&self, root: &Path, files: &[(&str, &str)]) -> Vec<Option<bool>> {
        let IndexEntries { texts, all } = &self.entries;
        let mut entries = all.iter().peekable();
        let known: Vec<Option<&IndexEntry>> = files
            .iter()
            .map(|(path, _)| {
                while entries.next_if(|entry| texts.get(&entry.path) < *path).is_some() {}
                entries.next_if(|entry| texts.get(&entry.path) == *path)
            })
            .collect();
        let holds = |(entry, (path, name)): (Option<&IndexEntry>, &(&str, &str))| {
            let entry = entry.filter(|entry| self.is_as_seen(root, path, entry.seen))?;
            Some(texts.get(&entry.name) == *name)
        };
        known.into_par_iter().zip(files).map(holds).collect()
    }

    /// Whether a file could have changed once more, to the same size, without its times telling. What is empty here
    /// was of another size when git left it in doubt itself.
    fn is_in_doubt(&self, seen: FileStat) -> bool {
        self.written <= seen.modified[0] || seen.size == 0
    }
}

impl FileStat {
    #[cfg(unix)]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the index keeps just these bits"
    )]
    fn of(found: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt as _;
        Self {
            changed: [found.ctime() as u32, found.ctime_nsec() as u32],
            modified: [found.mtime() as u32, found.mtime_nsec() as u32],
            inode: found.ino() as u32,
            owner: [found.uid(), found.gid()],
            size: found.size() as u32,
        }
    }

    /// Elsewhere git sees files in other ways, and none is known to be as it was.
    #[cfg(not(unix))]
    fn of(_: &Metadata) -> Self {
        Self::default()
    }
}

/// `MODE NAME STAGE\tPATH\0`, then indented lines that say how the file was seen. `None`: another git says it in another
/// way.
fn entries(said: &[u8]) -> Option<IndexEntries> {
    let mut entries = IndexEntries::default();
    let mut rest = said;
    while !rest.is_empty() {
        let end = rest.iter().position(|&byte| byte == 0)?;
        let described = &rest[..end];
        rest = &rest[end + 1..];
        let mut values = [[0; 2]; 5];
        for (line, keys) in values.iter_mut().zip(LINES) {
            *line = numbers(&mut rest, keys)?;
        }
        let [changed, modified, [_, inode], owner, [size, flags]] = values;
        // What is no text is no path that is asked for.
        let Ok(described) = std::str::from_utf8(described) else { continue };
        let (described, path) = described.split_once('\t')?;
        let mut words = described.split(' ');
        let (mode, name, stage) = (words.next()?, words.next()?, words.next()?);
        if mode.starts_with("100") && stage == "0" && flags & NOT_LOOKED_AT == 0 {
            let seen = FileStat { changed, modified, inode, owner, size };
            let (path, name) = (entries.texts.add(path), entries.texts.add(name));
            entries.all.push(IndexEntry { path, name, seen });
        }
    }
    Some(entries)
}

/// What stands before the two numbers of each line.
const LINES: [[&str; 2]; 5] = [
    ["  ctime: ", ":"],
    ["  mtime: ", ":"],
    ["  dev: ", "\tino: "],
    ["  uid: ", "\tgid: "],
    ["  size: ", "\tflags: "],
];

/// The numbers of a line, which is taken off.
fn numbers(rest: &mut &[u8], [before, between]: [&str; 2]) -> Option<[u32; 2]> {
    let base = if between.ends_with("flags: ") { 16 } else { 10 };
    let numbers = [number(rest, before, 10)?, number(rest, between, base)?];
    *rest = rest.strip_prefix(b"\n")?;
    Some(numbers)
}

/// The number after some words.
fn number(rest: &mut &[u8], before: &str, base: u32) -> Option<u32> {
    let digits = rest.strip_prefix(before.as_bytes())?;
    let digit = |byte: &u8| char::from(*byte).to_digit(base);
    let length = digits.iter().position(|byte| digit(byte).is_none()).filter(|length| *length > 0)?;
    *rest = &digits[length..];
    digits[..length].iter().try_fold(0_u32, |sum, byte| sum.checked_mul(base)?.checked_add(digit(byte)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAID: &str = "100644 aa 0\tdeals/a.yaml\0  ctime: 5:1\n  mtime: 4:2\n  dev: 7\tino: 8\n  uid: 1\tgid: 2\n  size: 3\tflags: 0\n";

    #[test]
    fn only_what_git_looks_at_is_known() {
        let seen = FileStat { changed: [5, 1], modified: [4, 2], inode: 8, owner: [1, 2], size: 3 };
        let shown = |said: &str| -> Option<Vec<(String, FileStat)>> {
            let IndexEntries { texts, all } = entries(said.as_bytes())?;
            let one = |entry: &IndexEntry| format!("{} {}", texts.get(&entry.path), texts.get(&entry.name));
            Some(all.iter().map(|entry| (one(entry), entry.seen)).collect())
        };
        assert_eq!(shown(SAID), Some(vec![("deals/a.yaml aa".to_owned(), seen)]));
        for (from, to) in [
            ("100644", "120000"),
            ("aa 0", "aa 2"),
            ("flags: 0", "flags: 8000"),
            ("flags: 0", "flags: 40004000"),
            ("flags: 0", "flags: 20004000"),
        ] {
            assert_eq!(shown(&SAID.replace(from, to)), Some(vec![]), "{to}");
        }
        for (from, to) in [("uid", "user"), ("\n  size", "  size"), ("\0", ""), ("ino: 8", "ino: x")] {
            assert_eq!(shown(&SAID.replace(from, to)), None, "{to}");
        }
    }

    #[test]
    fn what_was_written_with_the_index_is_in_doubt() {
        let seen = |second, size| FileStat { modified: [second, 0], size, ..FileStat::default() };
        let index = Index { entries: IndexEntries::default(), written: 5 };
        assert!(!index.is_in_doubt(seen(4, 1)));
        assert!(index.is_in_doubt(seen(5, 1)) && index.is_in_doubt(seen(6, 1)));
        assert!(index.is_in_doubt(seen(4, 0)));
        assert!(Index::default().is_in_doubt(seen(4, 1)));
    }
}
