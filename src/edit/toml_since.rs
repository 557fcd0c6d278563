//! Adds `since` to a requirement of a workflow, and nothing else.

use super::model::ValueModel;
use crate::syntax::{Entry, Kind, Node, Style, toml};

/// The text with `since` in the requirement of an id in a stage. `None`: it says `since` already, is no requirement that
/// stands here, or cannot be changed without touching something else.
pub fn asked_since(text: &str, stage: &str, requirement: &str, day: &str) -> Option<String> {
    let parsed = toml::parse(text, 0);
    let root = parsed.root.filter(|_| parsed.faults.is_empty())?;
    let entry = entry(&root, &["stage", stage, "requires", requirement])?;
    let value = &entry.value;
    let edited = match &value.kind {
        Kind::Scalar(scalar) if scalar.style == Style::Quoted => {
            let (start, end) = (value.span.start as usize, value.span.end as usize);
            let written = text.get(start..end)?;
            format!("{}{{ title = {written}, since = {day} }}{}", &text[..start], &text[end..])
        }
        Kind::Map(entries) if value.get("since").is_none() => {
            let last = entries.iter().max_by_key(|entry| entry.value.span.end)?;
            let at = last.value.span.end as usize;
            let is_inline = text.get(value.span.start as usize..)?.starts_with('{');
            let (at, more) = if is_inline {
                (at, format!(", since = {day}"))
            } else {
                let line = at + text[at..].find('\n').unwrap_or(text.len() - at);
                let end = if text[..line].ends_with('\r') { line - 1 } else { line };
                let newline = if text[end..].starts_with("\r\n") { "\r\n" } else { "\n" };
                (end, format!("{newline}since = {day}"))
            };
            format!("{}{more}{}", &text[..at], &text[at..])
        }
        _ => return None,
    };
    let new = toml::parse(&edited, 0);
    let new = new.root.filter(|_| new.faults.is_empty())?;
    let mut expected = ValueModel::of(&root);
    expected.add_since(&["stage", stage, "requires", requirement], day)?;
    expected.sorted(false).fits(&ValueModel::of(&new).sorted(false)).then_some(edited)
}

fn entry<'n>(root: &'n Node<'n>, path: &[&str]) -> Option<&'n Entry<'n>> {
    let (last, above) = path.split_last()?;
    let table = above.iter().try_fold(root, |here, key| here.get(key))?;
    table.as_map()?.iter().find(|entry| entry.key.value == *last)
}

impl ValueModel {
    /// Makes a requirement one that is asked from a day on.
    fn add_since(&mut self, path: &[&str], day: &str) -> Option<()> {
        let mut here = self;
        for key in path {
            let Self::Map(entries) = here else { return None };
            here = &mut entries.iter_mut().find(|(known, _)| known == key)?.1;
        }
        let since = ("since".to_owned(), Self::Scalar { text: day.to_owned(), plain: None });
        match here {
            Self::Map(entries) => entries.push(since),
            title => *title = Self::Map(vec![("title".to_owned(), title.clone()), since]),
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_key_more_and_nothing_else() {
        let head = "# ours\nstages = [\"a\"]\n[stage.a.requires]\n";
        for (written, becomes) in [
            ("x = \"T\"  # why\n", "x = { title = \"T\", since = 2026-11-23 }  # why\n"),
            (
                "x = { title = 'T', field = \"amount\" }\n",
                "x = { title = 'T', field = \"amount\", since = 2026-11-23 }\n",
            ),
            (
                "y = \"Y\"\n[stage.a.requires.x]\ntitle = \"T\" # t\n\n[lost]\n",
                "y = \"Y\"\n[stage.a.requires.x]\ntitle = \"T\" # t\nsince = 2026-11-23\n\n[lost]\n",
            ),
            ("x = \"T\"\r\n", "x = { title = \"T\", since = 2026-11-23 }\r\n"),
            ("x.title = \"T\"", ""),
            ("x = { title = \"T\", since = 2025-01-01 }\n", ""),
            ("x = false\n", ""),
            ("y = \"T\"\n", ""),
            ("x = \"T\n", ""),
        ] {
            let edited = asked_since(&format!("{head}{written}"), "a", "x", "2026-11-23").unwrap_or_default();
            let wanted = if becomes.is_empty() { String::new() } else { format!("{head}{becomes}") };
            // A dotted key may be changed or declined, but never wrongly.
            if written.starts_with("x.title") && !edited.is_empty() {
                continue;
            }
            assert_eq!(edited, wanted, "{written}");
        }
    }
}
