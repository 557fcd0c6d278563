//! `cargo bench`: how fast `check` is, as ratios to only reading the same files and to `rg` over them.
//!
//! All candidates take turns in one run, so that a busy machine is as slow to each. `cargo bench -- --deals 100000`
//! for more deals; `cargo bench -- generate FOLDER 1000 50` writes a workspace of which 50 in 1,000 are at fault.
//! `cargo bench -- history` holds what asks git against git's own answers about the same commits; `cargo bench --
//! since` holds a change of 20 deals in 100,000 against the check of these 20 and git's comparison of the files;
//! `cargo bench -- trend` holds figures over time against a check that asks for every timeline.
//! `cargo bench -- growth [WORD]` shows how costs grow at n, 2n and 4n.
//! With `DEALGATE_BEFORE=PATH`, another build of the program takes its turns too, and each figure is held against its own.
//! `cargo bench -- lsp` tells what somebody waits for who types in an editor.
//! `cargo bench -- import` holds an import of 100,000 rows against a check of the deals that come of it.
//! `cargo bench -- report` holds `report -o` of 10,000 deals, and their site, against `check` of the same.

mod candidate;
#[path = "../suite/lsp/client.rs"]
#[expect(dead_code, reason = "the tests say more")]
mod client;
mod editor;
mod generator;
mod growth;
mod history;
mod import;
#[path = "../suite/run.rs"]
#[expect(dead_code, reason = "the tests run more")]
mod run;

use std::path::{Path, PathBuf};

use candidate::{Candidate, Timing};
use generator::Mix;

fn main() -> std::io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["generate", folder, deals, at_fault] => {
            generator::write(Path::new(folder), Mix { deals: number(deals), at_fault: number(at_fault) })
        }
        ["read", folder] => {
            candidate::read(Path::new(folder));
            Ok(())
        }
        ["--deals", deals] => compare(number(deals), 5),
        ["--deals", deals, "--rounds", rounds] => compare(number(deals), number(rounds)),
        ["growth"] => growth::table(""),
        ["growth", only] => growth::table(only),
        ["lsp"] => editor::measure(100_000, 200),
        ["lsp", "--deals", deals] => editor::measure(number(deals), 200),
        ["report"] => reports(10_000, 5),
        ["import"] => import::compare(100_000, 3),
        ["import", "--rows", rows] => import::compare(number(rows), 3),
        ["history"] => history::compare(5_000, 5),
        ["since"] => history::since(100_000, 5),
        ["since", "--deals", deals, "--rounds", rounds] => history::since(number(deals), number(rounds)),
        ["trend"] => history::trend(5_000, 5),
        ["trend", "--deals", deals, "--rounds", rounds] => history::trend(number(deals), number(rounds)),
        ["history", "--deals", deals, "--rounds", rounds] => history::compare(number(deals), number(rounds)),
        ["report", "--deals", deals] => reports(number(deals), 5),
        [] => compare(10_000, 9),
        unknown => Err(std::io::Error::other(format!(
            "there is no benchmark {unknown:?}; the head of this file names them"
        ))),
    }
}

fn number(text: &str) -> usize {
    text.replace('_', "").parse().unwrap_or_else(|_| panic!("{text} is not a number"))
}

/// A workspace that is written once and stays in the target folder.
fn workspace(mix: Mix) -> std::io::Result<PathBuf> {
    let name = format!("bench-{}-{}", mix.deals, mix.at_fault);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    // Generated anew when the generator says something else.
    let (last, text) = (folder.join(generator::path(mix.deals - 1)), generator::deal(mix.deals - 1, mix));
    if std::fs::read_to_string(last).ok().as_ref() != Some(&text) {
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder)?;
        std::fs::write(folder.join("dealgate.toml"), "")?;
        generator::write(&folder, mix)?;
    }
    Ok(folder)
}

