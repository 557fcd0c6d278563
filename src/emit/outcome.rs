//! The input of the formats of `check`.

use std::sync::Arc;

use jiff::civil::Date;

use crate::finding::Ledger;

/// What a run of `check` has to say, ready to be shown.
#[derive(Clone, Copy, Debug)]
pub struct CheckOutcome<'a> {
    /// The findings, settled.
    pub ledger: &'a Ledger,
    /// The day that `today` meant.
    pub today: Date,
    /// The revision that was checked; `None` for the files as they are.
    pub revision: Option<&'a str>,
    /// Deal files, unreadable and unjudged ones too.
    pub deals: usize,
    /// Whether the settings were asked for by name.
    pub settings: bool,
    /// Workflows that were read.
    pub workflows: usize,
    /// Templates of the workspace that were looked at.
    pub templates: usize,
    /// Deals whose workflow cannot be used.
    pub not_judged: usize,
    /// The workspace's root below the root of the repository, with `/` at its end; empty where they are
    /// the same. Only formats that are read by a forge need it.
    pub prefix: &'a str,
    /// The gates that were asked of each deal, for formats that show what passed too.
    pub gates: &'a [Gated],
}

/// The gates that were asked of a judged deal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gated {
    /// The deal's id.
    pub deal: Arc<str>,
    /// The workflow's name.
    pub workflow: Arc<str>,
    /// The deal's file.
    pub path: Arc<str>,
    /// The stages whose requirements were asked, with their number in the workflow.
    pub stages: Vec<(u32, Arc<str>)>,
}
