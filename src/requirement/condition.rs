//! Compiles an expression that stands in a TOML text, and points at its faults there.

use super::expression::{Expected, Expression, Vocabulary};
use crate::finding::{Complaints, Finding};
use crate::source::{Span, Spanned};

/// Compiles an expression; each of its faults is complained of at its own place in the file.
pub fn compile(
    text: Spanned<&str>,
    vocabulary: &Vocabulary,
    expected: Expected,
    complaints: &mut Complaints,
) -> Option<Expression> {
    let faults = match Expression::compile(text.value, vocabulary, expected) {
        Ok(expression) => return Some(expression),
        Err(faults) => faults,
    };
    let start = start_in_file(text, complaints);
    for fault in faults {
        let span = match start {
            Some(start) => {
                Span::new(start + fault.range.start, start + fault.range.end).in_source(text.span.source)
            }
            None => text.span,
        };
        complaints.add(span, Finding::new(fault.code, fault.message).maybe_help(fault.help));
    }
    None
}

/// Where the text starts between its quotes; `None` when escapes make the two differ.
fn start_in_file(text: Spanned<&str>, complaints: &Complaints) -> Option<usize> {
    let file = complaints.sources().get(usize::from(text.span.source))?;
    let quoted = file.slice(text.span);
    let start = quoted.len() - quoted.trim_start_matches(['"', '\'']).trim_start_matches(['\r', '\n']).len();
    quoted.get(start..)?.starts_with(text.value).then(|| text.span.start as usize + start)
}
