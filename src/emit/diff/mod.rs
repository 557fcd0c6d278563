//! Turns a comparison of two moments into text, one file per format. Pure: nothing is compared or counted here.

mod json;
mod markdown;
mod report;
mod text;
mod values;

use std::io::{self, Write};

use super::surface::Surface;
pub use report::DiffReport;

/// How a comparison is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiffFormat {
    /// For a terminal.
    Text,
    /// For a comment on a pull request.
    Markdown,
    /// For programs.
    Json,
}

/// Every format with its name, in the order in which help shows them.
pub const DIFF_FORMATS: &[(DiffFormat, &str)] =
    &[(DiffFormat::Text, "text"), (DiffFormat::Markdown, "markdown"), (DiffFormat::Json, "json")];

/// Writes a comparison in a format.
pub fn emit(
    format: DiffFormat,
    report: &DiffReport<'_>,
    surface: Surface,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        DiffFormat::Text => text::emit(report, surface, out),
        DiffFormat::Markdown => markdown::emit(report, out),
        DiffFormat::Json => json::emit(report, out),
    }
}

/// The schema of what is written for programs.
pub(super) fn schema() -> serde_json::Value {
    json::schema()
}
