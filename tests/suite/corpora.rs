//! Replays what fuzzing has found and started from; the fuzzer itself is not needed.

use crate::run::repository;
use crate::trial::TRIALS;

#[test]
fn every_corpus_is_replayed() {
    for (name, trial) in TRIALS {
        let folder = repository("tests/fuzz/corpus").join(name);
        let mut files: Vec<_> = std::fs::read_dir(&folder)
            .expect("a corpus")
            .map(|entry| entry.expect("the folder can be read").path())
            .collect();
        files.sort();
        assert!(!files.is_empty(), "{name} has no corpus");
        for file in files {
            trial(&std::fs::read(file).expect("a file"));
        }
    }
}
