//! Approvals that prove themselves: who committed them, by the mailmap that counts, and who signed.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::repo::{DANA, JANE, Repo, check, deal, told};
use crate::tools;

/// A workflow with an approval that covers the amount.
pub const APPROVAL: &str = "\
stages = [\"prospect\", \"closed\"]\ncurrency = \"EUR\"\n[stage.prospect.requires]\n\
price-approved = { title = \"The price is approved\", approval = \"anyone\", covers = [\"amount\"] }\n[stage.closed]\n";

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

/// A key of its own for ssh: where it lies, and its public half.
pub fn ssh_key(repo: &Repo, name: &str) -> (String, String) {
    let path = repo.path().join(format!(".git/{name}"));
    let made = std::process::Command::new("ssh-keygen")
        .args(["-q", "-t", "ed25519", "-N", "", "-C", name, "-f"])
        .arg(&path)
        .status();
    assert!(made.expect("ssh-keygen starts").success());
    let public = std::fs::read_to_string(path.with_extension("pub")).expect("a key");
    (path.to_string_lossy().into_owned(), public)
}

#[test]
fn a_signature_is_the_signers() {
    let repo = Repo::new();
    let ((dana, of_dana), (jane, of_jane)) = (ssh_key(&repo, "dana"), ssh_key(&repo, "jane"));
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

pub const MALLORY: &str = "Mallory <m@elsewhere.example>";

pub const BY_DANA: &str = "done: {price-approved: {date: 2026-05-02, by: dana@acme.example}}\n";

/// A workspace in a folder of a repository, on a branch of Mallory's: she approves in Dana's name, and says in the
/// mailmap that she is Dana. The mailmap of `main` knows another address of Dana's, which the branch's does not.
fn branch_with_its_own_witness(folder: &str) -> Repo {
    let repo = Repo::new();
    let at = |path: &str| if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") };
    repo.write(".mailmap", "Dana Doe <dana@acme.example> <dd@home.example>\n");
    repo.write(&at("dealgate.toml"), "[provenance]\napprovals = \"authored\"\n");
    repo.write(&at("workflows/acme.toml"), APPROVAL);
    for name in ["a", "b"] {
        repo.write(&at(&format!("deals/acme/{name}.yaml")), &deal("prospect", ""));
    }
    repo.commit("2026-05-01", JANE, "new");
    repo.git(&["switch", "--quiet", "-c", "topic"]);
    repo.write(&at("deals/acme/a.yaml"), &deal("prospect", BY_DANA));
    repo.write(".mailmap", "Dana Doe <dana@acme.example> <m@elsewhere.example>\n");
    repo.commit("2026-05-02", MALLORY, "approved, trust me");
    repo.write(&at("deals/acme/b.yaml"), &deal("prospect", BY_DANA));
    repo.commit("2026-05-02", "D. Doe <dd@home.example>", "approved, from home");
    repo
}

#[test]
fn a_branch_does_not_name_its_own_witnesses() {
    let by = |folder: &Path, more: &[&str]| -> Vec<String> {
        let found = told(&check(folder, &[more, &["--today", "2026-05-10"]].concat()));
        let who = ["Mallory <m@elsewhere.example>", "D. Doe <dd@home.example>"];
        assert!(found.iter().all(|found| found.starts_with("approval-unproven")), "{found:?}");
        found
            .iter()
            .flat_map(|found| who.iter().filter(|who| found.contains(**who)).map(|who| (*who).to_owned()))
            .collect()
    };
    let (forged, known) = (["Mallory <m@elsewhere.example>"], ["D. Doe <dd@home.example>"]);
    for folder in ["", "sales"] {
        let repo = branch_with_its_own_witness(folder);
        let here = repo.path().join(folder);
        // Its own mailmap, where nobody asks for another.
        assert_eq!(by(&here, &[]), known);
        assert_eq!(by(&here, &["--at", "topic"]), known);
        for rules in [
            vec!["--rules", "main"],
            vec!["--rules", "main", "--at", "topic"],
            vec!["--rules", "main", "--since", "main"],
            vec!["--rules", "main", "--since", "main", "--at", "HEAD"],
        ] {
            assert_eq!(by(&here, &rules), forged, "{folder} {rules:?}");
        }
        // The mailmap on disk does not speak for a revision, nor the other way round.
        repo.git(&["switch", "--quiet", "--detach", "main"]);
        assert_eq!(by(&here, &["--at", "topic"]), known);
        assert_eq!(by(&here, &["--at", "topic", "--rules", "worktree"]), forged);
        repo.git(&["switch", "--quiet", "topic"]);

        let linked = repo.path().join("linked");
        repo.git(&["worktree", "add", "--quiet", "--detach", &linked.to_string_lossy(), "topic"]);
        assert_eq!(by(&linked.join(folder), &["--rules", "main"]), forged);
        let outer = Repo::new();
        let url = repo.path().to_string_lossy().into_owned();
        outer.git(&["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", &url, "crm"]);
        let submodule = outer.path().join("crm").join(folder);
        assert_eq!(by(&submodule, &["--rules", "origin/main"]), forged, "its settings name a work tree");
    }
    let repo = branch_with_its_own_witness("");
    let folder = tempfile::tempdir().expect("a folder");
    let bare = folder.path().join("bare.git");
    repo.git(&["clone", "--quiet", "--bare", ".", &bare.to_string_lossy()]);
    assert_eq!(by(&bare, &["--at", "topic", "--rules", "main"]), forged);
    assert_eq!(by(&bare, &["--at", "topic"]), known);
}

#[test]
fn a_change_of_the_mailmap_is_a_change_of_rules() {
    let repo = branch_with_its_own_witness("");
    repo.git(&["switch", "--quiet", "-c", "later"]);
    repo.write(".mailmap", "").commit("2026-05-03", JANE, "nobody has two addresses");
    let json = check(repo.path(), &["--since", "topic", "--today", "2026-05-10"]);
    assert_eq!(told(&json).len(), 2, "{json}");
    assert_eq!(json["summary"]["introduced"], 1, "Mallory's: the other was there before");
    assert_eq!(json["summary"]["not_touched"], 0);
}

#[test]
fn a_branch_does_not_bring_its_own_mailmap() {
    let repo = Repo::new();
    let outside = tempfile::tempdir().expect("a folder");
    repo.write("dealgate.toml", "[provenance]\napprovals = \"authored\"\n");
    repo.write("workflows/acme.toml", APPROVAL).write("deals/acme/a.yaml", &deal("prospect", ""));
    repo.write("team/mailmap", "").commit("2026-05-01", JANE, "new");
    repo.git(&["switch", "--quiet", "-c", "topic"]);
    let forged = "Dana Doe <dana@acme.example> <m@elsewhere.example>\n";
    repo.write("deals/acme/a.yaml", &deal("prospect", BY_DANA)).write("team/mailmap", forged);
    repo.commit("2026-05-02", MALLORY, "approved, trust me");
    let by = |more: &[&str]| told(&check(repo.path(), &[more, &["--today", "2026-05-10"]].concat())).len();
    for path in named(&repo, "team/mailmap") {
        repo.git(&["config", "mailmap.file", &path]);
        assert_eq!(by(&[]), 0, "{path}: by the files on disk");
        assert_eq!(by(&["--rules", "main"]), 1, "{path}");
        assert_eq!(by(&["--rules", "topic"]), 0, "{path}");
    }
    let path = outside.path().join("mailmap");
    std::fs::write(&path, forged).expect("a file");
    repo.git(&["config", "mailmap.file", &path.to_string_lossy()]);
    assert_eq!(by(&["--rules", "main"]), 0, "no branch wrote it");
}

/// How settings may name a file of a repository, which is the home of everything that a test runs in it.
fn named(repo: &Repo, path: &str) -> [String; 4] {
    let absolute = repo.path().join(path).to_string_lossy().into_owned();
    let through_git = repo.path().join(".git/..").join(path).to_string_lossy().into_owned();
    [format!("./{path}"), absolute, format!("~/{path}"), through_git]
}

#[test]
fn a_branch_does_not_bring_its_own_keys() {
    let repo = Repo::new();
    let ((_, of_dana), (mallory, of_mallory)) = (ssh_key(&repo, "dana"), ssh_key(&repo, "mallory"));
    repo.git(&["config", "gpg.format", "ssh"]);
    repo.write("keys/allowed", &format!("dana@acme.example {of_dana}")).write("keys/revoked", "");
    repo.write("dealgate.toml", "[provenance]\napprovals = \"signed\"\n");
    repo.write("workflows/acme.toml", APPROVAL).write("deals/acme/a.yaml", &deal("prospect", ""));
    repo.commit("2026-05-01", JANE, "new");
    repo.git(&["switch", "--quiet", "-c", "topic"]);
    repo.write("keys/allowed", &format!("dana@acme.example {of_mallory}"));
    repo.write("deals/acme/a.yaml", &deal("prospect", BY_DANA));
    repo.git(&["add", "--all"]);
    let key = format!("user.signingKey={mallory}");
    repo.git_as("2026-05-02", DANA, &["-c", &key, "commit", "--quiet", "-S", "-m", "approved, says Dana"]);
    let forged = repo.head();
    // A key that the rules revoked, and the branch does not.
    repo.write("keys/revoked", &of_mallory).commit("2026-05-03", JANE, "revoked");
    repo.git(&["branch", "strict"]);
    repo.write("keys/revoked", "").commit("2026-05-04", MALLORY, "not revoked");
    let by = |more: &[&str]| told(&check(repo.path(), &[more, &["--today", "2026-05-10"]].concat()));
    for (allowed, revoked) in named(&repo, "keys/allowed").iter().zip(named(&repo, "keys/revoked")) {
        repo.git(&["config", "gpg.ssh.allowedSignersFile", allowed]);
        repo.git(&["config", "gpg.ssh.revocationFile", &revoked]);
        assert_eq!(by(&[]), Vec::<String>::new(), "{allowed}: by the keys of the branch");
        assert_eq!(by(&["--rules", &forged]), Vec::<String>::new(), "{allowed}");
        let held = by(&["--rules", "main"]);
        assert!(held.len() == 1 && held[0].ends_with("belongs to nobody that git knows"), "{held:?}");
        assert_eq!(by(&["--rules", "strict"]).len(), 1, "{revoked}");
    }
    // No branch wrote what lies outside.
    let outside = tempfile::tempdir().expect("a folder");
    let allowed = outside.path().join("allowed");
    std::fs::write(&allowed, format!("dana@acme.example {of_mallory}")).expect("a file");
    repo.git(&["config", "gpg.ssh.allowedSignersFile", &allowed.to_string_lossy()]);
    assert_eq!(by(&["--rules", "main"]), Vec::<String>::new());
}

/// Keys of gpg in the home of a repository, which is the home of everything that a test runs in it.
struct Keyring<'r> {
    home: &'r Path,
}

