//! What commits tell: dates of stages, the workspace as it was, and who wrote an approval.

use std::path::Path;

use serde_json::Value;

use crate::repo::{JANE, Repo};
use crate::run::{Ran, command, ran};

const DANA: &str = "Dana Doe <dana@acme.example>";

/// A workflow with a limit for each stage and nothing asked.
const LIMITS: &str = "\
stages = [\"prospect\", \"qualified\", \"closed\"]\ncurrency = \"EUR\"\n\
[stage.prospect]\nmax-days = 30\n[stage.qualified]\nmax-days = 30\n[stage.closed]\n";

/// A workflow with an approval that covers the amount.
const APPROVAL: &str = "\
stages = [\"prospect\", \"closed\"]\ncurrency = \"EUR\"\n[stage.prospect.requires]\n\
price-approved = { title = \"The price is approved\", approval = \"anyone\", covers = [\"amount\"] }\n[stage.closed]\n";

fn deal(stage: &str, more: &str) -> String {
    format!("name: Rollout\nstage: {stage}\nowner: jane@acme.example\n{more}")
}

fn dealgate(folder: &Path, arguments: &[&str]) -> Ran {
    let mut command = command(folder, arguments);
    command.env("HOME", folder).env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null");
    ran(command.output().expect("the program starts"))
}

fn check(folder: &Path, arguments: &[&str]) -> Value {
    let mut all = vec!["check", "--format", "json"];
    all.extend(arguments);
    let ran = dealgate(folder, &all);
    serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{}{}", ran.stdout, ran.stderr))
}

/// `code: message`, one finding after the other; that the workflows here ask for little is not what is tested.
fn told(json: &Value) -> Vec<String> {
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap_or_default().to_owned();
    let findings = json["findings"].as_array().expect("a list").iter();
    findings
        .filter(|finding| finding["code"] != "stage-without-requirements")
        .map(|finding| format!("{}: {}", text(finding, "code"), text(finding, "message")))
        .collect()
}

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
    let ran = dealgate(&bare, &["check"]);
    assert!(ran.status == 2 && ran.stderr.contains("--at HEAD"), "{}", ran.stderr);
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
fn an_approval_must_come_from_the_person_named() {
    let repo = Repo::new();
    let entry = "amount: 5 EUR\ndone: {price-approved: {date: 2026-05-02, by: dana@acme.example}}\n";
    repo.write("dealgate.toml", "[provenance]\napprovals = \"authored\"\n")
        .write("workflows/acme.toml", APPROVAL);
    repo.write("deals/acme/a.yaml", &deal("prospect", "amount: 5 EUR\n"));
    repo.commit("2026-05-01", JANE, "new");
    repo.write("deals/acme/a.yaml", &deal("prospect", entry));
    let today = ["--today", "2026-05-10"];
    assert_eq!(
        told(&check(repo.path(), &today)),
        [
            "approval-unproven: The price is approved: dana@acme.example is named, and nobody has committed these lines yet"
        ]
    );
    let forged = repo.commit("2026-05-02", JANE, "approved, says Jane");
    assert_eq!(
        told(&check(repo.path(), &today)),
        [format!(
            "approval-unproven: The price is approved: dana@acme.example is named, and Jane Roe <jane@acme.example> \
             committed it, in {}",
            &forged[..10]
        )]
    );
    repo.git(&["reset", "--quiet", "--hard", "HEAD~1"]);
    repo.write("deals/acme/a.yaml", &deal("prospect", entry)).commit("2026-05-02", DANA, "approved");
    repo.write("deals/acme/a.yaml", &deal("prospect", &format!("notes: hello\n{entry}")));
    repo.commit("2026-05-03", JANE, "moved the lines");
    assert_eq!(told(&check(repo.path(), &today)), Vec::<String>::new());

    repo.write("deals/acme/a.yaml", &deal("prospect", &entry.replace("5 EUR", "7 EUR")));
    let edited = told(&check(repo.path(), &today));
    assert!(
        edited[0]
            .starts_with("approval-void: The price is approved: `amount` was 5 EUR when it was approved"),
        "{edited:?}"
    );
    assert!(edited[0].ends_with("and is 7 EUR now"), "{edited:?}");
}

