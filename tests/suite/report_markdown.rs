//! Markdown of reports: what names and rules hold is shown as it stands there, and does nothing.

use crate::hostile_workspace::{HOSTILE, hostile};
use crate::repo::Repo;
use crate::run::dealgate;

/// Every report of a workspace of hostile names, as Markdown, by what was asked for.
fn every_report(workspace: &Repo) -> Vec<(String, String)> {
    let mut reports = ["pipeline --since HEAD", "changes --since HEAD", "trend", "summary", "workflow"]
        .map(str::to_owned)
        .to_vec();
    reports.extend(HOSTILE.iter().map(|(file, _)| format!("deal acme/{file} --since HEAD")));
    let one = |report: String| {
        let mut arguments = vec!["report"];
        arguments.extend(report.split(' '));
        arguments.extend(["--format", "markdown", "--today", "2026-11-23"]);
        let ran = dealgate(workspace.path(), &arguments);
        assert_eq!(ran.status, 0, "{}", ran.stderr);
        (report, ran.stdout)
    };
    reports.into_iter().map(one).collect()
}

/// What stands between backticks in a line of Markdown.
fn spans(line: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = line;
    while let Some(start) = rest.find('`') {
        let escaped = rest[..start].ends_with('\\');
        rest = &rest[start + 1..];
        if let Some(end) = rest.find('`').filter(|_| !escaped) {
            found.push(&rest[..end]);
            rest = &rest[end + 1..];
        }
    }
    found
}

#[test]
fn what_is_code_holds_no_entity_that_would_be_shown_as_one() {
    let workspace = hostile();
    let mut seen = 0;
    for (report, text) in every_report(&workspace) {
        for span in text.lines().flat_map(spans) {
            seen += 1;
            let entity = span
                .split('&')
                .skip(1)
                .any(|rest| rest.split(';').next().is_some_and(|name| name.len() < 8 && rest.contains(';')));
            assert!(!entity && !span.contains("\\|"), "{report}: `{span}`");
        }
        if report == "workflow" {
            let rule = "<code>amount &#60; 100 &#124;&#124; name &#33;= \"&#60;i&#62; &#124; &#96;x&#96; &#38; &#64;<!-- -->dana \
                &#35;<!-- -->1\"</code>";
            assert!(text.contains(rule), "{text}");
        }
    }
    assert!(seen > 10, "only {seen} pieces of code");
}

#[test]
fn hostile_names_do_nothing_in_markdown() {
    let workspace = hostile();
    for (report, text) in every_report(&workspace) {
        for acting in [
            "<script",
            "<img",
            "<svg",
            "<b>",
            "](javascript:",
            "@everyone",
            "@dana",
            "##[",
            "\u{1b}",
            "\u{202e}",
            "#1 ",
        ] {
            assert!(!text.replace("\\](", "").contains(acting), "{report}: {acting}\n{text}");
        }
        for line in text.lines() {
            assert!(!line.trim_start().starts_with("::"), "{report}: {line}");
            let bars = line.replace("\\|", "").matches('|').count();
            assert!(bars == 0 || line.starts_with('|') && line.ends_with('|'), "{report}: {line}");
        }
    }
}
