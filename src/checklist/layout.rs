//! Paragraphs, amounts, shares and colours of checklists.

use anstyle::{AnsiColor, Style};

use crate::deal::{Money, currency};
pub(super) use crate::emit::columns::{columns, cut, fill};
use crate::emit::{Surface, wrap};
use crate::source::escape;

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
    fn no_text_of_a_file_is_an_order_or_moves_the_cursor() {
        assert_eq!(paragraph("  ", "::error::x", 2, Surface::PLAIN), "  · ::error::x");
        assert_eq!(paragraph("", "a\u{9b}b\n::stop", 2, Surface::PLAIN), "a\\u{9b}b ::stop");
    }
}
