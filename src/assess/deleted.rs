//! Deals whose file was deleted. Reports and trends still count them in the past.

use std::sync::Arc;

use jiff::civil::Date;

use super::deal::follow;
use super::judged::AssessTotals;
use super::workspace::Workspace;
use crate::deal::Deal;
use crate::deal::reader::{self, DealReadContext};
use crate::finding::{FindingsBuilder, Subject};
use crate::history::{FileCommit, GitHistory, StageOrder, TermHistory, Visit};
use crate::snapshot::git::{Commit, GitFailure, Revision};
use crate::source::names::is_yaml;
use crate::source::{SourceFile, paths};
use crate::syntax::yaml;
use crate::workflow::Workflow;

/// A deal whose file was deleted, as it was last.
pub struct DeletedFile<'a> {
    /// The file, at the path it had last.
    pub file: &'a Arc<SourceFile>,
    /// The deal.
    pub deal: &'a Deal<'a>,
    /// The workflow it would follow today.
    pub workflow: &'a Arc<Workflow>,
    /// What commits tell of it.
    pub git_history: &'a GitHistory,
    /// Its terms over time.
    pub term_history: Arc<TermHistory>,
    /// The path it had at the earlier moment since which it is gone; `None`: it was not there, or nobody asked.
    pub was: Option<Arc<str>>,
    /// The day it was deleted: from then on it is not there.
    pub removed: Date,
    /// The commit that deleted it; `None`: none did yet.
    pub by: Option<Arc<Revision>>,
}

impl DeletedFile<'_> {
    /// Its visits, in stages of the workflow that it would follow today; that it was deleted ended the last.
    pub fn visits(&self) -> Vec<Visit> {
        let index = |stage: &str| self.workflow.stage_index(stage);
        let mut visits =
            self.term_history.visits(StageOrder { index: &index, won_from: self.workflow.won_from });
        if let Some(last) = visits.last_mut() {
            last.left.get_or_insert(self.removed.max(last.entered));
        }
        visits
    }
}

/// An earlier moment: its commit, where it has one, and otherwise the first day after it.
pub type EarlierMoment<'a> = (Option<&'a Commit>, Date);

/// The deals that commits know and that are not there any more since an earlier moment, or since ever, in the order of
/// their paths; those of which nothing can be made are left out, as they were when they were there.
pub fn deleted_deals<K>(
    workspace: &Workspace<'_>,
    since: Option<EarlierMoment<'_>>,
    keep: impl Fn(&DeletedFile<'_>) -> Option<K>,
) -> Result<Vec<K>, GitFailure> {
    let tracks = match workspace.past.tracks() {
        None => return Ok(Vec::new()),
        Some(tracks) => tracks.map_err(Clone::clone)?,
    };
    let is_newer = since.map(|(commit, day)| workspace.past.newer(commit, day));
    let there = tracks.by_path.iter().filter(|(path, _)| !workspace.snapshot.has_file(path));
    let replaced = tracks.replaced.iter().filter_map(|track| Some((track.first()?.path.as_ref(), track)));
    let mut kept = Vec::new();
    for (path, track) in there.map(|(path, track)| (path.as_str(), track)).chain(replaced) {
        let inside = paths::below(&workspace.config.deals, path).is_some();
        if inside && is_yaml(path) {
            kept.extend(one(workspace, is_newer.as_deref(), track, &keep)?);
        }
    }
    Ok(kept)
}

/// Whether a commit was made after a moment.
type IsNewer<'a> = &'a dyn Fn(&Revision) -> bool;

fn one<K>(
    workspace: &Workspace<'_>,
    is_newer: Option<IsNewer<'_>>,
    track: &[FileCommit],
    keep: &impl Fn(&DeletedFile<'_>) -> Option<K>,
) -> Result<Option<K>, GitFailure> {
    let Some(last) = track.iter().position(|step| step.content.is_some()) else { return Ok(None) };
    // What is deleted and not committed is gone as of today.
    let by = last.checked_sub(1).map(|after| Arc::clone(&track[after].revision));
    if by.as_deref().zip(is_newer).is_some_and(|(by, is_newer)| !is_newer(by)) {
        return Ok(None);
    }
    let older = is_newer.and_then(|is_newer| track.iter().find(|step| !is_newer(&step.revision)));
    let was = older.filter(|step| step.content.is_some()).map(|step| Arc::clone(&step.path));
    let deleted = by.as_deref().and_then(|by| workspace.past.day(by));
    let removed = deleted.unwrap_or(workspace.today).min(workspace.today);
    let path = track[last].path.as_ref();
    let Some(text) = workspace.past.text(&track[last])? else { return Ok(None) };
    let file = Arc::new(SourceFile::new(path, text.text()));
    let id = workspace.deal_id(path);
    let subject = Subject { deal: Some(Arc::clone(&id)), ..Subject::default() };
    let mut unheard = FindingsBuilder::about(Vec::new(), subject);
    let root = yaml::parse(file.text()).root;
    let workflow = follow(workspace, &id, root.as_ref(), &mut AssessTotals::<()>::default(), &mut unheard);
    let (Some(root), Some(workflow)) = (root, workflow) else { return Ok(None) };
    let reading =
        DealReadContext { schema: &workflow.schema, rates: &workspace.config.rates, today: workspace.today };
    let deal = reader::read(id, root, reading, &mut unheard);
    let Some(git_history) = workspace.past.git_history_along(track, &file, &deal, reading) else {
        return Ok(None);
    };
    let mut git_history = git_history?;
    git_history.absences.retain(|absence| absence.from < removed);
    let term_history = Arc::new(TermHistory::of(&deal, Some(&git_history)));
    Ok(keep(&DeletedFile {
        file: &file,
        deal: &deal,
        workflow,
        git_history: &git_history,
        term_history,
        was,
        removed,
        by,
    }))
}
