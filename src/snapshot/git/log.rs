//! What was committed when, by whom: one `git log --raw` for all files of a folder.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;

use super::Trouble;
use super::objects::{Commit, Person};
use super::program::Git;
use crate::source::paths;

/// A commit that changed files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// Its full name.
    pub id: Arc<str>,
    /// When it was made, by its committer's clock.
    pub time: Timestamp,
    /// Who wrote it, as the commit itself says; a mailmap is not asked.
    pub author: Person,
    /// The commits before it; the first is the one it was made on.
    pub parents: Vec<String>,
    /// What it changed, against the first of them.
    pub changes: Vec<Change>,
    /// Commits before it exist and are not here, so that everything in it looks new.
    pub cut_off: bool,
}

/// A file that differs between two commits. Paths are relative to the workspace, so that those outside it begin with
/// `../`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
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
pub struct Scope {
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
    pub scope: Scope,
}

/// The commits that merges brought in.
#[derive(Clone, Debug, Default)]
pub struct Merged {
    /// By the full name of the merge, newest first.
    pub by_merge: BTreeMap<String, Vec<Arc<Revision>>>,
}

/// Between records: a byte that stands in no path, name or number.
const FORMAT: &str = "--format=%x01%H%x02%ct%x02%P%x02%an%x02%ae%x02";

/// How often files may have been moved on before they came to where they are.
const MOST_MOVES: usize = 8;

/// Of how many files git is asked one by one: the log of 5,000 deals costs no more than that of 20.
const FEW: usize = 8;

/// How many files are followed one by one; of more, the folders are.
const MOST_FILES: usize = 64;

