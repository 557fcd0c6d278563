//! What `check --fix` promises: it writes what a finding's fix says, nothing beside it, and no more the second time.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::repo::Repo;
use crate::run::dealgate;

const DEAL: &str = "deals/a.yaml";

fn workspace(text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir(folder.path().join("deals")).expect("a folder");
    fs::write(folder.path().join("dealgate.toml"), "").expect("a file");
    fs::write(folder.path().join(DEAL), text).expect("a file");
    folder
}

fn deal(folder: &Path) -> String {
    fs::read_to_string(folder.join(DEAL)).expect("a deal")
}

fn findings(folder: &Path) -> Vec<Value> {
    let ran = dealgate(folder, &["check", "--today", "2026-11-23", "--format", "json"]);
    let document: Value = serde_json::from_str(&ran.stdout).expect("it is JSON");
    document["findings"].as_array().expect("a list").clone()
}

fn byte(text: &str, line: &Value, column: &Value) -> usize {
    let number = |of: &Value| usize::try_from(of.as_u64().expect("a number")).expect("it is small");
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let before: usize = lines[..number(line) - 1].iter().map(|line| line.len()).sum();
    let rest = &text[before..];
    before + rest.chars().take(number(column) - 1).map(char::len_utf8).sum::<usize>()
}

/// The edits as JSON tells them, made by a splice of the test's own.
fn spliced(text: &str, findings: &[Value]) -> String {
    let (mark, text) = text.strip_prefix('\u{feff}').map_or(("", text), |text| ("\u{feff}", text));
    let edits =
        findings.iter().filter(|it| it["fix"]["safe"] == true).filter_map(|it| it["fix"]["edits"].as_array());
    let mut edits: Vec<_> = edits
        .flatten()
        .map(|it| {
            assert_eq!(it["file"], DEAL);
            let start = byte(text, &it["line"], &it["column"]);
            (start..byte(text, &it["end_line"], &it["end_column"]), it["text"].as_str().expect("a text"))
        })
        .collect();
    edits.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
    let mut text = text.to_owned();
    for (range, new) in edits {
        text.replace_range(range, new);
    }
    format!("{mark}{text}")
}

/// Texts with safe slips, and the same mended.
const SAFE: &[(&str, &str)] = &[
    ("name: A # a\nstage: Prospect   # b\n", "name: A # a\nstage: prospect   # b\n"),
    ("{name: A, stage: PROSPECT}\n", "{name: A, stage: prospect}\n"),
    ("\u{feff}name: Ü\r\nstage: 'Prospect'\r\n", "\u{feff}name: Ü\r\nstage: prospect\r\n"),
    ("Name: A\nstage: prospect\nClose-Date: 2027-01-01", "name: A\nstage: prospect\nclose_date: 2027-01-01"),
    ("name: A\nstage: prospect\nopened: 23.10.2026\n", "name: A\nstage: prospect\nopened: 2026-10-23\n"),
    ("name: A\nstage: prospect\nopened: 2026/10/23\n", "name: A\nstage: prospect\nopened: 2026-10-23\n"),
    (
        "name: A\nstage: prospect\nsatisfaction: {score: '7,50'}\n",
        "name: A\nstage: prospect\nsatisfaction: {score: 7.50}\n",
    ),
    (
        "name: A\nstage: prospect\namount: 1.240.000,00 EUR\n",
        "name: A\nstage: prospect\namount: 1240000.00 EUR\n",
    ),
    (
        "name: A\nstage: prospect\ncontacts:\n- {name: Ü, stance: Ally}\n",
        "name: A\nstage: prospect\ncontacts:\n- {name: Ü, stance: ally}\n",
    ),
];

#[test]
fn a_safe_fix_mends_its_finding_and_brings_no_other() {
    for (slip, mended) in SAFE {
        let folder = workspace(slip);
        let told = findings(folder.path());
        assert!(told.iter().any(|it| it["fix"]["safe"] == true), "{slip}: {told:?}");
        assert_eq!(spliced(slip, &told), *mended, "as JSON tells it");
        let diff = dealgate(folder.path(), &["check", "--fix", "--diff", "--today", "2026-11-23"]);
        assert_eq!((diff.status, deal(folder.path()).as_str()), (1, *slip), "{}", diff.stderr);
        assert!(diff.stdout.starts_with("--- a/deals/a.yaml\n+++ b/deals/a.yaml\n@@ "), "{}", diff.stdout);
        for _twice in 0..2 {
            let ran = dealgate(folder.path(), &["check", "--fix", "--today", "2026-11-23"]);
            assert_eq!(
                (ran.status, deal(folder.path()).as_str()),
                (0, *mended),
                "{}{}",
                ran.stdout,
                ran.stderr
            );
        }
        assert!(findings(folder.path()).iter().all(|it| it["level"] != "error"), "{slip}");
    }
}

#[test]
fn what_has_two_readings_or_would_tick_is_left() {
    for text in [
        "name: A\nstage: prospect\namount: 62.000 EUR\n",
        "name: A\nstage: prospect\nopened: 05/06/2026\n",
        "name: A\nstage: prospect\ndone: {target-markt: 2026-10-01}\n",
        "name: A\nstage: prospect\nwaivers:\n  Target_Market: {reason: x, by: a@b.example, date: 2026-10-01, until: 2026-12-01}\n",
        "name: A\nname: B\nstage: Prospect\n",
    ] {
        let folder = workspace(text);
        let ran = dealgate(folder.path(), &["check", "--fix", "--unsafe-fixes", "--today", "2026-11-23"]);
        assert_eq!((ran.status, deal(folder.path()).as_str()), (1, text), "{}{}", ran.stdout, ran.stderr);
    }
}

