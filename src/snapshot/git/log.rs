//! What was committed when, by whom: one `git log --raw` for all files of a folder.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::resume_unwind;
use std::sync::Arc;

use jiff::Timestamp;

use super::failure::GitFailure;
use super::line::Line;
use super::objects::Commit;
use super::program::Git;
use crate::snapshot::disk;
use crate::source::paths;

/// A commit that changed files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// Its full name.
    pub id: Arc<str>,
    /// When it was made, by its committer's clock.
    pub time: Timestamp,
    /// The commits before it; the first is the one it was made on.
    pub parents: Vec<String>,
    /// What it changed, against the first of them.
    pub changes: Vec<FileChange>,
    /// Commits before it exist and are not here, so that everything in it looks new.
    pub cut_off: bool,
}

/// A file that differs between two commits. Paths are relative to the workspace, so that those outside it begin with
/// `../`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileChange {
    /// Where it was; `None`: it was not there.
    pub from: Option<String>,
    /// Where it is; `None`: it was deleted.
    pub to: Option<String>,
    /// The name of its content before.
    pub old: Option<String>,
    /// The name of its content after.
    pub new: Option<String>,
}

/// What a log is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogScope {
    /// The files and folders in which changes are looked for.
    pub places: Vec<String>,
    /// The files in there that are asked about, by all names that they had as far as that is known; `None`: all of them.
    pub files: Option<BTreeSet<String>>,
}

/// The commits of a line, newest first.
#[derive(Clone, Debug, Default)]
pub struct Log {
    /// Those that changed something there.
    pub revisions: Vec<Revision>,
    /// What was asked for, and from where files were moved there.
    pub scope: LogScope,
}

/// The commits that merges brought in.
#[derive(Clone, Debug, Default)]
pub struct Merged {
    /// All of them by the full name of the merge and by their own, with what each changed against its first parent.
    pub by_merge: BTreeMap<String, BTreeMap<String, Revision>>,
}

/// Numbers and names of objects only: nothing that anybody wrote. Who wrote a commit is read from the commit.
const FORMAT: &str = "--format=%H %ct %P";

/// How often files may have been moved on before they came to where they are.
const MOST_MOVES: usize = 8;

/// Of how many files git is asked one by one: the log of 5,000 deals costs no more than that of 20.
const FEW: usize = 8;

/// How many files are followed one by one; of more, the folders are.
const MOST_FILES: usize = 64;

/// A line of so many commits is read in two halves at once.
const LONG: usize = 256;

/// A first-parent line, as far as its commits changed some files and folders. Files that came from elsewhere are followed
/// there.
pub(super) fn first_parents(
    git: &Git,
    prefix: &str,
    line: &Line,
    mut scope: LogScope,
    shallow: bool,
) -> Result<Log, GitFailure> {
    let name = |at: usize| line.get(at).map(|(id, _)| id.clone());
    let (newest, middle) = (name(0).unwrap_or_default(), name(line.len() / 2));
    let ranges = match middle.filter(|_| line.len() >= LONG) {
        Some(middle) => vec![format!("{middle}..{newest}"), middle],
        None => vec![newest],
    };
    let read = |asked: &[String], scope: &mut LogScope| {
        read_logs(&raw(git, prefix, &ranges, asked, "--first-parent")?, prefix, scope)
    };
    let mut asked = asked_for(&scope);
    let mut revisions = read(&asked, &mut scope)?;
    for _ in 0..MOST_MOVES {
        let origins = origins(&revisions, &Places::of(&scope.places));
        scope.places.extend(origins);
        let wider = asked_for(&scope);
        if wider == asked {
            break;
        }
        asked = wider;
        revisions = read(&asked, &mut scope)?;
    }
    let cut = if shallow { boundary(git)? } else { BTreeSet::new() };
    let places = Places::of(&scope.places);
    for revision in &mut revisions {
        keep_to(&places, revision);
        revision.cut_off = cut.contains(revision.id.as_ref());
    }
    Ok(Log { revisions, scope })
}

/// The commits after one on the first-parent line of another, as far as they changed some files and folders.
pub(super) fn between(
    git: &Git,
    prefix: &str,
    base: &Commit,
    head: &Commit,
    places: &[String],
) -> Result<Vec<Revision>, GitFailure> {
    let range = format!("{}..{}", base.id, head.id);
    read_logs(&raw(git, prefix, &[range], places, "--first-parent")?, prefix, &mut LogScope::default())
}

