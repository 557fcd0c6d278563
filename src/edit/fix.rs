//! Carries out the fix of a finding: finds what stands at its place, and changes that.

use super::path::{Path, PathStep};
use super::write::NewValue;
use super::{Change, edit, toml_fix};
use crate::finding::fix::Rewrite;
use crate::finding::{Finding, Fix};
use crate::source::{Place, Span};
use crate::syntax::{Kind, Node, yaml};

/// What is written in one place of a file, and nothing beside it.
#[derive(Clone, Debug)]
pub struct FixEdit {
    /// What is replaced.
    pub place: Place,
    /// What stands there instead.
    pub text: String,
}

impl FixEdit {
    /// The edit that a finding's fix is; `None` where it has none or where it cannot be made soundly.
    pub fn of(finding: &Finding) -> Option<Self> {
        let (fix, place) = (finding.fix.as_ref()?, finding.place.as_ref()?);
        let (span, text) = resolve(place.file.text(), place.file.path(), place.span, fix)?;
        Some(Self { place: Place::new(&place.file, span), text })
    }

    /// The first line that changes, as it would be.
    pub fn line(&self) -> String {
        let (span, text) = (self.place.span, self.place.file.text());
        let (start, end) = (span.start as usize, span.end as usize);
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let rest = text[end..].lines().next().unwrap_or_default();
        let line = format!("{}{}{rest}", &text[line_start..start], self.text);
        line.lines().next().unwrap_or_default().trim().to_owned()
    }
}

/// The bytes that a fix replaces in a text without byte order mark, and what stands there instead.
fn resolve(text: &str, path: &str, span: Span, fix: &Fix) -> Option<(Span, String)> {
    let is_yaml = path.rsplit_once('.').is_some_and(|(_, extension)| {
        extension.eq_ignore_ascii_case("yaml") || extension.eq_ignore_ascii_case("yml")
    });
    if !is_yaml {
        return toml_fix::resolve(text, span, fix);
    }
    let root = yaml::parse(text).root?;
    let is_key = matches!(fix.rewrite, Rewrite::Key(_));
    let mut steps = Vec::new();
    if !find(&root, span, is_key, &mut steps) {
        return None;
    }
    let path = Path(steps);
    if is_said_of_work(&path, &fix.rewrite) {
        return None;
    }
    let change = match &fix.rewrite {
        Rewrite::Text(text) => Change::Set(path, NewValue::Text(text.clone())),
        Rewrite::Plain(text) => Change::Set(path, NewValue::Plain(text.clone())),
        Rewrite::Key(name) => Change::Rename(path, name.clone()),
    };
    let edited = edit(text, &[change], &[]).ok()?;
    Some(replaced(text, &edited)).filter(|(span, text)| span.start != span.end || !text.is_empty())
}

/// Whether a fix would change what is said of work done, approved or waived: only people say that.
fn is_said_of_work(path: &Path, rewrite: &Rewrite) -> bool {
    let guarded = |key: &str| matches!(key, "done" | "waivers");
    path.first().is_some_and(guarded)
        || path.0.len() == 1 && matches!(rewrite, Rewrite::Key(name) if guarded(name))
}

/// The way to a scalar, or to a key, that stands exactly there.
fn find(node: &Node<'_>, span: Span, is_key: bool, steps: &mut Vec<PathStep>) -> bool {
    match &node.kind {
        Kind::Scalar(_) => !is_key && node.span == span,
        Kind::List(items) => items.iter().enumerate().any(|(index, item)| {
            steps.push(PathStep::Item(index));
            let found = find(item, span, is_key, steps);
            if !found {
                steps.pop();
            }
            found
        }),
        Kind::Map(entries) => entries.iter().any(|entry| {
            steps.push(PathStep::Key(entry.key.value.clone().into_owned()));
            let found = is_key && entry.key.span == span || find(&entry.value, span, is_key, steps);
            if !found {
                steps.pop();
            }
            found
        }),
    }
}

/// The part in which two texts differ.
fn replaced(old: &str, new: &str) -> (Span, String) {
    let same = |(a, b): &(char, char)| a == b;
    let before: usize = old.chars().zip(new.chars()).take_while(same).map(|(c, _)| c.len_utf8()).sum();
    let rest = (old[before..].chars().rev()).zip(new[before..].chars().rev());
    let after: usize = rest.take_while(same).map(|(c, _)| c.len_utf8()).sum();
    (Span::new(before, old.len() - after), new[before..new.len() - after].to_owned())
}

/// A text without byte order mark with the fixes of its findings that do not touch each other, and how many were made.
pub fn apply(text: &str, path: &str, findings: &[&Finding]) -> (String, usize) {
    let mut fixes: Vec<_> =
        findings.iter().filter_map(|it| Some((it.place.as_ref()?.span, it.fix.as_ref()?))).collect();
    // From the last to the first: what stands before an edit is where it was.
    fixes.sort_by_key(|(span, _)| std::cmp::Reverse(*span));
    let (mut text, mut made, mut free) = (text.to_owned(), 0, u32::MAX);
    for (span, fix) in fixes {
        if span.end > free {
            continue;
        }
        let Some((span, new)) = resolve(&text, path, span, fix).filter(|(span, _)| span.end <= free) else {
            continue;
        };
        text.replace_range(span.start as usize..span.end as usize, &new);
        free = span.start;
        made += 1;
    }
    (text, made)
}
