//! What a stranger's branch tries to get past the gate, and does not: repositories among its files, and commits that look
//! like somebody else's.

use std::path::Path;
use std::process::Command;

use crate::provenance::{APPROVAL, BY_DANA, MALLORY, ssh_key};
use crate::repo::{DANA, JANE, Repo, check, deal, dealgate, told};
use crate::run::{NOBODY, repository};

/// A workflow whose first gate asks for one thing.
const WORKFLOW: &str = "stages = [\"lead\", \"offer\"]\n[stage.lead.requires]\nneed = \"There is a need\"\n";

/// Past its gate, with nothing done.
const PAST: &str = "name: New\nstage: offer\nowner: m@elsewhere.example\n";

/// A workspace in a folder of a repository, and a stranger's branch with a deal past its gate.
fn branch(folder: &str) -> Repo {
    let repo = Repo::new();
    let at = |path: &str| if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") };
    repo.write(&at("dealgate.toml"), "currency = \"EUR\"\n").write(&at("workflows/acme.toml"), WORKFLOW);
    repo.write(&at("deals/acme/old.yaml"), &deal("lead", "")).commit("2026-05-01", JANE, "new");
    repo.git(&["switch", "--quiet", "-c", "topic"]);
    repo.write(&at("deals/acme/new.yaml"), PAST);
    repo
}

/// Commits everything, also what `.gitignore` leaves out.
fn commit_all(repo: &Repo) {
    repo.git(&["add", "--all", "--force"]);
    repo.git_as("2026-05-02", MALLORY, &["commit", "--quiet", "-m", "nothing to see"]);
}

/// How checks of the folder end, that of the action too.
fn statuses(folder: &Path, base: &str) -> Vec<(String, i32)> {
    let mut all: Vec<(String, i32)> =
        [&["--rules", base][..], &["--rules", base, "--since", base], &["--rules", base, "--at", "HEAD"]]
            .iter()
            .map(|more| {
                let ran = dealgate(folder, &[&["check", "--today", "2026-05-10"][..], *more].concat());
                (format!("{more:?}: {}{}", ran.stdout, ran.stderr), ran.status)
            })
            .collect();
    let mut action = Command::new("bash");
    action.arg(repository(".github/actions/check/check.sh")).current_dir(folder).env_clear().envs(NOBODY);
    action.env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("HOME", folder);
    let top = folder.ancestors().find(|above| above.join(".git").exists()).expect("a repository");
    let full = crate::repo::git(top).args(["rev-parse", base]).output().expect("git starts").stdout;
    action.env("BASE", String::from_utf8_lossy(&full).trim()).env("COMMENT", "false");
    action.env("DEALGATE", env!("CARGO_BIN_EXE_dealgate")).env("DEALGATE_TODAY", "2026-05-10");
    let ran = action.output().expect("bash is there");
    let said = format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    all.push((format!("check.sh: {said}"), ran.status.code().unwrap_or(-1)));
    all
}

fn none_passes(folder: &Path, base: &str) {
    for (said, status) in statuses(folder, base) {
        assert_eq!(status, 1, "{said}");
        assert!(said.contains("new.yaml") && said.contains("need"), "{said}");
    }
}

#[test]
fn a_repository_among_the_deals_is_none() {
    for (folder, decoy) in
        [("", "deals/"), ("", "deals/acme/"), ("crm", "crm/deals/"), ("crm", "crm/deals/acme/")]
    {
        let repo = branch(folder);
        repo.write(&format!("{decoy}HEAD"), "ref: refs/heads/main\n");
        repo.write(&format!("{decoy}objects/x"), "").write(&format!("{decoy}refs/x"), "");
        repo.write(".gitignore", "new.yaml\n");
        commit_all(&repo);
        none_passes(&repo.path().join(folder), "main");
        let linked = repo.path().join("linked");
        repo.git(&["worktree", "add", "--quiet", "--detach", &linked.to_string_lossy(), "topic"]);
        none_passes(&linked.join(folder), "main");
        let outer = Repo::new();
        let url = repo.path().to_string_lossy().into_owned();
        outer.git(&["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", &url, "sub"]);
        none_passes(&outer.path().join("sub").join(folder), "origin/main");
    }
}

