//! One line a finding, for pipes, editors and `grep`. Must not know excerpts.

use std::borrow::Cow;
use std::io::{self, Write};

use super::summary::divide;
use super::{Outcome, Surface, bold, level_style, summary};
use crate::finding::{Finding, Level};
use crate::source::escape;

/// `path:line:col: level[code] message`, then the summary.
pub(super) fn emit(outcome: &Outcome<'_>, surface: Surface, out: &mut dyn Write) -> io::Result<()> {
    for (index, finding) in outcome.ledger.findings().iter().enumerate() {
        divide(outcome, index, out)?;
        line(finding, surface, out)?;
    }
    summary(outcome, surface, out)
}

fn line(finding: &Finding, surface: Surface, out: &mut dyn Write) -> io::Result<()> {
    if let Some(place) = &finding.place {
        let start = place.start();
        let bold = bold(surface);
        write!(out, "{bold}{}{bold:#}:{}:{}: ", path(place.file.path()), start.line, start.column)?;
    }
    let level = finding.level.unwrap_or(Level::Error);
    let style = level_style(level, surface);
    writeln!(out, "{style}{level}[{}]{style:#} {}", finding.code, escape::line(&finding.message))
}

/// A path that opens a line of output, and must not be an order to a runner by its name.
fn path(path: &str) -> Cow<'_, str> {
    let shown = escape::line(path);
    if escape::opens_order(&shown) { Cow::Owned(format!("./{shown}")) } else { shown }
}
