//! A format and where it goes, for commands whose formats are few. Must not know the formats.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::ValueEnum;

use super::{Console, output};
use crate::error::Error;
use crate::finding::wording::suggest;

/// A format and where it goes; without a file to standard output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sink<F> {
    /// The format.
    pub(super) format: F,
    file: Option<PathBuf>,
}

/// What most commands can say things in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Form {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
}

impl<F: ValueEnum> Sink<F> {
    /// Reads `FORMAT` or `FORMAT=FILE`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let (name, file) = match text.split_once('=') {
            Some((_, "")) => return Err("a file's name is missing after `=`".to_owned()),
            Some((name, file)) => (name, Some(PathBuf::from(file))),
            None => (text, None),
        };
        let format = F::from_str(name, false).map_err(|_| {
            let known: Vec<_> = F::value_variants().iter().filter_map(ValueEnum::to_possible_value).collect();
            suggest(name, known.iter().map(clap::builder::PossibleValue::get_name)).unwrap_or_default()
        })?;
        Ok(Self { format, file })
    }

    /// Writes what is to be said in each of the formats asked for; in `default` where none is.
    pub(super) fn fill(
        sinks: &[Self],
        default: F,
        console: Console,
        write: impl Fn(F, &mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Error>
    where
        F: Copy,
    {
        for sink in sinks {
            if let Some(file) = &sink.file {
                output::write(file, |out| write(sink.format, out))?;
            }
        }
        let shown = match sinks {
            [] => Some(default),
            sinks => sinks.iter().find(|sink| sink.file.is_none()).map(|sink| sink.format),
        };
        shown.map_or(Ok(()), |format| console.show(|out| write(format, out)))
    }

    /// Two formats in one place, which would be neither.
    pub(super) fn refuse_shared(sinks: &[Self]) -> Result<(), Error> {
        for (index, sink) in sinks.iter().enumerate() {
            if sinks[..index].iter().any(|earlier| earlier.file == sink.file) {
                let place = sink
                    .file
                    .as_ref()
                    .map_or_else(|| "standard output".to_owned(), |file| format!("`{}`", file.display()));
                return Err(Error::Usage { message: format!("two formats are to be written to {place}") });
            }
        }
        Ok(())
    }
}
