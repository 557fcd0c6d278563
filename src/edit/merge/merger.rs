//! Walks three trees at once and sorts what differs: theirs alone changed it, or both did.

use std::collections::{BTreeMap, BTreeSet};

use super::clash::{Clash, MergeRules};
use super::items::IdentifiedItems;
use crate::edit::Change;
use crate::edit::model::ValueModel;
use crate::edit::path::{Path, PathStep};
use crate::edit::write::{self, NewValue};
use crate::syntax::Node;

/// One value in the base, in ours and in theirs.
type NodeSides<'n, 's> = [Option<&'n Node<'s>>; 3];

/// What only theirs changed, in the order in which it can be made, and what both did.
pub(super) struct Merger<'r> {
    rules: &'r MergeRules<'r>,
    sets: Vec<Change>,
    appends: Vec<Change>,
    /// Inner ones first, and last items first, so that the others keep their numbers.
    removes: Vec<Change>,
    pub(super) clashes: Vec<Clash>,
    /// What makes theirs of ours where both changed a value.
    pub(super) as_theirs: Vec<Change>,
    /// Whether an item of theirs stands elsewhere than at the end of a list that ours changed too.
    pub(super) loses_order: bool,
}

fn same(one: Option<&Node<'_>>, other: Option<&Node<'_>>) -> bool {
    let model = |node: Option<&Node<'_>>| node.map(|node| ValueModel::of(node).sorted(false));
    model(one) == model(other)
}

fn below(path: &Path, step: PathStep) -> Path {
    Path(path.0.iter().cloned().chain([step]).collect())
}

fn by_key<'n>(node: Option<&'n Node<'_>>) -> BTreeMap<&'n str, &'n Node<'n>> {
    let entries = node.and_then(Node::as_map).unwrap_or_default();
    entries.iter().map(|entry| (entry.key.value.as_ref(), &entry.value)).collect()
}

impl<'r> Merger<'r> {
    pub(super) fn new(rules: &'r MergeRules<'r>) -> Self {
        Self {
            rules,
            sets: Vec::new(),
            appends: Vec::new(),
            removes: Vec::new(),
            clashes: Vec::new(),
            as_theirs: Vec::new(),
            loses_order: false,
        }
    }

    pub(super) fn changes(&mut self) -> Vec<Change> {
        let mut all = std::mem::take(&mut self.sets);
        all.append(&mut self.appends);
        all.append(&mut self.removes);
        all
    }

    /// Whether a value is taken whole from one side or the other.
    fn is_statement(&self, path: &Path) -> bool {
        match path.0.as_slice() {
            [PathStep::Key(key)] => self.rules.statements.contains(&key.as_str()),
            [PathStep::Key(record), PathStep::Key(_)] => {
                self.rules.records_of_statements.contains(&record.as_str())
            }
            _ => false,
        }
    }

    pub(super) fn value(&mut self, path: &Path, sides: NodeSides<'_, '_>) {
        let [base, ours, theirs] = sides;
        if same(base, theirs) || same(ours, theirs) {
            return;
        }
        let is_untouched = same(base, ours);
        if let (Some(ours), Some(theirs)) = (ours, theirs)
            && (is_untouched || !self.is_statement(path))
        {
            if ours.as_map().is_some() && theirs.as_map().is_some() {
                return self.keys(path, [base, Some(ours), Some(theirs)]);
            }
            let base = base.filter(|base| !base.is_absent()).map_or(Some(&[][..]), Node::as_list);
            if let (Some(base), Some(ours), Some(theirs)) = (base, ours.as_list(), theirs.as_list())
                && self.items(path, [base, ours, theirs], is_untouched)
            {
                return;
            }
        }
        match theirs {
            _ if !is_untouched => self.clash(path, sides),
            Some(theirs) => self.sets.push(Change::Set(path.clone(), theirs.into())),
            None => self.removes.push(Change::Remove(path.clone())),
        }
    }

    fn keys(&mut self, path: &Path, sides: NodeSides<'_, '_>) {
        let entries = sides[1..].iter().flatten().filter_map(|node| node.as_map()).flatten();
        let indices = sides.map(by_key);
        let mut seen = BTreeSet::new();
        for entry in entries {
            let key = entry.key.value.as_ref();
            if seen.insert(key) {
                let step = PathStep::Key(key.to_owned());
                self.value(&below(path, step), indices.each_ref().map(|index| index.get(key).copied()));
            }
        }
    }

    /// Whether the items could be told apart; where not, the list counts as one value.
    fn items(&mut self, path: &Path, lists: [&[Node<'_>]; 3], is_untouched: bool) -> bool {
        let [Some(base), Some(ours), Some(theirs)] = lists.map(IdentifiedItems::of) else { return false };
        let stays = theirs.shared(&base);
        // Edits add at the end and never move.
        let adds_at_end = theirs.ids.iter().zip(&stays).all(|(id, stay)| id == stay);
        if stays != base.shared(&theirs) || is_untouched && !adds_at_end || are_torn([&base, &ours, &theirs])
        {
            return false;
        }
        let gone: Vec<usize> = (0..ours.ids.len())
            .rev()
            .filter(|at| base.has(&ours.ids[*at]) && !theirs.has(&ours.ids[*at]))
            .collect();
        let (before, clashes) = (self.counts(), self.clashes.len());
        for id in &theirs.ids {
            if let Some(at) = ours.place(id) {
                self.value(&below(path, PathStep::Item(at)), [base.get(id), ours.get(id), theirs.get(id)]);
            } else if let Some(new) = theirs.get(id).filter(|_| !base.has(id)) {
                self.appends.push(Change::Append(path.clone(), new.into()));
            }
        }
        // What both changed is found again by its number, so none before it may go.
        if !gone.is_empty() && self.clashes.len() > clashes {
            self.forget(before);
            return false;
        }
        self.loses_order |= !adds_at_end;
        self.removes.extend(gone.into_iter().map(|at| Change::Remove(below(path, PathStep::Item(at)))));
        true
    }

    fn counts(&self) -> [usize; 5] {
        let Self { sets, appends, removes, clashes, as_theirs, .. } = self;
        [sets.len(), appends.len(), removes.len(), clashes.len(), as_theirs.len()]
    }

    /// Goes back to what was there at a count.
    fn forget(&mut self, [sets, appends, removes, clashes, as_theirs]: [usize; 5]) {
        self.sets.truncate(sets);
        self.appends.truncate(appends);
        self.removes.truncate(removes);
        self.clashes.truncate(clashes);
        self.as_theirs.truncate(as_theirs);
    }

    fn clash(&mut self, path: &Path, [_, ours, theirs]: NodeSides<'_, '_>) {
        let line = |node: &Node<'_>| write::flow(&NewValue::from(node));
        self.clashes.push(Clash { path: path.clone(), ours: ours.map(line), theirs: theirs.map(line) });
        self.as_theirs.push(match theirs {
            Some(theirs) => Change::Set(path.clone(), theirs.into()),
            None => Change::Remove(path.clone()),
        });
    }
}

/// Whether one side took away an item that the other changed, or one that is gone on both may have become another.
fn are_torn([base, ours, theirs]: [&IdentifiedItems<'_, '_>; 3]) -> bool {
    let adds = |side: &IdentifiedItems<'_, '_>| side.ids.iter().any(|id| !base.has(id));
    base.ids.iter().any(|id| match (ours.get(id), theirs.get(id)) {
        (None, None) => adds(ours) || adds(theirs),
        (Some(_), Some(_)) => false,
        (one, other) => !same(base.get(id), one.or(other)),
    })
}
