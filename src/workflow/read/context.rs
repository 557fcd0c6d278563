//! What reading a part of a workflow needs beside its tree.

use jiff::civil::Date;

use crate::deal::Schema;
use crate::deal::reader::DealReadContext;
use crate::finding::FindingsBuilder;
use crate::syntax::reader::Table;
use crate::workflow::surroundings::Surroundings;

/// What reading a workflow needs to know beside its tree.
#[derive(Clone, Copy)]
pub(in crate::workflow) struct ReadContext<'a> {
    /// Its id.
    pub id: &'a str,
    /// The full names of those it extends, nearest first.
    pub parents: &'a [String],
    /// What it takes from its workspace.
    pub surroundings: Surroundings<'a>,
}

impl<'a> ReadContext<'a> {
    /// What reading the values that a workflow writes down needs.
    pub(super) fn reading(&self, schema: &'a Schema) -> DealReadContext<'a> {
        DealReadContext { schema, rates: self.surroundings.rates, today: self.surroundings.today }
    }
}

/// A date as the reader of a requirement needs it.
pub(super) fn date(table: &Table<'_, '_>, key: &str, complaints: &mut FindingsBuilder) -> Option<Date> {
    table.date(key, complaints).map(|date| date.value)
}
