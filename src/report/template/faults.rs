//! Turns the engine's errors into findings with places.

use std::error::Error as _;
use std::sync::Arc;

use minijinja::{Error, ErrorKind};

use super::sources::Sources;
use crate::finding::wording::quote;
use crate::finding::{Code, Finding};
use crate::source::{SourceFile, Span};

/// The finding of an error met while rendering: at the innermost place that the engine knows.
pub(super) fn rendering(error: &Error, sources: &Sources, asked: &str) -> Finding {
    let mut innermost = error;
    let mut next = error.source();
    while let Some(cause) = next {
        if let Some(cause) = cause.downcast_ref::<Error>().filter(|cause| cause.name().is_some()) {
            innermost = cause;
        }
        next = cause.source();
    }
    let name = innermost.name().unwrap_or(asked);
    match sources.get(name).or_else(|| sources.get(asked)) {
        Some(file) => finding(innermost, &file),
        None => finding(innermost, &Arc::new(SourceFile::new(name, ""))),
    }
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
        ErrorKind::OutOfFuel => "the template takes too many steps for a workspace of this size".to_owned(),
        ErrorKind::WriteFailure => "the report grows larger than 64 MiB".to_owned(),
        kind if detail.is_empty() => kind.to_string(),
        _ => detail.to_owned(),
    };
    let finding = Finding::new(code, message).at(file, span);
    match error.kind() {
        ErrorKind::OutOfFuel => finding.help("look for loops within loops"),
        ErrorKind::WriteFailure => finding.help("let the template write less"),
        _ => finding.help(match code {
            Code::TemplateSyntax => {
                "`{{ … }}` and `{% … %}` are closed where they open, and `{% for %}` and `{% if %}` by `{% endfor %}` and `{% endif %}`"
            }
            Code::TooDeep => "let templates include each other less deeply",
            _ => "`dealgate report --format context` shows what a template sees",
        }),
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
        ErrorKind::OutOfFuel | ErrorKind::WriteFailure => Code::TooLarge,
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
