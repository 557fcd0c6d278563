//! What a deal is worth, told by everything that tells it: it must be one number, or none.

use serde_json::Value;

use crate::repo::{JANE, Repo};
use crate::run::dealgate;

const DAY: &str = "2026-04-30";

fn json(repo: &Repo, arguments: &[&str]) -> Value {
    let ran = dealgate(repo.path(), &[arguments, &["--today", DAY]].concat());
    assert_eq!(ran.status, 0, "{arguments:?}: {}", ran.stderr);
    serde_json::from_str(&ran.stdout).expect("it is JSON")
}

/// Deals of some amounts and probabilities, committed before `first` was there.
fn repository(first: [&str; 2], others: &[[&str; 2]]) -> Repo {
    let repo = Repo::new();
    let deal = |[amount, probability]: [&str; 2]| {
        format!(
            "name: A\nstage: prospect\namount: {amount}\nprobability: {probability}\nclose_date: 2026-05-31\n\
             opened: 2026-04-01\n"
        )
    };
    repo.write("dealgate.toml", "currency = \"EUR\"\n[rates]\nUSD = 0.5\n");
    for (number, other) in others.iter().enumerate() {
        repo.write(&format!("deals/other{number}.yaml"), &deal(*other));
    }
    repo.commit("2026-04-02", JANE, "the others");
    repo.write("deals/first.yaml", &deal(first));
    repo.commit("2026-04-03", JANE, "the first");
    repo
}

#[test]
fn reports_comparisons_and_exports_say_the_same() {
    for (amount, probability, weighted) in [
        // Rounded once: its price is 0.51, whose half would be 0.26.
        ("1.01 USD", "0.5", "0.25"),
        ("0.03 USD", "50%", "0.01"),
        ("120000 EUR", "25%", "30000"),
        ("999999999999999 EUR", "100%", "999999999999999"),
    ] {
        let repo = repository([amount, probability], &[]);
        let number = |value: &Value| {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            text.parse::<rust_decimal::Decimal>().expect("a number").normalize().to_string()
        };
        let diff = json(&repo, &["diff", "HEAD~1..HEAD", "--format", "json"]);
        let export = json(&repo, &["export", "deals", "--format", "json"]);
        let report = json(&repo, &["report", "--format", "context"]);
        let told = [
            &diff["overall"]["after"]["weighted"]["value"],
            &export[0]["weighted_base"],
            &report["figures"]["weighted"]["amount"]["amount"],
            &report["deals"][0]["weighted"]["amount"],
            &report["quarter"]["weighted_after"]["amount"]["amount"],
        ];
        assert_eq!(told.map(number), [weighted; 5], "{amount} at {probability}");
    }
}

#[test]
fn what_is_beyond_all_measure_is_worth_nothing_that_could_be_said() {
    let huge = ["70000000000000000000000000000 EUR", "200%"];
    let likely = ["700000000000000 EUR", "10000000000000000%"];
    let repo = repository(huge, &[likely, likely, ["79228162514264337593543950335 USD", "1"]]);
    let diff = json(&repo, &["diff", "HEAD~1..HEAD", "--format", "json"]);
    let open = &diff["overall"]["after"];
    assert_eq!(open["open"]["value"], "1400000000000000");
    assert_eq!((&open["open"]["without_value"], &open["weighted"]["without_value"]), (&2.into(), &4.into()));
    let export = json(&repo, &["export", "deals", "--format", "json"]);
    assert!(export.as_array().expect("rows").iter().all(|row| row["weighted_base"].is_null()), "{export}");
    let report = json(&repo, &["report", "--format", "context"]);
    assert_eq!(report["figures"]["weighted"]["no_probability"], 2);
    for arguments in
        [&["report"][..], &["report", "changes", "--since", "HEAD~1"], &["report", "trend"], &["status"]]
    {
        assert_eq!(
            dealgate(repo.path(), &[arguments, &["--today", DAY]].concat()).status,
            0,
            "{arguments:?}"
        );
    }
}

