//! One account everywhere: `check`, `status`, `report`, `diff` and exports count alike, and every figure of a page is that
//! of the deals that it leads to.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::repo::{JANE, Repo, dealgate as dealgate_in};
use crate::reports::{json, list, workspaces};
use crate::run::{copied, dealgate};

fn count(of: &Value) -> u64 {
    of.as_u64().unwrap_or_else(|| panic!("{of} is no count"))
}

/// An amount in hundredths; 0 for none.
fn hundredths(money: &Value) -> i128 {
    let text = money["amount"].as_str().or(money.as_str()).unwrap_or("0");
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let digits = format!("{whole}{rest:0<2}");
    digits.parse().unwrap_or_else(|_| panic!("{text} is no amount"))
}

#[test]
fn check_status_and_reports_count_findings_and_deals_alike() {
    let mut compared = 0;
    for workspace in workspaces() {
        let workspace = copied(&workspace);
        let path = workspace.path();
        if dealgate(path, &["check"]).status == 2 {
            continue;
        }
        let check = json(path, &["check", "--format", "json"]);
        // What only `check` looks at: templates, and settings that a report reads past.
        let beside = |finding: &&Value| {
            let text = |key: &str| finding[key].as_str().unwrap_or_default();
            !text("file").starts_with("templates/")
                && !text("code").starts_with("template")
                && !text("message").contains("`templates`")
        };
        let level = |level: &str| {
            list(&check["findings"]).iter().filter(beside).filter(|it| it["level"] == level).count() as u64
        };
        let report = json(path, &["report", "--format", "context"]);
        let verdict = &report["verdict"];
        let at = path.display();
        assert_eq!(count(&verdict["errors"]), level("error"), "{at}: {verdict} {check}");
        assert_eq!(count(&verdict["warnings"]), level("warning"), "{at}: {verdict} {check}");
        assert_eq!(count(&verdict["infos"]), level("info"), "{at}: {verdict} {check}");
        assert_eq!(
            count(&verdict["deals"]) + count(&verdict["not_judged"]),
            count(&check["summary"]["deals"]),
            "{at}: files that are in no figure are counted"
        );
        assert_eq!(verdict["waived"], check["summary"]["waived"], "{at}");
        let status = json(path, &["status", "--format", "json"]);
        assert_eq!(status["summary"]["deals"], check["summary"]["deals"], "{at}");
        let in_order = |deals: &Value, errors: &str| {
            list(deals).iter().filter(|deal| deal[errors] == 0 && deal["state"] != "not-judged").count()
                as u64
        };
        assert_eq!(in_order(&status["deals"], "errors"), count(&verdict["deals_in_order"]), "{at}");
        compared += 1;
    }
    assert!(compared > 40, "only {compared}");
}

#[test]
fn stalled_and_at_fault_are_one_number_on_a_page() {
    let mut stalled = 0;
    for workspace in workspaces() {
        let workspace = copied(&workspace);
        let report = json(workspace.path(), &["report", "--format", "context"]);
        let deals = list(&report["deals"]);
        let sum = |of: &str, key: &str| list(&report[of]).iter().map(|it| count(&it[key])).sum::<u64>();
        let own = deals.iter().filter(|deal| deal["stalled"] == true).count() as u64;
        let concern =
            list(&report["attention"]).iter().find(|it| it["concern"] == "stalled").expect("it is there");
        let at = workspace.path().display();
        assert_eq!(
            [sum("stages", "stalled"), sum("owners", "stalled"), sum("by_company", "stalled")],
            [own; 3],
            "{at}"
        );
        assert_eq!(count(&concern["deals"]), own, "{at}");
        let at_fault = deals.iter().filter(|deal| count(&deal["errors"]) > 0).count() as u64;
        assert_eq!([sum("owners", "with_errors"), sum("by_company", "with_errors")], [at_fault; 2], "{at}");
        stalled += own;
    }
    assert!(stalled > 3, "only {stalled} deals are stalled");
}

