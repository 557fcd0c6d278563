//! Where the workspace is that a command means, and that a branch does not choose it.

use std::os::unix::fs::symlink;
use std::path::Path;

use crate::repo::{JANE, Repo, check, deal, dealgate, told};
use crate::run::{copied, repository};

const WORKFLOW: &str = "\
stages = [\"lead\", \"order\"]\ncurrency = \"EUR\"\n[stage.lead.requires]\nneed = \"There is a need\"\n[stage.order]\n";

const TODAY: [&str; 2] = ["--today", "2026-05-10"];

/// A repository with a workspace in `crm`, marked by its settings or only by its deals, whose deal may not stand there.
fn nested(settings: bool) -> Repo {
    let repo = Repo::new();
    repo.write("README.md", "Ours\n").write("crm/workflows/acme.toml", WORKFLOW);
    repo.write("crm/deals/acme/x.yaml", &deal("lead", ""));
    if settings {
        repo.write("crm/dealgate.toml", "");
    }
    repo.commit("2026-05-01", JANE, "Start");
    repo
}

fn unmet() -> Vec<String> {
    vec!["requirement-unmet: There is a need: it is not in `done`".to_owned()]
}

fn checked(folder: &Path, arguments: &[&str]) -> Vec<String> {
    told(&check(folder, &[&TODAY[..], arguments].concat()))
}

#[test]
fn the_root_is_found_upwards_from_what_is_named_as_from_the_current_folder() {
    for settings in [true, false] {
        let repo = nested(settings);
        repo.write("crm/deals/acme/x.yaml", &deal("order", ""));
        let (top, crm) = (repo.path(), repo.path().join("crm"));
        assert_eq!(checked(top, &["crm/deals/acme/x.yaml"]), unmet(), "{settings}");
        assert_eq!(checked(top, &["./crm/deals", "crm/deals/acme/x.yaml"]), unmet());
        assert_eq!(checked(top, &["crm"]), unmet());
        assert_eq!(checked(&crm, &[]), unmet());
        assert_eq!(checked(&crm.join("deals/acme"), &[]), unmet());
        let workflow = dealgate(top, &["check", "crm/workflows/acme.toml"]);
        assert!(workflow.stdout.contains("1 workflow") && workflow.status == 0, "{}", workflow.stdout);
        let status = dealgate(top, &["status", "crm/deals/acme/x.yaml"]);
        assert!(status.stdout.contains("in acme"), "{}{}", status.stdout, status.stderr);
    }
}

#[test]
fn deals_among_deals_and_above_a_repository_mark_no_root() {
    let repo = nested(false);
    repo.write("crm/deals/acme/deals/y.yaml", &deal("order", ""));
    assert_eq!(checked(repo.path(), &["crm/deals/acme/deals/y.yaml"]), unmet());
    let outer = tempfile::tempdir().expect("a folder");
    std::fs::create_dir_all(outer.path().join("deals")).expect("a folder");
    std::fs::create_dir_all(outer.path().join("repository/.git")).expect("a folder");
    let ran = dealgate(&outer.path().join("repository"), &["check"]);
    assert!(ran.stderr.contains("there is no workspace in"), "{}", ran.stderr);
}

#[test]
fn paths_of_two_workspaces_are_refused_and_both_named() {
    let repo = nested(true);
    repo.write("erp/dealgate.toml", "").write("erp/deals/z.yaml", "name: Z\nstage: prospect\n");
    let ran = dealgate(repo.path(), &["check", "crm/deals/acme/x.yaml", "erp/deals/z.yaml"]);
    assert_eq!(ran.status, 2);
    let both = ran.stderr.contains("/crm`") && ran.stderr.contains("/erp`");
    assert!(both && ran.stderr.contains("two workspaces"), "{}", ran.stderr);
}

#[test]
fn outside_of_a_workspace_every_command_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    for command in [
        "check",
        "status",
        "report",
        "report changes",
        "report --eject pipeline.html",
        "diff",
        "test",
        "config",
    ]
    .into_iter()
    .chain(["export deals", "explain acme/x", "schema --write"])
    {
        let words: Vec<&str> = command.split(' ').collect();
        let ran = dealgate(folder.path(), &words);
        assert_eq!((ran.status, ran.stdout.as_str()), (2, ""), "{command}");
        assert!(ran.stderr.contains("there is no workspace in"), "{command}: {}", ran.stderr);
    }
    for command in ["explain stalled", "explain standard", "schema diff", "report --list"] {
        let words: Vec<&str> = command.split(' ').collect();
        assert_eq!(dealgate(folder.path(), &words).status, 0, "{command}");
    }
}

