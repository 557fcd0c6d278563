//! A change of a deal on a day, as a system exports it.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::import::imported_value::ImportedValues;

/// What became true of a deal on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ImportedChange {
    /// The day.
    pub day: Date,
    /// Stage, outcome, amount, close date.
    pub values: ImportedValues,
}

/// Turns by the ids of records, in the order of their days.
pub(crate) type ImportedHistories = BTreeMap<String, Vec<ImportedChange>>;
