//! Figures over time: the worked data set from commits and from `history` alone, and the traps that time sets.

use std::path::Path;

use serde_json::{Value, json};

use crate::diff::worked;
use crate::repo::{JANE, Repo};
use crate::run::{copied, dealgate, repository};

/// The day at whose end the figures are worked out.
const E: &str = "2026-04-30";

fn context(folder: &Path, arguments: &[&str]) -> Value {
    let mut all = vec!["report", "--format", "context"];
    all.extend(arguments);
    let ran = dealgate(folder, &all);
    assert_eq!(ran.status, 0, "{}{}", ran.stdout, ran.stderr);
    assert!(!ran.stdout.contains("NaN"), "not a number");
    serde_json::from_str(&ran.stdout).expect("it is JSON")
}

fn trend(folder: &Path, arguments: &[&str]) -> Value {
    let mut all = vec!["trend"];
    all.extend(arguments);
    context(folder, &all)["trend"].clone()
}

fn point<'a>(trend: &'a Value, name: &str) -> &'a Value {
    let points = trend["points"].as_array().expect("a list");
    points.iter().find(|point| point["name"] == name).unwrap_or_else(|| panic!("no point {name}"))
}

fn stage<'a>(of: &'a Value, list: &str, id: &str) -> &'a Value {
    let mut stages = of[list].as_array().expect("a list").iter();
    stages.find(|stage| stage["stage"] == id).unwrap_or_else(|| panic!("no stage {id}"))
}

fn sum(of: &Value) -> String {
    format!("{} deals, {}", of["deals"], of["amount"]["amount"].as_str().expect("an amount"))
}

fn out_of(of: &Value) -> String {
    format!("{} of {}, {}", of["deals"], of["of"], of["share"]["text"].as_str().unwrap_or("-"))
}

/// The worked data set by both routes: a folder a commit, and squashed with `history`, without git.
fn both(check: impl Fn(&Path, &str)) {
    check(worked().path(), "commits");
    check(copied(&repository("tests/histories/metrics/squashed")).path(), "history");
}

#[test]
fn what_is_open_weighted_won_and_lost() {
    both(|folder, how| {
        let trend = trend(folder, &["--today", E]);
        let names: Vec<_> =
            trend["points"].as_array().expect("a list").iter().map(|it| &it["name"]).collect();
        let months = ["2025-12", "2026-01", "2026-02", "2026-03", "2026-04"];
        assert_eq!(names, months, "{how}: no point before anything is known");
        let (march, april) = (point(&trend, "2026-03"), point(&trend, "2026-04"));
        assert_eq!(sum(&march["open"]), "7 deals, 425000.00", "{how}: H at 45,000");
        assert_eq!(sum(&april["open"]), "7 deals, 300000.00", "{how}: H at 40,000");
        assert_eq!(april["weighted"]["amount"]["amount"], "132250.00", "{how}");
        assert_eq!(sum(&april["won"]), "2 deals, 110000.00", "{how}");
        assert_eq!(sum(&april["lost"]), "1 deals, 60000.00", "{how}");
        assert_eq!(sum(&march["lost"]), "1 deals, 20000.00", "{how}: I, though it was opened again");
        assert_eq!(sum(&april["new"]), "2 deals, 35000.00", "{how}");
        assert_eq!(april["win_rate"]["by_count"]["text"], "66.7 %", "{how}");
        assert_eq!(april["win_rate"]["by_value"]["text"], "64.7 %", "{how}");
        assert_eq!(april["cycle"]["days"], json!([22, 100]), "{how}");
        assert_eq!(april["cycle"]["mean"]["text"], "61.0", "{how}");
        assert_eq!(april["velocity"]["amount"], "4207.65", "{how}");
        assert_eq!(april["running"], false, "{how}: its last day is over");
    });
}

