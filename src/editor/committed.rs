//! The schemas that a workspace keeps for its editors, and whether they still fit. Must not write them.

use serde_json::Value as Json;

use super::deal;
use super::table::{config, workflow};
use crate::assess::Workspace;
use crate::finding::wording::quote;
use crate::finding::{Code, Finding};
use crate::source::Span;
use crate::workflow::builtin::PREFIX;

/// The folder of the schemas, below the root.
pub(crate) const FOLDER: &str = "schemas";

/// A schema and the file in which a workspace keeps it.
#[derive(Clone, Debug)]
pub(crate) struct CommittedSchema {
    /// The path, below the root.
    pub path: String,
    /// What belongs there.
    pub schema: Json,
}

/// Every schema that a workspace may keep: one for the deals of each of its workflows, one for workflows and one
/// for dealgate.toml. Deals of a workspace without workflows follow the built-in.
pub(crate) fn all(workspace: &Workspace<'_>) -> Vec<CommittedSchema> {
    let mut kept = vec![
        CommittedSchema { path: format!("{FOLDER}/config.json"), schema: config() },
        CommittedSchema { path: format!("{FOLDER}/workflow.json"), schema: workflow() },
    ];
    let library = &workspace.library;
    let mut names: Vec<String> = library.own_names().map(str::to_owned).collect();
    if names.is_empty() {
        names.extend(library.full_name("standard").map(str::to_owned));
    }
    for name in names {
        if let Some(workflow) = library.get(&name).flatten() {
            kept.push(CommittedSchema { path: deal_path(&name), schema: deal(workflow) });
        }
    }
    kept
}

/// Where the schema of a workflow's deals is kept.
pub(crate) fn deal_path(workflow: &str) -> String {
    format!("{FOLDER}/deals/{}.json", workflow.strip_prefix(PREFIX).unwrap_or(workflow))
}

/// The first line by which an editor finds the schema of a file: of a deal that follows the workflow of its folder, of
/// a workflow or of the settings. Nothing for any other.
pub(crate) fn modeline(path: &str) -> String {
    let up = "../".repeat(path.matches('/').count());
    match path.split('/').collect::<Vec<_>>()[..] {
        ["dealgate.toml"] => format!("#:schema {FOLDER}/config.json\n"),
        ["workflows", _] => format!("#:schema {up}{FOLDER}/workflow.json\n"),
        ["deals", company, _] => format!("# yaml-language-server: $schema={up}{}\n", deal_path(company)),
        _ => String::new(),
    }
}

/// Kept schemas that no longer say what is true. A workflow that cannot be used has no schema, which is no fault here.
pub(crate) fn stale(workspace: &Workspace<'_>) -> Vec<Finding> {
    let there = [FOLDER.to_owned(), format!("{FOLDER}/deals")]
        .map(|folder| workspace.snapshot.files_in(&folder).files);
    if there.iter().all(Vec::is_empty) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for CommittedSchema { path, schema } in all(workspace) {
        if !there.iter().flatten().any(|file| *file == path) {
            continue;
        }
        match workspace.snapshot.read(&path, workspace.config.limits.file_size) {
            Err(finding) => found.push(*finding),
            Ok(file) => {
                if serde_json::from_str::<Json>(file.text()).ok().as_ref() != Some(&schema) {
                    let message = format!("{} is not what editors should be told any more", quote(&path));
                    let finding =
                        Finding::new(Code::StaleSchema, message).help("run `dealgate schema --write`");
                    found.push(finding.at(&file, Span::default()));
                }
            }
        }
    }
    found
}
