//! What a change brings is found, whatever was there before it and wherever it stands: what `check` finds on a branch and
//! not on its base, `check --since` finds.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::Value;

use crate::repo::{JANE, Repo, check};

const WORKFLOW: &str = "\
currency = \"EUR\"
stages = [\"first\", \"second\", \"third\", \"fourth\"]
[moves]
start-in = [\"first\"]
[stage.first.requires]
shown = { title = \"It is shown\", evidence = true }
[stage.second.requires]
known = { title = \"A customer is known\", field = \"customer\" }
";

fn deal(name: &str, stage: &str, more: &str) -> String {
    format!("name: {name}\nstage: {stage}\ncustomer: Initech\namount: 100 EUR\n{more}")
}

fn shown(path: &str) -> String {
    format!("done: {{shown: {{date: 2026-05-01, evidence: {path}}}}}\n")
}

/// A repository with these files on `main`, and a branch that is checked out.
fn base(files: &[(&str, &str)]) -> Repo {
    let repo = Repo::new();
    repo.write("workflows/acme.toml", WORKFLOW);
    for (path, text) in files {
        repo.write(path, text);
    }
    repo.commit("2026-05-01", JANE, "Start");
    repo.git(&["switch", "--quiet", "-c", "topic"]);
    repo
}

const TODAY: [&str; 2] = ["--today", "2026-05-20"];

/// Codes of what the branch brings, with their levels, on disk and in commits.
fn brought(repo: &Repo) -> Vec<String> {
    let of = |more: &[&str]| -> Vec<String> {
        let json = check(repo.path(), &[&["--since", "main"], &TODAY[..], more].concat());
        let findings = json["findings"].as_array().expect("a list").iter();
        // What a workflow lacks is told with the first deal that follows it.
        let new =
            findings.filter(|it| it["introduced"] == true && it["code"] != "stage-without-requirements");
        new.map(|it| format!("{} {}", it["level"], it["code"]).replace('"', "")).collect()
    };
    let on_disk = of(&[]);
    repo.commit("2026-05-03", JANE, "Change");
    assert_eq!(of(&["--at", "HEAD"]), on_disk);
    assert_eq!(of(&[]), on_disk);
    on_disk
}

fn remove(repo: &Repo, path: &str) {
    std::fs::remove_file(repo.path().join(path)).expect("it was there");
}

#[test]
fn evidence_is_missed_however_it_is_named_and_wherever_it_stood() {
    for (file, named) in [
        (".proof/offer.txt", ".proof/offer.txt"),
        ("docs/offer.txt", "docs/./offer.txt"),
        ("docs/offer.txt", "\"docs/\\u006fffer.txt\""),
        ("deals/acme/.proof/offer.txt", "deals/acme/.proof/offer.txt"),
        ("docs/an offer.txt", "docs/an\n    offer.txt"),
        ("docs/Dana's.txt", "'docs/Dana''s.txt'"),
    ] {
        let evidence = shown(named);
        let repo = base(&[("deals/acme/one.yaml", &deal("One", "second", &evidence)), (file, "an offer")]);
        assert_eq!(brought(&repo), Vec::<String>::new(), "{named}");
        remove(&repo, file);
        assert_eq!(brought(&repo), ["error evidence-missing"], "{named}");
    }
}

#[cfg(unix)]
#[test]
fn evidence_that_a_link_led_to_is_missed() {
    let links: [(&str, &str, &str, &str); 3] = [
        ("files", "docs", "docs/offer.txt", "docs"),
        ("../files/offer.txt", "docs/link", "docs/link", "files/offer.txt"),
        ("files", "docs", "docs/offer.txt", "files/offer.txt"),
    ];
    for (to, link, named, gone) in links {
        let repo = Repo::new();
        repo.write("workflows/acme.toml", WORKFLOW).write("files/offer.txt", "an offer");
        repo.write("deals/acme/one.yaml", &deal("One", "second", &shown(named)));
        let at = repo.path().join(link);
        std::fs::create_dir_all(at.parent().expect("a folder")).expect("a folder");
        std::os::unix::fs::symlink(to, at).expect("a link");
        repo.commit("2026-05-01", JANE, "Start");
        repo.git(&["switch", "--quiet", "-c", "topic"]);
        remove(&repo, gone);
        assert!(brought(&repo).contains(&"error evidence-missing".to_owned()), "{named} without {gone}");
    }
}

#[test]
fn a_fault_that_was_there_hides_no_move() {
    let done = shown("https://acme.example/offer");
    let good = |stage: &str| deal("One", stage, &done);
    for (what, before) in [
        ("a syntax error", good("first") + "tags: [a\n"),
        ("a workflow that there is not", good("first") + "workflow: nope\n"),
        ("no stage", good("first").replace("stage: first\n", "")),
        ("a stage that there is not", good("first").replace("stage: first", "stage: frist")),
    ] {
        // It was in order once.
        let repo = base(&[("deals/acme/one.yaml", &good("first"))]);
        repo.write("deals/acme/one.yaml", &before).commit("2026-05-02", JANE, "A slip");
        repo.git(&["branch", "--force", "main"]);
        repo.write("deals/acme/one.yaml", &good("third"));
        assert_eq!(brought(&repo), ["error skipped-stage"], "{what}");
        // What stays as bad as it was, but moves.
        repo.git(&["reset", "--quiet", "--hard", "main"]);
        let moved =
            before.replace("stage: first", "stage: third").replace("frist", "thrid") + "notes: moved\n";
        repo.write("deals/acme/one.yaml", &moved);
        let found = brought(&repo);
        assert!(found.iter().any(|it| it.starts_with("error")), "{what}: {found:?}");
    }
    let repo = base(&[("deals/acme/one.yaml", &(good("first") + "tags: [a\n"))]);
    remove(&repo, "deals/acme/one.yaml");
    assert_eq!(brought(&repo), ["warning deal-removed"]);
}

#[test]
fn a_bad_deal_in_the_place_of_another_is_brought() {
    let done = shown("https://acme.example/offer");
    let (good, bad) = (deal("One", "second", &done), deal("Bad", "second", ""));
    let won = "outcome: {result: won, date: 2026-05-01}\n";
    let (one, other) = ("deals/acme/one.yaml", "deals/acme/bad.yaml");
    for (what, there, own) in [
        ("open", good.clone(), bad.clone()),
        ("alike but for what is done", deal("Bad", "second", &done), bad.clone()),
        ("closed", good.clone() + won, bad.clone() + won),
    ] {
        for steps in 1..=3 {
            let repo = base(&[(one, &there), (other, &own)]);
            assert_eq!(brought(&repo), Vec::<String>::new(), "{what}");
            if steps == 3 {
                // By way of a third name.
                repo.git(&["mv", other, "deals/acme/aside.yaml"]);
                repo.commit("2026-05-02", JANE, "Aside");
            }
            let from = if steps == 3 { "deals/acme/aside.yaml" } else { other };
            remove(&repo, one);
            if steps > 1 {
                repo.commit("2026-05-02", JANE, "Away");
            }
            std::fs::rename(repo.path().join(from), repo.path().join(one)).expect("it is there");
            let found = brought(&repo);
            assert!(found.contains(&"error requirement-unmet".to_owned()), "{what}, {steps}: {found:?}");
            let removed = found.contains(&"warning deal-removed".to_owned());
            assert_eq!(removed, what != "closed", "{what}, {steps}: {found:?}");
        }
    }
    // In each other's place.
    let repo = base(&[(one, &good), (other, &bad)]);
    repo.write(one, &bad).write(other, &good);
    assert_eq!(brought(&repo), ["error requirement-unmet"]);
    // Under a name that nobody had, it is the deal it was.
    let repo = base(&[(one, &good), (other, &bad)]);
    repo.git(&["mv", other, "deals/acme/new.yaml"]);
    assert_eq!(brought(&repo), Vec::<String>::new());
}

#[test]
fn rules_that_cannot_be_used_hide_no_move() {
    let repo = base(&[("deals/acme/one.yaml", &deal("One", "first", ""))]);
    repo.write("workflows/acme.toml", &format!("{WORKFLOW}[broken\n")).commit("2026-05-02", JANE, "A slip");
    repo.git(&["branch", "--force", "main"]);
    assert_eq!(brought(&repo), Vec::<String>::new());
    repo.write("deals/acme/one.yaml", &deal("One", "fourth", ""));
    let found = brought(&repo);
    assert!(found.contains(&"error toml-syntax".to_owned()), "{found:?}");
}

#[test]
fn a_template_and_a_schema_that_break_are_brought() {
    let repo =
        base(&[("deals/acme/one.yaml", &deal("One", "first", "")), ("templates/x.html", "{{ title }}")]);
    repo.write("templates/x.html", "{% if %}");
    assert_eq!(brought(&repo), ["error template-syntax"]);
    let repo = base(&[("deals/acme/one.yaml", &deal("One", "first", ""))]);
    repo.write("schemas/config.json", "{}");
    assert_eq!(brought(&repo), ["warning stale-schema"]);
}

/// A file of a small repository, and what may stand in it; `None`: nothing.
fn contents(file: usize) -> (&'static str, Vec<Option<String>>) {
    let some = |texts: &[String]| -> Vec<Option<String>> {
        std::iter::once(None).chain(texts.iter().cloned().map(Some)).collect()
    };
    let deals = |name: &str| {
        let mut all = Vec::new();
        for stage in ["first", "second", "fourth", "nope"] {
            for more in [
                "",
                &shown("docs/./a"),
                &shown(".docs/b"),
                "customer: ''\n",
                "done: {shown: 2026-06-01, other: 2026-05-01}\n",
                "workflow: nope\n",
                "tags: [\n",
                "outcome: {result: lost, date: 2026-05-01, reason: price}\n",
            ] {
                all.push(deal(name, stage, more));
            }
        }
        some(&all)
    };
    match file {
        0 => ("deals/acme/one.yaml", deals("One")),
        // It may be the other one, renamed.
        1 => ("deals/acme/two.yaml", deals("One")),
        2 => ("deals/acme/two.yml", deals("Three")),
        3 => ("deals/free.yaml", deals("Free")),
        4 => ("docs/a", some(&["x".to_owned()])),
        5 => (".docs/b", some(&["x".to_owned()])),
        6 => (
            "templates/x.md",
            some(&["{{ title }}".to_owned(), "{% if %}".to_owned(), "{{ nothing }}".to_owned()]),
        ),
        7 => (
            "dealgate.toml",
            some(&["currency = \"EUR\"\n".to_owned(), "[levels]\nstalled = \"nope\"\n".to_owned()]),
        ),
        _ => (
            "workflows/acme.toml",
            some(&[
                WORKFLOW.to_owned(),
                WORKFLOW.to_owned(),
                WORKFLOW.replace("customer", "owner"),
                format!("{WORKFLOW}[broken\n"),
            ]),
        ),
    }
}

/// What makes a finding one that was not there before.
type What = [String; 4];

fn found(json: &Value) -> BTreeSet<What> {
    let findings = json["findings"].as_array().expect("a list").iter();
    // That is a matter of all deals, and these are not all judged.
    let told = findings.filter(|it| it["code"] != "requirement-never-asked");
    told.map(|it| {
        let whose = if it["deal"].is_null() { &it["file"] } else { &it["deal"] };
        [&it["code"], whose, &it["requirement"], &it["message"]].map(ToString::to_string)
    })
    .collect()
}

/// The same without what was there before.
fn only_new(mut json: Value) -> Value {
    if let Some(findings) = json["findings"].as_array_mut() {
        findings.retain(|it| it["introduced"] == true);
    }
    json
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..crate::repo::few() })]

    #[test]
    fn what_a_check_finds_on_a_branch_and_not_on_its_base_is_brought(
        files in proptest::collection::vec((0_usize..40, 0_usize..40, any::<bool>()), 9),
    ) {
        let repo = Repo::new();
        let write = |pick: &dyn Fn(usize) -> usize| {
            for at in 0..9 {
                let (path, texts) = contents(at);
                match &texts[pick(at) % texts.len()] {
                    Some(text) => _ = repo.write(path, text),
                    None => _ = std::fs::remove_file(repo.path().join(path)),
                }
            }
        };
        write(&|at| files[at].0);
        repo.commit("2026-05-01", JANE, "Start");
        let before = found(&check(repo.path(), &TODAY));
        let there = repo.git(&["ls-files", "deals"]);
        let ids = there.lines().filter_map(|path| path.strip_prefix("deals/")?.rsplit_once('.'));
        let was_there: BTreeSet<String> = ids.map(|(id, _)| format!("{id:?}")).collect();
        repo.git(&["switch", "--quiet", "-c", "topic"]);
        write(&|at| if files[at].2 { files[at].1 } else { files[at].0 });
        for more in [&[][..], &["--at", "HEAD"]] {
            if !more.is_empty() {
                repo.commit("2026-05-02", JANE, "Change");
            }
            let all = [&TODAY[..], more].concat();
            let after = found(&check(repo.path(), &all));
            let told = found(&check(repo.path(), &[&all[..], &["--since", "main"]].concat()));
            for one in after.difference(&before) {
                prop_assert!(told.contains(one), "{one:?} is not in {told:?}");
            }
            // Where a deal stood that met a requirement, or was not asked, what is unmet now is new.
            let new = found(&only_new(check(repo.path(), &[&all[..], &["--since", "main"]].concat())));
            for one in told.iter().filter(|one| one[2] != "null" && was_there.contains(&one[1])) {
                let is_known = before.iter().any(|it| (&it[1], &it[2]) == (&one[1], &one[2]));
                prop_assert!(is_known || new.contains(one), "{one:?} is not new: {new:?}");
            }
        }
    }
}
