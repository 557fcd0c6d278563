//! What commits tell: dates of stages, and the workspace as it was.

use serde_json::Value;

use crate::repo::{DANA, JANE, Repo, check, deal, dealgate, told};
use crate::run::command;

/// A workflow with a limit for each stage and nothing asked.
const LIMITS: &str = "\
stages = [\"prospect\", \"qualified\", \"closed\"]\ncurrency = \"EUR\"\n\
[stage.prospect]\nmax-days = 30\n[stage.qualified]\nmax-days = 30\n[stage.closed]\n";

fn stalled(days: u16, stage: &str) -> String {
    format!("stalled: the deal has been in `{stage}` for {days} days, longer than 30 days")
}

#[test]
fn stages_are_dated_by_commits_and_other_changes_reset_no_clock() {
    let repo = Repo::new();
    repo.write("workflows/acme.toml", LIMITS).write("deals/acme/a.yaml", &deal("prospect", ""));
    repo.commit("2026-05-01", JANE, "new");
    repo.write("deals/acme/a.yaml", &deal("qualified", "")).commit("2026-05-20", JANE, "qualified");
    repo.write("deals/acme/a.yaml", "owner: jane@acme.example\nname: 'Rollout'\nstage: \"qualified\"\n");
    repo.commit("2026-06-10", JANE, "reformatted");
    repo.git(&["mv", "deals/acme/a.yaml", "deals/acme/b.yaml"]);
    repo.commit("2026-06-20", JANE, "renamed");
    repo.write("deals/acme/b.yaml", "not: [yaml").commit("2026-06-21", JANE, "broken");
    repo.write("deals/acme/b.yaml", &deal("qualified", "amount: 5 EUR\n")).commit(
        "2026-06-22",
        JANE,
        "mended",
    );
    assert_eq!(told(&check(repo.path(), &["--today", "2026-06-19"])), Vec::<String>::new());
    assert_eq!(told(&check(repo.path(), &["--today", "2026-07-19"])), [stalled(60, "qualified")]);

    repo.write("deals/acme/b.yaml", &deal("closed", ""));
    assert_eq!(
        told(&check(repo.path(), &["--today", "2026-07-19"])),
        Vec::<String>::new(),
        "moved, not committed"
    );
    repo.write("deals/acme/b.yaml", &deal("qualified", "history: [{date: 2026-05-10, stage: qualified}]\n"));
    let found = told(&check(repo.path(), &["--today", "2026-07-19"]));
    assert_eq!(found, [stalled(70, "qualified")], "its own entry wins");
    repo.write("deals/acme/b.yaml", &deal("qualified", "history: [{date: 2026-04-01, stage: prospect}]\n"));
    let found = told(&check(repo.path(), &["--today", "2026-06-01"]));
    assert_eq!(
        found,
        [
            "backdated: this entry of `history` is of 2026-04-01, and was written after the file was first committed, \
             on 2026-05-01"
        ]
    );
}

#[test]
fn a_deal_moved_by_two_branches_counts_when_it_reached_the_line() {
    let repo = Repo::new();
    repo.write("workflows/acme.toml", LIMITS).write("deals/acme/a.yaml", &deal("prospect", ""));
    repo.commit("2026-05-01", JANE, "new");
    repo.git(&["checkout", "--quiet", "-b", "side"]);
    repo.write("deals/acme/a.yaml", &deal("qualified", "")).commit("2026-05-10", DANA, "qualified");
    repo.git(&["checkout", "--quiet", "main"]);
    repo.write("deals/acme/b.yaml", &deal("prospect", "")).commit("2026-05-12", JANE, "another");
    repo.git_as("2026-06-01", JANE, &["merge", "--quiet", "--no-ff", "-m", "merge", "side"]);
    let found = told(&check(repo.path(), &["deals/acme/a.yaml", "--today", "2026-07-05"]));
    assert_eq!(found, [stalled(34, "qualified")]);
    repo.git_as("2026-06-20", JANE, &["revert", "--no-edit", "-m", "1", "HEAD"]);
    let found = told(&check(repo.path(), &["deals/acme/a.yaml", "--today", "2026-07-05"]));
    assert_eq!(found, Vec::<String>::new(), "back in prospect since the revert");
}