#[test]
fn conversion_days_in_stage_and_slips() {
    both(|folder, how| {
        let trend = trend(folder, &["--by", "quarter", "--today", E]);
        let (first, second) = (point(&trend, "FY26-Q1"), point(&trend, "FY26-Q2"));
        let discovery = stage(first, "conversion", "discovery");
        assert_eq!(out_of(&discovery["strict"]), "1 of 2, 50 %", "{how}: A of A and B");
        assert_eq!(discovery["strict"]["text"], "1 of 2, 2 still in it", "{how}: H and I");
        assert_eq!(out_of(&discovery["entered_or_passed"]), "3 of 4, 75 %", "{how}: A, D and E");
        let days = stage(&trend, "days_in_stage", "discovery");
        assert_eq!((&days["stays"], &days["mean"]["text"]), (&json!(3), &json!("28.3")), "{how}: 19, 33, 33");
        assert_eq!(days["median"]["text"], "33.0", "{how}");
        let slips = &second["slips"];
        assert_eq!(sum(&slips["due"]), "6 deals, 395000.00", "{how}");
        assert_eq!(sum(&slips["slipped"]), "1 deals, 80000.00", "{how}: D");
        assert_eq!(slips["by_count"]["text"], "16.7 %", "{how}");
        assert_eq!(slips["by_value"]["text"], "20.3 %", "{how}");
        assert_eq!((&slips["pushes"], &slips["pushed"]), (&json!(1), &json!(1)), "{how}: D");
        assert_eq!(second["running"], true, "{how}");
        assert_eq!(second["forecast"]["weighted"]["forecast"]["amount"], "177500.00", "{how}");
        assert_eq!(second["forecast"]["weighted"]["accuracy"], Value::Null, "{how}: it is running");
    });
}

#[test]
fn forecast_against_outcome() {
    both(|folder, how| {
        let trend = trend(folder, &["--today", "2026-05-01"]);
        let forecast = &point(&trend, "2026-04")["forecast"];
        // A alone was to close in April: 100,000 at 60 %, best case; 110,000 were won.
        assert_eq!(forecast["made"]["iso"], "2026-03-31", "{how}");
        assert_eq!(forecast["weighted"]["forecast"]["amount"], "60000.00", "{how}");
        assert_eq!(forecast["weighted"]["accuracy"]["value"], "0.545455", "{how}: 1 - 50 / 110");
        assert_eq!(forecast["weighted"]["bias"]["value"], "-0.454545", "{how}");
        assert_eq!(forecast["commit"]["forecast"]["amount"], "0.00", "{how}");
        assert_eq!(forecast["commit"]["accuracy"]["value"], "0", "{how}");
        assert_eq!(forecast["commit"]["bias"]["value"], "-1", "{how}");
        let none = &point(&trend, "2026-02")["forecast"]["weighted"];
        assert_eq!(
            (&none["accuracy"], &none["bias"]),
            (&Value::Null, &Value::Null),
            "{how}: nothing was won"
        );
        let first = &point(&trend, "2025-12")["forecast"]["weighted"];
        assert_eq!(first["forecast"], Value::Null, "{how}: the record does not reach back");
        assert_eq!(trend["accuracy"]["points"], 4, "{how}");
        assert_eq!(trend["accuracy"]["weighted"]["value"], "0.545455", "{how}");
    });
}

#[test]
fn periods_are_iso_weeks_and_fiscal_quarters() {
    let folder = copied(&repository("tests/histories/metrics/squashed"));
    let settings = folder.path().join("dealgate.toml");
    let written = std::fs::read_to_string(&settings).expect("text");
    std::fs::write(
        &settings,
        format!("fiscal-year = {{ starts = \"02-01\", named-by = \"end\" }}\n{written}"),
    )
    .expect("written");
    let names = |arguments: &[&str]| -> Vec<String> {
        let trend = trend(folder.path(), arguments);
        let points = trend["points"].as_array().expect("a list").iter();
        points
            .map(|point| {
                format!("{} {}", point["name"].as_str().unwrap(), point["from"]["iso"].as_str().unwrap())
            })
            .collect()
    };
    assert_eq!(
        names(&["--by", "quarter", "--last", "2", "--today", "2026-02-01"]),
        ["FY26-Q4 2025-11-01", "FY27-Q1 2026-02-01"]
    );
    assert_eq!(
        names(&["--by", "week", "--last", "2", "--today", "2026-04-05"]),
        ["2026-W13 2026-03-23", "2026-W14 2026-03-30"]
    );
    assert_eq!(names(&["--by", "week", "--today", "2026-04-05"]).len(), 13);
    for (arguments, said) in [
        (["report", "trend", "--by", "day"].as_slice(), "`week`, `month` or `quarter`"),
        (&["report", "--by", "week"], "report trend"),
        (&["report", "trend", "--closing", "2026-04"], "--closing"),
        (&["report", "trend", "--last", "0"], "--last"),
    ] {
        let ran = dealgate(folder.path(), arguments);
        assert!(ran.status == 2 && ran.stderr.contains(said), "{arguments:?}: {}", ran.stderr);
    }
}

