//! A sheet of deals as a workbook: a tab a workflow, days and numbers as such, choices as lists. The only user of the
//! library that writes workbooks. Whatever comes from a file is written as a text, a number or a day, never as a formula.

use std::collections::BTreeSet;
use std::io;

use jiff::civil::Date;
use rust_decimal::Decimal;
use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle, DocProperties, ExcelDateTime, Format, Formula, Workbook,
    Worksheet, XlsxError,
};

use super::tab::SheetTab;
use crate::assess::Workspace;
use crate::deal::field::{Shape, Type};
use crate::import::roundtrip::{CHOICES, DEAL, PRINTS, WORKFLOW, cell_name, keys};
use crate::syntax::scalar;
use crate::workflow::Workflow;

/// The form of cells in which nothing is taken for a number or a day.
const TEXT: &str = "@";

/// What a cell of a column is written as.
#[derive(Clone, Copy, PartialEq, Eq)]
enum CellType {
    Text,
    Number,
    Share,
    Day,
}

/// A column with what may be chosen in it.
struct TypedColumn {
    kind: CellType,
    choices: Vec<String>,
    /// Whether anything else may be written too.
    is_open: bool,
}

impl TypedColumn {
    fn of(kind: CellType) -> Self {
        Self { kind, choices: Vec::new(), is_open: false }
    }
}

/// The workbook.
pub(super) fn bytes(tabs: &[SheetTab], workspace: &Workspace<'_>) -> io::Result<Vec<u8>> {
    made(tabs, workspace).map_err(|error| io::Error::other(error.to_string()))
}

fn made(tabs: &[SheetTab], workspace: &Workspace<'_>) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // The same deals on the same day give the same bytes.
    book.set_properties(&DocProperties::new().set_creation_datetime(&moment(workspace.today)?));
    let mut names: BTreeSet<String> = BTreeSet::from([CHOICES.to_owned()]);
    let mut choices: Vec<Vec<String>> = Vec::new();
    for tab in tabs {
        let sheet = book.add_worksheet();
        sheet.set_name(tab_name(&tab.workflow.id, &mut names))?;
        write(sheet, tab, workspace, &mut choices)?;
    }
    if tabs.is_empty() {
        book.add_worksheet();
    }
    if !choices.is_empty() {
        let sheet = book.add_worksheet();
        sheet.set_name(CHOICES)?.set_hidden(true);
        for (column, choices) in (0..).zip(&choices) {
            for (row, choice) in (0..).zip(choices) {
                sheet.write_string(row, column, choice)?;
            }
        }
    }
    book.save_to_buffer()
}

fn moment(day: Date) -> Result<ExcelDateTime, XlsxError> {
    let (year, month, dom) = (day.year(), day.month(), day.day());
    ExcelDateTime::from_ymd(
        u16::try_from(year).unwrap_or(1900),
        u8::try_from(month).unwrap_or(1),
        u8::try_from(dom).unwrap_or(1),
    )
}

/// A name that a tab may have and none has.
fn tab_name(workflow: &str, names: &mut BTreeSet<String>) -> String {
    let plain: String = workflow
        .chars()
        .map(|c| if c.is_alphanumeric() || "-_".contains(c) { c } else { ' ' })
        .take(25)
        .collect();
    let plain = plain.trim().to_owned();
    let numbered = (2..).map(|number| format!("{plain} {number}"));
    let fresh = std::iter::once(plain.clone()).chain(numbered);
    let name = fresh.into_iter().find(|name| !name.is_empty() && !names.contains(&name.to_lowercase()));
    let name = name.unwrap_or(plain);
    names.insert(name.to_lowercase());
    name
}

fn write(
    sheet: &mut Worksheet,
    tab: &SheetTab,
    workspace: &Workspace<'_>,
    choices: &mut Vec<Vec<String>>,
) -> Result<(), XlsxError> {
    let (bold, grey) = (Format::new().set_bold(), Format::new().set_font_color(0x0070_7070));
    let typed = columns(&tab.workflow, workspace);
    let names = [DEAL, WORKFLOW].into_iter().chain(tab.names.iter().map(String::as_str)).chain([PRINTS]);
    let last = u16::try_from(tab.names.len() + 2).unwrap_or(u16::MAX);
    let rows = u32::try_from(tab.rows.len()).unwrap_or(u32::MAX);
    for (column, name) in (0..).zip(names) {
        sheet.write_string_with_format(0, column, name, &bold)?;
        sheet.set_column_width(column, width(column, name, tab))?;
    }
    // What is typed into a column of texts stays one.
    for (column, _) in (2..).zip(&typed).filter(|(_, typed)| typed.kind == CellType::Text) {
        sheet.set_column_format(column, &Format::new().set_num_format(TEXT))?;
    }
    for (line, row) in (1..).zip(&tab.rows) {
        sheet.write_string_with_format(line, 0, cell_name(&row.deal), &grey)?;
        sheet.write_string_with_format(line, 1, cell_name(&tab.workflow.id), &grey)?;
        for ((column, text), typed) in (2..).zip(&row.cells).zip(&typed) {
            cell(sheet, (line, column), text, typed.kind)?;
        }
        sheet.write_string(line, last, &row.prints)?;
    }
    for (column, typed) in (2..).zip(&typed).filter(|(_, typed)| !typed.choices.is_empty() && rows > 0) {
        sheet.add_data_validation(1, column, rows, column, &list(typed, choices))?;
    }
    sheet.set_column_hidden(last)?;
    sheet.set_freeze_panes(1, 1)?;
    sheet.autofilter(0, 0, rows, last)?;
    Ok(())
}