#[test]
fn the_workspace_is_read_as_it_was() {
    let repo = Repo::new();
    repo.write("workflows/acme.toml", LIMITS).write("deals/acme/a.yaml", &deal("prospect", ""));
    let first = repo.commit("2026-05-01", JANE, "new");
    repo.write("deals/acme/a.yaml", &deal("nowhere", "")).commit("2026-05-20", JANE, "wrong");
    repo.write("deals/acme/a.yaml", &deal("qualified", "")).write("deals/acme/b.yaml", "stage: x\n");

    let json = check(repo.path(), &["--at", "HEAD~1"]);
    assert_eq!(
        (json["today"].as_str(), json["revision"].as_str()),
        (Some("2026-05-01"), Some(first.as_str()))
    );
    assert_eq!(told(&json), Vec::<String>::new());
    let json = check(repo.path(), &["--at", "@2026-05-19"]);
    assert_eq!(
        (json["today"].as_str(), json["revision"].as_str()),
        (Some("2026-05-19"), Some(first.as_str()))
    );
    let json = check(repo.path(), &["--at", "@2026-05-20", "deals/acme"]);
    assert!(told(&json)[0].starts_with("unknown-stage"), "{json}");
    assert_eq!(json["summary"]["deals"], 1);

    for (revision, says) in [
        ("nowhere", "there is no revision `nowhere`"),
        ("--output=x", "there is no revision `--output=x`"),
        ("@2026-04-30", "there is no commit of 2026-04-30 or before"),
        ("HEAD\nHEAD", "there is no revision"),
    ] {
        let ran = dealgate(repo.path(), &["check", &format!("--at={revision}")]);
        assert_eq!(ran.status, 2, "{revision}");
        assert!(ran.stderr.contains(says) && ran.stderr.contains("hint:"), "{}", ran.stderr);
    }
    assert!(!repo.path().join("x").exists());
}

#[test]
fn a_day_ends_in_the_time_zone_of_the_workspace() {
    let repo = Repo::new();
    repo.write("dealgate.toml", "timezone = \"Europe/Berlin\"\n").write("workflows/acme.toml", LIMITS);
    repo.write("deals/acme/a.yaml", &deal("prospect", ""));
    repo.commit("2026-05-01T21:30:00+00:00", JANE, "half past eleven in Berlin");
    repo.commit("2026-05-01T22:30:00+00:00", JANE, "the next day there");
    let of = |arguments: &[&str]| check(repo.path(), arguments)["today"].as_str().map(str::to_owned);
    assert_eq!(of(&["--at", "HEAD"]).as_deref(), Some("2026-05-02"));
    let json = check(repo.path(), &["--at", "@2026-05-01"]);
    assert_eq!(json["revision"].as_str(), Some(repo.git(&["rev-parse", "HEAD~1"]).trim()));
}

#[test]
fn rules_may_come_from_another_revision() {
    let repo = Repo::new();
    repo.write("workflows/acme.toml", LIMITS).write("deals/acme/a.yaml", &deal("prospect", ""));
    repo.commit("2026-05-01", JANE, "new");
    repo.git(&["checkout", "--quiet", "-b", "stranger"]);
    repo.write("workflows/acme.toml", "stages = [\"anything\"]\n[stage.anything]\n");
    repo.write("deals/acme/a.yaml", &deal("anything", "")).commit("2026-05-02", DANA, "my own rules");
    let ours = |arguments: &[&str]| {
        told(&check(repo.path(), arguments)).iter().any(|found| found.starts_with("unknown-stage"))
    };
    assert!(!ours(&["--today", "2026-05-03"]));
    assert!(ours(&["--rules", "main", "--today", "2026-05-03"]));
    assert!(!ours(&["--rules", "worktree", "--at", "HEAD"]));
    assert!(ours(&["--rules", "worktree", "--at", "main"]), "old deals by new rules");
}

