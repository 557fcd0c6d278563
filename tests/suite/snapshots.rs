//! The files of a workspace are the same on disk and in the commit that was made of them, on every machine.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::symlink;
use std::path::Path;

use dealgate::finding::Finding;
use dealgate::snapshot::Snapshot;
use dealgate::snapshot::git::Repository;
use dealgate::snapshot::worktree::Worktree;

use crate::repo::{JANE, Repo, check, deal, dealgate, told};
use crate::run::command;

/// Code and path of each, in order.
fn shown<'f>(faults: impl IntoIterator<Item = &'f Finding>) -> Vec<(String, String)> {
    let path = |fault: &Finding| fault.place.as_ref().map(|place| place.file.path().to_string());
    let mut shown: Vec<_> =
        faults.into_iter().map(|fault| (path(fault).unwrap_or_default(), fault.message.clone())).collect();
    shown.sort();
    shown
}

/// What stands in a workspace.
const FILES: &[&str] = &[
    "deals/acme/a.yaml",
    "deals/acme/deep/er/d.yml",
    "deals/acme-old/b.yaml",
    "deals/.hidden.yaml",
    "deals/.store/c.yaml",
    "elsewhere/e.yaml",
    "elsewhere/.f.yaml",
    "elsewhere/in/g.yaml",
    "elsewhere/.in/h.yaml",
    "workflows/acme.toml",
    "workflows/.z.toml",
    "workflows/tests/acme/t.yaml",
    "deals.yaml",
    "file",
];

/// The links in it, and where they lead.
const LINKS: &[(&str, &str)] = &[
    ("deals/acme/x.yaml", "a.yaml"),
    ("deals/b", "acme"),
    ("deals/up", ".."),
    ("deals/here", "."),
    ("deals/shown.yaml", ".store/c.yaml"),
    ("deals/shown", ".store"),
    ("deals/else", "../elsewhere"),
    ("deals/one.yaml", "../elsewhere/e.yaml"),
    ("deals/twice.yaml", "one.yaml"),
    ("deals/dangling.yaml", "nowhere.yaml"),
    ("deals/through.yaml", "../file/x.yaml"),
    ("deals/out", "/usr"),
    ("deals/out.yaml", "../../../../etc/passwd"),
    ("elsewhere/link.yaml", "e.yaml"),
    ("elsewhere/dangling.yaml", "nowhere.yaml"),
    ("workflows/linked.toml", "../elsewhere/e.yaml"),
    ("workflows/dangling.toml", "nowhere.toml"),
    ("workflows/folder.toml", "../elsewhere"),
    ("linked", "deals"),
    ("hidden", "deals/.store"),
    ("nowhere", "gone"),
    ("away", "/usr"),
];

/// What is asked for: folders, and what is none.
const FOLDERS: &[&str] = &[
    "",
    "deals",
    "deals/acme",
    "deals/acme/deep",
    "deals/b",
    "deals/b/deep",
    "deals/else",
    "deals/shown",
    "deals/.store",
    "deals/up",
    "deals/out",
    "deals/none",
    "elsewhere",
    "workflows",
    "workflows/tests",
    "linked",
    "linked/acme",
    "linked/else",
    "hidden",
    "none",
    "none/below",
    "file",
    "file/below",
    "nowhere",
    "nowhere/below",
    "away",
    "away/bin",
    "deals.yaml",
];

