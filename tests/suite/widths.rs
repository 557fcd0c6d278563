//! What is shown to people stays within the width asked for.

use dealgate::assess::{self, Selection, Workspace};
use dealgate::emit::{self, CheckOutcome, Format, Surface};
use dealgate::snapshot::worktree::Worktree;
use dealgate::workspace::Config;

use crate::run::{dealgate, repository};

/// Every case, and the samples, shown in full at a width.
fn shown_in_full(width: usize) -> Vec<(String, String)> {
    let cases =
        walkdir::WalkDir::new(repository("tests/cases")).min_depth(3).max_depth(3).sort_by_file_name();
    let cases = cases.into_iter().map(|entry| entry.expect("the folder can be read").into_path());
    let inputs = cases.filter(|path| path.ends_with("input")).chain([repository("tests/showcase")]);
    let surface = Surface { width, colour: false, unicode: true, summary: false, advice: false };
    let show = |folder: std::path::PathBuf| {
        let worktree = Worktree::open(&folder).expect("it is there");
        let workspace = Workspace::load(&worktree, Config::load(&worktree), jiff::civil::date(2026, 11, 23));
        let assessment = assess::check(&workspace, &Selection::Everything, |_| None::<()>);
        let outcome = CheckOutcome {
            ledger: &assessment.ledger,
            today: workspace.today,
            revision: None,
            deals: assessment.deals,
            settings: false,
            workflows: assessment.workflows,
            templates: 0,
            not_judged: assessment.not_judged,
            prefix: "",
            gates: &[],
        };
        let mut out = Vec::new();
        emit::emit(Format::Full, &outcome, surface, &mut out).expect("memory takes it");
        (folder.display().to_string(), String::from_utf8(out).expect("it is text"))
    };
    inputs.map(show).collect()
}

/// Whether a line is too wide although it could have been broken: what is too wide is not just its last word.
pub fn is_too_wide(line: &str, width: usize) -> bool {
    let columns = |text: &str| text.chars().count();
    let is_excerpt =
        line.trim_start().trim_start_matches(char::is_numeric).trim_start().starts_with(['│', '·']);
    let word = line.trim_end().rsplit(' ').next().unwrap_or_default();
    let alone = columns(word) + columns(line) - columns(line.trim_start()) + 8 > width;
    columns(line) > width && (is_excerpt || !alone)
}

#[test]
fn no_excerpt_message_or_help_runs_past_the_edge() {
    for width in [60, 80, 100] {
        let shown = shown_in_full(width);
        assert!(shown.len() > 100 && shown.iter().any(|(_, text)| text.contains("╰── ")));
        let wide: Vec<_> = shown
            .iter()
            .flat_map(|(case, text)| text.lines().map(move |line| (case, line)))
            .filter(|(_, line)| is_too_wide(line, width))
            .collect();
        assert!(wide.is_empty(), "at {width}: {wide:#?}");
    }
}

#[test]
fn no_explanation_of_a_code_is_wider_than_a_terminal() {
    let folder = tempfile::tempdir().expect("a folder");
    for entry in dealgate::finding::code::CODES {
        let told = dealgate(folder.path(), &["explain", entry.name]).stdout;
        let example = told.split("For example").nth(1).and_then(|rest| rest.split("The way out").next());
        // What stands behind a line is put above it where there is no room.
        let said = |line: &'_ str| line.split("   #").next().unwrap_or_default().chars().count();
        let wide: Vec<_> = example.expect("an example").lines().filter(|line| said(line) > 80).collect();
        assert!(wide.is_empty(), "{}: {wide:?}", entry.name);
    }
}
