//! What `report changes` and `diff` say of deals that came and went in between: reopened, handed over, gone on.

use serde_json::{Value, json};

use crate::changes::{bridge, context, names};
use crate::repo::{JANE, Repo};
use crate::run::dealgate;

const WORKFLOW: &str = "\
currency = \"EUR\"
fiscal-year = { starts = \"02-01\", named-by = \"end\" }
stages = [\"first\", \"second\", \"third\"]
[stage.first.requires]
asked = \"It is asked\"
[stage.second.requires]
priced = \"It is priced\"
";

const TODAY: [&str; 2] = ["--today", "2026-05-20"];

/// A deal that closes in June.
fn deal(stage: &str, owner: &str, more: &str) -> String {
    format!(
        "name: One\nstage: {stage}\nowner: {owner}@acme.example\namount: 100 EUR\nclose_date: 2026-06-01\n{more}"
    )
}

fn outcome(result: &str, day: &str) -> String {
    format!("outcome: {{result: {result}, date: {day}, reason: price}}\n")
}

fn started(deals: &[(&str, String)]) -> Repo {
    let repo = Repo::new();
    repo.write("workflows/acme.toml", WORKFLOW);
    write(&repo, deals);
    repo.commit("2026-05-04", JANE, "Start");
    repo
}

fn write(repo: &Repo, deals: &[(&str, String)]) {
    for (name, text) in deals {
        repo.write(&format!("deals/acme/{name}.yaml"), text);
    }
}

fn changes(repo: &Repo, more: &[&str]) -> Value {
    let arguments = [&["changes", "--since", "@2026-05-04"], &TODAY[..], more].concat();
    context(repo.path(), &arguments)["changes"].clone()
}

#[test]
fn what_ended_and_was_opened_again_in_between_is_told() {
    let lost = outcome("lost", "2026-05-01");
    let repo = started(&[("a", deal("first", "jane", "")), ("b", deal("first", "jane", &lost))]);
    write(
        &repo,
        &[
            ("a", deal("first", "jane", &outcome("lost", "2026-05-08"))),
            ("b", deal("first", "jane", "")),
            ("c", deal("first", "jane", &outcome("won", "2026-05-08"))),
        ],
    );
    repo.commit("2026-05-08", JANE, "Lost, opened again, and new");
    let again = outcome("lost", "2026-05-15");
    write(
        &repo,
        &[
            ("a", deal("first", "jane", "")),
            ("b", deal("first", "jane", &again)),
            ("c", deal("first", "jane", "")),
        ],
    );
    repo.commit("2026-05-15", JANE, "And the other way round");
    let told = changes(&repo, &[]);
    assert_eq!(
        bridge(&told["bridge"]),
        [
            "Open at start: 100 (A) = 100",
            "New: 100 (C) = 200",
            "Reopened: 300 (ABC) = 500",
            "Won: −100 (C) = 400",
            "Lost: −200 (AB) = 200",
            "Open at end: 200 (AC) = 200"
        ]
    );
    assert_eq!(names(&told, &told["reopened"]["deals"]), "ABC", "as in the bridge");
    assert_eq!(names(&told, &told["lost"]["items"]), "B", "lost again");
    assert_eq!(told["lost"]["items"][0]["date"]["iso"], "2026-05-15");
    assert_eq!(names(&told, &told["won"]["items"]), "", "it is open again");
    let differences = |deal: usize| {
        let of = told["deals"][deal]["differences"].as_array().expect("a list").last().expect("one");
        assert_eq!(of["key"], "outcome");
        format!(
            "{} > {}",
            of["before"].as_str().unwrap_or_default(),
            of["after"].as_str().unwrap_or_default()
        )
    };
    assert_eq!(
        [0, 1, 2].map(differences),
        ["lost on 8 May 2026 > open", "open on 8 May 2026 > lost", "won on 8 May 2026 > open"]
    );
}

#[test]
fn a_deal_that_was_handed_over_moves_out_of_one_bridge_and_into_the_other() {
    let names_of = ["a", "b", "c", "d"];
    let repo = started(&names_of.map(|name| (name, deal("first", "jane", ""))));
    write(
        &repo,
        &[
            ("a", deal("first", "raj", "")),
            ("b", deal("first", "raj", &outcome("lost", "2026-05-10"))),
            ("c", deal("second", "jane", "done: {asked: 2026-05-01}\n")),
        ],
    );
    repo.commit("2026-05-10", JANE, "Handed over");
    let (jane, raj) = (changes(&repo, &["--owner", "jane"]), changes(&repo, &["--owner", "raj"]));
    assert_eq!(
        bridge(&jane["bridge"]),
        ["Open at start: 400 (ABCD) = 400", "Moved out: −200 (AB) = 200", "Open at end: 200 (CD) = 200"]
    );
    assert_eq!(jane["bridge"]["notes"], json!(["Moved in and out: by its close date, or to another owner."]));
    assert_eq!(
        bridge(&raj["bridge"]),
        ["Moved in: 200 (AB) = 200", "Lost: −100 (B) = 100", "Open at end: 100 (A) = 100"],
        "what was lost on the day it came is a row, as it is in the list"
    );
    assert_eq!(names(&raj, &raj["lost"]["items"]), "B", "and is lost all the same");
    assert_eq!(names(&jane, &jane["left"]["deals"]), "AB");
    assert_eq!(names(&jane, &jane["owners"]), "AB");
    assert_eq!(names(&jane, &jane["moved_forward"]["items"]), "C");
    let figure = |of: &Value, key: &str| of["overall"][key]["deals"].clone();
    assert_eq!((figure(&jane, "open_before"), figure(&jane, "open_after")), (json!(4), json!(2)));
    assert_eq!((figure(&raj, "open_before"), figure(&raj, "open_after")), (json!(0), json!(1)));
    let first = changes(&repo, &["--stage", "first"]);
    assert_eq!(names(&first, &first["left"]["deals"]), "C");
    assert_eq!(names(&first, &first["lost"]["items"]), "B");
    let pipeline = context(repo.path(), &[&["pipeline", "--owner", "jane"], &TODAY[..]].concat());
    assert_eq!(bridge(&pipeline["quarter"]).last().map(String::as_str), Some("Open at end: 200 (CD) = 200"));
    let page = dealgate(
        repo.path(),
        &[&["report", "changes", "--owner", "jane", "--since", "@2026-05-04"], &TODAY[..]].concat(),
    );
    assert!(page.stdout.contains("### Went to another owner or stage (2 deals"), "{}", page.stdout);
}

#[test]
fn a_deal_that_goes_on_without_a_gate_is_told_again() {
    let repo = started(&[("a", deal("second", "jane", "")), ("b", deal("second", "jane", ""))]);
    write(
        &repo,
        &[("a", deal("third", "jane", "")), ("b", deal("second", "jane", "next_step: {what: Call}\n"))],
    );
    repo.commit("2026-05-10", JANE, "On");
    let told = changes(&repo, &[]);
    assert_eq!(names(&told, &told["gates_failed"]), "A", "the other stands where it stood");
    assert_eq!(told["gates_failed"][0]["stages"], json!(["first (still)", "second"]));
    assert_eq!(told["gates_failed"][0]["missing"], json!(["It is asked", "It is priced"]));
}

#[test]
fn diff_and_reports_count_in_the_same_fiscal_year() {
    let repo = started(&[("a", deal("first", "jane", ""))]);
    let arguments = [&["diff", "@2026-05-04", "--format", "json"], &TODAY[..]].concat();
    let diff: Value = serde_json::from_str(&dealgate(repo.path(), &arguments).stdout).expect("it is JSON");
    let told = changes(&repo, &[]);
    assert_eq!(told["bridge"]["window"]["name"], "FY27-Q2");
    assert_eq!(diff["window"]["name"], "FY27-Q2", "{diff}");
}

#[test]
fn a_page_about_one_deal_tells_what_became_of_its_gates() {
    let repo = started(&[("a", deal("first", "jane", "")), ("b", deal("first", "jane", ""))]);
    let waiver =
        "waivers: {asked: {reason: Known, by: dana@acme.example, date: 2026-05-01, until: 2026-12-31}}\n";
    write(&repo, &[("a", deal("second", "jane", "")), ("b", deal("second", "jane", waiver))]);
    repo.commit("2026-05-10", JANE, "On");
    let since = [&["--since", "@2026-05-04"], &TODAY[..]].concat();
    let page = |id: &str| dealgate(repo.path(), &[&["report", "deal", id], &since[..]].concat()).stdout;
    let told =
        |page: &str| page.split_once("## What changed since").map_or(String::new(), |it| it.1.to_owned());
    let failed = told(&page("acme/a"));
    assert!(failed.contains("- stage first → second\n- Gates failed: first (It is asked)\n"), "{failed}");
    let lifted = told(&page("acme/b"));
    assert!(lifted.contains("- Waiver given: It is asked (Known)\n"), "{lifted}");
    let folder = tempfile::tempdir().expect("a folder");
    let to = format!("{}/", folder.path().display());
    let ran = dealgate(repo.path(), &[&["report", "deal", "-o", &to], &since[..]].concat());
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
    let all = std::fs::read_to_string(folder.path().join("acme/a.html")).expect("a page");
    assert!(all.contains("<li>Gates failed: first"), "the same where there are many");
}

#[test]
fn a_stage_that_was_taken_back_on_its_day_is_no_move() {
    let repo = started(&[("a", deal("first", "jane", "")), ("b", deal("first", "jane", ""))]);
    write(&repo, &[("a", deal("second", "jane", "")), ("b", deal("second", "jane", ""))]);
    repo.commit("2026-05-10T09:00:00+00:00", JANE, "On");
    write(&repo, &[("a", deal("first", "jane", "")), ("b", deal("third", "jane", ""))]);
    repo.commit("2026-05-10T15:00:00+00:00", JANE, "A slip, and a deal that went through");
    let ran = dealgate(repo.path(), &[&["export", "visits"], &TODAY[..]].concat());
    let visits: Vec<_> =
        ran.stdout.lines().skip(1).map(|line| line.split_once("acme,").expect("its workflow").1).collect();
    assert_eq!(
        visits,
        [
            "first,1,2026-05-04,,16,",
            "first,1,2026-05-04,2026-05-10,6,",
            "second,2,2026-05-10,2026-05-10,0,",
            "third,3,2026-05-10,,10,",
        ]
    );
}

#[test]
fn what_a_shallow_clone_was_cut_off_from_was_there_before_its_first_entry() {
    let repo = started(&[("a", deal("first", "jane", ""))]);
    repo.write("deals/acme/b.yaml", &deal("first", "jane", ""));
    repo.commit("2026-05-06", JANE, "Another");
    let entry = "history:\n  - {date: 2026-05-15, stage: second}\n";
    write(&repo, &[("a", deal("second", "jane", entry))]);
    repo.commit("2026-05-15", JANE, "On");
    let folder = tempfile::tempdir().expect("a folder");
    let (from, to) = (format!("file://{}", repo.path().display()), folder.path().join("clone"));
    repo.git(&["clone", "--quiet", "--depth", "2", &from, to.to_str().expect("a path")]);
    let rows = dealgate(&to, &[&["export", "history"], &TODAY[..]].concat()).stdout;
    assert!(rows.contains("2026-05-15,stage,first,second,history"), "it stood somewhere before: {rows}");
    let weeks = context(&to, &[&["trend", "--by", "week", "--last", "3"], &TODAY[..]].concat());
    let point = |point: &Value| {
        format!("{}: {} open, {} new", point["name"], point["open"]["deals"], point["new"]["deals"])
    };
    let points: Vec<_> = weeks["trend"]["points"].as_array().expect("a list").iter().map(point).collect();
    assert_eq!(points[0], "\"2026-W19\": 2 open, 0 new", "{points:?}");
}
