//! What `report changes` promises: it tells what `diff` tells, from commits and from `history`, and nothing gets lost.

use std::path::Path;

use serde_json::{Value, json};

use crate::diff::worked;
use crate::repo::{JANE, Repo};
use crate::run::{copied, dealgate, repository};

pub fn context(folder: &Path, arguments: &[&str]) -> Value {
    let mut all = vec!["report", "--format", "context"];
    all.extend(arguments);
    let ran = dealgate(folder, &all);
    assert_eq!(ran.status, 0, "{}{}", ran.stdout, ran.stderr);
    serde_json::from_str(&ran.stdout).expect("it is JSON")
}

/// The rows that have deals, as `Open at start: 395,000 (6)`, with what is open once they are added up.
pub fn bridge(of: &Value) -> Vec<String> {
    let rows = of["rows"].as_array().expect("a list").iter();
    rows.filter(|row| row["sum"]["deals"] != 0)
        .map(|row| {
            let digits = |of: &Value| of["digits"].as_str().expect("an amount").to_owned();
            let ids = row["parts"].as_array().expect("a list").iter().map(|part| last(&part["deal"]));
            let (title, level) = (row["title"].as_str().expect("a text"), digits(&row["level"]));
            let ids = ids.collect::<String>();
            format!("{title}: {} ({ids}) = {level}", digits(&row["sum"]["amount"]))
        })
        .collect()
}

fn last(id: &Value) -> String {
    id.as_str().expect("a text").rsplit('/').next().unwrap_or_default().to_uppercase()
}

/// The cells of the only matrix that have deals, as `Qualified > Discovery: 1 forward C`.
fn matrix(changes: &Value) -> Vec<String> {
    let matrices = changes["matrices"].as_array().expect("a list");
    assert_eq!(matrices.len(), 1);
    let columns = matrices[0]["columns"].as_array().expect("a list");
    let mut all = Vec::new();
    for row in matrices[0]["rows"].as_array().expect("a list") {
        for (cell, column) in row["cells"].as_array().expect("a list").iter().zip(columns) {
            if cell["count"] != 0 {
                let text = |of: &Value| of.as_str().expect("a text").to_owned();
                let (from, to) = (text(&row["place"]["name"]), text(&column["name"]));
                let moved = names(changes, &cell["deals"]);
                all.push(format!("{from} > {to}: {} {} {moved}", cell["count"], text(&cell["way"])));
            }
        }
    }
    all
}

/// The last parts of the ids of deals, by their positions.
pub fn names(changes: &Value, positions: &Value) -> String {
    let at = |position: &Value| {
        let position = if position.is_object() { &position["deal"] } else { position };
        let index = usize::try_from(position.as_u64().expect("a position")).expect("it is small");
        last(&changes["deals"][index]["id"])
    };
    positions.as_array().expect("a list").iter().map(at).collect::<String>()
}

fn assert_worked(model: &Value) {
    let changes = &model["changes"];
    assert_eq!(
        bridge(&changes["bridge"]),
        [
            "Open at start: 395,000 (ABCDHJ) = 395,000",
            "New: 35,000 (FG) = 430,000",
            "Reopened: 20,000 (I) = 450,000",
            "Moved in: 30,000 (E) = 480,000",
            "Increased: 10,000 (C) = 490,000",
            "Decreased: −15,000 (J) = 475,000",
            "Exchange rate: −5,000 (H) = 470,000",
            "Moved out: −80,000 (D) = 390,000",
            "Won: −110,000 (AG) = 280,000",
            "Lost: −60,000 (B) = 220,000",
            "Open at end: 220,000 (CEFHIJ) = 220,000",
        ]
    );
    assert_eq!(
        matrix(changes),
        [
            "not there > Prospect: 1 in F",
            "not there > won: 1 forward G",
            "Qualified > Qualified: 1 stayed ",
            "Qualified > Discovery: 1 forward C",
            "Discovery > Discovery: 1 stayed ",
            "Discovery > lost: 1 out B",
            "Developed > Developed: 1 stayed ",
            "Developed > won: 1 forward A",
            "Proposed > Proposed: 1 stayed ",
            "lost > Discovery: 1 in I",
        ]
    );
    let list = |key: &str| {
        let of = &changes[key];
        let items = if of["items"].is_array() { &of["items"] } else { &of["deals"] };
        format!("{} {}", names(changes, items), of["sum"]["amount"]["digits"].as_str().expect("an amount"))
    };
    let lists = ["won", "lost", "new", "reopened", "moved_forward", "moved_back", "pushed", "pulled_in"];
    assert_eq!(
        lists.map(list),
        ["AG 110,000", "B 60,000", "FG 35,000", "I 20,000", "C 50,000", " 0", "D 80,000", "E 30,000"]
    );
    assert_eq!(changes["lost"]["items"][0]["reason"], "price");
    assert_eq!(names(changes, &changes["amounts"]), "CJ");
    assert_eq!(changes["amounts"][1]["by"]["digits"], "−15,000");
    let weighted =
        |of: &Value, key: &str| of[key]["amount"]["digits"].as_str().expect("an amount").to_owned();
    assert_eq!(weighted(&changes["overall"], "weighted_after"), "132,250");
    assert_eq!(weighted(&changes["bridge"], "weighted_after"), "84,250");
    assert_eq!(changes["overall"]["open_after"]["deals"], 7);
}

