//! How many findings there are of each code.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::{self, Write};

use super::outcome::CheckOutcome;
use super::summary::summary;
use super::surface::{Surface, level_style};
use crate::finding::Level;

/// A line a level and code, the most frequent first, then the summary.
pub fn statistics(outcome: &CheckOutcome<'_>, surface: Surface, out: &mut dyn Write) -> io::Result<()> {
    let mut counts: BTreeMap<(Level, &str), usize> = BTreeMap::new();
    for finding in outcome.ledger.findings() {
        *counts.entry((finding.level.unwrap_or(Level::Error), finding.code.name())).or_default() += 1;
    }
    let mut rows: Vec<_> = counts.into_iter().collect();
    rows.sort_by_key(|((level, code), count)| (Reverse(*count), Reverse(*level), *code));
    let digits = rows.first().map_or(0, |(_, count)| count.to_string().len());
    for ((level, code), count) in rows {
        let style = level_style(level, surface);
        let word = level.to_string();
        writeln!(out, "{count:>digits$}  {style}{word:<7}{style:#}  {code}")?;
    }
    summary(outcome, surface, out)
}
