//! `cargo bench -- history`: what asking git costs, as ratios to git's own answers about the same commits.
//!
//! A repository of 5,000 deals and 2,000 commits that change five deals each is written once, by `git fast-import`.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::candidate::{Candidate, Timing};
use crate::generator::{self, Mix, TODAY};
use crate::take_turns;

/// A repository to write: its first commit brings all deals.
#[derive(Clone, Copy)]
struct Course {
    deals: usize,
    /// Commits after the first.
    commits: usize,
    /// Deals that each of them changes.
    changed: usize,
}

impl Course {
    /// Two thousand commits of five deals each.
    fn long(deals: usize) -> Self {
        Self { deals, commits: 2_000, changed: CHANGED }
    }

    /// Few commits, of which the last one changes twenty deals.
    fn short(deals: usize) -> Self {
        Self { deals, commits: 3, changed: TOUCHED }
    }

    /// The deals that a commit changes.
    fn touched(self, commit: usize) -> impl Iterator<Item = usize> {
        // A prime apart, so that each deal is changed now and then.
        (0..self.changed).map(move |it| (commit * self.changed + it) * 7_919 % self.deals)
    }
}

/// Deals that each of many commits changes.
const CHANGED: usize = 5;

/// Deals that one change touches.
const TOUCHED: usize = 20;

/// 2026-01-01, noon.
const FIRST: u64 = 1_767_268_800;

/// The day after the last commit.
const LAST: &str = "2026-06-17";

/// Two hours.
const APART: u64 = 7_200;

pub fn compare(deals: usize, rounds: usize) -> io::Result<()> {
    let course = Course::long(deals);
    let (one, four) = (repository(course)?, repository(Course::long(4 * deals))?);
    let dealgate = |name, folder: &Path, arguments: &[&str]| {
        Candidate::dealgate(name, folder, &[arguments, &["--today", TODAY]].concat())
    };
    let git = |name, arguments: &[&str]| Candidate::program(name, "git", &one, arguments);
    let candidates = [
        git("git log", &["log", "--name-only", "--", "deals"]),
        git("git diff, 20 commits", &["diff", "HEAD~20..HEAD"]),
        git("git diff, 200 commits", &["diff", "HEAD~200..HEAD"]),
        dealgate("diff, 20 commits", &one, &["diff", "HEAD~20..HEAD"]),
        dealgate("diff, 200 commits", &one, &["diff", "HEAD~200..HEAD"]),
        dealgate("check --since 20", &one, &["check", "--since", "HEAD~20"]),
        dealgate("check --since 200", &one, &["check", "--since", "HEAD~200"]),
        dealgate("check --since 20 --at", &one, &["check", "--since", "HEAD~20", "--at", "HEAD"]),
        dealgate("check --since 20, 4x deals", &four, &["check", "--since", "HEAD~20"]),
        dealgate("diff, 20, 4x deals", &four, &["diff", "HEAD~20..HEAD"]),
        dealgate("check, every timeline", &one, &["check"]),
        dealgate("check --no-history", &one, &["check", "--no-history"]),
        dealgate("check --at HEAD", &one, &["check", "--at", "HEAD"]),
    ];
    println!("{} commits, {CHANGED} deals each", course.commits);
    let timings = take_turns(deals, rounds, &candidates)?;
    let of = |name: &str| candidates.iter().position(|it| it.name == name).map(|index| &timings[index]);
    println!();
    for (name, to) in [
        ("diff, 20 commits", "git diff, 20 commits"),
        ("diff, 20 commits", "git log"),
        ("diff, 200 commits", "git diff, 200 commits"),
        ("diff, 200 commits", "diff, 20 commits"),
        ("diff, 20, 4x deals", "diff, 20 commits"),
        ("check --since 20", "git diff, 20 commits"),
        ("check --since 20", "git log"),
        ("check --since 20 --at", "git log"),
        ("check --since 200", "check --since 20"),
        ("check --since 20, 4x deals", "check --since 20"),
        ("check, every timeline", "git log"),
        ("check, every timeline", "check --no-history"),
        ("check --at HEAD", "git log"),
    ] {
        let ratio = |one: &Timing, other: &Timing| println!("{name} / {to}: {}", one.ratio(other));
        if let (Some(one), Some(other)) = (of(name), of(to)) {
            ratio(one, other);
        }
    }
    Ok(())
}

/// Figures over time, against a check that asks for the timeline of every deal.
pub fn trend(deals: usize, rounds: usize) -> io::Result<()> {
    let course = Course::long(deals);
    let folder = repository(course)?;
    let dealgate = |name, arguments: &[&str]| {
        Candidate::dealgate(name, &folder, &[arguments, &["--today", LAST]].concat())
    };
    let trend = ["report", "trend", "--format", "context"];
    let candidates = [
        dealgate("check, every timeline", &["check"]),
        dealgate("trend, 12 months", &trend),
        dealgate("trend, 13 weeks", &[trend.as_slice(), &["--by", "week"]].concat()),
        dealgate("pipeline", &["report", "--format", "context"]),
        dealgate("export history", &["export", "history"]),
    ];
    println!("{} commits, {CHANGED} deals each", course.commits);
    let timings = take_turns(deals, rounds, &candidates)?;
    println!();
    for (candidate, timing) in candidates.iter().zip(&timings).skip(1) {
        println!("{} / {}: {}", candidate.name, candidates[0].name, timing.ratio(&timings[0]));
    }
    Ok(())
}

