//! A three-way merge, value by value: the last import, the export now, and the file.

use std::collections::{BTreeMap, BTreeSet};

use super::imported_value::{ImportedValue, ImportedValues};
use crate::deal::Schema;
use crate::deal::field::Type;
use crate::edit::{Change, NewValue, Path};
use crate::syntax::Node;

/// How conflicts are settled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Settle {
    /// They are told, and the file's value stays.
    #[default]
    Tell,
    /// By what the export says.
    Theirs,
    /// By what the file says.
    Ours,
}

/// One value that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ValueTurn {
    /// Its dotted path.
    pub key: String,
    /// What the file says.
    pub here: Option<ImportedValue>,
    /// What the export says.
    pub there: Option<ImportedValue>,
}

/// What becomes of one deal.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct MergedDeal {
    /// Values that are taken from the export.
    pub taken: Vec<ValueTurn>,
    /// Values that a person changed and the export did not.
    pub kept: Vec<ValueTurn>,
    /// Values that both changed.
    pub conflicts: Vec<ValueTurn>,
    /// What is to be remembered.
    pub known: ImportedValues,
}

/// Values that a deal cannot be without.
const NEEDED: [&str; 2] = ["name", "stage"];

/// Holds the three against each other.
pub(crate) fn merge(
    root: &Node<'_>,
    base: Option<&ImportedValues>,
    theirs: &ImportedValues,
    schema: &Schema,
    settle: Settle,
) -> MergedDeal {
    let mut merged = MergedDeal::default();
    let keys: BTreeSet<&String> =
        base.into_iter().flat_map(ImportedValues::keys).chain(theirs.keys()).collect();
    for key in keys {
        let shape = schema.at_path(key);
        let same = |one: Option<&ImportedValue>, other: Option<&ImportedValue>| match (one, other) {
            (None, None) => true,
            (Some(one), Some(other)) => one.same(other, shape, schema),
            _ => false,
        };
        let here = at(root, key).and_then(ImportedValue::of);
        let (before, there) = (base.and_then(|base| base.get(key)), theirs.get(key));
        let there_or_before = if there.is_none() && NEEDED.contains(&key.as_str()) { before } else { there };
        let past_change =
            || ValueTurn { key: key.clone(), here: here.clone(), there: there_or_before.cloned() };
        let mut remember = there_or_before;
        if same(here.as_ref(), there_or_before) {
        } else if same(here.as_ref(), before) {
            merged.taken.push(past_change());
        } else if before.is_some() && same(before, there_or_before) {
            merged.kept.push(past_change());
        } else {
            match settle {
                Settle::Theirs => merged.taken.push(past_change()),
                Settle::Ours => merged.kept.push(past_change()),
                Settle::Tell => {
                    merged.conflicts.push(past_change());
                    remember = before;
                }
            }
        }
        merged.known.extend(remember.map(|said| (key.clone(), said.clone())));
    }
    merged.keep_what_a_person_said_of_the_end(root, base, settle);
    merged
}

/// Whether a path is that of how a deal ended, or of what goes with it.
fn is_of_the_end(key: &str) -> bool {
    key.starts_with("outcome.")
}

impl MergedDeal {
    /// A deal that is open again has no outcome, and so nothing that a person wrote into it: where there is any of that,
    /// the outcome is in conflict as a whole.
    fn keep_what_a_person_said_of_the_end(
        &mut self,
        root: &Node<'_>,
        base: Option<&ImportedValues>,
        settle: Settle,
    ) {
        let reopens =
            |past_change: &ValueTurn| past_change.key == "outcome.result" && past_change.there.is_none();
        if settle == Settle::Theirs || !self.taken.iter().any(reopens) {
            return;
        }
        let entries = root.get("outcome").and_then(Node::as_map).unwrap_or_default();
        let is_persons = |key: &str| base.is_none_or(|base| !base.contains_key(&format!("outcome.{key}")));
        let disputed =
            self.conflicts.iter().chain(&self.kept).any(|past_change| is_of_the_end(&past_change.key));
        if !disputed && !entries.iter().any(|entry| is_persons(&entry.key.value)) {
            return;
        }
        let (end, taken) = std::mem::take(&mut self.taken)
            .into_iter()
            .partition(|past_change| is_of_the_end(&past_change.key));
        self.taken = taken;
        for ValueTurn { key, .. } in &end {
            // What was said last is what it is still held against.
            let before = base.and_then(|base| Some((key.clone(), base.get(key)?.clone())));
            self.known.extend(before.filter(|_| settle == Settle::Tell));
        }
        let to = if settle == Settle::Ours { &mut self.kept } else { &mut self.conflicts };
        to.extend::<Vec<_>>(end);
    }

