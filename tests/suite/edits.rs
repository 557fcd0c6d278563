//! Deals changed by command: before, after, what is said, and each refusal.

use crate::repo::{Repo, dealgate};

const WORKFLOW: &str = "\
currency = \"EUR\"
stages = [\"lead\", \"offer\", \"sold\"]
won-from = \"offer\"
[groups]
board = [\"dana@acme.example\"]
[fields]
contacts = { type = \"list\", items = { name = \"text\", role = \"text\" } }
[waivers]
max-days = 30
[lost]
reasons = [\"price\", \"timing\"]
[stage.lead.requires]
met = \"We met\"
price-ok = { title = \"The board approves the price\", approval = \"board\", covers = [\"amount\"] }
[stage.offer.requires]
sent = { title = \"The offer is sent\", evidence = true }
";

fn workspace(deal: &str) -> Repo {
    let repo = Repo::new();
    repo.git(&["config", "user.email", "jane@acme.example"]);
    repo.write("workflows/acme.toml", WORKFLOW).write("deals/acme/press.yaml", deal);
    repo.commit("2026-05-01", crate::repo::JANE, "new");
    repo
}

fn text(repo: &Repo) -> String {
    std::fs::read_to_string(repo.path().join("deals/acme/press.yaml")).expect("a deal")
}

/// Runs a command on the deal; its status and what it says.
fn run(repo: &Repo, words: &[&str]) -> (i32, String) {
    let mut all = words.to_vec();
    all.extend(["--today", "2026-05-10"]);
    let ran = dealgate(repo.path(), &all);
    (ran.status, ran.stdout + &ran.stderr)
}

#[test]
fn a_sellers_day_needs_no_yaml() {
    let repo = workspace("name: Other\nstage: lead\nowner: jane@acme.example\n");
    let deal = "crane";
    for (words, said) in [
        (
            &["new", "acme/crane", "--customer", "Initech GmbH", "--amount", "120000 EUR"][..],
            "acme/crane in lead",
        ),
        (&["done", deal, "met"], "`met` done on 2026-05-10"),
        (&["approve", deal, "price-ok", "--by", "dana@acme.example"], "approved by dana@acme.example"),
        (&["move", deal], "acme/crane: lead → offer"),
        (&["done", deal, "sent", "--evidence", "https://drive.acme.example/offer"], "`sent` done"),
        (
            &["set", deal, "close_date=2026-06-30", "contacts+={name: Ada, role: buyer}"],
            "close_date=2026-06-30",
        ),
        (&["win", deal], "acme/crane: won on 2026-05-10"),
    ] {
        let (status, told) = run(&repo, words);
        assert!(status == 0 && told.contains(said), "{words:?}: {told}");
    }
    let crane = std::fs::read_to_string(repo.path().join("deals/acme/crane.yaml")).expect("a deal");
    assert_eq!(
        crane,
        "name: crane\ncustomer: Initech GmbH\nstage: offer\nowner: jane@acme.example\namount: 120000 EUR\n\
         close_date: 2026-06-30\nopened: 2026-05-10\ndone:\n  met: 2026-05-10\n  price-ok: {date: 2026-05-10, by: \
         dana@acme.example, of: {amount: 120000 EUR}}\n  sent: {date: 2026-05-10, evidence: \
         https://drive.acme.example/offer}\noutcome: {result: won, date: 2026-05-10}\ncontacts: [{name: Ada, role: \
         buyer}]\n\n# Before it may leave lead:\n# - met: We met\n# - price-ok: The board approves the price\n"
    );
    assert_eq!(run(&repo, &["check", "deals/acme/crane.yaml"]).0, 0);
    let (status, told) = run(&repo, &["new", "acme/crane"]);
    assert!(status == 2 && told.contains("nothing was written"), "{told}");
}

#[test]
fn nothing_else_is_touched() {
    for (before, words, after) in [
        (
            "# mine\r\nname: Press # two\r\nstage: lead\r\n\r\ndone: {}   # none yet\r\nowner: jane@acme.example\r\n",
            &["done", "press", "met"][..],
            "# mine\r\nname: Press # two\r\nstage: lead\r\n\r\ndone: {met: 2026-05-10}   # none yet\r\nowner: \
             jane@acme.example\r\n",
        ),
        (
            "name: Press\nstage: offer # moved twice\ndone: {met: 2026-05-02}\nwaivers:\nowner: jane@acme.example\n",
            &["move", "press", "lead", "--reason", "No budget"],
            "name: Press\nstage: lead # moved twice\ndone: {met: 2026-05-02}\nwaivers:\nowner: \
             jane@acme.example\nhistory: [{date: 2026-05-10, stage: lead, reason: No budget}]\n",
        ),
        (
            "name: Press\nstage: lead\nowner: jane@acme.example",
            &["waive", "press", "met", "--reason", "Old: friends", "--by", "dana@acme.example"],
            "name: Press\nstage: lead\nowner: jane@acme.example\nwaivers:\n  met: {reason: 'Old: friends', by: \
             dana@acme.example, date: 2026-05-10, until: 2026-06-09}",
        ),
        (
            "name: Press\nstage: lead\nowner: jane@acme.example\noutcome: {result: lost, date: 2026-05-02, reason: price}\n",
            &["reopen", "press", "--reason", "They called"],
            "name: Press\nstage: lead\nowner: jane@acme.example\nhistory: [{date: 2026-05-10, outcome: open, reason: \
             They called}]\n",
        ),
        (
            "name: Press\nstage: lead\nowner: jane@acme.example\n",
            &["lose", "press", "--reason", "price", "--competitor", "Globex"],
            "name: Press\nstage: lead\nowner: jane@acme.example\noutcome: {result: lost, date: 2026-05-10, reason: \
             price, competitor: Globex}\n",
        ),
        (
            "name: Press\nstage: lead\nowner: jane@acme.example\nsource: fair\n",
            &["set", "press", "name=Deal #4", "--unset", "source"],
            "name: 'Deal #4'\nstage: lead\nowner: jane@acme.example\n",
        ),
    ] {
        let repo = workspace(before);
        let mut dry = words.to_vec();
        dry.push("--dry-run");
        let (status, told) = run(&repo, &dry);
        assert!(status == 0 && text(&repo) == before, "{words:?}: {told}");
        let (status, told) = run(&repo, words);
        assert_eq!((status, text(&repo).as_str()), (0, after), "{words:?}: {told}");
    }
}

#[test]
fn what_the_rules_refuse_is_not_written() {
    let before = "name: Press\nstage: lead\nowner: jane@acme.example\namount: 5 EUR\n";
    let repo = workspace(before);
    for (words, status, said) in [
        (&["move", "press"][..], 1, "dealgate approve acme/press price-ok"),
        (&["move", "press", "sold"], 2, "say why: `--reason"),
        (&["move", "press", "ofer"], 2, "did you mean `offer`?"),
        (&["win", "press"], 1, "won-too-early"),
        (&["lose", "press", "--reason", "x"], 2, "the reasons are `price` and `timing`"),
        (&["done", "press", "price-ok"], 2, "dealgate approve acme/press price-ok"),
        (&["done", "press", "mett"], 2, "did you mean `met`?"),
        (&["done", "press", "met", "--date", "2026-06-01"], 1, "date-in-future"),
        (&["approve", "press", "price-ok"], 1, "approval-by-owner"),
        (&["approve", "press", "price-ok", "--by", "tom@acme.example"], 1, "approval-outside-group"),
        (&["waive", "press", "met", "--reason", "x"], 1, "waiver-not-allowed"),
        (&["set", "press", "amount=62.000 EUR"], 1, "wrong-type"),
        (&["set", "press", "stage=sold"], 2, "dealgate move acme/press STAGE"),
        (&["set", "press", "amunt=5 EUR"], 1, "unknown-key"),
        (&["set", "prss", "amount=5 EUR"], 2, "did you mean `acme/press`?"),
        (&["reopen", "press", "--reason", "x"], 0, "is open already"),
        (&["set", "press", "amount=6 EUR", "--at", "HEAD"], 2, "a commit cannot be changed"),
        (&["new", "../x"], 2, "cannot be a deal's id"),
        (&["new", "acme/x", "--amount", "12k"], 1, "wrong-type"),
    ] {
        let (found, told) = run(&repo, words);
        assert!(found == status && told.contains(said), "{words:?}: {found} {told}");
        assert_eq!(text(&repo), before, "{words:?}");
    }
    assert!(!repo.path().join("deals/acme/x.yaml").exists());
    // What is at fault already does not stand in the way, and what a change brings beside it is told.
    let approved =
        format!("{before}done: {{met: 2026-05-02, price-ok: {{date: 2026-05-02, by: dana@acme.example}}}}\n");
    let repo = workspace(&approved.replace("stage: lead", "stage: offer"));
    let (status, told) = run(&repo, &["set", "press", "amount=6 EUR"]);
    assert!(status == 0 && told.contains("error[approval-void]"), "{told}");
}

#[test]
fn what_cannot_be_changed_soundly_is_declined() {
    for (deal, words, said) in [
        ("name: &n Press\nstage: lead\ncustomer: *n\n", &["set", "press", "customer=X"][..], "alias"),
        ("name: [Press\nstage: lead\n", &["set", "press", "customer=X"], "cannot be judged"),
    ] {
        let repo = workspace(deal);
        let (status, told) = run(&repo, words);
        assert!(status == 2 && told.contains(said), "{words:?}: {told}");
        assert_eq!(text(&repo), deal);
    }
    #[cfg(unix)]
    {
        let repo = workspace("name: Press\nstage: lead\n");
        let outside = tempfile::tempdir().expect("a folder");
        let there = outside.path().join("x.yaml");
        std::fs::write(&there, "name: X\nstage: lead\n").expect("a file");
        std::os::unix::fs::symlink(&there, repo.path().join("deals/acme/x.yaml")).expect("a link");
        let (status, told) = run(&repo, &["set", "acme/x", "customer=Y"]);
        assert_eq!(status, 2, "{told}");
        assert_eq!(std::fs::read_to_string(&there).expect("a file"), "name: X\nstage: lead\n");
    }
}

#[test]
fn a_new_deal_may_have_any_key() {
    let repo = workspace("name: Press\nstage: lead\nowner: jane@acme.example\n");
    let words = ["new", "acme/crane", "source=fair", "contacts+={name: Ada, role: buyer}", "notes=a: b #c"];
    let (status, told) = run(&repo, &words);
    assert_eq!(status, 0, "{told}");
    let crane = || std::fs::read_to_string(repo.path().join("deals/acme/crane.yaml")).expect("a deal");
    for part in ["source: fair\n", "name: Ada", "notes: 'a: b #c'\n", "# - met: We met\n"] {
        assert!(crane().contains(part), "{part}\n{}", crane());
    }
    assert_eq!(run(&repo, &["check", "deals/acme/crane.yaml"]).0, 0);
    for (words, status, said) in [
        (["new", "acme/x", "sorce=fair"], 1, "unknown-key"),
        (["new", "acme/x", "stage=offer"], 2, "dealgate move acme/x STAGE"),
        (["new", "acme/x", "source"], 2, "gives no value"),
        (["new", "acme/x", "amount=12k"], 1, "wrong-type"),
    ] {
        let (found, told) = run(&repo, &words);
        assert!(found == status && told.contains(said), "{words:?}: {found} {told}");
        assert!(!repo.path().join("deals/acme/x.yaml").exists(), "{words:?}");
    }
    // Where the workspace has schemas, editors are told of the deal's.
    assert_eq!(run(&repo, &["schema", "--write"]).0, 0);
    assert_eq!(run(&repo, &["new", "acme/eu/lift"]).0, 0);
    let lift = std::fs::read_to_string(repo.path().join("deals/acme/eu/lift.yaml")).expect("a deal");
    let first = lift.lines().next().expect("a line");
    let schema = first.strip_prefix("# yaml-language-server: $schema=").expect(first);
    assert!(repo.path().join("deals/acme/eu").join(schema).is_file(), "{schema}");
}

/// Evidence that comes later is written beside what is there: who did it and when stays.
#[test]
fn what_is_there_of_a_task_stays() {
    for (before, words, after) in [
        (
            "{date: 2026-05-02, by: jane@acme.example, note: mailed}",
            &["--evidence", "https://x.example/o"][..],
            "{date: 2026-05-02, by: jane@acme.example, note: mailed, evidence: https://x.example/o}",
        ),
        (
            "2026-05-02",
            &["--evidence", "https://x.example/o"],
            "{date: 2026-05-02, evidence: https://x.example/o}",
        ),
        (
            "{date: 2026-05-02, evidence: https://x.example/o, note: old}",
            &["--date", "2026-05-04", "--note", "new"],
            "{date: 2026-05-04, evidence: https://x.example/o, note: new}",
        ),
        (
            "{date: 2026-05-02, evidence: https://x.example/o}",
            &[],
            "{date: 2026-05-02, evidence: https://x.example/o}",
        ),
        ("{evidence: https://x.example/o}", &[], "{evidence: https://x.example/o, date: 2026-05-10}"),
    ] {
        let deal = |sent: &str| {
            format!("name: Press\nstage: lead\nowner: jane@acme.example\ndone:\n  sent: {sent}\n")
        };
        let repo = workspace(&deal(before));
        let (status, told) = run(&repo, &[&["done", "press", "sent"], words].concat());
        assert_eq!((status, text(&repo)), (0, deal(after)), "{told}");
    }
}

#[test]
fn a_file_that_may_not_be_written_is_not() {
    let before = "name: Press\nstage: lead\nowner: jane@acme.example\n";
    let repo = workspace(before);
    let file = repo.path().join("deals/acme/press.yaml");
    let mut permissions = std::fs::metadata(&file).expect("a file").permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&file, permissions).expect("it can be set");
    let (status, told) = run(&repo, &["done", "press", "met"]);
    assert!(
        status == 2 && told.contains("read-only; nothing was written\n  hint: give yourself the right"),
        "{told}"
    );
    assert_eq!(text(&repo), before);
}

/// Whatever is written at the same moment: each command that says so has written, and none takes away what another did.
#[test]
fn of_many_commands_at_once_none_is_lost() {
    let repo = workspace("name: Press\nstage: lead\nowner: jane@acme.example\ncontacts:\n- name: First\n");
    let written: usize = std::thread::scope(|scope| {
        let one = |number: usize| {
            let repo = &repo;
            move || run(repo, &["set", "press", &format!("contacts+={{name: N{number}}}")])
        };
        let all: Vec<_> = (0..10).map(|number| scope.spawn(one(number))).collect();
        all.into_iter()
            .map(|thread| {
                let (status, told) = thread.join().expect("it ends");
                assert!(status == 0 || told.contains("changed by somebody else"), "{told}");
                usize::from(status == 0)
            })
            .sum()
    });
    assert_eq!(text(&repo).matches("name: N").count(), written, "{}", text(&repo));
    assert!(written > 0);
}

#[test]
fn what_may_be_one_of_two_deals_is_not_guessed() {
    let before = "name: Press\nstage: lead\nowner: jane@acme.example\n";
    let repo = workspace(before);
    repo.write("deals/acme/new/press.yaml", before);
    let (status, told) = run(&repo, &["done", "press", "met"]);
    assert!(status == 2 && told.contains("write more of its id: `acme/new/press` or `acme/press`"), "{told}");
    let repo = workspace(before);
    repo.write("deals/acme/press.yml", before);
    for word in ["press", "acme/press"] {
        let (status, told) = run(&repo, &["done", word, "met"]);
        let paths = "write its path: `deals/acme/press.yaml` or `deals/acme/press.yml`";
        assert!(status == 2 && told.contains(paths), "{told}");
    }
    assert_eq!(text(&repo), before);
    assert_eq!(run(&repo, &["done", "deals/acme/press.yaml", "met"]).0, 0);
}

#[test]
fn what_gives_no_value_is_told() {
    let before = "name: Press\nstage: lead\nowner: jane@acme.example\n";
    for words in [["set", "press", "amount="], ["set", "press", "amount"]] {
        let repo = workspace(before);
        let (status, told) = run(&repo, &words);
        assert!(status == 2 && told.contains("`--unset amount`"), "{told}");
        assert_eq!(text(&repo), before);
    }
    let repo = workspace(before);
    let (status, told) = run(&repo, &["set", "press", "--unset", "onwer"]);
    assert!(status == 2 && told.contains("the deal has no `onwer`\n  hint: did you mean `owner`?"), "{told}");
    let (status, told) = run(&repo, &["set", "press", "contacts[5].name=x"]);
    assert!(status == 2 && told.contains("there is no `contacts"), "{told}");
    let (status, told) = run(&repo, &["win", "press"]);
    assert!(status == 1 && told.contains("help: dealgate move acme/press\n"), "{told}");
}

/// What is said is what was written, and on which day.
#[test]
fn what_is_done_already_is_not_said_to_be_done_today() {
    let deal = |done: &str| format!("name: Press\nstage: lead\nowner: jane@acme.example\ndone: {done}\n");
    for (before, words, said, after) in [
        ("{}", &["met", "met"][..], "press: `met` done on 2026-05-10 (", "{met: 2026-05-10}"),
        ("{met: 2026-05-02}", &["met"], "press: `met` done already, on 2026-05-02\n", "{met: 2026-05-02}"),
        (
            "{met: 2026-05-02}",
            &["met", "--date", "2026-05-02"],
            "`met` done already, on 2026-05-02\n",
            "{met: 2026-05-02}",
        ),
        (
            "{met: 2026-05-02}",
            &["met", "--date", "2026-05-04"],
            "`met` done on 2026-05-04, no more on 2026-05-02 (",
            "{met: 2026-05-04}",
        ),
        (
            "{met: 2026-05-02}",
            &["met", "--note", "by mail"],
            "`met` done on 2026-05-02, as before, with what is new (",
            "{met: {date: 2026-05-02, note: by mail}}",
        ),
        (
            "{met: 2026-05-02}",
            &["met", "sent", "--evidence", "https://x.example/o"],
            "`met` done on 2026-05-02, as before, with what is new; `sent` done on 2026-05-10 (",
            "{met: {date: 2026-05-02, evidence: https://x.example/o}, sent: {date: 2026-05-10, evidence: https://x.example/o}}",
        ),
        (
            "{sent: 2026-05-02}",
            &["sent"],
            "`sent` done already, on 2026-05-02, but its entry in `done` has no evidence; `dealgate done acme/press sent \
             --evidence LINK`\n",
            "{sent: 2026-05-02}",
        ),
        ("{met: 2026-06-02}", &["met"], "`met` done on 2026-05-10 (", "{met: 2026-05-10}"),
    ] {
        let repo = workspace(&deal(before));
        let (_, told) = run(&repo, &[&["done", "press"], words].concat());
        assert!(told.contains(said), "{before} {words:?}: {told}");
        assert_eq!(text(&repo), deal(after), "{told}");
    }
    let repo = workspace(&deal("{}"));
    let (status, told) = run(&repo, &["set", "press", "stage=lead", "--unset", "done"]);
    assert_eq!(status, 2, "{told}");
    let (status, told) = run(&repo, &["set", "press", "name=Press"]);
    assert!(status == 0 && told.contains("nothing changes, that stands there already"), "{told}");
}

/// What a refusal says to do can be done.
#[test]
fn each_refusal_says_the_way_out() {
    let deal = |more: &str| format!("name: Press\nstage: lead\nowner: jane@acme.example\n{more}");
    for (more, words, said) in [
        (
            "done: [met]\n",
            &["done", "press", "met"][..],
            "`done` is a list, and has no keys\n  hint: make `done` a record",
        ),
        (
            "done: met\n",
            &["done", "press", "met"],
            "`done` is a single value, and has no keys\n  hint: make `done` a record",
        ),
        (
            "contacts: [{name: A}]\n",
            &["set", "press", "contacts[1].name=B"],
            "hint: `contacts` has one item, number 0",
        ),
        ("contacts: []\n", &["set", "press", "contacts[0].name=B"], "hint: `contacts` has no items"),
        (
            "contacts: Ada\n",
            &["set", "press", "contacts+={name: B}"],
            "no list\n  hint: make `contacts` a list first",
        ),
        ("plan: {link: x}\n", &["set", "press", "--unset", "plan.lnik"], "hint: did you mean `link`?"),
        ("", &["set", "press", "a b="], "hint: write `'a b=VALUE'`, or `--unset 'a b'` of `dealgate set`"),
        ("x: [1\n", &["set", "press", "name=B"], "hint: `dealgate check deals/acme/press.yaml` says why"),
    ] {
        let repo = workspace(&deal(more));
        let (status, told) = run(&repo, words);
        assert!(status == 2 && told.contains(said), "{words:?}: {told}");
        assert_eq!(text(&repo), deal(more));
    }
}

#[test]
fn commands_in_helps_can_be_pasted_whatever_a_deal_is_called() {
    let deal = "name: Press\nstage: lead\nowner: jane@acme.example\n";
    let repo = workspace(deal);
    repo.write("deals/acme/my deal.yaml", deal).write("deals/acme/my deal 2.yaml", "name: [Press\n");
    repo.write("deals/acme/press.yml", deal);
    for (words, said) in [
        (&["done", "my deal", "price-ok"][..], "`dealgate approve 'acme/my deal' price-ok`"),
        (&["move", "my deal"], "dealgate approve 'acme/my deal' price-ok"),
        (&["set", "my deal 2", "name=B"], "`dealgate check 'deals/acme/my deal 2.yaml'` says why"),
        (&["set", "my dael", "name=B"], "did you mean `'acme/my deal'`?"),
        // Two files of one id: only their paths say which.
        (&["done", "deals/acme/press.yml", "price-ok"], "`dealgate approve deals/acme/press.yml price-ok`"),
        (&["move", "deals/acme/press.yml"], "dealgate approve deals/acme/press.yml price-ok"),
        (&["set", "deals/acme/press.yml", "stage=offer"], "`dealgate move deals/acme/press.yml STAGE`"),
    ] {
        let (status, told) = run(&repo, words);
        assert!(status > 0 && told.contains(said), "{words:?}: {told}");
    }
    let (_, told) = run(&repo, &["explain", "my deal"]);
    assert!(!told.contains("dealgate status acme/my deal"), "{told}");
}

#[test]
fn what_would_say_nothing_is_not_written() {
    let before = "name: Press\nstage: lead\nowner: jane@acme.example\ndone: {met: 2026-05-02}\n";
    let repo = workspace(before);
    for (words, status, said) in [
        (&["lose", "press", "--reason", ""][..], 2, "it says nothing"),
        (&["lose", "press", "--reason", "price", "--competitor", " "], 2, "it says nothing"),
        (&["done", "press", "met", "--evidence", ""], 2, "it says nothing"),
        (&["waive", "press", "met", "--reason", " "], 2, "it says nothing"),
        (
            &["waive", "press", "met", "--reason", "x", "--by", "dana@acme.example"],
            0,
            "`met` is met already, so it needs no waiver",
        ),
        (
            &["set", "press", "contacts+={name: Ada"],
            2,
            "`{name: Ada` cannot be read: the bracket `{` is not closed",
        ),
        (&["set", "press", "plan..x=1"], 2, "`plan..x` leads to no value\n  hint: a path is made of keys"),
        (&["set", "press", "outcome.result=won"], 2, "`dealgate win acme/press`"),
        (&["new", "deals/acme/press.yaml"], 2, "there is a deal `acme/press` already"),
        (&["new", "acme/x", "--workflow", "acne"], 2, "did you mean `acme`?"),
        (&["new", "acme/ x"], 2, "cannot be a deal's id"),
    ] {
        let (found, told) = run(&repo, words);
        assert!(found == status && told.contains(said), "{words:?}: {found} {told}");
        assert_eq!(text(&repo), before, "{words:?}");
    }
    // A path means the deal that it leads to, and a text may begin with a bracket.
    assert_eq!(run(&repo, &["new", "deals/acme/lift.yaml", "--name", "[draft] {x"]).0, 0);
    let lift = std::fs::read_to_string(repo.path().join("deals/acme/lift.yaml")).expect("a deal");
    assert!(lift.starts_with("name: '[draft] {x'\n"), "{lift}");
    // What is said of an ending is said with it, or after it.
    let (_, told) = run(&repo, &["lose", "press", "--reason", "price"]);
    assert!(told.contains("lost on 2026-05-10"), "{told}");
    let (status, told) = run(&repo, &["set", "press", "outcome.note=Too dear"]);
    assert!(status == 0 && text(&repo).contains("note: Too dear}"), "{told}");
}
