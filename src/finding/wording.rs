//! Pieces of English that messages share: counts, lists of words, suggestions.

use std::fmt;

/// A number with its noun: `1 deal`, `2 deals`.
pub struct Count<'a>(pub usize, pub &'a str);

impl fmt::Display for Count<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(number, noun) = self;
        match (number, noun.strip_suffix('y')) {
            (1, _) => write!(f, "1 {noun}"),
            (_, Some(stem)) if !noun.ends_with("ey") && !noun.ends_with("ay") => {
                write!(f, "{number} {stem}ies")
            }
            _ => write!(f, "{number} {noun}s"),
        }
    }
}

/// Words in a row, with a conjunction before the last: `a, b or c`.
pub struct WordList<'a, T>(pub &'a [T], pub &'a str);

impl<T: fmt::Display> fmt::Display for WordList<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(items, conjunction) = self;
        for (index, item) in items.iter().enumerate() {
            match index {
                0 => {}
                _ if index + 1 == items.len() => write!(f, " {conjunction} ")?,
                _ => f.write_str(", ")?,
            }
            write!(f, "{item}")?;
        }
        Ok(())
    }
}

/// A number of bytes in the largest unit that it is a whole number of: `4 MiB`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size(pub usize);

impl Size {
    /// The units above the byte, each 1,024 of the one before.
    pub const UNITS: [(&str, usize); 2] = [("KiB", 1 << 10), ("MiB", 1 << 20)];

    /// Reads a size as it is shown: a whole number and a unit.
    pub fn parse(text: &str) -> Option<Self> {
        let (unit, bytes) = Self::UNITS.into_iter().find(|(unit, _)| text.ends_with(unit))?;
        let number = text.strip_suffix(unit)?.trim_end();
        let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
        Some(Self(number.parse::<usize>().ok().filter(|_| is_number)?.saturating_mul(bytes)))
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = |(_, bytes): &&(&str, usize)| self.0 >= *bytes && self.0.is_multiple_of(*bytes);
        match Self::UNITS.iter().rev().find(whole) {
            Some((unit, bytes)) => write!(f, "{} {unit}", self.0 / bytes),
            None => Count(self.0, "byte").fmt(f),
        }
    }
}

/// The longest name, in bytes, that is taken for a slip of another.
const LONGEST: usize = 64;

/// Names that are compared with one that is not known.
const MOST_KNOWN: usize = 250;

/// The name among `known` that is nearest to `name`, when one is near enough to be meant.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    nearest_within((name.chars().count() / 3).max(1), name, known)
}

/// The same, when it is no more than so many letters away.
pub fn nearest_within<'a>(
    limit: usize,
    name: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    if name.len() > LONGEST {
        return None;
    }
    let folded = fold(name);
    let length = name.chars().count();
    // A distance is no smaller than the difference of lengths, which costs less to find.
    let may_be_near = |known: &&str| known.chars().take(length + limit + 1).count().abs_diff(length) <= limit;
    known
        .into_iter()
        .take(MOST_KNOWN)
        .filter(may_be_near)
        .map(|candidate| (strsim::damerau_levenshtein(&folded, &fold(candidate)), candidate))
        .filter(|(distance, _)| *distance <= limit && *distance < length)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// The only name among `known` that is the same but for case, spaces and the choice between `-` and `_`.
pub fn respelled<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if name.len() > LONGEST {
        return None;
    }
    let folded = fold(name.trim());
    let mut same = known.into_iter().take(MOST_KNOWN).filter(|known| fold(known) == folded);
    let first = same.next()?;
    (same.all(|other| other == first) && first != name).then_some(first)
}

/// Case and the choice between `-`, `_` and space are the usual slips, so they count for nothing.
pub fn fold(name: &str) -> String {
    name.to_lowercase().replace(['_', ' '], "-")
}

/// What to do about a finding, worked out only for one that is kept.
pub trait Help {
    /// The sentence, where there is one.
    fn sentence(self) -> Option<String>;
}

impl Help for Option<String> {
    fn sentence(self) -> Option<String> {
        self
    }
}

