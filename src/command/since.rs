//! `dealgate check --since REV`: judges what a change touches, at both ends. Must not know how findings are shown.

use jiff::civil::Date;

use super::Global;
use super::moments::{Asked, Moments};
use super::opened::Opened;
use crate::compare::{Extent, moves, pairs};
use crate::error::Error;
use crate::finding::{Finding, Ledger, Since};

/// What came out of judging a change.
pub(super) struct Judged {
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
pub(super) fn judge(opened: &Opened, global: &Global, base: &Asked) -> Result<Judged, Error> {
    let moments = Moments::find(opened, global, Some(base), &Asked::head(global), true)?;
    if moments.before.is_from_history() {
        let message = format!("no commit tells how the deals stood with their gates at {base}");
        let hint = "name a later day, or a revision: `dealgate check --since main`";
        return Err(Error::Unknown { message, hint: Some(hint.to_owned()) });
    }
    let workspace = moments.workspace_after(global)?;
    let sides = moments.sides(global, false)?;
    let (before, after) = (&sides.before, &sides.after);
    let changes = before.finding_changes(after, &sides.renames);
    let known = changes.remaining.into_iter().map(|finding| Finding { known: true, ..finding });
    // What nobody could judge before stops a change: breaking a file must hide nothing.
    let stops = changes.introduced.into_iter().chain(changes.unknown_before);
    let mut found: Vec<Finding> = stops.chain(known).collect();
    let (states, _) = pairs(before, after, &sides.renames);
    found.extend(states.into_iter().flat_map(|(was, is)| moves(was, is)));
    let since = Since {
        revision: moments.before.revision().map_or_else(|| base.to_string(), str::to_owned),
        name: moments.before.name.clone(),
        not_touched: sides.not_touched,
    };
    let ledger = Ledger::settle(found, &workspace.config.levels, after.judged.waived).of_change(since);
    let head = moments.after.revision().map(str::to_owned);
    Ok(Judged { ledger, extent: after.judged, today: workspace.today, revision: head })
}
