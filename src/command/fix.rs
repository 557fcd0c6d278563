//! `check --fix`: carries out the fixes of findings, each as a verified edit.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use super::change::unchanged;
use super::console::Console;
use super::difference::patch;
use super::global::Global;
use super::output;
use super::session::Session;
use super::usage::usage_error;
use crate::edit::fix::{self, FixEdit};
use crate::error::Error;
use crate::finding::{Finding, Ledger};
use crate::snapshot::disk;

/// How often the workspace is fixed and judged again; a fix may bring to light what another one mends.
pub(super) const ROUNDS: usize = 10;

/// Options of `check` that change files.
#[derive(Clone, Debug, Args)]
pub(super) struct FixArgs {
    /// Mend what can be mended without asking, and show what is left
    #[arg(long, conflicts_with_all = ["since", "stdin_filename"])]
    fix: bool,

    /// Also make the fixes that may not be what was meant, such as the nearest name
    #[arg(long, requires = "fix")]
    unsafe_fixes: bool,

    /// Show what `--fix` would write, as a patch, and write nothing
    #[arg(long, requires = "fix")]
    pub(super) diff: bool,
}

impl FixArgs {
    /// Whether anything is to be fixed.
    pub(super) fn is_asked(&self) -> bool {
        self.fix
    }

    /// Refuses what is not the workspace on disk.
    pub(super) fn refuse(&self, global: &Global, paths: &[PathBuf]) -> Result<(), Error> {
        if !self.fix {
            return Ok(());
        }
        if paths.iter().any(|path| path.as_os_str() == "-") {
            usage_error(
                "check",
                "`--fix` writes files, and standard input is none; leave one of the two out",
            );
        }
        let refused = |message: &str, option: &str| {
            Err(Error::Unknown { message: message.to_owned(), hint: Some(format!("leave out `{option}`")) })
        };
        if global.at.is_some() {
            return refused("a commit cannot be fixed: `--fix` changes the files as they are", "--at");
        }
        if global.rules.is_some() {
            return refused(
                "the files are judged by the rules of another revision, so `--fix` changes nothing",
                "--rules",
            );
        }
        Ok(())
    }

    fn makes(&self, finding: &Finding) -> bool {
        finding.fix.as_ref().is_some_and(|fix| fix.safe || self.unsafe_fixes)
    }
}

/// What fixes make of files, round after round, before any is written.
#[derive(Default)]
pub(super) struct Fixed {
    files: BTreeMap<String, FixedFile>,
    /// How many were made.
    made: usize,
}

/// A file as it is and as it would be, with its byte order mark.
struct FixedFile {
    old: String,
    new: String,
}

impl Fixed {
    /// Makes one round of fixes; how many.
    pub(super) fn round(
        &mut self,
        opened: &Session,
        ledger: &Ledger,
        fixing: &FixArgs,
        most: usize,
    ) -> Result<usize, Error> {
        let mut by_file: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
        for finding in ledger.findings().iter().filter(|finding| fixing.makes(finding)) {
            if let Some(place) = &finding.place {
                by_file.entry(place.file.path()).or_default().push(finding);
            }
        }
        let mut count = 0;
        for (path, findings) in by_file {
            let Some(place) = findings.first().and_then(|first| first.place.as_ref()) else { continue };
            let (text, made) = fix::apply(place.file.text(), path, &findings);
            if made == 0 {
                continue;
            }
            count += made;
            let file = match self.files.entry(path.to_owned()) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(free) => {
                    let old = read_same(opened, path, most, place.file.text())?;
                    free.insert(FixedFile { new: old.clone(), old })
                }
            };
            let mark = file.old.strip_prefix(MARK).map(|_| MARK);
            file.new = mark.into_iter().collect::<String>() + &text;
        }
        self.made += count;
        Ok(count)
    }

    /// The files as they would be.
    pub(super) fn texts(&self) -> BTreeMap<String, Arc<[u8]>> {
        self.files.iter().map(|(path, file)| (path.clone(), file.new.as_bytes().into())).collect()
    }

    /// Shows what would be written; whether that is anything.
    pub(super) fn show(&self, console: Console) -> Result<bool, Error> {
        let patches = self.files.iter().map(|(path, file)| patch(path, Some(&file.old), &file.new));
        console.show_patch(&patches.collect::<String>())?;
        Ok(!self.files.is_empty())
    }

    /// Writes all of it; whether that is anything. Every file is as it was before the first is written.
    pub(super) fn write(&self, opened: &Session, most: usize) -> Result<bool, Error> {
        let _others_wait = disk::lock(opened.root());
        let mut targets = Vec::new();
        for (path, file) in &self.files {
            targets.push((path.as_str(), unchanged(opened, path, most, |now| now == file.old)?.0, &file.new));
        }
        for (number, (_, target, text)) in targets.iter().enumerate() {
            output::replace(target, |out| out.write_all(text.as_bytes())).map_err(|error| {
                let written = targets[..number].iter().map(|(path, ..)| *path).collect::<Vec<_>>();
                if written.is_empty() {
                    return error;
                }
                let message = format!("{error}; written before that: {}", written.join(", "));
                Error::Unknown { message, hint: Some("run `dealgate check --fix` again".to_owned()) }
            })?;
        }
        let folders: BTreeMap<_, _> =
            targets.iter().map(|(_, target, _)| (target.parent(), target.as_path())).collect();
        folders.into_values().for_each(output::sweep);
        Ok(!targets.is_empty())
    }

    /// `3 fixed, 2 left, 1 more with --unsafe-fixes`, where these findings are left; not yet where nothing is written.
    pub(super) fn summary(&self, ledger: &Ledger, is_written: bool) -> String {
        let is_unsafe = |finding: &Finding| finding.fix.as_ref().is_some_and(|fix| !fix.safe);
        let edits = FixEdit::all(ledger.findings());
        let more =
            ledger.findings().iter().zip(edits).filter(|(it, edit)| is_unsafe(it) && edit.is_some()).count();
        let more = if more > 0 { format!(", {more} more with --unsafe-fixes") } else { String::new() };
        let would = if is_written { "" } else { "would be " };
        format!("{} {would}fixed, {} left{more}", self.made, ledger.findings().len())
    }
}

/// A byte order mark.
const MARK: char = '\u{feff}';

/// The text of a file with its byte order mark, if it is still the one that was judged.
fn read_same(opened: &Session, path: &str, most: usize, judged: &str) -> Result<String, Error> {
    let is_same = |now: &str| now.strip_prefix(MARK).unwrap_or(now) == judged;
    unchanged(opened, path, most, is_same).map(|(_, text)| text)
}
