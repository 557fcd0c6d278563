//! What `diff` promises: the worked data set of the metrics, from commits and from `history`, and what it says of change.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::LazyLock;

use serde_json::Value;

use crate::repo::{JANE, Repo};
use crate::run::{copied, dealgate, repository};

const RAJ: &str = "Raj Rao <raj@acme.example>";
pub const DAYS: &str = "@2026-03-31..@2026-04-30";
const WINDOW: &str = "2026-04-01..2026-06-30";

/// The worked data set as it was kept: a folder a commit, named by its day, two authors in turn.
pub fn worked() -> Repo {
    let mut days: Vec<_> = std::fs::read_dir(repository("tests/histories/metrics/commits"))
        .expect("the folder can be read")
        .map(|entry| entry.expect("it can be read").path())
        .collect();
    days.sort();
    let mut stream = String::new();
    for (number, folder) in days.iter().enumerate() {
        let day = folder.file_name().expect("a name").to_string_lossy();
        let noon: jiff::Timestamp = format!("{day}T12:00:00Z").parse().expect("a day");
        let who = if number % 2 == 0 { JANE } else { RAJ };
        let message = format!("What became true on {day}");
        let (time, length) = (noon.as_second(), message.len());
        writeln!(stream, "commit refs/heads/main\ncommitter {who} {time} +0000\ndata {length}\n{message}")
            .expect("written");
        for entry in walkdir::WalkDir::new(folder) {
            let entry = entry.expect("it can be read");
            if entry.file_type().is_file() {
                let path = entry.path().strip_prefix(folder).expect("it is below").to_string_lossy();
                let text = std::fs::read_to_string(entry.path()).expect("it is text");
                writeln!(stream, "M 100644 inline {path}\ndata {}\n{text}", text.len()).expect("written");
            }
        }
    }
    let repo = Repo::new();
    repo.import(&stream);
    repo
}

fn json(folder: &Path, arguments: &[&str]) -> Value {
    let mut all = vec!["diff", "--format", "json"];
    all.extend(arguments);
    let ran = dealgate(folder, &all);
    assert_eq!(ran.status, 0, "{}{}", ran.stdout, ran.stderr);
    let json = serde_json::from_str(&ran.stdout).expect("it is JSON");
    assert_fits(&json);
    json
}

/// Whatever is asked for here, it is as the schema says, and the schema knows every key.
fn assert_fits(json: &Value) {
    static SCHEMA: LazyLock<(Value, jsonschema::Validator)> = LazyLock::new(|| {
        let written = dealgate(&repository(""), &["schema", "diff"]).stdout;
        let schema = serde_json::from_str(&written).expect("it is JSON");
        let validator = jsonschema::validator_for(&schema).expect("it is a schema");
        (schema, validator)
    });
    let (schema, validator) = &*SCHEMA;
    let faults: Vec<_> = validator.iter_errors(json).map(|error| error.to_string()).collect();
    assert_eq!(faults, Vec::<String>::new());
    for key in json.as_object().expect("a map").keys() {
        assert!(schema.pointer(&format!("/properties/{key}/description")).is_some(), "{key}");
    }
}

/// The rows of the bridge that have deals, as `name: value (A, B)`.
fn bridge(json: &Value) -> Vec<String> {
    let rows = json["bridge"].as_array().expect("a list").iter();
    rows.filter(|row| row["deals"].as_array().is_some_and(|deals| !deals.is_empty()))
        .map(|row| {
            let deals = row["deals"].as_array().expect("a list").iter();
            let names: Vec<_> = deals.map(|part| name(&part["deal"])).collect();
            let text = |key: &str| row[key].as_str().expect("a text").to_owned();
            format!("{}: {} ({})", text("row"), text("value"), names.join(" "))
        })
        .collect()
}

fn name(deal: &Value) -> String {
    deal.as_str().expect("a text").rsplit('/').next().unwrap_or_default().to_uppercase()
}

/// The moves of the only matrix, as `from -> to: A B`.
fn matrix(json: &Value) -> Vec<String> {
    let matrices = json["stages"].as_array().expect("a list");
    assert_eq!(matrices.len(), 1);
    let moves = matrices[0]["moves"].as_array().expect("a list").iter();
    moves
        .map(|one| {
            let deals: Vec<_> = one["deals"].as_array().expect("a list").iter().map(name).collect();
            let text = |key: &str| one[key].as_str().expect("a text").to_owned();
            format!("{} -> {}: {}", text("from"), text("to"), deals.join(" "))
        })
        .collect()
}

