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
    &["compare", "standing", "proposal"],
    &["emit", "report", "editor", "trial", "import"],
    &["checklist"],
    &["error"],
    &["lsp"],
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
    (
        "rayon",
        "assess.rs|assess/open_deals.rs|snapshot/git/index.rs|command/moments|command/site.rs|lsp/background.rs|report/template/loaded.rs",
    ),
    ("tempfile", "command/output.rs|snapshot/git/trust_files.rs"),
    ("signal_hook", "scratch.rs"),
    ("aho_corasick", "command/moments/changed_files.rs"),
    ("clap", "command"),
    ("schemars", "report|emit/json.rs|emit/diff/json/document.rs|finding/level.rs|compare/bridge.rs"),
    ("clap_complete", "command/completions.rs"),
    ("clap_mangen", "command/man.rs"),
    ("unicode_normalization", "source/names.rs"),
    ("unicode_security", "source/names.rs"),
    ("unicode_width", "emit/columns.rs"),
    ("quick_junit", "emit/junit.rs"),
    ("csv", "command/export|command/import.rs|import/table.rs"),
    ("calamine", "import/sheet.rs"),
    ("rust_xlsxwriter", "command/export/workbook.rs"),
    ("zip::ZipArchive", "import/sheet.rs"),
    ("encoding_rs", "import/bytes.rs"),
    ("lsp_server", "lsp"),
    ("lsp_types", "lsp"),
    ("similar", "command/difference.rs|lsp/edits.rs"),
    ("thiserror", "error.rs"),
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
const STARTERS: [&str; 2] = ["snapshot/git/program.rs", "command/viewer.rs"];

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

/// Files that are longer than a reading takes, each with the reason.
const LONG_FILES: [(&str, &str); 1] =
    [("finding/code/table.rs", "the table of codes is one list, and the list is long")];

#[test]
fn every_file_says_what_it_is_for_and_fits_a_reading() {
    let mut long = BTreeMap::new();
    for (path, text) in sources() {
        assert!(text.starts_with("//! "), "{} does not open with what it is for", path.display());
        let lines = text.lines().count();
        if lines > 400 && !LONG_FILES.iter().any(|(listed, _)| path == Path::new(listed)) {
            long.insert(path, lines);
        }
    }
    assert!(long.is_empty(), "too long to read at once: {long:?}");
}

/// The names that a piece of code declares: structs, enums, traits and aliases outside of traits.
fn declared(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| {
        let line = line.strip_prefix("pub").map_or(line, |rest| {
            let rest =
                rest.strip_prefix('(').and_then(|rest| rest.split_once(')')).map_or(rest, |(_, rest)| rest);
            rest.trim_start()
        });
        let kinds = ["struct ", "enum ", "trait ", "type "];
        let name = kinds.iter().find_map(|kind| line.strip_prefix(kind))?;
        name.split(|c: char| !c.is_alphanumeric()).next()
    })
}

#[test]
fn one_name_means_one_thing() {
    let mut homes: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    for (path, text) in sources() {
        for name in declared(&text) {
            homes.entry(name.to_owned()).or_default().push(path.clone());
        }
    }
    assert!(homes.len() > 400, "{} names were found", homes.len());
    homes.retain(|_, paths| paths.len() > 1);
    assert!(homes.is_empty(), "names of more than one type: {homes:#?}");
}

/// Files by the path of their module.
type Modules = BTreeMap<Vec<String>, (PathBuf, String)>;

fn modules() -> Modules {
    let path_of = |path: &Path| {
        let mut parts: Vec<_> =
            path.with_extension("").iter().map(|part| part.to_string_lossy().into()).collect();
        parts.pop_if(|last: &mut String| last == "mod");
        parts
    };
    let is_root = |path: &Path| matches!(path.to_str(), Some("lib.rs" | "main.rs"));
    let files = sources().into_iter().filter(|(path, _)| !is_root(path) && !path.ends_with("oracle.rs"));
    files.map(|(path, text)| (path_of(&path), (path, without_comments(&text)))).collect()
}

