//! Text in columns: how wide it is on a terminal, cut and filled up.

use anstyle::{AnsiColor, Style};
use rust_decimal::Decimal;
use unicode_width::UnicodeWidthChar;

use crate::deal::{Money, currency};
use crate::emit::{Surface, wrap};
use crate::source::escape;

/// The columns that a text takes.
pub(super) fn columns(text: &str) -> usize {
    text.chars().map(|c| c.width().unwrap_or(0)).sum()
}

/// A text of at most so many columns; what is cut is shown by `…`.
pub(super) fn cut(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let mut used = 0;
    let kept: String = text
        .chars()
        .take_while(|c| {
            used += c.width().unwrap_or(0);
            used < width
        })
        .collect();
    format!("{}…", kept.trim_end())
}

/// A text filled up with spaces to so many columns.
pub(super) fn fill(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(columns(text))))
}

/// A paragraph: `first` opens it, its other lines are indented.
pub(super) fn paragraph(first: &str, text: &str, indent: usize, surface: Surface) -> String {
    let text = escape::terminal(text.trim_end());
    let guard = if first.trim().is_empty() && escape::starts_workflow_command(&text) { "· " } else { "" };
    let used = columns(first) + columns(guard);
    format!("{first}{guard}{}", wrap(&text, used, &" ".repeat(indent), surface.width))
}

/// An amount as people read it: `1,240,000 EUR`.
pub(super) fn money(money: Money) -> String {
    let code = money.currency.map_or(String::new(), |currency| format!(" {}", currency.code()));
    format!("{}{code}", currency::grouped(money.amount))
}

/// A share as people read it: `25%`.
pub(super) fn percent(share: Decimal) -> String {
    format!("{}%", (share * Decimal::ONE_HUNDRED).normalize())
}

/// A colour, where there is colour.
pub(super) fn colour(colour: AnsiColor, surface: Surface) -> Style {
    if surface.colour { colour.on_default() } else { Style::new() }
}

/// What may be passed over, where there is colour.
pub(super) fn dim(surface: Surface) -> Style {
    if surface.colour { Style::new().dimmed() } else { Style::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cutting_counts_columns_not_characters() {
        assert_eq!(cut("Initech", 7), "Initech");
        assert_eq!(cut("Initech", 6), "Inite…");
        assert_eq!(cut("東京電力", 7), "東京電…");
        assert_eq!(cut("東京電力", 6), "東京…");
        assert_eq!(columns(&fill("東京", 6)), 6);
        assert_eq!(cut("Zürich e\u{301}t", 20), "Zürich e\u{301}t");
    }

    #[test]
    fn no_text_of_a_file_is_an_order_or_moves_the_cursor() {
        assert_eq!(paragraph("  ", "::error::x", 2, Surface::PLAIN), "  · ::error::x");
        assert_eq!(paragraph("", "a\u{9b}b\n::stop", 2, Surface::PLAIN), "a\\u{9b}b ::stop");
    }

    #[test]
    fn shares_are_of_a_hundred() {
        assert_eq!(percent("0.250".parse().unwrap()), "25%");
    }
}
