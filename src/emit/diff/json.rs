//! A comparison for programs. Keys are only ever added.

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;

use super::Report;
use crate::compare::{Comparison, DealChange, Fate, Matrix, RuleChanges, Sum, Totals};
use crate::emit::json::{Tool, schema_of};
use crate::emit::visible;
use crate::finding::{Finding, Level};

pub(super) fn emit(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    visible::document(&Document::of(report), out)
}

/// The schema of [`emit`]'s document.
pub(super) fn schema() -> serde_json::Value {
    schema_of::<Document<'_>>("What `dealgate diff --format json` writes", "dealgate schema diff")
}

/// What `diff --format json` writes.
#[derive(Debug, Serialize, JsonSchema)]
struct Document<'a> {
    /// Raised when a key changes its meaning or goes.
    schema_version: u32,
    /// What wrote this.
    tool: Tool,
    /// The earlier moment.
    base: Moment<'a>,
    /// The later moment.
    head: Moment<'a>,
    /// The currency of all values, as `EUR`; null when nothing has a price.
    currency: Option<&'static str>,
    /// The close dates that the bridge is about; null: all.
    window: Option<Window<'a>>,
    /// The deals that changed, in the order of their ids.
    deals: Vec<Changed<'a>>,
    /// From what was open in the window to what is, row by row.
    bridge: Vec<Step<'a>>,
    /// What was and is open in the window.
    in_window: BeforeAfter,
    /// What was and is open at all.
    overall: BeforeAfter,
    /// Where deals came from and went, for each list of stages.
    stages: Vec<Stages<'a>>,
    /// What became of findings; null: `history` alone tells of a moment, which knows none.
    findings: Option<Findings<'a>>,
    /// What changed rules do to the deals; null: the rules did not change, and were not asked for.
    what_if: Option<WhatIf<'a>>,
    /// Deals whose file cannot be read at one end, and which are taken as they are at the other.
    unread: usize,
    /// Deals that tell nothing of their past, and are taken as they are now.
    undated: usize,
}

/// A moment.
#[derive(Debug, Serialize, JsonSchema)]
struct Moment<'a> {
    /// As people read it.
    name: &'a str,
    /// The full name of its commit; null for the files as they are, and for a day that `history` tells of.
    revision: Option<&'a str>,
    /// The day at whose end it is, as `2026-11-23`.
    day: String,
}

/// A period.
#[derive(Debug, Serialize, JsonSchema)]
struct Window<'a> {
    /// As it was asked for, or the fiscal quarter.
    name: &'a str,
    /// Its first day.
    first: String,
    /// Its last day.
    last: String,
}

/// A deal that changed.
#[derive(Debug, Serialize, JsonSchema)]
struct Changed<'a> {
    /// Its id at the later moment, or the last it had.
    deal: &'a str,
    /// The path of its file.
    file: &'a str,
    /// The workflow it follows.
    workflow: &'a str,
    /// `new`, `changed`, `renamed` or `removed`.
    change: &'static str,
    /// Of a renamed deal the id it had.
    was: Option<&'a str>,
    /// What it says differently.
    changes: Vec<Change<'a>>,
    /// Ids of requirements that are met now and were not.
    met: Vec<&'a str>,
    /// Ids of requirements that are asked and unmet now, and were not.
    broken: Vec<&'a str>,
    /// Ids of requirements with a waiver that they did not have.
    waived: Vec<&'a str>,
    /// Ids of requirements whose waiver is gone.
    unwaived: Vec<&'a str>,
}

/// A value that changed.
#[derive(Debug, Serialize, JsonSchema)]
struct Change<'a> {
    /// Which: `workflow`, `stage`, `outcome`, `amount`, `close_date` or `owner`.
    key: &'static str,
    /// What it was; null: there was none.
    before: Option<&'a str>,
    /// What it is; null: there is none.
    after: Option<&'a str>,
}

/// A row of the bridge.
#[derive(Debug, Serialize, JsonSchema)]
struct Step<'a> {
    /// What it is about, as `moved in`.
    row: &'static str,
    /// Its sum, a decimal number as text.
    value: String,
    /// Deals in it that add nothing because they have no price.
    not_priced: usize,
    /// The deals in it.
    deals: Vec<Part<'a>>,
}

