//! `export sheet`: deals as rows that people edit, to be brought back by `import`.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::sync::Arc;

use clap::Args;

use super::tab::{SheetTab, TabRow};
use super::workbook;
use crate::assess::{Selection, Workspace};
use crate::command::console::Console;
use crate::command::output_target::{self, NamedFormats, OutputTarget};
use crate::command::usage::usage_error;
use crate::error::Error;
use crate::import::columns::ColumnContext;
use crate::import::roundtrip::{
    self, DEAL, PRINTS, SheetColumns, SheetWriter, WORKFLOW, cell_name, prints_cell,
};
use crate::source::escape;
use crate::syntax::{Node, yaml};
use crate::workflow::Workflow;

#[derive(Clone, Debug, Args)]
pub(super) struct SheetArgs {
    /// How to write it: csv, or xlsx=FILE, which has the choices of the workflow as lists; several times
    #[arg(long = "format", value_name = "FORMAT[=FILE]", value_parser = OutputTarget::<SheetLayout>::parse)]
    sinks: Vec<OutputTarget<SheetLayout>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SheetLayout {
    Csv,
    Xlsx,
}

impl NamedFormats for SheetLayout {
    fn names() -> Vec<&'static str> {
        vec!["csv", "xlsx"]
    }

    fn of_name(name: &str) -> Option<Self> {
        match name {
            "csv" => Some(Self::Csv),
            "xlsx" => Some(Self::Xlsx),
            _ => None,
        }
    }
}

impl SheetArgs {
    pub(super) fn run(&self, workspace: &Workspace<'_>, console: Console) -> Result<(), Error> {
        output_target::refuse_shared(&self.sinks, "export");
        if self.sinks.iter().any(|sink| sink.format == SheetLayout::Xlsx && sink.file.is_none()) {
            usage_error("export", "a workbook needs a file: `--format xlsx=deals.xlsx`");
        }
        let tabs = tabs(workspace, console);
        OutputTarget::fill(&self.sinks, SheetLayout::Csv, console, |layout, _, out| match layout {
            SheetLayout::Csv => csv(&tabs, out),
            SheetLayout::Xlsx => out.write_all(&workbook::bytes(&tabs, workspace)?),
        })
    }
}

/// The deals by their workflows, in order.
fn tabs(workspace: &Workspace<'_>, console: Console) -> Vec<SheetTab> {
    let config = &workspace.config;
    let map = roundtrip::map();
    let context = ColumnContext { map: &map, people: &config.people, zone: &config.timezone };
    let mut by_workflow: BTreeMap<Arc<str>, (Arc<Workflow>, Vec<String>)> = BTreeMap::new();
    let files = workspace.deal_files(&Selection::Everything).files;
    let count = files.len();
    let mut seen = BTreeSet::new();
    let mut left_out: Vec<String> = Vec::new();
    for path in files {
        // Two files of one deal have one row: that of the first.
        if !seen.insert(cell_name(&workspace.deal_id(&path))) {
            left_out.push(path);
            continue;
        }
        let followed = with_root(workspace, &path, |root| {
            workspace.followed(&path, root.get("workflow")).map(Arc::clone)
        });
        let Some(workflow) = followed.flatten() else {
            left_out.push(path);
            continue;
        };
        let known = by_workflow.entry(Arc::clone(&workflow.id));
        known.or_insert_with(|| (workflow, Vec::new())).1.push(path);
    }
    let mut tabs = Vec::new();
    for (workflow, paths) in by_workflow.into_values() {
        let columns = SheetColumns::of(&workflow.schema);
        let writer = SheetWriter::new(&columns, context);
        let rows = paths.iter().filter_map(|path| {
            let (cells, prints) = with_root(workspace, path, |root| writer.row(root))?;
            let deal = workspace.deal_id(path).to_string();
            let prints = prints_cell(&deal, &prints);
            let texts = columns.texts(&cells);
            Some(TabRow { deal, cells, texts, prints })
        });
        let rows = rows.collect();
        tabs.push(SheetTab { names: columns.names(), rows, workflow });
    }
    super::columns::left_out((left_out.len(), count), &left_out, console);
    tabs
}

/// What a look at a deal's file gives; `None` where it cannot be read.
fn with_root<T>(workspace: &Workspace<'_>, path: &str, look: impl FnOnce(&Node<'_>) -> T) -> Option<T> {
    let file = workspace.snapshot.read(path, workspace.config.limits.file_size).ok()?;
    let parsed = yaml::parse(file.text());
    let root = parsed.root.filter(|_| parsed.faults.is_empty())?;
    Some(look(&root))
}

/// All deals in one table, with the columns of all workflows.
fn csv(tabs: &[SheetTab], out: &mut dyn Write) -> io::Result<()> {
    let mut names: Vec<&str> = Vec::new();
    for name in tabs.iter().flat_map(|tab| &tab.names) {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    // Without the mark, a spreadsheet takes letters for those of its own country.
    out.write_all("\u{feff}".as_bytes())?;
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record([DEAL, WORKFLOW].into_iter().chain(names.iter().copied()).chain([PRINTS]))?;
    let mut rows: Vec<(&SheetTab, &TabRow)> =
        tabs.iter().flat_map(|tab| tab.rows.iter().map(move |row| (tab, row))).collect();
    rows.sort_by(|one, other| one.1.deal.cmp(&other.1.deal));
    for (tab, row) in rows {
        let cells = row.cells.iter().zip(&row.texts).map(|(cell, is_text)| guarded(cell, *is_text));
        let by_name: BTreeMap<&str, String> = tab.names.iter().map(String::as_str).zip(cells).collect();
        let values = names.iter().map(|name| by_name.get(name).cloned().unwrap_or_default());
        let own = [&row.deal, tab.workflow.id.as_ref()].map(|name| guarded(name, true));
        writer.write_record(own.into_iter().chain(values).chain([row.prints.clone()]))?;
    }
    writer.flush()
}

/// A cell that no spreadsheet takes for a formula, not for the number with a sign either that it begins with; nor, where it
/// is a text, for a number or a day.
fn guarded(cell: &str, is_text: bool) -> String {
    let line = |line: &str| {
        let opens = line.trim_start().starts_with(['+', '-']) && line.trim().parse::<f64>().is_err();
        format!("{}{line}", if opens { "'" } else { "" })
    };
    if is_text && escape::converts(cell) {
        return format!("'{cell}");
    }
    escape::sheet_cell(cell).split('\n').map(line).collect::<Vec<_>>().join("\n")
}