/// A change of twenty deals among many, against the check of these twenty alone and git's own comparison of the same
/// files.
pub fn since(deals: usize, rounds: usize) -> io::Result<()> {
    let course = Course::short(deals);
    let folder = repository(course)?;
    let touched: Vec<String> = course.touched(course.commits).map(generator::path).collect();
    let alone: Vec<&str> = std::iter::once("check").chain(touched.iter().map(String::as_str)).collect();
    let dealgate = |name, arguments: &[&str]| {
        Candidate::dealgate(name, &folder, &[arguments, &["--today", TODAY]].concat())
    };
    let git = |name, arguments: &[&str]| Candidate::program(name, "git", &folder, arguments);
    let candidates = [
        git("git diff", &["diff", "--name-only", "HEAD~1"]),
        git("git diff --at", &["diff", "--name-only", "HEAD~1", "HEAD"]),
        git("git status", &["status", "--short"]),
        git("git log", &["log", "--name-only", "--", "deals"]),
        dealgate("check of the 20", &alone),
        dealgate("check --since", &["check", "--since", "HEAD~1"]),
        dealgate("check --since --at", &["check", "--since", "HEAD~1", "--at", "HEAD"]),
        dealgate("diff", &["diff", "HEAD~1"]),
        dealgate("check --no-history", &["check", "--no-history"]),
    ];
    println!("{} commits, {TOUCHED} deals each", course.commits);
    let timings = take_turns(deals, rounds, &candidates)?;
    let of = |name: &str| candidates.iter().position(|it| it.name == name).map(|index| &timings[index]);
    println!();
    for (name, parts) in [
        ("check --since", ["check of the 20", "git status"]),
        ("check --since", ["check of the 20", "git diff"]),
        ("check --since --at", ["check of the 20", "git diff --at"]),
    ] {
        let (Some(timing), [Some(one), Some(other)]) = (of(name), parts.map(of)) else { continue };
        println!("{name} / ({}): {}", parts.join(" + "), timing.ratio(&one.and(other)));
    }
    Ok(())
}

/// A repository that is written once and stays in the target folder.
fn repository(course: Course) -> io::Result<PathBuf> {
    let Course { deals, commits, .. } = course;
    let name = format!("bench-history-{deals}-{commits}");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let done = folder.join(".git/written");
    // Generated anew when the generator says something else.
    let sign = text(deals - 1, commits, deals);
    if std::fs::read_to_string(&done).ok().as_ref() != Some(&sign) {
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder)?;
        git(&folder, &["init", "--quiet", "--initial-branch=main"])?;
        let mut import = command(&folder, &["fast-import", "--quiet"]).stdin(Stdio::piped()).spawn()?;
        let mut stream = BufWriter::new(import.stdin.take().ok_or(io::ErrorKind::BrokenPipe)?);
        write(course, &mut stream)?;
        stream.into_inner()?;
        if !import.wait()?.success() {
            return Err(io::Error::other("git fast-import failed"));
        }
        git(&folder, &["reset", "--quiet", "--hard"])?;
        std::fs::write(done, sign)?;
    }
    Ok(folder)
}

fn git(folder: &Path, arguments: &[&str]) -> io::Result<()> {
    let done = command(folder, arguments).status()?;
    if done.success() { Ok(()) } else { Err(io::Error::other(format!("git {arguments:?} failed"))) }
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.args(arguments).current_dir(folder).stdin(Stdio::null());
    command.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null");
    command
}

/// The commits, as `git fast-import` reads them.
fn write(course: Course, out: &mut impl Write) -> io::Result<()> {
    let deals = course.deals;
    for number in 0..=course.commits {
        let time = FIRST + number as u64 * APART;
        let who = ["Jane Roe <jane@sales.example>", "Dana Doe <dana@sales.example>"][number % 2];
        writeln!(out, "commit refs/heads/main\nauthor {who} {time} +0000\ncommitter {who} {time} +0000")?;
        writeln!(out, "data 7\nchange")?;
        if number == 0 {
            writeln!(out, "M 100644 inline dealgate.toml\ndata 0")?;
        }
        let changed: Vec<usize> = match number {
            0 => (0..deals).collect(),
            _ => course.touched(number).collect(),
        };
        for deal in changed {
            let text = text(deal, number, deals);
            writeln!(out, "M 100644 inline {}\ndata {}\n{text}", generator::path(deal), text.len())?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// A deal as a commit leaves it: its amount grows, and every third change only adds a note.
fn text(deal: usize, commit: usize, deals: usize) -> String {
    let text = generator::deal(deal, Mix { deals, at_fault: 0 });
    match commit {
        0 => text,
        _ if commit.is_multiple_of(3) => format!("{text}  Called again, for the {commit}th time.\n"),
        _ => text.replace("000 EUR", &format!("{:03} EUR", commit % 1_000)),
    }
}
