//! Which files on disk a change touches: those that git knows to be as they were are not read, and none is missed.

use std::fs::{self, File};
use std::time::{Duration, SystemTime};

use crate::repo::{JANE, Repo, check, deal};

const ONE: &str = "deals/acme/one.yaml";

/// A workspace of two deals in a folder of a repository.
fn committed(options: &[&str], folder: &str) -> Repo {
    let repo = Repo::with(options);
    repo.write(&format!("{folder}dealgate.toml"), "");
    for name in [ONE, "deals/acme/two.yaml"] {
        repo.write(&format!("{folder}{name}"), &deal("prospect", "amount: 5 EUR\n"));
    }
    repo.commit("2026-05-01", JANE, "Start");
    settle(&repo);
    repo
}

/// As if git had written its index long after the files.
fn settle(repo: &Repo) {
    date(repo, ".git/index", SystemTime::UNIX_EPOCH + Duration::from_secs(4_000_000_000));
}

fn date(repo: &Repo, file: &str, time: SystemTime) {
    let file = File::options().write(true).open(repo.path().join(file)).expect("it is there");
    file.set_modified(time).expect("a time");
}

/// How many deals the files on disk do not touch.
fn not_touched(repo: &Repo, folder: &str) -> u64 {
    let json = check(&repo.path().join(folder), &["--since", "HEAD", "--today", "2026-05-20"]);
    json["summary"]["not_touched"].as_u64().expect("a number")
}

#[test]
fn what_git_knows_to_be_as_it_was_is_not_read_again() {
    for (format, folder) in [("sha1", ""), ("sha256", ""), ("sha1", "crm/")] {
        let repo = committed(&[&format!("--object-format={format}")], folder);
        // What git made of it on the way to the disk does not touch it.
        repo.git(&["config", "core.autocrlf", "true"]);
        fs::remove_dir_all(repo.path().join(folder).join("deals")).expect("it was there");
        repo.git(&["checkout", "--quiet", "--", "."]);
        let path = repo.path().join(folder).join(ONE);
        assert!(fs::read_to_string(&path).is_ok_and(|text| text.contains("\r\n")));
        settle(&repo);
        assert_eq!(not_touched(&repo, folder), 2, "{format} {folder}");
        repo.write(&format!("{folder}{ONE}"), &deal("prospect", "amount: 6 EUR\n"));
        assert_eq!(not_touched(&repo, folder), 1, "{format} {folder}");
        // Where the index is no younger than the files, their bytes count.
        date(&repo, ".git/index", SystemTime::UNIX_EPOCH + Duration::from_secs(1));
        assert_eq!(not_touched(&repo, folder), 0, "{format} {folder}");
    }
}

#[test]
fn however_git_keeps_its_index() {
    for keep in [&["update-index", "--split-index"][..], &["update-index", "--index-version", "4"]] {
        let repo = committed(&[], "");
        repo.git(keep);
        settle(&repo);
        assert_eq!(not_touched(&repo, ""), 2, "{keep:?}");
        repo.write(ONE, &deal("prospect", "amount: 6 EUR\n"));
        assert_eq!(not_touched(&repo, ""), 1, "{keep:?}");
    }
    let repo = committed(&[], "");
    fs::remove_file(repo.path().join(".git/index")).expect("it was there");
    assert_eq!(not_touched(&repo, ""), 2);
    repo.write(".git/index", "no index");
    assert_eq!(not_touched(&repo, ""), 2);
}

#[test]
fn no_change_is_hidden_from_a_check() {
    let other = deal("prospect", "amount: 6 EUR\n");
    // As large and as old as before.
    let repo = committed(&[], "");
    let then = fs::metadata(repo.path().join(ONE)).and_then(|it| it.modified()).expect("a time");
    repo.write(ONE, &other);
    date(&repo, ONE, then);
    assert_eq!(not_touched(&repo, ""), 1);
    // Behind git's back.
    for flag in ["--assume-unchanged", "--skip-worktree"] {
        let repo = committed(&[], "");
        repo.git(&["update-index", flag, ONE]);
        settle(&repo);
        assert_eq!(not_touched(&repo, ""), 2, "{flag}");
        repo.write(ONE, &other);
        assert_eq!(not_touched(&repo, ""), 1, "{flag}");
    }
    // Only meant to be added.
    let repo = committed(&[], "");
    repo.write("deals/acme/three.yaml", &other).git(&["add", "--intent-to-add", "."]);
    settle(&repo);
    let json = check(repo.path(), &["--since", "HEAD", "--today", "2026-05-20"]);
    assert_eq!((&json["summary"]["not_touched"], &json["summary"]["deals"]), (&2.into(), &1.into()));
    // Something else under its name.
    let repo = committed(&[], "");
    fs::remove_file(repo.path().join(ONE)).expect("it was there");
    repo.write(&format!("{ONE}/inner.yaml"), &other);
    assert_eq!(not_touched(&repo, ""), 1);
}