#[test]
fn an_approval_brought_by_a_merge_is_its_authors() {
    let repo = Repo::new();
    let entry = "done: {price-approved: {date: 2026-05-02, by: dana@acme.example}}\n";
    repo.write("dealgate.toml", "[provenance]\napprovals = \"authored\"\n")
        .write("workflows/acme.toml", APPROVAL);
    repo.write("deals/acme/a.yaml", &deal("prospect", "")).write("deals/acme/b.yaml", &deal("prospect", ""));
    repo.commit("2026-05-01", JANE, "new");
    repo.git(&["checkout", "--quiet", "-b", "side"]);
    repo.write("deals/acme/a.yaml", &deal("prospect", entry)).commit(
        "2026-05-02",
        "D. Doe <dd@home.example>",
        "approved",
    );
    repo.write("deals/acme/b.yaml", &deal("prospect", entry)).commit(
        "2026-05-02",
        JANE,
        "approved, says Jane",
    );
    repo.git(&["checkout", "--quiet", "main"]);
    repo.write("notes.md", "hello\n").commit("2026-05-03", JANE, "meanwhile");
    repo.git_as("2026-05-04", JANE, &["merge", "--quiet", "--no-ff", "-m", "merge", "side"]);
    let found = told(&check(repo.path(), &["--today", "2026-05-10"]));
    assert!(found.len() == 2 && found[0].contains("D. Doe <dd@home.example>"), "{found:?}");
    repo.write(".mailmap", "Dana Doe <dana@acme.example> <dd@home.example>\n");
    let found = told(&check(repo.path(), &["--today", "2026-05-10"]));
    assert!(found.len() == 1 && found[0].contains("Jane Roe"), "the mailmap knows the alias: {found:?}");
}

#[test]
fn waivers_are_proved_too() {
    let repo = Repo::new();
    let waiver = "waivers: {price-approved: {reason: x, by: dana@acme.example, date: 2026-05-02, until: 2026-06-01}}\n";
    repo.write("dealgate.toml", "[provenance]\napprovals = \"authored\"\n")
        .write("workflows/acme.toml", APPROVAL);
    repo.write("deals/acme/a.yaml", &deal("closed", waiver)).commit("2026-05-02", JANE, "waived, says Jane");
    let found = told(&check(repo.path(), &["--today", "2026-05-10"]));
    assert!(
        found.len() == 1 && found[0].starts_with("approval-unproven: the waiver for `price-approved`"),
        "{found:?}"
    );
}

#[test]
fn a_signature_is_the_signers() {
    let repo = Repo::new();
    let key = |name: &str| {
        let path = repo.path().join(format!(".git/{name}"));
        let made = std::process::Command::new("ssh-keygen")
            .args(["-q", "-t", "ed25519", "-N", "", "-C", name, "-f"])
            .arg(&path)
            .status();
        assert!(made.expect("ssh-keygen starts").success());
        let public = std::fs::read_to_string(path.with_extension("pub")).expect("a key");
        (path.to_string_lossy().into_owned(), public)
    };
    let ((dana, of_dana), (jane, of_jane)) = (key("dana"), key("jane"));
    let allowed = repo.path().join(".git/allowed");
    std::fs::write(&allowed, format!("dana@acme.example {of_dana}jane@acme.example {of_jane}"))
        .expect("a file");
    repo.git(&["config", "gpg.format", "ssh"]);
    repo.git(&["config", "gpg.ssh.allowedSignersFile", &allowed.to_string_lossy()]);
    repo.write("dealgate.toml", "[provenance]\napprovals = \"signed\"\n")
        .write("workflows/acme.toml", APPROVAL);
    repo.write("deals/acme/a.yaml", &deal("prospect", "")).commit("2026-05-01", JANE, "new");
    let entry = "done: {price-approved: {date: 2026-05-02, by: dana@acme.example}}\n";
    repo.write("deals/acme/a.yaml", &deal("prospect", entry));
    let after = |sign: Option<&str>| {
        repo.git(&["add", "--all"]);
        let key = sign.map(|key| format!("user.signingKey={key}"));
        let mut arguments = Vec::new();
        arguments.extend(key.iter().flat_map(|key| ["-c", key.as_str()]));
        arguments.extend(["commit", "--quiet", "-m", "approved"]);
        arguments.extend(key.iter().map(|_| "-S"));
        repo.git_as("2026-05-02", DANA, &arguments);
        let found = told(&check(repo.path(), &["--today", "2026-05-10"]));
        repo.git(&["reset", "--quiet", "--soft", "HEAD~1"]);
        found
    };
    assert!(after(None)[0].ends_with("without a signature"));
    let by_jane = after(Some(&jane));
    assert!(by_jane[0].ends_with("signed by jane@acme.example"), "{by_jane:?}");
    assert_eq!(after(Some(&dana)), Vec::<String>::new());
    std::fs::write(&allowed, format!("jane@acme.example {of_jane}")).expect("a file");
    assert!(!after(Some(&dana)).is_empty(), "a key that nobody vouches for");
}

