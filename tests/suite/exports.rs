//! Exports fit their documented schema, and a database reads them.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::repo::{JANE, Repo};
use crate::run::{copied, copy, dealgate, repository};
use crate::tools;

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("it is JSON")
}

/// The showcase, committed: what it was before is in its deals' own history.
fn showcase() -> Repo {
    let repo = Repo::new();
    copy(&repository("tests/showcase"), repo.path());
    repo.commit("2026-11-20", JANE, "The showcase");
    repo
}

#[test]
fn every_row_fits_the_schema_and_every_format_has_every_row() {
    let showcase = showcase();
    let showcase = showcase.path();
    for what in ["deals", "findings", "history", "visits"] {
        let schema = json(&dealgate(showcase, &["schema", &format!("export-{what}")]).stdout);
        let validator = jsonschema::validator_for(&schema).expect("a schema");
        let export = |format: &str| {
            let ran = dealgate(showcase, &["export", what, "--format", format, "--today", "2026-11-23"]);
            assert_eq!(ran.status, 0, "{}", ran.stderr);
            ran.stdout
        };
        let rows = json(&export("json"));
        let rows = rows.as_array().expect("a list");
        let lines: Vec<Value> = export("jsonl").lines().map(json).collect();
        assert_eq!(rows, &lines);
        assert!(!rows.is_empty());
        for row in rows {
            let faults: Vec<_> = validator.iter_errors(row).map(|error| error.to_string()).collect();
            assert!(faults.is_empty(), "{row}: {faults:?}");
        }
        let header = export("csv").lines().next().expect("a header").to_owned();
        let required: Vec<_> = schema["required"].as_array().expect("a list").iter().collect();
        assert_eq!(
            header,
            required.iter().map(|it| it.as_str().expect("a name")).collect::<Vec<_>>().join(",")
        );
    }
}

#[test]
fn findings_are_counted_at_the_levels_in_force() {
    let workspace = copied(&repository("tests/cases/workspace/levels/input"));
    let of = |arguments: &[&str]| {
        let day = ["--format", "json", "--no-history", "--today", "2026-11-23"];
        json(&dealgate(workspace.path(), &[arguments, &day[..]].concat()).stdout)
    };
    let (check, rows) = (of(&["check"]), of(&["export", "deals"]));
    let findings = check["findings"].as_array().expect("a list");
    let raised = |it: &Value| it["code"] == "close-date-passed" && it["level"] == "error";
    assert!(findings.iter().any(raised), "a warning elsewhere, an error here: {check}");
    for row in rows.as_array().expect("a list") {
        for (level, column) in [("error", "errors"), ("warning", "warnings")] {
            let about = |it: &&Value| it["deal"] == row["deal"] && it["level"] == level;
            assert_eq!(row[column], findings.iter().filter(about).count(), "{level} of {}", row["deal"]);
        }
    }
}

#[test]
fn a_spreadsheet_is_given_no_formula() {
    let workspace = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(workspace.path().join("deals")).expect("a folder");
    let deal = "name: '=HYPERLINK(\"https://evil.example\")'\nstage: prospect\ncustomer: '-1'\n";
    std::fs::write(workspace.path().join("deals/a.yaml"), deal).expect("written");
    let csv = dealgate(workspace.path(), &["export", "deals", "--today", "2026-11-23"]).stdout;
    assert!(csv.contains(",\"'=HYPERLINK(\"\"https://evil.example\"\")\",-1,"), "{csv}");
}

/// A cell of the rows that fit, as `day key: before -> after (source, author)`.
fn told(rows: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let row = |row: &Value| {
        let of = |key: &str| text(&row[key]);
        let (day, key, before, after) = (of("day"), of("key"), of("before"), of("after"));
        format!("{day} {key}: {before} -> {after} ({}, {})", of("source"), of("author"))
    };
    rows.as_array().expect("a list").iter().map(row).collect()
}

const RAJ: &str = "Raj Rao <raj@acme.example>";

