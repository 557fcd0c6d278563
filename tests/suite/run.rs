//! Runs the program as a user does: its own folder, arguments in, text and status out.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// What a run printed, and its status.
pub struct Ran {
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
    /// The exit status; -1 when a signal ended it.
    pub status: i32,
}

/// The program in a folder, with nothing of the surroundings that could change what it does.
pub fn dealgate(folder: &Path, arguments: &[&str]) -> Ran {
    let output = command(folder, arguments).stdin(Stdio::null()).output().expect("the program starts");
    ran(output)
}

/// The same as a command, for tests that need more.
pub fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dealgate"));
    command
        .current_dir(folder)
        .args(arguments)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .envs(NOBODY);
    command
}

/// Nobody's settings of git: neither the system's nor a user's, and no repository around the folder of temporary files.
pub const NOBODY: [(&str, &str); 3] = [
    ("GIT_CONFIG_NOSYSTEM", "1"),
    ("GIT_CONFIG_GLOBAL", "/dev/null"),
    ("GIT_CEILING_DIRECTORIES", "/tmp:/var/tmp"),
];

/// The text of what ran.
pub fn ran(output: Output) -> Ran {
    Ran {
        stdout: String::from_utf8(output.stdout).expect("output is UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("errors are UTF-8"),
        status: output.status.code().unwrap_or(-1),
    }
}

/// A folder of its own with a copy of a workspace, outside every git repository.
pub fn copied(workspace: &Path) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    copy(workspace, folder.path());
    folder
}

/// Copies what is in a folder into another.
pub fn copy(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from).min_depth(1) {
        let entry = entry.expect("the folder can be read");
        let target = to.join(entry.path().strip_prefix(from).expect("it is below"));
        if entry.file_type().is_dir() {
            std::fs::create_dir_all(&target).expect("a folder");
        } else if entry.file_type().is_symlink() {
            let link = std::fs::read_link(entry.path()).expect("a link");
            std::os::unix::fs::symlink(link, &target).expect("a link");
        } else {
            std::fs::copy(entry.path(), &target).expect("a file");
        }
    }
}

/// A folder of this repository.
pub fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}
