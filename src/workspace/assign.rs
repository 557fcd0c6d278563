//! Which workflow a deal follows: the first rule that matches.

use super::config::Config;
use crate::source::{Span, Spanned};
use crate::workflow::Library;

/// The workflow that a deal follows, and which rule said so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Assigned<'a> {
    /// This one, by its full name.
    To(&'a str),
    /// The built-in `standard`, because no rule said anything.
    Assumed(&'a str),
    /// One that does not exist, named by the deal itself, there.
    Unknown(&'a str, Span),
    /// One that does not exist, named in dealgate.toml; the fault is told there, once.
    UnknownInConfig,
}

/// The workflow of deals that no rule says anything about.
const FALLBACK: &str = "standard";

impl Config {
    /// Whether an `[[assign]]` entry says which workflow a deal follows.
    pub fn is_assigned(&self, id: &str) -> bool {
        self.assignments.iter().any(|assignment| assignment.globs.is_match(id))
    }

    /// The workflow of a deal: by `[[assign]]`, its own `workflow:` key, the nearest folder that names a workflow,
    /// `default-workflow`, or the built-in `standard`.
    pub fn assign<'a>(
        &self,
        id: &str,
        own_key: Option<Spanned<&'a str>>,
        library: &'a Library,
    ) -> Assigned<'a> {
        let from_config =
            |name: &str| library.full_name(name).map_or(Assigned::UnknownInConfig, Assigned::To);
        if let Some(assignment) = self.assignments.iter().find(|assignment| assignment.globs.is_match(id)) {
            return from_config(&assignment.workflow.value);
        }
        if let Some(name) = own_key {
            return match library.full_name(name.value) {
                Some(full) => Assigned::To(full),
                None => Assigned::Unknown(name.value, name.span),
            };
        }
        let mut folders = id.rsplit('/').skip(1);
        if let Some(full) = folders.find_map(|folder| library.full_name(folder)) {
            return Assigned::To(full);
        }
        if let Some(name) = &self.default_workflow {
            return from_config(&name.value);
        }
        Assigned::Assumed(library.full_name(FALLBACK).unwrap_or(FALLBACK))
    }
}
