//! Replays what fuzzing has found and started from; the fuzzer itself is not needed.

use std::path::PathBuf;

use dealgate::syntax::yaml::parse_plain;
use rayon::prelude::*;

use crate::run::repository;
use crate::trial::{TRIALS, yaml};

/// The texts from which the fuzzer of this name starts.
pub fn corpus(name: &str) -> Vec<PathBuf> {
    let folder = std::fs::read_dir(repository("tests/fuzz/corpus").join(name)).expect("a corpus");
    let mut files: Vec<_> = folder.map(|entry| entry.expect("the folder can be read").path()).collect();
    files.sort();
    assert!(!files.is_empty(), "{name} has no corpus");
    files
}

#[test]
fn every_corpus_is_replayed() {
    let all: Vec<_> = TRIALS
        .iter()
        .flat_map(|(name, trial)| corpus(name).into_iter().map(move |file| (file, trial)))
        .collect();
    all.par_iter().for_each(|(file, trial)| trial(&std::fs::read(file).expect("a file")));
}

#[test]
fn the_two_readers_of_yaml_are_held_against_each_other_by_deals() {
    let below = |folder: &str| walkdir::WalkDir::new(repository(folder)).sort_by_file_name();
    let files = ["tests/cases", "tests/showcase"].into_iter().flat_map(below);
    let files = files.map(|entry| entry.expect("the folder can be read").into_path());
    let deals = files.filter(|path| path.extension().is_some_and(|it| it == "yaml") && path.is_file());
    let texts: Vec<_> = deals
        .chain(corpus("deal"))
        .chain(corpus("yaml"))
        .map(|file| std::fs::read(file).expect("a file"))
        .collect();
    texts.par_iter().for_each(|text| yaml(text));
    // What the fast one declines, the general one would be compared about with itself.
    let taken = |text: &&Vec<u8>| std::str::from_utf8(text).is_ok_and(|text| parse_plain(text).is_some());
    let count = texts.iter().filter(taken).count();
    assert!(count > 200, "of {} texts the fast one takes only {count}", texts.len());
}
