//! Every folder `tests/histories/NAME` with a file `history` is a repository: its commits are made one by one, and what
//! each report tells of them must be what stands in `expected`. `SNAPSHOTS=overwrite cargo test histories` writes what
//! is told now; read the difference before you commit it.
//!
//! A `history` begins with what it shows (`# …`) and with what is asked: `today: DAY` (else 2026-04-30), `window:
//! PERIOD` (else the second quarter), `from: DAY` (else 2026-03-31; more than one where more is to be compared). Then
//! come the commits: `=== DAY MESSAGE`, and in each what changed: `+++ DEAL` with the text of its file, `--- DEAL`,
//! `mv DEAL DEAL`. The rules are those of `tests/histories/rules`.

use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde_json::Value;
use snapbox::Data;
use snapbox::assert::{Action, Assert};

use crate::repo::{JANE, Repo};
use crate::run::{copy, dealgate, repository};

#[test]
fn every_history_is_told_as_it_should() {
    let overwrite = std::env::var("SNAPSHOTS").is_ok_and(|action| action == "overwrite");
    let assert = Assert::new().action(if overwrite { Action::Overwrite } else { Action::Verify });
    let folders = std::fs::read_dir(repository("tests/histories")).expect("a folder");
    let mut histories: Vec<PathBuf> = folders.map(|entry| entry.expect("an entry").path()).collect();
    histories.retain(|folder| folder.join("history").exists());
    histories.sort();
    assert!(histories.len() >= 26, "only {} were found", histories.len());
    let differing = histories.par_iter().filter_map(|folder| {
        let told = Data::text(told(folder)).raw();
        let expected = Data::read_from(&folder.join("expected"), None).raw();
        assert.try_eq(None, told, expected).err().map(|error| format!("{}:\n{error}", folder.display()))
    });
    let differing: Vec<_> = differing.collect();
    assert!(differing.is_empty(), "{} differ:\n{}", differing.len(), differing.join("\n"));
}

/// What is asked of a history, as its first lines say.
struct Asked {
    from: Vec<String>,
    today: String,
    window: String,
}

fn told(folder: &Path) -> String {
    let text = std::fs::read_to_string(folder.join("history")).expect("a history");
    let (head, commits) = text.split_once("\n=== ").unwrap_or_else(|| panic!("{}", folder.display()));
    let named =
        |key: &'static str| head.lines().filter_map(move |line| line.strip_prefix(key)).map(str::trim);
    let one = |key: &'static str, usual: &str| named(key).next().unwrap_or(usual).to_owned();
    let mut from: Vec<_> = named("from:").map(str::to_owned).collect();
    if from.is_empty() {
        from.push("2026-03-31".to_owned());
    }
    let (today, window) = (one("today:", "2026-04-30"), one("window:", "2026-04-01..2026-06-30"));
    let asked = Asked { from, today, window };
    let repo = Repo::new();
    copy(&repository("tests/histories/rules"), repo.path());
    repo.commit("2026-03-01", JANE, "Rules");
    for commit in commits.split("\n=== ") {
        change(&repo, commit);
    }
    let compared = asked.from.iter().map(|from| diff(&repo, &asked, from));
    let mut told: Vec<String> = compared.collect();
    told.push(pipeline(&repo, &asked));
    told.push(trend(&repo, &asked));
    told.push(export(&repo, &asked, "visits"));
    told.push(export(&repo, &asked, "history"));
    told.join("\n")
}

/// Makes a commit.
fn change(repo: &Repo, commit: &str) {
    let (title, changes) = commit.split_once('\n').unwrap_or((commit, ""));
    let (day, message) = title.split_once(' ').expect("a day and a message");
    let file = |deal: &str| format!("deals/w/{deal}.yaml");
    let mut written: Option<(String, String)> = None;
    for line in changes.lines().chain(["+++ "]) {
        let order = ["+++ ", "--- ", "mv "].iter().find_map(|word| Some((*word, line.strip_prefix(*word)?)));
        let Some((word, deals)) = order else {
            written.as_mut().expect("a deal").1.extend([line, "\n"]);
            continue;
        };
        if let Some((path, text)) = written.take() {
            repo.write(&path, &text);
        }
        match (word, deals.split_once(' ')) {
            ("+++ ", _) if deals.is_empty() => {}
            ("+++ ", _) => written = Some((file(deals), String::new())),
            ("mv ", Some((from, to))) => {
                repo.git(&["mv", &file(from), &file(to)]);
            }
            _ => std::fs::remove_file(repo.path().join(file(deals))).expect("it was there"),
        }
    }
    repo.commit(day, JANE, message);
}

fn json(repo: &Repo, arguments: &[&str]) -> Value {
    let ran = dealgate(repo.path(), arguments);
    assert_eq!(ran.status, 0, "{arguments:?}: {}{}", ran.stdout, ran.stderr);
    serde_json::from_str(&ran.stdout).expect("it is JSON")
}

fn list(of: &Value) -> &[Value] {
    of.as_array().expect("a list")
}

/// A text without what all deals here begin with, a number; `—` where there is none.
fn text(of: &Value) -> String {
    match of {
        Value::String(text) => text.trim_start_matches("w/").to_owned(),
        Value::Null => "—".to_owned(),
        other => other.to_string(),
    }
}

/// Deals and amount of a sum of a report.
fn sum(of: &Value) -> String {
    format!("{} ({})", of["deals"], text(&of["digits"]))
}

