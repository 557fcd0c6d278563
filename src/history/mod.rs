//! When a deal entered each stage and changed what counts in sales, and who committed its approvals. Knows the places of
//! stages in a workflow, not gates.
//!
//! How one thing leads to the other:
//!
//! 1. [`TrackedFields`] are what counts in sales at a moment, one [`Term`] each: stage, outcome, amount and so on.
//! 2. A deal's file has them as they are now, and maybe an [`HistoryEntry`] of `history` for each time they changed.
//! 3. [`Past`] asks git: [`Tracks`] turn its log from commits to files, and what the commits of one file say is
//!    [`GitHistory`], a series of [`FileTerms`], one for each version that says something new.
//! 4. A [`TermHistory`] is the one account made of entries, commits and the file as it is: each term [`Dated`]. What wins where
//!    they disagree is decided there, and nowhere else. Bridge, trend and exports ask it how a deal stood on a day.
//! 5. A [`HistoryChange`] is one step of a course: what changed on a day, and who says so.
//! 6. A [`Visit`] is a stay in a stage, which follows from the course's stages and outcomes; the visits are the deal's
//!    [`Timeline`], by which gates are judged and days in a stage counted.
//! 7. [`Origin`] is apart: who committed an approval or a waiver, and whether that is an [`ApprovalProof`].

mod backdated;
mod file_terms;
mod file_track;
mod git_history;
mod history_change;
mod past;
mod proof;
mod series;
mod term_history;
mod terms;
mod timeline;
mod version;

#[cfg(test)]
pub(crate) use file_terms::FileTerms;
pub(crate) use file_track::{FileCommit, Tracks};
pub(crate) use git_history::GitHistory;
pub(crate) use history_change::{ChangeSource, ChangedField, HistoryChange};
pub(crate) use past::{CommitSource, Past};
pub(crate) use proof::{ApprovalProof, Origin};
pub(crate) use series::Dated;
pub(crate) use term_history::TermHistory;
pub(crate) use terms::{HistoryEntry, Hold, Term, TrackedFields};
pub(crate) use timeline::{StageOrder, Timeline, Visit};
