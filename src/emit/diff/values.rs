//! Amounts, sums and counts of a comparison in words.

use iso_currency::Currency;
use rust_decimal::{Decimal, RoundingStrategy};

use super::report::DiffReport;
use crate::assess::open_deals::RuleCost;
use crate::compare::{BridgePart, BridgeRow, Comparison, CoveredSum, FindingChanges, RuleFigures};
use crate::deal::currency;
use crate::finding::wording::Count;

/// What is shown where nobody knows.
pub(super) const NOTHING: &str = "\u{2014}";

/// How amounts are shown: in whole units, or with the minor unit where `[report] cents` asks for it.
#[derive(Clone, Copy, Debug)]
pub(super) struct AmountStyle {
    /// How many decimals the minor unit has; `None`: whole units.
    decimals: Option<u32>,
}

impl AmountStyle {
    /// That of a comparison.
    pub(super) fn of(report: &DiffReport<'_>) -> Self {
        let currency = report.comparison.currency.or(report.rules.and_then(|rules| rules.currency));
        Self { decimals: report.cents.then(|| currency.map_or(2, currency::decimals)) }
    }

    /// `395,000`; what is there is never shown as nothing.
    pub(super) fn amount(self, value: Decimal) -> String {
        let round = |decimals| value.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero);
        let whole = round(0);
        let hides = whole.is_zero() && !value.is_zero();
        let mut shown = match self.decimals {
            Some(decimals) => round(decimals),
            None if hides => value,
            None => whole,
        };
        shown.rescale(self.decimals.unwrap_or(if hides { value.normalize().scale().max(2) } else { 0 }));
        currency::grouped(shown).replace('\u{2212}', "-")
    }

    /// The same with its sign.
    pub(super) fn signed(self, value: Decimal) -> String {
        let shown = self.amount(value);
        if value > Decimal::ZERO { format!("+{shown}") } else { shown }
    }

    /// `6 (910,000 EUR)`: how many open deals fail a requirement, and what they are worth together.
    pub(super) fn rule_cost(self, cost: &RuleCost, currency: Option<Currency>) -> String {
        let code = currency.map_or(String::new(), |currency| format!(" {}", currency.code()));
        let without = match cost.unpriced {
            0 => String::new(),
            without => format!(", {without} not priced"),
        };
        match (cost.deals, cost.deals == cost.unpriced) {
            (0, _) => "0".to_owned(),
            (deals, true) => format!("{deals} ({NOTHING}{without})"),
            (deals, false) => format!("{deals} ({}{code}{without})", self.amount(cost.worth)),
        }
    }

    /// A row's value as it is shown: sums without a sign, changes with one; what is not priced is told.
    pub(super) fn row_value(self, row: &BridgeRow) -> String {
        let Some(value) = row.known() else { return NOTHING.to_owned() };
        let shown = if row.row.is_total() { self.amount(value) } else { self.signed(value) };
        match row.not_priced() {
            0 => shown,
            without => format!("{shown} and {without} not priced"),
        }
    }

    /// What a deal adds to a row, where the row itself does not say it.
    pub(super) fn part_value(self, part: &BridgePart, row: &BridgeRow) -> String {
        let is_told = part.priced && (row.row.is_total() || row.parts.len() == 1);
        let value = part.value.filter(|_| !is_told).map(|value| format!(" {}", self.signed(value)));
        let without = match (part.priced, &value) {
            (true, _) => "",
            (false, Some(_)) => " and not priced",
            (false, None) => " not priced",
        };
        format!("{}{without}", value.unwrap_or_default())
    }

    /// The deals of a row, the first few by name.
    pub(super) fn parts(self, row: &BridgeRow, most: usize, escape: impl Fn(&str) -> String) -> String {
        let named = row.parts.iter().take(most);
        let named = named.map(|part| format!("{}{}", escape(&part.deal), self.part_value(part, row)));
        let more = row.parts.len().saturating_sub(most);
        let more = (more > 0).then(|| format!("and {more} more"));
        named.chain(more).collect::<Vec<_>>().join(", ")
    }

    /// `220,000 (6 deals, 1 deal not priced)`.
    pub(super) fn sum(self, sum: CoveredSum, why: &str) -> String {
        let Some(value) = sum.known() else {
            return format!("{NOTHING} ({})", left_out(sum.without, why));
        };
        let mut covers = Count(sum.deals, "deal").to_string();
        if sum.without > 0 {
            covers = format!("{covers}, {}", left_out(sum.without, why));
        }
        format!("{} ({covers})", self.amount(value))
    }
}

/// What a requirement would have cost in the past; `None` where that is nothing.
pub(super) fn closed_deals(figures: &RuleFigures) -> Option<String> {
    let RuleFigures { won, lost, .. } = figures;
    let closed = Count(won + lost, "closed deal");
    (won + lost > 0).then(|| format!("{closed} would have failed it: {won} won, {lost} lost"))
}

/// What a sum leaves out, in words; empty when that is nothing.
fn left_out(without: usize, why: &str) -> String {
    if without == 0 { String::new() } else { format!("{} {why}", Count(without, "deal")) }
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
    fn amounts_are_in_whole_units_unless_cents_are_asked_for() {
        let shown = |decimals, text: &str| AmountStyle { decimals }.amount(text.parse().unwrap());
        for (text, whole, with_cents) in [
            ("395000.00", "395,000", "395,000.00"),
            ("-1234567.5", "-1,234,568", "-1,234,567.50"),
            ("0.05", "0.05", "0.05"),
            ("-0.4", "-0.40", "-0.40"),
            ("0", "0", "0.00"),
        ] {
            assert_eq!((shown(None, text), shown(Some(2), text)), (whole.to_owned(), with_cents.to_owned()));
        }
        assert_eq!(shown(Some(0), "1250"), "1,250", "a currency without a minor unit");
        assert_eq!(AmountStyle { decimals: None }.signed("0.05".parse().unwrap()), "+0.05");
    }
}
