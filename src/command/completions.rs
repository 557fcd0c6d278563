//! `dealgate completions`: what a shell needs to complete our arguments. Derived from the command line itself.

use clap::Args;
use clap_complete::{Shell, generate};

use super::console::Console;
use super::exit::Exit;
use super::usage::definition;
use crate::error::Error;

/// Print a completion script for a shell
#[derive(Clone, Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL", value_enum)]
    shell: Shell,
}

const EXAMPLES: &str = "\
Examples:
  dealgate completions bash > ~/.local/share/bash-completion/completions/dealgate
  dealgate completions zsh > ~/.zfunc/_dealgate
  dealgate completions fish > ~/.config/fish/completions/dealgate.fish";

impl CompletionsArgs {
    pub(super) fn run(&self, console: Console) -> Result<Exit, Error> {
        let mut script = Vec::new();
        generate(self.shell, &mut definition(), "dealgate", &mut script);
        console.show(|out| out.write_all(&script))?;
        Ok(Exit::Clean)
    }
}
