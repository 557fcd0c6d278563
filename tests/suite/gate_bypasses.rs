//! What a pull request of a stranger cannot do: each way past a gate that was found, with variants.

use crate::provenance::APPROVAL;
use crate::repo::{DANA, JANE, Repo, check, deal, told};

/// A gate that asks for one thing.
const GATE: &str = "stages = [\"prospect\", \"closed\"]\ncurrency = \"EUR\"\n\
[stage.prospect.requires]\nbudget-known = \"The budget is known\"\n[stage.closed]\n";

/// What `check` says of the first deal past its gate.
const UNMET: &str = "requirement-unmet: The budget is known: it is not in `done`";

#[test]
fn a_note_makes_no_void_approval_valid() {
    let approved = |amount: &str, more: &str| {
        deal(
            "closed",
            &format!(
                "amount: {amount}\ndone: {{price-approved: {{date: 2026-05-02, by: dana@acme.example{more}}}}}\n"
            ),
        )
    };
    let voids = |repo: &Repo| {
        let told = told(&check(repo.path(), &["--today", "2026-06-01"]));
        told.iter().filter(|it| it.starts_with("approval-void")).count() == 1 && told.len() == 1
    };
    for provenance in ["off", "authored"] {
        let repo = Repo::new();
        repo.write("dealgate.toml", &format!("[provenance]\napprovals = \"{provenance}\"\n"))
            .write("workflows/acme.toml", APPROVAL)
            .write("deals/acme/a.yaml", &approved("50 EUR", ""));
        repo.commit("2026-05-02", DANA, "approved");
        repo.write("deals/acme/a.yaml", &approved("90 EUR", "")).commit("2026-05-03", JANE, "more");
        assert!(voids(&repo), "{provenance}");
        repo.write("deals/acme/a.yaml", &approved("90 EUR", ", note: thanks"));
        if provenance == "off" {
            assert!(voids(&repo), "not committed yet");
        }
        repo.commit("2026-05-04", DANA, "a note");
        assert!(voids(&repo), "{provenance}");
        // The same in another order, with evidence, on a branch that is merged.
        repo.git(&["checkout", "--quiet", "-b", "side"]);
        let other = "done: {price-approved: {evidence: https://acme.example/x, by: Dana@acme.example, date: 2026-05-02}}\n";
        repo.write("deals/acme/a.yaml", &deal("closed", &format!("amount: 90 EUR\n{other}")));
        repo.commit("2026-05-05", DANA, "evidence");
        repo.git(&["checkout", "--quiet", "main"]);
        repo.git_as("2026-05-06", DANA, &["merge", "--quiet", "--no-ff", "-m", "merged", "side"]);
        assert!(voids(&repo), "{provenance}");
        // Approved once more, it is.
        repo.write("deals/acme/a.yaml", &approved("90 EUR", "").replace("05-02", "05-07"));
        repo.commit("2026-05-07", DANA, "approved again");
        assert_eq!(told(&check(repo.path(), &["--today", "2026-06-01"])), [""; 0], "{provenance}");
    }
}

#[test]
fn a_note_by_somebody_else_is_not_proved() {
    let repo = Repo::new();
    let entry = |more: &str| {
        deal(
            "closed",
            &format!("done: {{price-approved: {{date: 2026-05-02, by: dana@acme.example{more}}}}}\n"),
        )
    };
    repo.write("dealgate.toml", "[provenance]\napprovals = \"authored\"\n")
        .write("workflows/acme.toml", APPROVAL);
    repo.write("deals/acme/a.yaml", &entry("")).commit("2026-05-02", DANA, "approved");
    assert_eq!(told(&check(repo.path(), &[])), [""; 0]);
    repo.write("deals/acme/a.yaml", &entry(", of: {amount: 9 EUR}"));
    assert!(told(&check(repo.path(), &[]))[0].ends_with("nobody has committed these lines yet"));
    repo.commit("2026-05-03", JANE, "mine");
    assert!(told(&check(repo.path(), &[]))[0].contains("Jane Roe <jane@acme.example> committed it"));
}

