//! A comparison for a terminal.

use std::io::{self, Write};
use std::sync::Arc;

use anstyle::{AnsiColor, Style};
use rust_decimal::Decimal;

use super::report::DiffReport;
use super::values::{AmountStyle, closed_deals, unknown, window};
use crate::compare::{
    BridgeStep, Comparison, DealChange, Fate, FindingChanges, Matrix, RuleChanges, RuleFigures,
};
use crate::deal::currency::grouped;
use crate::emit::columns::columns;
use crate::emit::full::wrap;
use crate::emit::surface::{Surface, bold, level_style};
use crate::finding::wording::Count;
use crate::finding::{Finding, Level};
use crate::source::escape;

pub(super) fn emit(report: &DiffReport<'_>, surface: Surface, out: &mut dyn Write) -> io::Result<()> {
    let bold = bold(surface);
    let (comparison, amounts) = (report.comparison, AmountStyle::of(report));
    let (from, to) = (escape::line(report.names.0), escape::line(report.names.1));
    writeln!(out, "{bold}From {from} to {to}{bold:#} ({} to {})", comparison.days.0, comparison.days.1)?;
    if !report.only_rules {
        deals(comparison, surface, out)?;
        bridge(comparison, amounts, surface, out)?;
        stages(&comparison.matrices, surface, out)?;
        if let Some(changes) = &comparison.findings {
            findings(changes, surface, out)?;
        }
    }
    if let Some(changes) = report.rules {
        rules(changes, amounts, surface, out)?;
    }
    for note in comparison.notes() {
        writeln!(out, "\n{}", wrap(&format!("note: {note}"), 0, "  ", surface.width))?;
    }
    Ok(())
}

fn heading(text: &str, surface: Surface, out: &mut dyn Write) -> io::Result<()> {
    let bold = bold(surface);
    writeln!(out, "\n{bold}{}{bold:#}", wrap(text, 0, "  ", surface.width))
}

/// What came is green, what went is red.
fn shade(is_gain: bool, surface: Surface) -> Style {
    let colour = if is_gain { AnsiColor::Green } else { AnsiColor::Red };
    if surface.colour { colour.on_default() } else { Style::new() }
}

fn deals(comparison: &Comparison, surface: Surface, out: &mut dyn Write) -> io::Result<()> {
    if comparison.deals.is_empty() {
        return heading("No deal changed", surface, out);
    }
    heading(&format!("{} changed", Count(comparison.deals.len(), "deal")), surface, out)?;
    for change in &comparison.deals {
        deal(change, surface, out)?;
    }
    Ok(())
}

fn deal(change: &DealChange, surface: Surface, out: &mut dyn Write) -> io::Result<()> {
    let bold = bold(surface);
    let (gain, loss) = (shade(true, surface), shade(false, surface));
    let fate = match &change.fate {
        Fate::New => format!(" {gain}(new){gain:#}"),
        Fate::Restored => format!(" {gain}(restored){gain:#}"),
        Fate::Removed => format!(" {loss}(removed){loss:#}"),
        Fate::Renamed(from) => format!(" (was {})", escape::line(from)),
        Fate::Kept => String::new(),
    };
    let name = change.name.as_deref().map(|name| format!("  {}", escape::line(name))).unwrap_or_default();
    writeln!(out, "  {bold}{}{bold:#}{fate}{name}", escape::opening(&change.deal))?;
    for difference in &change.differences {
        let shown = |value: &Option<String>| value.as_deref().map_or("-".into(), escape::line).into_owned();
        let (before, after) = (shown(&difference.before), shown(&difference.after));
        let title = difference.what.title();
        match change.fate {
            Fate::New => labelled(title, &after, gain, surface, out)?,
            Fate::Removed => labelled(title, &before, loss, surface, out)?,
            _ if LABEL + columns(&before) + 4 + columns(&after) <= surface.width => {
                writeln!(out, "    {title:<11} {loss}{before}{loss:#} -> {gain}{after}{gain:#}")?;
            }
            _ => {
                labelled(title, &before, loss, surface, out)?;
                labelled("         ->", &after, gain, surface, out)?;
            }
        }
    }
    for (label, ids, style) in [
        ("met", &change.met, gain),
        ("broken", &change.broken, loss),
        ("waived", &change.waived, Style::new()),
        ("no longer waived", &change.unwaived, Style::new()),
    ] {
        if !ids.is_empty() {
            labelled(label, &join(ids), style, surface, out)?;
        }
    }
    Ok(())
}

