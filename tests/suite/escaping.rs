//! Whatever stands in a file, an argument or a commit: what is printed neither acts on a terminal nor orders a runner about.
//!
//! One workspace that means harm, one list of commands, one look at what they print.

use std::path::Path;

use rayon::prelude::*;

use crate::hostile_workspace::hostile;
use crate::repo::Repo;
use crate::run::{Ran, command, ran};

/// Who commits: git keeps everything of a name but line ends and angle brackets.
const EVE: &str = "Eve \u{1b}[31mevil\u{202e} ##[error]evil <eve@acme.example>";

/// Names of deals, each a file of its own.
const FILES: &[&str] = &["::error::evil", "a\n::error::evil", "evil ##[error]b", "a\u{1b}[2Jevil\u{202e}"];

/// The workspace of hostile names, and in it hostile paths, settings, a workflow, tests of rules, and an author.
fn workspace() -> Repo {
    let repo = hostile();
    let stage = |stage: &str| format!("name: before\nstage: {stage}\namount: 7 EUR\n");
    for file in FILES {
        repo.write(&format!("deals/acme/{file}.yaml"), &stage("two"));
        repo.write(&format!("deals/{file}/{file}.yaml"), &stage("two"));
    }
    let text = "\"::error::evil\\n##[error]evil\\u001b\"";
    repo.write(
        "workflows/::error::evil.toml",
        &format!(
            "name = {text}\nstages = [\"a\", {text}]\n[stage.a]\nname = {text}\ngoal = {text}\n[stage.a.requires]\n\
             evil = {{ title = {text}, help = {text}, rule = \"amount > 6\" }}\n"
        ),
    );
    repo.commit("2026-11-05", EVE, "::error::evil\n\n##[error]evil\u{1b}");
    for file in FILES {
        repo.write(&format!("deals/acme/{file}.yaml"), &stage("one"));
        repo.write(&format!("deals/{file}/{file}.yaml"), &stage("::error::evil"));
        let expected = format!("{}  # expect: requirement-unmet evil\u{202e}\n", stage("one").trim_end());
        repo.write(&format!("workflows/tests/acme/{file}.yaml"), &expected);
    }
    repo.write("deals/acme/broken.yaml", "name: \"\u{202e}evil\n");
    let rules = std::fs::read_to_string(repo.path().join("workflows/acme.toml")).expect("there");
    let more = format!(
        "[stage.none.requires.evil]\ntitle = {text}\nhelp = {text}\nfield = \"source\"\nequals = {text}\n"
    );
    repo.write("workflows/acme.toml", &(rules + &more));
    repo.commit("2026-11-06", EVE, "On");
    repo.write(
        "dealgate.toml",
        &format!(
            "currency = \"EUR\"\ndefault-workflow = \"::error::evil\"\n\"::error::evil\" = {text}\n[levels]\n{text} = {text}\n\
             [report]\nsource-url = {text}\n"
        ),
    );
    repo
}

/// The commands, with the formats of each.
fn commands() -> Vec<Vec<String>> {
    let deal = "acme/lines";
    let formats: &[(&[&str], &[&str])] = &[
        (&["check"], &["full", "concise", "json", "jsonl", "github", "gitlab", "sarif", "junit", "markdown"]),
        (&["check", "--since", "HEAD~1"], &["full", "concise", "json", "junit", "markdown"]),
        (&["check", "--verbose"], &["concise"]),
        (&["status"], &["text", "json"]),
        (&["status", deal], &["text", "json"]),
        (&["status", "acme/::error::evil"], &["text", "json"]),
        (&["explain", "acme"], &["text", "json"]),
        (&["explain", "::error::evil"], &["text", "json"]),
        (&["explain", deal], &["text", "json"]),
        (&["config"], &["text", "json"]),
        (&["test", "--coverage"], &["text", "json", "junit"]),
        (&["export", "deals"], &["csv", "jsonl", "json"]),
        (&["export", "findings"], &["csv", "jsonl", "json"]),
        (&["export", "history"], &["csv", "jsonl", "json"]),
        (&["export", "visits"], &["csv", "jsonl", "json"]),
        (&["diff", "HEAD~2", "--verbose"], &["text", "markdown", "json"]),
        (&["diff", "HEAD~1..HEAD", "--what-if"], &["text", "markdown", "json"]),
        (&["report", "pipeline", "--since", "HEAD~2"], &["html", "markdown", "context"]),
        (&["report", "deal", deal, "--since", "HEAD~2"], &["html", "markdown", "context"]),
        (&["report", "changes", "--since", "HEAD~2"], &["html", "markdown", "context"]),
        (&["report", "trend"], &["html", "markdown", "context"]),
        (&["report", "workflow"], &["html", "markdown", "context"]),
        (&["report", "summary"], &["markdown", "context"]),
    ];
    let each = formats.iter().flat_map(|(words, formats)| {
        formats.iter().map(|format| {
            [*words, &["--format", *format]].concat().iter().map(|it| (*it).to_owned()).collect()
        })
    });
    let schemas = ["acme", "::error::evil"]
        .map(|workflow| ["schema", "deal", "--workflow", workflow].map(str::to_owned).to_vec());
    each.chain(schemas).collect()
}