#[test]
fn exports_and_reports_price_each_deal_alike() {
    let mut compared = 0;
    for workspace in workspaces() {
        let workspace = copied(&workspace);
        let report = json(workspace.path(), &["report", "--format", "context"]);
        let rows = json(workspace.path(), &["export", "deals", "--format", "json"]);
        let mut by_id: BTreeMap<_, _> =
            list(&rows).iter().map(|row| (row["deal"].as_str().expect("an id"), row)).collect();
        for deal in list(&report["deals"]) {
            let Some(row) = by_id.remove(deal["id"].as_str().expect("an id")) else { continue };
            let same = |shown: &Value, exported: &Value| {
                let exported = exported.as_f64().map(|value| hundredths(&format!("{value:.2}").into()));
                (!shown.is_null()).then(|| hundredths(shown)) == exported
            };
            assert!(same(&deal["value"], &row["amount_base"]), "{deal} {row}");
            // What is closed weighs nothing in a report, and all or nothing in an export.
            let weighs = deal["status"] != "open" || same(&deal["weighted"], &row["weighted_base"]);
            assert!(weighs, "{deal} {row}");
            assert_eq!(deal["category"], row["category"], "{row}");
            compared += 1;
        }
    }
    assert!(compared > 100, "only {compared}");
}

/// What a filter of the page asks, of one deal of the model.
fn fits(deal: &Value, key: &str, wanted: &str) -> bool {
    let is_open = deal["status"] == "open";
    let held = !deal["on_hold"].is_null();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let own = match key {
        "status" if held => "on-hold".to_owned(),
        "check" if count(&deal["errors"]) > 0 => "error".to_owned(),
        "check" if count(&deal["warnings"]) > 0 => "warning".to_owned(),
        "check" => "ok".to_owned(),
        "stage" => text(&deal["stage"]["id"]),
        "owner" => deal["owner_key"].as_str().unwrap_or("-").to_owned(),
        "closing" if deal["in_window"] == true => "in".to_owned(),
        "closing" if deal["closing"].is_null() => "none".to_owned(),
        "closing" if deal["close_date_passed"] == true => "passed".to_owned(),
        "closing" => "out".to_owned(),
        "category" if held => String::new(),
        "category" if deal["category"].is_null() && is_open => "uncategorised".to_owned(),
        "stalled" if deal["stalled"] == true => "yes".to_owned(),
        "weighed" if !deal["weighted"].is_null() => "yes".to_owned(),
        "step" if is_open && !held => text(&deal["step_due"]),
        "lands" if lands(deal).is_some() => "yes".to_owned(),
        "status" | "company" | "category" => text(&deal[key]),
        _ => String::new(),
    };
    wanted.split(',').any(|wanted| wanted == own)
}

/// What a deal is counted with where the quarter lands, weighted.
fn lands(deal: &Value) -> Option<i128> {
    let is_counted = deal["in_window"] == true && deal["on_hold"].is_null();
    let of = if deal["status"] == "won" { &deal["value"] } else { &deal["weighted"] };
    (is_counted && !of.is_null()).then(|| hundredths(of))
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, more)) = rest.split_first() {
        let hex = || u8::from_str_radix(std::str::from_utf8(more.get(..2)?).ok()?, 16).ok();
        let escaped = hex().filter(|_| *first == b'%');
        bytes.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() { &more[2..] } else { more };
    }
    String::from_utf8(bytes).expect("it is text")
}

