//! Carries out the fixes of findings: finds what stands at their places, and changes that.

use std::collections::{BTreeMap, BTreeSet};

use super::model::ValueModel;
use super::path::is_of_work;
use super::place::Placer;
use super::splice::{self, Splice};
use super::{Change, NewValue, Path, find, repair, toml_fix, word_fix, write};
use crate::finding::fix::Rewrite;
use crate::finding::{Finding, Fix};
use crate::source::{Place, Span};
use crate::syntax::{Node, yaml};

/// What is written in one place of a file, and nothing beside it.
#[derive(Clone, Debug)]
pub struct FixEdit {
    /// What is replaced.
    pub place: Place,
    /// What stands there instead.
    pub text: String,
}

/// Bytes that are parsed again for the fixes of one file, where what they make together is not sound and each is tried
/// alone: of what is left then nothing is fixed.
const PARSED_AGAIN: usize = 8 << 20;

impl FixEdit {
    /// The edit that each finding's fix is; `None` where it has none or where it cannot be made soundly. A file is parsed
    /// once for all of its findings, and what they make is held against its tree once.
    pub fn all(findings: &[Finding]) -> Vec<Option<Self>> {
        let mut by_file: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (index, finding) in findings.iter().enumerate() {
            if let Some(place) = finding.place.as_ref().filter(|_| finding.fix.is_some()) {
                by_file.entry(place.file.path()).or_default().push(index);
            }
        }
        let mut edits = vec![None; findings.len()];
        for indices in by_file.into_values() {
            let own: Vec<&Finding> = indices.iter().map(|index| &findings[*index]).collect();
            let Some(place) = own.first().and_then(|first| first.place.as_ref()) else { continue };
            let fixed = FixedText::of(place.file.text(), place.file.path(), &own);
            let sound = fixed.sound(false);
            for (number, index) in indices.into_iter().enumerate() {
                let splice = fixed.splices[number].as_ref().filter(|_| sound.contains(&number));
                edits[index] = splice.map(|splice| Self {
                    place: Place::new(&place.file, Span::new(splice.range.start, splice.range.end)),
                    text: splice.text.clone(),
                });
            }
        }
        edits
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

/// A text without byte order mark with the fixes of its findings that do not touch each other, and how many were made.
pub fn apply(text: &str, path: &str, findings: &[&Finding]) -> (String, usize) {
    let fixed = FixedText::of(text, path, findings);
    let made = fixed.sound(true);
    (fixed.with(&made), made.len())
}

/// The texts that the fixes of a file which cannot be read put in quotes, each a whole value of one line; `None` where no
/// fix makes it readable.
pub fn quoted_texts(text: &str) -> Option<Vec<String>> {
    repair::quoted_texts(text)
}

/// What a text is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Language {
    Yaml,
    Toml,
    Template,
}

/// A text whose findings have fixes.
struct FixedText<'t> {
    text: &'t str,
    language: Language,
    /// The tree of what can be read; that of a template is not needed.
    root: Option<Node<'t>>,
    /// What each finding's fix replaces, not yet proven.
    splices: Vec<Option<Splice>>,
    /// What each is to be in a tree of YAML.
    changes: Vec<Option<Change>>,
}

impl<'t> FixedText<'t> {
    fn of(text: &'t str, path: &str, findings: &[&Finding]) -> Self {
        let is_plain = text.matches('\r').count() == text.matches("\r\n").count();
        let (language, parsed) = match path.rsplit('.').next() {
            _ if crate::source::names::is_yaml(path) => (Language::Yaml, Some(yaml::parse(text))),
            Some("toml") => (Language::Toml, Some(crate::syntax::toml::parse(text, 0))),
            _ => (Language::Template, None),
        };
        let parsed = parsed.filter(|it| it.faults.is_empty() && is_plain);
        let root = parsed.and_then(|parsed| parsed.root);
        let mut fixed = Self { text, language, root, splices: Vec::new(), changes: Vec::new() };
        for finding in findings {
            let fix = finding.place.as_ref().map(|place| place.span).zip(finding.fix.as_ref());
            let (splice, change) = fix.and_then(|(span, fix)| fixed.proposed(span, fix)).unzip();
            fixed.splices.push(splice);
            fixed.changes.push(change.flatten());
        }
        fixed
    }

    fn proposed(&self, span: Span, fix: &Fix) -> Option<(Splice, Option<Change>)> {
        let root = match (self.language, &fix.rewrite) {
            (Language::Template, _) => return Some((word_fix::proposed(self.text, span, fix)?, None)),
            (Language::Yaml, Rewrite::Quotes | Rewrite::Spaces) if self.root.is_none() => {
                return Some((repair::mended(self.text)?, None));
            }
            _ => self.root.as_ref()?,
        };
        if self.language == Language::Toml {
            return Some((toml_fix::proposed(self.text, span, fix)?, None));
        }
        if fix.rewrite == Rewrite::TakeIn {
            let (splice, change) = with_comment(self.text, root, span)?;
            return Some((splice, Some(change)));
        }
        let change = change_at(root, span, fix)?;
        let placer = Placer { text: self.text, order: &[] };
        let [splice] = placer.place(root, &change).ok()?.try_into().ok()?;
        Some((splice.narrowed(self.text), Some(change)))
    }

