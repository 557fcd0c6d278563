//! The author of a change that a merge brought in.

use std::sync::Arc;

use super::Past;
use super::search::OriginSearch;
use super::source::FirstParentLine;
use crate::deal::reader::DealReadContext;
use crate::history::file_terms::FileTerms;
use crate::history::git_history::Written;
use crate::snapshot::git::{GitFailure, Person, Revision};
use crate::source::SourceFile;
use crate::syntax::Node;

/// A commit, and the text of a file that it left.
pub(super) type MergedVersion = (Arc<Revision>, Arc<SourceFile>);

impl Past {
    /// The commit that made a change which a commit of the line, maybe by merging, left: the one after which `says` is
    /// true of a deal's facts, and before which it is not.
    pub fn wrote(
        &self,
        written: &Written,
        reading: DealReadContext<'_>,
        says: impl Fn(&FileTerms) -> bool,
    ) -> Result<Arc<Revision>, GitFailure> {
        let own = Arc::clone(&written.revision);
        let Some(line) = self.known()? else { return Ok(own) };
        let is_true =
            |root: Option<&Node<'_>>| root.is_some_and(|root| says(&FileTerms::read(root, reading)));
        let found = line.brought(&written.revision, &written.path, is_true)?;
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
    /// Who wrote what a merge brought: the commit from which on a file has said it without a break on its way to the
    /// merge, and the text that it left. `None`: the merge wrote it, or brought back what the line had taken away.
    pub(super) fn brought(
        &self,
        merge: &Revision,
        path: &str,
        says: impl Fn(Option<&Node<'_>>) -> bool,
    ) -> Result<Option<MergedVersion>, GitFailure> {
        if merge.parents.len() < 2 {
            return Ok(None);
        }
        let Some(merged) = self.merged()? else { return Ok(None) };
        let Some(commits) = merged.by_merge.get(merge.id.as_ref()) else { return Ok(None) };
        let mut search = OriginSearch::new(self, commits, path, says);
        let (mut found, mut next) = (None, search.source(merge, path, true)?);
        while let Some(source) = next {
            let Some(revision) = commits.get(&source.commit) else { return Ok(None) };
            next = search.source(revision, &source.path, source.is_certain)?;
            if source.is_certain {
                found = Some((revision, source.path));
            }
        }
        let Some((revision, path)) = found else { return Ok(None) };
        let text = search.text(&revision.id, &path)?;
        Ok(text.map(|text| (Arc::new(revision.clone()), text)))
    }
}
