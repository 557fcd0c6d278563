//! The check of a whole workspace, beside the conversation. It is stopped when what it reads is not what is true any more.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, LazyLock};
use std::thread::available_parallelism;

use iso_currency::Currency;
use lsp_types::Uri;
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::client::ClientFeatures;
use super::costs::KnownCosts;
use super::diagnostics::{ByFile, PlaceWriter};
use super::host::Host;
use super::kept_rules::{self, KeptRules};
use super::wire::ServerEvent;
use crate::assess::kept::{FailedDeal, KeptDeal};
use crate::assess::{self, JudgedDeal, Selection, Workspace};
use crate::editor::committed;
use crate::finding::{Finding, Ledger};
use crate::snapshot::observed::ObservedSnapshot;
use crate::snapshot::overlay::Overlay;
use crate::snapshot::worktree::Worktree;

/// A check that is under way.
pub(super) struct RunningCheck {
    stop: Arc<AtomicBool>,
    /// Whether it keeps the deals.
    pub(super) keeps_deals: bool,
}

impl RunningCheck {
    /// Its answer is not wanted any more; it still says that it is done.
    pub(super) fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

/// What is checked.
pub(super) struct CheckOrder {
    pub(super) root: PathBuf,
    pub(super) shown: PathBuf,
    pub(super) client: ClientFeatures,
    pub(super) texts: BTreeMap<String, Arc<[u8]>>,
    pub(super) addresses: BTreeMap<String, Uri>,
    /// Whether a rule is open, so that somebody wants to know what it costs.
    pub(super) wants_costs: bool,
    /// Whether the open deals are kept, since those that were are not what they were.
    pub(super) keeps_deals: bool,
}

/// A check that has ended.
pub(super) struct CheckDone {
    /// Of which workspace.
    pub(super) root: PathBuf,
    /// What came of it; `None` where it was stopped, an error where it could not be done.
    pub(super) outcome: Result<Option<CheckedWorkspace>, String>,
}

/// What a check of everything found.
pub(super) struct CheckedWorkspace {
    pub(super) diagnostics: ByFile,
    pub(super) rules: KeptRules,
    /// What the rules cost that were checked, where that was asked.
    pub(super) costs: Option<KnownCosts>,
    /// The open deals under the rules that are saved, where they were to be kept.
    pub(super) kept: Option<SavedCosts>,
}

/// The open deals and what the rules cost that are saved.
pub(super) struct SavedCosts {
    pub(super) deals: Vec<KeptDeal>,
    pub(super) costs: KnownCosts,
    pub(super) currency: Option<Currency>,
}

/// Starts a check; it says when it is done.
pub(super) fn start(
    host: Arc<dyn Host>,
    order: CheckOrder,
    done: Sender<ServerEvent<CheckDone>>,
) -> RunningCheck {
    let stop = Arc::new(AtomicBool::new(false));
    let stopped = Arc::clone(&stop);
    let keeps_deals = order.keeps_deals;
    std::thread::spawn(move || {
        let check = || catch_unwind(AssertUnwindSafe(|| everything(&*host, &order, &stopped)));
        let outcome = match POOL.as_ref() {
            Some(pool) => pool.install(check),
            None => check(),
        };
        let outcome = outcome.unwrap_or_else(|_| Err("it fell over, please report this".to_owned()));
        let is_stopped = stopped.load(Ordering::Relaxed);
        let outcome = if is_stopped { Ok(None) } else { outcome.map(Some) };
        // Nobody is there any more to hear it.
        let _ = done.send(ServerEvent::Done(CheckDone { root: order.root, outcome }));
    });
    RunningCheck { stop, keeps_deals }
}

/// Cores of its own for what nobody waits for: a question finds the others free.
static POOL: LazyLock<Option<ThreadPool>> = LazyLock::new(|| {
    let cores = available_parallelism().map_or(1, |cores| cores.get().saturating_sub(1).max(1));
    ThreadPoolBuilder::new().num_threads(cores).build().ok()
});

fn everything(host: &dyn Host, order: &CheckOrder, stop: &AtomicBool) -> Result<CheckedWorkspace, String> {
    let on_disk = Worktree::open(&order.root).map_err(|error| error.to_string())?;
    let files = Overlay::of(&on_disk, order.texts.clone());
    let files = ObservedSnapshot::until(&files, stop);
    let workspace = kept_rules::open(host, &order.root, &files).map_err(|error| error.to_string())?;
    let writer = PlaceWriter {
        client: order.client,
        shown: order.shown.clone(),
        addresses: order.addresses.clone(),
        texts: &order.texts,
    };
    let (ledger, costs) = check(host, &workspace, order.wants_costs);
    let diagnostics = writer.by_file(ledger.findings());
    let kept = if order.keeps_deals {
        let config = host.config(&on_disk);
        let today = host.today(&config).map_err(|error| error.to_string())?;
        let saved = Workspace::judged_by(&on_disk, &files, config, today);
        let saved =
            if host.asks_git() { saved.with_past(&order.root, None, None) } else { saved.without_past() };
        Some(saved_costs(&saved))
    } else {
        None
    };
    Ok(CheckedWorkspace { diagnostics, rules: KeptRules::of(workspace), costs, kept })
}

/// What `check` says of a workspace, and what its rules cost.
fn check(host: &dyn Host, workspace: &Workspace<'_>, wants_costs: bool) -> (Ledger, Option<KnownCosts>) {
    let currency = wants_costs.then(|| workspace.currency()).flatten();
    let failed = |judged: &JudgedDeal<'_>| {
        let is_asked = wants_costs && judged.judgement.ending.is_none();
        is_asked.then(|| FailedDeal::of(judged, workspace, currency))
    };
    let assessment = assess::check(workspace, &Selection::Everything, failed);
    let mut found: Vec<Finding> = host.check_pages(workspace);
    found.extend(committed::stale(workspace));
    let costs = wants_costs.then(|| KnownCosts::new(workspace, assessment.kept));
    (assessment.ledger.and(found, &workspace.config.levels), costs)
}

fn saved_costs(workspace: &Workspace<'_>) -> SavedCosts {
    let currency = workspace.currency();
    let kept = assess::gates(workspace, &Selection::Everything, |judged| {
        Some((KeptDeal::of(judged, workspace, currency)?, FailedDeal::of(judged, workspace, currency)))
    });
    let (deals, failed): (Vec<_>, Vec<_>) = kept.into_iter().unzip();
    SavedCosts { deals, costs: KnownCosts::new(workspace, failed), currency }
}

/// The root of a folder that the client opened, where it is one of a workspace.
pub(super) fn root_of(folder: &Path) -> Option<PathBuf> {
    crate::snapshot::root::find_marked(&folder.canonicalize().ok()?).map(Path::to_owned)
}
