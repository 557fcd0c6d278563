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