/// Every number of a page that leads anywhere is the count or the sum of the deals it leads to, as the model has them.
#[test]
fn every_figure_of_a_page_is_that_of_its_deals() {
    let number = regex::Regex::new(
        r##"<a class="num" data-deals="(\d+)"( data-rate="yes")? href="#deals\?([^"]*)">([^<]*)</a>"##,
    )
    .expect("it is one");
    let mut seen = 0;
    for workspace in workspaces() {
        if workspace.join("templates").exists() {
            continue;
        }
        let workspace = copied(&workspace);
        let arguments = ["report", "--format", "html", "--no-history", "--today", "2026-11-23"];
        let page = dealgate(workspace.path(), &arguments).stdout;
        let model = json(workspace.path(), &["report", "--format", "context"]);
        for found in number.captures_iter(&page) {
            let query = found[3].replace("&amp;", "&");
            let asked: Vec<(String, String)> = query
                .split('&')
                .filter_map(|part| part.split_once('='))
                .map(|(key, value)| (key.to_owned(), decoded(value)))
                .collect();
            let deals: Vec<&Value> = list(&model["deals"])
                .iter()
                .filter(|deal| asked.iter().all(|(key, wanted)| fits(deal, key, wanted)))
                .collect();
            let at = format!("{}: {} of {query}", workspace.path().display(), &found[4]);
            assert_eq!(deals.len().to_string(), found[1], "{at}");
            seen += 1;
            let shown = found[4].replace([',', '\u{a0}'], "");
            let digits: String = shown.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
            if found.get(2).is_some() || digits.is_empty() {
                continue;
            }
            let rounded = |cents: i128| ((cents + 50).div_euclid(100)).to_string();
            let sum = |of: &dyn Fn(&Value) -> i128| deals.iter().map(|deal| of(deal)).sum::<i128>();
            let sums = [
                sum(&|deal| hundredths(&deal["value"])),
                sum(&|deal| hundredths(&deal["weighted"])),
                sum(&|deal| lands(deal).unwrap_or_default()),
            ];
            let matches = digits == found[1] || sums.iter().any(|sum| rounded(*sum) == digits);
            assert!(matches, "{at}: {sums:?}");
        }
    }
    assert!(seen > 500, "only {seen} numbers lead anywhere");
}

/// A workspace with a target of 1,000 EUR for the quarter.
fn with_target(deals: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    };
    write("dealgate.toml", "currency = \"EUR\"\n[targets]\nFY26-Q4 = 1000\n");
    write(
        "workflows/acme.toml",
        "currency = \"EUR\"\nstages = [\"lead\", \"offer\"]\n[stage.offer]\ncategory = \"commit\"\nprobability = 0.5\n",
    );
    for (name, text) in deals {
        write(&format!("deals/acme/{name}.yaml"), text);
    }
    folder
}

const WON: &str = "name: Won\nstage: offer\nopened: 2026-10-01\namount: 1200 EUR\noutcome: {result: won, date: 2026-11-02}\n";
const OPEN: &str = "name: Open\nstage: offer\nopened: 2026-10-01\namount: 500 EUR\nclose_date: 2026-12-01\n";
const UNPRICED: &str = "name: Unpriced\nstage: offer\nopened: 2026-10-01\nclose_date: 2026-12-01\n";

#[test]
fn coverage_has_three_different_answers_where_there_is_no_ratio() {
    let answer = |deals: &[(&str, &str)]| {
        let workspace = with_target(deals);
        let figures = json(workspace.path(), &["report", "--format", "context"])["figures"].clone();
        match &figures["coverage"] {
            Value::Null => figures["no_coverage"].as_str().expect("why").to_owned(),
            coverage => format!("{}, {}", coverage["ratio"]["text"], coverage["basis"]),
        }
    };
    assert_eq!(answer(&[("won", WON), ("open", OPEN)]), "the target is reached");
    assert_eq!(answer(&[("unpriced", UNPRICED)]), "what is open in the window is not priced");
    assert!(answer(&[]).starts_with("\"0.00\", \"nothing open in the window"), "{}", answer(&[]));
    let some = answer(&[("open", OPEN), ("unpriced", UNPRICED)]);
    assert!(some.contains("500 EUR and 1 not priced"), "{some}");
}

#[test]
fn what_is_not_priced_is_a_dash_with_a_count_in_every_table() {
    let workspace = with_target(&[("unpriced", UNPRICED)]);
    let model = json(workspace.path(), &["report", "--format", "context"]);
    let stage = &list(&model["stages"])[1];
    for sum in [
        &model["figures"]["open"],
        &model["figures"]["weighted"],
        &model["figures"]["open_in_window"],
        &model["owners"][0]["figures"]["open"],
        &model["by_company"][0]["figures"]["weighted"],
        &stage["open"],
        &stage["weighted"],
    ] {
        assert_eq!(sum["text"], "\u{2014} (1 not priced)", "{sum}");
        assert!(sum["amount"].is_null());
    }
    let page = dealgate(workspace.path(), &["report", "--format", "html", "--today", "2026-11-23"]).stdout;
    assert!(page.contains("\u{2014} (1 not priced)"), "{page}");
    assert!(page.contains("Where it lands is not known"), "{page}");
}