impl Keyring<'_> {
    fn gpg(&self, arguments: &[&str]) -> Option<std::process::Output> {
        let mut command = std::process::Command::new("gpg");
        command.args(["--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase", ""]);
        command.args(arguments).env("HOME", self.home).env_remove("GNUPGHOME");
        command.output().ok()
    }

    fn make(&self, who: &str) -> bool {
        let made = self.gpg(&["--quick-generate-key", who, "ed25519", "sign", "never"]);
        made.is_some_and(|made| made.status.success())
    }
}

impl Drop for Keyring<'_> {
    fn drop(&mut self) {
        // Its agent would outlive the folder for a while.
        let mut command = std::process::Command::new("gpgconf");
        let _ = command.args(["--kill", "all"]).env("HOME", self.home).env_remove("GNUPGHOME").status();
    }
}

#[test]
fn a_signature_of_gpg_is_the_key_owners() {
    let repo = Repo::new();
    let keys = Keyring { home: repo.path() };
    std::fs::create_dir(repo.path().join(".gnupg")).expect("a folder");
    std::fs::set_permissions(repo.path().join(".gnupg"), PermissionsExt::from_mode(0o700)).expect("a mode");
    repo.write(".git/info/exclude", ".gnupg\n");
    if ![DANA, JANE, "Dana, at home <dd@home.example>"].iter().all(|who| keys.make(who)) {
        tools::skip("gpg that makes keys", "apt-get install gnupg");
        return;
    }
    repo.write(".mailmap", "Dana Doe <dana@acme.example> <dd@home.example>\n");
    repo.write("dealgate.toml", "[provenance]\napprovals = \"signed\"\n");
    repo.write("workflows/acme.toml", APPROVAL).write("deals/acme/a.yaml", &deal("prospect", ""));
    repo.commit("2026-05-01", JANE, "new");
    repo.write("deals/acme/a.yaml", &deal("prospect", BY_DANA));
    repo.git(&["add", "--all"]);
    let by = || told(&check(repo.path(), &["--today", "2026-05-10"]));
    let signed_by = |key: &str| {
        let sign = format!("-S{key}");
        repo.git_as("2026-05-02", DANA, &["commit", "--quiet", &sign, "-m", "approved"]);
        let found = by();
        repo.git(&["tag", "--force", key.split('@').next().unwrap_or_default()]);
        repo.git(&["reset", "--quiet", "--soft", "HEAD~1"]);
        found
    };
    assert_eq!(signed_by("dana@acme.example"), Vec::<String>::new());
    assert_eq!(signed_by("dd@home.example"), Vec::<String>::new(), "the mailmap knows her other key");
    let by_jane = signed_by("jane@acme.example");
    assert!(by_jane.len() == 1 && by_jane[0].ends_with("signed by jane@acme.example"), "{by_jane:?}");

    // What was signed, and then changed.
    let changed = repo.git(&["cat-file", "commit", "dana"]).replace("approved", "improved");
    repo.write(".git/changed", &changed);
    let id = repo.git(&["hash-object", "-t", "commit", "-w", "--literally", ".git/changed"]);
    repo.git(&["reset", "--quiet", "--soft", id.trim()]);
    let bad = by();
    assert!(bad.len() == 1 && bad[0].ends_with("its signature is not good"), "{bad:?}");

    repo.git(&["reset", "--quiet", "--soft", "dana"]);
    std::fs::remove_dir_all(repo.path().join(".gnupg")).expect("it is there");
    let unknown = by();
    assert!(unknown.len() == 1 && unknown[0].ends_with("the key is not known"), "{unknown:?}");
}

