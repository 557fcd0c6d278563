//! What an import tells of the past, and what it proposes from it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use crate::imports::{DAY, adds_up, files};
use crate::run::{Ran, copied, dealgate, repository};

fn import(folder: &Path, words: &[&str]) -> Ran {
    dealgate(folder, &[&["import"], words, &DAY].concat())
}

fn write(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    std::fs::write(path, text).expect("a file");
}

/// What was so of each deal on a day, as the history tells it.
fn on(changes: &[serde_json::Value], day: &str) -> BTreeMap<(String, String), String> {
    let mut found = BTreeMap::new();
    for change in changes.iter().filter(|change| change["day"].as_str().is_some_and(|it| it <= day)) {
        let text = |key: &str| change[key].as_str().unwrap_or_default().to_owned();
        found.insert((text("deal"), text("key")), text("after"));
    }
    found
}

fn changes(folder: &Path) -> Vec<serde_json::Value> {
    let ran = dealgate(folder, &["export", "history", "--format", "jsonl", DAY[0], DAY[1]]);
    let mut rows: Vec<serde_json::Value> =
        ran.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    rows.sort_by_key(|row| row["day"].as_str().unwrap_or_default().to_owned());
    rows
}

/// Stage, amount and outcome by the id of a deal.
type TestDeals = BTreeMap<u64, (String, u64, String)>;

#[test]
fn each_dated_export_is_what_the_history_says_of_its_day() {
    let mut seed = 20_261_130_u64;
    let mut next = move |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    for round in 0..6 {
        let folder = copied(&repository("tests/imports/csv/dated"));
        std::fs::remove_dir_all(folder.path().join("history")).expect("it is there");
        let mut deals = TestDeals::new();
        let mut told: Vec<(String, TestDeals)> = Vec::new();
        for month in 1..=6 {
            for id in 0..8 {
                if deals.contains_key(&id) && next(3) > 0 || !deals.contains_key(&id) && next(2) > 0 {
                    continue;
                }
                let stage = ["prospect", "qualified", "discovery", "proposed"]
                    [usize::try_from(next(4)).expect("small")];
                let status =
                    ["open", "open", "open", "won", "lost"][usize::try_from(next(5)).expect("small")];
                deals.insert(id, (stage.to_owned(), 1 + next(9), status.to_owned()));
            }
            let mut text = "id,name,stage,amount,currency,status\n".to_owned();
            for (id, (stage, amount, status)) in &deals {
                _ = writeln!(text, "{id},deal {id},{stage},{amount},EUR,{status}");
            }
            let day = format!("2026-{month:02}-28");
            write(folder.path(), &format!("history/all_{}.csv", day.replace('-', "_")), &text);
            write(folder.path(), "export.csv", &text);
            told.push((day, deals.clone()));
        }
        let ran = import(folder.path(), &["export.csv", "--history", "history"]);
        assert_eq!(ran.status, 0, "round {round}: {}{}", ran.stdout, ran.stderr);
        adds_up(&ran.stdout);
        let changes = changes(folder.path());
        for (day, deals) in &told {
            let so = on(&changes, day);
            for (id, (stage, amount, status)) in deals {
                let of = |key: &str| so.get(&(format!("acme/deal-{id}"), key.to_owned())).cloned();
                let shown = format!("round {round}, deal {id} on {day}");
                assert_eq!(of("stage").as_ref(), Some(stage), "{shown}");
                assert_eq!(of("amount"), Some(format!("{amount} EUR")), "{shown}");
                assert_eq!(of("outcome").unwrap_or_else(|| "open".to_owned()), *status, "{shown}");
            }
        }
        let before = files(folder.path());
        let again = import(folder.path(), &["export.csv", "--history", "history"]);
        assert!(again.status == 0 && before == files(folder.path()), "round {round}: {}", again.stdout);
    }
}

