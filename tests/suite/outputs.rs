//! What is written, and what never is: neither over a workspace's own files nor half.

use std::os::unix::fs::symlink;
use std::process::Stdio;

use crate::repo::{JANE, Repo, deal, dealgate};
use crate::run::{command, ran, repository};

fn workspace() -> Repo {
    let repo = Repo::new();
    repo.write("dealgate.toml", "deals = \"sales\"\ntemplates = \"pages\"\n")
        .write("workflows/acme.toml", WORKFLOW);
    repo.write("sales/acme/x.yaml", &deal("lead", "")).write("pages/pipeline.html", "<p>Ours</p>");
    repo.write("workflows/tests/acme/t.yaml", &deal("lead", "")).write("out/kept", "");
    symlink("../sales/acme", repo.path().join("out/linked")).expect("a link");
    symlink("../.git", repo.path().join("out/hidden")).expect("a link");
    repo.commit("2026-05-01", JANE, "Start");
    repo
}

const WORKFLOW: &str =
    "stages = [\"lead\", \"order\"]\n[stage.lead.requires]\nneed = \"There is a need\"\n[stage.order]\n";

#[test]
fn no_output_goes_over_what_a_workspace_is_made_of() {
    let repo = workspace();
    let config = std::fs::read_to_string(repo.path().join(".git/config")).expect("a file");
    for (target, why) in [
        ("sales/acme/x.yaml", "a deal"),
        ("./sales/acme/new.yml", "a deal"),
        ("sales/../sales/acme/x.yaml", "a deal"),
        ("out/linked/x.yaml", "a deal"),
        ("sales/acme/X.YAML", "a deal"),
        ("dealgate.toml", "the settings"),
        ("DealGate.toml", "the settings"),
        ("sales/acme/dealgate.toml", "the settings"),
        ("workflows/acme.toml", "a workflow"),
        ("workflows/tests/acme/t.yaml", "a workflow"),
        ("pages/pipeline.html", "a template"),
        ("pages/new.md", "a template"),
        (".git/config", "`.git`"),
        ("./.git/new", "`.git`"),
        (".GIT", "`.git`"),
        ("out/hidden/config", "`.git`"),
    ] {
        let json = format!("--format=json={target}");
        for words in
            [&["check", &json][..], &["status", &json], &["report", "--format", "context", "-o", target]]
        {
            let ran = dealgate(repo.path(), words);
            assert_eq!(ran.status, 2, "{words:?}: {}", ran.stdout);
            assert!(
                ran.stderr.contains("will not write") && ran.stderr.contains(why),
                "{words:?}: {}",
                ran.stderr
            );
        }
    }
    assert_eq!(repo.git(&["status", "--porcelain"]), "");
    assert_eq!(std::fs::read_to_string(repo.path().join(".git/config")).expect("a file"), config);
    for target in ["out/x.yaml", "sales/acme/x.json", "pages/data.json", "findings.json"] {
        let ran = dealgate(repo.path(), &["check", &format!("--format=json={target}")]);
        assert_eq!(ran.status, 0, "{target}: {}", ran.stderr);
    }
    // From elsewhere it is the same workspace.
    let outside = tempfile::tempdir().expect("a folder");
    let target = repo.path().join("sales/acme/x.yaml");
    let ran = dealgate(outside.path(), &["schema", "diff", "-o", &target.to_string_lossy()]);
    assert!(ran.status == 2 && ran.stderr.contains("a deal"), "{}", ran.stderr);
}

