//! Repairs YAML that cannot be parsed: tabs become spaces, texts cut by a colon get quotes.

use super::model::ValueModel;
use super::path::Path;
use super::splice::Splice;
use super::write::{self, NewValue};
use super::{Change, find};
use crate::finding::Rewrite;
use crate::source::Span;
use crate::syntax::yaml;

/// Bytes that are read for one text: after each mended line all of it is read again.
const MOST_READ: usize = 8 << 20;

/// What makes a text readable, as one splice; `None` where that cannot be proven, or more than these slips stands in the
/// way.
///
/// The mended text parses without a fault. It says the same however many columns a tab is taken for; and each text that
/// was put in quotes is, as it stood, the value of the key before it, beside all else that the text says without it.
pub(super) fn mended(text: &str) -> Option<Splice> {
    let Repaired { text: mended, .. } = Repaired::of(text)?;
    Some(Splice::new(0..text.len(), mended).narrowed(text))
}

/// The texts that are put in quotes to make a text readable.
pub(super) fn quoted_texts(text: &str) -> Option<Vec<String>> {
    Some(Repaired::of(text)?.quoted.into_iter().map(|(.., value)| value).collect())
}

/// A text that could not be read, mended.
struct Repaired {
    text: String,
    says: ValueModel,
    quoted: Vec<QuotedLine>,
}

impl Repaired {
    fn of(text: &str) -> Option<Self> {
        let mut left = MOST_READ;
        let mut made: Option<Self> = None;
        let usual = step(text);
        // Without a tab every width makes the same of it.
        let others: &[usize] = if text.contains('\t') { &[2, 4, 8] } else { &[] };
        for width in std::iter::once(usual).chain(others.iter().copied().filter(|width| *width != usual)) {
            let Some(other) = with_tabs_of(width, text, &mut left) else { continue };
            match &made {
                Some(made) if made.says != other.says => return None,
                Some(_) => {}
                None => made = Some(other),
            }
        }
        made.filter(|_| left > 0)
    }
}

/// The columns by which the text's own lines are indented.
fn step(text: &str) -> usize {
    let indents = text.lines().map(|line| line.len() - line.trim_start_matches(' ').len());
    indents.filter(|indent| (2..=8).contains(indent)).min().unwrap_or(2)
}

/// A line whose value was put in quotes: its number, the column of the value, and the value.
type QuotedLine = (usize, usize, String);

/// The text mended fault by fault.
fn with_tabs_of(width: usize, text: &str, left: &mut usize) -> Option<Repaired> {
    let mut text = text.to_owned();
    let mut quoted: Vec<QuotedLine> = Vec::new();
    loop {
        *left = left.saturating_sub(text.len().max(1));
        if *left == 0 {
            return None;
        }
        let parsed = yaml::parse(&text);
        if let (Some(_), []) = (&parsed.root, parsed.faults.as_slice()) {
            break;
        }
        let fault = parsed.faults.iter().find(|fault| fault.fix.is_some())?;
        let (fix, at) = (fault.fix.as_ref()?, fault.span.start as usize);
        let (start, end) = line(&text, at)?;
        let splice = match fix.rewrite {
            Rewrite::Spaces => untabbed(&text[start..at], width)
                .map(|(indent, spaces)| Splice::new(start..start + indent, spaces)),
            Rewrite::Quotes => {
                let column = value_column(&text[start..end], at - start)?;
                let value = text[start + column..end].trim_end();
                quoted.push((text[..start].matches('\n').count(), column, value.to_owned()));
                Some(Splice::new(start + column..start + column + value.len(), write::quoted(value)))
            }
            _ => None,
        }?;
        text.replace_range(splice.range.clone(), &splice.text);
    }
    let says = proven(&text, &quoted)?;
    Some(Repaired { text, says, quoted })
}

/// The line around a byte, without its end.
fn line(text: &str, at: usize) -> Option<(usize, usize)> {
    let start = text.get(..at)?.rfind('\n').map_or(0, |end| end + 1);
    let end = text[at..].find('\n').map_or(text.len(), |length| at + length);
    Some((start, if text[..end].ends_with('\r') && end > at { end - 1 } else { end }))
}

/// How many bytes of blanks stand before a tab that indents, and the spaces for them and for the tab.
fn untabbed(before: &str, width: usize) -> Option<(usize, String)> {
    let blanks = before.chars().chain(['\t']);
    let columns = blanks.map(|blank| match blank {
        ' ' => Some(1),
        '\t' => Some(width),
        _ => None,
    });
    Some((before.len() + 1, " ".repeat(columns.sum::<Option<usize>>()?)))
}

