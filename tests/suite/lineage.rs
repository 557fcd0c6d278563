//! Which deal is which from commit to commit, and what figures say of deals that go, come back, wait or are noted late.

use std::path::Path;

use serde_json::Value;

use crate::changes::{context, names};
use crate::repo::{JANE, Repo};
use crate::run::dealgate;

const RULES: &str = "currency = \"EUR\"\nstages = [\"prospect\", \"proposed\", \"signed\"]\n";

/// A repository with the rules above.
fn workspace() -> Repo {
    let repo = Repo::new();
    repo.write(
        "dealgate.toml",
        "currency = \"EUR\"\n[rates]\nUSD = { 2026-01-01 = 0.90, 2026-04-15 = 0.80 }\n",
    );
    repo.write("workflows/w.toml", RULES).commit("2026-03-01", JANE, "Rules");
    repo
}

/// A deal of 100 EUR that closes in June.
fn deal(name: &str, more: &str) -> String {
    let amount = if more.contains("amount:") { "" } else { "amount: 100 EUR\n" };
    let date = if more.contains("close_date:") { "" } else { "close_date: 2026-06-01\n" };
    format!("name: {name}\nstage: proposed\n{amount}{date}{more}\n")
}

fn write(repo: &Repo, id: &str, text: &str) {
    repo.write(&format!("deals/w/{id}.yaml"), text);
}

fn remove(repo: &Repo, id: &str) {
    std::fs::remove_file(repo.path().join(format!("deals/w/{id}.yaml"))).expect("it was there");
}

fn diff(folder: &Path, range: &str) -> Value {
    let window = ["--window", "2026-04-01..2026-06-30", "--format", "json", "--today", "2026-04-30"];
    let ran = dealgate(folder, &[&["diff", range], &window[..]].concat());
    assert_eq!(ran.status, 0, "{}{}", ran.stdout, ran.stderr);
    serde_json::from_str(&ran.stdout).expect("it is JSON")
}

/// The rows that have deals, as `name value (a b)`.
fn bridge(json: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().expect("a text").trim_start_matches("w/").to_owned();
    let rows = json["bridge"].as_array().expect("a list").iter();
    let row = |row: &Value| {
        let deals: Vec<_> = row["deals"].as_array()?.iter().map(|part| text(&part["deal"])).collect();
        let shown = format!("{} {} ({})", text(&row["row"]), text(&row["value"]), deals.join(" "));
        Some(shown).filter(|_| !deals.is_empty())
    };
    rows.filter_map(row).collect()
}

/// The deals that changed, as `deal change`.
fn changed(json: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().trim_start_matches("w/").to_owned();
    let deals = json["deals"].as_array().expect("a list").iter();
    deals.map(|it| format!("{} {}", text(&it["deal"]), text(&it["change"]))).collect()
}

fn matrix(json: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let moves = json["stages"].as_array().expect("a list").iter().filter_map(|it| it["moves"].as_array());
    moves.flatten().map(|it| format!("{} -> {}", text(&it["from"]), text(&it["to"]))).collect()
}

const APRIL: &str = "@2026-03-31..@2026-04-30";

#[test]
fn a_copy_is_a_new_deal_and_the_one_it_was_copied_from_stays_won() {
    let repo = workspace();
    write(&repo, "acme-2025", &deal("ACME", ""));
    repo.commit("2026-03-10", JANE, "Start");
    let won = "outcome: {result: won, date: 2026-04-10}";
    write(&repo, "acme-2025", &deal("ACME", won));
    repo.commit("2026-04-10", JANE, "Won");
    let copy = deal("ACME", "amount: 200 EUR").replace("proposed", "prospect");
    write(&repo, "acme-2026", &copy);
    repo.commit("2026-04-15", JANE, "Copied");
    remove(&repo, "acme-2025");
    repo.commit("2026-04-20", JANE, "Archived");
    let json = diff(repo.path(), APRIL);
    assert_eq!(
        bridge(&json),
        [
            "open at start 100 (acme-2025)",
            "new 200 (acme-2026)",
            "won -100 (acme-2025)",
            "open at end 200 (acme-2026)"
        ]
    );
    assert_eq!(matrix(&json), ["not there -> prospect", "proposed -> not there"]);
    assert_eq!(changed(&json), ["acme-2025 removed", "acme-2026 new"]);
    let arguments = ["changes", "--since", "@2026-03-31", "--today", "2026-04-30"];
    let changes = context(repo.path(), &arguments)["changes"].clone();
    assert_eq!(names(&changes, &changes["won"]["items"]), "ACME-2025");
    assert_eq!(names(&changes, &changes["removed"]["deals"]), "ACME-2025");
    assert_eq!(names(&changes, &changes["new"]["deals"]), "ACME-2026");
    let trend = context(repo.path(), &["trend", "--today", "2026-04-30"])["trend"].clone();
    let april = trend["points"].as_array().expect("a list").last().expect("April").clone();
    assert_eq!(april["won"]["amount"]["amount"], "100.00", "archived within its own period");
    assert_eq!(april["open"]["deals"], 1);
}

