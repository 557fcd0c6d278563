//! Every figure of the worked data set, and the traps that other systems fell into, read from the JSON that templates see.

use std::path::Path;

use serde_json::{Value, json};

use crate::run::{copied, dealgate, repository};

/// The worked data set of ten deals, as a workspace.
const DATA_SET: &str = "tests/cases/report/metrics-at-e/input";

/// The day at whose end the figures are worked out.
const E: &str = "2026-04-30";

fn context(workspace: &Path, more: &[&str]) -> Value {
    let mut arguments = vec!["report", "--format", "context"];
    arguments.extend(more);
    if !more.contains(&"--today") {
        arguments.extend(["--today", E]);
    }
    // What git knows of this repository's own files is no part of the data.
    let ran = dealgate(copied(workspace).path(), &arguments);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    serde_json::from_str(&ran.stdout).expect("it is JSON")
}

fn at_e() -> Value {
    context(&repository(DATA_SET), &[])
}

/// Deals and amount of a sum, as `7 deals, 300000.00`.
fn sum(of: &Value) -> String {
    assert_eq!(of["not_priced"], 0);
    format!("{} deals, {}", of["deals"], of["amount"]["amount"].as_str().expect("an amount"))
}

fn deal<'a>(model: &'a Value, name: &str) -> &'a Value {
    let mut deals = model["deals"].as_array().expect("a list").iter();
    deals.find(|deal| deal["name"] == name).unwrap_or_else(|| panic!("there is no deal {name}"))
}

fn stage<'a>(model: &'a Value, id: &str) -> &'a Value {
    let mut stages = model["stages"].as_array().expect("a list").iter();
    stages.find(|stage| stage["id"] == id).unwrap_or_else(|| panic!("there is no stage {id}"))
}

#[test]
fn open_and_weighted_pipeline() {
    let model = at_e();
    let figures = &model["figures"];
    assert_eq!(sum(&figures["open"]), "7 deals, 300000.00");
    assert_eq!(sum(&figures["open_in_window"]), "6 deals, 220000.00");
    assert_eq!(figures["weighted"]["amount"]["amount"], "132250.00");
    assert_eq!(figures["weighted_in_window"]["amount"]["amount"], "84250.00");
    assert_eq!(
        model["header"]["window"]["from"]["iso"], "2026-04-01",
        "today's fiscal quarter is the window"
    );
    assert_eq!(model["header"]["window"]["until"]["iso"], "2026-06-30");
    assert_eq!(model["closing"], json!([1, 0, 6, 7, 2, 9, 8, 4, 5]), "by the day they close or closed");
}

#[test]
fn categories_and_landing() {
    let model = at_e();
    let buckets = model["figures"]["categories"].as_array().expect("a list");
    let shown = |key: &str| -> Vec<String> {
        let amount = |bucket: &Value| bucket[key]["amount"]["digits"].as_str().map(str::to_owned);
        let one = |bucket: &Value| Some(format!("{} {}", bucket["id"].as_str()?, amount(bucket)?));
        buckets.iter().filter_map(one).collect()
    };
    assert_eq!(
        shown("single")[..4],
        ["closed 110,000", "commit 30,000", "best-case 110,000", "pipeline 80,000"]
    );
    assert_eq!(shown("single")[4..], ["slipped 0", "slipped-before 0", "omitted 0", "uncategorised 0"]);
    let cumulative = ["closed 110,000", "commit 140,000", "best-case 250,000", "pipeline 330,000"];
    assert_eq!(shown("cumulative"), cumulative, "what stands apart adds to nothing");
    assert_eq!(model["figures"]["landing"]["commit"]["text"], "140,000 EUR");
    assert_eq!(model["figures"]["landing"]["weighted"]["text"], "194,250 EUR");
}

#[test]
fn win_rate_cycle_and_velocity() {
    for (window, model) in
        [("the quarter", at_e()), ("April", context(&repository(DATA_SET), &["--closing", "2026-04"]))]
    {
        let figures = &model["figures"];
        assert_eq!(figures["win_rate"]["by_count"]["text"], "66.7 %", "{window}");
        assert_eq!(figures["win_rate"]["by_value"]["text"], "64.7 %", "{window}");
        assert_eq!(figures["cycle"]["days"], json!([22, 100]), "{window}");
        assert_eq!(figures["cycle"]["mean"]["text"], "61.0", "{window}");
        assert_eq!(sum(&figures["won"]), "2 deals, 110000.00", "{window}");
        assert_eq!(sum(&figures["lost"]), "1 deals, 60000.00", "{window}");
    }
    assert_eq!(at_e()["figures"]["velocity"]["amount"], "4207.65");
}

