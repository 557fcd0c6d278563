//! A name of a revision means one commit, or is refused: who may push a tag does not choose the rules.

use crate::repo::{JANE, Repo, deal, dealgate};
use crate::run::{command, ran};

const WORKFLOW: &str = "\
stages = [\"lead\", \"order\"]\ncurrency = \"EUR\"\n[stage.lead.requires]\nneed = \"There is a need\"\n[stage.order]\n";

/// A clone whose branch is past a gate, and the full name of what it started from.
fn branch() -> (Repo, String) {
    let repo = Repo::new();
    repo.write("workflows/acme.toml", WORKFLOW).write("deals/acme/x.yaml", &deal("lead", ""));
    let base = repo.commit("2026-05-01", JANE, "Start");
    repo.git(&["update-ref", "refs/remotes/origin/main", &base]);
    repo.git(&["switch", "--quiet", "-c", "topic"]);
    repo.write("workflows/acme.toml", &WORKFLOW.replace("need = \"There is a need\"\n", ""));
    repo.write("deals/acme/x.yaml", &deal("order", ""));
    repo.commit("2026-05-02", JANE, "Lax");
    (repo, base)
}

fn check(repo: &Repo, rules: &str) -> (i32, String) {
    let ran = dealgate(repo.path(), &["check", "--rules", rules, "--today", "2026-05-10"]);
    (ran.status, format!("{}{}", ran.stdout, ran.stderr))
}

#[test]
fn a_name_that_several_commits_have_is_refused_with_the_full_names() {
    for (reference, name) in [
        ("refs/tags/origin/main", "origin/main"),
        ("refs/heads/origin/main", "origin/main"),
        ("refs/origin/main", "origin/main"),
        ("refs/tags/origin/main", "origin/main~0"),
        ("refs/tags/origin", "origin"),
        ("refs/heads/main", "main"),
        ("refs/remotes/HEAD", "HEAD"),
    ] {
        let (repo, base) = branch();
        repo.git(&["update-ref", "refs/remotes/origin/HEAD", &base]);
        repo.git(&["tag", "main", &base]);
        repo.git(&["update-ref", reference, if name == "HEAD" { &base } else { "topic" }]);
        let (status, said) = check(&repo, name);
        assert_eq!(status, 2, "{reference}: {said}");
        assert!(said.contains(&format!("`{name}` could be several commits")), "{said}");
        assert!(said.contains(&format!("`{reference}")), "{said}");
        // Every name that is shown in full is one commit's.
        let (status, said) = check(&repo, "refs/remotes/origin/main");
        assert_eq!(status, 1, "{said}");
        for command in [&["diff", name][..], &["check", "--at", name], &["check", "--since", name]] {
            assert_eq!(dealgate(repo.path(), command).status, 2, "{command:?}");
        }
    }
}

#[test]
fn a_reference_that_is_called_like_a_commit_is_not_taken_for_it() {
    let (repo, base) = branch();
    for digits in [4, 7, 10, 39] {
        let short = &base[..digits];
        repo.git(&["tag", short, "topic"]);
        let (status, said) = check(&repo, short);
        assert_eq!(status, 2, "{said}");
        assert!(said.contains(&format!("`refs/tags/{short}`")) && said.contains(&base), "{said}");
        repo.git(&["tag", "-d", short]);
        assert_eq!(check(&repo, short).0, 1);
    }
    repo.git(&["update-ref", &format!("refs/heads/{base}"), "topic"]);
    assert_eq!(check(&repo, &base).0, 1, "a full name is the commit's");
}

#[test]
fn names_of_one_commit_and_names_in_full_are_taken() {
    let (repo, base) = branch();
    repo.git(&["tag", "origin/main", &base]);
    assert_eq!(check(&repo, "origin/main").0, 1);
    repo.git(&["tag", "--force", "origin/main", "topic"]);
    repo.git(&["update-ref", "refs/heads/refs/remotes/origin/main", "topic"]);
    assert_eq!(check(&repo, "refs/remotes/origin/main").0, 1);
    assert_eq!(check(&repo, "refs/tags/origin/main").0, 0);
}

#[test]
fn the_default_branch_is_no_tag() {
    let (repo, base) = branch();
    repo.git(&["update-ref", "-d", "refs/remotes/origin/main"]);
    repo.git(&["update-ref", "refs/heads/main", &base]);
    repo.git(&["tag", "main", "topic"]);
    repo.git(&["tag", "refs/remotes/origin/main", "topic"]);
    let ran = dealgate(repo.path(), &["diff", "--today", "2026-05-10"]);
    assert!(ran.stdout.contains("Rollout"), "{}{}", ran.stdout, ran.stderr);
}

#[test]
fn a_repository_of_somebody_else_is_read_where_the_environment_says_so() {
    let (repo, _) = branch();
    let run = |variables: &[(&str, &str)]| {
        let mut command = command(repo.path(), &["check", "--at", "HEAD", "--today", "2026-05-10"]);
        command.env("HOME", repo.path()).env("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1");
        ran(command.envs(variables.iter().copied()).output().expect("it starts"))
    };
    let refused = run(&[]);
    assert!(refused.status == 2 && refused.stderr.contains("belongs to somebody else"), "{}", refused.stderr);
    let safe = |key: &'static str, value: &'static str| {
        [("GIT_CONFIG_COUNT", "1"), ("GIT_CONFIG_KEY_0", key), ("GIT_CONFIG_VALUE_0", value)]
    };
    for key in ["safe.directory", "Safe.Directory"] {
        assert_eq!(run(&safe(key, "*")).status, 0, "{key}");
    }
    assert_eq!(run(&safe("safe.directory", "/elsewhere")).status, 2);
    // No other setting gets through.
    let other = [
        ("GIT_CONFIG_COUNT", "2"),
        ("GIT_CONFIG_KEY_0", "safe.directory"),
        ("GIT_CONFIG_VALUE_0", "*"),
        ("GIT_CONFIG_KEY_1", "core.worktree"),
        ("GIT_CONFIG_VALUE_1", "/"),
    ];
    assert_eq!(run(&other).status, 0);
    for count in ["x", "-1", "99999999999999999999", "3"] {
        let mut odd = safe("safe.directory", "*");
        odd[0].1 = count;
        assert!(matches!(run(&odd).status, 0 | 2), "{count}");
    }
}