#[test]
fn filters_hold_at_every_point() {
    both(|folder, how| {
        let raj = trend(folder, &["--owner", "raj", "--today", E]);
        let all = trend(folder, &["--today", E]);
        let of = |trend: &Value| point(trend, "2026-04")["open"]["deals"].as_u64().expect("a number");
        assert!(of(&raj) < of(&all), "{how}");
        let stage = trend(folder, &["--stage", "discovery", "--today", E]);
        assert_eq!(of(&stage), 3, "{how}: C, H and I");
        assert_eq!(point(&stage, "2026-03")["open"]["deals"], 2, "{how}: B and H stood there then");
    });
}

#[test]
fn trap_last_weeks_report_is_made_from_todays_state() {
    let repo = worked();
    let trend = trend(repo.path(), &["--today", E]);
    // Each point is what a report of that day said of that month, from the files of that day.
    for (name, day) in [("2026-01", "2026-01-31"), ("2026-02", "2026-02-28"), ("2026-03", "2026-03-31")] {
        let at = format!("@{day}");
        let then = context(repo.path(), &["--at", &at, "--closing", name])["figures"].clone();
        let all = context(repo.path(), &["--at", &at]);
        let point = point(&trend, name);
        for figure in ["open", "on_hold", "weighted"] {
            assert_eq!(point[figure], all["figures"][figure], "{figure} of {name}");
        }
        for figure in ["won", "lost", "disqualified", "win_rate", "cycle"] {
            assert_eq!(point[figure], then[figure], "{figure} of {name}");
        }
        assert!(point["gates"]["findings"].as_u64() <= all["verdict"]["errors"].as_u64(), "{name}");
    }
    // Neither does what is changed today reach back: amounts, rules, or that a deal is gone.
    let rules = "extends = \"standard\"\ncurrency = \"EUR\"\n[stage.discovery]\nprobability = 0.99\n";
    repo.write("workflows/acme.toml", rules);
    std::fs::remove_file(repo.path().join("deals/acme/d.yaml")).expect("it was there");
    let deal = std::fs::read_to_string(repo.path().join("deals/acme/h.yaml")).expect("text");
    repo.write("deals/acme/h.yaml", &deal.replace("50000", "90000"));
    repo.commit("2026-04-30", JANE, "Everything else");
    let later = self::trend(repo.path(), &["--today", E]);
    for name in ["2025-12", "2026-01", "2026-02", "2026-03"] {
        for figure in ["open", "weighted", "won", "lost", "gates", "forecast", "slips", "new"] {
            assert_eq!(point(&later, name)[figure], point(&trend, name)[figure], "{figure} of {name}");
        }
    }
    let april = point(&later, "2026-04");
    assert_eq!(sum(&april["open"]), "6 deals, 252000.00", "D is gone, H is worth 72,000");
    assert_eq!(later["record"]["removed"], 1);
    assert_eq!(later["record"]["rules_of_the_time"], true);
}

const RULES: &str = "currency = \"EUR\"\nstages = [\"lead\", \"quote\", \"sold\"]\n\
    [stage.lead]\nprobability = 0.1\n[stage.quote]\nprobability = 0.5\n[stage.sold]\nprobability = 1\n";

