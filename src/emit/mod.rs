//! Turns an outcome into text, one file per format. Formats are pure: they never judge, count or read a file.

pub(crate) mod columns;
mod concise;
pub mod diff;
mod excerpt;
mod full;
mod github;
mod gitlab;
mod json;
pub mod junit;
mod markdown;
mod outcome;
pub mod safe_json;
mod sarif;
mod statistics;
mod summary;
mod surface;
pub(crate) mod terminal_markdown;

use std::io::{self, Write};

pub(crate) use full::wrap;
pub use outcome::{CheckOutcome, Gated};
pub use statistics::statistics;
pub use summary::summary;
pub use surface::Surface;
pub(crate) use surface::{bold, level_style};

macro_rules! formats {
    ($($variant:ident $name:literal $about:literal $write:path;)*) => {
        /// How findings are shown.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Format {
            $(#[doc = $about] $variant,)*
        }

        /// Every format, in the order in which help shows them.
        pub const FORMATS: &[FormatEntry] = &[
            $(FormatEntry { format: Format::$variant, name: $name, about: $about, write: $write },)*
        ];
    };
}

formats! {
    Full    "full"    "excerpts of the deal and of the workflow's line"        full::emit;
    Concise "concise" "one line a finding: path:line:col: level[code] message" concise::emit;
    Json    "json"    "one JSON document, with the summary"                    json::emit;
    Jsonl   "jsonl"   "one JSON object a line and finding, nothing else"       json::emit_lines;
    Github  "github"  "annotations of a GitHub workflow run"                   github::emit;
    Gitlab  "gitlab"  "a GitLab code quality report"                           gitlab::emit;
    Sarif   "sarif"   "SARIF 2.1.0, for code scanning"                         sarif::emit;
    Junit   "junit"   "JUnit XML: a suite a company, a case a deal and gate"   junit::emit;
    Markdown "markdown" "a table, for summaries and comments"                  markdown::emit;
}

/// What is known of a format.
#[derive(Clone, Copy, Debug)]
pub struct FormatEntry {
    /// The format.
    pub format: Format,
    /// Its stable name.
    pub name: &'static str,
    /// What it is, in a few words.
    pub about: &'static str,
    write: Writer,
}

/// Writes an outcome in one format.
type Writer = fn(&CheckOutcome<'_>, Surface, &mut dyn Write) -> io::Result<()>;

impl Format {
    /// What is known of the format.
    pub fn entry(self) -> &'static FormatEntry {
        &FORMATS[self as usize]
    }

    /// Its stable name.
    pub fn name(self) -> &'static str {
        self.entry().name
    }

    /// Whether it shows what passed too, and so needs [`CheckOutcome::gates`].
    pub fn shows_passed(self) -> bool {
        self == Self::Junit
    }

    /// The format of a name.
    pub fn parse(name: &str) -> Option<Self> {
        FORMATS.iter().find(|entry| entry.name == name).map(|entry| entry.format)
    }
}

/// Writes an outcome in a format.
pub fn emit(
    format: Format,
    outcome: &CheckOutcome<'_>,
    surface: Surface,
    out: &mut dyn Write,
) -> io::Result<()> {
    (format.entry().write)(outcome, surface, out)
}

/// The JSON Schema of what [`Format::Json`] writes.
pub fn findings_schema() -> serde_json::Value {
    json::schema()
}

/// The JSON Schema of what [`diff::DiffFormat::Json`] writes.
pub fn diff_schema() -> serde_json::Value {
    diff::schema()
}

#[cfg(test)]
mod tests;
