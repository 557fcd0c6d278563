//! What reports answer where there is little to answer: no deals, no prices, an owner whom nobody knows.

use std::path::Path;

use serde_json::Value;

use crate::repo::{DANA, JANE, Repo, dealgate as in_repo};
use crate::run::dealgate;

fn write(folder: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }
}

fn report(folder: &Path, more: &[&str]) -> String {
    let ran = dealgate(folder, &[&["report"], more, &["--no-history", "--today", "2026-11-23"]].concat());
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    ran.stdout
}

fn answer(folder: &Path) -> String {
    let model: Value = serde_json::from_str(&report(folder, &["--format", "context"])).expect("JSON");
    model["outlook"]["answer"].as_str().expect("a text").to_owned()
}

const COMMITTED: &str = "stage: proposed\nclose_date: 2026-12-01\n";

#[test]
fn what_cannot_be_answered_says_why() {
    let deal = |more: &str| format!("name: x\n{COMMITTED}{more}");
    let (eur, usd, none) = (deal("amount: 5 EUR\n"), deal("amount: 5 USD\n"), deal(""));
    let early = "name: x\nstage: prospect\namount: 5 EUR\nclose_date: 2026-12-01\n";
    let settings = "currency = \"EUR\"\n";
    for (config, deals, said) in [
        ("", &[] as &[&str], "There is no deal to tell of."),
        (settings, &[], "There is no deal to tell of."),
        ("", &["name: [x\n"], "There is no deal that can be judged."),
        (
            "",
            &[early, "name: y\nstage: prospect\namount: 5 USD\n"],
            "Nothing is won or committed; 38 days left.",
        ),
        (settings, &[early], "Commit lands at 0 EUR, without a target; 38 days left."),
        (
            "",
            &[&eur, &usd],
            "Where it lands is not known: amounts are in EUR and USD, and `currency` in dealgate.toml does not say in \
             which to add them up; 38 days left.",
        ),
        (
            settings,
            &[&usd],
            "Where it lands is not known: 1 deal is won or committed, and it is not priced: there is no rate from USD to \
             EUR on 2026-11-23; 38 days left.",
        ),
        (
            settings,
            &[&usd, &none],
            "Where it lands is not known: 2 deals are won or committed, and none is priced; 38 days left.",
        ),
        (settings, &[&eur, &usd], "Commit lands at 5 EUR, without a target; 38 days left."),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        write(folder.path(), &[("dealgate.toml", config)]);
        for (at, text) in deals.iter().enumerate() {
            write(folder.path(), &[(&format!("deals/d{at}.yaml"), text)]);
        }
        assert_eq!(answer(folder.path()), said, "{config:?} {deals:?}");
    }
}

#[test]
fn nothing_is_in_order_where_there_is_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), &[("dealgate.toml", "")]);
    for arguments in [&["summary"] as &[&str], &["pipeline"], &["pipeline", "--format", "html"]] {
        let text = report(folder.path(), arguments);
        let main = text.split("<main").last().unwrap_or_default();
        assert!(!main.contains('\u{2713}') && !main.contains("state good"), "{arguments:?}: {main}");
        assert!(!main.contains("are in order") && main.contains("There is no deal"), "{arguments:?}: {main}");
    }
}

#[test]
fn an_owner_whom_nobody_knows_is_told_with_those_who_are_near() {
    let repo = Repo::new();
    let deal = |owner: &str| format!("name: x\nstage: prospect\nowner: {owner}\namount: 5 EUR\n");
    repo.write(
        "dealgate.toml",
        "[people]\n\"lee@acme.example\" = { name = \"Lee Park\", also = [\"lp@old.example\"] }\n",
    );
    repo.write("deals/one.yaml", &deal("jane.okafor@acme.example"));
    repo.write("deals/two.yaml", &deal("tomas@acme.example"));
    repo.write("deals/gone.yaml", &deal("ida@acme.example"));
    repo.commit("2026-11-02", JANE, "Before");
    repo.write("deals/two.yaml", &deal("jana@other.example"));
    std::fs::remove_file(repo.path().join("deals/gone.yaml")).expect("it is there");
    repo.commit("2026-11-20", DANA, "After");
    let ran =
        |owner: &str| in_repo(repo.path(), &["report", "changes", "--owner", owner, "--today", "2026-11-23"]);
    // Who has a deal, had one, had one that is gone, or is listed.
    for known in ["jane.okafor", "JANA", "tomas@acme.example", "ida", "lee", "lp"] {
        assert_eq!(ran(known).status, 0, "{known}: {}", ran(known).stderr);
    }
    for (unknown, hint) in [
        ("jnae.okafor", "did you mean `jane.okafor@acme.example`?"),
        ("okafor", "did you mean `jane.okafor@acme.example`?"),
        ("jan", "did you mean `jana@other.example` or `jane.okafor@acme.example`?"),
        ("park", "did you mean `lee@acme.example`?"),
        ("tomas@acme.exmaple", "did you mean `tomas@acme.example`?"),
        ("zzz", "possible here: `ida@acme.example`, `jana@other.example`, `jane.okafor@acme.example`"),
    ] {
        let told = ran(unknown);
        assert_eq!(told.status, 2, "{unknown}: {}", told.stdout);
        assert!(told.stderr.contains(&format!("no deal has the owner `{unknown}`")), "{}", told.stderr);
        assert!(told.stderr.contains(hint), "{unknown}: {}", told.stderr);
    }
    let status = in_repo(repo.path(), &["status", "--owner", "jnae.okafor"]);
    assert!(status.status == 2 && status.stderr.contains("jane.okafor@acme.example"), "{}", status.stderr);
    // Whoever is known, and owns none of the deals that are meant, is no slip.
    for arguments in [
        &["report", "summary", "one", "--owner", "jana"],
        &["status", "one", "--owner", "jana", "--no-history"],
    ] {
        assert_eq!(in_repo(repo.path(), arguments).status, 0, "{arguments:?}");
    }
}