/// A workspace with the rules above and some deals.
fn workspace(deals: &[(&str, &str)]) -> Repo {
    let repo = Repo::new();
    repo.write("workflows/w.toml", RULES);
    for (name, rest) in deals {
        repo.write(&format!("deals/w/{name}.yaml"), &format!("name: {name}\n{rest}\n"));
    }
    repo
}

#[test]
fn trap_any_exit_of_a_stage_is_counted_as_an_advance() {
    let begun = "{date: 2026-01-05, stage: lead}, {date: 2026-01-10, stage: quote}";
    let repo = workspace(&[
        ("on", &format!("stage: sold\nhistory: [{begun}, {{date: 2026-02-01, stage: sold}}]")),
        ("back", &format!("stage: lead\nhistory: [{begun}, {{date: 2026-02-01, stage: lead, reason: x}}]")),
        (
            "lost",
            &format!(
                "stage: quote\noutcome: {{result: lost, date: 2026-02-01, reason: x}}\nhistory: [{begun}]"
            ),
        ),
        ("stays", &format!("stage: quote\nhistory: [{begun}]")),
    ]);
    let trend = trend(repo.path(), &["--today", "2026-03-01"]);
    let quote = stage(&trend, "conversion", "quote");
    assert_eq!(out_of(&quote["strict"]), "1 of 3, 33.3 %");
    assert_eq!(quote["strict"]["still"], 1);
    assert_eq!(stage(&trend, "days_in_stage", "quote")["stays"], 3, "three of them left");
}

#[test]
fn trap_a_deal_that_comes_again_is_counted_twice() {
    let way = "{date: 2026-01-05, stage: lead}, {date: 2026-01-10, stage: quote}, {date: 2026-01-20, stage: lead, reason: x}";
    let again = format!(
        "stage: sold\nhistory: [{way}, {{date: 2026-02-01, stage: quote}}, {{date: 2026-02-09, stage: sold}}]"
    );
    let repo = workspace(&[("again", &again)]);
    let trend = trend(repo.path(), &["--today", "2026-03-01"]);
    assert_eq!(out_of(&stage(&trend, "conversion", "quote")["strict"]), "1 of 1, 100 %");
    assert_eq!(out_of(&stage(point(&trend, "2026-02"), "conversion", "quote")["strict"]), "0 of 0, -");
    let days = stage(&trend, "days_in_stage", "quote");
    assert_eq!(
        (&days["stays"], &days["mean"]["text"]),
        (&json!(2), &json!("9.0")),
        "but both stays are stays"
    );
}

#[test]
fn trap_ageing_never_resets_or_resets_on_any_edit() {
    let repo = workspace(&[("a", "stage: quote\nopened: 2026-01-02")]);
    let days = |today: &str| {
        let model = context(repo.path(), &["--today", today]);
        (model["deals"][0]["days_in_stage"].clone(), model["deals"][0]["age"].clone())
    };
    let now = |day: &str, rest: &str| {
        repo.write("deals/w/a.yaml", &format!("name: a\nopened: 2026-01-02\n{rest}\n"));
        repo.commit(day, JANE, "on");
    };
    now("2026-01-05", "stage: quote");
    now("2026-01-20", "stage: quote\nnotes: edited");
    now("2026-01-25", "stage: quote\nowner: raj@acme.example\namount: 5");
    assert_eq!(days("2026-01-30"), (json!(25), json!(28)), "an edit resets nothing");
    now("2026-02-01", "stage: lead");
    now("2026-02-03", "stage: quote");
    assert_eq!(days("2026-02-10"), (json!(7), json!(39)), "coming again does");
}

