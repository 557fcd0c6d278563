//! The files of an import: tables, and the map by which they are read.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::Date;

use super::refusal::{ImportRefusal, unknown_map};
use crate::error::Error;
use crate::finding::{FindingsBuilder, Subject};
use crate::import::failure::{Failure, TableFault, TablePlace};
use crate::import::history::day_in_name;
use crate::import::map::ImportMap;
use crate::import::map_file;
use crate::import::presets::{PRESETS, preset};
use crate::import::rows::HeadedTable;
use crate::import::table::ImportTable;
use crate::import::{bytes, last_import, roundtrip, sheet};
use crate::snapshot::disk;
use crate::snapshot::worktree::plain_files;
use crate::source::SourceFile;
use crate::syntax::toml;

/// A table and the name of its file.
pub(super) type NamedTable = (String, ImportTable);

/// The most that is read of an export, in bytes.
const MOST_BYTES: usize = 1 << 30;

/// The most rows that are imported at once: each becomes a file, and all are worked out before the first is written.
const MOST_ROWS: usize = 250_000;

/// The most that is read of a map.
const MOST_OF_MAP: usize = 1 << 20;

/// Reads the exports.
pub(super) fn read(paths: &[PathBuf]) -> Result<Vec<NamedTable>, Error> {
    let mut all: Vec<NamedTable> = Vec::new();
    for path in paths {
        all.extend(tables(path)?);
        if all.iter().map(|(_, table)| table.len()).sum::<usize>() > MOST_ROWS {
            return Err(Error::Path {
                path: path.clone(),
                why: format!("makes it more than {MOST_ROWS} rows, the most that is imported at once"),
                hint: Some(
                    "export the deals in parts, such as by the year in which they were created".to_owned(),
                ),
            });
        }
    }
    Ok(all)
}

/// The exports in a folder by the days in their names, the oldest first.
pub(super) fn dated(folder: &Path) -> Result<Vec<(Date, PathBuf)>, Error> {
    let failed = |path: &Path, why: String, hint: &str| Error::Path {
        path: path.to_owned(),
        why,
        hint: Some(hint.to_owned()),
    };
    let one = "a folder of dated exports holds them and nothing else, one a day: `deals-2026-05-28.csv`";
    let files =
        plain_files(folder).map_err(|cause| failed(folder, format!("cannot be listed: {cause}"), one))?;
    let mut found: Vec<(Date, PathBuf)> = Vec::new();
    for file in files {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let day = day_in_name(&name)
            .ok_or_else(|| failed(&file, "does not name the one day of which it tells".to_owned(), one))?;
        found.push((day, file));
    }
    found.sort();
    if let Some(pair) = found.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        let why = format!("tells of {}, and so does `{}`", pair[0].0, pair[0].1.display());
        return Err(failed(&pair[1].1, why, one));
    }
    if found.is_empty() {
        return Err(failed(folder, "holds no export".to_owned(), one));
    }
    Ok(found)
}

/// The tables of a file: one, but for workbooks whose tabs are sheets of deals.
fn tables(path: &Path) -> Result<Vec<NamedTable>, Error> {
    let failed = |TableFault { message }| Error::Path {
        path: path.to_owned(),
        why: format!("cannot be imported: {message}"),
        hint: Some("export it again, as CSV where that can be chosen".to_owned()),
    };
    let bytes = bytes_of(path, MOST_BYTES)?;
    let name = path.display().to_string();
    if !sheet::is_workbook(&bytes) {
        return Ok(vec![(name, ImportTable::of_text(&bytes::decode(bytes).0).map_err(failed)?)]);
    }
    let belongs = |table: &ImportTable| roundtrip::is_sheet(table) || roundtrip::torn_at(table).is_some();
    let tabs = sheet::read(&bytes, belongs).map_err(failed)?;
    Ok(match tabs.len() {
        0 => vec![(name, ImportTable::default())],
        1 => tabs.into_iter().map(|(_, table)| (name.clone(), table)).collect(),
        _ => {
            let others = tabs.into_iter().filter(|(tab, _)| tab != roundtrip::CHOICES);
            others.map(|(tab, table)| (format!("{name} [{tab}]"), table)).collect()
        }
    })
}

fn bytes_of(path: &Path, most: usize) -> Result<Vec<u8>, Error> {
    let failed = |why: String, hint: Option<&str>| Error::Path {
        path: path.to_owned(),
        why,
        hint: hint.map(str::to_owned),
    };
    let bytes = disk::read(path, most).map_err(|cause| failed(format!("cannot be read: {cause}"), None))?;
    if bytes.len() > most {
        let why = format!("is larger than {} MiB, the most that is read", most >> 20);
        return Err(failed(why, Some("export the deals in parts, with fewer columns")));
    }
    Ok(bytes)
}

