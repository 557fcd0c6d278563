//! Figures that say what they leave out, of how many they are, and one thing by one label, in every report.

use serde_json::{Value, json};

use crate::repo::{JANE, Repo, dealgate};

const RULES: &str = "stages = [\"lead\", \"quote\", \"sold\"]\nwon-from = \"quote\"\ncurrency = \"EUR\"\n\
                     [stage.lead]\nprobability = 0.1\ncategory = \"pipeline\"\n\
                     [stage.quote]\nprobability = 0.5\ncategory = \"commit\"\n";
const RATES: &str = "currency = \"EUR\"\n[rates]\nUSD = { 2026-04-01 = 0.5, 2026-05-01 = 0.8 }\n\
                     GBP = 2\n[targets]\nFY26-Q2 = 1000\n";
const WINDOW: &str = "2026-04-01..2026-06-30";

/// A repository with rules and rates, and these deals since the end of March.
fn started(deals: &[(&str, &str)]) -> Repo {
    let repo = Repo::new();
    repo.write("dealgate.toml", RATES).write("workflows/w.toml", RULES);
    on(&repo, "2026-03-20", deals);
    repo
}

fn on(repo: &Repo, day: &str, deals: &[(&str, &str)]) {
    for (id, text) in deals {
        repo.write(&format!("deals/w/{id}.yaml"), &format!("name: {id}\nowner: jane@acme.example\n{text}\n"));
    }
    repo.commit(day, JANE, "On");
}

fn shown(repo: &Repo, arguments: &[&str]) -> String {
    let ran = dealgate(repo.path(), arguments);
    assert_eq!(ran.status, 0, "{arguments:?}: {}{}", ran.stdout, ran.stderr);
    ran.stdout
}

fn json(repo: &Repo, arguments: &[&str]) -> Value {
    serde_json::from_str(&shown(repo, arguments)).expect("it is JSON")
}

fn row<'a>(bridge: &'a Value, name: &str) -> &'a Value {
    bridge["rows"].as_array().expect("rows").iter().find(|row| row["row"] == name).expect("a row")
}

fn point<'a>(trend: &'a Value, name: &str) -> &'a Value {
    trend["trend"]["points"]
        .as_array()
        .expect("points")
        .iter()
        .find(|it| it["name"] == name)
        .expect("a point")
}

/// Won in April, when a dollar bought half a euro, and written down in May.
fn noted_late() -> Repo {
    let open = "stage: quote\namount: 100 USD\nclose_date: 2026-05-20\nopened: 2026-04-02";
    let repo = started(&[("other", "stage: lead\nopened: 2026-03-01")]);
    on(&repo, "2026-04-02", &[("late", open)]);
    on(&repo, "2026-05-02", &[("late", &format!("{open}\noutcome: {{result: won, date: 2026-04-10}}"))]);
    repo
}

#[test]
fn a_closing_noted_late_has_one_price_everywhere() {
    let repo = noted_late();
    let today = ["--today", "2026-05-20"];
    let export = json(&repo, &[&["export", "deals", "--format", "json"][..], &today].concat());
    let late = &export.as_array().expect("rows")[0];
    assert_eq!((&late["deal"], &late["amount_base"]), (&json!("w/late"), &json!(50)), "the rate of 10 April");
    assert_eq!((&late["category"], &late["weighted_base"]), (&json!("closed"), &json!(50)));
    for since in ["@2026-04-05", "@2026-04-30"] {
        let arguments = ["report", "changes", "--since", since, "--closing", WINDOW, "--format", "context"];
        let model = json(&repo, &[&arguments[..], &today].concat());
        let changes = &model["changes"];
        assert_eq!(changes["won"]["sum"]["text"], "50 EUR", "{since}");
        assert_eq!(row(&changes["bridge"], "won")["sum"]["amount"]["amount"], "-50.00", "{since}");
        assert_eq!(model["figures"]["won"]["text"], "50 EUR", "{since}");
    }
    let trend = json(&repo, &[&["report", "trend", "--format", "context"][..], &today].concat());
    assert_eq!(point(&trend, "2026-04")["won"]["text"], "50 EUR");
    assert_eq!(point(&trend, "2026-05")["won"]["text"], "0 EUR");
}