#[test]
fn trap_not_a_number_after_a_stage_was_renamed() {
    let repo = workspace(&[
        ("a", "stage: quote\namount: 100\nopened: 2026-01-05"),
        ("b", "stage: quote\namount: 1000\nopened: 2026-01-05"),
        ("left", "stage: quote\namount: 10\nopened: 2026-01-05"),
    ]);
    repo.commit("2026-01-05", JANE, "Start");
    repo.write("workflows/w.toml", &RULES.replace("quote", "offer"));
    repo.write("deals/w/a.yaml", "name: a\nstage: offer\namount: 100\nopened: 2026-01-05\n");
    repo.write(
        "deals/w/b.yaml",
        "name: b\nstage: sold\namount: 1000\nopened: 2026-01-05\noutcome: {result: won, date: 2026-02-10}\n",
    );
    repo.commit("2026-02-10", JANE, "A better word");
    let told = trend(repo.path(), &["--today", "2026-02-28"]);
    let (then, now) = (point(&told, "2026-01"), point(&told, "2026-02"));
    assert_eq!(sum(&then["open"]), "3 deals, 1110.00");
    assert_eq!(then["weighted"]["amount"]["amount"], "555.00", "by the rules of the time");
    assert_eq!(sum(&now["open"]), "2 deals, 110.00", "no deal is lost");
    assert_eq!((&now["weighted"]["deals"], &now["weighted"]["no_probability"]), (&json!(1), &json!(1)));
    let quote = stage(&told, "conversion", "quote");
    assert_eq!((&quote["number"], out_of(&quote["strict"])), (&Value::Null, "1 of 2, 50 %".to_owned()));
    assert_eq!(stage(&told, "days_in_stage", "quote")["stays"], 2);
    // Without git nobody knows where the old stage stood, and still every deal counts.
    let folder = copied(&repository("tests/histories/metrics/squashed"));
    let rules = "stages = [\"lead\", \"offer\"]\ncurrency = \"EUR\"\n[stage.offer]\nprobability = 0.5\n";
    std::fs::write(folder.path().join("workflows/acme.toml"), rules).expect("written");
    let lost = trend(folder.path(), &["--today", E]);
    assert_eq!(sum(&point(&lost, "2026-04")["open"]), "7 deals, 300000.00");
    assert_eq!(point(&lost, "2026-04")["weighted"]["no_probability"], 7);
    assert_eq!(lost["record"]["rules_of_the_time"], false);
    let notes = lost["record"]["notes"].to_string();
    assert!(notes.contains("`discovery`") && notes.contains("no stage today"), "{notes}");
}

#[test]
fn trap_history_is_written_only_when_the_stage_changes() {
    let entries = "history: [{date: 2026-01-05, stage: lead}, {date: 2026-02-20, stage: quote}]";
    let repo = workspace(&[]);
    for (day, amount, close) in [
        ("2026-01-05", 100, "2026-02-28"),
        ("2026-02-10", 300, "2026-04-30"),
        ("2026-03-10", 700, "2026-03-31"),
    ] {
        let stage = if day < "2026-02-20" { "lead" } else { "quote" };
        let deal = format!("name: a\nstage: {stage}\namount: {amount}\nclose_date: {close}\n{entries}\n");
        repo.write("deals/w/a.yaml", &deal);
        repo.commit(day, JANE, "on");
    }
    let trend = trend(repo.path(), &["--today", "2026-03-31"]);
    let open: Vec<_> =
        trend["points"].as_array().expect("a list").iter().map(|it| sum(&it["open"])).collect();
    assert_eq!(open, ["1 deals, 100.00", "1 deals, 300.00", "1 deals, 700.00"]);
    let weighted: Vec<_> = ["2026-01", "2026-02", "2026-03"]
        .map(|it| &point(&trend, it)["weighted"]["amount"]["amount"])
        .to_vec();
    assert_eq!(weighted, ["10.00", "150.00", "350.00"], "and the stage on its own day");
    assert_eq!(point(&trend, "2026-02")["slips"]["pushes"], 1);
    assert_eq!(out_of_slips(point(&trend, "2026-02")), "1 of 1");
}

fn out_of_slips(point: &Value) -> String {
    format!("{} of {}", point["slips"]["slipped"]["deals"], point["slips"]["due"]["deals"])
}