#[test]
fn the_owner_by_another_name_is_the_owner() {
    let by = |settings: &str, owner: &str, by: &str| {
        let repo = Repo::new();
        repo.write(".mailmap", "# who is who\nJane Roe <jane@acme.example> <jr@old.example>\nJane Roe <jane@acme.example> J <j@x.example>\n");
        repo.write("crm/dealgate.toml", settings).write("crm/workflows/acme.toml", APPROVAL);
        let done =
            format!("done: {{price-approved: {{date: 2026-05-02, by: \"{by}\", of: {{amount: 1 EUR}}}}}}\n");
        let deal = format!("name: x\nstage: closed\nowner: \"{owner}\"\namount: 1 EUR\n{done}");
        repo.write("crm/deals/acme/a.yaml", &deal);
        repo.commit("2026-05-02", JANE, "new");
        let here = repo.path().join("crm");
        let now = told(&check(&here, &["--today", "2026-06-01"]));
        assert_eq!(
            now,
            told(&check(&here, &["--today", "2026-06-01", "--at", "HEAD", "--no-history"])),
            "{by}"
        );
        now.iter().any(|it| it.starts_with("approval-by-owner"))
    };
    let owner = "jane@acme.example";
    for other in [
        "JANE@acme.example",
        "jane+dana@acme.example",
        "jr@old.example",
        "Jr+x@old.example",
        "j@x.example",
        "j\u{430}ne@acme.example",
        "j\u{430}ne+x@acme.example",
        "jane@\u{430}cme.example",
    ] {
        assert!(by("", owner, other), "{other}");
        assert!(by("", other, owner), "{other}");
    }
    for other in ["dana@acme.example", "jane@globex.example", "jane.dana@acme.example", "+jane@acme.example"]
    {
        assert!(!by("", owner, other), "{other}");
    }
    // The list settles it.
    let both = "[people]\n\"jane@acme.example\" = \"Jane\"\n\"jane+dana@acme.example\" = \"Dana\"\n";
    assert!(!by(both, owner, "jane+dana@acme.example") && by(both, owner, "jane+x@acme.example"));
}

#[test]
fn a_deal_counts_in_every_letter_case_and_form() {
    let (composed, apart) = ("gr\u{f6}\u{df}e", "gro\u{308}\u{df}e");
    let past = deal("closed", "");
    for (path, workflow, settings) in [
        ("deals/acme/UP.YAML".to_owned(), "acme", String::new()),
        ("deals/acme/up.Yml".to_owned(), "acme", String::new()),
        (format!("deals/{apart}/a.yaml"), composed, String::new()),
        (format!("deals/{composed}/a.yaml"), apart, String::new()),
        (
            format!("deals/x/{apart}.yaml"),
            composed,
            format!("[[assign]]\nmatch = \"x/{composed}\"\nworkflow = \"{apart}\"\n"),
        ),
        (
            format!("deals/x/{composed}.yaml"),
            composed,
            format!("[[assign]]\nmatch = \"x/{apart}\"\nworkflow = \"{composed}\"\n"),
        ),
        ("deals/a.yaml".to_owned(), composed, format!("default-workflow = \"{apart}\"\n")),
    ] {
        let repo = Repo::new();
        repo.write("dealgate.toml", &settings).write(&format!("workflows/{workflow}.toml"), GATE);
        repo.write(&path, &past).commit("2026-05-01", JANE, "new");
        assert_eq!(told(&check(repo.path(), &[])), [UNMET], "{path}");
        assert_eq!(told(&check(repo.path(), &["--at", "HEAD"])), [UNMET], "{path}");
        assert_eq!(told(&check(repo.path(), &[&path])), [UNMET], "{path}");
    }
    let repo = Repo::new();
    let own = deal("closed", &format!("workflow: {apart}\n"));
    repo.write(&format!("workflows/{composed}.toml"), GATE).write("deals/a.yaml", &own);
    repo.write("workflows/child.TOML", &format!("extends = \"{apart}\"\n"));
    repo.write("deals/child/a.yaml", &past);
    assert_eq!(told(&check(repo.path(), &[])), [UNMET, UNMET]);
}