    /// The edits that take what is taken.
    pub(crate) fn changes(&self, root: &Node<'_>, schema: &Schema) -> Vec<Change> {
        let mut changes = Vec::new();
        let reopens = self
            .taken
            .iter()
            .any(|past_change| past_change.key == "outcome.result" && past_change.there.is_none());
        if reopens {
            changes.push(Change::Remove(Path::keys(["outcome"])));
        }
        // A record that is not there yet is written as one, and not value by value.
        let mut records: BTreeMap<&str, Vec<(String, NewValue)>> = BTreeMap::new();
        for past_change in &self.taken {
            let path = Path::keys(past_change.key.split('.'));
            if reopens && path.first() == Some("outcome") {
                continue;
            }
            let value =
                past_change.there.as_ref().map(|said| said.to_value(schema.at_path(&past_change.key)));
            let inner = past_change
                .key
                .split_once('.')
                .filter(|(head, name)| !name.contains('.') && root.get(head).is_none_or(Node::is_absent));
            match (value, inner) {
                (Some(value), Some((head, name))) => {
                    records.entry(head).or_default().push((name.to_owned(), value));
                }
                (Some(value), None) => changes.push(Change::Set(path, value)),
                (None, _) if at(root, &past_change.key).is_some() => changes.push(Change::Remove(path)),
                (None, _) => {}
            }
        }
        for (head, mut values) in records {
            let fields = match schema.at_path(head).map(|shape| &shape.kind) {
                Some(Type::Record(fields)) => fields.as_slice(),
                _ => &[],
            };
            values.sort_by_key(|(name, _)| fields.iter().position(|field| *field.name == **name));
            changes.push(Change::Set(Path::keys([head]), NewValue::Record(values)));
        }
        changes
    }
}

/// The value at a dotted path.
pub(crate) fn at<'n>(root: &'n Node<'n>, path: &str) -> Option<&'n Node<'n>> {
    path.split('.').try_fold(root, |here, key| here.get(key))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::yaml;

    fn said(text: &str) -> ImportedValues {
        let one = |pair: &str| {
            let (key, value) = pair.split_once('=')?;
            Some((key.to_owned(), ImportedValue::One(value.to_owned())))
        };
        text.split(',').filter_map(one).collect()
    }

    fn keys(past_changes: &[ValueTurn]) -> String {
        past_changes.iter().map(|past_change| past_change.key.as_str()).collect::<Vec<_>>().join(",")
    }

    #[test]
    fn an_outcome_into_which_a_person_wrote_is_not_taken_away() {
        let schema = Schema::new(Vec::new(), None);
        let base = "outcome.result=lost,outcome.date=2026-08-30";
        for (person, settle, taken) in [
            ("", Settle::Tell, 2),
            (", note: x", Settle::Tell, 0),
            (", note: x", Settle::Ours, 0),
            (", note: x", Settle::Theirs, 2),
        ] {
            let file = format!("outcome: {{result: lost, date: 2026-08-30{person}}}");
            let parsed = yaml::parse(&file).root.unwrap();
            let merged = merge(&parsed, Some(&said(base)), &said(""), &schema, settle);
            let told = [&merged.taken, &merged.conflicts, &merged.kept].map(Vec::len);
            assert_eq!((told[0], told.iter().sum::<usize>()), (taken, 2), "{file} {settle:?}");
            assert_eq!(merged.known.len(), told[1], "{file} {settle:?}: what is in conflict stays known");
        }
    }

    #[test]
    fn each_value_goes_the_way_of_who_changed_it() {
        let schema = Schema::new(Vec::new(), None);
        for (file, base, theirs, settle, outcome) in [
            // Taken, kept, in conflict, remembered.
            ("source: a", "source=a", "source=b", Settle::Tell, ["source", "", "", "b"]),
            ("source: c", "source=a", "source=a", Settle::Tell, ["", "source", "", "a"]),
            ("source: c", "source=a", "source=b", Settle::Tell, ["", "", "source", "a"]),
            ("source: c", "source=a", "source=b", Settle::Theirs, ["source", "", "", "b"]),
            ("source: c", "source=a", "source=b", Settle::Ours, ["", "source", "", "b"]),
            ("source: b", "source=a", "source=b", Settle::Tell, ["", "", "", "b"]),
            ("source: a", "source=a", "", Settle::Tell, ["source", "", "", ""]),
            ("source: c", "", "", Settle::Tell, ["", "", "", ""]),
            ("source: c", "", "source=b", Settle::Tell, ["", "", "source", ""]),
            ("name: x", "", "source=b", Settle::Tell, ["source", "", "", "b"]),
            ("name: x", "source=a", "source=a", Settle::Tell, ["", "source", "", "a"]),
            ("name: a", "name=a", "", Settle::Tell, ["", "", "", "a"]),
            ("amount: 5.00 EUR", "amount=4 EUR", "amount=5 EUR", Settle::Tell, ["", "", "", "5 EUR"]),
        ] {
            let parsed = yaml::parse(file).root.unwrap();
            let merged = merge(&parsed, Some(&said(base)), &said(theirs), &schema, settle);
            let known = merged.known.values().next().map(ToString::to_string).unwrap_or_default();
            let found = [keys(&merged.taken), keys(&merged.kept), keys(&merged.conflicts), known];
            assert_eq!(found, outcome, "{file} / {base} / {theirs}");
        }
    }
}