#[test]
fn a_near_name_needs_a_word() {
    let folder = workspace("name: A\nstage: Prospect\nsorce: fair\n");
    let ran = dealgate(folder.path(), &["check", "--fix", "--no-history"]);
    assert_eq!(ran.status, 1);
    assert!(ran.stderr.contains("1 fixed, 1 left, 1 more with --unsafe-fixes"), "{}", ran.stderr);
    let ran = dealgate(folder.path(), &["check", "--fix", "--unsafe-fixes"]);
    assert_eq!(ran.status, 0, "{}", ran.stdout);
    assert_eq!(deal(folder.path()), "name: A\nstage: prospect\nsource: fair\n");
}

#[test]
fn what_is_not_on_disk_or_not_to_be_written_is_refused() {
    let text = "name: A\nstage: Prospect\n";
    let folder = workspace(text);
    for more in [["--at", "HEAD"], ["--rules", "HEAD"]] {
        let ran = dealgate(folder.path(), &["check", "--fix", more[0], more[1]]);
        assert_eq!(ran.status, 2);
        assert!(ran.stderr.contains(&format!("leave out `{}`", more[0])), "{}", ran.stderr);
    }
    let file = folder.path().join(DEAL);
    let mut permissions = fs::metadata(&file).expect("a file").permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&file, permissions).expect("it can be set");
    let ran = dealgate(folder.path(), &["check", "--fix"]);
    assert_eq!((ran.status, deal(folder.path()).as_str()), (2, text));
    assert!(ran.stderr.contains("read-only"), "{}", ran.stderr);
}

#[test]
fn every_output_that_can_tells_the_fix() {
    let folder = workspace("name: A\nstage: Prospect # first\n");
    let shown = |format: &str| dealgate(folder.path(), &["check", "--format", format]).stdout;
    let full = shown("full");
    assert!(full.contains("fix: `stage: prospect # first` (`check --fix`)"), "{full}");
    let sarif: Value = serde_json::from_str(&shown("sarif")).expect("it is JSON");
    let fix = &sarif["runs"][0]["results"][0]["fixes"][0];
    assert_eq!(fix["description"]["text"], "write `prospect`");
    assert!(fix["artifactChanges"][0]["replacements"][0]["insertedContent"]["text"].is_string());
}

/// Fixes of settings and workflows: what is written before and after, and whether it is safe.
#[test]
fn names_in_settings_and_workflows_are_mended() {
    let workflow = "# ours\nstages = [\"lead\", \"offer\"]\nwon_from = \"Offer\"  # sold\n[fields]\nregion = \"txt\"\n\
        [stage.Lead.requires]\nmet = \"We met\"\n[stage.offer.requires]\nsent = \"Sent\"\n";
    let settings = "# kept\nwork-flows = \"workflows\"\n[levels]\nNext_Step_Overdue = \"Off\"\n";
    for mark in ["", "\u{feff}"] {
        for end in ["\n", "\r\n"] {
            let repo = Repo::new();
            let as_is = |text: &str| format!("{mark}{}", text.replace('\n', end));
            repo.write("dealgate.toml", &as_is(settings)).write("workflows/w.toml", &as_is(workflow));
            repo.write("deals/w/a.yaml", "name: A\nstage: lead\n");
            let ran = dealgate(
                repo.path(),
                &["check", "--fix", "--unsafe-fixes", "--no-history", "--today", "2026-05-10"],
            );
            let read = |path: &str| std::fs::read_to_string(repo.path().join(path)).expect("a file");
            let mended = as_is(workflow)
                .replace("won_from = \"Offer\"", "won-from = \"offer\"")
                .replace("\"txt\"", "\"text\"")
                .replace("stage.Lead", "stage.lead");
            assert_eq!(read("workflows/w.toml"), mended, "{}{}", ran.stdout, ran.stderr);
            let mended = as_is(settings).replace("work-flows", "workflows").replace("\"Off\"", "\"off\"");
            assert!(
                read("dealgate.toml").starts_with(&mended[..mended.find("Next").expect("it")]),
                "{}",
                ran.stdout
            );
        }
    }
}

/// A stage whose name stands in two tables is not renamed in one of them.
#[test]
fn a_name_that_stands_twice_is_left_to_people() {
    let workflow = "stages = [\"lead\", \"offer\"]\n[stage.Lead]\ngoal = \"Meet\"\n[stage.Lead.requires]\nmet = \"We met\"\n\
        [stage.offer.requires]\nsent = \"Sent\"\n";
    let repo = Repo::new();
    repo.write("workflows/w.toml", workflow).write("deals/w/a.yaml", "name: A\nstage: lead\n");
    dealgate(repo.path(), &["check", "--fix", "--unsafe-fixes", "--no-history", "--today", "2026-05-10"]);
    assert_eq!(std::fs::read_to_string(repo.path().join("workflows/w.toml")).expect("a file"), workflow);
}