#[test]
fn what_was_won_in_the_window_counts_in_it_though_its_file_was_archived() {
    let figures = |repo: &Repo, more: &[&str]| {
        let all = context(repo.path(), &[&["pipeline", "--today", "2026-06-30"], more].concat());
        let won = |figures: &Value| {
            let won = &figures["won"];
            (won["deals"].as_u64().expect("a count"), won["amount"]["amount"].as_str().map(str::to_owned))
        };
        let of = |list: &str| -> Vec<_> {
            let slices = all[list].as_array().expect("a list").iter();
            slices.map(|slice| won(&slice["figures"])).filter(|won| won.0 > 0).collect()
        };
        let whole = won(&all["figures"]);
        assert_eq!(of("by_company"), vec![whole.clone(); usize::from(whole.0 > 0)]);
        assert_eq!(of("owners"), of("by_company"));
        (whole, all)
    };
    let owned = "owner: jane@acme.example";
    let won = |day: &str| format!("{owned}\noutcome: {{result: won, date: {day}}}");
    let repo = workspace();
    for (id, day, amount) in
        [("early", "2026-03-20", 7), ("kept", "2026-04-10", 30), ("gone", "2026-04-15", 100)]
    {
        let text = deal(&id.to_uppercase(), &format!("amount: {amount} USD\n{}", won(day)));
        write(&repo, id, &text);
        repo.commit(day, JANE, "Won");
    }
    write(&repo, "open", &deal("OPEN", owned));
    repo.commit("2026-04-20", JANE, "Open");
    let (both, _) = figures(&repo, &[]);
    assert_eq!(both, (2, Some("107.00".to_owned())), "30 x 0.90 and 100 x 0.80");
    // On disk, in a commit of the window, in one after it: the figure stays.
    for id in ["early", "gone", "open"] {
        remove(&repo, id);
    }
    assert_eq!(figures(&repo, &[]).0, both);
    repo.commit("2026-05-02", JANE, "Archived");
    let (now, all) = figures(&repo, &[]);
    assert_eq!(now, both);
    assert_eq!(all["figures"]["open"]["deals"], 0, "what was open and went is not open");
    assert_eq!(all["figures"]["cycle"]["unknown"], 2);
    assert_eq!(all["deals"].as_array().map(Vec::len), Some(1), "a row is a file");
    let later = ["--today", "2026-08-01", "--closing", "2026-04-01..2026-06-30"];
    let arguments = [&["pipeline"], &later[..]].concat();
    assert_eq!(context(repo.path(), &arguments)["figures"]["won"]["deals"], 2);
    assert_eq!(figures(&repo, &["--owner", "tom"]).0.0, 0);
    assert_eq!(figures(&repo, &["--owner", "jane"]).0, both);
    assert_eq!(figures(&repo, &["--no-history"]).0.0, 1, "nobody asks commits");
    let bridge = context(repo.path(), &["changes", "--since", "@2026-03-31", "--today", "2026-06-30"]);
    assert_eq!(bridge["changes"]["won"]["items"].as_array().map(Vec::len), Some(2), "one definition");
    // Renamed on disk, it counts once.
    let from = repo.path().join("deals/w/kept.yaml");
    std::fs::rename(from, repo.path().join("deals/w/moved.yaml")).expect("it is there");
    assert_eq!(figures(&repo, &[]).0, both);
}

