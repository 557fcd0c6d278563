//! What figures say of deals that are archived, of a revision that is looked at on another day, and of clocks that went
//! wrong. Which deal is which from commit to commit is shown by `tests/histories`.

use serde_json::Value;

use crate::changes::context;
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
    let listed = all["closing"].as_array().map_or(0, Vec::len);
    let deleted = all["closed_and_deleted"].as_array().expect("a list");
    assert_eq!((listed, deleted.len()), (1, 1), "the list has what the figure counts");
    assert_eq!((&deleted[0]["id"], &deleted[0]["deleted"]["iso"]), (&"w/gone".into(), &"2026-05-02".into()));
    for (format, row) in
        [("markdown", "| GONE, file deleted 2 May 2026 | Won |"), ("html", "file deleted 2 May 2026")]
    {
        let page = dealgate(repo.path(), &["report", "--today", "2026-06-30", "--format", format]).stdout;
        assert!(page.contains(row), "{format}: {page}");
    }
    let later = ["--today", "2026-08-01", "--closing", "2026-04-01..2026-06-30"];
    let arguments = [&["pipeline"], &later[..]].concat();
    assert_eq!(context(repo.path(), &arguments)["figures"]["won"]["deals"], 2);
    let nobody = dealgate(repo.path(), &["report", "--owner", "tom", "--today", "2026-06-30"]);
    assert!(nobody.status == 2 && nobody.stderr.contains("no deal has the owner `tom`"), "{}", nobody.stderr);
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
