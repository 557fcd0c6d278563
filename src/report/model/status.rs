//! Whether a deal is open, how grave a finding is, and where something stands.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::deal::record::Ending;
use crate::finding::Level;

/// Whether a deal is open, and else how it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Not ended.
    Open,
    /// The customer bought.
    Won,
    /// The customer did not.
    Lost,
    /// It was no deal for us.
    Disqualified,
}

impl From<Ending> for Status {
    fn from(ending: Ending) -> Self {
        match ending {
            Ending::Won => Self::Won,
            Ending::Lost => Self::Lost,
            Ending::Disqualified => Self::Disqualified,
        }
    }
}

/// A place in a file of the workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SourceView {
    /// The path from the workspace's root, with `/`.
    pub path: String,
    /// The line, from 1.
    pub line: usize,
    /// The address of that line, by `[report] source-url`; null when that is not set.
    pub url: Option<String>,
}

/// What `check` says of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FindingView {
    /// Its stable kind; `dealgate explain` knows it.
    pub code: String,
    /// How grave it is.
    pub level: Level,
    /// What is wrong.
    pub message: String,
    /// What to do; null when nobody can tell.
    pub help: Option<String>,
    /// A page that says more; null when there is none.
    pub url: Option<String>,
    /// Where; null when no file is at fault.
    pub file: Option<SourceView>,
    /// The deal's id; null when it is about none.
    pub deal: Option<String>,
    /// The company's id; null when it is about none.
    pub company: Option<String>,
    /// The stage's id; null when it is about none.
    pub stage: Option<String>,
    /// The requirement's id; null when it is about none.
    pub requirement: Option<String>,
}