#[test]
fn what_is_not_priced_is_told_beside_every_sum() {
    let due = "close_date: 2026-05-20\nopened: 2026-03-01";
    let repo = started(&[
        ("priced", &format!("stage: quote\namount: 100\n{due}")),
        ("chf", &format!("stage: quote\namount: 70 CHF\n{due}")),
        ("lost", &format!("stage: lead\namount: 9 CHF\n{due}")),
    ]);
    let lost = "stage: lead\namount: 9 CHF\nclose_date: 2026-05-20\nopened: 2026-03-01\n\
                outcome: {result: lost, date: 2026-04-10, reason: x}";
    on(&repo, "2026-04-10", &[("lost", lost)]);
    let today = ["--today", "2026-04-20"];
    let changes = ["report", "changes", "--since", "@2026-03-31", "--closing", WINDOW];
    let model = json(&repo, &[&changes[..], &["--format", "context"], &today].concat());
    assert_eq!(model["changes"]["lost"]["sum"]["amount"], Value::Null);
    let lost = row(&model["changes"]["bridge"], "lost");
    assert_eq!((&lost["sum"]["amount"], &lost["sum"]["not_priced"]), (&Value::Null, &json!(1)));
    let end = row(&model["changes"]["bridge"], "open-at-end");
    assert_eq!(end["sum"]["text"], "100 EUR and 1 not priced");
    let text = shown(&repo, &[&changes[..], &today].concat());
    assert!(text.contains("| 0 | 1 (not priced) |"), "{text}");
    assert!(text.contains("| Lost | 1 | — (1 not priced) | lost not priced |"), "{text}");
    assert!(text.contains("| **Open at end** | 2 | **100 and 1 not priced** |"), "{text}");
    let page = shown(&repo, &[&["report", "--closing", WINDOW, "--format", "html"][..], &today].concat());
    assert!(page.contains(">100 and 1 not priced<"), "the forecast's and the stages' tables");
    let pipeline = shown(&repo, &[&["report", "--closing", WINDOW][..], &today].concat());
    assert!(pipeline.contains("| Commit | 2 | 100 and 1 not priced |"), "{pipeline}");
    assert!(pipeline.contains("by value —"), "nothing is known of what was lost: {pipeline}");
    let summary = shown(&repo, &[&["report", "summary", "--closing", WINDOW][..], &today].concat());
    assert!(summary.contains("| Open, any close date | 2 | 100 and 1 not priced |"), "{summary}");
    assert!(summary.contains("| Weighted, any close date | 1 | 50 and 1 not priced |"), "{summary}");
    let diff = ["diff", "@2026-03-31..@2026-04-20", "--window", WINDOW];
    let text = shown(&repo, &diff);
    assert!(text.contains("100 and 1 not priced"), "{text}");
    let bridge = &json(&repo, &[&diff[..], &["--format", "json"]].concat())["bridge"];
    let lost = bridge.as_array().expect("rows").iter().find(|row| row["row"] == "lost").expect("a row");
    assert_eq!((&lost["value"], &lost["not_priced"]), (&Value::Null, &json!(1)));
}

