//! All deals in a table, worst first, that fits its surface.

use std::cmp::Reverse;
use std::io::{self, Write};

use anstyle::AnsiColor;
use serde::Serialize;

use super::layout::{colour, columns, cut, dim, fill};
use super::presentation::{Opening, Presentation};
use super::progress::{Progress, ProgressState};
use crate::emit::{Surface, bold, level_style, wrap};
use crate::finding::Level;
use crate::finding::wording::Count;
use crate::source::escape;

/// How many deals stand how.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(crate) struct OverviewTotals {
    /// Deals shown.
    pub deals: usize,
    /// Deals there are, before owner, stage and company were asked for.
    pub of: usize,
    /// Deals with an error.
    pub blocked: usize,
    /// Deals that were judged and have no error: warnings put nothing out of order.
    pub in_order: usize,
    /// Those of them with a warning.
    pub warned: usize,
    /// Deals without an error that could not be judged.
    pub not_judged: usize,
    /// Requirements to be met before the open deals may go on.
    pub left: usize,
}

/// All deals, worst first.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Overview {
    #[serde(flatten)]
    opening: Opening,
    summary: OverviewTotals,
    deals: Vec<Progress>,
}

impl Overview {
    /// Puts deals in order: blocked by errors, then with warnings, then what has most left to do, ended ones last.
    pub(crate) fn new(opening: Opening, mut deals: Vec<Progress>, of: usize) -> Self {
        deals.sort_by(|a, b| urgency(a).cmp(&urgency(b)));
        let summary = OverviewTotals {
            deals: deals.len(),
            of,
            blocked: deals.iter().filter(|deal| deal.errors > 0).count(),
            in_order: deals.iter().filter(|deal| is_in_order(deal)).count(),
            warned: deals.iter().filter(|deal| is_in_order(deal) && deal.warnings > 0).count(),
            not_judged: deals.iter().filter(|deal| is_silent(deal)).count(),
            left: deals.iter().map(|deal| deal.left).sum(),
        };
        Self { opening, summary, deals }
    }
}

/// Errors decide, as everywhere: a warning puts nothing out of order.
fn is_in_order(deal: &Progress) -> bool {
    deal.state != ProgressState::NotJudged && deal.errors == 0
}

/// Its workflow is at fault, and the fault is told there.
fn is_silent(deal: &Progress) -> bool {
    deal.state == ProgressState::NotJudged && deal.errors == 0
}

fn urgency(deal: &Progress) -> impl Ord + '_ {
    let (errors, warnings) = (Reverse(deal.errors), Reverse(deal.warnings));
    let judged = deal.state != ProgressState::NotJudged;
    let ended = judged && deal.state != ProgressState::Open;
    (errors, warnings, judged, ended, deal.on_hold, Reverse(deal.left), &deal.deal)
}

impl Presentation for Overview {
    fn text(&self, surface: Surface, out: &mut dyn Write) -> io::Result<()> {
        if !self.deals.is_empty() {
            let rows: Vec<OverviewRow> = self.deals.iter().map(OverviewRow::of).collect();
            let widths = fit(&rows, surface.columns);
            let bold = bold(surface);
            writeln!(
                out,
                "{bold}{}{bold:#}",
                line(&TITLES.map(str::to_owned), &widths, |_, text| text).trim_end()
            )?;
            for (row, deal) in rows.iter().zip(&self.deals) {
                let style = standing_style(deal, surface);
                let dimmed =
                    if deal.state == ProgressState::Open { anstyle::Style::new() } else { dim(surface) };
                let shown = line(&row.cells, &widths, |column, text| match column {
                    STANDING => {
                        let word = text.trim_end();
                        format!("{style}{word}{style:#}{}", &text[word.len()..])
                    }
                    DEAL => text,
                    _ => format!("{dimmed}{text}{dimmed:#}"),
                });
                writeln!(out, "{}", shown.trim_end())?;
            }
            if surface.summary {
                writeln!(out)?;
            }
        }
        if surface.summary { self.footer(surface, out) } else { Ok(()) }
    }
}

