//! What a help says can be done: each names the next action, and what it tells to write may be written to the letter.

use std::collections::BTreeMap;

use dealgate::finding::{Code, Finding};
use dealgate::syntax::yaml;
use regex::Regex;

use crate::fix_law::values;
use crate::memory::Memory;
use crate::run::repository;

/// Every workspace of the cases, by its case.
pub fn workspaces() -> Vec<(String, Memory)> {
    let mut found = BTreeMap::new();
    for entry in walkdir::WalkDir::new(repository("tests/cases")) {
        let entry = entry.expect("the folder can be read");
        let path = entry.path().to_string_lossy().into_owned();
        let Some((case, path)) = path.split_once("/input/").filter(|_| entry.file_type().is_file()) else {
            continue;
        };
        let memory: &mut Memory = found.entry(case.to_owned()).or_default();
        memory.0.insert(path.to_owned(), std::fs::read(entry.path()).expect("it can be read"));
    }
    found.into_iter().collect()
}

#[test]
fn every_finding_of_a_case_names_the_next_action() {
    for (case, memory) in workspaces() {
        for finding in memory.check().ledger.findings() {
            assert!(finding.help.is_some(), "{case}: {}", finding.message);
        }
    }
}

#[test]
fn what_a_help_tells_to_write_is_neither_unknown_nor_there_twice() {
    let mut followed = 0;
    for (case, memory) in workspaces() {
        let before = memory.check();
        for finding in before.ledger.findings() {
            let Some(place) = finding.place.as_ref().filter(|place| place.file.path().starts_with("deals/"))
            else {
                continue;
            };
            let text = place.file.text();
            let line = place.start().line;
            let Some(mended) = follow(finding.help.as_deref().unwrap_or_default(), text, line) else {
                continue;
            };
            followed += 1;
            let path = place.file.path().to_string();
            let after = memory.clone().with(&path, mended.clone()).check();
            let worse = |findings: &[Finding]| {
                let of_file =
                    |it: &&Finding| it.place.as_ref().is_some_and(|at| at.file.path().as_ref() == path);
                let bad = |it: &&Finding| {
                    matches!(it.code, Code::UnknownKey | Code::DuplicateKey | Code::YamlSyntax)
                };
                findings.iter().filter(of_file).filter(bad).map(|it| it.message.clone()).collect::<Vec<_>>()
            };
            let (had, has) = (worse(before.ledger.findings()), worse(after.ledger.findings()));
            let said = finding.help.as_deref().unwrap_or_default();
            assert_eq!(had, has, "{case}: {path}: {said}\n{mended}");
        }
    }
    assert!(followed > 60, "only {followed} helps could be followed");
}

/// What a help tells to write in `done` is what the command beside it writes.
#[test]
fn the_command_that_a_help_names_writes_what_it_says() {
    let form =
        Regex::new(r"under `done`: `[^`]+`, or run `dealgate (done [^`']+)`").expect("it is a pattern");
    let flat = |text: &str| {
        let root = yaml::parse(text).root.unwrap_or_else(|| panic!("{text}"));
        let mut all = Vec::new();
        values(&root, "", &mut all);
        all.retain(|(_, value)| value != "a record");
        all.sort();
        all
    };
    let mut ran = 0;
    // Of two files that are one deal no command says which.
    let is_twice = |case: &String| case.ends_with("duplicate-deal");
    for (case, memory) in workspaces().into_iter().filter(|(case, _)| !is_twice(case)) {
        let mut of_case = 0;
        for finding in memory.check().ledger.findings() {
            let help = finding.help.as_deref().unwrap_or_default();
            let (Some(place), Some(found)) = (&finding.place, form.captures(help)) else { continue };
            let followed = follow(help, place.file.text(), place.start().line).expect("it can be followed");
            if of_case == 3 || yaml::parse(&followed).root.is_none() {
                continue;
            }
            of_case += 1;
            let folder = tempfile::tempdir().expect("a folder");
            for (path, bytes) in &memory.0 {
                let file = folder.path().join(path);
                std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
                std::fs::write(file, bytes).expect("a file");
            }
            let line = found[1].replace("LINK", "https://…");
            let words: Vec<&str> = line.split(' ').chain(["--today", "2026-11-23"]).collect();
            let said = crate::run::dealgate(folder.path(), &words);
            let told = format!("{case}: {line}: {}{}", said.stdout, said.stderr);
            assert_eq!(said.status, 0, "{told}");
            let written = std::fs::read_to_string(folder.path().join(&**place.file.path())).expect("a deal");
            assert_eq!(flat(&written), flat(&followed), "{told}");
            ran += 1;
        }
    }
    assert!(ran > 30, "only {ran} commands were run");
}

