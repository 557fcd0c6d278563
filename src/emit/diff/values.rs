//! Amounts, sums and counts of a comparison in words.

use iso_currency::Currency;
use rust_decimal::Decimal;

use crate::assess::kept::RuleCost;
use crate::compare::{BridgePart, BridgeRow, Comparison, CoveredSum, FindingChanges, RuleFigures};
use crate::finding::wording::Count;

/// What is shown where nobody knows.
pub(super) const NOTHING: &str = "\u{2014}";

/// `395,000`; with two decimals where there are any.
pub(super) fn amount(value: Decimal) -> String {
    let value = value.normalize();
    let shown = if value.scale() == 0 {
        value.to_string()
    } else {
        format!("{value:.*}", value.scale().max(2) as usize)
    };
    let (sign, digits) = shown.strip_prefix('-').map_or(("", shown.as_str()), |rest| ("-", rest));
    let (whole, rest) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{sign}{grouped}{rest}")
}

/// The same with its sign.
pub(super) fn signed(value: Decimal) -> String {
    let shown = amount(value);
    if value > Decimal::ZERO { format!("+{shown}") } else { shown }
}

/// `6 (910,000 EUR)`: how many open deals fail a requirement, and what they are worth together.
pub(super) fn rule_cost(cost: &RuleCost, currency: Option<Currency>) -> String {
    let code = currency.map_or(String::new(), |currency| format!(" {}", currency.code()));
    let without = match cost.unpriced {
        0 => String::new(),
        without => format!(", {without} not priced"),
    };
    match (cost.deals, cost.deals == cost.unpriced) {
        (0, _) => "0".to_owned(),
        (deals, true) => format!("{deals} ({NOTHING}{without})"),
        (deals, false) => format!("{deals} ({}{code}{without})", amount(cost.worth)),
    }
}

/// What a requirement would have cost in the past; `None` where that is nothing.
pub(super) fn closed_deals(figures: &RuleFigures) -> Option<String> {
    let RuleFigures { won, lost, .. } = figures;
    let closed = Count(won + lost, "closed deal");
    (won + lost > 0).then(|| format!("{closed} would have failed it: {won} won, {lost} lost"))
}

/// A row's value as it is shown: sums without a sign, changes with one; what is not priced is told.
pub(super) fn row_value(row: &BridgeRow) -> String {
    let Some(value) = row.known() else { return NOTHING.to_owned() };
    let shown = if row.row.is_total() { amount(value) } else { signed(value) };
    match row.not_priced() {
        0 => shown,
        without => format!("{shown} and {without} not priced"),
    }
}

/// What a deal adds to a row, where the row itself does not say it.
pub(super) fn part_value(part: &BridgePart, row: &BridgeRow) -> String {
    let is_told = part.priced && (row.row.is_total() || row.parts.len() == 1);
    let value = part.value.filter(|_| !is_told).map(|value| format!(" {}", signed(value)));
    let without = match (part.priced, &value) {
        (true, _) => "",
        (false, Some(_)) => " and not priced",
        (false, None) => " not priced",
    };
    format!("{}{without}", value.unwrap_or_default())
}

/// What a sum leaves out, in words; empty when that is nothing.
pub(super) fn left_out(without: usize, why: &str) -> String {
    if without == 0 { String::new() } else { format!("{} {why}", Count(without, "deal")) }
}

/// `220,000 (6 deals, 1 deal not priced)`.
pub(super) fn sum(sum: CoveredSum, why: &str) -> String {
    let Some(value) = sum.known() else {
        return format!("{NOTHING} ({})", left_out(sum.without, why));
    };
    let mut covers = Count(sum.deals, "deal").to_string();
    if sum.without > 0 {
        covers = format!("{covers}, {}", left_out(sum.without, why));
    }
    format!("{} ({covers})", amount(value))
}

/// How many findings are of what could not be judged at one end, in words.
pub(super) fn unknown(changes: &FindingChanges) -> String {
    match changes.unknown() {
        0 => String::new(),
        count => format!(", {count} not judged at one end"),
    }
}

/// The close dates that a bridge is about.
pub(super) fn window(comparison: &Comparison) -> String {
    let Some(window) = &comparison.window else { return "all close dates".to_owned() };
    let days = format!("{}..{}", window.from, window.until);
    if window.name == days { days } else { format!("{} ({days})", window.name) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_grouped_and_exact() {
        let shown = |text: &str| amount(text.parse().unwrap());
        assert_eq!(shown("395000.00"), "395,000");
        assert_eq!(shown("-1234567.5"), "-1,234,567.50");
        assert_eq!(shown("999"), "999");
        assert_eq!(shown("0"), "0");
        assert_eq!(signed("0.05".parse().unwrap()), "+0.05");
    }
}
