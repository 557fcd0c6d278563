//! What every built-in report promises, whatever the workspace.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::run::{dealgate, repository};

/// The samples, and workspaces of cases: without deals, without stages that exist, at fault in many ways.
fn workspaces() -> Vec<PathBuf> {
    let mut found = vec![repository("tests/showcase")];
    for topic in ["gates", "report", "status", "workspace"] {
        let cases = std::fs::read_dir(repository("tests/cases").join(topic)).expect("cases");
        found.extend(cases.map(|case| case.expect("a case").path().join("input")));
    }
    found.sort();
    found
}

/// What a command prints as JSON about a workspace.
fn json(workspace: &Path, arguments: &[&str]) -> Value {
    let ran = dealgate(workspace, &[arguments, &["--no-history", "--today", "2026-11-23"]].concat());
    serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{arguments:?}: {error}: {}", ran.stderr))
}

fn list(of: &Value) -> &[Value] {
    of.as_array().expect("a list")
}

#[test]
fn status_reports_and_exports_give_one_account_of_a_checklist() {
    let mut compared = 0;
    for workspace in
        ["tests/showcase", "tests/cases/status/table/input", "tests/cases/requirements/at-entry/input"]
    {
        let workspace = repository(workspace);
        let status = json(&workspace, &["status", "--format", "json"]);
        let report = json(&workspace, &["report", "deal", "--format", "context"]);
        let export = json(&workspace, &["export", "deals", "--format", "json"]);
        for deal in list(&status["deals"]) {
            let of = |deals: &'_ Value, key: &str| {
                list(deals).iter().find(|other| other[key] == deal["deal"]).cloned()
            };
            let (Some(page), Some(row)) = (of(&report["deals"], "id"), of(&export, "deal")) else { continue };
            let id = &deal["deal"];
            assert_eq!(deal["left"], page["left_to_do"], "{id}");
            assert_eq!((&deal["errors"], &deal["warnings"]), (&page["errors"], &page["warnings"]), "{id}");
            assert_eq!((&deal["errors"], &deal["warnings"]), (&row["errors"], &row["warnings"]), "{id}");
            let blocks = |step: &&Value| {
                let needed = step["needed"] == "now" || step["needed"] == "to-go-on";
                step["state"] == "unmet" && step["level"] == "error" && needed
            };
            let steps = list(&deal["steps"]);
            let of_status: Vec<_> = steps
                .iter()
                .filter(blocks)
                .map(|step| (&step["requirement"], &step["reason"], &step["help"]))
                .collect();
            let of_report: Vec<_> = list(&page["sheet"]["blocking"])
                .iter()
                .map(|item| (&item["id"], &item["why"], &item["help"]))
                .collect();
            assert_eq!(of_status, of_report, "{id}");
            let left = steps.iter().filter(blocks).filter(|step| step["needed"] == "to-go-on");
            let left: Vec<_> = left.map(|step| step["requirement"].as_str().expect("an id")).collect();
            assert_eq!(left.join(";"), row["to_do"].as_str().unwrap_or_default(), "{id}");
            compared += 1;
        }
    }
    assert!(compared > 30, "only {compared} deals were compared");
}

#[test]
fn markdown_has_no_two_blank_lines_in_a_row() {
    let mut seen = 0;
    for workspace in workspaces() {
        // A workspace with templates of its own may show what it likes.
        if workspace.join("templates").exists() {
            continue;
        }
        for report in dealgate::report::list::REPORTS {
            let mut arguments = vec!["report", report.name, "--format", "markdown", "--no-history"];
            arguments.extend(["--today", "2026-11-23"]);
            let folder = tempfile::tempdir().expect("a folder");
            let output = folder.path().join("pages/").to_string_lossy().into_owned();
            if report.name == "deal" {
                arguments.extend(["-o", &output]);
            }
            let ran = dealgate(&workspace, &arguments);
            let files = walkdir::WalkDir::new(folder.path()).into_iter().filter_map(Result::ok);
            let pages = files.filter(|it| it.file_type().is_file());
            let texts = pages.map(|it| std::fs::read_to_string(it.path()).expect("it is text"));
            for text in texts.chain([ran.stdout]).filter(|text| !text.is_empty()) {
                let place = format!("{} in {}:\n{text}", report.name, workspace.display());
                assert!(!text.contains("\n\n\n"), "{place}");
                assert!(
                    !text.starts_with('\n') && text.ends_with('\n') && !text.ends_with("\n\n"),
                    "{place}"
                );
                seen += 1;
            }
        }
    }
    assert!(seen > 100, "only {seen} reports were looked at");
}
