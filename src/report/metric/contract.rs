//! What a metric is.

use crate::report::row::ReportRow;

/// What is known of a metric.
#[derive(Clone, Copy, Debug)]
pub struct Metric {
    /// Its stable name.
    pub name: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// What it means.
    pub definition: &'static str,
    /// In what it is counted.
    pub unit: &'static str,
    /// Where the definition comes from.
    pub source: &'static str,
}

/// A row and its position in the report.
pub(in crate::report) type Numbered<'a, D = ReportRow> = (usize, &'a D);
