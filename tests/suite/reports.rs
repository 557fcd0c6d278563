//! What every built-in report promises, whatever the workspace.

use std::path::PathBuf;

use crate::run::{dealgate, repository};

/// The samples, and workspaces of cases: without deals, without stages that exist, at fault in many ways.
fn workspaces() -> Vec<PathBuf> {
    let mut found = vec![repository("tests/showcase")];
    for topic in ["gates", "report", "status", "workspace"] {
        let cases = std::fs::read_dir(repository("tests/cases").join(topic)).expect("cases");
        found.extend(cases.map(|case| case.expect("a case").path().join("input")));
    }
    found.sort();
    found
}

#[test]
fn markdown_has_no_two_blank_lines_in_a_row() {
    let mut seen = 0;
    for workspace in workspaces() {
        // A workspace with templates of its own may show what it likes.
        if workspace.join("templates").exists() {
            continue;
        }
        for report in dealgate::report::list::REPORTS {
            let mut arguments = vec!["report", report.name, "--format", "markdown", "--no-history"];
            arguments.extend(["--today", "2026-11-23"]);
            let folder = tempfile::tempdir().expect("a folder");
            let output = folder.path().join("pages/").to_string_lossy().into_owned();
            if report.name == "deal" {
                arguments.extend(["-o", &output]);
            }
            let ran = dealgate(&workspace, &arguments);
            let files = walkdir::WalkDir::new(folder.path()).into_iter().filter_map(Result::ok);
            let pages = files.filter(|it| it.file_type().is_file());
            let texts = pages.map(|it| std::fs::read_to_string(it.path()).expect("it is text"));
            for text in texts.chain([ran.stdout]).filter(|text| !text.is_empty()) {
                let place = format!("{} in {}:\n{text}", report.name, workspace.display());
                assert!(!text.contains("\n\n\n"), "{place}");
                assert!(
                    !text.starts_with('\n') && text.ends_with('\n') && !text.ends_with("\n\n"),
                    "{place}"
                );
                seen += 1;
            }
        }
    }
    assert!(seen > 100, "only {seen} reports were looked at");
}