/// A workspace of these files, committed on one day and, the same, on the next.
fn committed(files: &[(&str, &str)]) -> Repo {
    let repo = Repo::new();
    repo.write("dealgate.toml", "");
    for (path, text) in files {
        let usual = match path.split('/').next() {
            Some("workflows") => "stages = [\"prospect\"]\n",
            Some("deals") => "name: A\nstage: prospect\nclose_date: 2026-05-31\nopened: 2026-04-01\n",
            _ => "",
        };
        repo.write(path, &format!("{usual}{text}"));
    }
    repo.commit("2026-04-02", JANE, "a workspace");
    repo.commit("2026-04-03", JANE, "the same");
    repo
}

#[test]
fn figures_are_in_one_currency_wherever_they_are_told() {
    const EUR: (&str, &str) = ("workflows/acme.toml", "currency = \"EUR\"\n");
    const USD: (&str, &str) = ("workflows/globex.toml", "currency = \"USD\"\n");
    const SILENT: (&str, &str) = ("workflows/acme.toml", "");
    const OTHER: (&str, &str) = ("workflows/other.toml", "");
    const RATES: (&str, &str) = ("dealgate.toml", "[rates]\nUSD = 0.5\n");
    let euros = |path| (path, "amount: 100 EUR\n");
    let dollars = |path| (path, "amount: 100 USD\n");
    let (acme, globex) = ("deals/acme/a.yaml", "deals/globex/b.yaml");
    for (files, currency, value, case) in [
        (vec![EUR, (acme, "amount: 100\n")], "EUR", "100", "that of the one workflow"),
        (vec![RATES, EUR, dollars(acme)], "EUR", "50", "that of the one workflow, and so of the rates"),
        (vec![SILENT, euros(acme)], "EUR", "100", "that of all amounts, where workflows are silent"),
        (vec![euros("deals/a.yaml")], "EUR", "100", "that of all amounts, where there are no workflows"),
        (vec![EUR, USD, euros(acme)], "EUR", "100", "a workflow without deals does not count"),
        (
            vec![EUR, USD, euros(acme), (globex, "")],
            "EUR",
            "100",
            "that of all amounts, where workflows differ",
        ),
        (vec![EUR, USD, euros(acme), dollars(globex)], "", "", "neither workflows nor amounts agree"),
        (
            vec![EUR, OTHER, dollars(acme), euros("deals/other/b.yaml")],
            "EUR",
            "",
            "a silent workflow does not count",
        ),
    ] {
        let repo = committed(&files);
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let diff = json(&repo, &["diff", "HEAD~1..HEAD", "--format", "json"]);
        let export = json(&repo, &["export", "deals", "--format", "json"]);
        let report = json(&repo, &["report", "--format", "context"]);
        let changes = json(&repo, &["report", "changes", "--since", "HEAD~1", "--format", "context"]);
        let told = [
            &diff["currency"],
            &export[0]["currency_base"],
            &report["header"]["currency"],
            &changes["header"]["currency"],
        ];
        assert_eq!(told.map(text), [currency; 4], "{case}");
        let worth = export[0]["amount_base"].as_i64().map(|it| it.to_string()).unwrap_or_default();
        assert_eq!(worth, value, "{case}");
    }
    let repo = committed(&[EUR, USD, euros(acme), dollars(globex)]);
    for (company, currency) in [("globex", "USD"), ("acme", "EUR")] {
        let report = json(&repo, &["report", "--company", company, "--format", "context"]);
        assert_eq!(report["header"]["currency"], currency, "{company}");
    }
}

#[test]
fn rates_in_no_currency_are_told_and_count_for_nothing() {
    let repo = committed(&[("dealgate.toml", "[rates]\nUSD = 0.5\n"), ("deals/a.yaml", "amount: 5 USD\n")]);
    assert_eq!(crate::repo::told(&crate::repo::check(repo.path(), &["--today", DAY])), [""; 0]);
    repo.write("deals/b.yaml", "name: B\nstage: prospect\namount: 5 EUR\n");
    let told = crate::repo::told(&crate::repo::check(repo.path(), &["--today", DAY]));
    assert_eq!(told, ["missing-currency: nothing says in which currency the rates are"]);
}
