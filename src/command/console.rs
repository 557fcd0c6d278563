//! The only printer: standard output and standard error.

use std::fmt::Write as _;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use anstream::stream::RawStream;
use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use clap::ValueEnum;

use super::exit::Exit;
use crate::emit::Surface;
use crate::error::Error;
use crate::source::escape;

/// When to use colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Colour {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Whether a terminal is known to show links (OSC 8), by what it says of itself.
fn shows_links(variable: &dyn Fn(&str) -> Option<String>) -> bool {
    if let Some(forced) = variable("FORCE_HYPERLINK") {
        return forced != "0";
    }
    let is_one_of =
        |name: &str, known: &[&str]| variable(name).is_some_and(|it| known.contains(&it.as_str()));
    is_one_of("TERM_PROGRAM", &["iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper"])
        || is_one_of("TERM", &["xterm-kitty", "alacritty", "foot", "xterm-ghostty"])
        || variable("VTE_VERSION")
            .and_then(|version| version.parse::<u32>().ok())
            .is_some_and(|it| it >= 5000)
        || ["WT_SESSION", "KONSOLE_VERSION", "DOMTERM"].iter().any(|name| variable(name).is_some())
}

/// Standard output and standard error.
#[derive(Clone, Copy, Debug)]
pub struct Console {
    colour: Colour,
    summary: bool,
    verbose: bool,
    terminal: bool,
}

impl Console {
    /// Finds out what standard output can show. The summary line goes there too; what was read is told, where
    /// that is wanted, on standard error.
    pub fn new(colour: Colour, summary: bool, verbose: bool) -> Self {
        Self { colour, summary, verbose, terminal: io::stdout().is_terminal() }
    }

    /// Whether somebody is looking.
    pub fn is_terminal(self) -> bool {
        self.terminal
    }

    /// What standard output can show.
    pub fn surface(self) -> Surface {
        let colour = self.colour.on(&io::stdout()) != ColorChoice::Never;
        let wide = if self.terminal {
            terminal_size::terminal_size_of(io::stdout())
                .map_or(Surface::PLAIN.width, |(terminal_size::Width(width), _)| usize::from(width))
        } else {
            Surface::PLAIN.width
        };
        Surface {
            // Lines of text wider than this are hard to read, however wide the terminal.
            width: wide.clamp(40, 120),
            columns: wide.clamp(40, 400),
            colour,
            unicode: self.terminal || colour,
            summary: self.summary,
            links: self.terminal && colour && shows_links(&|name| std::env::var(name).ok()),
            most: None,
            advice: self.terminal,
        }
    }

    /// Writes to standard output. Who reads may stop reading when they have seen enough, which is no error.
    pub fn show(self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Error> {
        let stream = AutoStream::new(io::stdout().lock(), self.colour.on(&io::stdout()));
        let mut out = BufWriter::with_capacity(1 << 16, stream);
        match write(&mut out).and_then(|()| out.flush()) {
            Err(cause) if cause.kind() != io::ErrorKind::BrokenPipe => Err(Error::Stdout { cause }),
            Ok(()) => Ok(()),
            Err(_) => {
                // What is left would be written once more when the buffer goes.
                let _ = out.into_parts();
                Ok(())
            }
        }
    }

    /// Shows a patch: byte for byte where a program takes it, and as what neither acts nor gives orders where a person or
    /// the runner of a step looks on.
    pub fn show_patch(self, patch: &str) -> Result<(), Error> {
        if self.terminal || std::env::var_os("GITHUB_ACTIONS").is_some() {
            return self.show(|out| out.write_all(escape::patch(patch).as_bytes()));
        }
        let mut out = io::stdout().lock();
        match out.write_all(patch.as_bytes()).and_then(|()| out.flush()) {
            Err(cause) if cause.kind() != io::ErrorKind::BrokenPipe => Err(Error::Stdout { cause }),
            _ => Ok(()),
        }
    }

    /// Shows what clap has to say: what was asked for on standard output, what is wrong on standard error.
    pub fn show_usage(self, said: &clap::Error) -> Result<Exit, Error> {
        let shown = said.print().and_then(|()| io::stdout().flush());
        match shown {
            Err(cause) if !said.use_stderr() && cause.kind() != io::ErrorKind::BrokenPipe => {
                Err(Error::Stdout { cause })
            }
            _ => Ok(if said.use_stderr() { Exit::Unable } else { Exit::Clean }),
        }
    }

    /// Does a work that may take long, and shows meanwhile how far it is where somebody is looking: so many of so many
    /// files, as `counts` says.
    pub fn while_working<T>(
        self,
        counts: &(dyn Fn() -> (usize, usize) + Sync),
        work: impl FnOnce() -> T,
    ) -> T {
        if !self.summary || !io::stderr().is_terminal() {
            return work();
        }
        let (over, ended) = mpsc::channel::<()>();
        thread::scope(|scope| {
            scope.spawn(move || draw_progress(counts, &ended));
            let done = work();
            drop(over);
            done
        })
    }

    /// Says on standard error what was done, where that is wanted.
    pub fn note(self, text: &str) {
        if self.verbose {
            self.complain(&format!("{}\n", escape::lines(text)));
        }
    }

    /// Says on standard error what was done, unless only findings are wanted.
    pub fn tell(self, text: &str) {
        if self.summary {
            self.complain(&format!("{}\n", escape::lines(text)));
        }
    }

    /// Says on standard error what could not be done.
    pub fn fail(self, error: &Error) {
        let (red, cyan) = (AnsiColor::Red.on_default().bold(), AnsiColor::Cyan.on_default());
        let bold = Style::new().bold();
        let message = error.to_string();
        let mut text = format!("{red}error{red:#}{bold}: {}{bold:#}\n", escape::lines(&message));
        if let Some(hint) = error.hint() {
            let _ = writeln!(text, "  {cyan}hint:{cyan:#} {}", escape::lines(hint));
        }
        self.complain(&text);
    }

    /// Nothing can be done about a standard error that cannot be written.
    fn complain(self, text: &str) {
        let choice = self.colour.on(&io::stderr());
        let _ = AutoStream::new(io::stderr().lock(), choice).write_all(text.as_bytes());
    }
}

/// Draws a bar from half a second on, over and over on one line, which is empty in the end.
fn draw_progress(counts: &dyn Fn() -> (usize, usize), ended: &mpsc::Receiver<()>) {
    const WIDTH: usize = 30;
    let (patience, step) = (Duration::from_millis(500), Duration::from_millis(100));
    let mut wait = patience;
    while ended.recv_timeout(wait) == Err(mpsc::RecvTimeoutError::Timeout) {
        wait = step;
        let (read, found) = counts();
        let full = (read * WIDTH / found.max(1)).min(WIDTH);
        let bar = format!("{}{}", "=".repeat(full), " ".repeat(WIDTH - full));
        let _ = write!(io::stderr(), "\r[{bar}] {read} of {found} files");
    }
    if wait == step {
        let _ = write!(io::stderr(), "\r{:1$}\r", "", WIDTH + 40);
    }
}

impl Colour {
    fn on(self, stream: &impl RawStream) -> ColorChoice {
        match self {
            // `NO_COLOR`, `CLICOLOR_FORCE` and `TERM` are weighed here.
            Self::Auto => AutoStream::choice(stream),
            Self::Always => ColorChoice::Always,
            Self::Never => ColorChoice::Never,
        }
    }
}
