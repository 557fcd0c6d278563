//! The commits between two moments: which deals they touched, and which deals have another id since.

use super::moment::Files;
use super::sides::Moments;
use crate::assess::Workspace;
use crate::compare::{Renames, Side, Uncommitted};
use crate::error::Error;
use crate::history::{Past, Tracks};
use crate::source::names::is_yaml;
use crate::source::paths;

/// What commits did to deals between two moments.
#[derive(Default)]
pub(super) struct Between {
    tracks: Tracks,
    /// The folders that held deals at either moment.
    folders: [String; 2],
    /// Whether the earlier commit lies in the line of the later one, so that nothing in between is left out.
    pub(super) in_line: bool,
}

impl Between {
    /// The paths that deals have or had last.
    pub(super) fn deals(&self) -> impl Iterator<Item = String> {
        let replaced = self.tracks.replaced.iter().filter_map(|track| Some(track.first()?.path.to_string()));
        let is_inside =
            |path: &String| self.folders.iter().any(|folder| paths::below(folder, path).is_some());
        let all = self.tracks.by_path.keys().cloned().chain(replaced);
        all.filter(move |path| is_yaml(path) && is_inside(path))
    }
}

impl Moments<'_> {
    /// What commits did to the deals from the earlier moment to the later one.
    pub(super) fn between(&self, old: &Workspace<'_>, new: &Workspace<'_>) -> Result<Between, Error> {
        let folders = [old.config.deals.clone(), new.config.deals.clone()];
        let (Some(repository), Files::Commit(base)) = (&self.repository, &self.before.files) else {
            return Ok(Between { folders, ..Between::default() });
        };
        let base = base.commit();
        let head = match &self.after.files {
            Files::Commit(head) => Some(head.commit().clone()),
            _ => repository.head().map_err(Error::Git)?,
        };
        let Some(head) = head.filter(|head| head.id != base.id) else {
            return Ok(Between { folders, in_line: true, ..Between::default() });
        };
        let in_line = repository.since(base, &head).map_err(Error::Git)?.is_some();
        let most = new.config.limits.file_size;
        let tracks = Past::tracks_between(repository, (base, &head), &folders, most).map_err(Error::Git)?;
        Ok(Between { tracks, folders, in_line })
    }

    /// The deals that have another id: as commits tell, one after the other, and for files on disk as far as it can be
    /// guessed.
    pub(super) fn renames(
        &self,
        (old, before): (&Workspace<'_>, &Side),
        (new, after): (&Workspace<'_>, &Side),
        between: &Between,
    ) -> Renames {
        if self.repository.is_none() || !matches!(self.before.files, Files::Commit(_)) {
            return Renames::new();
        }
        let tracks = &between.tracks;
        let moved = tracks.successors.iter().filter(|(from, to)| from != to);
        let ids = moved.map(|(from, to)| (old.deal_id(from), new.deal_id(to)));
        let mut renames: Renames = ids.filter(|(from, to)| from != to && before.ids.contains(from)).collect();
        if matches!(self.after.files, Files::WorkTree) {
            let newest = |path: &str| tracks.by_path.get(path).and_then(|track| track.first());
            let is_there = |path: &str| {
                let path = tracks.successors.get(path).map_or(path, String::as_str);
                newest(path).is_none_or(|step| step.content.is_some())
            };
            let is_new = |path: &str| newest(path).is_none_or(|step| step.content.is_none());
            Uncommitted { came: &is_new, went: &is_there }.guess(before, after, &mut renames);
        }
        renames
    }
}
