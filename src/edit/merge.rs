//! Merges two changed texts of one tree: what theirs changed since the base, by key and by item, as changes of ours.

mod clash;
mod items;
mod merger;

use std::collections::BTreeSet;

use super::model::ValueModel;
use super::path::Path;
use super::{Change, edit};
use crate::syntax::{Node, yaml};
pub use clash::{Clash, MergeRules};
use merger::Merger;

/// What two sides come to.
#[derive(Clone, Debug)]
pub struct MergedText {
    /// Ours with what only theirs changed; `None` where that cannot be written soundly.
    pub text: Option<String>,
    /// What both changed.
    pub clashes: Vec<Clash>,
    /// The same text with what theirs says wherever both changed a value.
    pub with_theirs: Option<String>,
    expected: ValueModel,
}

impl MergedText {
    /// Whether a text says what both sides come to, in whatever order it does.
    pub fn is_said_by(&self, text: &str) -> bool {
        let Some(root) = tree(text) else { return false };
        let sorted = |model: ValueModel| model.sorted(true);
        self.clashes.is_empty() && sorted(self.expected.clone()).fits(&sorted(ValueModel::of(&root)))
    }
}

/// Bytes that are read again for all changes together: each change reads the whole text.
const MOST_READ: usize = 64 << 20;

/// Merges; `None` where one of the three cannot be read, or holds what no edit touches: aliases and tags.
///
/// The texts have no byte order mark.
pub fn merge([base, ours, theirs]: [&str; 3], rules: &MergeRules<'_>) -> Option<MergedText> {
    let [base_root, ours_root, theirs_root] = [tree(base)?, tree(ours)?, tree(theirs)?];
    if ours_root.as_map().is_none() || theirs_root.as_map().is_none() {
        return None;
    }
    let mut merger = Merger::new(rules);
    merger.value(&Path::default(), [Some(&base_root), Some(&ours_root), Some(&theirs_root)]);
    let changes = merger.changes();
    if (changes.len() + merger.as_theirs.len()).saturating_mul(ours.len()) > MOST_READ {
        return None;
    }
    let mut expected = ValueModel::of(&ours_root);
    for change in &changes {
        expected.change(change, rules.order).ok()?;
    }
    let written = |text: &str, changes: &[Change]| edit(text, changes, rules.order).ok();
    let text = if merger.loses_order { None } else { written(ours, &changes) };
    // Where it looks as if parts of it repeat, the next merge could not read it.
    let text = text.filter(|text| keeps_comments([base, ours, theirs], text) && tree(text).is_some());
    let with_theirs = text.as_deref().and_then(|text| written(text, &merger.as_theirs));
    Some(MergedText { text, clashes: merger.clashes, with_theirs, expected })
}

fn tree(text: &str) -> Option<Node<'_>> {
    let parsed = yaml::parse(text);
    // A repeated part may stand for values that another side changed one by one.
    let is_simple = yaml::parse_plain(text).is_some() || !may_repeat(text);
    parsed.root.filter(|root| parsed.faults.is_empty() && is_simple && root.as_list().is_none())
}

/// Whether a text may hold anchors, aliases, merge keys or tags; where it only looks so, nothing is lost.
fn may_repeat(text: &str) -> bool {
    let mut before = '\n';
    for c in text.chars() {
        let starts = before.is_whitespace() || matches!(before, '[' | '{' | ',' | ':' | '-');
        if starts && matches!(c, '&' | '*' | '!' | '%') {
            return true;
        }
        before = c;
    }
    text.contains("<<")
}

/// Whether every comment stands in what came out, but for what one of the two took away: edits carry values only.
fn keeps_comments([base, ours, theirs]: [&str; 3], merged: &str) -> bool {
    let said = |text| -> BTreeSet<&str> { str::lines(text).filter_map(comment).collect() };
    let (base, ours, theirs, merged) = (said(base), said(ours), said(theirs), said(merged));
    let is_gone = |comment| base.contains(comment) && !(ours.contains(comment) && theirs.contains(comment));
    ours.union(&theirs).all(|comment| merged.contains(comment) || is_gone(comment))
}

/// What may be a comment in a line.
fn comment(line: &str) -> Option<&str> {
    let starts = |(at, _): &(usize, &str)| line[..*at].chars().next_back().is_none_or(char::is_whitespace);
    line.match_indices('#').find(starts).map(|(at, _)| line[at..].trim())
}
