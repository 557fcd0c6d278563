//! A comparison for programs. Keys are only ever added.

mod document;

use std::io::{self, Write};

use rust_decimal::Decimal;

use super::report::DiffReport;
use crate::compare::{
    Comparison, CoveredSum, DealChange, Fate, Matrix, OpenTotals, RuleChanges, RuleFigures,
};
use crate::emit::json::{Tool, schema_of};
use crate::emit::safe_json;
use crate::finding::{Finding, Level};
use document::{
    BridgePartJson, BridgeRowJson, ByRule, Changed, DiffDocument, DiffFindingJson, DiffMoment, Figure,
    Findings, OpenFigures, OpenFiguresChange, RuleCostJson, StageChangesJson, StageMovesJson, ValueChange,
    WhatIf, WindowJson,
};

pub(super) fn emit(report: &DiffReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    safe_json::document(&DiffDocument::of(report), out)
}

/// The schema of [`emit`]'s document.
pub(super) fn schema() -> serde_json::Value {
    schema_of::<DiffDocument<'_>>("What `dealgate diff --format json` writes", "dealgate schema diff")
}

impl<'a> DiffDocument<'a> {
    fn of(report: &DiffReport<'a>) -> Self {
        let comparison = report.comparison;
        let moment =
            |name, revision, day: jiff::civil::Date| DiffMoment { name, revision, day: day.to_string() };
        Self {
            schema_version: 1,
            tool: Tool::THIS,
            base: moment(report.names.0, report.revisions.0, comparison.days.0),
            head: moment(report.names.1, report.revisions.1, comparison.days.1),
            currency: comparison.currency.map(|currency| currency.code()),
            window: comparison.window.as_ref().map(|window| WindowJson {
                name: &window.name,
                first: window.from.to_string(),
                last: window.until.to_string(),
            }),
            deals: comparison.deals.iter().map(Changed::of).collect(),
            bridge: rows(comparison),
            in_window: OpenFiguresChange::of(comparison.in_window),
            overall: OpenFiguresChange::of(comparison.overall),
            stages: comparison.matrices.iter().map(StageChangesJson::of).collect(),
            findings: comparison.findings.as_ref().map(|changes| Findings {
                introduced: changes.introduced.iter().map(DiffFindingJson::of).collect(),
                fixed: changes.fixed.iter().map(DiffFindingJson::of).collect(),
                remaining: changes.remaining.iter().map(DiffFindingJson::of).collect(),
                not_judged_before: changes.unknown_before.iter().map(DiffFindingJson::of).collect(),
                not_judged_after: changes.unknown_after.iter().map(DiffFindingJson::of).collect(),
            }),
            what_if: report.rules.map(WhatIf::of),
            unread: comparison.unread,
            undated: comparison.undated,
        }
    }
}

fn rows(comparison: &Comparison) -> Vec<BridgeRowJson<'_>> {
    let row = |row: &'_ crate::compare::BridgeRow| BridgeRowJson {
        row: row.row.name(),
        value: row.known().map(written),
        not_priced: row.not_priced(),
        deals: Vec::new(),
    };
    comparison
        .bridge
        .rows
        .iter()
        .map(|shown| {
            let part = |of: &'_ crate::compare::BridgePart| of.value.map(written);
            let deals = shown.parts.iter();
            let deals =
                deals.map(|of| BridgePartJson { deal: &of.deal, value: part(of), not_priced: !of.priced });
            let deals = deals.collect();
            BridgeRowJson { deals, ..row(shown) }
        })
        .collect()
}

fn written(value: Decimal) -> String {
    value.normalize().to_string()
}

impl<'a> Changed<'a> {
    fn of(change: &'a DealChange) -> Self {
        let (word, was) = match &change.fate {
            Fate::New => ("new", None),
            Fate::Restored => ("restored", None),
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
                .map(|difference| ValueChange {
                    key: difference.what.name(),
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

impl OpenFiguresChange {
    fn of((before, after): (OpenTotals, OpenTotals)) -> Self {
        Self { before: OpenFigures::of(before), after: OpenFigures::of(after) }
    }
}

impl OpenFigures {
    fn of(totals: OpenTotals) -> Self {
        let figure = |sum: CoveredSum| Figure {
            value: sum.known().map(written),
            deals: sum.deals,
            without_value: sum.without,
        };
        Self { open: figure(totals.open), weighted: figure(totals.weighted), on_hold: figure(totals.on_hold) }
    }
}

impl<'a> StageChangesJson<'a> {
    fn of(matrix: &'a Matrix) -> Self {
        let name = |place: usize| matrix.cells[place].name();
        let moves = matrix.deals.iter();
        Self {
            workflows: names(&matrix.workflows),
            places: matrix.cells.iter().map(crate::compare::MatrixAxis::name).collect(),
            moves: moves
                .map(|(&(from, to), deals)| StageMovesJson {
                    from: name(from),
                    to: name(to),
                    deals: names(deals),
                })
                .collect(),
        }
    }
}

impl<'a> DiffFindingJson<'a> {
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

impl RuleCostJson {
    fn of(figures: &RuleFigures) -> Self {
        let open = &figures.open;
        Self {
            open: Figure {
                value: (open.deals > open.unpriced || open.deals == 0).then(|| open.worth.to_string()),
                deals: open.deals,
                without_value: open.unpriced,
            },
            closed_won: figures.won,
            closed_lost: figures.lost,
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
                    before: rule.figures.as_ref().map(|(before, _)| RuleCostJson::of(before)),
                    after: rule.figures.as_ref().map(|(_, after)| RuleCostJson::of(after)),
                })
                .collect(),
        }
    }
}