/// Where what stands behind a label begins.
const LABEL: usize = 16;

/// So many deals of a row are named.
const MOST_PARTS: usize = 6;

/// A label and a text that goes on below itself.
fn labelled(label: &str, text: &str, style: Style, surface: Surface, out: &mut dyn Write) -> io::Result<()> {
    let used = LABEL.max(5 + columns(label));
    let text = wrap(text, used, &" ".repeat(LABEL), surface.width);
    writeln!(out, "    {label:<11} {style}{text}{style:#}")
}

fn join(ids: &[Arc<str>]) -> String {
    ids.iter().map(|id| escape::line(id)).collect::<Vec<_>>().join(", ")
}

fn bridge(
    comparison: &Comparison,
    amounts: AmountStyle,
    surface: Surface,
    out: &mut dyn Write,
) -> io::Result<()> {
    let currency = comparison.currency.map_or(String::new(), |currency| format!(", {}", currency.code()));
    heading(&format!("Pipeline: {}{currency}", escape::line(&window(comparison))), surface, out)?;
    let rows: Vec<_> =
        comparison.bridge.rows.iter().filter(|row| row.row.is_total() || !row.parts.is_empty()).collect();
    let width = rows.iter().map(|row| columns(&amounts.row_value(row))).max().unwrap_or(0);
    for row in rows {
        let style = match (row.row, row.known()) {
            (step, _) if step.is_total() => bold(surface),
            // What was won leaves what is open, and is no loss.
            (BridgeStep::Won, Some(_)) => shade(true, surface),
            (_, Some(value)) if !value.is_zero() => shade(value > Decimal::ZERO, surface),
            _ => Style::new(),
        };
        let (name, value) = (row.row.name(), amounts.row_value(row));
        let start =
            format!("  {name:<14} {:>9}  {value:>width$}", Count(row.parts.len(), "deal").to_string());
        let used = columns(&start) + 2;
        // Below the first line there is room for more than one name only where they do not begin too far right.
        let indent = if used > surface.width / 3 { LABEL } else { used };
        let parts = wrap(
            &amounts.parts(row, MOST_PARTS, |deal| escape::line(deal).into()),
            used,
            &" ".repeat(indent),
            surface.width,
        );
        writeln!(out, "{style}{start}{style:#}  {parts}")?;
    }
    let price = "not priced";
    let (before, after) = comparison.in_window;
    moved("weighted", [before.weighted, after.weighted].map(|it| amounts.sum(it, "unknown")), surface, out)?;
    let (before, after) = comparison.overall;
    moved("all open deals", [before.open, after.open].map(|it| amounts.sum(it, price)), surface, out)?;
    moved(
        "all weighted",
        [before.weighted, after.weighted].map(|it| amounts.sum(it, "unknown")),
        surface,
        out,
    )?;
    if before.on_hold.deals + after.on_hold.deals > 0 {
        moved("all on hold", [before.on_hold, after.on_hold].map(|it| amounts.sum(it, price)), surface, out)?;
    }
    Ok(())
}

/// A sum before and after; each on a line of its own where one line has no room for both.
fn moved(label: &str, [before, after]: [String; 2], surface: Surface, out: &mut dyn Write) -> io::Result<()> {
    let start = format!("  {label}: {before}");
    let gap = if columns(&start) + 4 + columns(&after) <= surface.width { " " } else { "\n    " };
    writeln!(out, "{start}{gap}-> {after}")
}

fn stages(matrices: &[Matrix], surface: Surface, out: &mut dyn Write) -> io::Result<()> {
    for matrix in matrices {
        let workflows = matrix.workflows.iter().map(|id| escape::line(id)).collect::<Vec<_>>().join(", ");
        heading(&format!("Stages of {workflows}: from (down) to (across)"), surface, out)?;
        let label = matrix.rows().map(|row| columns(&escape::opening(matrix.cells[row].name()))).max();
        let label = label.unwrap_or(0);
        for (index, part) in
            side_by_side(matrix, surface.columns.saturating_sub(2 + label)).iter().enumerate()
        {
            if index > 0 {
                writeln!(out)?;
            }
            stages_part(matrix, part, label, out)?;
        }
    }
    Ok(())
}