const SINCE: [&str; 3] = ["changes", "--since", "@2026-03-31"];

#[test]
fn the_worked_data_set_from_history_alone() {
    let folder = copied(&repository("tests/histories/metrics/squashed"));
    let mut arguments = SINCE.to_vec();
    arguments.extend(["--today", "2026-04-30"]);
    let model = context(folder.path(), &arguments);
    assert_worked(&model);
    let changes = &model["changes"];
    assert_eq!(changes["bridge"]["from"]["from_history"], true);
    for key in ["findings", "gates_passed", "waivers_given"] {
        assert_eq!(changes[key], Value::Null, "history tells of none: not an empty list");
    }
    let pipeline = context(folder.path(), &["pipeline", "--today", "2026-04-30"]);
    assert_eq!(bridge(&pipeline["quarter"]), bridge(&changes["bridge"]), "the quarter began on 1 April");
    assert_eq!(pipeline["changes"], Value::Null, "nobody asked");
}

#[test]
fn the_worked_data_set_from_commits() {
    let repo = worked();
    let mut arguments = SINCE.to_vec();
    arguments.extend(["--at", "@2026-04-30"]);
    let model = context(repo.path(), &arguments);
    assert_worked(&model);
    assert!(model["changes"]["bridge"]["from"]["revision"].is_string());
    assert!(model["changes"]["gates_failed"].is_array());
    let without_git = context(repo.path(), &[&arguments[..], &["--no-history"]].concat());
    assert_eq!(without_git["changes"]["bridge"]["from"]["from_history"], true);
}

