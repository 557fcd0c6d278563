//! The last known stage of deals that cannot be judged at the earlier moment: a fault that was there hides no move.

use crate::assess::Workspace;
use crate::compare::{DealState, removed_unjudged};

use super::sides::Sides;

/// How many versions of a file are looked at.
const MOST: usize = 100;

/// Gives deals at the earlier moment, by their paths, the stage that their files named last where it is not known; tells of
/// those that went without anybody knowing how they stood.
pub(super) fn recall(old: &Workspace<'_>, new: &Workspace<'_>, paths: &[String], sides: &mut Sides) {
    let mut went = Vec::new();
    for path in paths {
        let id = old.deal_id(path);
        if !sides.before.ids.contains(&id)
            || sides.before.deal(&id).is_some_and(|it| it.stage_index().is_some())
        {
            continue;
        }
        let later = sides.renames.get(&id).unwrap_or(&id);
        if let Some(now) = sides.after.deal(later) {
            if let Some(then) = last_told(old, path, now) {
                sides.before.put(then);
            }
        } else if !sides.after.ids.contains(later) && sides.before.deal(&id).is_none() {
            went.push(removed_unjudged(&id, path));
        }
    }
    sides.after.also_found(went, &new.config.levels);
}

/// What the newest version of a file says that names a stage.
fn last_told(old: &Workspace<'_>, path: &str, now: &DealState) -> Option<DealState> {
    let id = old.deal_id(path);
    let own = old.snapshot.read(path, old.config.limits.file_size).ok();
    let steps = old.past.tracks().and_then(Result::ok).and_then(|tracks| tracks.by_path.get(path));
    let earlier =
        steps.into_iter().flatten().take(MOST).filter_map(|step| old.past.text(step).ok().flatten());
    own.into_iter().chain(earlier).find_map(|file| now.at_version(&id, &file, &old.config.rates, old.today))
}
