//! git's own merge of three texts, line by line.

use std::ffi::OsString;
use std::path::Path;

use super::failure::GitFailure;
use super::program::Git;
use super::trust_files::keep_for_a_moment;

/// What came of merging lines.
#[derive(Clone, Debug)]
pub struct MergedLines {
    /// The text, with git's markers where both sides changed the same lines.
    pub text: Vec<u8>,
    /// Whether it is without any.
    pub is_clean: bool,
}

/// Merges base, ours and theirs; `marker` is the length of a marker.
pub fn merge_lines(texts: [&[u8]; 3], marker: usize) -> Result<MergedLines, GitFailure> {
    const WHAT: &str = "merge a file";
    let failed = |error: std::io::Error| GitFailure::Failed { what: WHAT, said: error.to_string() };
    let [base, ours, theirs] = texts.map(keep_for_a_moment);
    let (base, ours, theirs) = (base.map_err(failed)?, ours.map_err(failed)?, theirs.map_err(failed)?);
    let git = Git::at(Path::new(".")).with("merge.conflictStyle=merge");
    let size = format!("--marker-size={marker}");
    let options = ["merge-file", "-p", "-q", &size, "-L", "ours", "-L", "base", "-L", "theirs", "--"];
    let files = [&ours.1, &base.1, &theirs.1].map(|file| file.as_os_str().to_owned());
    let output = git.output(WHAT, options.into_iter().map(OsString::from).chain(files))?;
    match output.status.code() {
        Some(0) => Ok(MergedLines { text: output.stdout, is_clean: true }),
        // The number of conflicts, cut off there.
        Some(1..=127) => Ok(MergedLines { text: output.stdout, is_clean: false }),
        _ => Err(git.explain(WHAT, &output)),
    }
}
