//! Imports of what changed at both ends: here by hand, and in the system.
//!
//! A case is a folder `tests/imports/SYSTEM/NAME` as `imports.rs` has them, with `ours`, the deals' files as people have
//! changed them since the import of `export.csv`; `ours/removed`, if it is there, lists files that somebody took away.
//! `theirs.csv` is the next export, and `expected` what its import leaves and says.

use std::fs;
use std::path::{Path, PathBuf};

use crate::imports::{adds_up, arguments, cases, files, is_of_both_ends};
use crate::run::{Ran, copied, copy, dealgate};

/// The workspace of a case once people have changed what was imported.
fn changed(case: &Path) -> tempfile::TempDir {
    let folder = copied(case);
    let ran = dealgate(folder.path(), &arguments(case));
    assert_eq!(ran.status, 0, "{}: {}{}", case.display(), ran.stdout, ran.stderr);
    copy(&case.join("ours"), folder.path());
    let removed = fs::read_to_string(case.join("ours/removed")).unwrap_or_default();
    for path in removed.lines() {
        fs::remove_file(folder.path().join(path)).expect("it was imported");
    }
    fs::copy(case.join("theirs.csv"), folder.path().join("export.csv")).expect("a file");
    folder
}

fn import(case: &Path, folder: &Path, more: &[&str]) -> Ran {
    let ran = dealgate(folder, &[&arguments(case)[..], more].concat());
    adds_up(&ran.stdout);
    ran
}

/// The cases, each with a folder of its own.
fn each(look: impl Fn(&Path, &Path)) {
    let cases: Vec<PathBuf> = cases().into_iter().filter(|case| is_of_both_ends(case)).collect();
    assert!(cases.len() >= 7, "only {} cases", cases.len());
    for case in cases {
        let folder = changed(&case);
        look(&case, folder.path());
    }
}

#[test]
fn what_changed_at_both_ends_goes_the_way_of_who_changed_it() {
    let overwrite = std::env::var("SNAPSHOTS").is_ok_and(|value| value == "overwrite");
    each(|case, folder| {
        let shown = case.display();
        let before = files(folder);
        let dry = import(case, folder, &["--dry-run"]);
        assert_eq!(before, files(folder), "{shown}: a dry run writes");
        let ran = import(case, folder, &[]);
        assert_eq!((dry.status, ran.status), (1, 1), "{shown}: {}{}", ran.stdout, ran.stderr);
        let mut found = files(folder);
        let again = import(case, folder, &[]);
        assert_eq!(found, files(folder), "{shown}: the second import changes a byte");
        assert_eq!(again.status, 1, "{shown}: a conflict is told until it is settled");
        found.insert("stdout".to_owned(), format!("{}{}status {}\n", ran.stdout, ran.stderr, ran.status));
        let expected = case.join("expected");
        if overwrite {
            let _ = fs::remove_dir_all(&expected);
            for (name, text) in &found {
                let path = expected.join(name);
                fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
                fs::write(path, text).expect("a file");
            }
        }
        let mut wanted = files(&expected);
        wanted.insert("stdout".to_owned(), fs::read_to_string(expected.join("stdout")).unwrap_or_default());
        for (name, text) in &found {
            assert_eq!(Some(text), wanted.get(name), "{shown}: {name}");
        }
        assert_eq!(found.len(), wanted.len(), "{shown}");
    });
}

/// Either way, nothing is in conflict any more, and what nobody disputes is as it was without.
#[test]
fn a_conflict_is_settled_by_whom_one_says() {
    for whose in ["theirs", "ours"] {
        each(|case, folder| {
            let shown = format!("{} --take {whose}", case.display());
            let people = files(folder);
            let ran = import(case, folder, &["--take", whose]);
            assert_eq!(ran.status, 0, "{shown}: {}{}", ran.stdout, ran.stderr);
            assert!(ran.stdout.contains(" 0 in conflict "), "{shown}: {}", ran.stdout);
            let settled = files(folder);
            let again = import(case, folder, &[]);
            assert_eq!((again.status, &settled), (0, &files(folder)), "{shown}: {}", again.stdout);
            // A comment that a person wrote stays beside its key, whoever's value that has now.
            for (path, text) in people.iter().filter(|(path, _)| path.starts_with("deals/")) {
                for (line, said) in text.lines().filter_map(|line| line.split_once('#')) {
                    let key = line.split_once(':').expect("a key").0;
                    let now = settled[path].lines().find(|line| line.starts_with(key));
                    assert!(now.is_none_or(|now| now.contains(said)), "{shown}: {path} lacks #{said}");
                }
            }
        });
    }
}

/// An export without a column says nothing of its values: not that there are none.
#[test]
fn a_column_that_the_next_export_lacks_takes_no_value_away() {
    each(|case, folder| {
        let shown = case.display();
        fs::remove_dir_all(folder.join("deals")).expect("a folder");
        fs::remove_dir_all(folder.join("imports")).expect("a folder");
        let export = fs::read_to_string(case.join("export.csv")).expect("an export");
        let delimiter =
            if export.lines().next().is_some_and(|line| line.contains(';')) { b';' } else { b',' };
        let mut reader = csv::ReaderBuilder::new();
        let mut reader =
            reader.has_headers(false).flexible(true).delimiter(delimiter).from_reader(export.as_bytes());
        let rows: Vec<Vec<String>> =
            reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect()).collect();
        let header = rows.iter().position(|row| row.len() > 5).expect("a header");
        fs::write(folder.join("export.csv"), &export).expect("a file");
        assert_eq!(import(case, folder, &[]).status, 0, "{shown}");
        let before = files(folder);
        for column in 0..rows[header].len() {
            let mut writer =
                csv::WriterBuilder::new().flexible(true).delimiter(delimiter).from_writer(Vec::new());
            for row in &rows {
                let kept = row.iter().enumerate().filter(|(at, _)| *at != column || row.len() <= column);
                writer.write_record(kept.map(|(_, cell)| cell)).expect("a row");
            }
            fs::write(folder.join("export.csv"), writer.into_inner().expect("bytes")).expect("a file");
            let ran = import(case, folder, &[]);
            let name = &rows[header][column];
            assert_eq!(before, files(folder), "{shown} without `{name}`: {}{}", ran.stdout, ran.stderr);
            // Without its id, its name or its stage, it is no export; and labels that are mapped below their pipeline are
            // none without it.
            let is_refused = ran.status == 2 || ran.stdout.contains("Nothing was written.");
            assert!(ran.status == 0 || is_refused, "{shown} without `{name}`: {}{}", ran.stdout, ran.stderr);
        }
    });
}
