//! Everybody who tells of a deal's stays in stages tells the same: gate, status, reports and exports, whatever happened.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::repo::{JANE, Repo, dealgate, few};

/// The deal is won from `order` on, and delivered after the sale; no stage is to last longer than 20 days.
const RULES: &str = "stages = [\"lead\", \"quote\", \"order\", \"delivery\"]\nwon-from = \"order\"\n\
    [stage.lead]\nmax-days = 20\n[stage.quote]\nmax-days = 20\n[stage.order]\nmax-days = 20\n\
    [stage.delivery]\nmax-days = 20\n";
const LEVELS: &str = "[levels]\nstalled = \"warning\"\n";

fn rows(folder: &Path, arguments: &[&str]) -> Value {
    let ran = dealgate(folder, arguments);
    assert_eq!(ran.status, 0, "{arguments:?}: {}{}", ran.stdout, ran.stderr);
    serde_json::from_str(&ran.stdout).expect("it is JSON")
}

fn list(of: &Value) -> &[Value] {
    of.as_array().expect("a list")
}

fn of<'v>(all: &'v Value, key: &str, id: &Value) -> &'v Value {
    list(all).iter().find(|one| one[key] == *id).unwrap_or_else(|| panic!("{id} is in {all}"))
}

/// Holds what is told of the deals of a workspace against each other, and gives their visits, as
/// `deal stage entered left days ended`.
fn agreed(folder: &Path, more: &[&str]) -> Vec<String> {
    let said = |arguments: &[&str]| rows(folder, &[arguments, more].concat());
    let visits = said(&["export", "visits", "--format", "json"]);
    let deals = said(&["export", "deals", "--format", "json"]);
    let status = said(&["status", "--format", "json"]);
    let pages = said(&["report", "deal", "--format", "context"]);
    let is_cut = folder.join(".git/shallow").exists();
    for deal in list(&deals) {
        let id = &deal["deal"];
        let own: Vec<&Value> = list(&visits).iter().filter(|visit| visit["deal"] == *id).collect();
        // Where an outcome was taken back and nothing says when, nobody knows since when it stands where it does.
        let is_open = deal["status"] == "open";
        let reopened = is_open && own.last().is_some_and(|last| !last["ended"].is_null());
        let stands = own
            .last()
            .filter(|last| last["stage"] == deal["stage"] && !last["stage_index"].is_null() && !reopened);
        let days = stands.map_or(&Value::Null, |last| &last["days"]);
        let told = json!({"deal": deal, "visits": own});
        assert_eq!(deal["days_in_stage"], *days, "export deals and export visits: {told}");
        assert_eq!(of(&status["deals"], "deal", id)["days_in_stage"], *days, "status: {told}");
        let page = of(&pages["deals"], "id", id);
        assert_eq!(page["days_in_stage"], *days, "report: {told}");
        let shown = |it: &Value| {
            let day = |day: &Value| day["iso"].clone();
            json!([it["stage"], day(&it["entered"]), day(&it["left"]), it["days"]])
        };
        let shown: Vec<Value> = list(&page["sheet"]["visits"]).iter().map(shown).collect();
        let exported = own.iter().map(|it| json!([it["stage"], it["entered"], it["left"], it["days"]]));
        assert_eq!(shown, exported.collect::<Vec<_>>(), "the deal's own page: {told}");

        let running = own.iter().filter(|it| it["left"].is_null()).count();
        let is_last = own.last().is_some_and(|last| last["left"].is_null());
        assert_eq!(running, usize::from(is_last), "only the last runs: {told}");
        match deal["status"].as_str() {
            // What tells only part of it may end with an outcome that was taken back.
            Some("open") if reopened && (is_cut || more.contains(&"--no-history")) => {}
            Some("open") => assert_eq!(running, usize::from(!own.is_empty()), "it is somewhere: {told}"),
            Some("won") => {}
            _ => assert_eq!(running, 0, "what is closed stays nowhere: {told}"),
        }
        let days = days.as_i64().filter(|_| running == 1).unwrap_or_default();
        assert_eq!(page["stalled"], json!(days > 20), "the clock of the gate: {told}");
        for pair in own.windows(2) {
            let in_order = pair[0]["left"].as_str() <= pair[1]["entered"].as_str();
            assert!(in_order, "one after the other: {told}");
        }
    }
    // Trends begin where a clone was cut off.
    if !is_cut {
        let trend = said(&["report", "trend", "--by", "month", "--last", "24", "--format", "context"]);
        // Of months before the record starts it tells nothing.
        let untold: Vec<&str> =
            list(&trend["trend"]["before_record"]).iter().filter_map(Value::as_str).collect();
        let is_told = |left: &Value| left.as_str().is_some_and(|left| !untold.contains(&&left[..7]));
        for stage in list(&trend["trend"]["days_in_stage"]) {
            let ended =
                |it: &&Value| it["stage"] == stage["stage"] && is_told(&it["left"]) && !it["days"].is_null();
            assert_eq!(
                stage["stays"],
                list(&visits).iter().filter(ended).count(),
                "trend: {stage} of {visits}"
            );
        }
    }
    let text = |value: &Value| value.to_string().replace('"', "");
    let keys = ["deal", "stage", "entered", "left", "days", "ended"];
    let line = |row: &Value| keys.map(|key| text(&row[key])).join(" ").replace("w/", "").replace("2026-", "");
    list(&visits).iter().map(line).collect()
}

