//! The check of a whole workspace, beside the conversation. It is stopped when what it reads is not what is true any more.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, LazyLock};

use iso_currency::Currency;
use lsp_types::Uri;
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::client::ClientFeatures;
use super::costs::KnownCosts;
use super::diagnostics::{ByFile, PlaceWriter};
use super::host::Host;
use super::rules_cache::{self, CachedRules};
use super::wire::ServerEvent;
use crate::assess::open_deals::{FailedDeal, OpenDeal, OpenDeals};
use crate::assess::{self, JudgedDeal, Selection, Workspace};
use crate::editor::committed;
use crate::finding::{Finding, Ledger};
use crate::snapshot::Snapshot as _;
use crate::snapshot::observed::ObservedSnapshot;
use crate::snapshot::overlay::Overlay;
use crate::snapshot::worktree::Worktree;
use crate::source::names::is_toml;

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
    /// The open deals that were kept.
    pub(super) known: OpenDeals,
}

/// What a check says.
pub(super) struct CheckNews {
    /// Of which workspace.
    pub(super) root: PathBuf,
    pub(super) said: CheckWord,
}

/// How far a check has come.
pub(super) enum CheckWord {
    /// Everything was judged; what the rules cost may yet be worked out.
    Judged(Box<CheckedWorkspace>),
    /// It has ended: `None` where it was stopped or nothing else was asked, an error where it could not be done.
    Ended(Result<Option<FoundCosts>, String>),
}

/// What a check of everything found.
pub(super) struct CheckedWorkspace {
    pub(super) diagnostics: ByFile,
    pub(super) rules: CachedRules,
}

/// What the rules cost.
pub(super) struct FoundCosts {
    /// Those that were checked.
    pub(super) checked: KnownCosts,
    /// The open deals under the rules that are saved, where they were to be kept.
    pub(super) kept: Option<SavedCosts>,
}

/// The open deals and what the rules cost that are saved.
pub(super) struct SavedCosts {
    pub(super) deals: OpenDeals,
    pub(super) costs: KnownCosts,
    pub(super) currency: Option<Currency>,
}

/// Starts a check; it says what it found, and when it has ended.
pub(super) fn start(
    host: Arc<dyn Host>,
    order: CheckOrder,
    news: Sender<ServerEvent<CheckNews>>,
) -> RunningCheck {
    let stop = Arc::new(AtomicBool::new(false));
    let stopped = Arc::clone(&stop);
    let keeps_deals = order.keeps_deals;
    std::thread::spawn(move || {
        let is_stopped = || stopped.load(Ordering::Relaxed);
        // Nobody is there any more to hear it.
        let say = |said| drop(news.send(ServerEvent::News(CheckNews { root: order.root.clone(), said })));
        let judged = |found| {
            if !is_stopped() {
                say(CheckWord::Judged(Box::new(found)));
            }
        };
        let check = || catch_unwind(AssertUnwindSafe(|| everything(&*host, &order, &stopped, &judged)));
        let outcome = match POOL.as_ref() {
            Some(pool) => pool.install(check),
            None => check(),
        };
        let outcome = outcome.unwrap_or_else(|_| Err("it fell over, please report this".to_owned()));
        say(CheckWord::Ended(if is_stopped() { Ok(None) } else { outcome }));
    });
    RunningCheck { stop, keeps_deals }
}

/// Threads of its own for what nobody waits for: a question never stands in line behind it.
static POOL: LazyLock<Option<ThreadPool>> = LazyLock::new(|| ThreadPoolBuilder::new().build().ok());

