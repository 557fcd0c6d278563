//! The keys that a table has columns for: where it lacks a column, it says nothing of that value.

use std::collections::BTreeSet;

use super::imported_value::{ImportedValue, ImportedValues};

/// What goes with how a deal ended.
const ENDING: &str = "outcome.";

/// How a deal ended.
const RESULT: &str = "outcome.result";

/// When.
const DATE: &str = "outcome.date";

/// The values that a table has columns for.
#[derive(Clone, Debug, Default)]
pub(crate) struct CoveredKeys {
    /// Their dotted paths.
    pub keys: BTreeSet<String>,
    /// Amounts that have no column for their currency.
    pub without_currency: BTreeSet<String>,
    /// When a deal ended is taken from its close date, as there is no column for it.
    pub ends_on_close_date: bool,
}

impl CoveredKeys {
    /// Whether it speaks of a value of a deal of which it says this. A deal that is open has nothing of an outcome, and
    /// where nothing says how deals ended, nothing says what goes with it.
    pub(crate) fn speaks_of(&self, key: &str, said: &ImportedValues) -> bool {
        if !key.starts_with(ENDING) {
            return self.keys.contains(key);
        }
        self.keys.contains(RESULT) && (self.keys.contains(key) || !said.contains_key(RESULT))
    }

    /// What was said last, parted into what this table speaks of and the rest.
    pub(crate) fn parted(
        &self,
        known: &ImportedValues,
        said: &ImportedValues,
    ) -> (ImportedValues, ImportedValues) {
        let pairs = known.iter().map(|(key, value)| (key.clone(), value.clone()));
        pairs.partition(|(key, _)| self.speaks_of(key, said))
    }

    /// What is said of a deal, held against what was said last: its amounts are in the currencies that they had where there
    /// is no column for these, and it ended on the day that was known where only its close date is said now.
    pub(crate) fn completed(&self, said: &ImportedValues, known: &ImportedValues) -> ImportedValues {
        let mut said = said.clone();
        for key in &self.without_currency {
            let code = known.get(key).map(ToString::to_string);
            let code = code.as_deref().and_then(|before| before.split_once(' ')).map(|(_, code)| code);
            if let (Some(ImportedValue::One(amount)), Some(code)) = (said.get_mut(key), code)
                && !amount.contains(' ')
            {
                *amount = format!("{amount} {code}");
            }
        }
        let is_other = known.get(DATE) != known.get("close_date");
        let has_ended = said.contains_key(DATE) && known.get(RESULT) == said.get(RESULT);
        if let Some(day) = known.get(DATE).filter(|_| self.ends_on_close_date && is_other && has_ended) {
            said.insert(DATE.to_owned(), day.clone());
        }
        said
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> ImportedValues {
        let pairs = text.split(',').filter_map(|pair| pair.split_once('='));
        pairs.map(|(key, value)| (key.to_owned(), ImportedValue::One(value.to_owned()))).collect()
    }

    #[test]
    fn what_a_table_does_not_speak_of_stays_as_it_was() {
        let set = |keys: &str| keys.split(',').map(str::to_owned).collect();
        let table = CoveredKeys {
            keys: set("name,amount,outcome.result"),
            without_currency: set("amount"),
            ends_on_close_date: true,
        };
        let known =
            said("name=A,amount=5 EUR,close_date=2026-12-01,outcome.result=lost,outcome.reason=price");
        let open = said("name=A,amount=6");
        let (spoken, silent) = table.parted(&known, &open);
        assert_eq!(spoken, said("name=A,amount=5 EUR,outcome.result=lost,outcome.reason=price"));
        assert_eq!(silent, said("close_date=2026-12-01"));
        assert_eq!(table.completed(&open, &known), said("name=A,amount=6 EUR"));
        let lost = said("name=A,amount=6 USD,outcome.result=lost");
        assert_eq!(table.parted(&known, &lost).1, said("close_date=2026-12-01,outcome.reason=price"));
        assert_eq!(table.completed(&lost, &known), lost);
        let known = said("outcome.result=lost,outcome.date=2026-11-30,close_date=2026-12-01");
        let lost = said("outcome.result=lost,outcome.date=2026-12-01");
        assert_eq!(table.completed(&lost, &known), said("outcome.result=lost,outcome.date=2026-11-30"));
        let none = CoveredKeys { keys: set("outcome.reason"), ..CoveredKeys::default() };
        assert!(
            !none.speaks_of("outcome.reason", &ImportedValues::new()),
            "of how it ended, it says nothing"
        );
    }
}
