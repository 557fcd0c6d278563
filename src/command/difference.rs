//! Shows where two texts differ, as a unified diff or with git's markers.

use std::fmt::Write as _;
use std::time::Duration;

use similar::udiff::UnifiedHunkHeader;
use similar::{Algorithm, ChangeTag, TextDiff};

/// Lines shown of a diff.
const MOST: usize = 200;

/// Bytes shown of one of its lines: a page may be a single one.
const WIDEST: usize = 500;

/// How long the smallest diff is looked for; after that, any.
const PATIENCE: Duration = Duration::from_secs(2);

/// The hunks that lead from one text to the other; `None` when they are the same.
pub(super) fn difference(old: &str, new: &str) -> Option<String> {
    if old == new {
        return None;
    }
    let diff = TextDiff::configure().algorithm(Algorithm::Myers).timeout(PATIENCE).diff_lines(old, new);
    let hunks = diff.unified_diff().context_radius(2).to_string();
    let mut text = String::new();
    for line in hunks.lines().take(MOST) {
        let end = line.floor_char_boundary(WIDEST);
        text.push_str(&line[..end]);
        text.push_str(if end < line.len() { "…\n" } else { "\n" });
    }
    let more = hunks.lines().count().saturating_sub(MOST);
    if more > 0 {
        let _ = writeln!(text, "… {more} more lines");
    }
    Some(text)
}

/// Lines around a change in a patch, as git shows them.
const AROUND: usize = 3;

/// What makes a file say something else, as a unified diff that `git apply` and `patch -p1` take in the workspace's root;
/// without an old text the file is new. Empty when nothing changes.
pub(super) fn patch(path: &str, old: Option<&str>, new: &str) -> String {
    if old == Some(new) {
        return String::new();
    }
    let (before, after) = (lines(old.unwrap_or_default()), lines(new));
    let mut diff = TextDiff::configure();
    let diff = diff.algorithm(Algorithm::Myers).timeout(PATIENCE).diff_slices(&before, &after);
    let from = if old.is_some() { patch_name("a", path) } else { "/dev/null".to_owned() };
    let mut text = format!("--- {from}\n+++ {}\n", patch_name("b", path));
    for hunk in diff.grouped_ops(AROUND) {
        let _ = writeln!(text, "{}", UnifiedHunkHeader::new(&hunk));
        for change in hunk.iter().flat_map(|part| diff.iter_changes(part)) {
            let _ = write!(text, "{}{}", change.tag(), change.value());
            if !change.value().ends_with('\n') {
                text.push_str("\n\\ No newline at end of file\n");
            }
        }
    }
    text
}

/// The lines of a text as patches count them: a carriage return alone ends none.
fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// A path as the head of a patch names it: in quotes where a character would end it, with a tab behind a space.
fn patch_name(side: &str, path: &str) -> String {
    let is_plain = |c: char| !c.is_control() && !matches!(c, '"' | '\\');
    if path.chars().all(is_plain) {
        let end = if path.contains(' ') { "\t" } else { "" };
        return format!("{side}/{path}{end}");
    }
    let mut name = format!("\"{side}/");
    for c in path.chars() {
        match c {
            '"' | '\\' => name.extend(['\\', c]),
            c if c.is_control() => {
                for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                    let _ = write!(name, "\\{byte:03o}");
                }
            }
            c => name.push(c),
        }
    }
    name + "\""
}

/// Ours and theirs in one text, git's markers of a length around the lines in which they differ: with either side of each
/// taken, it is the text of that side.
pub(super) fn conflict(ours: &str, theirs: &str, marker: usize) -> String {
    let diff = TextDiff::configure().algorithm(Algorithm::Myers).timeout(PATIENCE).diff_lines(ours, theirs);
    let (mut text, mut here, mut there) = (String::new(), String::new(), String::new());
    let flush = |text: &mut String, here: &mut String, there: &mut String| {
        if here.is_empty() && there.is_empty() {
            return;
        }
        for (sign, label, lines) in [('<', " ours", here), ('=', "", there)] {
            text.extend(std::iter::repeat_n(sign, marker));
            let _ = writeln!(text, "{label}");
            text.push_str(lines);
            if !lines.is_empty() && !lines.ends_with('\n') {
                text.push('\n');
            }
            lines.clear();
        }
        text.extend(std::iter::repeat_n('>', marker));
        text.push_str(" theirs\n");
    };
    for change in diff.iter_all_changes() {
        match change.tag() {
            ChangeTag::Delete => here.push_str(change.value()),
            ChangeTag::Insert => there.push_str(change.value()),
            ChangeTag::Equal => {
                flush(&mut text, &mut here, &mut there);
                text.push_str(change.value());
            }
        }
    }
    flush(&mut text, &mut here, &mut there);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_shown_with_what_stands_around_it() {
        assert_eq!(difference("a\nb\n", "a\nb\n"), None);
        let one = difference("a\nb\nc\n", "a\nx\nc\n");
        assert_eq!(one.as_deref(), Some("@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n"));
        assert_eq!(difference("", "x\n").as_deref(), Some("@@ -0,0 +1 @@\n+x\n"));
        let middle = "same\n".repeat(50);
        let two = difference(&format!("a\n{middle}b\n"), &format!("x\n{middle}y\n"));
        assert_eq!(two.map(|text| text.matches("@@ -").count()), Some(2));
        let long = "x\n".repeat(1_000);
        assert!(difference("", &long).is_some_and(|text| text.ends_with("… 801 more lines\n")));
        let wide = "é".repeat(10_000);
        assert!(difference("", &wide).is_some_and(|text| text.len() < 600));
    }

    #[test]
    fn a_patch_has_every_byte_of_what_changes() {
        assert_eq!(patch("x", Some("a"), "a"), "");
        let made = patch("my a.yaml", Some("a: 1\r\n\tb\r\n"), "a: 2\r\n\tb");
        let told = "--- a/my a.yaml\t\n+++ b/my a.yaml\t\n@@ -1,2 +1,2 @@\n-a: 1\r\n-\tb\r\n+a: 2\r\n+\tb\n\\ No newline at \
                    end of file\n";
        assert_eq!(made, told);
        assert_eq!(patch("x", None, "a\n"), "--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+a\n");
        assert!(patch("a\n\"b", Some("a\rb\n"), "c\n").starts_with("--- \"a/a\\012\\\"b\"\n"));
        let wide = format!("{}\n", "é".repeat(1_000)).repeat(300);
        assert!(patch("x", Some(""), &wide).len() > wide.len());
    }

    #[test]
    fn markers_stand_around_the_smallest_lines_that_differ() {
        let two = conflict("a: 1\nb: 2\nc: 3\n", "a: 1\nb: 4\nc: 3\nd: 5", 7);
        let told = "a: 1\n<<<<<<< ours\nb: 2\n=======\nb: 4\n>>>>>>> theirs\nc: 3\n<<<<<<< ours\n=======\nd: 5\n>>>>>>> \
                    theirs\n";
        assert_eq!(two, told);
        assert_eq!(conflict("a", "a", 7), "a");
        assert!(conflict("a", "b", 9).starts_with("<<<<<<<<< ours\na\n=========\nb\n>>>>>>>>> "));
    }

    #[test]
    fn a_missing_end_of_line_is_told() {
        assert!(difference("a\n", "a").is_some_and(|text| text.contains("No newline at end of file")));
    }
}