#[test]
fn a_folder_of_exports_names_its_days() {
    let folder = copied(&repository("tests/imports/csv/dated"));
    write(folder.path(), "history/latest.csv", "id,name,stage\n");
    let ran = import(folder.path(), &["export.csv", "--history", "history"]);
    assert!(ran.status == 2 && ran.stderr.contains("does not name the one day"), "{}", ran.stderr);
    std::fs::remove_file(folder.path().join("history/latest.csv")).expect("it is there");
    write(folder.path(), "history/all-20260630.csv", "id,name,stage\n");
    let ran = import(folder.path(), &["export.csv", "--history", "history"]);
    assert!(ran.status == 2 && ran.stderr.contains("tells of 2026-06-30, and so does"), "{}", ran.stderr);
    write(folder.path(), "history/all-20260630.csv", "");
    std::fs::remove_file(folder.path().join("history/all-20260630.csv")).expect("it is there");
    write(folder.path(), "history/deals-2026-11-24.csv", "id,name,stage\n");
    for more in [&[][..], &["--propose-workflow"]] {
        let ran = import(folder.path(), &[&["export.csv", "--history", "history"], more].concat());
        let told = "tells of 2026-11-24 by its name, and it is 2026-11-23";
        assert!(ran.status == 2 && ran.stderr.contains(told), "{}{}", ran.stdout, ran.stderr);
    }
    std::fs::remove_file(folder.path().join("history/deals-2026-11-24.csv")).expect("it is there");
    let july = "id,name,stage\n1,Press,Nowhere\n";
    write(folder.path(), "history/deals-2026-07-31.csv", july);
    let ran = import(folder.path(), &["export.csv", "--history", "history"]);
    assert!(
        ran.stdout.contains("history/deals-2026-07-31.csv:2: `stage`: `Nowhere` is no stage"),
        "{}",
        ran.stdout
    );
    assert!(files(folder.path()).is_empty());
}

#[test]
fn older_turns_go_before_what_a_person_wrote() {
    let folder = copied(&repository("tests/imports/salesforce/fields"));
    assert_eq!(import(folder.path(), &["export.csv"]).status, 0);
    let path = folder.path().join("deals/acme/press.yaml");
    let text = std::fs::read_to_string(&path).expect("a deal");
    let own = "history:\n  # Jane was there\n  - {date: 2026-06-08, stage: discovery, reason: we met}\n";
    std::fs::write(&path, format!("{text}{own}")).expect("a file");
    let ran = import(folder.path(), &["export.csv", "--history", "history.csv"]);
    assert_eq!(ran.status, 0, "{}{}", ran.stdout, ran.stderr);
    let now = std::fs::read_to_string(&path).expect("a deal");
    let (_, history) = now.split_once("\nhistory:\n").expect("a history");
    let days: Vec<&str> = history
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("- "))
        .map(|entry| &entry.trim_start_matches('{')[6..16])
        .collect();
    assert_eq!(days, ["2026-05-11", "2026-06-08", "2026-06-12", "2026-06-29"], "{now}");
    assert!(now.contains(own.trim_start_matches("history:")), "the comment stays with its entry: {now}");
    let before = files(folder.path());
    assert_eq!(import(folder.path(), &["export.csv", "--history", "history.csv"]).status, 0);
    assert_eq!(before, files(folder.path()), "the second import changes a byte");
}

/// A year of a pipeline, told by a report of stages: 30 deals, of which every third is won.
fn pipeline(folder: &Path) {
    let mut export = "Opportunity ID,Opportunity Name,Stage,Amount Currency,Amount,Probability (%),Close Date,Lost Reason\n".to_owned();
    let mut past = "Opportunity ID,From Stage,To Stage,Last Modified\n".to_owned();
    for deal in 0..30 {
        let id = format!("0064W00000abC{deal:02}");
        let ends = if deal % 3 == 0 { "Closed Won" } else { "Closed Lost" };
        let reason = if deal % 3 == 0 { "" } else { ["Price, \"too\" high", "No decision"][deal % 2] };
        _ = writeln!(
            export,
            "{id},Deal {deal},{ends},EUR,{}.00,0,2026-06-{:02},\"{}\"",
            1000 + deal,
            1 + deal % 28,
            reason.replace('"', "\"\"")
        );
        let far = if deal % 3 == 0 { 3 } else { deal % 3 };
        let stages = ["Zeta: first", "Alpha", "Mid \"way\""];
        _ = writeln!(past, "{id},,{},2026-01-{:02}", stages[0], 1 + deal % 9);
        let month = |at: usize| format!("2026-{:02}-{:02}", 1 + at, 1 + deal % 9);
        for at in 1..far.min(3) {
            _ = writeln!(
                past,
                "{id},{},{},{}",
                stages[at - 1].replace('"', ""),
                format_args!("\"{}\"", stages[at].replace('"', "\"\"")),
                month(at)
            );
        }
        _ = writeln!(past, "{id},x,{ends},{}", month(far));
    }
    write(folder, "export.csv", &export);
    write(folder, "past.csv", &past.replace(",x,", ",,"));
}

