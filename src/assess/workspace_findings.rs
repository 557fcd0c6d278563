//! Findings about the workspace rather than one deal: two files with one id, unknown names in the settings, workflows
//! that nobody follows.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::workspace::{Selection, Workspace};
use crate::finding::wording::{quote, suggest};
use crate::finding::{Code, Finding, Subject};
use crate::requirement::group::{Group, Member};
use crate::source::names::{composed, folded, is_yaml, stem};
use crate::source::{Place, SourceFile, Span, paths};
use crate::workflow::Workflow;
use crate::workspace::CONFIG_FILE;

/// Workflows that dealgate.toml names and that do not exist.
pub(super) fn unknown_in_config(workspace: &Workspace<'_>) -> Vec<Finding> {
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

/// Files for one deal, or for deals whose names a system cannot tell apart, among sorted files. Of a file that is named,
/// the other may not have been.
pub(super) fn same_ids(workspace: &Workspace<'_>, selection: &Selection, files: &[String]) -> Vec<Finding> {
    let mut others = BTreeSet::new();
    if let Selection::Paths(paths) = selection {
        let folder = |path: &String| path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        let folders: BTreeSet<String> = paths.iter().filter(|path| is_yaml(path)).map(folder).collect();
        let beside = folders.iter().flat_map(|folder| workspace.snapshot.files_in(folder).files);
        others.extend(beside.filter(|path| is_yaml(path)));
    }
    let is_listed = |path: &str| files.binary_search_by(|known| known.as_str().cmp(path)).is_ok();
    // Few names are not what they are folded to; of each of those the others are looked for.
    let mut by_name: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for path in files.iter().chain(others.iter().filter(|path| !is_listed(path))) {
        let usual = format!("{}.yaml", folded(stem(path)));
        if usual != *path {
            let found = by_name.entry(usual).or_default();
            found.insert(path);
        }
    }
    let mut findings = Vec::new();
    for (usual, mut paths) in by_name {
        paths.extend(files.binary_search(&usual).ok().map(|index| files[index].as_str()));
        paths.extend(others.get(&usual).map(String::as_str));
        // Of two ways to end the longer is usual, so that the other is at fault.
        let mut paths: Vec<_> = paths.into_iter().collect();
        let is_short = |path: &str| {
            path.get(path.len().saturating_sub(4)..).is_some_and(|it| it.eq_ignore_ascii_case(".yml"))
        };
        paths.sort_by_key(|path| is_short(path));
        if let [first, more @ ..] = paths.as_slice()
            && paths.iter().any(|path| is_listed(path))
        {
            findings.extend(more.iter().map(|second| duplicate(workspace, first, second)));
        }
    }
    findings
}

fn duplicate(workspace: &Workspace<'_>, first: &str, second: &str) -> Finding {
    let (one, id) = (workspace.deal_id(first), workspace.deal_id(second));
    let empty = |path: &str| Arc::new(SourceFile::new(path, ""));
    let place = |path: &str| {
        workspace.snapshot.read(path, workspace.config.limits.file_size).unwrap_or_else(|_| empty(path))
    };
    let message = if one == id {
        format!("two files are the deal {}", quote(&id))
    } else {
        format!("some systems cannot tell the deal {} from {}", quote(&id), quote(&one))
    };
    Finding::new(Code::DuplicateDeal, message)
        .help("keep one of them, or give one another name")
        .at(&place(second), Span::default())
        .related(Some(Place::new(&place(first), Span::default())), "the other file")
        .about(Subject { deal: Some(id), ..Subject::default() })
}

/// The full names of the workflows that a selection means: those it names, and those that its deals follow.
pub(super) fn meant_workflows(
    workspace: &Workspace<'_>,
    selection: &Selection,
    followed: &BTreeSet<String>,
) -> BTreeSet<String> {
    let named = |name: &&str| match selection {
        Selection::Everything => true,
        Selection::Paths(paths) => names_workflow(workspace, paths, name),
    };
    let own = workspace.library.own_names().filter(named).map(str::to_owned);
    own.chain(followed.iter().cloned()).collect()
}

/// What is wrong with workflows, and with those they extend: where that is told, they cannot be used.
pub(super) fn workflow_findings(workspace: &Workspace<'_>, meant: &BTreeSet<String>) -> Vec<Finding> {
    let library = &workspace.library;
    let lineages =
        meant.iter().flat_map(|name| library.parents(name)).chain(meant.iter().map(String::as_str));
    let names: BTreeSet<&str> = lineages.collect();
    names.into_iter().flat_map(|name| library.findings(name)).cloned().collect()
}

/// Members of groups whom dealgate.toml does not list: told where they stand, once for all workflows that inherit them.
pub(super) fn unknown_members(workspace: &Workspace<'_>, meant: &BTreeSet<String>) -> Vec<Finding> {
    let workflows = meant.iter().filter_map(|name| workspace.library.get(name).flatten());
    let groups = workflows.flat_map(|workflow| workflow.groups.iter().map(move |group| (workflow, group)));
    let told = |(workflow, (name, group)): (&Arc<Workflow>, (&String, &Group))| {
        let subject = Subject { workflow: Some(Arc::clone(&workflow.id)), ..Subject::default() };
        let member = |member: &Member| {
            let unknown = workspace.config.people.unknown(name, &member.email, None)?;
            Some(unknown.at_place(member.place.clone()).about(subject.clone()))
        };
        group.members.iter().filter_map(member).collect::<Vec<_>>()
    };
    groups.flat_map(told).collect()
}

/// Whether one of the paths is the workflow, a folder that holds it, or the settings, which are for all of them.
fn names_workflow(workspace: &Workspace<'_>, named: &[String], name: &str) -> bool {
    let file = paths::join(&workspace.config.workflows, &format!("{name}.toml"));
    named.iter().any(|path| paths::is_in(&composed(path), &file) || path == CONFIG_FILE)
}
