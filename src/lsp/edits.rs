//! What leads from one text to another, as edits that touch nothing else: marks and folds of an editor stay where they are.

use lsp_types::TextEdit;
use similar::{Algorithm, DiffOp, TextDiff};

use super::position::LineIndex;

/// The edits that make one text another, from the first to the last; none where they are the same.
pub(super) fn edits(old: &str, new: &str, lines: &LineIndex<'_>) -> Vec<TextEdit> {
    let diff = TextDiff::configure().algorithm(Algorithm::Myers).diff_lines(old, new);
    let (old_at, new_at) = (starts(|line| diff.old_slice(line)), starts(|line| diff.new_slice(line)));
    let changed = diff.ops().iter().filter(|op| !matches!(op, DiffOp::Equal { .. }));
    let edit = |op: &DiffOp| {
        let (was, is) = (op.old_range(), op.new_range());
        let start = old_at[was.start];
        let (was, is) = (&old[start..old_at[was.end]], &new[new_at[is.start]..new_at[is.end]]);
        let same = |(a, b): &(char, char)| a == b;
        let before: usize = was.chars().zip(is.chars()).take_while(same).map(|(c, _)| c.len_utf8()).sum();
        let rest = was[before..].chars().rev().zip(is[before..].chars().rev());
        let after: usize = rest.take_while(same).map(|(c, _)| c.len_utf8()).sum();
        let range = lines.range(start + before, start + was.len() - after);
        TextEdit::new(range, is[before..is.len() - after].to_owned())
    };
    changed.map(edit).collect()
}

/// Where each line begins, and where the last one ends.
fn starts<'t>(line: impl Fn(usize) -> Option<&'t str>) -> Vec<usize> {
    let mut starts = vec![0];
    let mut at = 0;
    for text in (0..).map_while(line) {
        at += text.len();
        starts.push(at);
    }
    starts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lsp::position::ColumnUnit;

    #[test]
    fn what_lies_between_two_changes_is_not_touched() {
        let lines = |text| LineIndex::new(text, ColumnUnit::Utf8);
        for (old, new, count) in [
            ("a: 1\nb: 2\nc: 3\n", "a: 4\nb: 2\nc: 5\n", 2),
            ("a\r\nb\r\n", "a\r\nx\r\nb\r\n", 1),
            ("a", "a\nb", 1),
            ("a\nb", "", 1),
            ("", "ü\n", 1),
            ("same\n", "same\n", 0),
            ("\u{feff}a: ü\n", "\u{feff}a: ö\n", 1),
        ] {
            let index = lines(old);
            let made = edits(old, new, &index);
            assert_eq!(made.len(), count, "{old:?} {new:?}");
            let mut text = old.to_owned();
            for edit in made.iter().rev() {
                text.replace_range(
                    index.offset(edit.range.start)..index.offset(edit.range.end),
                    &edit.new_text,
                );
            }
            assert_eq!(text, new);
        }
    }
}
