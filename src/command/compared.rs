//! The moments that a report compares, judged. Must not know what is made of them.

use jiff::civil::Date;

use super::Global;
use super::moments::{Asked, End, Moments, Sides};
use super::opened::Opened;
use crate::assess::{Selection, Workspace};
use crate::compare::Side;
use crate::error::Error;
use crate::report::Since;
use crate::report::model::{Day, Moment};

/// From a revision or a day to the moment that is looked at.
pub(super) fn since(opened: &Opened, global: &Global, base: &Asked) -> Result<Since, Error> {
    let moments = Moments::find(opened, global, Some(base), &Asked::head(global), false)?;
    let Sides { before, after, renames, .. } = moments.sides(global, true)?;
    Ok(Since { from: moment(&moments.before), to: moment(&moments.after), before, after, renames })
}

/// From a day to the files as they are, as their `history` alone tells.
pub(super) fn as_history_tells(workspace: &Workspace<'_>, day: Date) -> Since {
    let after = Side::judge(workspace, &Selection::Everything, workspace.today);
    let before = after.as_history_tells(day);
    Since {
        from: moment(&End::told_by_history(day)),
        to: moment(&End::on_disk(workspace.today)),
        before,
        after,
        renames: crate::compare::Renames::new(),
    }
}

fn moment(end: &End) -> Moment {
    Moment {
        name: end.name.clone(),
        revision: end.revision().map(str::to_owned),
        day: Day(end.day),
        from_history: end.is_from_history(),
    }
}