/// The first-parent line of a commit, as far as it changed some files and folders. Files that came from elsewhere are
/// followed there.
pub(super) fn first_parents(
    git: &Git,
    prefix: &str,
    from: &Commit,
    mut scope: Scope,
    shallow: bool,
) -> Result<Log, Trouble> {
    let read = |asked: &[String]| raw(git, prefix, &from.id, asked, "--first-parent");
    let mut asked = asked_for(&scope);
    let mut revisions = read_log(&read(&asked)?, prefix, &mut scope);
    for _ in 0..MOST_MOVES {
        let origins = origins(&revisions, &Places::of(&scope.places));
        scope.places.extend(origins);
        let wider = asked_for(&scope);
        if wider == asked {
            break;
        }
        asked = wider;
        revisions = read_log(&read(&asked)?, prefix, &mut scope);
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
) -> Result<Vec<Revision>, Trouble> {
    let range = format!("{}..{}", base.id, head.id);
    Ok(read_log(&raw(git, prefix, &range, places, "--first-parent")?, prefix, &mut Scope::default()))
}

impl Scope {
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
pub(super) fn merged(git: &Git, prefix: &str, from: &Commit, scope: &Scope) -> Result<Merged, Trouble> {
    let said = raw(git, prefix, &from.id, &asked_for(scope), "--full-history")?;
    let mut revisions = read_log(&said, prefix, &mut scope.clone());
    let places = Places::of(&scope.places);
    for revision in &mut revisions {
        keep_to(&places, revision);
    }
    let touching: BTreeMap<String, Arc<Revision>> =
        revisions.into_iter().map(|revision| (revision.id.to_string(), Arc::new(revision))).collect();
    let asked = ["rev-list", "--topo-order", "--parents", "--end-of-options", from.id.as_str()];
    let said = git.run("read the graph of commits", asked)?;
    let graph = String::from_utf8_lossy(&said);
    let lines: Vec<(&str, Vec<&str>)> = graph
        .lines()
        .filter_map(|line| {
            let mut names = line.split(' ');
            Some((names.next()?, names.collect()))
        })
        .collect();
    let parents: BTreeMap<&str, &Vec<&str>> = lines.iter().map(|(id, parents)| (*id, parents)).collect();
    let mut line = vec![from.id.as_str()];
    while let Some(first) = parents.get(line[line.len() - 1]).and_then(|parents| parents.first()) {
        line.push(first);
    }
    // From the oldest on, each merge brought what no commit before it had.
    let mut brought: BTreeMap<&str, &str> = line.iter().map(|id| (*id, *id)).collect();
    for merge in line.iter().rev() {
        let mut open: Vec<&str> =
            parents.get(merge).map(|parents| parents.iter().skip(1).copied().collect()).unwrap_or_default();
        while let Some(id) = open.pop() {
            if brought.contains_key(id) {
                continue;
            }
            brought.insert(id, merge);
            open.extend(parents.get(id).into_iter().flat_map(|parents| parents.iter().copied()));
        }
    }
    let mut by_merge: BTreeMap<String, Vec<Arc<Revision>>> = BTreeMap::new();
    for (id, _) in &lines {
        if let (Some(merge), Some(revision)) = (brought.get(id), touching.get(*id))
            && merge != id
        {
            by_merge.entry((*merge).to_owned()).or_default().push(Arc::clone(revision));
        }
    }
    Ok(Merged { by_merge })
}

/// The files and folders that git is asked about. It holds each against every path, so that instead of many files it is
/// asked about all that may hold them.
fn asked_for(scope: &Scope) -> Vec<String> {
    match &scope.files {
        Some(files) if files.len() <= FEW => files.iter().cloned().collect(),
        _ => scope.places.clone(),
    }
}

fn raw(git: &Git, prefix: &str, from: &str, places: &[String], walk: &str) -> Result<Vec<u8>, Trouble> {
    let places: Vec<String> = places.iter().map(|place| from_root(place, prefix)).collect();
    let ask = |renames: &str| {
        // Of commits that touch the places all changes are told, or a file that came from elsewhere would look new.
        let mut asked: Vec<&str> = vec!["log", walk, "--raw", "-z", "--full-diff"];
        asked.extend(["--no-abbrev", "--no-relative", renames]);
        asked.extend([FORMAT, "--diff-merges=first-parent", "--no-ext-diff", "--no-textconv"]);
        asked.extend(["--no-show-signature", "--topo-order", "--encoding=UTF-8", "--end-of-options"]);
        asked.extend([from, "--"]);
        asked.extend(places.iter().map(String::as_str));
        git.run("read the history", asked)
    };
    // Without the contents of a partial clone only renames of unchanged files can be seen.
    ask("-M").or_else(|_| ask("-M100%"))
}

/// The commits at which a shallow clone was cut off.
fn boundary(git: &Git) -> Result<BTreeSet<String>, Trouble> {
    let said = git.run("find out where the clone was cut off", ["rev-parse", "--git-path", "shallow"])?;
    let path = git.folder().join(String::from_utf8_lossy(&said).trim_end_matches('\n'));
    let text = std::fs::read_to_string(path).unwrap_or_default();
    Ok(text.lines().map(|line| line.trim().to_owned()).collect())
}

/// The commits of a log, with those of their changes that matter.
fn read_log(said: &[u8], prefix: &str, scope: &mut Scope) -> Vec<Revision> {
    let mut revisions = Vec::new();
    for record in said.split(|&byte| byte == 1).skip(1) {
        let mut parts = record.splitn(6, |&byte| byte == 2);
        let mut text = || parts.next().map(|part| String::from_utf8_lossy(part).into_owned());
        let (Some(id), Some(seconds), Some(parents), Some(name), Some(email)) =
            (text(), text(), text(), text(), text())
        else {
            continue;
        };
        let time = seconds.parse().ok().and_then(|seconds| Timestamp::from_second(seconds).ok());
        revisions.push(Revision {
            id: id.into(),
            time: time.unwrap_or_default(),
            author: Person { name, email },
            parents: parents.split_whitespace().map(str::to_owned).collect(),
            changes: read_changes(parts.next().unwrap_or_default(), prefix, scope),
            cut_off: false,
        });
    }
    revisions
}

/// `:old-mode new-mode old new STATUS\0path\0`, with two paths for a rename.
pub(super) fn read_changes(said: &[u8], prefix: &str, scope: &mut Scope) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut words = said.split(|&byte| byte == 0).map(|word| word.strip_prefix(b"\n").unwrap_or(word));
    while let Some(word) = words.next() {
        let Some(described) = word.strip_prefix(b":") else { continue };
        let described = String::from_utf8_lossy(described);
        let mut fields = described.split(' ');
        let mut field = || fields.next().unwrap_or_default();
        let (old_mode, new_mode, old, new, status) = (field(), field(), field(), field(), field());
        let mut path = || words.next().map(|path| seen_from(path, prefix));
        let (from, to) = match status.as_bytes().first() {
            Some(b'A') => (None, path()),
            Some(b'D') => (path(), None),
            Some(b'R' | b'C') => (path(), path()),
            _ => {
                let path = path();
                (path.clone(), path)
            }
        };
        // Most changes of a large commit are to files that nobody asked about.
        if (from.is_none() && to.is_none()) || !scope.takes(from.as_deref(), to.as_deref()) {
            continue;
        }
        // Links and submodules are not files with a content of their own.
        let content = |mode: &str, name: &str| mode.starts_with("100").then(|| name.to_owned());
        let (old, new) = (content(old_mode, old), content(new_mode, new));
        let old = old.filter(|_| from.is_some());
        let new = new.filter(|_| to.is_some());
        changes.push(Change { from: from.map(Cow::into_owned), to: to.map(Cow::into_owned), old, new });
    }
    changes
}

/// A path of the repository as the workspace sees it.
fn seen_from<'p>(path: &'p [u8], prefix: &str) -> Cow<'p, str> {
    let inside = path.strip_prefix(prefix.as_bytes()).map(String::from_utf8_lossy);
    inside.unwrap_or_else(|| {
        Cow::Owned("../".repeat(prefix.matches('/').count()) + &String::from_utf8_lossy(path))
    })
}

/// The other way round.
fn from_root(path: &str, prefix: &str) -> String {
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
        let changes = read_changes(said, "sales/", &mut Scope::default());
        assert_eq!(
            shown(&changes),
            ["deals/a.yaml -> deals/a.yaml", "x -> y", "- -> ../other/z", "gone -> -"]
        );
        assert_eq!(changes[0].new.as_deref(), Some("bb"));
        assert_eq!(changes[3].new, None);
    }

    fn shown(changes: &[Change]) -> Vec<String> {
        let path = |path: &Option<String>| path.clone().unwrap_or_else(|| "-".to_owned());
        changes.iter().map(|change| format!("{} -> {}", path(&change.from), path(&change.to))).collect()
    }

    fn revision(said: &[u8]) -> Revision {
        let mut log = b"\x01id\x021\x02\x02\x02\x02".to_vec();
        log.extend(said);
        read_log(&log, "sales/", &mut Scope::default()).remove(0)
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
        let said = b"\x01new\x021\x02\x02\x02\x02:0 100644 0 cc A\0a\0\
            \x01move\x021\x02\x02\x02\x02:100644 100644 bb bb R100\0a\0b\0:100644 100644 00 00 M\0x\0\
            \x01old\x021\x02\x02\x02\x02:0 100644 0 bb A\0a\0";
        let told = |file: &str| -> Vec<String> {
            let files = Some(BTreeSet::from([file.to_owned()]));
            let log = read_log(said, "", &mut Scope { files, ..Scope::default() });
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
                assert_eq!(seen_from(whole.as_bytes(), prefix), path);
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
