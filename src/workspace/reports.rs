//! Settings of dealgate.toml that reports and provenance use.

use crate::finding::FindingsBuilder;
use crate::syntax::reader::{ExpectedValue, Key, Table};

/// Keys of `[report]`.
pub(super) const REPORT: &[Key] = &[
    Key::new("source-url", "the address of a line, with {revision}, {path} and {line}", ExpectedValue::Text),
    Key::new("cents", "whether amounts are shown with their minor unit", ExpectedValue::Flag),
];

/// Keys of `[provenance]`.
pub(super) const PROVENANCE: &[Key] = &[Key {
    name: "approvals",
    means: "`off`, `authored` or `signed`: how approvals are proved by git",
    holds: ExpectedValue::Choice(PROOFS),
}];

/// How approvals may be proved.
const PROOFS: &[&str] = &["off", "authored", "signed"];

/// How approvals and waivers must be proved by who committed them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ApprovalPolicy {
    /// They need not.
    #[default]
    Off,
    /// By the author of the commit.
    Authored,
    /// By a signature that git verifies.
    Signed,
}

/// What `[report]` says.
#[derive(Clone, Debug, Default)]
pub struct Reporting {
    /// The address of a line in a file of the workspace, with `{revision}`, `{path}` and `{line}`.
    pub source_url: Option<String>,
    /// Whether amounts are shown with their minor unit.
    pub cents: bool,
}

pub(super) fn read_reporting(table: &Table<'_, '_>, complaints: &mut FindingsBuilder) -> Reporting {
    let opened = table.get("report").and_then(|node| Table::open(node, "`report`", REPORT, complaints));
    let Some(table) = opened else { return Reporting::default() };
    Reporting {
        source_url: table.text("source-url", complaints).map(|url| url.value.to_owned()),
        cents: table.boolean("cents", complaints).is_some_and(|cents| cents.value),
    }
}

pub(super) fn read_provenance(table: &Table<'_, '_>, complaints: &mut FindingsBuilder) -> ApprovalPolicy {
    let opened =
        table.get("provenance").and_then(|node| Table::open(node, "`provenance`", PROVENANCE, complaints));
    let written = opened.and_then(|table| table.choice("approvals", PROOFS, complaints));
    match written.map(|written| written.value) {
        Some("authored") => ApprovalPolicy::Authored,
        Some("signed") => ApprovalPolicy::Signed,
        _ => ApprovalPolicy::Off,
    }
}