#[test]
fn days_in_stage_and_stalled() {
    let model = at_e();
    let discovery = &stage(&model, "discovery")["days"];
    assert_eq!(discovery["finished"], json!([19, 33, 33]));
    assert_eq!(discovery["finished_mean"]["text"], "28.3");
    assert_eq!(discovery["open"], json!([12, 14, 56]), "those that run stand apart");
    for (name, days) in [("H", 56), ("C", 12), ("I", 14)] {
        assert_eq!(deal(&model, name)["days_in_stage"], days, "{name}");
    }
    let stalled = deal(&model, "J");
    assert_eq!((&stalled["days_in_stage"], &stalled["age"]), (&json!(108), &json!(118)));
    let others = model["deals"].as_array().expect("a list").iter().filter(|deal| deal["stalled"] == true);
    assert_eq!(others.count(), 1);
    assert_eq!(stage(&model, "qualified")["stalled"], 1);
    assert_eq!(
        stage(&model, "developed")["days"]["finished"],
        json!([35]),
        "E skipped it: no stay, not one of 0"
    );
}

#[test]
fn coverage_and_currency() {
    let model = at_e();
    let coverage = &model["figures"]["coverage"];
    assert_eq!(coverage["ratio"]["text"], "0.76");
    assert_eq!(coverage["to_win"]["amount"], "290000.00");
    let only = &model["by_company"][0]["figures"];
    assert_eq!(
        (&only["target"], &only["coverage"]),
        (&model["figures"]["target"], coverage),
        "the only company's target is the workspace's"
    );
    assert_eq!(
        deal(&model, "H")["value"]["amount"],
        "40000.00",
        "at the rate of today, not of when it was opened"
    );
    assert_eq!(deal(&model, "H")["amount"]["text"], "50,000 USD");
    let rate = &model["header"]["rates"][0];
    assert_eq!((&rate["currency"], &rate["since"]["iso"]), (&"USD".into(), &"2026-04-15".into()));
    let before = context(&repository(DATA_SET), &["--today", "2026-03-31"]);
    assert_eq!(deal(&before, "H")["value"]["amount"], "45000.00", "the latest rate on or before the day");
}

#[test]
fn filters_leave_what_they_say_and_are_told() {
    let workspace = repository(DATA_SET);
    let jane = context(&workspace, &["--owner", "JANE", "--stage", "discovery"]);
    let names: Vec<_> = jane["deals"].as_array().expect("a list").iter().map(|deal| &deal["name"]).collect();
    assert_eq!(names, ["B", "C", "H", "I"]);
    assert_eq!(jane["header"]["filters"]["owners"], json!(["JANE"]));
    assert_eq!(jane["figures"]["target"], Value::Null, "an owner's part of the target is not known");
    let in_june = context(&workspace, &["--closing", "2026-06"]);
    assert_eq!(sum(&in_june["figures"]["open"]), "4 deals, 130000.00");
    assert_eq!(in_june["header"]["window"]["is_default"], false);
    let one = context(&workspace, &["--company", "all", "--closing", "2026-04-01..2026-06-30"]);
    assert_eq!(one["header"]["window"]["quarters"], json!(["FY26-Q2"]), "a quarter by whatever name");
    for (arguments, said) in [
        (["--stage", "discovry"], "did you mean `discovery`?"),
        (["--company", "al"], "did you mean `all`?"),
        (["--closing", "june"], "write a period as"),
    ] {
        let mut all = vec!["report"];
        all.extend(arguments);
        let ran = dealgate(&workspace, &all);
        assert!(ran.status == 2 && ran.stderr.contains(said), "{arguments:?}: {}", ran.stderr);
    }
}

