//! Two judged moments side by side.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::command::moments::moment::MomentEnd;
use crate::command::session::Session;
use crate::compare::{DealState, Renames, Side, pairs, workflow_changed};
use crate::finding::Finding;
use crate::snapshot::git::Repository;
use crate::workspace::Config;

/// Two moments of a workspace.
pub(in crate::command) struct Moments<'o> {
    pub(super) opened: &'o Session,
    pub(super) repository: Option<Repository>,
    pub before: MomentEnd,
    pub after: MomentEnd,
}

/// The deals of two moments, as far as they had to be judged.
pub(in crate::command) struct Sides {
    pub before: Side,
    pub after: Side,
    pub renames: Renames,
    /// Deals that are the same at both ends, under the same rules.
    pub not_touched: usize,
    /// Whether a workflow or the settings changed, also where those of neither moment are judged by.
    pub rules_changed: bool,
    /// The deals whose own files changed, or came.
    pub changed: BTreeSet<Arc<str>>,
}

impl Sides {
    /// That deals follow other workflows than before, where the rules that hold do not say so.
    pub(in crate::command) fn workflow_changes(&self, rules: &Config) -> Vec<Finding> {
        let (pairs, _) = pairs(&self.before, &self.after, &self.renames);
        let is_assigned = |deal: &DealState| rules.is_assigned(&deal.id);
        let own = pairs.into_iter().filter(|(_, is)| !is.is_some_and(is_assigned));
        own.filter_map(|(was, is)| workflow_changed(was, is)).collect()
    }
}
