//! `dealgate schema`: JSON Schemas for editors and for programs that read what dealgate writes.

use std::path::PathBuf;

use clap::Args;
use serde_json::Value as Json;

use super::console::Console;
use super::exit::Exit;
use super::global::Global;
use super::output;
use super::session::Session;
use super::usage::usage_error;
use crate::assess::Workspace;
use crate::editor::committed::{self, CommittedSchema};
use crate::emit::safe_json;
use crate::error::Error;
use crate::finding::wording::{Help as _, WordList, suggest};
use crate::workflow::Workflow;
use crate::{editor, emit, report};

/// Write a JSON Schema: for editors, or of what dealgate writes
#[derive(Clone, Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct SchemaArgs {
    #[arg(value_name = "NAME", value_parser = parse_name, required_unless_present = "write", help = names_help())]
    name: Option<&'static SchemaEntry>,

    /// The workflow whose deals are meant [default: the only one of the workspace]
    #[arg(long, value_name = "WORKFLOW")]
    workflow: Option<String>,

    /// Write it to a file
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Write every schema that editors need into `schemas/`
    #[arg(long, conflicts_with_all = ["name", "workflow", "output"])]
    write: bool,
}

const EXAMPLES: &str = "\
Examples:
  dealgate schema --write                    schemas/ for editors; `check` says when one is stale
  dealgate schema deal --workflow acme
  dealgate schema findings -o findings.schema.json

In a deal:      # yaml-language-server: $schema=../../schemas/deals/acme.json
In a workflow:  #:schema ../schemas/workflow.json
In the settings: #:schema schemas/config.json";

/// A schema that can be asked for.
#[derive(Debug)]
struct SchemaEntry {
    name: &'static str,
    about: &'static str,
    make: fn(&SchemaArgs, &Workspace<'_>) -> Result<Json, Error>,
}

/// Every schema there is.
const SCHEMAS: &[SchemaEntry] = &[
    SchemaEntry {
        name: "deal",
        about: "a deal of one workflow",
        make: |schema, workspace| schema.deal(workspace),
    },
    SchemaEntry { name: "workflow", about: "a workflow", make: |_, _| Ok(editor::workflow()) },
    SchemaEntry { name: "config", about: "dealgate.toml", make: |_, _| Ok(editor::config()) },
    SchemaEntry {
        name: "findings",
        about: "what `check --format json` writes",
        make: |_, _| Ok(emit::findings_schema()),
    },
    SchemaEntry {
        name: "diff",
        about: "what `diff --format json` writes",
        make: |_, _| Ok(emit::diff_schema()),
    },
    SchemaEntry {
        name: "export-deals",
        about: "a row of `export deals`",
        make: |_, _| Ok(super::export::schema("deals")),
    },
    SchemaEntry {
        name: "export-findings",
        about: "a row of `export findings`",
        make: |_, _| Ok(super::export::schema("findings")),
    },
    SchemaEntry {
        name: "export-history",
        about: "a row of `export history`",
        make: |_, _| Ok(super::export::schema("history")),
    },
    SchemaEntry {
        name: "export-visits",
        about: "a row of `export visits`",
        make: |_, _| Ok(super::export::schema("visits")),
    },
    SchemaEntry {
        name: "report",
        about: "what templates may name",
        make: |_, _| Ok(report::model_json::schema()),
    },
];

fn parse_name(text: &str) -> Result<&'static SchemaEntry, String> {
    let found = SCHEMAS.iter().find(|entry| entry.name == text);
    found.ok_or_else(|| suggest(text, SCHEMAS.iter().map(|entry| entry.name)).sentence().unwrap_or_default())
}

fn names_help() -> String {
    let told: Vec<_> = SCHEMAS.iter().map(|entry| format!("{} ({})", entry.name, entry.about)).collect();
    format!("Of what: {}", told.join(", "))
}

impl SchemaArgs {
    pub(super) fn run(&self, global: &Global, console: Console) -> Result<Exit, Error> {
        let opened = Session::here(global)?;
        let workspace = opened.anywhere(global)?;
        let Some(entry) = self.name else {
            opened.refuse_nowhere()?;
            write_all(&opened, &workspace, console)?;
            return Ok(Exit::Clean);
        };
        let schema = (entry.make)(self, &workspace)?;
        match &self.output {
            Some(file) => output::write(file, |out| safe_json::document(&schema, out))?,
            None => console.show(|out| safe_json::document(&schema, out))?,
        }
        Ok(Exit::Clean)
    }

    fn deal(&self, workspace: &Workspace<'_>) -> Result<Json, Error> {
        Ok(editor::deal(self.chosen(workspace)?))
    }

    /// The workflow that is meant; without a name the only one there is.
    fn chosen<'w>(&self, workspace: &'w Workspace<'_>) -> Result<&'w Workflow, Error> {
        let library = &workspace.library;
        let own: Vec<_> = library.own_names().collect();
        let name = match (&self.workflow, own.as_slice()) {
            (Some(name), _) => name.as_str(),
            (None, []) => "standard",
            (None, [only]) => only,
            (None, several) => usage_error(
                "schema",
                format!(
                    "there are {} workflows; say which with `--workflow`: {}",
                    several.len(),
                    WordList(several, "or")
                ),
            ),
        };
        match library.get(name.strip_prefix("builtin/").filter(|_| own.is_empty()).unwrap_or(name)) {
            Some(Some(workflow)) => Ok(workflow),
            Some(None) => Err(Error::Unknown {
                message: format!("the workflow `{name}` cannot be used"),
                hint: Some("`dealgate check workflows` says why".to_owned()),
            }),
            None => Err(Error::Unknown {
                message: format!("there is no workflow `{name}`"),
                hint: suggest(name, library.names()).sentence(),
            }),
        }
    }
}

/// Writes every schema that editors need, and says which.
fn write_all(opened: &Session, workspace: &Workspace<'_>, console: Console) -> Result<(), Error> {
    let all = committed::all(workspace);
    for CommittedSchema { path, schema } in &all {
        let file = opened.root().join(path);
        output::make_folder(&file)?;
        output::write(&file, |out| safe_json::document(schema, out))?;
    }
    console.show(|out| all.iter().try_for_each(|kept| writeln!(out, "wrote {}", kept.path)))
}