#[test]
fn a_commit_has_the_files_that_were_on_disk() {
    let repo = Repo::new();
    for path in FILES {
        repo.write(path, "name: x\n");
    }
    let odd = std::ffi::OsStr::from_bytes(b"deals/caf\xe9.yaml");
    fs::write(repo.path().join(odd), "name: x\n").expect("a file");
    fs::write(repo.path().join(std::ffi::OsStr::from_bytes(b"workflows/caf\xe9.toml")), "").expect("a file");
    fs::write(repo.path().join(std::ffi::OsStr::from_bytes(b"elsewhere/caf\xe9.txt")), "").expect("a file");
    for (name, to) in LINKS {
        symlink(to, repo.path().join(name)).expect("a link");
    }
    repo.commit("2026-05-01", JANE, "all of it");
    let disk = Worktree::open(repo.path()).expect("a workspace");
    let repository = Repository::open(repo.path()).expect("a repository");
    let commit = repository.resolve("HEAD").expect("a commit");
    let commit = repository.snapshot(&commit).expect("its files");
    let mut listed = BTreeSet::new();
    for folder in FOLDERS {
        let (on_disk, committed) = (disk.walk(folder), commit.walk(folder));
        assert_eq!(on_disk.files, committed.files, "below `{folder}`");
        assert_eq!(shown(&on_disk.faults), shown(&committed.faults), "below `{folder}`");
        listed.extend(on_disk.files);
        let all = disk.walk("").files.into_iter();
        let is_inside = |path: &str| folder.is_empty() || path.starts_with(&format!("{folder}/"));
        let others: Vec<String> = all.filter(|path| path != folder && !is_inside(path)).collect();
        assert_eq!(disk.walk_beside(folder), others, "beside `{folder}`");
        assert_eq!(commit.walk_beside(folder), others, "beside `{folder}`");
        let (on_disk, committed) = (disk.files_in(folder), commit.files_in(folder));
        assert_eq!(on_disk.files, committed.files, "in `{folder}`");
        assert_eq!(shown(&on_disk.faults), shown(&committed.faults), "in `{folder}`");
        let (on_disk, committed) = (disk.folder(folder), commit.folder(folder));
        assert_eq!(on_disk.as_ref().ok(), committed.as_ref().ok(), "`{folder}`");
        assert_eq!(
            shown(on_disk.as_ref().err().map(|it| &**it)),
            shown(committed.as_ref().err().map(|it| &**it))
        );
    }
    assert!(listed.contains("deals/shown.yaml") && listed.contains("deals/shown/c.yaml"), "{listed:?}");
    let files = disk.walk("deals").files;
    assert_eq!(
        files,
        [
            "deals/acme-old/b.yaml",
            "deals/acme/a.yaml",
            "deals/acme/deep/er/d.yml",
            "deals/else/e.yaml",
            "deals/else/in/g.yaml",
            "deals/else/link.yaml",
            "deals/one.yaml",
            "deals/shown.yaml",
            "deals/shown/c.yaml",
            "deals/twice.yaml",
        ]
    );
}

#[test]
fn links_make_no_second_deal() {
    let repo = Repo::new();
    repo.write("deals/acme/a.yaml", &deal("prospect", ""));
    symlink("a.yaml", repo.path().join("deals/acme/x.yaml")).expect("a link");
    symlink("acme", repo.path().join("deals/b")).expect("a link");
    repo.commit("2026-05-01", JANE, "links");
    for arguments in [&[][..], &["--at", "HEAD"], &["--since", "HEAD"]] {
        let found = check(repo.path(), arguments);
        let deals = usize::from(arguments != ["--since", "HEAD"]);
        assert_eq!(found["summary"]["deals"], deals, "{arguments:?}");
    }
}

/// How many deals there are on disk, with git's settings in a home.
fn deals_on_disk(repo: &Repo, home: &Path) -> u64 {
    let mut command = command(repo.path(), &["check", "--format", "json", "--no-history"]);
    let output = command.env("HOME", home).output().expect("the program starts");
    let said = String::from_utf8(output.stdout).expect("it is text");
    let json: serde_json::Value = serde_json::from_str(&said).unwrap_or_default();
    json["summary"]["deals"].as_u64().unwrap_or_default()
}