/// The map that is named, or that of the system whose header the tables have.
pub(super) fn map(
    named: Option<&str>,
    tables: &[NamedTable],
) -> Result<Result<ImportMap, ImportRefusal>, Error> {
    match named {
        None => recognised(tables).map(Ok),
        Some(name) => match preset(name) {
            Some(text) => Ok(parse(name, text)),
            None if Path::new(name).extension().is_none() => Err(unknown_map(name)),
            None => {
                let failed = |why: &str| Error::Path {
                    path: name.into(),
                    why: why.to_owned(),
                    hint: Some("save it as UTF-8 in an editor".to_owned()),
                };
                let text = String::from_utf8(bytes_of(Path::new(name), MOST_OF_MAP)?);
                Ok(parse(name, &text.map_err(|_| failed("is not UTF-8"))?))
            }
        },
    }
}

fn parse(name: &str, text: &str) -> Result<ImportMap, ImportRefusal> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let file = Arc::new(SourceFile::new(name, text));
    let mut complaints = FindingsBuilder::about(vec![Arc::clone(&file)], Subject::default());
    let parsed = toml::parse(file.text(), 0);
    for fault in parsed.faults {
        fault.tell(&mut complaints);
    }
    let map = parsed.root.map(|root| map_file::read(&root, &mut complaints)).unwrap_or_default();
    if complaints.is_empty() && !last_import::is_name(&map.system) {
        let help = "letters a to z, digits, `-` and `_`, such as `system = \"our-crm\"`".to_owned();
        let message = format!("`system`: `{}` cannot name a file", map.system);
        let failure = Failure { place: TablePlace::default(), more: 0, message, help: Some(help) };
        return Err(ImportRefusal { files: vec![name.to_owned()], failures: vec![failure], preset: None });
    }
    if complaints.is_empty() {
        return Ok(map);
    }
    let failures = complaints.into_findings().into_iter().map(|finding| {
        let line = finding.place.as_ref().map_or(0, |place| place.start().line as u64);
        Failure { place: TablePlace { file: 0, line }, more: 0, message: finding.message, help: finding.help }
    });
    Err(ImportRefusal { files: vec![name.to_owned()], failures: failures.collect(), preset: None })
}

/// Whether these are sheets of deals, or were before somebody took their columns of prints away.
pub(super) fn are_sheets(tables: &[NamedTable]) -> bool {
    let was_one = || tables.iter().any(|(_, table)| roundtrip::torn_at(table).is_some());
    tables.iter().any(|(_, table)| roundtrip::is_sheet(table)) || was_one() && recognised(tables).is_err()
}

/// The first of the maps that come along that every table has a header for.
fn recognised(tables: &[NamedTable]) -> Result<ImportMap, Error> {
    let maps = PRESETS.iter().filter_map(|(name, text)| parse(name, text).ok());
    let mut fitting = maps.filter(|map| headed(map, tables).is_ok());
    let sheet = || tables.iter().find(|(_, table)| roundtrip::is_sheet(table));
    fitting.next().ok_or_else(|| match sheet() {
        Some((name, _)) => Error::Path {
            path: name.into(),
            why: "is a sheet of `dealgate export sheet`, and no export of another system".to_owned(),
            hint: Some("name the file that the other system exported".to_owned()),
        },
        None => unrecognised(tables),
    })
}

fn unrecognised(tables: &[NamedTable]) -> Error {
    Error::Unknown {
        message: "no row of the export names the columns of a system that is known".to_owned(),
        hint: Some(format!(
            "its records need their own ids: export these too, or write a map of your own (`dealgate import --map csv \
             --print-map`); the first row is {}",
            first_cells(tables)
        )),
    }
}

/// The tables with their headers.
pub(super) fn headed<'t>(map: &ImportMap, tables: &'t [NamedTable]) -> Result<Vec<HeadedTable<'t>>, Error> {
    let found = tables.iter().enumerate().map(|(number, (name, table))| {
        HeadedTable::find(number, table, map).ok_or_else(|| {
            let columns: Vec<_> = map.id.columns.iter().map(|names| names.join(" and ")).collect();
            Error::Path {
                path: name.into(),
                why: format!("has no row that names the columns of `{}`", map.system),
                hint: Some(if roundtrip::is_sheet(table) {
                    "it is a sheet of `dealgate export sheet`: leave out `--map`".to_owned()
                } else {
                    format!(
                        "it needs a column for the id ({}), the name and the stage; the first row is {}",
                        columns.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" or "),
                        first_cells(tables)
                    )
                }),
            }
        })
    });
    found.collect()
}

/// What the first row that holds anything says, shortened.
fn first_cells(tables: &[NamedTable]) -> String {
    let rows = tables.iter().flat_map(|(_, table)| (0..table.len().min(30)).map(|index| table.row(index)));
    let first = rows.into_iter().find(|row| !row.is_blank());
    let cells = first.map(|row| {
        row.cells().take(8).map(|cell| cell.chars().take(30).collect::<String>()).collect::<Vec<_>>()
    });
    cells.map_or_else(|| "empty".to_owned(), |cells| format!("`{}`", cells.join(", ")))
}
