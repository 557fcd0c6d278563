//! Reads the comments that make a test of a deal: what is expected on which line, and the day it is.

use std::ops::Range;

use jiff::civil::Date;

use super::mismatch::Mismatch;
use crate::finding::Code;
use crate::finding::code::CODES;
use crate::finding::wording::{Help as _, suggest};
use crate::source::Span;
use crate::syntax::{Kind, Node, Style, scalar, yaml};

/// What a test says.
#[derive(Debug, Default)]
pub(super) struct Script {
    /// The day it is.
    pub(super) today: Option<Date>,
    /// What is to be found.
    pub(super) expected: Vec<Expected>,
    /// Comments that say nothing that can be understood.
    pub(super) faults: Vec<Mismatch>,
}

/// A finding that is expected on a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Expected {
    pub(super) line: usize,
    pub(super) code: Code,
    pub(super) stage: Option<String>,
    pub(super) requirement: Option<String>,
}

/// Reads the comments of a text. One behind a value is about its line, one on a line of its own about the next.
pub(super) fn read(text: &str) -> Script {
    let mut script = Script::default();
    let mut waiting: Vec<Expected> = Vec::new();
    let texts = yaml::parse(text).root.map(|root| texts(text, &root)).unwrap_or_default();
    let mut start = 0;
    for (line, whole) in (1..).zip(text.split_inclusive('\n')) {
        let content = whole.trim_end_matches(['\n', '\r']);
        // A text is no comment, whatever stands in it.
        let is_comment = |at: usize| {
            let before = texts.partition_point(|text| text.start <= start + at);
            before == 0 || !texts[before - 1].contains(&(start + at))
        };
        let comment = |word| comment(content, word, is_comment);
        let alone = content.trim_start().starts_with('#') && is_comment(content.find('#').unwrap_or(0));
        if let Some(day) = comment("today:") {
            match scalar::date(day) {
                Ok(day) => script.today = Some(day),
                Err(misfit) => {
                    script.faults.push(Mismatch { line, message: format!("`{day}` {}", misfit.problem) });
                }
            }
        }
        if let Some(said) = comment("expect:") {
            for one in said.split(',') {
                match expected(one, line) {
                    Ok(expected) => waiting.push(expected),
                    Err(message) => script.faults.push(Mismatch { line, message }),
                }
            }
        }
        if !alone && !content.trim().is_empty() {
            script.expected.extend(waiting.drain(..).map(|expected| Expected { line, ..expected }));
        }
        start += whole.len();
    }
    // Behind the last line there is none that a comment could be about.
    script.expected.extend(waiting);
    script
}

/// Where texts in quotes and blocks stand, in order; the line that opens a block may end with a comment.
fn texts(text: &str, node: &Node<'_>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut pile = vec![node];
    let mut add = |span: Span| {
        let (start, end) = (span.start as usize, span.end as usize);
        let written = text.get(start..end).unwrap_or_default();
        let head =
            if written.starts_with(['|', '>']) { written.find('\n').unwrap_or(written.len()) } else { 0 };
        found.push(start + head..end);
    };
    while let Some(node) = pile.pop() {
        match &node.kind {
            Kind::Scalar(scalar) if scalar.style == Style::Quoted => add(node.span),
            Kind::Scalar(_) => {}
            Kind::List(items) => pile.extend(items),
            Kind::Map(entries) => {
                for entry in entries {
                    add(entry.key.span);
                    pile.push(&entry.value);
                }
            }
        }
    }
    found.sort_unstable_by_key(|text| text.start);
    found
}

/// What a comment with this word says.
fn comment<'t>(line: &'t str, word: &str, is_comment: impl Fn(usize) -> bool) -> Option<&'t str> {
    line.match_indices('#').filter(|(at, _)| is_comment(*at)).find_map(|(at, _)| {
        let opens = line[..at].chars().next_back().is_none_or(char::is_whitespace);
        let said = line[at + 1..].trim_start().strip_prefix(word)?;
        opens.then(|| said.split(" #").next().unwrap_or(said).trim())
    })
}

/// `CODE`, `CODE REQUIREMENT` or `CODE STAGE/REQUIREMENT`.
fn expected(text: &str, line: usize) -> Result<Expected, String> {
    let mut words = text.split_whitespace();
    let name = words.next().ok_or("`# expect:` names no finding")?;
    let code = Code::parse(name).ok_or_else(|| {
        let help = suggest(name, CODES.iter().map(|entry| entry.name)).sentence().unwrap_or_default();
        format!("there is no finding `{name}`; {help}")
    })?;
    let (stage, requirement) = match words.next().map(|word| word.split_once('/').ok_or(word)) {
        None => (None, None),
        Some(Ok((stage, requirement))) => (Some(stage.to_owned()), Some(requirement.to_owned())),
        Some(Err(requirement)) => (None, Some(requirement.to_owned())),
    };
    match words.next() {
        None => Ok(Expected { line, code, stage, requirement }),
        Some(word) => Err(format!("`{word}` is too much: part what is expected by commas")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_belong_to_their_line_or_to_the_next() {
        let script = read(
            "# today: 2026-11-23\nname: A # not a word\n# expect: stalled\n\n# expect: unknown-key\nstage: x # expect: \
             requirement-unmet qualified/a, requirement-unmet b\n",
        );
        assert_eq!(script.today, Some(jiff::civil::date(2026, 11, 23)));
        let said: Vec<_> =
            script.expected.iter().map(|it| (it.line, it.code.name(), it.requirement.as_deref())).collect();
        let line = 6;
        assert_eq!(
            said,
            [
                (line, "stalled", None),
                (line, "unknown-key", None),
                (line, "requirement-unmet", Some("a")),
                (line, "requirement-unmet", Some("b"))
            ]
        );
        assert_eq!(script.expected[2].stage.as_deref(), Some("qualified"));
        assert!(script.faults.is_empty());
    }

    #[test]
    fn a_text_is_no_comment() {
        let script = read(
            "# today: 2026-11-23\nname: 'A # expect: stalled'\n? \"b # expect: stalled\"\n: x\nnotes: | # expect: stalled\n  \
             # expect: backdated\n\n  b # today: never\nmore: >-\n  # expect: backdated\nq: \"a\n  # expect: backdated\n  \
             \" # expect: not-allowed\n# expect: too-deep\n",
        );
        let said: Vec<_> = script.expected.iter().map(|it| (it.line, it.code.name())).collect();
        assert_eq!(said, [(5, "stalled"), (13, "not-allowed"), (14, "too-deep")]);
        assert!(script.faults.is_empty() && script.today.is_some());
    }

    #[test]
    fn what_cannot_be_meant_is_told() {
        let script =
            read("# today: tomorrow\na: 1 # expect: requirement-unmte x\nb: 2 # expect: stalled x y\n");
        let told: Vec<_> = script.faults.iter().map(|fault| fault.message.as_str()).collect();
        assert_eq!(told.len(), 3, "{told:?}");
        assert!(told[1].contains("did you mean `requirement-unmet`?"), "{told:?}");
    }
}