#[test]
fn a_repository_in_the_workspaces_folder_neither_answers_nor_runs_anything() {
    for folder in ["crm", "sales/emea"] {
        let repo = branch(folder);
        let trace = tempfile::tempdir().expect("a folder");
        let sprung = trace.path().join("sprung");
        let trap = trace.path().join("trap");
        std::fs::write(&trap, format!("#!/bin/sh\ntouch {}\n", sprung.display())).expect("a file");
        std::fs::set_permissions(&trap, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("a mode");
        // Another repository, whose main asks for nothing, checked in file by file.
        let lax = Repo::new();
        let at = |path: &str| format!("{folder}/{path}");
        lax.write(&at("dealgate.toml"), "currency = \"EUR\"\n");
        lax.write(&at("workflows/acme.toml"), "stages = [\"lead\", \"offer\"]\n");
        lax.write("workflows/acme.toml", "stages = [\"lead\", \"offer\"]\n").commit(
            "2026-05-01",
            MALLORY,
            "lax",
        );
        let decoy = repo.path().join(folder);
        let url = lax.path().join(".git");
        for part in ["HEAD", "objects", "refs"] {
            let from = url.join(part);
            if from.is_dir() {
                crate::run::copy(&from, &decoy.join(part));
            } else {
                std::fs::copy(from, decoy.join(part)).expect("a file");
            }
        }
        repo.write(&at("config"), &format!(
            "[core]\n\tbare = true\n\trepositoryformatversion = 0\n\tfsmonitor = {0}\n\tsshCommand = {0}\n\tpager = {0}\n\
             [remote \"origin\"]\n\turl = ssh://elsewhere.example/x\n[alias]\n\tfetch = !{0}\n",
            trap.display()
        ));
        repo.write(&at("shallow"), &lax.head());
        commit_all(&repo);
        none_passes(&decoy, "main");
        assert!(!sprung.exists(), "{folder}: something ran");
        // What the decoy has, and the repository has not.
        let lie = lax.head();
        let ran = dealgate(&decoy, &["check", "--rules", &lie]);
        assert_eq!((ran.status, ran.stderr.contains("there is no revision")), (2, true), "{}", ran.stderr);
    }
}

/// In `SHIFT_JIS` the yen sign is the byte of a backslash, so that a quote that ends here goes on there: in the commit the
/// deal is past its gate, and on disk it is before it.
#[test]
fn what_the_disk_has_in_another_encoding_is_not_judged_in_place_of_the_commit() {
    let two_faced =
        "{owner: m@elsewhere.example, name: \"x\u{a5}\", stage: offer, notes: \", stage: lead} # \"}\n";
    let recoded = "working-tree-encoding=SHIFT_JIS\n";
    for (folder, attributes, text) in [
        ("", ".gitattributes", format!("*.yaml {recoded}")),
        ("", "deals/.gitattributes", format!("acme/new.yaml text {recoded}")),
        ("", "deals/acme/.gitattributes", format!("* {recoded}")),
        ("", ".gitattributes", format!("[attr]odd {recoded}deals/** odd\n")),
        ("crm", ".gitattributes", format!("crm/deals/** {recoded}")),
        ("crm", "crm/.gitattributes", format!("new.* {recoded}")),
    ] {
        let repo = branch(folder);
        let deal = if folder.is_empty() { "deals/acme/new.yaml" } else { "crm/deals/acme/new.yaml" };
        repo.write(deal, two_faced).git(&["add", "--all"]);
        repo.write(attributes, &text).git(&["add", attributes]);
        repo.git_as("2026-05-02", MALLORY, &["commit", "--quiet", "-m", "nothing to see"]);
        std::fs::remove_file(repo.path().join(deal)).expect("it is there");
        repo.git(&["checkout", "--quiet", "--", deal]);
        let on_disk = std::fs::read_to_string(repo.path().join(deal)).expect("it is text");
        assert!(on_disk.contains("x\\\""), "git wrote it in the other encoding: {on_disk}");
        for (said, status) in statuses(&repo.path().join(folder), "main") {
            assert_eq!(status, 1, "{attributes}: {said}");
            let told = if said.contains("HEAD") { "There is a need" } else { "as another text" };
            assert!(said.contains("new.yaml") && said.contains(told), "{attributes}: {said}");
        }
        // What is not recoded is read: other files, and deals whose encoding is UTF-8 in any case.
        repo.git(&["rm", "--quiet", "-f", deal]);
        repo.write(attributes, &format!("*.ps1 {recoded}*.yaml -working-tree-encoding text eol=lf\n"));
        commit_all(&repo);
        let ran = dealgate(&repo.path().join(folder), &["check", "--rules", "main", "--since", "main"]);
        assert_eq!(ran.status, 0, "{attributes}: {}{}", ran.stdout, ran.stderr);
    }
}

#[test]
fn a_repository_without_files_is_one_by_itself_only() {
    let repo = branch("crm");
    commit_all(&repo);
    let folder = tempfile::tempdir().expect("a folder");
    let bare = folder.path().join("acme.git");
    repo.git(&["clone", "--quiet", "--bare", ".", &bare.to_string_lossy()]);
    let at = |folder: &Path| {
        let ran = dealgate(folder, &["check", "--at", "topic", "--rules", "main"]);
        (ran.status, ran.stdout + &ran.stderr)
    };
    assert_eq!(at(&bare).0, 1, "{:?}", at(&bare));
    assert_eq!(at(&bare.join("refs")).0, 1, "{:?}", at(&bare.join("refs")));
    // Among the files of another, it is a folder like any.
    let outer = Repo::new();
    outer.write("README.md", "").commit("2026-05-01", JANE, "new");
    let inner = outer.path().join("acme.git");
    repo.git(&["clone", "--quiet", "--bare", ".", &inner.to_string_lossy()]);
    let (status, said) = at(&inner);
    assert!(status == 2 && said.contains("there is no revision `topic`"), "{said}");
}

/// A branch on which Mallory approves in Dana's name, once Dana has approved something else.
fn approved_by_mallory(proof: &str, sign: &[&str]) -> (Repo, String) {
    let repo = Repo::new();
    repo.write("dealgate.toml", &format!("[provenance]\napprovals = \"{proof}\"\n"));
    repo.write("workflows/acme.toml", APPROVAL).write("deals/acme/a.yaml", &deal("prospect", ""));
    repo.write("deals/acme/b.yaml", &deal("prospect", "notes: another\n")).commit("2026-05-01", JANE, "new");
    repo.write("deals/acme/a.yaml", &deal("prospect", BY_DANA));
    repo.git(&["add", "--all"]);
    let mut arguments = sign.to_vec();
    arguments.extend(["commit", "--quiet", "-m", "approved"]);
    arguments.extend(sign.iter().take(1).map(|_| "-S"));
    repo.git_as("2026-05-02", DANA, &arguments);
    let honest = repo.head();
    repo.git(&["switch", "--quiet", "-c", "topic"]);
    repo.write("deals/acme/b.yaml", &deal("prospect", &format!("notes: another\n{BY_DANA}")));
    (repo, honest)
}

/// What is found of the deal that Mallory approved, and nothing of the one that Dana did.
fn is_mallorys(repo: &Repo, what: &str) {
    for more in [&[][..], &["--rules", "main"], &["--rules", "main", "--since", "main"]] {
        let found = told(&check(repo.path(), &[more, &["--today", "2026-05-10"]].concat()));
        let by = found.iter().filter(|it| it.starts_with("approval-unproven")).collect::<Vec<_>>();
        assert!(by.len() == 1 && by[0].contains("Mallory"), "{what:?} {more:?}: {found:?}");
    }
}

/// Names of files that look like the beginning of another commit in a log, as it was read once and as it is now.
fn names(honest: &str) -> Vec<String> {
    let parent = "1".repeat(40);
    vec![
        format!("a\u{1}{honest}\u{2}1777723200\u{2}{parent}\u{2}Dana Doe\u{2}dana@acme.example\u{2}"),
        format!("a\u{1}{honest}\u{2}1777723200\u{2}\u{2}Dana Doe\u{2}dana@acme.example\u{2}\n"),
        format!("{honest} 1777723200 {parent}"),
        format!("\n{honest} 1777723200 {parent}"),
        format!(":000000 100644 {parent} {parent} A"),
        "\n:000000 100644 0 0 D".to_owned(),
    ]
}

#[test]
fn no_name_of_a_file_makes_a_commit_somebody_elses() {
    let (repo, honest) = approved_by_mallory("authored", &[]);
    for name in names(&honest) {
        repo.write(&name, "").commit("2026-05-03", MALLORY, "approved, says Dana");
        is_mallorys(&repo, &name);
        repo.git(&["reset", "--quiet", "--soft", "HEAD~1"]);
        repo.git(&["rm", "--quiet", "--cached", "-f", "--", &format!("./{name}")]);
        std::fs::remove_file(repo.path().join(&name)).expect("it was there");
    }
}

#[test]
fn no_name_of_a_file_signs_a_commit() {
    let keys = tempfile::tempdir().expect("a folder");
    let probe = Repo::new();
    let (key, public) = ssh_key(&probe, "dana");
    let allowed = keys.path().join("allowed");
    std::fs::write(&allowed, format!("dana@acme.example {public}")).expect("a file");
    let signing = format!("user.signingKey={key}");
    let sign = ["-c", "gpg.format=ssh", "-c", signing.as_str()];
    let (repo, honest) = approved_by_mallory("signed", &sign);
    repo.git(&["config", "gpg.ssh.allowedSignersFile", &allowed.to_string_lossy()]);
    for name in &names(&honest)[..3] {
        repo.write(name, "").commit("2026-05-03", MALLORY, "approved, says Dana");
        is_mallorys(&repo, name);
        repo.git(&["reset", "--quiet", "--soft", "HEAD~1"]);
        repo.git(&["rm", "--quiet", "--cached", "-f", "--", &format!("./{name}")]);
        std::fs::remove_file(repo.path().join(name)).expect("it was there");
    }
}

#[test]
fn no_line_of_a_commit_makes_it_somebody_elses() {
    let dana = "Dana Doe <dana@acme.example> 1777723200 +0000";
    let mallory = "Mallory <m@elsewhere.example> 1777809600 +0000";
    for (what, author, more) in [
        ("bytes that once stood between fields", "Mallory\u{2}dana@acme.example\u{2}\u{1} <m@elsewhere.example> 1777809600 +0000".to_owned(), String::new()),
        ("a second author", format!("{mallory}\nauthor {dana}"), String::new()),
        ("an encoding in which a name holds a line", "Mallory+AAo-author Dana Doe +ADw-dana+AEA-acme.example+AD4- 1 +ACs-0000+AAo-x <m@elsewhere.example> 1777809600 +0000".to_owned(), "encoding UTF-7\n".to_owned()),
        ("a header that says so once more", mallory.to_owned(), format!("mergetag object x\n author {dana}\nx author {dana}\n")),
    ] {
        let (repo, _) = approved_by_mallory("authored", &[]);
        repo.git(&["add", "--all"]);
        let (tree, parent) = (repo.git(&["write-tree"]), repo.git(&["rev-parse", "HEAD"]));
        let text = format!(
            "tree {tree}parent {parent}author {author}\ncommitter {mallory}\n{more}\napproved\n\nauthor {dana}\n"
        );
        repo.write(".git/lie", &text);
        let id = repo.git(&["hash-object", "-t", "commit", "-w", "--literally", ".git/lie"]);
        repo.git(&["reset", "--quiet", "--hard", id.trim()]);
        for more in [&[][..], &["--rules", "main"], &["--rules", "main", "--since", "main"]] {
            let found = told(&check(repo.path(), &[more, &["--today", "2026-05-10"]].concat()));
            let unproven = found.iter().filter(|it| it.starts_with("approval-unproven")).count();
            assert_eq!(unproven, 1, "{what} {more:?}: {found:?}");
        }
    }
}

/// A gate that is asked of deals which came to it late, and one that stops being open.
const DATED: &str = "\
stages = [\"lead\", \"offer\", \"order\"]
[stage.offer.requires]
need = { title = \"There is a need\", since = 2026-05-05, at = \"entry\" }
early = { title = \"It was early\", rule = \"today < date('2026-05-08')\" }
";

#[test]
fn a_day_that_is_claimed_opens_no_gate() {
    let history = |entries: &str| format!("history:\n{entries}");
    for (what, claimed, stage) in [
        ("a day after the file's first commit", "  - {date: 2026-05-02, stage: offer}\n", "offer"),
        ("a day before it", "  - {date: 2026-04-02, stage: offer}\n", "offer"),
        (
            "two of them",
            "  - {date: 2026-05-02, stage: offer}\n  - {date: 2026-05-03, stage: order}\n",
            "order",
        ),
    ] {
        for (proof, held) in [("off", false), ("authored", true), ("signed", true)] {
            let repo = Repo::new();
            repo.write("dealgate.toml", &format!("[provenance]\napprovals = \"{proof}\"\n"));
            repo.write("workflows/acme.toml", DATED).write("deals/acme/a.yaml", &deal("lead", ""));
            repo.commit("2026-05-01", JANE, "new");
            repo.git(&["switch", "--quiet", "-c", "topic"]);
            repo.write("deals/acme/a.yaml", &deal(stage, &history(claimed)));
            for commit in [false, true] {
                if commit {
                    repo.commit("2026-05-09", MALLORY, "as if it had been so");
                    repo.write(
                        "deals/acme/a.yaml",
                        &deal(stage, &format!("notes: later\n{}", history(claimed))),
                    );
                    repo.commit("2026-05-10", JANE, "something else");
                }
                for more in [&[][..], &["--rules", "main"], &["--rules", "main", "--since", "main"]] {
                    let json = check(repo.path(), &[more, &["--today", "2026-05-10"]].concat());
                    let codes: Vec<_> = told(&json)
                        .iter()
                        .map(|it| it.split(':').next().unwrap_or_default().to_owned())
                        .collect();
                    let unmet = codes.iter().filter(|code| *code == "requirement-unmet").count();
                    let gates = if stage == "order" { 2 } else { 1 };
                    assert_eq!(unmet, if held { gates } else { 0 }, "{what}, {proof}, {more:?}: {json}");
                    let backdated = codes.iter().any(|code| code == "backdated");
                    assert_eq!(backdated, held || what == "a day before it", "{what}, {proof}: {json}");
                }
            }
        }
    }
}

#[test]
fn a_day_that_its_commit_bears_out_counts() {
    let repo = Repo::new();
    repo.write("dealgate.toml", "[provenance]\napprovals = \"authored\"\n");
    repo.write("workflows/acme.toml", DATED).write("deals/acme/a.yaml", &deal("lead", ""));
    repo.commit("2026-05-01", JANE, "new");
    let told_that_day = deal("offer", "history:\n  - {date: 2026-05-02, stage: offer}\n");
    repo.write("deals/acme/a.yaml", &told_that_day).commit("2026-05-02", JANE, "an offer");
    // What an import brings with its first commit is so, too.
    let imported = deal(
        "offer",
        "history:\n  - {date: 2026-03-01, stage: lead}\n  - {date: 2026-04-01, stage: offer}\n",
    );
    repo.write("deals/acme/b.yaml", &imported).commit("2026-05-07", JANE, "imported");
    repo.write("deals/acme/a.yaml", &(told_that_day + "notes: later\n")).commit("2026-05-09", JANE, "a note");
    assert_eq!(told(&check(repo.path(), &["--today", "2026-05-10"])), Vec::<String>::new());
}

/// By `ident`, `$Id: … $` is another text on disk than in the commit.
#[test]
fn what_git_writes_into_a_file_is_not_judged_in_place_of_the_commit() {
    let two_faced = "{owner: m@elsewhere.example, \"name\": \"$Id:\", \"stage\": \"offer\", \"notes\": '$\", \
        \"stage\": \"lead\", \"x\": \"'} # \"}\n";
    for (attributes, text) in [
        (".gitattributes", "*.yaml ident\n"),
        ("deals/acme/.gitattributes", "new.yaml text ident\n"),
        (".gitattributes", "[attr]odd ident\ndeals/** odd\n"),
        ("deals/.gitattributes", "* diff=x ident\n"),
    ] {
        let repo = branch("");
        repo.write("deals/acme/new.yaml", two_faced).write(attributes, text);
        commit_all(&repo);
        std::fs::remove_file(repo.path().join("deals/acme/new.yaml")).expect("it is there");
        repo.git(&["checkout", "--quiet", "--", "deals/acme/new.yaml"]);
        for (said, status) in statuses(repo.path(), "main") {
            assert_eq!(status, 1, "{text}: {said}");
            assert!(said.contains("HEAD") || said.contains("as another text"), "{text}: {said}");
        }
        repo.write(attributes, "*.md ident\n*.yaml -ident text eol=lf\n")
            .write("deals/acme/new.yaml", &deal("lead", ""));
        commit_all(&repo);
        for (said, status) in statuses(repo.path(), "main") {
            assert_eq!(status, 0, "{text}: {said}");
        }
    }
}

/// What is done on a branch with a deal that Dana approves there or never does, and whether that is her approval.
type Branch = (&'static str, fn(&Repo), bool);

const PATH: &str = "deals/acme/a.yaml";

fn approved(repo: &Repo, day: &str, author: &str, more: &str) {
    repo.write(PATH, &deal("prospect", more)).commit(day, author, "a change");
}

/// Leaves the branch `topic` with a side branch merged into it that took nothing from it: the merge itself writes.
fn merge_that_writes(repo: &Repo, from: &str, text: &str) {
    repo.git(&["switch", "--quiet", "-c", "side", from]);
    repo.write("notes.md", "a note").commit("2026-05-05", MALLORY, "a note");
    repo.git(&["switch", "--quiet", "topic"]);
    repo.git_as("2026-05-06", MALLORY, &["merge", "--quiet", "--no-ff", "--no-commit", "side"]);
    repo.write(PATH, text).commit("2026-05-06", MALLORY, "merge");
}

#[test]
fn what_a_merge_brings_was_written_by_who_wrote_it() {
    let branches: [Branch; 8] = [
        ("Dana's own commit", |repo| approved(repo, "2026-05-03", DANA, BY_DANA), true),
        (
            "hers, and another branch merged",
            |repo| {
                approved(repo, "2026-05-03", DANA, BY_DANA);
                merge_that_writes(repo, "main", &deal("prospect", BY_DANA));
            },
            true,
        ),
        (
            "hers on a side branch",
            |repo| {
                repo.git(&["switch", "--quiet", "-c", "side"]);
                approved(repo, "2026-05-03", DANA, BY_DANA);
                repo.git(&["switch", "--quiet", "topic"]);
                repo.write("notes.md", "a note").commit("2026-05-04", JANE, "a note");
                repo.git_as("2026-05-05", MALLORY, &["merge", "--quiet", "--no-edit", "side"]);
            },
            true,
        ),
        (
            "a file that could not be read in between",
            |repo| {
                approved(repo, "2026-05-03", DANA, BY_DANA);
                repo.write(PATH, "name: [").commit("2026-05-04", MALLORY, "oh");
                approved(repo, "2026-05-05", MALLORY, BY_DANA);
            },
            true,
        ),
        (
            "a merge that writes it",
            |repo| {
                merge_that_writes(repo, "main", &deal("prospect", BY_DANA));
            },
            false,
        ),
        (
            "a merge that brings back what she took away",
            |repo| {
                approved(repo, "2026-05-03", DANA, BY_DANA);
                approved(repo, "2026-05-04", DANA, "");
                merge_that_writes(repo, "topic~1", &deal("prospect", BY_DANA));
            },
            false,
        ),
        (
            "a plain commit that brings it back",
            |repo| {
                approved(repo, "2026-05-03", DANA, BY_DANA);
                approved(repo, "2026-05-04", DANA, "");
                approved(repo, "2026-05-05", MALLORY, BY_DANA);
            },
            false,
        ),
        (
            "another deal in the place of the one that she approved",
            |repo| {
                let tiny = deal("prospect", BY_DANA).replace("name: ", "name: Tiny ");
                repo.write("deals/acme/tiny.yaml", &tiny).commit("2026-05-03", DANA, "approved");
                repo.git(&["rm", "--quiet", PATH]);
                repo.git(&["mv", "deals/acme/tiny.yaml", PATH]);
                repo.write(PATH, &deal("prospect", BY_DANA).replace("name: ", "name: Huge "));
                repo.commit("2026-05-04", MALLORY, "huge");
            },
            false,
        ),
    ];
    for (what, change, is_hers) in branches {
        let repo = Repo::new();
        repo.write("dealgate.toml", "[provenance]\napprovals = \"authored\"\n")
            .write("workflows/acme.toml", APPROVAL);
        repo.write(PATH, &deal("prospect", "")).commit("2026-05-01", JANE, "new");
        repo.git(&["switch", "--quiet", "-c", "topic"]);
        change(&repo);
        repo.git(&["switch", "--quiet", "main"]);
        repo.write("other.md", "").commit("2026-05-07", JANE, "meanwhile");
        repo.git_as("2026-05-08", DANA, &["merge", "--quiet", "--no-ff", "-m", "pull request 1", "topic"]);
        let json = check(repo.path(), &["--today", "2026-05-10"]);
        let codes: Vec<_> = told(&json);
        let unproven = codes.iter().filter(|it| it.starts_with("approval-unproven")).count();
        assert_eq!(unproven, usize::from(!is_hers), "{what}: {codes:?}");
        assert!(is_hers || codes.iter().any(|it| it.contains("Mallory")), "{what}: {codes:?}");
    }
}

#[test]
fn who_has_left_approves_and_waives_nothing_by_an_earlier_day() {
    let rules = "stages = [\"prospect\", \"closed\"]\n[groups]\n\
        management = [{ email = \"dana@acme.example\", until = 2026-04-30 }, \"lee@acme.example\"]\n\
        [waivers]\nby = \"management\"\nmax-days = 90\n[stage.prospect.requires]\n\
        price-approved = { title = \"The price is approved\", approval = \"management\" }\n[stage.closed]\n";
    let waiver = "waivers: {price-approved: {reason: x, by: dana@acme.example, date: 2026-04-20, until: 2026-06-30}}\n";
    for (entry, code) in [
        (BY_DANA.replace("2026-05-02", "2026-04-20"), "approval-outside-group"),
        (waiver.to_owned(), "waiver-not-allowed"),
    ] {
        for (day, proof, found) in
            [("2026-05-03", "authored", 1), ("2026-04-30", "authored", 0), ("2026-05-03", "off", 0)]
        {
            let repo = Repo::new();
            repo.write("dealgate.toml", &format!("[provenance]\napprovals = \"{proof}\"\n"));
            repo.write("workflows/acme.toml", rules).write(PATH, &deal("prospect", ""));
            repo.commit("2026-04-01", JANE, "new");
            repo.write(PATH, &deal("closed", &entry)).commit(day, DANA, "approved");
            let told = told(&check(repo.path(), &["--today", "2026-05-10"]));
            let codes = told.iter().filter(|it| it.starts_with(code)).count();
            assert_eq!((codes, told.len()), (found, found), "{code} {day} {proof}: {told:?}");
        }
    }
}

#[test]
fn what_was_approved_and_cannot_be_read_covers_nothing() {
    for (of, amount) in [("x", "5 EUR"), ("[5 EUR]", "5 EUR"), ("5 EUR", "five"), ("5.000 EUR", "5000 EUR")] {
        let repo = Repo::new();
        repo.write("dealgate.toml", "[levels]\nwrong-type = \"warning\"\n")
            .write("workflows/acme.toml", APPROVAL);
        let entry = format!(
            "amount: {amount}\ndone: {{price-approved: {{date: 2026-05-02, by: dana@acme.example, of: {{amount: {of}}}}}}}\n"
        );
        repo.write(PATH, &deal("closed", &entry)).commit("2026-05-03", JANE, "approved");
        let ran = dealgate(repo.path(), &["check", "--today", "2026-05-10"]);
        assert_eq!(ran.status, 1, "{of} {amount}: {}", ran.stdout);
    }
}

#[cfg(unix)]
#[test]
fn a_link_in_the_place_of_the_working_folder_is_refused() {
    for (folder, link, to) in
        [("crm", "crm", "demo"), ("teams/crm", "teams", "others"), ("./crm/", "crm", "demo")]
    {
        let repo = Repo::new();
        repo.write(&format!("{to}/dealgate.toml"), "").write("others/crm/dealgate.toml", "");
        repo.commit("2026-05-01", JANE, "new");
        std::os::unix::fs::symlink(to, repo.path().join(link)).expect("a link");
        // Relative to the checkout, or in full.
        let in_full = repo.path().join(folder).to_string_lossy().into_owned();
        for (given, refused) in [(folder, true), (&in_full, true), (to, false)] {
            let mut action = Command::new("bash");
            action.arg(repository(".github/actions/check/check.sh")).env_clear().envs(NOBODY);
            action.env("PATH", std::env::var_os("PATH").unwrap_or_default());
            action.current_dir(repo.path().join(given)).env("HOME", repo.path());
            action.env("GITHUB_WORKSPACE", repo.path()).env("FOLDER", given);
            action.env("DEALGATE", env!("CARGO_BIN_EXE_dealgate"));
            let ran = action.output().expect("bash is there");
            let said = String::from_utf8_lossy(&ran.stderr);
            assert_eq!(said.contains("behind the link"), refused, "{given}: {said}");
            assert!(!refused || ran.status.code() == Some(2), "{given}: {said}");
        }
    }
}
