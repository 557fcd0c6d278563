//! The tokens of an expression's text; every text has some.

use std::ops::Range;

/// Longest text of an expression, in bytes.
pub(super) const LONGEST: usize = 10_000;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    Open,
    Close,
    Word,
    Number,
    Text,
    /// A text whose closing quote is missing.
    Unclosed,
    Sign,
}

/// A token and its bytes.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) range: Range<usize>,
}

impl Token {
    /// Whether a value can begin with it.
    fn is_operand(&self) -> bool {
        matches!(self.kind, TokenKind::Open | TokenKind::Word | TokenKind::Number | TokenKind::Text)
    }
}

const AND: &str = "write `&&` for “and”";
const OR: &str = "write `||` for “or”";

/// The tokens of a text.
pub(super) struct Tokens<'t> {
    text: &'t str,
    list: Vec<Token>,
}

impl<'t> Tokens<'t> {
    /// Splits a text; every text can be split.
    pub(super) fn of(text: &'t str) -> Self {
        let mut list = Vec::new();
        let mut at = 0;
        while let Some(next) = text[at..].chars().next() {
            let start = at;
            let rest = &text[at..];
            if matches!(next, ' ' | '\t' | '\r' | '\n' | '\u{c}') {
                at += 1;
                continue;
            }
            if rest.starts_with("//") {
                at += rest.find('\n').unwrap_or(rest.len());
                continue;
            }
            let (kind, length) = token(rest, next);
            at += length;
            list.push(Token { kind, range: start..at });
        }
        Self { text, list }
    }

    /// The tokens in order.
    pub(super) fn list(&self) -> &[Token] {
        &self.list
    }

    /// The first token that can stand in no expression, with what to write instead.
    pub(super) fn slip(&self) -> Option<(Range<usize>, String)> {
        let goes_on = |next: &Token| next.is_operand() || &self.text[next.range.clone()] == "-";
        let (mut previous, mut depth) = (TokenKind::Sign, 0_usize);
        for (index, token) in self.list.iter().enumerate() {
            match token.kind {
                TokenKind::Open => depth += 1,
                TokenKind::Close => depth = depth.saturating_sub(1),
                _ => {}
            }
            let written = &self.text[token.range.clone()];
            let next = self.list.get(index + 1);
            let help = match (token.kind, written) {
                (TokenKind::Unclosed, _) => "a text ends with the quote it began with".to_owned(),
                (TokenKind::Sign, "=") => "write `==` to compare".to_owned(),
                (TokenKind::Sign, "<>") => "write `!=` for “is not”".to_owned(),
                (TokenKind::Sign, "&") => AND.to_owned(),
                (TokenKind::Sign, "|") => OR.to_owned(),
                (TokenKind::Sign, "`") => match next.filter(|next| next.kind == TokenKind::Word) {
                    Some(name) => format!("leave the backticks out: `{}`", &self.text[name.range.clone()]),
                    None => {
                        "leave the backticks out; a key that is no word stands in brackets: `plan['a-b']`"
                            .to_owned()
                    }
                },
                // Only after an operand: a field may have any name.
                (TokenKind::Word, "and" | "AND") if previous != TokenKind::Sign => AND.to_owned(),
                (TokenKind::Word, "or" | "OR") if previous != TokenKind::Sign => OR.to_owned(),
                (TokenKind::Word, "not" | "NOT") if next.is_some_and(Token::is_operand) => {
                    "write `!(…)` for “not”".to_owned()
                }
                // Here a field of that name cannot stand either.
                (TokenKind::Word, word)
                    if !matches!(previous, TokenKind::Sign | TokenKind::Open)
                        && cel_equivalent(word).is_some() =>
                {
                    cel_equivalent(word).unwrap_or_default().to_owned()
                }
                (TokenKind::Word, "if") if next.is_some_and(Token::is_operand) => {
                    "write `condition ? one : other`".to_owned()
                }
                (TokenKind::Sign, ",") if depth == 0 && self.is_grouping(index) => {
                    return Some(self.grouped(index));
                }
                (TokenKind::Number, number) if number.contains('_') => {
                    format!("numbers are not grouped: `{}`", number.replace('_', ""))
                }
                (TokenKind::Sign, "%") if previous == TokenKind::Number && !next.is_some_and(goes_on) => {
                    return Some(self.share(index));
                }
                _ => {
                    previous = token.kind;
                    continue;
                }
            };
            return Some((token.range.clone(), help));
        }
        None
    }

    /// A number before a percent sign, and the share that it is.
    fn share(&self, sign: usize) -> (Range<usize>, String) {
        let number = self.list[sign - 1].range.clone();
        let share = self.text[number.clone()].parse::<rust_decimal::Decimal>().ok();
        let share = share.map(|share| (share / rust_decimal::Decimal::ONE_HUNDRED).normalize());
        let share = share.map_or_else(|| "0.12".to_owned(), |share| share.to_string());
        (number.start..self.list[sign].range.end, format!("a share is a part of 1 here: `{share}`"))
    }