/// A clone of a repository whose deal is past a gate with an approval that Dana committed, and how deep the clone is.
fn proved(depth: &[&str]) -> (Repo, tempfile::TempDir) {
    let repo = Repo::new();
    let entry = "amount: 5 EUR\ndone: {price-approved: {date: 2026-05-02, by: dana@acme.example, of: {amount: 5 EUR}}}\n";
    repo.write("dealgate.toml", "[provenance]\napprovals = \"authored\"\n")
        .write("workflows/acme.toml", APPROVAL);
    repo.write("deals/acme/a.yaml", &deal("closed", entry));
    repo.write(
        "deals/acme/w.yaml",
        &deal(
            "closed",
            "amount: 5 EUR\nwaivers: {price-approved: {reason: x, by: \
        dana@acme.example, date: 2026-05-02, until: 2026-08-01}}\n",
        ),
    );
    repo.commit("2026-05-02", DANA, "approved and waived");
    repo.write("notes.md", "Later").commit("2026-05-03", JANE, "later");
    let clone = tempfile::tempdir().expect("a folder");
    let from = format!("file://{}", repo.path().display());
    let mut words = vec!["clone", "--quiet"];
    words.extend(depth);
    let to = clone.path().to_string_lossy();
    words.extend([from.as_str(), &to]);
    repo.git(&words);
    (repo, clone)
}

