//! The summary of an import: what became of each deal, totals that add up, and what the deals miss, by gate.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use super::plan::ImportPlan;
use crate::assess::{Selection, check};
use crate::command::console::Console;
use crate::command::global::Global;
use crate::command::session::Session;
use crate::error::Error;
use crate::finding::Code;
use crate::finding::wording::Count;
use crate::import::imported_value::ImportedValue;
use crate::import::incoming::Incoming;
use crate::import::merge::ValueTurn;
use crate::source::escape;

/// Lines shown of one kind; a dry run shows all.
const MOST: usize = 20;

/// Names of columns shown; a dry run shows all.
const MOST_COLUMNS: usize = 60;

/// What was done, or would be.
pub(super) fn plan(
    plan: &ImportPlan,
    incoming: &Incoming,
    dry_run: bool,
    console: Console,
) -> Result<(), Error> {
    console.show(|out| {
        let most = if dry_run { usize::MAX } else { MOST };
        let mut list = ShownDeal { out, most };
        if dry_run {
            list.of(plan.new.iter(), |(path, _), out| writeln!(out, "new {}", escape::line(path)))?;
        }
        list.of(plan.changed.iter(), |deal, out| {
            writeln!(out, "changed {}", escape::line(&deal.path))?;
            past_changes(&deal.taken, out)
        })?;
        list.of(plan.kept.iter(), |(path, kept), out| {
            writeln!(out, "kept {}: changed here, so it stays", escape::line(path))?;
            both(kept, out)
        })?;
        list.of(plan.removed.iter(), |id, out| {
            let (id, memory) = (escape::line(id), plan.memory_path());
            writeln!(
                out,
                "kept {id}: its file was removed here; take its line out of `{memory}` to have it again"
            )
        })?;
        list.of(plan.conflicts.iter(), |(path, past_changes), out| {
            writeln!(out, "conflict {}: `--take theirs` or `--take ours` settles it", escape::line(path))?;
            both(past_changes, out)
        })?;
        list.of(plan.vanished.iter(), |(id, into), out| match into {
            Some(into) => writeln!(out, "vanished {}: merged into {}", escape::line(id), escape::line(into)),
            None => {
                writeln!(out, "vanished {}: not in the export any more; its file stays", escape::line(id))
            }
        })?;
        list.of(incoming.dropped.iter(), |(place, why), out| {
            writeln!(out, "dropped row {}: {}", place.line, escape::line(why))
        })?;
        for name in &incoming.skipped {
            writeln!(out, "left out {}: no sheet of deals", escape::line(name))?;
        }
        if !plan.silent.is_empty() {
            let keys: Vec<_> = plan.silent.iter().map(|key| escape::line(key).into_owned()).collect();
            writeln!(out, "not in this export, and so as they were: {}", keys.join(", "))?;
        }
        if !incoming.unmapped.is_empty() {
            let count = incoming.unmapped.len();
            let shown = incoming.unmapped.iter().take(most.max(MOST_COLUMNS));
            let names: Vec<_> = shown.map(|name| escape::line(name).into_owned()).collect();
            let more = if names.len() < count { ", …" } else { "" };
            writeln!(out, "left out {}: {}{more}", Count(count, "column"), names.join(", "))?;
        }
        sum(plan, incoming, dry_run, out)
    })
}

/// What was read is what came of it.
fn sum(plan: &ImportPlan, incoming: &Incoming, dry_run: bool, out: &mut dyn Write) -> io::Result<()> {
    // A deal that is changed in one value and in conflict about another is in conflict.
    let in_conflict: BTreeSet<&str> = plan.conflicts.iter().map(|(path, _)| path.as_str()).collect();
    let changed = plan.changed.iter().filter(|deal| !in_conflict.contains(deal.path.as_str())).count();
    let parts = [
        (incoming.dropped.len(), "dropped"),
        (plan.new.len(), "new"),
        (changed, "changed"),
        (plan.same + plan.removed.len(), "kept"),
        (plan.conflicts.len(), "in conflict"),
        (plan.vanished.len(), "vanished"),
    ];
    let shown: Vec<_> = parts.iter().map(|(count, what)| format!("{count} {what}")).collect();
    let read = incoming.read + plan.vanished.len();
    let beside =
        if plan.vanished.is_empty() { "" } else { ", those of the last import that are gone among them" };
    writeln!(out, "{read} read = {}{beside}", shown.join(" + "))?;
    if dry_run { writeln!(out, "Nothing was written: a dry run.") } else { Ok(()) }
}