/// What acts on who looks at it, or on the runner of a step that prints it.
fn faults(text: &str) -> Vec<String> {
    let ours = |line: &str| {
        ["::error ", "::warning ", "::notice "].iter().any(|order| line.starts_with(order))
            && line.contains("title=")
    };
    let acts = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    // In an order of ours a runner looks for no other.
    let orders = |line: &str| line.trim_start().starts_with("::") || line.contains("##[");
    let wrong = |line: &&str| orders(line) && !ours(line) || line.contains(acts);
    text.split('\n')
        .filter(wrong)
        .map(|line| line.chars().take(300).collect::<String>().escape_debug().to_string())
        .collect()
}

fn run(folder: &Path, arguments: &[String]) -> Ran {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let mut command = command(folder, &arguments);
    ran(command.env("DEALGATE_TODAY", "2026-11-23").output().expect("it starts"))
}

#[test]
fn nothing_that_is_printed_acts_or_gives_orders() {
    let repo = workspace();
    let told: Vec<String> = commands()
        .par_iter()
        .flat_map(|arguments| {
            let ran = run(repo.path(), arguments);
            let mut told = Vec::new();
            let shows = |word: &&str| ran.stdout.contains(*word);
            if ran.status == 2 || !["evil", "alert"].iter().any(shows) {
                told.push(format!("{arguments:?}: status {}, and nobody shows: {}", ran.status, ran.stderr));
            }
            for text in [&ran.stdout, &ran.stderr] {
                told.extend(faults(text).into_iter().map(|line| format!("{arguments:?}: {line}")));
            }
            told
        })
        .collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
}

#[test]
fn a_file_holds_what_is_printed_byte_for_byte() {
    let repo = workspace();
    let exports: Vec<_> = commands().into_iter().filter(|words| words[0] == "export").collect();
    assert_eq!(exports.len(), 12);
    exports.par_iter().for_each(|arguments| {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("out").to_string_lossy().into_owned();
        let mut to_file = arguments.clone();
        let format = to_file.pop().expect("a format");
        to_file.push(format!("{format}={file}"));
        assert_eq!(run(repo.path(), &to_file).status, 0);
        let printed = run(repo.path(), arguments).stdout;
        assert!(printed.lines().count() > 3);
        assert!(printed == std::fs::read_to_string(&file).expect("written"), "{arguments:?}");
    });
}

#[test]
fn the_summary_of_a_step_holds_no_more_than_a_table() {
    let repo = workspace();
    let summary = repo.path().join("summary.md");
    let mut check = command(repo.path(), &["check", "--today", "2026-11-23", "--format", "github"]);
    ran(check.env("GITHUB_STEP_SUMMARY", &summary).output().expect("it starts"));
    let text = std::fs::read_to_string(&summary).expect("written");
    assert_eq!(faults(&text), Vec::<String>::new());
    for acting in ["<script", "<img", "<b>", "](javascript:", "@everyone", "@dana"] {
        assert!(!text.contains(acting), "{acting}");
    }
    let table = text.lines().skip_while(|line| !line.starts_with('|'));
    for line in table.filter(|line| !line.is_empty()) {
        assert_eq!(line.replace("\\|", "").matches('|').count(), 5, "{line}");
    }
}

/// Where arguments go, with `%` for the one that means harm.
const REFUSED: &[&str] = &[
    "%",
    "--%",
    "check --%",
    "-C % check",
    "check %",
    "check --at %",
    "check --rules %",
    "check --since %",
    "check --today %",
    "check --format %",
    "check --format json=%/x",
    "check --fail-on %",
    "check --color %",
    "check - --stdin-filename %",
    "status %",
    "status --format %",
    "explain %",
    "report %",
    "report --format %",
    "report --closing %",
    "report --since %",
    "report --company %",
    "report --stage %",
    "report trend --by %",
    "report trend --last %",
    "report -o %",
    "report -o %/x.html",
    "report --eject %",
    "report --from-context %",
    "report deal %",
    "diff %",
    "diff HEAD..%",
    "diff --format %",
    "export %",
    "export deals --format %",
    "schema %",
    "schema deal --workflow %",
    "schema findings -o %/x",
    "test % --require-tests",
    "completions %",
    "init %/x",
    "demo %/x",
];

#[test]
fn no_complaint_about_an_argument_acts_or_gives_orders() {
    let repo = workspace();
    let harm = ["::error::evil", "x\n::error::evil\n##[error]evil\u{1b}[2J\u{202e}", "HEAD\n\t::error::evil"];
    let all: Vec<(&str, &str)> = REFUSED.iter().flat_map(|line| harm.map(|harm| (*line, harm))).collect();
    let told: Vec<String> = all
        .par_iter()
        .flat_map(|(line, harm)| {
            let arguments: Vec<String> = line.split(' ').map(|word| word.replace('%', harm)).collect();
            let ran = run(repo.path(), &arguments);
            let mut told = Vec::new();
            // Some of the words are names of what there is.
            if ran.status != 2 && !harm.starts_with("::") {
                told.push(format!("{arguments:?}: status {}", ran.status));
            }
            for text in [&ran.stdout, &ran.stderr] {
                told.extend(faults(text).into_iter().map(|line| format!("{arguments:?}: {line}")));
            }
            told
        })
        .collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
    for variable in
        ["SOURCE_DATE_EPOCH", "DEALGATE_TODAY", "DEALGATE_FORMAT", "DEALGATE_AT", "DEALGATE_NO_CONFIG"]
    {
        let mut check = command(repo.path(), &["check"]);
        let ran = ran(check.env(variable, harm[1]).output().expect("it starts"));
        assert_eq!(faults(&(ran.stdout + &ran.stderr)), Vec::<String>::new(), "{variable}");
    }
}
