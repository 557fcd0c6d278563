//! Formats that other programs read fit what those programs expect.

use std::path::Path;

use serde_json::Value;

use crate::run::{command, copied, dealgate, ran, repository};

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("it is JSON")
}

fn codes() -> Vec<std::path::PathBuf> {
    let mut cases: Vec<_> = std::fs::read_dir(repository("tests/cases/codes"))
        .expect("cases")
        .map(|case| case.expect("a case").path())
        .collect();
    cases.push(repository("tests/cases/workspace/every-format"));
    cases.sort();
    cases
}

#[test]
fn sarif_fits_the_official_schema_and_says_what_json_says() {
    let schema = std::fs::read_to_string(repository("tests/schemas/sarif-2.1.0.json")).expect("kept here");
    // The official text has one bracket that only older dialects of regular expressions take.
    let schema = schema.replace("{2}]?$", r"{2}\\]?$");
    let validator = jsonschema::validator_for(&json(&schema)).expect("a schema");
    for case in codes() {
        let workspace = copied(&case.join("input"));
        let files = ["--format", "sarif=out.sarif", "--format", "json"];
        let ran = dealgate(workspace.path(), &[&["check", "--today", "2026-11-23"], &files[..]].concat());
        assert!(ran.status < 2, "{}: {}", case.display(), ran.stderr);
        let log = json(&std::fs::read_to_string(workspace.path().join("out.sarif")).expect("written"));
        let faults: Vec<_> = validator.iter_errors(&log).map(|error| error.to_string()).collect();
        assert!(faults.is_empty(), "{}: {faults:?}", case.display());
        one_story(&log["runs"][0], &json(&ran.stdout)["findings"], &case);
    }
}

/// Every finding is told once, with the rule, the place and the fingerprint that JSON gives it.
fn one_story(run: &Value, findings: &Value, case: &Path) {
    let findings = findings.as_array().expect("a list");
    let (placed, loose): (Vec<_>, Vec<_>) = findings.iter().partition(|finding| !finding["file"].is_null());
    let results = run["results"].as_array().expect("a list");
    assert_eq!(results.len(), placed.len(), "{}", case.display());
    let notes = run["invocations"][0]["toolExecutionNotifications"].as_array().expect("a list");
    assert_eq!(notes.len(), loose.len(), "{}", case.display());
    for (result, finding) in results.iter().zip(placed) {
        let rule = usize::try_from(result["ruleIndex"].as_u64().expect("a number")).expect("small");
        assert_eq!(run["tool"]["driver"]["rules"][rule]["id"], finding["code"]);
        assert_eq!(result["ruleId"], finding["code"]);
        assert_eq!(result["partialFingerprints"]["dealgate/v1"], finding["fingerprint"]);
        let region = &result["locations"][0]["physicalLocation"]["region"];
        for (theirs, ours) in [
            ("startLine", "line"),
            ("startColumn", "column"),
            ("endLine", "end_line"),
            ("endColumn", "end_column"),
        ] {
            assert_eq!(region[theirs], finding[ours], "{}", case.display());
            assert!(region[theirs].as_u64() > Some(0));
        }
    }
}

#[test]
fn fingerprints_survive_moved_lines() {
    let workspace = copied(&repository("tests/cases/workspace/every-format").join("input"));
    let deal = workspace.path().join("deals/acme/rollout.yaml");
    let prints = || {
        let ran = dealgate(workspace.path(), &["check", "--today", "2026-11-23", "--format", "gitlab"]);
        let issues = json(&ran.stdout);
        let issues = issues.as_array().expect("a list");
        issues.iter().map(|issue| issue["fingerprint"].to_string()).collect::<std::collections::BTreeSet<_>>()
    };
    let before = prints();
    let text = std::fs::read_to_string(&deal).expect("a deal");
    std::fs::write(&deal, format!("# moved\n\n\n{text}")).expect("written");
    assert_eq!(prints(), before);
}

/// A workspace with so many deals that lack a stage.
fn many_faults(count: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("deals")).expect("a folder");
    for number in 0..count {
        let path = folder.path().join(format!("deals/{number:05}.yaml"));
        std::fs::write(path, "name: \"| <b>@lee</b>\"\nstage: nowhere\nclose_date: 2026-01-01\n")
            .expect("written");
    }
    folder
}

#[test]
fn github_gets_no_more_than_it_shows_and_a_summary_that_fits() {
    let folder = many_faults(12);
    let summary = folder.path().join("summary.md");
    std::fs::write(&summary, "already here\n").expect("written");
    let run = |folder: &Path| {
        let mut command = command(folder, &["check", "--today", "2026-11-23", "--format", "github"]);
        ran(command.env("GITHUB_STEP_SUMMARY", folder.join("summary.md")).output().expect("it starts"))
    };
    let shown = run(folder.path()).stdout;
    let count = |word: &str| shown.lines().filter(|line| line.starts_with(word)).count();
    assert_eq!((count("::error"), count("::warning"), count("::notice")), (10, 10, 1), "{shown}");
    assert!(shown.contains("::notice title=dealgate::2 errors and 2 warnings more are not"), "{shown}");
    let table = std::fs::read_to_string(&summary).expect("written");
    assert!(table.starts_with("already here\n**dealgate**: Found 12 errors and 12 warnings"), "{table}");
    assert_eq!(table.lines().filter(|line| line.starts_with("| error |")).count(), 12);

    let folder = many_faults(4000);
    run(folder.path());
    let table = std::fs::read_to_string(folder.path().join("summary.md")).expect("written");
    assert!(table.len() <= 1024 * 1024 && table.len() > 1_000_000, "{}", table.len());
    let note = table.lines().last().expect("a line");
    assert!(note.contains("more findings did not fit"), "{note}");
}

#[test]
fn several_formats_are_written_in_one_run() {
    let workspace = copied(&repository("tests/cases/workspace/every-format").join("input"));
    let arguments = ["check", "--today", "2026-11-23", "--format", "junit=junit.xml", "--format", "github"];
    let ran = dealgate(workspace.path(), &arguments);
    assert!(ran.stdout.starts_with("::error "));
    let junit = std::fs::read_to_string(workspace.path().join("junit.xml")).expect("written");
    assert!(junit.contains("<testsuite name=\"acme\""), "{junit}");
    // The schema that Jenkins' xUnit holds a report against knows these attributes, and no others.
    let known = "name tests failures errors disabled time";
    let suites = junit.lines().find_map(|line| line.strip_prefix("<testsuites ")).expect("a report");
    let names = suites.split('"').step_by(2).map(|name| name.trim_matches(['>', '=', ' ']));
    for name in names.filter(|name| !name.is_empty()) {
        assert!(known.split(' ').any(|known| known == name), "{name} in {suites}");
    }
}
