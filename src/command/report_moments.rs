//! The two judged moments that a report of changes compares.

use jiff::civil::Date;

use super::global::Global;
use super::moments::{MomentEnd, Moments, Sides};
use super::revision_spec::RevisionSpec;
use super::session::Session;
use crate::assess::Workspace;
use crate::compare::Side;
use crate::deal::Period;
use crate::error::Error;
use crate::report::model::{DayView, MomentView};
use crate::report::{self, ComparedMoments, Filter};

/// The moment that a report is about, where all its deals are judged already.
pub(super) struct Now<'w> {
    pub workspace: &'w Workspace<'w>,
    /// `None`: only some deals are judged.
    pub side: Option<Side>,
}

impl Now<'_> {
    /// From a revision or a day to the moment that is looked at.
    pub(super) fn since(
        &self,
        opened: &Session,
        global: &Global,
        base: &RevisionSpec,
    ) -> Result<ComparedMoments, Error> {
        let moments = Moments::find(opened, global, Some(base), &global.head(), true)?;
        let mut sides = match &self.side {
            Some(side) => moments.sides_to(self.workspace, side.clone(), global)?,
            None => moments.sides(global, true)?,
        };
        let config = &self.workspace.config;
        sides.after.also_found(sides.workflow_changes(config), &config.levels);
        let Sides { before, after, renames, .. } = sides;
        Ok(ComparedMoments {
            from: moment(&moments.before),
            to: moment(&moments.after),
            before,
            after,
            renames,
        })
    }
}

/// From a day to the files as they are, as their `history` alone tells.
pub(super) fn from_history_alone(after: Side, day: Date) -> ComparedMoments {
    ComparedMoments {
        from: moment(&MomentEnd::from_history_alone(day)),
        to: moment(&MomentEnd::on_disk(after.day)),
        before: after.by_history_alone(day),
        after,
        renames: crate::compare::Renames::new(),
    }
}

fn moment(end: &MomentEnd) -> MomentView {
    MomentView {
        name: end.name.clone(),
        revision: end.revision().map(str::to_owned),
        day: DayView(end.day),
        from_history: end.is_from_history(),
    }
}

/// The day before the window, or before today's fiscal quarter where the window is still to come, where the bridge since
/// then is shown.
pub(super) fn start_of_window(workspace: &Workspace<'_>, filter: &Filter) -> Option<RevisionSpec> {
    let began = filter.closing.as_ref().map(|window| window.from).filter(|from| *from <= workspace.today);
    let quarter = || Period::quarter(workspace.today, report::fiscal_year(workspace, filter)).from;
    began.unwrap_or_else(quarter).yesterday().ok().map(RevisionSpec::Day)
}