/// A deal's part in a row of the bridge.
#[derive(Debug, Serialize, JsonSchema)]
struct Part<'a> {
    /// Its id.
    deal: &'a str,
    /// What it adds, a decimal number as text; null: it has no price.
    value: Option<String>,
}

/// Figures of both moments.
#[derive(Debug, Serialize, JsonSchema)]
struct BeforeAfter {
    /// At the earlier moment.
    before: Figures,
    /// At the later moment.
    after: Figures,
}

/// What is open at a moment.
#[derive(Debug, Serialize, JsonSchema)]
struct Figures {
    /// Amounts of open deals.
    open: Figure,
    /// The same by their probability.
    weighted: Figure,
    /// Amounts of open deals that wait.
    on_hold: Figure,
}

/// A sum, how many deals it covers, and how many of them add nothing because they have no value.
#[derive(Debug, Serialize, JsonSchema)]
struct Figure {
    /// A decimal number as text.
    value: String,
    /// How many deals it covers.
    deals: usize,
    /// How many of them add nothing, because they have no value.
    without_value: usize,
}

/// Where deals came from and went.
#[derive(Debug, Serialize, JsonSchema)]
struct Stages<'a> {
    /// The workflows that have these stages.
    workflows: Vec<&'a str>,
    /// What rows and columns stand for, in order.
    places: Vec<&'a str>,
    /// Which deals came from where to where; what no deal did is not told.
    moves: Vec<Move<'a>>,
}

/// Deals that came from one place to another, or stayed in one.
#[derive(Debug, Serialize, JsonSchema)]
struct Move<'a> {
    /// Where they were.
    from: &'a str,
    /// Where they are.
    to: &'a str,
    /// Their ids.
    deals: Vec<&'a str>,
}

/// What became of findings.
#[derive(Debug, Serialize, JsonSchema)]
struct Findings<'a> {
    /// Those that are new, as they are after.
    introduced: Vec<Found<'a>>,
    /// Those that are gone, as they were before.
    fixed: Vec<Found<'a>>,
    /// Those that are there at both ends, as they are after.
    remaining: Vec<Found<'a>>,
}

/// A finding.
#[derive(Debug, Serialize, JsonSchema)]
struct Found<'a> {
    /// The stable code; `dealgate explain CODE` says more.
    code: &'static str,
    /// `error`, `warning` or `info`.
    level: &'static str,
    /// What is wrong.
    message: &'a str,
    /// Path from the workspace's root, with `/`; null when no file is at fault.
    file: Option<&'a str>,
    /// The line, counted from 1.
    line: Option<usize>,
    /// The deal's id.
    deal: Option<&'a str>,
    /// The workflow's name.
    workflow: Option<&'a str>,
    /// The requirement's id.
    requirement: Option<&'a str>,
}

/// What changed rules do to the deals.
#[derive(Debug, Serialize, JsonSchema)]
struct WhatIf<'a> {
    /// How many deals there are.
    deals: usize,
    /// Deals that neither set of rules, or only the old one, can judge.
    not_judged: usize,
    /// Deals without an error under the old rules, and with one under the new.
    failing: Vec<&'a str>,
    /// Deals with an error under the old rules, and without under the new.
    passing: Vec<&'a str>,
    /// The same by requirement.
    rules: Vec<ByRule<'a>>,
}

/// What became of deals under one requirement.
#[derive(Debug, Serialize, JsonSchema)]
struct ByRule<'a> {
    /// The workflow.
    workflow: Option<&'a str>,
    /// The requirement's id, else the code of the findings.
    rule: &'a str,
    /// Deals that it fails now and did not before.
    failing: Vec<&'a str>,
    /// Deals that it failed before and does not now.
    passing: Vec<&'a str>,
}

impl<'a> Document<'a> {
    fn of(report: &Report<'a>) -> Self {
        let comparison = report.comparison;
        let moment = |name, revision, day: jiff::civil::Date| Moment { name, revision, day: day.to_string() };
        Self {
            schema_version: 1,
            tool: Tool::THIS,
            base: moment(report.names.0, report.revisions.0, comparison.days.0),
            head: moment(report.names.1, report.revisions.1, comparison.days.1),
            currency: comparison.currency.map(|currency| currency.code()),
            window: comparison.window.as_ref().map(|window| Window {
                name: &window.name,
                first: window.from.to_string(),
                last: window.until.to_string(),
            }),
            deals: comparison.deals.iter().map(Changed::of).collect(),
            bridge: rows(comparison),
            in_window: BeforeAfter::of(comparison.in_window),
            overall: BeforeAfter::of(comparison.overall),
            stages: comparison.matrices.iter().map(Stages::of).collect(),
            findings: comparison.findings.as_ref().map(|changes| Findings {
                introduced: changes.introduced.iter().map(Found::of).collect(),
                fixed: changes.fixed.iter().map(Found::of).collect(),
                remaining: changes.remaining.iter().map(Found::of).collect(),
            }),
            what_if: report.rules.map(WhatIf::of),
            unread: comparison.unread,
            undated: comparison.undated,
        }
    }
}

