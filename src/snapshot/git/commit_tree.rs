//! What a commit holds, as git lists it.

use std::borrow::Cow;

use crate::snapshot::git::packed::{Packed, PackedText};

/// What a commit holds, in the order of paths relative to the workspace.
#[derive(Debug, Default)]
pub(in crate::snapshot::git) struct CommitTree {
    texts: Packed,
    pub(super) entries: Vec<Packing>,
}

/// An entry as it is kept.
#[derive(Debug)]
pub(super) struct Packing {
    path: PackedText,
    name: PackedText,
    kind: EntryKind,
    is_sound: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TreeEntry<'t> {
    pub(super) path: &'t str,
    pub(super) kind: EntryKind,
    /// Whether its path can be written down.
    pub(super) is_sound: bool,
    pub(super) name: &'t str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EntryKind {
    File,
    Link,
    Submodule,
}

impl CommitTree {
    /// `MODE TYPE NAME\tPATH\0`.
    pub(super) fn read(said: &[u8], prefix: &str) -> Self {
        let lines = said.split(|&byte| byte == 0);
        let (mut texts, mut entries) =
            (Packed::with_room(said.len()), Vec::with_capacity(lines.clone().count()));
        for line in lines {
            // What is no text costs a copy, and is rare.
            let known = std::str::from_utf8(line);
            let (line, is_sound) =
                (known.map_or_else(|_| String::from_utf8_lossy(line), Cow::Borrowed), known.is_ok());
            let Some((described, path)) = line.split_once('\t') else { continue };
            let mut words = described.split(' ');
            let (Some(mode), Some(_), Some(name)) = (words.next(), words.next(), words.next()) else {
                continue;
            };
            let kind = match mode {
                "120000" => EntryKind::Link,
                "160000" => EntryKind::Submodule,
                _ => EntryKind::File,
            };
            if let Some(path) = path.strip_prefix(prefix) {
                let (path, name) = (texts.add(path), texts.add(name));
                entries.push(Packing { path, name, kind, is_sound });
            }
        }
        // As git lists them, unless characters were replaced.
        entries.sort_by(|one, other| texts.get(&one.path).cmp(texts.get(&other.path)));
        entries.dedup_by(|one, other| texts.get(&one.path) == texts.get(&other.path));
        Self { texts, entries }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(super) fn entry(&self, packing: &Packing) -> TreeEntry<'_> {
        let Packing { kind, is_sound, .. } = *packing;
        TreeEntry { path: self.texts.get(&packing.path), kind, is_sound, name: self.texts.get(&packing.name) }
    }

    /// Where in the order a path stands, or would stand.
    fn position(&self, path: &str) -> usize {
        self.entries.partition_point(|entry| self.texts.get(&entry.path) < path)
    }

    pub(super) fn get(&self, path: &str) -> Option<TreeEntry<'_>> {
        let entry = self.entries.get(self.position(path))?;
        Some(self.entry(entry)).filter(|entry| entry.path == path)
    }

    pub(super) fn is_folder(&self, path: &str) -> bool {
        path.is_empty() || self.below(path).next().is_some()
    }

    /// Everything below a folder, by its path there.
    pub(super) fn below<'t>(
        &'t self,
        folder: &str,
    ) -> impl Iterator<Item = (&'t str, TreeEntry<'t>)> + use<'t> {
        let start = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        self.entries[self.position(&start)..].iter().map_while(move |entry| {
            let entry = self.entry(entry);
            Some((entry.path.strip_prefix(start.as_str())?, entry))
        })
    }
}
