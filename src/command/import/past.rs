//! Reads the exports of the past that an import is given, of whichever shape.

use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::files;
use crate::error::Error;
use crate::import::failure::{Failures, TablePlace};
use crate::import::history::{self, DatedExports, HistoryContext};
use crate::import::imported_change::ImportedHistories;
use crate::import::incoming;

/// Reads them; the names of their files are added to those that are read already.
pub(super) fn read(
    paths: &[PathBuf],
    today: Date,
    context: HistoryContext<'_>,
    names: &mut Vec<String>,
    failures: &mut Failures,
) -> Result<ImportedHistories, Error> {
    let mut all = ImportedHistories::new();
    for path in paths {
        let found = if path.is_dir() {
            dated((path, today), context, names, failures)?
        } else {
            read_history(path, context, names, failures)?
        };
        for (id, past_changes) in found {
            all.entry(id).or_default().extend(past_changes);
        }
    }
    for past_changes in all.values_mut() {
        past_changes.sort_by_key(|past_change| past_change.day);
        *past_changes = history::without_repetitions(past_changes);
    }
    Ok(all)
}

/// An export that tells of the past.
fn read_history(
    path: &Path,
    context: HistoryContext<'_>,
    names: &mut Vec<String>,
    failures: &mut Failures,
) -> Result<ImportedHistories, Error> {
    let mut all = ImportedHistories::new();
    for (name, table) in files::read(&[path.to_owned()])? {
        let read = history::read(names.len(), &table, context, failures).ok_or_else(|| Error::Path {
            path: name.clone().into(),
            why: "tells of no past that can be read".to_owned(),
            hint: Some(
                "HubSpot's export has columns `Date entered \"…\"`; Salesforce's reports have `From Stage` and `To Stage`, \
                 or `Field / Event`, `Old Value` and `New Value`, and `Opportunity ID`"
                    .to_owned(),
            ),
        })?;
        names.push(name);
        all.extend(read);
    }
    Ok(all)
}

/// Exports of other days, one after the other, so that no more than one is held.
fn dated(
    (folder, today): (&Path, Date),
    context: HistoryContext<'_>,
    names: &mut Vec<String>,
    failures: &mut Failures,
) -> Result<ImportedHistories, Error> {
    let mut exports = DatedExports::default();
    for (day, path) in files::dated(folder)? {
        if day > today {
            return Err(Error::Path {
                path,
                why: format!("tells of {day} by its name, and it is {today}"),
                hint: Some("name it after the day on which it was exported".to_owned()),
            });
        }
        let tables = files::read(&[path])?;
        let headed = files::headed(context.columns.map, &tables)?;
        // Rows of one file follow each other; the file's number is that among all.
        let mut own = Failures::default();
        let read = incoming::read(&headed, context.columns, context.targets, &mut own);
        let first = names.len();
        for failure in own.into_list() {
            let place = TablePlace { file: failure.place.file + first, ..failure.place };
            failures.push(place, failure.message, failure.help);
        }
        names.extend(tables.iter().map(|(name, _)| name.clone()));
        exports.add(day, &read);
    }
    Ok(exports.past_changes())
}
