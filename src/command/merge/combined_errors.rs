//! Errors that two merged changes cause together and neither causes alone.

use std::path::{Component, Path};

use crate::assess::{Selection, Workspace};
use crate::command::deals;
use crate::command::global::Global;
use crate::command::session::Session;
use crate::error::Error;
use crate::snapshot::overlay::Overlay;

/// What is found in the merged text of a deal and was found in neither ours nor theirs.
pub(super) fn by_both(path: &Path, texts: [&[u8]; 3], global: &Global) -> Result<Vec<String>, Error> {
    if path.components().any(|part| !matches!(part, Component::Normal(_))) {
        return Ok(Vec::new());
    }
    let unreachable = |cause| Error::Enter { path: ".".into(), cause };
    let here = std::env::current_dir().and_then(|here| here.canonicalize()).map_err(unreachable)?;
    let file = here.join(path);
    let folder = file.ancestors().skip(1).find(|folder| folder.is_dir()).unwrap_or(&here);
    let opened = Session::at(folder, global)?;
    let Ok(path) = file.strip_prefix(opened.root()) else { return Ok(Vec::new()) };
    let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
    let path = parts.join("/");
    let [ours, theirs, merged] = texts.map(|text| findings(&opened, &path, text, global));
    let (ours, theirs, merged) = (ours?, theirs?, merged?);
    let is_new = |found: &DealFinding| !ours.contains(found) && !theirs.contains(found);
    let new = merged.into_iter().filter(is_new);
    Ok(new.map(|it| format!("[{}] {} (only with both changes)", it.code, it.message)).collect())
}

/// What is found in a deal, as far as it is the same in another text of it.
#[derive(Debug, PartialEq, Eq)]
struct DealFinding {
    code: &'static str,
    message: String,
    /// Where the deal stands, for what a requirement asks: what was still ahead of one side is behind the other.
    stage: Option<String>,
}

fn findings(opened: &Session, path: &str, text: &[u8], global: &Global) -> Result<Vec<DealFinding>, Error> {
    let overlay = Overlay::new(opened.files(), path.to_owned(), text.to_vec());
    let workspace = Workspace { all_dates: true, ..opened.workspace_on(&overlay, global)? };
    let told = deals::progress(&workspace, &Selection::Paths(vec![path.to_owned()]));
    let mut all = Vec::new();
    for deal in &told {
        let counting = deal.findings.iter().filter(|found| found.level != "info");
        all.extend(counting.map(|found| DealFinding {
            code: found.code,
            message: found.message.clone(),
            stage: found.requirement.as_ref().and_then(|_| deal.stage.clone()),
        }));
    }
    Ok(all)
}
