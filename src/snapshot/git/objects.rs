//! Contents by name, through `cat-file --batch` processes that run as long as the program: one for each core that asks.

use std::collections::BTreeMap;
use std::io::{self, Read as _};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use super::dialogue::Dialogue;
use super::failure::GitFailure;
use super::program::Git;
use crate::finding::limit::FILE_SIZE;

/// A commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Its full name.
    pub id: String,
    /// When it was made, by its committer's clock.
    pub time: Timestamp,
    /// The commits before it; the first is the one it was made on.
    pub parents: Vec<String>,
    /// Who wrote it, as the commit itself says; a mailmap is not asked.
    pub author: Person,
}

/// The name of a commit as people are shown it.
pub fn short(id: &str) -> &str {
    id.get(..10).unwrap_or(id)
}

/// Who made a change.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Person {
    /// The name.
    pub name: String,
    /// The e-mail address.
    pub email: String,
}

/// The contents of a repository.
#[derive(Debug)]
pub struct Objects {
    git: Git,
    /// Those that nobody is asking.
    idle: Mutex<Vec<Dialogue>>,
    /// Contents by their names that were fetched and not handed out yet.
    expected: Mutex<BTreeMap<String, Vec<u8>>>,
}

/// What git has under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Object {
    /// A file's content, at most one byte more than the most that was asked for.
    Blob(Vec<u8>),
    /// A commit's text.
    Commit(String, Vec<u8>),
    /// Something else.
    Other,
    /// Nothing: no such name, or not here.
    Missing,
    /// A short name that fits several.
    Ambiguous,
}

/// How many names are asked for before answers are read: what fits a pipe, so that neither side waits for the other.
pub(super) const BATCH: usize = 256;

/// How many contents are kept for those who did not ask for them yet.
const MOST_EXPECTED: usize = 4_096;

/// How many bytes of them.
const MOST_BYTES_EXPECTED: usize = 32 << 20;

/// How many contents are asked for at a time where all of them may be too much.
const FEW: usize = 32;

impl Objects {
    pub(super) fn of(git: &Git) -> Self {
        Self { git: git.clone(), idle: Mutex::default(), expected: Mutex::default() }
    }

    /// Fetches contents that are going to be asked for soon: together they cost less than one by one. Those of more
    /// than so many bytes are left where they are.
    pub fn expect(&self, names: &[&str], most: usize) {
        let mut fetched: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        for some in names.chunks(FEW) {
            // What could not be fetched is told when it is asked for.
            let objects = self.ask(some, most).unwrap_or_default();
            fetched.extend(some.iter().zip(objects).filter_map(|(name, object)| match object {
                Object::Blob(bytes) if bytes.len() <= most => Some(((*name).to_owned(), bytes)),
                _ => None,
            }));
            if size(fetched.values()) > MOST_BYTES_EXPECTED {
                break;
            }
        }
        let mut expected = self.expected();
        // What nobody came for is not kept for ever.
        if expected.len() > MOST_EXPECTED || size(expected.values()) > MOST_BYTES_EXPECTED {
            expected.clear();
        }
        expected.extend(fetched);
    }

    /// The contents of blobs by their names, in that order; `None` for one that is not here. One of more than so many
    /// bytes is cut after the first that is too many.
    pub fn blobs(&self, names: &[&str], most: usize) -> Result<Vec<Option<Vec<u8>>>, GitFailure> {
        let mut found: Vec<Option<Vec<u8>>> = {
            let mut expected = self.expected();
            names.iter().map(|name| expected.remove(*name)).collect()
        };
        let missing: Vec<usize> = (0..names.len()).filter(|&index| found[index].is_none()).collect();
        if !missing.is_empty() {
            let asked: Vec<&str> = missing.iter().map(|&index| names[index]).collect();
            for (index, object) in missing.into_iter().zip(self.ask(&asked, most)?) {
                if let Object::Blob(bytes) = object {
                    found[index] = Some(bytes);
                }
            }
        }
        Ok(found)
    }

    /// The same of no more than so many bytes together; `None` where they are more.
    pub fn blobs_within(
        &self,
        names: &[&str],
        most: usize,
        together: usize,
    ) -> Result<Option<Vec<Option<Vec<u8>>>>, GitFailure> {
        let (mut found, mut held) = (Vec::with_capacity(names.len()), 0);
        for some in names.chunks(FEW) {
            let blobs = self.blobs(some, most)?;
            held += size(blobs.iter().flatten());
            if held > together {
                return Ok(None);
            }
            found.extend(blobs);
        }
        Ok(Some(found))
    }

