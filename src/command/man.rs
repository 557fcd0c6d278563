//! `dealgate man`: the manual's pages. Derived from the command line itself.

use std::path::{Path, PathBuf};

use clap::{Args, CommandFactory as _};
use clap_mangen::Man as Page;

use super::{Cli, Console, Exit, output, pages};
use crate::error::Error;

/// Print the page of the manual
#[derive(Clone, Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Man {
    /// Write it to this folder, with a page for each command
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  dealgate man | man -l -
  dealgate man -o ~/.local/share/man/man1        then `man dealgate`, `man dealgate-check`";

impl Man {
    pub(super) fn run(&self, console: Console) -> Result<Exit, Error> {
        let mut command = Cli::command().disable_help_subcommand(true);
        command.build();
        match &self.output {
            None => console.show(|out| Page::new(command.clone()).render(out))?,
            Some(folder) => write(&command, folder)?,
        }
        Ok(Exit::Clean)
    }
}

/// A page for a command and each of those below it.
fn write(command: &clap::Command, folder: &Path) -> Result<(), Error> {
    let page = Page::new(command.clone());
    let file = folder.join(page.get_filename());
    pages::make_folder(&file)?;
    output::write(&file, |out| page.render(out))?;
    command.get_subcommands().try_for_each(|below| write(below, folder))
}
