//! `dealgate merge-file`: git's merge driver for deals.

mod combined_errors;
mod form;
pub(super) mod setup;
mod sides;

use std::path::{Path, PathBuf};

use clap::Args;

use super::console::Console;
use super::exit::Exit;
use super::global::Global;
use super::output;
use crate::edit::Clash;
use crate::error::Error;
use crate::snapshot::disk;
use crate::source::{escape, names};
use sides::MergedSides;

/// Merge two changes of a deal by key; git calls it as a merge driver
#[derive(Clone, Debug, Args)]
#[command(after_help = SET_UP)]
pub(super) struct MergeFileArgs {
    /// The deal as it was before both changes
    base: PathBuf,

    /// The deal as changed here; the result is written into it
    ours: PathBuf,

    /// The deal as changed there
    theirs: PathBuf,

    /// Where the deal lies in the work tree
    #[arg(long, value_name = "PATH")]
    path: PathBuf,

    /// How long the markers of a conflict are
    #[arg(long, value_name = "SIZE", default_value_t = 7, value_parser = clap::value_parser!(u8).range(1..))]
    marker_size: u8,
}

const SET_UP: &str = "\
Set up, once for each clone:
  git config merge.dealgate.driver 'dealgate merge-file %O %A %B --path %P'
and once for each repository, in `.gitattributes`, as `dealgate init` writes it:
  deals/** merge=dealgate

Exit status: 0 merged, 1 a conflict is in the file, 2 it could not do the work.";

/// Bytes up to which a file is merged at all.
const MOST: usize = 64 << 20;

/// Characters up to which a value is told in a line.
const WIDEST: usize = 80;

impl MergeFileArgs {
    pub(super) fn run(&self, global: &Global, console: Console) -> Result<Exit, Error> {
        let [base, ours, theirs] = [read(&self.base)?, read(&self.ours)?, read(&self.theirs)?];
        let path = self.path.to_string_lossy();
        let merged =
            MergedSides::of([&base, &ours, &theirs], names::is_yaml(&path), self.marker_size.into())?;
        output::replace(&self.ours, |out| out.write_all(&merged.text))?;
        for Clash { path: place, ours, theirs } in &merged.clashes {
            let said = format!(
                "{path}: {place}: {} here, {} there",
                one_line(ours.as_ref()),
                one_line(theirs.as_ref())
            );
            console.tell(&escape::line(&said));
        }
        if !merged.is_clean {
            return Ok(Exit::Findings);
        }
        let broken = combined_errors::by_both(&self.path, [&ours, &theirs, &merged.text], global);
        let broken = broken.unwrap_or_else(|error| vec![format!("the result could not be judged: {error}")]);
        for what in broken {
            console.tell(&escape::line(&format!("warning: {path}: {what}")));
        }
        Ok(Exit::Clean)
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Error> {
    let refused = |why: String| Error::Path { path: path.to_owned(), why, hint: None };
    let bytes = disk::read(path, MOST).map_err(|cause| refused(format!("cannot be read: {cause}")))?;
    // Half a file must never be written back as the whole.
    if bytes.len() > MOST {
        return Err(refused("is too large to be merged".to_owned()));
    }
    Ok(bytes)
}

/// What a side says, in a line.
fn one_line(side: Option<&String>) -> String {
    let Some(said) = side else { return "nothing".to_owned() };
    match said.char_indices().nth(WIDEST) {
        Some((end, _)) => format!("{}…", &said[..end]),
        None => said.clone(),
    }
}
