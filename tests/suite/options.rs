//! Options do what they say, and their twins in the environment the same.

use std::path::Path;

use crate::repo::{JANE, Repo};
use crate::run::{Ran, command, dealgate, ran};

const WORKFLOW: &str = "\
currency = \"EUR\"
stages = [\"lead\", \"order\"]
[stage.lead]
max-days = 30
[stage.lead.requires]
need = \"There is a need\"
[stage.order]
";

/// A workspace with two commits: first another name, another rule and another level; a deal that stands for long.
fn workspace() -> Repo {
    let repo = Repo::new();
    repo.write("sub/dealgate.toml", "").write("sub/deals/z.yaml", "name: Z\nstage: prospect\n");
    repo.write("workflows/acme.toml", &WORKFLOW.replace("There is a need", "There was a need"));
    repo.write("deals/acme/a.yaml", "name: Before\nstage: lead\n").write("dealgate.toml", "");
    repo.write("deals/acme/b.yaml", "name: B\nstage: order\n");
    repo.commit("2026-05-01", JANE, "Start");
    repo.write("workflows/acme.toml", WORKFLOW).write("dealgate.toml", "[levels]\nstalled = \"info\"\n");
    repo.write("deals/acme/a.yaml", "name: After\nstage: lead\nclose_date: 2026-06-15\namount: 5 EUR\n");
    repo.commit("2026-06-01", JANE, "On");
    repo
}

fn run(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> (String, String, i32) {
    let Ran { stdout, stderr, status } =
        ran(command(folder, arguments).envs(variables.iter().copied()).output().expect("it starts"));
    (stdout, stderr, status)
}

/// A command, an option and its value, another value, and the twin. Without a value it is a switch.
const TWINS: &[(&str, &str, &str, &str, &str)] = &[
    ("check", "--fail-on", "never", "info", "DEALGATE_FAIL_ON"),
    ("check", "--format", "json", "jsonl", "DEALGATE_FORMAT"),
    ("check", "--since", "HEAD~1", "HEAD", "DEALGATE_SINCE"),
    ("check", "--today", "2026-05-10", "2026-06-20", "DEALGATE_TODAY"),
    ("check", "--at", "HEAD~1", "HEAD", "DEALGATE_AT"),
    ("check", "--rules", "HEAD~1", "HEAD", "DEALGATE_RULES"),
    ("check", "--color", "always", "never", "DEALGATE_COLOR"),
    ("check", "-C", "sub", ".", "DEALGATE_DIR"),
    ("check", "--no-history", "", "", "DEALGATE_NO_HISTORY"),
    ("check", "--no-config", "", "", "DEALGATE_NO_CONFIG"),
    ("check", "--quiet", "", "", "DEALGATE_QUIET"),
    ("diff HEAD~1", "--verbose", "", "", "DEALGATE_VERBOSE"),
    ("diff HEAD~1", "--window", "2026-06", "2026-12", "DEALGATE_WINDOW"),
];

#[test]
fn a_twin_in_the_environment_does_the_same_and_gives_way_to_the_option() {
    let repo = workspace();
    for (line, option, value, other, twin) in TWINS {
        let day = if *option == "--today" { &[][..] } else { &[("DEALGATE_TODAY", "2026-07-01")] };
        let words: Vec<&str> = line.split(' ').collect();
        let ask = |more: &[&str], variables: &[(&str, &str)]| {
            run(repo.path(), &[&words[..], more].concat(), &[day, variables].concat())
        };
        let switch = value.is_empty();
        let (given, on) = if switch { (vec![*option], "1") } else { (vec![*option, *value], *value) };
        let with = ask(&given, &[]);
        assert_ne!(with.2, 2, "{option}: {}", with.1);
        assert_eq!(ask(&[], &[(twin, on)]), with, "{twin}");
        let without = ask(&[], &[]);
        assert_ne!(with, without, "{option} changes nothing here");
        assert_eq!(ask(&[], &[(twin, "")]), without, "{twin} set to nothing");
        if switch {
            assert_eq!(ask(&[], &[(twin, "0")]), without, "{twin}=0");
        } else {
            assert_ne!(ask(&[], &[(twin, other)]), with, "{twin}={other}");
            assert_eq!(ask(&given, &[(twin, other)]), with, "{option} goes before {twin}");
        }
    }
}

#[test]
fn the_failing_level_decides_the_status_and_nothing_else() {
    for (deal, level, statuses) in [
        ("name: A\nstage: nowhere\n", "error", [1, 1, 1, 0]),
        ("name: A\nstage: lead\nclose_date: 2026-01-01\n", "warning", [0, 1, 1, 0]),
        ("name: A\nstage: prospect\n", "info", [0, 0, 1, 0]),
        ("name: A\nstage: lead\n", "", [0, 0, 0, 0]),
    ] {
        let folder = if level == "info" { "deals" } else { "deals/acme" };
        let repo = Repo::new();
        repo.write("workflows/acme.toml", &format!("{WORKFLOW}requires = {{ paid = \"It is paid\" }}\n"));
        repo.write(&format!("{folder}/a.yaml"), deal);
        let run = |fail_on: &str| {
            let arguments = ["check", "--no-history", "--today", "2026-07-01", "--fail-on", fail_on];
            dealgate(repo.path(), &arguments)
        };
        let names = ["error", "warning", "info", "never"];
        let all = names.map(run);
        let shown = &all[0].stdout;
        assert_eq!(shown.contains(&format!("{level}[")), !level.is_empty(), "{level}: {shown}");
        assert_eq!(all.each_ref().map(|ran| ran.status), statuses, "{level}: {shown}");
        assert!(all.iter().all(|ran| ran.stdout == *shown));
    }
}

#[test]
fn colour_is_for_terminals_and_where_it_is_asked_for() {
    let repo = workspace();
    let day = ("DEALGATE_TODAY", "2026-07-01");
    for (arguments, variables, coloured) in [
        (&["check"][..], &[day][..], false),
        (&["check", "--color", "always"], &[day], true),
        (&["check", "--color", "always"], &[day, ("NO_COLOR", "1")], true),
        (&["check"], &[day, ("CLICOLOR_FORCE", "1")], true),
        (&["check"], &[day, ("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], false),
        (&["check", "--color", "never"], &[day, ("CLICOLOR_FORCE", "1")], false),
        (&["check", "--format", "json", "--color", "always"], &[day], false),
    ] {
        let (shown, _, _) = run(repo.path(), arguments, variables);
        assert_eq!(shown.contains('\u{1b}'), coloured, "{arguments:?} {variables:?}: {shown}");
    }
}

#[test]
fn quiet_leaves_the_findings_and_verbose_says_what_was_read() {
    let repo = workspace();
    let day = [("DEALGATE_TODAY", "2026-07-01")];
    let (plain, nothing, _) = run(repo.path(), &["check"], &day);
    let (quiet, _, status) = run(repo.path(), &["check", "-q"], &day);
    let (findings, summary) = plain.trim_end().rsplit_once('\n').expect("a summary");
    assert!(summary.starts_with("Found ") && nothing.is_empty(), "{plain}{nothing}");
    assert_eq!((quiet.trim_end(), status), (findings, 1));
    let (verbose, said, _) = run(repo.path(), &["check", "-v"], &day);
    assert_eq!(verbose, plain);
    assert!(!said.is_empty(), "it says what was read");
    let (_, said, _) = run(repo.path(), &["diff", "HEAD~1", "-v"], &day);
    assert!(said.contains("from HEAD~1") && said.contains("deals that do not differ: "), "{said}");
}

#[test]
fn what_is_to_go_to_a_file_goes_there() {
    let repo = workspace();
    let day = [("DEALGATE_TODAY", "2026-07-01")];
    for (arguments, file, to_file) in [
        (
            &["diff", "HEAD~1", "--format", "json"][..],
            "diff.json",
            &["diff", "HEAD~1", "--format", "json=diff.json"][..],
        ),
        (
            &["diff", "HEAD~1", "--format", "markdown"],
            "diff.md",
            &["diff", "HEAD~1", "--format", "markdown=diff.md"],
        ),
        (&["schema", "findings"], "schema.json", &["schema", "findings", "-o", "schema.json"]),
        (&["status", "--format", "json"], "status.json", &["status", "--format", "json=status.json"]),
        (&["report", "summary"], "summary.md", &["report", "summary", "-o", "summary.md"]),
    ] {
        let (printed, _, status) = run(repo.path(), arguments, &day);
        assert_eq!(status, 0, "{arguments:?}");
        let (rest, said, status) = run(repo.path(), to_file, &day);
        assert_eq!((rest.as_str(), status), ("", 0), "{to_file:?}: {said}");
        let written = std::fs::read_to_string(repo.path().join(file)).expect("written");
        assert!(written == printed && !written.is_empty(), "{to_file:?}");
        std::fs::remove_file(repo.path().join(file)).expect("it is there");
    }
    let (said, _, status) = run(repo.path(), &["report", "--eject", "pipeline.html"], &day);
    assert_eq!((said.as_str(), status), ("wrote templates/pipeline.html\n", 0));
    let ejected = std::fs::read_to_string(repo.path().join("templates/pipeline.html")).expect("written");
    assert!(ejected.contains("{% "), "{ejected}");
    let (_, said, status) = run(repo.path(), &["report", "--eject", "pipeline.html"], &day);
    assert!(status == 2 && said.contains("it is there already"), "{said}");
}
