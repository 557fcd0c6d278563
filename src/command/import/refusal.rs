//! Why an import does nothing, all reasons at once.

use crate::command::console::Console;
use crate::command::exit::Exit;
use crate::error::Error;
use crate::finding::wording::{Help as _, quote, suggest};
use crate::import::failure::Failure;
use crate::import::presets::PRESETS;
use crate::source::escape;

/// What is wrong with an export or a map, and the names of the files it may be in.
pub(super) struct ImportRefusal {
    pub(super) files: Vec<String>,
    pub(super) failures: Vec<Failure>,
    /// The map by which it was read, where that is one that comes along.
    pub(super) preset: Option<String>,
}

/// Failures shown of one run.
pub(super) const MOST_SHOWN: usize = 200;

/// That no map of a name comes along, and which do.
pub(super) fn unknown_map(name: &str) -> Error {
    Error::Unknown {
        message: format!(
            "there is no map {} that comes along; a file of your own ends in `.toml`",
            quote(name)
        ),
        hint: suggest(name, PRESETS.iter().map(|(name, _)| *name)).sentence(),
    }
}

impl ImportRefusal {
    /// All of it; nothing was written.
    pub(super) fn show(&self, console: Console) -> Result<Exit, Error> {
        console.show(|out| {
            for failure in self.failures.iter().take(MOST_SHOWN) {
                let file = self.files.get(failure.place.file).map_or("", String::as_str);
                let more = match failure.more {
                    0 => String::new(),
                    more => format!(" (and {more} more)"),
                };
                match failure.place.line {
                    0 => write!(out, "{}: ", escape::opening(file))?,
                    line => write!(out, "{}:{line}: ", escape::opening(file))?,
                }
                writeln!(out, "{}{more}", escape::line(&failure.message))?;
                if let Some(help) = &failure.help {
                    writeln!(out, "  help: {}", escape::line(help))?;
                }
            }
            let hidden = self.failures.len().saturating_sub(MOST_SHOWN);
            if hidden > 0 {
                writeln!(out, "… and {hidden} more")?;
            }
            writeln!(out, "Nothing was written.")?;
            match &self.preset {
                Some(name) => writeln!(
                    out,
                    "To change the map: `dealgate import --map {name} --print-map > {name}.toml`, and import with \
                     `--map {name}.toml`."
                ),
                None => Ok(()),
            }
        })?;
        Ok(Exit::Findings)
    }
}