#[test]
fn a_workflow_is_proposed_from_what_was_won() {
    let folder = tempfile::tempdir().expect("a folder");
    pipeline(folder.path());
    let ran = import(folder.path(), &["export.csv", "--history", "past.csv", "--propose-workflow"]);
    assert_eq!(ran.status, 0, "{}{}", ran.stdout, ran.stderr);
    for line in [
        "stages = [\"zeta-first\", \"alpha\", \"mid-way\"]  # the order in which 20 deals went through them",
        "currency = \"EUR\"  # of 30 of 30 amounts",
        "name = \"Mid \\\"way\\\"\"  # 10 deals stood here",
        "probability = 1  # of 10 that came this far and ended, 10 were won",
        "probability = 0.33  # of 30 that came this far and ended, 10 were won",
        "max-days = 31  # 4 of 5 of 30 stays of 30 deals were no longer",
        "reasons = [  # of 20 lost deals that give one",
        "  \"Price, \\\"too\\\" high\",  # 10",
    ] {
        assert!(ran.stdout.contains(line), "{line}\n{}", ran.stdout);
    }
    write(folder.path(), "workflows/sales.toml", &ran.stdout);
    write(folder.path(), "dealgate.toml", "default-workflow = \"sales\"\n");
    let check = dealgate(folder.path(), &["check", DAY[0], DAY[1]]);
    assert_eq!(check.status, 0, "{}{}", check.stdout, check.stderr);
    // And the export that it was made from fits it.
    let ran = import(folder.path(), &["export.csv", "--history", "past.csv"]);
    assert!(ran.stdout.contains("30 read = 0 dropped + 30 new"), "{}{}", ran.stdout, ran.stderr);
}

#[test]
fn few_deals_make_no_figure_and_hostile_labels_no_other_key() {
    let folder = tempfile::tempdir().expect("a folder");
    write(
        folder.path(),
        "export.csv",
        "id,name,stage,status,reason,probability\n1,A,\"x\"\"\n[lost]\nreasons = []\",open,,10\n2,B,商談,open,,20\n3,C,=1+1,lost,\"a\nb\",0\n4,D,::error::,won,,100\n",
    );
    let ran = import(folder.path(), &["export.csv", "--propose-workflow"]);
    assert_eq!(ran.status, 0, "{}{}", ran.stdout, ran.stderr);
    assert!(
        !ran.stdout.lines().any(|line| line.starts_with("probability") || line.starts_with("max-days")),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains("#probability = ") && ran.stdout.contains("#reasons = ["), "{}", ran.stdout);
    write(folder.path(), "workflows/sales.toml", &ran.stdout);
    write(folder.path(), "dealgate.toml", "default-workflow = \"sales\"\n");
    let check = dealgate(folder.path(), &["check", DAY[0], DAY[1]]);
    assert_eq!(check.status, 0, "{}{}", check.stdout, check.stderr);
    // Every key that stands as a comment may be used as it is.
    let keys: String = ran
        .stdout
        .lines()
        .map(|line| line.strip_prefix('#').filter(|rest| !rest.starts_with(' ')).unwrap_or(line))
        .fold(String::new(), |all, line| all + line + "\n");
    write(folder.path(), "workflows/sales.toml", &keys);
    let check = dealgate(folder.path(), &["check", DAY[0], DAY[1]]);
    assert_eq!(check.status, 0, "{keys}\n{}{}", check.stdout, check.stderr);
}

#[test]
fn a_proposal_is_for_one_pipeline() {
    let folder = copied(&repository("tests/imports/hubspot/pipelines"));
    let ran = import(folder.path(), &["export.csv", "--propose-workflow"]);
    assert!(
        ran.status == 2 && ran.stderr.contains("`Partner Pipeline` (2 deals), `Sales Pipeline` (2 deals)"),
        "{}",
        ran.stderr
    );
    let ran = import(folder.path(), &["export.csv", "--propose-workflow", "--pipeline", "partner pipeline"]);
    assert!(ran.stdout.contains("stages = [\"qualified\", \"trading\"]"), "{}{}", ran.stdout, ran.stderr);
    let ran = import(folder.path(), &["export.csv", "--propose-workflow", "--pipeline", "other"]);
    assert!(ran.status == 2 && ran.stderr.contains("no deals of a pipeline `other`"), "{}", ran.stderr);
    assert!(files(folder.path()).is_empty());
}