    /// The fixes that are sound: all at once where they do not touch each other. Otherwise each alone, or, where they are
    /// made together, each with those before it.
    fn sound(&self, together: bool) -> BTreeSet<usize> {
        let mut by_place: Vec<usize> =
            (0..self.splices.len()).filter(|it| self.splices[*it].is_some()).collect();
        by_place.sort_by_key(|it| {
            self.splices[*it].as_ref().map(|splice| (splice.range.start, splice.range.end))
        });
        let mut apart: BTreeSet<usize> = BTreeSet::new();
        let mut free = 0;
        for &number in &by_place {
            let Some(splice) = &self.splices[number] else { continue };
            if apart.is_empty() || splice.range.start >= free {
                free = splice.range.end.max(splice.range.start + 1);
                apart.insert(number);
            }
        }
        let mut spent = 0;
        let mut sound = BTreeSet::new();
        if self.proves(&apart) {
            sound = apart;
            if together {
                return sound;
            }
        }
        for number in by_place {
            if sound.contains(&number) || spent + self.text.len() > PARSED_AGAIN {
                continue;
            }
            spent += self.text.len();
            let mut tried = if together { sound.clone() } else { BTreeSet::new() };
            tried.insert(number);
            let touches = |other: &usize| self.touch(*other, number);
            if !(together && sound.iter().any(touches)) && self.proves(&tried) {
                sound.insert(number);
            }
        }
        sound
    }

    fn touch(&self, one: usize, other: usize) -> bool {
        let (Some(a), Some(b)) = (&self.splices[one], &self.splices[other]) else { return false };
        a.range.start < b.range.end && b.range.start < a.range.end || a.range.start == b.range.start
    }

    fn with(&self, made: &BTreeSet<usize>) -> String {
        splice::apply(self.text, made.iter().filter_map(|it| self.splices[*it].clone()).collect())
    }

    /// Whether the text with these fixes says what it said, with exactly them.
    fn proves(&self, made: &BTreeSet<usize>) -> bool {
        if made.is_empty() {
            return false;
        }
        let Some(root) = &self.root else {
            // One word for another changes no other, and what mends a text has been proven with it.
            return self.language == Language::Template || made.len() == 1;
        };
        let edited = self.with(made);
        if self.language == Language::Toml {
            let splices: Vec<_> = made.iter().filter_map(|it| self.splices[*it].as_ref()).collect();
            return toml_fix::proves(root, &edited, &splices);
        }
        let mut changes: Vec<_> = made.iter().filter_map(|it| self.changes[*it].as_ref()).collect();
        // A path leads by the names of before, so what lies deepest is called otherwise first.
        changes
            .sort_by_key(|change| (matches!(change, Change::Rename(..)), usize::MAX - change.path().0.len()));
        let mut expected = ValueModel::of(root);
        let parsed = yaml::parse(&edited);
        changes.into_iter().all(|change| expected.change(change, &[]).is_ok())
            && parsed.faults.is_empty()
            && parsed.root.is_some_and(|root| expected.fits(&ValueModel::of(&root)))
    }
}

/// What a fix is in the tree; `None` where nothing stands exactly at its place, or where only people say it.
fn change_at(root: &Node<'_>, span: Span, fix: &Fix) -> Option<Change> {
    let is_key = matches!(fix.rewrite, Rewrite::Key(_) | Rewrite::Remove);
    let mut steps = Vec::new();
    if !find::place(root, span, is_key, &mut steps) {
        return None;
    }
    let path = Path(steps);
    if is_said_of_work(&path, &fix.rewrite) {
        return None;
    }
    Some(match &fix.rewrite {
        Rewrite::Text(text) => Change::Set(path, NewValue::Text(text.clone())),
        Rewrite::Plain(text) => Change::Set(path, NewValue::Plain(text.clone())),
        Rewrite::Key(name) => Change::Rename(path, name.clone()),
        Rewrite::Remove => Change::Remove(path),
        Rewrite::Word(..) | Rewrite::TakeIn | Rewrite::Quotes | Rewrite::Spaces => return None,
    })
}

/// A text together with the comment that ends it, in quotes.
fn with_comment(text: &str, root: &Node<'_>, comment: Span) -> Option<(Splice, Change)> {
    let before = text.get(..comment.start as usize)?.trim_end_matches([' ', '\t']);
    let mut steps = Vec::new();
    let start = find::ending(root, before.len(), &mut steps)?;
    let (path, end) = (Path(steps), comment.end as usize);
    let whole = &text[start..end];
    let value = whole.trim_start();
    let blank = if before.len() == start { " " } else { "" };
    let splice = Splice::new(start..end, format!("{blank}{}", write::quoted(value)));
    // An alias is no text of its own.
    let is_own = !value.contains('\n') && !value.starts_with(['*', '&', '!']) && !path.is_of_work();
    is_own.then(|| (splice, Change::Set(path, NewValue::Text(value.to_owned()))))
}

/// Whether a fix would change what is said of work done, approved or waived: only people say that.
fn is_said_of_work(path: &Path, rewrite: &Rewrite) -> bool {
    let is_unneeded = path.first() == Some("waivers") && path.0.len() == 2 && *rewrite == Rewrite::Remove;
    path.is_of_work() && !is_unneeded
        || path.0.len() == 1 && matches!(rewrite, Rewrite::Key(name) if is_of_work(name))
}
