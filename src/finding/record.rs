//! A finding as plain data; formats turn it into text.

use std::borrow::Cow;
use std::sync::Arc;

use super::code::Code;
use super::fix::Fix;
use super::level::Level;
use super::wording::Help;
use crate::source::{Place, SourceFile, Span};

/// What a finding is about, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subject {
    /// The deal's id.
    pub deal: Option<Arc<str>>,
    /// The workflow's name.
    pub workflow: Option<Arc<str>>,
    /// The stage's id.
    pub stage: Option<Arc<str>>,
    /// The requirement's id.
    pub requirement: Option<Arc<str>>,
    /// Stage and requirement counted in the workflow's order, which breaks ties when findings are sorted.
    pub order: (u32, u32),
}

/// A second place that explains a finding.
#[derive(Clone, Debug)]
pub struct Related {
    /// Where.
    pub place: Place,
    /// What is there, in a few words.
    pub message: Cow<'static, str>,
}

/// Something that dealgate has to say about a file.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What kind of finding.
    pub code: Code,
    /// The code in whose place this one stands, and which is told when this one is turned off.
    pub in_place_of: Option<Code>,
    /// Follows from an error at the same place, and is told only where that is not.
    pub follows: bool,
    /// How grave; `None` until the ledger sets the workspace's level for the code.
    pub level: Option<Level>,
    /// What is wrong, in the reader's words. Never names a line, so that it stays the same when lines move.
    pub message: String,
    /// The next action.
    pub help: Option<String>,
    /// What a program can do about it.
    pub fix: Option<Fix>,
    /// A page that says more.
    pub url: Option<String>,
    /// Where; `None` when no file is at fault.
    pub place: Option<Place>,
    /// What it is about.
    pub subject: Subject,
    /// Further places.
    pub related: Vec<Related>,
    /// It was there before the change that is being judged, so it does not fail a run.
    pub known: bool,
}

impl Finding {
    /// A finding without a place.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            in_place_of: None,
            follows: false,
            level: None,
            message: message.into(),
            help: None,
            fix: None,
            url: None,
            place: None,
            subject: Subject::default(),
            related: Vec::new(),
            known: false,
        }
    }

    /// Sets the place.
    pub fn at(mut self, file: &Arc<SourceFile>, span: Span) -> Self {
        self.place = Some(Place::new(file, span));
        self
    }

    /// Sets the place, where there is one.
    pub fn at_place(mut self, place: Option<Place>) -> Self {
        self.place = place;
        self
    }

    /// Sets the next action.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Sets the next action, where there is one.
    pub fn maybe_help(mut self, help: impl Help) -> Self {
        self.help = help.sentence();
        self
    }

    /// Sets what a program can do about it, where there is something.
    pub fn fix(mut self, fix: Option<Fix>) -> Self {
        self.fix = fix;
        self
    }

    /// Fixes the level, over what the workspace says of the code.
    pub fn level(mut self, level: Option<Level>) -> Self {
        self.level = level;
        self
    }

    /// Says in whose place its code stands.
    pub fn in_place_of(mut self, code: Code) -> Self {
        self.in_place_of = Some(code);
        self
    }

    /// Adds a second place.
    pub fn related(mut self, place: Option<Place>, message: impl Into<Cow<'static, str>>) -> Self {
        self.related.extend(place.map(|place| Related { place, message: message.into() }));
        self
    }

    /// Sets what it is about.
    pub fn about(mut self, subject: Subject) -> Self {
        self.subject = subject;
        self
    }
}
