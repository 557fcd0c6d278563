//! Calls the `git` program so that nothing in a repository's configuration can run another.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::LazyLock;

use super::failure::GitFailure;

/// git, in a folder.
#[derive(Clone, Debug)]
pub(super) struct Git {
    folder: PathBuf,
    /// Options that name the repository, so that git looks for none; without any it looks upwards from the folder.
    named: Vec<OsString>,
    /// Laid over [`SETTINGS`].
    settings: Vec<String>,
}

/// What of our surroundings git may see. Its user's own settings count (`safe.directory`, the mailmap, trusted keys);
/// what tells git to look elsewhere, or to run something, does not.
const KEPT: [&str; 12] = [
    "HOME",
    "USERPROFILE",
    "SYSTEMROOT",
    "TMPDIR",
    "USER",
    "XDG_CONFIG_HOME",
    "GNUPGHOME",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_SYSTEM",
    "GIT_CONFIG_NOSYSTEM",
    "GIT_CEILING_DIRECTORIES",
    "GIT_TEST_ASSUME_DIFFERENT_OWNER",
];

/// Inside a hook of a server, new objects lie apart until it has agreed.
const QUARANTINE: [&str; 3] =
    ["GIT_QUARANTINE_PATH", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES"];

/// Set by us, whatever the surroundings say.
const FIXED: [(&str, &str); 12] = [
    ("LC_ALL", "C"),
    ("TZ", "UTC"),
    ("GIT_PAGER", "cat"),
    ("GIT_EDITOR", "false"),
    ("GIT_ASKPASS", "false"),
    ("GIT_TERMINAL_PROMPT", "0"),
    // A partial clone fetches what it lacks by running programs that its configuration names.
    ("GIT_NO_LAZY_FETCH", "1"),
    ("GIT_ALLOW_PROTOCOL", "none"),
    ("GIT_OPTIONAL_LOCKS", "0"),
    ("GIT_LITERAL_PATHSPECS", "1"),
    // History as it was committed, not as somebody made it look afterwards.
    ("GIT_NO_REPLACE_OBJECTS", "1"),
    ("GIT_GRAFT_FILE", "/dev/null"),
];

/// Laid over every configuration file. Keys that name a program, or that change what we read.
const SETTINGS: [&str; 17] = [
    // What looks like a repository among the files of another is none.
    "safe.bareRepository=explicit",
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.pager=cat",
    "core.sshCommand=false",
    "core.alternateRefsCommand=false",
    "core.attributesFile=/dev/null",
    "diff.orderFile=/dev/null",
    "diff.renameLimit=1000",
    "i18n.logOutputEncoding=UTF-8",
    "log.showSignature=false",
    "log.showRoot=true",
    "log.follow=false",
    "gpg.program=gpg",
    "gpg.openpgp.program=gpg",
    "gpg.x509.program=gpgsm",
    "gpg.ssh.program=ssh-keygen",
];

impl Git {
    /// git that looks for a repository.
    pub(super) fn at(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), named: Vec::new(), settings: Vec::new() }
    }

    /// git in a folder of a repository, and the root of its files where it has any.
    pub(super) fn of(folder: &Path, repository: &Path, top: Option<&Path>) -> Self {
        let option = |name: &str, path: &Path| {
            let mut option = OsString::from(name);
            option.push(path);
            option
        };
        let top = top.map(|top| option("--work-tree=", top));
        let named = std::iter::once(option("--git-dir=", repository)).chain(top).collect();
        Self { named, ..Self::at(folder) }
    }

    /// git without the files of a work tree: what it reads by itself, as the mailmap, is not read from there. Said
    /// outright, because the settings may name a work tree, as those of submodules do.
    pub(super) fn apart(repository: &Path) -> Self {
        Self::of(repository, Path::new("."), Some(Path::new(".")))
    }

    /// The same with one setting more.
    pub(super) fn with(&self, setting: &str) -> Self {
        let mut git = self.clone();
        git.settings.push(setting.to_owned());
        git
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Runs git to its end; a failure is told as what could not be done.
    pub(super) fn run<S: AsRef<OsStr>>(
        &self,
        what: &'static str,
        arguments: impl IntoIterator<Item = S>,
    ) -> Result<Vec<u8>, GitFailure> {
        let output = self.output(what, arguments)?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        Err(self.explain(what, &output))
    }

    /// Runs git to its end, however that went.
    pub(super) fn output<S: AsRef<OsStr>>(
        &self,
        what: &'static str,
        arguments: impl IntoIterator<Item = S>,
    ) -> Result<Output, GitFailure> {
        self.command(arguments).output().map_err(|error| not_started(what, &error))
    }

    /// Starts git with both ends open.
    pub(super) fn start<S: AsRef<OsStr>>(
        &self,
        what: &'static str,
        arguments: impl IntoIterator<Item = S>,
    ) -> Result<Child, GitFailure> {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        command.spawn().map_err(|error| not_started(what, &error))
    }

    fn command<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new(program());
        command.env_clear().stdin(Stdio::null());
        let inherited = |name: &str| std::env::var_os(name).map(|value| (OsString::from(name), value));
        command.envs(KEPT.iter().filter_map(|name| inherited(name)));
        if std::env::var_os(QUARANTINE[0]).is_some() {
            command.envs(QUARANTINE.iter().filter_map(|name| inherited(name)));
        }
        command.envs(FIXED).env("PATH", search_path());
        command.arg("-C").arg(&self.folder).arg("--no-pager").args(&self.named);
        for setting in SETTINGS.into_iter().chain(self.settings.iter().map(String::as_str)) {
            command.args(["-c", setting]);
        }
        for folder in safe_folders(|name| std::env::var_os(name)) {
            let mut setting = OsString::from("safe.directory=");
            setting.push(folder);
            command.arg("-c").arg(setting);
        }
        command.args(arguments);
        command
    }

    /// Why git could not do what it was asked.
    pub(super) fn explain(&self, what: &'static str, output: &Output) -> GitFailure {
        let said = String::from_utf8_lossy(&output.stderr);
        let first = said.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("it gave no reason");
        if said.contains("dubious ownership") {
            return GitFailure::Unsafe { folder: self.folder.display().to_string() };
        }
        if said.contains("not a git repository") {
            return GitFailure::NoRepository;
        }
        if said.contains("promisor") || said.contains("lazy fetching") {
            return GitFailure::Partial;
        }
        GitFailure::Failed { what, said: first.trim_start_matches("fatal: ").to_owned() }
    }
}

