//! The tabs of an XLSX file as tables. What it unpacks to is counted before any of it is kept.

use std::io::{Cursor, Read as _};

use calamine::{Data, DataRef, ExcelDateTime, Reader as _, SheetType, Xlsx};
use zip::ZipArchive;

use super::cell::failed_formula;
use super::failure::TableFault;
use super::table::ImportTable;
use crate::finding::wording::quote;

/// Bytes that a workbook may unpack to.
const MOST_UNPACKED: u64 = 1 << 30;

/// Rows in which a tab shows what it is.
const BEGINNING: u32 = 30;

/// The widest row.
const MOST_COLUMNS: usize = 16_384;

/// Whether bytes are a workbook.
pub(crate) fn is_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

/// Reads the first tab that holds anything; all of them, each with its name, where any of them belongs to a sheet of deals.
pub(crate) fn read(
    bytes: &[u8],
    belongs: impl Fn(&ImportTable) -> bool,
) -> Result<Vec<(String, ImportTable)>, TableFault> {
    unpacks(bytes)?;
    let no = |error: &dyn std::fmt::Display| {
        TableFault::new(format!("it is no workbook that can be read: {error}"))
    };
    let mut book: Xlsx<_> =
        calamine::open_workbook_from_rs(Cursor::new(bytes)).map_err(|error| no(&error))?;
    // Tabs of drawings hold no cells.
    let tabs = book.sheets_metadata().iter().filter(|tab| tab.typ == SheetType::WorkSheet);
    let names: Vec<String> = tabs.map(|tab| tab.name.clone()).collect();
    // What is wrong with a tab is told where it is read.
    let is_one =
        names.iter().any(|name| sheet(&mut book, name, BEGINNING).is_ok_and(|table| belongs(&table)));
    let mut tables: Vec<(String, ImportTable)> = Vec::new();
    for name in names {
        let table = sheet(&mut book, &name, u32::MAX)?;
        tables.extend((!table.is_empty()).then_some((name, table)));
        if !is_one && !tables.is_empty() {
            break;
        }
    }
    Ok(tables)
}

/// Unpacks all of it into nothing, so that a small file cannot fill the memory.
fn unpacks(bytes: &[u8]) -> Result<(), TableFault> {
    let broken = |error: &dyn std::fmt::Display| TableFault::new(format!("it is no workbook: {error}"));
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken(&error))?;
    let mut left = MOST_UNPACKED;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|error| broken(&error))?;
        let count =
            std::io::copy(&mut part.take(left + 1), &mut std::io::sink()).map_err(|error| broken(&error))?;
        left = left.checked_sub(count).ok_or_else(|| TableFault::new("it unpacks to more than 1 GiB"))?;
    }
    Ok(())
}

/// The first rows of a tab.
fn sheet(book: &mut Xlsx<Cursor<&[u8]>>, name: &str, most: u32) -> Result<ImportTable, TableFault> {
    let no = |error: &dyn std::fmt::Display| {
        TableFault::new(format!("its tab {} cannot be read: {error}", quote(name)))
    };
    let mut table = ImportTable::default();
    let mut cells = book.worksheet_cells_reader(name).map_err(|error| no(&error))?;
    let (mut here, mut row): (u32, Vec<String>) = (0, Vec::new());
    // Cells come in the order of rows; those that are empty are not there.
    while let Some(cell) = cells.next_cell_with_formula_metadata().map_err(|error| no(&error))? {
        let (line, column) = cell.pos;
        if line >= most {
            break;
        }
        let text = shown(&cell.value);
        if text.is_empty() {
            if cell.formula.is_some() {
                let place = format!("{}{}", column_letters(column), u64::from(line) + 1);
                let message = format!(
                    "the cell {place} of its tab {} holds a formula that nobody has computed yet: save it in a spreadsheet",
                    quote(name)
                );
                return Err(TableFault::new(message));
            }
            continue;
        }
        if line != here && !row.is_empty() {
            table.push(u64::from(here) + 1, row.iter().map(String::as_str))?;
            row.clear();
        }
        here = line;
        let column = column as usize;
        if column >= MOST_COLUMNS {
            return Err(TableFault::new(format!(
                "its tab {} has more than {MOST_COLUMNS} columns",
                quote(name)
            )));
        }
        if row.len() <= column {
            row.resize(column + 1, String::new());
        }
        row[column] = text;
    }
    if !row.is_empty() {
        table.push(u64::from(here) + 1, row.iter().map(String::as_str))?;
    }
    Ok(table)
}

/// A column as spreadsheets name it: `A` to `Z`, then `AA`.
fn column_letters(column: u32) -> String {
    let mut letters = Vec::new();
    let mut left = column + 1;
    while left > 0 {
        left -= 1;
        letters.push(char::from(b'A' + u8::try_from(left % 26).unwrap_or_default()));
        left /= 26;
    }
    letters.into_iter().rev().collect()
}

/// A number without what a sum leaves behind its fifteenth digit, as spreadsheets show it.
fn of_fifteen_digits(number: f64) -> f64 {
    format!("{number:.14e}").parse().unwrap_or(number)
}

/// A cell as a text export would have it.
fn shown(value: &DataRef<'_>) -> String {
    match Data::from(value.clone()) {
        Data::DateTime(moment) => day(&moment),
        Data::Float(number) if number.abs() >= 1e15 => format!("{number:E}"),
        Data::Float(number) => of_fifteen_digits(number).to_string(),
        Data::Error(error) => failed_formula(error),
        other => other.to_string(),
    }
}

/// A serial number of a cell that is formatted as a day.
fn day(moment: &ExcelDateTime) -> String {
    if !moment.is_datetime() {
        return moment.as_f64().to_string();
    }
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    if (hour, minute, second) == (0, 0, 0) {
        return format!("{year:04}-{month:02}-{day:02}");
    }
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
}