/// `diff` and `report changes` between two days: what one tells is what the other tells.
fn diff(repo: &Repo, asked: &Asked, from: &str) -> String {
    let range = format!("@{from}..@{}", asked.today);
    let all =
        json(repo, &["diff", &range, "--window", &asked.window, "--format", "json", "--today", &asked.today]);
    let mut told = vec![format!("# {from} to {}, close date in {}", asked.today, asked.window)];
    for row in list(&all["bridge"]) {
        let parts: Vec<_> = list(&row["deals"]).iter().map(|part| text(&part["deal"])).collect();
        let left_out = match row["not_priced"].as_u64() {
            Some(deals @ 1..) => format!(" and {deals} not priced"),
            _ => String::new(),
        };
        if !parts.is_empty() {
            told.push(format!(
                "{} {}{left_out}: {}",
                text(&row["row"]),
                text(&row["value"]),
                parts.join(" ")
            ));
        }
    }
    let moves = list(&all["stages"]).iter().flat_map(|it| list(&it["moves"]));
    told.extend(moves.map(|it| {
        let gone_on: Vec<_> = list(&it["deals"]).iter().map(text).collect();
        format!("stage {} -> {}: {}", text(&it["from"]), text(&it["to"]), gone_on.join(" "))
    }));
    told.extend(
        list(&all["deals"]).iter().map(|it| format!("{} is {}", text(&it["deal"]), text(&it["change"]))),
    );
    for (moment, open) in [("start", "before"), ("end", "after")] {
        let open = &all["overall"][open]["open"];
        told.push(format!("open at {moment}, any close date: {} ({})", open["deals"], text(&open["value"])));
    }
    let since = format!("@{from}");
    let arguments = ["report", "changes", "--since", &since, "--closing", &asked.window];
    let rest = ["--today", &asked.today, "--format", "context"];
    let changes = &json(repo, &[&arguments[..], &rest].concat())["changes"];
    told.extend(lists(changes));
    told.join("\n") + "\n"
}

/// The lists of what changed that have deals.
fn lists(changes: &Value) -> Vec<String> {
    let name = |position: &Value| {
        let position = if position.is_object() { &position["deal"] } else { position };
        let index = usize::try_from(position.as_u64().expect("a position")).expect("it is small");
        text(&changes["deals"][index]["id"])
    };
    let lists = [
        ("new", "deals"),
        ("restored", "deals"),
        ("removed", "deals"),
        ("reopened", "deals"),
        ("won", "items"),
        ("lost", "items"),
        ("disqualified", "items"),
    ];
    let shown = lists.iter().filter_map(|(of, items)| {
        let of_list = &changes[*of];
        let names: Vec<_> = list(&of_list[*items]).iter().map(name).collect();
        (!names.is_empty()).then(|| format!("list of {of}: {}: {}", sum(&of_list["sum"]), names.join(" ")))
    });
    shown.collect()
}

fn pipeline(repo: &Repo, asked: &Asked) -> String {
    let arguments = ["report", "--closing", &asked.window, "--today", &asked.today, "--format", "context"];
    let all = json(repo, &arguments);
    let mut told = vec![format!("# Pipeline on {}, window {}", asked.today, asked.window)];
    for figure in ["open", "open_in_window", "on_hold", "won", "lost", "disqualified"] {
        if all["figures"][figure]["deals"] != 0 {
            told.push(format!("{figure}: {}", sum(&all["figures"][figure])));
        }
    }
    let cycle = &all["figures"]["cycle"];
    if all["figures"]["won"]["deals"] != 0 {
        told.push(format!("days from start to win: {}, unknown {}", cycle["days"], cycle["unknown"]));
    }
    for deal in list(&all["deals"]) {
        let (id, age, days) = (text(&deal["id"]), text(&deal["age"]), text(&deal["days_in_stage"]));
        told.push(format!("{id}: {}, age {age}, days in stage {days}", text(&deal["status"])));
    }
    told.join("\n") + "\n"
}

fn trend(repo: &Repo, asked: &Asked) -> String {
    let arguments = ["report", "trend", "--today", &asked.today, "--format", "context"];
    let all = json(repo, &arguments);
    let mut told = vec![format!("# Trend to {}", asked.today)];
    for point in list(&all["trend"]["points"]) {
        let known_from = match &point["known_from"]["iso"] {
            Value::String(day) => format!(" (known from {day})"),
            _ => String::new(),
        };
        let figures = ["open", "on_hold", "new", "won", "lost", "disqualified"];
        let figures = figures.iter().filter(|figure| point[**figure]["deals"] != 0);
        let figures: Vec<_> = figures.map(|figure| format!("{figure} {}", sum(&point[*figure]))).collect();
        told.push(format!("{}{known_from}: {}", text(&point["name"]), figures.join(", ")));
    }
    told.join("\n") + "\n"
}

/// An export, but for what each row of it has in common: the path of the deal, its workflow, who committed it and where.
fn export(repo: &Repo, asked: &Asked, what: &str) -> String {
    let ran = dealgate(repo.path(), &["export", what, "--today", &asked.today]);
    assert_eq!(ran.status, 0, "{}{}", ran.stdout, ran.stderr);
    let row = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        let own = if what == "history" { &cells[3..8] } else { &cells[3..] };
        format!("{} {}", cells[0].trim_start_matches("w/"), own.join(","))
    };
    let rows: Vec<_> = ran.stdout.lines().map(row).collect();
    format!("# export {what}\n{}\n", rows.join("\n"))
}
