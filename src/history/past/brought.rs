//! Who made a change that a merge brought in.

use std::sync::Arc;

use super::Past;
use super::source::FirstParentLine;
use crate::deal::reader::DealReadContext;
use crate::history::file_terms::FileTerms;
use crate::history::from_commits::Written;
use crate::snapshot::decode;
use crate::snapshot::git::{Person, Revision, Trouble};
use crate::source::SourceFile;
use crate::syntax::{Node, yaml};

/// A commit, and the text of a file that it left.
pub(super) type Brought = (Arc<Revision>, Arc<SourceFile>);

impl Past {
    /// The commit that made a change which a commit of the line, maybe by merging, left: the one after which `says` is
    /// true of a deal's facts, and before which it is not.
    pub fn wrote(
        &self,
        written: &Written,
        reading: DealReadContext<'_>,
        says: impl Fn(&FileTerms) -> bool,
    ) -> Result<Arc<Revision>, Trouble> {
        let own = Arc::clone(&written.revision);
        let Some(line) = self.known()? else { return Ok(own) };
        let is_true =
            |root: Option<&Node<'_>>| root.is_some_and(|root| says(&FileTerms::read(root, reading)));
        let made = |new: Option<&Node<'_>>, old: Option<&Node<'_>>| is_true(new) && !is_true(old);
        let found = line.brought(&written.revision, &written.path, made)?;
        Ok(found.map_or(own, |(revision, _)| revision))
    }

    /// The author of a commit, by the mailmap; as the commit itself says where that cannot be asked.
    pub fn author(&self, revision: &Revision) -> Person {
        let Ok(Some(line)) = self.known() else { return Person::default() };
        let author = line.people.author(&revision.id).unwrap_or_default();
        line.people.canonical(&author).unwrap_or(author)
    }
}

impl FirstParentLine {
    /// The commit among those that a merge brought in which made a change to a file, newest first, and the text that it
    /// left; `made` is shown the file after and before.
    pub(super) fn brought(
        &self,
        merge: &Revision,
        path: &str,
        made: impl Fn(Option<&Node<'_>>, Option<&Node<'_>>) -> bool,
    ) -> Result<Option<Brought>, Trouble> {
        if merge.parents.len() < 2 {
            return Ok(None);
        }
        let Some(merged) = self.merged()? else { return Ok(None) };
        let brought = merged.by_merge.get(merge.id.as_ref()).map(Vec::as_slice).unwrap_or_default();
        let mut path = path.to_owned();
        // A merge inside the branch only passes on what others did.
        for revision in brought.iter().filter(|revision| revision.parents.len() < 2) {
            let Some(change) = revision.changes.iter().find(|change| change.to.as_deref() == Some(&path))
            else {
                continue;
            };
            let text = |name: Option<&String>| -> Result<_, Trouble> {
                let Some(name) = name else { return Ok(None) };
                let bytes = self.repository.objects().blobs(&[name], self.file_size)?.pop().flatten();
                Ok(decode(&path, bytes.unwrap_or_default(), self.file_size).ok())
            };
            let (new, old) = (text(change.new.as_ref())?, text(change.old.as_ref())?);
            let root =
                |text| -> Option<Node<'_>> { yaml::parse(SourceFile::text(Option::as_deref(text)?)).root };
            let is_it = made(root(&new).as_ref(), root(&old).as_ref());
            if let Some(new) = new.filter(|_| is_it) {
                return Ok(Some((Arc::clone(revision), new)));
            }
            if let Some(from) = &change.from {
                path.clone_from(from);
            }
        }
        Ok(None)
    }
}
