//! Workflow commands that a GitHub runner shows as annotations.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::outcome::CheckOutcome;
use super::surface::Surface;
use crate::finding::wording::{Count, WordList};
use crate::finding::{Finding, Level};
use crate::source::{Place, escape};

/// How many annotations of one level GitHub keeps of a step; it drops the rest without a word.
const KEPT: usize = 10;

/// One annotation a finding, the gravest first, as many as GitHub keeps; one more says how many there are beside.
pub(super) fn emit(outcome: &CheckOutcome<'_>, _: Surface, out: &mut dyn Write) -> io::Result<()> {
    let findings = outcome.ledger.findings();
    let mut beside = Vec::new();
    for level in Level::ALL {
        let of_level: Vec<_> =
            findings.iter().filter(|finding| finding.level.unwrap_or(Level::Error) == level).collect();
        // What is beside is told by a notice, so one of those is kept free.
        let kept = if level == Level::Info { KEPT - 1 } else { KEPT };
        for finding in of_level.iter().take(kept) {
            annotation(finding, level, outcome.prefix, out)?;
        }
        if let Some(more) = of_level.len().checked_sub(kept).filter(|more| *more > 0) {
            beside.push(Count(more, level.name()).to_string());
        }
    }
    if beside.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "::notice title=dealgate::{} more are not annotated: GitHub shows {KEPT} of a level and step; \
         `--format markdown` and the step's summary have them all",
        WordList(&beside, "and")
    )
}

fn annotation(finding: &Finding, level: Level, prefix: &str, out: &mut dyn Write) -> io::Result<()> {
    let command = match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info => "notice",
    };
    write!(out, "::{command} ")?;
    if let Some(place) = &finding.place {
        let file = format!("{prefix}{}", place.file.path());
        let (start, end) = (place.start(), place.end());
        write!(out, "file={},line={},", escape::annotation_property(&file), start.line)?;
        // Of an annotation over several lines the runner takes no columns, and warns of them.
        if start.line == end.line {
            write!(out, "col={},endLine={},endColumn={},", start.column, end.line, end.column)?;
        } else {
            write!(out, "endLine={},", end.line)?;
        }
    }
    let title = finding.code.name();
    writeln!(out, "title={title}::{}", escape::annotation(&text(finding)))
}

/// The message, the places that explain it, and the way out: an annotation has one text for all.
fn text(finding: &Finding) -> String {
    let mut text = finding.message.clone();
    for related in &finding.related {
        let _ = write!(text, "\n{}: {}", related.message, spot(&related.place));
    }
    if let Some(help) = &finding.help {
        text.push_str("\nhelp: ");
        text.push_str(help);
    }
    if let Some(url) = &finding.url {
        text.push_str("\nmore: ");
        text.push_str(url);
    }
    text
}

fn spot(place: &Place) -> String {
    format!("{}:{}", place.file.path(), place.start().line)
}
