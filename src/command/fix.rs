//! `check --fix`: carries out the fixes of findings, each as a verified edit.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;

use super::change::unchanged;
use super::console::Console;
use super::difference::difference;
use super::global::Global;
use super::opened::Session;
use super::output;
use super::usage::usage_error;
use crate::edit::fix::{self, FixEdit};
use crate::error::Error;
use crate::finding::{Finding, Ledger};
use crate::snapshot::disk;
use crate::source::escape;

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

    /// Show what `--fix` would write, and write nothing
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

/// A file as it is and as it would be.
struct FixedFile {
    path: String,
    old: String,
    new: String,
    made: usize,
}

fn fixed_files(ledger: &Ledger, fixing: &FixArgs) -> Vec<FixedFile> {
    let mut by_file: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in ledger.findings().iter().filter(|finding| fixing.makes(finding)) {
        if let Some(place) = &finding.place {
            by_file.entry(place.file.path()).or_default().push(finding);
        }
    }
    let fixed = |(path, findings): (&str, Vec<&Finding>)| {
        let old = findings.first()?.place.as_ref()?.file.text().to_owned();
        let (new, made) = fix::apply(&old, path, &findings);
        (made > 0).then(|| FixedFile { path: path.to_owned(), old, new, made })
    };
    by_file.into_iter().filter_map(fixed).collect()
}

/// Shows what one round would write; whether that is anything.
pub(super) fn show(ledger: &Ledger, fixing: &FixArgs, console: Console) -> Result<bool, Error> {
    let files = fixed_files(ledger, fixing);
    console.show(|out| {
        for file in &files {
            let path = escape::line(&file.path);
            let shown = difference(&file.old, &file.new).unwrap_or_default();
            write!(out, "--- a/{path}\n+++ b/{path}\n{}", escape::lines(&shown))?;
        }
        Ok(())
    })?;
    Ok(!files.is_empty())
}

/// Writes one round of fixes; how many were made. Every text is at hand before the first is written.
pub(super) fn write(
    opened: &Session,
    ledger: &Ledger,
    fixing: &FixArgs,
    most: usize,
) -> Result<usize, Error> {
    let files = fixed_files(ledger, fixing);
    let mut texts = Vec::new();
    let _others_wait = disk::lock(opened.root());
    for file in &files {
        let is_same = |now: &str| now.trim_start_matches('\u{feff}') == file.old;
        let (target, on_disk) = unchanged(opened, &file.path, most, is_same)?;
        let mark = if on_disk.starts_with('\u{feff}') { "\u{feff}" } else { "" };
        texts.push((target, format!("{mark}{}", file.new)));
    }
    for (number, (target, text)) in texts.iter().enumerate() {
        output::replace(target, |out| out.write_all(text.as_bytes())).map_err(|error| {
            let written = files[..number].iter().map(|file| file.path.as_str()).collect::<Vec<_>>();
            if written.is_empty() {
                return error;
            }
            let message = format!("{error}; written before that: {}", written.join(", "));
            Error::Unknown { message, hint: Some("run `dealgate check --fix` again".to_owned()) }
        })?;
    }
    Ok(files.iter().map(|file| file.made).sum())
}

/// `3 fixed, 2 left, 1 more with --unsafe-fixes`.
pub(super) fn told(fixed: usize, ledger: &Ledger) -> String {
    let is_unsafe = |finding: &Finding| finding.fix.as_ref().is_some_and(|fix| !fix.safe);
    let edits = FixEdit::all(ledger.findings());
    let more =
        ledger.findings().iter().zip(edits).filter(|(it, edit)| is_unsafe(it) && edit.is_some()).count();
    let more = if more > 0 { format!(", {more} more with --unsafe-fixes") } else { String::new() };
    format!("{fixed} fixed, {} left{more}", ledger.findings().len())
}