#[test]
fn traps_of_sums_hold_at_every_point() {
    let small = "stage: quote\namount: 0.05\nopened: 2026-01-05";
    let repo = workspace(&[
        ("a", small),
        ("b", small),
        ("c", small),
        ("mean", "stage: quote\namount: 100\nprobability: 90%\nopened: 2026-01-05"),
        ("dollars", "stage: quote\namount: 100 USD\nopened: 2026-01-05"),
        ("nothing", "stage: quote\nopened: 2026-01-05"),
        (
            "held",
            "stage: quote\namount: 7\nopened: 2026-01-05\non_hold: {from: 2026-02-10, until: 2026-03-10}",
        ),
    ]);
    let trend = trend(repo.path(), &["--today", "2026-03-31"]);
    let january = point(&trend, "2026-01");
    assert_eq!(january["weighted"]["amount"]["amount"], "93.59", "0.09 of three, 90 of one, 3.50 of another");
    assert_eq!((&january["open"]["deals"], &january["open"]["not_priced"]), (&json!(7), &json!(2)));
    let held: Vec<_> =
        ["2026-01", "2026-02", "2026-03"].map(|it| &point(&trend, it)["on_hold"]["deals"]).to_vec();
    assert_eq!(held, [0, 1, 0], "on hold for its days");
    for rate in ["by_count", "by_value"] {
        assert_eq!(january["win_rate"][rate], Value::Null, "nothing to divide by is not 0 %");
        assert_eq!(january["slips"][rate], Value::Null);
    }
}

#[test]
fn an_outcome_counts_on_its_own_day_however_late_it_is_written_down() {
    let repo = workspace(&[("a", "stage: lead\namount: 100\nopened: 2026-01-05")]);
    repo.commit("2026-01-05", JANE, "Start");
    let lost = "name: a\nstage: quote\namount: 40\nopened: 2026-01-05\noutcome: {result: lost, date: 2026-02-20, reason: x}\n";
    repo.write("deals/w/a.yaml", lost);
    repo.commit("2026-03-15", JANE, "It was lost");
    let trend = trend(repo.path(), &["--today", "2026-03-31"]);
    assert_eq!(sum(&point(&trend, "2026-02")["lost"]), "1 deals, 40.00");
    assert_eq!(sum(&point(&trend, "2026-03")["lost"]), "0 deals, 0.00");
    let days = stage(point(&trend, "2026-02"), "days_in_stage", "lead");
    assert_eq!((&days["stays"], &days["mean"]["text"]), (&json!(1), &json!("46.0")));
}

#[test]
fn gates_are_judged_as_of_the_point_or_not_at_all() {
    let repo = Repo::new();
    let rules = "stages = [\"lead\", \"sold\"]\n[stage.lead.requires]\nasked = \"It is asked\"\n";
    let deal =
        |more: &str| format!("name: a\nstage: sold\nowner: jane@acme.example\nopened: 2026-01-05\n{more}");
    repo.write("workflows/w.toml", "stages = [\"lead\", \"sold\"]\n[stage.lead.requires]\n");
    repo.write("deals/w/a.yaml", &deal(""));
    repo.commit("2026-01-05", JANE, "Start");
    repo.write("workflows/w.toml", rules);
    repo.commit("2026-02-05", JANE, "A rule");
    let waiver =
        "waivers: {asked: {reason: x, by: dana@acme.example, date: 2026-03-01, until: 2026-03-31}}\n";
    repo.write("deals/w/a.yaml", &deal(waiver));
    repo.commit("2026-03-05", JANE, "Waived");
    let told = trend(repo.path(), &["--today", "2026-04-10"]);
    let gates: Vec<_> =
        told["points"].as_array().expect("a list").iter().map(|it| it["gates"].clone()).collect();
    let said = |deals, findings, waivers| json!({"deals": deals, "findings": findings, "waivers": waivers});
    assert_eq!(gates, [said(0, 0, 0), said(1, 1, 0), said(0, 0, 1), said(1, 1, 0)], "ended with March");
    let alone = trend(repo.path(), &["--today", "2026-04-10", "--no-history"]);
    let march = point(&alone, "2026-03");
    assert_eq!(march["gates"], Value::Null);
    assert_eq!(march["gates_unknown"], "commits are left out");
    assert_eq!(point(&alone, "2026-04")["gates"]["findings"], 1, "today is known");
}

