//! `dealgate lsp`: the language server on standard input and output.

use std::io::{self, BufReader};
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use jiff::civil::Date;

use super::exit::Exit;
use super::global::Global;
use super::pages;
use super::today::{day_left, today};
use crate::assess::{Selection, Workspace};
use crate::error::Error;
use crate::finding::Finding;
use crate::lsp::{self, Host, ServerEnd};
use crate::snapshot::Snapshot;
use crate::workspace::Config;

/// Serve an editor: findings while you type, fixes, what a requirement asks, what a rule costs
#[derive(Clone, Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct LspArgs {
    /// As other servers are started; there is no other way
    #[arg(long, hide = true)]
    stdio: bool,
}

const EXAMPLES: &str = "\
An editor starts it, and talks to it on standard input and output: the README has the
lines to set it up. It is the Language Server Protocol, 3.17.";

impl LspArgs {
    pub(super) fn run(&self, global: &Global) -> Result<Exit, Error> {
        let Self { stdio: _ } = self;
        if let Some(option) = [("--at", global.at.is_some()), ("--rules", global.rules.is_some())]
            .into_iter()
            .find_map(|(option, is_given)| is_given.then_some(option))
        {
            return Err(Error::Unknown {
                message: "an editor shows the files as they are, by the rules as they are".to_owned(),
                hint: Some(format!("leave out `{option}`")),
            });
        }
        let host = Arc::new(EditorHost { global: global.clone() });
        let ended = lsp::serve(host, BufReader::new(io::stdin()), &mut io::stdout())?;
        Ok(if ended == ServerEnd::Asked { Exit::Clean } else { Exit::Findings })
    }
}

/// The process that an editor started.
struct EditorHost {
    global: Global,
}

impl Host for EditorHost {
    fn config(&self, files: &dyn Snapshot) -> Config {
        if self.global.no_config { Config::default() } else { Config::load(files) }
    }

    fn today(&self, config: &Config) -> Result<Date, Error> {
        today(self.global.today, config)
    }

    fn day_left(&self, config: &Config) -> Option<Duration> {
        day_left(self.global.today, config)
    }

    fn asks_git(&self) -> bool {
        !self.global.no_history
    }

    fn check_pages(&self, workspace: &Workspace<'_>) -> Vec<Finding> {
        pages::check(workspace.snapshot, &workspace.config, &Selection::Everything).0
    }
}