impl LogScope {
    /// Whether a change matters. Asked of the newest first, it follows files to where they were before.
    fn takes(&mut self, from: Option<&str>, to: Option<&str>) -> bool {
        let Some(files) = &mut self.files else { return true };
        let asked = |path: Option<&str>| path.is_some_and(|path| files.contains(path));
        let (was, is) = (asked(from), asked(to));
        if let Some(from) = from.filter(|_| is && !was) {
            files.insert(from.to_owned());
        }
        was || is
    }
}

/// Files and folders among which many paths are looked for.
struct Places<'p>(BTreeSet<&'p str>);

impl<'p> Places<'p> {
    fn of(places: &'p [String]) -> Self {
        Self(places.iter().map(String::as_str).collect())
    }

    /// Whether a path is one of the files, or in one of the folders.
    fn hold(&self, path: &str) -> bool {
        let mut above = std::iter::successors(Some(path), |path| Some(path.rsplit_once('/')?.0));
        above.any(|path| self.0.contains(path)) || (self.0.contains("") && paths::is_in("", path))
    }
}

/// Where files came from that were moved into places which were watched already.
fn origins(revisions: &[Revision], places: &Places<'_>) -> BTreeSet<String> {
    let changes = revisions.iter().flat_map(|revision| &revision.changes);
    let came: BTreeSet<&String> = changes
        .filter(|change| change.to.as_ref().is_some_and(|to| places.hold(to)))
        .filter_map(|change| change.from.as_ref().filter(|from| !places.hold(from)))
        .collect();
    let many = came.len() > MOST_FILES;
    let folder = |path: &String| path.rsplit_once('/').map(|(folder, _)| folder.to_owned());
    came.into_iter().map(|path| folder(path).filter(|_| many).unwrap_or_else(|| path.clone())).collect()
}

/// What happened elsewhere did not happen: what was moved away is gone, and what came has just begun.
fn keep_to(places: &Places<'_>, revision: &mut Revision) {
    for change in &mut revision.changes {
        change.to = change.to.take().filter(|to| places.hold(to));
        change.from = change.from.take().filter(|from| places.hold(from));
        change.new = change.new.take().filter(|_| change.to.is_some());
        change.old = change.old.take().filter(|_| change.from.is_some());
    }
    revision.changes.retain(|change| change.to.is_some() || change.from.is_some());
}

/// What every merge on the first-parent line of a commit brought in.
pub(super) fn merged(git: &Git, prefix: &str, from: &Commit, scope: &LogScope) -> Result<Merged, GitFailure> {
    let from_there = [from.id.clone()];
    let said = raw(git, prefix, &from_there, &asked_for(scope), "--full-history")?;
    let mut revisions = read_logs(&said, prefix, &mut scope.clone())?;
    let places = Places::of(&scope.places);
    for revision in &mut revisions {
        keep_to(&places, revision);
    }
    let mut touching: BTreeMap<String, Revision> =
        revisions.into_iter().map(|revision| (revision.id.to_string(), revision)).collect();
    let asked =
        ["rev-list", "--topo-order", "--parents", "--timestamp", "--end-of-options", from.id.as_str()];
    let said = git.run("read the graph of commits", asked)?;
    let graph: Vec<Revision> = String::from_utf8_lossy(&said).lines().filter_map(read_node).collect();
    let brought = brought(&graph, &from.id);
    let mut by_merge: BTreeMap<String, BTreeMap<String, Revision>> = BTreeMap::new();
    for revision in &graph {
        let id = revision.id.as_ref();
        if let Some(merge) = brought.get(id).filter(|merge| **merge != id) {
            let revision = touching.remove(id).unwrap_or_else(|| revision.clone());
            by_merge.entry((*merge).to_owned()).or_default().insert(id.to_owned(), revision);
        }
    }
    Ok(Merged { by_merge })
}

/// By which commit of a first-parent line each commit came there first.
fn brought<'g>(graph: &'g [Revision], from: &'g str) -> BTreeMap<&'g str, &'g str> {
    let parents: BTreeMap<&str, &[String]> =
        graph.iter().map(|it| (it.id.as_ref(), it.parents.as_slice())).collect();
    let mut line = vec![from];
    while let Some(first) = parents.get(line[line.len() - 1]).and_then(|parents| parents.first()) {
        line.push(first);
    }
    // From the oldest on, each merge brought what no commit before it had.
    let mut brought: BTreeMap<&str, &str> = line.iter().map(|id| (*id, *id)).collect();
    for merge in line.iter().rev() {
        let others = parents.get(merge).into_iter().flat_map(|parents| parents.iter().skip(1));
        let mut open: Vec<&str> = others.map(String::as_str).collect();
        while let Some(id) = open.pop() {
            if !brought.contains_key(id) {
                brought.insert(id, merge);
                open.extend(
                    parents.get(id).into_iter().flat_map(|parents| parents.iter()).map(String::as_str),
                );
            }
        }
    }
    brought
}

