//! Turns a comparison of two moments into text, one file per format. Pure: nothing is compared or counted here.

mod json;
mod markdown;
mod text;

use std::io::{self, Write};

use rust_decimal::Decimal;

use super::Surface;
use crate::compare::{BridgePart, BridgeRow, Comparison, CoveredSum, FindingChanges, RuleChanges};
use crate::finding::wording::Count;

/// What is shown where nobody knows.
const NOTHING: &str = "\u{2014}";

/// How a comparison is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiffFormat {
    /// For a terminal.
    Text,
    /// For a comment on a pull request.
    Markdown,
    /// For programs.
    Json,
}

/// Every format with its name, in the order in which help shows them.
pub const DIFF_FORMATS: &[(DiffFormat, &str)] =
    &[(DiffFormat::Text, "text"), (DiffFormat::Markdown, "markdown"), (DiffFormat::Json, "json")];

/// What `diff` has to say, ready to be shown.
#[derive(Clone, Copy, Debug)]
pub struct DiffReport<'a> {
    /// The two moments, as people read them.
    pub names: (&'a str, &'a str),
    /// Their commits, where they have one.
    pub revisions: (Option<&'a str>, Option<&'a str>),
    /// What changed.
    pub comparison: &'a Comparison,
    /// What changed rules do to the deals; `None`: the rules did not change, and were not asked for.
    pub rules: Option<&'a RuleChanges>,
    /// Whether nothing else is wanted.
    pub only_rules: bool,
}

/// Writes a comparison in a format.
pub fn emit(
    format: DiffFormat,
    report: &DiffReport<'_>,
    surface: Surface,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        DiffFormat::Text => text::emit(report, surface, out),
        DiffFormat::Markdown => markdown::emit(report, out),
        DiffFormat::Json => json::emit(report, out),
    }
}

/// The schema of what is written for programs.
pub(super) fn schema() -> serde_json::Value {
    json::schema()
}

/// `395,000`; with two decimals where there are any.
fn amount(value: Decimal) -> String {
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
fn signed(value: Decimal) -> String {
    let shown = amount(value);
    if value > Decimal::ZERO { format!("+{shown}") } else { shown }
}

/// A row's value as it is shown: sums without a sign, changes with one; what is not priced is told.
fn row_value(row: &BridgeRow) -> String {
    let Some(value) = row.known() else { return NOTHING.to_owned() };
    let shown = if row.row.is_total() { amount(value) } else { signed(value) };
    match row.not_priced() {
        0 => shown,
        without => format!("{shown} and {without} not priced"),
    }
}

/// What a deal adds to a row, where the row itself does not say it.
fn part_value(part: &BridgePart, row: &BridgeRow) -> String {
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
fn left_out(without: usize, why: &str) -> String {
    if without == 0 { String::new() } else { format!("{} {why}", Count(without, "deal")) }
}

/// `220,000 (6 deals, 1 deal not priced)`.
fn sum(sum: CoveredSum, why: &str) -> String {
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
fn unknown(changes: &FindingChanges) -> String {
    match changes.unknown() {
        0 => String::new(),
        count => format!(", {count} not judged at one end"),
    }
}

/// The close dates that a bridge is about.
fn window(comparison: &Comparison) -> String {
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
