//! Builds git repositories with fixed authors and dates, shut off from everything on this machine.

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::run::{NOBODY, Ran, command, ran};

/// A repository in a folder of its own.
pub struct Repo {
    folder: tempfile::TempDir,
}

/// Who commits where a test does not say.
pub const JANE: &str = "Jane Roe <jane@acme.example>";

/// Who approves.
pub const DANA: &str = "Dana Doe <dana@acme.example>";

impl Repo {
    /// An empty repository.
    pub fn new() -> Self {
        Self::with(&[])
    }

    /// An empty repository made with further options of `git init`.
    pub fn with(options: &[&str]) -> Self {
        let repo = Self { folder: tempfile::tempdir().expect("a temporary folder") };
        let mut arguments = vec!["init", "--quiet", "--initial-branch=main", "--object-format=sha1"];
        arguments.extend(options);
        repo.git(&arguments);
        repo
    }

    /// Its folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file.
    pub fn write(&self, path: &str, text: &str) -> &Self {
        let path = self.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
        self
    }

    /// Commits everything that is there.
    pub fn commit(&self, day: &str, author: &str, message: &str) -> String {
        self.git(&["add", "--all"]);
        self.git_as(day, author, &["commit", "--quiet", "--allow-empty", "-m", message]);
        self.head()
    }

    /// Makes the commits of a `git fast-import` stream, and checks them out.
    pub fn import(&self, stream: &str) -> &Self {
        let mut import = git(self.path());
        import.args(["fast-import", "--quiet"]).stdin(Stdio::piped());
        let mut process = import.spawn().expect("git starts");
        let mut input = process.stdin.take().expect("it reads");
        std::io::Write::write_all(&mut input, stream.as_bytes()).expect("it reads");
        drop(input);
        assert!(process.wait().expect("it ends").success(), "git fast-import");
        self.git(&["reset", "--quiet", "--hard", "main"]);
        self
    }

    /// The full name of the commit that is checked out.
    pub fn head(&self) -> String {
        self.git(&["rev-parse", "HEAD"]).trim().to_owned()
    }

    /// Runs git.
    pub fn git(&self, arguments: &[&str]) -> String {
        self.git_as("2026-01-01", JANE, arguments)
    }

    /// Runs git as somebody, on a day: `2026-05-01`, at noon, or `2026-05-01T23:30:00+00:00`.
    pub fn git_as(&self, day: &str, author: &str, arguments: &[&str]) -> String {
        let (name, email) = author.split_once(" <").expect("a name and an address");
        let email = email.trim_end_matches('>');
        let time = if day.contains('T') { day.to_owned() } else { format!("{day}T12:00:00+00:00") };
        let mut command = git(self.path());
        for (role, name, email) in [("AUTHOR", name, email), ("COMMITTER", name, email)] {
            command.env(format!("GIT_{role}_NAME"), name).env(format!("GIT_{role}_EMAIL"), email);
            command.env(format!("GIT_{role}_DATE"), &time);
        }
        let output = command.args(arguments).stdin(Stdio::null()).output().expect("git starts");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "git {arguments:?}: {said}");
        String::from_utf8(output.stdout).expect("it is text")
    }
}

/// git in a folder, with nobody's settings.
pub fn git(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command
        .current_dir(folder)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", folder)
        .envs(NOBODY)
        .env("LC_ALL", "C");
    command
}

/// A deal of Jane's in a stage.
pub fn deal(stage: &str, more: &str) -> String {
    format!("name: Rollout\nstage: {stage}\nowner: jane@acme.example\n{more}")
}

/// The program in a folder, with nobody's settings of git.
pub fn dealgate(folder: &Path, arguments: &[&str]) -> Ran {
    let mut command = command(folder, arguments);
    command.env("HOME", folder);
    ran(command.output().expect("the program starts"))
}

/// What `check --format json` writes.
pub fn check(folder: &Path, arguments: &[&str]) -> Value {
    let mut all = vec!["check", "--format", "json"];
    all.extend(arguments);
    let ran = dealgate(folder, &all);
    serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{}{}", ran.stdout, ran.stderr))
}

/// `code: message`, one finding after the other; that the workflows here ask for little is not what is tested.
pub fn told(json: &Value) -> Vec<String> {
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap_or_default().to_owned();
    let findings = json["findings"].as_array().expect("a list").iter();
    findings
        .filter(|finding| finding["code"] != "stage-without-requirements")
        .map(|finding| format!("{}: {}", text(finding, "code"), text(finding, "message")))
        .collect()
}

/// How many repositories a law is tried on: each runs the program dozens of times.
pub fn few() -> proptest::test_runner::Config {
    proptest::test_runner::Config {
        cases: 4,
        max_shrink_iters: 20,
        failure_persistence: None,
        ..Default::default()
    }
}