/// A workspace with a workflow of two stages and some deals; `half` has the probability 50 %, `unknown` none.
fn workspace(settings: &str, deals: &[(&str, &str)]) -> tempfile::TempDir {
    const WORKFLOW: &str = "currency = \"EUR\"\nstages = [\"half\", \"unknown\", \"sold\"]\n\
        [stage.half]\nprobability = 0.5\ncategory = \"commit\"\n\
        [stage.sold]\nprobability = 1\ncategory = \"closed\"\n";
    let folder = tempfile::tempdir().expect("a folder");
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    };
    write("dealgate.toml", settings);
    write("workflows/w.toml", WORKFLOW);
    for (name, rest) in deals {
        write(&format!("deals/w/{name}.yaml"), &format!("name: {name}\n{rest}\n"));
    }
    folder
}

fn figures(settings: &str, deals: &[(&str, &str)]) -> Value {
    let folder = workspace(settings, deals);
    context(folder.path(), &[])["figures"].clone()
}

#[test]
fn trap_the_sum_is_rounded_instead_of_each_deal() {
    let small = "stage: half\namount: 0.05\nclose_date: 2026-05-01";
    let figures = figures("", &[("a", small), ("b", small), ("c", small)]);
    assert_eq!(figures["weighted"]["amount"]["amount"], "0.09");
}

#[test]
fn trap_the_mean_probability_of_unequal_deals() {
    let deals = [
        ("a", "stage: half\namount: 100\nprobability: 90%"),
        ("b", "stage: half\namount: 900\nprobability: 10%"),
    ];
    assert_eq!(figures("", &deals)["weighted"]["amount"]["amount"], "180.00");
}