#[test]
fn proof_that_cannot_be_had_is_no_proof() {
    let unproven = |found: &[String], why: &str| {
        let told = found.iter().filter(|it| it.starts_with("approval-unproven") && it.contains(why));
        assert_eq!(told.count(), 2, "{why}: {found:?}");
    };
    let today = ["--today", "2026-05-10"];
    let (_whole, clone) = proved(&[]);
    assert_eq!(told(&check(clone.path(), &today)), Vec::<String>::new());
    unproven(
        &told(&check(clone.path(), &[&today[..], &["--no-history"]].concat())),
        "`--no-history` leaves out",
    );
    let unmet = crate::repo::dealgate(clone.path(), &["check", "--no-history", "--today", "2026-05-10"]);
    assert_eq!(unmet.status, 1);

    let (_origin, shallow) = proved(&["--depth", "1"]);
    let found = told(&check(shallow.path(), &today));
    unproven(&found, "git cannot tell who committed these lines");
    assert!(found.iter().any(|it| it.contains("only the latest commits are here")), "{found:?}");

    std::fs::remove_dir_all(clone.path().join(".git")).expect("a folder");
    unproven(&told(&check(clone.path(), &today)), "git cannot tell");

    let (_origin, foreign) = proved(&[]);
    let run = |variable: (&str, &str)| {
        let words = ["check", "--format", "json", "--today", "2026-05-10"];
        let mut command = crate::run::command(foreign.path(), &words);
        let output =
            command.env("HOME", foreign.path()).env(variable.0, variable.1).output().expect("it starts");
        told(&serde_json::from_slice(&output.stdout).expect("it is JSON"))
    };
    unproven(&run(("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")), "git cannot tell");
    unproven(&run(("PATH", "/nowhere")), "git cannot tell");
    // A setting that git refuses.
    let config = foreign.path().join(".git/config");
    let text = std::fs::read_to_string(&config).expect("a file");
    std::fs::write(&config, format!("{text}[core]\n\trepositoryformatversion = 99\n")).expect("a file");
    unproven(&run(("LC_ALL", "C")), "git cannot tell");
}

