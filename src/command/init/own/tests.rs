use std::collections::BTreeSet;

use super::*;
use crate::assess::{Selection, Workspace, check};
use crate::command::init::dated;
use crate::snapshot::texts::Texts;
use crate::syntax::toml;
use crate::workflow::keys;
use crate::workspace::Config;

const TODAY: jiff::civil::Date = jiff::civil::date(2026, 11, 30);

/// What `check` finds in a workspace of such texts and a deal of the first stage.
fn found(files: &[(&str, String)], first: &str) -> Vec<String> {
    let deal = ("deals/rollout.yaml".to_owned(), format!("name: Rollout\nstage: {first}\nopened: {TODAY}\n"));
    let files = files.iter().map(|(path, text)| ((*path).to_owned(), text.clone()));
    let texts = Texts::new(files.chain([deal]));
    let workspace = Workspace::load(&texts, Config::load(&texts), TODAY).without_past();
    let assessment = check::<()>(&workspace, &Selection::Everything, |_| None);
    assessment.ledger.findings().iter().map(|it| format!("{}: {}", it.code, it.message)).collect()
}

fn written(stages: &str) -> Vec<(&'static str, String)> {
    let files = files(&stage_ids(stages).unwrap());
    files.into_iter().map(|(path, text)| (path, dated(&text, TODAY))).collect()
}

/// Whether a line is a key that is commented out, as the files say themselves.
fn is_off(line: &str) -> bool {
    line.strip_prefix('#').is_some_and(|rest| !rest.is_empty() && !rest.starts_with([' ', ':']))
}

#[test]
fn it_is_accepted_as_it_stands() {
    for stages in ["lead,brief,pitch,contract,live", "a", "1, 2-b ,three"] {
        let files = written(stages);
        let first = stages.split(',').next().unwrap();
        assert_eq!(found(&files, first), [""; 0], "{stages}");
        for (path, text) in &files {
            let rest =
                ["<stage", "<list", "<first", "<last", "<title", "<share", "<category", "<year", "<today"];
            assert!(!rest.iter().any(|mark| text.contains(mark)), "{path}\n{text}");
        }
    }
}

#[test]
fn each_commented_line_is_accepted_and_all_of_them() {
    let files = written("lead,brief,live");
    let with = |changed: usize, text: String| {
        let mut files = files.clone();
        files[changed].1 = text;
        files
    };
    let mut tried = 0;
    let mut refused = Vec::new();
    for (file, (path, text)) in files.iter().enumerate() {
        let lines: Vec<&str> = text.lines().collect();
        for (index, line) in lines.iter().enumerate().filter(|(_, line)| is_off(line)) {
            let mut lines = lines.clone();
            lines[index] = &line[1..];
            tried += 1;
            let found = found(&with(file, lines.join("\n")), "lead");
            refused.extend(found.iter().map(|it| format!("{path}: {line}: {it}")));
        }
        let on = |line: &&&str| !line.starts_with("#extends") && !line.starts_with("#today");
        let all: Vec<&str> =
            lines.iter().filter(on).map(|line| if is_off(line) { &line[1..] } else { line }).collect();
        let found = found(&with(file, all.join("\n")), "lead");
        refused.extend(found.iter().map(|it| format!("{path}: all lines: {it}")));
    }
    assert!(refused.is_empty(), "{}", refused.join("\n"));
    assert!(tried > 60, "only {tried} lines are commented out");
}

#[test]
fn every_key_of_a_workflow_is_shown() {
    let (_, text) = &written("lead,brief,live")[1];
    let on: Vec<&str> = text.lines().map(|line| if is_off(line) { &line[1..] } else { line }).collect();
    let text = on.join("\n");
    let mut shown = BTreeSet::new();
    let parsed = toml::parse(&text, 0);
    collect(parsed.root.as_ref().unwrap(), &mut shown);
    let tables = keys::tables();
    let known = keys::WORKFLOW.iter().chain(tables.iter().flat_map(|(_, keys)| keys));
    for key in known {
        assert!(shown.contains(key.name), "`{}` is not shown", key.name);
    }
}

fn collect(node: &crate::syntax::Node<'_>, names: &mut BTreeSet<String>) {
    for entry in node.as_map().unwrap_or_default() {
        names.insert(entry.key.value.to_string());
        collect(&entry.value, names);
    }
    node.as_list().unwrap_or_default().iter().for_each(|item| collect(item, names));
}

#[test]
fn bad_ids_and_duplicates_are_refused_by_name() {
    for (written, message, hint) in [
        ("lead,Lead", "`Lead` cannot be a stage's id", "write `lead`"),
        ("lead,offer sent", "`offer sent` cannot be", "write `offer-sent`"),
        ("lead,größe", "`größe` cannot be", "write `gr"),
        ("lead,,live", "cannot be a stage's id", "lower-case words"),
        ("", "cannot be a stage's id", "lower-case words"),
        ("lead,\"x\"]\n[y", "cannot be a stage's id", ""),
        ("lead,live, lead", "the stage `lead` is named twice", "keep one"),
    ] {
        let Err(Error::Unknown { message: told, hint: Some(way) }) = stage_ids(written) else {
            panic!("{written} is taken")
        };
        assert!(told.contains(message) && way.contains(hint), "{written}: {told}; {way}");
    }
}
