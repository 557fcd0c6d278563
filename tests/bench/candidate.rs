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

/// What stands for this program's path where another build of it is to run.
const PROGRAM: &str = env!("CARGO_BIN_EXE_dealgate");

/// What one run took.
pub struct Run {
    wall: Duration,
    /// Seconds of the processor, which a busy machine changes least; 0 where they cannot be asked.
    processor: f64,
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
        let mut command = on_cores(PROGRAM, cores);
        command.args(["check", "--no-history", "--today", TODAY]).current_dir(folder);
        Self::quiet(name, command)
    }

    /// A report of a workspace, written to a file.
    pub fn report(name: &'static str, folder: &Path, report: &str, output: &str, cores: usize) -> Self {
        let mut command = on_cores(PROGRAM, cores);
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
        let mut candidate = Self::program(name, PROGRAM, folder, arguments);
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

    /// The same by another build of the program, as `DEALGATE_BEFORE` names it; `None`: it names none, or this runs none.
    pub fn before(&self) -> Option<Self> {
        let other = std::env::var_os("DEALGATE_BEFORE")?;
        let named = |word: &OsStr| if word == PROGRAM { other.clone() } else { word.to_owned() };
        let words = || std::iter::once(self.command.get_program()).chain(self.command.get_args());
        words().find(|word| *word == PROGRAM)?;
        let mut command = Command::new(named(self.command.get_program()));
        command.args(self.command.get_args().map(named));
        command.envs(self.command.get_envs().filter_map(|(key, value)| Some((key, value?))));
        if let Some(folder) = self.command.get_current_dir() {
            command.current_dir(folder);
        }
        Some(Self { name: self.name, command })
    }

    /// Runs it once.
    pub fn run(&self) -> std::io::Result<Run> {
        static TIME: LazyLock<bool> = LazyLock::new(|| Path::new("/usr/bin/time").exists());
        let said = std::env::temp_dir().join(format!("dealgate-bench-{}", std::process::id()));
        // A command cannot be cloned, and running takes it mutably.
        let mut command = Command::new(self.command.get_program());
        if *TIME {
            command = Command::new("/usr/bin/time");
            command.args(["-q", "-f", "%U %S %M", "-o"]).arg(&said).arg(self.command.get_program());
        }
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
        if *TIME {
            child.wait()?;
            let wall = start.elapsed();
            let text = fs::read_to_string(&said)?;
            let mut numbers = text.split_whitespace().filter_map(|number| number.parse::<f64>().ok());
            let mut next = || numbers.next().unwrap_or_default();
            let processor = next() + next();
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "KiB")]
            return Ok(Run { wall, processor, memory: next() as u64 });
        }
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
        Ok(Run { wall, processor: 0.0, memory: looking.join().unwrap_or_default() })
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
            processor: one.processor + other.processor,
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
        let processor = self.processor() / other.processor().max(0.01);
        format!("{:.2} (median {median:.2}, processor {processor:.2})", ratio(self.best(), other.best()))
    }

    /// The least seconds of the processor.
    fn processor(&self) -> f64 {
        self.runs.iter().map(|run| run.processor).fold(f64::INFINITY, f64::min)
    }

    /// The most memory, in MiB.
    pub fn memory(&self) -> u64 {
        self.runs.iter().map(|run| run.memory).max().unwrap_or_default().div_ceil(1024)
    }
}

impl fmt::Display for Timing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut walls: Vec<Duration> = self.runs.iter().map(|run| run.wall).collect();
        walls.sort();
        let median = walls.get(walls.len() / 2).copied().unwrap_or_default();
        let memory = self.memory();
        let millis = |time: Duration| time.as_secs_f64() * 1e3;
        write!(f, "{:>9.1} ms best {:>9.1} ms median", millis(self.best()), millis(median))?;
        write!(f, " {:>7.2} s of the processor", self.processor())?;
        if memory > 0 { write!(f, " {memory:>5} MiB peak") } else { Ok(()) }
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