#[test]
fn what_git_cannot_tell_is_said_once() {
    let repo = Repo::new();
    repo.write("workflows/acme.toml", LIMITS);
    for name in ["a", "b"] {
        repo.write(&format!("deals/acme/{name}.yaml"), &deal("prospect", ""));
    }
    let own = "history: [{date: 2026-05-01, stage: prospect}]\n";
    repo.write("deals/acme/own.yaml", &deal("prospect", own));
    let today = ["--today", "2026-05-10"];
    assert_eq!(
        told(&check(repo.path(), &today)),
        Vec::<String>::new(),
        "not committed yet: here since today"
    );
    repo.commit("2026-05-01", JANE, "new");
    repo.write("deals/acme/a.yaml", &deal("qualified", "")).commit("2026-05-02", JANE, "moved");

    let clone = tempfile::tempdir().expect("a folder");
    let from = format!("file://{}", repo.path().display());
    let into = clone.path().join("shallow");
    repo.git(&["clone", "--quiet", "--depth", "1", &from, &into.to_string_lossy()]);
    let json = check(&into, &today);
    let shallow = "history-missing: 2 deals are judged without dates that git cannot tell: only the latest commits are here";
    assert_eq!(told(&json), [shallow]);
    assert!(json["findings"][0]["help"].as_str().is_some_and(|help| help.contains("fetch-depth: 0")));
    assert_eq!(json["findings"][0]["file"], Value::Null);
    assert_eq!(told(&check(&into, &["--no-history", "--today", "2026-05-10"])), Vec::<String>::new());
    let ran = dealgate(&into, &["check", "--at", "HEAD~1"]);
    assert!(ran.status == 2 && ran.stderr.contains("fetch --unshallow"), "{}", ran.stderr);

    std::fs::remove_dir_all(into.join(".git")).expect("it is there");
    let none = "history-missing: 2 deals are judged without dates that git cannot tell: the workspace is in no git repository";
    assert_eq!(told(&check(&into, &today)), [none]);

    let mut other = command(repo.path(), &["check", "--today", "2026-05-10"]);
    let other =
        crate::run::ran(other.env("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1").output().expect("it starts"));
    assert!(other.stdout.contains("git refuses the repository"), "{}", other.stdout);
    assert!(!other.stdout.contains("stalled") && other.status == 0, "{}", other.stdout);

    repo.git(&["config", "uploadpack.allowFilter", "true"]);
    let partial = clone.path().join("partial");
    let options = ["clone", "--quiet", "--no-checkout", "--filter=blob:none", &from];
    repo.git(&[&options[..], &[&partial.to_string_lossy()]].concat());
    let found = told(&check(&partial, &["--at", "HEAD"]));
    assert!(!found.is_empty() && found.iter().all(|found| found.contains("partial clone")), "{found:?}");

    let mut command = command(repo.path(), &["check", "--today", "2026-05-10"]);
    let ran = crate::run::ran(command.env("PATH", "/nowhere").output().expect("the program starts"));
    assert!(ran.stdout.contains("there is no `git` program"), "{}", ran.stdout);
    assert_eq!(ran.status, 0);
}

