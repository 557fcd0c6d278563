//! The schemas say what the readers say: no red line where dealgate is content, and one where it is not.

use std::path::{Path, PathBuf};

use dealgate::syntax::tree::{Kind, Node, Style};
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

/// Workspaces of the cases and the showcase, each with what `check` says of it.
fn workspaces() -> Vec<(PathBuf, tempfile::TempDir, Vec<Value>)> {
    let inputs = walkdir::WalkDir::new(repository("tests/cases")).min_depth(3).max_depth(3);
    let inputs = inputs.sort_by_file_name().into_iter().map(|entry| entry.expect("readable").into_path());
    let inputs = inputs.filter(|path| path.ends_with("input"));
    inputs
        .chain([repository("tests/showcase")])
        .filter_map(|input| {
            let workspace = copied(&input);
            let ran = dealgate(workspace.path(), &["check", "--today", "2026-11-23", "--format", "json"]);
            let json: Value = serde_json::from_str(&ran.stdout).ok()?;
            let findings = json["findings"].as_array()?.clone();
            Some((input, workspace, findings))
        })
        .collect()
}

/// What an editor can be expected to say too.
const SEEN: &[&str] = &["unknown-key", "missing-key", "unknown-stage", "unknown-requirement"];

/// What depends on more than the value's form; an editor may say it or not.
const UNSEEN: &[&str] = &["wrong-type", "not-allowed", "out-of-range", "duplicate-key", "missing-currency"];

#[test]
fn an_editor_marks_in_a_deal_what_dealgate_would() {
    let (mut content, mut marked) = (0, 0);
    for (input, workspace, findings) in workspaces() {
        // Where rules assign workflows, a deal in order does not say which it follows.
        let settings = std::fs::read_to_string(workspace.path().join("dealgate.toml")).unwrap_or_default();
        if settings.contains("[[assign]]") {
            continue;
        }
        let deals: Vec<_> = walkdir::WalkDir::new(workspace.path().join("deals"))
            .into_iter()
            .filter_map(Result::ok)
            .filter(|entry| entry.path().extension().is_some_and(|it| it == "yaml"))
            .collect();
        let mut validators = std::collections::BTreeMap::new();
        for deal in deals {
            let path =
                deal.path().strip_prefix(workspace.path()).expect("below").to_string_lossy().into_owned();
            let own: Vec<_> = findings.iter().filter(|finding| finding["file"] == *path).collect();
            let Some(workflow) = own.iter().find_map(|finding| finding["workflow"].as_str()).or_else(|| {
                let folder = Path::new(&path).parent()?.file_name()?.to_str()?;
                workspace.path().join(format!("workflows/{folder}.toml")).is_file().then_some(folder)
            }) else {
                continue;
            };
            let text = std::fs::read_to_string(deal.path()).unwrap_or_default();
            let Ok(value) = serde_yaml::from_str::<Value>(&text) else { continue };
            // Merge keys are older than the YAML that this test's parser reads.
            if value.is_null() || text.contains("<<:") {
                continue;
            }
            let validator = validators.entry(workflow.to_owned()).or_insert_with(|| {
                let arguments = ["deal", "--workflow", workflow];
                let usable = dealgate(workspace.path(), &[&["schema"], &arguments[..]].concat()).status == 0;
                usable.then(|| schema(workspace.path(), &arguments))
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
    }
    assert!(content > 80 && marked > 8, "{content} in order, {marked} marked");
}

#[test]
fn an_editor_marks_in_a_workflow_what_dealgate_would() {
    let here = repository("");
    let (workflows, config) = (schema(&here, &["workflow"]), schema(&here, &["config"]));
    let standard = std::fs::read_to_string(repository("workflows/standard.toml")).expect("built in");
    assert_eq!(faults(&workflows, &json(&standard)), Vec::<String>::new());
    let (mut content, mut marked) = (0, 0);
    for (input, workspace, findings) in workspaces() {
        for entry in walkdir::WalkDir::new(workspace.path()).into_iter().filter_map(Result::ok) {
            let path =
                entry.path().strip_prefix(workspace.path()).expect("below").to_string_lossy().into_owned();
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
            let Ok(text) = std::fs::read_to_string(entry.path()) else { continue };
            if has("toml-syntax") {
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
    }
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
                serde_json::from_str(&scalar.text.replace('_', ""))
                    .unwrap_or_else(|_| scalar.text.as_ref().into())
            }
            Kind::Scalar(scalar) => scalar.text.as_ref().into(),
        }
    }
    node(&dealgate::syntax::toml::parse(text, 0).root.expect("a tree"))
}

#[test]
fn what_is_written_fits_the_schema_of_findings() {
    let validator = schema(&repository(""), &["findings"]);
    for (input, _, _) in workspaces() {
        let json = std::fs::read_to_string(input.with_file_name("json.json"));
        let Some(json) = json.ok().and_then(|json| serde_json::from_str::<Value>(&json).ok()) else {
            continue;
        };
        assert_eq!(faults(&validator, &json), Vec::<String>::new(), "{}", input.display());
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
    known("/definitions/Finding", "introduced");
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