fn assert_worked(json: &Value) {
    assert_eq!(
        bridge(json),
        [
            "open at start: 395000 (A B C D H J)",
            "new: 35000 (F G)",
            "reopened: 20000 (I)",
            "moved in: 30000 (E)",
            "increased: 10000 (C)",
            "decreased: -15000 (J)",
            "exchange rate: -5000 (H)",
            "moved out: -80000 (D)",
            "won: -110000 (A G)",
            "lost: -60000 (B)",
            "open at end: 220000 (C E F H I J)",
        ]
    );
    assert_eq!(
        matrix(json),
        [
            "not there -> prospect: F",
            "not there -> won: G",
            "qualified -> qualified: J",
            "qualified -> discovery: C",
            "discovery -> discovery: H",
            "discovery -> lost: B",
            "developed -> developed: D",
            "developed -> won: A",
            "proposed -> proposed: E",
            "lost -> discovery: I",
        ]
    );
    let figure =
        |of: &str, key: &str| json[of]["after"][key]["value"].as_str().unwrap_or_default().to_owned();
    assert_eq!(
        (figure("overall", "open"), figure("overall", "weighted")),
        ("300000".into(), "132250".into())
    );
    assert_eq!(
        (figure("in_window", "open"), figure("in_window", "weighted")),
        ("220000".into(), "84250".into())
    );
}

#[test]
fn the_worked_data_set_from_history_alone() {
    let folder = copied(&repository("tests/histories/metrics/squashed"));
    let json = json(folder.path(), &[DAYS, "--window", WINDOW, "--today", "2026-05-02"]);
    assert_worked(&json);
    assert_eq!(json["findings"], Value::Null, "history tells of none");
}

#[test]
fn the_worked_data_set_from_commits() {
    let repo = worked();
    let json = json(repo.path(), &[DAYS, "--window", WINDOW]);
    assert_worked(&json);
    assert!(json["base"]["revision"].is_string());
    assert!(json["findings"]["introduced"].is_array());
}

#[test]
fn the_worked_data_set_squashed_into_one_commit() {
    let repo = Repo::new();
    let folder = repository("tests/histories/metrics/squashed");
    for entry in walkdir::WalkDir::new(&folder) {
        let entry = entry.expect("it can be read");
        if entry.file_type().is_file() {
            let path = entry.path().strip_prefix(&folder).expect("it is below").to_string_lossy();
            repo.write(&path, &std::fs::read_to_string(entry.path()).expect("it is text"));
        }
    }
    repo.commit("2026-05-02", JANE, "Everything so far");
    assert_worked(&json(repo.path(), &[DAYS, "--window", WINDOW, "--today", "2026-05-02"]));
    // The end of the window as a commit, its start from history.
    repo.commit("2026-05-03", JANE, "Nothing");
    let late = json(repo.path(), &["@2026-03-31..HEAD", "--window", WINDOW]);
    assert_eq!(
        bridge(&late),
        bridge(&json(repo.path(), &[DAYS, "--window", WINDOW, "--today", "2026-05-02"]))
    );
}

#[test]
fn revisions_and_the_work_tree() {
    let repo = worked();
    let start = repo.git(&["rev-list", "-1", "--before=2026-04-01T00:00:00Z", "HEAD"]).trim().to_owned();
    let range = format!("{start}..HEAD");
    let rows = bridge(&json(repo.path(), &[&range, "--window", WINDOW]));
    assert_eq!(rows.last().map(String::as_str), Some("open at end: 220000 (C E F H I J)"));
    // The default: on the default branch itself, what is not committed.
    let quiet = json(repo.path(), &["--today", "2026-05-01"]);
    assert_eq!(quiet["deals"], Value::Array(vec![]));
    std::fs::remove_file(repo.path().join("deals/acme/c.yaml")).expect("it was there");
    let gone = json(repo.path(), &["--today", "2026-05-01", "--window", WINDOW]);
    assert_eq!(gone["deals"][0]["change"], "removed");
    assert!(bridge(&gone).contains(&"removed: -50000 (C)".to_owned()), "{:?}", bridge(&gone));
}

