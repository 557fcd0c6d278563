//! What is timed: programs over the same files, each with its wall time, processor time and peak memory.

use std::ffi::OsStr;
use std::fmt;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use rayon::prelude::*;

use crate::generator::TODAY;

/// A program to run.
pub struct Candidate {
    pub name: &'static str,
    command: Command,
}

/// What one run took.
pub struct Run {
    wall: Duration,
    /// Peak memory in KiB, as last seen while it ran; 0 where that cannot be asked.
    memory: u64,
}

/// What all runs of a candidate took, in the order of the rounds.
#[derive(Default)]
pub struct Timing {
    runs: Vec<Run>,
}

impl Candidate {
    /// A full check of a workspace.
    pub fn check(name: &'static str, folder: &Path, cores: usize) -> Self {
        let mut command = on_cores(env!("CARGO_BIN_EXE_dealgate"), cores);
        command.args(["check", "--no-history", "--today", TODAY]).current_dir(folder);
        Self::quiet(name, command)
    }

    /// A report of a workspace, written to a file.
    pub fn report(name: &'static str, folder: &Path, report: &str, output: &str, cores: usize) -> Self {
        let mut command = on_cores(env!("CARGO_BIN_EXE_dealgate"), cores);
        command.args(["report", report, "--no-history", "--today", TODAY, "-o", output]).current_dir(folder);
        Self::quiet(name, command)
    }

    /// A check of one deal of a workspace.
    pub fn one(name: &'static str, folder: &Path, deal: &Path) -> Self {
        let mut candidate = Self::check(name, folder, 2);
        candidate.command.arg(deal);
        candidate
    }

    /// The program with any arguments, in a folder.
    pub fn dealgate(name: &'static str, folder: &Path, arguments: &[&str]) -> Self {
        let mut candidate = Self::program(name, env!("CARGO_BIN_EXE_dealgate"), folder, arguments);
        candidate.command.env("RAYON_NUM_THREADS", "2");
        candidate
    }

    /// Any program, in a folder.
    pub fn program(name: &'static str, program: &str, folder: &Path, arguments: &[&str]) -> Self {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(folder);
        Self::quiet(name, command)
    }

    /// Only walking and reading, in a process of its own too.
    pub fn reading(name: &'static str, folder: &Path, cores: usize) -> Self {
        let this = std::env::current_exe().unwrap_or_default();
        let mut command = on_cores(&this, cores);
        command.args(["read".as_ref(), folder.as_os_str()]);
        Self::quiet(name, command)
    }

    /// A search for one word.
    pub fn rg(name: &'static str, folder: &Path, cores: usize) -> Self {
        let mut command = on_cores("rg", cores);
        command.args(["-c", "amount", "-j", &cores.to_string()]).arg(folder.join("deals"));
        Self::quiet(name, command)
    }

    fn quiet(name: &'static str, mut command: Command) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        Self { name, command }
    }

    /// Runs it once.
    pub fn run(&self) -> std::io::Result<Run> {
        // A command cannot be cloned, and running takes it mutably.
        let mut command = Command::new(self.command.get_program());
        command.args(self.command.get_args());
        if let Some(folder) = self.command.get_current_dir() {
            command.current_dir(folder);
        }
        for (key, value) in self.command.get_envs() {
            command.env(key, value.unwrap_or_default());
        }
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let start = Instant::now();
        let mut child = command.spawn()?;
        let status = format!("/proc/{}/status", child.id());
        // A thread looks at the peak now and then; it only ever grows, so the last look is the nearest.
        let (over, ended) = std::sync::mpsc::channel::<()>();
        let looking = std::thread::spawn(move || {
            let mut memory = 0;
            while ended.recv_timeout(Duration::from_millis(5))
                == Err(std::sync::mpsc::RecvTimeoutError::Timeout)
            {
                memory = peak(&status).unwrap_or(memory);
            }
            memory
        });
        child.wait()?;
        let wall = start.elapsed();
        drop(over);
        Ok(Run { wall, memory: looking.join().unwrap_or_default() })
    }
}

/// The peak of a process in KiB.
fn peak(status: &str) -> Option<u64> {
    let text = fs::read_to_string(status).ok()?;
    text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.trim().strip_suffix(" kB")?.parse().ok()
}

impl Timing {
    pub fn add(&mut self, run: Run) {
        self.runs.push(run);
    }

    /// The fastest run: what the machine can do when nobody else asks for it.
    pub fn best(&self) -> Duration {
        self.runs.iter().map(|run| run.wall).min().unwrap_or_default()
    }

    /// One after the other, round by round.
    pub fn and(&self, other: &Self) -> Self {
        let both = |(one, other): (&Run, &Run)| Run {
            wall: one.wall + other.wall,
            memory: one.memory.max(other.memory),
        };
        Self { runs: self.runs.iter().zip(&other.runs).map(both).collect() }
    }

    /// How many times longer than another: of the best runs, and the median over the rounds.
    pub fn ratio(&self, other: &Self) -> String {
        let ratio = |one: Duration, other: Duration| one.as_secs_f64() / other.as_secs_f64().max(1e-9);
        let mut ratios: Vec<f64> =
            self.runs.iter().zip(&other.runs).map(|(one, other)| ratio(one.wall, other.wall)).collect();
        ratios.sort_by(f64::total_cmp);
        let median = ratios.get(ratios.len() / 2).copied().unwrap_or_default();
        format!("{:.2} (median {median:.2})", ratio(self.best(), other.best()))
    }
}

impl fmt::Display for Timing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut walls: Vec<Duration> = self.runs.iter().map(|run| run.wall).collect();
        walls.sort();
        let median = walls.get(walls.len() / 2).copied().unwrap_or_default();
        let memory = self.runs.iter().map(|run| run.memory).max().unwrap_or_default();
        let millis = |time: Duration| time.as_secs_f64() * 1e3;
        write!(f, "{:>9.1} ms best {:>9.1} ms median", millis(self.best()), millis(median))?;
        if memory > 0 { write!(f, " {:>5} MiB peak", memory.div_ceil(1024)) } else { Ok(()) }
    }
}

/// Whether ripgrep is installed.
pub fn has_rg() -> bool {
    runs("rg")
}

fn runs(program: &str) -> bool {
    let status = Command::new(program).arg("--version").stdout(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

/// A program on one core or two. With `taskset` it is held to one, whatever it starts; without, it is asked for.
fn on_cores(program: impl AsRef<OsStr>, cores: usize) -> Command {
    static HELD: LazyLock<bool> = LazyLock::new(|| runs("taskset"));
    let mut command = Command::new(&program);
    if cores == 1 && *HELD {
        command = Command::new("taskset");
        command.args(["-c", "0"]).arg(program);
    }
    command.env("RAYON_NUM_THREADS", cores.to_string());
    command
}

/// Walks a workspace as `check` does and reads every file: the least that any check must do.
pub fn read(folder: &Path) {
    let mut files: Vec<_> = walkdir::WalkDir::new(folder.join("deals"))
        .into_iter()
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file())
        .map(walkdir::DirEntry::into_path)
        .collect();
    files.sort_unstable();
    let bytes: usize = files.par_iter().map(|file| fs::read(file).map_or(0, |bytes| bytes.len())).sum();
    println!("{bytes} bytes in {} files", files.len());
}
