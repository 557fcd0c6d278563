//! The pipeline: a snapshot of files in, a settled ledger out. Every command, and every editor, calls this.

mod dates;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::civil::Date;

use crate::deal::Deal;
use crate::deal::reader::{self, Reading};
use crate::finding::wording::{quote, suggest};
use crate::finding::{Code, Complaints, Finding, Ledger, Subject};
use crate::gate::{self, Depth, Judgement, Moment, State};
use crate::history::{Past, Timeline, Told};
use crate::snapshot::git::Trouble;
use crate::snapshot::{Listing, Snapshot};
use crate::source::{SourceFile, Span, Spanned};
use crate::syntax::{Node, Scalar, yaml};
use crate::workflow::library::Surroundings;
use crate::workflow::{Library, Workflow};
use crate::workspace::{Assigned, CONFIG_FILE, Config};

/// A workspace with its settings and workflows read: what deals are judged by.
pub struct Workspace<'s> {
    /// Where files come from.
    pub snapshot: &'s dyn Snapshot,
    /// The settings.
    pub config: Config,
    /// The workflows.
    pub library: Library,
    /// The day it is.
    pub today: Date,
    /// The commits that led here.
    pub past: Past,
    /// Whether commits are asked of every deal, as reports do, or only where a requirement needs dates.
    pub all_dates: bool,
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
    /// Workflows: the workspace's own, and the built-ins that its deals follow.
    pub workflows: usize,
    /// Deals without a workflow that they could be judged by.
    pub not_judged: usize,
    /// What was kept of each judged deal, in the order of their paths.
    pub kept: Vec<K>,
}

/// A judged deal, as long as its text is held.
pub struct Judged<'a> {
    /// The file.
    pub file: &'a Arc<SourceFile>,
    /// The deal.
    pub deal: &'a Deal<'a>,
    /// The workflow it follows.
    pub workflow: &'a Arc<Workflow>,
    /// How it stands.
    pub judgement: &'a Judgement<'a>,
    /// When it was where.
    pub timeline: &'a Timeline,
    /// What commits tell of it, where they were asked.
    pub told: Option<&'a Told>,
    /// What is said of it.
    pub findings: &'a [Finding],
}

impl<'s> Workspace<'s> {
    /// Reads settings and workflows.
    #[must_use]
    pub fn load(snapshot: &'s dyn Snapshot, config: Config, today: Date) -> Self {
        Self::judged_by(snapshot, snapshot, config, today)
    }

    /// The same with workflows and settings that stand elsewhere than the deals.
    #[must_use]
    pub fn judged_by(rules: &dyn Snapshot, snapshot: &'s dyn Snapshot, config: Config, today: Date) -> Self {
        let surroundings = Surroundings { currency: config.currency, rates: &config.rates, today };
        let library = Library::load(rules, &config.workflows, surroundings);
        Self { snapshot, config, library, today, past: Past::left_out(), all_dates: false }
    }

    /// The deal files of a selection, in order, and what could not be listed.
    #[must_use]
    pub fn deal_files(&self, selection: &Selection) -> Listing {
        let mut files = Vec::new();
        let faults = self.each_deal_file(selection, &mut |path| files.push(path));
        files.sort_unstable();
        Listing { files, faults }
    }

    /// Hands out the deal files of a selection as they are found, each once; says what could not be listed.
    fn each_deal_file(&self, selection: &Selection, found: &mut dyn FnMut(String)) -> Vec<Finding> {
        match selection {
            Selection::Everything => self.snapshot.walk_each(&self.config.deals, &mut |path| {
                if is_deal(&path) {
                    found(path);
                }
            }),
            Selection::Paths(paths) => {
                let mut listing = self.named_files(paths);
                listing.files.retain(|path| is_deal(path));
                listing.files.sort_unstable();
                listing.files.dedup();
                listing.files.into_iter().for_each(found);
                listing.faults
            }
        }
    }