#[test]
fn a_file_that_is_alike_is_no_successor() {
    let repo = workspace();
    let template = "# What every deal here says.\n".repeat(30);
    write(&repo, "old", &format!("{template}{}", deal("Old", "customer: Initech")));
    repo.commit("2026-03-10", JANE, "Start");
    remove(&repo, "old");
    write(&repo, "new", &format!("{template}{}", deal("Other", "amount: 70 EUR\ncustomer: Initech")));
    repo.commit("2026-04-10", JANE, "One went, another came");
    let json = diff(repo.path(), APRIL);
    let rows = ["open at start 100 (old)", "new 70 (new)", "removed -100 (old)", "open at end 70 (new)"];
    assert_eq!(bridge(&json), rows);
    let ran = dealgate(repo.path(), &["export", "visits", "--today", "2026-04-30"]).stdout;
    assert!(ran.contains("w/new,deals/w/new.yaml,w,proposed,2,2026-04-10,,20,"), "{ran}");
    // The same customer and amount, the same origin, or the same name make it the same deal.
    for (before, after) in [
        ("customer: Initech", "customer: Initech\nnotes: more"),
        ("amount: 5 EUR\norigin: {system: crm, id: x}", "amount: 6 EUR\norigin: {id: x, system: crm}"),
    ] {
        let repo = workspace();
        write(&repo, "old", &format!("{template}{}", deal("Old", before)));
        repo.commit("2026-03-10", JANE, "Start");
        remove(&repo, "old");
        write(&repo, "new", &format!("{template}{}", deal("New", after)));
        repo.commit("2026-04-10", JANE, "Renamed");
        assert_eq!(changed(&diff(repo.path(), APRIL)), ["new renamed"], "{after}");
    }
}

#[test]
fn a_path_that_another_deal_takes_over_is_two_deals() {
    let repo = workspace();
    write(&repo, "a", &deal("A", ""));
    write(&repo, "b", &deal("B", "amount: 30 EUR"));
    repo.commit("2026-03-10", JANE, "Start");
    remove(&repo, "a");
    repo.commit("2026-04-05", JANE, "Gone");
    repo.git(&["mv", "deals/w/b.yaml", "deals/w/a.yaml"]);
    repo.commit("2026-04-10", JANE, "Moved there");
    let json = diff(repo.path(), APRIL);
    assert_eq!(bridge(&json), ["open at start 130 (a a)", "removed -100 (a)", "open at end 30 (a)"]);
}

#[test]
fn what_is_deleted_and_put_back_is_in_both_rows() {
    let repo = workspace();
    write(&repo, "away", &deal("Away", ""));
    write(&repo, "late", &deal("Late", "amount: 30 EUR"));
    repo.commit("2026-03-10", JANE, "Start");
    remove(&repo, "late");
    repo.commit("2026-03-20", JANE, "One is gone");
    remove(&repo, "away");
    write(&repo, "short", &deal("Short", "amount: 7 EUR\nopened: 2026-02-01"));
    repo.commit("2026-04-05", JANE, "Another, too");
    write(&repo, "away", &deal("Away", ""));
    write(&repo, "late", &deal("Late", "amount: 30 EUR"));
    remove(&repo, "short");
    repo.commit("2026-04-12", JANE, "They are back");
    let json = diff(repo.path(), APRIL);
    assert_eq!(
        bridge(&json),
        [
            "open at start 100 (away)",
            "new 7 (short)",
            "restored 130 (away late)",
            "removed -107 (away short)",
            "open at end 130 (away late)"
        ]
    );
    assert_eq!(changed(&json), ["away restored", "late restored", "short removed"]);
    assert_eq!(matrix(&json), ["not there -> proposed", "proposed -> proposed"]);
    let arguments = ["changes", "--since", "@2026-03-31", "--today", "2026-04-30"];
    let changes = context(repo.path(), &arguments)["changes"].clone();
    assert_eq!(names(&changes, &changes["restored"]["deals"]), "AWAYLATE");
    assert_eq!(names(&changes, &changes["removed"]["deals"]), "AWAYSHORT");
    assert_eq!(names(&changes, &changes["new"]["deals"]), "SHORT");
    let ran = dealgate(repo.path(), &["export", "history", "--today", "2026-04-30"]).stdout;
    let files: Vec<_> = ran.lines().filter(|row| row.contains(",file,")).collect();
    assert_eq!(files.len(), 5, "{files:?}");
    assert!(files[0].starts_with("w/away,deals/w/away.yaml,w,2026-04-05,file,deals/w/away.yaml,,commit,"));
    assert!(files[1].starts_with("w/away,deals/w/away.yaml,w,2026-04-12,file,,deals/w/away.yaml,commit,"));
}