/// Where the text begins that a colon cuts: behind `key: `, or behind `- `, and starting with no sign that means something.
fn value_column(line: &str, colon: usize) -> Option<usize> {
    let mut key = line.len() - line.trim_start_matches([' ', '-']).len();
    if line[..key].trim_start().contains("--") {
        return None;
    }
    let name = line[key..].find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '-'))?;
    key += name;
    let value = line.get(key..)?.strip_prefix(':')?;
    let blanks = value.len() - value.trim_start_matches(' ').len();
    let value = &value[blanks..];
    let starts_plain = value.starts_with(|c: char| c.is_alphanumeric());
    let is_whole = !value.contains(" #") && !value.contains('\t');
    (name > 0 && blanks > 0 && starts_plain && is_whole && key + 1 + blanks < colon)
        .then_some(key + 1 + blanks)
}

/// What a text says, if that is what it says with a bare word for each quoted value, but for those.
fn proven(text: &str, quoted: &[QuotedLine]) -> Option<ValueModel> {
    let parsed = yaml::parse(text);
    let root = parsed.root.filter(|_| parsed.faults.is_empty())?;
    let says = ValueModel::of(&root);
    if quoted.is_empty() {
        return Some(says);
    }
    let mut starts = vec![0];
    starts.extend(text.match_indices('\n').map(|(at, _)| at + 1));
    let mut bare = text.to_owned();
    let mut changes = Vec::new();
    for (number, column, value) in quoted.iter().rev() {
        let range = starts.get(*number)? + column;
        let range = range..range + write::quoted(value).len();
        let mut steps = Vec::new();
        if !find::place(&root, Span::new(range.start, range.end), false, &mut steps) {
            return None;
        }
        let path = Path(steps);
        if path.is_of_work() {
            return None;
        }
        changes.push(Change::Set(path, NewValue::Text(value.clone())));
        bare.replace_range(range, "x");
    }
    let without = yaml::parse(&bare);
    let mut expected = ValueModel::of(&without.root.filter(|_| without.faults.is_empty())?);
    let made = changes.iter().all(|change| expected.change(change, &[]).is_ok());
    (made && expected.fits(&says)).then_some(says)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixed(text: &str) -> Option<String> {
        let splice = mended(text)?;
        let mut text = text.to_owned();
        text.replace_range(splice.range, &splice.text);
        Some(text)
    }

    #[test]
    fn what_has_one_reading_is_mended() {
        for (before, after) in [
            ("note: a: b\n", "note: \"a: b\"\n"),
            ("note: Re: offer # why\n", ""),
            ("a: 1\nnote: Re: \"offer\"\r\nb: 2\r\n", "a: 1\nnote: \"Re: \\\"offer\\\"\"\r\nb: 2\r\n"),
            ("l:\n  - name: Ada: the boss\n    role: x\n", "l:\n  - name: \"Ada: the boss\"\n    role: x\n"),
            ("one: a: b\ntwo: c: d\n", "one: \"a: b\"\ntwo: \"c: d\"\n"),
            ("plan:\n\tlink: x\n\tnote: y\n", "plan:\n  link: x\n  note: y\n"),
            ("l:\n    - a\nplan:\n\tlink: x\n", "l:\n    - a\nplan:\n    link: x\n"),
            ("plan:\n\tlink: Re: x\n", "plan:\n  link: \"Re: x\"\n"),
            ("plan:\n  a: 1\n\tb: 2\n", "plan:\n  a: 1\n  b: 2\n"),
        ] {
            assert_eq!(fixed(before).as_deref().unwrap_or_default(), after, "{before:?}");
        }
    }

    #[test]
    fn what_has_more_readings_or_other_faults_is_left() {
        for text in [
            // Below `a` or beside it, as wide as the tab is.
            "p:\n    a:\n        b: 1\n\tc: 2\n",
            "note: a: b\n  and more\n",
            "note: a: b\nname: [x\n",
            "note: a: b\nname: x\nname: y\n",
            "note: {a: b: c}\n",
            "a: 1\n\tb: 2\n",
            "name: \"x\n",
            "plan: {\n  a: b: c,\n  d: e\n}\n",
            // What is said of work done is for people to say.
            "done:\n  met: a: b\n",
            "done: met: 2026-05-01\n",
            "waivers:\n  met:\n    reason: a: b\n",
        ] {
            assert_eq!(fixed(text), None, "{text:?}");
        }
    }
}
