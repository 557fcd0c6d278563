//! What a text says of a deal in sales terms, and how what entries and commits say becomes one. Makes no findings.

use std::sync::Arc;

use jiff::civil::Date;

use super::terms::Terms;
use crate::deal::reader::{self, Reading};
use crate::deal::record::Ending;
use crate::deal::{Deal, Record, Value};
use crate::finding::{Complaints, Subject};
use crate::syntax::{Kind, Node};

/// What counts in sales, as one version of a deal's file says it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// The terms.
    pub terms: Terms,
    /// The outcome's own date.
    pub ended: Option<Date>,
}

impl Facts {
    /// What a deal says now.
    #[must_use]
    pub fn of(deal: &Deal<'_>) -> Self {
        let outcome = deal.outcome().and_then(|outcome| outcome.date);
        Self { terms: Terms::of(deal), ended: outcome.map(|date| date.value) }
    }

    /// What an older version of its file said. Only the keys that count are read: the rest may be in whatever state
    /// it was.
    pub(super) fn read(root: &Node<'_>, reading: Reading<'_>) -> Self {
        let mut unheard = Complaints::about(Vec::new(), Subject::default());
        let mut value = |path: &str| -> Option<Value<'static>> {
            let shape = reading.schema.at_path(path)?;
            let mut node = root;
            for part in path.split('.') {
                node = node.get(part)?;
            }
            let found = reader::read_value(node.clone(), shape, path, reading, &mut unheard)?;
            Some(found.value.into_owned())
        };
        let text = |value: Option<Value<'static>>| value.and_then(|value| value.as_text().map(Arc::from));
        let ending = value("outcome.result").and_then(|result| Ending::parse(result.as_text()?));
        let waits = root.get("on_hold").is_some_and(|hold| matches!(hold.kind, Kind::Map(_)));
        let mut day = |path: &str| value(path).and_then(|date| date.as_date());
        let ended = day("outcome.date").filter(|_| ending.is_some());
        let close_date = day("close_date");
        let hold = waits.then(|| (day("on_hold.from"), day("on_hold.until")));
        let terms = Terms {
            stage: text(value("stage")),
            ending,
            amount: value("amount").and_then(|amount| amount.as_money()),
            close_date,
            owner: text(value("owner")),
            probability: value("probability").and_then(|share| share.as_number()),
            category: text(value("category")),
            hold,
        };
        Self { terms, ended }
    }
}

/// Values of one kind, each with the day from which it held, oldest first.
pub type Series<T> = Vec<(Date, T)>;

/// The values of a deal's own entries and of its commits as one series; its own entries win.
///
/// They speak for the time from the first to the last of them. What commits say before and after stays, but for a
/// commit that says what the first entry says: then the entry knows better when.
pub(super) fn merge<T: PartialEq>(own: Series<T>, commits: Series<T>) -> Series<T> {
    settled(own_first(own, commits))
}

/// The same without what repeats what holds already, and without what was taken back on its own day: from one day to
/// the next nothing came of it. What was passed through on a day stays.
fn settled<T: PartialEq>(series: Series<T>) -> Series<T> {
    let mut kept: Series<T> = Vec::with_capacity(series.len());
    for (day, value) in series {
        let at_dawn = kept.iter().rposition(|(earlier, _)| *earlier < day).unwrap_or_default();
        match kept[at_dawn..].iter().position(|(_, known)| *known == value) {
            Some(known) => kept.truncate(at_dawn + known + 1),
            None => kept.push((day, value)),
        }
    }
    kept
}

fn own_first<T: PartialEq>(own: Series<T>, commits: Series<T>) -> Series<T> {
    let (Some(first), Some((last, held))) = (own.first(), own.last()) else { return commits };
    let (first, last) = (first.0, *last);
    let newest = commits.len().saturating_sub(1);
    // On the day of the last entry, what was committed after the entry was counts.
    let known = commits.iter().rposition(|(day, value)| *day == last && value == held);
    let mut all: Series<T> = Vec::with_capacity(own.len() + commits.len());
    let mut after: Series<T> = Vec::new();
    for (index, (day, value)) in commits.into_iter().enumerate() {
        if day < first {
            all.push((day, value));
        } else if day > last || (day == last && known.map_or(index == newest, |known| index > known)) {
            after.push((day, value));
        }
    }
    if all.last().map(|it| &it.1) == own.first().map(|it| &it.1) {
        all.pop();
    }
    all.extend(own);
    all.extend(after);
    all
}

/// What a deal's own entries say of one thing, in the order of their days.
pub(super) fn own<T>(deal: &Deal<'_>, read: impl Fn(&Record<'_>) -> Option<T>) -> Series<T> {
    let entries = deal.history().map(|entry| entry.value);
    let mut series: Series<T> =
        entries.filter_map(|entry| Some((entry.date("date")?.value, read(entry)?))).collect();
    series.sort_by_key(|entry| entry.0);
    series
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn series(list: &[(i8, char)]) -> Series<char> {
        list.iter().map(|&(day, value)| (date(2026, 5, day), value)).collect()
    }

    fn merged(own: &[(i8, char)], commits: &[(i8, char)]) -> Vec<(i8, char)> {
        merge(series(own), series(commits)).into_iter().map(|(day, value)| (day.day(), value)).collect()
    }

    #[test]
    fn what_was_taken_back_on_its_day_is_no_move() {
        assert_eq!(merged(&[], &[(1, 'a'), (5, 'b'), (5, 'a'), (9, 'c')]), [(1, 'a'), (9, 'c')]);
        assert_eq!(merged(&[(1, 'a'), (5, 'b'), (5, 'a')], &[]), [(1, 'a')], "entries, too");
        assert_eq!(
            merged(&[], &[(1, 'a'), (5, 'b'), (5, 'c')]),
            [(1, 'a'), (5, 'b'), (5, 'c')],
            "passed through"
        );
        assert_eq!(merged(&[], &[(1, 'a'), (5, 'b'), (5, 'c'), (5, 'b')]), [(1, 'a'), (5, 'b')]);
        assert_eq!(merged(&[], &[(5, 'a'), (5, 'b'), (5, 'a')]), [(5, 'a')], "on the first day");
        assert_eq!(
            merged(&[], &[(1, 'a'), (5, 'b'), (6, 'a')]),
            [(1, 'a'), (5, 'b'), (6, 'a')],
            "a day later"
        );
    }

    #[test]
    fn own_entries_win_for_the_time_they_speak_of() {
        assert_eq!(merged(&[], &[(1, 'a'), (3, 'b')]), [(1, 'a'), (3, 'b')]);
        assert_eq!(merged(&[(20, 'b')], &[(1, 'a'), (22, 'b')]), [(1, 'a'), (20, 'b')], "written down later");
        assert_eq!(merged(&[(25, 'b')], &[(1, 'a'), (20, 'b')]), [(1, 'a'), (25, 'b')], "and the other way");
        assert_eq!(
            merged(&[(2, 'a'), (5, 'b'), (9, 'c')], &[(7, 'a'), (12, 'c'), (14, 'd')]),
            [(2, 'a'), (5, 'b'), (9, 'c'), (14, 'd')],
            "a stale first commit says nothing"
        );
        assert_eq!(merged(&[(5, 'b')], &[(5, 'a'), (5, 'b'), (5, 'c')]), [(5, 'b'), (5, 'c')], "one day");
        assert_eq!(merged(&[(5, 'b')], &[(5, 'c')]), [(5, 'b'), (5, 'c')], "what holds now stays");
    }
}
