//! Opens the workspace that a command runs in. Every command begins with it.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

use super::global::Global;
use super::moments::moment::resolve;
use super::paths::normalized;
use super::revision_spec::RevisionSpec;
use super::root::{Anchor, Starts};
use super::{template_path, today};
use crate::assess::{Selection, Workspace};
use crate::error::Error;
use crate::finding::Finding;
use crate::snapshot::git::{GitFailure, GitSnapshot, Repository};
use crate::snapshot::worktree::Worktree;
use crate::snapshot::{CONFIG_FILE, Snapshot};
use crate::source::names;
use crate::workspace::Config;

/// What `--rules` calls the files on disk.
const WORKTREE: &str = "worktree";

/// The workspace as a command looks at it: on disk or at a revision, judged by its own rules or those of another.
pub(super) struct Session {
    on_disk: Worktree,
    here: PathBuf,
    at: Option<At>,
    rules: Option<Box<dyn Snapshot>>,
    moved: Option<Finding>,
    /// The repository that the workspace is in, once somebody has asked.
    repository: OnceLock<Result<Repository, GitFailure>>,
}

/// The revision of `--at`.
struct At {
    files: GitSnapshot,
    repository: Repository,
    /// The day that was asked for, where it was a day.
    day: Option<Date>,
}

/// What says where the workspace is, beside the current folder.
#[derive(Default)]
pub(super) struct WorkspaceHint<'a> {
    /// What the command line names on disk.
    pub paths: Vec<&'a Path>,
    /// The revision since which a change is judged.
    pub since: Option<&'a RevisionSpec>,
}

impl Session {
    /// The workspace that the current folder belongs to, at the revision that was asked for.
    pub(super) fn here(global: &Global) -> Result<Self, Error> {
        Self::open(global, &WorkspaceHint::default())
    }

    /// The workspace that some words belong to, as far as they are paths to something on disk.
    pub(super) fn of_words(global: &Global, words: &[String]) -> Result<Self, Error> {
        let paths = words.iter().map(Path::new).filter(|path| path.exists()).collect();
        Self::open(global, &WorkspaceHint { paths, since: None })
    }

    /// The workspace that what is named belongs to.
    pub(super) fn open(global: &Global, named: &WorkspaceHint<'_>) -> Result<Self, Error> {
        let unreachable = |cause| Error::Enter { path: PathBuf::from("."), cause };
        Self::open_in(&std::env::current_dir().map_err(unreachable)?, global, named)
    }

    /// The workspace of any folder.
    pub(super) fn at(here: &Path, global: &Global) -> Result<Self, Error> {
        Self::open_in(here, global, &WorkspaceHint::default())
    }

    fn open_in(here: &Path, global: &Global, named: &WorkspaceHint<'_>) -> Result<Self, Error> {
        let unreachable = |cause| Error::Enter { path: here.to_owned(), cause };
        let here = here.canonicalize().map_err(unreachable)?;
        let starts = Starts::of(&here, named.paths.iter().copied());
        let root = starts.on_disk()?;
        let anchor = anchor(global, named, &starts, &root)?;
        let (anchor, repository) = anchor.unzip();
        let anchored = anchor.as_ref().map_or(&root, |anchor| &anchor.root);
        let on_disk = Worktree::open(anchored).map_err(unreachable)?;
        let repository = repository.filter(|_| *anchored == root).map(Ok);
        let repository = repository.map_or_else(OnceLock::new, OnceLock::from);
        let mut opened = Self { on_disk, here, at: None, rules: None, moved: None, repository };
        opened.at = match &global.at {
            None | Some(RevisionSpec::WorkTree) => None,
            Some(RevisionSpec::Day(day)) => Some(opened.at_end_of(*day, global)?),
            Some(RevisionSpec::Revision(name)) => {
                let (files, repository) = opened.revision(name, global)?;
                Some(At { files, repository, day: None })
            }
        };
        opened.rules = match global.rules.as_deref() {
            None => None,
            Some(WORKTREE) => Some(Box::new(Worktree::open(opened.root()).map_err(unreachable)?)),
            Some(revision) => Some(Box::new(opened.revision(revision, global)?.0)),
        };
        opened.moved = anchor.and_then(|anchor| anchor.moved(opened.files()));
        Ok(opened)
    }

