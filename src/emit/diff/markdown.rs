//! A comparison for a comment on a pull request: compact, and whatever a file says is only text in it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::sync::Arc;

use super::report::DiffReport;
use super::values::{AmountStyle, closed_deals, unknown, window};
use crate::compare::{
    BridgeRow, Comparison, DealChange, Fate, FindingChanges, Matrix, RuleChanges, RuleFigures,
};
use crate::deal::currency::grouped;
use crate::finding::wording::Count;
use crate::finding::{Finding, Level};
use crate::source::escape;

/// Rows of a table that are shown; a comment has a largest size, and a reader a largest patience.
const MOST_ROWS: usize = 50;
/// Deals that one cell names.
const MOST_NAMED: usize = 10;

pub(super) fn emit(report: &DiffReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (comparison, amounts) = (report.comparison, AmountStyle::of(report));
    let (from, to) = (escape::markdown(report.names.0), escape::markdown(report.names.1));
    writeln!(out, "### Pipeline: {from} → {to}\n")?;
    if !report.only_rules {
        writeln!(out, "{}\n", verdict(report))?;
        if let Some(changes) = &comparison.findings {
            new_errors(changes, comparison, out)?;
        }
    }
    if let Some(changes) = report.rules {
        rules(changes, report.only_rules, amounts, out)?;
    }
    if !report.only_rules {
        deals(comparison, out)?;
        bridge(comparison, amounts, out)?;
        rest(report, out)?;
    }
    for note in comparison.notes() {
        writeln!(out, "> {note}\n")?;
    }
    Ok(())
}

/// Whether errors come with it, and what else there is, in one line.
fn verdict(report: &DiffReport<'_>) -> String {
    let (comparison, amounts) = (report.comparison, AmountStyle::of(report));
    let mut parts = Vec::new();
    match &comparison.findings {
        None => parts.push("Findings are not compared".to_owned()),
        Some(changes) => {
            let new = errors(&changes.introduced).count();
            let files: BTreeSet<_> = errors(&changes.introduced).map(whose).collect();
            let no_file = errors(&changes.introduced).all(|finding| finding.subject.deal.is_some());
            let noun = if no_file { "deal" } else { "file" };
            parts.push(match new {
                0 => "✓ **No new error**".to_owned(),
                new => format!("✗ **{} in {}**", Count(new, "new error"), Count(files.len(), noun)),
            });
            let gone = errors(&changes.fixed).count();
            if gone > 0 {
                parts.push(format!("{} fixed", Count(gone, "error")));
            }
            if changes.unknown() > 0 {
                parts.push(format!("{} not judged at one end", Count(changes.unknown(), "finding")));
            }
        }
    }
    if let Some(changes) = report.rules.filter(|changes| !changes.failing.is_empty()) {
        parts.push(format!("changed rules newly fail {}", Count(changes.failing.len(), "deal")));
    }
    parts.push(match comparison.deals.len() {
        0 => "no deal changed".to_owned(),
        count => format!("{} changed", Count(count, "deal")),
    });
    let rows = &comparison.bridge.rows;
    if let (Some(first), Some(last)) = (rows.first(), rows.last()) {
        let currency = comparison.currency.map_or(String::new(), |currency| format!(" {}", currency.code()));
        let window = comparison.window.as_ref().map_or("in all", |window| window.name.as_str());
        let (before, after) = (amounts.row_value(first), amounts.row_value(last));
        let moved = if before == after { after } else { format!("{before} → {after}") };
        parts.push(format!("open {}: {moved}{currency}", escape::markdown(window)));
    }
    parts.join(" · ")
}

fn errors(findings: &[Finding]) -> impl Iterator<Item = &Finding> {
    findings.iter().filter(|finding| finding.level.unwrap_or(Level::Error) == Level::Error)
}