    /// A number with a comma in it, and what it may be.
    fn grouped(&self, comma: usize) -> (Range<usize>, String) {
        let [before, after] = [comma - 1, comma + 1].map(|at| self.list[at].range.clone());
        let [whole, rest] = [before.clone(), after.clone()].map(|number| &self.text[number]);
        let help = match rest.len() {
            // With three decimals an amount could be read in two ways again.
            3 => format!("write `{whole}{rest}` or `{whole}.{rest}0`, whichever it is"),
            _ => format!("numbers have a point: `{whole}.{rest}`"),
        };
        (before.start..after.end, help)
    }

    /// Whether a comma stands within a number, without a space.
    fn is_grouping(&self, comma: usize) -> bool {
        let around = comma.checked_sub(1).and_then(|before| self.list.get(before..comma + 2));
        around.is_some_and(|around| {
            let touch = around.windows(2).all(|two| two[0].range.end == two[1].range.start);
            touch && around[0].kind == TokenKind::Number && around[2].kind == TokenKind::Number
        })
    }
}

/// What to write for a word that other languages have between two values.
fn cel_equivalent(word: &str) -> Option<&'static str> {
    Some(match word.to_ascii_lowercase().as_str() {
        "contains" | "includes" => "of a list, write `'x' in tags`; of a text, `name.contains('x')`",
        "is" => "write `==`, or `has(…)` to ask whether it is there",
        "like" => "write `name.startsWith('x')`, `name.contains('x')` or `name.matches('^x')`",
        "between" => "write both ends: `amount >= 1 && amount <= 5`",
        _ => return None,
    })
}

fn token(rest: &str, first: char) -> (TokenKind, usize) {
    let bytes = rest.as_bytes();
    match first {
        '(' | '[' | '{' => (TokenKind::Open, 1),
        ')' | ']' | '}' => (TokenKind::Close, 1),
        '"' | '\'' => quoted(rest, 0, false),
        _ if first.is_ascii_digit() => (TokenKind::Number, number(bytes)),
        '.' if bytes.get(1).is_some_and(u8::is_ascii_digit) => (TokenKind::Number, number(bytes)),
        _ if first.is_alphabetic() || first == '_' => {
            // `r'…'`, `b'…'` and `br'…'`; the grammar knows no other prefix.
            let raw = (1..=2).find(|&at| {
                matches!(bytes.get(at), Some(b'"' | b'\''))
                    && matches!(bytes[..at].to_ascii_lowercase().as_slice(), b"r" | b"b" | b"br")
            });
            if let Some(at) = raw {
                return quoted(rest, at, bytes[..at].to_ascii_lowercase().contains(&b'r'));
            }
            let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_'));
            (TokenKind::Word, end.unwrap_or(rest.len()))
        }
        _ => {
            let double = ["&&", "||", "==", "!=", "<=", ">=", "<>"].iter().any(|sign| rest.starts_with(sign));
            (TokenKind::Sign, if double { 2 } else { first.len_utf8() })
        }
    }
}

fn number(bytes: &[u8]) -> usize {
    let mut end = 0;
    while let Some(byte) = bytes.get(end) {
        let exponent_sign = matches!(byte, b'+' | b'-')
            && matches!(bytes.get(end.wrapping_sub(1)), Some(b'e' | b'E'))
            && !bytes.starts_with(b"0x");
        let fraction = *byte == b'.' && bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
        if !(byte.is_ascii_alphanumeric() || *byte == b'_' || exponent_sign || fraction) {
            break;
        }
        end += 1;
    }
    end
}

/// A text whose quote stands after a prefix of `open` bytes.
fn quoted(rest: &str, open: usize, raw: bool) -> (TokenKind, usize) {
    let quote = &rest[open..=open];
    let triple = quote.repeat(3);
    let (delimiter, long) =
        if rest[open..].starts_with(&triple) { (triple.as_str(), true) } else { (quote, false) };
    let mut at = open + delimiter.len();
    while let Some(next) = rest[at..].chars().next() {
        if rest[at..].starts_with(delimiter) {
            return (TokenKind::Text, at + delimiter.len());
        }
        if !long && matches!(next, '\n' | '\r') {
            return (TokenKind::Unclosed, at);
        }
        at += next.len_utf8();
        if next == '\\' && !raw {
            at += rest[at..].chars().next().map_or(0, char::len_utf8);
        }
    }
    (TokenKind::Unclosed, rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<&str> {
        Tokens::of(text).list.iter().map(|token| &text[token.range.clone()]).collect()
    }

    #[test]
    fn splits_like_the_grammar() {
        assert_eq!(
            texts("a.b_1(1.5e-3, 'x\\'y') // c"),
            ["a", ".", "b_1", "(", "1.5e-3", ",", "'x\\'y'", ")"]
        );
        assert_eq!(texts("r'\\'&&'''a'b'''"), ["r'\\'", "&&", "'''a'b'''"]);
        assert_eq!(texts("'ü\n"), ["'ü"]);
        assert_eq!(texts("1-2"), ["1", "-", "2"]);
    }
}