#[test]
fn bare_repositories_worktrees_submodules_sub_folders_and_sha256() {
    for format in ["sha1", "sha256"] {
        let repo = Repo::with(&[&format!("--object-format={format}")]);
        repo.write("sales/dealgate.toml", "").write("sales/workflows/acme.toml", LIMITS);
        repo.write("sales/deals/acme/a.yaml", &deal("prospect", "")).write("deals/other.yaml", "stage: x\n");
        repo.commit("2026-05-01", JANE, "new");
        let sales = repo.path().join("sales");
        let late = ["--today", "2026-07-01"];
        assert_eq!(told(&check(&sales, &late)), [stalled(61, "prospect")], "{format}");
        assert_eq!(
            told(&check(&sales, &["--at", "HEAD", "--today", "2026-07-01"])),
            [stalled(61, "prospect")]
        );

        let linked = repo.path().join("linked");
        repo.git(&["worktree", "add", "--quiet", "--detach", &linked.to_string_lossy()]);
        assert_eq!(told(&check(&linked.join("sales"), &late)), [stalled(61, "prospect")]);

        let outer = Repo::with(&[&format!("--object-format={format}")]);
        let url = repo.path().to_string_lossy().into_owned();
        outer.git(&["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", &url, "crm"]);
        outer.commit("2026-06-01", JANE, "with a submodule");
        assert_eq!(told(&check(&outer.path().join("crm/sales"), &late)), [stalled(61, "prospect")]);
        outer.write("dealgate.toml", "deals = \"crm\"\n").write("workflows/acme.toml", LIMITS);
        outer.commit("2026-06-02", JANE, "its deals are ours");
        let found = told(&check(outer.path(), &["--at", "HEAD"]));
        assert!(found.iter().any(|found| found.contains("submodule")), "{found:?}");
    }
    let repo = Repo::new();
    repo.write("workflows/acme.toml", LIMITS).write("deals/acme/a.yaml", &deal("prospect", ""));
    repo.commit("2026-05-01", JANE, "new");
    let folder = tempfile::tempdir().expect("a folder");
    let bare = folder.path().join("bare.git");
    repo.git(&["clone", "--quiet", "--bare", ".", &bare.to_string_lossy()]);
    let found = told(&check(&bare, &["--at", "main", "--today", "2026-07-01"]));
    assert_eq!(found, [stalled(61, "prospect")]);
    assert_eq!(check(&bare, &["--at", "@2026-05-03"])["today"], "2026-05-03");
    for command in [&["check"][..], &["status"], &["report"], &["export", "deals"], &["diff"]] {
        let ran = dealgate(&bare, command);
        assert!(ran.status == 2 && ran.stderr.contains("--at HEAD"), "{command:?} {}", ran.stderr);
    }
}

#[test]
fn the_workspace_of_a_bare_repository_may_lie_in_a_folder() {
    let repo = Repo::new();
    repo.write("sales/dealgate.toml", "").write("sales/workflows/acme.toml", LIMITS);
    repo.write("sales/deals/acme/a.yaml", &deal("prospect", "")).write("README.md", "ours\n");
    repo.commit("2026-05-01", JANE, "new");
    repo.write("sales/deals/acme/a.yaml", &deal("qualified", "")).commit("2026-05-20", JANE, "moved");
    let folder = tempfile::tempdir().expect("a folder");
    let bare = folder.path().join("bare.git");
    let into = bare.to_string_lossy().into_owned();
    repo.git(&["clone", "--quiet", "--bare", ".", &into]);
    let late = ["--today", "2026-07-01"];
    assert_eq!(told(&check(&bare, &[&["--at", "HEAD"][..], &late].concat())), [stalled(42, "qualified")]);
    let json =
        check(&bare, &[&["--at", "HEAD", "--since", "HEAD~1", "--rules", "HEAD~1"][..], &late].concat());
    assert_eq!((&json["summary"]["deals"], &json["summary"]["not_touched"]), (&1.into(), &0.into()));
    let diff = dealgate(&bare, &["diff", "HEAD~1..HEAD", "--format", "json"]).stdout;
    let diff: Value = serde_json::from_str(&diff).expect("it is JSON");
    assert_eq!(diff["deals"][0]["changes"][0]["after"], "qualified");

    repo.write("emea/dealgate.toml", "").commit("2026-05-21", JANE, "another");
    repo.git(&["push", "--quiet", &into, "main"]);
    let ran = dealgate(&bare, &["check", "--at", "HEAD"]);
    assert_eq!(ran.status, 2);
    assert!(ran.stderr.contains("may be `emea`, `sales` or another"), "{}", ran.stderr);
    assert!(ran.stderr.contains("git worktree add"), "{}", ran.stderr);
    repo.git(&["-C", &into, "worktree", "add", "--quiet", "../files", "HEAD"]);
    let here = folder.path().join("files/sales");
    assert_eq!(told(&check(&here, &late)), [stalled(42, "qualified")], "that is the way");
}

