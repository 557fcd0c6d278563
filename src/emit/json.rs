//! JSON for programs: the contract's schema, to which keys are only ever added.

use std::io::{self, Write};

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;

use super::outcome::CheckOutcome;
use super::safe_json;
use super::surface::Surface;
use crate::edit::fix::FixEdit;
use crate::finding::{self, Level};
use crate::source::Place;

/// One document.
pub(super) fn emit(outcome: &CheckOutcome<'_>, _: Surface, out: &mut dyn Write) -> io::Result<()> {
    safe_json::document(&CheckDocument::of(outcome), out)
}

/// One object a line.
pub(super) fn emit_lines(outcome: &CheckOutcome<'_>, _: Surface, out: &mut dyn Write) -> io::Result<()> {
    FindingJson::all(outcome).try_for_each(|finding| safe_json::line(&finding, out))
}

/// The schema of [`emit`]'s document.
pub(super) fn schema() -> serde_json::Value {
    schema_of::<CheckDocument<'_>>("What `dealgate check --format json` writes", "dealgate schema findings")
}

/// The schema of what a type writes, with what it is called and the command that shows it.
pub(super) fn schema_of<T: JsonSchema>(title: &str, command: &str) -> serde_json::Value {
    let settings = SchemaSettings::draft07().for_serialize();
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    schema.insert("title".to_owned(), title.into());
    schema.insert("$comment".to_owned(), command.into());
    schema.to_value()
}

/// What `--format json` writes.
#[derive(Debug, Serialize, JsonSchema)]
struct CheckDocument<'a> {
    /// Raised when a key changes its meaning or goes.
    schema_version: u32,
    /// What wrote this.
    tool: Tool,
    /// The day that `today` meant, as `2026-11-23`.
    today: String,
    /// The revision that was checked; null for the files as they are.
    revision: Option<&'a str>,
    /// With `--since`: the revision from which on changes were judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<&'a str>,
    /// How much was checked, and what came out.
    summary: Summary,
    /// The findings, in order.
    findings: Vec<FindingJson<'a>>,
}

impl<'a> CheckDocument<'a> {
    fn of(outcome: &CheckOutcome<'a>) -> Self {
        let tally = outcome.ledger.tally();
        let since = outcome.ledger.since();
        Self {
            schema_version: 1,
            tool: Tool::THIS,
            today: outcome.today.to_string(),
            revision: outcome.revision,
            since: since.map(|since| since.revision.as_str()),
            summary: Summary {
                deals: outcome.deals,
                workflows: outcome.workflows,
                not_judged: outcome.not_judged,
                errors: tally.errors,
                warnings: tally.warnings,
                infos: tally.infos,
                waived: tally.waived,
                introduced: since.map(|_| tally.total() - tally.known),
                not_touched: since.map(|since| since.not_touched),
            },
            findings: FindingJson::all(outcome).collect(),
        }
    }
}

/// What wrote a document.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Tool {
    /// `dealgate`.
    name: &'static str,
    /// Its version.
    version: &'static str,
}

impl Tool {
    /// This program.
    pub(super) const THIS: Self = Self { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") };
}

/// How much was checked, and what came out.
#[derive(Debug, Serialize, JsonSchema)]
struct Summary {
    /// Deal files, unreadable and unjudged ones too.
    deals: usize,
    /// Workflows that were read.
    workflows: usize,
    /// Deals whose workflow cannot be used.
    not_judged: usize,
    /// Findings of level error.
    errors: usize,
    /// Findings of level warning.
    warnings: usize,
    /// Findings of level info.
    infos: usize,
    /// Requirements that a waiver lifts.
    waived: usize,
    /// With `--since`: findings that the change brought; the others were there before.
    #[serde(skip_serializing_if = "Option::is_none")]
    introduced: Option<usize>,
    /// With `--since`: deals that the change does not touch, and that were not judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    not_touched: Option<usize>,
}

/// One finding.
#[derive(Debug, Serialize, JsonSchema)]
struct FindingJson<'a> {
    /// Its stable kind; `dealgate explain` knows it.
    code: &'static str,
    /// `error`, `warning` or `info`.
    level: &'static str,
    /// What is wrong.
    message: &'a str,
    /// The next action.
    help: Option<&'a str>,
    /// What `check --fix` would write; null where only a person can tell.
    fix: Option<FixJson<'a>>,
    /// A page that says more.
    url: Option<&'a str>,
    /// Where; all null when no file is at fault.
    #[serde(flatten)]
    spot: Spot<'a>,
    /// The deal's id.
    deal: Option<&'a str>,
    /// The workflow's name.
    workflow: Option<&'a str>,
    /// The stage's id.
    stage: Option<&'a str>,
    /// The requirement's id.
    requirement: Option<&'a str>,
    /// Places that explain it.
    related: Vec<RelatedJson<'a>>,
    /// The same as long as the fault is, wherever its line moves.
    fingerprint: String,
    /// With `--since`: whether the change brought it.
    #[serde(skip_serializing_if = "Option::is_none")]
    introduced: Option<bool>,
}