/// What may have been meant by a name.
#[derive(Clone, Debug)]
pub struct Suggestion<'n, I> {
    name: &'n str,
    known: I,
}

/// `did you mean …?` for the nearest known name, else what may be written.
pub fn suggest<'n, 'a, I: IntoIterator<Item = &'a str> + Clone>(
    name: &'n str,
    known: I,
) -> Suggestion<'n, I> {
    Suggestion { name, known }
}

impl<'a, I: IntoIterator<Item = &'a str> + Clone> Help for Suggestion<'_, I> {
    fn sentence(self) -> Option<String> {
        if let Some(near) = nearest(self.name, self.known.clone()) {
            return Some(format!("did you mean `{near}`?"));
        }
        let known: Vec<_> = self.known.into_iter().take(13).map(|name| format!("`{name}`")).collect();
        match known.len() {
            0 => None,
            1..=12 => Some(format!("possible here: {}", WordList(&known, "or"))),
            _ => Some(format!("possible here: {}, …", known[..12].join(", "))),
        }
    }
}

/// A name in letters a to z and digits: umlauts and the like as they are transcribed, what parts words as `joint`. `None`
/// where letters of other scripts would be lost.
pub fn in_ascii(name: &str, joint: char) -> Option<String> {
    let mut out = String::with_capacity(name.len());
    for c in name.chars() {
        let small = c.to_lowercase().next().unwrap_or(c);
        if c.is_ascii_alphanumeric() {
            out.push(c);
        } else if let Some(letters) = transcribed(small) {
            let (first, rest) = letters.split_at(1);
            out.push_str(&if c == small { first.to_owned() } else { first.to_ascii_uppercase() });
            out.push_str(rest);
        } else if c.is_alphanumeric() {
            return None;
        } else if !out.ends_with(joint) {
            out.push(joint);
        }
    }
    let out = out.trim_matches(joint).to_owned();
    (!out.is_empty()).then_some(out)
}

/// A small letter of a Latin alphabet in letters a to z.
fn transcribed(letter: char) -> Option<&'static str> {
    Some(match letter {
        'ä' | 'æ' => "ae",
        'ö' | 'ø' | 'œ' => "oe",
        'ü' => "ue",
        'ß' => "ss",
        'å' => "aa",
        'à' | 'á' | 'â' | 'ã' | 'ā' | 'ă' | 'ą' => "a",
        'ç' | 'ć' | 'č' => "c",
        'ď' | 'đ' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ę' | 'ě' => "e",
        'ì' | 'í' | 'î' | 'ï' | 'ī' => "i",
        'ł' | 'ľ' => "l",
        'ñ' | 'ń' | 'ň' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ō' | 'ő' => "o",
        'ř' => "r",
        'ś' | 'š' | 'ş' | 'ș' => "s",
        'ť' | 'ț' => "t",
        'ù' | 'ú' | 'û' | 'ū' | 'ů' | 'ű' => "u",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        _ => return None,
    })
}

/// A text from a file as a message quotes it: shortened when it is long, and with the name of a character that looks like a
/// space or like nothing.
pub fn quote(text: &str) -> String {
    let quoted = quote_up_to(60, text);
    let hidden = text.chars().find_map(|c| Some((c, invisible(c)?)));
    match hidden {
        Some((c, name)) => format!("{quoted} (with U+{:04X} {name})", c as u32),
        None => quoted,
    }
}

/// What a character is called that looks like a space or like nothing, and is none.
pub fn invisible(character: char) -> Option<&'static str> {
    INVISIBLE.iter().find(|(known, _)| *known == character).map(|(_, name)| *name)
}

