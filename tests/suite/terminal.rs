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
fn more_than_fifty_findings_end_in_how_many_more_on_a_terminal_only() {
    let repo = Repo::new();
    repo.write(
        "workflows/acme.toml",
        "stages = [\"lead\"]\n[stage.lead.requires]\nbudget = { title = \"Budget\" }\n",
    );
    for number in 0..60 {
        repo.write(&format!("deals/acme/d{number}.yaml"), "name: X\nstage: lead\ncolour: red\n");
    }
    let Some(shown) = on_terminal(repo.path(), 80, "check --format concise", &[]) else { return };
    let text = plain(&shown.stdout);
    assert_eq!(text.matches("unknown-key").count(), 50, "{text}");
    assert!(text.contains(" more: `--limit 0` shows all"), "{text}");
    assert!(text.contains("Found 60 errors"), "the summary counts all: {text}");
    let all = on_terminal(repo.path(), 80, "check --limit 0", &[]).expect("it was there before");
    assert_eq!(plain(&all.stdout).matches("unknown-key").count(), 60);
    let piped = ran(command(repo.path(), &["check"]).output().expect("it runs"));
    assert_eq!(piped.stdout.matches("unknown-key").count(), 60);
    let some = ran(command(repo.path(), &["check", "--limit", "3"]).output().expect("it runs"));
    assert!(some.stdout.contains(" more: `--limit 0`"), "{}", some.stdout);
    assert_eq!(some.status, 1, "what is not shown fails too");
    let counted = ran(command(repo.path(), &["check", "--statistics"]).output().expect("it runs"));
    assert_eq!(counted.stdout.lines().next(), Some("60  error    unknown-key"), "{}", counted.stdout);
    assert_eq!(counted.status, 1);
    let programs =
        ran(command(repo.path(), &["check", "--statistics", "--format", "json"]).output().expect("it runs"));
    assert_eq!(programs.status, 2, "{}", programs.stdout);
}

#[test]
fn a_report_is_drawn_on_a_terminal_and_is_markdown_in_a_pipe() {
    let repo = showcase();
    for columns in [80, 120, 200] {
        for report in ["summary", "pipeline", "changes", "trend", "workflow"] {
            let Some(shown) = on_terminal(repo.path(), columns, &format!("report {report}"), &[]) else {
                return;
            };
            let text = plain(&shown.stdout);
            assert!(!text.contains("| ---") && !text.contains("**"), "{report}: {text}");
            let wide: Vec<_> = text.lines().filter(|line| is_too_wide(line, columns)).collect();
            assert!(wide.is_empty(), "{report} at {columns}: {wide:#?}");
        }
    }
    let asked =
        on_terminal(repo.path(), 80, "report summary --format markdown", &[]).expect("it was there before");
    assert!(asked.stdout.contains("| ---"), "{}", asked.stdout);
}

#[test]
fn a_wide_terminal_shows_owner_days_and_next_step() {
    let repo = showcase();
    let Some(shown) = on_terminal(repo.path(), 200, "status", &[]) else { return };
    let text = plain(&shown.stdout);
    let head = text.lines().next().unwrap_or_default();
    for column in ["DEAL", "STAGE", "DAYS", "AMOUNT", "CLOSES", "OWNER", "STANDING", "NEXT STEP"] {
        assert!(head.contains(column), "{column}: {text}");
    }
    let narrow = plain(&on_terminal(repo.path(), 120, "status", &[]).expect("it was there before").stdout);
    assert!(
        narrow.lines().next().is_some_and(|head| head.contains("OWNER") && head.contains("DAYS")),
        "{narrow}"
    );
    for (text, columns) in [(text, 200), (narrow, 120)] {
        assert!(text.lines().all(|line| !is_too_wide(line, columns)), "{text}");
    }
}

#[test]
fn diff_is_red_and_green_and_wraps() {
    let repo = showcase();
    let Some(shown) = on_terminal(repo.path(), 80, "diff HEAD", &[]) else { return };
    assert!(shown.stdout.contains("\u{1b}[32m(new)"), "{}", shown.stdout);
    let text = plain(&shown.stdout);
    // A matrix of stages is as wide as its stages are.
    let text = text.split("\nStages of").next().unwrap_or_default();
    assert!(text.lines().all(|line| !is_too_wide(line, 80)), "{text}");
}

#[test]
fn a_code_is_a_link_where_the_terminal_shows_links() {
    let repo = Repo::new();
    let rules = "stages = [\"lead\"]\n[stage.lead.requires]\nbudget = { title = \"Budget\", url = \"https://acme.example/how\" }\n[stage.lead]\n";
    repo.write("workflows/acme.toml", &rules.replace("[stage.lead]\n", ""));
    repo.write("deals/acme/x.yaml", "name: X\nstage: lead\noutcome: {result: won, date: 2026-11-01}\n");
    let linked = "\u{1b}]8;;https://acme.example/how";
    let Some(with) = on_terminal(repo.path(), 80, "check", &[("FORCE_HYPERLINK", "1")]) else { return };
    assert!(with.stdout.contains(linked), "{}", with.stdout);
    for more in [("FORCE_HYPERLINK", "0"), ("NO_COLOR", "1")] {
        let without = on_terminal(repo.path(), 80, "check", &[more]).expect("it was there before");
        assert!(!without.stdout.contains("]8;;"), "{}", without.stdout);
    }
}

#[test]
fn somebody_who_looks_is_told_what_can_be_fixed() {
    let repo = showcase();
    // The showcase has one of each kind.
    repo.write("deals/northwind/new.yaml", "name: New\nstage: Proposed\nsorce: fair\n");
    for (words, told) in [
        ("check", "\n2 fixable with `dealgate check --fix`, 2 more with `--unsafe-fixes`.\n"),
        (
            "check --format concise",
            "\n2 fixable with `dealgate check --fix`, 2 more with `--unsafe-fixes`.\n",
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
