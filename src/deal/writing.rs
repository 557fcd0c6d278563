//! What to write so that a deal has a value, in words and in the form of its file.

use super::record::Deal;
use super::value::Value;
use crate::finding::wording::WordList;

/// What to write so that there is something at each of these dotted paths: "add `plan: {link: …}` to the deal".
///
/// Done to the letter, it neither brings a key that cannot be nor one that is there already.
pub(crate) fn provide(deal: &Deal<'_>, paths: &[&str]) -> String {
    let mut groups: Vec<(Manner, Vec<Vec<&str>>)> = Vec::new();
    for path in paths {
        let (manner, rest) = Manner::of(deal, path);
        match groups.iter_mut().find(|(known, _)| *known == manner) {
            Some((_, rests)) => rests.push(rest),
            None => groups.push((manner, vec![rest])),
        }
    }
    let said: Vec<_> = groups.iter().map(|(manner, rests)| manner.instruction(&in_flow(rests))).collect();
    said.join("; ")
}

/// Whether `dealgate set` gives a dotted path a value: where the deal stands, how it ended, and what is done, approved or
/// waived are said by commands of their own.
pub(crate) fn is_assigned(path: &str) -> bool {
    let mut keys = path.split('.');
    match keys.next() {
        Some("stage" | "done" | "waivers") => false,
        // What is said of an ending beside it.
        Some("outcome") => keys.next().is_some_and(|key| key != "result"),
        _ => true,
    }
}

/// Where keys go, and whether they stand there already with nothing.
#[derive(PartialEq)]
enum Manner {
    /// The key, or a record on the way to it, stands there without a value.
    FillIn,
    /// Into the deal itself.
    ToDeal,
    /// Into a record that holds other keys.
    Under(String),
    /// Into every item of a list that lacks them.
    Items(String),
}

impl Manner {
    /// How a path is provided, and what of it is still to be written.
    fn of<'p>(deal: &Deal<'_>, path: &'p str) -> (Self, Vec<&'p str>) {
        let parts: Vec<&str> = path.split('.').collect();
        let mut record = &deal.values;
        for (depth, part) in parts.iter().enumerate() {
            let (here, way) = (parts[..=depth].join("."), parts[..depth].join("."));
            let rest = || parts[depth..].to_vec();
            match record.get(part).map(|found| &found.value) {
                Some(value) if value.is_empty() => return (Self::FillIn, rest()),
                Some(Value::Record(inner)) if depth + 1 < parts.len() => record = inner,
                Some(Value::List(_)) => return (Self::Items(here), parts[depth + 1..].to_vec()),
                None if deal.bare(&here).is_some() => return (Self::FillIn, rest()),
                _ if depth == 0 => return (Self::ToDeal, rest()),
                _ => return (Self::Under(way), rest()),
            }
        }
        (Self::ToDeal, parts)
    }

    fn instruction(&self, keys: &[String]) -> String {
        let quoted: Vec<_> = keys.iter().map(|key| format!("`{key}`")).collect();
        let quoted = WordList(&quoted, "and");
        match self {
            Self::FillIn => format!("fill in {quoted}"),
            Self::ToDeal => format!("add {quoted} to the deal"),
            Self::Under(way) => format!("add {quoted} under `{way}`"),
            Self::Items(list) => format!("add {quoted} to the items of `{list}` that lack it"),
        }
    }
}

/// Keys with a gap for each value, those with the same beginning in one record: `plan: {link: …, summary: …}`.
fn in_flow(paths: &[Vec<&str>]) -> Vec<String> {
    let mut heads: Vec<(&str, Vec<Vec<&str>>)> = Vec::new();
    for path in paths {
        let [head, rest @ ..] = path.as_slice() else { continue };
        match heads.iter_mut().find(|(known, _)| known == head) {
            Some((_, rests)) => rests.push(rest.to_vec()),
            None => heads.push((head, vec![rest.to_vec()])),
        }
    }
    let written = |(head, rests): &(&str, Vec<Vec<&str>>)| match in_flow(rests) {
        inner if inner.is_empty() => format!("{head}: …"),
        inner => format!("{head}: {{{}}}", inner.join(", ")),
    };
    heads.iter().map(written).collect()
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;
    use crate::deal::Record;
    use crate::deal::value::FieldValue;
    use crate::source::{Span, Spanned};

    fn record(slots: Vec<(&'static str, Value<'static>)>) -> Record<'static> {
        let bare = |key| Spanned::new(Cow::Borrowed(key), Span::default());
        let slot = |(key, value)| FieldValue { key: bare(key), value: Spanned::new(value, Span::default()) };
        Record(slots.into_iter().map(slot).collect())
    }

    #[test]
    fn what_is_said_can_be_done_to_the_letter() {
        let text = |text| Value::Text(Cow::Borrowed(text));
        let item = |value| Spanned::new(value, Span::default());
        let values = record(vec![
            ("segment", text(" ")),
            ("bid", Value::Record(record(vec![("price", text("1"))]))),
            ("contacts", Value::List(vec![item(Value::Record(record(vec![("name", text("Ada"))])))])),
        ]);
        let mut deal = Deal::new("a".into(), values, Span::default());
        deal.bare = vec![Spanned::new("source".into(), Span::default())];
        for (paths, said) in [
            (&["close_date"][..], "add `close_date: …` to the deal"),
            (&["plan.link", "plan.text"], "add `plan: {link: …, text: …}` to the deal"),
            (&["segment"], "fill in `segment: …`"),
            (&["source"], "fill in `source: …`"),
            (&["bid.until"], "add `until: …` under `bid`"),
            (&["contacts.role"], "add `role: …` to the items of `contacts` that lack it"),
            (
                &["notes", "bid.until", "tags"],
                "add `notes: …` and `tags: …` to the deal; add `until: …` under `bid`",
            ),
        ] {
            assert_eq!(provide(&deal, paths), said);
        }
    }
}
