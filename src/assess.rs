//! The pipeline: a snapshot of files in, a settled ledger out. Every command, and every editor, calls this.

mod around;
mod asked;
mod currency;
mod dates;
mod deal;
mod gone;
mod steps;

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use iso_currency::Currency;
use jiff::civil::Date;

use asked::UnusedRequirements;
use deal::assess_deal;
pub use gone::{DeletedFile, EarlierMoment, gone};
use steps::RunBudget;

use crate::deal::{Deal, People};
use crate::finding::{Finding, Ledger};
use crate::gate::{Depth, Judgement};
use crate::history::{GitHistory, Past, TermHistory, Timeline};
use crate::snapshot::git::Trouble;
use crate::snapshot::{Listing, Snapshot};
use crate::source::names::{self, is_yaml};
use crate::source::{SourceFile, paths};
use crate::workflow::library::Surroundings;
use crate::workflow::{Library, Workflow};
use crate::workspace::Config;

/// A workspace with its settings and workflows read: what deals are judged by.
pub struct Workspace<'s> {
    /// Where files come from.
    pub snapshot: &'s dyn Snapshot,
    /// The settings.
    pub config: Config,
    /// The workflows.
    pub library: Arc<Library>,
    /// The commit that settings and workflows come from; `None`: files on disk.
    pub rules_of: Option<String>,
    /// The day it is.
    pub today: Date,
    /// The commits that led here.
    pub past: Past,
    /// Whether commits are asked of every deal, as reports do, or only where a requirement needs dates.
    pub all_dates: bool,
    /// The currency of figures, once somebody has asked.
    pub figures_in: OnceLock<Option<Currency>>,
}

/// Which part of a workspace is checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// All of it.
    Everything,
    /// These files and folders, by their paths relative to the root, and the workflows that their deals follow.
    Paths(Vec<String>),
}

/// What a check found.
#[derive(Debug)]
pub struct Assessment<K> {
    /// The findings, settled.
    pub ledger: Ledger,
    /// Deal files, unreadable and unjudged ones too.
    pub deals: usize,
    /// Workflows that were meant: those named or, without names, all of the workspace, and those that its deals follow.
    pub workflows: usize,
    /// Deals without a workflow that they could be judged by.
    pub not_judged: usize,
    /// What was kept of each judged deal, in the order of their paths.
    pub kept: Vec<K>,
}

/// A judged deal, as long as its text is held.
pub struct JudgedDeal<'a> {
    /// The file.
    pub file: &'a Arc<SourceFile>,
    /// The deal.
    pub deal: &'a Deal<'a>,
    /// The workflow it follows.
    pub workflow: &'a Arc<Workflow>,
    /// How it stands.
    pub judgement: &'a Judgement<'a>,
    /// Who is who.
    pub people: &'a People,
    /// When it was where.
    pub timeline: &'a Timeline,
    /// What commits tell of it, where they were asked.
    pub told: Option<&'a GitHistory>,
    /// What is said of it.
    pub findings: &'a [Finding],
    course: OnceCell<Arc<TermHistory>>,
}

impl JudgedDeal<'_> {
    /// Its terms over time, as its entries, and commits where they were asked, tell them. Put together once somebody
    /// asks: most deals are judged by their timeline alone, which follows from two of them.
    pub fn course(&self) -> &Arc<TermHistory> {
        self.course.get_or_init(|| Arc::new(TermHistory::of(self.deal, self.told)))
    }
}

impl<'s> Workspace<'s> {
    /// Reads settings and workflows.
    pub fn load(snapshot: &'s dyn Snapshot, config: Config, today: Date) -> Self {
        Self::judged_by(snapshot, snapshot, config, today)
    }

    /// The same with workflows and settings that stand elsewhere than the deals.
    pub fn judged_by(
        rules: &dyn Snapshot,
        snapshot: &'s dyn Snapshot,
        mut config: Config,
        today: Date,
    ) -> Self {
        config.people.map(&rules.mailmap());
        let looked_for = [("deals", snapshot), ("workflows", rules), ("templates", snapshot)];
        let missing = looked_for.into_iter().filter_map(|(key, files)| config.missing_folder(key, files));
        config.findings.extend(missing.collect::<Vec<_>>());
        let Config { currency, ref rates, limits, .. } = config;
        let surroundings = Surroundings { currency, rates, today, limits };
        let library = Arc::new(Library::load(rules, &config.workflows, surroundings));
        let rules_of = rules.revision().map(str::to_owned);
        Self::of(snapshot, config, library, rules_of, today)
    }

    /// The same with workflows that are read already.
    pub fn of(
        snapshot: &'s dyn Snapshot,
        config: Config,
        library: Arc<Library>,
        rules_of: Option<String>,
        today: Date,
    ) -> Self {
        let (past, figures_in) = (Past::left_out(), OnceLock::new());
        let mut workspace =
            Self { snapshot, config, library, rules_of, today, past, all_dates: false, figures_in };
        workspace.settle_rates();
        workspace
    }

    /// The deal files of a selection, in order, and what could not be listed.
    pub fn deal_files(&self, selection: &Selection) -> Listing {
        let mut files = Vec::new();
        let faults = self.each_deal_file(selection, &mut |path| files.push(path));
        files.sort_unstable();
        Listing { files, faults }
    }