/// A deal after its help was followed to the letter; `None` where the help tells to write nothing.
fn follow(help: &str, text: &str, line: usize) -> Option<String> {
    let form = |pattern: &str| Regex::new(pattern).expect("it is a pattern");
    let written = |list: &str| -> Vec<String> {
        form("`([^`]+)`").captures_iter(list).map(|found| found[1].to_owned()).collect()
    };
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let mut changed = false;
    for step in help.split("; ") {
        if let Some(found) = form(r"add ((?:`[^`]+`(?:, | and )?)+) to the deal").captures(step) {
            lines.extend(written(&found[1]));
        } else if let Some(found) = form(r"add ((?:`[^`]+`(?:, | and )?)+) under `([^`]+)`").captures(step) {
            for yaml in written(&found[1]) {
                under(&mut lines, &found[2], &yaml);
            }
        } else if let Some(found) =
            form("add under `([a-z_]+):?`:? (?:an item such as )?`([^`]+)`").captures(step)
        {
            under(&mut lines, &found[1], &found[2]);
        } else if let Some(found) = form("fill in `([^`]+)`").captures(step) {
            fill_in(&mut lines, &found[1], line);
        } else if let Some(found) = form("write in `done`: `([^`]+)`").captures(step) {
            fill_in(&mut lines, &found[1], line);
        } else {
            continue;
        }
        changed = true;
    }
    changed.then(|| lines.join("\n") + "\n")
}

/// Writes a line of YAML into the record or list at a path.
fn under(lines: &mut Vec<String>, path: &str, yaml: &str) {
    let mut from = 0;
    for (depth, key) in path.split('.').enumerate() {
        let opens = |line: &String| {
            let inner = line.trim_start();
            (depth > 0 || inner == line) && inner.starts_with(&format!("{key}:"))
        };
        if let Some(at) = lines[from..].iter().position(opens) {
            from += at;
        } else {
            lines.push(format!("{key}:"));
            from = lines.len() - 1;
        }
    }
    let (key, value) = lines[from].split_once(':').expect("it is a key");
    let indent = key.len() - key.trim_start().len();
    let value = value.split(" #").next().unwrap_or_default().trim();
    let bare = yaml.trim_start_matches("- ");
    if let Some(open @ ('{' | '[')) = value.chars().next() {
        let rest = value[1..].trim_start();
        let comma = if rest.starts_with(['}', ']']) { "" } else { ", " };
        lines[from] = format!("{key}: {open}{bare}{comma}{rest}");
        return;
    }
    let next = lines.get(from + 1).filter(|line| !line.trim().is_empty());
    let deeper = next.map(|line| line.len() - line.trim_start().len());
    let is_list = next.is_some_and(|line| line.trim_start().starts_with("- "));
    let deep = deeper.filter(|deep| *deep > indent || is_list).unwrap_or(indent + 2);
    lines.insert(from + 1, format!("{}{yaml}", " ".repeat(deep)));
}

