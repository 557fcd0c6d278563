//! `dealgate check --since REV`: judges what a change touches, at both ends.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::global::Global;
use super::moments::{Moments, Sides};
use super::revision_spec::RevisionSpec;
use super::session::Session;
use crate::compare::{Extent, moves, pairs};
use crate::error::Error;
use crate::finding::{Baseline, Finding, Ledger, Level};

/// What came out of judging a change.
pub(super) struct JudgedChange {
    /// What the change brought, then what was there before and is there still.
    pub ledger: Ledger,
    /// How much was judged.
    pub extent: Extent,
    /// The day it was judged on.
    pub today: Date,
    /// The full name of the commit that was judged; `None`: the files as they are.
    pub revision: Option<String>,
}

/// Judges the change from where the line parts from a revision to the files as they are, or as they were at `--at`.
///
/// Both ends are judged on the same day, so that a finding that time alone brings was there before.
pub(super) fn judge(opened: &Session, global: &Global, base: &RevisionSpec) -> Result<JudgedChange, Error> {
    let moments = Moments::find(opened, global, Some(base), &global.head(), true)?;
    if moments.before.is_from_history() {
        let message = format!("no commit tells how the deals stood with their gates at {base}");
        let hint = "name a later day, or a revision: `dealgate check --since main`";
        return Err(Error::Unknown { message, hint: Some(hint.to_owned()) });
    }
    let workspace = moments.workspace_after(global)?;
    let sides = moments.sides(global, false)?;
    let (before, after) = (&sides.before, &sides.after);
    let changes = before.finding_changes(after, &sides.renames);
    let unjudged = Unjudged::of(&sides);
    let (hiding, known): (Vec<_>, Vec<_>) =
        changes.remaining.into_iter().partition(|it| unjudged.is_hidden_by(it));
    let known = known.into_iter().map(|finding| Finding { known: true, ..finding });
    // What nobody could judge before stops a change: breaking a file must hide nothing.
    let stops = changes.introduced.into_iter().chain(changes.unknown_before).chain(hiding);
    let mut found: Vec<Finding> = stops.chain(known).collect();
    let (states, _) = pairs(before, after, &sides.renames);
    found.extend(sides.workflow_changes(&workspace.config));
    found.extend(states.into_iter().flat_map(|(was, is)| moves(was, is)));
    found.extend(opened.moved().cloned());
    let since = Baseline {
        revision: moments.before.revision().map_or_else(|| base.to_string(), str::to_owned),
        name: moments.before.name.clone(),
        not_touched: sides.not_touched,
    };
    let ledger = Ledger::settle(found, &workspace.config.levels, after.judged.waived).of_change(since);
    let head = moments.after.revision().map(str::to_owned);
    Ok(JudgedChange { ledger, extent: after.judged, today: workspace.today, revision: head })
}

/// The deals that the change touched and of which nobody can tell where they stand now: what hides that was there before,
/// and the change must not be lost behind it.
struct Unjudged<'s> {
    deals: BTreeSet<&'s str>,
    /// Whether the rules of one cannot be used.
    without_rules: bool,
}

impl<'s> Unjudged<'s> {
    fn of(sides: &'s Sides) -> Self {
        let after = &sides.after;
        let stands = |id: &str| after.deal(id).is_some_and(|deal| deal.stage_index().is_some());
        let is_hidden = |id: &&'s str| after.ids.contains(*id) && !stands(id);
        let deals: BTreeSet<&str> = sides.changed.iter().map(AsRef::as_ref).filter(is_hidden).collect();
        let told = after.findings.iter().flatten().filter_map(|finding| finding.subject.deal.as_deref());
        let told: BTreeSet<&str> = told.collect();
        let without_rules = deals.iter().any(|id| after.deal(id).is_none() && !told.contains(id));
        Self { deals, without_rules }
    }

    fn is_hidden_by(&self, finding: &Finding) -> bool {
        match finding.subject.deal.as_deref() {
            Some(deal) => self.deals.contains(deal),
            None => self.without_rules && finding.level == Some(Level::Error),
        }
    }
}
