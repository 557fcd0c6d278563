//! A table in GitHub's and GitLab's Markdown, for summaries and comments.

use std::io::{self, Write};

use super::outcome::CheckOutcome;
use super::summary;
use super::surface::Surface;
use crate::finding::{Finding, Level};
use crate::source::escape;

/// The summary, then a row a finding, the gravest first.
pub(super) fn emit(outcome: &CheckOutcome<'_>, _: Surface, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "**dealgate**: ")?;
    summary(outcome, Surface::PLAIN, out)?;
    if outcome.ledger.findings().is_empty() {
        return Ok(());
    }
    writeln!(out, "\n| Level | Where | Finding | What to do |\n| --- | --- | --- | --- |")?;
    for level in Level::ALL {
        let findings = outcome.ledger.findings().iter();
        for finding in findings.filter(|finding| finding.level.unwrap_or(Level::Error) == level) {
            row(finding, level, out)?;
        }
    }
    Ok(())
}

fn row(finding: &Finding, level: Level, out: &mut dyn Write) -> io::Result<()> {
    let place = finding.place.as_ref();
    let place = place.map(|place| format!("{}:{}", place.file.path(), place.start().line));
    let place = place.map_or_else(String::new, |place| format!("<code>{}</code>", escape::markdown(&place)));
    let help = finding.help.as_deref().map(escape::markdown);
    let more = finding.url.as_deref().map(|url| format!("[more]({})", escape::markdown_address(url)));
    let help: Vec<_> = help.into_iter().chain(more).collect();
    let help = help.join("<br>");
    let message = escape::markdown(&finding.message);
    writeln!(out, "| {level} | {place} | {message}<br><sub>{}</sub> | {help} |", finding.code)
}
