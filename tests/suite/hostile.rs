//! Repositories that mean harm: nothing in one runs a program, and nothing in one rewrites what was committed.

use std::os::unix::fs::PermissionsExt;

use crate::provenance::APPROVAL;
use crate::repo::{DANA, JANE, Repo, deal, dealgate, git};

/// A program that leaves a trace when it is run.
struct Trap<'r> {
    repo: &'r Repo,
    program: String,
}

impl<'r> Trap<'r> {
    fn set(repo: &'r Repo) -> Self {
        let program = repo.path().join(".git/trap");
        let trace = repo.path().join(".git/sprung");
        let text = format!("#!/bin/sh\necho \"$0 $@\" >> {}\nexit 1\n", trace.display());
        repo.write(".git/trap", &text);
        std::fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).expect("a mode");
        Self { repo, program: program.to_string_lossy().into_owned() }
    }

    /// What ran, and it is forgotten.
    fn sprung(&self) -> Option<String> {
        let trace = self.repo.path().join(".git/sprung");
        let text = std::fs::read_to_string(&trace).ok()?;
        std::fs::remove_file(trace).expect("it was there");
        Some(text)
    }

    /// The program under every name by which git calls hooks, in both folders that may hold them.
    fn hooks(&self) {
        for hook in [
            "post-index-change",
            "fsmonitor-watchman",
            "pre-auto-gc",
            "post-checkout",
            "reference-transaction",
            "post-rewrite",
            "proc-receive",
        ] {
            for folder in [".git/hooks", ".git/more-hooks"] {
                let file = self.repo.path().join(folder).join(hook);
                std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
                std::fs::copy(&self.program, file).expect("a hook");
            }
        }
    }
}

/// Keys that name a program.
const PROGRAMS: [&str; 36] = [
    "core.fsmonitor",
    "core.pager",
    "pager.log",
    "pager.cat-file",
    "pager.rev-parse",
    "pager.diff-tree",
    "core.sshCommand",
    "core.editor",
    "sequence.editor",
    "diff.external",
    "diff.trap.textconv",
    "diff.trap.command",
    "diff.default.textconv",
    "diff.default.command",
    "filter.trap.clean",
    "filter.trap.smudge",
    "filter.trap.process",
    "merge.trap.driver",
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
    "remote.origin.uploadpack",
    "remote.origin.vcs",
    "interactive.diffFilter",
    "trailer.x.command",
    "trailer.x.cmd",
    "difftool.trap.cmd",
    "mergetool.trap.cmd",
    "web.browser",
];

/// Keys that change what git tells, or how.
const DISTORTIONS: [(&str, &str); 36] = [
    ("log.showSignature", "true"),
    ("log.follow", "true"),
    ("log.mailmap", "false"),
    ("log.showRoot", "false"),
    ("log.diffMerges", "off"),
    ("log.date", "relative"),
    ("log.decorate", "full"),
    ("log.initialDecorationSet", "all"),
    ("log.excludeDecoration", "refs/*"),
    ("log.abbrevCommit", "true"),
    ("core.abbrev", "4"),
    ("format.pretty", "oneline"),
    ("format.notes", "true"),
    ("diff.renames", "false"),
    ("diff.renameLimit", "1"),
    ("diff.relative", "true"),
    ("diff.noprefix", "true"),
    ("diff.ignoreSubmodules", "all"),
    ("diff.orderFile", ".git/order"),
    ("diff.wsErrorHighlight", "all"),
    ("diff.colorMoved", "zebra"),
    ("color.ui", "always"),
    ("color.diff", "always"),
    ("core.quotePath", "true"),
    ("core.ignoreCase", "true"),
    ("core.attributesFile", ".git/attributes"),
    ("core.excludesFile", "/dev/null"),
    ("core.precomposeUnicode", "true"),
    ("core.warnAmbiguousRefs", "false"),
    ("core.useReplaceRefs", "true"),
    ("i18n.logOutputEncoding", "UTF-16"),
    ("i18n.commitEncoding", "UTF-16"),
    ("filter.trap.required", "true"),
    ("status.showUntrackedFiles", "no"),
    ("advice.graftFileDeprecated", "false"),
    ("gc.auto", "1"),
];