#[test]
fn links_lead_nowhere_outside() {
    let repo = Repo::new();
    repo.write("workflows/acme.toml", LIMITS).write("deals/acme/a.yaml", &deal("prospect", ""));
    repo.write("elsewhere/b.yaml", &deal("nowhere", ""));
    let link = |to: &str, name: &str| std::os::unix::fs::symlink(to, repo.path().join(name)).expect("a link");
    link("../../elsewhere/b.yaml", "deals/acme/b.yaml");
    link("/etc/passwd", "deals/acme/c.yaml");
    link("../../../../etc/passwd", "deals/acme/d.yaml");
    link("e.yaml", "deals/acme/e.yaml");
    repo.commit("2026-05-01", JANE, "links");
    let found = told(&check(repo.path(), &["--at", "HEAD"]));
    let of = |name: &str| found.iter().filter(|found| found.contains(name)).cloned().collect::<Vec<_>>();
    assert!(of("c.yaml")[0].contains("leads out of the workspace"), "{found:?}");
    assert!(of("d.yaml")[0].contains("leads out of the workspace"), "{found:?}");
    assert!(of("e.yaml")[0].contains("circle"), "{found:?}");
    assert!(found.iter().any(|found| found.starts_with("unknown-stage")), "{found:?}");
}

#[test]
fn deals_that_came_from_elsewhere_keep_their_past() {
    let first =
        "owner: jane@acme.example\nname: Rollout\nnotes: |\n  There is much to be said\n  of this deal.\n";
    let at = |stage: &str, more: &str| format!("{first}stage: {stage}\n{more}");
    let late = ["--today", "2026-07-10"];
    for (folder, old, older) in [
        ("", "crm/acme/a.yaml", "a.yaml"),
        ("sales/", "crm/deals/a.yaml", "sales/drafts/a.yaml"),
        ("sales/emea/", "deals/acme/a.yaml", "sales/a.yaml"),
    ] {
        let repo = Repo::new();
        let new = format!("{folder}deals/acme/a.yaml");
        repo.write(&format!("{folder}dealgate.toml"), "[provenance]\napprovals = \"authored\"\n");
        repo.write(&format!("{folder}workflows/acme.toml"), &format!("{LIMITS}{ASKED}"));
        repo.write("README.md", "ours\n").write(older, &at("prospect", ""));
        repo.commit("2026-05-01", JANE, "new");
        let moved = |from: &str, to: &str| {
            let folder = repo.path().join(to).parent().expect("a folder").to_owned();
            std::fs::create_dir_all(folder).expect("a folder");
            repo.git(&["mv", from, to]);
        };
        moved(older, old);
        repo.write(old, &at("prospect", "done: {asked: {date: 2026-05-10, by: dana@acme.example}}\n"));
        repo.commit("2026-05-10", DANA, "approved, and moved");
        moved(old, &new);
        repo.write("README.md", "ours, and more\n").commit("2026-06-20", JANE, "moved on");
        let here = repo.path().join(folder);
        assert_eq!(told(&check(&here, &late)), [stalled(70, "prospect")], "{new}");
        assert_eq!(
            told(&check(&here, &["--at", "HEAD", "--today", "2026-07-10"])),
            [stalled(70, "prospect")]
        );
        // The second entry claims a day after the first commit, wherever that was, and before its own.
        let history =
            "history:\n  - {date: 2026-04-02, stage: prospect}\n  - {date: 2026-05-12, amount: 5 EUR}\n";
        let told_late = at(
            "prospect",
            &format!("done: {{asked: {{date: 2026-05-10, by: dana@acme.example}}}}\n{history}"),
        );
        repo.write(&new, &told_late).commit("2026-06-21", JANE, "told late");
        let found = told(&check(&here, &["--today", "2026-05-20"]));
        assert!(found.len() == 2 && found[0].ends_with("first committed, on 2026-05-01"), "{found:?}");
        assert!(found[1].ends_with("is of 2026-05-12, and was written on 2026-06-21"), "{found:?}");
    }
}