#[test]
fn the_page_of_a_deal_tells_when_its_file_went_and_came_back() {
    let repo = workspace();
    write(&repo, "a", &deal("A", ""));
    repo.commit("2026-04-01", JANE, "Start");
    let file = |more: &[&str]| -> Vec<String> {
        let all = context(repo.path(), &[&["deal", "w/a", "--today", "2026-04-30"], more].concat());
        let timeline = all["deals"][0]["sheet"]["timeline"].as_array().expect("a list").clone();
        let told = timeline.iter().flat_map(|entry| {
            let changes = entry["changes"].as_array().expect("a list").iter();
            changes.map(|it| {
                let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
                let (day, by) = (text(&entry["date"]["iso"]), text(&entry["by"]));
                assert!(it["key"] != "file" || it["before"].is_null());
                format!("{day} {} {} {by}", text(&it["key"]), text(&it["after"]))
            })
        });
        told.filter(|it| it.contains(" file ") || it.contains(" amount ")).collect()
    };
    assert_eq!(file(&[]), ["2026-04-01 amount 100 EUR Jane Roe"]);
    remove(&repo, "a");
    repo.commit("2026-04-05", JANE, "Away");
    // On disk again, and in no commit yet.
    write(&repo, "a", &deal("A", ""));
    let away = ["2026-04-01 amount 100 EUR Jane Roe", "2026-04-05 file deleted Jane Roe"];
    assert_eq!(file(&[]), [&away[..], &["2026-04-30 file restored -"]].concat());
    write(&repo, "a", &deal("A", "amount: 120 EUR"));
    repo.commit("2026-04-09", JANE, "Back, with another amount");
    let back = ["2026-04-09 file restored Jane Roe", "2026-04-09 amount 120 EUR Jane Roe"];
    assert_eq!(file(&[]), [&away[..], &back].concat());
    assert_eq!(file(&["--at", "HEAD"]), file(&[]));
    assert_eq!(file(&["--no-history"]).iter().filter(|it| it.contains("file")).count(), 0);
    for format in ["html", "markdown"] {
        let arguments = ["report", "deal", "w/a", "--today", "2026-04-30", "--format", format];
        let page = dealgate(repo.path(), &arguments).stdout;
        assert!(page.contains("File deleted") && page.contains("File restored"), "{page}");
    }
}

#[test]
fn every_section_ends_on_the_day_that_is_asked_for() {
    let repo = workspace();
    write(&repo, "a", &deal("A", "amount: 100 USD"));
    repo.commit("2026-03-10", JANE, "Start");
    let start = repo.head();
    write(&repo, "b", &deal("B", ""));
    repo.commit("2026-04-10", JANE, "Later");
    let arguments = ["changes", "--at", &start, "--since", "@2026-03-31", "--today", "2026-04-20"];
    let bridge = &context(repo.path(), &arguments)["changes"]["bridge"];
    assert_eq!(bridge["to"]["day"]["iso"], "2026-04-20");
    let shown = crate::changes::bridge(bridge);
    assert_eq!(
        shown,
        ["Open at start: 90 (A) = 90", "Exchange rate: −10 (A) = 80", "Open at end: 80 (A) = 80"],
        "by the line of that revision, at the rates of that day"
    );
    let pipeline = context(repo.path(), &["--at", &start, "--today", "2026-04-20"]);
    assert_eq!(pipeline["quarter"]["to"]["day"]["iso"], "2026-04-20", "it is there");
}

#[test]
fn what_waits_is_not_open() {
    let repo = workspace();
    let wait = |until: &str| format!("on_hold: {{from: 2026-03-05, until: {until}, reason: so}}");
    write(&repo, "ends", &deal("Ends", &wait("2026-04-09")));
    write(&repo, "begins", &deal("Begins", ""));
    write(&repo, "won", &deal("Won", &wait("2026-05-09")));
    repo.commit("2026-03-10", JANE, "Start");
    write(&repo, "begins", &deal("Begins", "on_hold: {from: 2026-04-20, reason: so}"));
    write(&repo, "won", &deal("Won", "outcome: {result: won, date: 2026-04-15}"));
    repo.commit("2026-04-15", JANE, "On");
    let json = diff(repo.path(), APRIL);
    assert_eq!(
        bridge(&json),
        [
            "open at start 100 (begins)",
            "taken off hold 200 (ends won)",
            "put on hold -100 (begins)",
            "won -100 (won)",
            "open at end 100 (ends)"
        ]
    );
    for (at, deals) in [("before", 1), ("after", 1)] {
        assert_eq!(json["in_window"][at]["open"]["deals"], deals);
        assert_eq!(json["overall"][at]["open"]["deals"], deals);
    }
}