/// A deal that a branch changed, a merge brought, an entry dates, and somebody deleted.
fn changed() -> Repo {
    let repo = Repo::new();
    let deal = |rest: &str| format!("name: a\nowner: =jane@acme.example\n{rest}\n");
    repo.write("deals/a.yaml", &deal("stage: prospect\namount: 100 EUR"));
    repo.write("deals/b.yaml", "name: b\nstage: prospect\n");
    repo.commit("2026-01-05", JANE, "Start");
    repo.git(&["switch", "--quiet", "-c", "topic"]);
    repo.write("deals/a.yaml", &deal("stage: qualified\namount: 100 EUR"));
    repo.commit("2026-01-10", RAJ, "On");
    repo.write("deals/a.yaml", &deal("stage: qualified\namount: 120 EUR"));
    repo.commit("2026-01-11", JANE, "More");
    repo.git(&["switch", "--quiet", "main"]);
    repo.git_as("2026-01-20", JANE, &["merge", "--quiet", "--no-ff", "--no-edit", "topic"]);
    let history = "history: [{date: 2026-01-25, stage: discovery}]";
    repo.write("deals/a.yaml", &deal(&format!("stage: discovery\namount: 120 EUR\n{history}")));
    std::fs::remove_file(repo.path().join("deals/b.yaml")).expect("it was there");
    repo.commit("2026-02-01", RAJ, "An entry, and one less");
    repo
}

#[test]
fn history_says_what_changed_when_and_by_whom() {
    let repo = changed();
    let export = |what: &str, more: &[&str]| {
        let all = [&["export", what, "--format", "json", "--today", "2026-02-10"], more].concat();
        let ran = dealgate(repo.path(), &all);
        assert_eq!(ran.status, 0, "{}", ran.stderr);
        json(&ran.stdout)
    };
    let rows = export("history", &[]);
    assert_eq!(
        told(&rows),
        [
            "2026-01-05 stage: - -> prospect (commit, Jane Roe)",
            "2026-01-05 amount: - -> 100 EUR (commit, Jane Roe)",
            "2026-01-05 owner: - -> =jane@acme.example (commit, Jane Roe)",
            "2026-01-20 stage: prospect -> qualified (commit, Raj Rao)",
            "2026-01-20 amount: 100 EUR -> 120 EUR (commit, Jane Roe)",
            "2026-01-25 stage: qualified -> discovery (history, -)",
            "2026-01-05 stage: - -> prospect (commit, Jane Roe)",
            "2026-02-01 file: deals/b.yaml -> - (commit, Raj Rao)",
        ]
    );
    assert_eq!(rows[5]["commit"], Value::Null);
    let merged = repo.git(&["log", "-1", "--format=%H", "--author=Raj", "topic"]);
    assert_eq!(rows[3]["commit"].as_str(), Some(merged.trim()), "the commit that the merge brought");
    assert_eq!(told(&export("history", &["--at", "@2026-01-15"])).len(), 4, "as it was known then");
    let visits = export("visits", &[]);
    let shown: Vec<_> = visits
        .as_array()
        .expect("a list")
        .iter()
        .map(|it| {
            format!("{} {} {} {} {}", it["deal"], it["stage"], it["entered"], it["left"], it["days"])
                .replace('"', "")
        })
        .collect();
    assert_eq!(
        shown,
        [
            "a prospect 2026-01-05 2026-01-20 15",
            "a qualified 2026-01-20 2026-01-25 5",
            "a discovery 2026-01-25 null 16",
            "b prospect 2026-01-05 2026-02-01 27",
        ]
    );
    let csv = dealgate(repo.path(), &["export", "history", "--today", "2026-02-10"]).stdout;
    assert!(csv.contains(",'=jane@acme.example,commit,"), "{csv}");
}

