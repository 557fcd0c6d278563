//! The pipeline: a snapshot of files in, a settled ledger out. Every command, and every editor, calls this.

mod currency;
mod dates;
mod deal;
mod deleted;
mod judged;
mod keys;
pub mod open_deals;
mod steps;
mod unused_requirements;
mod workspace;
mod workspace_findings;

use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;

pub use crate::gate::RequirementState;
use deal::{assess_deal, read_deal};
pub use deleted::{DeletedFile, EarlierMoment, deleted_deals};
use steps::RunBudget;
use unused_requirements::UnusedRequirements;

use crate::finding::{Finding, Ledger};
use crate::gate::Depth;
use crate::source::names::is_yaml;
use judged::AssessTotals;
pub use judged::{Assessment, JudgedDeal, ReadDeal};
pub use workspace::{Selection, Workspace};

/// Checks a selection of a workspace and judges each deal in full, what is not asked of it yet too; `keep` says what to
/// keep of each deal before its text is dropped.
pub fn assess<K: Send>(
    workspace: &Workspace<'_>,
    selection: &Selection,
    keep: impl Fn(&JudgedDeal<'_>) -> Option<K> + Sync,
) -> Assessment<K> {
    run(workspace, selection, Depth::Full, &keep)
}

/// Checks a selection of a workspace: the same findings at less cost, because only what is asked of a deal is judged.
pub fn check<K: Send>(
    workspace: &Workspace<'_>,
    selection: &Selection,
    keep: impl Fn(&JudgedDeal<'_>) -> Option<K> + Sync,
) -> Assessment<K> {
    run(workspace, selection, Depth::Findings, &keep)
}

/// Judges a selection of a workspace for whether gates hold alone, and hands out what was kept of each deal.
pub fn gates<K: Send>(
    workspace: &Workspace<'_>,
    selection: &Selection,
    keep: impl Fn(&JudgedDeal<'_>) -> Option<K> + Sync,
) -> Vec<K> {
    kept(workspace, selection, Depth::Gates, &keep)
}

/// Judges a selection of a workspace in full, for what is kept of each deal alone: nothing around the deals is looked at.
pub fn judge<K: Send>(
    workspace: &Workspace<'_>,
    selection: &Selection,
    keep: impl Fn(&JudgedDeal<'_>) -> Option<K> + Sync,
) -> Vec<K> {
    kept(workspace, selection, Depth::Full, &keep)
}

/// Reads what counts of deals and judges none; hands out what was kept of those that can be read and follow a workflow, in
/// the order of their paths.
pub fn read<K: Send>(
    workspace: &Workspace<'_>,
    paths: &[String],
    keep: impl Fn(&ReadDeal<'_>) -> K + Sync,
) -> Vec<K> {
    let batch = |paths: &[String]| -> Vec<K> {
        workspace.snapshot.expect(paths, workspace.config.limits.file_size);
        paths.iter().filter_map(|path| read_deal(workspace, path, &keep)).collect()
    };
    paths.par_chunks(BATCH).flat_map_iter(batch).collect()
}

fn kept<K: Send>(
    workspace: &Workspace<'_>,
    selection: &Selection,
    depth: Depth,
    keep: &(impl Fn(&JudgedDeal<'_>) -> Option<K> + Sync),
) -> Vec<K> {
    let run = Arc::new(RunBudget::default());
    let (.., mut totals) = assess_files(workspace, selection, depth, None, &run, keep);
    if run.is_over() {
        (.., totals) = assess_files(workspace, selection, depth, None, &Arc::new(RunBudget::short()), keep);
    }
    totals.kept_in_order()
}

fn run<K: Send>(
    workspace: &Workspace<'_>,
    selection: &Selection,
    depth: Depth,
    keep: &(impl Fn(&JudgedDeal<'_>) -> Option<K> + Sync),
) -> Assessment<K> {
    // Of a part of the deals, nobody could say that a requirement is never asked.
    let to_ask = || (*selection == Selection::Everything).then(|| UnusedRequirements::of(&workspace.library));
    let (mut asked, mut run) = (to_ask(), Arc::new(RunBudget::default()));
    let mut assessed = assess_files(workspace, selection, depth, asked.as_ref(), &run, keep);
    if run.is_over() {
        (asked, run) = (to_ask(), Arc::new(RunBudget::short()));
        assessed = assess_files(workspace, selection, depth, asked.as_ref(), &run, keep);
    }
    let (mut files, faults, mut totals) = assessed;
    files.sort_unstable();

    // What could not be listed is a deal all the same, where its name says so.
    let unlisted =
        |finding: &&Finding| finding.place.as_ref().is_some_and(|place| is_yaml(place.file.path()));
    let deals = files.len() + faults.iter().filter(unlisted).count();
    let mut found = workspace.config.findings.clone();
    found.extend(faults);
    found.extend_from_slice(workspace.library.faults());
    found.extend(workspace_findings::unknown_in_config(workspace));
    found.extend(workspace_findings::same_ids(workspace, selection, &files));
    let meant = workspace_findings::meant_workflows(workspace, selection, &totals.followed);
    found.extend(workspace_findings::workflow_findings(workspace, &meant));
    found.extend(workspace_findings::unknown_members(workspace, &meant));
    found.extend(dates::history_missing(&workspace.past, totals.untold, totals.trouble.as_ref()));
    found.extend(std::mem::take(&mut totals.findings));
    found.extend(run.finding());
    found.extend(asked.map(UnusedRequirements::findings).unwrap_or_default());
    Assessment {
        ledger: Ledger::settle(found, &workspace.config.levels, totals.waived),
        files,
        deals,
        workflows: meant.len(),
        not_judged: totals.not_judged,
        kept: totals.kept_in_order(),
    }
}

/// How many deals are handed to a core at a time: enough that handing over costs nothing, few enough that all cores
/// end together.
const BATCH: usize = 64;

/// The number of a batch, its paths, and what came of them.
type Batch<K> = (usize, Vec<String>, AssessTotals<K>);

/// Assesses deals while the next ones are still being found: listing them is a sixth of the work of one core.
fn assess_files<K: Send>(
    workspace: &Workspace<'_>,
    selection: &Selection,
    depth: Depth,
    asked: Option<&UnusedRequirements<'_>>,
    run: &Arc<RunBudget>,
    keep: &(impl Fn(&JudgedDeal<'_>) -> Option<K> + Sync),
) -> (Vec<String>, Vec<Finding>, AssessTotals<K>) {
    let done: Mutex<Vec<Batch<K>>> = Mutex::default();
    let assess_batch = |number: usize, paths: Vec<String>| {
        let mut totals = AssessTotals { run: Arc::clone(run), ..AssessTotals::default() };
        workspace.snapshot.expect(&paths, workspace.config.limits.file_size);
        workspace.past.expect(&paths);
        for path in &paths {
            assess_deal(workspace, path, depth, asked, &mut totals, keep);
        }
        done.lock().unwrap_or_else(PoisonError::into_inner).push((number, paths, totals));
    };
    let assess_batch = &assess_batch;
    let faults = rayon::scope(|scope| {
        let mut number = 0;
        let mut batch = Vec::with_capacity(BATCH);
        let mut hand_over = |paths: Vec<String>| {
            scope.spawn(move |_| assess_batch(number, paths));
            number += 1;
        };
        let faults = workspace.each_deal_file(selection, &mut |path| {
            batch.push(path);
            if batch.len() == BATCH {
                hand_over(std::mem::replace(&mut batch, Vec::with_capacity(BATCH)));
            }
        });
        hand_over(batch);
        faults
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    // Which core was faster must not show.
    done.sort_by_key(|(number, ..)| *number);
    let mut files = Vec::new();
    let mut totals = AssessTotals::default();
    for (_, paths, more) in done {
        files.extend(paths);
        totals.add(more);
    }
    (files, faults, totals)
}
