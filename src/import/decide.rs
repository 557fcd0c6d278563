//! Decides how to read a column by all of its rows. Guesses no cell: what cannot be decided is asked for.

use jiff::tz::TimeZone;
use rust_decimal::Decimal;

use super::cell::{self, DayOrder};
use super::failure::{Failures, TablePlace};
use super::map::{ShareUnit, ValueRule};

/// How the cells of a column are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ColumnForm {
    /// The order of days.
    pub order: Option<DayOrder>,
    /// The decimal mark.
    pub mark: Option<char>,
    /// What shares are parts of.
    pub unit: Option<ShareUnit>,
}

/// A column with its cells.
pub(crate) struct ColumnCells<'c, F> {
    /// The key it is for.
    pub key: &'c str,
    /// What the map says of it.
    pub rule: &'c ValueRule,
    /// Its name in the header.
    pub column: &'c str,
    /// Makes a fresh pass over its cells that are not empty.
    pub cells: F,
}

impl<'c, I: Iterator<Item = (TablePlace, &'c str)>, F: Fn() -> I> ColumnCells<'c, F> {
    /// The order of days.
    pub(crate) fn order(&self, zone: &TimeZone, failures: &mut Failures) -> Option<DayOrder> {
        let read = |text: &str, order: DayOrder| cell::day(text, order, zone);
        self.decide(self.rule.order, &DayOrder::ALL, read, failures, ("order", DayOrder::name))
    }

    /// The decimal mark.
    pub(crate) fn mark(&self, failures: &mut Failures) -> Option<char> {
        let read = |text: &str, mark: char| {
            cell::number(cell::without_currency(text).0.trim_end_matches('%').trim(), mark)
        };
        let name = |mark: char| if mark == '.' { "." } else { "," };
        self.decide(self.rule.mark, &['.', ','], read, failures, ("decimal", name))
    }

    /// What shares are parts of, once the decimal mark is known.
    pub(crate) fn unit(&self, mark: char, failures: &mut Failures) -> Option<ShareUnit> {
        if self.rule.unit.is_some() {
            return self.rule.unit;
        }
        let (mut fraction, mut one) = (false, None);
        for (place, text) in (self.cells)() {
            let Some(number) = cell::number(text, mark) else { continue };
            if number > Decimal::ONE {
                return Some(ShareUnit::Percent);
            }
            fraction |= !number.is_integer();
            if number == Decimal::ONE {
                one = one.or(Some(place));
            }
        }
        if let (Some(place), false) = (one, fraction) {
            let message = format!("`{}`: 1 may be all of it, or a hundredth", self.column);
            failures.push(place, message, Some(self.line("unit", &["share", "percent"])));
            return None;
        }
        Some(ShareUnit::Share)
    }

    /// The one way in which every cell that can be read at all can be read; `None` where there is none, or where two
    /// differ.
    fn decide<W: Copy, T: PartialEq>(
        &self,
        said: Option<W>,
        ways: &[W],
        read: impl Fn(&str, W) -> Option<T>,
        failures: &mut Failures,
        (what, name): (&str, fn(W) -> &'static str),
    ) -> Option<W> {
        if said.is_some() {
            return said;
        }
        let mut fits = vec![true; ways.len()];
        let mut differ: Vec<(TablePlace, usize, usize)> = Vec::new();
        let mut first = None;
        for (place, text) in (self.cells)() {
            let values: Vec<Option<T>> = ways.iter().map(|way| read(text, *way)).collect();
            if values.iter().all(Option::is_none) {
                continue;
            }
            first.get_or_insert(place);
            for (index, value) in values.iter().enumerate() {
                fits[index] &= value.is_some();
                for (other, found) in values[..index].iter().enumerate() {
                    let known = differ.iter().any(|(_, one, two)| (*one, *two) == (other, index));
                    if !known && value.is_some() && found.is_some() && value != found {
                        differ.push((place, other, index));
                    }
                }
            }
        }
        let first = first?;
        let fitting: Vec<usize> = (0..ways.len()).filter(|index| fits[*index]).collect();
        let ambiguous = differ.iter().find(|(_, one, two)| fitting.contains(one) && fitting.contains(two));
        let names: Vec<&str> = fitting.iter().map(|index| name(ways[*index])).collect();
        match (fitting.first(), ambiguous) {
            (Some(way), None) => Some(ways[*way]),
            (Some(_), Some((place, ..))) => {
                let message = format!("`{}`: its cells can be read in more than one way", self.column);
                failures.push(*place, message, Some(self.line(what, &names)));
                None
            }
            (None, _) => {
                let message = format!("`{}`: no one way fits all of its cells", self.column);
                let help = "make the column one of a kind in the export".to_owned();
                failures.push(first, message, Some(help));
                None
            }
        }
    }

    /// The line for the map.
    fn line(&self, what: &str, ways: &[&str]) -> String {
        let ways: Vec<_> = ways.iter().map(|way| format!("{what} = \"{way}\"")).collect();
        self.rule.way_out(self.key, self.column, &ways)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static BARE: std::sync::LazyLock<ValueRule> = std::sync::LazyLock::new(ValueRule::default);

    fn column(
        cells: &'static [&'static str],
    ) -> ColumnCells<'static, impl Fn() -> std::vec::IntoIter<(TablePlace, &'static str)>> {
        let cells = move || {
            let place = |line| TablePlace { file: 0, line };
            cells.iter().zip(2..).map(|(cell, line)| (place(line), *cell)).collect::<Vec<_>>().into_iter()
        };
        ColumnCells { key: "close_date", rule: &BARE, column: "Close", cells }
    }

    #[test]
    fn one_row_decides_for_all_and_none_is_guessed() {
        for (cells, order, told) in [
            (&["03/04/2026", "12/25/2026"][..], Some(DayOrder::Mdy), ""),
            (&["03/04/2026", "25.12.2026"], Some(DayOrder::Dmy), ""),
            (&["05/05/2026"], Some(DayOrder::Dmy), ""),
            (
                &["03/04/2026", "TBD"],
                None,
                "order = \"dmy\" }` or `close_date = { column = \"Close\", order = \"mdy\"",
            ),
            (&["13/04/2026", "12/25/2026"], None, "one of a kind"),
            (&["TBD"], None, ""),
            (&["45631", "45632.5"], Some(DayOrder::Serial), ""),
        ] {
            let mut failures = Failures::default();
            let found = column(cells).order(&TimeZone::UTC, &mut failures);
            let help: String = failures.into_list().into_iter().filter_map(|failure| failure.help).collect();
            assert_eq!(found, order, "{cells:?}");
            assert!(help.contains(told) && help.is_empty() == told.is_empty(), "{cells:?}: {help}");
        }
    }

    #[test]
    fn marks_and_units_are_decided_likewise() {
        for (cells, mark) in [
            (&["1.234", "5,5"][..], Some(',')),
            (&["1.234", "5.50"], Some('.')),
            (&["1.234"], None),
            (&["1.234", "5.50", "5,50"], None),
            (&["25k", "10"], Some('.')),
        ] {
            let found = column(cells).mark(&mut Failures::default());
            assert_eq!(found, mark, "{cells:?}");
        }
        for (cells, unit) in [
            (&["0.4", "1"][..], Some(ShareUnit::Share)),
            (&["40", "1"], Some(ShareUnit::Percent)),
            (&["0", "1"], None),
            (&["0"], Some(ShareUnit::Share)),
        ] {
            let found = column(cells).unit('.', &mut Failures::default());
            assert_eq!(found, unit, "{cells:?}");
        }
    }
}