/// Writes a key and its value where the key stands already.
fn fill_in(lines: &mut [String], yaml: &str, line: usize) {
    let key = yaml.split(':').next().unwrap_or_default();
    let value = r#"(?:"\s*"|'\s*'|~|null|\{\}|\[\]|\d{4}-\d\d-\d\d|\{[^{}]*\}|)"#;
    let there =
        Regex::new(&format!(r"(^|[\s{{]){}:[ ]*{value}", regex::escape(key))).expect("it is a pattern");
    let here = line.checked_sub(1).filter(|at| lines.get(*at).is_some_and(|line| there.is_match(line)));
    let at = here.or_else(|| lines.iter().position(|line| there.is_match(line)));
    let Some(at) = at else { panic!("there is no `{key}` to fill in: {lines:?}") };
    lines[at] =
        there.replace(&lines[at], |found: &regex::Captures<'_>| format!("{}{yaml}", &found[1])).into_owned();
}

/// A workspace of one workflow and one deal, and what `check` says of it.
fn said(deal: &str) -> (crate::repo::Repo, String) {
    let repo = crate::repo::Repo::new();
    let workflow = "currency = \"EUR\"\nstages = [\"lead\", \"offer\"]\n[fields]\nzeta = \"text\"\neta = \"text\"\n\
        [stage.lead.requires]\nprice-ok = { title = \"OK\", approval = \"anyone\", covers = [\"amount\", \"zeta\"] }\n";
    repo.write("workflows/acme.toml", workflow).write("deals/acme/a.yaml", deal);
    let words = ["check", "--today", "2026-05-10", "--no-history", "--format", "jsonl"];
    let told = crate::repo::dealgate(repo.path(), &words).stdout;
    (repo, told)
}

#[test]
fn the_way_out_is_that_of_what_is_asked() {
    let (repo, told) = said("name: x\nstage: offer\nowner: jane@acme.example\namount: 5 EUR\n");
    assert!(told.contains("by: …, of: {amount: …, zeta: …}}"), "{told}");
    // Stages of workflows that nobody here has are not proposed.
    let told = crate::repo::dealgate(repo.path(), &["status", "--stage", "won"]).stderr;
    assert!(told.contains("`lead`") && !told.contains("prospect"), "{told}");

    // An owner that cannot be read is one.
    let done = "done: {price-ok: {date: 2026-05-02, by: dana@acme.example}}\n";
    let (_repo, told) = said(&format!("name: x\nstage: offer\nowner: jane at acme\namount: 5 EUR\n{done}"));
    assert!(told.contains("wrong-type") && !told.contains("has no `owner`"), "{told}");

    // A team's own keys are proposed first.
    let (_repo, told) = said("name: x\nstage: lead\nwwwwwwwwww: 1\n");
    assert!(told.contains("possible here: `zeta`, `eta`, `name`"), "{told}");
}

#[test]
fn what_was_meant_is_written_out_however_it_was_written() {
    let told = |more: &str, help: &str| {
        let (_repo, told) = said(&format!("name: x\nowner: jane@acme.example\n{more}\n"));
        assert!(told.contains(help), "{more}: {told}");
    };
    for (result, rest) in [("won", ""), ("lost", ", reason: …"), ("disqualified", ", reason: …")] {
        let capital = result[..1].to_uppercase() + &result[1..];
        for word in [result, &capital, &result.to_uppercase()] {
            let outcome = format!("write `outcome: {{result: {result}, date: …{rest}}}`");
            told(&format!("stage: lead\noutcome: {word}"), &outcome);
            let stage = format!("write `outcome: {{result: {result}, date: …}}`");
            told(&format!("stage: {word}"), &stage);
        }
    }
    let entry = "- {date: 2026-05-01, stage: lead}`";
    for history in ["  - 2026-05-01 lead", "  - \"x\"\n  - 2026-05-01 lead", "  2026-05-01: lead"] {
        told(&format!("stage: lead\nhistory:\n{history}"), entry);
    }
    told("stage: lead\nhistory: [2026-05-01 Won]", "- {date: 2026-05-01, outcome: won");
    for owner in ["Jane Roe <jroe@acme.example>", "<jroe@acme.example>", "\"mailto:jroe@acme.example\""] {
        let (_repo, told) = said(&format!("name: x\nstage: lead\nowner: {owner}\n"));
        assert!(told.contains("write the address alone: `jroe@acme.example`"), "{owner}: {told}");
    }
    told("stage:\u{a0}lead", "but U+00A0 NO-BREAK SPACE");
}