#[test]
fn what_leads_nowhere_gets_what_was_probably_meant() {
    let repo = nested(true);
    let crm = repo.path().join("crm");
    repo.write("crm/deals/acme/kaffee.yaml", &deal("lead", ""));
    let hint = |folder: &Path, arguments: &[&str]| {
        let ran = dealgate(folder, arguments);
        assert_eq!(ran.status, 2, "{arguments:?}");
        ran.stderr.split("hint: ").nth(1).unwrap_or_default().trim_end().to_owned()
    };
    let kaffee = "did you mean `deals/acme/kaffee.yaml`?";
    for word in ["deals/acme/kafee.yaml", "kaffee", "kafee", "kaffee.yml", "./deals/acme/kaffee.yml"] {
        assert_eq!(hint(&crm, &["check", word]), kaffee, "{word}");
    }
    assert_eq!(hint(&crm, &["check", "acme"]), "did you mean `deals/acme`?");
    assert_eq!(hint(&crm, &["check", "workflows/acm.toml"]), "did you mean `workflows/acme.toml`?");
    assert_eq!(hint(&crm.join("deals"), &["check", "kaffee"]), "did you mean `acme/kaffee.yaml`?");
    assert_eq!(
        hint(repo.path(), &["check", "crm/deals/acme/kafee.yaml"]),
        "did you mean `crm/deals/acme/kaffee.yaml`?"
    );
    for command in ["status", "report"] {
        let words: &[&str] =
            if command == "report" { &["report", "pipeline", "acme"] } else { &["status", "acme"] };
        assert_eq!(hint(&crm, words), "it is a company: `--company acme` shows its deals");
    }
    for (day, meant) in [("2026-04-16", "2026-04-16"), ("yesterday", "2026-05-09"), ("today", "2026-05-10")] {
        let hinted = format!("a day is written `@{meant}`, and means its end");
        assert_eq!(hint(&crm, &["check", "--since", day, "--today", "2026-05-10"]), hinted);
        assert_eq!(hint(&crm, &["diff", day, "--today", "2026-05-10"]), hinted);
    }
}

#[test]
fn one_base_means_one_thing() {
    let repo = nested(true);
    let crm = repo.path().join("crm");
    repo.git(&["switch", "--quiet", "-c", "topic"]);
    repo.write("crm/deals/acme/mine.yaml", &deal("lead", "").replace("Rollout", "Mine"));
    repo.commit("2026-05-02", JANE, "Mine");
    repo.git(&["switch", "--quiet", "main"]);
    let theirs =
        "name: Theirs\nstage: lead\ncustomer: Initech GmbH\namount: 120000 EUR\nsource: a fair in Linz\n";
    repo.write("crm/deals/acme/theirs.yaml", theirs);
    repo.commit("2026-05-03", JANE, "Theirs");
    repo.git(&["switch", "--quiet", "topic"]);
    let shown = |words: &str| {
        let words: Vec<&str> = words.split(' ').chain(TODAY).collect();
        let ran = dealgate(&crm, &words);
        assert_eq!(ran.status, 0, "{}", ran.stderr);
        (ran.stdout.contains("Mine"), ran.stdout.contains("Theirs"))
    };
    for words in ["diff main", "diff main...HEAD", "diff", "report changes --since main", "diff main...topic"]
    {
        assert_eq!(shown(words), (true, false), "{words}");
    }
    for words in ["diff main..HEAD", "diff main.."] {
        assert_eq!(shown(words), (true, true), "{words}");
    }
}

/// What a branch makes of the workspace in `crm`, whose deal it moves past its gate.
fn branched(settings: bool, change: impl Fn(&Repo)) -> Repo {
    let repo = nested(settings);
    repo.git(&["switch", "--quiet", "-c", "topic"]);
    repo.write("crm/deals/acme/x.yaml", &deal("order", ""));
    change(&repo);
    repo.commit("2026-05-02", JANE, "A change");
    repo
}

/// That the branch does not pass, and that it is told what it did.
fn is_told(repo: &Repo, folder: &str, moved: &str) {
    for judged in [&["--rules", "main"][..], &["--rules", "main", "--since", "main"], &["--since", "main"]] {
        let arguments = [judged, &TODAY[..]].concat();
        let folder = repo.path().join(folder);
        let ran = dealgate(&folder, &[&["check"], &arguments[..]].concat());
        assert_eq!(ran.status, 1, "{judged:?}: {}{}", ran.stdout, ran.stderr);
        let found = told(&check(&folder, &arguments));
        assert!(found.iter().any(|it| it.starts_with("workspace-moved") && it.contains(moved)), "{found:?}");
        if judged[0] == "--rules" {
            assert!(found.contains(&unmet()[0]), "{judged:?}: {found:?}");
        }
    }
}

