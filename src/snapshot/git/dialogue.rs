//! A long-running git process that is asked line by line.

use std::io::{self, BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout};

use super::failure::GitFailure;
use super::program::Git;

/// A running git.
#[derive(Debug)]
pub(super) struct Dialogue {
    child: Child,
    requests: Option<ChildStdin>,
    /// What it says.
    pub(super) answers: BufReader<ChildStdout>,
}

impl Dialogue {
    pub(super) fn start<'a>(
        git: &Git,
        what: &'static str,
        arguments: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, GitFailure> {
        let mut child = git.start(what, arguments)?;
        let (requests, answers) = (child.stdin.take(), child.stdout.take());
        match answers {
            Some(answers) => {
                Ok(Self { child, requests, answers: BufReader::with_capacity(1 << 16, answers) })
            }
            None => Err(GitFailure::Failed { what, said: "it gave no answer".to_owned() }),
        }
    }

    /// Asks, a line each. The answers must be read before more is asked than fits a pipe.
    pub(super) fn ask(&mut self, lines: &[&str]) -> io::Result<()> {
        let requests = self.requests.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
        let mut text = lines.join("\n");
        text.push('\n');
        requests.write_all(text.as_bytes())?;
        requests.flush()
    }

    /// Reads a line of the answer, without its end.
    pub(super) fn line(&mut self) -> io::Result<String> {
        let mut line = Vec::new();
        self.answers.read_until(b'\n', &mut line)?;
        let line = line.strip_suffix(b"\n").ok_or_else(|| io::Error::other("it ended early"))?;
        Ok(String::from_utf8_lossy(line).into_owned())
    }
}

impl Drop for Dialogue {
    fn drop(&mut self) {
        // With its input closed it ends by itself.
        self.requests.take();
        let _ = self.child.wait();
    }
}