/// Code without its comments, its literals and who may see what.
fn without_comments(text: &str) -> String {
    let code = |line: &str| {
        let code: String = line.split("//").next().unwrap_or_default().split('"').step_by(2).collect();
        let seen_in = code.find("pub(in ").and_then(|at| Some(at..=at + code[at..].find(')')?));
        seen_in.map_or(code.clone(), |range| [&code[..*range.start()], &code[range.end() + 1..]].concat())
    };
    text.lines().map(code).fold(String::new(), |all, line| all + &line + "\n")
}

/// Every path that stands in code, its lists in braces taken apart.
fn paths(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    let (mut prefixes, mut path): (Vec<String>, String) = (Vec::new(), String::new());
    let mut end = |prefixes: &[String], path: &mut String| {
        let whole = prefixes.concat() + path;
        if !std::mem::take(path).is_empty() && whole.contains("::") {
            found.push(whole);
        }
    };
    let mut letters = code.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '{' if path.ends_with("::") => prefixes.push(std::mem::take(&mut path)),
            '}' | ',' | ';' => {
                end(&prefixes, &mut path);
                match letter {
                    '}' => _ = prefixes.pop(),
                    ';' => prefixes.clear(),
                    _ => {}
                }
            }
            ':' if letters.peek() == Some(&':') => {
                letters.next();
                path.push_str("::");
            }
            letter if letter.is_alphanumeric() || letter == '_' => path.push(letter),
            letter if letter.is_whitespace() && path.ends_with("::") => {}
            _ => end(&prefixes, &mut path),
        }
    }
    found
}

/// The module that a path leads to, as far as it names modules.
fn leads_to(path: &str, here: &[String], modules: &Modules) -> Option<Vec<String>> {
    let mut parts = path.split("::").filter(|part| !part.is_empty()).peekable();
    let mut module: Vec<String> = match *parts.peek()? {
        "crate" => Vec::new(),
        "self" | "super" => here.to_vec(),
        first => {
            let child = [here, &[first.to_owned()]].concat();
            if !modules.contains_key(&child) {
                return None;
            }
            here.to_vec()
        }
    };
    if parts.peek().is_some_and(|first| matches!(*first, "crate" | "self")) {
        parts.next();
    }
    while parts.next_if_eq(&"super").is_some() {
        module.pop()?;
    }
    for part in parts {
        module.push(part.to_owned());
        if !modules.contains_key(&module) {
            module.pop();
            break;
        }
    }
    (!module.is_empty() && modules.contains_key(&module) && module != here).then_some(module)
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let modules = modules();
    let mut imports: BTreeMap<&[String], BTreeSet<Vec<String>>> = modules
        .iter()
        .map(|(here, (_, code))| {
            (&here[..], paths(code).iter().filter_map(|path| leads_to(path, here, &modules)).collect())
        })
        .collect();
    let count: usize = imports.values().map(BTreeSet::len).sum();
    assert!(count > 1500, "only {count} imports were found");
    // What imports nothing that is left is in no circle, and neither is what nothing that is left imports.
    loop {
        let before = imports.len();
        let left: BTreeSet<Vec<String>> = imports.keys().map(|key| key.to_vec()).collect();
        imports.retain(|_, imported| imported.iter().any(|it| left.contains(it)));
        let imported: BTreeSet<Vec<String>> = imports.values().flatten().cloned().collect();
        imports.retain(|here, _| imported.contains(*here));
        if imports.len() == before {
            break;
        }
    }
    let left: BTreeSet<&[String]> = imports.keys().copied().collect();
    let ways: Vec<_> = imports
        .iter()
        .flat_map(|(here, imported)| imported.iter().map(move |it| (*here, it)))
        .filter(|(_, it)| left.contains(&it[..]))
        .map(|(here, it)| format!("{} -> {}", here.join("/"), it.join("/")))
        .collect();
    assert!(ways.is_empty(), "circles: {ways:#?}");
}