/// The choices of a column, which stand in the tab of choices.
fn list(typed: &TypedColumn, choices: &mut Vec<Vec<String>>) -> DataValidation {
    let at = choices.iter().position(|known| *known == typed.choices).unwrap_or_else(|| {
        choices.push(typed.choices.clone());
        choices.len() - 1
    });
    let letters = rust_xlsxwriter::utility::column_number_to_name(u16::try_from(at).unwrap_or(u16::MAX));
    let range = format!("={CHOICES}!${letters}$1:${letters}${}", typed.choices.len());
    let style =
        if typed.is_open { DataValidationErrorStyle::Warning } else { DataValidationErrorStyle::Stop };
    DataValidation::new().allow_list_formula(Formula::new(range)).set_error_style(style)
}

fn width(column: u16, name: &str, tab: &SheetTab) -> f64 {
    let longest = tab.rows.iter().map(|row| match column {
        0 => row.deal.chars().count(),
        1 => tab.workflow.id.chars().count(),
        column => row.cells.get(usize::from(column) - 2).map_or(0, |cell| cell.chars().count()),
    });
    let widest = longest.chain([name.chars().count()]).max().unwrap_or_default();
    f64::from(u8::try_from(widest.clamp(8, 44)).unwrap_or(44)) + 2.0
}

/// What each column of a workflow's sheet holds.
fn columns(workflow: &Workflow, workspace: &Workspace<'_>) -> Vec<TypedColumn> {
    let mut found = Vec::new();
    for (key, shape) in keys(&workflow.schema) {
        found.push(typed(&key, shape, workflow, workspace));
        if matches!(shape.kind, Type::Money) {
            found.push(TypedColumn::of(CellType::Text));
        }
    }
    found
}

fn typed(key: &str, shape: &Shape, workflow: &Workflow, workspace: &Workspace<'_>) -> TypedColumn {
    let mut column = TypedColumn::of(match shape.kind {
        Type::Money | Type::Number | Type::Integer => CellType::Number,
        Type::Percent => CellType::Share,
        Type::Date => CellType::Day,
        _ => CellType::Text,
    });
    column.choices = shape.choices.iter().map(ToString::to_string).collect();
    match key {
        "stage" => column.choices = workflow.stages.iter().map(|stage| stage.id.to_string()).collect(),
        "outcome.reason" => {
            let reasons =
                [&workflow.lost, &workflow.disqualified].into_iter().filter_map(|it| it.reasons.as_ref());
            column.choices = reasons.flatten().cloned().collect();
            column.is_open = workflow.lost.reasons.is_none() || workflow.disqualified.reasons.is_none();
        }
        "owner" => {
            let people = workspace.config.people.addresses(workspace.today);
            column.choices = people.map(str::to_owned).collect();
            column.is_open = true;
        }
        _ if matches!(shape.kind, Type::Boolean) => {
            column.choices = vec!["true".to_owned(), "false".to_owned()];
        }
        _ => {}
    }
    column
}

/// Writes a cell as what it is, where a spreadsheet keeps it exactly, else as a text.
fn cell(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    text: &str,
    kind: CellType,
) -> Result<(), XlsxError> {
    if text.is_empty() {
        return Ok(());
    }
    match kind {
        CellType::Number => {
            if let Some(number) = exact(text) {
                sheet.write_number(row, column, number)?;
                return Ok(());
            }
        }
        CellType::Share => {
            let share = scalar::percent(text).ok().filter(|share| *share <= Decimal::ONE);
            let share = share.and_then(|share| exact(&share.normalize().to_string()));
            if let Some(share) = share {
                sheet.write_number_with_format(
                    row,
                    column,
                    share,
                    &Format::new().set_num_format("0.####%"),
                )?;
                return Ok(());
            }
        }
        CellType::Day => {
            // Before March 1900, spreadsheets count a day that never was.
            let day = scalar::date(text).ok().filter(|day| *day >= Date::constant(1900, 3, 1));
            if let Some(day) = day {
                let format = Format::new().set_num_format("yyyy-mm-dd");
                sheet.write_datetime_with_format(row, column, moment(day)?, &format)?;
                return Ok(());
            }
        }
        CellType::Text => {}
    }
    // Where it is edited, a text that looks like a formula stays a text.
    let opens = text.trim_start().starts_with(['=', '+', '-', '@']);
    let format = if kind == CellType::Text { Format::new().set_num_format(TEXT) } else { Format::new() };
    let format = if opens { format.set_quote_prefix() } else { format };
    sheet.write_string_with_format(row, column, text, &format)?;
    Ok(())
}

/// Above the numbers of fifteen digits, which is what spreadsheets keep.
const MOST_DIGITS: u128 = 1_000_000_000_000_000;

/// A number that comes back from a spreadsheet as it was.
fn exact(text: &str) -> Option<f64> {
    let number: Decimal =
        scalar::decimal(text).ok().filter(|it| it.normalize().mantissa().unsigned_abs() < MOST_DIGITS)?;
    let float: f64 = number.to_string().parse().ok()?;
    (float.abs() < 1e15 && float.to_string() == number.normalize().to_string()).then_some(float)
}
