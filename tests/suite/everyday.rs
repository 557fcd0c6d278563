//! What goes beyond a case folder: standard input, the sample that `demo` embeds, completions.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::Stdio;

use crate::repo::{JANE, Repo};
use crate::run::{Ran, command, copied, dealgate, ran, repository};
use crate::tools;

/// Runs with a text on standard input.
fn fed(folder: &std::path::Path, arguments: &[&str], text: &[u8]) -> Ran {
    let mut command = command(folder, arguments);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    // A run that refuses its arguments reads nothing, and closes the pipe.
    let _ = child.stdin.take().expect("a pipe").write_all(text);
    ran(child.wait_with_output().expect("it ends"))
}

fn check_unsaved(folder: &std::path::Path, more: &[&str], text: &[u8]) -> Ran {
    let mut arguments = vec!["check", "-", "--today", "2026-11-23"];
    arguments.extend(more);
    fed(folder, &arguments, text)
}

#[test]
fn the_demo_is_the_showcase() {
    let root = repository("tests/showcase");
    let on_disk: BTreeMap<String, String> = walkdir::WalkDir::new(&root)
        .into_iter()
        .map(|entry| entry.expect("the folder can be read").into_path())
        .filter(|path| path.is_file())
        .map(|path| {
            let relative = path.strip_prefix(&root).expect("below").to_string_lossy().replace('\\', "/");
            (relative, std::fs::read_to_string(path).expect("it is text"))
        })
        .collect();
    let embedded: BTreeMap<String, String> = dealgate::command::SHOWCASE
        .iter()
        .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
        .collect();
    let paths = |files: &BTreeMap<String, String>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(paths(&embedded), paths(&on_disk), "list every file in src/command/demo/showcase.rs");
    assert!(embedded == on_disk, "the texts differ");
}