/// The files and folders that git is asked about. It holds each against every path, so that instead of many files it is
/// asked about all that may hold them.
fn asked_for(scope: &LogScope) -> Vec<String> {
    match &scope.files {
        Some(files) if files.len() <= FEW => files.iter().cloned().collect(),
        _ => scope.places.clone(),
    }
}

/// What git tells of some ranges of commits, which are asked for at once.
fn raw(
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

/// The list of commits at which a clone was cut off, a line each, is no larger than this.
const BOUNDARY_SIZE: usize = 64 << 20;

/// The commits at which a shallow clone was cut off.
fn boundary(git: &Git) -> Result<BTreeSet<String>, GitFailure> {
    let said = git.run("find out where the clone was cut off", ["rev-parse", "--git-path", "shallow"])?;
    let path = git.folder().join(String::from_utf8_lossy(&said).trim_end_matches('\n'));
    let text = disk::read(&path, BOUNDARY_SIZE).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    Ok(text.lines().map(|line| line.trim().to_owned()).collect())
}

/// The commits of logs, one after the other.
fn read_logs(said: &[Vec<u8>], prefix: &str, scope: &mut LogScope) -> Result<Vec<Revision>, GitFailure> {
    let mut revisions = Vec::new();
    for said in said {
        revisions.extend(read_log(said, prefix, scope)?);
    }
    Ok(revisions)
}

/// The commits of a log, with those of their changes that matter: `NAME SECONDS PARENTS\0` before those of each. Everything
/// is where it must be after what came before it, so that no path looks like the beginning of a commit.
pub fn read_log(said: &[u8], prefix: &str, scope: &mut LogScope) -> Result<Vec<Revision>, GitFailure> {
    let strange =
        || GitFailure::Failed { what: "read the history", said: "its log is not as expected".to_owned() };
    let mut revisions: Vec<Revision> = Vec::new();
    let mut words = NulFields(said);
    while let Some(word) = words.next() {
        if let Some(described) = described(word) {
            let told = RawChange::read(described, &mut words, prefix).ok_or_else(strange)?;
            let changes = &mut revisions.last_mut().ok_or_else(strange)?.changes;
            // Most changes of a large commit are to files that nobody asked about.
            if scope.takes(told.from.as_deref(), told.to.as_deref()) {
                changes.extend(told.change());
            }
        } else {
            revisions.push(read_commit(word).ok_or_else(strange)?);
        }
    }
    Ok(revisions)
}

/// `NAME SECONDS PARENTS`.
fn read_commit(word: &[u8]) -> Option<Revision> {
    let mut parts = std::str::from_utf8(word).ok()?.split(' ');
    let (id, seconds) = (parts.next()?, parts.next()?.parse().ok()?);
    Some(Revision {
        id: id.into(),
        time: Timestamp::from_second(seconds).unwrap_or_default(),
        parents: parts.filter(|name| !name.is_empty()).map(str::to_owned).collect(),
        changes: Vec::new(),
        cut_off: false,
    })
}

/// `SECONDS NAME PARENTS`.
fn read_node(line: &str) -> Option<Revision> {
    let (seconds, rest) = line.split_once(' ')?;
    let (id, parents) = rest.split_once(' ').unwrap_or((rest, ""));
    read_commit(format!("{id} {seconds} {parents}").as_bytes())
}

/// What differs between two commits.
pub(super) fn read_changes(said: &[u8], prefix: &str) -> Vec<FileChange> {
    let mut words = NulFields(said);
    let mut changes = Vec::new();
    while let Some(described) = words.next().and_then(described) {
        let Some(told) = RawChange::read(described, &mut words, prefix) else { break };
        changes.extend(told.change());
    }
    changes
}

/// What stands between zero bytes, one after another.
struct NulFields<'s>(&'s [u8]);

impl<'s> Iterator for NulFields<'s> {
    type Item = &'s [u8];

    fn next(&mut self) -> Option<&'s [u8]> {
        let end = self.0.iter().position(|&byte| byte == 0)?;
        let (word, rest) = self.0.split_at(end);
        self.0 = &rest[1..];
        Some(word)
    }
}

