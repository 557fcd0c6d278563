//! What `check --since` promises: only what a change brings fails, and how deals may move.

use serde_json::Value;

use crate::repo::{JANE, Repo};
use crate::run::dealgate;

const WORKFLOW: &str = "\
currency = \"EUR\"
stages = [\"first\", \"second\", \"third\", \"fourth\"]
[moves]
start-in = [\"first\", \"second\"]
[stage.first.requires]
named = { title = \"A source is named\", field = \"source\" }
[stage.second]
when = \"!has(deal.source) || source != 'short cut'\"
[stage.second.requires]
known = { title = \"A customer is known\", field = \"customer\" }
[stage.third.requires]
known-too = { title = \"A customer is known\", field = \"customer\" }
[stage.fourth.requires]
known-still = { title = \"A customer is known\", field = \"customer\" }
";

fn deal(stage: &str, more: &str) -> String {
    format!("name: A deal\nstage: {stage}\ncustomer: Initech\nsource: a fair\namount: 100 EUR\n{more}")
}

/// A repository whose one deal stands in a stage.
fn standing(stage: &str, more: &str) -> Repo {
    let repo = Repo::new();
    repo.write("workflows/acme.toml", WORKFLOW);
    repo.write("deals/acme/one.yaml", &deal(stage, more));
    repo.write("deals/acme/idle.yaml", &deal("first", "").replace("customer", "custommer"));
    repo.commit("2026-05-01", JANE, "Start");
    repo
}

fn check(repo: &Repo, since: &str) -> (i32, Value) {
    let ran =
        dealgate(repo.path(), &["check", "--since", since, "--format", "json", "--today", "2026-05-20"]);
    let json = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{}{}", ran.stdout, ran.stderr));
    (ran.status, json)
}

/// Codes of what the change brings, with their levels.
fn brought(json: &Value) -> Vec<String> {
    let findings = json["findings"].as_array().expect("a list").iter();
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap_or_default().to_owned();
    findings
        .filter(|finding| finding["introduced"] == true)
        .map(|finding| format!("{} {}", text(finding, "level"), text(finding, "code")))
        .collect()
}

#[test]
fn a_day_is_a_moment_too_when_a_commit_tells_of_it() {
    let repo = standing("first", "");
    repo.write("deals/acme/one.yaml", &deal("fourth", ""));
    assert_eq!(brought(&check(&repo, "@2026-05-02").1), ["error skipped-stage"]);
    for (day, why) in [("@2026-04-30", "no commit tells"), ("@2026-06-01", "is after")] {
        let ran = dealgate(repo.path(), &["check", "--since", day, "--today", "2026-05-20"]);
        assert_eq!(ran.status, 2, "{day}");
        assert!(ran.stderr.contains(why), "{}", ran.stderr);
    }
}

/// What moving the deal brings.
fn moved(from: (&str, &str), to: (&str, &str)) -> (i32, Vec<String>) {
    let repo = standing(from.0, from.1);
    repo.write("deals/acme/one.yaml", &deal(to.0, to.1));
    let (status, json) = check(&repo, "HEAD");
    assert_eq!(json["summary"]["not_touched"], 1);
    (status, brought(&json))
}

#[test]
fn a_stage_may_not_be_skipped() {
    assert_eq!(moved(("first", ""), ("second", "")), (0, vec![]));
    assert_eq!(moved(("first", ""), ("third", "")), (1, vec!["error skipped-stage".to_owned()]));
    let named = "history:\n  - {date: 2026-05-02, stage: second}\n  - {date: 2026-05-03, stage: third}\n";
    assert_eq!(moved(("first", ""), ("third", named)), (0, vec![]));
    // A stage that does not exist for the deal is not skipped.
    let repo = standing("first", "");
    repo.write("deals/acme/one.yaml", &deal("third", "").replace("a fair", "short cut"));
    assert_eq!(brought(&check(&repo, "HEAD").1), Vec::<String>::new());
}

#[test]
fn going_back_needs_a_reason() {
    assert_eq!(moved(("third", ""), ("second", "")), (0, vec!["warning moved-back".to_owned()]));
    let told = "history:\n  - {date: 2026-05-03, stage: second, reason: the sponsor left}\n";
    assert_eq!(moved(("third", ""), ("second", told)), (0, vec![]));
    let mute = "history:\n  - {date: 2026-05-03, stage: second}\n";
    assert_eq!(moved(("third", ""), ("second", mute)), (0, vec!["warning moved-back".to_owned()]));
}

#[test]
fn a_corrected_entry_moves_nothing() {
    let told = |amount| {
        format!(
            "history:\n  - {{date: 2026-04-01, stage: first, amount: {amount} EUR}}\n  \
             - {{date: 2026-04-05, stage: second}}\n"
        )
    };
    let brought = moved(("second", &told("100")), ("second", &told("120"))).1;
    assert!(!brought.iter().any(|finding| finding.ends_with("moved-back")), "{brought:?}");
}

#[test]
fn opening_again_needs_a_reason() {
    let lost = "outcome: {result: lost, date: 2026-04-30, reason: price}\n";
    assert_eq!(moved(("second", lost), ("second", "")), (1, vec!["error reopened".to_owned()]));
    let told = "history:\n  - {date: 2026-05-03, outcome: open, reason: the competitor withdrew}\n";
    assert_eq!(moved(("second", lost), ("second", told)), (0, vec![]));
    assert_eq!(moved(("second", ""), ("second", lost)), (0, vec![]));
}

#[test]
fn a_deal_starts_early_and_does_not_vanish() {
    let repo = standing("first", "");
    repo.write("deals/acme/late.yaml", &deal("third", "").replace("A deal", "Late"));
    repo.write("deals/acme/early.yaml", &deal("second", "").replace("A deal", "Early"));
    let told = "history:\n  - {date: 2026-04-01, stage: first}\n  - {date: 2026-04-05, stage: second}\n";
    repo.write("deals/acme/told.yaml", &deal("third", told).replace("A deal", "Told"));
    let (status, json) = check(&repo, "HEAD");
    assert_eq!((status, brought(&json)), (1, vec!["error started-late".to_owned()]));
    let repo = standing("first", "");
    std::fs::remove_file(repo.path().join("deals/acme/one.yaml")).expect("it was there");
    let (status, json) = check(&repo, "HEAD");
    assert_eq!((status, brought(&json)), (0, vec!["warning deal-removed".to_owned()]));
    assert_eq!(json["findings"][0]["file"], "deals/acme/one.yaml");
    assert_eq!(json["findings"][0]["line"], 1);
}

#[test]
fn levels_of_moves_are_the_workflows_own() {
    let repo = Repo::new();
    repo.write(
        "workflows/acme.toml",
        &WORKFLOW.replace("[moves]", "[moves]\nskip = \"off\"\nback = \"error\""),
    );
    repo.write("deals/acme/one.yaml", &deal("first", ""));
    repo.write("deals/acme/two.yaml", &deal("fourth", ""));
    repo.commit("2026-05-01", JANE, "Start");
    repo.write("deals/acme/one.yaml", &deal("third", ""));
    repo.write("deals/acme/two.yaml", &deal("first", ""));
    assert_eq!(brought(&check(&repo, "HEAD").1), ["error moved-back"]);
}

#[test]
fn only_what_is_new_fails() {
    let repo = standing("first", "");
    // This fault is older than the change, in a deal that the change touches.
    repo.write("deals/acme/one.yaml", &deal("second", "").replace("source: a fair\n", ""));
    repo.commit("2026-05-02", JANE, "A fault");
    repo.git(&["switch", "--quiet", "-c", "topic"]);
    repo.write("deals/acme/one.yaml", &deal("second", "notes: more\n").replace("source: a fair\n", ""));
    repo.commit("2026-05-03", JANE, "A note");
    let (status, json) = check(&repo, "main");
    assert_eq!((status, brought(&json)), (0, vec![]));
    assert_eq!(json["findings"][0]["introduced"], false);
    assert_eq!((&json["summary"]["errors"], &json["summary"]["introduced"]), (&1.into(), &0.into()));
    let shown = dealgate(repo.path(), &["check", "--since", "main", "--today", "2026-05-20"]).stdout;
    assert!(shown.starts_with("There before main"), "{shown}");
    assert!(shown.contains("1 deal not touched"), "{shown}");
    // The line moves on; where it parted stays what counts.
    repo.git(&["switch", "--quiet", "main"]);
    repo.write("deals/acme/idle.yaml", &deal("second", ""));
    repo.commit("2026-05-04", JANE, "Elsewhere");
    repo.git(&["switch", "--quiet", "topic"]);
    assert_eq!(check(&repo, "main").1["summary"]["deals"], 1);
}

#[test]
fn a_change_of_rules_has_every_deal_judged() {
    let repo = standing("second", "");
    repo.write("workflows/acme.toml", &WORKFLOW.replace("field = \"source\"", "field = \"owner\""));
    let (status, json) = check(&repo, "HEAD");
    assert_eq!((status, brought(&json)), (1, vec!["error requirement-unmet".to_owned()]));
    assert_eq!((&json["summary"]["deals"], &json["summary"]["not_touched"]), (&2.into(), &0.into()));
    // The fault of the idle deal is older.
    assert_eq!(json["findings"].as_array().map(Vec::len), Some(2));
}

#[test]
fn a_change_of_rules_is_seen_wherever_they_stand() {
    let broken = WORKFLOW.replace("\"customer\" }", "\"tags\" }");
    for (settings, file, link) in [
        ("workflows = \".\"\n", "acme.toml", None),
        ("workflows = \"sales/rules\"\n", "sales/rules/acme.toml", None),
        ("", "shared/acme.toml", Some(("workflows/acme.toml", "../shared/acme.toml"))),
        ("", "shared/acme.toml", Some(("workflows", "shared"))),
    ] {
        let repo = Repo::new();
        repo.write("dealgate.toml", settings).write(file, WORKFLOW);
        repo.write("deals/acme/one.yaml", &deal("second", "")).write("workflows.txt", "");
        if let Some((name, to)) = link {
            let name = repo.path().join(name);
            std::fs::create_dir_all(name.parent().expect("a folder")).expect("a folder");
            std::os::unix::fs::symlink(to, name).expect("a link");
        }
        repo.commit("2026-05-01", JANE, "Start");
        repo.write("deals/acme/two.yaml", &deal("first", ""));
        assert_eq!(check(&repo, "main").1["summary"]["deals"], 1, "{settings}{file}: a deal is no rule");
        repo.write(file, &broken);
        assert_eq!(check(&repo, "main").1["summary"]["deals"], 2, "{settings}{file}");
        repo.commit("2026-05-02", JANE, "Rules");
        let ran =
            dealgate(repo.path(), &["check", "--since", "HEAD~1", "--at", "HEAD", "--format", "concise"]);
        assert!(ran.stdout.contains("2 deals"), "{settings}{file}: {}", ran.stdout);
    }
}

#[test]
fn a_deal_that_a_link_leads_to_is_judged_when_it_changes() {
    let repo = Repo::new();
    repo.write("workflows/acme.toml", WORKFLOW).write("data/acme/one.yaml", &deal("first", ""));
    std::os::unix::fs::symlink("data", repo.path().join("deals")).expect("a link");
    repo.commit("2026-05-01", JANE, "Start");
    assert_eq!(check(&repo, "main").1["summary"]["deals"], 0);
    repo.write("data/acme/one.yaml", &deal("fourth", ""));
    assert_eq!(brought(&check(&repo, "main").1), ["error skipped-stage"]);
}

#[test]
fn evidence_that_goes_touches_the_deal_that_names_it() {
    let repo = standing("first", "");
    let asked = "named = { title = \"It is shown\", evidence = true }";
    let workflow = WORKFLOW.replace("named = { title = \"A source is named\", field = \"source\" }", asked);
    repo.write("workflows/acme.toml", &workflow);
    repo.write("papers/offer.txt", "an offer");
    let done = "done: {named: {date: 2026-05-01, evidence: papers/offer.txt}}\n";
    repo.write("deals/acme/one.yaml", &deal("second", done));
    repo.commit("2026-05-02", JANE, "An offer");
    std::fs::remove_file(repo.path().join("papers/offer.txt")).expect("it was there");
    let (status, json) = check(&repo, "HEAD");
    assert_eq!((status, brought(&json)), (1, vec!["error evidence-missing".to_owned()]));
}

#[test]
fn evidence_that_comes_touches_the_deal_however_it_is_written() {
    for (path, written) in [
        ("papers/offer.txt", "papers/offer.txt"),
        ("papers/offer.txt", "papers/./offer.txt"),
        ("papers/\u{e4}.txt", r#""papers/\u00e4.txt""#),
        (".papers/offer.txt", ".papers/offer.txt"),
    ] {
        let repo = standing("first", "");
        let asked = "named = { title = \"It is shown\", evidence = true }";
        let workflow =
            WORKFLOW.replace("named = { title = \"A source is named\", field = \"source\" }", asked);
        repo.write("workflows/acme.toml", &workflow);
        let done = format!("done: {{named: {{date: 2026-05-01, evidence: {written}}}}}\n");
        repo.write("deals/acme/one.yaml", &deal("second", &done));
        repo.commit("2026-05-02", JANE, "An offer to come");
        assert_eq!(check(&repo, "HEAD").1["summary"]["deals"], 0, "{written}");
        repo.write(path, "an offer");
        repo.commit("2026-05-03", JANE, "The offer");
        // What came on disk and is hidden, nobody lists.
        let arguments = ["check", "--at", "HEAD", "--since", "HEAD~1", "--format", "json"];
        let ran = dealgate(repo.path(), &arguments);
        let json: Value = serde_json::from_str(&ran.stdout).expect("it is JSON");
        assert_eq!(json["summary"]["deals"], 1, "{written}: {json}");
        assert_eq!(json["findings"].as_array().map(Vec::len), Some(0), "{written}: {json}");
    }
}

#[test]
fn among_many_files_that_came_and_went_only_the_deals_that_name_one_are_touched() {
    let repo = standing("first", "");
    repo.write("papers/offer.txt", "an offer").write("papers/stays.txt", "the same");
    let notes = |paper: &str| deal("first", &format!("notes: see papers/{paper}\n"));
    for (name, paper) in [("gone", "offer.txt"), ("came", "17.txt"), ("same", "stays.txt"), ("none", "x.txt")]
    {
        repo.write(&format!("deals/acme/{name}.yaml"), &notes(paper));
    }
    repo.commit("2026-05-02", JANE, "An offer");
    std::fs::remove_file(repo.path().join("papers/offer.txt")).expect("it was there");
    for number in 0..500 {
        repo.write(&format!("papers/{number}.txt"), "");
    }
    let (_, json) = check(&repo, "HEAD");
    assert_eq!((&json["summary"]["deals"], &json["summary"]["not_touched"]), (&2.into(), &4.into()));
}

#[test]
fn a_file_that_git_cannot_be_asked_for_ends_nothing() {
    let repo = standing("first", "");
    for name in ["Icon\r", "two\nlines", "two\r\nlines"] {
        repo.write(name, "").write(&format!("deals/acme/{name}"), "");
    }
    repo.commit("2026-05-02", JANE, "From a Mac");
    repo.write("deals/acme/one.yaml", &deal("second", ""));
    let (status, json) = check(&repo, "HEAD");
    assert_eq!((status, brought(&json)), (0, Vec::new()));
    assert_eq!(json["summary"]["deals"], 1, "{json}");
    for command in [&["diff", "HEAD"][..], &["report", "changes", "--since", "HEAD"]] {
        let ran = dealgate(repo.path(), command);
        assert_eq!((ran.status, ran.stderr.as_str()), (0, ""), "{command:?}");
    }
}

const GUARDED: &str = "\
stages = [\"prospect\", \"closed\"]
currency = \"EUR\"
[stage.prospect]
max-days = 30
[stage.prospect.requires]
price-approved = { title = \"The price is approved\", approval = \"anyone\", covers = [\"amount\"] }
[stage.closed.requires]
named = { title = \"A source is named\", field = \"source\" }
";

const APPROVED: &str = "done: {price-approved: {date: 2026-05-02, by: dana@acme.example}}\n";

fn owned(stage: &str, more: &str) -> String {
    deal(stage, &format!("owner: jane@acme.example\n{more}"))
}

/// A branch on which Jane approves a price in Dana's name.
fn forged() -> Repo {
    let repo = Repo::new();
    repo.write("dealgate.toml", "[provenance]\napprovals = \"authored\"\n");
    repo.write("workflows/acme.toml", GUARDED);
    repo.write("deals/acme/one.yaml", &owned("prospect", ""));
    repo.commit("2026-05-01", JANE, "Start");
    repo.git(&["switch", "--quiet", "-c", "topic"]);
    repo.write("deals/acme/one.yaml", &owned("prospect", APPROVED));
    repo.commit("2026-05-02", JANE, "Approved, says Jane");
    repo
}

fn check_with(repo: &Repo, more: &[&str]) -> (i32, Value) {
    let mut all = vec!["check", "--since", "main", "--format", "json"];
    all.extend(more);
    let ran = dealgate(repo.path(), &all);
    let json = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{}{}", ran.stdout, ran.stderr));
    (ran.status, json)
}

#[test]
fn an_approval_committed_by_somebody_else_is_brought() {
    let repo = forged();
    let (status, json) = check(&repo, "main");
    assert_eq!((status, brought(&json)), (1, vec!["error approval-unproven".to_owned()]));
    let message = json["findings"][0]["message"].as_str().unwrap_or_default();
    assert!(message.contains("Jane Roe"), "{message}");
    let (status, json) = check_with(&repo, &["--no-history", "--today", "2026-05-20"]);
    let unproven = vec!["error approval-unproven".to_owned()];
    assert_eq!((status, brought(&json)), (1, unproven), "without commits nothing is proved");
    // Her own approval is hers, and void when the amount that it covers changes.
    repo.git(&["switch", "--quiet", "main"]);
    repo.write("deals/acme/one.yaml", &owned("prospect", APPROVED));
    repo.commit("2026-05-02", "Dana Doe <dana@acme.example>", "Approved");
    repo.git(&["switch", "--quiet", "-C", "topic"]);
    repo.write("deals/acme/one.yaml", &owned("prospect", APPROVED).replace("100", "90"));
    repo.commit("2026-05-03", JANE, "For less");
    assert_eq!(brought(&check(&repo, "main").1), ["error approval-void"]);
}

/// What is put back: the entry as it was, the file as it was, or the file under another name and back.
type TakeAway = fn(&Repo, &str);

#[test]
fn an_approval_taken_away_and_put_back_by_somebody_else_is_brought() {
    let (dana, approved) = ("Dana Doe <dana@acme.example>", owned("prospect", APPROVED));
    let ways: [(&str, TakeAway); 3] = [
        ("the entry", |repo, _| {
            repo.write("deals/acme/one.yaml", &owned("prospect", ""));
        }),
        ("the file", |repo, _| {
            std::fs::remove_file(repo.path().join("deals/acme/one.yaml")).expect("it was there");
        }),
        ("the name and the entry", |repo, _| {
            repo.git(&["mv", "deals/acme/one.yaml", "deals/acme/uno.yaml"]);
            repo.write("deals/acme/uno.yaml", &owned("prospect", ""));
        }),
    ];
    for (what, take_away) in ways {
        let repo = Repo::new();
        repo.write("dealgate.toml", "[provenance]\napprovals = \"authored\"\n");
        repo.write("workflows/acme.toml", GUARDED);
        repo.write("deals/acme/one.yaml", &approved);
        repo.write("deals/acme/other.yaml", &approved.replace("A deal", "Another"));
        repo.commit("2026-05-02", dana, "Approved");
        repo.git(&["switch", "--quiet", "-c", "topic"]);
        take_away(&repo, &approved);
        repo.commit("2026-05-03", JANE, "Away");
        std::fs::remove_file(repo.path().join("deals/acme/uno.yaml")).ok();
        repo.write("deals/acme/one.yaml", &approved);
        repo.commit("2026-05-04", JANE, "And back");
        let whole = dealgate(repo.path(), &["check", "--today", "2026-05-20"]);
        assert_eq!(whole.status, 1, "{what}: {}", whole.stdout);
        let (status, json) = check(&repo, "main");
        assert_eq!((status, brought(&json)), (1, vec!["error approval-unproven".to_owned()]), "{what}");
        assert_eq!(json["summary"]["deals"], 1, "{what}");
    }
}

#[test]
fn time_in_a_stage_comes_from_commits_at_both_ends() {
    let repo = forged();
    repo.git(&["switch", "--quiet", "main"]);
    repo.git(&["switch", "--quiet", "-c", "note"]);
    repo.write("deals/acme/one.yaml", &owned("prospect", "notes: more\n"));
    let (status, json) = check_with(&repo, &["--today", "2026-07-20"]);
    assert_eq!((status, brought(&json)), (0, vec![]));
    let known: Vec<_> = json["findings"].as_array().expect("a list").iter().map(|it| &it["code"]).collect();
    assert_eq!(known, ["stalled"], "it was so before the note");
}

#[test]
fn the_rules_of_the_base_hold_on_a_strangers_branch() {
    let repo = forged();
    repo.write("dealgate.toml", "[provenance]\napprovals = \"off\"\n");
    repo.write("workflows/acme.toml", &GUARDED.replace("field = \"source\"", "field = \"name\""));
    repo.write("deals/acme/two.yaml", &owned("closed", APPROVED).replace("source: a fair\n", ""));
    repo.commit("2026-05-03", "Mallory <m@elsewhere.example>", "Trust me");
    let own: Vec<_> = brought(&check(&repo, "main").1);
    assert!(!own.iter().any(|it| it.contains("approval") || it.contains("requirement")), "{own:?}");
    let (status, json) = check_with(&repo, &["--rules", "main", "--today", "2026-05-20"]);
    let held = brought(&json);
    assert_eq!(status, 1);
    assert_eq!(held.iter().filter(|it| *it == "error approval-unproven").count(), 2, "{held:?}");
    // Rules that are the same at both ends leave alone what the change does not touch.
    repo.git(&["switch", "--quiet", "-C", "rules", "main"]);
    repo.write("workflows/acme.toml", &GUARDED.replace("max-days = 30", "max-days = 1"));
    repo.commit("2026-05-04", JANE, "Stricter");
    let (_, json) = check_with(&repo, &["--rules", "main", "--today", "2026-05-20"]);
    assert_eq!((&json["summary"]["deals"], &json["summary"]["not_touched"]), (&0.into(), &1.into()));
}

#[test]
fn a_branch_is_judged_without_being_checked_out() {
    let repo = forged();
    let topic = repo.head();
    repo.git(&["switch", "--quiet", "main"]);
    let (status, json) = check_with(&repo, &["--at", "topic"]);
    assert_eq!((status, brought(&json)), (1, vec!["error approval-unproven".to_owned()]));
    assert_eq!((&json["revision"], &json["today"]), (&topic.into(), &"2026-05-02".into()));
    let (_, later) = check_with(&repo, &["--at", "topic", "--today", "2026-07-20"]);
    assert_eq!(later["today"], "2026-07-20");
    let codes: Vec<_> = later["findings"].as_array().expect("a list").iter().map(|it| &it["code"]).collect();
    assert!(codes.contains(&&"stalled".into()), "{codes:?}");
}

/// A requirement that is failed at the base already, as `main` has it; what a branch then writes brings what.
fn on_a_failed_requirement(base: &str, then: &[&str]) -> Vec<(i32, Vec<String>)> {
    let repo = Repo::new();
    repo.write("dealgate.toml", "[provenance]\napprovals = \"authored\"\n");
    repo.write("workflows/acme.toml", GUARDED);
    repo.write("deals/acme/one.yaml", &owned("closed", base));
    repo.commit("2026-05-01", JANE, "Start");
    repo.git(&["switch", "--quiet", "-c", "topic"]);
    let bring = |entry: &&str| {
        repo.write("deals/acme/one.yaml", &owned("closed", entry));
        repo.commit("2026-05-03", JANE, "Says Jane");
        let (status, json) = check(&repo, "main");
        (status, brought(&json))
    };
    then.iter().map(bring).collect()
}

#[test]
fn an_approval_forged_where_the_requirement_failed_before_is_brought() {
    let lee = APPROVED.replace("dana@", "lee@");
    let by_owner = APPROVED.replace("dana@", "jane@");
    let unproven = |code: &str| (1, vec![format!("error {code}")]);
    let nothing = || (0, Vec::new());
    // Nobody had approved it.
    let brought = on_a_failed_requirement("", &[APPROVED, &by_owner, ""]);
    assert_eq!(brought, [unproven("approval-unproven"), unproven("approval-by-owner"), nothing()]);
    let waiver = "waivers: {price-approved: {reason: x, by: dana@acme.example, date: 2026-05-02, until: 2026-06-01}}\n";
    assert_eq!(on_a_failed_requirement("", &[waiver]), [unproven("approval-unproven")]);
    // Somebody had forged it before: other lines, other words and the way back are nothing new; another name is.
    let moved = format!("notes: more\n{}", APPROVED.replace("dana@acme.example", "'dana@acme.example'"));
    let again = APPROVED.replace("05-02", "05-03");
    let brought = on_a_failed_requirement(APPROVED, &[&moved, &again, "", &lee]);
    assert_eq!(brought, [nothing(), nothing(), nothing(), unproven("approval-unproven")]);
}

#[test]
fn a_faulty_entry_made_early_is_brought_by_who_moves_the_deal_past_its_gate() {
    let early = |entry: &str| owned("prospect", entry);
    for (entry, code) in [
        (APPROVED.replace("dana@", "jane@"), "approval-by-owner"),
        (APPROVED.replace("}}", ", of: {amount: 1 EUR}}}"), "approval-void"),
        (
            "waivers: {price-approved: {reason: x, by: jane@acme.example, date: 2026-05-02, until: 2026-06-01}}\n"
                .to_owned(),
            "waiver-not-allowed",
        ),
    ] {
        let repo = Repo::new();
        repo.write("workflows/acme.toml", GUARDED);
        repo.write("deals/acme/one.yaml", &early(&entry));
        repo.commit("2026-05-03", JANE, "Start");
        assert_eq!(check(&repo, "HEAD").1["summary"]["introduced"], 0, "{code}");
        repo.write("deals/acme/one.yaml", &early(&format!("{entry}notes: as before\n")));
        assert_eq!(brought(&check(&repo, "HEAD").1), Vec::<String>::new(), "{code}");
        repo.write("deals/acme/one.yaml", &owned("closed", &entry));
        let (status, json) = check(&repo, "HEAD");
        assert_eq!((status, brought(&json)), (1, vec![format!("error {code}")]));
    }
}

#[test]
fn a_renamed_deal_keeps_its_forged_approval() {
    let repo = forged();
    repo.git(&["switch", "--quiet", "-C", "main"]);
    repo.git(&["switch", "--quiet", "-c", "later"]);
    repo.git(&["mv", "deals/acme/one.yaml", "deals/acme/uno.yaml"]);
    repo.commit("2026-05-04", JANE, "Another name");
    let (status, json) = check(&repo, "main");
    assert_eq!((status, brought(&json)), (0, vec![]));
    assert_eq!(json["findings"][0]["code"], "approval-unproven");
}
