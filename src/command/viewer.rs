//! Opens a file with the system's program for its kind.

use std::io;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

use crate::error::Error;
use crate::snapshot::git::search_path;

/// The program, and what it wants to hear before the file. Not Windows's `start`, which a shell would have to read.
const OPENER: (&str, &[&str]) = if cfg!(windows) {
    ("rundll32", &["url.dll,FileProtocolHandler"])
} else if cfg!(target_os = "macos") {
    ("open", &[])
} else {
    ("xdg-open", &[])
};

/// How often an opener is looked at, and how many times, before it counts as one that stays with what it shows.
const LOOK: (Duration, u32) = (Duration::from_millis(50), 40);

/// Opens a file. The opener may stay as long as the file is shown, so it is waited for only until it would have failed.
pub(super) fn open(file: &Path) -> Result<(), Error> {
    let (program, before) = OPENER;
    let failed = |why: String| Error::Open { path: file.to_owned(), why };
    // Whole, so that no name is taken for an option.
    let whole = std::path::absolute(file).map_err(|error| failed(error.to_string()))?;
    let mut command = Command::new(program);
    // A folder that is worked in must not bring an opener of its own.
    command.args(before).arg(whole).env("PATH", search_path());
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => failed(format!("there is no `{program}`")),
        _ => failed(format!("`{program}`: {error}")),
    })?;
    match ended(&mut child) {
        Ok(Some(status)) if !status.success() => Err(failed(format!("`{program}` gave up: {status}"))),
        Ok(_) => Ok(()),
        Err(error) => Err(failed(format!("`{program}`: {error}"))),
    }
}

fn ended(child: &mut Child) -> io::Result<Option<ExitStatus>> {
    let (pause, times) = LOOK;
    for _ in 0..times {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        thread::sleep(pause);
    }
    Ok(None)
}