const WORKFLOW: &str = "\
currency = \"EUR\"
fiscal-year = { starts = \"01-01\", named-by = \"end\" }
stages = [\"first\", \"second\", \"third\"]
[stage.first.requires]
asked = \"It is asked\"
[stage.second.requires]
priced = \"It is priced\"
";

fn deal(name: &str, stage: &str, more: &str) -> String {
    format!("name: {name}\nstage: {stage}\nowner: jane@acme.example\namount: 100 EUR\n{more}")
}

/// A repository in which much happens between two commits.
fn eventful() -> Repo {
    let repo = Repo::new();
    repo.write("workflows/acme.toml", WORKFLOW);
    let asked = "done: {asked: 2026-05-01}\n";
    let date = "close_date: 2026-06-01\n";
    let waiver = |until: &str| {
        format!(
            "waivers: {{asked: {{reason: Known, by: dana@acme.example, date: 2026-05-01, until: {until}}}}}\n"
        )
    };
    repo.write("deals/acme/passes.yaml", &deal("Passes", "first", &format!("{asked}{date}")));
    repo.write("deals/acme/fails.yaml", &deal("Fails", "first", date));
    repo.write("deals/acme/runs-out.yaml", &deal("Runs out", "second", &waiver("2026-05-10")));
    repo.write("deals/acme/withdrawn.yaml", &deal("Withdrawn", "second", &waiver("2026-12-31")));
    repo.write("deals/acme/given.yaml", &deal("Given", "second", asked));
    repo.write("deals/acme/goes.yaml", &deal("Goes", "first", ""));
    repo.write(
        "deals/acme/back.yaml",
        &deal(
            "Back",
            "third",
            &format!("{asked}  priced: 2026-05-01\n").replace(
                "{asked: 2026-05-01}\n  priced: 2026-05-01",
                "{asked: 2026-05-01, priced: 2026-05-01}",
            ),
        ),
    );
    repo.write("deals/acme/old-name.yaml", &deal("Renamed", "first", ""));
    repo.write("deals/acme/rests.yaml", &deal("Rests", "first", ""));
    repo.commit("2026-05-04", JANE, "Start");
    repo.write(
        "deals/acme/passes.yaml",
        &deal("Passes", "second", &format!("{asked}close_date: 2026-07-15\n")),
    );
    repo.write("deals/acme/fails.yaml", &deal("Fails", "second", date).replace("jane@", "raj@"));
    repo.write("deals/acme/withdrawn.yaml", &deal("Withdrawn", "second", asked));
    repo.write("deals/acme/given.yaml", &deal("Given", "second", &waiver("2026-12-31")));
    repo.git(&["rm", "--quiet", "deals/acme/goes.yaml"]);
    repo.git(&["mv", "deals/acme/old-name.yaml", "deals/acme/new-name.yaml"]);
    repo.write(
        "deals/acme/back.yaml",
        &deal("Back", "second", "done: {asked: 2026-05-01}\nhistory:\n  - {date: 2026-05-18, stage: second, reason: Budget cut}\n"),
    );
    repo.commit("2026-05-20", JANE, "On");
    repo
}

#[test]
fn gates_waivers_and_what_else_happened() {
    let repo = eventful();
    let model = context(repo.path(), &["changes", "--since", "HEAD~1", "--today", "2026-05-20"]);
    let changes = &model["changes"];
    let told = |key: &str| {
        let of = &changes[key];
        let items = if of["items"].is_array() {
            &of["items"]
        } else if of.is_array() {
            of
        } else {
            &of["deals"]
        };
        names(changes, items)
    };
    assert_eq!(told("gates_passed"), "PASSES");
    assert_eq!(changes["gates_passed"][0]["stages"], json!(["first"]));
    assert_eq!(told("gates_failed"), "FAILS");
    assert_eq!(changes["gates_failed"][0]["missing"], json!(["It is asked"]));
    assert_eq!(told("waivers_given"), "GIVEN");
    assert_eq!(changes["waivers_given"][0]["reason"], "Known");
    assert_eq!(told("waivers_expired"), "RUNS-OUT");
    assert_eq!(told("waivers_withdrawn"), "WITHDRAWN");
    assert_eq!(told("removed"), "GOES");
    assert_eq!(told("moved_forward"), "FAILSPASSES");
    assert_eq!(told("moved_back"), "BACK");
    assert_eq!(changes["moved_back"]["items"][0]["reason"], "Budget cut");
    assert_eq!(told("pushed"), "PASSES");
    assert_eq!(told("owners"), "FAILS");
    assert_eq!(changes["not_changed"], 1, "one rests");
    let renamed = changes["deals"].as_array().expect("a list").iter().find(|deal| deal["fate"] == "renamed");
    assert_eq!(renamed.expect("there is one")["was"], "acme/old-name");
    let gone = changes["deals"].as_array().expect("a list").iter().find(|deal| deal["fate"] == "removed");
    assert_eq!(gone.expect("there is one")["file"]["url"], Value::Null);
    let owners: Vec<_> = changes["by_owner"].as_array().expect("a list").iter().map(|it| &it["id"]).collect();
    assert_eq!(owners, ["jane@acme.example", "raj@acme.example"], "by who owns them now");
    let introduced = changes["findings"]["introduced"].as_array().expect("a list");
    assert!(introduced.iter().any(|finding| finding["deal"] == "acme/fails"));
}

#[test]
fn filters_leave_deals_of_either_end() {
    let repo = eventful();
    let of = |more: &[&str]| {
        let mut arguments = vec!["changes", "--since", "HEAD~1", "--today", "2026-05-20"];
        arguments.extend(more);
        context(repo.path(), &arguments)["changes"].clone()
    };
    let raj = of(&["--owner", "raj"]);
    assert_eq!(names(&raj, &raj["moved_forward"]["items"]), "FAILS");
    assert_eq!(raj["removed"]["deals"], json!([]));
    let hers = of(&["--owner", "jane"]);
    assert_eq!(names(&hers, &hers["left"]["deals"]), "FAILS", "handed to Raj");
    assert_eq!(names(&hers, &hers["owners"]), "FAILS");
    assert_eq!(names(&hers, &hers["moved_forward"]["items"]), "PASSES", "Raj's deal is on his page");
    let findings = hers["findings"]["introduced"].as_array().expect("a list").iter();
    assert!(findings.clone().all(|finding| finding["deal"] != "acme/fails"), "and so are its findings");
    assert_eq!(raj["findings"]["fixed"], json!([]), "findings of deals left out are left out");
    let first = of(&["--stage", "first"]);
    assert_eq!(names(&first, &first["removed"]["deals"]), "GOES", "what is gone is taken as it was");
    assert_eq!(names(&first, &first["left"]["deals"]), "FAILSPASSES", "they stand in the second stage now");
    let june = of(&["--closing", "2026-06"]);
    assert_eq!(june["bridge"]["window"]["name"], "2026-06");
    assert_eq!(names(&june, &june["pushed"]["items"]), "PASSES", "the window is that of the bridge");
    let moved_out =
        june["bridge"]["rows"].as_array().expect("a list").iter().find(|row| row["row"] == "moved-out");
    assert_eq!(moved_out.expect("it is there")["sum"]["deals"], 1);
    let none = of(&["--owner", "raj", "--stage", "third"]);
    assert_eq!((&none["deals"], &none["overview"]), (&json!([]), &json!([])));
    let nobody = dealgate(repo.path(), &["report", "changes", "--company", "acme", "--owner", "nobody"]);
    assert!(nobody.status == 2 && nobody.stderr.contains("no deal has the owner"), "{}", nobody.stderr);
}

#[test]
fn a_week_is_the_default_and_odd_moments_are_refused() {
    let repo = eventful();
    let model = context(repo.path(), &["changes", "--today", "2026-05-21"]);
    assert_eq!(model["changes"]["bridge"]["from"]["day"]["iso"], "2026-05-14");
    assert_eq!(model["changes"]["bridge"]["to"]["day"]["iso"], "2026-05-21");
    for (since, said) in [("@2026-02-30", "2026-02-30"), ("nowhere", "nowhere")] {
        let ran = dealgate(repo.path(), &["report", "changes", "--since", since]);
        assert!(ran.status == 2 && ran.stderr.contains(said), "{since}: {}", ran.stderr);
    }
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("deals")).expect("a folder");
    std::fs::write(folder.path().join("deals/plain.yaml"), deal("Plain", "prospect", "")).expect("a file");
    let ran = dealgate(folder.path(), &["report", "changes", "--since", "HEAD~1"]);
    assert_eq!(ran.status, 2, "without git no revision is known: {}", ran.stdout);
    let plain = context(folder.path(), &["pipeline", "--today", "2026-11-23"]);
    assert_eq!(plain["quarter"], Value::Null, "no day of its deals is known: nothing is made up");
    let text = dealgate(folder.path(), &["report", "pipeline", "--today", "2026-11-23"]).stdout;
    assert!(text.contains("Not known: neither commits nor the history of deals reach back"), "{text}");
}

#[test]
fn a_context_with_changes_is_read_back_and_strange_ones_are_refused() {
    let repo = eventful();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("context.json");
    let file = file.to_str().expect("a name");
    let arguments = [
        "report",
        "changes",
        "--since",
        "HEAD~1",
        "--today",
        "2026-05-20",
        "--format",
        "context",
        "-o",
        file,
    ];
    assert_eq!(dealgate(repo.path(), &arguments).status, 0);
    let before = std::fs::read_to_string(file).expect("it was written");
    for format in ["html", "markdown", "context"] {
        let direct = dealgate(
            repo.path(),
            &["report", "changes", "--since", "HEAD~1", "--today", "2026-05-20", "--format", format],
        );
        let again =
            dealgate(folder.path(), &["report", "changes", "--from-context", file, "--format", format]);
        assert_eq!((again.status, again.stderr.as_str()), (0, ""));
        assert!(direct.stdout == again.stdout, "{format}");
    }
    let mut changed: Value = serde_json::from_str(&before).expect("it is JSON");
    changed["changes"]["pushed"]["items"][0]["deal"] = json!(99);
    std::fs::write(file, changed.to_string()).expect("a file");
    let refused = dealgate(folder.path(), &["report", "changes", "--from-context", file]);
    assert!(refused.status == 2 && refused.stderr.contains("position 99"), "{}", refused.stderr);
}

/// The lines of a Markdown report from a heading to the next of its rank.
fn section(folder: &Path, arguments: &[&str], heading: &str) -> String {
    let ran = dealgate(folder, &[&["report"], arguments].concat());
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let rest =
        ran.stdout.split_once(&format!("## {heading}\n")).unwrap_or_else(|| panic!("{}", ran.stdout)).1;
    rest.split("\n## ").next().unwrap_or_default().trim().to_owned()
}

#[test]
fn a_deal_tells_its_own_way() {
    let repo = worked();
    let day = ["--at", "@2026-04-30"];
    let page = |deal: &'static str| [&["deal", deal, "--since", "@2026-03-31"], &day[..]].concat();
    let history = section(repo.path(), &page("acme/d"), "History");
    let stays = "Open for 150 days. Close date pushed to a later quarter: 1 time.\n\n\
        | Stage | Entered | Left | Days | Allowed |\n| --- | --- | --- | ---: | ---: |\n\
        | Prospect | 1 Dec 2025 | 20 Feb 2026 | 81 (too long) | 30 |\n\
        | Developed | 20 Feb 2026 | still there | 69 (too long) | 45 |\n";
    assert!(history.starts_with(stays), "{history}");
    let turns: Vec<_> = history.lines().skip(9).collect();
    let told = [
        "| 1 Dec 2025 | stage Prospect; amount 80,000 EUR; close date 30 Jun 2026; owner raj@acme.example | — | Raj Rao ",
        "| 20 Feb 2026 | stage Prospect → Developed | — | Raj Rao ",
        "| 8 Apr 2026 | close date 30 Jun 2026 → 15 Jul 2026 | — | Jane Roe ",
    ];
    assert_eq!(turns.len(), told.len(), "{history}");
    for (turn, told) in turns.iter().zip(told) {
        assert!(turn.starts_with(told) && turn.len() == told.len() + 12, "with its commit: {turn}");
    }
    let changed = section(repo.path(), &page("acme/d"), "What changed since 31 Mar 2026");
    assert!(changed.ends_with("- close date 30 Jun 2026 → 15 Jul 2026"), "{changed}");
    let rested = section(repo.path(), &page("acme/h"), "What changed since 31 Mar 2026");
    assert!(rested.ends_with("Nothing that counts in sales."), "{rested}");
    let model = context(repo.path(), &[&["pipeline"], &day[..]].concat());
    let pushes = model["deals"].as_array().expect("a list").iter().map(|deal| &deal["pushes"]);
    assert_eq!(pushes.collect::<Vec<_>>(), [0, 0, 0, 1, 0, 0, 0, 0, 0, 0], "D alone");
    let what = [&["pipeline", "--since", "@2026-04-13"], &day[..]].concat();
    let happened = section(repo.path(), &what, "What changed since 13 Apr 2026");
    assert!(happened.contains("| Won | 2 | 110,000 | Line 4, Spare parts |"), "{happened}");
    assert!(happened.contains("| Reopened | 1 | 20,000 | Warehouse |"), "{happened}");
}

#[test]
fn what_is_too_large_to_be_summed_up_has_no_price() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("deals")).expect("a folder");
    for name in ["a", "b", "c"] {
        let huge = "name: Huge\nstage: prospect\namount: 79228162514264337593543950335 EUR\nopened: 2026-11-20\n\
            close_date: 2026-12-01\nprobability: 90%\n";
        std::fs::write(folder.path().join(format!("deals/{name}.yaml")), huge).expect("a file");
    }
    let day = ["--today", "2026-11-23"];
    for command in
        [&["diff", "@2026-11-01..@2026-11-23"][..], &["report", "changes"], &["report", "trend"], &["report"]]
    {
        let ran = dealgate(folder.path(), &[command, &day[..]].concat());
        assert_eq!((ran.status, ran.stderr.as_str()), (0, ""), "{command:?}");
    }
    let model = context(folder.path(), &[&["changes"], &day[..]].concat());
    let new = &model["changes"]["new"]["sum"];
    assert_eq!((&new["deals"], &new["not_priced"]), (&json!(3), &json!(3)));
}
