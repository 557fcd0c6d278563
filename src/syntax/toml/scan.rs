//! Scans the bytes of a TOML text for strings, lines and depth, without a parser.

/// How deep arrays and tables may nest; a dotted key nests by each of its parts.
pub const MAX_DEPTH: usize = 64;

/// The bytes up to the end of the line.
pub(super) fn line_length(bytes: &[u8]) -> usize {
    bytes.iter().position(|byte| matches!(byte, b'\r' | b'\n')).unwrap_or(bytes.len())
}

/// The byte after a string that starts at a quote.
pub(super) fn after_string(bytes: &[u8], start: usize) -> usize {
    let quote = bytes[start];
    let long = bytes[start..].starts_with(&[quote; 3]);
    let mut at = start + if long { 3 } else { 1 };
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' if quote == b'"' => at += 1,
            b'\n' if !long => return at,
            _ if byte == quote && !long => return at + 1,
            _ if byte == quote && bytes[at..].starts_with(&[quote; 3]) => {
                // Up to two more quotes belong to the text.
                let more = bytes[at + 3..].iter().take(2).take_while(|&&byte| byte == quote).count();
                return at + 3 + more;
            }
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}