/// The errors that were not there before, by deal with its title.
fn new_errors(changes: &FindingChanges, comparison: &Comparison, out: &mut dyn Write) -> io::Result<()> {
    let mut by_deal: BTreeMap<String, Vec<&Finding>> = BTreeMap::new();
    for finding in errors(&changes.introduced) {
        by_deal.entry(whose(finding)).or_default().push(finding);
    }
    if by_deal.is_empty() {
        return Ok(());
    }
    writeln!(out, "**New errors**\n")?;
    for (whose, findings) in by_deal.iter().take(MOST_ROWS) {
        let id = findings.first().and_then(|finding| finding.subject.deal.as_ref());
        let change = comparison.deals.iter().find(|change| Some(&change.deal) == id);
        let name = change.and_then(|change| change.name.as_deref()).filter(|name| !name.trim().is_empty());
        let name = name.map(|name| format!(", {}", short(name))).unwrap_or_default();
        writeln!(out, "- **{whose}**{name}")?;
        for finding in findings.iter().take(MOST_NAMED) {
            writeln!(out, "  - {} ({})", escape::markdown(&finding.message), finding.code)?;
        }
        if findings.len() > MOST_NAMED {
            writeln!(out, "  - and {} more", findings.len() - MOST_NAMED)?;
        }
    }
    if by_deal.len() > MOST_ROWS {
        writeln!(out, "- and {} more", Count(by_deal.len() - MOST_ROWS, "deal"))?;
    }
    writeln!(out)
}

/// What most readers need not see, folded.
fn rest(report: &DiffReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (comparison, amounts) = (report.comparison, AmountStyle::of(report));
    let (from, to) = comparison.days;
    folded(&format!("Deals of the bridge, and totals, {from} to {to}"), out, |out| {
        parts_of_rows(comparison, amounts, out)?;
        totals(comparison, amounts, out)
    })?;
    if let Some(changes) = &comparison.findings {
        findings(changes, out)?;
    }
    if let Some(changes) = report.rules.filter(|changes| !changes.is_empty()) {
        folded("Deals of the changed rules", out, |out| rule_table(changes, amounts, out))?;
    }
    stages(&comparison.matrices, out)
}

fn folded(
    title: &str,
    out: &mut dyn Write,
    inner: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    writeln!(out, "<details><summary>{title}</summary>\n")?;
    inner(out)?;
    writeln!(out, "</details>\n")
}

fn deals(comparison: &Comparison, out: &mut dyn Write) -> io::Result<()> {
    if comparison.deals.is_empty() {
        return writeln!(out, "No deal changed.\n");
    }
    writeln!(out, "| deal | what changed |\n|---|---|")?;
    for change in comparison.deals.iter().take(MOST_ROWS) {
        writeln!(out, "| {} | {} |", title(change), what_changed(change))?;
    }
    more(comparison.deals.len(), out)?;
    writeln!(out)
}

fn more(rows: usize, out: &mut dyn Write) -> io::Result<()> {
    if rows > MOST_ROWS { writeln!(out, "| … | and {} more |", rows - MOST_ROWS) } else { Ok(()) }
}

fn title(change: &DealChange) -> String {
    let name = change.name.as_deref().filter(|name| !name.trim().is_empty());
    let name = name.map(|name| format!("<br>{}", short(name))).unwrap_or_default();
    format!("{}{name}", escape::markdown(&change.deal))
}

fn what_changed(change: &DealChange) -> String {
    let mut parts = Vec::new();
    match &change.fate {
        Fate::New => parts.push("**new**".to_owned()),
        Fate::Restored => parts.push("**restored**".to_owned()),
        Fate::Removed => parts.push("**removed**".to_owned()),
        Fate::Renamed(from) => parts.push(format!("renamed from {}", escape::markdown(from))),
        Fate::Kept => {}
    }
    for difference in &change.differences {
        let shown = |value: &Option<String>| value.as_deref().map_or("—".to_owned(), short);
        let (before, after) = (shown(&difference.before), shown(&difference.after));
        parts.push(match change.fate {
            Fate::New => format!("{} {after}", difference.what.title()),
            Fate::Removed => format!("{} {before}", difference.what.title()),
            _ => format!("{} {before} → {after}", difference.what.title()),
        });
    }
    for (label, ids) in [
        ("met", &change.met),
        ("**broken**", &change.broken),
        ("waived", &change.waived),
        ("no longer waived", &change.unwaived),
    ] {
        if !ids.is_empty() {
            parts.push(format!("{label}: {}", named(ids)));
        }
    }
    parts.join("<br>")
}