#[test]
fn names_that_some_systems_cannot_tell_apart_are_one() {
    let duplicates = |paths: &[&str]| {
        let repo = Repo::new();
        for path in paths {
            repo.write(path, &deal("prospect", ""));
        }
        let selected = check(repo.path(), &paths[..1]);
        let all = check(repo.path(), &[]);
        let found = |json: &serde_json::Value| -> Vec<String> {
            let findings = json["findings"].as_array().expect("a list").iter();
            let duplicates = findings.filter(|it| it["code"] == "duplicate-deal");
            duplicates.map(|it| it["file"].as_str().expect("a file").to_owned()).collect()
        };
        (found(&all), found(&selected))
    };
    let only = |path: &str| (vec![path.to_owned()], vec![path.to_owned()]);
    assert_eq!(duplicates(&["deals/a/x.yml", "deals/a/x.yaml"]), only("deals/a/x.yml"));
    assert_eq!(duplicates(&["deals/a/x.yaml", "deals/a/x.YAML"]), only("deals/a/x.yaml"));
    assert_eq!(duplicates(&["deals/a/Big.yaml", "deals/a/big.yaml"]), only("deals/a/big.yaml"));
    assert_eq!(
        duplicates(&["deals/a/gro\u{308}.yaml", "deals/a/gr\u{d6}.yml"]),
        only("deals/a/gr\u{d6}.yml")
    );
    assert_eq!(duplicates(&["deals/a/x.yaml", "deals/A/x.yaml"]).0, ["deals/a/x.yaml"]);
    assert_eq!(duplicates(&["deals/a/X.yaml", "deals/a/y.yaml", "deals/b/x.yaml"]).0, [""; 0]);

    let repo = Repo::new();
    repo.write("workflows/gr\u{f6}.toml", GATE)
        .write("workflows/gro\u{308}.toml", "extends = \"standard\"\n");
    assert!(
        told(&check(repo.path(), &[]))[0].contains("another file of the folder is the workflow of this name")
    );
}

#[cfg(unix)]
#[test]
fn a_link_is_left_out_only_where_its_target_is_judged() {
    let link = |repo: &Repo, to: &str, name: &str| {
        let name = repo.path().join(name);
        std::fs::create_dir_all(name.parent().expect("a folder")).expect("a folder");
        std::os::unix::fs::symlink(to, name).expect("a link");
    };
    for (target, to, name, expected) in [
        ("deals/acme/bad.txt", "bad.txt", "deals/acme/bad.yaml", 1),
        ("deals/acme/bad", "bad", "deals/acme/bad.YML", 1),
        ("deals/acme/bad.toml", "bad.toml", "deals/acme/bad.yaml", 1),
        ("deals/acme/.bad.yaml", ".bad.yaml", "deals/acme/bad.yaml", 1),
        ("deals/acme/bad.yaml", "bad.yaml", "deals/acme/same.yaml", 1),
        ("deals/acme/bad.yaml", "bad.yaml", "deals/acme/none.txt", 1),
        // In a folder that another link leads to.
        ("other/bad.txt", "../../other", "deals/acme/linked", 0),
    ] {
        let repo = Repo::new();
        repo.write("workflows/acme.toml", GATE).write(target, &deal("closed", ""));
        link(&repo, to, name);
        repo.commit("2026-05-01", JANE, "new");
        let unmet = vec![UNMET.to_owned(); expected];
        assert_eq!(told(&check(repo.path(), &[])), unmet, "{name} -> {to}");
        assert_eq!(told(&check(repo.path(), &["--at", "HEAD"])), unmet, "{name} -> {to}");
        if expected == 0 {
            link(&repo, "bad.txt", "other/bad.yaml");
            link(&repo, "../there", "other/there");
            link(&repo, ".", "other/round");
            repo.write("there/x.yaml", &deal("closed", "")).commit("2026-05-02", JANE, "links");
            let told_at = ["HEAD", "disk"].map(|at| {
                let at = if at == "HEAD" { vec!["--at", "HEAD"] } else { vec![] };
                told(&check(repo.path(), &at))
            });
            let behind = "unreadable: `deals/acme/linked/there` cannot be read: it is a link to a folder, in a folder that another link leads to";
            assert_eq!(told_at, [[UNMET, behind], [UNMET, behind]]);
        }
    }
    // What is ignored is not judged, and the link to it is.
    let repo = Repo::new();
    repo.write("workflows/acme.toml", GATE).write(".gitignore", "kept.yaml\naside/\n");
    repo.write("deals/acme/kept.yaml", &deal("closed", ""))
        .write("deals/acme/aside/a.yaml", &deal("closed", ""));
    link(&repo, "kept.yaml", "deals/acme/a.yaml");
    assert_eq!(told(&check(repo.path(), &[])), [UNMET]);
    link(&repo, "aside", "deals/acme/linked");
    assert_eq!(told(&check(repo.path(), &[])), [UNMET, UNMET]);
}

