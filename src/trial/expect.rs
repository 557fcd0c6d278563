//! Reads the comments that make a test of a deal: what is expected on which line, and the day it is.

use jiff::civil::Date;

use super::Difference;
use crate::finding::Code;
use crate::finding::code::CODES;
use crate::finding::wording::{Help as _, suggest};
use crate::syntax::scalar;

/// What a test says.
#[derive(Debug, Default)]
pub(super) struct Script {
    /// The day it is.
    pub(super) today: Option<Date>,
    /// What is to be found.
    pub(super) expected: Vec<Expected>,
    /// Comments that say nothing that can be understood.
    pub(super) faults: Vec<Difference>,
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
    for (line, content) in (1..).zip(text.lines()) {
        let alone = content.trim_start().starts_with('#');
        if let Some(day) = comment(content, "today:") {
            match scalar::date(day) {
                Ok(day) => script.today = Some(day),
                Err(misfit) => {
                    script.faults.push(Difference { line, message: format!("`{day}` {}", misfit.problem) });
                }
            }
        }
        if let Some(said) = comment(content, "expect:") {
            for one in said.split(',') {
                match expected(one, line) {
                    Ok(expected) => waiting.push(expected),
                    Err(message) => script.faults.push(Difference { line, message }),
                }
            }
        }
        if !alone && !content.trim().is_empty() {
            script.expected.extend(waiting.drain(..).map(|expected| Expected { line, ..expected }));
        }
    }
    // Behind the last line there is none that a comment could be about.
    script.expected.extend(waiting);
    script
}

/// What a comment with this word says.
fn comment<'t>(line: &'t str, word: &str) -> Option<&'t str> {
    line.match_indices('#').find_map(|(at, _)| {
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
        let help = suggest(name, CODES.iter().map(|entry| entry.name)).told().unwrap_or_default();
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
    fn what_cannot_be_meant_is_told() {
        let script =
            read("# today: tomorrow\na: 1 # expect: requirement-unmte x\nb: 2 # expect: stalled x y\n");
        let told: Vec<_> = script.faults.iter().map(|fault| fault.message.as_str()).collect();
        assert_eq!(told.len(), 3, "{told:?}");
        assert!(told[1].contains("did you mean `requirement-unmet`?"), "{told:?}");
    }
}
