//! The whole command line as data, for messages about its use, completions, manual pages and settings.

use std::sync::OnceLock;

use clap::builder::Resettable;
use clap::error::{ContextValue, ErrorKind};

use crate::source::escape;

/// Makes the definition of every command and option.
static DEFINITION: OnceLock<fn() -> clap::Command> = OnceLock::new();

/// Says how the command line is defined. To be called before anything is read from it.
pub(super) fn define(make: fn() -> clap::Command) {
    DEFINITION.get_or_init(|| make);
}

/// Every command and option; none before [`define`].
pub(super) fn definition() -> clap::Command {
    DEFINITION.get().map(|make| make()).unwrap_or_default()
}

/// A command line in which variables that are set to nothing say nothing.
pub(super) fn without_empty_variables(command: clap::Command) -> clap::Command {
    let is_empty =
        |arg: &clap::Arg| arg.get_env().and_then(std::env::var_os).is_some_and(|value| value.is_empty());
    let command = command.mut_args(|arg| if is_empty(&arg) { arg.env(Resettable::Reset) } else { arg });
    command.mut_subcommands(without_empty_variables)
}

/// A complaint about arguments that shows them as any other text: a script may hand on the names of files that others
/// wrote.
pub(super) fn visibly(mut error: clap::Error) -> clap::Error {
    let shown = |text: &String| escape::line(text).into_owned();
    let said: Vec<_> = error
        .context()
        .filter_map(|(kind, value)| match value {
            ContextValue::String(text) => Some((kind, ContextValue::String(shown(text)))),
            ContextValue::Strings(texts) => {
                Some((kind, ContextValue::Strings(texts.iter().map(shown).collect())))
            }
            // What clap advises repeats what was said.
            ContextValue::StyledStrs(texts) => {
                let shown = texts.iter().map(|text| shown(&text.to_string()).into());
                Some((kind, ContextValue::StyledStrs(shown.collect())))
            }
            _ => None,
        })
        .collect();
    for (kind, value) in said {
        error.insert(kind, value);
    }
    error
}

/// Ends the run as clap ends it on an unknown option: with the usage of a subcommand, and status 2.
pub(super) fn usage_error(subcommand: &str, message: impl std::fmt::Display) -> ! {
    let mut command = definition();
    command.build();
    let command = command.find_subcommand_mut(subcommand).map_or_else(definition, |found| found.clone());
    let message = message.to_string();
    command.clone().error(ErrorKind::ArgumentConflict, escape::line(&message)).exit()
}
