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