#[test]
fn where_no_proof_is_asked_none_is_missed() {
    let (_origin, shallow) = proved(&["--depth", "1"]);
    std::fs::write(shallow.path().join("dealgate.toml"), "").expect("a file");
    for more in [&[][..], &["--no-history"]] {
        let found = told(&check(shallow.path(), &[&["--today", "2026-05-10"], more].concat()));
        assert_eq!(found, Vec::<String>::new(), "{more:?}");
    }
}

#[test]
fn an_approval_that_is_asked_by_dates_of_git_alone_is_proved_too() {
    let workflow = APPROVAL.replace("covers = [\"amount\"]", "when = \"age >= 1\"");
    for (who, expected) in [(DANA, 0), (JANE, 1)] {
        let repo = Repo::new();
        repo.write("dealgate.toml", "[provenance]\napprovals = \"authored\"\n");
        repo.write("workflows/acme.toml", &workflow).write("deals/acme/a.yaml", &deal("prospect", ""));
        repo.commit("2026-05-01", JANE, "new");
        let entry = "done: {price-approved: {date: 2026-05-02, by: dana@acme.example}}\n";
        repo.write("deals/acme/a.yaml", &deal("closed", entry)).commit("2026-05-02", who, "approved");
        let found = told(&check(repo.path(), &["--today", "2026-05-10"]));
        assert_eq!(found.len(), expected, "{found:?}");
        assert!(
            found.iter().all(|it| it.starts_with("approval-unproven") && it.contains("Jane Roe")),
            "{found:?}"
        );
    }
}

#[test]
fn a_key_that_nobody_vouches_for_is_nobodys() {
    let repo = Repo::new();
    let keys = Keyring { home: repo.path() };
    std::fs::create_dir(repo.path().join(".gnupg")).expect("a folder");
    std::fs::set_permissions(repo.path().join(".gnupg"), PermissionsExt::from_mode(0o700)).expect("a mode");
    repo.write(".git/info/exclude", ".gnupg\n");
    if !keys.make(DANA) {
        tools::skip("gpg that makes keys", "apt-get install gnupg");
        return;
    }
    repo.write("dealgate.toml", "[provenance]\napprovals = \"signed\"\n");
    repo.write("workflows/acme.toml", APPROVAL).write("deals/acme/a.yaml", &deal("prospect", ""));
    repo.commit("2026-05-01", JANE, "new");
    repo.write("deals/acme/a.yaml", &deal("prospect", BY_DANA));
    repo.git(&["add", "--all"]);
    repo.git_as("2026-05-02", DANA, &["commit", "--quiet", "-Sdana@acme.example", "-m", "approved"]);
    let by = || told(&check(repo.path(), &["--today", "2026-05-10"]));
    assert_eq!(by(), Vec::<String>::new());
    // The key is known, and what it is worth is not: as one that somebody sent.
    for (trust, counts) in [("2", false), ("3", false), ("6", true)] {
        let print = keys.gpg(&["--with-colons", "--list-keys"]).expect("gpg lists them").stdout;
        let print = String::from_utf8_lossy(&print);
        let print =
            print.lines().find_map(|line| line.strip_prefix("fpr:::::::::")).expect("a key").to_owned();
        repo.write(".gnupg/trust", &format!("{print}{trust}:\n"));
        let path = repo.path().join(".gnupg/trust").to_string_lossy().into_owned();
        assert!(keys.gpg(&["--import-ownertrust", &path]).is_some_and(|made| made.status.success()));
        let found = by();
        assert_eq!(found.is_empty(), counts, "{trust}: {found:?}");
        assert!(counts || found[0].ends_with("nobody who is trusted here vouches for its key"), "{found:?}");
    }
}

