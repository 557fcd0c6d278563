//! `dealgate schema`: the JSON Schemas of what dealgate reads and writes. Must not know how they come about.

use clap::Args;
use clap::builder::PossibleValuesParser;
use serde_json::Value;

use super::{Console, Exit};
use crate::error::Error;
use crate::report;

/// Print the JSON Schema of something that dealgate reads or writes
#[derive(Clone, Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Schema {
    /// Of what
    #[arg(value_name = "WHAT", value_parser = PossibleValuesParser::new(SCHEMAS.iter().map(|entry| entry.name)))]
    what: String,
}

const EXAMPLES: &str = "\
Examples:
  dealgate schema report > report.schema.json      what templates may name";

/// Something that has a schema.
struct Entry {
    name: &'static str,
    schema: fn() -> Value,
}

/// Everything that has a schema.
const SCHEMAS: &[Entry] = &[Entry { name: "report", schema: report::context::schema }];

impl Schema {
    pub(super) fn run(&self, console: Console) -> Result<Exit, Error> {
        let Some(entry) = SCHEMAS.iter().find(|entry| entry.name == self.what) else {
            return Ok(Exit::Unable);
        };
        let schema = (entry.schema)();
        console.show(|out| {
            serde_json::to_writer_pretty(&mut *out, &schema)?;
            writeln!(out)
        })?;
        Ok(Exit::Clean)
    }
}