/// What a word says of a change; the first of a commit stands on a line of its own.
fn described(word: &[u8]) -> Option<&str> {
    let described = word.strip_prefix(b"\n").unwrap_or(word).strip_prefix(b":")?;
    std::str::from_utf8(described).ok()
}

/// What git tells of a change. A path that is no text is none that anybody asks about.
struct RawChange<'s> {
    from: Option<Cow<'s, str>>,
    to: Option<Cow<'s, str>>,
    old: Option<&'s str>,
    new: Option<&'s str>,
}

impl<'s> RawChange<'s> {
    /// `:old-mode new-mode old new STATUS\0path\0`, with two paths for a rename; `None`: git says it in another way.
    fn read(described: &'s str, words: &mut NulFields<'s>, prefix: &str) -> Option<Self> {
        let mut fields = described.split(' ');
        let mut field = || fields.next();
        let (old_mode, new_mode, old, new, status) = (field()?, field()?, field()?, field()?, field()?);
        let mut path = || Some(std::str::from_utf8(words.next()?).ok().map(|path| seen_from(path, prefix)));
        let (from, to) = match status.as_bytes().first()? {
            b'A' => (None, path()?),
            b'D' => (path()?, None),
            b'R' | b'C' => (path()?, path()?),
            _ => {
                let path = path()?;
                (path.clone(), path)
            }
        };
        // Links and submodules are not files with a content of their own.
        let content = |mode: &str, name: &'s str| Some(name).filter(|_| mode.starts_with("100"));
        Some(Self { from, to, old: content(old_mode, old), new: content(new_mode, new) })
    }

    fn change(self) -> Option<FileChange> {
        let (from, to) = (self.from.map(Cow::into_owned), self.to.map(Cow::into_owned));
        let old = self.old.filter(|_| from.is_some()).map(str::to_owned);
        let new = self.new.filter(|_| to.is_some()).map(str::to_owned);
        (from.is_some() || to.is_some()).then_some(FileChange { from, to, old, new })
    }
}

/// A path of the repository as the workspace sees it.
fn seen_from<'p>(path: &'p str, prefix: &str) -> Cow<'p, str> {
    let inside = path.strip_prefix(prefix).map(Cow::Borrowed);
    inside.unwrap_or_else(|| Cow::Owned("../".repeat(prefix.matches('/').count()) + path))
}

