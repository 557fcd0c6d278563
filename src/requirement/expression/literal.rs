//! Reads the numbers and texts that an expression writes.

use std::ops::Range;

use super::ExpressionFault;
use crate::finding::Code;
use crate::finding::wording::quote;

/// Reads a number: `12`, `12u`, `0x1f`, `1.5`, `1e9`. Whole ones must fit 64 bits.
#[allow(clippy::cast_precision_loss, reason = "expressions count in doubles")]
pub(super) fn number(written: &str, range: Range<usize>) -> Result<f64, ExpressionFault> {
    let unsigned = written.strip_suffix(['u', 'U']);
    let digits = unsigned.unwrap_or(written);
    let (digits, radix) = digits.strip_prefix("0x").map_or((digits, 10), |digits| (digits, 16));
    let whole = if unsigned.is_some() {
        u64::from_str_radix(digits, radix).ok().map(|whole| whole as f64)
    } else {
        i64::from_str_radix(digits, radix).ok().map(|whole| whole as f64)
    };
    let is_whole = radix == 16 || digits.bytes().all(|byte| byte.is_ascii_digit());
    let is_decimal = || digits.bytes().all(|byte| byte.is_ascii_digit() || b".eE+-".contains(&byte));
    let decimal = || digits.parse().ok().filter(|number: &f64| number.is_finite());
    let read = if is_whole { whole } else { (unsigned.is_none() && is_decimal()).then(decimal).flatten() };
    read.ok_or_else(|| {
        let message = format!("{} cannot be read", quote(written));
        bad(message, "write a number such as `12` or `0.5`, with at most 15 digits", range)
    })
}

/// Reads a text: in single, double or three quotes, with CEL's escapes, or raw behind an `r`.
pub(super) fn text(written: &str, range: Range<usize>) -> Result<String, ExpressionFault> {
    let open = written.find(['"', '\'']).unwrap_or(0);
    let prefix = written[..open].to_ascii_lowercase();
    if prefix.contains('b') {
        return Err(bad("a deal holds no bytes", "leave out the `b` before the text", range));
    }
    let quoted = &written[open..];
    let triple = quoted.len() >= 6 && (quoted.starts_with("\"\"\"") || quoted.starts_with("'''"));
    let width = if triple { 3 } else { 1 };
    let inner = &quoted[width..quoted.len() - width];
    if prefix == "r" {
        return Ok(inner.to_owned());
    }
    let mut read = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(at) = rest.find('\\') {
        read.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let Some((character, length)) = escape(rest) else {
            let message = format!("{} cannot be read", quote(written));
            return Err(bad(message, "in a text, write a backslash as `\\\\`", range));
        };
        read.push(character);
        rest = &rest[length..];
    }
    read.push_str(rest);
    Ok(read)
}

/// The character that stands behind a backslash, and how many bytes it takes there.
fn escape(rest: &str) -> Option<(char, usize)> {
    let first = rest.chars().next()?;
    let code = |from: usize, digits: usize, radix: u32| {
        let written =
            rest.get(from..from + digits).filter(|text| text.bytes().all(|b| b.is_ascii_hexdigit()))?;
        let character = char::from_u32(u32::from_str_radix(written, radix).ok()?)?;
        Some((character, from + digits))
    };
    let character = match first {
        'a' => '\u{7}',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\u{b}',
        '"' | '\'' | '\\' | '?' | '`' => first,
        'x' | 'X' => return code(1, 2, 16),
        'u' => return code(1, 4, 16),
        'U' => return code(1, 8, 16),
        '0'..='3' => return code(0, 3, 8),
        _ => return None,
    };
    Some((character, 1))
}

fn bad(message: impl Into<String>, help: &str, range: Range<usize>) -> ExpressionFault {
    ExpressionFault { code: Code::BadExpression, message: message.into(), help: Some(help.to_owned()), range }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        for (written, value) in [
            ("0", Some(0.0)),
            ("9223372036854775807", Some(9_223_372_036_854_775_807.0)),
            ("9223372036854775808", None),
            ("18446744073709551615u", Some(18_446_744_073_709_551_615.0)),
            ("0x1F", Some(31.0)),
            ("0x", None),
            ("1.5e-3", Some(0.0015)),
            (".5", Some(0.5)),
            ("1e999", None),
            ("1e", None),
            ("12abc", None),
            ("1.5u", None),
        ] {
            assert_eq!(number(written, 0..1).ok(), value, "{written}");
        }
    }

    #[test]
    fn texts() {
        for (written, value) in [
            (r"'a\n\x41\u00fc\U0001F600\101\'\?'", Some("a\nAü😀A'?")),
            (r#"r"\n""#, Some("\\n")),
            ("'''a'b'''", Some("a'b")),
            ("''", Some("")),
            (r"'\q'", None),
            (r"'\ud800'", None),
            (r"'\u00'", None),
            ("b'x'", None),
            ("bR'x'", None),
        ] {
            assert_eq!(text(written, 0..1).ok().as_deref(), value, "{written}");
        }
    }
}
