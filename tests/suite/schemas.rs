//! The schemas say what the readers say: no red line where dealgate is content, and one where it is not.

use std::path::{Path, PathBuf};

use dealgate::syntax::tree::{Kind, Node, Style};
use rayon::prelude::*;
use serde_json::Value;

use crate::repo::{JANE, Repo};
use crate::run::{copied, dealgate, repository};

fn schema(folder: &Path, arguments: &[&str]) -> jsonschema::Validator {
    let ran = dealgate(folder, &[&["schema"], arguments].concat());
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let schema: Value = serde_json::from_str(&ran.stdout).expect("it is JSON");
    jsonschema::validator_for(&schema).unwrap_or_else(|error| panic!("{arguments:?}: {error}"))
}

fn faults(validator: &jsonschema::Validator, value: &Value) -> Vec<String> {
    validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

/// Cases in which there is nothing to check.
const EMPTY: &[&str] =
    &["demo/refuses", "demo/writes", "init/stages", "init/writes", "workspace/settings-alone"];

/// The workspaces of the cases, and the showcase.
fn inputs() -> Vec<PathBuf> {
    let inputs = walkdir::WalkDir::new(repository("tests/cases")).min_depth(3).max_depth(3);
    let inputs = inputs.sort_by_file_name().into_iter().map(|entry| entry.expect("readable").into_path());
    let is_empty = |path: &Path| EMPTY.iter().any(|case| path.ends_with(format!("{case}/input")));
    let inputs = inputs.filter(|path| path.ends_with("input") && !is_empty(path));
    inputs.chain([repository("tests/showcase")]).collect()
}

/// A copy of each of them, and what `check` says of it, looked at side by side; the sums of two counts.
fn over_workspaces(look: impl Fn(&Path, &Path, &[Value]) -> (usize, usize) + Sync) -> (usize, usize) {
    let one = |input: &PathBuf| {
        let workspace = copied(input);
        let ran = dealgate(workspace.path(), &["check", "--today", "2026-11-23", "--format", "json"]);
        let json: Value = serde_json::from_str(&ran.stdout)
            .unwrap_or_else(|error| panic!("{}: {error}: {}", input.display(), ran.stderr));
        look(input, workspace.path(), json["findings"].as_array().expect("a list"))
    };
    inputs().par_iter().map(one).reduce(|| (0, 0), |one, other| (one.0 + other.0, one.1 + other.1))
}

/// What an editor can be expected to say too.
const SEEN: &[&str] = &[
    "unknown-key",
    "missing-key",
    "unknown-stage",
    "unknown-requirement",
    "waiver-incomplete",
    "outcome-incomplete",
];

/// What depends on more than the value's form; an editor may say it or not.
const UNSEEN: &[&str] = &["wrong-type", "not-allowed", "out-of-range", "duplicate-key", "missing-currency"];

#[test]
fn an_editor_marks_in_a_deal_what_dealgate_would() {
    let (content, marked) = over_workspaces(|input, workspace, findings| {
        let (mut content, mut marked) = (0, 0);
        // Where rules assign workflows, a deal in order does not say which it follows.
        let settings = std::fs::read_to_string(workspace.join("dealgate.toml")).unwrap_or_default();
        if settings.contains("[[assign]]") {
            return (0, 0);
        }
        let deals: Vec<_> = walkdir::WalkDir::new(workspace.join("deals"))
            .into_iter()
            .filter_map(Result::ok)
            .filter(|entry| entry.path().extension().is_some_and(|it| it == "yaml"))
            .collect();
        let mut validators = std::collections::BTreeMap::new();
        for deal in deals {
            let path = deal.path().strip_prefix(workspace).expect("below").to_string_lossy().into_owned();
            let own: Vec<_> = findings.iter().filter(|finding| finding["file"] == *path).collect();
            let Some(workflow) = own.iter().find_map(|finding| finding["workflow"].as_str()).or_else(|| {
                let folder = Path::new(&path).parent()?.file_name()?.to_str()?;
                workspace.join(format!("workflows/{folder}.toml")).is_file().then_some(folder)
            }) else {
                continue;
            };
            let text = std::fs::read_to_string(deal.path()).unwrap_or_default();
            let text = text.trim_start_matches('\u{feff}');
            let Ok(value) = serde_yaml::from_str::<Value>(text) else {
                assert!(!own.is_empty(), "{}: {path} is no YAML, and nobody says so", input.display());
                continue;
            };
            // Merge keys are older than the YAML that this test's parser reads.
            if value.is_null() || text.contains("<<:") {
                continue;
            }
            let validator = validators.entry(workflow.to_owned()).or_insert_with(|| {
                let arguments = ["deal", "--workflow", workflow];
                let usable = dealgate(workspace, &[&["schema"], &arguments[..]].concat()).status == 0;
                assert!(usable || !findings.is_empty(), "{}: {workflow}", input.display());
                usable.then(|| schema(workspace, &arguments))
            });
            let Some(validator) = validator else { continue };
            let faults = faults(validator, &value);
            let has =
                |codes: &[&str]| own.iter().any(|it| codes.contains(&it["code"].as_str().unwrap_or("")));
            // That a stage does not exist for one deal is decided by an expression.
            let by_expression = own.iter().any(|it| {
                it["code"] == "unknown-stage"
                    && it["message"].as_str().is_some_and(|it| it.contains("is false"))
            });
            if has(SEEN) && !by_expression {
                assert!(!faults.is_empty(), "{}: {path} is not marked: {own:?}", input.display());
                marked += 1;
            } else if !has(UNSEEN) && !by_expression {
                assert!(faults.is_empty(), "{}: {path}: {faults:?}", input.display());
                content += 1;
            }
        }
        (content, marked)
    });
    assert!(content > 80 && marked > 8, "{content} in order, {marked} marked");
}

#[test]
fn an_editor_marks_in_a_workflow_what_dealgate_would() {
    let here = repository("");
    let (workflows, config) = (schema(&here, &["workflow"]), schema(&here, &["config"]));
    let standard = std::fs::read_to_string(repository("workflows/standard.toml")).expect("built in");
    assert_eq!(faults(&workflows, &json(&standard)), Vec::<String>::new());
    let (content, marked) = over_workspaces(|input, workspace, findings| {
        let (mut content, mut marked) = (0, 0);
        for entry in walkdir::WalkDir::new(workspace).into_iter().filter_map(Result::ok) {
            let path = entry.path().strip_prefix(workspace).expect("below").to_string_lossy().into_owned();
            let validator = match path.as_str() {
                "dealgate.toml" => &config,
                path if path.starts_with("workflows/")
                    && entry.path().extension().is_some_and(|it| it == "toml") =>
                {
                    &workflows
                }
                _ => continue,
            };
            let own: Vec<_> = findings.iter().filter(|finding| finding["file"] == *path).collect();
            let has = |code: &str| own.iter().any(|finding| finding["code"] == code);
            let Ok(text) = std::fs::read_to_string(entry.path()) else {
                assert!(!own.is_empty(), "{}: {path} cannot be read, and nobody says so", input.display());
                continue;
            };
            if has("toml-syntax") || has("merge-conflict") {
                continue;
            }
            let faults = faults(validator, &json(&text));
            if has("unknown-key") {
                assert!(!faults.is_empty(), "{}: {path} is not marked", input.display());
                marked += 1;
            } else if !["wrong-type", "not-allowed", "out-of-range", "too-deep"].iter().any(|code| has(code))
            {
                assert!(faults.is_empty(), "{}: {path}: {faults:?}", input.display());
                content += 1;
            }
        }
        (content, marked)
    });
    assert!(content > 80 && marked > 1, "{content} in order, {marked} marked");
}

/// A TOML text as the editors of TOML hand it to a schema: dates are texts.
fn json(text: &str) -> Value {
    fn node(it: &Node<'_>) -> Value {
        match &it.kind {
            Kind::Map(entries) => {
                entries.iter().map(|entry| (entry.key.value.to_string(), node(&entry.value))).collect()
            }
            Kind::List(items) => items.iter().map(node).collect(),
            Kind::Scalar(scalar) if scalar.style == Style::Literal => {
                serde_json::from_str(&scalar.digits()).unwrap_or_else(|_| scalar.text.as_ref().into())
            }
            Kind::Scalar(scalar) => scalar.text.as_ref().into(),
        }
    }
    node(&dealgate::syntax::toml::parse(text, 0).root.expect("a tree"))
}

#[test]
fn what_is_written_fits_the_schema_of_findings() {
    let validator = schema(&repository(""), &["findings"]);
    // A case of another command has none.
    let files = inputs().into_iter().map(|input| input.with_file_name("json.json"));
    let files: Vec<_> = files.filter(|file| file.is_file()).collect();
    assert!(files.len() > 100, "{} texts", files.len());
    for file in files {
        let json = std::fs::read_to_string(&file).expect("it is text");
        let json = serde_json::from_str(&json).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        assert_eq!(faults(&validator, &json), Vec::<String>::new(), "{}", file.display());
    }
}

#[test]
fn what_is_written_of_a_change_fits_it_too() {
    let validator = schema(&repository(""), &["findings"]);
    let repo = Repo::new();
    repo.write("deals/acme/one.yaml", "name: One\nstage: nowhere\n");
    repo.write("deals/acme/two.yaml", "name: Two\nstage: nowhere\n").commit("2026-05-01", JANE, "Start");
    repo.write("deals/acme/one.yaml", "name: One\nstage: nowhere\nnotess: none\n");
    let ran = dealgate(repo.path(), &["check", "--since", "HEAD", "--format", "json"]);
    let json: Value = serde_json::from_str(&ran.stdout).expect("it is JSON");
    assert_eq!(faults(&validator, &json), Vec::<String>::new());
    let known = |path: &str, key: &str| assert!(validator_knows(path, key), "{path} {key}");
    known("", "since");
    known("/definitions/Summary", "introduced");
    known("/definitions/Summary", "not_touched");
    known("/definitions/FindingJson", "introduced");
    assert!(json["since"].is_string() && json["summary"]["not_touched"] == 1);
    assert!(json["findings"][0]["introduced"].is_boolean());
}

/// Whether the schema of findings describes a key.
fn validator_knows(path: &str, key: &str) -> bool {
    let written = dealgate(&repository(""), &["schema", "findings"]).stdout;
    let schema: Value = serde_json::from_str(&written).expect("it is JSON");
    schema.pointer(&format!("{path}/properties/{key}/description")).is_some()
}

#[test]
fn a_committed_schema_that_no_longer_fits_is_told() {
    let workspace = copied(&repository("tests/showcase"));
    let stale = || {
        let ran = dealgate(workspace.path(), &["check", "--today", "2026-11-23", "--format", "concise"]);
        ran.stdout
            .lines()
            .filter(|line| line.contains("[stale-schema]"))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(stale(), Vec::<String>::new(), "none is committed");
    let written = dealgate(workspace.path(), &["schema", "--write"]).stdout;
    assert!(written.contains("wrote schemas/deals/northwind.json\n"), "{written}");
    assert_eq!(stale(), Vec::<String>::new());
    let workflow = workspace.path().join("workflows/northwind.toml");
    let text = std::fs::read_to_string(&workflow).expect("there");
    let text = text.replacen(
        "[stage.prospect.requires]
",
        "[stage.prospect.requires]
new-one = \"A new one\"
",
        1,
    );
    std::fs::write(&workflow, text).expect("written");
    let told = stale();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("schemas/deals/northwind.json:1:1: warning[stale-schema]"), "{told:?}");
}