fn rows(comparison: &Comparison) -> Vec<Step<'_>> {
    let row = |row: &'_ crate::compare::BridgeRow| Step {
        row: row.row.name(),
        value: row.value.normalize().to_string(),
        not_priced: row.not_priced(),
        deals: Vec::new(),
    };
    comparison
        .bridge
        .rows
        .iter()
        .map(|shown| {
            let part =
                |part: &'_ crate::compare::Part| part.priced.then(|| part.value.normalize().to_string());
            let deals = shown.parts.iter().map(|of| Part { deal: &of.deal, value: part(of) }).collect();
            Step { deals, ..row(shown) }
        })
        .collect()
}

impl<'a> Changed<'a> {
    fn of(change: &'a DealChange) -> Self {
        let (word, was) = match &change.fate {
            Fate::New => ("new", None),
            Fate::Kept => ("changed", None),
            Fate::Renamed(from) => ("renamed", Some(from.as_ref())),
            Fate::Removed => ("removed", None),
        };
        let differences = change.differences.iter();
        Self {
            deal: &change.deal,
            file: &change.path,
            workflow: &change.workflow,
            change: word,
            was,
            changes: differences
                .map(|difference| Change {
                    key: difference.what,
                    before: difference.before.as_deref(),
                    after: difference.after.as_deref(),
                })
                .collect(),
            met: names(&change.met),
            broken: names(&change.broken),
            waived: names(&change.waived),
            unwaived: names(&change.unwaived),
        }
    }
}

fn names(ids: &[std::sync::Arc<str>]) -> Vec<&str> {
    ids.iter().map(AsRef::as_ref).collect()
}

impl BeforeAfter {
    fn of((before, after): (Totals, Totals)) -> Self {
        Self { before: Figures::of(before), after: Figures::of(after) }
    }
}

impl Figures {
    fn of(totals: Totals) -> Self {
        let figure = |sum: Sum| Figure {
            value: sum.value.normalize().to_string(),
            deals: sum.deals,
            without_value: sum.without,
        };
        Self { open: figure(totals.open), weighted: figure(totals.weighted), on_hold: figure(totals.on_hold) }
    }
}

impl<'a> Stages<'a> {
    fn of(matrix: &'a Matrix) -> Self {
        let name = |place: usize| matrix.cells[place].name();
        let moves = matrix.deals.iter();
        Self {
            workflows: names(&matrix.workflows),
            places: matrix.cells.iter().map(crate::compare::Cell::name).collect(),
            moves: moves
                .map(|(&(from, to), deals)| Move { from: name(from), to: name(to), deals: names(deals) })
                .collect(),
        }
    }
}

impl<'a> Found<'a> {
    fn of(finding: &'a Finding) -> Self {
        let place = finding.place.as_ref();
        Self {
            code: finding.code.name(),
            level: finding.level.unwrap_or(Level::Error).name(),
            message: &finding.message,
            file: place.map(|place| place.file.path().as_ref()),
            line: place.map(|place| place.start().line),
            deal: finding.subject.deal.as_deref(),
            workflow: finding.subject.workflow.as_deref(),
            requirement: finding.subject.requirement.as_deref(),
        }
    }
}

impl<'a> WhatIf<'a> {
    fn of(changes: &'a RuleChanges) -> Self {
        let rules = changes.rules.iter();
        Self {
            deals: changes.deals,
            not_judged: changes.not_judged,
            failing: names(&changes.failing),
            passing: names(&changes.passing),
            rules: rules
                .map(|rule| ByRule {
                    workflow: rule.workflow.as_deref(),
                    rule: &rule.rule,
                    failing: names(&rule.failing),
                    passing: names(&rule.passing),
                })
                .collect(),
        }
    }
}