#[test]
fn a_comparison_shows_cents_where_reports_do() {
    let repo = Repo::new();
    let deal = |amount: &str| {
        format!(
            "name: x\nstage: prospect\namount: {amount} EUR\nclose_date: 2026-12-01\nopened: 2026-11-01\n"
        )
    };
    repo.write("dealgate.toml", "currency = \"EUR\"\n");
    repo.write("deals/x.yaml", &deal("1000.25"));
    repo.commit("2026-11-02", JANE, "Before");
    repo.write("deals/x.yaml", &deal("2500.75"));
    repo.commit("2026-11-20", JANE, "After");
    let ran = |format: &str| {
        let ran = in_repo(repo.path(), &["diff", "HEAD~1", "--format", format, "--today", "2026-11-23"]);
        assert_eq!(ran.status, 0, "{}", ran.stderr);
        ran.stdout
    };
    for format in ["text", "markdown"] {
        let shown = ran(format);
        assert!(["1,000", "+1,501", "2,501"].iter().all(|amount| shown.contains(amount)), "{shown}");
        assert!(!shown.contains("1,000.25"), "{shown}");
    }
    repo.write("dealgate.toml", "currency = \"EUR\"\n[report]\ncents = true\n");
    repo.commit("2026-11-21", JANE, "Cents");
    let shown =
        in_repo(repo.path(), &["diff", "HEAD~2", "--format", "markdown", "--today", "2026-11-23"]).stdout;
    assert!(["1,000.25", "+1,500.50", "2,500.75"].iter().all(|amount| shown.contains(amount)), "{shown}");
}

#[test]
fn a_deal_on_hold_is_in_no_stay_of_a_stage() {
    let folder = tempfile::tempdir().expect("a folder");
    let deal = |hold: &str| {
        format!(
            "name: x\nstage: prospect\namount: 5 EUR\nhistory:\n  - {{date: 2026-11-03, stage: prospect}}\n{hold}"
        )
    };
    write(folder.path(), &[("dealgate.toml", ""), ("deals/a.yaml", &deal(""))]);
    write(folder.path(), &[("deals/b.yaml", &deal("on_hold: {until: 2027-01-01, reason: budget}\n"))]);
    let model: Value = serde_json::from_str(&report(folder.path(), &["--format", "context"])).expect("JSON");
    assert_eq!(model["stages"][0]["days"]["open"], serde_json::json!([20]));
    assert_eq!(model["stages"][0]["open"]["deals"], 1);
}

#[test]
fn a_report_of_rules_tells_the_same_whether_deals_are_judged_or_not() {
    let folder = tempfile::tempdir().expect("a folder");
    write(
        folder.path(),
        &[
            ("dealgate.toml", ""),
            ("workflows/own.toml", "extends = \"standard\"\nname = \"Own\"\n"),
            ("deals/own/a.yaml", "name: a\nstage: prospect\n"),
            ("deals/b.yaml", "name: b\nstage: prospect\nworkflow: builtin/meddpicc\n"),
        ],
    );
    let alone = report(folder.path(), &["workflow"]);
    assert!(alone.contains("## Own") && alone.contains("MEDDPICC"), "{alone}");
    // Templates of one's own may show anything, so that all is read.
    write(folder.path(), &[("templates/other.md", "{{ verdict.deals }}\n")]);
    assert_eq!(report(folder.path(), &["workflow"]), alone);
    assert_eq!(report(folder.path(), &["other"]), "2\n");
}