#[test]
fn what_old_deals_miss_is_asked_of_new_ones() {
    let folder = copied(&repository("tests/imports/salesforce/fields"));
    let workflow = folder.path().join("workflows/acme.toml");
    let before = std::fs::read_to_string(&workflow).expect("a workflow");
    let missing =
        |folder: &Path| dealgate(folder, &["check", "deals/acme/press.yaml", DAY[0], DAY[1]]).stdout;
    let ran = import(folder.path(), &["export.csv", "--history", "history.csv", "--grandfather"]);
    assert!(
        ran.stdout.contains("workflows/acme.toml: 1 requirement asked since 2026-11-23"),
        "{}{}",
        ran.stdout,
        ran.stderr
    );
    assert!(!ran.stdout.contains("What these deals miss"), "{}", ran.stdout);
    let after = std::fs::read_to_string(&workflow).expect("a workflow");
    let line = "budget-known = \"The customer has named a budget\"";
    let new = "budget-known = { title = \"The customer has named a budget\", since = 2026-11-23 }";
    assert_eq!(after, before.replace(line, new));
    assert!(!missing(folder.path()).contains("requirement-unmet"));
    let again = import(folder.path(), &["export.csv", "--history", "history.csv", "--grandfather"]);
    assert!(!again.stdout.contains("asked since"), "{}", again.stdout);
    assert_eq!(after, std::fs::read_to_string(&workflow).expect("a workflow"));
}

#[test]
fn the_monthly_bridges_of_what_was_imported_sum_exactly() {
    for (case, history) in [
        ("salesforce/fields", "history.csv"),
        ("salesforce/history", "history.csv"),
        ("csv/dated", "history"),
    ] {
        let folder = copied(&repository(&format!("tests/imports/{case}")));
        write(
            folder.path(),
            "dealgate.toml",
            "currency = \"EUR\"\nrates = { USD = 0.9 }\n[people]\n\"jane@acme.example\" = \"Jane Roe\"\n\"raj@acme.example\" = \"Raj Rao\"\n",
        );
        let ran = import(folder.path(), &["export.csv", "--history", history]);
        assert_eq!(ran.status, 0, "{case}: {}{}", ran.stdout, ran.stderr);
        let days = ["01-31", "02-28", "03-31", "04-30", "05-31", "06-30", "07-31", "08-31", "09-30", "10-31"];
        let mut before: Option<(f64, u64, String)> = None;
        let mut moved = false;
        for pair in days.windows(2) {
            let range = format!("@2026-{}..@2026-{}", pair[0], pair[1]);
            let words = ["diff", &range, "--window", "all", "--format", "json", DAY[0], DAY[1]];
            let ran = dealgate(folder.path(), &words);
            let json: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
            let bridge = json["bridge"].as_array().expect("rows");
            let unknown = |row: &serde_json::Value| row["not_priced"].as_u64().expect("a count");
            // Nobody knows what a deal was worth before the first export that has it: then the row has no value, and says
            // of how many deals it lacks one.
            let value = |row: &serde_json::Value| {
                if let Some(value) = row["value"].as_str() {
                    return value.parse().expect("a number");
                }
                let of = row["deals"].as_array().expect("deals").len();
                assert!(of > 0 && unknown(row) == of as u64, "{case} {range}: {row}");
                0.0
            };
            let values: Vec<f64> = bridge.iter().map(value).collect();
            let (last, rows) = values.split_last().expect("rows");
            assert!((rows.iter().sum::<f64>() - last).abs() < 1e-6, "{case} {range}: {values:?}");
            if let Some((end, lacks, range)) = &before {
                assert!((end - values[0]).abs() < 1e-6, "{case} after {range}: {values:?}");
                assert_eq!(*lacks, unknown(&bridge[0]), "{case} after {range}");
            }
            moved |= rows[1..].iter().any(|value| *value != 0.0);
            before = Some((*last, unknown(&bridge[bridge.len() - 1]), range));
        }
        assert!(moved, "{case}");
    }
}
