//! One line a finding, for pipes, editors and `grep`.

use std::io::{self, Write};

use super::outcome::CheckOutcome;
use super::summary;
use super::summary::{divide, left_out};
use super::surface::{Surface, bold, level_style, linked};
use crate::finding::{Finding, Level};
use crate::source::escape;

/// `path:line:col: level[code] message`, then the summary.
pub(super) fn emit(outcome: &CheckOutcome<'_>, surface: Surface, out: &mut dyn Write) -> io::Result<()> {
    let findings = outcome.ledger.findings();
    for (index, finding) in findings.iter().enumerate().take(surface.most.unwrap_or(usize::MAX)) {
        divide(outcome, index, out)?;
        line(finding, surface, out)?;
    }
    left_out(findings.len(), surface, out)?;
    summary(outcome, surface, out)
}

fn line(finding: &Finding, surface: Surface, out: &mut dyn Write) -> io::Result<()> {
    if let Some(place) = &finding.place {
        let start = place.start();
        let bold = bold(surface);
        write!(
            out,
            "{bold}{}{bold:#}:{}:{}: ",
            escape::opening(place.file.path()),
            start.line,
            start.column
        )?;
    }
    let level = finding.level.unwrap_or(Level::Error);
    let style = level_style(level, surface);
    let code = linked(finding.code.name(), finding.url.as_deref(), surface);
    writeln!(out, "{style}{level}[{code}]{style:#} {}", escape::line(&finding.message))
}