#[test]
fn what_history_knows_of_the_start_is_there_though_its_file_is_gone() {
    let repo = workspace();
    write(&repo, "a", &deal("A", "opened: 2026-01-10"));
    repo.commit("2026-04-05", JANE, "Imported");
    remove(&repo, "a");
    repo.commit("2026-04-12", JANE, "Gone");
    let early = diff(repo.path(), "@2026-02-20..@2026-04-30");
    assert_eq!(bridge(&early), ["open at start 100 (a)", "removed -100 (a)"], "no commit reaches so far");
    assert_eq!(matrix(&early), ["proposed -> not there"]);
    let json = diff(repo.path(), APRIL);
    assert_eq!(bridge(&json), ["new 100 (a)", "removed -100 (a)"], "came and went");
}

#[test]
fn a_commit_that_is_dated_before_its_parent_was_made_after_it() {
    let repo = workspace();
    write(&repo, "a", &deal("A", ""));
    repo.commit("2026-04-10", JANE, "A clock that is right");
    write(&repo, "a", &deal("A", "amount: 300 EUR"));
    repo.commit("2026-04-02", JANE, "One that is not");
    let open = |at: &str| context(repo.path(), &["--at", at])["figures"]["open"]["amount"]["amount"].clone();
    assert_eq!((open("@2026-04-10"), open("HEAD")), ("300.00".into(), "300.00".into()));
    let early = dealgate(repo.path(), &["export", "deals", "--at", "@2026-04-09", "--format", "json"]).stdout;
    assert_eq!(early.trim(), "[]", "neither was made by then");
    let header = context(repo.path(), &["--at", "HEAD"])["header"]["today"]["iso"].clone();
    assert_eq!(header, "2026-04-10");
    let ran = dealgate(repo.path(), &["export", "history", "--today", "2026-04-30"]).stdout;
    let days: Vec<_> = ran.lines().skip(1).filter_map(|row| row.split(',').nth(3)).collect();
    assert!(days.iter().all(|day| *day == "2026-04-10"), "{ran}");
}

fn with_entries(history: &str, more: &str) -> Repo {
    let repo = workspace();
    write(&repo, "a", &deal("A", &format!("{more}\nhistory:\n{history}")));
    repo
}

#[test]
fn the_last_closing_of_a_day_counts_and_what_is_taken_back_resets_no_clock() {
    let begun = "  - {date: 2026-01-10, stage: proposed}\n";
    let again = format!(
        "{begun}  - {{date: 2026-03-10, outcome: won}}\n  - {{date: 2026-04-05, outcome: open}}\n  \
         - {{date: 2026-04-05, outcome: won}}\n"
    );
    let won = "outcome: {result: won, date: 2026-03-10}";
    let repo = with_entries(again.split_inclusive('\n').take(2).collect::<String>().as_str(), won);
    repo.commit("2026-03-12", JANE, "Won");
    write(&repo, "a", &deal("A", &format!("{}\nhistory:\n{again}", won.replace("03-10", "04-05"))));
    repo.commit("2026-04-05", JANE, "Won again");
    let trend = context(repo.path(), &["trend", "--today", "2026-04-30"])["trend"].clone();
    let won = |at: usize| trend["points"][at]["won"]["deals"].clone();
    assert_eq!((won(2), won(3)), (1.into(), 1.into()), "in March, and once more in April");
    assert_eq!(
        bridge(&diff(repo.path(), APRIL)),
        ["reopened 100 (a)", "won -100 (a)"],
        "it was opened again to be won"
    );
    let back =
        format!("{begun}  - {{date: 2026-03-10, outcome: lost}}\n  - {{date: 2026-03-10, outcome: open}}\n");
    let visits = |repo: &Repo| dealgate(repo.path(), &["export", "visits", "--today", "2026-04-10"]).stdout;
    let told = visits(&with_entries(&back, ""));
    assert!(told.ends_with("proposed,2,2026-01-10,,90,\n"), "by entries: {told}");
    let repo = workspace();
    write(&repo, "a", &deal("A", ""));
    repo.commit("2026-03-02", JANE, "Start");
    write(&repo, "a", &deal("A", "outcome: {result: lost, date: 2026-03-10, reason: so}"));
    repo.commit("2026-03-10T09:00:00+00:00", JANE, "Lost");
    write(&repo, "a", &deal("A", ""));
    repo.commit("2026-03-10T15:00:00+00:00", JANE, "Not at all");
    assert!(visits(&repo).ends_with("proposed,2,2026-03-02,,39,\n"), "by commits");
}

