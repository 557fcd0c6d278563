//! Conflict markers that an unfinished merge leaves in a file.

use super::tree::SyntaxError;
use crate::finding::Code;
use crate::source::Span;

/// The signs before the one side and behind the other. The line between them, `=======`, may well be part of a text.
const MARKERS: [&str; 2] = ["<<<<<<<", ">>>>>>>"];

/// The first line with such signs, if there is one: nothing else of the text can be trusted then.
pub fn find(text: &str) -> Option<SyntaxError> {
    let bytes = text.as_bytes();
    let opens_line = |at: &usize| *at == 0 || bytes[*at - 1] == b'\n';
    let ends = |at: &usize| matches!(bytes.get(at + 7), None | Some(b' ' | b'\r' | b'\n'));
    let first = |marker| text.match_indices(marker).map(|(at, _)| at).find(|at| opens_line(at) && ends(at));
    let at = MARKERS.into_iter().filter_map(first).min()?;
    Some(SyntaxError {
        code: Code::MergeConflict,
        message: "git could not merge this file and left both sides in it".to_owned(),
        help: Some(
            "keep the lines that hold, delete those that begin with `<<<<<<<`, `=======` and `>>>>>>>`, and tell git \
             with `git add`"
                .to_owned(),
        ),
        span: Span::new(at, at + 7),
        related: None,
        fix: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_git_leaves_is_a_conflict() {
        for (text, at) in [
            ("a: 1\n<<<<<<< HEAD\nb: 2\n=======\nb: 3\n>>>>>>> other\n", 5),
            ("<<<<<<<\r\na: 1\r\n", 0),
            ("a: |\n  x\n<<<<<<< ours\n  y\n", 9),
            ("a: 1\n>>>>>>> other", 5),
        ] {
            assert_eq!(find(text).map(|fault| fault.span), Some(Span::new(at, at + 7)), "{text}");
        }
        for text in [
            "a: |\n  Offer\n  =======\n  <<<<<<< HEAD\n",
            "Offer\n=======\n",
            "a: b <<<<<<< c\n",
            "<<<<<<<<<\n",
            ">>>>>>>>> a\n",
            "<<<<<<<x\n",
            "",
        ] {
            assert_eq!(find(text), None, "{text}");
        }
    }
}
