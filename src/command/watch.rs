//! Renders again when a file that was read changes, by asking for modification times.

use std::collections::BTreeMap;
use std::path::Path;
use std::thread;
use std::time::{Duration, SystemTime};

use jiff::civil::Date;

use super::console::Console;
use super::exit::Exit;
use super::global::Global;
use super::session::Session;
use super::today;
use crate::error::Error;
use crate::workspace::CONFIG_FILE;

/// How long nobody looks.
const PAUSE: Duration = Duration::from_millis(500);

/// When a file was changed, and how long it is; `None` where it is not there.
type Stamp = Option<(SystemTime, u64)>;

/// What a rendering hangs on, as it was when somebody looked.
#[derive(PartialEq, Eq)]
struct WatchedState {
    /// Deals, workflows, templates and settings, and where git stands, by their paths.
    files: BTreeMap<String, Stamp>,
    today: Date,
}

/// Calls `render` now and whenever something changed, until the process is ended. An error that it returns is one
/// that no change of a file mends.
pub(super) fn watch(
    global: &Global,
    output: &Path,
    mut render: impl FnMut() -> Result<(), Error>,
) -> Result<std::convert::Infallible, Error> {
    let (mut last, mut is_first) = (None, true);
    loop {
        // Looked at before it is read, so that what changes meanwhile is rendered the next time.
        let seen = look(global, output).ok();
        if is_first || seen != last {
            render()?;
            (last, is_first) = (seen, false);
        }
        thread::sleep(PAUSE);
    }
}

/// Does something now and whenever something changed, an empty line between: what a terminal shows while somebody works
/// in an editor. What no change of a file mends is an error the first time.
pub(super) fn repeat(
    global: &Global,
    console: Console,
    mut run: impl FnMut() -> Result<Exit, Error>,
) -> Result<Exit, Error> {
    let mut is_first = true;
    let never = watch(global, Path::new(""), || {
        let was_first = std::mem::take(&mut is_first);
        if !was_first {
            console.show(|out| writeln!(out))?;
        }
        match run() {
            Err(error) if was_first => Err(error),
            Err(error) => {
                console.fail(&error);
                Ok(())
            }
            Ok(_) => Ok(()),
        }
    });
    match never? {}
}

fn look(global: &Global, output: &Path) -> Result<WatchedState, Error> {
    let opened = Session::here(global)?;
    let (config, snapshot, root) = (opened.settings(global), opened.files(), opened.root());
    let mut paths = vec![CONFIG_FILE.to_owned()];
    for folder in [&config.deals, &config.templates] {
        paths.extend(snapshot.walk(folder).files);
    }
    // The tests of workflows stand below them.
    paths.extend(snapshot.walk(&config.workflows).files);
    // What is written must not be a reason to write it again.
    let output = output.canonicalize().ok();
    let own = |path: &Path| output.as_deref().is_some_and(|output| path.starts_with(output));
    let mut files: BTreeMap<_, _> = paths
        .into_iter()
        .filter(|path| !own(&root.join(path)))
        .map(|path| {
            let stamp = stamp(&root.join(&path));
            (path, stamp)
        })
        .collect();
    // A commit moves it: dates come from there.
    if let Some(repository) = root.ancestors().find(|folder| folder.join(".git").exists()) {
        files.insert("HEAD".to_owned(), stamp(&repository.join(".git/logs/HEAD")));
    }
    Ok(WatchedState { files, today: today(global.today, &config)? })
}

fn stamp(path: &Path) -> Stamp {
    let there = std::fs::metadata(path).ok()?;
    Some((there.modified().ok()?, there.len()))
}
