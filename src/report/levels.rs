//! Levels and outcomes as reports have them.

use crate::deal::record::Ending;
use crate::finding::{self};
use crate::report::model::{LevelView, Status};

/// How a deal ended, as the model has it.
pub(crate) fn status(ending: Ending) -> Status {
    match ending {
        Ending::Won => Status::Won,
        Ending::Lost => Status::Lost,
        Ending::Disqualified => Status::Disqualified,
    }
}

/// How grave a finding is, as the model has it.
pub(in crate::report) fn level_of(level: finding::Level) -> LevelView {
    match level {
        finding::Level::Info => LevelView::Info,
        finding::Level::Warning => LevelView::Warning,
        finding::Level::Error => LevelView::Error,
    }
}
