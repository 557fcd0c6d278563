//! SARIF 2.1.0, as code scanning reads it. Must not judge: rules and levels are the ledger's and the table's.

use std::cmp::Reverse;
use std::fmt::Write as _;
use std::io::{self, Write};

use serde::Serialize;

use super::outcome::CheckOutcome;
use super::safe_json;
use super::surface::Surface;
use crate::edit::fix::FixEdit;
use crate::finding::code::{CODES, CodeEntry};
use crate::finding::wording::Count;
use crate::finding::{self, Level};
use crate::source::{Place, escape};

/// One log with one run.
pub(super) fn emit(outcome: &CheckOutcome<'_>, _: Surface, out: &mut dyn Write) -> io::Result<()> {
    safe_json::document(&SarifLog::of(outcome), out)
}

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// How many results code scanning takes of a run: of one with more it takes none.
const MOST_RESULTS: usize = 25_000;

/// Where the tool is told of: where it is published, once Cargo.toml says so.
const REPOSITORY: &str = env!("CARGO_PKG_REPOSITORY");
const REGISTRY: &str = concat!("https://crates.io/crates/", env!("CARGO_PKG_NAME"));

/// What paths are relative to: the root of the repository.
const ROOT: &str = "%SRCROOT%";

#[derive(Debug, Serialize)]
struct SarifLog<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [SarifRun<'a>; 1],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifRun<'a> {
    tool: SarifTool,
    automation_details: Id,
    /// Findings that no file is at fault for are told here: a result without a place is refused by GitHub.
    invocations: [Invocation<'a>; 1],
    column_kind: &'static str,
    results: Vec<SarifResult<'a>>,
}

#[derive(Debug, Serialize)]
struct SarifTool {
    driver: Driver,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    semantic_version: &'static str,
    information_uri: &'static str,
    rules: Vec<SarifRule>,
}

#[derive(Debug, Serialize)]
struct Id {
    id: &'static str,
}

/// What is known of a code.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifRule {
    id: &'static str,
    short_description: Message,
    full_description: Message,
    help: SarifHelp,
    default_configuration: Configuration,
}

#[derive(Debug, Serialize)]
struct Message {
    text: String,
}

#[derive(Debug, Serialize)]
struct SarifHelp {
    text: String,
    markdown: String,
}

#[derive(Debug, Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation<'a> {
    execution_successful: bool,
    tool_execution_notifications: Vec<Notification<'a>>,
}

#[derive(Debug, Serialize)]
struct Notification<'a> {
    descriptor: Id,
    level: &'static str,
    message: Message,
    properties: SarifSubject<'a>,
}

/// One finding; the standard calls it a result.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult<'a> {
    rule_id: &'static str,
    rule_index: usize,
    level: &'static str,
    message: Message,
    locations: [SarifLocation; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<SarifLocation>,
    partial_fingerprints: Fingerprints,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<SarifFix>,
    properties: SarifSubject<'a>,
}

/// What mends a finding.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifFix {
    description: Message,
    artifact_changes: [ArtifactChange; 1],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactChange {
    artifact_location: Artifact,
    replacements: [Replacement; 1],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement {
    deleted_region: Region,
    inserted_content: InsertedContent,
}

#[derive(Debug, Serialize)]
struct InsertedContent {
    text: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Fingerprints {
    /// The one that GitHub matches alerts by.
    primary_location_line_hash: String,
    #[serde(rename = "dealgate/v1")]
    own: String,
}

#[derive(Debug, Serialize)]
struct SarifSubject<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    deal: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    workflow: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stage: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    requirement: Option<&'a str>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifLocation {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    #[serde(rename = "physicalLocation")]
    place: Physical,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: Artifact,
    region: Region,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Artifact {
    uri: String,
    uri_base_id: &'static str,
}

/// Counted from 1; the end column is the one after the last, here as there.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
}

impl<'a> SarifLog<'a> {
    fn of(outcome: &CheckOutcome<'a>) -> Self {
        let findings = outcome.ledger.findings();
        let found = findings.iter().zip(FixEdit::all(findings)).zip(outcome.ledger.fingerprints());
        let mut found: Vec<_> = found.map(|((finding, edit), print)| (finding, edit, print)).collect();
        let (mut results, mut notifications) = (Vec::new(), Vec::new());
        let with_place = found.iter().filter(|(finding, ..)| finding.place.is_some()).count();
        if let Some(more) = with_place.checked_sub(MOST_RESULTS).filter(|more| *more > 0) {
            found.sort_by_key(|(finding, ..)| Reverse(finding.level.unwrap_or(Level::Error)));
            notifications.push(Notification::left_out(more));
        }
        for (finding, edit, print) in found {
            match &finding.place {
                Some(_) if results.len() == MOST_RESULTS => {}
                Some(place) => {
                    let fix = edit.and_then(|edit| SarifFix::of(finding, edit, outcome.prefix));
                    let result = SarifResult::of(finding, place, print, outcome.prefix);
                    results.push(SarifResult { fixes: fix.into_iter().collect(), ..result });
                }
                None => notifications.push(Notification {
                    descriptor: Id { id: finding.code.name() },
                    level: level(finding.level.unwrap_or(Level::Error)),
                    message: message(&text(finding)),
                    properties: SarifSubject::of(&finding.subject),
                }),
            }
        }
        let driver = Driver {
            name: env!("CARGO_PKG_NAME"),
            semantic_version: env!("CARGO_PKG_VERSION"),
            information_uri: if REPOSITORY.is_empty() { REGISTRY } else { REPOSITORY },
            rules: CODES.iter().map(SarifRule::of).collect(),
        };
        let run = SarifRun {
            tool: SarifTool { driver },
            automation_details: Id { id: "dealgate/" },
            invocations: [Invocation {
                execution_successful: true,
                tool_execution_notifications: notifications,
            }],
            column_kind: "unicodeCodePoints",
            results,
        };
        Self { schema: SCHEMA, version: "2.1.0", runs: [run] }
    }
}

impl Notification<'_> {
    /// That there are more than code scanning takes.
    fn left_out(more: usize) -> Self {
        let text = format!(
            "{} not in this log: code scanning takes no more than {MOST_RESULTS} of a run, so the gravest are here; \
             `--format json` has them all",
            Count(more, "finding")
        );
        let properties = SarifSubject { deal: None, workflow: None, stage: None, requirement: None };
        Self { descriptor: Id { id: "too-large" }, level: "warning", message: message(&text), properties }
    }
}