fn workspace() -> Repo {
    let repo = Repo::new();
    repo.write("dealgate.toml", LEVELS).write("workflows/w.toml", RULES);
    repo
}

/// A file that says different things on different days; nothing: it is deleted.
fn lived(days: &[(&str, &str)]) -> Repo {
    let repo = workspace();
    for (day, text) in days {
        if text.is_empty() {
            std::fs::remove_file(repo.path().join("deals/w/a.yaml")).expect("it was there");
        } else {
            repo.write("deals/w/a.yaml", &format!("name: a\n{text}\n"));
        }
        repo.commit(&format!("2026-{day}"), JANE, "so");
    }
    repo
}

const TODAY: &[&str] = &["--today", "2026-07-30"];

fn visits(days: &[(&str, &str)]) -> Vec<String> {
    agreed(lived(days).path(), TODAY)
}

#[test]
fn a_file_that_is_put_back_begins_anew() {
    let on = [("06-01", "stage: quote"), ("06-10", ""), ("06-20", "stage: quote\namount: 5 EUR")];
    let repo = lived(&on);
    assert_eq!(agreed(repo.path(), TODAY), ["a quote 06-01 06-10 9 null", "a quote 06-20 null 40 null"]);
    let check = dealgate(repo.path(), &["check", "--today", "2026-07-05"]).stdout;
    assert!(!check.contains("stalled"), "{check}");
    let check = dealgate(repo.path(), &["check", "--today", "2026-07-30"]).stdout;
    assert!(check.contains("has been in `quote` for 40 days"), "{check}");
}

#[test]
fn a_stage_that_is_written_after_the_end_is_where_it_ended() {
    let lost = "outcome: {result: lost, date: 2026-06-20, reason: price}";
    let first = ("06-01", "stage: lead");
    let moved = visits(&[
        first,
        ("06-21", &format!("stage: lead\n{lost}")),
        ("07-01", &format!("stage: quote\n{lost}")),
    ]);
    assert_eq!(moved, ["a lead 06-01 06-20 19 null", "a quote 06-20 06-20 0 lost"]);
    let late = visits(&[first, ("06-25", "stage: quote"), ("07-01", &format!("stage: quote\n{lost}"))]);
    assert_eq!(late, moved, "lost before anybody wrote it down");
    let won = "outcome: {result: won, date: 2026-06-20}";
    let sold =
        [first, ("06-20", &format!("stage: order\n{won}")), ("06-28", &format!("stage: delivery\n{won}"))];
    let delivered =
        ["a lead 06-01 06-20 19 null", "a order 06-20 06-20 0 won", "a delivery 06-28 null 32 null"];
    assert_eq!(visits(&sold), delivered, "work after the sale goes on");
    let done = format!("stage: delivery\n{won}\ncompleted: 2026-07-08");
    let done = visits(&[&sold[..], &[("07-20", &done)]].concat());
    assert_eq!(done[2], "a delivery 06-28 07-08 10 null");
}

