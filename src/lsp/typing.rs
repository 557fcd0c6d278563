//! Where somebody types in a deal that is half written: told by the lines alone, since there may be no tree.

/// A place in a deal at which something is typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct TypingPlace {
    /// The keys of the records it is in, outermost first.
    pub(super) above: Vec<String>,
    /// The key whose value is typed; `None`: a key is.
    pub(super) key: Option<String>,
    /// The first byte of what has been typed of it.
    pub(super) start: usize,
    /// Whether a blank is missing between a colon and what is typed.
    pub(super) touches_colon: bool,
}

impl TypingPlace {
    /// The place of a byte; `None` in a comment, and in a text of many lines.
    pub(super) fn at(text: &str, offset: usize) -> Option<Self> {
        let line_start = text[..offset].rfind('\n').map_or(0, |at| at + 1);
        let typed = &text[line_start..offset];
        let indent = typed.len() - typed.trim_start_matches([' ', '-']).len();
        if typed[indent..].starts_with('#') {
            return None;
        }
        let mut above = keys_above(&text[..line_start], indent)?;
        let mut rest = line_start + indent;
        // Braces that are open on this line hold what is typed.
        loop {
            let inner = &text[rest..offset];
            let Some(open) = open_brace(inner) else { break };
            above.extend(key_before(&inner[..open]).map(str::to_owned));
            rest += open + 1;
        }
        let in_flow = rest > line_start + indent;
        let inner = &text[rest..offset];
        let last = if in_flow { inner.rfind(',').map_or(0, |at| at + 1) } else { 0 };
        let (part, part_start) = (&inner[last..], rest + last);
        let colon = part.find(": ").or_else(|| part.ends_with(':').then(|| part.len() - 1));
        let (key, typed) = match colon {
            Some(at) => {
                (Some(unquoted(part[..at].trim()).to_owned()), part.get(at + 2..).unwrap_or_default())
            }
            None => (None, part),
        };
        let start = offset - typed.trim_start().len();
        let start = if typed.is_empty() { offset } else { start.max(part_start) };
        let touches_colon = text[..start].ends_with(':');
        Some(Self { above, key, start, touches_colon })
    }

    /// The keys of the records it is in.
    pub(super) fn above(&self) -> Vec<&str> {
        self.above.iter().map(String::as_str).collect()
    }
}

/// The last brace that is not closed again, from the left.
fn open_brace(text: &str) -> Option<usize> {
    let mut open = Vec::new();
    for (at, letter) in text.char_indices() {
        match letter {
            '{' => open.push(at),
            '}' => _ = open.pop(),
            '#' if text[..at].ends_with(' ') => break,
            _ => {}
        }
    }
    open.first().copied()
}

/// The key that stands before a value.
fn key_before(text: &str) -> Option<&str> {
    let key = text.trim_end().strip_suffix(':')?;
    let key = key.rsplit([',', '{']).next().unwrap_or(key).trim();
    (!key.is_empty()).then_some(key)
}

fn unquoted(key: &str) -> &str {
    let inner = |quote: char| key.strip_prefix(quote).and_then(|key| key.strip_suffix(quote));
    inner('"').or_else(|| inner('\'')).unwrap_or(key)
}

/// Whether a line begins a text that stands on those below it.
fn begins_text(line: &str) -> bool {
    let line = line.split(" #").next().unwrap_or(line).trim_end();
    let Some((before, sign)) = line.rsplit_once([' ', '\t']) else { return false };
    let rest = sign.strip_prefix(['|', '>']);
    before.trim_end().ends_with([':', '-'])
        && rest.is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | '-')))
}

/// The keys of the records that lines of less indentation open; `None` where one of them begins a text.
fn keys_above(before: &str, indent: usize) -> Option<Vec<String>> {
    let (mut keys, mut least) = (Vec::new(), indent);
    for line in before.lines().rev() {
        if least == 0 {
            break;
        }
        let content = line.trim_start_matches([' ', '-']);
        let depth = line.len() - content.len();
        let blanks = line.len() - line.trim_start_matches(' ').len();
        if blanks < least && begins_text(line) {
            return None;
        }
        if content.is_empty() || content.starts_with('#') || depth >= least {
            continue;
        }
        if let Some((key, _)) = content.split_once(':') {
            keys.push(unquoted(key.trim()).to_owned());
            least = depth;
        }
    }
    keys.reverse();
    Some(keys)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_told_by_the_lines_around_it() {
        let place = |text: &str| {
            let offset = text.find('|').unwrap();
            let TypingPlace { above, key, start, touches_colon } =
                TypingPlace::at(&text.replace('|', ""), offset).unwrap();
            (above.join("."), key, text[start..offset].to_owned(), touches_colon)
        };
        let some = |text: &str| Some(text.to_owned());
        for (text, expected) in [
            ("na|", ("", None, "na", false)),
            ("name: x\nstage: le|", ("", some("stage"), "le", false)),
            ("stage: |", ("", some("stage"), "", false)),
            ("stage:|", ("", some("stage"), "", true)),
            ("done: {budget:|", ("done", some("budget"), "", true)),
            ("done:\n  a: 2026-01-01\n  bud|", ("done", None, "bud", false)),
            ("done:\n  # why\n\n  budget: |", ("done", some("budget"), "", false)),
            ("done: {a: 2026-01-01, b|", ("done", None, "b", false)),
            ("done:\n  price: {date: 2026-01-01, by: dan|", ("done.price", some("by"), "dan", false)),
            ("done:\n  price: {of: {amo|", ("done.price.of", None, "amo", false)),
            ("done:\n  price:\n    by: |", ("done.price", some("by"), "", false)),
            ("\"owner\": j|", ("", some("owner"), "j", false)),
            ("x:\n  a: {b: c}\nowner: j|", ("", some("owner"), "j", false)),
        ] {
            let (above, key, typed, touches) = expected;
            assert_eq!(place(text), (above.to_owned(), key, typed.to_owned(), touches), "{text}");
        }
    }

    #[test]
    fn nothing_is_typed_into_prose() {
        for text in [
            "# owner: ",
            "notes: |\n  owner: ",
            "notes: >-  # why\n\n  a\n    owner: ",
            "x:\n  - |2\n    by: ",
            "- >\n  by: ",
        ] {
            assert_eq!(TypingPlace::at(text, text.len()), None, "{text}");
        }
        let text = "notes: |\n  a\nowner: ";
        assert!(TypingPlace::at(text, text.len()).is_some());
    }
}
