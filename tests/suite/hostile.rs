//! Repositories that mean harm: nothing in one runs a program, and nothing in one rewrites what was committed.

use crate::provenance::APPROVAL;
use crate::repo::{DANA, JANE, Repo, deal, dealgate};

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