fn compare(deals: usize, rounds: usize) -> std::io::Result<()> {
    let clean = workspace(Mix { deals, at_fault: 0 })?;
    let faulty = workspace(Mix { deals, at_fault: 50 })?;
    let one = clean.join(generator::path(deals / 2));
    let mut candidates = vec![
        Candidate::check("check", &clean, 2),
        Candidate::check("check, one core", &clean, 1),
        Candidate::check("check, 5 % at fault", &faulty, 2),
        Candidate::reading("walk and read", &clean, 2),
        Candidate::reading("walk and read, one core", &clean, 1),
        Candidate::one("check of one deal", &clean, &one),
    ];
    if candidate::has_rg() {
        candidates.push(Candidate::rg("rg -c amount", &clean, 2));
        candidates.push(Candidate::rg("rg -c amount, one core", &clean, 1));
    }
    let timings = take_turns(deals, rounds, &candidates)?;
    let of = |name: &str| candidates.iter().position(|it| it.name == name).map(|index| &timings[index]);
    println!();
    if let Some(check) = of("check") {
        let per_second = deals as u128 * 1_000_000 / check.best().as_micros().max(1);
        println!("deals per second: {per_second}");
    }
    for (name, to) in [
        ("check", "walk and read"),
        ("check", "rg -c amount"),
        ("check, one core", "rg -c amount, one core"),
        ("check, one core", "check"),
        ("check, 5 % at fault", "check"),
    ] {
        if let (Some(one), Some(other)) = (of(name), of(to)) {
            println!("{name} / {to}: {}", one.ratio(other));
        }
    }
    Ok(())
}

/// Reports of a workspace, against a check of the same.
fn reports(deals: usize, rounds: usize) -> std::io::Result<()> {
    let clean = workspace(Mix { deals, at_fault: 0 })?;
    let candidates = [
        Candidate::check("check", &clean, 2),
        Candidate::report("pipeline.html", &clean, "pipeline", "pipeline.html", 2),
        Candidate::report("pipeline.md", &clean, "pipeline", "pipeline.md", 2),
        Candidate::report("summary.md", &clean, "summary", "summary.md", 2),
        Candidate::report("context.json", &clean, "pipeline", "context.json", 2),
        // After the first round nothing differs, so nothing is written.
        Candidate::report("public", &clean, "site", "public", 2),
    ];
    let timings = take_turns(deals, rounds, &candidates)?;
    println!();
    for (candidate, timing) in candidates.iter().zip(&timings).skip(1) {
        let written = walkdir::WalkDir::new(clean.join(candidate.name)).into_iter().flatten();
        let files = written.filter_map(|it| it.metadata().ok()).filter(std::fs::Metadata::is_file);
        let bytes: u64 = files.map(|file| file.len()).sum();
        println!("{} / check: {}, {} KiB", candidate.name, timing.ratio(&timings[0]), bytes >> 10);
    }
    Ok(())
}

/// Runs all candidates in turn, round by round, and prints what each took.
fn take_turns(deals: usize, rounds: usize, candidates: &[Candidate]) -> std::io::Result<Vec<Timing>> {
    let mut timings: Vec<Timing> = candidates.iter().map(|_| Timing::default()).collect();
    let before: Vec<Option<Candidate>> = candidates.iter().map(Candidate::before).collect();
    let mut timings_before: Vec<Timing> = candidates.iter().map(|_| Timing::default()).collect();
    for round in 0..=rounds {
        for (index, candidate) in candidates.iter().enumerate() {
            let run = candidate.run()?;
            let was = before[index].as_ref().map(Candidate::run).transpose()?;
            // The first round warms caches.
            if round > 0 {
                timings[index].add(run);
                if let Some(was) = was {
                    timings_before[index].add(was);
                }
            }
        }
    }
    println!("{deals} deals, {rounds} rounds, candidates in turn\n");
    for ((candidate, timing), (before, was)) in
        candidates.iter().zip(&timings).zip(before.iter().zip(&timings_before))
    {
        println!("{:<26} {timing}", candidate.name);
        if before.is_some() {
            println!("{:<26} {was}", "  before");
            println!("{:<26} {}", "  to before", timing.ratio(was));
        }
    }
    Ok(timings)
}
