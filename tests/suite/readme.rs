//! The README is run: its files are written, its commands executed, and what it shows is what they print.
//!
//! `<!-- file: PATH -->` before a block: the block is that file, in the folder of the tour. `<!-- more: PATH -->`: it is
//! added to it. A `console` block holds commands after `$ ` and what they print; `…` on a line of its own stands for any
//! lines. A `sh` block holds commands that must succeed, and so must those in indented lines. `cargo run --` is the program.

use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;

use crate::repo::{JANE, Repo};
use crate::run::{command, copied, copy, ran, repository};

/// A fenced block, and the comment before it.
struct Block {
    comment: Option<String>,
    language: String,
    text: String,
    line: usize,
}

fn blocks(readme: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut comment = None;
    let mut open: Option<Block> = None;
    for (index, line) in readme.lines().enumerate() {
        if line == "```" && open.is_some() {
            blocks.extend(open.take());
            continue;
        }
        match &mut open {
            Some(block) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            None => {
                if let Some(language) = line.strip_prefix("```") {
                    let language = language.to_owned();
                    open = Some(Block {
                        comment: comment.take(),
                        language,
                        text: String::new(),
                        line: index + 1,
                    });
                } else if let Some(said) = line.strip_prefix("<!-- ") {
                    comment = Some(said.trim_end_matches(" -->").to_owned());
                } else if !line.trim().is_empty() {
                    comment = None;
                }
            }
        }
    }
    assert!(open.is_none(), "a block of the README is not closed");
    blocks
}

/// Commands of `sh` blocks that are not run: they build what this suite is part of.
const OTHERS: &[&str] = &["cargo test", "cargo install --path . --locked"];

#[test]
fn the_readme_does_what_it_says() {
    let readme = std::fs::read_to_string(repository("README.md")).expect("there is a README");
    let folder = tempfile::tempdir().expect("a temporary folder");
    // Commands are written as in the repository; the tour's own files stand in the same folder.
    let sample = folder.path().join("tests/showcase");
    std::fs::create_dir_all(folder.path().join("tests")).expect("a folder");
    std::fs::rename(copied(&repository("tests/showcase")).keep(), &sample)
        .expect("the sample is in its place");
    let mut shown = 0;
    for block in blocks(&readme) {
        let directive = block.comment.as_deref().and_then(|comment| comment.split_once(": "));
        match (directive, block.language.as_str()) {
            (Some(("file", path)), _) => write(&folder.path().join(path), &block.text, false),
            (Some(("more", path)), _) => write(&folder.path().join(path), &block.text, true),
            (Some(("not run", _)), _) => {}
            (_, "console") => {
                shown += 1;
                console(&block, folder.path());
            }
            (_, "sh") => block.text.lines().for_each(|line| {
                if let Some(arguments) = arguments(line) {
                    let output = run(&arguments, folder.path());
                    assert_eq!(output.1, 0, "README.md:{}: {line}\n{}", block.line, output.0);
                } else {
                    let known = line.is_empty() || OTHERS.contains(&line);
                    assert!(known, "README.md:{}: nobody runs `{line}`", block.line);
                }
            }),
            _ => {}
        }
    }
    assert!(shown >= 2, "the README shows only {shown} outputs");
    indented(&readme, folder.path());
}

/// Commands in indented lines that find faults: the press of the tour is too far.
const FINDING: &[&str] = &["check --at @2026-06-30", "check - --stdin-filename deals/acme/x.yaml"];

/// Those that do not end by themselves.
const ENDLESS: &[&str] = &["report --watch --open -o pipeline.html", "check --watch"];