/// A text of a file in a cell, cut where it is long.
fn short(text: &str) -> String {
    const LONGEST: usize = 80;
    let cut: String = text.chars().take(LONGEST).collect();
    let end = if cut.len() < text.len() { "…" } else { "" };
    format!("{}{end}", escape::markdown(&cut))
}

fn named(ids: &[Arc<str>]) -> String {
    let mut shown: Vec<_> = ids.iter().take(MOST_NAMED).map(|id| escape::markdown(id)).collect();
    if ids.len() > MOST_NAMED {
        shown.push(format!("and {} more", ids.len() - MOST_NAMED));
    }
    shown.join(", ")
}

fn bridge(comparison: &Comparison, amounts: AmountStyle, out: &mut dyn Write) -> io::Result<()> {
    let currency = comparison.currency.map_or("", |currency| currency.code());
    writeln!(out, "**Bridge**: {}\n", escape::markdown(&window(comparison)))?;
    writeln!(out, "| | deals | {currency} |\n|---|--:|--:|")?;
    for row in shown_rows(comparison) {
        let mark = if row.row.is_total() { "**" } else { "" };
        let (name, count, value) = (row.row.name(), row.parts.len(), amounts.row_value(row));
        writeln!(out, "| {mark}{name}{mark} | {count} | {mark}{value}{mark} |")?;
    }
    writeln!(out)
}

fn shown_rows(comparison: &Comparison) -> impl Iterator<Item = &BridgeRow> {
    comparison.bridge.rows.iter().filter(|row| row.row.is_total() || !row.parts.is_empty())
}

fn parts_of_rows(comparison: &Comparison, amounts: AmountStyle, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "| | deals |\n|---|---|")?;
    for row in shown_rows(comparison).filter(|row| !row.parts.is_empty()) {
        writeln!(out, "| {} | {} |", row.row.name(), amounts.parts(row, MOST_NAMED, escape::markdown))?;
    }
    writeln!(out)
}

fn totals(comparison: &Comparison, amounts: AmountStyle, out: &mut dyn Write) -> io::Result<()> {
    let (before, after) = comparison.overall;
    let (window_before, window_after) = comparison.in_window;
    writeln!(out, "| | before | after |\n|---|--:|--:|")?;
    let line = |out: &mut dyn Write, name: &str, before: String, after: String| {
        writeln!(out, "| {name} | {before} | {after} |")
    };
    let price = "not priced";
    line(
        out,
        "weighted in these",
        amounts.sum(window_before.weighted, "unknown"),
        amounts.sum(window_after.weighted, "unknown"),
    )?;
    line(out, "all open", amounts.sum(before.open, price), amounts.sum(after.open, price))?;
    line(
        out,
        "all weighted",
        amounts.sum(before.weighted, "unknown"),
        amounts.sum(after.weighted, "unknown"),
    )?;
    if before.on_hold.deals + after.on_hold.deals > 0 {
        line(out, "all on hold", amounts.sum(before.on_hold, price), amounts.sum(after.on_hold, price))?;
    }
    writeln!(out)
}

