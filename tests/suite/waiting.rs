//! `waiting`: what waits for somebody.

use crate::repo::{Repo, dealgate};

const WORKFLOW: &str = "\
currency = \"EUR\"
stages = [\"lead\", \"offer\", \"sold\"]
won-from = \"offer\"
[groups]
board = [\"dana@acme.example\", { email = \"old@acme.example\", until = 2026-01-31 }]
[waivers]
by = \"board\"
max-days = 90
[stage.lead.requires]
met = \"We met\"
price-ok = { title = \"The board approves the price\", approval = \"board\" }
[stage.offer.requires]
sent = \"The offer is sent\"
terms-ok = { title = \"The board approves the terms\", approval = \"board\" }
";

const PEOPLE: &str = "\
[people]
\"dana@acme.example\" = { name = \"Dana\", also = [\"d@acme.example\"] }
\"jane@acme.example\" = { name = \"Jane\" }
\"old@acme.example\" = { name = \"Old\" }
\"ben@acme.example\" = { name = \"Ben\" }
";

/// What `waiting` says of a deal, with `--today 2026-05-10`.
fn said(deal: &str, words: &[&str]) -> String {
    let repo = Repo::new();
    repo.git(&["config", "user.email", "jane@acme.example"]);
    repo.write("dealgate.toml", PEOPLE);
    repo.write("workflows/acme.toml", WORKFLOW).write("deals/acme/press.yaml", deal);
    repo.commit("2026-05-01", crate::repo::JANE, "new");
    let all = [&["waiting"], words, &["--today", "2026-05-10"]].concat();
    let ran = dealgate(repo.path(), &all);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    ran.stdout
}

const DEAL: &str = "name: Press\nstage: lead\nowner: jane@acme.example\namount: 120000\nnext_step: {what: Call Ada, date: 2026-05-12}\n";

#[test]
fn an_approval_waits_for_the_group_that_may_give_it() {
    let shown = said(DEAL, &["dana@acme.example"]);
    assert!(shown.contains("1 approval of dana@acme.example"), "{shown}");
    assert!(shown.contains("acme/press, 120,000 EUR: The board approves the price\n"), "{shown}");
    assert!(shown.contains("    dealgate approve acme/press price-ok\n"), "{shown}");
    assert!(!shown.contains("terms"), "what is asked later waits for nobody yet: {shown}");
    assert!(said(DEAL, &["d@acme.example"]).contains("1 approval"), "by another name");
    assert!(said(DEAL, &["old@acme.example"]).contains("Nothing waits"), "no member any more");
    let past = DEAL.replace("lead", "offer");
    let shown = said(&past, &["dana@acme.example"]);
    let lines: Vec<&str> = shown.lines().filter(|line| line.contains("The board")).collect();
    assert!(lines.len() == 2 && lines[0].contains("price: the deal is past its gate without it"), "{shown}");
}

#[test]
fn nobody_is_asked_to_approve_a_deal_of_their_own() {
    let own = DEAL.replace("jane@", "dana@");
    let shown = said(&own, &["dana@acme.example"]);
    assert!(!shown.contains("approve") && shown.contains("1 next step"), "{shown}");
}

#[test]
fn a_next_step_waits_for_whom_it_names_else_for_the_owner() {
    let shown = said(DEAL, &[]);
    assert!(shown.contains("Call Ada, in 2 days"), "git's user is asked for: {shown}");
    let overdue = DEAL.replace("2026-05-12}", "2026-05-09, by: ben@acme.example}");
    assert!(said(&overdue, &["ben@acme.example"]).contains("Call Ada, 1 day ago"));
    assert!(said(&overdue, &[]).contains("Nothing waits for jane@acme.example."));
    let far = DEAL.replace("2026-05-12", "2026-07-12");
    assert!(said(&far, &[]).contains("Nothing waits"), "it is not due yet");
}

#[test]
fn a_waiver_that_ends_soon_is_told_to_who_gave_it_and_to_the_owner() {
    let waived = format!(
        "{DEAL}waivers:\n  met: {{reason: known for years, by: dana@acme.example, date: 2026-05-02, until: 2026-05-20}}\n"
    );
    for person in ["dana@acme.example", "jane@acme.example"] {
        let shown = said(&waived, &[person]);
        assert!(shown.contains("1 waiver about to end") && shown.contains("We met, in 10 days"), "{shown}");
    }
}

#[test]
fn what_ended_or_rests_waits_for_nobody() {
    for end in
        ["outcome: {result: lost, date: 2026-05-03}\n", "on_hold: {from: 2026-05-01, until: 2026-06-01}\n"]
    {
        let deal = format!("{DEAL}{end}");
        for person in ["dana@acme.example", "jane@acme.example"] {
            assert!(said(&deal, &[person]).contains("Nothing waits"), "{end}");
        }
    }
}

#[test]
fn a_slip_in_the_address_is_not_told_that_nothing_waits() {
    let repo = Repo::new();
    repo.write("dealgate.toml", PEOPLE)
        .write("workflows/acme.toml", WORKFLOW)
        .write("deals/acme/press.yaml", DEAL);
    let ran = dealgate(repo.path(), &["waiting", "dana@acme.exmaple", "--today", "2026-05-10"]);
    assert_eq!((ran.status, ran.stdout.as_str()), (2, ""));
    assert!(ran.stderr.contains("did you mean `dana@acme.example`?"), "{}", ran.stderr);
    assert!(said(DEAL, &["dana"]).contains("1 approval of dana"), "by what stands before the `@`");
}

/// The command that is shown is one that does it, whatever proof the approval asks for.
#[test]
fn an_approval_that_asks_for_proof_is_shown_with_it() {
    let repo = Repo::new();
    let asks = WORKFLOW.replace(
        "approval = \"board\" }\n[stage.offer",
        "approval = \"board\", evidence = true }\n[stage.offer",
    );
    assert_ne!(asks, WORKFLOW);
    repo.write("dealgate.toml", PEOPLE)
        .write("workflows/acme.toml", &asks)
        .write("deals/acme/press.yaml", DEAL);
    let shown = dealgate(repo.path(), &["waiting", "dana@acme.example", "--today", "2026-05-10"]).stdout;
    assert!(shown.contains("    dealgate approve acme/press price-ok --evidence LINK\n"), "{shown}");
}

#[test]
fn a_deal_that_cannot_be_judged_is_told() {
    let shown = said("name: Press\nstage: lead\nworkflow: nowhere\n", &[]);
    assert!(shown.contains("1 deal could not be judged: `dealgate check` says why"), "{shown}");
}

#[test]
fn programs_get_the_same() {
    let shown: serde_json::Value = serde_json::from_str(&said(DEAL, &["--format", "json"])).expect("JSON");
    assert_eq!(shown["person"], "jane@acme.example");
    let waiting = &shown["waiting"][0];
    assert_eq!(waiting["kind"], "next-step");
    assert_eq!((&waiting["day"], &waiting["days_left"]), (&"2026-05-12".into(), &2.into()));
    assert_eq!(waiting["amount"]["value"], "120000");
}