#[test]
fn evidence_is_a_file_that_everybody_has() {
    let workflow = "stages = [\"prospect\", \"closed\"]\n[stage.prospect.requires]\n\
        offer = { title = \"Offered\", evidence = true }\n[stage.closed]\n";
    let repo = Repo::new();
    repo.write("crm/dealgate.toml", "").write("crm/workflows/acme.toml", workflow);
    repo.write(".gitignore", "*.pdf\nprivate/\n!crm/docs/own.pdf\n").write("crm/docs/.gitignore", "drafts\n");
    for path in ["offer.txt", "offer.pdf", "own.pdf", "drafts/a.txt", "private/a.txt", "kept.pdf"] {
        repo.write(&format!("crm/docs/{path}"), "x");
    }
    repo.git(&["add", "--force", "crm/docs/kept.pdf"]);
    for (evidence, counts) in [
        ("docs/offer.txt", true),
        ("docs/./offer.txt", true),
        ("docs/own.pdf", true),
        ("docs/kept.pdf", true),
        ("docs/offer.pdf", false),
        ("docs/drafts/a.txt", false),
        ("docs/private/a.txt", false),
        ("docs/none.txt", false),
        ("../.git/config", false),
        ("docs", false),
        ("'https://'", false),
        ("http:/x", false),
        ("'mailto:'", false),
        ("\"mailto:jane@acme.example\"", true),
        ("https://acme.example/offer", true),
    ] {
        let done = format!("done: {{offer: {{date: 2026-05-01, evidence: {evidence}}}}}\n");
        repo.write("crm/deals/acme/a.yaml", &deal("closed", &done));
        let found = told(&check(&repo.path().join("crm"), &["--today", "2026-06-01"]));
        assert_eq!(found.is_empty(), counts, "{evidence}: {found:?}");
        assert!(counts || found[0].starts_with("evidence-missing"), "{found:?}");
    }
    repo.write(".git/offer.txt", "x").write(
        "deals/acme/a.yaml",
        &deal("closed", "done: {offer: {date: 2026-05-01, evidence: .git/offer.txt}}\n"),
    );
    repo.write("workflows/acme.toml", workflow);
    assert!(told(&check(repo.path(), &["--today", "2026-06-01"]))[0].starts_with("evidence-missing"));
}