#[test]
fn a_renamed_deal_counts_once() {
    let begun = "opened: 2026-01-05\nhistory: [{date: 2026-01-05, stage: lead}]";
    let deal = format!("stage: lead\namount: 100 EUR\n{begun}");
    let open = |repo: &Repo| {
        let told = trend(repo.path(), &["--today", "2026-03-15"]);
        let points = told["points"].as_array().expect("a list");
        points.iter().map(|it| format!("{}, {}", it["open"]["deals"], it["new"]["deals"])).collect::<Vec<_>>()
    };
    let repo = workspace(&[("l", &deal), ("m", &deal)]);
    repo.commit("2026-01-05", JANE, "Start");
    let file = |name: &str| repo.path().join(format!("deals/w/{name}.yaml"));
    std::fs::rename(file("l"), file("l2")).expect("it can be renamed");
    let once = ["2, 2", "2, 0", "2, 0"];
    assert_eq!(open(&repo), once, "not committed");
    let text = "# Nothing of the old one\n".repeat(40);
    repo.write("deals/w/l2.yaml", &format!("name: l\n{text}stage: quote\n{begun}\n"));
    repo.commit("2026-03-10", JANE, "Another name, and little of it the same");
    assert_eq!(
        open(&repo),
        ["3, 3", "3, 0", "2, 0"],
        "git calls it no rename: one is new, the other removed"
    );
    repo.write("deals/w/n.yaml", &format!("name: m\nstage: lead\n{begun}\n"));
    repo.commit("2026-03-11", JANE, "Alike");
    std::fs::remove_file(file("m")).expect("it was there");
    repo.commit("2026-03-12", JANE, "Gone");
    assert_eq!(open(&repo), ["4, 4", "4, 0", "2, 0"], "both were there for a day: two deals");
    let short = workspace(&[("l", "stage: lead")]);
    short.commit("2026-02-05", JANE, "Start");
    let file = |name: &str| short.path().join(format!("deals/w/{name}.yaml"));
    std::fs::rename(file("l"), file("l2")).expect("it can be renamed");
    assert_eq!(open(&short), ["1, 1", "1, 0"], "its past under its old name is not lost");
}

#[test]
fn a_deal_is_not_there_between_its_deletion_and_its_return() {
    let repo = workspace(&[("a", "stage: lead\namount: 100 EUR"), ("b", "stage: lead")]);
    repo.commit("2026-01-05", JANE, "Start");
    std::fs::remove_file(repo.path().join("deals/w/a.yaml")).expect("it was there");
    repo.commit("2026-01-20", JANE, "Gone");
    repo.write("deals/w/a.yaml", "name: a\nstage: lead\namount: 100 EUR\n");
    repo.commit("2026-03-10", JANE, "Back");
    repo.write("deals/w/a.yaml", "name: a\nstage: quote\namount: 100 EUR\n");
    repo.commit("2026-04-01", JANE, "On");
    let told = trend(repo.path(), &["--today", "2026-04-10"]);
    let open: Vec<_> =
        told["points"].as_array().expect("a list").iter().map(|it| &it["open"]["deals"]).collect();
    assert_eq!(open, [1, 1, 2, 2]);
    assert_eq!(sum(&point(&told, "2026-01")["new"]), "2 deals, 100.00", "new once");
    assert_eq!(sum(&point(&told, "2026-03")["new"]), "0 deals, 0.00");
    let rows = dealgate(repo.path(), &["export", "visits", "--today", "2026-04-10"]).stdout;
    let of_a: Vec<_> = rows.lines().filter_map(|row| row.strip_prefix("w/a,deals/w/a.yaml,w,")).collect();
    let stays =
        ["lead,1,2026-01-05,2026-01-20,15,", "lead,1,2026-03-10,2026-04-01,22,", "quote,2,2026-04-01,,9,"];
    assert_eq!(of_a, stays);
}

