//! Nothing is read from or written to a place outside of the workspace, or in `.git`, because a link in the workspace
//! leads there.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::repo::Repo;
use crate::run::{Ran, dealgate};

const SECRET: &str = "s3cr3t-token";

const GOOD: &str = "name: Good\nstage: prospect\nopened: 2026-11-01\n";

/// A repository with a deal, whose settings hold a secret, and a folder outside that holds another.
fn workspace() -> (Repo, tempfile::TempDir) {
    let repo = Repo::new();
    repo.write("deals/good.yaml", GOOD).write("dealgate.toml", "");
    repo.git(&["config", "http.extraheader", &format!("Authorization: {SECRET}")]);
    let outside = tempfile::tempdir().expect("a folder");
    fs::write(outside.path().join("secret.txt"), format!("{SECRET}\n")).expect("a file");
    (repo, outside)
}

fn link(to: impl AsRef<Path>, repo: &Repo, name: &str) {
    let at = repo.path().join(name);
    fs::create_dir_all(at.parent().expect("a parent")).expect("a folder");
    symlink(to, at).expect("a link");
}

fn run(repo: &Repo, arguments: &str) -> Ran {
    let mut all: Vec<&str> = arguments.split(' ').collect();
    all.extend(["--no-history", "--today", "2026-11-23"]);
    let started = Instant::now();
    let ran = dealgate(repo.path(), &all);
    assert!(started.elapsed() < Duration::from_secs(30), "{arguments} took {:?}", started.elapsed());
    assert!(
        !(ran.stdout.clone() + &ran.stderr).contains(SECRET),
        "{arguments}: {}{}",
        ran.stdout,
        ran.stderr
    );
    ran
}

/// What of a folder is there.
fn names(folder: &Path) -> Vec<String> {
    let entry = |it: Result<walkdir::DirEntry, walkdir::Error>| it.expect("it can be listed").into_path();
    let all = walkdir::WalkDir::new(folder).min_depth(1).sort_by_file_name().into_iter().map(entry);
    all.map(|path| path.strip_prefix(folder).expect("below").to_string_lossy().into_owned()).collect()
}

#[test]
fn a_page_that_is_a_link_is_compared_with_nothing() {
    let (repo, outside) = workspace();
    link("/proc/self/environ", &repo, "environ.html");
    link(outside.path().join("secret.txt"), &repo, "secret.html");
    link(".git", &repo, "pages");
    link(outside.path(), &repo, "out");
    for page in ["environ.html", "secret.html", "pages/config", "out/secret.txt"] {
        let ran = run(&repo, &format!("report --check --format html -o {page}"));
        assert_eq!(ran.status, 2, "{page}: {}", ran.stdout);
        assert!(!ran.stdout.contains("PATH="), "{page}");
        assert!(
            ran.stderr.contains("link") || ran.stderr.contains("lies in `.git`"),
            "{page}: {}",
            ran.stderr
        );
    }
}

#[test]
fn no_line_of_a_file_elsewhere_is_shown() {
    let (repo, outside) = workspace();
    for name in ["schemas/config.json", "schemas/deal.json", "schemas/report.json"] {
        link(outside.path().join("secret.txt"), &repo, name);
    }
    link("../.git/config", &repo, "schemas/findings.json");
    link("../.git/config", &repo, "workflows/a.toml");
    link(outside.path().join("secret.txt"), &repo, "templates/b.html");
    for format in ["full", "json", "sarif"] {
        run(&repo, &format!("check --format {format}"));
    }
    // A folder on the way is a link as well as the file.
    let (repo, outside) = workspace();
    fs::write(outside.path().join("config.json"), format!("{SECRET}\n")).expect("a file");
    link(outside.path(), &repo, "schemas");
    run(&repo, "check --format full");
}