#[test]
fn what_git_tracks_and_the_disk_lacks_never_passes() {
    let repo = Repo::new();
    repo.write("workflows/acme.toml", GATE).write("deals/acme/a.yaml", &deal("closed", ""));
    repo.write("deals/acme/b/b.yaml", &deal("prospect", ""))
        .write("docs/a.txt", "x")
        .write("dealgate.toml", "");
    repo.commit("2026-05-01", JANE, "new");
    let sparse = |patterns: &[&str]| {
        let mut arguments = vec!["sparse-checkout", "set", "--no-cone"];
        arguments.extend(patterns);
        repo.git(&arguments);
        told(&check(repo.path(), &[]))
    };
    let left_out = |path: &str| {
        format!("unreadable: `{path}` cannot be read: git tracks it, and a sparse checkout leaves it out")
    };
    assert_eq!(sparse(&["/*", "!/deals"]), [left_out("deals")]);
    assert_eq!(sparse(&["/*", "!/deals/acme/a.yaml"])[0], left_out("deals/acme/a.yaml"));
    assert!(sparse(&["/*", "!/workflows"]).contains(&left_out("workflows")));
    assert!(sparse(&["/*", "!/dealgate.toml"]).contains(&left_out("dealgate.toml")));
    assert_eq!(sparse(&["/*", "!/docs"]), [UNMET]);
    repo.git(&["sparse-checkout", "disable"]);
    assert_eq!(told(&check(repo.path(), &[])), [UNMET]);
    // To delete a deal is no such thing.
    std::fs::remove_file(repo.path().join("deals/acme/a.yaml")).expect("it goes");
    assert!(!told(&check(repo.path(), &[])).iter().any(|it| it.starts_with("unreadable")));
}

#[test]
fn submodules_are_there_or_told() {
    let inner = Repo::new();
    inner.write("acme/a.yaml", &deal("closed", "")).commit("2026-05-01", JANE, "new");
    for place in ["deals", "deals/partner", "elsewhere"] {
        let repo = Repo::new();
        let stalls = format!("{GATE}[stage.closed.requires]\nx = \"X\"\n").replace(
            "[stage.closed]\n[stage.closed.requires]",
            "[stage.closed]\nmax-days = 5\n[stage.closed.requires]",
        );
        repo.write("workflows/acme.toml", &stalls);
        if place == "elsewhere" {
            std::fs::create_dir(repo.path().join("deals")).expect("a folder");
            #[cfg(unix)]
            std::os::unix::fs::symlink("../elsewhere", repo.path().join("deals/linked")).expect("a link");
        }
        let from = inner.path().display().to_string();
        repo.git(&["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", &from, place]);
        repo.commit("2026-05-02", JANE, "a submodule");
        let here = told(&check(repo.path(), &["--today", "2026-07-01"]));
        assert!(here.contains(&UNMET.to_owned()), "{place}: {here:?}");
        let stalled = "stalled: the deal has been in `closed` for 61 days, longer than 5 days";
        assert!(here.contains(&stalled.to_owned()), "its own commits tell since when: {place}: {here:?}");
        assert!(!here.iter().any(|it| it.starts_with("history-missing")), "{place}: {here:?}");
        // Whose keys count in it nobody says: there nothing is proved, and that is told.
        repo.write("dealgate.toml", "[provenance]\napprovals = \"authored\"\n");
        let here = told(&check(repo.path(), &["--today", "2026-07-01"]));
        assert!(here.iter().any(|it| it.starts_with("history-missing")), "{place}: {here:?}");
        std::fs::remove_file(repo.path().join("dealgate.toml")).expect("it is there");
        // Nor can a repository tell that git cannot read.
        let cut = repo.path().join(place);
        std::fs::rename(cut.join(".git"), repo.path().join("kept")).expect("it is there");
        std::fs::create_dir(cut.join(".git")).expect("a folder");
        let here = told(&check(repo.path(), &["--today", "2026-07-01"]));
        assert!(here.iter().any(|it| it.starts_with("history-missing")), "{place}: {here:?}");
        std::fs::remove_dir(cut.join(".git")).expect("it is there");
        std::fs::rename(repo.path().join("kept"), cut.join(".git")).expect("it is there");
        repo.git(&["submodule", "--quiet", "deinit", "--force", place]);
        let gone = told(&check(repo.path(), &[]));
        let not_here = format!("unreadable: `{place}` cannot be read: it is a submodule that is not here");
        assert_eq!(gone, [not_here], "{place}");
        assert_eq!(told(&check(repo.path(), &["--at", "HEAD"])).len(), 1, "{place}");
    }
}

