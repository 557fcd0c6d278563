//! `dealgate export`: deals, findings and the past as flat tables, for spreadsheets, databases and data frames.

mod columns;
mod past;
mod sheet;
mod tab;
mod workbook;

use std::io::{self, Write};

use clap::{Args, Subcommand};
use serde_json::{Map, Value as Json, json};

use super::console::Console;
use super::exit::Exit;
use super::global::Global;
use super::output_target::{self, NamedFormats, OutputTarget};
use super::session::Session;
use crate::assess::{Selection, Workspace, assess};
use crate::emit::safe_json;
use crate::error::Error;
use crate::source::escape;
use columns::{Column, ExportCell, ExportCurrency};

/// Export deals, findings or the past as CSV, JSON Lines or JSON, or deals as a sheet to be edited
#[derive(Clone, Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ExportArgs {
    #[command(subcommand)]
    what: ExportSubject,
}

const EXAMPLES: &str = "\
Examples:
  dealgate export deals > deals.csv
  dealgate export findings --format jsonl=findings.jsonl
  dealgate export history --format csv=history.csv
  dealgate export visits --at @2026-06-30
  dealgate export sheet --format xlsx=deals.xlsx   to be edited, and brought back by `dealgate import deals.xlsx`
  dealgate schema export-deals                  the columns, and what each means

In a CSV, what a spreadsheet would take for a formula has an apostrophe before it, and what stands in several
lines stands in one. JSON has texts as they are.";

#[derive(Clone, Debug, Subcommand)]
enum ExportSubject {
    /// One row a deal, with what it is worth and how it stands
    Deals(Formats),
    /// One row a finding
    Findings(Formats),
    /// One row a change: what of a deal changed on which day, and by whom
    History(Formats),
    /// One row a visit of a stage: when a deal came, and when it left
    Visits(Formats),
    /// Deals as a sheet to be edited: `dealgate import` takes the changed cells back
    Sheet(sheet::SheetArgs),
}

/// The rows of an export, with the names of their columns.
type ExportTable = (Vec<&'static str>, Vec<Vec<ExportCell>>);

#[derive(Clone, Debug, Args)]
struct Formats {
    /// How to write them: csv, jsonl or json; with a file also several times
    #[arg(long = "format", value_name = "FORMAT[=FILE]", value_parser = OutputTarget::<Layout>::parse)]
    sinks: Vec<OutputTarget<Layout>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Layout {
    Csv,
    Jsonl,
    Json,
}

impl NamedFormats for Layout {
    fn names() -> Vec<&'static str> {
        vec!["csv", "jsonl", "json"]
    }

    fn of_name(name: &str) -> Option<Self> {
        match name {
            "csv" => Some(Self::Csv),
            "jsonl" => Some(Self::Jsonl),
            "json" => Some(Self::Json),
            _ => None,
        }
    }
}

impl ExportArgs {
    pub(super) fn run(&self, global: &Global, console: Console) -> Result<Exit, Error> {
        let opened = Session::here(global)?;
        let workspace = opened.workspace(global)?;
        let past = |wanted, workspace| past::rows(workspace, wanted, console);
        let (formats, (names, rows)) = match &self.what {
            ExportSubject::Sheet(sheet) => {
                sheet.run(&workspace, console)?;
                return Ok(Exit::Clean);
            }
            // Days are told of every deal, not only where a requirement asks for them.
            ExportSubject::Deals(to) => (to, deals(&Workspace { all_dates: true, ..workspace }, console)),
            ExportSubject::Findings(to) => (to, findings(&workspace)),
            ExportSubject::History(to) => {
                (to, (columns::names(&past::changes()), past(past::Wanted::Changes, workspace)))
            }
            ExportSubject::Visits(to) => {
                (to, (columns::names(&past::visits()), past(past::Wanted::Visits, workspace)))
            }
        };
        output_target::refuse_shared(&formats.sinks, "export");
        OutputTarget::fill(&formats.sinks, Layout::Csv, console, |layout, _, out| match layout {
            Layout::Csv => csv(&names, &rows, out),
            Layout::Jsonl => rows.iter().try_for_each(|row| safe_json::line(&object(&names, row), out)),
            Layout::Json => {
                let rows: Vec<_> = rows.iter().map(|row| object(&names, row)).collect();
                safe_json::document(&rows, out)
            }
        })?;
        Ok(Exit::Clean)
    }
}

fn deals(workspace: &Workspace<'_>, console: Console) -> ExportTable {
    let money = ExportCurrency::of(workspace);
    let levels = &workspace.config.levels;
    let assessment = assess(workspace, &Selection::Everything, |judged| {
        let of = columns::ExportedDeal { judged, money, today: workspace.today, levels };
        Some(columns::row(&columns::deals(), &of))
    });
    let mut rows = assessment.kept;
    columns::left_out((assessment.deals - rows.len(), assessment.deals), &[], console);
    columns::count(&mut rows, &assessment.ledger);
    (columns::names(&columns::deals()), rows)
}

fn findings(workspace: &Workspace<'_>) -> ExportTable {
    let assessment = assess::<()>(workspace, &Selection::Everything, |_| None);
    let found = assessment.ledger.findings().iter().zip(assessment.ledger.fingerprints());
    let rows = found.map(|(finding, print)| columns::row(&columns::findings(), &(finding, print)));
    (columns::names(&columns::findings()), rows.collect())
}

/// What parts the cells of a CSV.
const DELIMITER: u8 = b',';

fn csv(names: &[&str], rows: &[Vec<ExportCell>], out: &mut dyn Write) -> io::Result<()> {
    let mut writer = csv::WriterBuilder::new().delimiter(DELIMITER).from_writer(out);
    writer.write_record(names)?;
    for row in rows {
        writer.write_record(row.iter().map(|cell| match cell {
            ExportCell::Text(text) => escape::spreadsheet(text, DELIMITER).into_owned(),
            // A semicolon parts cells in half of the world; it only stands in texts.
            ExportCell::Object(object) => escape::json(&object.to_string()).replace(';', "\\u003b"),
            cell => cell.plain(),
        }))?;
    }
    writer.flush()
}

/// A row with its names, in the order of the columns.
fn object(names: &[&str], row: &[ExportCell]) -> Map<String, Json> {
    names.iter().zip(row).map(|(name, cell)| ((*name).to_owned(), cell.json())).collect()
}

/// The schema of one row of an export, as JSON.
pub(super) fn schema(what: &str) -> Json {
    match what {
        "deals" => table(what, &columns::deals()),
        "history" => table(what, &past::changes()),
        "visits" => table(what, &past::visits()),
        _ => table(what, &columns::findings()),
    }
}

fn table<R>(what: &str, columns: &[Column<R>]) -> Json {
    let properties: Map<_, _> = columns
        .iter()
        .map(|column| {
            (column.name.to_owned(), json!({ "type": [column.kind, "null"], "description": column.means }))
        })
        .collect();
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$comment": format!("dealgate schema export-{what}"),
        "title": format!("A row of `dealgate export {what}`; in CSV, null is nothing and an object is its JSON"),
        "type": "object",
        "properties": properties,
        "required": columns.iter().map(|column| column.name).collect::<Vec<_>>(),
        "additionalProperties": false,
    })
}
