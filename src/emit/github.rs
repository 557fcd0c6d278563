//! Workflow commands that a GitHub runner shows as annotations. Must not know any other forge.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::{Outcome, Surface};
use crate::finding::{Finding, Level};
use crate::source::{Place, escape};

/// One annotation a finding. GitHub keeps ten errors and ten warnings of a step, so the gravest come first.
pub(super) fn emit(outcome: &Outcome<'_>, _: Surface, out: &mut dyn Write) -> io::Result<()> {
    let findings = outcome.ledger.findings();
    for level in Level::ALL {
        for finding in findings.iter().filter(|finding| finding.level.unwrap_or(Level::Error) == level) {
            annotation(finding, level, outcome.prefix, out)?;
        }
    }
    Ok(())
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
        write!(out, "col={},endLine={},endColumn={},", start.column, end.line, end.column)?;
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
