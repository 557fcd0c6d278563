//! A place is tested by slicing the source at it.

use std::path::Path;

use serde_json::Value;

use crate::run::{copied, dealgate, repository};

/// The text that a place of the JSON names, cut out of the file by line and column.
pub fn slice(root: &Path, place: &Value) -> Option<String> {
    let number = |key: &str| usize::try_from(place[key].as_u64()?).ok();
    let file = root.join(place["file"].as_str()?);
    let text = std::fs::read_to_string(file).ok()?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let lines: Vec<&str> = text.split('\n').collect();
    let (line, end_line) = (number("line")?, number("end_line")?);
    let (column, end_column) = (number("column")?, number("end_column")?);
    let offset = |line: usize, column: usize| -> Option<usize> {
        let before: usize = lines[..line - 1].iter().map(|line| line.len() + 1).sum();
        let inside: usize = lines.get(line - 1)?.chars().take(column - 1).map(char::len_utf8).sum();
        Some(before + inside)
    };
    text.get(offset(line, column)?..offset(end_line, end_column)?).map(str::to_owned)
}

fn findings(case: &str) -> (tempfile::TempDir, Vec<Value>) {
    let workspace = copied(&repository(case).join("input"));
    let ran =
        dealgate(workspace.path(), &["check", "--no-history", "--today", "2026-11-23", "--format", "json"]);
    let json: Value = serde_json::from_str(&ran.stdout).expect("it is JSON");
    (workspace, json["findings"].as_array().cloned().expect("a list"))
}

#[test]
fn a_gate_points_at_the_stage_and_at_the_line_that_asks() {
    let (workspace, findings) = findings("tests/cases/codes/requirement-unmet");
    let unmet = &findings[0];
    assert_eq!(slice(workspace.path(), unmet).as_deref(), Some("order"));
    assert_eq!(slice(workspace.path(), &unmet["related"][0]).as_deref(), unmet["requirement"].as_str());
}

#[test]
fn every_place_of_every_case_lies_in_its_file() {
    for case in std::fs::read_dir(repository("tests/cases/codes")).expect("cases") {
        let path = case.expect("a case").path();
        let relative = path.strip_prefix(repository("")).expect("inside").to_string_lossy().into_owned();
        let (workspace, findings) = findings(&relative);
        for finding in &findings {
            let places = std::iter::once(finding).chain(finding["related"].as_array().expect("a list"));
            for place in places.filter(|place| {
                let file = place["file"].as_str().unwrap_or("builtin/");
                !file.starts_with("builtin/")
                    && workspace.path().join(file).is_file()
                    && std::fs::read_to_string(workspace.path().join(file)).is_ok()
            }) {
                assert!(slice(workspace.path(), place).is_some(), "{relative}: {place}");
            }
        }
    }
}

#[test]
fn places_hold_behind_marks_line_endings_and_other_scripts() {
    for (case, code, text) in [
        ("tests/cases/deals/bom", "unknown-stage", "ordr"),
        ("tests/cases/deals/crlf", "requirement-unmet", "order"),
        ("tests/cases/deals/unicode", "unknown-key", "nötes"),
        ("tests/cases/codes/approval-by-owner", "approval-by-owner", "Jane@acme.example"),
        ("tests/cases/codes/close-date-passed", "close-date-passed", "2026-11-22"),
        ("tests/cases/codes/unknown-name", "unknown-name", "amuont"),
        ("tests/cases/codes/waiver-expired", "waiver-expired", "2026-10-31"),
        ("tests/cases/codes/duplicate-key", "duplicate-key", "amount"),
    ] {
        let (workspace, findings) = findings(case);
        let found: Vec<_> = findings
            .iter()
            .filter(|finding| finding["code"] == code)
            .filter_map(|finding| slice(workspace.path(), finding))
            .collect();
        assert!(found.iter().any(|found| found == text), "{case}: {found:?}");
    }
}
