//! The bridge as a report shows it: each row with its deals by name, and what is open once it is added up.

use rust_decimal::Decimal;

use super::moments::ComparedMoments;
use super::sums::{money, weighted};
use crate::compare::{BridgePart, BridgeStep, Comparison};
use crate::report::model::{BridgePartView, BridgeRowView, BridgeView, MoneyUnit, Sum, Window};
use crate::report::report_context::anchor;

pub(super) fn bridge(
    comparison: &Comparison,
    since: &ComparedMoments,
    window: &Window,
    unit: Option<MoneyUnit>,
) -> BridgeView {
    let mut level = Decimal::ZERO;
    let rows = comparison.bridge.rows.iter().map(|row| {
        if row.row != BridgeStep::OpenAtEnd {
            level += row.value;
        }
        BridgeRowView {
            row: row.row,
            title: title(row.row),
            sum: Sum::new(row.parts.len(), money(row.known(), unit), row.not_priced()),
            parts: row.parts.iter().map(|part| one(part, since, unit)).collect(),
            level: money(Some(level), unit),
        }
    });
    let rows = rows.collect();
    BridgeView {
        from: since.from.clone(),
        to: since.to.clone(),
        window: window.clone(),
        rows,
        weighted_before: weighted(&comparison.in_window.0, unit),
        weighted_after: weighted(&comparison.in_window.1, unit),
        notes: comparison.bridge_notes(),
    }
}

fn one(part: &BridgePart, since: &ComparedMoments, unit: Option<MoneyUnit>) -> BridgePartView {
    let now = since.after.deal(&part.deal);
    let then = || since.before.deal(&part.deal);
    // A deal that came and went in between is at neither end.
    let between = || since.after.lost.iter().find(|lost| lost.state.id == part.deal)?.state.name.clone();
    let name = now.or_else(then).and_then(|deal| deal.name.clone()).or_else(between);
    BridgePartView {
        deal: part.deal.to_string(),
        name: name.unwrap_or_else(|| part.deal.to_string()),
        anchor: now.map(|deal| anchor("deal", &deal.id)),
        listed: None,
        value: money(part.value, unit),
        not_priced: !part.priced,
    }
}

fn title(row: BridgeStep) -> String {
    let mut letters = row.name().chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
