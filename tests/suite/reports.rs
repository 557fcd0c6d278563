//! What every built-in report promises, whatever the workspace.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde_json::Value;

use crate::repo::{JANE, Repo};
use crate::run::{copied, dealgate, repository};

/// The samples, and workspaces of cases: without deals, without stages that exist, at fault in many ways.
pub fn workspaces() -> Vec<PathBuf> {
    let mut found = vec![repository("tests/showcase")];
    for topic in ["deals", "gates", "report", "status", "workspace"] {
        let cases = std::fs::read_dir(repository("tests/cases").join(topic)).expect("cases");
        found.extend(cases.map(|case| case.expect("a case").path().join("input")));
    }
    found.sort();
    found
}

/// What a command prints as JSON about a workspace.
pub fn json(workspace: &Path, arguments: &[&str]) -> Value {
    let ran = dealgate(workspace, &[arguments, &["--no-history", "--today", "2026-11-23"]].concat());
    serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{arguments:?}: {error}: {}", ran.stderr))
}

pub fn list(of: &Value) -> &[Value] {
    of.as_array().expect("a list")
}

#[test]
fn status_reports_and_exports_give_one_account_of_a_checklist() {
    let mut compared = 0;
    for workspace in
        ["tests/showcase", "tests/cases/status/table/input", "tests/cases/requirements/at-entry/input"]
    {
        let workspace = copied(&repository(workspace));
        let workspace = workspace.path();
        let status = json(workspace, &["status", "--format", "json"]);
        let report = json(workspace, &["report", "deal", "--format", "context"]);
        let export = json(workspace, &["export", "deals", "--format", "json"]);
        let judged = |deal: &&Value| deal["state"] != "not-judged";
        for deal in list(&status["deals"]).iter().filter(judged) {
            let of = |deals: &'_ Value, key: &str| {
                list(deals).iter().find(|other| other[key] == deal["deal"]).cloned()
            };
            let id = &deal["deal"];
            let page = of(&report["deals"], "id").unwrap_or_else(|| panic!("{id} has no page"));
            let row = of(&export, "deal").unwrap_or_else(|| panic!("{id} has no row"));
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

/// The Markdown of a report: what is printed, or a page a deal.
fn markdown(workspace: &Path, report: &str) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let output = folder.path().join("pages/").to_string_lossy().into_owned();
    let mut arguments =
        vec!["report", report, "--format", "markdown", "--no-history", "--today", "2026-11-23"];
    if report == "deal" {
        arguments.extend(["-o", &output]);
    }
    let ran = dealgate(workspace, &arguments);
    assert_eq!(ran.status, 0, "{report} in {}: {}", workspace.display(), ran.stderr);
    if report != "deal" {
        return vec![ran.stdout];
    }
    assert_eq!(ran.stdout, "");
    let files = walkdir::WalkDir::new(folder.path()).into_iter().map(|it| it.expect("it can be read"));
    let pages = files.filter(|it| it.file_type().is_file());
    pages.map(|it| std::fs::read_to_string(it.path()).expect("it is text")).collect()
}

#[test]
fn markdown_has_no_two_blank_lines_in_a_row() {
    let workspaces = workspaces();
    // A workspace with templates of its own may show what it likes.
    let plain = workspaces.par_iter().filter(|workspace| !workspace.join("templates").exists());
    let seen: usize = plain
        .map(|workspace| {
            let workspace = copied(workspace);
            let deals = json(workspace.path(), &["export", "deals", "--format", "json"]);
            let mut seen = 0;
            for report in dealgate::report::list::REPORTS {
                let texts = markdown(workspace.path(), report.name);
                // Two files of one id are told as a fault, and have one page.
                let ids: BTreeSet<_> = list(&deals).iter().map(|deal| deal["deal"].to_string()).collect();
                let expected = if report.name == "deal" { ids.len() } else { 1 };
                assert_eq!(texts.len(), expected, "{} in {}", report.name, workspace.path().display());
                for text in texts {
                    assert!(!text.contains("\n\n\n"), "{}:\n{text}", report.name);
                    let ends = text.ends_with('\n') && !text.ends_with("\n\n");
                    assert!(!text.starts_with('\n') && ends, "{}:\n{text}", report.name);
                    seen += 1;
                }
            }
            seen
        })
        .sum();
    assert!(seen > 100, "only {seen} reports were looked at");
}

#[test]
fn people_are_called_by_their_names_under_whatever_address() {
    let workspace = copied(&repository("tests/cases/workspace/people/input"));
    std::fs::write(
        workspace.path().join("deals/acme/under-an-alias.yaml"),
        "name: Under an alias\nstage: offer\nowner: LEE.park@old.example\n",
    )
    .expect("it can be written");
    let context = json(workspace.path(), &["report", "--format", "context"]);
    let names: Vec<_> =
        list(&context["owners"]).iter().map(|owner| owner["name"].as_str().unwrap_or_default()).collect();
    assert_eq!(names, ["Dana Whitlock", "Lee Park"]);
    for format in ["markdown", "html"] {
        let arguments = ["report", "--format", format, "--no-history", "--today", "2026-11-23"];
        let page = dealgate(workspace.path(), &arguments).stdout;
        assert!(page.contains("Dana Whitlock") && page.contains("Lee Park"), "{format}");
    }
}

#[test]
fn whoever_is_asked_for_is_found_under_every_address() {
    let repo = Repo::new();
    let settings = "[people]\n\"lee@acme.example\" = { name = \"Lee Park\", also = [\"lp@old.example\"] }\n";
    repo.write("dealgate.toml", settings)
        .write("workflows/acme.toml", "stages = [\"lead\"]\ncurrency = \"EUR\"\n");
    repo.write(
        ".mailmap",
        "Lee <lee@acme.example> <park@older.example>\nTom <tom@acme.example> <T@x.example>\n",
    );
    for (name, owner) in [
        ("a", "lee@acme.example"),
        ("b", "LP@old.example"),
        ("c", "park@older.example"),
        ("d", "t@x.example"),
    ] {
        let text = format!("name: {name}\nstage: lead\namount: 1 EUR\nowner: {owner}\n");
        repo.write(&format!("deals/acme/{name}.yaml"), &text);
    }
    repo.commit("2026-05-01", JANE, "new");
    for (word, expected) in [
        ("lee", "a b c"),
        ("lp@old.example", "a b c"),
        ("Park@older.example", "a b c"),
        ("park", "a b c"),
        ("tom", "d"),
        ("T@x.example", "d"),
    ] {
        let status = json(repo.path(), &["status", "--owner", word, "--format", "json"]);
        let arguments = ["report", "--owner", word, "--format", "context"];
        let report = json(repo.path(), &arguments);
        for (of, key) in [(&status, "deal"), (&report, "id")] {
            let ids = list(&of["deals"]).iter().map(|deal| deal[key].as_str().unwrap_or_default());
            let mut ids: Vec<_> = ids.map(|id| id.trim_start_matches("acme/")).collect();
            ids.sort_unstable();
            assert_eq!(ids.join(" "), expected, "{word}");
        }
        assert_eq!(report["header"]["filters"]["owners"], serde_json::json!([word]), "as it was asked for");
    }
    for command in ["status", "report"] {
        let ran = dealgate(repo.path(), &[command, "--owner", "eve", "--no-history"]);
        assert_eq!(ran.status, 2, "{}", ran.stdout);
        assert!(ran.stderr.contains("no deal has the owner `eve`"), "{}", ran.stderr);
    }
}