fn everything(
    host: &dyn Host,
    order: &CheckOrder,
    stop: &AtomicBool,
    judged: &(impl Fn(CheckedWorkspace) + Sync),
) -> Result<Option<FoundCosts>, String> {
    let on_disk = Worktree::open(&order.root).map_err(|error| error.to_string())?;
    let files = Overlay::of(&on_disk, order.texts.clone());
    let files = ObservedSnapshot::until(&files, stop);
    let workspace = rules_cache::open(host, &order.root, &files, None).map_err(|error| error.to_string())?;
    let before = OpenDeal::by_id(&order.known);
    // The rules that are saved are those that are checked: what is kept comes of the same look at a deal.
    let are_saved = order.keeps_deals && are_saved(order, &on_disk, workspace.config.limits.file_size);
    let currency = order.wants_costs.then(|| workspace.currency()).flatten();
    let keep = |judged: &JudgedDeal<'_>| {
        let is_asked = order.wants_costs && judged.judgement.ending.is_none();
        let kept = || OpenDeal::of(judged, &workspace, currency, &before);
        is_asked.then(|| (are_saved.then(kept).flatten(), FailedDeal::of(judged, &workspace, currency)))
    };
    let assessment = assess::check(&workspace, &Selection::Everything, keep);
    let ledger = with_pages(host, &workspace, assessment.ledger);
    let writer = PlaceWriter {
        client: order.client,
        shown: order.shown.clone(),
        addresses: order.addresses.clone(),
        texts: &order.texts,
    };
    let diagnostics = writer.by_file(ledger.findings());
    let (deals, failed): (Vec<_>, Vec<_>) = assessment.kept.into_iter().unzip();
    let checked = order.wants_costs.then(|| KnownCosts::new(&workspace, failed));
    judged(CheckedWorkspace { diagnostics, rules: CachedRules::of(workspace) });
    let Some(checked) = checked else { return Ok(None) };
    let kept = match (order.keeps_deals, are_saved) {
        (false, _) => None,
        (true, true) => {
            let deals = Arc::new(deals.into_iter().flatten().collect());
            Some(SavedCosts { deals, costs: checked.clone(), currency })
        }
        (true, false) => {
            let config = host.config(&on_disk);
            let today = host.today(&config).map_err(|error| error.to_string())?;
            let saved = Workspace::judged_by(&on_disk, &files, config, today);
            let saved =
                if host.asks_git() { saved.with_past(&order.root, None, None) } else { saved.without_past() };
            Some(saved_costs(&saved, &before))
        }
    };
    Ok(Some(FoundCosts { checked, kept }))
}

/// Whether every rule that is open is as it is on disk.
fn are_saved(order: &CheckOrder, on_disk: &Worktree, most: usize) -> bool {
    let mut rules = order.texts.iter().filter(|(path, _)| is_toml(path));
    rules.all(|(path, text)| {
        let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
        on_disk.read(path, most).is_ok_and(|saved| saved.text().as_bytes() == text)
    })
}

/// What is said of a workspace, with what is said of what its deals and rules are not.
fn with_pages(host: &dyn Host, workspace: &Workspace<'_>, ledger: Ledger) -> Ledger {
    let mut found: Vec<Finding> = host.check_pages(workspace);
    found.extend(committed::stale(workspace));
    ledger.and(found, &workspace.config.levels)
}

fn saved_costs(workspace: &Workspace<'_>, before: &BTreeMap<&str, &Arc<OpenDeal>>) -> SavedCosts {
    let currency = workspace.currency();
    let kept = assess::gates(workspace, &Selection::Everything, |judged| {
        let kept = OpenDeal::of(judged, workspace, currency, before)?;
        Some((kept, FailedDeal::of(judged, workspace, currency)))
    });
    let (deals, failed): (Vec<_>, Vec<_>) = kept.into_iter().unzip();
    SavedCosts { deals: Arc::new(deals), costs: KnownCosts::new(workspace, failed), currency }
}

/// The root of a folder that the client opened, where it is one of a workspace.
pub(super) fn root_of(folder: &Path) -> Option<PathBuf> {
    crate::snapshot::root::find_marked(&folder.canonicalize().ok()?).map(Path::to_owned)
}
