//! Findings for people: the message, excerpts of the texts, and the way out.

use std::io::{self, Write};

use super::excerpt::{Excerpt, ExcerptFrame, ExcerptLabel};
use super::outcome::CheckOutcome;
use super::summary;
use super::summary::divide;
use super::surface::{Surface, bold, level_style};
use crate::edit::fix::FixEdit;
use crate::finding::wording::quote;
use crate::finding::{Finding, Level, Rewrite};
use crate::source::escape;

/// Findings with excerpts, a blank line after each, then the summary.
pub(super) fn emit(outcome: &CheckOutcome<'_>, surface: Surface, out: &mut dyn Write) -> io::Result<()> {
    let findings = outcome.ledger.findings();
    for (index, (finding, edit)) in findings.iter().zip(FixEdit::all(findings)).enumerate() {
        divide(outcome, index, out)?;
        header(finding, surface, out)?;
        excerpts(finding, surface, out)?;
        footer(finding, edit.as_ref(), surface, out)?;
        writeln!(out)?;
    }
    summary(outcome, surface, out)
}

/// `error[code]: message`.
fn header(finding: &Finding, surface: Surface, out: &mut dyn Write) -> io::Result<()> {
    let level = finding.level.unwrap_or(Level::Error);
    let (style, bold) = (level_style(level, surface), bold(surface));
    let title = format!("{level}[{}]", finding.code);
    let message = escape::line(&finding.message);
    let message = wrap(&message, title.len() + 2, "  ", surface.width);
    writeln!(out, "{style}{title}{style:#}{bold}: {message}{bold:#}")
}

/// The first excerpt is where the fault is; places beside it share it, others follow below.
fn excerpts(finding: &Finding, surface: Surface, out: &mut dyn Write) -> io::Result<()> {
    let places = finding.place.iter().chain(finding.related.iter().map(|related| &related.place));
    let deepest = places.map(|place| place.start().line + CONTEXT).max().unwrap_or(0);
    // ` 12 │ ` stands before each line.
    let room = surface.width.saturating_sub(deepest.to_string().len() + 4).max(NARROWEST);
    let groups = groups(finding, room);
    let excerpts: Vec<Excerpt> = groups
        .iter()
        .filter_map(|marks| {
            let context = if marks.iter().any(|mark| mark.chief) { CONTEXT } else { 0 };
            Excerpt::new(marks, context, room)
        })
        .collect();
    let digits = excerpts.iter().map(Excerpt::digits).max().unwrap_or(0);
    let level = finding.level.unwrap_or(Level::Error);
    for (index, excerpt) in excerpts.iter().enumerate() {
        let frame = ExcerptFrame { digits, level, first: index == 0, last: index + 1 == excerpts.len() };
        out.write_all(excerpt.draw(frame, surface).as_bytes())?;
    }
    match finding.related.len().saturating_sub(MOST_RELATED) {
        0 => Ok(()),
        1 => writeln!(out, "  and 1 more place"),
        more => writeln!(out, "  and {more} more places"),
    }
}

/// Lines shown around the fault.
const CONTEXT: usize = 1;
/// A line of a text is never cut shorter than this.
const NARROWEST: usize = 24;
/// Further places that are shown; more would bury the next finding.
const MOST_RELATED: usize = 4;
/// Lines between two places of a file that one excerpt still shows.
const NEAR: usize = 3;

/// Marks by excerpt: the finding's own first, with what stands near it.
fn groups(finding: &Finding, room: usize) -> Vec<Vec<ExcerptLabel<'_>>> {
    let mut groups: Vec<Vec<ExcerptLabel<'_>>> = Vec::new();
    if let Some(place) = &finding.place {
        groups.push(vec![ExcerptLabel { place, label: label(finding), chief: true }]);
    }
    for related in finding.related.iter().take(MOST_RELATED) {
        let label = Some(escape::line(&related.message).into_owned());
        let mark = ExcerptLabel { place: &related.place, label, chief: false };
        match groups.first_mut().filter(|group| joins(&mark, group, room)) {
            Some(group) => group.push(mark),
            None => groups.push(vec![mark]),
        }
    }
    groups
}