/// The repositories that the environment says are to be trusted, of all that it may set: where it says so, git reads them.
fn safe_folders(variable: impl Fn(&str) -> Option<OsString>) -> Vec<OsString> {
    let count =
        variable("GIT_CONFIG_COUNT").and_then(|count| count.to_str()?.parse().ok()).unwrap_or(0_usize);
    let pairs = (0..count).map_while(|index| {
        Some((variable(&format!("GIT_CONFIG_KEY_{index}"))?, variable(&format!("GIT_CONFIG_VALUE_{index}"))?))
    });
    pairs.filter(|(key, _)| key.eq_ignore_ascii_case("safe.directory")).map(|(_, value)| value).collect()
}

/// git, by its path where that can be told: what is not looked for any more is started without a copy of our memory's tables.
fn program() -> &'static Path {
    static FOUND: LazyLock<PathBuf> = LazyLock::new(|| {
        let folders = search_path();
        let mut paths = std::env::split_paths(&folders).map(|folder| folder.join("git"));
        paths.find(|path| is_program(path)).unwrap_or_else(|| "git".into())
    });
    &FOUND
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    path.metadata().is_ok_and(|there| there.is_file() && there.permissions().mode() & 0o111 != 0)
}

/// Elsewhere a name goes with endings that the system knows.
#[cfg(not(unix))]
fn is_program(_: &Path) -> bool {
    false
}

/// Where programs are looked for. Without relative folders: a repository must not bring its own git.
pub(crate) fn search_path() -> OsString {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let absolute = std::env::split_paths(&path).filter(|folder| folder.is_absolute());
    std::env::join_paths(absolute).unwrap_or_default()
}

fn not_started(what: &'static str, error: &io::Error) -> GitFailure {
    match error.kind() {
        io::ErrorKind::NotFound => GitFailure::NoProgram,
        _ => GitFailure::Failed { what, said: error.to_string() },
    }
}