impl SarifRule {
    fn of(entry: &CodeEntry) -> Self {
        let first = entry.means.split_inclusive(". ").next().unwrap_or(entry.means).trim_end();
        let CodeEntry { means, example, remedy, .. } = entry;
        Self {
            id: entry.name,
            short_description: message(first),
            full_description: message(means),
            help: SarifHelp {
                text: format!("{means}\n\nWhat to do: {remedy}"),
                markdown: format!("{means}\n\n```\n{example}```\n\n**What to do**: {remedy}"),
            },
            default_configuration: Configuration { level: level(entry.level) },
        }
    }
}

impl<'a> SarifResult<'a> {
    fn of(finding: &'a finding::Finding, place: &Place, print: String, prefix: &str) -> Self {
        let related = finding.related.iter().filter(|related| !is_built_in(&related.place));
        let related = related.enumerate().map(|(index, related)| SarifLocation {
            id: Some(index),
            place: Physical::of(&related.place, prefix),
            message: Some(message(&related.message)),
        });
        Self {
            rule_id: finding.code.name(),
            rule_index: finding.code as usize,
            level: level(finding.level.unwrap_or(Level::Error)),
            message: message(&text(finding)),
            locations: [SarifLocation { id: None, place: Physical::of(place, prefix), message: None }],
            related_locations: related.collect(),
            partial_fingerprints: Fingerprints {
                primary_location_line_hash: format!("{print}:1"),
                own: print,
            },
            fixes: Vec::new(),
            properties: SarifSubject::of(&finding.subject),
        }
    }
}

impl SarifFix {
    fn of(finding: &finding::Finding, edit: FixEdit, prefix: &str) -> Option<Self> {
        let fix = finding.fix.as_ref()?;
        let FixEdit { place, text } = edit;
        let Physical { artifact_location, region } = Physical::of(&place, prefix);
        let replacement = Replacement { deleted_region: region, inserted_content: InsertedContent { text } };
        let change = ArtifactChange { artifact_location, replacements: [replacement] };
        Some(Self { description: message(&fix.title()), artifact_changes: [change] })
    }
}

impl<'a> SarifSubject<'a> {
    fn of(subject: &'a finding::Subject) -> Self {
        Self {
            deal: subject.deal.as_deref(),
            workflow: subject.workflow.as_deref(),
            stage: subject.stage.as_deref(),
            requirement: subject.requirement.as_deref(),
        }
    }
}

impl Physical {
    fn of(place: &Place, prefix: &str) -> Self {
        let (start, end) = (place.start(), place.end());
        Self {
            artifact_location: Artifact {
                uri: escape::uri_path(&format!("{prefix}{}", place.file.path())),
                uri_base_id: ROOT,
            },
            region: Region {
                start_line: start.line,
                start_column: start.column,
                end_line: end.line,
                end_column: end.column,
            },
        }
    }
}

/// A built-in is in no repository, so nobody could follow a link to it.
fn is_built_in(place: &Place) -> bool {
    place.file.path().starts_with("builtin/")
}

/// What is wrong and what to do; places that cannot be linked to are named.
fn text(finding: &finding::Finding) -> String {
    let mut text = finding.message.clone();
    for related in finding.related.iter().filter(|related| is_built_in(&related.place)) {
        let place = &related.place;
        let _ = write!(text, "\n{}: {}:{}", related.message, place.file.path(), place.start().line);
    }
    if let Some(help) = &finding.help {
        let _ = write!(text, "\nWhat to do: {help}");
    }
    if let Some(url) = &finding.url {
        let _ = write!(text, "\nMore: {url}");
    }
    text
}

/// In a message of the standard, brackets make links and a backslash takes that meaning from them.
fn message(text: &str) -> Message {
    Message { text: text.replace('\\', r"\\").replace('[', r"\[").replace(']', r"\]") }
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info => "note",
    }
}