#[test]
fn a_file_called_like_an_option_is_a_file_to_the_hooks() {
    let hooks = std::fs::read_to_string(repository(".pre-commit-hooks.yaml")).expect("a file");
    let entries: Vec<&str> = hooks.lines().filter_map(|line| line.trim().strip_prefix("entry: ")).collect();
    assert_eq!(entries.len(), 2);
    assert!(entries.iter().all(|entry| *entry == "dealgate check --"), "{entries:?}");
    let repo = workspace();
    repo.write("--rules=origin/e/sales/x.yaml", &deal("lead", ""));
    repo.write("--format=json=sales/acme/x.yaml", "").write("--fail-on=never/sales/y.yaml", "");
    for name in
        ["--rules=origin/e/sales/x.yaml", "--format=json=sales/acme/x.yaml", "--fail-on=never/sales/y.yaml"]
    {
        let ran = dealgate(repo.path(), &["check", "--", "sales/acme/x.yaml", name]);
        // It is looked at as the file that it is.
        let said = format!("{}{}", ran.stdout, ran.stderr);
        assert!(ran.status == 1 && said.contains(name), "{name}: {said}");
    }
    assert_eq!(
        std::fs::read_to_string(repo.path().join("sales/acme/x.yaml")).expect("a file"),
        deal("lead", "")
    );
}

#[test]
fn one_file_is_not_written_twice_however_it_is_called() {
    let repo = workspace();
    symlink("out", repo.path().join("also")).expect("a link");
    for (one, other) in [("a.json", "./a.json"), ("out/a.json", "also/a.json"), ("out/../a.json", "a.json")] {
        let words = ["check", "--format", &format!("json={one}"), "--format", &format!("sarif={other}")];
        let ran = dealgate(repo.path(), &words);
        assert_eq!(ran.status, 2);
        assert!(ran.stderr.contains("two formats are to be written to"), "{}", ran.stderr);
    }
    let ran = dealgate(repo.path(), &["check", "--format", "json=a.json", "--format", "sarif=out/a.json"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
}

#[test]
fn a_page_for_each_deal_has_room_beside_folders_called_like_pages() {
    let repo = workspace();
    repo.write("sales/acme/x.html/y.yaml", &deal("lead", ""))
        .write("sales/acme/x.html_/y.yaml", &deal("lead", ""));
    let ran = dealgate(repo.path(), &["report", "deal", "-o", "out/pages/"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    for page in ["x.html", "x.html_/y.html", "x.html__/y.html"] {
        assert!(repo.path().join("out/pages/acme").join(page).is_file(), "{page}");
    }
    let again = dealgate(repo.path(), &["report", "deal", "-o", "out/pages/", "--check"]);
    assert_eq!(again.status, 0, "{}{}", again.stdout, again.stderr);
}

#[test]
fn what_is_half_written_goes_when_a_signal_ends_the_run() {
    let repo = workspace();
    // So much to say that it takes a while.
    let slips: Vec<String> = (0..400).map(|index| format!("slip_{index}: 1")).collect();
    let slips = slips.join("\n");
    for index in 0..50 {
        repo.write(&format!("sales/acme/{index}.yaml"), &deal("lead", &slips));
    }
    let out = repo.path().join("out");
    let halves = || {
        let there = std::fs::read_dir(&out).expect("a folder").flatten();
        there.filter(|entry| entry.file_name().to_string_lossy().starts_with(".dealgate-")).count()
    };
    for signal in ["TERM", "INT"] {
        let mut check =
            command(repo.path(), &["check", "--format", "json=out/findings.json", "--no-history"]);
        let mut child = check.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
        while halves() == 0 && child.try_wait().expect("it runs").is_none() {
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        let killed =
            std::process::Command::new("kill").args(["-s", signal, &child.id().to_string()]).status();
        assert!(killed.expect("kill").success());
        let ended = child.wait().expect("it ends");
        assert_eq!(ended.code(), None, "{signal} ends it: {ended}");
        assert_eq!(halves(), 0, "{signal}");
        assert!(!out.join("findings.json").exists());
    }
}

#[test]
fn help_that_nobody_can_read_is_no_success() {
    let folder = tempfile::tempdir().expect("a folder");
    for words in [&["--help"][..], &["-h"], &["help", "check"], &["report", "--help"], &["--version"]] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("a device");
        let ran = ran(command(folder.path(), words).stdout(full).output().expect("it starts"));
        assert_eq!(ran.status, 2, "{words:?}");
        assert!(ran.stderr.contains("cannot write to standard output"), "{}", ran.stderr);
    }
}