#[test]
fn what_is_yet_to_come_has_no_days_and_is_no_push() {
    let repo = Repo::new();
    let history = "[{date: 2026-01-05, stage: prospect, close_date: 2026-03-01}, {date: 2026-06-01, stage: qualified, close_date: 2026-09-01}]";
    repo.write(
        "deals/a.yaml",
        &format!("name: a\nstage: qualified\nclose_date: 2026-09-01\nhistory: {history}\n"),
    );
    let days_and_pushes = |today: &str| {
        let visits =
            dealgate(repo.path(), &["export", "visits", "--format", "json", "--today", today]).stdout;
        let model =
            dealgate(repo.path(), &["report", "pipeline", "--format", "context", "--today", today]).stdout;
        let days = json(&visits).as_array().expect("rows").iter().map(|row| row["days"].clone()).collect();
        (Value::Array(days), json(&model)["deals"][0]["pushes"].clone())
    };
    assert_eq!(days_and_pushes("2026-05-20"), (json!([147, null]), json!(0)));
    assert_eq!(days_and_pushes("2026-06-03"), (json!([147, 2]), json!(1)));
}

/// A Python that has `DuckDB`: `pip install duckdb`, or name it in `DUCKDB_PYTHON`.
fn python_with_duckdb() -> Option<PathBuf> {
    let has = |python: &PathBuf| {
        let there = Command::new(python).args(["-c", "import duckdb"]).output();
        there.is_ok_and(|output| output.status.success())
    };
    let found =
        tools::find("DUCKDB_PYTHON", "python3").into_iter().chain([PathBuf::from("python3")]).find(has);
    if found.is_none() {
        tools::skip("Python with DuckDB", "pip install duckdb");
    }
    found
}

/// The one value that a query gives, as it prints itself.
fn queried(python: &Path, folder: &Path, query: &str) -> String {
    let program = format!("import duckdb; print(duckdb.sql(\"{query}\").fetchall()[0][0])");
    let output = Command::new(python).current_dir(folder).args(["-c", &program]).output();
    let output = output.expect("it runs");
    assert!(output.status.success(), "{query}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

#[test]
fn duckdb_sums_what_the_rows_say() {
    let Some(python) = python_with_duckdb() else { return };
    let workspace = copied(&repository("tests/showcase"));
    let files = ["--format", "csv=deals.csv", "--format", "jsonl=deals.jsonl", "--format", "json"];
    let ran =
        dealgate(workspace.path(), &[&["export", "deals", "--today", "2026-11-23"], &files[..]].concat());
    let rows = json(&ran.stdout);
    let open = rows.as_array().expect("a list").iter().filter(|row| row["status"] == "open");
    let expected: f64 = open.filter_map(|row| row["weighted_base"].as_f64()).sum();
    for file in ["deals.csv", "deals.jsonl"] {
        let query = format!("select sum(weighted_base) from '{file}' where status = 'open'");
        let sum: f64 = queried(&python, workspace.path(), &query).parse().expect("a number");
        assert!((sum - expected).abs() < 0.005 && expected > 0.0, "{file}: {sum}, not {expected}");
    }
}

#[test]
fn duckdb_sums_what_the_report_shows() {
    let Some(python) = python_with_duckdb() else { return };
    for (from, today) in
        [("tests/cases/report/metrics-at-e/input", "2026-04-30"), ("tests/showcase", "2026-11-23")]
    {
        let workspace = copied(&repository(from));
        let rows = dealgate(workspace.path(), &["export", "deals", "--today", today]);
        std::fs::write(workspace.path().join("deals.csv"), rows.stdout).expect("written");
        let report = dealgate(workspace.path(), &["report", "--format", "context", "--today", today]);
        let figures = &json(&report.stdout)["figures"];
        for (column, shown) in
            [("amount_base", &figures["open"]["amount"]), ("weighted_base", &figures["weighted"]["amount"])]
        {
            let sum = format!(
                "select sum({column}::decimal(18, 2)) from 'deals.csv' where status = 'open' and not on_hold"
            );
            let sum = queried(&python, workspace.path(), &sum);
            assert_eq!(Some(sum.as_str()), shown["amount"].as_str(), "{column} of {from}");
        }
    }
}