fn stages(matrices: &[Matrix], out: &mut dyn Write) -> io::Result<()> {
    for matrix in matrices {
        let columns: Vec<usize> = matrix.columns().collect();
        writeln!(out, "<details><summary>Stages: from (down) to (across)</summary>\n")?;
        write!(out, "| {} |", named(&matrix.workflows))?;
        for &column in &columns {
            write!(out, " {} |", escape::markdown(matrix.cells[column].name()))?;
        }
        writeln!(out, "\n|---|{}", "--:|".repeat(columns.len()))?;
        for row in matrix.rows() {
            write!(out, "| {} |", escape::markdown(matrix.cells[row].name()))?;
            for &column in &columns {
                match matrix.count(row, column) {
                    0 => write!(out, " |")?,
                    count => write!(out, " {count} |")?,
                }
            }
            writeln!(out)?;
        }
        writeln!(out, "\n</details>\n")?;
    }
    Ok(())
}

/// All that came and went, errors among them.
fn findings(changes: &FindingChanges, out: &mut dyn Write) -> io::Result<()> {
    let (new, gone, still) = (changes.introduced.len(), changes.fixed.len(), changes.remaining.len());
    let title = format!(
        "Findings: {new} introduced, {gone} fixed, {still} still there in what changed{}",
        unknown(changes)
    );
    if new + gone == 0 {
        return writeln!(out, "{title}\n");
    }
    folded(&title, out, |out| {
        writeln!(out, "| | finding | deal or file | |\n|---|---|---|---|")?;
        let both = [("introduced", &changes.introduced), ("fixed", &changes.fixed)];
        let all = both.iter().flat_map(|(word, list)| list.iter().map(move |finding| (word, finding)));
        for (word, finding) in all.take(MOST_ROWS) {
            let level = finding.level.unwrap_or(Level::Error);
            let message = escape::markdown(&finding.message);
            writeln!(out, "| {word} | {level} {} | {} | {message} |", finding.code, whose(finding))?;
        }
        more(new + gone, out)?;
        writeln!(out)
    })
}

fn whose(finding: &Finding) -> String {
    let file = finding.place.as_ref().map(|place| place.file.path().as_ref());
    let shown = finding.subject.deal.as_deref().or(file).unwrap_or("workspace");
    escape::markdown(shown)
}

fn rules(
    changes: &RuleChanges,
    with_deals: bool,
    amounts: AmountStyle,
    out: &mut dyn Write,
) -> io::Result<()> {
    let (bad, good) = (changes.failing.len(), changes.passing.len());
    let deals = Count(changes.deals, "deal");
    writeln!(
        out,
        "**Changed rules**: of {deals} {} newly fail, {} newly pass\n",
        grouped(bad.into()),
        grouped(good.into())
    )?;
    if changes.not_judged > 0 {
        writeln!(out, "{} not judged by both: no usable workflow.\n", Count(changes.not_judged, "deal"))?;
    }
    if with_deals && !changes.is_empty() {
        rule_table(changes, amounts, out)?;
    }
    Ok(())
}

fn rule_table(changes: &RuleChanges, amounts: AmountStyle, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "| workflow | requirement | newly fail | newly pass | open deals that fail it | closed deals |\n\
         |---|---|---|---|---|---|"
    )?;
    for change in changes.rules.iter().take(MOST_ROWS) {
        let workflow = change.workflow.as_deref().unwrap_or_default();
        let (workflow, rule) = (escape::markdown(workflow), escape::markdown(&change.rule));
        let (failing, passing) = (counted(&change.failing), counted(&change.passing));
        let (open, closed) = change.figures.as_ref().map_or_else(Default::default, |(before, after)| {
            let cost = |figures: &RuleFigures| amounts.rule_cost(&figures.open, changes.currency);
            (format!("{} → {}", cost(before), cost(after)), closed_deals(after).unwrap_or_default())
        });
        writeln!(out, "| {workflow} | {rule} | {failing} | {passing} | {open} | {closed} |")?;
    }
    more(changes.rules.len(), out)?;
    writeln!(out)
}

fn counted(deals: &[Arc<str>]) -> String {
    if deals.is_empty() { String::new() } else { format!("{}: {}", deals.len(), named(deals)) }
}
