//! What findings are shown on: its width, and whether it has colours.

use anstyle::{AnsiColor, Style};

use crate::finding::Level;

/// What a format writes on. Formats for programs ignore it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Surface {
    /// Columns.
    pub width: usize,
    /// Whether it shows colours.
    pub colour: bool,
    /// Whether excerpts are drawn with Unicode lines.
    pub unicode: bool,
    /// Whether the summary line is wanted.
    pub summary: bool,
    /// Whether somebody is looking, who may want to know what else there is.
    pub advice: bool,
}

impl Surface {
    /// A file or a pipe: no colour, ASCII, 100 columns.
    pub const PLAIN: Self = Self { width: 100, colour: false, unicode: false, summary: true, advice: false };
}

/// How a level looks; no style where there is no colour.
pub(crate) fn level_style(level: Level, surface: Surface) -> Style {
    let colour = match level {
        Level::Error => AnsiColor::Red,
        Level::Warning => AnsiColor::Yellow,
        Level::Info => AnsiColor::Cyan,
    };
    if surface.colour { colour.on_default().bold() } else { Style::new() }
}

/// Bold, where there is colour.
pub(crate) fn bold(surface: Surface) -> Style {
    if surface.colour { Style::new().bold() } else { Style::new() }
}