#[test]
fn what_git_tracks_is_a_deal_whatever_is_ignored() {
    let repo = Repo::new();
    for name in ["deals/acme/a.yaml", "deals/acme/b.yaml", "deals/other/c.yaml", "deals/other/.d.yaml"] {
        repo.write(name, &deal("nowhere", ""));
    }
    repo.commit("2026-05-01", JANE, "deals");
    let before = told(&check(repo.path(), &[]));
    assert_eq!(before.len(), 3, "{before:?}");
    for rules in
        ["deals/acme/\n*.yaml\n", "deals/*\n", "deals/**\n", "/deals/\n", "*\n!deals/other\n", "[ab].yaml\n"]
    {
        repo.write(".gitignore", rules);
        assert_eq!(told(&check(repo.path(), &[])), before, "{rules}");
    }
    repo.write("deals/.gitignore", "*\n").commit("2026-05-02", JANE, "ignored");
    assert_eq!(told(&check(repo.path(), &[])), before);
    assert_eq!(told(&check(repo.path(), &["--at", "HEAD"])), before);
    assert_eq!(told(&check(repo.path(), &["deals/acme"])).len(), 2);
    // What is not tracked is left out, and what is tracked and not there is no deal.
    repo.write("deals/acme/new.yaml", &deal("nowhere", ""));
    fs::remove_file(repo.path().join("deals/acme/b.yaml")).expect("it was there");
    assert_eq!(told(&check(repo.path(), &[])).len(), 2);
    // A folder that became a link leads nowhere that git knows of.
    fs::remove_dir_all(repo.path().join("deals/other")).expect("it was there");
    symlink("/usr", repo.path().join("deals/other")).expect("a link");
    assert_eq!(told(&check(repo.path(), &[])).len(), 1);
}

#[test]
fn where_git_cannot_tell_what_it_tracks_nothing_vanishes_unsaid() {
    let repo = Repo::new();
    repo.write("deals/acme/a.yaml", &deal("nowhere", "")).write("deals/b.yaml", &deal("prospect", ""));
    repo.write(".gitignore", "acme/\n").commit("2026-05-01", JANE, "deals");
    let without_git = |folder: &Path| {
        let mut command = command(folder, &["check", "--format", "concise", "--no-history"]);
        let output = command.env("PATH", "/nowhere").output().expect("the program starts");
        String::from_utf8(output.stdout).expect("it is text")
    };
    let said = without_git(repo.path());
    let expected = "deals/acme:1:1: error[unreadable] `deals/acme` cannot be read: an ignore rule leaves it out, and \
                    whether git tracks it is not known: there is no `git` program";
    assert!(said.contains(expected), "{said}");
    // Without a repository nothing is tracked, and nobody is asked.
    fs::remove_dir_all(repo.path().join(".git")).expect("it was there");
    assert!(!without_git(repo.path()).contains("acme"));
}

#[test]
fn rules_of_one_machine_do_not_count() {
    let above = tempfile::tempdir().expect("a folder");
    fs::write(above.path().join(".gitignore"), "*.yaml\n").expect("a file");
    fs::create_dir_all(above.path().join(".config/git")).expect("a folder");
    fs::write(above.path().join(".config/git/ignore"), "*.yaml\n").expect("a file");
    let repo = Repo::new();
    repo.write("deals/a.yaml", &deal("prospect", "")).write("deals/.ignore", "*.yaml\n");
    repo.write(".git/info/exclude", "*.yaml\n");
    assert_eq!(deals_on_disk(&repo, above.path()), 1, "its user's rules");

    // A repository, or a workspace in none, in a folder with rules of its own.
    let inner = above.path().join("inner");
    fs::create_dir_all(inner.join("deals")).expect("a folder");
    fs::write(inner.join("deals/a.yaml"), deal("prospect", "")).expect("a file");
    let disk = || Worktree::open(&inner).expect("a workspace").walk("deals").files;
    assert_eq!(disk(), ["deals/a.yaml"], "in no repository");
    fs::create_dir(inner.join(".git")).expect("a folder");
    assert_eq!(disk(), ["deals/a.yaml"], "at the root of one");
    // The repository's own rules count from its root on, wherever in it the workspace is.
    fs::remove_dir(inner.join(".git")).expect("it was there");
    fs::create_dir(above.path().join(".git")).expect("a folder");
    assert_eq!(disk(), [""; 0], "below the root of one");
    fs::write(inner.join("deals/.gitignore"), "!a.yaml\n").expect("a file");
    assert_eq!(disk(), ["deals/a.yaml"], "the nearest rule holds");
    fs::create_dir_all(inner.join("deals/sub/.git")).expect("a folder");
    fs::write(inner.join("deals/sub/b.yaml"), "").expect("a file");
    assert_eq!(disk(), ["deals/a.yaml", "deals/sub/b.yaml"], "a repository in it has its own");
    // Rules are read from ordinary files of a bearable size.
    fs::write(inner.join("deals/.gitignore"), "*.yaml\n".repeat(1 << 18)).expect("a file");
    fs::remove_file(above.path().join(".gitignore")).expect("it was there");
    assert_eq!(disk().len(), 2, "too large");
    fs::remove_file(inner.join("deals/.gitignore")).expect("it was there");
    symlink("../../.config/git/ignore", inner.join("deals/.gitignore")).expect("a link");
    assert_eq!(disk().len(), 2, "a link");
}

