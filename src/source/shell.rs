//! Words of a command line.

use super::escape;

/// A text as a shell reads it as one word.
pub fn word(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | '+' | ',' | ':' | '@');
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", escape::line(text).replace('\'', r"'\''"))
}
