//! Turns the engine's errors into findings with places.

use std::error::Error as _;
use std::ops::Range;
use std::sync::Arc;

use minijinja::{Error, ErrorKind};

use super::sources::TemplateSources;
use super::{Budget, guard, size};
use crate::finding::limit::{REPORT_SIZE, TEMPLATE_STEPS};
use crate::finding::wording::{Size, quote};
use crate::finding::{Code, Finding};
use crate::source::{SourceFile, Span};

/// The finding of an error met while rendering: at the innermost place that the engine knows. What was used up is told
/// with how much there was of it.
pub(super) fn rendering(error: &Error, sources: &TemplateSources, asked: &str, budget: Budget) -> Finding {
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
        _ => return finding_at(innermost, &file, written(innermost, sources, name, &file)),
    };
    let span = written(innermost, sources, name, &file);
    Finding::new(Code::TooLarge, message).help(help).at(&file, span)
}

/// What to do where operators hang on one another.
const GIVE_A_NAME: &str = "give a part of it a name with `{% set … %}`, and write on with that";

/// The finding of a template that nests too deeply to be read.
pub(super) fn too_deep(file: &Arc<SourceFile>, span: Span) -> Finding {
    Finding::new(Code::TooDeep, guard::TOO_DEEP).help(GIVE_A_NAME).at(file, span)
}

/// The finding of templates that include each other too often to be looked at.
pub(super) fn too_often(file: &Arc<SourceFile>) -> Finding {
    let message = "templates include each other so often that what they show is not looked at any more";
    let help = "include it in fewer places, or make it a macro and import that once";
    Finding::new(Code::TooLarge, message).help(help).at(file, Span::default())
}

/// The finding of an error in a file.
pub(super) fn finding(error: &Error, file: &Arc<SourceFile>) -> Finding {
    finding_at(error, file, place(error, file, error.range()))
}

/// The place of an error met while rendering, where the engine had another text than the one that is written.
fn written(error: &Error, sources: &TemplateSources, name: &str, file: &SourceFile) -> Span {
    place(error, file, error.range().map(|range| sources.written(name, range)))
}

fn finding_at(error: &Error, file: &Arc<SourceFile>, span: Span) -> Finding {
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
    finding.help(match code {
        Code::TemplateSyntax => {
            "`{{ … }}` and `{% … %}` are closed where they open, `{% for %}` by `{% endfor %}`, `{% if %}` by `{% endif %}`"
        }
        Code::TooDeep if error.detail() == Some(guard::TOO_DEEP) => GIVE_A_NAME,
        Code::TooDeep if error.detail() == Some(size::TOO_DEEP) => "let it make lists that are less deep",
        Code::TooDeep if error.detail() == Some(size::IN_ITSELF) => "put in what it holds, name by name",
        Code::TooLarge if error.detail() == Some(size::TOO_WIDE) => "write `indent=2`",
        Code::TooDeep => "let templates include each other less deeply",
        Code::TooLarge => "let it make shorter lists, or print each part by itself",
        _ => "`dealgate report --format context` shows what a template sees",
    })
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
        _ => match error.detail() {
            Some(guard::TOO_DEEP | size::TOO_DEEP | size::IN_ITSELF) => Code::TooDeep,
            Some(super::budget::TOO_LARGE | size::TOO_WIDE) => Code::TooLarge,
            Some(detail) if detail.contains("recursion limit") => Code::TooDeep,
            _ => Code::TemplateSyntax,
        },
    }
}

/// The bytes that the engine names, else its line without the white space before it.
fn place(error: &Error, file: &SourceFile, range: Option<Range<usize>>) -> Span {
    if let Some(range) = range.filter(|range| file.text().get(range.clone()).is_some()) {
        return Span::new(range.start, range.end);
    }
    let Some(line) = error.line() else { return Span::default() };
    let before: usize = file.text().split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let text = file.line(line);
    let indent = text.len() - text.trim_start().len();
    Span::new(before + indent, before + text.len())
}