    fn expected(&self) -> MutexGuard<'_, BTreeMap<String, Vec<u8>>> {
        self.expected.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whatever git has under each name, which may be any expression for a revision, cut as contents are.
    pub(super) fn ask(&self, names: &[&str], most: usize) -> Result<Vec<Object>, GitFailure> {
        let what = "read the contents of the repository";
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let known = idle().pop();
        let mut process = match known {
            Some(process) => process,
            None => Dialogue::start(&self.git, what, ["cat-file", "--batch"])?,
        };
        let mut found = Vec::with_capacity(names.len());
        for batch in names.chunks(BATCH) {
            ask(&mut process, batch, most, &mut found)
                .map_err(|error| GitFailure::Failed { what, said: error.to_string() })?;
        }
        idle().push(process);
        Ok(found)
    }

    /// The commit that a name or expression leads to.
    pub(super) fn commit(&self, name: &str) -> Result<Result<Commit, Object>, GitFailure> {
        // A line is a request, so what holds a line feed can be no name.
        if name.contains(['\n', '\0']) || name.is_empty() {
            return Ok(Err(Object::Missing));
        }
        let peeled = format!("{name}^{{commit}}");
        match self.ask(&[&peeled], FILE_SIZE.usual)?.pop() {
            Some(Object::Commit(id, text)) => Ok(Commit::read(id, &text).ok_or(Object::Other)),
            other => Ok(Err(other.unwrap_or(Object::Missing))),
        }
    }
}

impl Commit {
    fn read(id: String, text: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(text);
        let header = text.split("\n\n").next()?;
        let line = |key: &str| header.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(' '));
        let seconds = line("committer")?.rsplit(' ').nth(1)?.parse().ok()?;
        // One of two authors is not the author.
        let authors = || header.lines().filter_map(|line| line.strip_prefix("author "));
        let author = authors().next().filter(|_| authors().nth(1).is_none()).unwrap_or_default();
        let (name, rest) = author.split_once('<').unwrap_or((author, ""));
        Some(Self {
            id,
            time: Timestamp::from_second(seconds).ok()?,
            parents: header
                .lines()
                .filter_map(|line| line.strip_prefix("parent ").map(str::to_owned))
                .collect(),
            author: Person {
                name: name.trim().to_owned(),
                email: rest.split('>').next().unwrap_or_default().trim().to_owned(),
            },
        })
    }
}

fn size<'b>(contents: impl Iterator<Item = &'b Vec<u8>>) -> usize {
    contents.map(Vec::len).sum()
}

fn ask(process: &mut Dialogue, names: &[&str], most: usize, found: &mut Vec<Object>) -> io::Result<()> {
    process.ask(names)?;
    for name in names {
        found.push(answer(process, name, most)?);
    }
    Ok(())
}

fn answer(process: &mut Dialogue, name: &str, most: usize) -> io::Result<Object> {
    let header = process.line()?;
    // A name may hold spaces, so what is said of it is what comes after it.
    if let Some(rest) = header.strip_prefix(name).and_then(|rest| rest.strip_prefix(' ')) {
        match rest {
            "missing" => return Ok(Object::Missing),
            "ambiguous" => return Ok(Object::Ambiguous),
            _ => {}
        }
    }
    let mut words = header.split(' ');
    let (id, kind, size) = (words.next(), words.next(), words.next());
    let (Some(id), Some(kind), Some(size)) = (id, kind, size.and_then(|size| size.parse::<u64>().ok()))
    else {
        return Ok(Object::Missing);
    };
    let wanted = size.min(most as u64 + 1);
    let mut bytes = Vec::with_capacity(usize::try_from(wanted).unwrap_or_default());
    process.answers.by_ref().take(wanted).read_to_end(&mut bytes)?;
    io::copy(&mut process.answers.by_ref().take(size - wanted + 1), &mut io::sink())?;
    Ok(match kind {
        "blob" => Object::Blob(bytes),
        "commit" => Object::Commit(id.to_owned(), bytes),
        _ => Object::Other,
    })
}
