//! GitLab's code quality report: a list of issues with a fingerprint each.

use std::io::{self, Write};

use serde::Serialize;

use super::outcome::CheckOutcome;
use super::safe_json;
use super::surface::Surface;
use crate::finding::{self, Level};
use crate::workspace::CONFIG_FILE;

/// One JSON list, empty when all is well: GitLab then shows that what was wrong is mended.
pub(super) fn emit(outcome: &CheckOutcome<'_>, _: Surface, out: &mut dyn Write) -> io::Result<()> {
    let found = outcome.ledger.findings().iter().zip(outcome.ledger.fingerprints());
    let issues: Vec<_> = found.map(|(finding, print)| Issue::of(finding, print, outcome.prefix)).collect();
    safe_json::document(&issues, out)
}

/// A row of the merge request's widget.
#[derive(Debug, Serialize)]
struct Issue {
    description: String,
    check_name: &'static str,
    fingerprint: String,
    severity: &'static str,
    location: GitlabLocation,
}

#[derive(Debug, Serialize)]
struct GitlabLocation {
    path: String,
    lines: Lines,
}

#[derive(Debug, Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

impl Issue {
    fn of(finding: &finding::Finding, fingerprint: String, prefix: &str) -> Self {
        let beside: Vec<&str> =
            [&finding.help, &finding.url].into_iter().flatten().map(String::as_str).collect();
        let description = match beside.as_slice() {
            [] => finding.message.clone(),
            beside => format!("{} ({})", finding.message, beside.join("; ")),
        };
        let place = finding.place.as_ref();
        Self {
            description,
            check_name: finding.code.name(),
            fingerprint,
            severity: match finding.level.unwrap_or(Level::Error) {
                Level::Error => "major",
                Level::Warning => "minor",
                Level::Info => "info",
            },
            // GitLab refuses an issue without a file; what concerns the whole workspace stands on the file that marks it.
            location: GitlabLocation {
                path: format!("{prefix}{}", place.map_or(CONFIG_FILE, |place| place.file.path())),
                lines: Lines {
                    begin: place.map_or(1, |place| place.start().line),
                    end: place.map_or(1, |place| place.end().line),
                },
            },
        }
    }
}