impl Overview {
    fn footer(&self, surface: Surface, out: &mut dyn Write) -> io::Result<()> {
        let OverviewTotals { deals, of, blocked, in_order, warned, not_judged, .. } = self.summary;
        if deals == 0 {
            return match of {
                0 => writeln!(out, "There are no deals."),
                1 => writeln!(out, "The one deal is not among those asked for."),
                of => writeln!(out, "None of {of} deals is among those asked for."),
            };
        }
        let all = if deals == of {
            Count(of, "deal").to_string()
        } else {
            format!("{deals} of {}", Count(of, "deal"))
        };
        let parts: Vec<String> = [
            (blocked, "blocked by errors", level_style(Level::Error, surface)),
            (not_judged, "not judged", anstyle::Style::new()),
            (in_order, "in order", colour(AnsiColor::Green, surface)),
        ]
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, text, style)| format!("{style}{count} {text}{style:#}"))
        .collect();
        let style = level_style(Level::Warning, surface);
        let warned =
            if warned == 0 { String::new() } else { format!(" ({style}{warned} with warnings{style:#})") };
        writeln!(out, "{all}: {}{warned}.", parts.join(", "))?;
        let dim = dim(surface);
        let next = "`dealgate status DEAL` shows what is left to do, `dealgate check` where to mend it.";
        writeln!(out, "{dim}{}{dim:#}", wrap(next, 0, "", surface.width))
    }
}

const TITLES: [&str; 8] = ["DEAL", "STAGE", "DAYS", "AMOUNT", "CLOSES", "OWNER", "STANDING", "NEXT STEP"];
const DEAL: usize = 0;
const STAGE: usize = 1;
const DAYS: usize = 2;
const AMOUNT: usize = 3;
const CLOSES: usize = 4;
const OWNER: usize = 5;
const STANDING: usize = 6;
const NEXT_STEP: usize = 7;

/// Columns that are left out when there is no room, the least needed first.
const LEAVE_OUT: [usize; 5] = [NEXT_STEP, DAYS, OWNER, AMOUNT, CLOSES];
/// Columns that are cut when there still is none, with what is left of them.
const CUT: [(usize, usize); 4] = [(OWNER, LEAST_OF_OWNER), (STAGE, 8), (DEAL, 16), (STANDING, 8)];
/// What is left of the next step before it is left out.
const LEAST_OF_NEXT_STEP: usize = 24;
/// What is left of the owner before another column but the next step is left out: people are told apart by the beginning.
const LEAST_OF_OWNER: usize = 12;
const GAP: usize = 2;

struct OverviewRow {
    cells: [String; 8],
}

impl OverviewRow {
    fn of(deal: &Progress) -> Self {
        let text =
            |text: Option<&str>| text.map_or_else(|| "–".to_owned(), |text| escape::line(text).into_owned());
        let stage = match (&deal.stage, deal.stage_number) {
            (Some(stage), Some(number)) => format!("{} {number}/{}", escape::line(stage), deal.stages),
            _ => "–".to_owned(),
        };
        Self {
            cells: [
                escape::opening(&deal.deal).into_owned(),
                stage,
                days(deal),
                text(deal.amount.as_ref().map(|amount| amount.shown.as_str())),
                text(deal.close_date.as_deref()),
                text(deal.owner_name.as_deref().or(deal.owner.as_deref())),
                standing(deal),
                next_step(deal),
            ],
        }
    }
}

/// For how long it has been in its stage, and how long it may be there.
fn days(deal: &Progress) -> String {
    match (deal.days_in_stage, deal.max_days.filter(|_| deal.state == ProgressState::Open)) {
        (None, _) => "–".to_owned(),
        (Some(days), None) => days.to_string(),
        (Some(days), Some(most)) => format!("{days} of {most}"),
    }
}

fn next_step(deal: &Progress) -> String {
    let Some(step) = deal.next_step.as_ref().filter(|_| deal.state == ProgressState::Open) else {
        return "–".to_owned();
    };
    let parts = [step.date.as_deref(), step.what.as_deref()];
    escape::line(&parts.into_iter().flatten().collect::<Vec<_>>().join(" ")).into_owned()
}

