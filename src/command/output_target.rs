//! `--format FORMAT[=FILE]`: which format goes where, for every command that has formats.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;

use super::console::Console;
use super::usage::usage_error;
use super::{output, protected_paths};
use crate::checklist::Presentation;
use crate::emit::{FORMATS, Surface, safe_json};
use crate::error::Error;
use crate::finding::wording::{Help as _, suggest};

/// Formats by name.
pub(super) trait NamedFormats: Copy {
    /// Every name, in the order in which help shows them.
    fn names() -> Vec<&'static str>;

    /// The format of a name.
    fn of_name(name: &str) -> Option<Self>;
}

/// A format and where it goes; without a file to standard output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct OutputTarget<F> {
    /// The format.
    pub format: F,
    /// The file.
    pub file: Option<PathBuf>,
}

impl<F: NamedFormats> OutputTarget<F> {
    /// Reads `FORMAT[=FILE]`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let (name, file) = match text.split_once('=') {
            Some((_, "")) => return Err("a file's name is missing after `=`".to_owned()),
            Some((name, file)) => (name, Some(PathBuf::from(file))),
            None => (text, None),
        };
        let format =
            F::of_name(name).ok_or_else(|| suggest(name, F::names()).sentence().unwrap_or_default())?;
        Ok(Self { format, file })
    }

    /// Writes what is to be said in each of the formats asked for; in `default` where none is. Files come first: they
    /// are wanted even if nobody reads on.
    pub(super) fn fill(
        sinks: &[Self],
        default: F,
        console: Console,
        write: impl Fn(F, Surface, &mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Error> {
        for sink in sinks {
            if let Some(file) = &sink.file {
                output::write(file, |out| write(sink.format, Surface::PLAIN, out))?;
            }
        }
        let shown = match sinks {
            [] => Some(default),
            sinks => sinks.iter().find(|sink| sink.file.is_none()).map(|sink| sink.format),
        };
        shown.map_or(Ok(()), |format| console.show(|out| write(format, console.surface(), out)))
    }
}

/// Two formats in one place would be neither.
pub(super) fn refuse_shared<F>(sinks: &[OutputTarget<F>], command: &str) {
    let places: Vec<_> = sinks.iter().map(|sink| sink.file.as_deref().map(protected_paths::place)).collect();
    for (index, sink) in sinks.iter().enumerate() {
        if places[..index].contains(&places[index]) {
            match &sink.file {
                None => usage_error(
                    command,
                    "only one `--format` can go to standard output; give the others a file: \
                     `--format json=findings.json`",
                ),
                Some(file) => {
                    usage_error(command, format!("two formats are to be written to `{}`", file.display()))
                }
            }
        }
    }
}

/// The formats of commands that show one thing, for people or for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// For people.
    Text,
    /// For programs.
    Json,
}

impl NamedFormats for Form {
    fn names() -> Vec<&'static str> {
        vec!["text", "json"]
    }

    fn of_name(name: &str) -> Option<Self> {
        match name {
            "text" => Some(Self::Text),
            "json" => Some(Self::Json),
            _ => None,
        }
    }
}

/// How `status` and `explain` show what they have to say.
// No twin in the environment: DEALGATE_FORMAT names formats of `check`, and must not make these fail.
#[derive(Clone, Debug, Args)]
pub(super) struct Layouts {
    /// How to show it: text or json; with a file also several times
    #[arg(long = "format", value_name = "FORMAT[=FILE]", value_parser = OutputTarget::<Form>::parse)]
    sinks: Vec<OutputTarget<Form>>,
}

impl Layouts {
    /// Writes a sheet to everywhere it was asked for.
    pub(super) fn present(
        &self,
        command: &str,
        sheet: &impl Presentation,
        console: Console,
    ) -> Result<(), Error> {
        refuse_shared(&self.sinks, command);
        OutputTarget::fill(&self.sinks, Form::Text, console, |form, surface, out| {
            write(sheet, form, surface, out)
        })
    }
}

fn write(sheet: &impl Presentation, form: Form, surface: Surface, out: &mut dyn Write) -> io::Result<()> {
    match form {
        Form::Text => sheet.text(surface, out),
        Form::Json => safe_json::document(sheet, out),
    }
}

/// What `check` says of its formats, in a line.
pub(super) fn format_help() -> String {
    let names: Vec<_> = FORMATS.iter().map(|entry| entry.name).collect();
    format!("How to show findings; with a file also several times: {}", names.join(", "))
}

/// The same with what each is for.
pub(super) fn format_long_help() -> String {
    let mut text = String::from(
        "How to show findings, on standard output or in a file; may be given several times, once without a \
         file.\nWithout it: full on a terminal, concise elsewhere.\n",
    );
    for entry in FORMATS {
        let _ = write!(text, "\n  {:<8} {}", entry.name, entry.about);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_may_name_a_file() {
        let parse = OutputTarget::<Form>::parse;
        assert_eq!(parse("json"), Ok(OutputTarget { format: Form::Json, file: None }));
        assert_eq!(parse("json=a=b").unwrap().file, Some(PathBuf::from("a=b")));
        assert_eq!(parse("jsno").unwrap_err(), "did you mean `json`?");
        assert!(parse("json=").is_err());
    }
}
