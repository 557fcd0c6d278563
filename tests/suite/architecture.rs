//! Holds the plan of the house: which room may import which, and which library belongs to which file.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::run::repository;

/// Rooms from the ground up. A room imports only rooms of lower floors; those of one floor never import each other.
const FLOORS: &[&[&str]] = &[
    &["source", "scratch"],
    &["finding"],
    &["snapshot", "syntax"],
    &["deal", "edit"],
    &["history"],
    &["requirement"],
    &["workflow"],
    &["workspace", "gate"],
    &["assess"],
    &["compare", "standing"],
    &["emit", "report", "editor", "trial", "import"],
    &["checklist"],
    &["error"],
    &["command"],
];

/// Libraries that one file or room keeps to itself, or that a few share.
const KEPT: &[(&str, &str)] = &[
    ("granit_parser", "syntax/yaml"),
    ("toml::de", "syntax/toml"),
    ("miette", "emit"),
    ("globset", "workspace"),
    ("ignore", "snapshot/worktree"),
    ("iso_currency::Currency::from_code", "deal/currency.rs"),
    ("strsim", "finding/wording.rs"),
    ("serde_yaml", "edit/write.rs|syntax/yaml/oracle.rs"),
    ("sha2", "source/digest.rs"),
    ("minijinja", "report/template"),
    ("rayon", "assess.rs|snapshot/git/index.rs|command/moments"),
    ("tempfile", "command/output.rs|snapshot/git/witnesses.rs"),
    ("signal_hook", "scratch.rs"),
    ("aho_corasick", "command/moments/touched.rs"),
    ("clap", "command"),
    ("schemars", "report|emit/json.rs|emit/diff/json/document.rs"),
    ("clap_complete", "command/completions.rs"),
    ("clap_mangen", "command/man.rs"),
    ("unicode_normalization", "source/names.rs"),
    ("unicode_security", "source/names.rs"),
    ("unicode_width", "checklist/layout.rs"),
    ("quick_junit", "emit/junit.rs"),
    ("csv", "command/export|command/import.rs|import/table.rs"),
    ("calamine", "import/sheet.rs"),
    ("zip::ZipArchive", "import/sheet.rs"),
    ("encoding_rs", "import/bytes.rs"),
    ("similar", "command/difference.rs"),
];

fn sources() -> Vec<(PathBuf, String)> {
    let root = repository("src");
    let mut files: Vec<_> = walkdir::WalkDir::new(&root)
        .into_iter()
        .map(|entry| entry.expect("src can be read").into_path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .filter(|path| !path.ends_with("tests.rs") && !path.iter().any(|part| part == "tests"))
        .map(|path| {
            let text = std::fs::read_to_string(&path).expect("it is text");
            (path.strip_prefix(&root).expect("below src").to_path_buf(), without_tests(&text).to_owned())
        })
        .collect();
    files.sort();
    files
}

fn without_tests(text: &str) -> &str {
    text.split("\n#[cfg(test)]\nmod tests").next().unwrap_or(text)
}

fn room(path: &Path) -> String {
    let first = path.iter().next().expect("a name").to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

fn floor(room: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&room))
}

#[test]
fn rooms_import_only_what_lies_below() {
    for (path, text) in sources() {
        let here = room(&path);
        if matches!(here.as_str(), "lib" | "main") {
            continue;
        }
        let own = floor(&here).unwrap_or_else(|| panic!("{} is in no floor of the plan", path.display()));
        let imported: BTreeSet<&str> = text
            .split("crate::")
            .skip(1)
            .map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default())
            .filter(|name| !name.is_empty() && *name != here)
            .collect();
        for other in imported {
            let Some(below) = floor(other) else { continue };
            assert!(below < own, "{} imports {other}, which does not lie below {here}", path.display());
        }
    }
}

#[test]
fn libraries_stay_in_their_rooms() {
    for (path, text) in sources() {
        let shown = path.to_string_lossy().into_owned();
        for (library, home) in KEPT {
            let named = text.lines().any(|line| {
                let code = line.split("//").next().unwrap_or_default();
                // What a message says of a library is no use of it.
                code.split('"').step_by(2).any(|code| {
                    code.split(|c: char| !c.is_alphanumeric() && c != '_' && c != ':').any(|word| {
                        let word = word.trim_start_matches("::");
                        word == *library || word.starts_with(&format!("{library}::"))
                    })
                })
            });
            assert!(
                !named || home.split('|').any(|home| shown.starts_with(home)),
                "{shown} names {library}, which belongs to {home}"
            );
        }
    }
}

/// Files that start programs: git, and what `report --open` is asked to show a page with.
const STARTERS: [&str; 2] = ["snapshot/git/program.rs", "command/opener.rs"];

#[test]
fn only_one_file_starts_programs() {
    let starter = |path: &Path| STARTERS.iter().any(|starter| path.ends_with(starter));
    for (path, text) in sources().into_iter().filter(|(path, _)| !starter(path)) {
        let starts =
            ["process::Command", "Command::new(", "Command as"].iter().any(|word| text.contains(word));
        assert!(!starts, "{} starts a program", path.display());
    }
}

/// What opens a file or a folder's list to read, and what writes one; each with the file that may.
const OPENERS: [(&str, &str); 16] = [
    ("fs::read(", "snapshot/disk.rs"),
    ("fs::read_to_string(", "snapshot/disk.rs"),
    ("File::open", "snapshot/disk.rs"),
    ("fs::write(", "command/output.rs"),
    ("File::create", "command/output.rs"),
    ("OpenOptions", "command/output.rs"),
    ("create_dir", "command/output.rs"),
    ("fs::copy", "command/output.rs"),
    ("fs::rename", "command/output.rs"),
    ("fs::remove_", "command/output.rs|scratch.rs"),
    ("fs::hard_link", "command/output.rs"),
    ("set_permissions", "command/output.rs"),
    ("tempfile_in", "command/output.rs"),
    ("fs::symlink(", "command/output.rs"),
    ("read_dir", "snapshot/worktree/walk.rs"),
    ("Gitignore::new(", ""),
];

#[test]
fn one_file_opens_files_to_read_and_one_to_write() {
    for (path, text) in sources() {
        for (word, home) in OPENERS {
            let opens = text.lines().any(|line| line.split("//").next().unwrap_or_default().contains(word));
            let is_home = home.split('|').any(|home| path == Path::new(home));
            assert!(!opens || is_home, "{} has {word}", path.display());
        }
    }
}

#[test]
fn only_the_console_prints() {
    for (path, text) in sources().into_iter().filter(|(path, _)| !path.ends_with("command/console.rs")) {
        for word in ["println!", "eprintln!", "print!(", "eprint!(", "dbg!", "todo!", "unimplemented!"] {
            assert!(!text.contains(word), "{} has {word}", path.display());
        }
    }
}

#[test]
fn every_file_says_what_it_is_for_and_fits_a_reading() {
    let mut long = BTreeMap::new();
    for (path, text) in sources() {
        assert!(text.starts_with("//! "), "{} does not open with what it is for", path.display());
        let lines = text.lines().count();
        if lines > 500 {
            long.insert(path, lines);
        }
    }
    // The table of codes is one list, and the list is long.
    long.retain(|path, _| !path.ends_with("finding/code/table.rs"));
    assert!(long.is_empty(), "too long to read at once: {long:?}");
}
