//! What the commands that change a deal share: one deal is found, changed in its text, judged as it would be, and written
//! only where the change brings no error of its own.

mod close;
mod editor;
mod entries;
mod new;
mod new_errors;
mod set;
mod stage;

pub(super) use close::{DisqualifyArgs, LoseArgs, ReopenArgs, WinArgs};
pub(super) use editor::{read, unchanged, writable};
pub(super) use entries::{ApproveArgs, DoneArgs, WaiveArgs};
pub(super) use new::NewArgs;
pub(super) use new_errors::{NewError, step_help};
pub(super) use set::SetArgs;
pub(super) use stage::{MoveArgs, detour};