/// How a deal stands, in a few words.
pub(super) fn standing(deal: &Progress) -> String {
    let mut words: Vec<String> = [(deal.errors, "error"), (deal.warnings, "warning")]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, noun)| Count(count, noun).to_string())
        .collect();
    match deal.state {
        ProgressState::NotJudged => words.push("not judged".to_owned()),
        ProgressState::Lost => words.push("lost".to_owned()),
        ProgressState::Disqualified => words.push("disqualified".to_owned()),
        ProgressState::Completed => words.push("completed".to_owned()),
        ProgressState::Won if deal.left == 0 || !words.is_empty() => words.push("won".to_owned()),
        ProgressState::Won => words.push(format!("won, {} left", deal.left)),
        ProgressState::Open if deal.on_hold => words.push("on hold".to_owned()),
        ProgressState::Open if deal.left > 0 => words.push(format!("{} left", deal.left)),
        ProgressState::Open if words.is_empty() => words.push("may go on".to_owned()),
        ProgressState::Open => {}
    }
    words.join(", ")
}

fn standing_style(deal: &Progress, surface: Surface) -> anstyle::Style {
    match (deal.errors, deal.warnings, deal.state) {
        (0, 0, ProgressState::Open) if deal.left == 0 => colour(AnsiColor::Green, surface),
        (0, 0, ProgressState::Open) => anstyle::Style::new(),
        (0, 0, _) => dim(surface),
        (0, ..) => level_style(Level::Warning, surface),
        _ => level_style(Level::Error, surface),
    }
}

/// How wide each column is; 0 when it is left out.
fn fit(rows: &[OverviewRow], width: usize) -> [usize; 8] {
    let mut widths = [0; 8];
    for (column, most) in widths.iter_mut().enumerate() {
        let cells = rows.iter().map(|row| columns(&row.cells[column]));
        *most = cells.max().unwrap_or(0).max(columns(TITLES[column]));
    }
    let excess = taken(&widths).saturating_sub(width);
    widths[NEXT_STEP] =
        widths[NEXT_STEP].saturating_sub(excess).max(LEAST_OF_NEXT_STEP.min(widths[NEXT_STEP]));
    for column in LEAVE_OUT {
        let to_spare = if column == NEXT_STEP { 0 } else { widths[OWNER].saturating_sub(LEAST_OF_OWNER) };
        if taken(&widths) - to_spare > width {
            widths[column] = 0;
        }
    }
    for (column, least) in CUT {
        let excess = taken(&widths).saturating_sub(width);
        widths[column] = widths[column].saturating_sub(excess).max(least.min(widths[column]));
    }
    widths
}

fn taken(widths: &[usize; 8]) -> usize {
    let shown = widths.iter().filter(|width| **width > 0).count();
    widths.iter().sum::<usize>() + GAP * shown.saturating_sub(1)
}

fn line(cells: &[String; 8], widths: &[usize; 8], dress: impl Fn(usize, String) -> String) -> String {
    let shown = cells.iter().zip(widths).enumerate().filter(|(_, (_, width))| **width > 0);
    let cells: Vec<String> = shown
        .map(|(column, (cell, &width))| {
            let cell = cut(cell, width);
            let cell = match column {
                AMOUNT => format!("{}{cell}", " ".repeat(width.saturating_sub(columns(&cell)))),
                _ => fill(&cell, width),
            };
            dress(column, cell)
        })
        .collect();
    cells.join(&" ".repeat(GAP))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Vec<OverviewRow> {
        let cells = |id: &str, standing: &str| OverviewRow {
            cells: [
                id,
                "qualified 2/6",
                "12 of 30",
                "1,240,000 EUR",
                "2026-11-23",
                "jane@acme.example",
                standing,
                "2026-12-01 Call about the schedule",
            ]
            .map(str::to_owned),
        };
        vec![cells("acme/東京電力-rollout", "1 error, 2 left"), cells("acme/x", "3 left")]
    }

    #[test]
    fn a_table_is_never_wider_than_its_surface() {
        for width in [40, 60, 72, 80, 100, 120] {
            let widths = fit(&rows(), width);
            for row in rows() {
                let shown = line(&row.cells, &widths, |_, text| text);
                assert!(columns(&shown) <= width, "{width}: {shown}");
            }
        }
        assert!(fit(&rows(), 200).iter().all(|width| *width > 0), "there is room for every column");
        let narrow = fit(&rows(), 120);
        assert_eq!((narrow[NEXT_STEP], narrow[OWNER] > 0), (0, true), "the next step goes first");
        assert_eq!(fit(&rows(), 80)[OWNER], 0, "then days and owner");
        let tight = fit(&rows(), 105);
        assert_eq!((tight[OWNER], tight[DAYS] > 0), (13, true), "an owner is cut before days are left out");
    }
}