/// One approval.
const ASKED: &str = "[stage.prospect.requires]\nasked = { title = \"It is asked\", approval = \"anyone\" }\n";

#[test]
fn a_comparison_that_git_cannot_make_says_what_is_missing() {
    let repo = Repo::new();
    repo.write("workflows/acme.toml", LIMITS).write("deals/acme/a.yaml", &deal("prospect", ""));
    repo.commit("2026-05-01", JANE, "new");
    repo.write("deals/acme/a.yaml", &deal("qualified", "")).commit("2026-05-02", JANE, "moved");
    repo.git(&["config", "uploadpack.allowFilter", "true"]);
    let folder = tempfile::tempdir().expect("a folder");
    let from = format!("file://{}", repo.path().display());
    let clone = |name: &str, option: &str| {
        let into = folder.path().join(name);
        repo.git(&["clone", "--quiet", option, &from, &into.to_string_lossy()]);
        into
    };
    let (shallow, partial) = (clone("shallow", "--depth=1"), clone("partial", "--filter=blob:none"));
    let none = clone("none", "--depth=1");
    std::fs::remove_dir_all(none.join(".git")).expect("it is there");
    for (here, path, says, how) in [
        (&shallow, None, "there is no revision `HEAD~1`", "git fetch --unshallow"),
        (&partial, None, "this is a partial clone", "git fetch --refetch --no-filter"),
        (&none, None, "the workspace is in no git repository", "git init"),
        (&partial, Some("/nowhere"), "there is no `git` program", "install git"),
    ] {
        for arguments in [&["diff", "HEAD~1"][..], &["diff", "HEAD~1..HEAD"], &["check", "--since", "HEAD~1"]]
        {
            let mut command = command(here, arguments);
            command.envs(path.map(|path| ("PATH", path)));
            let ran = crate::run::ran(command.output().expect("the program starts"));
            let said = format!("{arguments:?} {}{}", ran.stdout, ran.stderr);
            assert!(ran.status == 2 && ran.stdout.is_empty(), "{said}");
            assert!(ran.stderr.contains(says) && ran.stderr.contains(how), "{said}");
        }
    }
    // What is here can be told.
    let none_old = "history-missing: 1 deal is judged without dates that git cannot tell: contents are missing: this is a \
                    partial clone";
    assert_eq!(told(&check(&partial, &["--today", "2026-05-10"])), [none_old]);
}

#[test]
fn a_deal_outside_the_folder_has_its_own_commits() {
    let repo = Repo::new();
    repo.write("dealgate.toml", "default-workflow = \"acme\"\n").write("workflows/acme.toml", LIMITS);
    repo.write("drafts/a.yaml", &deal("prospect", "")).commit("2026-05-01", JANE, "new");
    let late = ["--today", "2026-07-01"];
    let found = told(&check(repo.path(), &[&["drafts/a.yaml"][..], &late].concat()));
    assert_eq!(found, [stalled(61, "prospect")]);
    // Beside more deals than git is asked about one by one.
    let many: Vec<String> = (0..9).map(|number| format!("deals/{number}.yaml")).collect();
    for path in &many {
        repo.write(path, &deal("prospect", ""));
    }
    repo.commit("2026-06-20", JANE, "more");
    let mut paths: Vec<&str> = many.iter().map(String::as_str).collect();
    paths.push("drafts/a.yaml");
    assert_eq!(told(&check(repo.path(), &[&paths[..], &late].concat())), [stalled(61, "prospect")]);
}