/// A deal that was approved, moved on and renamed, with a commit that looks signed.
fn victim() -> Repo {
    let repo = Repo::new();
    repo.write("dealgate.toml", "[provenance]\napprovals = \"signed\"\n");
    repo.write("workflows/acme.toml", &format!("{APPROVAL}max-days = 3\n"));
    repo.write(".gitattributes", "* diff=trap filter=trap merge=trap\n");
    let said = "notes: |\n  There is much to be said\n  of this deal, and all of it\n  stays the same.\n";
    let text = |stage: &str, more: &str| deal(stage, &format!("{said}{more}"));
    repo.write("deals/acme/a.yaml", &text("prospect", "amount: 5 EUR\n"));
    // Nobody converts anything while it is built.
    repo.write(".git/info/attributes", "* !diff !filter !merge\n");
    repo.commit("2026-05-01", JANE, "new");
    let entry = "amount: 5 EUR\ndone: {price-approved: {date: 2026-05-02, by: dana@acme.example}}\n";
    repo.write("deals/acme/a.yaml", &text("prospect", entry)).commit("2026-05-02", DANA, "approved");
    let raw = repo.git(&["cat-file", "commit", "HEAD"]);
    let seal = "\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----\n\n";
    repo.write(".git/signed", &raw.replacen("\n\n", seal, 1));
    let id = repo.git(&["hash-object", "-t", "commit", "-w", "--literally", ".git/signed"]);
    repo.git(&["reset", "--quiet", "--hard", id.trim()]);
    repo.git(&["mv", "deals/acme/a.yaml", "deals/acme/b.yaml"]);
    repo.write("deals/acme/b.yaml", &text("closed", &entry.replace("5 EUR", "6 EUR")));
    repo.commit("2026-05-03", JANE, "moved on, for more");
    std::fs::remove_file(repo.path().join(".git/info/attributes")).expect("it is there");
    repo
}

/// Everything that asks git.
const ASKING: [&[&str]; 9] = [
    &["check"],
    &["check", "--at", "HEAD"],
    &["check", "--at", "HEAD~1"],
    &["check", "--at", "@2026-05-01"],
    &["check", "--rules", "HEAD~2"],
    &["check", "--since", "HEAD~1"],
    &["check", "--since", "HEAD~1", "--at", "HEAD", "--rules", "HEAD~2"],
    &["diff", "HEAD~2"],
    &["diff", "HEAD~2..HEAD", "--format", "json"],
];

fn answers(repo: &Repo) -> Vec<(String, i32)> {
    let today = ["--today", "2026-06-01"];
    let ask = |arguments: &&[&str]| {
        let ran = dealgate(repo.path(), &[*arguments, &today].concat());
        (format!("{arguments:?}: {}{}", ran.stdout, ran.stderr), ran.status)
    };
    ASKING.iter().map(ask).collect()
}

