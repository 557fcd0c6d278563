//! Rejects renames that git guessed between two different deals: texts of deals are much alike.

use crate::history::proof::wording;
use crate::snapshot::decode;
use crate::snapshot::git::{FileChange, GitFailure, Objects, Revision};
use crate::source::SourceFile;
use crate::source::names::is_yaml;
use crate::syntax::{Node, yaml};

/// How many contents are read at a time.
const FEW: usize = 32;

/// Takes apart what git calls a rename and is another deal: that one is new, and the other was removed.
pub(super) fn take_apart(
    revisions: Vec<&mut Revision>,
    objects: &Objects,
    file_size: usize,
) -> Result<(), GitFailure> {
    let renamed = revisions.iter().flat_map(|revision| revision.changes.iter().filter_map(texts));
    let names: Vec<String> = renamed.flatten().map(str::to_owned).collect();
    let asked: Vec<&str> = names.iter().map(String::as_str).collect();
    let (mut asked, mut found) = (asked.chunks(FEW), Vec::new().into_iter());
    let mut text = || {
        if found.len() == 0 {
            found = objects.blobs(asked.next().unwrap_or_default(), file_size)?.into_iter();
        }
        Ok(decode("", found.next().flatten().unwrap_or_default(), file_size).ok())
    };
    for revision in revisions {
        let mut changes = Vec::with_capacity(revision.changes.len());
        for change in revision.changes.drain(..) {
            if texts(&change).is_none() || is_same(text()?.as_deref(), text()?.as_deref()) {
                changes.push(change);
                continue;
            }
            let FileChange { from, to, old, new } = change;
            changes.push(FileChange { from, old, ..FileChange::default() });
            changes.push(FileChange { to, new, ..FileChange::default() });
        }
        revision.changes = changes;
    }
    Ok(())
}

/// The names of the two contents of a file that was renamed and changed.
fn texts(change: &FileChange) -> Option<[&str; 2]> {
    let is_deal = change.to.as_deref().is_some_and(is_yaml);
    let is_moved = is_deal && change.from.is_some() && change.from != change.to;
    let (old, new) = (change.old.as_deref()?, change.new.as_deref()?);
    (is_moved && old != new).then_some([old, new])
}

/// Whether two texts are one deal: by its name, by where it came from, or by its customer and amount. Where one cannot
/// be read nobody knows, and nothing is guessed.
fn is_same(old: Option<&SourceFile>, new: Option<&SourceFile>) -> bool {
    let (Some(old), Some(new)) = (old, new) else { return false };
    let (old, new) = (yaml::parse(old.text()).root, yaml::parse(new.text()).root);
    let says =
        |root: &Option<Node<'_>>, key| root.as_ref()?.get(key).filter(|it| !it.is_absent()).map(wording);
    let same = |key| says(&old, key).is_some_and(|was| says(&new, key) == Some(was));
    same("name") || same("origin") || (same("customer") && same("amount"))
}
