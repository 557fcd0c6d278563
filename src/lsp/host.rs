//! What a server has from the process that it runs in.

use std::time::Duration;

use jiff::civil::Date;

use crate::assess::Workspace;
use crate::error::Error;
use crate::finding::Finding;
use crate::snapshot::Snapshot;
use crate::workspace::Config;

/// What the process knows that a server runs in.
pub trait Host: Send + Sync {
    /// The settings of a workspace.
    fn config(&self, files: &dyn Snapshot) -> Config;

    /// The day it is.
    fn today(&self, config: &Config) -> Result<Date, Error>;

    /// How long it is that day; `None`: for ever, since it was given.
    fn day_left(&self, config: &Config) -> Option<Duration>;

    /// Whether git is asked for what deals do not tell.
    fn asks_git(&self) -> bool;

    /// What `check` says of a workspace beside what its deals and rules are told: its templates.
    fn check_pages(&self, workspace: &Workspace<'_>) -> Vec<Finding>;
}

/// How a server ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServerEnd {
    /// It was asked to shut down before.
    Asked,
    /// The client left without a word.
    Left,
}