const WORKFLOW: &str = "\
currency = \"EUR\"
stages = [\"first\", \"second\", \"third\"]
[stage.first.requires]
asked = \"It is asked\"
[stage.second.requires]
priced = \"It is priced\"
[stage.third.requires]
signed = \"It is signed\"
";

fn deal(name: &str, stage: &str, more: &str) -> String {
    format!(
        "name: {name}\nstage: {stage}\nowner: jane@acme.example\namount: 100 EUR\nclose_date: 2026-06-01\n{more}"
    )
}

fn small() -> Repo {
    let repo = Repo::new();
    repo.write("workflows/acme.toml", WORKFLOW);
    repo.write("deals/acme/one.yaml", &deal("One", "first", "notes: the first of them, and rather long\n"));
    repo.write("deals/acme/two.yaml", &deal("Two", "first", ""));
    repo.commit("2026-05-01", JANE, "Start");
    repo
}

#[test]
fn deals_on_hold_stand_apart_from_what_is_open() {
    let repo = small();
    repo.write(
        "deals/acme/two.yaml",
        &deal("Two", "first", "on_hold: {from: 2026-05-02, until: 2026-07-01}\n"),
    );
    let json = json(repo.path(), &["--today", "2026-05-03", "--window", "2026"]);
    let count = |at: &str, figure: &str| json["overall"][at][figure]["deals"].as_u64();
    assert_eq!((count("before", "open"), count("before", "on_hold")), (Some(2), Some(0)));
    assert_eq!((count("after", "open"), count("after", "on_hold")), (Some(1), Some(1)));
    let shown = dealgate(repo.path(), &["diff", "--today", "2026-05-03", "--window", "2026"]).stdout;
    assert!(shown.contains("on hold     - -> 2026-05-02..2026-07-01"), "{shown}");
    assert!(shown.contains("all on hold: 0 (0 deals) -> 100 (1 deal)"), "{shown}");
    assert_eq!(
        bridge(&json),
        ["open at start: 200 (ONE TWO)", "put on hold: -100 (TWO)", "open at end: 100 (ONE)"]
    );
}

#[test]
fn what_did_not_change_counts_in_figures_and_tells_no_finding() {
    let repo = small();
    let slip = |name: &str| deal(name, "first", "sourse: a fair\n");
    for name in ["one", "two"] {
        repo.write(&format!("deals/acme/{name}.yaml"), &slip(name));
    }
    repo.commit("2026-05-02", JANE, "The same slip in both");
    repo.write("deals/acme/one.yaml", &slip("one").replace("100 EUR", "150 EUR"));
    let json = json(repo.path(), &["HEAD", "--today", "2026-05-03", "--window", "2026"]);
    assert_eq!(
        bridge(&json),
        ["open at start: 200 (ONE TWO)", "increased: 50 (ONE)", "open at end: 250 (ONE TWO)"]
    );
    let told: Vec<_> = json["findings"]["remaining"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|it| name(&it["deal"]))
        .collect();
    assert_eq!(told, ["ONE"]);
}

#[test]
fn a_renamed_deal_is_followed() {
    let repo = small();
    repo.git(&["switch", "--quiet", "-c", "topic"]);
    std::fs::create_dir_all(repo.path().join("deals/acme/big")).expect("a folder");
    repo.git(&["mv", "deals/acme/one.yaml", "deals/acme/big/uno.yaml"]);
    repo.commit("2026-05-02", JANE, "Rename");
    // Once more, not committed, and changed so much that git would not know it.
    std::fs::remove_file(repo.path().join("deals/acme/two.yaml")).expect("it was there");
    repo.write(
        "deals/acme/big/due.yaml",
        &deal("Two", "second", "done: {asked: 2026-05-02}\nsource: a fair\n"),
    );
    let json = json(repo.path(), &["--today", "2026-05-03"]);
    let deals: Vec<_> =
        json["deals"].as_array().expect("a list").iter().map(|deal| (&deal["deal"], &deal["was"])).collect();
    assert_eq!(deals.len(), 2, "{deals:?}");
    assert_eq!((deals[0].0, deals[0].1), (&"acme/big/due".into(), &"acme/two".into()));
    assert_eq!((deals[1].0, deals[1].1), (&"acme/big/uno".into(), &"acme/one".into()));
    assert_eq!(json["findings"]["introduced"], Value::Array(vec![]));
    assert_eq!(json["deals"][0]["met"][0], "asked");
}

#[test]
fn a_revert_leaves_nothing() {
    let repo = small();
    let start = repo.head();
    repo.write("deals/acme/one.yaml", &deal("One", "third", ""));
    repo.commit("2026-05-02", JANE, "Too far");
    let changed = json(repo.path(), &[&format!("{start}..HEAD")]);
    let broken = &changed["deals"][0]["broken"];
    assert_eq!(broken, &serde_json::json!(["asked", "priced"]));
    assert_eq!(changed["findings"]["introduced"].as_array().map(Vec::len), Some(2));
    repo.git_as("2026-05-03", JANE, &["revert", "--no-edit", "HEAD"]);
    let reverted = json(repo.path(), &[&format!("{start}..HEAD")]);
    assert_eq!(reverted["deals"], Value::Array(vec![]));
    assert_eq!(reverted["findings"]["introduced"], Value::Array(vec![]));
}

#[test]
fn two_branches_moved_one_deal_differently() {
    let repo = small();
    let start = repo.head();
    repo.git(&["switch", "--quiet", "-c", "raj"]);
    repo.write(
        "deals/acme/two.yaml",
        &deal("Two", "second", "done: {asked: 2026-05-02}\n").replace("100", "90"),
    );
    repo.commit("2026-05-02", RAJ, "Second, for less");
    repo.git(&["switch", "--quiet", "main"]);
    repo.write("deals/acme/two.yaml", &deal("Two", "first", "").replace("100", "120"));
    repo.commit("2026-05-03", JANE, "For more");
    // Seen from the branch, only its own change counts.
    let own = json(repo.path(), &["main...raj", "--window", "2026"]);
    assert_eq!(bridge(&own)[1], "decreased: -10 (TWO)");
    repo.git_as("2026-05-04", JANE, &["merge", "--quiet", "--strategy-option=theirs", "--no-edit", "raj"]);
    // Both commits reached the line, one after the other.
    let merged = json(repo.path(), &[&format!("{start}..HEAD"), "--window", "2026"]);
    assert_eq!(bridge(&merged)[1..3], ["increased: 20 (TWO)", "decreased: -30 (TWO)"]);
    let onto_main = json(repo.path(), &["HEAD^1..HEAD", "--window", "2026"]);
    assert_eq!(bridge(&onto_main)[1], "decreased: -30 (TWO)");
}

#[test]
fn a_stranger_changes_a_workflow() {
    let repo = small();
    repo.write("deals/acme/one.yaml", &deal("One", "second", "done: {asked: 2026-05-02}\n"));
    repo.write("deals/acme/two.yaml", &deal("Two", "second", ""));
    repo.commit("2026-05-02", JANE, "On");
    repo.git(&["switch", "--quiet", "-c", "topic"]);
    let changed = WORKFLOW.replace("asked = \"It is asked\"", "budget = \"The | budget @all **is** known\"");
    repo.write("workflows/acme.toml", &changed);
    repo.commit("2026-05-03", "Mallory <m@elsewhere.example>", "Trust me");
    let what_if = &json(repo.path(), &["main", "--what-if"])["what_if"];
    assert_eq!(what_if["failing"], serde_json::json!(["acme/one"]));
    assert_eq!(what_if["passing"], serde_json::json!([]));
    let rules = what_if["rules"].as_array().expect("a list");
    let by_rule: Vec<_> =
        rules.iter().map(|rule| (rule["rule"].as_str(), &rule["failing"], &rule["passing"])).collect();
    let (both, none) = (serde_json::json!(["acme/one", "acme/two"]), serde_json::json!([]));
    assert!(by_rule.contains(&(Some("budget"), &both, &none)), "{by_rule:?}");
    assert!(by_rule.contains(&(Some("asked"), &none, &serde_json::json!(["acme/two"]))), "{by_rule:?}");
    // What it costs: the open deals that fail it and their worth, before and after.
    let budget = rules.iter().find(|rule| rule["rule"] == "budget").expect("it is there");
    assert_eq!(
        (&budget["before"]["open"]["deals"], &budget["after"]["open"]["deals"]),
        (&0.into(), &2.into())
    );
    assert_eq!(budget["after"]["closed_won"], 0);
    let text = dealgate(repo.path(), &["diff", "main", "--what-if"]).stdout;
    assert!(text.contains("open deals that fail it: 0 before, 2 ("), "{text}");
    // Part of the comment without being asked for, and only text in it.
    let markdown = dealgate(repo.path(), &["diff", "main", "--format", "markdown"]).stdout;
    assert!(markdown.contains("**Changed rules**: of 2 deals 1 newly fail, 0 newly pass"), "{markdown}");
    assert!(
        !markdown.contains("@all") && !markdown.contains("**is**") && !markdown.contains("The | budget"),
        "{markdown}"
    );
}

#[test]
fn rules_and_the_later_moment_can_be_asked_for() {
    let repo = small();
    repo.write("dealgate.toml", "[provenance]\napprovals = \"authored\"\n");
    let approval = "asked = { title = \"It is asked\", approval = \"anyone\" }";
    repo.write("workflows/acme.toml", &WORKFLOW.replace("asked = \"It is asked\"", approval));
    repo.commit("2026-05-02", JANE, "Approvals");
    repo.git(&["switch", "--quiet", "-c", "topic"]);
    repo.write("workflows/acme.toml", WORKFLOW);
    repo.write("dealgate.toml", "");
    let done = "done: {asked: {date: 2026-05-03, by: dana@acme.example}}\n";
    repo.write("deals/acme/one.yaml", &deal("One", "second", done));
    repo.commit("2026-05-03", "Mallory <m@elsewhere.example>", "Trust me");
    repo.git(&["switch", "--quiet", "main"]);
    let introduced = |more: &[&str]| {
        let mut all = vec!["main", "--at", "topic"];
        all.extend(more);
        let json = json(repo.path(), &all);
        assert_eq!(json["deals"][0]["deal"], "acme/one", "the later moment is that of `--at`");
        let found = json["findings"]["introduced"].as_array().expect("a list").clone();
        found.iter().map(|it| it["code"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(introduced(&[]), Vec::<String>::new());
    assert_eq!(introduced(&["--rules", "main"]), ["approval-unproven"]);
    assert_eq!(
        introduced(&["--rules", "main", "--no-history"]),
        ["approval-unproven"],
        "nothing is proved then"
    );
    // That the branch changes rules is told all the same.
    let comment = ["diff", "main", "--at", "topic", "--rules", "main", "--format", "markdown"];
    assert!(dealgate(repo.path(), &comment).stdout.contains("**Changed rules**"));
    for (arguments, flag) in [
        (["diff", "main..topic", "--at", "topic"].as_slice(), "--at"),
        (["diff", "main", "--what-if", "--rules", "main"].as_slice(), "--rules"),
    ] {
        let ran = dealgate(repo.path(), arguments);
        assert_eq!(ran.status, 2, "{}", ran.stdout);
        assert!(ran.stderr.contains(flag), "{}", ran.stderr);
    }
}

#[test]
fn names_are_text_in_a_comment() {
    let repo = small();
    repo.write("deals/acme/one.yaml", &deal("\"<img src=x> | @octocat [x](http://evil) #1\"", "second", ""));
    let ran = dealgate(repo.path(), &["diff", "HEAD", "--format", "markdown", "--today", "2026-05-03"]);
    for trap in ["<img", "| @", " @octocat", "[x](", " #1"] {
        assert!(!ran.stdout.contains(trap), "{trap}: {}", ran.stdout);
    }
}

#[test]
fn what_cannot_be_compared_is_said_with_the_way_out() {
    let folder = copied(&repository("tests/histories/metrics/squashed"));
    let ran = dealgate(folder.path(), &["diff"]);
    assert_eq!(ran.status, 2);
    assert!(ran.stderr.contains("git"), "{}", ran.stderr);
    let ran = dealgate(folder.path(), &["diff", "@2026-04-30..@2026-03-31"]);
    assert_eq!(ran.status, 2);
    assert!(ran.stderr.contains("earlier day first"), "{}", ran.stderr);
    let ran = dealgate(folder.path(), &["diff", DAYS, "--window", "soon"]);
    assert_eq!(ran.status, 2);
    assert!(ran.stderr.contains("FY27-Q2"), "{}", ran.stderr);
}