#[test]
fn nothing_in_a_repository_is_run_or_believed_against_its_commits() {
    let repo = victim();
    let honest = answers(&repo);
    assert!(honest[0].0.contains("stalled") && honest[0].0.contains("approval-unproven"), "{honest:?}");
    let trap = Trap::set(&repo);
    trap.hooks();
    for key in PROGRAMS {
        repo.git(&["config", key, &trap.program]);
    }
    for alias in ["log", "rev-parse", "cat-file", "ls-tree", "diff-tree", "check-mailmap", "rev-list"] {
        repo.git(&["config", &format!("alias.{alias}"), &format!("!{}", trap.program)]);
    }
    for (key, value) in DISTORTIONS {
        repo.git(&["config", key, value]);
    }
    // The same from files that the configuration draws in, and from that of the work tree.
    let more = format!(
        "[gpg]\n\tprogram = {0}\n[core]\n\tfsmonitor = {0}\n\thooksPath = .git/more-hooks\n",
        trap.program
    );
    repo.write(".git/more", &more).write(".git/config.worktree", &more);
    repo.write(".git/order", "b*\n").write(".git/attributes", "* diff=trap filter=trap\n");
    repo.git(&["config", "include.path", "more"]);
    repo.git(&["config", &format!("includeIf.gitdir:{}/.path", repo.path().display()), "more"]);
    repo.git(&["config", "extensions.worktreeConfig", "true"]);
    repo.git(&["config", "core.hooksPath", ".git/more-hooks"]);
    let plain = git(repo.path()).arg("status").output();
    assert!(plain.is_ok() && trap.sprung().is_some(), "the traps are set");

    // History as somebody would like it: the approval in the first commit, and no commit before the last.
    let liar = |tree: &str, parent: Option<&str>| {
        let parent = parent.map(|parent| format!("parent {parent}\n")).unwrap_or_default();
        let who = "Dana Doe <dana@acme.example> 1746187200 +0000";
        let text = format!("tree {}\n{parent}author {who}\ncommitter {who}\n\nlies\n", tree.trim());
        repo.write(".git/lie", &text);
        repo.git(&["hash-object", "-t", "commit", "-w", ".git/lie"]).trim().to_owned()
    };
    let name = |of: &str| repo.git(&["rev-parse", of]).trim().to_owned();
    let (head, first) = (name("HEAD"), name("HEAD~2"));
    let lies = [
        (first.clone(), liar(&name("HEAD~1^{tree}"), None)),
        (head.clone(), liar(&name("HEAD^{tree}"), None)),
    ];
    for (what, lie) in &lies {
        repo.write(&format!(".git/refs/replace/{what}"), lie);
    }
    repo.write(".git/info/grafts", &format!("{head}\n"));
    let _ = trap.sprung();

    for (honest, found) in honest.iter().zip(answers(&repo)) {
        assert_eq!(*honest, found);
        assert_eq!(trap.sprung(), None, "{}", found.0);
    }
}

#[test]
fn no_file_that_git_is_in_doubt_of_is_filtered() {
    for flag in [None, Some("--assume-unchanged"), Some("--skip-worktree")] {
        let repo = victim();
        if let Some(flag) = flag {
            repo.git(&["update-index", flag, "deals/acme/b.yaml"]);
        }
        let trap = Trap::set(&repo);
        for key in ["filter.trap.clean", "filter.trap.process", "core.fsmonitor"] {
            repo.git(&["config", key, &trap.program]);
        }
        // Files that are as young as the index may have changed since: git itself would look, by way of the filter.
        let index = std::fs::File::options().write(true).open(repo.path().join(".git/index"));
        let long_ago = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1);
        index.and_then(|index| index.set_modified(long_ago)).expect("a time");
        let mut plain = std::process::Command::new("git");
        plain.args(["-c", "core.fsmonitor=false", "diff-files"]).current_dir(repo.path());
        assert!(plain.output().is_ok() && trap.sprung().is_some(), "the trap is set");
        for (said, _) in answers(&repo) {
            assert_eq!(trap.sprung(), None, "{flag:?}: {said}");
        }
    }
}

#[test]
fn nothing_is_fetched() {
    let repo = victim();
    let trap = Trap::set(&repo);
    for (key, value) in [
        ("remote.origin.url", "ext::/bin/sh .git/trap"),
        ("remote.origin.promisor", "true"),
        ("remote.origin.uploadpack", trap.program.as_str()),
        ("core.sshCommand", trap.program.as_str()),
        ("protocol.allow", "always"),
        ("protocol.ext.allow", "always"),
        ("extensions.partialClone", "origin"),
    ] {
        repo.git(&["config", key, value]);
    }
    // A content that a partial clone would fetch.
    let gone = repo.git(&["rev-parse", "HEAD~1:deals/acme/a.yaml"]);
    let object = format!(".git/objects/{}/{}", &gone[..2], gone[2..].trim());
    std::fs::remove_file(repo.path().join(object)).expect("it is loose");
    let plain = git(repo.path()).args(["show", "HEAD~1:deals/acme/a.yaml"]).output();
    assert!(plain.is_ok_and(|shown| !shown.status.success()) && trap.sprung().is_some(), "the trap is set");
    for (said, _) in answers(&repo) {
        assert_eq!(trap.sprung(), None, "{said}");
    }
}
