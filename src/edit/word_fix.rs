//! Fixes in templates: one word is written in the place of another.

use super::splice::Splice;
use crate::finding::fix::{Fix, Rewrite};
use crate::source::Span;

/// Words that a template's language keeps to itself.
const KEPT: [&str; 8] = ["and", "else", "if", "in", "is", "not", "or", "recursive"];

/// The bytes of a word that a fix replaces, and what stands there instead; `None` where the word does not stand there
/// exactly once. A word for a word leaves every other as it is, so there is nothing else to prove.
pub(super) fn proposed(text: &str, span: Span, fix: &Fix) -> Option<Splice> {
    let Rewrite::Word(new, word) = &fix.rewrite else { return None };
    let (start, within) = (span.start as usize, text.get(span.start as usize..span.end as usize)?);
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let stands_alone = |at: usize| {
        let (before, after) = (&text[..start + at], &text[start + at + word.len()..]);
        !before.ends_with(is_part) && !after.starts_with(is_part)
    };
    let mut found = within.match_indices(word.as_str()).map(|(at, _)| at).filter(|at| stands_alone(*at));
    let at = start + found.next().filter(|_| found.next().is_none())?;
    let is_word = |name: &str| {
        name.chars().all(is_part) && !name.starts_with(|c: char| c.is_numeric()) && !KEPT.contains(&name)
    };
    (is_word(word) && is_word(new)).then(|| Splice::new(at..at + word.len(), new.as_str()))
}
