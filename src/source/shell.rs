//! Words of a command line.

use super::escape;

/// A command of ours with its words, as a shell takes it.
pub fn command(verb: &str, words: &[&str]) -> String {
    words.iter().fold(format!("dealgate {verb}"), |line, one| line + " " + &word(one))
}

/// A text as a shell reads it as one word.
pub fn word(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | '+' | ',' | ':' | '@');
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", escape::line(text).replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_can_be_pasted_whatever_a_deal_is_called() {
        assert_eq!(command("done", &["acme/x", "a"]), "dealgate done acme/x a");
        assert_eq!(command("status", &["a b; rm -rf ~"]), "dealgate status 'a b; rm -rf ~'");
        assert_eq!(command("status", &["it's"]), r"dealgate status 'it'\''s'");
        assert_eq!(command("set", &["x", "close_date=\u{2026}"]), "dealgate set x 'close_date=\u{2026}'");
    }
}