#[cfg(unix)]
#[test]
fn links_are_followed_at_both_ends() {
    use std::os::unix::fs::symlink;

    let repo = committed(&[], "");
    repo.write("archive/three.yaml", &deal("prospect", "amount: 7 EUR\n"));
    repo.write("archive/acme/four.yaml", &deal("prospect", "amount: 8 EUR\n"));
    repo.commit("2026-05-02", JANE, "Kept elsewhere");
    settle(&repo);
    assert_eq!(not_touched(&repo, ""), 2);
    symlink("../../archive/three.yaml", repo.path().join("deals/acme/three.yaml")).expect("a link");
    symlink("../archive/acme", repo.path().join("deals/linked")).expect("a link");
    let json = check(repo.path(), &["--since", "HEAD", "--today", "2026-05-20"]);
    assert_eq!((&json["summary"]["not_touched"], &json["summary"]["deals"]), (&2.into(), &2.into()));
    repo.commit("2026-05-03", JANE, "Linked");
    settle(&repo);
    assert_eq!(not_touched(&repo, ""), 4);
    repo.write("archive/three.yaml", &deal("prospect", "amount: 9 EUR\n"));
    assert_eq!(not_touched(&repo, ""), 3);
    // The same content under a name that leads elsewhere.
    fs::remove_file(repo.path().join(ONE)).expect("it was there");
    symlink("two.yaml", repo.path().join(ONE)).expect("a link");
    repo.write("deals/acme/two.yaml", &deal("prospect", "amount: 6 EUR\n"));
    assert_eq!(not_touched(&repo, ""), 1);
}

#[test]
fn what_a_change_renames_deletes_and_merges_is_told_from_one_log() {
    let repo = committed(&[], "");
    repo.write("workflows/acme.toml", "stages = [\"first\", \"second\"]\n[stage.first]\nmax-days = 3\n");
    let at = |stage: &str, amount: u32| deal(stage, &format!("amount: {amount} EUR\n"));
    repo.write(ONE, &at("first", 5)).write("deals/acme/two.yaml", &at("first", 5));
    repo.write("deals/acme/gone.yaml", &at("first", 5));
    let base = repo.commit("2026-05-02", JANE, "Staged");
    repo.git(&["switch", "--quiet", "-c", "topic"]);
    repo.git(&["mv", ONE, "deals/acme/moved.yaml"]);
    repo.write("deals/acme/moved.yaml", &at("first", 6));
    repo.commit("2026-05-05", JANE, "Renamed");
    fs::remove_file(repo.path().join("deals/acme/gone.yaml")).expect("it was there");
    repo.commit("2026-05-06", JANE, "Deleted");
    repo.git(&["switch", "--quiet", "main"]);
    repo.write("deals/acme/two.yaml", &at("second", 5)).commit("2026-05-07", JANE, "Meanwhile");
    repo.git(&["switch", "--quiet", "topic"]);
    repo.git_as("2026-05-08", JANE, &["merge", "--quiet", "--no-edit", "main"]);
    // Where main was merged, the two part at a commit that the line of the branch does not pass.
    for since in [base.as_str(), "main"] {
        let json = check(repo.path(), &["--since", since, "--fail-on", "never", "--today", "2026-05-20"]);
        let findings = json["findings"].as_array().expect("a list");
        let stalled = findings.iter().find(|finding| finding["code"] == "stalled").expect("it is");
        assert_eq!(stalled["deal"], "acme/moved", "{since}");
        assert_eq!(stalled["introduced"], false, "{since}: {stalled}");
        assert!(findings.iter().any(|finding| finding["code"] == "deal-removed"), "{since}");
    }
}
