//! Exports fit their documented schema, and a database reads them.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::run::{copied, dealgate, repository};

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("it is JSON")
}

#[test]
fn every_row_fits_the_schema_and_every_format_has_every_row() {
    let showcase = repository("tests/showcase");
    for what in ["deals", "findings"] {
        let schema = json(&dealgate(&showcase, &["schema", &format!("export-{what}")]).stdout);
        let validator = jsonschema::validator_for(&schema).expect("a schema");
        let export = |format: &str| {
            let ran = dealgate(&showcase, &["export", what, "--format", format, "--today", "2026-11-23"]);
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
    let workspace = repository("tests/cases/workspace/levels/input");
    let of = |arguments: &[&str]| {
        let day = ["--format", "json", "--no-history", "--today", "2026-11-23"];
        json(&dealgate(&workspace, &[arguments, &day[..]].concat()).stdout)
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

/// A Python that has `DuckDB`: `pip install duckdb`, or name it in `DUCKDB_PYTHON`.
fn python_with_duckdb() -> Option<String> {
    let python = std::env::var("DUCKDB_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let there = Command::new(&python).args(["-c", "import duckdb"]).output();
    if there.is_ok_and(|output| output.status.success()) {
        return Some(python);
    }
    eprintln!("SKIPPED: no Python with DuckDB (pip install duckdb), so nothing was shown about it");
    None
}

/// The one value that a query gives, as it prints itself.
fn queried(python: &str, folder: &Path, query: &str) -> String {
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
    // Nothing is on hold there: the report keeps that apart, and a row's status does not.
    {
        let (from, today) = ("tests/cases/report/metrics-at-e/input", "2026-04-30");
        let workspace = copied(&repository(from));
        let rows = dealgate(workspace.path(), &["export", "deals", "--today", today]);
        std::fs::write(workspace.path().join("deals.csv"), rows.stdout).expect("written");
        let report = dealgate(workspace.path(), &["report", "--format", "context", "--today", today]);
        let figures = &json(&report.stdout)["figures"];
        for (column, shown) in
            [("amount_base", &figures["open"]["amount"]), ("weighted_base", &figures["weighted"]["amount"])]
        {
            let sum = format!("select sum({column}::decimal(18, 2)) from 'deals.csv' where status = 'open'");
            let sum = queried(&python, workspace.path(), &sum);
            assert_eq!(Some(sum.as_str()), shown["amount"].as_str(), "{column} of {from}");
        }
    }
}