#[test]
fn nothing_in_a_repository_is_run() {
    let repo = Repo::new();
    let trap = repo.path().join(".git/trap");
    std::fs::write(
        &trap,
        format!("#!/bin/sh\necho \"$@\" >> {}/sprung\ncat\n", repo.path().join(".git").display()),
    )
    .expect("a file");
    std::fs::set_permissions(&trap, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("a mode");
    repo.write("dealgate.toml", "[provenance]\napprovals = \"signed\"\n")
        .write("workflows/acme.toml", APPROVAL);
    repo.write(".gitattributes", "*.yaml diff=trap filter=trap\n*.toml diff=trap filter=trap\n");
    repo.write("deals/acme/a.yaml", &deal("prospect", "")).commit("2026-05-01", JANE, "new");
    let entry = "amount: 5 EUR\ndone: {price-approved: {date: 2026-05-02, by: dana@acme.example}}\n";
    repo.write("deals/acme/a.yaml", &deal("prospect", entry)).commit("2026-05-02", DANA, "approved");
    // A commit that looks signed, so that a verifying program is called for.
    let raw = repo.git(&["cat-file", "commit", "HEAD"]);
    let signed = raw.replacen(
        "\n\n",
        "\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----\n\n",
        1,
    );
    repo.write(".git/signed", &signed);
    let id = repo.git(&["hash-object", "-t", "commit", "-w", "--literally", ".git/signed"]);
    repo.git(&["reset", "--quiet", "--hard", id.trim()]);
    let program = trap.to_string_lossy().into_owned();
    for key in [
        "core.fsmonitor",
        "core.pager",
        "pager.log",
        "core.sshCommand",
        "core.editor",
        "diff.external",
        "diff.trap.textconv",
        "diff.trap.command",
        "filter.trap.clean",
        "filter.trap.smudge",
        "filter.trap.process",
        "gpg.program",
        "gpg.openpgp.program",
        "gpg.ssh.program",
        "gpg.x509.program",
        "gpg.ssh.defaultKeyCommand",
        "core.alternateRefsCommand",
        "core.gitProxy",
        "credential.helper",
        "core.askPass",
        "uploadpack.packObjectsHook",
    ] {
        repo.git(&["config", key, &program]);
    }
    for alias in ["log", "rev-parse", "cat-file", "ls-tree"] {
        repo.git(&["config", &format!("alias.{alias}"), &format!("!{program}")]);
    }
    for (key, value) in [
        ("core.hooksPath", ".git"),
        ("log.showSignature", "true"),
        ("filter.trap.required", "true"),
        ("remote.origin.url", "ext::/bin/sh .git/trap"),
        ("remote.origin.promisor", "true"),
        ("protocol.ext.allow", "always"),
        ("extensions.partialClone", "origin"),
    ] {
        repo.git(&["config", key, value]);
    }
    std::fs::copy(&trap, repo.path().join(".git/post-index-change")).expect("a hook");
    // A content that a partial clone would fetch.
    let gone = repo.git(&["rev-parse", "HEAD~1:deals/acme/a.yaml"]);
    let object = format!(".git/objects/{}/{}", &gone[..2], gone[2..].trim());
    std::fs::remove_file(repo.path().join(object)).expect("it is loose");
    let _ = std::fs::remove_file(repo.path().join(".git/sprung"));
    let plain = std::process::Command::new("git").args(["status"]).current_dir(repo.path()).output();
    assert!(plain.is_ok() && repo.path().join(".git/sprung").exists(), "the traps are set");
    std::fs::remove_file(repo.path().join(".git/sprung")).expect("it is there");
    for arguments in [
        vec!["--at", "HEAD"],
        vec![],
        vec!["--at", "HEAD~1"],
        vec!["--at", "@2026-05-01"],
        vec!["--rules", "HEAD"],
    ] {
        let mut all = vec!["check"];
        all.extend(arguments);
        let ran = dealgate(repo.path(), &all);
        let sprung = std::fs::read_to_string(repo.path().join(".git/sprung"));
        assert!(sprung.is_err(), "{all:?} ran {sprung:?}: {}{}", ran.stdout, ran.stderr);
    }
}