#[test]
fn a_branch_that_takes_the_settings_away_does_not_move_the_root() {
    let delete = |repo: &Repo| std::fs::remove_file(repo.path().join("crm/dealgate.toml")).expect("a file");
    is_told(&branched(true, delete), "crm", "`dealgate.toml` of `main` is not here");
    let link = |to: &'static str| {
        move |repo: &Repo| {
            delete(repo);
            symlink(to, repo.path().join("crm/dealgate.toml")).expect("a link");
        }
    };
    is_told(&branched(true, link("nowhere.toml")), "crm", "is not here, or is no ordinary file");
    is_told(&branched(true, link("../README.md")), "crm", "is not here, or is no ordinary file");
    is_told(
        &branched(true, |repo| {
            delete(repo);
            repo.write("crm/dealgate.toml/x", "");
        }),
        "crm",
        "is no ordinary file",
    );
}

#[test]
fn a_branch_that_puts_a_root_nearer_is_judged_from_where_it_was() {
    for settings in [true, false] {
        let nearer = |repo: &Repo| {
            repo.write("crm/deals/acme/dealgate.toml", "")
                .write("crm/deals/acme/deals/d.yaml", &deal("lead", ""));
        };
        let moved = "the workspace of `main` is `crm/`, and by these files it would be `crm/deals/acme/`";
        is_told(&branched(settings, nearer), "crm/deals/acme", moved);
    }
    // The deal that is named is a decoy's, by where it lies.
    let repo = branched(true, |repo| {
        repo.write("crm/deals/acme/dealgate.toml", "deals = \"none\"\n");
    });
    let found = checked(repo.path(), &["--rules", "main", "crm/deals/acme/x.yaml"]);
    assert!(
        found.contains(&unmet()[0]) && found.iter().any(|it| it.starts_with("workspace-moved")),
        "{found:?}"
    );
}

#[test]
fn a_branch_that_turns_the_folder_into_a_link_is_told_where_the_workspace_was() {
    let decoy = |to: &'static str| {
        move |repo: &Repo| {
            std::fs::remove_dir_all(repo.path().join("crm")).expect("a folder");
            repo.write(&format!("{to}/dealgate.toml"), "");
            repo.write(&format!("{to}/deals/d.yaml"), "name: D\nstage: prospect\n");
            symlink(to, repo.path().join("crm")).expect("a link");
        }
    };
    for (to, shown) in [("docs", "`docs/`"), (".", "the repository's root")] {
        let repo = branched(true, decoy(to));
        repo.write("docs/kept.md", "");
        for judged in [&["--rules", "main"][..], &["--rules", "main", "--since", "main"]] {
            let ran = dealgate(&repo.path().join("crm"), &[&["check"], judged, &TODAY[..]].concat());
            assert_ne!(ran.status, 0, "{to}: {}", ran.stdout);
            let said = format!("{}{}", ran.stdout, ran.stderr);
            let named = said.contains(&format!("`main` has a workspace in `crm/`, and none in {shown}"));
            assert!(named || said.contains("does not exist in"), "{said}");
        }
    }
}

#[test]
fn a_first_workspace_and_one_that_stays_are_no_move() {
    let repo = Repo::new();
    repo.write("README.md", "Ours\n").commit("2026-05-01", JANE, "Start");
    repo.git(&["switch", "--quiet", "-c", "topic"]);
    repo.write("deals/x.yaml", "name: X\nstage: prospect\n").commit("2026-05-02", JANE, "First");
    assert_eq!(checked(repo.path(), &["--rules", "main"]), Vec::<String>::new());
    let repo = nested(true);
    repo.write("crm/dealgate.toml", "timezone = \"UTC\"\n");
    for judged in [&["--rules", "main"][..], &["--since", "main"], &["--rules", "HEAD", "--at", "HEAD"]] {
        assert_eq!(checked(&repo.path().join("crm"), judged), Vec::<String>::new(), "{judged:?}");
    }
}

#[test]
fn without_git_every_command_counts_the_same_findings() {
    let copy = copied(&repository("tests/showcase"));
    let today = ["--today", "2026-11-23"];
    let json = check(copy.path(), &today);
    let count = |key: &str| json["summary"][key].as_u64().expect("a number");
    let summary = dealgate(copy.path(), &[&["report", "summary"], &today[..]].concat()).stdout;
    let told = format!("{} errors, {} warnings", count("errors"), count("warnings"));
    assert!(summary.contains(&told), "{told}: {summary}");
    // What hangs on dates that nobody knows is told by all alike, too.
    let limits = "stages = [\"lead\", \"order\"]\n[stage.lead]\nmax-days = 5\n[stage.lead.requires]\nx = \"X\"\n[stage.order]\n";
    let repo = Repo::new();
    repo.write("workflows/acme.toml", limits).write("deals/acme/x.yaml", &deal("lead", ""));
    std::fs::remove_dir_all(repo.path().join(".git")).expect("a folder");
    assert_eq!(checked(repo.path(), &[]).len(), 1, "what the dates would tell is missed");
    let warnings = &check(repo.path(), &TODAY)["summary"]["warnings"];
    let summary = dealgate(repo.path(), &["report", "summary", "--today", "2026-05-10"]).stdout;
    assert!(summary.contains(&format!("{warnings} warnings")), "{warnings}: {summary}");
}
