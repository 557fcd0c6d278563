//! The width of text in terminal columns: measured, cut and padded.

use unicode_width::UnicodeWidthChar;

/// The columns that a text takes.
pub(crate) fn columns(text: &str) -> usize {
    text.chars().map(|c| c.width().unwrap_or(0)).sum()
}

/// A text of at most so many columns; what is cut is shown by `…`.
pub(crate) fn cut(text: &str, width: usize) -> String {
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
pub(crate) fn fill(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(columns(text))))
}

/// The lines of a text of at most so many columns each, broken between words, and within what is longer than a line.
pub(crate) fn lines(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        if used > 0 && used + 1 + columns(word) > width {
            lines.push(std::mem::take(&mut line));
            used = 0;
        } else if used > 0 {
            line.push(' ');
            used += 1;
        }
        for c in word.chars() {
            let more = c.width().unwrap_or(0);
            if used > 0 && used + more > width {
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
            line.push(c);
            used += more;
        }
    }
    lines.push(line);
    lines
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
    fn lines_are_never_wider_than_they_may_be() {
        assert_eq!(lines("one two three", 7), ["one two", "three"]);
        assert_eq!(lines("abcdefghij kl", 4), ["abcd", "efgh", "ij", "kl"]);
        assert_eq!(lines("東京電力 a", 4), ["東京", "電力", "a"]);
        assert_eq!(lines("", 4), [""]);
    }
}