#[test]
fn a_deal_whose_beginning_is_not_known_is_new_in_no_point() {
    let lost = |more: &str| format!("stage: lead\noutcome: {{result: lost, date: 2026-02-10}}\n{more}");
    let (ended, opened) = (lost(""), lost("opened: 2026-02-01"));
    let repo = workspace(&[("a", &ended), ("b", &opened)]);
    let new = |folder: &Path, options: &[&str]| {
        let told = trend(folder, &[&["--today", "2026-03-15"], options].concat());
        let february = point(&told, "2026-02");
        format!(
            "{} new, {} lost, {} open",
            february["new"]["deals"], february["lost"]["deals"], february["open"]["deals"]
        )
    };
    assert_eq!(new(repo.path(), &["--no-history"]), "1 new, 2 lost, 0 open", "b alone");
    repo.commit("2026-02-12", JANE, "Written down when it was over");
    assert_eq!(new(repo.path(), &[]), "1 new, 2 lost, 0 open");
}

#[test]
fn a_shallow_clone_keeps_what_it_begins_with() {
    let repo =
        workspace(&[("a", "stage: lead\namount: 100 EUR\noutcome: {result: lost}"), ("b", "stage: lead")]);
    repo.commit("2026-01-05", JANE, "Start");
    repo.write("deals/w/c.yaml", "name: c\nstage: lead\n");
    repo.commit("2026-02-05", JANE, "Another");
    repo.write("deals/w/a.yaml", "name: a\nstage: lead\namount: 200 EUR\n");
    repo.write("deals/w/b.yaml", "name: b\nstage: lead\noutcome: {result: lost, date: 2026-03-10}\n");
    repo.commit("2026-03-10", JANE, "Again, and no more");
    let folder = tempfile::tempdir().expect("a folder");
    let (from, to) = (format!("file://{}", repo.path().display()), folder.path().join("clone"));
    repo.git(&["clone", "--quiet", "--depth", "2", &from, to.to_str().expect("a path")]);
    let told = |folder: &Path| {
        let rows = dealgate(folder, &["export", "history", "--today", "2026-03-15"]).stdout;
        let row = |row: &str| Some(row.split_once("2026-03-10,")?.1.split(",commit,").next()?.to_owned());
        rows.lines().filter_map(row).collect::<Vec<_>>()
    };
    assert_eq!(told(&to), ["outcome,lost,open", "amount,100 EUR,200 EUR", "outcome,open,lost"]);
    assert_eq!(told(&to), told(repo.path()), "as in the whole repository");
    let trend = trend(&to, &["--today", "2026-03-15"]);
    let said: Vec<_> = trend["points"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|it| {
            format!(
                "{}: {} open, {} new, {} lost",
                it["name"], it["open"]["deals"], it["new"]["deals"], it["lost"]["deals"]
            )
        })
        .collect();
    assert_eq!(said, ["\"2026-02\": 2 open, 0 new, 0 lost", "\"2026-03\": 2 open, 0 new, 1 lost"]);
}

#[test]
fn a_shallow_clone_knows_nothing_of_what_came_before() {
    let repo = worked();
    let folder = tempfile::tempdir().expect("a folder");
    let (from, to) = (format!("file://{}", repo.path().display()), folder.path().join("clone"));
    repo.git(&["clone", "--quiet", "--depth", "5", &from, to.to_str().expect("a path")]);
    let told = trend(&to, &["--today", "2026-05-01"]);
    let names: Vec<_> = told["points"].as_array().expect("a list").iter().map(|it| &it["name"]).collect();
    assert_eq!(names, ["2026-04", "2026-05"], "no point from before the first commit that is here");
    let april = point(&told, "2026-04");
    assert_eq!(sum(&april["open"]), "7 deals, 300000.00");
    assert_eq!(april["forecast"]["weighted"]["forecast"], Value::Null, "nobody knows what it was");
    assert!(told["record"]["notes"].to_string().contains("git fetch --unshallow"));
    let rows = dealgate(&to, &["export", "history", "--today", "2026-05-01"]).stdout;
    let stages: Vec<_> = rows.lines().filter(|row| row.contains(",stage,")).collect();
    assert_eq!(stages.len(), 1, "C alone came to a stage since: {rows}");
}