/// The columns of a matrix, as many in a part as there is room for beside each other.
fn side_by_side(matrix: &Matrix, room: usize) -> Vec<Vec<(usize, usize)>> {
    let mut parts: Vec<Vec<(usize, usize)>> = Vec::new();
    let mut used = room;
    for column in matrix.columns() {
        let width = columns(&escape::line(matrix.cells[column].name()));
        used += 2 + width;
        if let Some(part) = parts.last_mut().filter(|_| used <= room) {
            part.push((column, width));
        } else {
            parts.push(vec![(column, width)]);
            used = 2 + width;
        }
    }
    parts
}

/// Every row with some of the columns, each of which has its width.
fn stages_part(
    matrix: &Matrix,
    part: &[(usize, usize)],
    label: usize,
    out: &mut dyn Write,
) -> io::Result<()> {
    let names: Vec<_> = part.iter().map(|&(column, _)| escape::line(matrix.cells[column].name())).collect();
    let across = format!("{:label$}  {}", "", names.join("  "));
    // Nothing but spaces stands before the first of them.
    writeln!(out, "  {}{across}", if escape::starts_workflow_command(&across) { "·" } else { "" })?;
    for row in matrix.rows() {
        let name = escape::opening(matrix.cells[row].name());
        write!(out, "  {name}{:1$}", "", label.saturating_sub(columns(&name)))?;
        for &(column, width) in part {
            let count = match matrix.count(row, column) {
                0 => "·".to_owned(),
                count => count.to_string(),
            };
            write!(out, "  {count:>width$}")?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn findings(changes: &FindingChanges, surface: Surface, out: &mut dyn Write) -> io::Result<()> {
    let (new, gone, still) = (changes.introduced.len(), changes.fixed.len(), changes.remaining.len());
    let unknown = unknown(changes);
    let title =
        format!("Findings: {new} introduced, {gone} fixed, {still} still there in what changed{unknown}");
    heading(&title, surface, out)?;
    let unknown = [('?', &changes.unknown_before), ('?', &changes.unknown_after)];
    for (sign, list) in [('+', &changes.introduced), ('-', &changes.fixed)].into_iter().chain(unknown) {
        for finding in list {
            let level = finding.level.unwrap_or(Level::Error);
            let style = if sign == '-' { shade(true, surface) } else { level_style(level, surface) };
            let title = format!("{level}[{}]", finding.code);
            let text = format!("{}: {}", whose(finding), escape::line(&finding.message));
            let text = wrap(&text, 5 + title.len(), "      ", surface.width);
            writeln!(out, "  {sign} {style}{title}{style:#} {text}")?;
        }
    }
    Ok(())
}

fn whose(finding: &Finding) -> String {
    let file = finding.place.as_ref().map(|place| place.file.path().as_ref());
    let shown = finding.subject.deal.as_deref().or(file).unwrap_or("workspace");
    escape::line(shown).into_owned()
}

fn rules(
    changes: &RuleChanges,
    amounts: AmountStyle,
    surface: Surface,
    out: &mut dyn Write,
) -> io::Result<()> {
    let (bad, good) = (changes.failing.len(), changes.passing.len());
    let title = format!(
        "Under the changed rules {} of {} newly fail, {good} newly pass",
        bad,
        Count(changes.deals, "deal")
    );
    heading(&title, surface, out)?;
    for change in &changes.rules {
        let workflow = change.workflow.as_deref().map(|id| format!("{id}: ")).unwrap_or_default();
        writeln!(out, "  {}", escape::opening(&format!("{workflow}{}", change.rule)))?;
        for (label, deals) in [("newly fail", &change.failing), ("newly pass", &change.passing)] {
            if !deals.is_empty() {
                let label = format!("    {label} ({}): ", grouped(deals.len().into()));
                writeln!(out, "{label}{}", wrap(&join(deals), columns(&label), "      ", surface.width))?;
            }
        }
        if let Some((before, after)) = &change.figures {
            let cost = |figures: &RuleFigures| amounts.rule_cost(&figures.open, changes.currency);
            writeln!(out, "    open deals that fail it: {} before, {} after", cost(before), cost(after))?;
            if let Some(closed) = closed_deals(after) {
                writeln!(out, "    {closed}")?;
            }
        }
    }
    if changes.is_empty() {
        writeln!(out, "  no deal fares differently")?;
    }
    if changes.not_judged > 0 {
        writeln!(out, "  {} not judged by both: no usable workflow", Count(changes.not_judged, "deal"))?;
    }
    Ok(())
}