#[test]
fn files_that_cannot_be_read_are_in_the_answer_and_in_no_figure() {
    let broken = "name: [unclosed\nstage: offer\n";
    let workspace =
        with_target(&[("open", OPEN), ("broken", broken), ("other", "workflow: nowhere\nname: x\n")]);
    let model = json(workspace.path(), &["report", "--format", "context"]);
    assert_eq!(model["verdict"]["not_judged"], 2, "{}", model["verdict"]);
    let doubts = list(&model["outlook"]["doubts"]);
    let told = "2 of 3 deal files could not be judged and are in no figure";
    assert!(doubts.iter().any(|doubt| doubt == told), "{doubts:?}");
    for format in ["html", "markdown"] {
        let arguments = ["report", "--format", format, "--no-history", "--today", "2026-11-23"];
        let page = dealgate(workspace.path(), &arguments).stdout;
        assert!(page.contains(told), "{format}: {page}");
        assert!(page.contains("2 of 3 deal files not judged and in no figure"), "{format}: {page}");
    }
}

#[test]
fn cents_are_shown_where_they_are_asked_for() {
    let odd = OPEN.replace("500 EUR", "500.40 EUR");
    let workspace = with_target(&[("open", odd.as_str())]);
    let open =
        |workspace: &Path| json(workspace, &["report", "--format", "context"])["figures"]["open"].clone();
    assert_eq!(open(workspace.path())["text"], "500 EUR");
    assert_eq!(open(workspace.path())["amount"]["amount"], "500.40", "exact in the model");
    let settings = "currency = \"EUR\"\n[report]\ncents = true\n";
    std::fs::write(workspace.path().join("dealgate.toml"), settings).expect("a file");
    assert_eq!(open(workspace.path())["text"], "500.40 EUR");
    // What was written is shown again as it was.
    let context = dealgate(
        workspace.path(),
        &["report", "--format", "context", "-o", "context.json", "--no-history", "--today", "2026-11-23"],
    );
    assert_eq!(context.status, 0, "{}", context.stderr);
    let direct = dealgate(workspace.path(), &["report", "--no-history", "--today", "2026-11-23"]).stdout;
    let again = dealgate(workspace.path(), &["report", "--from-context", "context.json"]).stdout;
    assert!(again.contains("500.40"), "{again}");
    assert_eq!(again, direct);
}

#[test]
fn people_have_targets_of_their_own() {
    let owned = format!("{OPEN}owner: lee@acme.example\n");
    let workspace = with_target(&[("open", owned.as_str())]);
    let settings = "currency = \"EUR\"\n[people]\n\"lee@acme.example\" = { name = \"Lee Park\", targets = { FY26-Q4 = 800 } }\n\
                    \"dana@acme.example\" = \"Dana Doe\"\n";
    std::fs::write(workspace.path().join("dealgate.toml"), settings).expect("a file");
    let model = json(workspace.path(), &["report", "--format", "context"]);
    assert_eq!(model["owners"][0]["figures"]["target"]["text"], "800 EUR");
    assert!(model["figures"]["target"].is_null(), "one person's target is not everybody's");
    let own = json(workspace.path(), &["report", "--owner", "lee", "--format", "context"]);
    assert_eq!(
        own["outlook"]["answer"],
        "Commit lands at 500 of 800 EUR (62 %): 300 short, 38 days left; best case would still be 300 short."
    );
    // A part of a person's deals has no target.
    let cut =
        json(workspace.path(), &["report", "--owner", "lee", "--stage", "offer", "--format", "context"]);
    assert!(cut["figures"]["target"].is_null());
    let faulty =
        "[people]\n\"lee@acme.example\" = { name = \"Lee\", targets = { soon = 1, FY26-Q4 = \"many\" } }\n";
    std::fs::write(workspace.path().join("dealgate.toml"), faulty).expect("a file");
    let ran = dealgate(workspace.path(), &["check", "--format", "concise"]);
    assert_eq!(ran.stdout.matches("dealgate.toml:").count(), 2, "{}", ran.stdout);
}