#[test]
fn what_cannot_be_listed_is_named_by_its_own_path() {
    let folder = tempfile::tempdir().expect("a folder");
    // Deeper than the system opens by one name, and made by moving one half into the other.
    let long = |letter: &str| [letter.repeat(200).as_str(); 11].join("/");
    let (outer, inner) = (folder.path().join("deals").join(long("a")), folder.path().join(long("b")));
    fs::create_dir_all(&outer).expect("a folder");
    fs::create_dir_all(&inner).expect("a folder");
    fs::rename(folder.path().join("b".repeat(200)), outer.join("b")).expect("it moves");
    let listed = Worktree::open(folder.path()).expect("a workspace").walk("deals");
    let [fault] = listed.faults.as_slice() else { panic!("{:?}", listed.faults) };
    let place = fault.place.as_ref().expect("a place");
    assert!(place.file.path().starts_with("deals/aaa") && place.file.path().contains("/b/bbb"), "{fault:?}");
    assert!(!fault.message.contains(&*folder.path().to_string_lossy()), "{}", fault.message);
    assert!(fault.message.contains("too long"), "{}", fault.message);
}

#[test]
fn a_gate_that_cannot_see_is_closed() {
    let at_fault = |repo: &Repo, arguments: &[&str]| {
        let ran = dealgate(repo.path(), arguments);
        assert_eq!(ran.status, 1, "{arguments:?}: {}{}", ran.stdout, ran.stderr);
        ran.stdout
    };
    for (path, arguments) in [
        ("deals", &["check"][..]),
        ("deals", &["check", "--since", "main"]),
        ("workflows", &["check"]),
        ("workflows", &["check", "--since", "main"]),
        ("workflows", &["test"]),
        ("workflows/tests", &["test"]),
        ("templates", &["check"]),
    ] {
        for target in [None, Some("nowhere"), Some("file"), Some("/usr")] {
            let repo = Repo::new();
            repo.write("deals/acme/a.yaml", &deal("prospect", "")).write("file", "");
            repo.write("workflows/acme.toml", "extends = \"standard\"\n");
            repo.write("workflows/tests/acme/t.yaml", "# today: 2026-11-23\n").write("templates/x.md", "");
            repo.commit("2026-05-01", JANE, "all is well");
            fs::remove_dir_all(repo.path().join(path)).expect("it was there");
            match target {
                Some(target) => symlink(target, repo.path().join(path)).expect("a link"),
                None => fs::write(repo.path().join(path), "").expect("a file"),
            }
            let said = at_fault(&repo, arguments);
            assert!(said.contains(&format!("`{path}` cannot be read")), "{arguments:?} {target:?}: {said}");
            if arguments == ["check"] {
                repo.commit("2026-05-02", JANE, "it is broken");
                let said = at_fault(&repo, &["check", "--at", "HEAD"]);
                assert!(said.contains(&format!("`{path}` cannot be read")), "{target:?} at HEAD: {said}");
            }
        }
    }
}