#[test]
fn a_row_is_the_sum_of_its_parts_where_one_deal_comes_twice() {
    // Lost without a rate, opened again and lost with one.
    let deal = |amount: &str, more: &str| {
        format!("stage: lead\namount: {amount}\nclose_date: 2026-05-20\nopened: 2026-03-01\n{more}")
    };
    let repo = started(&[("twice", &deal("10 CHF", "")), ("once", &deal("5", ""))]);
    let lost = |day: &str| format!("outcome: {{result: lost, date: {day}, reason: x}}");
    on(&repo, "2026-04-02", &[("twice", &deal("10 CHF", &lost("2026-04-02")))]);
    on(&repo, "2026-04-04", &[("twice", &deal("30", ""))]);
    on(&repo, "2026-04-06", &[("twice", &deal("30", &lost("2026-04-06")))]);
    on(&repo, "2026-04-07", &[("once", &deal("5", &lost("2026-04-07")))]);
    let arguments =
        ["report", "changes", "--since", "@2026-03-31", "--closing", WINDOW, "--format", "context"];
    let model = json(&repo, &[&arguments[..], &["--today", "2026-04-20"]].concat());
    let lost = row(&model["changes"]["bridge"], "lost");
    assert_eq!(lost["sum"]["text"], "\u{2212}35 EUR and 1 not priced");
    let parts = lost["parts"].as_array().expect("parts");
    let values: Vec<_> = parts.iter().map(|part| (&part["value"]["amount"], &part["not_priced"])).collect();
    let (once, twice) = (json!("-5.00"), json!("-30.00"));
    assert_eq!(values, [(&once, &json!(false)), (&twice, &json!(true))]);
}

#[test]
fn coverage_says_why_there_is_none() {
    let told = |deals: &[(&str, &str)]| {
        let repo = started(deals);
        let model =
            json(&repo, &["report", "--closing", "FY26-Q2", "--today", "2026-05-20", "--format", "context"]);
        let figures = &model["figures"];
        let basis = figures["coverage"]["basis"].as_str().or(figures["no_coverage"].as_str());
        (basis.expect("one of them").to_owned(), figures["target_reached"].clone())
    };
    let open = "stage: lead\nclose_date: 2026-06-01\nopened: 2026-03-01";
    let won = "stage: quote\nopened: 2026-03-01\noutcome: {result: won, date: 2026-05-01}";
    let (basis, reached) = told(&[("open", open)]);
    assert_eq!((basis.as_str(), reached), ("what is open in the window is not priced", json!(false)));
    let (basis, reached) = told(&[("won", &format!("{won}\namount: 1200"))]);
    assert_eq!((basis.as_str(), reached), ("the target is reached", json!(true)));
    let (basis, reached) = told(&[("won", &format!("{won}\namount: 200"))]);
    let nothing = "nothing open in the window ÷ (1,000 EUR target − 200 EUR won)";
    assert_eq!((basis.as_str(), reached), (nothing, json!(false)));
    let (basis, reached) = told(&[("won", won), ("open", &format!("{open}\namount: 10"))]);
    assert_eq!((basis.as_str(), reached), ("what is won is not priced", Value::Null));
}

const ASKING: &str = "stages = [\"lead\", \"quote\"]\ncurrency = \"EUR\"\n[stage.lead.requires]\n\
                      asked = \"Somebody asked\"\n";

fn findings(repo: &Repo, range: &str) -> (Vec<usize>, String) {
    let of = &json(repo, &["diff", range, "--format", "json"])["findings"];
    let count = |key: &str| of[key].as_array().map_or(0, Vec::len);
    let counts = ["introduced", "fixed", "not_judged_before", "not_judged_after"].map(count);
    (counts.to_vec(), of.to_string())
}