/// Lists that are cut where they are long.
struct ShownDeal<'o> {
    out: &'o mut dyn Write,
    most: usize,
}

impl ShownDeal<'_> {
    fn of<T>(
        &mut self,
        items: impl ExactSizeIterator<Item = T>,
        show: impl Fn(T, &mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        let hidden = items.len().saturating_sub(self.most);
        for item in items.take(self.most) {
            show(item, self.out)?;
        }
        if hidden > 0 { writeln!(self.out, "… and {hidden} more") } else { Ok(()) }
    }
}

fn past_changes(past_changes: &[ValueTurn], out: &mut dyn Write) -> io::Result<()> {
    past_changes.iter().try_for_each(|past_change| {
        writeln!(
            out,
            "  {}: {} → {}",
            past_change.key,
            shown(past_change.here.as_ref()),
            shown(past_change.there.as_ref())
        )
    })
}

/// Values that are one thing here and another there.
fn both(past_changes: &[ValueTurn], out: &mut dyn Write) -> io::Result<()> {
    past_changes.iter().try_for_each(|past_change| {
        writeln!(
            out,
            "  {}: {} here, {} there",
            past_change.key,
            shown(past_change.here.as_ref()),
            shown(past_change.there.as_ref())
        )
    })
}

fn shown(said: Option<&ImportedValue>) -> String {
    let Some(said) = said else { return "nothing".to_owned() };
    let text = said.to_string();
    let short: String = text.chars().take(60).collect();
    let more = if short.len() < text.len() { "…" } else { "" };
    format!("{}{more}", escape::line(&short))
}

/// What the deals of the export miss, by gate.
pub(super) fn gates(plan: &ImportPlan, global: &Global, console: Console) -> Result<(), Error> {
    if plan.paths.is_empty() {
        return Ok(());
    }
    let opened = Session::here(global)?;
    let workspace = opened.workspace(global)?;
    let assessment = check::<()>(&workspace, &Selection::Paths(plan.paths.clone()), |_| None);
    let mut missed: BTreeMap<(u32, u32, String, String), usize> = BTreeMap::new();
    let mut others: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in assessment.ledger.findings() {
        let subject = &finding.subject;
        match (&subject.stage, &subject.requirement) {
            (Some(stage), Some(requirement)) if finding.code == Code::RequirementUnmet => {
                let (stage_order, order) = subject.order;
                *missed
                    .entry((stage_order, order, stage.to_string(), requirement.to_string()))
                    .or_default() += 1;
            }
            _ => *others.entry(finding.code.name()).or_default() += 1,
        }
    }
    console.show(|out| {
        if !missed.is_empty() {
            writeln!(out, "\nWhat these deals miss ({}), by gate:", plan.paths.len())?;
        }
        let width = |at: fn(&(u32, u32, String, String)) -> &String| {
            missed.keys().map(|key| at(key).chars().count()).max().unwrap_or_default()
        };
        let (stages, requirements) = (width(|key| &key.2), width(|key| &key.3));
        for ((_, _, stage, requirement), count) in &missed {
            let (stage, requirement) = (escape::line(stage), escape::line(requirement));
            writeln!(out, "  {stage:stages$}  {requirement:requirements$}  {count}")?;
        }
        if !others.is_empty() {
            let told: Vec<_> = others.iter().map(|(code, count)| format!("{code} {count}")).collect();
            writeln!(out, "Also told by `dealgate check`: {}", told.join(", "))?;
        }
        Ok(())
    })
}