#[test]
fn own_entries_win_and_an_outcome_may_be_taken_back() {
    let history = "history: [{date: 2026-05-20, stage: lead}, {date: 2026-06-03, stage: quote}]";
    let squashed = visits(&[("07-01", &format!("stage: quote\n{history}"))]);
    assert_eq!(squashed, ["a lead 05-20 06-03 14 null", "a quote 06-03 null 57 null"], "one commit");
    let late = visits(&[
        ("06-01", "stage: lead"),
        ("06-10", "stage: quote"),
        ("07-01", &format!("stage: quote\n{history}")),
    ]);
    assert_eq!(late, squashed, "backdated");
    let lost = "stage: quote\noutcome: {result: lost, date: 2026-06-20, reason: price}";
    let back = [("06-01", "stage: quote"), ("06-22", lost), ("07-05", "stage: quote")];
    assert_eq!(visits(&back), ["a quote 06-01 06-20 19 lost", "a quote 07-05 null 25 null"]);
    let told = "stage: quote\nhistory: [{date: 2026-06-20, outcome: lost}, {date: 2026-07-01, stage: quote}]";
    assert_eq!(visits(&[("07-05", told)]), ["a quote 07-05 null 25 null"]);
    let without_commits = agreed(lived(&[("07-05", told)]).path(), &[TODAY, &["--no-history"]].concat());
    assert_eq!(without_commits, ["a quote null 06-20 null lost"], "since when it is open, nobody knows");
    let elsewhere = [back[0], back[1], ("07-05", "stage: lead")];
    assert_eq!(visits(&elsewhere), ["a quote 06-01 06-20 19 lost", "a lead 07-05 null 25 null"]);
}

#[test]
fn a_stage_that_the_workflow_has_no_more_was_one_all_the_same() {
    let on = [("06-01", "stage: quote"), ("06-10", "stage: talks"), ("06-20", "stage: quote")];
    assert_eq!(
        visits(&on),
        ["a quote 06-01 06-10 9 null", "a talks 06-10 06-20 10 null", "a quote 06-20 null 40 null"]
    );
}

#[test]
fn a_deal_that_is_checked_alone_has_the_past_that_it_has_among_all() {
    let repo = Repo::new();
    let rules = "stages = [\"lead\", \"quote\"]\n[stage.lead.requires]\n\
        young = { title = \"It is young\", at = \"entry\", rule = \"age < 20\" }\n";
    repo.write("dealgate.toml", "").write("workflows/w.toml", rules);
    let text =
        |name: &str| format!("name: {name}\nstage: lead\namount: 5 EUR\nsource: a fair of last year\n");
    repo.write("deals/w/a.yaml", &text("first")).commit("2026-06-01", JANE, "a");
    repo.git(&["mv", "deals/w/a.yaml", "deals/w/b.yaml"]);
    repo.commit("2026-06-10", JANE, "it is called b");
    repo.write("deals/w/a.yaml", "name: other\nstage: lead\n").commit("2026-06-25", JANE, "another a");
    let found = |paths: &[&str]| -> Vec<String> {
        let arguments = [&["check", "--today", "2026-07-10"], paths].concat();
        let said = dealgate(repo.path(), &arguments).stdout;
        said.lines().filter(|line| line.contains("deals/w/")).map(str::to_owned).collect()
    };
    let all = found(&[]);
    assert!(matches!(all.as_slice(), [one] if one.starts_with("deals/w/b.yaml")), "{all:?}");
    assert_eq!(found(&["deals/w/a.yaml"]), [""; 0], "the older file of its name is b now");
    assert_eq!(found(&["deals/w/b.yaml"]), all);
}

/// What happens to a deal: after so many days, what, and a number that says more.
type Event = (i64, u8, i64);