#[test]
fn what_is_not_judged_at_one_end_is_neither_fixed_nor_introduced() {
    let repo = Repo::new();
    repo.write("workflows/w.toml", ASKING);
    on(&repo, "2026-04-01", &[("a", "stage: quote"), ("b", "stage: quote")]);
    let broken = [("a", "stage: quote\n: - ["), ("b", "stage: quote")];
    on(&repo, "2026-04-02", &broken);
    let (counts, all) = findings(&repo, "HEAD~1..HEAD");
    assert_eq!(counts[1..], [0, 0, 1], "the broken deal's: {all}");
    assert!(counts[0] > 0, "that it cannot be read is new");
    let text = shown(&repo, &["diff", "HEAD~1..HEAD"]);
    assert!(text.contains("0 fixed") && text.contains("1 not judged at one end"), "{text}");
    on(&repo, "2026-04-03", &[("a", "stage: quote")]);
    let (counts, all) = findings(&repo, "HEAD~1..HEAD");
    assert_eq!((counts[0], counts[2], counts[3]), (0, 1, 0), "{all}");
    let check = dealgate(repo.path(), &["check", "--since", "HEAD~1"]);
    assert_eq!(check.status, 1, "what nobody could judge before still stops a change: {}", check.stdout);

    repo.write("workflows/w.toml", "stages = [\"lead\", \"quote\"\n").commit("2026-04-04", JANE, "Broken");
    let (counts, all) = findings(&repo, "HEAD~1..HEAD");
    assert_eq!(counts[1..], [0, 0, 3], "of its deals, and of the workflow that cannot be read: {all}");
    let what_if = json(&repo, &["diff", "HEAD~1..HEAD", "--what-if", "--format", "json"]);
    let rules = &what_if["what_if"];
    assert_eq!((&rules["passing"], &rules["failing"], &rules["rules"]), (&json!([]), &json!([]), &json!([])));
    assert_eq!(rules["not_judged"], 2);
    let (counts, all) = findings(&repo, "HEAD..HEAD");
    assert_eq!(counts, [0, 0, 0, 0], "{all}");
}

#[test]
fn a_faulty_workflow_is_no_news_where_nothing_changed() {
    let repo = Repo::new();
    let faulty = format!("{ASKING}nonsense = \"amount > 1\"\n[stage.quote]\ngoal = 5\n");
    repo.write("workflows/w.toml", &faulty).write("dealgate.toml", "curency = \"EUR\"\n");
    on(&repo, "2026-04-01", &[("a", "stage: quote")]);
    let (counts, all) = findings(&repo, "HEAD..HEAD");
    assert_eq!(counts, [0, 0, 0, 0], "{all}");
    on(&repo, "2026-04-02", &[("a", "stage: lead")]);
    let (counts, all) = findings(&repo, "HEAD~1..HEAD");
    assert_eq!(counts[0], 0, "a deal changed, and not the workflow: {all}");
}

/// New for 100 dollars in April and worth more since, once in the window and once beyond it.
#[test]
fn new_and_grown_are_the_same_in_every_report() {
    let repo =
        started(&[("old", "stage: lead\namount: 100 USD\nclose_date: 2026-05-20\nopened: 2026-03-01")]);
    let came = |due: &str| format!("stage: lead\namount: 100 USD\nclose_date: {due}\nopened: 2026-04-05");
    on(&repo, "2026-04-05", &[("in", &came("2026-06-01")), ("beyond", &came("2026-09-01"))]);
    on(
        &repo,
        "2026-04-10",
        &[("old", "stage: lead\namount: 140 USD\nclose_date: 2026-05-20\nopened: 2026-03-01")],
    );
    on(&repo, "2026-05-10", &[("in", &came("2026-06-01").replace("100", "200"))]);
    let arguments = ["report", "changes", "--since", "@2026-04-02", "--closing", WINDOW];
    let today = ["--today", "2026-05-20"];
    let model = json(&repo, &[&arguments[..], &["--format", "context"], &today].concat());
    let changes = &model["changes"];
    let trend = json(&repo, &[&["report", "trend", "--format", "context"][..], &today].concat());
    assert_eq!(changes["new"]["sum"]["text"], "100 EUR", "at the amounts and rates of their first day");
    assert_eq!(point(&trend, "2026-04")["new"]["text"], "100 EUR");
    assert_eq!(changes["new"]["values"][0]["text"], "50 EUR", "its parts are those of the sum");
    assert_eq!(row(&changes["bridge"], "new")["sum"]["text"], "50 EUR", "of those in the window");
    let grown = &changes["amounts"][0];
    assert_eq!(grown["by"]["text"], "20 EUR", "at the rate of the day on which it grew");
    let parts = &row(&changes["bridge"], "increased")["parts"];
    let old = parts.as_array().expect("parts").iter().find(|part| part["deal"] == "w/old").expect("it grew");
    assert_eq!(old["value"], grown["by"]);
    let text = shown(&repo, &[&arguments[..], &today].concat());
    assert!(text.contains("Of all deals, whenever they close"), "{text}");
    assert!(text.contains(&format!("| Close date in {WINDOW} |")), "{text}");
    assert!(text.contains("- **New**: ") && text.contains("- **Pushed out**: "), "{text}");
}

