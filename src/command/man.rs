//! `dealgate man`: the manual's pages. Derived from the command line itself.

use std::path::{Path, PathBuf};

use clap::Args;
use clap_mangen::Man as Page;

use super::console::Console;
use super::exit::Exit;
use super::output;
use super::usage::definition;
use crate::error::Error;

/// Print the page of the manual
#[derive(Clone, Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ManArgs {
    /// Write it to this folder, with a page for each command
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  dealgate man | man -l -
  dealgate man -o ~/.local/share/man/man1        then `man dealgate`, `man dealgate-check`";

impl ManArgs {
    pub(super) fn run(&self, console: Console) -> Result<Exit, Error> {
        let mut command = definition().disable_help_subcommand(true);
        command.build();
        match &self.output {
            None => console.show(|out| out.write_all(&page(&command).1))?,
            Some(folder) => write(&command, folder)?,
        }
        Ok(Exit::Clean)
    }
}

/// A page for a command and each of those below it.
fn write(command: &clap::Command, folder: &Path) -> Result<(), Error> {
    let (name, text) = page(command);
    let file = folder.join(name);
    output::make_folder(&file)?;
    output::write(&file, |out| out.write_all(&text))?;
    command.get_subcommands().try_for_each(|below| write(below, folder))
}

/// The page of a command, and the name of its file. What stands behind the options is set in lines, so that examples are
/// not filled up to a paragraph.
fn page(command: &clap::Command) -> (String, Vec<u8>) {
    let page = Page::new(command.clone()).source(concat!("dealgate ", env!("CARGO_PKG_VERSION")));
    let mut roff = Vec::new();
    // Memory takes everything.
    let _ = page.render(&mut roff);
    let text = String::from_utf8_lossy(&roff).replacen(".SH EXTRA\n", ".SH EXAMPLES\n.nf\n", 1);
    (page.get_filename(), text.into_bytes())
}
