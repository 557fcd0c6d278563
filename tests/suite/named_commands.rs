//! The commands that `status` and `demo` name do what is left: each is accepted as it stands.

use std::collections::BTreeSet;
use std::path::Path;

use regex::Regex;

use crate::run::{Ran, copied, dealgate, repository};

/// Who may stand in for whoever reads: every address in the workflows.
fn people() -> Vec<String> {
    let address = Regex::new(r"[a-z.]+@[a-z.]+\.example").expect("it is a pattern");
    let mut found = BTreeSet::new();
    for company in ["brightsteel", "northwind"] {
        let path = repository("tests/showcase/workflows").join(format!("{company}.toml"));
        let text = std::fs::read_to_string(path).expect("a workflow");
        found.extend(address.find_iter(&text).map(|it| it.as_str().to_owned()));
    }
    found.insert("somebody@else.example".to_owned());
    found.into_iter().collect()
}

/// The words of a line, as a shell takes them.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut is_quoted) = (vec![String::new()], false);
    for c in line.chars() {
        match c {
            '\'' => is_quoted = !is_quoted,
            ' ' if !is_quoted => words.push(String::new()),
            c => words.last_mut().expect("there is one").push(c),
        }
    }
    words
}

fn run(folder: &Path, words: &[String]) -> Ran {
    dealgate(folder, &words.iter().map(String::as_str).collect::<Vec<_>>())
}

/// Whether a line runs once there are values in its gaps.
fn accepted_with_values(line: &str, runs: &dyn Fn(&str) -> bool) -> bool {
    if !line.contains('…') {
        return runs(line);
    }
    let values = ["x", "2026-11-20", "7", "25%", "S355", "https://wiki.example/x"];
    values.iter().any(|value| accepted_with_values(&line.replacen('…', value, 1), runs))
}

#[test]
fn each_command_that_status_names_is_accepted() {
    let folder = copied(&repository("tests/showcase"));
    let listed = dealgate(folder.path(), &["status", "--format", "json", "--no-history"]);
    let id = Regex::new(r#""deal": "([^"]+)""#).expect("it is a pattern");
    let (people, mut tried) = (people(), BTreeSet::new());
    for deal in id.captures_iter(&listed.stdout).map(|found| found[1].to_owned()) {
        let told = dealgate(folder.path(), &["status", &deal, "--no-history"]);
        for line in told.stdout.lines().filter_map(|line| line.strip_prefix("      dealgate ")) {
            let filled = line.replace("LINK", "https://drive.northwind.example/proof");
            let with_options = |line: &str| {
                let mut words = words(line);
                words.extend(["--dry-run", "--no-history"].map(str::to_owned));
                words
            };
            let words = with_options(&filled);
            tried.insert(words[0].clone());
            let accepted = |by: &String| {
                let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
                words.extend(["--by", by]);
                dealgate(folder.path(), &words).status == 0
            };
            if words[0] == "set" {
                let runs = |line: &str| run(folder.path(), &with_options(line)).status == 0;
                assert!(accepted_with_values(line, &runs), "{deal}: nothing can be set by `{line}`");
                continue;
            }
            if words[0] == "approve" {
                assert!(people.iter().any(accepted), "{deal}: nobody may `{line}`");
                continue;
            }
            let ran = run(folder.path(), &words);
            assert_eq!(ran.status, 0, "{deal}: `{line}`\n{}{}", ran.stdout, ran.stderr);
        }
    }
    let tried: Vec<_> = tried.iter().map(String::as_str).collect();
    assert!(["approve", "done", "set"].iter().all(|it| tried.contains(it)), "only {tried:?} are named");
}

#[test]
fn each_command_that_the_demo_names_runs() {
    let outer = tempfile::tempdir().expect("a folder");
    let shown = dealgate(outer.path(), &["demo", "d"]);
    let mut count = 0;
    for line in shown.stdout.lines().filter_map(|line| line.strip_prefix("  dealgate ")) {
        let command = line.split("  ").next().expect("a command");
        let words: Vec<&str> = command.split(' ').collect();
        let ran = dealgate(&outer.path().join("d"), &words);
        let finds = i32::from(words[0] == "check");
        assert_eq!(ran.status, finds, "{command}\n{}{}", ran.stdout, ran.stderr);
        count += 1;
    }
    assert_eq!(count, 10);
}
