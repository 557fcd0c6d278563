//! A few lines of a text with places underlined, drawn by miette.
//!
//! The excerpt is cut out and made harmless here, and miette only ever sees those few short lines: so its
//! cost does not grow with the file, and nothing in a file can upset its drawing.

use std::fmt;
use std::ops::Range;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents,
    SourceCode, SourceSpan, SpanContents, ThemeCharacters, ThemeStyles,
};

use super::surface::Surface;
use crate::finding::Level;
use crate::source::{Place, Position, escape};

/// A place to underline.
#[derive(Clone, Debug)]
pub(super) struct ExcerptLabel<'a> {
    /// Where. Of a place of several lines, the first is underlined.
    pub place: &'a Place,
    /// What is written below it.
    pub label: Option<String>,
    /// Whether it is what the excerpt is about.
    pub chief: bool,
}

/// A few lines of one text with their marks.
#[derive(Debug)]
pub(super) struct Excerpt {
    name: String,
    first_line: usize,
    last_line: usize,
    /// The lines as they are shown, each with `\n`.
    text: String,
    labels: Vec<LabeledSpan>,
    /// Of each label, whether it is what the excerpt is about.
    chiefs: Vec<bool>,
    /// The file has no text, and nothing is to be said beside its name.
    bare: bool,
}

/// Where excerpts stand below each other.
#[derive(Clone, Copy, Debug)]
pub(super) struct ExcerptFrame {
    /// Digits of the highest line number below which all are aligned.
    pub digits: usize,
    /// The colour of the chief marks.
    pub level: Level,
    /// Whether it is the first, and opens the frame.
    pub first: bool,
    /// Whether it is the last, and closes the frame.
    pub last: bool,
}

