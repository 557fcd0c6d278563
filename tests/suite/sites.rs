//! `report site`: what it writes, what it leaves alone, and that a second run writes nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::repo::{JANE, Repo};
use crate::run::{Ran, copied, copy, dealgate, repository};

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
    let workspace = crate::hostile_workspace::hostile();
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

/// The sample as a repository in which everything has happened that a page tells of: two deals moved the same way, others
/// won, lost, pushed, removed, renamed, and a file that cannot be read.
pub fn eventful() -> Repo {
    let repo = Repo::new();
    copy(&repository("tests/showcase"), repo.path());
    let read = |path: &str| std::fs::read_to_string(repo.path().join(path)).expect("it is there");
    let both = ["deals/northwind/harlow-claims.yaml", "deals/northwind/lindqvist-stores.yaml"];
    let later: Vec<String> = both.iter().map(|path| read(path)).collect();
    for (path, text) in both.iter().zip(&later) {
        let stage = text.lines().find(|line| line.starts_with("stage:")).expect("a stage");
        repo.write(path, &text.replace(stage, "stage: prospect"));
    }
    repo.write(
        "deals/northwind/gone.yaml",
        "name: Gone\nstage: prospect\namount: 9000 EUR\nclose_date: 2026-12-01\n",
    );
    repo.commit("2026-11-02", JANE, "Before");
    for (path, text) in both.iter().zip(&later) {
        repo.write(path, text);
    }
    std::fs::remove_file(repo.path().join("deals/northwind/gone.yaml")).expect("it is there");
    repo.write("deals/northwind/new.yaml", "name: \"A <new> deal\"\nstage: prospect\namount: 5000 SEK\n");
    repo.write("deals/northwind/broken.yaml", "name: [unclosed\n");
    repo.commit("2026-11-20", JANE, "After");
    repo
}

/// The values of an attribute in a page, as a browser reads them.
fn attributes<'p>(page: &'p str, name: &str) -> impl Iterator<Item = String> + use<'p> {
    let opening = format!(" {name}=\"");
    let opened = page.split(opening.as_str()).skip(1).collect::<Vec<_>>().into_iter();
    opened.map(|rest| {
        let value = rest.split('"').next().unwrap_or_default();
        [
            ("&lt;", "<"),
            ("&gt;", ">"),
            ("&quot;", "\""),
            ("&#x27;", "'"),
            ("&#39;", "'"),
            ("&#x2f;", "/"),
            ("&amp;", "&"),
        ]
        .iter()
        .fold(value.to_owned(), |text, (entity, letter)| text.replace(entity, letter))
    })
}

/// An address with what is written in percents as letters.
fn decoded(address: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = address.as_bytes();
    while let [first, others @ ..] = rest {
        let number =
            others.get(..2).and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        let letter = number.filter(|_| *first == b'%');
        bytes.push(letter.unwrap_or(*first));
        rest = &others[if letter.is_some() { 2 } else { 0 }..];
    }
    String::from_utf8(bytes).expect("an address is text")
}

/// The links of a site that lead to no file, or to no place in it.
fn dead_links(files: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let text = |name: &str| String::from_utf8(files[name].clone()).expect("a page is text");
    let is_page = |name: &&String| Path::new(name).extension().is_some_and(|kind| kind == "html");
    let pages = || files.keys().filter(is_page);
    let places: BTreeMap<&str, BTreeSet<String>> =
        pages().map(|page| (page.as_str(), attributes(&text(page), "id").collect())).collect();
    let mut dead = Vec::new();
    for page in pages() {
        let text = text(page);
        let links = attributes(&text, "href").chain(attributes(&text, "src"));
        for link in links.filter(|link| !link.contains(':')) {
            let (address, place) = link.split_once('#').unwrap_or((&link, ""));
            // Behind it stands which of the deals are meant.
            let place = place.split('?').next().unwrap_or_default();
            let path = decoded(address.split('?').next().unwrap_or_default());
            let mut to: Vec<&str> = page.split('/').collect();
            if !path.is_empty() {
                to.pop();
            }
            for part in path.split('/').filter(|part| !part.is_empty()) {
                if part == ".." {
                    to.pop();
                } else {
                    to.push(part);
                }
            }
            let to = to.join("/");
            let is_place =
                place.is_empty() || places.get(to.as_str()).is_some_and(|ids| ids.contains(&decoded(place)));
            if !files.contains_key(&to) || !is_place {
                dead.push(format!("{page}: {link}"));
            }
        }
    }
    dead
}

#[test]
fn every_link_of_a_site_leads_to_a_file_and_a_place_that_are_there() {
    let (repo, hostile) = (eventful(), crate::hostile_workspace::hostile());
    // What is narrowed down tells of deals that it does not list.
    for (folder, more) in [
        (repo.path(), &["--since", "@2026-11-03"] as &[&str]),
        (repo.path(), &["--since", "@2026-11-03", "--owner", "jane.okafor"]),
        (repo.path(), &["--since", "@2026-11-03", "--stage", "prospect"]),
        (repo.path(), &["--since", "@2026-11-03", "--closing", "2026-12"]),
        (repo.path(), &["--since", "@2026-11-03", "--company", "brightsteel"]),
        (hostile.path(), &["--since", "HEAD"]),
    ] {
        let public = folder.join("public");
        let _ = fs::remove_dir_all(&public);
        let ran =
            dealgate(folder, &[&["report", "site", "-o", "public", "--today", "2026-11-23"], more].concat());
        assert_eq!(ran.status, 0, "{more:?}: {}", ran.stderr);
        let files = files(&public);
        assert!(attributes(&String::from_utf8_lossy(&files["index.html"]), "href").count() > 20, "{more:?}");
        assert_eq!(dead_links(&files), [""; 0], "{more:?}");
        for report in ["pipeline", "changes", "workflow"] {
            let ran = dealgate(
                folder,
                &[&["report", report, "--format", "html", "--today", "2026-11-23"], more].concat(),
            );
            let page = BTreeMap::from([(format!("{report}.html"), ran.stdout.into_bytes())]);
            assert_eq!(dead_links(&page), [""; 0], "{report} {more:?}");
        }
    }
}

#[test]
fn a_site_of_many_companies_names_them_where_there_is_room() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("workflows")).expect("a folder");
    for company in 0..9 {
        let workflow = folder.path().join(format!("workflows/w{company}.toml"));
        fs::write(workflow, "extends = \"standard\"\n").expect("a file");
        fs::create_dir_all(folder.path().join(format!("deals/w{company}"))).expect("a folder");
        let deal = folder.path().join(format!("deals/w{company}/x.yaml"));
        fs::write(deal, "name: x\nstage: prospect\namount: 5 EUR\n").expect("a file");
    }
    assert_eq!(site(folder.path(), &[]).status, 0);
    let files = files(&folder.path().join("public"));
    assert_eq!(dead_links(&files), [""; 0]);
    let page = String::from_utf8_lossy(&files["deals/w3/x.html"]).into_owned();
    assert!(attributes(&page, "href").any(|link| link == "../../index.html#companies"), "{page}");
    assert!(!page.contains("workflows/of-w5.html"), "{page}");
    let index = String::from_utf8_lossy(&files["index.html"]).into_owned();
    assert_eq!(index.matches("<article class=\"card").count(), 9, "a board of each");
}
