//! Options of a report beside its filters.

use super::changes::ComparedMoments;
use super::trend;

/// What a report is asked for beside the deals it is about.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is wanted or not")]
pub struct ReportOptions<'a> {
    /// The revision that is read; `None` for the files as they are.
    pub revision: Option<&'a str>,
    /// Whether each deal has its one-pager.
    pub with_sheets: bool,
    /// Whether what is left to do about each deal is told, and today's list of it.
    pub with_tasks: bool,
    /// Whether what workflows derive of each deal is told, beside in one-pagers.
    pub with_derived: bool,
    /// Whether only the rules of companies are wanted: then no deal is judged, and none is told of.
    pub only_rules: bool,
    /// The moments between which it tells what happened.
    pub since: Option<&'a ComparedMoments>,
    /// The start of the current fiscal quarter and now, where the bridge between them is shown.
    pub quarter: Option<&'a ComparedMoments>,
    /// Whether the figures of the last weeks are wanted.
    pub weeks: bool,
    /// The figures over time that are wanted.
    pub trend: Option<trend::TrendOptions>,
}