    fn named_files(&self, paths: &[String]) -> Listing {
        let mut all = Listing::default();
        for path in paths {
            if self.snapshot.has_file(path) || is_deal(path) {
                all.files.push(path.clone());
                continue;
            }
            // A folder above the deals means the deals; any other means what is in it.
            let above = path.is_empty() || self.config.deals.starts_with(&format!("{path}/"));
            let below = self.snapshot.walk(if above { &self.config.deals } else { path });
            all.files.extend(below.files);
            all.faults.extend(below.faults);
        }
        all
    }

    /// The id of a deal: its path below the deals folder, without the extension.
    #[must_use]
    pub fn deal_id(&self, path: &str) -> Arc<str> {
        let below =
            path.strip_prefix(&self.config.deals).and_then(|rest| rest.strip_prefix('/')).unwrap_or(path);
        stem(below).into()
    }
}

/// Checks a selection of a workspace and judges each deal in full, what is not asked of it yet too; `keep` says what to
/// keep of each deal before its text is dropped.
pub fn assess<K: Send>(
    workspace: &Workspace<'_>,
    selection: &Selection,
    keep: impl Fn(&Judged<'_>) -> Option<K> + Sync,
) -> Assessment<K> {
    run(workspace, selection, Depth::Full, &keep)
}

/// Checks a selection of a workspace: the same findings at less cost, because only what is asked of a deal is judged.
pub fn check<K: Send>(
    workspace: &Workspace<'_>,
    selection: &Selection,
    keep: impl Fn(&Judged<'_>) -> Option<K> + Sync,
) -> Assessment<K> {
    run(workspace, selection, Depth::Findings, &keep)
}

fn run<K: Send>(
    workspace: &Workspace<'_>,
    selection: &Selection,
    depth: Depth,
    keep: &(impl Fn(&Judged<'_>) -> Option<K> + Sync),
) -> Assessment<K> {
    let (mut files, faults, totals) = assess_files(workspace, selection, depth, keep);
    files.sort_unstable();

    let mut found = workspace.config.findings.clone();
    found.extend(faults);
    found.extend(unknown_in_config(workspace));
    found.extend(same_ids(workspace, &files));
    let followed = totals.followed;
    for name in workspace.library.own_names() {
        let meant = match selection {
            Selection::Everything => true,
            Selection::Paths(paths) => followed.contains(name) || names_workflow(workspace, paths, name),
        };
        if meant {
            found.extend_from_slice(workspace.library.findings(name));
        }
    }
    let built_in = followed.iter().filter(|name| name.starts_with(crate::workflow::builtin::PREFIX)).count();
    found.extend(dates::history_missing(&workspace.past, totals.untold, totals.trouble.as_ref()));
    found.extend(totals.findings);
    let mut kept = totals.kept;
    kept.sort_by(|(one, _), (other, _)| one.cmp(other));
    Assessment {
        ledger: Ledger::settle(found, &workspace.config.levels, totals.waived),
        deals: files.len(),
        workflows: workspace.library.own_count() + built_in,
        not_judged: totals.not_judged,
        kept: kept.into_iter().map(|(_, kept)| kept).collect(),
    }
}

/// How many deals are handed to a core at a time: enough that handing over costs nothing, few enough that all cores
/// end together.
const BATCH: usize = 64;

/// Assesses deals while the next ones are still being found: listing them is a sixth of the work of one core.
fn assess_files<K: Send>(
    workspace: &Workspace<'_>,
    selection: &Selection,
    depth: Depth,
    keep: &(impl Fn(&Judged<'_>) -> Option<K> + Sync),
) -> (Vec<String>, Vec<Finding>, Totals<K>) {
    let done: Mutex<Vec<(usize, Vec<String>, Totals<K>)>> = Mutex::default();
    let assess_batch = |number: usize, paths: Vec<String>| {
        let mut totals = Totals::default();
        for path in &paths {
            assess_deal(workspace, path, depth, &mut totals, keep);
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
    let mut totals = Totals::default();
    for (_, paths, more) in done {
        files.extend(paths);
        totals.add(more);
    }
    (files, faults, totals)
}

/// What came of some deals. Holds nothing of a deal that is in order, unless something was to be kept.
struct Totals<K> {
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

impl<K> Default for Totals<K> {
    fn default() -> Self {
        Self {
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

impl<K> Totals<K> {
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

fn assess_deal<K>(
    workspace: &Workspace<'_>,
    path: &str,
    depth: Depth,
    totals: &mut Totals<K>,
    keep: &(impl Fn(&Judged<'_>) -> Option<K> + Sync),
) {
    let id = workspace.deal_id(path);
    let subject = Subject { deal: Some(Arc::clone(&id)), ..Subject::default() };
    let file = match workspace.snapshot.read(path) {
        Ok(file) => file,
        Err(finding) => return totals.findings.push(finding.about(subject)),
    };
    let mut complaints = Complaints::about(vec![Arc::clone(&file)], subject);
    let parsed = yaml::parse(file.text());
    for fault in parsed.faults {
        complaints.add_fault(fault.code, fault.span, fault.message, fault.help, fault.related);
    }
    let workflow = follow(workspace, &id, parsed.root.as_ref(), totals, &mut complaints);
    if let (Some(root), Some(workflow)) = (parsed.root, workflow) {
        complaints.subject_mut().workflow = Some(Arc::clone(&workflow.id));
        judge_deal(workspace, &file, id, root, workflow, depth, &mut complaints, totals, keep);
    }
    totals.findings.extend(complaints.into_findings());
}

/// The workflow of a deal. Faults of naming it are told; one that cannot be used is told elsewhere, once.
fn follow<'w>(
    workspace: &'w Workspace<'_>,
    id: &str,
    root: Option<&Node<'_>>,
    totals: &mut Totals<impl Sized>,
    complaints: &mut Complaints,
) -> Option<&'w Arc<Workflow>> {
    let own_key = root.and_then(|root| root.get("workflow")).filter(|node| !node.is_absent());
    let own_key = own_key.and_then(|node| {
        let Scalar { text, .. } = node.as_scalar()?;
        Some(Spanned::new(text.as_ref(), node.span))
    });
    let library = &workspace.library;
    let name = match workspace.config.assign(id, own_key, library) {
        Assigned::To(name) => name,
        Assigned::Assumed(name) => {
            if library.own_count() > 0 {
                let message =
                    format!("no rule gives this deal a workflow, so {} is assumed", quote("standard"));
                let help = "move it into a folder named after a workflow, add `workflow:`, or set `default-workflow`";
                complaints.say(Code::WorkflowAssumed, Span::default(), message, Some(help.to_owned()));
            }
            name
        }
        Assigned::Unknown(name, span) => {
            let message = format!("there is no workflow {}", quote(name));
            complaints.say(Code::UnknownWorkflow, span, message, suggest(name, library.names()));
            totals.not_judged += 1;
            return None;
        }
        Assigned::UnknownInConfig => {
            totals.not_judged += 1;
            return None;
        }
    };
    let workflow = library.get(name).flatten();
    totals.follows(name);
    totals.not_judged += usize::from(workflow.is_none());
    workflow
}

#[expect(clippy::too_many_arguments, reason = "one step of the pipeline, with what the steps before it made")]
fn judge_deal<'a, K>(
    workspace: &Workspace<'_>,
    file: &'a Arc<SourceFile>,
    id: Arc<str>,
    root: Node<'a>,
    workflow: &Arc<Workflow>,
    depth: Depth,
    complaints: &mut Complaints,
    totals: &mut Totals<K>,
    keep: &(impl Fn(&Judged<'_>) -> Option<K> + Sync),
) {
    let rates = &workspace.config.rates;
    let reading = Reading { schema: &workflow.schema, rates, today: workspace.today };
    let deal = reader::read(id, root, reading, complaints);
    let stage_index = |stage: &str| workflow.stage_index(stage);
    let own = Timeline::of(&deal, stage_index);
    let has_file = |path: &str| workspace.snapshot.has_file(path);
    let proof = workspace.past.proof();
    let moment = Moment {
        today: workspace.today,
        rates,
        timeline: &own,
        has_file: &has_file,
        depth,
        told: None,
        proof,
    };
    let judgement = gate::judge(&deal, workflow, moment);
    // Commits are asked for what the deal does not tell itself, and whether what it tells came late.
    let asks = workspace.all_dates || !judgement.wants.nothing() || deal.history().next().is_some();
    let asked: Vec<_> = judgement.wants.origins.iter().map(|(key, id)| (*key, id.as_ref())).collect();
    let answer = asks.then(|| workspace.past.tell(file, &deal, reading, &asked)).flatten();
    let told = match answer {
        Some(Err(trouble)) => {
            totals.untold += usize::from(!judgement.wants.nothing());
            totals.trouble = Some(trouble);
            None
        }
        Some(Ok(told)) => Some(told),
        None => None,
    };
    let both = told.as_ref().map(|told| Timeline::with(&deal, told, stage_index));
    let timeline = both.as_ref().unwrap_or(&own);
    let moment = Moment { timeline, told: told.as_ref(), ..moment };
    let judgement = match &told {
        Some(told) => {
            let judgement = gate::judge(&deal, workflow, moment);
            totals.untold += usize::from(!told.whole && !judgement.wants.nothing());
            judgement
        }
        None => judgement,
    };
    gate::findings(&deal, workflow, &judgement, moment, complaints);
    let waived =
        |item: &&gate::Item<'_>| item.due == gate::Due::Now && matches!(item.state, State::Waived(_));
    totals.waived += judgement.items.iter().filter(waived).count();
    let findings = complaints.found();
    let judged = Judged {
        file,
        deal: &deal,
        workflow,
        judgement: &judgement,
        timeline,
        told: told.as_ref(),
        findings,
    };
    totals.kept.extend(keep(&judged).map(|kept| (Arc::clone(file.path()), kept)));
}

/// Workflows that dealgate.toml names and that do not exist.
fn unknown_in_config(workspace: &Workspace<'_>) -> Vec<Finding> {
    let config = &workspace.config;
    let Some(file) = &config.file else { return Vec::new() };
    let named =
        config.assignments.iter().map(|assignment| &assignment.workflow).chain(&config.default_workflow);
    named
        .filter(|name| workspace.library.full_name(&name.value).is_none())
        .map(|name| {
            Finding::new(Code::UnknownWorkflow, format!("there is no workflow {}", quote(&name.value)))
                .maybe_help(suggest(&name.value, workspace.library.names()))
                .at(file, name.span)
        })
        .collect()
}

/// Two files for one deal.
fn same_ids(workspace: &Workspace<'_>, files: &[String]) -> Vec<Finding> {
    let mut found = Vec::new();
    for pair in files.windows(2) {
        if stem(&pair[0]) != stem(&pair[1]) {
            continue;
        }
        let id = workspace.deal_id(&pair[0]);
        let place = |path: &str| Arc::new(SourceFile::new(path, ""));
        let first = crate::source::Place::new(&place(&pair[0]), Span::default());
        let finding = Finding::new(Code::DuplicateDeal, format!("two files are the deal {}", quote(&id)))
            .help("keep one of them, or give one another name")
            .at(&place(&pair[1]), Span::default())
            .related(Some(first), "the other file")
            .about(Subject { deal: Some(id), ..Subject::default() });
        found.push(finding);
    }
    found
}

fn names_workflow(workspace: &Workspace<'_>, paths: &[String], name: &str) -> bool {
    let folder = &workspace.config.workflows;
    let file = format!("{folder}/{name}.toml");
    paths.iter().any(|path| path.is_empty() || path == folder || *path == file || path == CONFIG_FILE)
}

fn stem(path: &str) -> &str {
    path.rsplit_once('.').map_or(path, |(stem, _)| stem)
}

fn is_deal(path: &str) -> bool {
    matches!(path.rsplit_once('.'), Some((stem, "yaml" | "yml")) if !stem.ends_with('/'))
}