#[test]
fn the_demo_writes_the_showcase_its_schemas_and_its_page() {
    let outer = tempfile::tempdir().expect("a folder");
    let ran = dealgate(outer.path(), &["demo", "d"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let root = outer.path().join("d");
    let mut more = Vec::new();
    for entry in walkdir::WalkDir::new(&root).sort_by_file_name() {
        let path = entry.expect("the folder can be read").into_path();
        if !path.is_file() {
            continue;
        }
        let relative = path.strip_prefix(&root).expect("below").to_string_lossy().replace('\\', "/");
        let text = std::fs::read_to_string(&path).expect("it is text");
        let Some((_, sample)) = dealgate::command::SHOWCASE.iter().find(|(path, _)| *path == relative) else {
            more.push(relative);
            continue;
        };
        let (first, rest) = text.split_once('\n').expect("a line");
        if relative == "README.md" {
            assert_eq!(text, *sample);
            continue;
        }
        assert_eq!(rest, *sample, "{relative}: one line goes before the sample");
        let schema = first.rsplit(['=', ' ']).next().expect("a path");
        assert!(path.with_file_name(schema).is_file(), "{relative}: {first}");
    }
    let schemas = ["config.json", "deals/brightsteel.json", "deals/northwind.json", "workflow.json"];
    let mut expected = vec!["report.html".to_owned()];
    expected.extend(schemas.map(|name| format!("schemas/{name}")));
    more.sort();
    assert_eq!(more, expected);

    let page = ["report", "--check", "-o", "report.html", "--no-history", "--today", "2026-11-23"];
    let ran = dealgate(&root, &page);
    assert_eq!(ran.status, 0, "{}{}", ran.stdout, ran.stderr);
    // A checkout may end lines in its own way; what differs beside that is told.
    let written = std::fs::read_to_string(root.join("report.html")).expect("written").replace('\n', "\r\n");
    for (text, status) in [(written.clone(), 0), (written.replacen("<h1", "<h2", 1), 1)] {
        std::fs::write(root.join("report.html"), text).expect("writable");
        let ran = dealgate(&root, &page);
        assert_eq!(ran.status, status, "{}", ran.stdout);
        assert!(ran.stdout.lines().count() < 20, "{}", ran.stdout);
    }
    let before = schemas.map(|name| std::fs::read(root.join("schemas").join(name)).expect("it is there"));
    assert_eq!(dealgate(&root, &["schema", "--write"]).status, 0);
    let after = schemas.map(|name| std::fs::read(root.join("schemas").join(name)).expect("it is there"));
    assert!(before == after, "`schema --write` has nothing to change");
}

#[test]
fn what_init_writes_names_schemas_that_are_there() {
    let folder = tempfile::tempdir().expect("a folder");
    assert_eq!(dealgate(folder.path(), &["init", "--today", "2026-11-23"]).status, 0);
    for (file, line) in [
        ("dealgate.toml", "#:schema schemas/config.json"),
        ("workflows/acme.toml", "#:schema ../schemas/workflow.json"),
        ("deals/acme/rollout.yaml", "# yaml-language-server: $schema=../../schemas/deals/acme.json"),
    ] {
        let path = folder.path().join(file);
        let text = std::fs::read_to_string(&path).expect("it was written");
        assert_eq!(text.lines().next(), Some(line), "{file}");
        let schema = line.rsplit(['=', ' ']).next().expect("a path");
        assert!(path.with_file_name(schema).is_file(), "{file}");
    }
    let ran = dealgate(folder.path(), &["check", "--today", "2026-11-23"]);
    assert_eq!((ran.status, ran.stdout.as_str()), (0, "All 2 deals are in order.\n"), "{}", ran.stderr);
}

#[test]
fn an_unsaved_deal_is_judged_by_the_workspace_around_it() {
    let workspace = copied(&repository("tests/cases/status/table/input"));
    let deal = b"name: New\nstage: order\nowner: jane@acme.example\n";
    let ran = check_unsaved(workspace.path(), &["--stdin-filename", "deals/acme/new.yaml"], deal);
    assert_eq!(ran.status, 1, "{}", ran.stderr);
    assert!(
        ran.stdout.contains("deals/acme/new.yaml:2:8: error[requirement-unmet] There is a need"),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.ends_with("in 1 deal.\n"), "only that deal is judged: {}", ran.stdout);
    assert!(!workspace.path().join("deals/acme/new.yaml").exists(), "nothing is written");
}

#[test]
fn an_unsaved_text_goes_before_the_saved_one() {
    let workspace = copied(&repository("tests/cases/status/table/input"));
    let saved = std::fs::read(workspace.path().join("deals/acme/rollout.yaml")).expect("it is there");
    let name = ["--stdin-filename", "deals/acme/rollout.yaml"];
    assert_eq!(check_unsaved(workspace.path(), &name, &saved).status, 0);
    let ran = check_unsaved(workspace.path(), &name, b"name: x\nstage: offr\n");
    assert!(ran.stdout.contains("deals/acme/rollout.yaml:2:8: error[unknown-stage]"), "{}", ran.stdout);
    // Its path is relative to where the command was started.
    let below = workspace.path().join("deals/acme");
    let ran = check_unsaved(&below, &["--stdin-filename", "rollout.yaml"], b"name: x\nstage: offr\n");
    assert!(ran.stdout.starts_with("deals/acme/rollout.yaml:2:8:"), "{}", ran.stdout);
}

#[test]
fn an_unsaved_workflow_is_checked_too() {
    let workspace = copied(&repository("tests/cases/status/table/input"));
    let name = ["--stdin-filename", "workflows/acme.toml"];
    let ran = check_unsaved(workspace.path(), &name, b"stages = [\"a\"]\nstagse = 1\n");
    assert!(ran.stdout.contains("workflows/acme.toml:2:1: error[unknown-key]"), "{}", ran.stdout);
}

#[test]
fn standard_input_without_a_name_is_a_deal_of_no_company() {
    let workspace = copied(&repository("tests/cases/status/table/input"));
    let ran = check_unsaved(workspace.path(), &[], b"name: x\nstage: prospct\n");
    assert!(ran.stdout.contains("deals/stdin.yaml:2:8: error[unknown-stage]"), "{}", ran.stdout);
}

#[test]
fn standard_input_that_is_no_text_or_too_long_is_a_finding() {
    let workspace = copied(&repository("tests/cases/status/table/input"));
    let ran = check_unsaved(workspace.path(), &[], b"name: \xff\n");
    assert!(ran.stdout.contains("error[not-utf8]"), "{}", ran.stdout);
    let ran = check_unsaved(workspace.path(), &[], &vec![b' '; (1 << 20) + 1]);
    assert!(ran.stdout.contains("error[too-large]"), "{}", ran.stdout);
}

#[test]
fn wrong_uses_of_standard_input_are_refused() {
    let workspace = copied(&repository("tests/cases/status/table/input"));
    for (arguments, said) in [
        (&["check", "--stdin-filename", "a.yaml"][..], "write `-` as the path"),
        (&["check", "-", "deals"], "checked alone"),
        (&["check", "-", "--stdin-filename", "../a.yaml"], "outside the workspace"),
        (&["check", "-", "--stdin-filename", "a.txt"], "neither a deal"),
        (&["check", "-", "--stdin-filename", "deals"], "neither a deal"),
    ] {
        let ran = fed(workspace.path(), arguments, b"name: x\n");
        assert_eq!(ran.status, 2, "{arguments:?}: {}", ran.stdout);
        assert!(ran.stderr.contains(said), "{arguments:?}: {}", ran.stderr);
    }
}

#[test]
fn config_says_where_today_comes_from() {
    let workspace = copied(&repository("tests/cases/status/table/input"));
    let told = |arguments: &[&str], epoch: Option<&str>| {
        let mut command = command(workspace.path(), arguments);
        command.envs(epoch.map(|epoch| ("SOURCE_DATE_EPOCH", epoch)));
        let text = ran(command.output().expect("it starts")).stdout;
        let line = text.lines().find(|line| line.starts_with("--today ")).expect("a line").to_owned();
        line.split("  ").last().expect("a column").trim().to_owned()
    };
    assert_eq!(told(&["config"], None), "the clock");
    assert_eq!(told(&["config"], Some("86400")), "SOURCE_DATE_EPOCH");
    assert_eq!(told(&["config", "--today", "2026-11-23"], Some("86400")), "--today");
}

#[test]
fn config_tells_options_beside_a_variable_that_is_empty() {
    let workspace = copied(&repository("tests/cases/status/table/input"));
    let mut command = command(workspace.path(), &["config", "--no-history"]);
    let text =
        ran(command.env("DEALGATE_TODAY", "").env("DEALGATE_FORMAT", "").output().expect("it starts")).stdout;
    assert!(
        text.lines().any(|line| line.starts_with("--no-history ") && line.ends_with("--no-history")),
        "{text}"
    );
    assert!(!text.contains("DEALGATE_FORMAT"), "{text}");
}

#[test]
fn a_day_is_written_one_way_everywhere() {
    let repo = Repo::new();
    repo.write("dealgate.toml", "").write("deals/a.yaml", "name: A\nstage: prospect\n");
    repo.commit("2026-01-02", JANE, "a deal");
    for arguments in [
        &["check", "--today", "20260102"][..],
        &["check", "--at", "@20260102"],
        &["check", "--at", "@2026-1-2"],
        &["check", "--since", "@2026-1-2"],
        &["diff", "@20260102"],
        &["diff", "HEAD", "--window", "20260102..20260131"],
        &["report", "--since", "@20260102"],
    ] {
        let ran = dealgate(repo.path(), arguments);
        assert_eq!(ran.status, 2, "{arguments:?}: {}", ran.stdout);
        assert!(
            ran.stderr.contains("year-month-day") || ran.stderr.contains("write a period as"),
            "{}",
            ran.stderr
        );
    }
    assert_eq!(dealgate(repo.path(), &["check", "--at", "@2026-01-02"]).status, 0);
}

#[test]
fn every_command_has_a_page_in_the_manual() {
    let folder = tempfile::tempdir().expect("a folder");
    let page = dealgate(folder.path(), &["man"]).stdout;
    assert!(page.contains(".TH dealgate 1") && page.contains("dealgate\\-check(1)"), "{page}");
    let man1 = folder.path().join("man1");
    let written = dealgate(folder.path(), &["man", "-o", "man1"]);
    assert_eq!((written.status, written.stdout.as_str()), (0, ""), "{}", written.stderr);
    assert_eq!(std::fs::read_to_string(man1.join("dealgate.1")).expect("written"), page);
    let program = tools::wanted("MAN", "man", "apt-get install man-db");
    for command in ["check", "status", "report", "export", "export-deals", "man"] {
        let text = std::fs::read_to_string(man1.join(format!("dealgate-{command}.1"))).expect("written");
        assert!(text.contains(&format!(".TH dealgate-{command} 1")), "{text}");
        // It shows what `--help` shows, and groff has nothing to say against it.
        let Some(program) = &program else { continue };
        let man = std::process::Command::new(program)
            .args(["--warnings", "-l", &format!("man1/dealgate-{command}.1")])
            .current_dir(folder.path())
            .envs([("MANPAGER", "cat"), ("MANWIDTH", "80"), ("LC_ALL", "C.UTF-8")])
            .output()
            .expect("it runs");
        let shown = String::from_utf8_lossy(&man.stdout);
        assert!(man.status.success() && man.stderr.is_empty(), "{}", String::from_utf8_lossy(&man.stderr));
        assert!(shown.contains("SYNOPSIS") && shown.contains("--today"), "{shown}");
        let example = format!("\n         dealgate {}", command.replace('-', " "));
        assert!(
            !text.contains("EXAMPLES") || shown.contains(&example),
            "an example has its own line: {shown}"
        );
    }
}

#[test]
fn shells_can_complete_every_command() {
    let folder = tempfile::tempdir().expect("a folder");
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = dealgate(folder.path(), &["completions", shell]);
        assert_eq!(ran.status, 0, "{shell}: {}", ran.stderr);
        for word in ["status", "explain", "stdin-filename", "--owner"] {
            assert!(ran.stdout.contains(word.trim_start_matches('-')), "{shell}: {word}");
        }
    }
    assert_eq!(dealgate(folder.path(), &["completions", "tcsh"]).status, 2);
}

#[test]
fn a_shown_sheet_can_go_to_a_file() {
    let workspace = copied(&repository("tests/cases/status/table/input"));
    let ran = dealgate(workspace.path(), &["status", "--today", "2026-11-23", "--format", "json=out.json"]);
    assert_eq!((ran.status, ran.stdout.as_str()), (0, ""), "{}", ran.stderr);
    let text = std::fs::read_to_string(workspace.path().join("out.json")).expect("it was written");
    let json: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
    assert_eq!(json["deals"][0]["errors"].as_u64().map(|errors| errors > 0), Some(true), "worst first");
}

/// What a person types to change a file by hand: it is opened, what differs is typed, and it is saved.
fn by_hand(path: &str, old: &str, new: &str) -> usize {
    let opened = format!("vi {path}\n").chars().count();
    let (old, new): (Vec<char>, Vec<char>) = (old.chars().collect(), new.chars().collect());
    // Only what stands between what is the same at both ends is typed, and no comment is.
    let before = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let rest = old[before..].iter().rev().zip(new[before..].iter().rev());
    let after = rest.take_while(|(a, b)| a == b).count();
    let typed: String = new[before..new.len() - after].iter().collect();
    let typed = typed.split_inclusive('\n').filter(|line| !line.starts_with('#') && *line != "\n");
    opened + typed.map(|line| line.chars().count()).sum::<usize>() + ":wq\n".len()
}

/// The daily work of a seller in keystrokes: by command, and in an editor as it was before. `-- --nocapture` shows it.
#[test]
fn a_sellers_day_in_keystrokes() {
    const WORKFLOW: &str = "currency = \"EUR\"\nstages = [\"lead\", \"offer\", \"sold\"]\nwon-from = \"offer\"\n\
        [groups]\nboard = [\"dana@acme.example\"]\n[lost]\nreasons = [\"price\", \"timing\"]\n[stage.lead.requires]\n\
        met = \"We met\"\nprice-ok = { title = \"The price\", approval = \"board\", covers = [\"amount\"] }\n\
        [stage.offer.requires]\nsent = { title = \"The offer is sent\", evidence = true }\n";
    let repo = Repo::new();
    repo.git(&["config", "user.email", "dana@acme.example"]);
    repo.write("workflows/acme.toml", WORKFLOW);
    repo.write("deals/acme/press.yaml", "name: Press\nstage: offer\nowner: jane@acme.example\n");
    repo.commit("2026-05-01", JANE, "new");
    let (crane, press) = ("deals/acme/crane.yaml", "deals/acme/press.yaml");
    let (mut all, mut all_by_hand) = (0, 0);
    println!("{:<20} {:>8} {:>8}  command", "", "command", "by hand");
    for (what, path, line) in [
        (
            "new deal",
            crane,
            "dealgate new acme/crane --customer Initech --amount 120000 --owner jane@acme.example",
        ),
        ("requirement done", crane, "dealgate done crane met"),
        ("approval", crane, "dealgate approve crane price-ok"),
        ("next stage", crane, "dealgate move crane"),
        ("done with evidence", crane, "dealgate done crane sent --evidence https://drive.acme.example/offer"),
        ("won", crane, "dealgate win crane"),
        ("lost", press, "dealgate lose press --reason price"),
    ] {
        let read = || std::fs::read_to_string(repo.path().join(path)).unwrap_or_default();
        let old = read();
        let mut words: Vec<&str> = line.split(' ').skip(1).collect();
        words.extend(["--today", "2026-05-10"]);
        let ran = dealgate(repo.path(), &words);
        assert_eq!(ran.status, 0, "{line}: {}{}", ran.stdout, ran.stderr);
        let (command, hand) = (line.chars().count() + 1, by_hand(path, &old, &read()));
        println!("{what:<20} {command:>8} {hand:>8}  {line}");
        all += command;
        all_by_hand += hand;
    }
    println!("{:<20} {all:>8} {all_by_hand:>8}", "together");
    assert!(all < all_by_hand, "{all} and {all_by_hand}");
}
