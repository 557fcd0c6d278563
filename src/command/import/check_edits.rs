//! Judges what a sheet changes before it is written, as `set`, `move` and `win` judge their changes: a sheet gets no
//! deal past a gate.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::plan::PlannedChange;
use crate::assess::{Selection, Workspace};
use crate::checklist::Progress;
use crate::command::change::{NewError, detour, step_help};
use crate::command::deals;
use crate::command::global::Global;
use crate::command::session::Session;
use crate::error::Error;
use crate::import::failure::{Failures, TablePlace};
use crate::import::merge::ValueTurn;
use crate::snapshot::overlay::Overlay;
use crate::source::shell;

/// Pushes whatever stands in the way of changes; their rows are found by the paths of their files.
pub(super) fn hold(
    opened: &Session,
    global: &Global,
    (changed, places): (&[PlannedChange], &BTreeMap<String, TablePlace>),
    failures: &mut Failures,
) -> Result<(), Error> {
    if changed.is_empty() {
        return Ok(());
    }
    let selection = Selection::Paths(changed.iter().map(|deal| deal.path.clone()).collect());
    let by_file = |workspace: &Workspace<'_>| -> BTreeMap<String, Progress> {
        let all = deals::progress(workspace, &selection);
        all.into_iter().map(|deal| (deal.file.clone(), deal)).collect()
    };
    let texts = changed.iter().map(|deal| (deal.path.clone(), Arc::from(deal.new.as_bytes())));
    let overlay = Overlay::of(opened.files(), texts.collect());
    let before = by_file(&Workspace { all_dates: true, ..opened.workspace(global)? });
    let after_workspace = Workspace { all_dates: true, ..opened.workspace_on(&overlay, global)? };
    let after = by_file(&after_workspace);
    for PlannedChange { path, taken, .. } in changed {
        let Some((before, after)) = before.get(path).zip(after.get(path)) else { continue };
        let place = places.get(path).copied().unwrap_or_default();
        let stages = before.workflow.as_deref().and_then(|name| after_workspace.library.get(name)).flatten();
        let number = |id: &str| stages.and_then(|workflow| workflow.stage_index(id));
        if let Some((message, help)) = reason_asked(taken, before, number) {
            failures.push(place, message, Some(help));
            continue;
        }
        let stands =
            |past_change: &ValueTurn| past_change.key == "stage" || past_change.key.starts_with("outcome.");
        let moves = taken.iter().any(stands);
        let errors = NewError::between(before, after, step_help).into_iter();
        for error in errors.filter(|error| moves || error.requirement.is_none()) {
            let message = format!("{}: error[{}] {}", before.deal, error.code, error.message);
            failures.push(place, message, error.help);
        }
    }
    Ok(())
}

/// What asks for a reason, which no cell gives, and the command that takes one.
fn reason_asked(
    taken: &[ValueTurn],
    deal: &Progress,
    number: impl Fn(&str) -> Option<usize>,
) -> Option<(String, String)> {
    let past_change = |key: &str| taken.iter().find(|past_change| past_change.key == key);
    let command = |verb: &str, more: &[&str]| {
        let command = shell::command(verb, &[&[deal.deal.as_str()], more].concat());
        format!("run `{command} --reason \"…\"`, and import again")
    };
    if let Some(result) = past_change("outcome.result").filter(|past_change| past_change.here.is_some()) {
        let was = result.here.as_ref().map(ToString::to_string).unwrap_or_default();
        let message =
            format!("`outcome.result`: {} is {was} already, and is opened again with a reason", deal.deal);
        return Some((message, command("reopen", &[])));
    }
    let to = past_change("stage")?.there.as_ref()?.to_string();
    let from = deal.stage.as_deref()?;
    let next = deal.next_stage.as_deref().and_then(&number);
    let what = detour(number(from)?, next, number(&to)?)?;
    let message = format!("`stage`: from {from} to {to} the deal {what}, which asks for a reason");
    Some((message, command("move", &[to.as_str()])))
}
