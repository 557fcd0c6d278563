//! The surface findings are shown on: its width, and whether it has colours.

use anstyle::{AnsiColor, Style};

use crate::finding::Level;
use crate::source::escape;

/// What a format writes on. Formats for programs ignore it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is something that a surface can or cannot show")]
pub struct Surface {
    /// Columns of text.
    pub width: usize,
    /// Columns of a table, which may be as wide as the terminal is.
    pub columns: usize,
    /// Whether it shows colours.
    pub colour: bool,
    /// Whether excerpts are drawn with Unicode lines.
    pub unicode: bool,
    /// Whether the summary line is wanted.
    pub summary: bool,
    /// Whether it shows addresses as links (OSC 8).
    pub links: bool,
    /// How many findings are shown; `None`: all.
    pub most: Option<usize>,
    /// Whether somebody is looking, who may want to know what else there is.
    pub advice: bool,
}

impl Surface {
    /// A file or a pipe: no colour, ASCII, 100 columns.
    pub const PLAIN: Self = Self {
        width: 100,
        columns: 100,
        colour: false,
        unicode: false,
        summary: true,
        links: false,
        most: None,
        advice: false,
    };
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

/// A text that leads to an address, where there are links and the address may be led to.
pub(crate) fn linked(text: &str, address: Option<&str>, surface: Surface) -> String {
    let harmless = |address: &&str| escape::linkable(address) && address.chars().all(|c| !c.is_control());
    match address.filter(|address| surface.links && harmless(address)) {
        Some(address) => format!("\u{1b}]8;;{address}\u{1b}\\{text}\u{1b}]8;;\u{1b}\\"),
        None => text.to_owned(),
    }
}

/// Bold, where there is colour.
pub(crate) fn bold(surface: Surface) -> Style {
    if surface.colour { Style::new().bold() } else { Style::new() }
}
