//! Every folder `tests/cases/TOPIC/CASE` is a test: the workspace in `input`, and beside it what the program must say.
//!
//! `args` holds the command line, one run a line (default: `check`). A run of `check` is shown in `full.txt`,
//! `concise.txt` and `json.json`, and in every format there is where the case has a file `formats`; any other in `output.txt`. `SNAPSHOTS=overwrite cargo test cases` writes what is
//! said now; read the difference before you commit it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use snapbox::Data;
use snapbox::assert::{Action, Assert};

use crate::places::slice;
use crate::run::{copied, dealgate, repository};

/// The day it is in every case that does not say otherwise.
const TODAY: &str = "2026-11-23";

#[test]
fn every_case_says_what_it_should() {
    let overwrite = std::env::var("SNAPSHOTS").is_ok_and(|action| action == "overwrite");
    let assert = Assert::new().action(if overwrite { Action::Overwrite } else { Action::Verify });
    let cases = cases();
    assert!(cases.len() > 50, "only {} cases were found", cases.len());
    let differing: Vec<_> = cases.par_iter().flat_map(|case| differences(case, &assert)).collect();
    assert!(differing.is_empty(), "{} differ:\n{}", differing.len(), differing.join("\n"));
}

fn cases() -> Vec<PathBuf> {
    let mut cases: Vec<_> = walkdir::WalkDir::new(repository("tests/cases"))
        .min_depth(2)
        .max_depth(2)
        .into_iter()
        .map(|entry| entry.expect("the folder can be read").into_path())
        .filter(|path| path.is_dir())
        .collect();
    cases.sort();
    cases
}

fn differences(case: &Path, assert: &Assert) -> Vec<String> {
    let workspace = copied(&case.join("input"));
    let lines = std::fs::read_to_string(case.join("args")).unwrap_or_else(|_| "check".to_owned());
    let runs: Vec<&str> = lines.lines().filter(|line| !line.trim().is_empty()).collect();
    let mut shown: Vec<(String, String)> = Vec::new();
    for line in &runs {
        let mut arguments: Vec<&str> = line.split_whitespace().collect();
        if !arguments.contains(&"--today") {
            arguments.extend(["--today", TODAY]);
        }
        // Cases are copied out of every repository, and none of them is about that.
        if arguments[0] == "check" {
            arguments.push("--no-history");
        }
        if arguments[0] == "check" && !line.contains("--format") {
            for (format, file) in formats(case) {
                let mut arguments = arguments.clone();
                arguments.extend(["--format", format]);
                shown.push((file, said(workspace.path(), &arguments)));
            }
        } else {
            let one = format!("$ dealgate {line}\n{}", said(workspace.path(), &arguments));
            match shown.iter_mut().find(|(file, _)| file == "output.txt") {
                Some((_, text)) => text.extend(["\n", &one]),
                None => shown.push(("output.txt".to_owned(), one)),
            }
        }
    }
    one_verdict(case, &shown);
    shown
        .into_iter()
        .filter_map(|(file, text)| {
            let expected = Data::read_from(&case.join(&file), None).raw();
            assert.try_eq(None, Data::text(text).raw(), expected).err().map(|error| {
                format!(
                    "{}/{file}:\n{error}",
                    case.strip_prefix(repository("tests/cases")).unwrap_or(case).display()
                )
            })
        })
        .collect()
}

/// The formats that a case shows, and the file of each.
fn formats(case: &Path) -> Vec<(&'static str, String)> {
    let all = case.join("formats").exists();
    dealgate::emit::FORMATS
        .iter()
        .map(|entry| entry.name)
        .filter(|name| all || ["full", "concise", "json"].contains(name))
        .map(|name| {
            let extension = match name {
                "json" | "jsonl" | "gitlab" | "sarif" => "json",
                "junit" => "xml",
                "markdown" => "md",
                _ => "txt",
            };
            (name, format!("{name}.{extension}"))
        })
        .collect()
}

