//! Programs that tests drive as users do. `.ci/run` puts what is missing into `target/tools`. Where one cannot be had, the
//! test that wants it says so and ends; in CI it fails.

use std::io::Write as _;
use std::path::PathBuf;

use crate::run::repository;

/// Says that nothing was shown, for want of a program, and how to get it. Past what the runner of the tests keeps to
/// itself of a test that passes.
pub fn skip(what: &str, install: &str) {
    let in_ci = std::env::var_os("CI").is_some_and(|value| !value.is_empty());
    assert!(!in_ci, "CI must have {what}: {install}");
    let _ = writeln!(std::io::stderr(), "SKIPPED: no {what} here ({install}), so nothing was shown about it");
}

/// A program: the one that a variable names, else by its name among what `.ci/run` installed and what the system has.
pub fn find(variable: &str, name: &str) -> Option<PathBuf> {
    let own = ["target/tools/bin", "target/tools/node_modules/.bin"].map(repository);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders = own.into_iter().chain(std::env::split_paths(&path));
    let named = std::env::var_os(variable).map(PathBuf::from);
    named.or_else(|| folders.find_map(|folder| Some(folder.join(name)).filter(|it| it.is_file())))
}

/// The same, or said to be missing.
pub fn wanted(variable: &str, name: &str, install: &str) -> Option<PathBuf> {
    let found = find(variable, name);
    if found.is_none() {
        skip(name, install);
    }
    found
}
