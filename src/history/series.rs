//! A value over time, and how entries and commits are merged into one series.

use jiff::civil::Date;

/// Values of one kind, each with the day from which it held, oldest first.
pub(crate) type Series<T> = Vec<(Date, T)>;

/// One of a deal's terms over time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dated<T> {
    /// What it was before the first day that is told.
    pub before: T,
    /// What it became, oldest first.
    pub values: Series<T>,
}

impl<T> Dated<T> {
    /// What it was at the end of a day.
    pub fn at(&self, day: Date) -> &T {
        let told = self.values.partition_point(|(date, _)| *date <= day);
        told.checked_sub(1).map_or(&self.before, |last| &self.values[last].1)
    }

    /// All that it was, oldest first.
    pub fn all(&self) -> impl Iterator<Item = &T> {
        std::iter::once(&self.before).chain(self.values.iter().map(|(_, value)| value))
    }

    pub(super) fn days(&self) -> impl Iterator<Item = Date> {
        self.values.iter().map(|(day, _)| *day)
    }
}

/// The values of a deal's own entries and of its commits as one series; its own entries win.
///
/// They speak for the time from the first to the last of them. What commits say before and after stays, but for a
/// commit that says what the first entry says: then the entry knows better when.
pub(super) fn merge<T: PartialEq>(own: Series<T>, commits: Series<T>) -> Series<T> {
    settled(own_first(own, commits))
}

/// The same where it is known what was so before: what was taken back on the first day never was.
pub(super) fn merge_after<T: PartialEq>(before: Option<T>, own: Series<T>, commits: Series<T>) -> Series<T> {
    let told = own_first(own, commits);
    let before = before.filter(|before| told.first().is_some_and(|(_, first)| first != before));
    let is_known = before.is_some();
    let known = before.into_iter().map(|before| (Date::MIN, before));
    let mut settled = settled(known.chain(told).collect());
    settled.drain(..usize::from(is_known));
    settled
}

/// The same without what repeats what holds already, and without what was taken back on its own day: from one day to
/// the next nothing came of it. What was passed through on a day stays.
fn settled<T: PartialEq>(series: Series<T>) -> Series<T> {
    let mut kept: Series<T> = Vec::with_capacity(series.len());
    // What held when the day began, or is the first that is known.
    let mut at_dawn = 0;
    let mut today = None;
    for (day, value) in series {
        if today.replace(day) != Some(day) {
            at_dawn = kept.len().saturating_sub(1);
        }
        let is_same = |index: &usize| kept[*index].1 == value;
        let lately = kept.len().saturating_sub(MAX_CHANGES_PER_DAY).max(at_dawn)..kept.len();
        let known = (at_dawn..kept.len()).take(1).chain(lately).find(is_same);
        match known {
            Some(known) => kept.truncate(known + 1),
            None => kept.push((day, value)),
        }
    }
    kept
}

/// How many changes of one day are looked back on, beside what held when it began: nobody makes more.
const MAX_CHANGES_PER_DAY: usize = 64;

fn own_first<T: PartialEq>(own: Series<T>, commits: Series<T>) -> Series<T> {
    let (Some(first), Some((last, held))) = (own.first(), own.last()) else { return commits };
    let (first, last) = (first.0, *last);
    // On the day of the last entry, what was committed after the entry was counts; the entry comes first of all where no
    // commit of the day has it.
    let known = commits.iter().rposition(|(day, value)| *day == last && value == held);
    let mut all: Series<T> = Vec::with_capacity(own.len() + commits.len());
    let mut after: Series<T> = Vec::new();
    for (index, (day, value)) in commits.into_iter().enumerate() {
        if day < first {
            all.push((day, value));
        } else if day > last || (day == last && known.is_none_or(|known| index > known)) {
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