#[test]
fn work_after_the_sale_is_no_conversion() {
    let way = "history: [{date: 2026-04-01, stage: lead}, {date: 2026-04-10, stage: quote}, {date: 2026-04-20, stage: sold}]";
    let repo = started(&[]);
    let deals = [
        ("won", format!("stage: sold\noutcome: {{result: won, date: 2026-04-15}}\n{way}")),
        ("same-day", format!("stage: sold\noutcome: {{result: won, date: 2026-04-20}}\n{way}")),
        (
            "still",
            "stage: quote\nhistory: [{date: 2026-04-01, stage: lead}, {date: 2026-04-10, stage: quote}]"
                .to_owned(),
        ),
    ];
    on(&repo, "2026-05-01", &deals.iter().map(|(id, text)| (*id, text.as_str())).collect::<Vec<_>>());
    let trend = json(&repo, &["report", "trend", "--today", "2026-05-20", "--format", "context"]);
    let told: Vec<_> = trend["trend"]["conversion"]
        .as_array()
        .expect("stages")
        .iter()
        .map(|it| &it["strict"]["text"])
        .collect();
    assert_eq!(told, ["3 of 3", "2 of 2, 1 still in it", "—"]);
}

#[test]
fn a_rate_of_few_shows_what_it_is_of() {
    let deal = |how: &str, opened: &str| {
        format!(
            "stage: quote\namount: 10\nopened: {opened}\noutcome: {{result: {how}, date: 2026-05-01, reason: x}}"
        )
    };
    let (won, lost) = (deal("won", "2026-04-01"), deal("lost", "2026-04-01"));
    let few = started(&[("a", &won), ("b", &won), ("c", &lost)]);
    let many = started(&[("a", &won), ("b", &won), ("c", &won), ("d", &won), ("e", &won), ("f", &lost)]);
    let told = |repo: &Repo| {
        let model =
            json(repo, &["report", "--closing", "FY26-Q2", "--today", "2026-05-20", "--format", "context"]);
        let figures = &model["figures"];
        [&figures["win_rate"]["text"], &figures["win_rate"]["value_text"], &figures["cycle"]["text"]]
            .map(Value::clone)
    };
    assert_eq!(told(&few), ["2 of 3", "20 of 30 EUR", "42, 42"]);
    assert_eq!(told(&many), ["83.3 % (5 of 6)", "83.3 % (50 of 60 EUR)", "42.0 (5)"]);
}

#[test]
fn each_rate_of_exchange_has_its_own_day() {
    let repo = started(&[("a", "stage: lead\namount: 1 USD"), ("b", "stage: lead\namount: 1 GBP")]);
    for report in [&["report"][..], &["report", "trend"], &["report", "changes", "--since", "@2026-04-01"]] {
        let text = shown(&repo, &[report, &["--today", "2026-05-20"]].concat());
        assert!(text.contains("rates: GBP 2, USD 0.8 since 1 May 2026"), "{text}");
    }
}

#[test]
fn a_bridge_says_of_which_days_it_is() {
    let repo = started(&[("a", "stage: lead\namount: 1\nclose_date: 2026-05-20\nopened: 2026-01-05")]);
    on(&repo, "2026-07-02", &[("b", "stage: lead\namount: 1")]);
    let at = |closing: &str| shown(&repo, &["report", "--closing", closing, "--today", "2026-07-20"]);
    assert!(at("FY26-Q2").contains("## Since 31 Mar 2026, close date in FY26-Q2\n"), "{}", at("FY26-Q2"));
    assert!(at("FY26-Q4").contains("## Since 30 Jun 2026, close date in FY26-Q4\n"), "{}", at("FY26-Q4"));
}