#[test]
fn no_page_holds_the_repositorys_own_files() {
    for (name, to) in [
        ("templates/x.css", "../.git/config"),
        ("templates/x.css", "../store/x.css"),
        ("templates/parts", "../.git"),
    ] {
        let (repo, outside) = workspace();
        repo.write(
            "templates/own.html",
            "<style>{{ inline('x.css') }}{{ inline('parts/config.css') }}</style>",
        );
        fs::copy(repo.path().join(".git/config"), repo.path().join(".git/config.css")).expect("a file");
        fs::write(outside.path().join("x.css"), SECRET).expect("a file");
        link(outside.path(), &repo, "store");
        link(to, &repo, name);
        let ran = run(&repo, "report own --format html");
        assert!(!ran.stdout.contains("extraheader"), "{name}: {}", ran.stdout);
        let told = run(&repo, "check --format concise").stdout;
        assert!(told.contains("unreadable") || name == "templates/parts", "{name}: {told}");
    }
}

#[test]
fn nothing_is_written_through_a_link_of_the_workspace() {
    for to in ["outside", ".git"] {
        let (repo, outside) = workspace();
        let target = if to == ".git" { repo.path().join(".git") } else { outside.path().to_owned() };
        for name in ["schemas", "templates", "pages", "deep/man"] {
            link(&target, &repo, name);
        }
        let before = names(&target);
        for arguments in [
            "schema --write",
            "report --eject report.css",
            "report --eject pipeline.html -o pages/a/b.html",
            "report deal -o pages/",
            "report deal -o pages/new/",
            "report -o pages/x.html",
            "check --format json=pages/x.json",
            "schema deal -o deep/man/x.json",
            "man deep/man",
            "init pages",
            "init pages/new",
        ] {
            let ran = run(&repo, arguments);
            assert_eq!(ran.status, 2, "{arguments}: {}{}", ran.stdout, ran.stderr);
        }
        // The same by its whole path, and by a way that goes up and down again.
        let whole = repo.path().join("pages/x.html");
        for file in [&whole.to_string_lossy(), "deals/../pages/x.html"] {
            assert_eq!(run(&repo, &format!("report -o {file}")).status, 2, "{file}");
        }
        assert_eq!(names(&target), before, "{to}");
        // Whoever names the place itself means it.
        if to == "outside" {
            let plain = outside.path().join("plain.html");
            assert_eq!(run(&repo, &format!("report -o {}", plain.display())).status, 0);
            assert!(plain.is_file());
        }
    }
}

#[test]
fn a_link_that_stays_in_the_workspace_is_a_folder_as_any() {
    let (repo, _outside) = workspace();
    fs::create_dir_all(repo.path().join("public/pages")).expect("a folder");
    link("public/pages", &repo, "pages");
    assert_eq!(run(&repo, "report -o pages/x.html").status, 0);
    assert!(repo.path().join("public/pages/x.html").is_file());
}

#[test]
fn what_has_no_end_is_not_read() {
    for name in [
        ".mailmap",
        ".gitignore",
        "deals/.gitignore",
        "dealgate.toml",
        "workflows/a.toml",
        "schemas/config.json",
    ] {
        for pipe in [false, true] {
            let (repo, _outside) = workspace();
            let at = repo.path().join(name);
            let _ = fs::remove_file(&at);
            fs::create_dir_all(at.parent().expect("a parent")).expect("a folder");
            if pipe {
                let made = std::process::Command::new("mkfifo").arg(&at).status();
                assert!(made.is_ok_and(|made| made.success()), "mkfifo");
            } else {
                symlink("/dev/zero", &at).expect("a link");
            }
            run(&repo, "check --format concise");
            let mut all = vec!["check", "--format", "concise", "--today", "2026-11-23"];
            all.extend(["--rules", "worktree"]);
            let ran = dealgate(repo.path(), &all);
            assert!(matches!(ran.status, 0..=2), "{name}: {}", ran.stderr);
        }
    }
}

#[test]
fn a_report_is_made_from_no_context_elsewhere() {
    let (repo, outside) = workspace();
    link(outside.path(), &repo, "out");
    link(outside.path().join("secret.txt"), &repo, "context.json");
    link(".git/config", &repo, "config.json");
    for file in ["out/secret.txt", "context.json", "config.json"] {
        let ran = dealgate(repo.path(), &["report", "--from-context", file]);
        assert_eq!(ran.status, 2);
        assert!(ran.stderr.contains("a link on its path"), "{}", ran.stderr);
    }
}