#[test]
fn a_condition_that_cannot_be_decided_opens_no_gate() {
    let workflow = |ask: &str, when: &str| {
        format!(
            "stages = [\"prospect\", \"closed\"]\ncurrency = \"EUR\"\n{ask}[fields]\nparts = {{ type = \"list\", items = \"text\" }}\n\
             [stage.prospect.requires]\nbudget-known = {{ title = \"The budget is known\", when = \"{when}\" }}\n[stage.closed]\n"
        )
    };
    let ask = "when-undecided = \"ask\"\n";
    let long = format!("parts: [{}]\n", vec!["x"; 1_001].join(", "));
    let (large, rate, absent) = ("parts.all(p, p == 'x')", "amount > 5", "amount > 5");
    for (keep, when, more, code, level, status) in [
        ("", large, long.as_str(), "condition-undecided", "error", 1),
        (ask, large, long.as_str(), "condition-undecided", "error", 1),
        ("", rate, "amount: 100 USD\n", "condition-undecided", "error", 1),
        (ask, rate, "amount: 100 USD\n", "condition-undecided", "error", 1),
        ("", absent, "", "condition-undecided", "warning", 0),
        (ask, absent, "", "requirement-unmet", "error", 1),
        (ask, "parts.size() > 3", "", "requirement-unmet", "error", 1),
        (ask, absent, "amount: 3 EUR\n", "", "", 0),
        (ask, absent, "done: {budget-known: 2026-05-01}\n", "", "", 0),
    ] {
        let repo = Repo::new();
        repo.write("workflows/acme.toml", &workflow(keep, when))
            .write("deals/acme/a.yaml", &deal("closed", more));
        let json = check(repo.path(), &["--no-history"]);
        let findings = json["findings"].as_array().expect("a list");
        let found = findings
            .iter()
            .find(|it| it["requirement"] == "budget-known" && it["code"] != "requirement-never-asked");
        let text = |key: &str| found.and_then(|it| it[key].as_str()).unwrap_or_default().to_owned();
        assert_eq!(
            (text("code").as_str(), text("level").as_str()),
            (code, level),
            "{keep}{when}: {findings:?}"
        );
        assert_eq!(crate::repo::dealgate(repo.path(), &["check"]).status, status, "{keep}{when}");
    }
    // A stage of which nobody can tell is there.
    let repo = Repo::new();
    let stage = format!(
        "{ask}{}",
        GATE.replace(
            "[stage.prospect.requires]",
            "[stage.prospect]\nwhen = \"amount > 5\"\n[stage.prospect.requires]"
        )
    );
    repo.write("workflows/acme.toml", &stage).write("deals/acme/a.yaml", &deal("closed", ""));
    assert_eq!(told(&check(repo.path(), &[])), [UNMET]);
    repo.write("workflows/acme.toml", &stage.replace("ask", "skip"));
    assert!(
        told(&check(repo.path(), &[]))[0]
            .starts_with("condition-undecided: whether the stage `prospect` exists")
    );
}