#[test]
fn of_what_was_closed_when_it_was_first_seen_nobody_knows_when_it_began() {
    let repo = workspace();
    write(&repo, "a", &deal("A", "outcome: {result: won, date: 2026-04-08}"));
    write(&repo, "b", &deal("B", "opened: 2026-03-29\noutcome: {result: won, date: 2026-04-08}"));
    repo.commit("2026-04-08", JANE, "Won");
    let figures = context(repo.path(), &["--today", "2026-04-30"])["figures"].clone();
    assert_eq!(figures["cycle"]["days"], serde_json::json!([10]), "of the one that says when");
    let ran = dealgate(repo.path(), &["export", "visits", "--today", "2026-04-30"]).stdout;
    assert!(ran.contains("w/a,deals/w/a.yaml,w,proposed,2,,2026-04-08,,won\n"), "{ran}");
    assert_eq!(bridge(&diff(repo.path(), APRIL)), ["new 200 (a b)", "won -200 (a b)"]);
}

#[test]
fn what_came_and_closed_in_between_is_new_whenever_it_was_to_close() {
    let repo = workspace();
    repo.commit("2026-03-31", JANE, "Nothing yet");
    write(&repo, "a", &deal("A", "close_date: 2026-09-01"));
    write(&repo, "b", &deal("B", "close_date: 2026-09-01"));
    repo.commit("2026-04-05", JANE, "Start");
    write(&repo, "a", &deal("A", "close_date: 2026-09-01\noutcome: {result: won, date: 2026-04-20}"));
    write(
        &repo,
        "b",
        &deal("B", "close_date: 2026-09-01\noutcome: {result: lost, date: 2026-04-20, reason: so}"),
    );
    repo.commit("2026-04-20", JANE, "Ended");
    assert_eq!(bridge(&diff(repo.path(), APRIL)), ["new 200 (a b)", "won -100 (a)", "lost -100 (b)"]);
    let known = "@2026-04-10..@2026-04-30";
    assert_eq!(bridge(&diff(repo.path(), known)), ["moved in 200 (a b)", "won -100 (a)", "lost -100 (b)"]);
}

#[test]
fn lost_and_won_without_opening_again_is_a_row_each() {
    let repo = workspace();
    write(&repo, "a", &deal("A", "outcome: {result: lost, date: 2026-03-10, reason: so}"));
    repo.commit("2026-03-10", JANE, "Lost");
    write(&repo, "a", &deal("A", "outcome: {result: won, date: 2026-04-10}"));
    repo.commit("2026-04-10", JANE, "Won after all");
    assert_eq!(bridge(&diff(repo.path(), APRIL)), ["reopened 100 (a)", "won -100 (a)"]);
}

#[test]
fn a_deal_begins_on_the_earlier_day_and_at_its_rate() {
    let repo = workspace();
    repo.commit("2026-03-31", JANE, "Nothing yet");
    write(&repo, "a", &deal("A", "amount: 100 USD\nopened: 2026-04-05"));
    repo.commit("2026-04-18", JANE, "Written late");
    let rows = ["new 90 (a)", "exchange rate -10 (a)", "open at end 80 (a)"];
    assert_eq!(bridge(&diff(repo.path(), APRIL)), rows);
    let age = |folder: &Path| context(folder, &["--today", "2026-04-30"])["deals"][0]["age"].clone();
    assert_eq!(age(repo.path()), 25);
    write(&repo, "a", &deal("A", "amount: 100 USD\nopened: 2026-04-25"));
    assert_eq!(age(repo.path()), 12, "the file was there before that");
}

#[test]
fn a_closing_that_was_noted_late_has_its_own_rate() {
    let repo = workspace();
    write(&repo, "a", &deal("A", "amount: 100 USD"));
    repo.commit("2026-03-10", JANE, "Start");
    write(&repo, "a", &deal("A", "amount: 100 USD\noutcome: {result: won, date: 2026-04-10}"));
    repo.commit("2026-04-25", JANE, "Noted late");
    let rows = ["open at start 80 (a)", "exchange rate 10 (a)", "won -90 (a)"];
    assert_eq!(bridge(&diff(repo.path(), "@2026-04-20..@2026-04-30")), rows);
}
