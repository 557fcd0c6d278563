//! Compiles an expression that stands in a TOML text, and points at its faults there.

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::expression::{Expected, Expression, Vocabulary};
use crate::finding::wording::{quote, suggest};
use crate::finding::{Code, Finding, FindingsBuilder};
use crate::source::{Span, Spanned};

/// What an expression of a workflow may name.
pub(crate) struct Names {
    /// Keys, fields, derived names and functions.
    pub vocabulary: Vocabulary,
    /// The ids of the workflow's requirements, for `done['id']` and `waivers['id']`.
    pub requirements: BTreeSet<String>,
    /// Those of whose entries in `done` an expression speaks; [`ANY_ENTRY`] where it may be any.
    pub spoken_of: RefCell<BTreeSet<String>>,
}

/// Stands for whatever entry an expression may look at.
pub(crate) const ANY_ENTRY: &str = "";

/// Compiles an expression; each of its faults is complained of at its own place in the file.
pub(crate) fn compile(
    text: Spanned<&str>,
    names: &Names,
    expected: Expected,
    complaints: &mut FindingsBuilder,
) -> Option<Expression> {
    let start = start_in_file(text, complaints);
    let place = |range: std::ops::Range<usize>| match start {
        Some(start) => Span::new(start + range.start, start + range.end).in_source(text.span.source),
        None => text.span,
    };
    let expression = match Expression::compile(text.value, &names.vocabulary, expected) {
        Ok(expression) => expression,
        Err(faults) => {
            for fault in faults {
                let finding = Finding::new(fault.code, fault.message).maybe_help(fault.help);
                complaints.add(place(fault.range), finding);
            }
            return None;
        }
    };
    if expression.uses("done") {
        let ids = expression.entries().map(|(_, id, _)| id);
        let any = expression.entries().next().is_none().then_some(ANY_ENTRY);
        names.spoken_of.borrow_mut().extend(ids.chain(any).map(str::to_owned));
    }
    let unknown = expression.entries().filter(|(_, id, _)| !names.requirements.contains(*id));
    for (key, id, range) in unknown {
        let message = format!("`{key}` can have no {}: there is no such requirement", quote(id));
        let help = suggest(id, names.requirements.iter().map(String::as_str));
        complaints.push(Code::UnknownRequirement, place(range), message, help);
    }
    Some(expression)
}

/// Where the text starts between its quotes; `None` when escapes make the two differ.
fn start_in_file(text: Spanned<&str>, complaints: &FindingsBuilder) -> Option<usize> {
    let file = complaints.sources().get(usize::from(text.span.source))?;
    let quoted = file.slice(text.span);
    let start = quoted.len() - quoted.trim_start_matches(['"', '\'']).trim_start_matches(['\r', '\n']).len();
    quoted.get(start..)?.starts_with(text.value).then(|| text.span.start as usize + start)
}
