//! What the commands that change a deal share: one deal is found, changed in its text, judged as it would be, and written
//! only where the change brings no error of its own.

mod brought;
mod close;
mod desk;
mod entries;
mod new;
mod set;
mod stage;

pub(super) use brought::{NewError, step_help};
pub(super) use close::{DisqualifyArgs, LoseArgs, ReopenArgs, WinArgs};
pub(super) use desk::{read, unchanged, writable};
pub(super) use entries::{ApproveArgs, DoneArgs, WaiveArgs};
pub(super) use new::NewArgs;
pub(super) use set::SetArgs;
pub(super) use stage::{MoveArgs, detour};