/// Commands in indented lines are run where the tour is under git: begun in March, and gone on with on a branch.
fn indented(readme: &str, tour: &Path) {
    let repo = Repo::new();
    copy(tour, repo.path());
    repo.commit("2026-03-02", JANE, "The tour");
    repo.git(&["update-ref", "refs/remotes/origin/main", "HEAD"]);
    repo.git(&["switch", "--quiet", "-c", "topic"]);
    repo.write("notes.md", "On with it.\n").commit("2026-11-20", JANE, "On");
    let press = std::fs::read(repo.path().join("deals/acme/press.yaml")).expect("the tour writes it");
    let mut count = 0;
    for (line, number) in outside_fences(readme) {
        let Some(line) = line.strip_prefix("    ") else { continue };
        let command = line.split(['#', '>']).next().unwrap_or(line).trim();
        let command =
            command.strip_prefix("dealgate ").unwrap_or_else(|| panic!("README.md:{number}: {line}"));
        count += 1;
        if ENDLESS.contains(&command) {
            continue;
        }
        let arguments: Vec<&str> = command.split_whitespace().collect();
        let mut process = self::command(repo.path(), &arguments);
        process.env("DEALGATE_TODAY", "2026-11-23").stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = process.stdin(Stdio::piped()).spawn().expect("it starts");
        // Most do not read it.
        let _ = process.stdin.take().expect("a pipe").write_all(&press);
        let ran = ran(process.wait_with_output().expect("it ends"));
        let status = i32::from(FINDING.contains(&command));
        assert_eq!(ran.status, status, "README.md:{number}: {line}\n{}{}", ran.stdout, ran.stderr);
    }
    assert!(count > 15, "only {count} commands stand in indented lines");
}

/// The lines between fenced blocks, with their numbers.
fn outside_fences(readme: &str) -> Vec<(&str, usize)> {
    let mut inside = false;
    let keep = |(line, _): &(&str, usize)| {
        let fence = line.starts_with("```");
        inside ^= fence;
        !inside && !fence
    };
    readme.lines().zip(1..).filter(keep).collect()
}

fn write(path: &Path, text: &str, append: bool) {
    std::fs::create_dir_all(path.parent().expect("it has a folder")).expect("a folder");
    let before = if append {
        std::fs::read_to_string(path).expect("there is something to add to")
    } else {
        String::new()
    };
    std::fs::write(path, before + text).expect("a file");
}

/// The arguments of a line that runs the program; `None` for other programs, which are not run here.
fn arguments(line: &str) -> Option<Vec<String>> {
    let line = line.split("  #").next().unwrap_or(line).trim();
    let line = line.strip_prefix("cargo run -- ").or_else(|| line.strip_prefix("dealgate "))?;
    Some(line.split_whitespace().map(str::to_owned).collect())
}

fn run(arguments: &[String], folder: &Path) -> (String, i32) {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let output =
        command(folder, &arguments).env("DEALGATE_TODAY", "2026-11-23").stdin(Stdio::null()).output();
    let ran = ran(output.expect("the program starts"));
    (ran.stdout + &ran.stderr, ran.status)
}

fn console(block: &Block, folder: &Path) {
    let mut runs: Vec<(String, String)> = Vec::new();
    for line in block.text.lines() {
        match (line.strip_prefix("$ "), runs.last_mut()) {
            (Some(command), _) => runs.push((command.to_owned(), String::new())),
            (None, Some((_, expected))) => {
                expected.push_str(line);
                expected.push('\n');
            }
            (None, None) => panic!("README.md:{}: output before any command", block.line),
        }
    }
    for (line, expected) in runs {
        let arguments =
            arguments(&line).unwrap_or_else(|| panic!("README.md:{}: {line} is not dealgate", block.line));
        let (printed, status) = run(&arguments, folder);
        let failing = i32::from(printed.contains("error[") && arguments.iter().any(|word| word == "check"));
        assert_eq!(status, failing, "README.md:{}: `{line}`\n{printed}", block.line);
        assert!(
            fits(&expected, &printed),
            "README.md:{}: `{line}` prints\n{printed}\nand the README shows\n{expected}",
            block.line
        );
    }
}

/// Whether a text is what was expected; a line `…` stands for any lines.
fn fits(expected: &str, printed: &str) -> bool {
    let lines: Vec<&str> = expected.trim_end().lines().collect();
    let mut rest: Vec<&str> = printed.trim_end().lines().collect();
    let mut parts = lines.split(|line| *line == "…").peekable();
    let mut anywhere = false;
    while let Some(part) = parts.next() {
        let last = parts.peek().is_none();
        let found = match (anywhere, last) {
            // The end is the end.
            (true, true) => rest.len().checked_sub(part.len()),
            (true, false) => {
                (0..=rest.len().saturating_sub(part.len())).find(|at| rest[*at..].starts_with(part))
            }
            (false, _) => Some(0),
        };
        let Some(at) = found.filter(|at| rest[*at..].starts_with(part)) else { return false };
        rest.drain(..at + part.len());
        anywhere = true;
    }
    rest.is_empty()
}
