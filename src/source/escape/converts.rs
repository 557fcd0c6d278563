//! Texts that a spreadsheet would convert when it opens a CSV: `007` becomes 7, `1e5` 100000, `3-4` a day.

/// How the names of months begin, in the languages whose names begin otherwise than in English too.
const MONTHS: [&str; 24] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "mär", "mai", "okt",
    "dez", "fév", "fev", "avr", "jui", "aoû", "ene", "ago", "dic",
];

/// Other words within a number or a moment.
const PARTS: [&str; 7] = ["e", "a", "p", "am", "pm", "t", "z"];

/// Words for whether something is so.
const TRUTHS: [&str; 6] = ["true", "false", "wahr", "falsch", "vrai", "faux"];

/// Whether a spreadsheet may take a text for a number, a day, a time or a truth, whatever country it is from.
pub fn converts(text: &str) -> bool {
    let text = text.trim().to_lowercase();
    let has_digit = text.bytes().any(|byte| byte.is_ascii_digit());
    let is_mark = |c: char| c.is_ascii_digit() || c.is_whitespace() || ".,:/+-%()'’$€£¥".contains(c);
    let is_month = |word: &str| MONTHS.iter().any(|month| word.starts_with(month));
    let mut words = text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    // A code such as `E5` is none of them: but for months, they begin with a figure.
    let begins = !text.starts_with(char::is_alphabetic) || is_month(&text);
    TRUTHS.contains(&text.as_str())
        || has_digit
            && begins
            && text.chars().all(|c| c.is_alphabetic() || is_mark(c))
            && words.all(|word| PARTS.contains(&word) || is_month(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_days_and_truths_are_told_from_names() {
        for text in [
            "007",
            "1e5",
            "1E+05",
            "-5",
            "12,5",
            "1.000",
            "50%",
            "3-4",
            "1/2",
            "2026-01-02",
            "4:15 PM",
            "Mar 5",
            "5. März 2026",
            "TRUE",
            "$5",
            "(12)",
            "0049 89 1",
            "2026-01-02T10:00",
        ] {
            assert!(converts(text), "{text}");
        }
        for text in
            ["", "3M", "7-Eleven", "a1", "E5", "Line 4", "S235", "jan", "1;2", "x", "1st Bank", "-", "1_000"]
        {
            assert!(!converts(text), "{text}");
        }
    }
}
