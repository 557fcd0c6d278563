//! Appends the whole table to the summary of a GitHub step, which has room where annotations have none.

use std::path::{Path, PathBuf};

use super::output;
use crate::emit::{self, CheckOutcome, Format, Surface};
use crate::error::Error;
use crate::finding::wording::Count;

/// GitHub refuses a step's summary that is larger, all of it.
const MOST: usize = 1024 * 1024;

/// The file that GitHub shows as the step's summary, when there is one.
pub(super) fn file() -> Option<PathBuf> {
    std::env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()).map(PathBuf::from)
}

/// Appends the table, cut with a note where it would not fit beside what is there.
pub(super) fn append(path: &Path, outcome: &CheckOutcome<'_>) -> Result<(), Error> {
    let failed = |cause| Error::Write { path: path.to_owned(), cause };
    let mut table = Vec::new();
    emit::emit(Format::Markdown, outcome, Surface::PLAIN, &mut table).map_err(failed)?;
    let table = String::from_utf8_lossy(&table);
    output::append(path, |there| cut(&table, MOST.saturating_sub(usize::try_from(there).unwrap_or(MOST))))
}

/// Whole lines of a text within a number of bytes; a note says how many lines did not fit.
fn cut(text: &str, room: usize) -> String {
    if text.len() < room {
        return text.to_owned();
    }
    let note = |lines: usize| {
        let pronoun = if lines == 1 { "it" } else { "them" };
        format!("\n{} did not fit; `dealgate check` shows {pronoun}.\n", Count(lines, "more finding"))
    };
    let mut kept = 0;
    for line in text.split_inclusive('\n') {
        if kept + line.len() + note(usize::MAX).len() > room {
            break;
        }
        kept += line.len();
    }
    let note = note(text[kept..].lines().count());
    if kept + note.len() > room { String::new() } else { format!("{}{note}", &text[..kept]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_cut_between_lines_and_says_so() {
        let text = "| a |\n".repeat(100);
        assert_eq!(cut(&text, 601), text);
        let short = cut(&text, 400);
        assert!(short.len() <= 400 && short.starts_with("| a |\n"), "{short}");
        let rows = short.lines().filter(|line| *line == "| a |").count();
        assert!(short.ends_with(&format!(
            "\n{} more findings did not fit; `dealgate check` shows them.\n",
            100 - rows
        )));
        assert_eq!(cut(&text, 5), "");
        assert!(cut("| a |\n".repeat(20).as_str(), 119).contains("more findings did not fit"));
        let one = "| a |\n".to_owned() + &"| b".repeat(200);
        assert_eq!(cut(&one, 100), "| a |\n\n1 more finding did not fit; `dealgate check` shows it.\n");
    }
}