    /// That the root or the settings are not where the revision has them that rules come from, or that a change is judged
    /// against.
    pub(super) fn moved(&self) -> Option<&Finding> {
        self.moved.as_ref()
    }

    /// The root of the workspace.
    pub(super) fn root(&self) -> &Path {
        self.on_disk.root()
    }

    /// The repository that the workspace is in.
    pub(super) fn repository(&self) -> Result<&Repository, GitFailure> {
        self.repository.get_or_init(|| Repository::open(self.root())).as_ref().map_err(Clone::clone)
    }

    /// The files that are judged.
    pub(super) fn files(&self) -> &dyn Snapshot {
        match &self.at {
            Some(at) => &at.files,
            None => &self.on_disk,
        }
    }

    /// The same where they are those of a commit.
    pub(super) fn commit(&self) -> Option<&GitSnapshot> {
        self.at.as_ref().map(|at| &at.files)
    }

    /// The files that hold the workflows and settings to judge by, where those are not the files that are judged.
    pub(super) fn rules(&self) -> Option<&dyn Snapshot> {
        self.rules.as_deref()
    }

    /// The workspace's settings and workflows, and the commits that led to it.
    pub(super) fn workspace(&self, global: &Global) -> Result<Workspace<'_>, Error> {
        self.refuse_nowhere()?;
        self.anywhere(global)
    }

    /// The same where nothing may be, for what can be told without a workspace.
    pub(super) fn anywhere(&self, global: &Global) -> Result<Workspace<'_>, Error> {
        self.workspace_on(self.files(), global)
    }

    /// The same with files from elsewhere, as when an editor's text is laid over them.
    pub(super) fn workspace_on<'s>(
        &'s self,
        files: &'s dyn Snapshot,
        global: &Global,
    ) -> Result<Workspace<'s>, Error> {
        self.refuse_bare()?;
        let rules = self.rules.as_deref().unwrap_or(files);
        let config = if global.no_config { Config::default() } else { Config::load(rules) };
        let today = match (&self.at, global.today) {
            (Some(at), None) => match at.day {
                Some(day) => day,
                None => config.timezone.to_datetime(at.repository.time(at.files.commit())?).date(),
            },
            (_, asked) => today(asked, &config)?,
        };
        let workspace = Workspace::judged_by(rules, files, config, today);
        if global.no_history {
            return Ok(workspace.without_past());
        }
        let at = self.at.as_ref().map(|at| at.files.commit().clone());
        // Git is not asked before it has to be.
        let repository = self.repository.get().and_then(|known| known.as_ref().ok()).cloned();
        Ok(workspace.with_past(self.root(), repository, at))
    }

    /// That the files on disk are looked at where there can be none.
    fn refuse_bare(&self) -> Result<(), Error> {
        let root = self.root();
        // Git is not asked wherever somebody works.
        let may_be = root.join("HEAD").is_file() && root.join("objects").is_dir();
        if self.at.is_none() && may_be && self.repository().is_ok_and(Repository::is_bare) {
            return Err(GitFailure::Bare.into());
        }
        Ok(())
    }

    /// That there is no workspace to say anything of.
    pub(super) fn refuse_nowhere(&self) -> Result<(), Error> {
        self.refuse_bare()?;
        if is_workspace(self.files()) { Ok(()) } else { Err(self.nowhere()) }
    }

    pub(super) fn nowhere(&self) -> Error {
        Error::NoWorkspace { folder: self.root().to_owned() }
    }

    /// The workspace at the end of a day.
    fn at_end_of(&self, day: Date, global: &Global) -> Result<At, Error> {
        let repository = self.repository()?;
        // Without files on disk the zone is the one that the latest settings say.
        let zone = match (global.no_config, repository.is_bare()) {
            (true, _) => TimeZone::UTC,
            (false, false) => Config::load(&self.on_disk).timezone,
            (false, true) => {
                let head = repository.head()?.ok_or(GitFailure::NoCommits)?;
                Config::load(&repository.snapshot(&head)?).timezone
            }
        };
        let ends = day.tomorrow().and_then(|next| next.to_zoned(zone));
        let end = ends.map_or(Timestamp::MAX, |next| next.timestamp() - 1.second());
        let commit = repository.before(None, end, &day.to_string())?;
        Ok(At { files: repository.snapshot(&commit)?, repository: repository.clone(), day: Some(day) })
    }

    fn revision(&self, revision: &str, global: &Global) -> Result<(GitSnapshot, Repository), Error> {
        let repository = self.repository()?;
        let commit = resolve(repository, revision, global)?;
        Ok((repository.snapshot(&commit)?, repository.clone()))
    }

    /// The settings alone.
    pub(super) fn settings(&self, global: &Global) -> Config {
        let rules = self.rules.as_deref().unwrap_or(self.files());
        if global.no_config { Config::default() } else { Config::load(rules) }
    }

    /// Whether a path on the command line leads to something on disk.
    pub(super) fn leads_somewhere(&self, path: &Path) -> bool {
        self.here.join(path).exists()
    }

    /// A path on the command line for a text that need not be on disk, relative to the root.
    pub(super) fn path_of_unsaved(&self, path: &Path, templates: &str) -> Result<String, Error> {
        let on_disk = normalized(&self.here.join(path));
        let relative = self.relative(path, &on_disk)?;
        if !on_disk.is_dir() && (is_data(&on_disk) || template_path::is_in(templates, &relative)) {
            return Ok(relative);
        }
        Err(refuse(path, &format!("names {NEITHER}, nor a template in `{templates}`")))
    }

    /// The part of the workspace that paths on the command line mean, templates in their folder too; without any, all of
    /// it.
    pub(super) fn selection(&self, paths: &[PathBuf], templates: &str) -> Result<Selection, Error> {
        if paths.is_empty() {
            return Ok(Selection::Everything);
        }
        let resolve = |path: &PathBuf| match self.find(path)? {
            ResolvedPath::File(relative)
                if !is_data(Path::new(&relative)) && !template_path::is_in(templates, &relative) =>
            {
                Err(refuse(path, &format!("is {NEITHER}, nor a template in `{templates}`")))
            }
            ResolvedPath::File(relative) | ResolvedPath::Folder(relative) => Ok(relative),
        };
        let resolved: Result<_, _> = paths.iter().map(resolve).collect();
        Ok(Selection::Paths(resolved?))
    }

    /// A path on the command line to a deal, a workflow, the settings or a folder, relative to the root.
    pub(super) fn resolve(&self, path: &Path) -> Result<String, Error> {
        match self.find(path)? {
            ResolvedPath::File(relative) if !is_data(Path::new(&relative)) => {
                Err(refuse(path, &format!("is {NEITHER}")))
            }
            ResolvedPath::File(relative) | ResolvedPath::Folder(relative) => Ok(relative),
        }
    }

    /// What a path on the command line leads to, relative to the root.
    fn find(&self, path: &Path) -> Result<ResolvedPath, Error> {
        let on_disk = normalized(&self.here.join(path));
        let relative = self.relative(path, &on_disk)?;
        if let Some(At { files, .. }) = &self.at {
            if files.has_folder(&relative) {
                return Ok(ResolvedPath::Folder(relative));
            }
            if !files.has_file(&relative) {
                return Err(refuse(path, &format!("does not exist in {}", files.commit().id)));
            }
        } else {
            if on_disk.is_dir() {
                return Ok(ResolvedPath::Folder(relative));
            }
            if std::fs::symlink_metadata(&on_disk).is_err() {
                return Err(refuse(path, "does not exist"));
            }
            if !self.on_disk.has_file(&relative) {
                return Err(refuse(path, "is not an ordinary file of the workspace"));
            }
        }
        Ok(ResolvedPath::File(relative))
    }

    fn relative(&self, written: &Path, on_disk: &Path) -> Result<String, Error> {
        let inside = self.on_disk.relative(on_disk).or_else(|| self.through_a_link(on_disk));
        inside.ok_or_else(|| {
            refuse(written, &format!("is outside the workspace at `{}`", self.root().display()))
        })
    }

    /// The same for a path that comes to the workspace by way of a link.
    fn through_a_link(&self, on_disk: &Path) -> Option<String> {
        let mut folders: Vec<_> = on_disk.ancestors().collect();
        folders.reverse();
        folders.into_iter().find_map(|folder| {
            let real = folder.canonicalize().ok().filter(|real| real.starts_with(self.root()))?;
            self.on_disk.relative(&real.join(on_disk.strip_prefix(folder).ok()?))
        })
    }

    /// A path of the workspace as it is written in the current folder.
    pub(super) fn written_here(&self, path: &str) -> String {
        let path = self.root().join(path);
        let above = self.here.ancestors().position(|folder| path.starts_with(folder)).unwrap_or_default();
        let common = self.here.ancestors().nth(above).unwrap_or(&self.here);
        let below = path.strip_prefix(common).unwrap_or(&path);
        format!("{}{}", "../".repeat(above), below.display())
    }

    /// Where the workspace's root is below the repository's, with `/` at its end; empty where they are the same.
    pub(super) fn prefix(&self) -> String {
        let root = self.root();
        let repository = root.ancestors().find(|folder| folder.join(".git").exists());
        let below = repository.and_then(|repository| root.strip_prefix(repository).ok());
        let parts = below.into_iter().flat_map(Path::components);
        let below: Vec<_> = parts.map(|part| part.as_os_str().to_string_lossy()).collect();
        if below.is_empty() { String::new() } else { below.join("/") + "/" }
    }
}