/// Whether a mark can be shown in the excerpt of the finding's own place: near it, and not hidden by another
/// mark or by what is cut from a long line.
fn joins(mark: &ExcerptLabel<'_>, group: &[ExcerptLabel<'_>], room: usize) -> bool {
    let Some(chief) = group.first().filter(|first| first.chief) else { return false };
    let line = |mark: &ExcerptLabel<'_>| mark.place.start().line;
    let fits = || mark.place.file.line(line(mark)).chars().count() <= room / 2;
    let apart = |other: &ExcerptLabel<'_>| {
        let (a, b) = (mark.place.span, other.place.span);
        a.end <= b.start || b.end <= a.start
    };
    chief.place.file.path() == mark.place.file.path()
        && line(chief).abs_diff(line(mark)) <= NEAR
        && group.iter().all(|other| line(other) != line(mark) || (fits() && apart(other)))
}

/// Several requirements may be unmet at one place, so the excerpt says which, unless the message does.
fn label(finding: &Finding) -> Option<String> {
    let is_named = |id: &str| finding.message.contains(&format!("`{id}`"));
    let id = finding.subject.requirement.as_deref().filter(|id| !is_named(id))?;
    Some(format!("requirement `{}`", escape::line(id)))
}

fn footer(
    finding: &Finding,
    edit: Option<&FixEdit>,
    surface: Surface,
    out: &mut dyn Write,
) -> io::Result<()> {
    let style = if surface.colour { anstyle::AnsiColor::Cyan.on_default() } else { anstyle::Style::new() };
    for (title, text) in [("help", &finding.help), ("fix", &fix_line(finding, edit)), ("more", &finding.url)]
    {
        if let Some(text) = text {
            let text = escape::terminal(text);
            let text = wrap(&text, 8, "        ", surface.width);
            writeln!(out, "  {style}{title}:{style:#} {text}")?;
        }
    }
    Ok(())
}

/// The line as a fix would leave it, and the option that makes it.
fn fix_line(finding: &Finding, edit: Option<&FixEdit>) -> Option<String> {
    let fix = finding.fix.as_ref()?;
    let option = if fix.safe { "--fix" } else { "--fix --unsafe-fixes" };
    let line = edit?.line();
    let done = if fix.rewrite == Rewrite::Remove { fix.title() } else { quote(&line) };
    Some(format!("{done} (`check {option}`)"))
}

/// Breaks a text between words where the line is full; `used` columns of the first line are taken. Neither a
/// word nor what stands between backticks is broken, so that ids, addresses and snippets can be copied; and no
/// line opens with what would be an order to a runner.
pub(crate) fn wrap(text: &str, used: usize, indent: &str, width: usize) -> String {
    let mut wrapped = String::with_capacity(text.len() + 16);
    let mut column = used;
    let break_line = |wrapped: &mut String| {
        wrapped.push('\n');
        wrapped.push_str(indent);
        indent.len()
    };
    for (number, line) in text.trim_end().split('\n').enumerate() {
        if number > 0 && escape::starts_workflow_command(line) {
            wrapped.push(' ');
        } else if number > 0 {
            column = break_line(&mut wrapped);
        }
        for (index, word) in words(line, width.saturating_sub(indent.len())).into_iter().enumerate() {
            let length = word.chars().count();
            if index > 0 && column + 1 + length > width && !escape::starts_workflow_command(word) {
                column = break_line(&mut wrapped);
            } else if index > 0 {
                wrapped.push(' ');
                column += 1;
            }
            wrapped.push_str(word);
            column += length;
        }
    }
    wrapped
}

/// The words of a line; what stands between backticks is one word while it fits a line.
fn words(line: &str, longest: usize) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = line;
    while !rest.is_empty() {
        let mut quoted = false;
        let end = rest.char_indices().find_map(|(at, c)| {
            quoted ^= c == '`';
            (c == ' ' && !quoted).then_some(at)
        });
        let mut end = end.unwrap_or(rest.len());
        if quoted || rest[..end].chars().count() > longest {
            end = rest.find(' ').unwrap_or(rest.len());
        }
        words.push(&rest[..end]);
        rest = rest.get(end + 1..).unwrap_or_default();
    }
    words
}