/// The texts of a deal's file by day, one after the other; nothing: it is deleted.
fn live(number: usize, events: &[Event]) -> Vec<(Date, Option<String>)> {
    let stages = ["lead", "quote", "order", "delivery", "talks"];
    let mut day = date(2026, 1, 2) + i64::try_from(number * 3).expect("few").days();
    let (mut stage, mut amount, mut there) = (0, 0, true);
    let mut outcome: Option<(&str, Date)> = None;
    let mut completed: Option<Date> = None;
    let mut history = String::new();
    let mut texts = Vec::new();
    for &(gap, what, number) in [(0, 0, 0)].iter().chain(events) {
        day += gap.days();
        let earlier = day - (number % 9).days();
        let pick = usize::try_from(number).expect("it is positive");
        match (what, outcome) {
            (0..4, _) => stage = pick % 5,
            (4, _) => amount = number,
            (5, None) => outcome = Some(("lost", earlier)),
            (6, None) => outcome = Some(("won", earlier)),
            (5..8, Some(_)) => (outcome, completed) = (None, None),
            (8, _) => there = !there,
            (9, Some(("won", _))) => completed = Some(day),
            (10, _) => {
                writeln!(history, "  - {{date: {earlier}, stage: {}}}", stages[stage]).expect("written");
            }
            _ => {
                let outcome = outcome.map_or("open", |(outcome, _)| outcome);
                writeln!(history, "  - {{date: {earlier}, outcome: {outcome}}}").expect("written");
            }
        }
        let mut text = format!("name: d\nstage: {}\namount: {amount} EUR\n", stages[stage]);
        if let Some((result, day)) = outcome {
            writeln!(text, "outcome: {{result: {result}, date: {day}, reason: so}}").expect("written");
        }
        if let Some(day) = completed {
            writeln!(text, "completed: {day}").expect("written");
        }
        if !history.is_empty() {
            write!(text, "history:\n{history}").expect("written");
        }
        texts.push((day, there.then_some(text)));
    }
    texts
}

/// A commit for each change of each deal, or one for all.
fn committed(lives: &[Vec<(Date, Option<String>)>], squashed: bool) -> Repo {
    let repo = workspace();
    let mut days: BTreeMap<Date, Vec<(usize, &Option<String>)>> = BTreeMap::new();
    for (number, life) in lives.iter().enumerate() {
        let told = if squashed { life.len() - 1.. } else { 0.. };
        life.iter()
            .skip(told.start)
            .for_each(|(day, text)| days.entry(*day).or_default().push((number, text)));
    }
    let mut stream = String::new();
    let mut there = vec![false; lives.len()];
    let time = |day: Date| {
        day.at(12, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC).expect("a time").timestamp().as_second()
    };
    let mut commit = |day: Date, changes: &str| {
        let who = format!("committer Jane <jane@acme.example> {} +0000", time(day));
        write!(stream, "commit refs/heads/main\n{who}\ndata 1\nx\n{changes}").expect("written");
    };
    let file = |path: &str, text: &str| format!("M 100644 inline {path}\ndata {}\n{text}\n", text.len());
    commit(date(2026, 1, 1), &(file("dealgate.toml", LEVELS) + &file("workflows/w.toml", RULES)));
    let last = days.keys().next_back().copied();
    for (day, changes) in &days {
        for (number, text) in changes {
            let path = format!("deals/w/d{number}.yaml");
            let change = match text {
                Some(text) => file(&path, text),
                None if there[*number] => format!("D {path}\n"),
                None => continue,
            };
            there[*number] = text.is_some();
            commit(if squashed { last.unwrap_or(*day) } else { *day }, &change);
        }
    }
    repo.import(&stream);
    repo
}

proptest! {
    #![proptest_config(few())]

    #[test]
    fn all_tell_the_same_of_where_deals_were(
        lives in prop::collection::vec(prop::collection::vec((0..16_i64, 0..12_u8, 0..99_i64), 0..12), 4..9),
        depth in 1..20_usize,
    ) {
        let lives: Vec<_> = lives.iter().enumerate().map(|(number, events)| live(number, events)).collect();
        let today = ["--today", "2026-08-01"];
        let whole = committed(&lives, false);
        agreed(whole.path(), &today);
        agreed(whole.path(), &[&today[..], &["--no-history"]].concat());
        agreed(committed(&lives, true).path(), &today);
        let shallow = Repo::new();
        let from = format!("file://{}", whole.path().display());
        shallow.git(&["fetch", "--quiet", &format!("--depth={depth}"), &from, "main"]);
        shallow.git(&["reset", "--quiet", "--hard", "FETCH_HEAD"]);
        agreed(shallow.path(), &today);
    }
}
