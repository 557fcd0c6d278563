//! What somebody at a terminal sees, shown on one: `script` of util-linux makes it.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::repo::{JANE, Repo};
use crate::run::{NOBODY, Ran, command, copy, ran, repository};
use crate::tools;
use crate::widths::is_too_wide;

/// Runs the program on a terminal of so many columns, where there is `script`; standard output has both streams.
fn on_terminal(folder: &Path, columns: usize, arguments: &str, more: &[(&str, &str)]) -> Option<Ran> {
    let script = tools::wanted("SCRIPT", "script", "apt-get install bsdutils")?;
    let line = format!("stty cols {columns} rows 50; exec {} {arguments}", env!("CARGO_BIN_EXE_dealgate"));
    let mut command = Command::new(script);
    command
        .args(["-qec", &line, "/dev/null"])
        .current_dir(folder)
        .env_clear()
        .envs(NOBODY)
        .stdin(Stdio::null());
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("SHELL", "/bin/sh");
    command.env("TERM", "xterm-256color").env("DEALGATE_TODAY", "2026-11-23").envs(more.iter().copied());
    let mut ran = ran(command.output().expect("it runs"));
    ran.stdout = ran.stdout.replace("\r\n", "\n");
    Some(ran)
}

/// A text without its colours.
fn plain(text: &str) -> String {
    let colours = regex::Regex::new("\u{1b}\\[[0-9;]*m").expect("it is one");
    colours.replace_all(text, "").into_owned()
}

/// The showcase, with a deal changed since its only commit.
fn showcase() -> Repo {
    let repo = Repo::new();
    copy(&repository("tests/showcase"), repo.path());
    repo.commit("2026-11-20", JANE, "The showcase");
    repo.write("deals/northwind/new.yaml", "name: A new deal\nstage: nowhere\namount: 5 EUR\n");
    repo
}

#[test]
fn a_terminal_is_shown_excerpts_in_colour_and_a_pipe_a_line_a_finding() {
    let repo = showcase();
    let Some(shown) = on_terminal(repo.path(), 80, "check", &[]) else { return };
    assert_eq!(shown.status, 1, "{}", shown.stdout);
    assert!(shown.stdout.contains("\u{1b}[") && shown.stdout.contains("╭─["), "{}", shown.stdout);
    for (arguments, variable) in [("check", ("NO_COLOR", "1")), ("check --color never", ("TERM", "xterm"))] {
        let without = on_terminal(repo.path(), 80, arguments, &[variable]).expect("it was there before");
        assert!(!without.stdout.contains('\u{1b}'), "{arguments} {variable:?}: {}", without.stdout);
        assert_eq!(without.stdout, plain(&shown.stdout), "nothing but the colour is different");
    }
    let piped = ran(command(repo.path(), &["check", "--today", "2026-11-23"]).output().expect("it runs"));
    assert!(piped.stdout.contains("new.yaml:2:8: error[unknown-stage]"), "{}", piped.stdout);
    assert!(!piped.stdout.contains(['\u{1b}', '╭']), "{}", piped.stdout);
}

#[test]
fn lines_end_where_the_terminal_does() {
    let repo = showcase();
    for arguments in [
        "check",
        "status",
        "status northwind/osprey-fleet",
        "explain northwind",
        "explain standard",
        "explain northwind/osprey-fleet",
        "explain waiver-expired",
    ] {
        let Some(shown) = on_terminal(repo.path(), 80, arguments, &[]) else { return };
        let text = plain(&shown.stdout);
        assert!(text.lines().count() > 3 && shown.status < 2, "{arguments}: {text}");
        let wide: Vec<_> = text.lines().filter(|line| is_too_wide(line, 80)).collect();
        assert!(wide.is_empty(), "{arguments}: {wide:#?}");
    }
}

#[test]
fn progress_is_drawn_for_somebody_who_looks_only() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("deals")).expect("a folder");
    for number in 0..500 {
        let deal = format!("name: Deal {number}\nstage: closed\namount: 5 EUR\n");
        std::fs::write(folder.path().join(format!("deals/{number}.yaml")), deal).expect("a file");
    }
    let bar = " of 500 files";
    let slow = [("RAYON_NUM_THREADS", "1")];
    let started = Instant::now();
    let Some(shown) = on_terminal(folder.path(), 80, "check --format json=out.json", &slow) else { return };
    // It is drawn from half a second on, and a machine may need less.
    let waited = started.elapsed().as_secs() > 2;
    assert!(shown.stdout.contains(bar) || !waited, "{}", shown.stdout);
    assert!(
        shown.stdout.rsplit('\r').next().is_some_and(|last| !last.contains(bar)),
        "it is taken away again"
    );
    let quiet = on_terminal(folder.path(), 80, "check --quiet --format json=out.json", &slow);
    assert!(!quiet.expect("it was there before").stdout.contains(bar));
    let piped = ran(command(folder.path(), &["check", "--format", "json=out.json"])
        .envs(slow)
        .output()
        .expect("it runs"));
    assert_eq!((piped.status, piped.stderr.as_str()), (1, ""));
}

#[test]
fn somebody_who_looks_is_told_what_can_be_fixed() {
    let repo = showcase();
    repo.write("deals/northwind/new.yaml", "name: New\nstage: Proposed\nsorce: fair\n");
    for (words, told) in [
        ("check", "\n1 fixable with `dealgate check --fix`, 1 more with `--unsafe-fixes`.\n"),
        (
            "check --format concise",
            "\n1 fixable with `dealgate check --fix`, 1 more with `--unsafe-fixes`.\n",
        ),
        ("check deals/brightsteel/windpark-foundations.yaml", ""),
        ("check --format json", ""),
        ("check --quiet", ""),
    ] {
        let Some(shown) = on_terminal(repo.path(), 80, words, &[]) else { return };
        let shown = plain(&shown.stdout);
        assert_eq!(shown.contains("fixable with"), !told.is_empty(), "{words}: {shown}");
        assert!(shown.ends_with(told), "{words}: {shown}");
    }
    let piped = ran(command(repo.path(), &["check", "--format", "concise"]).output().expect("it runs"));
    assert!(!piped.stdout.contains("fixable"), "{}", piped.stdout);
}
