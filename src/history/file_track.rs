//! The commits that touched each file: a log grouped by file, renames followed.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::snapshot::git::Revision;

/// The commits that touched a file, newest first.
pub(crate) type FileTrack = Vec<FileCommit>;

/// A commit that touched a file.
#[derive(Clone, Debug)]
pub struct FileCommit {
    /// The commit.
    pub revision: Arc<Revision>,
    /// Where the file was afterwards, or would be.
    pub path: Arc<str>,
    /// The name of its content afterwards; `None`: it was deleted.
    pub content: Option<String>,
}

/// The tracks of a line of commits.
#[derive(Debug, Default)]
pub struct Tracks {
    /// By the path that each file has now, or had last.
    pub by_path: BTreeMap<String, FileTrack>,
    /// Of files that were deleted before another was moved to their path.
    pub replaced: Vec<FileTrack>,
    /// Where each file is or was last, by where it was before the first of the commits.
    pub successors: BTreeMap<String, String>,
}

impl Tracks {
    /// Follows every file from its newest commit, which comes first, to its oldest.
    pub fn of(line: Vec<Revision>) -> Self {
        let mut tracks: Vec<(String, FileTrack)> = Vec::new();
        // Which file a path means, at the commit that is looked at.
        let mut here: BTreeMap<String, usize> = BTreeMap::new();
        for revision in line {
            let revision = Arc::new(revision);
            // All paths of a commit mean what they meant after it: a swap of two files is two renames.
            let mut meant = Vec::with_capacity(revision.changes.len());
            for change in &revision.changes {
                let Some(path) = change.to.as_ref().or(change.from.as_ref()) else { continue };
                // What is deleted here may be there again in a later commit.
                let file = here.get(path).copied();
                let file = file.unwrap_or_else(|| {
                    tracks.push((path.clone(), Vec::new()));
                    tracks.len() - 1
                });
                tracks[file].1.push(FileCommit {
                    revision: Arc::clone(&revision),
                    path: path.as_str().into(),
                    content: change.new.clone(),
                });
                meant.push((change, file));
            }
            for (change, _) in &meant {
                for path in change.to.iter().chain(&change.from) {
                    here.remove(path);
                }
            }
            for (change, file) in meant {
                // Before it was added, a path means a file of the same name that was deleted earlier.
                let before = change.from.as_ref().or(change.to.as_ref());
                if let Some(before) = before
                    && (change.from.is_some() || !here.contains_key(before))
                {
                    here.insert(before.clone(), file);
                }
            }
        }
        let successors = here.into_iter().map(|(path, file)| (path, tracks[file].0.clone())).collect();
        Self { successors, ..Self::by_last_path(tracks.into_iter()) }
    }

    /// Those of some files, by the paths that they have now: a log that was asked of some paths tells of a file that once
    /// had such a path no more than that it went on from there.
    pub fn only(mut self, files: &BTreeSet<String>) -> Self {
        self.by_path.retain(|path, _| files.contains(path));
        self.replaced.retain(|track| track.first().is_some_and(|step| files.contains(step.path.as_ref())));
        self
    }

    fn by_last_path(tracks: impl Iterator<Item = (String, FileTrack)>) -> Self {
        let mut all = Self::default();
        for (path, track) in tracks {
            match all.by_path.entry(path) {
                Entry::Vacant(free) => _ = free.insert(track),
                Entry::Occupied(_) => all.replaced.push(track),
            }
        }
        all
    }

    /// The same tracks before some commits were made: by the paths that files had then.
    pub fn without(&self, is_newer: impl Fn(&Revision) -> bool) -> Self {
        let older = |track: &FileTrack| {
            let newer = track.iter().take_while(|step| is_newer(&step.revision)).count();
            Some((track.get(newer)?.path.to_string(), track[newer..].to_vec()))
        };
        let all = self.by_path.values().chain(&self.replaced);
        let mut older: Vec<_> = all.filter_map(older).collect();
        // What is there goes before what was deleted.
        older.sort_by_key(|(_, track)| track[0].content.is_none());
        Self::by_last_path(older.into_iter())
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::snapshot::git::FileChange;

    fn commit(id: &str, changes: &[(&str, &str)]) -> Revision {
        let path = |path: &str| (!path.is_empty()).then(|| path.to_owned());
        let change = |&(from, to): &(&str, &str)| FileChange {
            from: path(from),
            to: path(to),
            old: None,
            new: path(to).map(|_| format!("{to}@{id}")),
        };
        Revision {
            id: id.into(),
            time: Timestamp::UNIX_EPOCH,
            parents: Vec::new(),
            changes: changes.iter().map(change).collect(),
            cut_off: false,
        }
    }

    fn ids(tracks: &Tracks, path: &str) -> String {
        tracks.by_path[path].iter().map(|step| step.revision.id.as_ref()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn renames_are_followed_and_a_name_may_be_used_again() {
        let line = vec![
            commit("5", &[("", "a"), ("b", "b")]),
            commit("4", &[("c", "d"), ("d", "c")]),
            commit("3", &[("a", "b")]),
            commit("2", &[("gone", "")]),
            commit("1", &[("", "a"), ("", "c"), ("", "d"), ("", "gone")]),
        ];
        let tracks = Tracks::of(line);
        assert_eq!(ids(&tracks, "b"), "5 3 1");
        assert_eq!(ids(&tracks, "a"), "5", "a new file of an old name");
        assert_eq!(tracks.by_path["c"][1].content.as_deref(), Some("d@1"), "swapped");
        assert_eq!(ids(&tracks, "gone"), "2 1");
    }

    #[test]
    fn what_was_deleted_and_put_back_is_one_file() {
        let line = vec![commit("3", &[("", "a")]), commit("2", &[("a", "")]), commit("1", &[("", "a")])];
        assert_eq!(ids(&Tracks::of(line), "a"), "3 2 1");
    }
}
