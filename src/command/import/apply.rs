//! Carries out an import's plan and reports what became of each deal.

use super::plan::ImportPlan;
use super::{grandfather, summary};
use crate::command::console::Console;
use crate::command::exit::Exit;
use crate::command::global::Global;
use crate::command::session::Session;
use crate::error::Error;
use crate::import::incoming::Incoming;
use crate::import::merge::Settle;

/// How an import is carried out.
#[derive(Clone, Copy)]
pub(super) struct ImportManner {
    pub(super) settle: Settle,
    pub(super) dry_run: bool,
    pub(super) grandfather: bool,
}

/// Writes what is planned, unless it is a dry run, and says it.
pub(super) fn carry_out(
    plan: &ImportPlan,
    incoming: &Incoming,
    opened: &Session,
    ImportManner { dry_run, grandfather, .. }: ImportManner,
    global: &Global,
    console: Console,
) -> Result<Exit, Error> {
    if !dry_run {
        plan.write(opened)?;
    }
    summary::plan(plan, incoming, dry_run, console)?;
    if grandfather {
        grandfather::run(plan, global, console)?;
    }
    if !dry_run {
        summary::gates(plan, global, console)?;
    }
    Ok(if plan.conflicts.is_empty() { Exit::Clean } else { Exit::Findings })
}
