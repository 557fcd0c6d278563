//! Options that every command has.

use std::path::PathBuf;

use clap::Args;
use clap::builder::FalseyValueParser;
use jiff::civil::Date;

use super::revision_spec::{RevisionSpec, parse_date};
use crate::command::console::{Colour, Console};
use crate::error::Error;

/// Options of every command.
#[derive(Clone, Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// Work as if started in this folder
    #[arg(short = 'C', value_name = "DIR", env = "DEALGATE_DIR", global = true, hide_env = true)]
    directory: Option<PathBuf>,

    /// The day that `today` means, as 2026-11-23 [default: `SOURCE_DATE_EPOCH`, else the clock]
    #[arg(long, value_name = "DATE", env = "DEALGATE_TODAY", global = true, hide_env = true)]
    #[arg(value_parser = parse_date)]
    pub today: Option<Date>,

    /// The workspace as it was: a revision, or a day's end as @2026-06-30; its date is then the default for today
    #[arg(long, value_name = "REV", env = "DEALGATE_AT", global = true, hide_env = true)]
    #[arg(value_parser = RevisionSpec::parse)]
    pub(super) at: Option<RevisionSpec>,

    /// Judge by the workflows and settings of another revision, or of the `worktree`
    #[arg(long, value_name = "REV", env = "DEALGATE_RULES", global = true, hide_env = true)]
    pub rules: Option<String>,

    /// Leave git out: dates come from each deal's own history only, and nothing is proved, so that with `[provenance]`
    /// approvals and waivers fail
    #[arg(long, env = "DEALGATE_NO_HISTORY", global = true, hide_env = true)]
    #[arg(value_parser = FalseyValueParser::new())]
    pub no_history: bool,

    /// When to use colour: auto, always or never; `NO_COLOR` turns it off too
    #[arg(long, value_name = "WHEN", env = "DEALGATE_COLOR", global = true, hide_env = true)]
    #[arg(value_enum, default_value_t, hide_possible_values = true)]
    color: Colour,

    /// Leave dealgate.toml unread
    #[arg(long, env = "DEALGATE_NO_CONFIG", global = true, hide_env = true)]
    #[arg(value_parser = FalseyValueParser::new())]
    pub no_config: bool,

    /// Findings and nothing else: no summary
    #[arg(short, long, env = "DEALGATE_QUIET", global = true, hide_env = true)]
    #[arg(value_parser = FalseyValueParser::new())]
    quiet: bool,

    /// Say on standard error what was read
    #[arg(short, long, env = "DEALGATE_VERBOSE", global = true, hide_env = true)]
    #[arg(value_parser = FalseyValueParser::new())]
    verbose: bool,
}

impl Global {
    /// The later moment where the command names none: that of `--at`, else the files as they are.
    pub(super) fn head(&self) -> RevisionSpec {
        self.at.clone().unwrap_or(RevisionSpec::WorkTree)
    }

    pub(super) fn console(&self) -> Console {
        Console::new(self.color, !self.quiet, self.verbose)
    }

    /// Paths on the command line are relative to the folder of `-C`, as with git and make.
    pub(super) fn enter(&self) -> Result<(), Error> {
        let Some(path) = &self.directory else { return Ok(()) };
        std::env::set_current_dir(path).map_err(|cause| Error::Enter { path: path.clone(), cause })
    }
}