#[test]
fn the_rules_say_what_a_name_in_a_condition_means() {
    let rules = "stages = [\"lead\", \"quote\"]\ncurrency = \"EUR\"\n[derived]\nbig = \"amount >= 250000\"\n\
                 [stage.lead.requires]\nasked = { title = \"Asked\", when = \"big\" }\n";
    let repo = started(&[]);
    repo.write("workflows/w.toml", rules);
    let text = shown(&repo, &["report", "workflow", "--today", "2026-05-20"]);
    assert!(text.contains("when `big` |") && text.contains("- big: `amount >= 250000`"), "{text}");
    let page = shown(&repo, &["report", "workflow", "--today", "2026-05-20", "--format", "html"]);
    assert!(page.contains("<dt><code>big</code></dt><dd><code>amount &gt;= 250000</code></dd>"));
}

#[test]
fn settings_may_pin_the_day() {
    let repo = started(&[("a", "stage: lead\namount: 1\nclose_date: 2026-05-20")]);
    repo.write("dealgate.toml", &format!("today = 2026-05-21\n{RATES}"));
    let today = |arguments: &[&str]| json(&repo, arguments)["today"].clone();
    let check = ["check", "--format", "json", "--fail-on", "never"];
    assert_eq!(today(&check), "2026-05-21");
    assert_eq!(today(&[&check[..], &["--today", "2026-05-01"]].concat()), "2026-05-01");
    let model = json(&repo, &["report", "--format", "context"]);
    assert_eq!(model["header"]["today"]["iso"], "2026-05-21");
    let told = json(&repo, &["diff", "HEAD", "--format", "json"]);
    assert_eq!(told["head"]["day"], "2026-05-21");
}

/// That a deal was opened in January tells nothing of what else was there, or was won, before the first commit.
#[test]
fn periods_before_the_record_starts_are_not_known() {
    let repo = started(&[("a", "stage: lead\namount: 1\nopened: 2026-01-05")]);
    let today = ["--today", "2026-05-20"];
    let model =
        json(&repo, &[&["report", "trend", "--last", "6", "--format", "context"][..], &today].concat());
    let points = model["trend"]["points"].as_array().expect("points");
    assert_eq!(
        points.iter().map(|point| &point["name"]).collect::<Vec<_>>(),
        ["2026-03", "2026-04", "2026-05"]
    );
    assert_eq!(model["trend"]["before_record"], json!(["2025-12", "2026-01", "2026-02"]));
    let text = shown(&repo, &[&["report", "trend", "--last", "6"][..], &today].concat());
    assert!(
        text.contains(
            "\n| 2025-12 to 2026-02 | — | — | — | — | — | — |\n| 2026-03 (known from 20 Mar 2026) | 1 |"
        ),
        "{text}"
    );
    let known_from: Vec<_> = points.iter().map(|point| &point["known_from"]["iso"]).collect();
    assert_eq!(known_from, [&json!("2026-03-20"), &Value::Null, &Value::Null], "it starts partway in March");
    assert!(text.contains("- **Start of the record**: "), "{text}");
    let page = shown(&repo, &[&["report", "trend", "--last", "6", "--format", "html"][..], &today].concat());
    assert!(page.contains("before the record starts"));
    assert!(page.contains("2026-03<small>known from 20 Mar 2026</small>"), "{page}");
    assert!(page.contains("2026-03, known from 20 Mar 2026: "), "the chart says it, too");
    // A record that starts on the first day of a period tells of all of it.
    let whole = started(&[]);
    on(&whole, "2026-04-01", &[("a", "stage: lead\namount: 1")]);
    for (by, name) in [("month", "2026-04"), ("quarter", "FY26-Q2")] {
        let trend =
            json(&whole, &[&["report", "trend", "--by", by, "--format", "context"][..], &today].concat());
        assert_eq!(point(&trend, name)["known_from"], Value::Null, "{by}");
    }
    let weeks =
        json(&whole, &[&["report", "trend", "--by", "week", "--format", "context"][..], &today].concat());
    assert_eq!(point(&weeks, "2026-W14")["known_from"]["iso"], "2026-04-01", "a Wednesday");
}