/// Standard output, then what went to standard error, then the status.
fn said(workspace: &Path, arguments: &[&str]) -> String {
    let ran = dealgate(workspace, arguments);
    let folder = workspace.canonicalize().expect("it is there");
    let hide = |text: String| text.replace(&*folder.to_string_lossy(), "[workspace]");
    let for_programs =
        |format: &str| ["json", "jsonl", "gitlab", "sarif", "junit", "markdown"].contains(&format);
    if ran.status != 2 && arguments.windows(2).any(|pair| pair[0] == "--format" && for_programs(pair[1])) {
        return hide(ran.stdout);
    }
    format!("{}{}[exit status {}]\n", hide(ran.stdout), hide(ran.stderr), ran.status)
}

/// Counts of the summary line and of the JSON are the same.
fn one_verdict(case: &Path, shown: &[(String, String)]) {
    let text = |name: &str| shown.iter().find(|(file, _)| file == name).map(|(_, text)| text.as_str());
    let (Some(concise), Some(json)) = (text("concise.txt"), text("json.json")) else { return };
    let Ok(json) = serde_json::from_str::<serde_json::Value>(json) else { return };
    let findings = json["findings"].as_array().expect("a list").len();
    let lines = concise
        .lines()
        .filter(|line| line.contains("error[") || line.contains("warning[") || line.contains("info["))
        .count();
    assert_eq!(findings, lines, "{}", case.display());
}

#[test]
fn every_code_of_check_has_a_case() {
    // Met only with git, schemas or tests of rules: those issues bring their own cases.
    const ELSEWHERE: &[&str] = &[
        "approval-unproven",
        "backdated",
        "moved-back",
        "workflow-changed",
        "skipped-stage",
        "reopened",
        "started-late",
        "deal-removed",
        "workspace-moved",
        "history-missing",
    ];
    let met: BTreeSet<String> = cases()
        .iter()
        .filter_map(|case| std::fs::read_to_string(case.join("json.json")).ok())
        .filter_map(|json| serde_json::from_str::<serde_json::Value>(&json).ok())
        .flat_map(|json| {
            let findings = json["findings"].as_array().cloned().unwrap_or_default();
            findings.into_iter().filter_map(|finding| finding["code"].as_str().map(str::to_owned))
        })
        .collect();
    let missing: Vec<_> = dealgate::finding::code::CODES
        .iter()
        .map(|entry| entry.name)
        .filter(|name| !met.contains(*name) && !ELSEWHERE.contains(name))
        .collect();
    assert!(missing.is_empty(), "no case meets {missing:?}");
}

#[test]
fn each_standard_requirement_is_reported_where_it_is_unmet() {
    // Of these, some item lacks something, and is pointed at.
    const OF_ITEMS: [&str; 3] = ["issues-prioritised", "issues-priced", "stances-uncovered"];
    let case = repository("tests/cases/standard/unmet");
    let json = std::fs::read_to_string(case.join("json.json")).expect("the case was run");
    let json: serde_json::Value = serde_json::from_str(&json).expect("it is JSON");
    let all = json["findings"].as_array().expect("a list").iter();
    let mut unmet = BTreeSet::new();
    for finding in all.filter(|finding| finding["code"] == "requirement-unmet") {
        let id = finding["requirement"].as_str().expect("an id");
        let mut rule = finding["related"][0].clone();
        assert_eq!(rule["file"], "builtin/standard.toml", "{id}");
        rule["file"] = "standard.toml".into();
        assert_eq!(slice(&repository("workflows"), &rule).as_deref(), Some(id), "the line that asks for it");

        let shown = slice(&case.join("input"), finding).expect("a place in the deal");
        let deal = case.join("input").join(finding["file"].as_str().expect("a file"));
        let deal = std::fs::read_to_string(deal).expect("a deal");
        let stage = deal.lines().find_map(|line| line.strip_prefix("stage: ")).expect("a stage");
        let of_item = OF_ITEMS.contains(&id) && shown.starts_with('{');
        assert!(of_item || shown == stage, "{id} at `{shown}`, not at `{stage}`");
        unmet.insert(id);
    }
    assert_eq!(unmet.len(), 28, "{unmet:?}");
}