#[test]
fn trap_a_missing_probability_is_neither_nothing_nor_certain() {
    let deals = [("a", "stage: half\namount: 100"), ("b", "stage: unknown\namount: 1000")];
    let figures = figures("", &deals);
    assert_eq!(figures["weighted"]["amount"]["amount"], "50.00");
    assert_eq!(
        (&figures["weighted"]["deals"], &figures["weighted"]["no_probability"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(sum(&figures["open"]), "2 deals, 1100.00");
}

#[test]
fn trap_nothing_to_divide_by_is_not_zero() {
    let settings = "currency = \"EUR\"\n[targets]\nFY26-Q2 = 0\n";
    for deals in
        [&[][..], &[("a", "stage: half\noutcome: {result: disqualified, date: 2026-04-02, reason: x}")][..]]
    {
        let figures = figures(settings, deals);
        for key in ["by_count", "by_value"] {
            assert_eq!(figures["win_rate"][key], Value::Null, "{key}");
        }
        for key in ["velocity", "coverage", "concentration"] {
            assert_eq!(figures[key], Value::Null, "{key}");
        }
        assert_eq!(figures["cycle"]["mean"], Value::Null);
    }
}

#[test]
fn trap_currencies_are_not_mixed() {
    let deals = [
        ("a", "stage: half\namount: 100 EUR"),
        ("b", "stage: half\namount: 100 USD"),
        ("c", "stage: half\namount: 100 GBP"),
        ("d", "stage: half"),
    ];
    let figures = figures("currency = \"EUR\"\n[rates]\nUSD = 0.9\n", &deals);
    assert_eq!(figures["open"]["amount"]["amount"], "190.00");
    assert_eq!((&figures["open"]["deals"], &figures["open"]["not_priced"]), (&json!(4), &json!(2)));
    assert_eq!(figures["weighted"]["not_priced"], 2);
}

#[test]
fn trap_lost_deals_and_those_on_hold_are_in_no_forecast() {
    let date = "\nclose_date: 2026-05-05";
    let deals = [
        ("held", format!("stage: half\namount: 100\non_hold: {{until: 2026-05-01, reason: x}}{date}")),
        (
            "lost",
            format!("stage: half\namount: 200\noutcome: {{result: lost, date: 2026-04-02, reason: x}}{date}"),
        ),
        ("past", "stage: half\namount: 400\nclose_date: 2026-04-29".to_owned()),
        ("older", "stage: half\namount: 800\nclose_date: 2026-03-31".to_owned()),
        ("sold", format!("stage: sold\namount: 1600{date}")),
        (
            "held-no-more",
            format!("stage: half\namount: 3200\non_hold: {{until: 2026-04-29, reason: x}}{date}"),
        ),
    ];
    let deals: Vec<_> = deals.iter().map(|(name, rest)| (*name, rest.as_str())).collect();
    let figures = figures("", &deals);
    assert_eq!(sum(&figures["on_hold"]), "1 deals, 100.00");
    assert_eq!(sum(&figures["open"]), "4 deals, 6000.00");
    let buckets = figures["categories"].as_array().expect("a list");
    let single: Vec<_> = buckets.iter().map(|bucket| sum(&bucket["single"])).collect();
    let none = "0 deals, 0.00";
    let commit = "2 deals, 4800.00";
    assert_eq!(single, [none, commit, none, none, "1 deals, 400.00", "1 deals, 800.00", none, none]);
}

#[test]
fn a_closed_deal_is_priced_at_the_rate_of_its_day() {
    let settings = "currency = \"EUR\"\n[rates]\nUSD = { 2026-01-01 = 0.90, 2026-04-15 = 0.80 }\n";
    let won = |day: &str| format!("stage: sold\namount: 100 USD\noutcome: {{result: won, date: {day}}}");
    let (early, late) = (won("2026-04-14"), won("2026-04-15"));
    let undated = "stage: sold\namount: 100 USD\noutcome: {result: won}";
    let figures = figures(settings, &[("a", &early), ("b", &late), ("c", undated)]);
    assert_eq!(sum(&figures["won"]), "2 deals, 170.00");
    assert_eq!(figures["closed_undated"]["deals"], 1, "counted, and in no window");
}

#[test]
fn the_context_is_read_back_to_the_byte_and_fits_its_schema() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("context.json");
    let file = file.to_str().expect("a name");
    for workspace in [DATA_SET, "tests/showcase"] {
        let workspace = copied(&repository(workspace));
        let workspace = workspace.path();
        for report in ["pipeline", "deal"] {
            let written =
                dealgate(workspace, &["report", report, "--format", "context", "--today", E, "-o", file]);
            assert_eq!((written.status, written.stdout.as_str()), (0, ""), "{}", written.stderr);
            let again =
                dealgate(folder.path(), &["report", report, "--format", "context", "--from-context", file]);
            assert_eq!(again.stderr, "");
            assert!(std::fs::read_to_string(file).expect("it was written") == again.stdout, "{report}");
            let same = dealgate(
                workspace,
                &["report", report, "--format", "context", "--today", E, "--check", "-o", file],
            );
            assert_eq!((same.status, same.stdout.as_str()), (0, ""));
        }
    }
    let stale = dealgate(
        copied(&repository("tests/showcase")).path(),
        &["report", "--format", "context", "--today", "2026-05-01", "--check", "-o", file],
    );
    assert_eq!(stale.status, 1);
    assert!(stale.stdout.contains("@@ "), "{}", stale.stdout);
    let schema = dealgate(folder.path(), &["schema", "report"]);
    let schema: Value = serde_json::from_str(&schema.stdout).expect("it is JSON");
    let model = context(&repository(DATA_SET), &[]);
    let keys =
        |value: &Value| -> Vec<String> { value.as_object().expect("an object").keys().cloned().collect() };
    assert_eq!(keys(&schema["properties"]), keys(&model));
    assert_eq!(
        schema["required"].as_array().expect("a list").len(),
        keys(&model).len(),
        "null, never left out"
    );
}

#[test]
fn a_strange_context_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("context.json");
    let model = at_e();
    let change = |pointer: &str, value: Value| {
        let mut changed = model.clone();
        *changed.pointer_mut(pointer).expect("it is there") = value;
        changed.to_string()
    };
    for (text, said) in [
        ("{}".to_owned(), "schema_version"),
        (change("/schema_version", json!(1)), "schema_version 1"),
        (change("/tool", json!({"name": "x", "version": "1", "more": 1})), "more"),
        (change("/closing", json!([99])), "position 99"),
        (change("/header/today/iso", json!("2026-02-30")), "2026-02-30"),
        (format!("{{\"schema_version\": 2, \"deals\": {}", "[".repeat(10_000)), "EOF"),
    ] {
        std::fs::write(&file, &text).expect("a file");
        let ran = dealgate(folder.path(), &["report", "--from-context", "context.json"]);
        assert!(ran.status == 2 && ran.stderr.contains(said), "{said}: {}", ran.stderr);
    }
}