/// What cannot be seen in a text, or not be told from a space. Joiners are left out: words of many scripts are written with
/// them.
const INVISIBLE: [(char, &str); 17] = [
    ('\t', "TAB"),
    ('\u{a0}', "NO-BREAK SPACE"),
    ('\u{ad}', "SOFT HYPHEN"),
    ('\u{2002}', "EN SPACE"),
    ('\u{2003}', "EM SPACE"),
    ('\u{2007}', "FIGURE SPACE"),
    ('\u{2008}', "PUNCTUATION SPACE"),
    ('\u{2009}', "THIN SPACE"),
    ('\u{200a}', "HAIR SPACE"),
    ('\u{200b}', "ZERO WIDTH SPACE"),
    ('\u{200e}', "LEFT-TO-RIGHT MARK"),
    ('\u{200f}', "RIGHT-TO-LEFT MARK"),
    ('\u{202f}', "NARROW NO-BREAK SPACE"),
    ('\u{205f}', "MEDIUM MATHEMATICAL SPACE"),
    ('\u{2060}', "WORD JOINER"),
    ('\u{3000}', "IDEOGRAPHIC SPACE"),
    ('\u{feff}', "ZERO WIDTH NO-BREAK SPACE"),
];

/// The same, of as many characters at the most.
pub fn quote_up_to(longest: usize, text: &str) -> String {
    let text = text.trim_end_matches(['\n', '\r']);
    if text.chars().count() <= longest {
        return format!("`{text}`");
    }
    let cut: String = text.chars().take(longest.saturating_sub(1)).collect();
    format!("`{cut}…`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_and_lists_read_as_english() {
        assert_eq!(Count(1, "deal").to_string(), "1 deal");
        assert_eq!(Count(0, "deal").to_string(), "0 deals");
        assert_eq!(Count(2, "company").to_string(), "2 companies");
        assert_eq!(Count(2, "day").to_string(), "2 days");
        assert_eq!(WordList(&["a", "b", "c"], "or").to_string(), "a, b or c");
        assert_eq!(WordList(&["a"], "or").to_string(), "a");
    }

    #[test]
    fn sizes_are_read_as_they_are_shown() {
        for (text, bytes) in [("1 KiB", 1 << 10), ("64 MiB", 64 << 20), ("1025 KiB", 1025 << 10)] {
            assert_eq!(Size::parse(text), Some(Size(bytes)));
            assert_eq!(Size(bytes).to_string(), text);
        }
        assert_eq!(Size::parse("4MiB"), Some(Size(4 << 20)));
        assert_eq!(Size(1_500).to_string(), "1500 bytes");
        assert_eq!(Size::parse(&format!("{} MiB", usize::MAX)), Some(Size(usize::MAX)));
        for other in
            ["", "MiB", "4 MB", "4", "-4 MiB", "+4 MiB", "4.5 MiB", " 4 MiB", "4 mib", "4 MiB ", "é MiB"]
        {
            assert_eq!(Size::parse(other), None, "{other}");
        }
    }

    #[test]
    fn the_nearest_name_is_one_that_could_be_meant() {
        assert_eq!(nearest("amuont", ["name", "amount"]), Some("amount"));
        assert_eq!(nearest("close-date", ["close_date", "closed"]), Some("close_date"));
        assert_eq!(nearest("r", ["by"]), None, "all of it would be another");
        assert_eq!(nearest("zebra", ["name", "amount"]), None);
        assert_eq!(nearest(&"x".repeat(10_000), ["name"]), None);
    }

    #[test]
    fn names_are_transcribed_and_nothing_is_lost() {
        for (name, ascii) in [
            ("präsentation", Some("praesentation")),
            ("Übergröße", Some("Uebergroesse")),
            ("café crème--2", Some("cafe-creme-2")),
            ("wysłać ofertę", Some("wyslac-oferte")),
            ("Big_One", Some("Big-One")),
            ("報價", None),
            ("бюджет", None),
            ("--", None),
        ] {
            assert_eq!(in_ascii(name, '-').as_deref(), ascii, "{name}");
        }
    }

    #[test]
    fn quotes_are_short() {
        assert_eq!(quote("a\n"), "`a`");
        assert!(quote(&"é".repeat(500)).chars().count() < 64);
        assert_eq!(quote("12000\u{a0}EUR"), "`12000\u{a0}EUR` (with U+00A0 NO-BREAK SPACE)");
    }
}