/// Signs as git asks gpgsm to, which takes no text from a pipe when nobody may be asked for a word.
const SMIME: &str = "#!/bin/sh\ncat > \"$HOME/.gnupg/text\"\nexec gpgsm --batch --pinentry-mode loopback --passphrase '' \
    --status-fd=2 --armor --local-user dana@acme.example --detach-sign \"$HOME/.gnupg/text\"\n";

#[test]
fn a_certificate_counts_by_its_root() {
    let repo = Repo::new();
    let home = repo.path().join(".gnupg");
    std::fs::create_dir(&home).expect("a folder");
    std::fs::set_permissions(&home, PermissionsExt::from_mode(0o700)).expect("a mode");
    let _keys = Keyring { home: repo.path() };
    repo.write(".git/info/exclude", ".gnupg\n").write(".gnupg/gpgsm.conf", "disable-crl-checks\n");
    let wish = "Key-Type: RSA\nKey-Length: 2048\nKey-Usage: sign\nSerial: random\n\
        Name-DN: CN=\"Dana Doe <dana@acme.example>\"\nName-Email: dana@acme.example\n";
    repo.write(".gnupg/wish", wish);
    let sm = |arguments: &[&str]| {
        let mut command = std::process::Command::new("gpgsm");
        command.args(["--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase", ""]);
        command.args(arguments).current_dir(&home).env("HOME", repo.path()).env_remove("GNUPGHOME");
        command.output().ok().filter(|done| done.status.success())
    };
    let made =
        sm(&["--output", "dana.crt", "--generate-key", "wish"]).and_then(|_| sm(&["--import", "dana.crt"]));
    let Some(listed) = made.and_then(|_| sm(&["--with-colons", "--list-keys"])) else {
        tools::skip("gpgsm that makes certificates", "apt-get install gpgsm");
        return;
    };
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    let print = listed.lines().find_map(|line| line.strip_prefix("fpr:::::::::")).expect("a certificate");
    let trusted = format!("{} S relax\n", print.trim_end_matches(':').split(':').next().unwrap_or_default());
    let restart = || drop(Keyring { home: repo.path() });
    repo.write(".gnupg/sign", SMIME).write(".gnupg/trustlist.txt", &trusted);
    let program = home.join("sign");
    std::fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).expect("a mode");
    restart();
    repo.git(&["config", "gpg.format", "x509"]);
    repo.git(&["config", "gpg.x509.program", &program.to_string_lossy()]);
    repo.write("dealgate.toml", "[provenance]\napprovals = \"signed\"\n");
    repo.write("workflows/acme.toml", APPROVAL).write("deals/acme/a.yaml", &deal("prospect", ""));
    repo.commit("2026-05-01", JANE, "new");
    repo.write("deals/acme/a.yaml", &deal("prospect", BY_DANA));
    repo.git(&["add", "--all"]);
    repo.git_as("2026-05-02", DANA, &["commit", "--quiet", "-Sdana@acme.example", "-m", "approved"]);
    let by = || told(&check(repo.path(), &["--today", "2026-05-10"]));
    assert_eq!(by(), Vec::<String>::new(), "by a root that is trusted");
    for list in ["", "# nobody\n", &format!("!{trusted}")] {
        repo.write(".gnupg/trustlist.txt", list);
        restart();
        let found = by();
        assert!(
            found.len() == 1 && found[0].ends_with("nobody who is trusted here vouches for its key"),
            "{list}: {found:?}"
        );
    }
}