/// The other way round.
pub(super) fn from_root(path: &str, prefix: &str) -> String {
    let up = "../".repeat(prefix.matches('/').count());
    let whole = match path.strip_prefix(&up) {
        Some(outside) if !up.is_empty() => outside.to_owned(),
        _ => format!("{prefix}{path}"),
    };
    let whole = whole.trim_end_matches('/');
    if whole.is_empty() { ".".to_owned() } else { whole.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_read_as_the_workspace_sees_them() {
        let said =
            b":100644 100644 aa bb M\0sales/deals/a.yaml\0:100644 100644 cc dd R090\0sales/x\0sales/y\0\
            :000000 100644 00 ee A\0other/z\0:100644 000000 ff 00 D\0sales/gone\0";
        let changes = read_changes(said, "sales/");
        assert_eq!(
            shown(&changes),
            ["deals/a.yaml -> deals/a.yaml", "x -> y", "- -> ../other/z", "gone -> -"]
        );
        assert_eq!(changes[0].new.as_deref(), Some("bb"));
        assert_eq!(changes[3].new, None);
    }

    fn shown(changes: &[FileChange]) -> Vec<String> {
        let path = |path: &Option<String>| path.clone().unwrap_or_else(|| "-".to_owned());
        changes.iter().map(|change| format!("{} -> {}", path(&change.from), path(&change.to))).collect()
    }

    fn revision(said: &[u8]) -> Revision {
        let log = [b"id 1 \0\n", said].concat();
        read_log(&log, "sales/", &mut LogScope::default()).expect("it is one").remove(0)
    }

    #[test]
    fn a_move_from_elsewhere_says_where_and_one_away_is_an_end() {
        let mut moved = revision(
            b":100644 100644 aa aa R100\0crm/a.yaml\0sales/deals/a.yaml\0\
            :100644 100644 bb bb R100\0sales/deals/b.yaml\0old/b.yaml\0:100644 100644 cc cd M\0crm/c.yaml\0",
        );
        let deals = vec!["deals".to_owned()];
        let from: Vec<String> =
            origins(std::slice::from_ref(&moved), &Places::of(&deals)).into_iter().collect();
        assert_eq!(from, ["../crm/a.yaml"]);
        let mut followed = moved.clone();
        keep_to(&Places::of(&[deals.clone(), from].concat()), &mut followed);
        assert_eq!(shown(&followed.changes), ["../crm/a.yaml -> deals/a.yaml", "deals/b.yaml -> -"]);
        keep_to(&Places::of(&deals), &mut moved);
        assert_eq!(shown(&moved.changes), ["- -> deals/a.yaml", "deals/b.yaml -> -"]);
        assert_eq!(moved.changes[0].old, None);
    }

    #[test]
    fn no_path_looks_like_anything_else() {
        let said = b"one 1 \0\n:0 100644 0 aa A\0two 1 one\0:0 100644 0 bb A\0\n:0 100644 0 cc A\0\
            :0 100644 0 dd A\0\ndeals/a\0:0 100644 0 ee A\0deals/caf\xe9\0:0 100644 0 ff A\0\x01two\x021\0\
            zero 1 \0";
        let read = |said: &[u8]| read_log(said, "", &mut LogScope::default());
        let log = read(said).expect("it is one");
        assert_eq!(log.iter().map(|it| it.id.as_ref()).collect::<Vec<_>>(), ["one", "zero"]);
        let paths = ["two 1 one", "\n:0 100644 0 cc A", "\ndeals/a", "\u{1}two\u{2}1"];
        assert_eq!(shown(&log[0].changes), paths.map(|path| format!("- -> {path}")));
        for odd in [&b"one\0"[..], b"one x \0", b":0 100644 0 aa A\0x\0", b"one 1 \0\n:0 100644 0 aa R\0x\0"]
        {
            assert!(read(odd).is_err(), "{odd:?}");
        }
    }

    #[test]
    fn a_path_is_in_a_place_as_the_workspace_sees_both() {
        let all = |places: &[&str]| places.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        let paths = ["a", "deals/a", "deals/b/c", "deals-of-old/a", "../crm/a", "..", "../..", "..a"];
        for places in [&["deals"][..], &["deals/b", "a"], &[""], &["..", "x"], &["../crm"], &["..a"], &[]] {
            let places = all(places);
            for path in paths {
                let expected = places.iter().any(|place| paths::is_in(place, path));
                assert_eq!(Places::of(&places).hold(path), expected, "{path} in {places:?}");
            }
        }
    }

    #[test]
    fn files_that_are_asked_about_are_followed_to_where_they_were() {
        let said = b"new 1 move\0\n:0 100644 0 cc A\0a\0\
            move 1 old\0\n:100644 100644 bb bb R100\0a\0b\0:100644 100644 00 00 M\0x\0\
            old 1 \0\n:0 100644 0 bb A\0a\0";
        let told = |file: &str| -> Vec<String> {
            let files = Some(BTreeSet::from([file.to_owned()]));
            let log = read_log(said, "", &mut LogScope { files, ..LogScope::default() }).expect("it is one");
            log.iter().flat_map(|revision| shown(&revision.changes)).collect()
        };
        assert_eq!(told("b"), ["a -> b", "- -> a"]);
        assert_eq!(told("a"), ["- -> a", "a -> b", "- -> a"], "the older one is the other file");
        assert_eq!(told("x"), ["x -> x"]);
    }

    #[test]
    fn paths_of_the_workspace_and_of_the_repository_lead_to_each_other() {
        for (prefix, path, whole) in [
            ("", "deals", "deals"),
            ("", "", "."),
            ("sales/", "", "sales"),
            ("sales/emea/", "deals/a.yaml", "sales/emea/deals/a.yaml"),
            ("sales/emea/", "../../sales/a.yaml", "sales/a.yaml"),
        ] {
            assert_eq!(from_root(path, prefix), whole);
            if whole.contains('/') {
                assert_eq!(seen_from(whole, prefix), path);
            }
        }
    }

    #[test]
    fn many_files_are_followed_by_their_folders() {
        let said: Vec<String> = (0..=MOST_FILES)
            .map(|it| format!(":100644 100644 aa aa R100\0crm/{it}.yaml\0sales/deals/{it}.yaml\0"))
            .collect();
        let places: Vec<String> =
            origins(&[revision(said.concat().as_bytes())], &Places::of(&["deals".to_owned()]))
                .into_iter()
                .collect();
        assert_eq!(places, ["../crm"]);
    }
}