    /// The same of all deals, and what else is in their folder, in order too.
    pub fn deals_and_others(&self) -> (Listing, Vec<String>) {
        let Listing { files, faults } = self.snapshot.walk(&self.config.deals);
        let (files, others) = files.into_iter().partition(|path| is_yaml(path));
        (Listing { files, faults }, others)
    }

    /// Hands out the deal files of a selection as they are found, each once; says what could not be listed.
    fn each_deal_file(&self, selection: &Selection, found: &mut dyn FnMut(String)) -> Vec<Finding> {
        match selection {
            Selection::Everything => self.snapshot.walk_each(&self.config.deals, &mut |path| {
                if is_yaml(&path) {
                    found(path);
                }
            }),
            Selection::Paths(paths) => {
                let mut listing = self.named_files(paths);
                listing.files.retain(|path| is_yaml(path));
                listing.files.sort_unstable();
                listing.files.dedup();
                listing.files.into_iter().for_each(found);
                listing.faults
            }
        }
    }

    fn named_files(&self, named: &[String]) -> Listing {
        let mut all = Listing::default();
        for path in named {
            if self.snapshot.has_file(path) || is_yaml(path) {
                all.files.push(path.clone());
                continue;
            }
            // A folder above the deals means the deals; any other means what is in it.
            let above = paths::below(path, &self.config.deals).is_some();
            let below = self.snapshot.walk(if above { &self.config.deals } else { path });
            all.files.extend(below.files);
            all.faults.extend(below.faults);
        }
        all
    }

    /// The id of a deal: its path below the deals folder, without the extension.
    pub fn deal_id(&self, path: &str) -> Arc<str> {
        self.id_in(path).into()
    }

    /// The ids of deals, as far as they are among some, where these are given.
    pub fn deal_ids(&self, paths: &[String], among: Option<&BTreeSet<Arc<str>>>) -> BTreeSet<Arc<str>> {
        let ids = paths.iter().map(|path| self.id_in(path));
        ids.filter(|id| among.is_none_or(|among| among.contains(id.as_ref()))).map(Into::into).collect()
    }

    fn id_in<'p>(&self, path: &'p str) -> Cow<'p, str> {
        names::composed(names::stem(paths::below(&self.config.deals, path).unwrap_or(path)))
    }
}

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
    run(workspace, selection, Depth::Gates, &keep).kept
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
    let (mut files, faults, totals) = assessed;
    files.sort_unstable();

    // What could not be listed is a deal all the same, where its name says so.
    let unlisted =
        |finding: &&Finding| finding.place.as_ref().is_some_and(|place| is_yaml(place.file.path()));
    let deals = files.len() + faults.iter().filter(unlisted).count();
    let mut found = workspace.config.findings.clone();
    found.extend(faults);
    found.extend_from_slice(workspace.library.faults());
    found.extend(around::unknown_in_config(workspace));
    found.extend(around::same_ids(workspace, selection, &files));
    let meant = around::meant_workflows(workspace, selection, &totals.followed);
    found.extend(around::workflow_findings(workspace, &meant));
    found.extend(around::unknown_members(workspace, &meant));
    found.extend(dates::history_missing(&workspace.past, totals.untold, totals.trouble.as_ref()));
    found.extend(totals.findings);
    found.extend(run.finding());
    found.extend(asked.map(UnusedRequirements::findings).unwrap_or_default());
    let mut kept = totals.kept;
    kept.sort_by(|(one, _), (other, _)| one.cmp(other));
    Assessment {
        ledger: Ledger::settle(found, &workspace.config.levels, totals.waived),
        deals,
        workflows: meant.len(),
        not_judged: totals.not_judged,
        kept: kept.into_iter().map(|(_, kept)| kept).collect(),
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

/// What came of some deals. Holds nothing of a deal that is in order, unless something was to be kept.
struct AssessTotals<K> {
    /// The run that they belong to.
    run: Arc<RunBudget>,
    findings: Vec<Finding>,
    waived: usize,
    not_judged: usize,
    followed: BTreeSet<String>,
    /// With the paths of their files, by which they are put in order.
    kept: Vec<(Arc<str>, K)>,
    /// Deals that were judged without dates they needed, and why git could not tell.
    untold: usize,
    trouble: Option<Trouble>,
}

impl<K> Default for AssessTotals<K> {
    fn default() -> Self {
        Self {
            run: Arc::default(),
            findings: Vec::new(),
            waived: 0,
            not_judged: 0,
            followed: BTreeSet::new(),
            kept: Vec::new(),
            untold: 0,
            trouble: None,
        }
    }
}

impl<K> AssessTotals<K> {
    /// Adds what came of later deals.
    fn add(&mut self, other: Self) {
        self.findings.extend(other.findings);
        self.waived += other.waived;
        self.not_judged += other.not_judged;
        self.followed.extend(other.followed);
        self.kept.extend(other.kept);
        self.untold += other.untold;
        if self.trouble.is_none() {
            self.trouble = other.trouble;
        }
    }

    fn follows(&mut self, name: &str) {
        if !self.followed.contains(name) {
            self.followed.insert(name.to_owned());
        }
    }
}
