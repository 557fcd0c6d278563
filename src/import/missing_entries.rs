//! The imported changes that a deal's own `history` lacks, and where they are inserted.

use jiff::civil::Date;

use super::imported_change::ImportedChange;
use super::imported_value::{ImportedValue, ImportedValues};
use crate::syntax::{Node, scalar};

/// Values of which one says what the others say: where a deal stands.
const STANDING: [&str; 2] = ["stage", "outcome"];

/// What begins the reason of entries that an import wrote.
pub(crate) const IMPORTED: &str = "imported from ";

struct OwnEntry {
    day: Option<Date>,
    is_imported: bool,
    values: ImportedValues,
}

impl OwnEntry {
    fn of(node: &Node<'_>) -> Self {
        let text = |key: &str| Some(node.get(key)?.as_scalar()?.text.as_ref());
        let keys = ["stage", "outcome", "amount", "close_date", "owner"];
        let value = |key: &str| Some((key.to_owned(), ImportedValue::of(node.get(key)?)?));
        Self {
            day: text("date").and_then(|day| scalar::date(day).ok()),
            is_imported: text("reason").is_some_and(|reason| reason.starts_with(IMPORTED)),
            values: keys.into_iter().filter_map(value).collect(),
        }
    }

    /// Whether it speaks of a value, or of where the deal stands as that does.
    fn tells(&self, key: &str) -> bool {
        self.values.contains_key(key)
            || STANDING.contains(&key) && STANDING.iter().any(|other| self.values.contains_key(*other))
    }
}

/// Turns that are to be put in, each with the number of entries that stand before it. Between the first and the last day
/// on which a person told of a value, what the person wrote is all that there is to it.
pub(crate) fn missing(root: &Node<'_>, past_changes: &[ImportedChange]) -> Vec<(usize, ImportedChange)> {
    let nodes = root.get("history").and_then(Node::as_list).unwrap_or_default();
    let entries: Vec<OwnEntry> = nodes.iter().map(OwnEntry::of).collect();
    let mut found: Vec<(usize, ImportedChange)> = Vec::new();
    for past_change in past_changes {
        let is_missing = |key: &str| {
            let telling = || entries.iter().filter(|entry| entry.tells(key));
            let mut by_person = telling()
                .filter(|entry| !entry.is_imported)
                .filter_map(|entry| entry.day)
                .collect::<Vec<_>>();
            by_person.sort_unstable();
            let is_persons = by_person
                .first()
                .zip(by_person.last())
                .is_some_and(|(first, last)| (first..=last).contains(&&past_change.day));
            !is_persons && !telling().any(|entry| entry.day == Some(past_change.day))
        };
        // What was so already is no news, whoever told it.
        let so = |key: &str| {
            let told = entries.iter().filter_map(|entry| Some((entry.day?, entry.values.get(key)?)));
            let told = told.chain(
                found
                    .iter()
                    .filter_map(|(_, past_change)| Some((past_change.day, past_change.values.get(key)?))),
            );
            told.filter(|(day, _)| *day <= past_change.day).max_by_key(|(day, _)| *day).map(|(_, said)| said)
        };
        let values =
            past_change.values.iter().filter(|(key, said)| is_missing(key) && so(key) != Some(*said));
        let values: ImportedValues = values.map(|(key, said)| (key.clone(), said.clone())).collect();
        if !values.is_empty() {
            let before =
                entries.iter().filter(|entry| entry.day.is_some_and(|day| day <= past_change.day)).count();
            found.push((before, ImportedChange { day: past_change.day, values }));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::yaml;

    /// `day key=value`, entries parted by `;`.
    fn past_changes(text: &str) -> Vec<ImportedChange> {
        let past_change = |past_change: &str| {
            let (day, value) = past_change.trim().split_once(' ')?;
            let (key, said) = value.split_once('=')?;
            let values = ImportedValues::from([(key.to_owned(), ImportedValue::One(said.to_owned()))]);
            Some(ImportedChange { day: day.parse().ok()?, values })
        };
        text.split(';').filter_map(past_change).collect()
    }

    #[test]
    fn older_turns_go_before_and_what_a_person_told_is_all_of_it() {
        let deal = "history:\n  - {date: 2026-03-01, stage: a, reason: imported from x}\n  - {date: 2026-05-01, stage: b}\n  \
                    - {date: 2026-07-01, stage: c}\n";
        for (told, found) in [
            ("2026-03-01 stage=a", ""),
            ("2026-02-01 stage=z", "0 2026-02-01 stage"),
            ("2026-04-01 stage=z", "1 2026-04-01 stage"),
            ("2026-06-01 stage=z", ""),
            ("2026-06-01 outcome=won", ""),
            ("2026-06-01 amount=5", "2 2026-06-01 amount"),
            ("2026-07-01 outcome=won", ""),
            ("2026-08-01 outcome=won", "3 2026-08-01 outcome"),
            ("2026-08-01 stage=c", ""),
            ("2026-08-01 stage=b; 2026-08-02 stage=b", "3 2026-08-01 stage"),
        ] {
            let parsed = yaml::parse(deal).root.unwrap();
            let shown: Vec<String> = missing(&parsed, &past_changes(told))
                .into_iter()
                .map(|(at, past_change)| {
                    format!(
                        "{at} {} {}",
                        past_change.day,
                        past_change.values.keys().cloned().collect::<Vec<_>>().join(",")
                    )
                })
                .collect();
            assert_eq!(shown.join("; "), found, "{told}");
        }
        let none = yaml::parse("name: x\n").root.unwrap();
        assert_eq!(missing(&none, &past_changes("2026-01-01 stage=a; 2026-02-01 stage=b")).len(), 2);
    }
}
