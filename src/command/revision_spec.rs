//! A moment as the command line names it: a revision, a day, or the files as they are.

use std::fmt;

use jiff::civil::Date;

use crate::syntax::scalar;

/// A moment as the command line names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum RevisionSpec {
    /// The files as they are.
    WorkTree,
    /// A revision.
    Revision(String),
    /// The end of a day: `@2026-03-31`.
    Day(Date),
}

impl RevisionSpec {
    /// Reads a revision, or a day: `@2026-03-31`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let day =
            text.strip_prefix('@').filter(|rest| rest.starts_with(|first: char| first.is_ascii_digit()));
        day.map_or_else(|| Ok(Self::Revision(text.to_owned())), |day| parse_date(day).map(Self::Day))
    }
}

impl fmt::Display for RevisionSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WorkTree => f.write_str(ON_DISK),
            Self::Revision(name) => f.write_str(name),
            Self::Day(day) => write!(f, "@{day}"),
        }
    }
}

/// What people call the files that no commit holds.
pub(super) const ON_DISK: &str = "the files as they are";

pub(super) fn parse_date(text: &str) -> Result<Date, String> {
    scalar::date(text).map_err(|misfit| format!("it {}: {}", misfit.problem, misfit.help))
}
