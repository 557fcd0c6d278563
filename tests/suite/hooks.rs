//! The hooks of `.pre-commit-hooks.yaml`, run by pre-commit on a sample repository. Skipped, and said so, where it is not
//! installed: `pip install pre-commit`.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::repo::{JANE, Repo};
use crate::run::{Ran, ran, repository};
use crate::tools;

/// The hooks as they are, but run by the program of this build instead of one that pre-commit would build first.
fn hooks() -> Repo {
    let hooks = std::fs::read_to_string(repository(".pre-commit-hooks.yaml")).expect("it is there");
    assert_eq!(hooks.matches("language: rust").count(), 2);
    let program = format!("entry: {} ", env!("CARGO_BIN_EXE_dealgate"));
    let repo = Repo::new();
    let hooks = hooks.replace("language: rust", "language: system").replace("entry: dealgate ", &program);
    repo.write(".pre-commit-hooks.yaml", &hooks);
    repo.commit("2026-11-01", JANE, "Hooks");
    repo
}

/// A workspace in a folder of a repository with other things in it.
fn sample(hooks: &Repo, deals: usize) -> Repo {
    let repo = Repo::new();
    let config = format!(
        "repos:\n- repo: {}\n  rev: {}\n  hooks:\n  - id: dealgate\n    verbose: true\n  - id: dealgate-workspace\n    \
         verbose: true\n",
        hooks.path().display(),
        hooks.head()
    );
    repo.write(".pre-commit-config.yaml", &config);
    repo.write("README.md", "# Sales\n").write("config/app.yaml", "name: not a deal\n");
    for number in 0..deals {
        let file =
            format!("deals/a-customer-with-a-rather-long-name-{number:04}/rollout-of-line-{number:04}.yaml");
        repo.write(&file, "name: A deal\nstage: prospect\n");
    }
    repo.git(&["add", "--all"]);
    repo
}

/// Runs pre-commit; `None`, said plainly, where there is none.
fn pre_commit(folder: &Path, arguments: &[&str]) -> Option<Ran> {
    let home = tempfile::tempdir().expect("a folder");
    let runs = |program: &PathBuf| {
        let version = Command::new(program).arg("--version").output();
        version.is_ok_and(|version| version.status.success())
    };
    let Some(program) = tools::find("PRE_COMMIT", "pre-commit").filter(runs) else {
        tools::skip("pre-commit", "pip install pre-commit");
        return None;
    };
    let mut command = Command::new(program);
    command
        .arg("run")
        .args(arguments)
        .current_dir(folder)
        .env("PRE_COMMIT_HOME", home.path())
        .env("DEALGATE_TODAY", "2026-11-23")
        .env_remove("CI");
    // As a hook of git's, this suite would be given the repository that it is in.
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("GIT_")) {
        command.env_remove(name);
    }
    command.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null");
    Some(ran(command.output().expect("it runs")))
}

#[test]
fn many_files_are_one_run_with_one_summary() {
    let (hooks, deals) = (hooks(), 400);
    let sample = sample(&hooks, deals);
    let Some(ran) = pre_commit(sample.path(), &["--all-files"]) else { return };
    assert_eq!(ran.status, 0, "{}{}", ran.stdout, ran.stderr);
    let summaries = ran.stdout.matches("All 400 deals are in order.").count();
    assert_eq!(summaries, 2, "one a hook, however many cores there are: {}", ran.stdout);
}

#[test]
fn a_fault_stops_the_commit_and_other_files_do_not_start_the_hook() {
    let hooks = hooks();
    let sample = sample(&hooks, 2);
    sample.commit("2026-11-02", JANE, "Start");
    sample.write("README.md", "# Sales of Acme\n").git(&["add", "--all"]);
    let Some(ran) = pre_commit(sample.path(), &[]) else { return };
    assert_eq!((ran.status, ran.stdout.matches("Skipped").count()), (0, 2), "{}{}", ran.stdout, ran.stderr);
    sample.write("deals/new.yaml", "name: A deal\nstage: nowhere\n").git(&["add", "--all"]);
    let ran = pre_commit(sample.path(), &["dealgate"]).expect("it was there before");
    assert_eq!(ran.status, 1, "{}{}", ran.stdout, ran.stderr);
    let said = "deals/new.yaml:2:8: error[unknown-stage]";
    assert!(ran.stdout.contains(said) && ran.stdout.contains("in 1 deal."), "{}", ran.stdout);
}