impl Excerpt {
    /// Cuts an excerpt out of the text of the marks, which are all of one file, with `context` lines around.
    /// No line is wider than `room`, labels included; a line that is cut is cut around its mark.
    pub(super) fn new(marks: &[ExcerptLabel<'_>], context: usize, room: usize) -> Option<Self> {
        let chief = marks.iter().find(|mark| mark.chief).or(marks.first())?;
        let file = &chief.place.file;
        let starts: Vec<Position> = marks.iter().map(|mark| mark.place.start()).collect();
        let upper = starts.iter().map(|start| start.line).min()?;
        let lower = starts.iter().map(|start| start.line).max()?;
        let blank = |line: &usize| file.line(*line).trim().is_empty();
        let first_line =
            (upper.saturating_sub(context).max(1)..upper).find(|line| !blank(line)).unwrap_or(upper);
        let last_line = (lower + 1..=lower + context).rev().find(|line| !blank(line)).unwrap_or(lower);

        let mut text = String::new();
        let (mut labels, mut chiefs) = (Vec::new(), Vec::new());
        for number in first_line..=last_line {
            let line = file.line(number);
            let here: Vec<(&ExcerptLabel<'_>, Range<usize>)> = marks
                .iter()
                .zip(&starts)
                .filter(|(_, start)| start.line == number)
                .map(|(mark, &start)| (mark, columns(start, mark.place.end(), line)))
                .collect();
            let focus = here.first().map(|(_, columns)| columns);
            let mut shown = CutLine::new(line, focus, room, 0);
            let excess = here.iter().filter_map(|(mark, columns)| {
                (shown.label_at(columns) + measure(mark.label.as_deref()?)).checked_sub(room)
            });
            // What a label lacks at the end is left out of the line before it; the sign for that takes one column itself.
            if let Some(excess) = excess.max().filter(|excess| *excess > 0) {
                shown =
                    CutLine::new(line, focus, room, shown.skipped + excess + usize::from(shown.skipped == 0));
            }
            for (mark, columns) in here {
                let (from, to) = (shown.byte(columns.start), shown.byte(columns.end));
                let label =
                    mark.label.as_deref().map(|it| clip(it, room.saturating_sub(shown.label_at(&columns))));
                labels.push(LabeledSpan::new(label, text.len() + from, to - from));
                chiefs.push(mark.chief);
            }
            text.push_str(&shown.text);
            text.push('\n');
        }
        let start = chief.place.start();
        let name = format!("{}:{}:{}", escape::line(file.path()), start.line, start.column);
        let bare = file.text().is_empty() && marks.iter().all(|mark| mark.label.is_none());
        Some(Self { name, first_line, last_line, text, labels, chiefs, bare })
    }

    /// Digits of its highest line number.
    pub(super) fn digits(&self) -> usize {
        self.last_line.to_string().len()
    }

    /// Draws it.
    pub(super) fn draw(&self, frame: ExcerptFrame, surface: Surface) -> String {
        let mut drawn = String::new();
        let handler = GraphicalReportHandler::new_themed(self.theme(frame, surface))
            .with_width(surface.width)
            .with_context_lines(1)
            .with_wrap_lines(false)
            .without_primary_span_start()
            .without_syntax_highlighting();
        if handler.render_report(&mut drawn, self).is_err() {
            return String::new();
        }
        // Miette opens with a line for the message, which is ours to write, and closes each excerpt.
        let lines: Vec<&str> = drawn.lines().skip(1).collect();
        let shown = if frame.last { lines.len() } else { lines.len().saturating_sub(1) };
        // Of a file without text there is nothing to see but its name.
        let lines = match lines.as_slice() {
            [name, .., end] if self.bare => vec![*name, end],
            _ => lines,
        };
        let shown = shown.min(lines.len());
        let indent = " ".repeat(frame.digits.saturating_sub(self.digits()));
        lines[..shown].iter().flat_map(|line| [indent.as_str(), line.trim_end(), "\n"]).collect()
    }

    fn theme(&self, frame: ExcerptFrame, surface: Surface) -> GraphicalTheme {
        let mut characters =
            if surface.unicode { ThemeCharacters::unicode() } else { ThemeCharacters::ascii() };
        if !frame.first {
            characters.ltop = characters.lcross;
        }
        let mut styles = if surface.colour { ThemeStyles::ansi() } else { ThemeStyles::none() };
        let chief = match frame.level {
            Level::Error => styles.error,
            Level::Warning => styles.warning,
            Level::Info => styles.advice,
        };
        // Miette hands out the styles in the order of the labels in the text.
        let mut order: Vec<_> = self.labels.iter().map(LabeledSpan::offset).zip(&self.chiefs).collect();
        order.sort_by_key(|(offset, _)| *offset);
        let style = |chief_mark: bool| if chief_mark { chief } else { styles.help };
        styles.highlights = order.into_iter().map(|(_, &mark)| style(mark)).collect();
        styles.link = styles.help;
        GraphicalTheme { characters, styles }
    }
}

/// The columns of a mark on its first line, from 0.
fn columns(start: Position, end: Position, line: &str) -> Range<usize> {
    let from = start.column - 1;
    let to = if end.line == start.line { end.column - 1 } else { line.trim_end().chars().count() };
    from..to.max(from)
}

/// A line as it is shown: cut where it is too wide, and made harmless.
struct CutLine {
    text: String,
    /// Characters left out before it.
    skipped: usize,
}

impl CutLine {
    const MORE: char = '…';

    /// Leaves out what does not fit around the focus, and at the beginning at least so many characters, as far as they
    /// stand before it.
    fn new(line: &str, focus: Option<&Range<usize>>, room: usize, least: usize) -> Self {
        let fits = |from: usize, room: usize| {
            let mut used = 0;
            line.chars()
                .skip(from)
                .take_while(|&c| {
                    used += width(c);
                    used <= room
                })
                .count()
        };
        let whole = fits(0, room);
        let least = focus.map_or(0, |focus| least.min(focus.start.saturating_sub(1)));
        if least == 0 && line.chars().nth(whole).is_none() {
            return Self { text: harmless(line), skipped: 0 };
        }
        let from_start = fits(0, room.saturating_sub(1));
        let skipped = match focus {
            // No further than its end asks for: what is left of the line fills the room.
            Some(focus) if focus.end > from_start => {
                focus.start.saturating_sub(room / 4).min(tail(line, room.saturating_sub(1))).max(least)
            }
            _ => least,
        };
        if skipped == 0 {
            let kept: String = line.chars().take(from_start).collect();
            return Self { text: format!("{}{}", harmless(&kept), Self::MORE), skipped: 0 };
        }
        // The mark at the end takes its room only where something is left out there.
        let to_the_end = line.chars().count() - skipped;
        let shown = match fits(skipped, room.saturating_sub(1)) {
            all if all == to_the_end => all,
            _ => fits(skipped, room.saturating_sub(2)),
        };
        let kept: String = line.chars().skip(skipped).take(shown).collect();
        let mut text = format!("{}{}", Self::MORE, harmless(&kept));
        if line.chars().nth(skipped + shown).is_some() {
            text.push(Self::MORE);
        }
        Self { text, skipped }
    }

    /// The column in which miette lets the label of a mark begin: behind a corner below the mark's middle.
    fn label_at(&self, mark: &Range<usize>) -> usize {
        const CORNER: usize = 4;
        let at = |column| measure(&self.text[..self.byte(column)]);
        usize::midpoint(at(mark.start), at(mark.end)) + CORNER
    }

    /// The byte at which a column of the line is shown; the nearest one where it is left out.
    fn byte(&self, column: usize) -> usize {
        let shown = if self.skipped == 0 { column } else { (column + 1).saturating_sub(self.skipped) };
        self.text.char_indices().nth(shown).map_or(self.text.len(), |(byte, _)| byte)
    }
}

/// The column from which the rest of a line fits.
fn tail(line: &str, room: usize) -> usize {
    let mut used = 0;
    let kept = line.chars().rev().take_while(|&c| {
        used += width(c);
        used <= room
    });
    line.chars().count() - kept.count()
}

/// At least as many columns as any terminal gives the text.
fn measure(text: &str) -> usize {
    text.chars().map(width).sum()
}

/// A label of at most so many columns.
fn clip(label: &str, room: usize) -> String {
    if measure(label) <= room {
        return label.to_owned();
    }
    let mut used = 1;
    let kept = label.chars().take_while(|&c| {
        used += width(c);
        used <= room
    });
    kept.chain([CutLine::MORE]).collect()
}

/// At least as many columns as any terminal gives the character.
fn width(c: char) -> usize {
    match c {
        '\t' => 4,
        CutLine::MORE => 1,
        '\u{1100}'.. => 2,
        _ => 1,
    }
}

/// One character for each, so that columns stay true. A carriage return that ends no line would send the
/// cursor back.
fn harmless(text: &str) -> String {
    escape::excerpt(text).replace('\r', "?")
}

impl SourceCode for Excerpt {
    /// Always the whole of it: how much is shown was settled when it was cut.
    fn read_span<'a>(
        &'a self,
        _: &SourceSpan,
        _: usize,
        _: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let lines = self.last_line - self.first_line + 1;
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            self.text.as_bytes(),
            (0, self.text.len()).into(),
            self.first_line - 1,
            0,
            lines,
        )))
    }
}

impl Diagnostic for Excerpt {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}

impl fmt::Display for Excerpt {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Excerpt {}
