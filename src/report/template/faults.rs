//! Turns the engine's errors into findings with places.

use std::error::Error as _;
use std::sync::Arc;

use minijinja::{Error, ErrorKind};

use super::Budget;
use super::sources::Sources;
use crate::finding::limit::{REPORT_SIZE, TEMPLATE_STEPS};
use crate::finding::wording::{Size, quote};
use crate::finding::{Code, Finding};
use crate::source::{SourceFile, Span};

/// The finding of an error met while rendering: at the innermost place that the engine knows. What was used up is told
/// with how much there was of it.
pub(super) fn rendering(error: &Error, sources: &Sources, asked: &str, budget: Budget) -> Finding {
    let mut innermost = error;
    let mut next = error.source();
    while let Some(cause) = next {
        if let Some(cause) = cause.downcast_ref::<Error>().filter(|cause| cause.name().is_some()) {
            innermost = cause;
        }
        next = cause.source();
    }
    let name = innermost.name().unwrap_or(asked);
    let file = sources.get(name).or_else(|| sources.get(asked));
    let file = file.unwrap_or_else(|| Arc::new(SourceFile::new(name, "")));
    let limits = budget.limits;
    let (message, help) = match innermost.kind() {
        ErrorKind::OutOfFuel => (
            format!(
                "the template takes more than {} steps, the most for what this report shows",
                budget.steps
            ),
            TEMPLATE_STEPS.way_out(limits.template_steps, "look for loops within loops"),
        ),
        ErrorKind::WriteFailure => (
            format!("the report grows larger than {}, the most that is written", Size(limits.report_size)),
            REPORT_SIZE.way_out(limits.report_size, "show fewer deals, as with `--owner` or `--stage`"),
        ),
        _ => return finding(innermost, &file),
    };
    Finding::new(Code::TooLarge, message).help(help).at(&file, place(innermost, &file))
}

/// The finding of an error in a file.
pub(super) fn finding(error: &Error, file: &Arc<SourceFile>) -> Finding {
    let span = place(error, file);
    let code = code(error);
    let detail = error.detail().unwrap_or_default();
    let written = file.slice(span).trim();
    let message = match error.kind() {
        ErrorKind::UndefinedError if !written.is_empty() && !written.contains('\n') => {
            format!("{} is not there", quote(written))
        }
        kind if detail.is_empty() => kind.to_string(),
        _ => detail.to_owned(),
    };
    let finding = Finding::new(code, message).at(file, span);
    match error.kind() {
        ErrorKind::UndefinedError => {
            finding.help("`dealgate report --format context` shows what a template sees")
        }
        _ => finding,
    }
}

fn code(error: &Error) -> Code {
    match error.kind() {
        ErrorKind::TemplateNotFound
        | ErrorKind::UnknownFilter
        | ErrorKind::UnknownFunction
        | ErrorKind::UnknownTest
        | ErrorKind::UnknownMethod
        | ErrorKind::UnknownBlock
        | ErrorKind::UndefinedError => Code::TemplateUndefined,
        _ if error.detail().is_some_and(|detail| detail.contains("recursion limit")) => Code::TooDeep,
        _ => Code::TemplateSyntax,
    }
}

/// The bytes that the engine names, else its line without the white space before it.
fn place(error: &Error, file: &SourceFile) -> Span {
    if let Some(range) = error.range().filter(|range| file.text().get(range.clone()).is_some()) {
        return Span::new(range.start, range.end);
    }
    let Some(line) = error.line() else { return Span::default() };
    let before: usize = file.text().split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let text = file.line(line);
    let indent = text.len() - text.trim_start().len();
    Span::new(before + indent, before + text.len())
}
