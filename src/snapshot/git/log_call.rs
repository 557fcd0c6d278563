//! How git is asked for a log.

use std::panic::resume_unwind;

use super::failure::GitFailure;
use super::line::CommitLine;
use super::program::Git;

/// Numbers and names of objects only: nothing that anybody wrote. Who wrote a commit is read from the commit.
const FORMAT: &str = "--format=%H %ct %P";

/// A line of so many commits is read in two halves at once.
const LONG: usize = 256;

/// The ranges of commits that make up a line, newest first.
pub(super) fn halves(line: &CommitLine) -> Vec<String> {
    let name = |at: usize| line.get(at).map(|(id, _)| id.clone());
    let (newest, middle) = (name(0).unwrap_or_default(), name(line.len() / 2));
    match middle.filter(|_| line.len() >= LONG) {
        Some(middle) => vec![format!("{middle}..{newest}"), middle],
        None => vec![newest],
    }
}

/// What git tells of some ranges of commits, which are asked for at once.
pub(super) fn raw(
    git: &Git,
    prefix: &str,
    ranges: &[String],
    places: &[String],
    walk: &str,
) -> Result<Vec<Vec<u8>>, GitFailure> {
    let places: Vec<String> = places.iter().map(|place| from_root(place, prefix)).collect();
    let ask = |renames: &str, range: &str| {
        // Of commits that touch the places all changes are told, or a file that came from elsewhere would look new.
        let mut asked: Vec<&str> = vec!["log", walk, "--raw", "-z", "--full-diff"];
        asked.extend(["--no-abbrev", "--no-relative", renames]);
        asked.extend([FORMAT, "--diff-merges=first-parent", "--no-ext-diff", "--no-textconv"]);
        asked.extend(["--no-show-signature", "--topo-order", "--end-of-options"]);
        asked.extend([range, "--"]);
        asked.extend(places.iter().map(String::as_str));
        git.run("read the history", asked)
    };
    let all = |renames: &'static str| {
        std::thread::scope(|scope| {
            let running: Vec<_> =
                ranges.iter().map(|range| scope.spawn(|| ask(renames, range.as_str()))).collect();
            let ended = running.into_iter().map(|it| it.join().unwrap_or_else(|panic| resume_unwind(panic)));
            ended.collect::<Result<Vec<_>, _>>()
        })
    };
    // Without the contents of a partial clone only renames of unchanged files can be seen.
    all("-M").or_else(|_| all("-M100%"))
}

/// A path of the workspace as git takes it from the root of the repository.
pub(super) fn from_root(path: &str, prefix: &str) -> String {
    let up = "../".repeat(prefix.matches('/').count());
    let whole = match path.strip_prefix(&up) {
        Some(outside) if !up.is_empty() => outside.to_owned(),
        _ => format!("{prefix}{path}"),
    };
    let whole = whole.trim_end_matches('/');
    if whole.is_empty() { ".".to_owned() } else { whole.to_owned() }
}