/// Each function with its file, its lines and how many parameters it takes.
fn functions() -> Vec<(String, usize, usize)> {
    let mut all = Vec::new();
    for (path, text) in sources() {
        let lines: Vec<&str> = text.lines().collect();
        for (at, line) in lines.iter().enumerate() {
            let indent = line.len() - line.trim_start().len();
            let words = line.trim_start().split(' ').take_while(|word| *word != "fn");
            let leads =
                words.clone().all(|word| word.starts_with("pub") || word.contains(')') || word == "const");
            let Some(name) = line.split_once("fn ").filter(|_| leads).map(|(_, rest)| rest) else { continue };
            let name = name.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
            let close = format!("{}}}", " ".repeat(indent));
            let is_whole = line.ends_with('}') || line.ends_with(';');
            let length = if is_whole {
                1
            } else {
                lines[at..].iter().position(|end| *end == close).map_or(1, |it| it + 1)
            };
            let rest = lines[at..].iter().take(20).fold(String::new(), |all, line| all + line);
            all.push((format!("{}: {name}", path.display()), length, parameters(&rest)));
        }
    }
    all
}

fn parameters(signature: &str) -> usize {
    let (mut depth, mut count, mut is_empty) = (0, 0, true);
    let Some((_, list)) = signature.split_once('(') else { return 0 };
    for letter in list.replace("->", "").chars() {
        match letter {
            '(' | '<' | '[' | '{' => depth += 1,
            ')' if depth == 0 => break,
            ')' | '>' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => (count, is_empty) = (count + 1, true),
            letter if !letter.is_whitespace() => is_empty = false,
            _ => {}
        }
    }
    count + usize::from(!is_empty)
}

/// Functions of more than 60 lines: at most as many as there are. Fewer are welcome.
const LONG_FUNCTIONS: usize = 4;

#[test]
fn functions_are_short_and_take_few_parameters() {
    let all = functions();
    assert!(all.len() > 2000, "{} functions were found", all.len());
    let long: Vec<_> = all.iter().filter(|(_, lines, _)| *lines > 60).collect();
    assert!(long.len() <= LONG_FUNCTIONS, "{} functions of more than 60 lines: {long:#?}", long.len());
    let wide: Vec<_> = all.iter().filter(|(_, _, parameters)| *parameters > 6).collect();
    assert!(wide.is_empty(), "more than 6 parameters: {wide:#?}");
}

/// `cargo test --test suite measured -- --nocapture` prints how the house stands.
#[test]
fn the_house_as_measured() {
    let (sources, functions) = (sources(), functions());
    let lines: usize = sources.iter().map(|(_, text)| text.lines().count()).sum();
    let is_plain = |line: &&str| line.trim_start().starts_with("pub ");
    let is_restricted = |line: &&str| line.trim_start().starts_with("pub(");
    let count = |which: &dyn Fn(&&str) -> bool| -> usize {
        sources.iter().map(|(_, text)| text.lines().filter(|line| which(line)).count()).sum()
    };
    let types: usize = sources.iter().map(|(_, text)| declared(text).count()).sum();
    let long = functions.iter().filter(|(_, lines, _)| *lines > 60).count();
    println!("files                          {}", sources.len());
    println!("lines without tests            {lines}");
    println!("types                          {types}, each name once");
    println!("plain pub : restricted         {} : {}", count(&is_plain), count(&is_restricted));
    println!("functions, over 60 lines       {}, {long}", functions.len());
    println!("files in circles               0");
}

/// What the guide for contributors says to touch is there.
#[test]
fn the_guide_names_files_that_are_there() {
    let guide = std::fs::read_to_string(repository(".github/CONTRIBUTING.md")).expect("it is there");
    let named: BTreeSet<&str> = guide
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|name| name.contains('/') && !name.contains(' ') && !name.contains('\n'))
        .collect();
    assert!(named.len() > 20, "{named:?}");
    let missing: Vec<_> = named.into_iter().filter(|name| !repository(name).exists()).collect();
    assert!(missing.is_empty(), "the guide names what is not there: {missing:?}");
}