#[test]
fn a_deal_does_not_pick_its_rules() {
    let base = |settings: &str| {
        let repo = Repo::new();
        repo.write("dealgate.toml", settings)
            .write("workflows/acme.toml", GATE)
            .write("workflows/globex.toml", GATE);
        repo.write("workflows/lax.toml", "stages = [\"prospect\", \"closed\"]\n");
        repo.write("deals/acme/a.yaml", &deal("prospect", "customer: Acme\nnotes: one line\ntags: [x, y]\n"));
        repo.commit("2026-05-01", JANE, "new");
        repo.git(&["tag", "base"]);
        repo
    };
    let moved = |repo: &Repo, to: &str| {
        let folder = repo.path().join(to).parent().expect("a folder").to_owned();
        std::fs::create_dir_all(folder).expect("a folder");
        repo.git(&["mv", "deals/acme/a.yaml", to]);
    };
    let own = |repo: &Repo| {
        let more = "customer: Acme\nnotes: one line\ntags: [x, y]\nworkflow: lax\n";
        repo.write("deals/acme/a.yaml", &deal("prospect", more));
    };
    let changed = |repo: &Repo| {
        repo.commit("2026-05-02", JANE, "changed");
        let json = check(repo.path(), &["--since", "base", "--rules", "base"]);
        let told = told(&json);
        let found = told.into_iter().find(|it| it.starts_with("workflow-changed"));
        for command in [
            &["diff", "--format", "json", "--rules", "base", "base"][..],
            &["report", "changes", "--format", "context", "--rules", "base", "--since", "base"],
        ] {
            let ran = crate::repo::dealgate(repo.path(), command);
            let json: serde_json::Value = serde_json::from_str(&ran.stdout).expect(&ran.stderr);
            let findings =
                json.pointer("/findings/introduced").or(json.pointer("/changes/findings/introduced"));
            let mut introduced = findings.and_then(|it| it.as_array()).expect(&ran.stdout).iter();
            let says = introduced.find(|it| it["code"] == "workflow-changed");
            let says =
                says.map(|it| format!("workflow-changed: {}", it["message"].as_str().unwrap_or_default()));
            assert_eq!(says, found, "{command:?}");
        }
        found
    };
    let expected =
        |is: &str| Some(format!("workflow-changed: the deal follows `{is}` and followed `acme` before"));
    let repo = base("");
    own(&repo);
    assert_eq!(changed(&repo), expected("lax"));
    for (to, is) in [
        ("deals/acme/standard/a.yaml", "standard"),
        ("deals/acme/lax/a.yaml", "lax"),
        ("deals/globex/a.yaml", "globex"),
    ] {
        let repo = base("");
        moved(&repo, to);
        assert_eq!(changed(&repo), expected(is), "{to}");
        let diff = crate::repo::dealgate(repo.path(), &["diff", "base"]).stdout;
        assert!(diff.contains("acme") && diff.contains(is), "{diff}");
    }
    let repo = base("");
    moved(&repo, "deals/acme/big/a.yaml");
    assert_eq!(changed(&repo), None, "it follows acme still");
    let repo = base("[[assign]]\nmatch = \"globex/**\"\nworkflow = \"globex\"\n");
    moved(&repo, "deals/globex/a.yaml");
    assert_eq!(changed(&repo), None, "the rules say so");
}

#[test]
fn an_approval_covers_a_declared_default_as_what_is_written() {
    let workflow = "stages = [\"prospect\", \"closed\"]\ncurrency = \"EUR\"\n[fields]\n\
        discount = { type = \"percent\", default = 0 }\n\
        plan = { type = \"record\", fields = { n = \"integer\", kind = { type = \"text\", default = \"lease\" } } }\n\
        [stage.prospect.requires]\n\
        price = { title = \"Price\", approval = \"anyone\", covers = [\"discount\", \"plan\"] }\n[stage.closed]\n";
    let voids = |of: &str, now: &str| {
        let repo = Repo::new();
        repo.write("workflows/acme.toml", workflow);
        let done = format!("done: {{price: {{date: 2026-05-02, by: dana@acme.example, of: {of}}}}}\n{now}\n");
        repo.write("deals/acme/a.yaml", &deal("closed", &done)).commit("2026-05-02", DANA, "approved");
        told(&check(repo.path(), &["--today", "2026-06-01"]))
    };
    for (of, now) in [
        ("{discount: 0, plan: {n: 1}}", "plan: {n: 1}"),
        ("{discount: 0%, plan: {n: 1, kind: lease}}", "plan: {n: 1}"),
        ("{plan: {n: 1}}", "discount: 0\nplan: {kind: lease, n: 1}"),
    ] {
        assert_eq!(voids(of, now), [""; 0], "{of} and {now}");
    }
    for (of, now) in [
        ("{discount: 10%, plan: {n: 1}}", "plan: {n: 1}"),
        ("{discount: 0, plan: {n: 1}}", "discount: 30%\nplan: {n: 1}"),
        ("{discount: 0, plan: {n: 1}}", "plan: {n: 1, kind: sale}"),
        ("{discount: 0, plan: {n: 1, kind: sale}}", "plan: {n: 1}"),
        ("{discount: 0, plan: {n: 1}}", "plan: {n: 2}"),
    ] {
        let told = voids(of, now);
        assert!(told.len() == 1 && told[0].starts_with("approval-void"), "{of} and {now}: {told:?}");
    }
}
