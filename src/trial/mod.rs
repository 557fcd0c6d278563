//! Tests of rules: deals in which comments say what is to be found.

mod compare;
mod expect;
mod mismatch;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;
use serde::Serialize;

use crate::assess::{JudgedDeal, Selection, Workspace, assess};
use crate::finding::Finding;
use crate::gate::{Due, RequirementState};
use crate::snapshot::{Listing, Snapshot};
use crate::source::names::is_yaml;
use crate::source::paths;
use crate::workflow::Workflow;
use crate::workspace::Config;
pub(crate) use mismatch::Mismatch;

/// The folder of the tests, in that of the workflows.
pub(crate) const FOLDER: &str = "tests";

/// What came of one test.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Trial {
    /// The deal's file.
    pub path: String,
    /// The workflow that its folder names.
    pub workflow: String,
    /// Its fixed day, as `2026-11-23`; null when it says none.
    pub today: Option<String>,
    /// Whether everything that was found was expected, and the other way round.
    pub passed: bool,
    /// What was not as expected, by line.
    pub differences: Vec<Mismatch>,
}

/// A requirement that tests leave open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Uncovered {
    /// The workflow.
    pub workflow: String,
    /// The stage; null for what lost and disqualified deals owe.
    pub stage: Option<String>,
    /// The requirement.
    pub requirement: String,
    /// Whether a test meets it.
    pub met: bool,
    /// Whether a test breaks it.
    pub broken: bool,
}

/// What came of all tests.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Trials {
    /// The tests, in the order of their paths.
    pub tests: Vec<Trial>,
    /// Requirements that no test meets, or none breaks, in the order of their workflows.
    pub uncovered: Vec<Uncovered>,
}

/// Whether a requirement, by its workflow and id, was met and was broken.
type RequirementCoverage = BTreeMap<(Arc<str>, Arc<str>), (bool, bool)>;

/// Runs every test whose path holds one of some words; without words all of them.
pub(crate) fn run(snapshot: &dyn Snapshot, config: &Config, words: &[String]) -> Trials {
    // Rules that assign deals are for deals; a test follows the workflow whose folder it is in.
    let config = Config { assignments: Vec::new(), findings: Vec::new(), ..config.clone() };
    let root = folder(&config);
    let Listing { files: mut tests, faults } = snapshot.walk(&root);
    tests.retain(|path| {
        is_yaml(path) && (words.is_empty() || words.iter().any(|word| path.contains(word.as_str())))
    });
    tests.sort_unstable();

    let mut workspaces: BTreeMap<Date, Workspace<'_>> = BTreeMap::new();
    let unlisted = config.missing_folder("workflows", snapshot).into_iter().chain(faults).map(unlisted);
    let mut trials = Trials { tests: unlisted.collect(), ..Trials::default() };
    let mut seen = RequirementCoverage::new();
    for path in tests {
        let below = paths::below(&root, &path).unwrap_or(&path);
        let workflow = below.split_once('/').map_or("", |(folder, _)| folder).to_owned();
        let trial = one(snapshot, &config, path, workflow, &mut workspaces, &mut seen);
        trials.tests.push(trial);
    }
    trials.tests.sort_by(|one, other| one.path.cmp(&other.path));
    if let Some(workspace) = workspaces.values().next() {
        let library = &workspace.library;
        // Of all tests, those that are missing count too: a workflow without any is not covered at all.
        let own = library.own_names().filter(|_| words.is_empty()).map(str::to_owned);
        let names: BTreeSet<String> =
            own.chain(trials.tests.iter().map(|trial| trial.workflow.clone())).collect();
        let usable = names.iter().filter_map(|name| Some((name, library.get(name)??)));
        trials.uncovered = usable.flat_map(|(name, workflow)| uncovered(name, workflow, &seen)).collect();
    }
    trials
}

/// The folder of the tests.
pub(crate) fn folder(config: &Config) -> String {
    paths::join(&config.workflows, FOLDER)
}

/// What cannot be looked into is a test that fails: nobody knows what it holds.
fn unlisted(fault: Finding) -> Trial {
    let (path, line) = match &fault.place {
        Some(place) => (place.file.path().to_string(), place.start().line),
        None => (String::new(), 1),
    };
    let differences = vec![Mismatch { line, message: fault.message }];
    Trial { path, workflow: String::new(), today: None, passed: false, differences }
}

fn one<'s>(
    snapshot: &'s dyn Snapshot,
    config: &Config,
    path: String,
    workflow: String,
    workspaces: &mut BTreeMap<Date, Workspace<'s>>,
    seen: &mut RequirementCoverage,
) -> Trial {
    let mut trial = Trial { path, workflow, today: None, passed: false, differences: Vec::new() };
    let file = match snapshot.read(&trial.path, config.limits.file_size) {
        Ok(file) => file,
        Err(finding) => {
            trial.differences.push(Mismatch { line: 1, message: finding.message });
            return trial;
        }
    };
    let script = expect::read(file.text());
    trial.differences.extend(script.faults);
    let Some(today) = script.today else {
        let message =
            "there is no `# today: 2026-11-23`, so the test would not say the same tomorrow".to_owned();
        trial.differences.push(Mismatch { line: 1, message });
        return trial;
    };
    trial.today = Some(today.to_string());
    let workspace =
        workspaces.entry(today).or_insert_with(|| Workspace::load(snapshot, config.clone(), today));
    match workspace.library.get(&trial.workflow) {
        Some(Some(_)) => {}
        missing => {
            let why = if missing.is_some() { "cannot be used" } else { "does not exist" };
            let message = format!("the workflow `{}` {why}", trial.workflow);
            trial.differences.push(Mismatch { line: 1, message });
            return trial;
        }
    }
    let selection = Selection::Paths(vec![trial.path.clone()]);
    let assessment = assess(workspace, &selection, |judged| Some(states(judged)));
    for ((workflow, requirement), (met, broken)) in assessment.kept.into_iter().flatten() {
        let known = seen.entry((workflow, requirement)).or_default();
        *known = (known.0 || met, known.1 || broken);
    }
    let here = |finding: &&Finding| {
        finding.place.as_ref().is_some_and(|place| place.file.path().as_ref() == trial.path)
    };
    let found: Vec<_> = assessment.ledger.findings().iter().filter(here).collect();
    trial.differences.extend(compare::differences(&script.expected, &found));
    trial.differences.sort();
    trial.passed = trial.differences.is_empty();
    trial
}

/// How a deal stands with each requirement that was asked of it.
fn states(judged: &JudgedDeal<'_>) -> RequirementCoverage {
    let asked = judged.judgement.items.iter().filter(|item| item.due == Due::Now);
    asked
        .map(|item| {
            let key = (Arc::clone(&judged.workflow.id), Arc::clone(&item.requirement.id));
            (
                key,
                (
                    matches!(item.state, RequirementState::Met(_)),
                    matches!(item.state, RequirementState::Unmet(..)),
                ),
            )
        })
        .collect()
}

fn uncovered(name: &str, workflow: &Workflow, seen: &RequirementCoverage) -> Vec<Uncovered> {
    let of = |(stage, requirement): (Option<usize>, &crate::workflow::Requirement)| {
        let key = (Arc::clone(&workflow.id), Arc::clone(&requirement.id));
        let (met, broken) = seen.get(&key).copied().unwrap_or_default();
        let stage = stage.map(|index| workflow.stages[index].id.to_string());
        let (workflow, requirement) = (name.to_owned(), requirement.id.to_string());
        (!met || !broken).then_some(Uncovered { workflow, stage, requirement, met, broken })
    };
    workflow.gates().filter_map(of).collect()
}
