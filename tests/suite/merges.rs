//! Two people change one deal: what git makes of it with the driver set, and the law over random changes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use proptest::prelude::*;

use crate::repo::{JANE, Repo, dealgate, git};

const WORKFLOW: &str = "\
currency = \"EUR\"
stages = [\"lead\", \"offer\", \"sold\"]
won-from = \"offer\"
[groups]
board = [\"dana@acme.example\"]
[fields]
contacts = { type = \"list\", items = { name = \"text\", role = \"text\" } }
[stage.lead.requires]
met = \"We met\"
price-ok = { title = \"The board approves the price\", approval = \"board\", covers = [\"amount\"] }
[stage.offer.requires]
sent = \"The offer is sent\"
";

const HEAD: &str = "name: Press\nstage: lead\nowner: jane@acme.example\n";

/// What a merge came to.
#[derive(Debug)]
struct Came {
    is_clean: bool,
    text: String,
    said: String,
}

fn commit(repo: &Repo, deal: &[u8], message: &str) {
    std::fs::write(repo.path().join("deals/acme/press.yaml"), deal).expect("a file");
    repo.commit("2026-05-02", JANE, message);
}

fn repository(base: &[u8], is_driven: bool) -> Repo {
    let repo = Repo::new();
    let driver = format!("'{}' merge-file %O %A %B --path %P", env!("CARGO_BIN_EXE_dealgate"));
    if is_driven {
        repo.git(&["config", "merge.dealgate.driver", &driver]);
    }
    repo.write("workflows/acme.toml", WORKFLOW).write(".gitattributes", "deals/** merge=dealgate\n");
    std::fs::create_dir_all(repo.path().join("deals/acme")).expect("a folder");
    commit(&repo, base, "base");
    repo
}

fn merge(repo: &Repo) -> (bool, String) {
    let mut command = git(repo.path());
    for role in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{role}_NAME"), "Jane").env(format!("GIT_{role}_EMAIL"), "jane@acme.example");
    }
    let ran = command.args(["merge", "--no-edit", "theirs"]).output().expect("git runs");
    let said = [ran.stdout, ran.stderr].map(|said| String::from_utf8_lossy(&said).into_owned()).concat();
    (ran.status.success(), said)
}

/// Commits a base, ours and theirs, and merges theirs.
fn came_of(sides: [&[u8]; 3], is_driven: bool) -> Came {
    let [base, ours, theirs] = sides;
    let repo = repository(base, is_driven);
    repo.git(&["checkout", "--quiet", "-b", "theirs"]);
    commit(&repo, theirs, "theirs");
    repo.git(&["checkout", "--quiet", "main"]);
    commit(&repo, ours, "ours");
    let (is_clean, said) = merge(&repo);
    let text = std::fs::read(repo.path().join("deals/acme/press.yaml")).expect("a deal");
    Came { is_clean, text: String::from_utf8_lossy(&text).into_owned(), said }
}

fn with_head(sides: [&str; 3]) -> [String; 3] {
    sides.map(|side| format!("{HEAD}{side}"))
}

fn driven(sides: [&str; 3]) -> Came {
    let sides = with_head(sides);
    came_of(sides.each_ref().map(String::as_bytes), true)
}

fn plain(sides: [&str; 3]) -> Came {
    let sides = with_head(sides);
    came_of(sides.each_ref().map(String::as_bytes), false)
}

#[test]
fn what_is_a_conflict_of_lines_alone_is_merged_by_key() {
    for (sides, merged) in [
        (
            [
                "amount: 5 EUR\nclose_date: 2026-12-15\n",
                "amount: 6 EUR # more\nclose_date: 2026-12-15\n",
                "amount: 5 EUR\nclose_date: 2027-01-10\n",
            ],
            "amount: 6 EUR # more\nclose_date: 2027-01-10\n",
        ),
        (
            [
                "contacts: [{name: Bo, role: buyer}]\n",
                "contacts: [{name: Bo, role: buyer}, {name: Ada, role: sponsor}]\n",
                "contacts: [{name: Bo, role: user}, {name: Cy, role: lawyer}]\n",
            ],
            "contacts: [{name: Bo, role: user}, {name: Ada, role: sponsor}, {name: Cy, role: lawyer}]\n",
        ),
        (
            [
                "contacts:\n  - name: Bo\n    role: buyer\n",
                "contacts:\n  - name: Bo\n    role: buyer\n  # the one with the money\n  - name: Ada\n    role: sponsor\n",
                "contacts:\n  - name: Bo\n    role: buyer\n  - name: Cy\n    role: lawyer\n",
            ],
            "contacts:\n  - name: Bo\n    role: buyer\n  # the one with the money\n  - name: Ada\n    role: sponsor\n  - name: Cy\n    role: lawyer\n",
        ),
        (
            ["done: {}\n", "done: {met: 2026-05-01}\n", "done: {sent: 2026-05-02}\n"],
            "done: {met: 2026-05-01, sent: 2026-05-02}\n",
        ),
        (
            ["amount: 5 EUR\nnext_step: call\n", "next_step: call\n", "amount: 5 EUR\nnext_step: write\n"],
            "next_step: write\n",
        ),
    ] {
        assert!(!plain(sides).is_clean, "{sides:?}");
        let came = driven(sides);
        assert!(came.is_clean, "{sides:?}\n{came:?}");
        assert_eq!(came.text, format!("{HEAD}{merged}"), "{came:?}");
        assert!(!came.said.contains("here,"), "{came:?}");
    }
}

#[test]
fn one_value_changed_by_both_is_a_conflict_of_its_line() {
    let came = driven([
        "amount: 5 EUR\nclose_date: 2026-11-01\n",
        "amount: 6 EUR\nclose_date: 2026-12-15\n",
        "amount: 5 EUR\nclose_date: 2027-01-10\n",
    ]);
    assert!(!came.is_clean, "{came:?}");
    let conflict = "<<<<<<< ours\nclose_date: 2026-12-15\n=======\nclose_date: 2027-01-10\n>>>>>>> theirs\n";
    assert_eq!(came.text, format!("{HEAD}amount: 6 EUR\n{conflict}"));
    let line = "deals/acme/press.yaml: close_date: 2026-12-15 here, 2027-01-10 there\n";
    assert!(came.said.contains(line), "{came:?}");
}

#[test]
fn what_both_took_apart_is_never_put_together() {
    for (sides, said) in [
        // Both renamed one person; one renamed, the other wrote or took away.
        (
            ["contacts: [{name: Bo}]\n", "contacts: [{name: Bob}]\n", "contacts: [{name: Bobby}]\n"],
            "contacts: ",
        ),
        (
            ["contacts: [{name: Bo}]\n", "contacts: [{name: Bob}]\n", "contacts: [{name: Bo, role: x}]\n"],
            "contacts: ",
        ),
        (["contacts: [{name: Bo}]\n", "contacts: [{name: Bob}]\n", "contacts: []\n"], "contacts: "),
        (
            ["contacts: [{name: Bo, role: x}]\n", "contacts: []\n", "contacts: [{name: Bo, role: y}]\n"],
            "contacts: ",
        ),
        (["tags: [a, b]\n", "tags: [a, c]\n", "tags: [a, d]\n"], "tags: "),
        (["amount: 5 EUR\n", "", "amount: 6 EUR\n"], "amount: nothing here, 6 EUR there"),
        // Half of one approval and half of another is nobody's.
        (
            [
                "done:\n  price-ok:\n    date: 2026-05-01\n    note: x\n    a: 1\n    b: 2\n    c: 3\n    by: dana@acme.example\n",
                "done:\n  price-ok:\n    date: 2026-05-03\n    note: x\n    a: 1\n    b: 2\n    c: 3\n    by: dana@acme.example\n",
                "done:\n  price-ok:\n    date: 2026-05-01\n    note: x\n    a: 1\n    b: 2\n    c: 3\n    by: tom@acme.example\n",
            ],
            "done.price-ok: ",
        ),
        // Plain git puts one key in twice, and one person.
        (
            [
                "source: fair\na: 1\nb: 2\nc: 3\n",
                "close_date: 2026-12-15\nsource: fair\na: 1\nb: 2\nc: 3\n",
                "source: fair\na: 1\nb: 2\nc: 3\nclose_date: 2027-01-10\n",
            ],
            "close_date: 2026-12-15 here, 2027-01-10 there",
        ),
        (
            [
                "contacts:\n  - {name: Bo}\n  - {name: Cy}\n  - {name: Di}\n",
                "contacts:\n  - {name: Ada, role: buyer}\n  - {name: Bo}\n  - {name: Cy}\n  - {name: Di}\n",
                "contacts:\n  - {name: Bo}\n  - {name: Cy}\n  - {name: Di}\n  - {name: Ada, role: sponsor}\n",
            ],
            "contacts[0].role: buyer here, sponsor there",
        ),
    ] {
        let came = driven(sides);
        assert!(!came.is_clean && came.text.contains("<<<<<<< ours\n"), "{sides:?}\n{came:?}");
        assert!(came.said.contains(said), "{sides:?}\n{came:?}");
        if sides[0].len() > 30 && sides[0].lines().count() > 3 {
            assert!(plain(sides).is_clean, "plain git sees nothing: {sides:?}");
        }
    }
}

#[test]
fn items_that_git_puts_in_order_stay_where_it_put_them() {
    let base = "contacts:\n  - {name: Bo}\n  - {name: Cy}\n  - {name: Di}\n  - {name: Ed}\n";
    let ours = base.to_owned() + "  - {name: Fay}\n";
    let theirs = base.replace("contacts:\n", "contacts:\n  - {name: Ada}\n");
    let came = driven([base, &ours, &theirs]);
    assert!(came.is_clean, "{came:?}");
    assert_eq!(came.text, format!("{HEAD}{}", ours.replace("contacts:\n", "contacts:\n  - {name: Ada}\n")));
}

#[test]
fn the_comments_of_both_stay_or_it_is_a_conflict() {
    let base = "amount: 5 EUR\nclose_date: 2026-12-15\n";
    for theirs in [
        "amount: 5 EUR\nclose_date: 2027-01-10 # they asked\n",
        "amount: 5 EUR\n# they asked\nclose_date: 2027-01-10\n",
    ] {
        let came = driven([base, "amount: 6 EUR # ours\nclose_date: 2026-12-15\n", theirs]);
        assert!(came.text.contains("# they asked") && came.text.contains("# ours"), "{came:?}");
        assert!(!came.is_clean, "{came:?}");
    }
}

#[test]
fn what_both_changes_break_together_is_said() {
    let approved = "  price-ok: {date: 2026-05-01, by: dana@acme.example, of: {amount: 5 EUR}}\n";
    let deal = |stage: &str, amount: &str| {
        format!(
            "name: Press\nstage: {stage}\nowner: jane@acme.example\namount: {amount}\ndone:\n  met: 2026-05-01\n{approved}"
        )
    };
    let (base, ours, theirs) = (deal("lead", "5 EUR"), deal("offer", "5 EUR"), deal("lead", "9 EUR"));
    let came = came_of([&base, &ours, &theirs].map(String::as_bytes), true);
    assert!(came.is_clean && came.text == deal("offer", "9 EUR"), "{came:?}");
    let warning = came.said.lines().find(|line| line.starts_with("warning: deals/acme/press.yaml: "));
    assert!(warning.is_some_and(|line| line.contains("[approval-void]")), "{came:?}");
    // One approves what the other changes.
    let base = format!("{HEAD}amount: 5 EUR\ndone:\n  met: 2026-05-01\n");
    let (ours, theirs) = (base.clone() + approved, base.replace("5 EUR", "9 EUR"));
    let came = came_of([&base, &ours, &theirs].map(String::as_bytes), true);
    assert!(came.is_clean && came.said.contains("[approval-void]"), "{came:?}");
    let (base, ours) = (deal("lead", "5 EUR"), deal("offer", "5 EUR"));
    let came = came_of([&base, &ours, &(base.clone() + "source: fair\n")].map(String::as_bytes), true);
    assert!(came.is_clean && !came.said.contains("warning"), "{came:?}");
}

#[test]
fn a_renamed_deal_is_merged_and_a_deleted_one_is_not() {
    let lines = "customer: Initech\nsource: fair\nnext_step: call\namount: 5 EUR\nclose_date: 2026-12-15\n";
    let base = format!("{HEAD}{lines}");
    for is_renamed in [true, false] {
        let repo = repository(base.as_bytes(), true);
        repo.git(&["checkout", "--quiet", "-b", "theirs"]);
        commit(&repo, base.replace("2026-12-15", "2027-01-10").as_bytes(), "theirs");
        repo.git(&["checkout", "--quiet", "main"]);
        if is_renamed {
            repo.git(&["mv", "deals/acme/press.yaml", "deals/acme/crane.yaml"]);
            repo.write("deals/acme/crane.yaml", &base.replace("5 EUR", "6 EUR"));
        } else {
            repo.git(&["rm", "--quiet", "deals/acme/press.yaml"]);
        }
        repo.commit("2026-05-03", JANE, "ours");
        let (is_clean, said) = merge(&repo);
        let text = |name: &str| std::fs::read_to_string(repo.path().join("deals/acme").join(name)).ok();
        if is_renamed {
            let both = base.replace("5 EUR", "6 EUR").replace("2026-12-15", "2027-01-10");
            assert!(is_clean && text("crane.yaml") == Some(both), "{said}");
        } else {
            assert!(!is_clean && said.contains("deleted"), "{said}");
            assert!(text("press.yaml").is_some_and(|text| text.contains("2027-01-10")));
        }
    }
}

#[test]
fn line_ends_and_marks_are_values_of_their_own() {
    let [base, ours, theirs] = with_head([
        "amount: 5 EUR\nclose_date: 2026-12-15\n",
        "amount: 6 EUR\nclose_date: 2026-12-15\n",
        "amount: 5 EUR\nclose_date: 2027-01-10\n",
    ]);
    let both = ours.replace("2026-12-15", "2027-01-10");
    let crlf = |text: &str| text.replace('\n', "\r\n");
    let marked = |text: &str| format!("\u{feff}{text}");
    for (sides, merged) in [
        ([base.clone(), crlf(&ours), theirs.clone()], crlf(&both)),
        ([base.clone(), ours.clone(), crlf(&theirs)], crlf(&both)),
        ([crlf(&base), ours.clone(), crlf(&theirs)], both.clone()),
        ([crlf(&base), crlf(&ours), crlf(&theirs)], crlf(&both)),
        ([base.clone(), marked(&ours), theirs.clone()], marked(&both)),
        ([base.clone(), ours.clone(), marked(&crlf(&theirs))], marked(&crlf(&both))),
    ] {
        let came = came_of(sides.each_ref().map(String::as_bytes), true);
        assert!(came.is_clean, "{sides:?}\n{came:?}");
        assert_eq!(came.text, merged);
    }
    let came = came_of(
        [&crlf(&base), &crlf(&ours.replace('6', "7")), &crlf(&base.replace("5 EUR", "8 EUR"))]
            .map(String::as_bytes),
        true,
    );
    assert!(!came.is_clean && came.text.contains("<<<<<<< ours\r\namount: 7 EUR\r\n=======\r\n"), "{came:?}");
}

#[test]
fn what_is_not_understood_is_merged_as_git_does() {
    let filler = format!("notes: |\n{}", "  long\n".repeat(200_000));
    let names = "a: 1\nb: 2\nc: 3\nd: 4\ne: 5\n";
    let sides = |more: &str| {
        [
            format!("{names}{more}"),
            format!("{}{more}", names.replace('1', "one")),
            format!("{}{more}", names.replace('5', "five")),
        ]
    };
    let clash = |more: &str| {
        [
            format!("{names}{more}"),
            format!("{names}{more}").replace('3', "x"),
            format!("{names}{more}").replace('3', "y"),
        ]
    };
    for more in [
        "f: &x 1\ng: *x\n",
        "f: !!str 1\n",
        "f: [1\n",
        "f: {<<: {a: 1}}\n",
        "f\n- x: : y\n",
        "f: x\r\ng: y\n",
        &filler,
    ] {
        for sides in [sides(more), clash(more)] {
            let bytes = sides.each_ref().map(String::as_bytes);
            let (by_driver, by_git) = (came_of(bytes, true), came_of(bytes, false));
            let labelled = |text: &str| text.replace("<<<<<<< HEAD", "<<<<<<< ours");
            assert_eq!(by_driver.is_clean, by_git.is_clean, "{:?}", &more[..more.len().min(30)]);
            assert!(by_driver.text == labelled(&by_git.text), "{:?}", &more[..more.len().min(30)]);
        }
    }
    let came = came_of(
        [b"a: \xff\nb: 2\nc: 3\nd: 4\n", b"a: \xfe\nb: 2\nc: 3\nd: 4\n", b"a: \xff\nb: 2\nc: 3\nd: 5\n"],
        true,
    );
    assert!(came.is_clean && came.text.ends_with("d: 5\n"), "{came:?}");
}

fn by_hand(folder: &Path, sides: [&str; 3], more: &[&str]) -> (i32, String, String) {
    for (name, text) in ["base", "ours", "theirs"].iter().zip(sides) {
        std::fs::write(folder.join(name), text).expect("a file");
    }
    let mut words = vec!["merge-file", "base", "ours", "theirs", "--path"];
    words.extend(if more.is_empty() { &["deals/x.yaml"][..] } else { more });
    let ran = dealgate(folder, &words);
    let text = std::fs::read_to_string(folder.join("ours")).expect("it is text");
    (ran.status, text, ran.stdout + &ran.stderr)
}

#[test]
fn hostile_values_take_no_part_in_what_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let long = "x".repeat(10_000);
    let ours = format!("name: \"::error::\\e[31m\"\nnotes: {long}\n");
    let (status, text, said) =
        by_hand(folder.path(), ["name: a\nnotes: b\n", &ours, "name: c\nnotes: d\n"], &[]);
    assert_eq!(status, 1);
    assert!(text.starts_with("<<<<<<< ours\n") && text.contains(&long), "{text}");
    assert!(
        !said.contains('\u{1b}') && said.lines().all(|line| !line.starts_with("::") && line.len() < 400),
        "{said}"
    );
    let deep = |value: &str| format!("a: {}{value}{}\n", "[".repeat(60), "]".repeat(60));
    assert_eq!(by_hand(folder.path(), [&deep("1"), &deep("2"), &deep("3")], &[]).0, 1);
    let many: Vec<String> = (0..20_000).map(|key| format!("k{key}: 1\n")).collect();
    let (odd, even) = (many.concat().replace("1: 1", "1: 2"), many.concat().replace("2: 1", "2: 3"));
    assert_eq!(by_hand(folder.path(), [&many.concat(), &odd, &even], &[]).0, 1);
    let (status, text, _) =
        by_hand(folder.path(), ["a: 1\n", "a: 2\n", "a: 3\n"], &["x.yaml", "--marker-size", "11"]);
    assert!(status == 1 && text.starts_with("<<<<<<<<<<< ours\na: 2\n===========\n"), "{text}");
    let (status, text, _) = by_hand(folder.path(), ["a: 1\n", "a: 2\n", "a: 3\n"], &["notes.md"]);
    assert!(status == 1 && text.starts_with("<<<<<<< ours\n"), "{text}");
    let ran = dealgate(folder.path(), &["merge-file", "base", "missing", "theirs", "--path", "x.yaml"]);
    assert_eq!(ran.status, 2, "{}", ran.stderr);
}

#[test]
fn init_says_how_to_set_it_up_and_adds_its_line_once() {
    let line = "deals/** merge=dealgate\n";
    for (before, after) in [
        (None, line.to_owned()),
        (Some("*.png binary"), format!("*.png binary\n{line}")),
        (Some("deals/** merge=dealgate text"), "deals/** merge=dealgate text".to_owned()),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join(".gitattributes");
        if let Some(before) = before {
            std::fs::write(&file, before).expect("a file");
        }
        for status in [0, 2] {
            let ran = dealgate(folder.path(), &["init", "--today", "2026-11-23"]);
            assert_eq!(ran.status, status, "{}{}", ran.stdout, ran.stderr);
            assert!(
                status == 2
                    || ran.stdout.contains(
                        "git config merge.dealgate.driver 'dealgate merge-file %O %A %B --path %P'"
                    )
            );
            assert_eq!(std::fs::read_to_string(&file).expect("it is there"), after);
        }
    }
}

/// A deal as flat values: keys, entries of records, items by name, what is in a list of texts.
type Flat = BTreeMap<String, String>;

const SLOTS: [&str; 17] = [
    "name",
    "stage",
    "amount",
    "close_date",
    "notes",
    "done.a",
    "done.b",
    "done.c",
    "plan.link",
    "plan.why",
    "contacts.Ada",
    "contacts.Bo",
    "contacts.Cy",
    "contacts.Di",
    "tags.p",
    "tags.q",
    "tags.r",
];

/// A deal in one of some layouts.
fn written(flat: &Flat, layout: usize) -> String {
    let mut text = String::new();
    let record = |name: &str, value: &str| format!("{{name: {name}, role: {value}}}");
    let mut seen = BTreeSet::new();
    for slot in SLOTS {
        let Some((above, _)) = slot.split_once('.') else {
            let comment = if layout % 3 == 1 { " # why" } else { "" };
            if let Some(value) = flat.get(slot) {
                text.extend([format!("{slot}: {value}{comment}\n")]);
            }
            continue;
        };
        if !seen.insert(above) {
            continue;
        }
        let prefix = format!("{above}.");
        let below: Vec<(&str, &String)> =
            flat.iter().filter_map(|(key, value)| Some((key.strip_prefix(&prefix)?, value))).collect();
        let is_flow = layout.is_multiple_of(2);
        let parts: Vec<String> = below
            .iter()
            .map(|(name, value)| match above {
                "contacts" if !is_flow && layout % 5 == 1 => format!("name: {name}\n    role: {value}"),
                "contacts" => record(name, value),
                "tags" => (*name).to_owned(),
                _ => format!("{name}: {value}"),
            })
            .collect();
        let is_list = matches!(above, "contacts" | "tags");
        match (parts.is_empty(), is_flow, is_list) {
            (true, ..) => {}
            (_, true, true) => text.extend([format!("{above}: [{}]\n", parts.join(", "))]),
            (_, true, false) => text.extend([format!("{above}: {{{}}}\n", parts.join(", "))]),
            (_, false, _) => {
                let dash = if is_list { "- " } else { "" };
                text.extend([format!("{above}:\n")]);
                text.extend(parts.iter().map(|part| format!("  {dash}{part}\n")));
            }
        }
    }
    text
}

fn flat(text: &str) -> Flat {
    let root: serde_json::Value =
        serde_yaml::from_str(text).unwrap_or_else(|fault| panic!("{fault}\n{text}"));
    let mut flat = Flat::new();
    let put = |flat: &mut Flat, key: String, value: &str| {
        assert!(flat.insert(key, value.to_owned()).is_none(), "{text}");
    };
    let said =
        |value: &serde_json::Value| value.as_str().map_or_else(|| panic!("{value}\n{text}"), str::to_owned);
    for (key, value) in root.as_object().expect("a record") {
        match value {
            serde_json::Value::Object(entries) => {
                entries.iter().for_each(|(id, value)| put(&mut flat, format!("{key}.{id}"), &said(value)));
            }
            serde_json::Value::Array(items) => {
                for item in items {
                    match item.as_str() {
                        Some(item) => put(&mut flat, format!("{key}.{item}"), ""),
                        None => {
                            put(&mut flat, format!("{key}.{}", said(&item["name"])), &said(&item["role"]));
                        }
                    }
                }
            }
            value => put(&mut flat, key.clone(), &said(value)),
        }
    }
    flat
}

/// A base and what each side makes of it: nothing, another value, or none.
fn triple() -> impl Strategy<Value = [Flat; 3]> {
    let slot = (any::<bool>(), 0_usize..7, 0_usize..7);
    prop::collection::vec(slot, SLOTS.len()).prop_map(|slots| {
        let mut sides = [Flat::new(), Flat::new(), Flat::new()];
        for (slot, (is_there, ours, theirs)) in SLOTS.iter().zip(slots) {
            let is_tag = slot.starts_with("tags");
            let base = (is_there || *slot == "name").then(|| "base".to_owned());
            let after = |side: &str, how: usize| match how {
                0 if *slot != "name" => None,
                1 => Some(format!("{side}-{}", slot.replace('.', "-"))),
                2 => Some("same".to_owned()),
                _ => base.clone(),
            };
            let values = [base.clone(), after("ours", ours), after("theirs", theirs)];
            for (side, value) in sides.iter_mut().zip(values) {
                if let Some(value) = value {
                    side.insert((*slot).to_owned(), if is_tag { String::new() } else { value });
                }
            }
        }
        sides
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(80) })]

    #[test]
    fn each_change_is_in_the_result_or_it_is_a_conflict(sides in triple(), layout in 0_usize..30, form in 0_usize..4) {
        let folder = tempfile::tempdir().expect("a folder");
        let texts = sides.each_ref().map(|side| written(side, layout));
        let [base, ours, mut theirs] = texts;
        if form == 1 {
            theirs = theirs.replace('\n', "\r\n");
        }
        let (status, text, said) = by_hand(folder.path(), [&base, &ours, &theirs], &[]);
        prop_assert!(status == 0 || status == 1, "{said}");
        let shown = format!("{base}\n---\n{ours}\n---\n{theirs}\n---\n{text}\n---\n{said}");
        let merged = (status == 0).then(|| flat(&text));
        for slot in SLOTS {
            let [base, ours, theirs] = sides.each_ref().map(|side| side.get(slot));
            if let Some(merged) = &merged {
                let expected = if ours == base { theirs } else { ours };
                prop_assert!(ours == base || theirs == base || ours == theirs, "{slot}\n{shown}");
                prop_assert_eq!(merged.get(slot), expected, "{}\n{}", slot, shown);
            } else {
                for new in [ours, theirs].into_iter().flatten().filter(|value| Some(*value) != base) {
                    prop_assert!(text.contains(new.as_str()), "{slot}\n{shown}");
                }
            }
        }
        prop_assert!(merged.is_some() || text.contains("<<<<<<< ours"), "{shown}");
    }
}
