//! What is shown before it is written is a patch: git makes of the files what the program itself would.

use std::io::Write as _;
use std::process::Stdio;

use crate::repo::{JANE, Repo, dealgate, git};
use crate::run::{command, ran};

/// Files with slips, some of which come to light only when others are mended.
const FILES: &[(&str, &str)] = &[
    ("workflows/acme.toml", "stages = [\"lead\", \"offer\"]\n[stage.Lead.requires]\nmet = \"We met\"\n"),
    (
        "deals/acme/press.yaml",
        "\u{feff}name: Press #4\r\nstage: Lead\r\nnext_step:\r\n\twhat: Re: it\r\n\tdate: 2027-01-01\r\n",
    ),
    ("deals/acme/big crane.yaml", "name: \"A\tB\"\n\nStage: Lead\nnotes: |\n  ::error::x\n\n  ##[error]y\n"),
    ("deals/acme/a\"b\\c.yaml", "name: A: b\nopened: 23.10.2026\nstage: lead"),
    ("deals/acme/öl.yaml", "stage: lead\nname: A\n# a\n# b\n# c\n# d\n# e\n# f\n# g\nOpened: 2026/10/23\n"),
    ("templates/x.md", "\r<b>\u{1b}[1m</b>\n{{ Figures.won }}\n"),
];

fn workspace() -> Repo {
    let repo = Repo::new();
    repo.git(&["config", "user.email", "jane@acme.example"]);
    repo.git(&["config", "core.autocrlf", "false"]);
    repo.write("dealgate.toml", "");
    for (path, text) in FILES {
        repo.write(path, text);
    }
    repo.commit("2026-10-01", JANE, "new");
    repo
}

fn texts(repo: &Repo, paths: &[&str]) -> Vec<String> {
    paths.iter().map(|path| std::fs::read_to_string(repo.path().join(path)).expect("a text")).collect()
}

/// Has git apply a patch.
fn apply(repo: &Repo, patch: &str) {
    let mut command = git(repo.path());
    command.args(["apply", "--whitespace=nowarn", "-"]).stdin(Stdio::piped()).stderr(Stdio::piped());
    let mut process = command.spawn().expect("git starts");
    process.stdin.take().expect("it reads").write_all(patch.as_bytes()).expect("it reads");
    let output = process.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{}\n{patch}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn what_fixes_would_write_is_a_patch_of_all_rounds() {
    let paths: Vec<&str> = FILES.iter().map(|(path, _)| *path).collect();
    let fix = ["check", "--fix", "--today", "2026-11-23"];
    for more in [&[][..], &["--unsafe-fixes"]] {
        let (repo, other) = (workspace(), workspace());
        let before = texts(&repo, &paths);
        let shown = dealgate(repo.path(), &[&fix[..], &["--diff"], more].concat());
        assert_eq!((shown.status, texts(&repo, &paths)), (1, before.clone()), "{}", shown.stderr);
        let written = dealgate(other.path(), &[&fix[..], more].concat());
        assert!(texts(&other, &paths).iter().zip(&before).all(|(new, old)| new != old), "{}", written.stderr);
        let of = |said: &str| said.replace("would be ", "");
        assert!(shown.stderr.contains(" would be fixed, "), "{}", shown.stderr);
        assert_eq!(of(&shown.stderr), written.stderr);
        apply(&repo, &shown.stdout);
        assert_eq!(texts(&repo, &paths), texts(&other, &paths), "{}", shown.stdout);
    }
}

#[test]
fn what_a_command_would_write_is_a_patch() {
    for (path, words) in [
        ("deals/acme/press.yaml", &["done", "press", "met", "--note", "a\tb"][..]),
        ("deals/acme/big crane.yaml", &["set", "big crane", "customer=X"]),
        ("deals/acme/öl.yaml", &["lose", "acme/öl", "--reason", "price"]),
        ("deals/acme/new one.yaml", &["new", "acme/new one", "--customer", "A: b"]),
    ] {
        let (repo, other) = (workspace(), workspace());
        for repo in [&repo, &other] {
            dealgate(repo.path(), &["check", "--fix", "--today", "2026-11-23"]);
        }
        let shown = dealgate(repo.path(), &[words, &["--dry-run", "--today", "2026-11-23"]].concat());
        assert_eq!(shown.status, 0, "{}{}", shown.stdout, shown.stderr);
        let written = dealgate(other.path(), &[words, &["--today", "2026-11-23"]].concat());
        assert_eq!(written.status, 0, "{}{}", written.stdout, written.stderr);
        apply(&repo, &shown.stdout);
        assert_eq!(texts(&repo, &[path]), texts(&other, &[path]), "{}", shown.stdout);
    }
}

#[test]
fn on_a_runner_a_patch_gives_no_orders() {
    let repo = workspace();
    let run = |on_runner: bool| {
        let mut check = command(repo.path(), &["check", "--fix", "--diff", "--today", "2026-11-23"]);
        if on_runner {
            check.env("GITHUB_ACTIONS", "true");
        }
        ran(check.output().expect("it starts")).stdout
    };
    let (raw, guarded) = (run(false), run(true));
    let orders =
        |text: &str| text.lines().any(|line| line.trim_start().starts_with("::")) || text.contains("##[");
    assert!(orders(&raw) && raw.contains('\u{1b}'), "{raw}");
    assert!(!orders(&guarded) && !guarded.contains('\u{1b}'), "{guarded}");
    assert!(guarded.contains("-\tdate: 2027-01-01\r\n"), "{guarded}");
}