impl<'a> FindingJson<'a> {
    fn all(outcome: &CheckOutcome<'a>) -> impl Iterator<Item = Self> {
        let (findings, is_change) = (outcome.ledger.findings(), outcome.ledger.since().is_some());
        let found = findings.iter().zip(FixEdit::all(findings)).zip(outcome.ledger.fingerprints());
        found.map(move |((finding, edit), fingerprint)| Self::of(finding, edit, fingerprint, is_change))
    }

    fn of(
        finding: &'a finding::Finding,
        edit: Option<FixEdit>,
        fingerprint: String,
        is_change: bool,
    ) -> Self {
        let related = finding
            .related
            .iter()
            .map(|related| RelatedJson { spot: Spot::of(Some(&related.place)), message: &related.message });
        Self {
            code: finding.code.name(),
            level: finding.level.unwrap_or(Level::Error).name(),
            message: &finding.message,
            help: finding.help.as_deref(),
            fix: edit.and_then(|edit| FixJson::of(finding, edit)),
            url: finding.url.as_deref(),
            spot: Spot::of(finding.place.as_ref()),
            deal: finding.subject.deal.as_deref(),
            workflow: finding.subject.workflow.as_deref(),
            stage: finding.subject.stage.as_deref(),
            requirement: finding.subject.requirement.as_deref(),
            related: related.collect(),
            fingerprint,
            introduced: is_change.then_some(!finding.known),
        }
    }
}

/// What mends a finding.
#[derive(Debug, Serialize, JsonSchema)]
struct FixJson<'a> {
    /// What it does, in a few words.
    title: String,
    /// Whether it cannot change what a person meant; others are made with `--unsafe-fixes` only.
    safe: bool,
    /// What is replaced.
    edits: Vec<FixEditJson<'a>>,
}

/// A part of a file and what stands there instead.
#[derive(Debug, Serialize, JsonSchema)]
struct FixEditJson<'a> {
    /// Path from the workspace's root, with `/`.
    file: &'a str,
    /// First line.
    line: usize,
    /// First column.
    column: usize,
    /// Last line.
    end_line: usize,
    /// The column after the last.
    end_column: usize,
    /// What stands there instead.
    text: String,
}

impl<'a> FixJson<'a> {
    fn of(finding: &'a finding::Finding, edit: FixEdit) -> Option<Self> {
        let (fix, place) = (finding.fix.as_ref()?, finding.place.as_ref()?);
        let FixEdit { place: replaced, text } = edit;
        let (start, end) = (replaced.start(), replaced.end());
        let edit = FixEditJson {
            file: place.file.path(),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
            text,
        };
        Some(Self { title: fix.title(), safe: fix.safe, edits: vec![edit] })
    }
}

/// A second place.
#[derive(Debug, Serialize, JsonSchema)]
struct RelatedJson<'a> {
    /// Where.
    #[serde(flatten)]
    spot: Spot<'a>,
    /// What is there.
    message: &'a str,
}

/// A place. Lines and columns count from 1, columns in characters; ends are exclusive.
#[derive(Debug, Default, Serialize, JsonSchema)]
struct Spot<'a> {
    /// Path from the workspace's root, with `/`.
    file: Option<&'a str>,
    /// First line.
    line: Option<usize>,
    /// First column.
    column: Option<usize>,
    /// Last line.
    end_line: Option<usize>,
    /// The column after the last.
    end_column: Option<usize>,
}

impl<'a> Spot<'a> {
    fn of(place: Option<&'a Place>) -> Self {
        let Some(place) = place else { return Self::default() };
        let (start, end) = (place.start(), place.end());
        Self {
            file: Some(place.file.path()),
            line: Some(start.line),
            column: Some(start.column),
            end_line: Some(end.line),
            end_column: Some(end.column),
        }
    }
}
