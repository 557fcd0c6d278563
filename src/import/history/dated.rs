//! Dated exports of one system: the differences between two become history.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::import::imported_change::{ImportedChange, ImportedHistories};
use crate::import::imported_value::{ImportedValue, ImportedValues};
use crate::import::incoming::{Incoming, IncomingDeal};

/// The day in the name of a file: `hubspot-crm-exports-all-deals-2025-11-28.csv`, `Deals_2026_05_28.csv`,
/// `20260528.xlsx`; `None` where there is none, or more than one.
pub(crate) fn day_in_name(name: &str) -> Option<Date> {
    let bytes = name.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let number = |from: usize, length: usize| {
        let all = (from..from + length).all(is_digit);
        all.then(|| name.get(from..from + length)?.parse::<i16>().ok()).flatten()
    };
    let day_at = |start: usize, gap: usize| {
        let (month, day) = (start + 4 + gap, start + 6 + 2 * gap);
        let marks = (bytes.get(start + 4)?, bytes.get(start + 6 + gap)?);
        let is_parted = gap == 0 || marks.0 == marks.1 && b"-_. ".contains(marks.0);
        let is_whole = (start == 0 || !is_digit(start - 1)) && !is_digit(day + 2);
        let (year, month, day) = (number(start, 4)?, number(month, 2)?, number(day, 2)?);
        let found = Date::new(year, month.try_into().ok()?, day.try_into().ok()?).ok();
        found.filter(|_| is_parted && is_whole && (1990..=2100).contains(&year))
    };
    let mut days: Vec<Date> =
        (0..bytes.len()).filter_map(|start| day_at(start, 1).or_else(|| day_at(start, 0))).collect();
    days.dedup();
    (days.len() == 1).then(|| days.pop()).flatten()
}

/// Values that are followed, beside how a deal ended.
const FOLLOWED: [&str; 4] = ["stage", "amount", "close_date", "owner"];

/// What dated exports tell, one after the other.
#[derive(Debug, Default)]
pub(crate) struct DatedExports {
    known: BTreeMap<String, ImportedValues>,
    since: Option<Date>,
    found: ImportedHistories,
}

impl DatedExports {
    /// Takes in what an export says of its day, which is later than those before.
    pub(crate) fn add(&mut self, day: Date, export: &Incoming) {
        for deal in &export.deals {
            let spoken = &export.spoken[deal.place.file];
            let before = self.known.get(&deal.id);
            let mut now = spoken.completed(&followed(deal), before.unwrap_or(&ImportedValues::new()));
            if !spoken.keys.contains("outcome.result") {
                now.remove("outcome");
            }
            let is_new = |key: &str, said: &ImportedValue| match before {
                Some(before) => before.get(key) != Some(said),
                // That a deal is open, nobody has to say who never heard of an end.
                None => key != "outcome" || closed(deal).is_some(),
            };
            let new = now.iter().filter(|(key, said)| is_new(key, said));
            let new: ImportedValues = new.map(|(key, said)| (key.clone(), said.clone())).collect();
            if !new.is_empty() {
                let past_changes = days(deal, new, before.is_none(), (self.since, day));
                self.found.entry(deal.id.clone()).or_default().extend(past_changes);
            }
            self.known.entry(deal.id.clone()).or_default().extend(now);
        }
        self.since = Some(day);
    }

    /// What happened between them.
    pub(crate) fn past_changes(self) -> ImportedHistories {
        self.found
    }
}

/// What an export says of the values that are followed.
fn followed(deal: &IncomingDeal) -> ImportedValues {
    let value = |key: &str| Some((key.to_owned(), deal.values.get(key)?.clone()));
    let mut values: ImportedValues = FOLLOWED.into_iter().filter_map(value).collect();
    let outcome = closed(deal).cloned().unwrap_or_else(|| ImportedValue::One("open".to_owned()));
    values.insert("outcome".to_owned(), outcome);
    values
}

fn closed(deal: &IncomingDeal) -> Option<&ImportedValue> {
    deal.values.get("outcome.result")
}

/// The days on which values became true: that of the export that is the first to say so, unless it names an earlier one
/// since the export before.
fn days(
    deal: &IncomingDeal,
    mut values: ImportedValues,
    is_new: bool,
    (since, day): (Option<Date>, Date),
) -> Vec<ImportedChange> {
    let named = |key: &str| {
        let named: Date = deal.values.get(key)?.to_string().parse().ok()?;
        // Before the first export, nothing tells what else was so on that day.
        (named <= day && named > since?).then_some(named)
    };
    let began = named("opened").filter(|_| is_new);
    let end = if closed(deal).is_some() { values.remove("outcome") } else { None };
    let ended = end.as_ref().map(|_| named("outcome.date").unwrap_or(day).max(began.unwrap_or(Date::MIN)));
    // Where it stood when it ended, it stood by then.
    let first = began.or(ended).unwrap_or(day);
    let rest = (!values.is_empty()).then_some(ImportedChange { day: first, values });
    let end = end.zip(ended);
    let end = end.map(|(end, day)| ImportedChange {
        day,
        values: ImportedValues::from([("outcome".to_owned(), end)]),
    });
    rest.into_iter().chain(end).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_of_an_export_is_in_its_name() {
        for (name, day) in [
            ("hubspot-crm-exports-all-deals-2025-11-28.csv", Some("2025-11-28")),
            ("Deals_2026_05_28.csv", Some("2026-05-28")),
            ("20260528.xlsx", Some("2026-05-28")),
            ("deals-2026-05-28-2026-05-28.csv", Some("2026-05-28")),
            ("deals-2026-05-28-2026-06-28.csv", None),
            ("deals-2026-02-30.csv", None),
            ("deals-1234567820260528.csv", None),
            ("deals.csv", None),
            ("größe 2026.05.28.csv", Some("2026-05-28")),
        ] {
            assert_eq!(day_in_name(name).map(|day| day.to_string()).as_deref(), day, "{name}");
        }
    }
}
