//! `report site`: what it writes, what it leaves alone, and that a second run writes nothing.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::run::{Ran, copied, dealgate, repository};

fn site(workspace: &Path, more: &[&str]) -> Ran {
    let arguments = ["report", "site", "-o", "public", "--no-history", "--today", "2026-11-23"];
    dealgate(workspace, &[&arguments, more].concat())
}

/// Every file below a folder with what it holds.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let found = walkdir::WalkDir::new(folder).into_iter().map(|it| it.expect("it can be read").into_path());
    let named = found.filter(|path| path.is_file()).map(|path| {
        let name = path.strip_prefix(folder).expect("below").to_string_lossy().replace('\\', "/");
        (name, fs::read(&path).expect("it can be read"))
    });
    named.collect()
}

#[test]
fn a_second_run_writes_nothing_and_a_deal_that_went_takes_its_page_along() {
    let workspace = copied(&repository("tests/showcase"));
    let (root, public) = (workspace.path(), workspace.path().join("public"));
    let ran = site(root, &[]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let first = files(&public);
    for page in ["index.html", "deals.html", "deals/northwind/osprey-fleet.html", "definitions.html"] {
        assert!(first.contains_key(page), "{page}");
    }
    let ran = site(root, &[]);
    assert!(ran.stderr.contains(" 0 written, 0 removed"), "{}", ran.stderr);
    assert_eq!(site(root, &["--check"]).status, 0);
    assert_eq!(files(&public), first);

    fs::write(public.join("CNAME"), "sales.example").expect("it can be written");
    let fleet = root.join("deals/northwind/osprey-fleet.yaml");
    fs::remove_file(fleet).expect("it can be removed");
    let ran = site(root, &["--check"]);
    assert_eq!(ran.status, 1, "{}", ran.stdout);
    assert!(ran.stdout.contains("to be removed: deals/northwind/osprey-fleet.html"), "{}", ran.stdout);
    let ran = site(root, &[]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let after = files(&public);
    assert!(!after.contains_key("deals/northwind/osprey-fleet.html"));
    assert_eq!(after["CNAME"], b"sales.example", "what others wrote stays");
}

#[test]
fn nothing_of_others_is_overwritten_or_removed() {
    let workspace = copied(&repository("tests/showcase"));
    let (root, public) = (workspace.path(), workspace.path().join("public"));
    fs::create_dir(&public).expect("a folder");
    fs::write(public.join("index.html"), "mine").expect("it can be written");
    let ran = site(root, &[]);
    assert_eq!(ran.status, 2, "{}", ran.stdout);
    assert!(ran.stderr.contains("index.html"), "{}", ran.stderr);
    assert_eq!(files(&public).len(), 1, "nothing is written beside it");

    fs::remove_file(public.join("index.html")).expect("it can be removed");
    // A list that somebody forged names files outside.
    let kept = root.join("dealgate.toml");
    let before = fs::read(&kept).expect("it is there");
    for name in ["../dealgate.toml", "/etc/hostname", "a/../../dealgate.toml", ""] {
        let forged = serde_json::json!({"schema_version": 1, "files": {name: "0123456789abcdef"}});
        fs::write(public.join("dealgate-site.json"), forged.to_string()).expect("it can be written");
        let ran = site(root, &[]);
        assert_eq!(ran.status, 2, "{name}: {}", ran.stdout);
        assert_eq!(fs::read(&kept).expect("it is there"), before, "{name}");
    }
    assert_eq!(files(&public).len(), 1, "only the forged list");
    fs::remove_file(public.join("dealgate-site.json")).expect("it can be removed");

    // A page that somebody changed is not removed when its deal goes.
    assert_eq!(site(root, &[]).status, 0);
    let page = public.join("deals/northwind/osprey-fleet.html");
    fs::write(&page, "my notes").expect("it can be written");
    fs::remove_file(root.join("deals/northwind/osprey-fleet.yaml")).expect("it can be removed");
    assert_eq!(site(root, &[]).status, 0);
    assert_eq!(fs::read_to_string(&page).expect("it is there"), "my notes");
}

#[test]
fn a_workspace_without_deals_and_strange_names_have_a_site_too() {
    for case in ["tests/cases/workspace/people/input", "tests/cases/status/table/input"] {
        let workspace = copied(&repository(case));
        let ran = site(workspace.path(), &[]);
        assert_eq!(ran.status, 0, "{case}: {}", ran.stderr);
        let ran = site(workspace.path(), &["--check"]);
        assert_eq!(ran.status, 0, "{case}: {}", ran.stdout);
    }
    let workspace = crate::names::hostile();
    let ran = site(workspace.path(), &[]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let index = fs::read_to_string(workspace.path().join("public/index.html")).expect("it is there");
    assert!(!index.contains("<script>alert"), "a name acts");
}

/// A list of pages and links, all of a stranger's branch: nothing behind a link is a page.
#[cfg(unix)]
#[test]
fn no_link_below_a_site_is_followed() {
    for (link, to, page) in [
        ("x", "../deals/northwind", "x/osprey-fleet.yaml"),
        ("x", "../docs", "x/notes.html"),
        ("deals/northwind", "../../docs", "deals/northwind/osprey-fleet.html"),
        ("up", "..", "up/docs/notes.html"),
    ] {
        let workspace = copied(&repository("tests/showcase"));
        let (root, public) = (workspace.path(), workspace.path().join("public"));
        fs::create_dir_all(public.join("deals")).expect("a folder");
        for name in ["notes.html", "osprey-fleet.html"] {
            fs::create_dir_all(root.join("docs")).expect("a folder");
            fs::write(root.join("docs").join(name), "mine").expect("it can be written");
        }
        std::os::unix::fs::symlink(to, public.join(link)).expect("a link");
        let held = match fs::read(public.join(page)) {
            Ok(there) => dealgate::source::digest::short(&there, 16),
            Err(error) => panic!("{page}: {error}"),
        };
        let forged = serde_json::json!({"schema_version": 1, "files": {page: held}});
        fs::write(public.join("dealgate-site.json"), forged.to_string()).expect("it can be written");
        let before = files(root);
        let ran = site(root, &[]);
        assert_eq!(ran.status, 2, "{page}: {}", ran.stderr);
        let mut after = files(root);
        after.retain(|name, _| before.contains_key(name));
        assert_eq!(after, before, "{page}");
    }
}
