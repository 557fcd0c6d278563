//! `report --from FILE`: a report made from a saved model, or compared with one.

use std::path::Path;

use crate::command::console::Console;
use crate::command::difference::difference;
use crate::command::exit::Exit;
use crate::command::output;
use crate::error::Error;
use crate::finding::limit::REPORT_SIZE;
use crate::report::{ReportModel, model_json};
use crate::snapshot::disk::{self, PathTarget};
use crate::source::escape;

/// Reads a model that was written before.
pub(super) fn read(path: &Path) -> Result<ReportModel, Error> {
    let unusable = |why: String| Error::Context { path: path.to_owned(), why };
    let cannot = |cause: std::io::Error| unusable(cause.to_string());
    if PathTarget::of(path).map_err(cannot)?.strays {
        return Err(unusable("a link on its path leads out of the workspace".to_owned()));
    }
    let bytes = disk::read(path, model_json::MAX_BYTES).map_err(cannot)?;
    if bytes.len() > model_json::MAX_BYTES {
        return Err(unusable(format!("it is larger than {} MiB", model_json::MAX_BYTES >> 20)));
    }
    let text = String::from_utf8(bytes).map_err(|cause| unusable(cause.to_string()))?;
    model_json::from_json(&text).map_err(unusable)
}

/// Whether a file is what would be written now, whichever ends of lines a checkout gave it or the templates.
pub(super) fn compare(file: &Path, text: &str, console: Console) -> Result<Exit, Error> {
    let there = output::read_back(file, REPORT_SIZE.most)?.unwrap_or_default();
    let there = String::from_utf8_lossy(&there);
    let [there, text] = [&there, text].map(|text| text.replace("\r\n", "\n"));
    let Some(differs) = difference(&there, &text) else { return Ok(Exit::Clean) };
    let name = escape::line(&file.to_string_lossy()).into_owned();
    console.show(|out| {
        writeln!(out, "--- {name}\n+++ what the workspace says now")?;
        out.write_all(escape::lines(&differs).as_bytes())
    })?;
    Ok(Exit::Findings)
}