/// Whether there are deals, settings or workflows, or what stands in the place of some.
pub(super) fn is_workspace(files: &dyn Snapshot) -> bool {
    let usual = Config::default();
    let has_folder = |folder: &String| !matches!(files.folder(folder), Ok(false));
    files.has_file(CONFIG_FILE)
        || files.stray(CONFIG_FILE).is_some()
        || [&usual.deals, &usual.workflows].into_iter().any(has_folder)
}

/// The root as the revision has it that rules come from, or that a change is judged against.
fn anchor(
    global: &Global,
    named: &WorkspaceHint<'_>,
    starts: &Starts,
    root: &Path,
) -> Result<Option<(Anchor, Repository)>, Error> {
    let since = match named.since {
        Some(RevisionSpec::Revision(name)) => Some(name.as_str()),
        _ => None,
    };
    let rules = global.rules.as_deref().filter(|rules| *rules != WORKTREE);
    let Some(revision) = rules.or(since) else { return Ok(None) };
    let repository = Repository::open(root)?;
    if repository.is_bare() {
        return Ok(None);
    }
    let mut commit = resolve(&repository, revision, global)?;
    if rules.is_none() {
        let head = match &global.at {
            Some(RevisionSpec::Revision(name)) => Some(resolve(&repository, name, global)?),
            _ => repository.head()?,
        };
        commit = head.map_or(Ok(commit.clone()), |head| repository.merge_base(&commit, &head))?;
    }
    let anchor = Anchor::of(starts, root, &repository, &commit, revision)?;
    Ok(Some((anchor, repository)))
}

fn refuse(path: &Path, why: &str) -> Error {
    Error::Path { path: path.to_owned(), why: why.to_owned(), hint: None }
}

/// What a path on the command line leads to, by its path relative to the root.
enum ResolvedPath {
    File(String),
    Folder(String),
}

/// What is said of a file that is nothing to be checked.
const NEITHER: &str = "neither a deal (`.yaml`, `.yml`) nor a workflow or settings (`.toml`)";

/// Whether a file is a deal, a workflow or the settings, by its name.
fn is_data(path: &Path) -> bool {
    path.to_str().is_some_and(|path| names::is_yaml(path) || names::is_toml(path))
}