#[test]
fn without_a_target_the_quarter_before_is_compared_where_it_is_known() {
    let repo = Repo::new();
    repo.write("dealgate.toml", "currency = \"EUR\"\n");
    repo.write("workflows/acme.toml", "currency = \"EUR\"\nstages = [\"lead\", \"offer\"]\n");
    let won = |day: &str, amount: u32| {
        format!(
            "name: W\nstage: offer\nopened: 2026-01-05\namount: {amount} EUR\nhistory:\n  - {{date: 2026-01-05, stage: lead}}\n  \
             - {{date: {day}, stage: offer}}\noutcome: {{result: won, date: {day}}}\n"
        )
    };
    repo.write("deals/acme/before.yaml", &won("2026-08-10", 300)).commit("2026-08-10", JANE, "won");
    repo.write("deals/acme/late.yaml", &won("2026-09-20", 900)).commit("2026-09-20", JANE, "won");
    repo.write("deals/acme/now.yaml", &won("2026-11-02", 500)).commit("2026-11-02", JANE, "won");
    let answer = |today: &str| {
        let ran = dealgate_in(repo.path(), &["report", "--format", "context", "--today", today]);
        let model: Value = serde_json::from_str(&ran.stdout).expect("a model");
        model["outlook"]["answer"].as_str().expect("a text").to_owned()
    };
    // 23 November is the 54th day of its quarter, and 23 August that of the one before.
    assert_eq!(
        answer("2026-11-23"),
        "Commit lands at 500 EUR: 200 more than on 23 Aug 2026, the same day of FY26-Q3; 38 days left."
    );
}

#[test]
fn diff_changes_and_since_mean_one_base() {
    let repo = Repo::new();
    let deal = |name: &str| {
        format!("name: {name}\nstage: lead\namount: 10 EUR\nopened: 2026-11-01\nclose_date: 2026-12-01\n")
    };
    repo.write("workflows/acme.toml", "currency = \"EUR\"\nstages = [\"lead\"]\n");
    repo.write("deals/acme/a.yaml", &deal("A")).commit("2026-11-02", JANE, "a");
    repo.git(&["switch", "--quiet", "-c", "topic"]);
    repo.write("deals/acme/own.yaml", &deal("Own")).commit("2026-11-03", JANE, "own");
    repo.git(&["switch", "--quiet", "main"]);
    repo.write("deals/acme/theirs.yaml", &deal("Theirs")).commit("2026-11-04", JANE, "theirs");
    repo.git(&["switch", "--quiet", "topic"]);
    let json = |arguments: &[&str]| -> Value {
        let ran = dealgate_in(repo.path(), &[arguments, &["--today", "2026-11-23"]].concat());
        serde_json::from_str(&ran.stdout)
            .unwrap_or_else(|error| panic!("{arguments:?}: {error}: {}", ran.stderr))
    };
    let named = |deals: &Value, key: &str| -> Vec<String> {
        list(deals).iter().map(|deal| deal[key].as_str().unwrap_or_default().to_owned()).collect()
    };
    let of_diff = |range: &str| named(&json(&["diff", range, "--format", "json"])["deals"], "deal");
    assert_eq!(of_diff("main"), ["acme/own"], "since the line parted");
    assert_eq!(of_diff("main..HEAD"), ["acme/own", "acme/theirs"], "from one end to the other");
    assert_eq!(of_diff("main.."), ["acme/own", "acme/theirs"]);
    let changes = json(&["report", "changes", "--since", "main", "--format", "context"]);
    assert_eq!(named(&changes["changes"]["deals"], "id"), ["acme/own"]);
    let since = dealgate_in(repo.path(), &["check", "--since", "main", "--today", "2026-11-23"]);
    assert!(since.stdout.contains("1 deal"), "{}", since.stdout);
}
