//! What a workspace is judged by, kept from one question to the next: nothing of it changes while a deal is typed.

use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use iso_currency::Currency;
use jiff::civil::Date;

use super::host::Host;
use crate::assess::Workspace;
use crate::error::Error;
use crate::history::Past;
use crate::snapshot::Snapshot;
use crate::workflow::Library;
use crate::workspace::Config;

/// Settings, workflows and commits of a workspace.
pub(super) struct CachedRules {
    config: Config,
    library: Arc<Library>,
    today: Date,
    past: Past,
    figures_in: OnceLock<Option<Currency>>,
}

impl CachedRules {
    /// What a workspace was judged by.
    pub(super) fn of(workspace: Workspace<'_>) -> Self {
        let Workspace { config, library, today, past, figures_in, .. } = workspace;
        Self { config, library, today, past, figures_in }
    }

    /// The most that is read of a file, in bytes.
    pub(super) fn file_size(&self) -> usize {
        self.config.limits.file_size
    }

    /// What commits told, of those rules.
    pub(super) fn into_past(self) -> Past {
        self.past
    }

    /// Whether it is for a day that is not today.
    pub(super) fn is_of_another_day(&self, host: &dyn Host) -> bool {
        host.today(&self.config).is_ok_and(|today| today != self.today)
    }

    /// How long the day is.
    pub(super) fn day_left(&self, host: &dyn Host) -> Option<Duration> {
        host.day_left(&self.config)
    }

    /// Files judged by it.
    pub(super) fn over(self, snapshot: &dyn Snapshot) -> Workspace<'_> {
        let Self { config, library, today, past, figures_in } = self;
        Workspace { snapshot, config, library, rules_of: None, today, past, all_dates: false, figures_in }
    }
}

/// Reads settings and workflows anew; `known` is what commits told before.
pub(super) fn open<'s>(
    host: &dyn Host,
    root: &Path,
    files: &'s dyn Snapshot,
    known: Option<Past>,
) -> Result<Workspace<'s>, Error> {
    let config = host.config(files);
    let today = host.today(&config)?;
    let workspace = Workspace::load(files, config, today);
    if !host.asks_git() {
        return Ok(workspace.without_past());
    }
    let workspace = workspace.with_past(root, None, None);
    Ok(match known {
        Some(known) => workspace.with_known(known),
        None => workspace,
    })
}
