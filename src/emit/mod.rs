//! Turns an outcome into text, one file per format. Formats are pure: they never judge, count or read a file.

mod concise;
pub mod diff;
mod excerpt;
mod full;
mod github;
mod gitlab;
mod json;
pub mod junit;
mod markdown;
mod sarif;
mod summary;
pub mod visible;

use std::io::{self, Write};
use std::sync::Arc;

use anstyle::{AnsiColor, Style};
use jiff::civil::Date;

use crate::finding::{Ledger, Level};

pub(crate) use full::wrap;
pub use summary::summary;

/// What a run of `check` has to say, ready to be shown.
#[derive(Clone, Copy, Debug)]
pub struct CheckOutcome<'a> {
    /// The findings, settled.
    pub ledger: &'a Ledger,
    /// The day that `today` meant.
    pub today: Date,
    /// The revision that was checked; `None` for the files as they are.
    pub revision: Option<&'a str>,
    /// Deal files, unreadable and unjudged ones too.
    pub deals: usize,
    /// Whether the settings were asked for by name.
    pub settings: bool,
    /// Workflows that were read.
    pub workflows: usize,
    /// Templates of the workspace that were looked at.
    pub templates: usize,
    /// Deals whose workflow cannot be used.
    pub not_judged: usize,
    /// The workspace's root below the root of the repository, with `/` at its end; empty where they are
    /// the same. Only formats that are read by a forge need it.
    pub prefix: &'a str,
    /// The gates that were asked of each deal, for formats that show what passed too.
    pub gates: &'a [Gated],
}

/// The gates that were asked of a judged deal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gated {
    /// The deal's id.
    pub deal: Arc<str>,
    /// The workflow's name.
    pub workflow: Arc<str>,
    /// The deal's file.
    pub path: Arc<str>,
    /// The stages whose requirements were asked, with their number in the workflow.
    pub stages: Vec<(u32, Arc<str>)>,
}

/// What a format writes on. Formats for programs ignore it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Surface {
    /// Columns.
    pub width: usize,
    /// Whether it shows colours.
    pub colour: bool,
    /// Whether excerpts are drawn with Unicode lines.
    pub unicode: bool,
    /// Whether the summary line is wanted.
    pub summary: bool,
}

impl Surface {
    /// A file or a pipe: no colour, ASCII, 100 columns.
    pub const PLAIN: Self = Self { width: 100, colour: false, unicode: false, summary: true };
}

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

/// How a level looks; no style where there is no colour.
pub(crate) fn level_style(level: Level, surface: Surface) -> Style {
    let colour = match level {
        Level::Error => AnsiColor::Red,
        Level::Warning => AnsiColor::Yellow,
        Level::Info => AnsiColor::Cyan,
    };
    if surface.colour { colour.on_default().bold() } else { Style::new() }
}

/// Bold, where there is colour.
pub(crate) fn bold(surface: Surface) -> Style {
    if surface.colour { Style::new().bold() } else { Style::new() }
}

#[cfg(test)]
mod tests;
