//! What every deal is turned into rows and one-pagers with, and the words that both need.

use super::filter::Filter;
use super::frame::Frame;
use super::model::{Level, Status};
use crate::deal::fiscal::FiscalYear;
use crate::deal::record::Ending;
use crate::finding::{self, Code, Setting};
use crate::gate::WaiverFault;
use crate::history::Past;
use crate::requirement::Unmet;

/// What is made of each deal.
pub(super) struct Making<'a> {
    pub(super) frame: &'a Frame<'a>,
    pub(super) filter: &'a Filter,
    pub(super) with_sheets: bool,
    pub(super) fiscal: FiscalYear,
    pub(super) past: &'a Past,
    pub(super) has_file: &'a (dyn Fn(&str) -> bool + Sync),
    pub(super) level_of: &'a (dyn Fn(Code) -> Setting + Sync),
}

impl Making<'_> {
    /// How grave it is that a requirement is not met; `None` when the workspace does not want to hear of it.
    pub(super) fn level(&self, own: Option<finding::Level>, code: Code) -> Option<Level> {
        match (own, (self.level_of)(code)) {
            (Some(level), _) | (None, Setting::At(level)) => Some(level_of(level)),
            (None, Setting::Off) => None,
        }
    }
}

/// How a deal ended, as the model has it.
pub(super) fn status(ending: Ending) -> Status {
    match ending {
        Ending::Won => Status::Won,
        Ending::Lost => Status::Lost,
        Ending::Disqualified => Status::Disqualified,
    }
}

/// How grave a finding is, as the model has it.
pub(super) fn level_of(level: finding::Level) -> Level {
    match level {
        finding::Level::Info => Level::Info,
        finding::Level::Warning => Level::Warning,
        finding::Level::Error => Level::Error,
    }
}

/// What a requirement that is not met is called, as its finding is.
pub(super) fn code_of(unmet: &Unmet, waiver: Option<&WaiverFault>) -> Code {
    let own = || unmet.fault.as_ref().map(|fault| fault.code);
    waiver.map(|fault| fault.code).or_else(own).unwrap_or(Code::RequirementUnmet)
}
